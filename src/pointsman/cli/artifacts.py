"""`pointsman artifacts`: what lies below a folder, whether it is whole, and which serves each task best."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pointsman.cli import arguments as args
from pointsman.errors import ConfigError

if TYPE_CHECKING:
    from pointsman.artifacts.discovery import Found, Served


def command(
    folder: Annotated[Path, typer.Argument(help="Folder to look in, and below.")],
    prefer: Annotated[
        str, typer.Option(help="architecture (BERT, then RoBERTa, then ModernBERT) or metric (the highest figure).")
    ] = "architecture",
    kind: Annotated[
        list[str] | None,
        typer.Option(help="Only these, repeatable: router, merged, onnx, bundle, foreign (other software's)."),
    ] = None,
    json_: args.Json = False,
) -> None:
    """List artifacts, exports and bundles with task, family, rank, figure and digest; * marks the preferred ones."""
    from pointsman.artifacts.discovery import KINDS, discover, preferred

    if prefer not in ("architecture", "metric"):
        raise ConfigError(f"--prefer {prefer}: use architecture or metric")
    if unknown := [name for name in kind or () if name not in KINDS]:
        raise ConfigError(f"--kind {unknown[0]}: use {', '.join(KINDS)}")
    found = [one for one in discover(folder) if not kind or one.kind in kind]
    names = sorted({served.task for one in found for served in one.tasks})
    best = {name: preferred(found, name, "metric" if prefer == "metric" else "architecture") for name in names}
    if json_:
        rows = [_row(one) for one in found]
        chosen = {name: str(one.path) for name, one in best.items() if one is not None}
        typer.echo(json.dumps({"artifacts": rows, "preferred": chosen}, ensure_ascii=False))
        return
    if not found:
        what = " or ".join(kind) if kind else "artifact, export or bundle"
        typer.echo(f"no {what} in {folder} or below")
        return
    _print(found, best, folder)
    if prefer == "metric":
        for name in _on_other_rows(found):
            typer.echo(f"{name}: figures of different rows; 'pointsman compare' judges two on the same ones")


def _row(one: Found) -> dict[str, Any]:
    return {**dataclasses.asdict(one), "path": str(one.path), "whole": one.problem is None}


def _on_other_rows(found: Sequence[Found]) -> list[str]:
    """Return the tasks whose figures were measured on rows of several splits."""
    splits: dict[str, set[str]] = {}
    for one in found:
        for served in one.tasks:
            if one.problem is None and served.split is not None:
                splits.setdefault(served.task, set()).add(served.split)
    return sorted(name for name, given in splits.items() if len(given) > 1)


def _print(found: Sequence[Found], best: dict[str, Found | None], root: Path) -> None:
    from rich import box
    from rich.console import Console as Rich
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("", "task", "folder", "kind", "family", "rank", "figure", "digest", "whole"):
        table.add_column(heading, justify="right" if heading == "rank" else "left", overflow="fold")
    for one in found:
        place = "." if one.path == root else str(one.path.relative_to(root))
        whole = "no" if one.problem is not None else "unchecked" if one.kind == "foreign" else "yes"
        for number, served in enumerate(one.tasks or (None,)):
            mark = "*" if served is not None and best.get(served.task) is one else ""
            task, rank, figure = ("", "", "") if served is None else (served.task, _rank(served), _figure(served))
            about = (place, one.kind, one.family) if number == 0 else ("", "", "")
            digest = (one.digest or "")[:12] if number == 0 else ""
            cells = (mark, task, *about, rank, figure, digest, whole if number == 0 else "")
            table.add_row(*(Text(cell) for cell in cells))  # names are no markup
    # A log has no width to fit: 80 columns would fold every row.
    Rich(highlight=False, width=None if sys.stdout.isatty() else 200).print(table)
    for one in found:
        if one.problem is not None:
            typer.echo(f"not whole: {' '.join(one.problem.split())}")


def _rank(served: Served) -> str:
    return "" if served.rank is None else str(served.rank) if served.rank else "full"


def _figure(served: Served) -> str:
    if served.value is None or served.metric is None:
        return ""
    told = f"{served.metric.replace('_', ' ')} {100 * served.value:.1f} %"
    if served.interval is None:
        return told
    low, high = served.interval
    return f"{told} ({100 * low:.1f} to {100 * high:.1f})"
