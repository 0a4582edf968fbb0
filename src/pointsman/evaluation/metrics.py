"""How often a router is right: accuracy, F1, confusions, and operating points, with 95 % intervals.

Takes true label indices and probabilities (or predicted indices); gives frozen values whose
`to_dict` is their part of `eval_results.json`. Knows nothing of models or files.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from pointsman.errors import ConfigError, DataError, nearest
from pointsman.evaluation.intervals import (
    Bools,
    Floats,
    Interval,
    Ints,
    bootstrap_f1,
    f1_scores,
    macro_and_weighted,
    wilson,
)

METRICS = ("accuracy", "macro_f1", "weighted_f1")
"""The figures that early stopping and model choice may go by."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value with its 95 % interval."""

    value: float
    low: float
    high: float

    @classmethod
    def of(cls, value: float, interval: Interval) -> Figure:
        """Return `value` with `interval`."""
        return cls(float(value), interval.low, interval.high)

    @classmethod
    def share(cls, successes: int, n: int) -> Figure:
        """Return successes / n (0 when n is 0) with Wilson's interval."""
        return cls.of(successes / n if n else 0.0, wilson(successes, n))

    @property
    def interval(self) -> list[float]:
        """The interval as `[low, high]`, the way it stands in JSON."""
        return [self.low, self.high]


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """One label's figures; `support` is how many rows are truly of it."""

    label: str
    precision: Figure
    recall: Figure
    f1: Figure
    support: int


class ConfusedPair(NamedTuple):
    """How many rows of label `true` were called `predicted`, and their share of that label's rows."""

    true: str
    predicted: str
    rows: int
    share_of_true: float


