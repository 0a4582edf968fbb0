"""Whether "90 % sure" is right nine times in ten: temperature scaling, its error, its diagram.

Takes logits or probabilities with true label indices; gives a temperature and the figures before
and after it. Fit on validation rows only; the test rows are for judging.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pointsman.errors import DataError
from pointsman.evaluation.intervals import Floats, Ints, wilson
from pointsman.inference.calibration import log_softmax, softmax

LOWEST, HIGHEST = 0.05, 20.0
"""Temperatures outside are never what the data say, only that there are too few of them."""


@dataclass(frozen=True, slots=True)
class CalibrationFigures:
    """A temperature and what it changes.

    Attributes:
        temperature: divide logits by it before the softmax.
        n_validation: rows that it was fitted on.
        ece_before: expected calibration error at temperature 1.
        ece_after: the same at `temperature`.
        nll_before: mean negative log likelihood at temperature 1.
        nll_after: the same at `temperature`.
    """

    temperature: float
    n_validation: int
    ece_before: float
    ece_after: float
    nll_before: float
    nll_after: float

    def to_dict(self) -> dict[str, Any]:
        """Return the `calibration` part of `eval_results.json`."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Rows whose winner's probability lies in `low`..`high`.

    Attributes:
        low: lower edge of the bin.
        high: upper edge of the bin.
        count: rows in it.
        confidence: their mean probability.
        accuracy: share of them that is right.
        accuracy_low: low end of its 95 % interval.
        accuracy_high: high end of it.
    """

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float
    accuracy_low: float
    accuracy_high: float


def nll(probabilities: Floats, y: Ints) -> float:
    """Return the mean negative log of the true label's probability (at least 1e-12 is taken)."""
    taken = np.clip(probabilities[np.arange(len(y)), y].astype(np.float64), 1e-12, 1.0)
    return float(-np.log(taken).mean())


def ece(probabilities: Floats, y: Ints, bins: int = 15) -> float:
    """Return the expected calibration error of the winner's probability, over bins of equal mass.

    Each bin holds the same number of rows (equal probabilities stay together), because a good
    router leaves bins of equal width nearly empty below 0.9 and their error is then noise (Nguyen
    and O'Connor 2015; the mean of |accuracy - confidence| over bins is Guo et al. 2017's).

    Args:
        probabilities: [n, classes].
        y: [n] true label indices.
        bins: how many.
    """
    confidence, correct = _winner(probabilities, y)
    edges = np.unique(np.quantile(confidence, np.linspace(0, 1, bins + 1)))
    which = np.searchsorted(edges[1:-1], confidence, side="right")
    gap = np.bincount(which, weights=confidence - correct)
    return float(np.abs(gap).sum() / len(y))


def reliability(probabilities: Floats, y: Ints, bins: int = 10) -> tuple[ReliabilityBin, ...]:
    """Return the table of a reliability diagram; bins of equal width, empty ones left out.

    Args:
        probabilities: [n, classes].
        y: [n] true label indices.
        bins: how many between 0 and 1.
    """
    confidence, correct = _winner(probabilities, y)
    which = np.minimum((confidence * bins).astype(np.int64), bins - 1)
    table = []
    for b in np.unique(which):
        inside = which == b
        count, right = int(inside.sum()), int(correct[inside].sum())
        interval = wilson(right, count)
        table.append(
            ReliabilityBin(
                low=b / bins,
                high=(b + 1) / bins,
                count=count,
                confidence=float(confidence[inside].mean()),
                accuracy=right / count,
                accuracy_low=interval.low,
                accuracy_high=interval.high,
            )
        )
    return tuple(table)


def fit_temperature(logits: Floats, y: Ints) -> float:
    """Return the temperature that makes the true labels most likely (Guo et al. 2017, section 4.2).

    The likelihood is joined by a weak prior, log T ~ normal(0, 1): worth less than one row where
    there are hundreds, it decides where the rows do not, so a validation split that is all right
    gives a moderate temperature rather than the lowest allowed. No rows give 1.

    Args:
        logits: [n, classes] of validation rows.
        y: [n] their true label indices.

    Returns:
        A temperature between `LOWEST` and `HIGHEST`.

    Raises:
        DataError: a logit is not a finite number.
    """
    if not np.isfinite(logits).all():
        raise DataError(
            "the model's scores of the validation rows are not all finite numbers, so training "
            "diverged: lower --learning-rate, or use --precision fp32"
        )
    if len(y) == 0:
        return 1.0
    from scipy.optimize import minimize_scalar

    rows = np.arange(len(y))

    def loss(log_t: float) -> float:
        likelihood = log_softmax(logits, math.exp(log_t))[rows, y].sum()
        return float(-likelihood + log_t**2 / 2)

    found = minimize_scalar(
        loss, bounds=(math.log(LOWEST), math.log(HIGHEST)), method="bounded", options={"xatol": 1e-4}
    )
    return float(np.clip(math.exp(found.x), LOWEST, HIGHEST))


def measure(logits: Floats, y: Ints, temperature: float, n_validation: int) -> CalibrationFigures:
    """Return what a temperature changes on these rows (in a report: the test rows).

    Args:
        logits: [n, classes].
        y: [n] true label indices.
        temperature: fitted elsewhere.
        n_validation: rows that it was fitted on.
    """
    before, after = softmax(logits), softmax(logits, temperature)
    return CalibrationFigures(
        temperature=temperature,
        n_validation=n_validation,
        ece_before=ece(before, y),
        ece_after=ece(after, y),
        nll_before=nll(before, y),
        nll_after=nll(after, y),
    )


def _winner(probabilities: Floats, y: Ints) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Return the winner's probability [n] and whether it is the true label [n]."""
    return probabilities.max(axis=1).astype(np.float64), probabilities.argmax(axis=1) == y
