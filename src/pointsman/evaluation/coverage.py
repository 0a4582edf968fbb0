"""What abstaining buys: error against coverage, and how many rows out of scope it catches."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pointsman.evaluation.intervals import Bools, Floats, wilson
from pointsman.evaluation.metrics import auc
from pointsman.evaluation.thresholds import confidence_levels


@dataclass(frozen=True)
class RiskCoverage:
    """Error among the answered as more and more is answered, surest first.

    Attributes:
        coverage: [points] share of rows answered, rising.
        risk: [points] share of these that is wrong.
        threshold: [points] the probability at or above which rows are answered.
        aurc: area under the curve: the mean risk over all coverages, lower is better.
    """

    coverage: npt.NDArray[np.float64]
    risk: npt.NDArray[np.float64]
    threshold: npt.NDArray[np.float64]
    aurc: float


def risk_coverage(confidence: Floats, correct: Bools) -> RiskCoverage:
    """Return the risk-coverage curve (Geifman and El-Yaniv 2017, NeurIPS).

    Rows of equal confidence are answered together, so the order of the rows does not matter.

    Args:
        confidence: [n] probability of the winner.
        correct: bool [n], the winner is the true label.

    Raises:
        ValueError: there are no rows.
    """
    if len(confidence) == 0:
        raise ValueError("risk_coverage needs at least one row")
    levels, answered, wrong = confidence_levels(confidence.astype(np.float64), correct)
    risk = wrong / answered
    weights = np.diff(answered, prepend=0) / len(confidence)
    return RiskCoverage(answered / len(confidence), risk, levels, float((risk * weights).sum()))


@dataclass(frozen=True, slots=True)
class OutOfScope:
    """How a rule treats rows that belong to no label.

    Attributes:
        n: out-of-scope rows.
        recall: share of them answered "not sure".
        recall_interval: its 95 % interval.
        in_scope_accuracy_after_abstaining: share of in-scope rows answered and right, "not sure"
            counted as wrong.
        in_scope_coverage: share of in-scope rows answered.
        auroc: how often an in-scope row is surer than an out-of-scope one.
        threshold: the probability below which a row is "not sure".
    """

    n: int
    recall: float
    recall_interval: tuple[float, float]
    in_scope_accuracy_after_abstaining: float
    in_scope_coverage: float
    auroc: float
    threshold: float

    def to_dict(self) -> dict[str, Any]:
        """Return the `out_of_scope` part of `eval_results.json`."""
        return {**asdict(self), "recall_interval": list(self.recall_interval)}


def oos_recall(confidence: Floats, correct: Bools, oos_confidence: Floats, threshold: float) -> OutOfScope:
    """Measure a threshold on out-of-scope rows (the figures of Larson et al. 2019, EMNLP).

    Args:
        confidence: [n] the winner's probability of in-scope rows.
        correct: bool [n], their winner is the true label.
        oos_confidence: [m] the winner's probability of out-of-scope rows.
        threshold: below it a row is "not sure".

    Raises:
        ValueError: one of the two kinds has no rows.
    """
    scores = np.concatenate([confidence, oos_confidence]).astype(np.float64)
    answered = scores[: len(confidence)] >= threshold
    caught, n = int((scores[len(confidence) :] < threshold).sum()), len(oos_confidence)
    interval = wilson(caught, n)
    in_scope = np.arange(len(scores)) < len(confidence)
    return OutOfScope(
        n=n,
        recall=caught / n,
        recall_interval=(interval.low, interval.high),
        in_scope_accuracy_after_abstaining=float((answered & correct).mean()),
        in_scope_coverage=float(answered.mean()),
        auroc=auc(scores, in_scope),
        threshold=threshold,
    )