@dataclass(frozen=True)
class Classification:
    """Every figure of one set of predictions.

    Attributes:
        n: rows judged.
        accuracy: with Wilson's interval.
        macro_f1: mean over the classes that occur or are predicted, with a bootstrap interval.
        weighted_f1: mean weighted by support, with a bootstrap interval.
        per_class: in label order.
        confusion: int [classes, classes], rows true, columns predicted.
        confused_pairs: the ten most frequent errors, most frequent first.
    """

    n: int
    accuracy: Figure
    macro_f1: Figure
    weighted_f1: Figure
    per_class: tuple[ClassFigures, ...]
    confusion: npt.NDArray[np.int64]
    confused_pairs: tuple[ConfusedPair, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the top level of `eval_results.json`: `n`, the three figures, `intervals`,
        `per_class` and `confused_pairs`."""
        return {
            "n": self.n,
            **{name: getattr(self, name).value for name in METRICS},
            "intervals": {name: getattr(self, name).interval for name in METRICS},
            "per_class": {
                row.label: {
                    "precision": row.precision.value,
                    "precision_interval": row.precision.interval,
                    "recall": row.recall.value,
                    "recall_interval": row.recall.interval,
                    "f1": row.f1.value,
                    "f1_interval": row.f1.interval,
                    "support": row.support,
                }
                for row in self.per_class
            },
            "confused_pairs": [
                {"true": p.true, "predicted": p.predicted, "count": p.rows, "share": p.share_of_true}
                for p in self.confused_pairs
            ],
        }


class OperatingPoint(NamedTuple):
    """Recall where at most a given share of negatives scores at least `threshold`."""

    recall: Figure
    threshold: float


def confusion_matrix(y: Ints, predicted: Ints, n_classes: int) -> npt.NDArray[np.int64]:
    """Return counts [classes, classes]: rows true, columns predicted."""
    cells = np.asarray(y, np.int64) * n_classes + np.asarray(predicted, np.int64)
    return np.bincount(cells, minlength=n_classes * n_classes).reshape(n_classes, n_classes).astype(np.int64)


def metric_value(name: str, y: Ints, predicted: Ints, n_classes: int) -> float:
    """Return one figure without its interval: cheap enough for every epoch.

    Args:
        name: `accuracy`, `macro_f1` or `weighted_f1`.
        y: [n] true label indices.
        predicted: [n] predicted label indices.
        n_classes: how many labels the task has.

    Raises:
        ConfigError: no such metric.
        DataError: no rows.
    """
    if name not in METRICS:
        raise ConfigError(f"metric {name!r} is unknown{nearest(name, METRICS)} (known: {', '.join(METRICS)})")
    if len(y) == 0:
        raise DataError(f"{name} needs at least one row: the split that should be judged is empty")
    if name == "accuracy":
        return float(np.mean(y == predicted))
    confusion = confusion_matrix(y, predicted, n_classes)
    support = confusion.sum(axis=1)
    f1 = f1_scores(confusion.diagonal(), support, confusion.sum(axis=0))
    macro, weighted = macro_and_weighted(f1, support)
    return float(macro if name == "macro_f1" else weighted)


def classification(y: Ints, probabilities_or_predicted: Floats | Ints, labels: Sequence[str]) -> Classification:
    """Return every figure of a set of predictions.

    Args:
        y: [n] true label indices.
        probabilities_or_predicted: probabilities [n, classes], or predicted label indices [n].
        labels: names in index order.

    Raises:
        DataError: no rows.
    """
    if len(y) == 0:
        raise DataError("there are no rows to evaluate: check --split and the data file")
    given = probabilities_or_predicted
    predicted: Ints = given.argmax(axis=1) if given.ndim == 2 else given.astype(np.int64)
    confusion = confusion_matrix(y, predicted, len(labels))
    hits, support, guesses = confusion.diagonal(), confusion.sum(axis=1), confusion.sum(axis=0)
    f1 = f1_scores(hits, support, guesses)
    macro, weighted = macro_and_weighted(f1, support)
    intervals = bootstrap_f1(y, predicted, len(labels))
    per_class = tuple(
        ClassFigures(
            label=label,
            precision=Figure.share(int(hits[i]), int(guesses[i])),
            recall=Figure.share(int(hits[i]), int(support[i])),
            f1=Figure.of(0.0 if math.isnan(f1[i]) else f1[i], intervals.per_class[i]),
            support=int(support[i]),
        )
        for i, label in enumerate(labels)
    )
    return Classification(
        n=len(y),
        accuracy=Figure.share(int(hits.sum()), len(y)),
        macro_f1=Figure.of(macro, intervals.macro),
        weighted_f1=Figure.of(weighted, intervals.weighted),
        per_class=per_class,
        confusion=confusion,
        confused_pairs=_confused_pairs(confusion, labels),
    )


def _confused_pairs(confusion: npt.NDArray[np.int64], labels: Sequence[str], top: int = 10) -> tuple[ConfusedPair, ...]:
    wrong = confusion.copy()
    np.fill_diagonal(wrong, 0)
    order = np.argsort(-wrong, axis=None, kind="stable")[:top]
    support = confusion.sum(axis=1)
    return tuple(
        ConfusedPair(labels[i], labels[j], int(wrong[i, j]), float(wrong[i, j] / support[i]))
        for i, j in zip(*np.unravel_index(order, wrong.shape), strict=True)
        if wrong[i, j] > 0
    )


def auc(scores: Floats, positive: Bools) -> float:
    """Return the area under the ROC curve: how often a positive outscores a negative, ties half.

    Args:
        scores: [n], higher means more positive.
        positive: bool [n].

    Raises:
        ValueError: only one of the two classes is there.
    """
    n_positive, n_negative = _both(positive)
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    mean_rank = np.cumsum(counts) - (counts - 1) / 2
    rank_sum = float(mean_rank[inverse][positive].sum())
    return (rank_sum - n_positive * (n_positive + 1) / 2) / (n_positive * n_negative)


def recall_at_fpr(scores: Floats, positive: Bools, fpr: float) -> OperatingPoint:
    """Return the recall at a false-positive rate of at most `fpr`, both measured on these rows.

    The threshold is the lowest that keeps to the rate (a row is called positive at or above it);
    with few negatives the next step of the rate may be far: 50 negatives know 0 % and 2 %.

    Args:
        scores: [n], higher means more positive.
        positive: bool [n].
        fpr: largest share of negatives called positive, 0..1.

    Raises:
        ValueError: only one of the two classes is there.
    """
    n_positive, n_negative = _both(positive)
    scores = scores.astype(np.float64)  # beside float32 numpy would round the threshold onto a row
    negatives = np.sort(scores[~positive])[::-1]
    allowed = math.floor(fpr * n_negative + 1e-9)
    if allowed >= n_negative:
        threshold = float(scores.min())
    else:
        # Every score above the first negative too many is allowed; ties with it are not.
        barred = negatives[allowed]
        above = scores[scores > barred]
        threshold = float(above.min()) if above.size else float(np.nextafter(barred, np.inf))
    return OperatingPoint(Figure.share(int((scores[positive] >= threshold).sum()), n_positive), threshold)


def two_class(
    scores: Floats, positive: Bools, positive_label: str, categories: Sequence[str | None] | None = None
) -> dict[str, Any] | None:
    """Return the `two_class` part of `eval_results.json`, or None when only one class is there.

    Args:
        scores: [n] calibrated probability of the positive label.
        positive: bool [n], truly positive.
        positive_label: its name.
        categories: kind of each row (for jailbreak, the kind of attack), None where it has none;
            recall is given for each kind that positive rows carry.
    """
    if positive.all() or not positive.any():
        return None
    scores = scores.astype(np.float64)
    points = {f"{fpr:.2f}": recall_at_fpr(scores, positive, fpr) for fpr in (0.01, 0.05)}
    out: dict[str, Any] = {
        "positive": positive_label,
        "auc": auc(scores, positive),
        "recall_at_fpr": {
            fpr: {
                "recall": point.recall.value,
                "recall_interval": point.recall.interval,
                "threshold": point.threshold,
            }
            for fpr, point in points.items()
        },
    }
    if categories is not None:
        kinds = np.array([kind or "" for kind in categories], dtype=object)
        out["per_category"] = {}
        for kind in sorted(set(kinds[positive]) - {""}):
            row_scores = scores[positive & (kinds == kind)]
            n = len(row_scores)
            recall = Figure.share(int((row_scores > 0.5).sum()), n)
            strict = Figure.share(int((row_scores >= points["0.01"].threshold).sum()), n)
            out["per_category"][kind] = {
                "n": n,
                "recall": recall.value,
                "recall_interval": recall.interval,
                "recall_at_1pct_fpr": strict.value,
                "recall_at_1pct_fpr_interval": strict.interval,
            }
    return out


def _both(positive: Bools) -> tuple[int, int]:
    n_positive = int(positive.sum())
    if n_positive in (0, len(positive)):
        raise ValueError("this figure needs rows of both classes")
    return n_positive, len(positive) - n_positive
