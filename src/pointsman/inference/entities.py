"""Scores of word pieces to entities: whole words only, badly formed sequences mended, each with a score.

Takes what a token model says of the pieces of one text (all windows together); knows nothing of models.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from pointsman.data.alignment import Offsets, spans_of, words_of
from pointsman.inference.calibration import Calibration, Floats, softmax
from pointsman.tasks import Decision, Entity, Task


@dataclass(frozen=True)
class Pieces:
    """One text's word pieces with their scores.

    Attributes:
        text: as given.
        offsets: where each piece stands, in order; every character but white space belongs to one.
        logits: float32 [pieces, labels].
    """

    text: str
    offsets: tuple[Offsets, ...]
    logits: npt.NDArray[np.float32]


# Two entities of one type seldom touch, and a piece that wavers between B- and I- would tear an address: what it takes
# to begin one right after another, as a factor on the sequence's probability (chosen on validation rows, docs/log.md).
_TOUCHING = np.exp(-1.0)
_LEAST_BEGIN = 0.1


def candidates(pieces: Pieces, task: Task, temperature: float) -> tuple[list[Entity], float]:
    """Return every entity that the scores tell of, however weak, and the probability that there is any.

    Words are labelled, not pieces: a word is of a type with the mean over its pieces of B- and I- together, and begins
    an entity in the share that B- has of these on its first piece. Of all well-formed sequences of word labels the most
    probable is taken (Viterbi 1967): that is the one rule by which badly formed sequences are mended. An I- that
    continues nothing begins an entity at a tenth of its probability at least, or gives way to O. An entity's score is
    the mean over its words of the probability of its type.

    Args:
        pieces: of one text.
        task: a token task, whose labels the columns are.
        temperature: logits are divided by it.
    """
    words = _Words.of(pieces, task, temperature)
    if words is None:
        return [], 0.0
    return words.entities(_most_probable(words.logs)), float((1 - words.nothing).max())


def borders_margin(pieces: Pieces, task: Task, calibration: Calibration) -> float:
    """Return how far the entities that are reported are from others, and a text without any from "not sure": the
    probability by which the sequence of word labels is ahead of the best one that would be decided otherwise, were
    these two all there is; 1 where none comes near.

    Args:
        pieces: of one text.
        task: a token task, whose labels the columns are.
        calibration: its temperature and rule.
    """
    words = _Words.of(pieces, task, calibration.temperature)
    if words is None:
        return 1.0

    def decided(path: list[int]) -> tuple[set[tuple[str, int, int]], bool]:
        found = words.entities(path)
        spans = kept(found, calibration.rule.threshold)
        return {(entity.type, entity.start, entity.end) for entity in spans}, not_sure(found, spans)

    (ahead, back), (behind, on) = _forward(words.logs), _backward(words.logs)
    behind_by = ahead[-1].max() - (ahead + behind)  # the best sequence through each label of each word
    best = _back(back, len(back) - 1, int(ahead[-1].argmax()))
    own, seen = decided(best), {tuple(best)}
    for word, label in sorted(np.argwhere(behind_by < _FAR).tolist(), key=lambda at: float(behind_by[*at])):
        path = _back(back, word, label) + _on(on, word, label)
        if tuple(path) not in seen and decided(path) != own:
            return float(np.tanh(behind_by[word, label] / 2))
        seen.add(tuple(path))
    return 1.0


_FAR = 3.0
"""Sequences that are less probable by a factor of e to the power of this do not come near."""


@dataclass(frozen=True)
class _Words:
    """What the scores say of a text's words.

    Attributes:
        text: the whole of it.
        bounds: where each word begins and ends.
        task: whose labels these are.
        nothing: probability of O, [words].
        types: of each type, [words, types].
        logs: of each label, O, B-, I-, B-, I-, …, [words, labels].
    """

    text: str
    bounds: list[Offsets]
    task: Task
    nothing: npt.NDArray[np.float64]
    types: npt.NDArray[np.float64]
    logs: npt.NDArray[np.float64]

    @classmethod
    def of(cls, pieces: Pieces, task: Task, temperature: float) -> _Words | None:
        words = words_of(pieces.text, pieces.offsets)
        if not words:
            return None
        p = softmax(pieces.logits, temperature)
        starts = np.array([word[0] for word in words])
        sizes = np.diff(np.append(starts, len(pieces.offsets)))
        mean = np.add.reduceat(p, starts, axis=0) / sizes[:, None]
        types = mean[:, 1::2] + mean[:, 2::2]
        first = p[starts]
        begins = first[:, 1::2] / (first[:, 1::2] + first[:, 2::2])
        emitted = np.empty_like(mean)
        emitted[:, 0] = mean[:, 0]
        emitted[:, 1::2] = types * np.maximum(begins, _LEAST_BEGIN)
        emitted[:, 2::2] = types * (1 - begins)
        bounds = [(pieces.offsets[word[0]][0], max(pieces.offsets[i][1] for i in word)) for word in words]
        return cls(pieces.text, bounds, task, mean[:, 0], types, np.log(np.maximum(emitted, 1e-12)))

    def entities(self, path: Sequence[int]) -> list[Entity]:
        """Return the entities of a sequence of labels, as indices."""
        at = np.array([low for low, _ in self.bounds])
        found = []
        for span in spans_of([self.task.labels[index] for index in path], self.bounds):
            inside = slice(int(np.searchsorted(at, span.start)), int(np.searchsorted(at, span.end)))
            column = self.task.entities.index(span.label)
            text = self.text[span.start : span.end]
            found.append(Entity(span.label, span.start, span.end, text, float(self.types[inside, column].mean())))
        return found


_Table = npt.NDArray[np.float64]


def _most_probable(logs: _Table) -> list[int]:
    """Return the most probable well-formed sequence of labels O, B-, I-, B-, I-, …, as indices, one for each word."""
    each = logs.argmax(axis=1)
    if not (each[0] and each[0] % 2 == 0) and not _steps(logs.shape[1])[each[:-1], each[1:]].any():
        return [int(label) for label in each]  # each word's own best, where that is well-formed and costs nothing
    best, back = _forward(logs)
    return _back(back, len(logs) - 1, int(best[-1].argmax()))


def _forward(logs: _Table) -> tuple[_Table, npt.NDArray[np.int64]]:
    """Return what the best sequence up to each word's label has, that label included, and the label before it."""
    n = logs.shape[1]
    steps, columns = _steps(n), np.arange(n)
    best, back = logs.copy(), np.zeros(logs.shape, np.int64)
    best[0, 2::2] = -np.inf
    for word in range(1, len(logs)):
        ways = best[word - 1][:, None] + steps
        back[word] = ways.argmax(axis=0)
        best[word] = ways[back[word], columns] + logs[word]
    return best, back


