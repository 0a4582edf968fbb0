"""Golden rows replayed through what has just been loaded, before anybody is answered by it; and a first warm pass.

A coarse guard for every start and reload (seconds): does this machine, with these files, decide as the fp32 path did?
`pointsman verify` compares much more. Knows nothing of folders but their name.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pointsman.artifacts import GoldenRow
from pointsman.errors import ArtifactError
from pointsman.inference.panel import Panel
from pointsman.serving.models import Router
from pointsman.tasks import Decision

PROBABILITY = 1e-5
"""Most that a probability may differ where fp32 answers; a decision that lies nearer to a border may change with it."""

MARGIN, ALIKE = 0.02, 0.95
"""Where a lower precision answers: of the decisions that lie at least so far from changing, the share that stays."""

_BATCH, _LIKE = 8, 1.5
_WARM = (1, 8, 64, 256)


@dataclass(frozen=True)
class _Outcome:
    """How one row was answered.

    Attributes:
        apart: the greatest difference of a probability; infinite where one is missing or no number.
        alike: the decision is the same.
        margin: how far it is from changing.
    """

    apart: float
    alike: bool
    margin: float


def sample(rows: Sequence[GoldenRow], most: int) -> list[GoldenRow]:
    """Return at most so many rows, half of them golden ones, from all over the list: it stands in order of reasons."""
    golden, count = ([row for row in rows if row.use == use] for use in ("golden", "count"))
    first = _spread(golden, max(most - len(count), -(-most // 2)))
    return [*first, *_spread(count, most - len(first))]


def prove(panel: Panel, routers: Mapping[str, Router], path: Path, golden: Mapping[str, Sequence[GoldenRow]]) -> None:
    """Replay golden rows.

    Args:
        panel: that answers.
        routers: of one folder, by task.
        path: that folder, for errors.
        golden: rows of each task; none: nothing is compared.

    Raises:
        ArtifactError: a task does not decide them as it did; texts are not told.
    """
    for name, router in routers.items():
        if rows := golden[name]:
            _judge([*_replay(panel, name, rows)], router, path)


def warm_up(panel: Panel) -> None:
    """Decide texts of several lengths: what is set up by first calls is set up before requests come."""
    for words in _WARM:
        panel.predict_all(["word " * words], probabilities=True)


def _replay(panel: Panel, name: str, rows: Sequence[GoldenRow]) -> list[_Outcome]:
    out = []
    for batch in _batches(rows):
        found = panel.predict_all([row.text for row in batch], tasks=[name], probabilities=True)[name]
        out += [_compared(row, decision) for row, decision in zip(batch, found, strict=True)]
    return out


def _batches(rows: Sequence[GoldenRow]) -> Iterator[list[GoldenRow]]:
    """Yield rows of like length: short ones padded to a long one would cost as much as it."""
    batch: list[GoldenRow] = []
    for row in sorted(rows, key=_tokens):
        if batch and (len(batch) == _BATCH or _tokens(row) > _LIKE * _tokens(batch[0])):
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def _tokens(row: GoldenRow) -> int:
    return sum(map(len, row.ids))


def _compared(row: GoldenRow, found: Decision) -> _Outcome:
    golden = row.decision
    alike = (golden.label, golden.abstained, _spans(golden)) == (found.label, found.abstained, _spans(found))
    told = found.probabilities or {}
    pairs = [(p, told.get(label, math.nan)) for label, p in (golden.probabilities or {}).items()]
    if alike:
        pairs.append((golden.probability, found.probability))
        pairs += [(a.score, b.score) for a, b in zip(golden.spans or (), found.spans or (), strict=True)]
    distances = [abs(a - b) for a, b in pairs]
    apart = max(distances, default=0.0) if all(map(math.isfinite, distances)) else math.inf
    return _Outcome(apart, alike, row.margin)


def _spans(decision: Decision) -> list[tuple[str, int, int]]:
    return [(span.type, span.start, span.end) for span in decision.spans or ()]


def _judge(outcomes: Sequence[_Outcome], router: Router, path: Path) -> None:
    exact = router.precision == "fp32"
    far = [one for one in outcomes if one.margin >= (PROBABILITY if exact else MARGIN)]
    changed = sum(not one.alike for one in far)
    worst = max(one.apart for one in outcomes)
    if (worst <= PROBABILITY and not changed) if exact else changed <= _by_chance(len(far)):
        return
    bar = f"none, and {PROBABILITY:g}" if exact else f"{_by_chance(len(far))} that lie {MARGIN:g} from a border"
    raise ArtifactError(
        f"{path}: '{router.task}' ({router.precision}) does not answer its golden rows as it should: {changed} of "
        f"{len(far)} are decided otherwise, a probability is {worst:.1e} off (allowed: {bar}); "
        f"'pointsman verify {path}' tells more"
    )


def _by_chance(n: int) -> int:
    """Return how many of `n` rows may be decided otherwise: more would be unlikely (2.5 %) if the share were kept."""
    share = 1 - ALIKE
    return math.floor(n * share + 2 * math.sqrt(n * share * (1 - share)))


def _spread(rows: Sequence[GoldenRow], most: int) -> list[GoldenRow]:
    return list(rows) if len(rows) <= most else [rows[number * len(rows) // most] for number in range(most)]
