"""Training rows that give evaluation questions away: found before training, taken out, listed.

Takes the texts of both sides, gives each training row's overlap with the first question that it repeats. Three looks,
the strictest first:

- exact: equal after folding of letter case, Unicode, white space and punctuation (signs that calculate stay:
  "12 + 3" is not "12 - 3");
- ngram13: 13 words in a row are shared (the length that Brown et al. 2020, appendix C, cut at). Of a question of 8 to
  12 words all of them; a shorter one within a longer text says too little;
- minhash: near duplicates as in `near.py`. Texts of less than 20 words must also agree in their numbers, and in the
  signs between them: two sums are not one question.

Knows nothing of models; which rows are evaluated is the caller's to say.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from pointsman.data.conflicts import normalised
from pointsman.data.near import near_groups, similarity, spoken
from pointsman.data.questions import Question

Kind = Literal["exact", "ngram13", "minhash"]
KINDS: tuple[Kind, ...] = ("exact", "ngram13", "minhash")
RUN = 13
SHORTEST_RUN = 8
_NEAR = 0.5
_COMPARED = 200
_LONG_WORDS = 20
_TEXT_SHOWN = 60
_TOKEN = re.compile(r"\w+|[^\w\s]")
_NUMBER = re.compile(r"\d+")
_CALCULATE = frozenset("-*/%−–")


@dataclass(frozen=True, slots=True)
class Overlap:
    """A training row and the evaluation question that it gives away.

    Attributes:
        kind: the strictest look that found it.
        training, held: their numbers in the sequences given.
        text, held_text: how they begin.
        shared: the words in common (ngram13), else "".
        similarity: of the texts, 0..1.
    """

    kind: Kind
    training: int
    held: int
    text: str
    held_text: str
    shared: str
    similarity: float

    def __str__(self) -> str:
        shared = f" (shared: {_short(self.shared)!r})" if self.shared else ""
        return (
            f"{self.kind}: training row {self.training} {self.text!r}, question {self.held} {self.held_text!r}{shared}"
        )


@dataclass(frozen=True)
class Contamination:
    """What `check` found.

    Attributes:
        training, held: how many rows were compared.
        found: one overlap for each training row at fault, in the order of the rows.
    """

    training: int
    held: int
    found: tuple[Overlap, ...]

    @property
    def rows(self) -> frozenset[int]:
        """Numbers of the training rows at fault."""
        return frozenset(overlap.training for overlap in self.found)

    @property
    def counts(self) -> dict[str, int]:
        """Training rows at fault by the look that found them."""
        return {kind: sum(overlap.kind == kind for overlap in self.found) for kind in KINDS}

    def told(self, most: int = 5) -> tuple[str, ...]:
        """Return a line on what was found and one each for the first overlaps."""
        counts = ", ".join(f"{count:,} {kind}" for kind, count in self.counts.items())
        head = f"{len(self.found):,} of {self.training:,} training rows overlap {self.held:,} evaluation questions"
        return (f"{head} ({counts})", *(str(overlap) for overlap in self.found[:most]))

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready dictionary that lists every overlap."""
        return {
            "training_rows": self.training,
            "evaluation_questions": self.held,
            "removed": len(self.found),
            "by_kind": self.counts,
            "listed": [asdict(overlap) for overlap in self.found],
        }


