"""The table of several routers on the same rows that `evaluate A B …` ends with."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

_HEADINGS = ("router", "accuracy %", "F1 %", "ECE", "unsure %", "ms", "MB", "gain", "p")


def print_comparison(found: Mapping[str, Any]) -> None:
    """Print one line a router and a baseline, from what `pipeline.evaluate_many` gives.

    In parentheses 95 % intervals; F1 is the mean over labels; gain is the difference to the first router in points,
    with p of McNemar's exact test; ms is the median of one request, MB what the weights take in memory.
    """
    from rich.box import SIMPLE_HEAD
    from rich.console import Console as Rich
    from rich.table import Table

    title = f"{found['task']} on {found['data']} ({found['split']}, {found['n']:,} rows)"
    table = Table(title=title, box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    for heading in _HEADINGS:
        first = heading == "router"
        table.add_column(heading, justify="left" if first else "right", no_wrap=not first, min_width=14 if first else 0)
    for row in found["routers"]:
        table.add_row(
            Path(row["artifact"]).name,
            *_figures(row),
            f"{row['ece']:.3f}",
            f"{100 * row['abstained']:.1f}",
            f"{row['latency']['single_ms_p50']:.1f}",
            f"{row['weights_mb']:,.0f}",
            *_against(row.get("paired")),
        )
    table.add_section()
    for name, row in found["baselines"].items():
        table.add_row(name.replace("_", " "), *_figures(row), "", "", "", "", *_against(row["paired"]))
    Rich(highlight=False).print(table)


def _figures(row: Mapping[str, Any]) -> tuple[str, str]:
    low, high = row["accuracy_interval"]
    return f"{100 * row['accuracy']:.1f} ({100 * low:.1f}–{100 * high:.1f})", f"{100 * row['macro_f1']:.1f}"


def _against(paired: Mapping[str, Any] | None) -> tuple[str, str]:
    if paired is None:
        return "", ""
    p = "< 0.001" if paired["p_value"] < 0.001 else f"{paired['p_value']:.2g}"
    return f"{100 * paired['difference']:+.1f}", p
