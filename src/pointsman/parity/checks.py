"""Comparing a runtime's answers with golden rows: what it reads, how rows beside and around a text matter, numbers,
decisions; each a `Check` of its own.

Takes a `Runtime` and `GoldenRow`s; knows neither folders nor how anything answers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from pointsman.artifacts import GoldenRow
from pointsman.inference.calibration import softmax
from pointsman.parity import aspects
from pointsman.parity.result import Check, Mismatch, Status, short, worst_of
from pointsman.parity.runtimes import ALONE, Floats, Layout, Reading, Runtime, Said


@dataclass(frozen=True)
class Bar:
    """What a precision has to keep.

    Attributes:
        probability: most that a probability may differ; None: told, without a bar.
        differing: most of the rows, as a share, that may be decided otherwise.
        margin: of the rows whose decision is at least so far from changing.
    """

    probability: float | None
    differing: float
    margin: float


BARS = {"fp32": Bar(1e-5, 0.0, 0.0), "fp16": Bar(None, 0.01, 0.02), "int8": Bar(None, 0.01, 0.02)}

_BATCHED, _RIGHT, _LEFT = Layout(8), Layout(8, extra=24), Layout(8, extra=8, left=True)


def replay(runtime: Runtime, rows: Sequence[GoldenRow], *, uncalibrated: bool = False) -> tuple[Check, ...]:
    """Compare a runtime with golden rows of its task.

    Args:
        runtime: what answers.
        rows: golden and counted ones.
        uncalibrated: its probabilities are made without the temperature.
    """
    token = runtime.task.kind == "token"
    golden = [row for row in rows if row.use == "golden"]
    said = runtime.decide([row.text for row in rows])
    checks = [
        *([] if token else [_labels(runtime, rows)]),
        *_reading(runtime, rows),
        _layout(runtime, aspects.BATCHED, golden, _BATCHED),
        _layout(runtime, aspects.RIGHT, _by_length(golden), _RIGHT),
        _layout(runtime, aspects.LEFT, _by_length(golden), _LEFT),
        _logits(runtime, golden),
        _probabilities(runtime, rows, said, uncalibrated=uncalibrated),
        _decisions(runtime, rows, said),
    ]
    if token:
        checks.append(_entities(runtime, rows, said))
    return tuple(
        replace(check, detail=f"{check.detail}; {note}".removeprefix("; "))
        if (note := runtime.notes.get(check.name))
        else check
        for check in checks
    )


def _not_applicable(runtime: Runtime, name: str) -> Check | None:
    reason = runtime.unable.get(name)
    return None if reason is None else Check(name, "not applicable", detail=reason)


def _held(name: str, n: int, worst: float, bar: float | None, detail: str, rows: Sequence[Mismatch]) -> Check:
    """Return a check of which something was compared."""
    status: Status = "reported" if bar is None else "passed" if worst <= bar else "failed"
    return Check(name, status, n, worst, bar, detail, worst_of(rows) if status == "failed" else ())


def _long(row: GoldenRow) -> bool:
    return row.decision.truncated or len(row.ids) > 1


def _by_length(rows: Sequence[GoldenRow]) -> list[GoldenRow]:
    return sorted(rows, key=lambda row: max(map(len, row.ids), default=0))


def _labels(runtime: Runtime, rows: Sequence[GoldenRow]) -> Check:
    """Compare the order of labels: golden rows of a sequence task hold every label's probability in theirs."""
    there = list(runtime.task.labels)
    found = next((list(row.decision.probabilities) for row in rows if row.decision.probabilities), None)
    if found is None:
        return Check(aspects.LABELS, "not checked", detail="no golden row has probabilities")
    if found == there:
        return Check(
            aspects.LABELS, "passed", len(rows), 0.0, 0.0, f"the {len(there)} labels of the golden rows, in order"
        )
    detail = f"golden rows order the labels [{', '.join(found)}], the manifest [{', '.join(there)}]"
    return Check(
        aspects.LABELS, "failed", len(rows), float(sum(a != b for a, b in zip(found, there, strict=False))), 0.0, detail
    )