def _backward(logs: _Table) -> tuple[_Table, npt.NDArray[np.int64]]:
    """Return what the best sequence after each word's label has, and the label after it."""
    n = logs.shape[1]
    steps, columns = _steps(n), np.arange(n)
    best, on = np.zeros_like(logs), np.zeros(logs.shape, np.int64)
    for word in range(len(logs) - 2, -1, -1):
        ways = steps + (logs[word + 1] + best[word + 1])
        on[word] = ways.argmax(axis=1)
        best[word] = ways[columns, on[word]]
    return best, on


def _back(back: npt.NDArray[np.int64], word: int, label: int) -> list[int]:
    """Return the labels up to a word's, that included."""
    path = [label]
    for later in range(word, 0, -1):
        path.append(int(back[later, path[-1]]))
    return path[::-1]


def _on(on: npt.NDArray[np.int64], word: int, label: int) -> list[int]:
    """Return the labels after a word's."""
    path = [label]
    for earlier in range(word, len(on) - 1):
        path.append(int(on[earlier, path[-1]]))
    return path[1:]


@lru_cache
def _steps(n: int) -> _Table:
    """Return what it costs to go from each of n labels to each."""
    begin, inner = np.arange(1, n, 2), np.arange(2, n, 2)
    steps = np.zeros((n, n))
    steps[:, inner] = -np.inf
    steps[inner, inner] = steps[begin, inner] = 0.0
    steps[begin, begin] = steps[inner, begin] = np.log(_TOUCHING)
    return steps


def kept(entities: Sequence[Entity], threshold: float) -> tuple[Entity, ...]:
    """Return the entities that the rule reports: those with a score of at least `threshold`."""
    return tuple(entity for entity in entities if entity.score >= threshold)


def not_sure(found: Sequence[Entity], reported: Sequence[Entity]) -> bool:
    """Tell whether a text is "not sure": something was found in it, and nothing of that reaches the threshold."""
    return bool(found) and not reported


def names(task: Task) -> tuple[str, str]:
    """Return the labels of a text without entities and of one with several types of them."""
    return f"no_{task.name}", f"{task.name}_detected"


def decide_entities(
    texts: Sequence[Pieces],
    task: Task,
    calibration: Calibration,
    digest: str,
    *,
    probabilities: bool = False,
) -> list[Decision]:
    """Turn scores of pieces into decisions: entities at or above the rule's threshold, or `not_sure` (`abstained`)."""
    nothing, several = names(task)
    threshold = calibration.rule.threshold
    out = []
    for pieces in texts:
        found, any_ = candidates(pieces, task, calibration.temperature)
        spans = kept(found, threshold)
        types = {entity.type for entity in spans}
        some = types.pop() if len(types) == 1 else several
        p = max((entity.score for entity in spans), default=1 - any_)
        decision = Decision(
            task=task.name,
            label=some if spans else nothing,
            probability=p,
            margin=abs(2 * p - 1),
            runner_up=nothing if spans else several,
            threshold=threshold,
            abstained=not_sure(found, spans),
            truncated=False,
            digest=digest,
            spans=spans,
        )
        if probabilities:
            decision = replace(decision, probabilities={nothing: 1 - any_, several: any_}, candidates=tuple(found))
        out.append(decision)
    return out


def flat(pieces: Sequence[Pieces], labels: Sequence[Sequence[str | None]], task: Task) -> tuple[Floats, Any]:
    """Return all pieces' logits [n, labels] and label indices [n], to fit a temperature on."""
    index = {label: number for number, label in enumerate(task.labels)}
    logits = np.concatenate([p.logits for p in pieces]) if pieces else np.zeros((0, len(task.labels)), np.float32)
    y = np.array([index[label] for row in labels for label in row if label is not None], dtype=np.int64)
    return logits, y
