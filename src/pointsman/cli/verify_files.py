"""`pointsman verify-files`: every file against the manifest, and the signature against a public key."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from pointsman.artifacts import layout
from pointsman.cli import arguments as args
from pointsman.errors import ArtifactError


def command(
    folder: Annotated[Path, typer.Argument(help="Artifact, export or bundle.")],
    verify_key: Annotated[
        Path | None, typer.Option(help="Public key (PEM) that must have signed it; its signature is checked as well.")
    ] = None,
    json_: args.Json = False,
) -> None:
    """Check an artifact's files; exits 1 when one is missing, added or changed, or the signature is not good."""
    from pointsman.artifacts import read_kind

    if not (folder / layout.MANIFEST).is_file():
        read_kind(folder)  # says what is wrong with a folder that is no artifact
    report: dict[str, Any] = {"path": str(folder), "verified": False, "signed": None}
    try:
        _check(folder, verify_key, report)
    except ArtifactError as error:
        report["problem"] = str(error)
    if json_:
        typer.echo(json.dumps(report, ensure_ascii=False))
    else:
        _print(report, verify_key)
    if not report["verified"]:
        raise typer.Exit(1)


def _check(folder: Path, key: Path | None, report: dict[str, Any]) -> None:
    """Fill the report.

    Raises:
        ArtifactError: what is wrong, but for files that are not as recorded: these stand in the report.
    """
    from pointsman.artifacts import open_artifact, open_bundle
    from pointsman.artifacts.integrity import examine

    checked = examine(folder)
    kind, found = checked.manifest.kind, checked.differences
    report |= {"kind": kind, "files": checked.files, "bytes": checked.size, "digest": checked.digest}
    report |= {"changed": found.changed, "missing": found.missing, "added": found.added}
    if found:
        raise ArtifactError(f"{folder} is not as its {layout.MANIFEST} says: {found.told()}")
    # Right bytes of a folder that disagrees with itself do not load either.
    _ = open_bundle(folder) if kind == "bundle" else open_artifact(folder)
    if key is not None:
        from pointsman.artifacts.signing import verify

        report["signed"] = False
        verify(folder, key)
        report["signed"] = True
    report["verified"] = True


def _print(report: dict[str, Any], key: Path | None) -> None:
    if "digest" in report:
        typer.echo(
            f"{report['path']}: {report['kind']}, {report['files']} files, {report['bytes']:,} bytes, "
            f"sha256 of {layout.MANIFEST} {report['digest']}"
        )
    if report["verified"]:
        typer.echo(f"every file is as recorded{f', and as signed with the key of {key}' if key is not None else ''}")
        return
    for what in ("changed", "missing", "added"):
        for name in report.get(what, ()):
            typer.echo(f"  {what}: {name}")
    if not any(report.get(what) for what in ("changed", "missing", "added")):
        typer.echo(f"not good: {' '.join(report['problem'].split())}")
