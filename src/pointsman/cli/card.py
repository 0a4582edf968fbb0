"""`pointsman card`: write a model card."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pointsman.cli import arguments as args
from pointsman.errors import OutputError


def command(
    artifact: Annotated[Path, typer.Argument(help="Artifact, export or bundle.")],
    out: Annotated[
        Path | None, typer.Option(help="File to write, outside of the artifact. [default: standard output]")
    ] = None,
    overwrite: args.Overwrite = False,
) -> None:
    """Write a model card: metadata, base model, data, figures with intervals, calibration, limits, how to use it."""
    from pointsman.pipeline.card import card

    if out is not None:
        _check(out, artifact, overwrite=overwrite)
    text = card(artifact)
    if out is None:
        typer.echo(text, nl=False)
        return
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise OutputError(f"--out {out}: cannot be written: {error.strerror}") from None
    typer.echo(f"{out}: {len(text.splitlines())} lines")


def _check(out: Path, artifact: Path, *, overwrite: bool) -> None:
    if out.resolve().is_relative_to(artifact.resolve()):
        raise OutputError(
            f"--out {out}: lies within the artifact, whose manifest names every file: write it elsewhere "
            "('pointsman push' uploads a card beside the files)"
        )
    if out.is_dir():
        raise OutputError(f"--out {out}: is a folder; name a file")
    if out.exists() and not overwrite:
        raise OutputError(f"--out {out}: exists already: choose another, or pass --overwrite")
