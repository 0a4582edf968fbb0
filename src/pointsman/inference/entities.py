"""Scores of word pieces to entities: whole words only, badly formed sequences mended, each with a score.

Takes what a token model says of the pieces of one text (all windows together); knows nothing of models.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
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
    words = words_of(pieces.text, pieces.offsets)
    if not words:
        return [], 0.0
    p = softmax(pieces.logits, temperature)
    starts = np.array([word[0] for word in words])
    sizes = np.diff(np.append(starts, len(pieces.offsets)))
    mean = np.add.reduceat(p, starts, axis=0) / sizes[:, None]
    types = mean[:, 1::2] + mean[:, 2::2]
    first = p[starts]
    begins = first[:, 1::2] / (first[:, 1::2] + first[:, 2::2])
    labels = [task.labels[index] for index in _most_probable(mean[:, 0], types, begins)]
    bounds = [(pieces.offsets[word[0]][0], max(pieces.offsets[i][1] for i in word)) for word in words]
    found = []
    at = np.array([low for low, _ in bounds])
    for span in spans_of(labels, bounds):
        inside = slice(int(np.searchsorted(at, span.start)), int(np.searchsorted(at, span.end)))
        column = task.entities.index(span.label)
        text = pieces.text[span.start : span.end]
        found.append(Entity(span.label, span.start, span.end, text, float(types[inside, column].mean())))
    return found, float((1 - mean[:, 0]).max())


def _most_probable(
    nothing: npt.NDArray[np.float64], types: npt.NDArray[np.float64], begins: npt.NDArray[np.float64]
) -> list[int]:
    """Return the most probable well-formed sequence of labels O, B-, I-, B-, I-, …, as indices, one for each word.

    Args:
        nothing: probability of O, [words].
        types: probability of each type, [words, types].
        begins: share of it that is B-, [words, types].
    """
    n = 1 + 2 * types.shape[1]
    columns = np.arange(n)
    begin, inner = columns[1::2], columns[2::2]
    emitted = np.empty((len(types), n))
    emitted[:, 0] = nothing
    emitted[:, begin] = types * np.maximum(begins, _LEAST_BEGIN)
    emitted[:, inner] = types * (1 - begins)
    logs = np.log(np.maximum(emitted, 1e-12))
    steps = np.zeros((n, n))
    steps[:, inner] = -np.inf
    steps[inner, inner] = steps[begin, inner] = 0.0
    steps[begin, begin] = steps[inner, begin] = np.log(_TOUCHING)
    best = logs[0].copy()
    best[inner] = -np.inf
    back = np.zeros(logs.shape, np.int64)
    for word in range(1, len(logs)):
        ways = best[:, None] + steps
        back[word] = ways.argmax(axis=0)
        best = ways[back[word], columns] + logs[word]
    path = [int(best.argmax())]
    for word in range(len(logs) - 1, 0, -1):
        path.append(int(back[word, path[-1]]))
    return path[::-1]


def kept(entities: Sequence[Entity], threshold: float) -> tuple[Entity, ...]:
    """Return the entities that the rule reports: those with a score of at least `threshold`."""
    return tuple(entity for entity in entities if entity.score >= threshold)


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
    """Turn scores of pieces into decisions: entities at or above the rule's threshold.

    A text in which nothing reaches the threshold, but something was found, is "not sure" (`abstained`).
    """
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
            abstained=bool(found) and not spans,
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