def _reading(runtime: Runtime, rows: Sequence[GoldenRow]) -> list[Check]:
    """Token ids of texts that fit, of those that do not, and where word pieces stand."""
    names = [aspects.TOKENISATION, aspects.TRUNCATION] + ([aspects.OFFSETS] if runtime.task.kind == "token" else [])
    there = {name: found for name in names if (found := _not_applicable(runtime, name)) is not None}
    if len(there) < len(names):
        read = list(zip(rows, runtime.read([row.text for row in rows]), strict=True))
        done = [
            _same_ids(aspects.TOKENISATION, [pair for pair in read if not _long(pair[0])]),
            _same_ids(aspects.TRUNCATION, [pair for pair in read if _long(pair[0])]),
            _same_offsets(read),
        ]
        there = {check.name: check for check in done} | there
    return [there[name] for name in names]


def _same_ids(name: str, read: Sequence[tuple[GoldenRow, Reading]]) -> Check:
    if not read:
        return Check(
            name, "not checked", detail=f"no golden row {'fits' if name == aspects.TOKENISATION else 'is too long'}"
        )
    wrong = []
    for row, reading in read:
        if row.ids != reading.ids:
            wrong.append(_first_difference(row, reading))
        elif row.decision.truncated != reading.truncated:
            cut = ("read whole", "cut off")
            wrong.append(Mismatch(short(row.text), cut[row.decision.truncated], cut[reading.truncated], 1.0))
    detail = f"{len(read) - len(wrong)} of {len(read)} texts have the same token ids"
    return _held(name, len(read), float(len(wrong)), 0.0, detail, wrong)


def _first_difference(row: GoldenRow, reading: Reading) -> Mismatch:
    if len(row.ids) != len(reading.ids):
        return Mismatch(short(row.text), f"{len(row.ids)} windows", f"{len(reading.ids)} windows", 1e9)
    for window, (a, b) in enumerate(zip(row.ids, reading.ids, strict=True)):
        if a != b:
            at = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
            where = f"window {window + 1}, " if len(row.ids) > 1 else ""
            told = [f"{where}{len(ids)} tokens, token {at + 1}: {_at(ids, at)}" for ids in (a, b)]
            return Mismatch(
                short(row.text), told[0], told[1], float(sum(x != y for x, y in zip(a, b, strict=False)) + 1)
            )
    raise AssertionError("not reached")


def _at(ids: Sequence[int], at: int) -> str:
    return str(ids[at]) if at < len(ids) else "none"


def _same_offsets(read: Sequence[tuple[GoldenRow, Reading]]) -> Check:
    told = [(row, reading.offsets) for row, reading in read if row.offsets is not None and reading.offsets is not None]
    if not told:
        return Check(aspects.OFFSETS, "not checked", detail="no golden row says where its word pieces stand")
    wrong = []
    for row, offsets in told:
        if row.offsets != offsets:
            assert row.offsets is not None
            at = next(
                (i for i, (x, y) in enumerate(zip(row.offsets, offsets, strict=False)) if x != y),
                min(len(row.offsets), len(offsets)),
            )
            a, b = (_pair(pairs, at) for pairs in (row.offsets, offsets))
            wrong.append(Mismatch(short(row.text), f"piece {at + 1}: {a}", f"piece {at + 1}: {b}", 1.0))
    detail = f"word pieces of {len(told) - len(wrong)} of {len(told)} texts stand at the same characters"
    return _held(aspects.OFFSETS, len(told), float(len(wrong)), 0.0, detail, wrong)


def _pair(pairs: Sequence[tuple[int, int]], at: int) -> str:
    return f"{pairs[at][0]}-{pairs[at][1]}" if at < len(pairs) else "none"


