"""Golden rows of a router: candidate texts, the fp32 path's answers to them, and the rows that are kept.

Texts come from validation rows, then from training rows, never from test rows: settings of an export may be chosen on
golden rows, and are judged on test rows.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from typing import Literal

import numpy as np

from pointsman.artifacts import GoldenRow, layout, write_golden
from pointsman.data.example import Example, Split
from pointsman.evaluation import golden
from pointsman.evaluation.golden import Candidate
from pointsman.inference import Calibration
from pointsman.inference.entities import borders_margin, decide_entities
from pointsman.inference.entities import candidates as every_entity
from pointsman.inference.logits import Floats32, Logits
from pointsman.inference.predictor import decide, texts_of
from pointsman.pipeline.dataset import Dataset
from pointsman.pipeline.options import Progress
from pointsman.tasks import Task

_PER_NAME = 2
_ROWS = golden.GOLDEN + golden.COUNT
"""Rows that are answered, and `_PER_NAME` more for each label: as many as can be kept, and some to choose from."""
_LONGEST = 64
_LONG = {"sequence": (1.1, 3.0, 2.0), "token": (1.2, 1.8, 1.3, 1.6)}
"""Over-long texts: how many times `max_length` each. More than are kept: one of many entities often has one whose score
is all but the threshold."""


def add_golden_rows(
    folder: Path,
    dataset: Dataset,
    answer: Logits,
    calibration: Calibration,
    tell: Progress,
    *,
    kept: bool = True,
) -> None:
    """Write `parity.jsonl` into an artifact that has been calibrated.

    Args:
        folder: of the artifact, with the validation rows' logits that calibrating has kept there.
        dataset: what it was trained with; neither its test rows nor its shifted ones are taken.
        answer: the fp32 path.
        calibration: the artifact's.
        tell: told how many rows there are.
        kept: those logits are of this router's weights, and need not be computed again.
    """
    from safetensors.numpy import load_file

    task, split, shifted = dataset.task, dataset.split, dataset.shifted
    known = {}
    if task.kind == "sequence" and kept:
        logits = load_file(folder / layout.VALIDATION)["logits"]
        known = dict(zip(texts_of(split.validation), logits, strict=True))
    barred = (*shifted.rows, *shifted.out_of_scope) if shifted is not None else ()
    rows = golden_rows(task, split, answer, calibration, barred=barred, known=known)
    write_golden(folder, rows)
    uses = Counter(row.use for row in rows)
    few = "" if uses["count"] >= golden.COUNT else f" (not {golden.COUNT}: the data has no more texts)"
    tell.say(f"golden rows: {uses['golden']}, and {uses['count']} to count decisions on{few}")


def golden_rows(
    task: Task,
    split: Split,
    answer: Logits,
    calibration: Calibration,
    *,
    barred: Iterable[Example] = (),
    known: Mapping[str, Floats32] | None = None,
) -> list[GoldenRow]:
    """Choose texts and return the rows of `parity.jsonl`: the same for the same router and split.

    Args:
        task: what is decided.
        split: rows by use; texts of test rows are never taken.
        answer: the fp32 path.
        calibration: the temperature and rule of the artifact.
        barred: more rows whose texts are not taken.
        known: text -> logits of a sequence task that `answer` has given already.
    """
    held = {row.text for row in (*split.test, *split.out_of_scope.get("test", ()), *barred)}
    pool = _pool(split, held, _ROWS + _PER_NAME * len(task.names))
    texts: dict[str, tuple[Literal["fixed", "row", "spare"], str]] = {}
    for kind, fixed in (("short", golden.SHORT), ("unicode", golden.UNICODE)):
        texts.update((text, ("fixed", kind)) for text in fixed)
    material = pool or [*texts]
    for text in _over_long(material, answer, _LONG[task.kind]):
        texts.setdefault(text, ("fixed", "long"))
    for text in pool:
        texts.setdefault(text, ("row", ""))
    if len(pool) < 2 * golden.GOLDEN:
        for text in islice(_pairs(material), golden.GOLDEN):
            texts.setdefault(text, ("spare", ""))
    texts = {text: what for text, what in texts.items() if text not in held}
    answered = _answer(texts, task, answer, calibration, known)
    candidates = [
        Candidate(use, length, classes, row.margin, distance, row.decision.truncated or len(row.ids) > 1, reason)
        for (use, reason), (row, length, classes, distance) in zip(texts.values(), answered, strict=True)
    ]
    chosen = golden.choose(candidates, longest=_LONGEST if task.kind == "token" else None)
    return [_kept(answered[one.index][0], one.use, one.why) for one in chosen]


def decided_anew(rows: Sequence[GoldenRow], task: Task, calibration: Calibration, answer: Logits) -> list[GoldenRow]:
    """Return golden rows under another calibration: the same texts and reasons, decided again.

    Rows that the new rule's threshold comes too close to are left out, where enough others remain.
    """
    answered = _answer([row.text for row in rows], task, answer, calibration)
    anew = [_kept(found, old.use, old.why) for old, (found, *_) in zip(rows, answered, strict=True)]
    clear = [row for row in anew if row.margin >= golden.TOO_CLOSE]
    return clear if sum(row.use == "golden" for row in clear) >= golden.GOLDEN else anew


def _pool(split: Split, held: set[str], most: int) -> list[str]:
    """Return texts of rows: of validation, with training rows where those are few; more than `most` of rare labels."""
    validation = (*split.validation, *split.out_of_scope.get("validation", ()))
    rows = [*_mixed(validation), *_mixed(split.train)]
    rows = [row for row, text in zip(rows, texts_of(rows), strict=True) if text not in held and row.text not in held]
    names: Counter[str] = Counter()
    pool: dict[str, None] = {}
    for number, row in enumerate(rows):
        own = {row.label} if row.spans is None else {span.label for span in row.spans}
        if number < most or any(name is not None and names[name] < _PER_NAME for name in own):
            names.update(name for name in own if name is not None)
            pool[texts_of([row])[0]] = None
    return list(pool)


def _mixed(rows: Sequence[Example]) -> list[Example]:
    """Return rows in an order that is random, but the same whatever the order in the file."""
    return sorted(rows, key=lambda row: hashlib.sha256(row.text.encode("utf-8", "surrogatepass")).digest())


def _over_long(texts: Sequence[str], answer: Logits, times: Sequence[float]) -> Iterator[str]:
    """Yield texts that are joined until they have `times` as many tokens as the model reads at once."""
    lengths = [max(1, len(ids) - 2) for ids in answer.ids(texts)[0]]  # without the two special tokens
    source = cycle(zip(texts, lengths, strict=True))
    for number, factor in enumerate(times):
        parts: list[str] = []
        tokens = 0
        while tokens <= factor * answer.max_length:
            text, length = next(source)
            parts.append(text)
            tokens += length
        yield (" ", "\n")[number % 2].join(parts)


def _pairs(texts: Sequence[str]) -> Iterator[str]:
    """Yield two texts joined, each pair in both orders."""
    for step in range(1, len(texts)):
        for number, text in enumerate(texts):
            yield f"{text} {texts[(number + step) % len(texts)]}"


_Answered = tuple[GoldenRow, int, tuple[str, ...], float]
"""A row with all its numbers; its length, its classes, and its distance from the threshold."""


def _answer(
    texts: Iterable[str],
    task: Task,
    answer: Logits,
    calibration: Calibration,
    known: Mapping[str, Floats32] | None = None,
) -> list[_Answered]:
    plain = list(texts)
    if task.kind == "token":
        return _answer_pieces(plain, task, answer, calibration)
    return _answer_texts(plain, task, answer, calibration, known or {})


def _answer_texts(
    texts: list[str], task: Task, answer: Logits, calibration: Calibration, known: Mapping[str, Floats32]
) -> list[_Answered]:
    ids, truncated = answer.ids(texts)
    new = [text for text in texts if text not in known]
    found = {**known, **dict(zip(new, answer(new)[0], strict=True))}
    logits = np.stack([found[text] for text in texts])
    out: list[_Answered] = []
    decisions = decide(logits, truncated, task, calibration, "", probabilities=True)
    for text, own, scores, decision in zip(texts, ids, logits.tolist(), decisions, strict=True):
        margin, distance = golden.label_margin(decision, calibration.rule, task.positive)
        row = GoldenRow(text, "golden", (), (tuple(own),), (tuple(scores),), decision, task.name, margin=margin)
        out.append((row, len(own), (decision.label,), distance))
    return out


def _answer_pieces(texts: list[str], task: Task, answer: Logits, calibration: Calibration) -> list[_Answered]:
    windows, ids = answer.windows(texts)
    pieces = answer.pieces(texts)
    decisions = decide_entities(pieces, task, calibration, "", probabilities=True)
    rest = iter(ids)
    out: list[_Answered] = []
    for own, found, decision in zip(windows, pieces, decisions, strict=True):
        entities, any_ = every_entity(found, task, calibration.temperature)
        borders = borders_margin(found, task, calibration)
        margin, distance = golden.entity_margin(entities, any_, calibration.rule.threshold, borders)
        row = GoldenRow(
            text=found.text,
            use="golden",
            why=(),
            ids=tuple(tuple(next(rest)) for _ in own),
            logits=tuple(tuple(scores) for scores in found.logits.tolist()),
            decision=decision,
            task=task.name,
            offsets=found.offsets,
            margin=margin,
        )
        types = tuple(sorted({entity.type for entity in decision.spans or ()})) or (decision.label,)
        out.append((row, len(found.offsets), types, distance))
    return out


def _kept(row: GoldenRow, use: Literal["golden", "count"], why: tuple[str, ...]) -> GoldenRow:
    """Return a row as it is written: of a token task, rows to count have no logits."""
    logits = () if use == "count" and row.offsets is not None else row.logits
    return replace(row, use=use, why=why, logits=logits)
