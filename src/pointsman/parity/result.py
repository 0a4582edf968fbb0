"""What a replay found: one `Check` for each thing compared, gathered in a `Replay` for each runtime and task.

Values alone; `checks` makes them, the command line prints them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

Status = Literal["passed", "failed", "reported", "not checked", "not applicable"]
"""`reported`: compared, no bar; `not checked`: the rows for it are missing; `not applicable`: nothing to compare."""

SHOWN = 5
"""How many of the worst rows a failed check keeps."""


@dataclass(frozen=True)
class Mismatch:
    """A row that was answered otherwise.

    Attributes:
        text: shortened, on one line.
        expected, found: what the golden row and the runtime say, in words.
        distance: how far apart, to sort by.
    """

    text: str
    expected: str
    found: str
    distance: float = 0.0


@dataclass(frozen=True)
class Check:
    """One comparison.

    Attributes:
        name: what was compared.
        status: see `Status`.
        n: rows that were compared.
        worst: the worst value, as told in `unit`; None where nothing was compared.
        bar: what `worst` must not pass; None: no bar.
        detail: in words: what was counted, or why nothing was.
        rows: the worst rows, where the bar is missed.
    """

    name: str
    status: Status
    n: int = 0
    worst: float | None = None
    bar: float | None = None
    detail: str = ""
    rows: tuple[Mismatch, ...] = ()


@dataclass(frozen=True)
class Replay:
    """One runtime's answers to one task's golden rows.

    Attributes:
        task: its name.
        runtime: as typed, such as `onnx`.
        precision: of what answered: fp32, fp16 or int8.
        rows: golden rows that were replayed.
        checks: in the order in which they are told.
        seconds: what it took.
    """

    task: str
    runtime: str
    precision: str
    rows: int
    checks: tuple[Check, ...]
    seconds: float

    @property
    def passed(self) -> bool:
        """Whether no bar was missed."""
        return all(check.status != "failed" for check in self.checks)

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready dictionary; what is infinite is None."""
        return {**asdict(self, dict_factory=_finite), "passed": self.passed}


def _finite(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return {key: None if isinstance(value, float) and not math.isfinite(value) else value for key, value in pairs}


def worst_of(rows: Sequence[Mismatch]) -> tuple[Mismatch, ...]:
    """Return the rows that are furthest off, worst first."""
    return tuple(sorted(rows, key=lambda row: -row.distance)[:SHOWN])


def short(text: str, length: int = 70) -> str:
    """Return a text on one line, its end cut off."""
    line = " ".join(text.split())
    return line if len(line) <= length else f"{line[: length - 1]}…"