def _layout(runtime: Runtime, name: str, rows: Sequence[GoldenRow], layout: Layout) -> Check:
    """Compare the same texts alone in a call and laid out otherwise; golden numbers play no part."""
    if (found := _not_applicable(runtime, name)) is not None:
        return found
    if not rows:
        return Check(name, "not checked", detail="no golden rows")
    texts = [row.text for row in rows]
    alone, together = runtime.probabilities(texts, ALONE), runtime.probabilities(texts, layout)
    wrong = []
    for text, a, b in zip(texts, alone, together, strict=True):
        if a is not None and b is not None:  # tokenisation tells of the others
            distance = _distance(a, b)
            wrong.append(Mismatch(short(text), "as alone in a call", f"|Δp| {distance:.2e} from that", distance))
    if not wrong:
        return Check(name, "not checked", detail="no text has the word pieces of the golden rows")
    bar = BARS[runtime.precision].probability
    off = [row for row in wrong if bar is not None and row.distance > bar]
    return _held(name, len(wrong), max(row.distance for row in wrong), bar, "|Δp| max", off)


def _logits(runtime: Runtime, rows: Sequence[GoldenRow]) -> Check:
    """Logits against the golden ones, and the probabilities that are made of them at the router's temperature."""
    if (there := _not_applicable(runtime, aspects.LOGITS)) is not None:
        return there
    rows = [row for row in rows if row.logits]
    if not rows:
        return Check(aspects.LOGITS, "not checked", detail="no golden row has logits")
    total, count, unlike, worst, wrong = 0.0, 0, 0, 0.0, []
    for row, found in zip(rows, runtime.logits([row.text for row in rows]), strict=True):
        expected = np.array(row.logits, np.float32)
        if found is None or found.shape != expected.shape:
            unlike += 1
            wrong.append(Mismatch(short(row.text), "golden logits", "scores of other word pieces", math.inf))
            continue
        apart = _distance(*(softmax(values, runtime.temperature) for values in (found, expected)))
        worst = max(worst, _distance(found, expected))
        total, count = total + float(np.abs(found - expected).sum(dtype=np.float64)), count + found.size
        wrong.append(Mismatch(short(row.text), "golden logits", f"|Δp| {apart:.2e} from theirs", apart))
    what = "word pieces" if runtime.task.kind == "token" else "texts"
    detail = f"|Δp| max of {what}; |Δ| max {worst:.1e}, mean {total / max(count, 1):.1e}"
    if unlike:
        detail += f"; {unlike} texts have other word pieces"
    bar = BARS[runtime.precision].probability
    off = [row for row in wrong if bar is not None and row.distance > bar]
    return _held(aspects.LOGITS, len(wrong), max(row.distance for row in wrong), bar, detail, off)


def _probabilities(
    runtime: Runtime, rows: Sequence[GoldenRow], said: Sequence[Said | None], *, uncalibrated: bool
) -> Check:
    """Compare the probabilities that decisions carry, calibration and all."""
    given = list(zip(rows, said, strict=True))
    if uncalibrated:
        if runtime.task.kind == "token":
            reason = "golden rows do not hold what an entity would score without the temperature"
            return Check(aspects.PROBABILITIES, "not applicable", detail=reason)
        given = [(_without_temperature(row, runtime), found) for row, found in given]
    told = [(row, found, apart) for row, found in given if found and (apart := _apart(row, found)) is not None]
    if not told:
        return Check(aspects.PROBABILITIES, "not checked", detail="no row in which both sides tell the same label's")
    worst, bar = max(apart for *_, apart in told), BARS[runtime.precision].probability
    detail = f"|Δp| max; without the temperature ({runtime.temperature:.3f}), as asked" if uncalibrated else "|Δp| max"
    off = [
        Mismatch(short(row.text), Said.of(row.decision).told(), found.told(), apart)
        for row, found, apart in told
        if bar is not None and apart > bar
    ]
    if off and not uncalibrated and runtime.task.kind == "sequence":
        raw = [_apart(_without_temperature(row, runtime), found) for row, found, _ in told]
        if bar is not None and max((d for d in raw if d is not None), default=1.0) <= bar:
            detail += (
                f"; these are the probabilities without the temperature ({runtime.temperature:.3f}): "
                "--uncalibrated compares with those"
            )
    return _held(aspects.PROBABILITIES, len(told), worst, bar, detail, off)


