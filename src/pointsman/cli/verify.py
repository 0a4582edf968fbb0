"""`pointsman verify`: replay golden rows in other runtimes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pointsman.cli import arguments as args
from pointsman.cli.console import Console
from pointsman.errors import ConfigError

if TYPE_CHECKING:
    from pointsman.parity.result import Check, Replay


def command(
    folder: Annotated[Path, typer.Argument(help="An artifact, or an export or bundle of it.")],
    runtime: Annotated[
        list[str] | None,
        typer.Option(
            "--runtime",
            help="torch, merged, onnx, bundle, node or http:URL; several with commas, or repeated. An artifact is "
            "exported into a temporary folder for those that need it. [default: what the folder itself is for]",
        ),
    ] = None,
    precision: Annotated[
        list[str] | None,
        typer.Option(help="fp32, fp16 or int8 graphs; several with commas, or repeated. [default: all there are]"),
    ] = None,
    rows: Annotated[
        int | None, typer.Option(min=1, help="At most so many golden rows, counted rows and rows of --data a task.")
    ] = None,
    data: Annotated[
        list[str] | None,
        typer.Option(
            "--data",
            help="Rows with known answers, to judge int8 and fp16 on: FILE, or TASK=FILE for a bundle; repeatable. "
            "[default: the embedded test part, if the task has one]",
        ),
    ] = None,
    threads: Annotated[
        int | None, typer.Option(min=1, help="Threads of one call. [default: the runtime's own]")
    ] = None,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds that one request to a server may take.")] = 60.0,
    uncalibrated: Annotated[
        bool, typer.Option("--uncalibrated", help="The server answers without the temperature: compare with that.")
    ] = False,
    backbone: args.Backbone = None,
    json_: args.Json = False,
    quiet: args.Quiet = False,
) -> None:
    """Replay golden rows in other runtimes and compare number by number. Exit 1: a bar was missed."""
    from pointsman.pipeline.verify import VerifyOptions, verify

    options = VerifyOptions(
        runtimes=args.listed(runtime, "--runtime"),
        precisions=args.listed(precision, "--precision"),
        rows=rows,
        threads=threads,
        data=_files(data),
        backbone=backbone,
        timeout=timeout,
        uncalibrated=uncalibrated,
    )
    with Console(quiet=quiet) as console:
        replays = verify(folder, options, progress=console)
    passed = all(replay.passed for replay in replays)
    if json_:
        found = {"folder": str(folder), "passed": passed, "replays": [replay.to_dict() for replay in replays]}
        typer.echo(json.dumps(found, ensure_ascii=False, allow_nan=False))
    else:
        _print(folder, replays)
    if not passed:
        raise typer.Exit(1)


def _files(given: list[str] | None) -> dict[str, Path]:
    out: dict[str, Path] = {}
    for value in given or ():
        task, equals, file = value.partition("=")
        name, path = (task, Path(file)) if equals and not Path(value).exists() else ("", Path(value))
        if name in out:
            raise ConfigError(f"--data {value}: {f'rows of {name!r} are' if name else 'a file is'} named twice")
        out[name] = path
    return out


def _print(folder: Path, replays: Sequence[Replay]) -> None:
    for replay in replays:
        about = f"{replay.task} in {replay.runtime} ({replay.precision})"
        typer.echo(f"{about}: {replay.rows} golden rows, {replay.seconds:.1f} s")
        typer.echo(f"  {'check':<28} {'rows':>6} {'worst':>8} {'bar':>8}  {'result':<14}  what")
        for check in replay.checks:
            n = f"{check.n:,}" if check.n else ""
            worst, bar = _number(check.worst), _number(check.bar)
            typer.echo(f"  {check.name:<28} {n:>6} {worst:>8} {bar:>8}  {check.status:<14}  {check.detail}")
            _print_rows(check)
    missed = [(replay, check) for replay in replays for check in replay.checks if check.status == "failed"]
    counts = {
        status: sum(check.status == status for replay in replays for check in replay.checks)
        for status in ("passed", "failed", "reported", "not checked", "not applicable")
    }
    typer.echo(f"{folder}: " + ", ".join(f"{n} {status}" for status, n in counts.items() if n))
    for replay, check in missed:
        typer.echo(f"  missed: {check.name} of {replay.task} in {replay.runtime} ({replay.precision}): {check.detail}")


def _print_rows(check: Check) -> None:
    for row in check.rows:
        typer.echo(f"      {row.text!r}")
        typer.echo(f"          expected {row.expected}")
        typer.echo(f"          found    {row.found}")


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:g}" if value == 0 or 0.01 <= abs(value) < 1e6 else f"{value:.1e}"