def check(training: Sequence[str], held: Sequence[str], *, more: Sequence[str] | None = None) -> Contamination:
    """Find training rows that overlap evaluation questions.

    Args:
        training: the rows' questions.
        held: the evaluation questions.
        more: further text of each training row (its options and solution), where shared runs are looked for too.

    Raises:
        MissingExtraError: rensa or scipy is not installed.
    """
    if not training or not held:
        return Contamination(len(training), len(held), ())
    found: dict[int, tuple[Kind, int, str]] = {}
    keys: dict[str, int] = {}
    for number, text in enumerate(held):
        keys.setdefault(_exact(text), number)
    for row, text in enumerate(training):
        if (key := _exact(text)) in keys:
            found[row] = ("exact", keys[key], "")
    words = [spoken(text).split(" ") for text in training]
    whole = words if more is None else [own + spoken(text).split(" ") for own, text in zip(words, more, strict=True)]
    for row, (number, run) in _shared_runs(whole, [spoken(text).split(" ") for text in held]).items():
        found.setdefault(row, ("ngram13", number, run))
    for row, number in _near(training, held).items():
        found.setdefault(row, ("minhash", number, ""))
    return Contamination(
        len(training),
        len(held),
        tuple(
            Overlap(
                kind,
                row,
                number,
                _short(training[row]),
                _short(held[number]),
                run,
                1.0 if kind == "exact" else round(similarity(training[row], held[number]), 3),
            )
            for row, (kind, number, run) in sorted(found.items())
        ),
    )


def decontaminate(training: Sequence[Question], held: Sequence[Question]) -> tuple[tuple[Question, ...], Contamination]:
    """Return the training questions that give no evaluation question away, and what the others overlap.

    Raises:
        MissingExtraError: rensa or scipy is not installed.
    """
    result = check(
        [question.question for question in training],
        [question.question for question in held],
        more=["\n".join((*question.options, question.solution or "")) for question in training],
    )
    rows = result.rows
    return tuple(question for row, question in enumerate(training) if row not in rows), result


def _exact(text: str) -> str:
    """Return the words of a text and the signs that calculate."""
    tokens = _TOKEN.findall(normalised(text))
    kept: list[str] = []
    for place, token in enumerate(tokens):
        after = tokens[place + 1] if place + 1 < len(tokens) else ""
        if (
            token[0].isalnum()
            or token[0] == "_"
            or unicodedata.category(token).startswith("S")
            or (token in _CALCULATE and after[:1].isdigit() and bool(kept) and kept[-1][-1].isdigit())
        ):
            kept.append(token)
    return " ".join(kept) or normalised(text)


def _shared_runs(training: Sequence[Sequence[str]], held: Sequence[Sequence[str]]) -> dict[int, tuple[int, str]]:
    """Return, by training row, the first question of which it repeats a run of words, and that run."""
    known: dict[int, dict[str, int]] = {}
    for number, words in enumerate(held):
        length = min(RUN, len(words))
        if length < SHORTEST_RUN:
            continue
        runs = known.setdefault(length, {})
        for start in range(len(words) - length + 1):
            runs.setdefault(" ".join(words[start : start + length]), number)
    out: dict[int, tuple[int, str]] = {}
    for row, words in enumerate(training):
        for length in sorted(known, reverse=True):
            runs = known[length]
            hit = next(
                (
                    (runs[run], run)
                    for start in range(len(words) - length + 1)
                    if (run := " ".join(words[start : start + length])) in runs
                ),
                None,
            )
            if hit is not None:
                out[row] = hit
                break
    return out


def _near(training: Sequence[str], held: Sequence[str]) -> dict[int, int]:
    """Return, by training row, the evaluation question that it is nearest to, if near at all."""
    groups = near_groups([*training, *held])
    members: dict[int, list[int]] = {}
    for number, group in enumerate(groups[len(training) :]):
        members.setdefault(group, []).append(number)
    out: dict[int, int] = {}
    for row, text in enumerate(training):
        # Groups join through others; the pair itself has to be near.
        near = [
            (similarity(text, held[number]), -number)
            for number in members.get(groups[row], ())[:_COMPARED]
            if _may_be_one(text, held[number])
        ]
        if near and max(near)[0] >= _NEAR:
            out[row] = -max(near)[1]
    return out


def _may_be_one(one: str, other: str) -> bool:
    a, b = spoken(one), spoken(other)
    if a == b:
        return _exact(one) == _exact(other)
    return min(len(a.split()), len(b.split())) >= _LONG_WORDS or _numbers(one) == _numbers(other)


def _numbers(text: str) -> list[str]:
    return sorted(_NUMBER.findall(normalised(text)))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _TEXT_SHOWN else line[: _TEXT_SHOWN - 1] + "…"