def _distance(a: Floats, b: Floats) -> float:
    """Return the greatest difference; infinite for other shapes, and where a number is none."""
    if a.shape != b.shape or not (np.isfinite(a).all() and np.isfinite(b).all()):
        return math.inf
    return float(np.abs(a.astype(np.float64) - b).max(initial=0.0))


def _apart(row: GoldenRow, said: Said) -> float | None:
    """Return the greatest difference of probabilities told by both sides; None where there are none."""
    golden = row.decision
    if said.probabilities is not None and golden.probabilities:
        pairs = [(p, said.probabilities.get(label, math.nan)) for label, p in golden.probabilities.items()]
        mine, theirs = zip(*pairs, strict=True)
        return _distance(np.array(mine), np.array(theirs))
    if said.probability is not None and said.label == golden.label:
        return _distance(np.array(golden.probability), np.array(said.probability))
    return None


def _same(row: GoldenRow, said: Said | None) -> bool:
    if said is None:
        return False
    golden = Said.of(row.decision)
    return (
        said.label == golden.label
        and said.abstained in (None, golden.abstained)
        and (said.spans is None or said.spans == golden.spans)
    )


def _decisions(runtime: Runtime, rows: Sequence[GoldenRow], said: Sequence[Said | None]) -> Check:
    bar = BARS[runtime.precision]
    pairs = list(zip(rows, said, strict=True))
    far = [pair for pair in pairs if pair[0].margin >= bar.margin]
    if not far:
        return Check(aspects.DECISIONS, "not checked", detail=f"no row has a margin of at least {bar.margin:g}")
    wrong = [
        Mismatch(short(row.text), Said.of(row.decision).told(), found.told() if found else "other tokens", row.margin)
        for row, found in far
        if not _same(row, found)
    ]
    share = len(wrong) / len(far)
    detail = f"{len(far) - len(wrong):,} of {len(far):,} decided alike ({100 * (1 - share):.2f} %)"
    if bar.margin:
        near = [pair for pair in pairs if pair[0].margin < bar.margin]
        detail += f" at margin >= {bar.margin:g}; {sum(_same(*p) for p in near)} of {len(near)} that lie nearer"
    return _held(aspects.DECISIONS, len(far), share, bar.differing, detail, wrong)


def _entities(runtime: Runtime, rows: Sequence[GoldenRow], said: Sequence[Said | None]) -> Check:
    """Compare type, start and end of every entity."""
    if (there := _not_applicable(runtime, aspects.SPANS)) is not None:
        return there
    count, differing, wrong = 0, 0, []
    for row, found in zip(rows, said, strict=True):
        expected = set(Said.of(row.decision).spans or ())
        other = set(found.spans or ()) if found is not None else set()
        count += len(expected)
        if apart := len(expected ^ other):
            differing += apart
            wrong.append(Mismatch(short(row.text), _told(expected), _told(other), float(apart)))
    detail = f"{count:,} entities; {differing} missing, added or with other borders"
    exact = BARS[runtime.precision].probability is not None
    return _held(aspects.SPANS, len(rows), float(differing), 0.0 if exact else None, detail, wrong)


def _told(spans: set[tuple[str, int, int]]) -> str:
    return ", ".join(f"{kind} {start}-{end}" for kind, start, end in sorted(spans, key=lambda s: s[1])[:8]) or "nothing"


def _without_temperature(row: GoldenRow, runtime: Runtime) -> GoldenRow:
    """Return a sequence task's golden row with its probabilities at temperature 1."""
    p = softmax(np.array(row.logits, np.float32))[0]
    every = dict(zip(runtime.task.labels, map(float, p), strict=True))
    return replace(row, decision=replace(row.decision, probabilities=every, probability=every[row.decision.label]))
