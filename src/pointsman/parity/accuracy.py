"""What lower precision costs on rows whose answers are known: the bar that golden rows alone cannot hold.

Takes runtimes and examples; knows not where the examples come from.
"""

from __future__ import annotations

from collections.abc import Sequence

from pointsman.data.example import Example
from pointsman.evaluation.entity_counts import strict_counts
from pointsman.parity import aspects
from pointsman.parity.result import Check, Status
from pointsman.parity.runtimes import Runtime
from pointsman.tasks import Span

POINTS = 0.5
"""Most that int8 may lose against fp32, in points."""


def score(runtime: Runtime, rows: Sequence[Example]) -> float:
    """Return the accuracy, or the F1 of whole entities, in points (0..100); "not sure" counts as its label."""
    said = runtime.decide([row.text for row in rows])
    if runtime.task.kind == "sequence":
        right = sum(s is not None and s.label == row.label for s, row in zip(said, rows, strict=True))
        return 100.0 * right / len(rows)
    found = [[Span(a, b, kind) for kind, a, b in (s.spans or ())] if s else [] for s in said]
    counts = strict_counts([row.spans or () for row in rows], found, runtime.task.entities)
    there = int(counts.predicted.sum() + counts.gold.sum())
    return 200.0 * int(counts.hits.sum()) / there if there else 100.0


def accuracy_check(runtime: Runtime, rows: Sequence[Example], fp32: float, source: str) -> Check:
    """Compare a runtime's figure with that of fp32 on the same rows.

    Args:
        runtime: of a lower precision.
        rows: with labels or entities.
        fp32: what `score` gives for the fp32 graph.
        source: of the rows, in words.
    """
    own = score(runtime, rows)
    name = "accuracy" if runtime.task.kind == "sequence" else "entity F1"
    detail = f"{name} {own:.2f} %, fp32 {fp32:.2f} % ({own - fp32:+.2f} points) on {len(rows):,} rows of {source}"
    # Both are shares of whole rows: only the difference's own rounding is forgiven.
    lost, bar = round(fp32 - own, 9), POINTS if runtime.precision == "int8" else None
    status: Status = "reported" if bar is None else "passed" if lost <= bar else "failed"
    return Check(aspects.ACCURACY, status, len(rows), lost, bar, detail)
