"""When a router should say "not sure": rules chosen on validation rows, with their measured effect.

Takes the winner's probability and whether it was right; gives a `Rule` that is stored in the artifact.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from pointsman.errors import ConfigError, nearest
from pointsman.evaluation.intervals import Bools, Floats, wilson

TargetKind = Literal["default", "fpr", "precision", "coverage"]
KINDS: tuple[TargetKind, ...] = ("default", "fpr", "precision", "coverage")
DEFAULT_GIVEN_UP = 0.01
"""The default rule gives up at most this share of the right answers."""


@dataclass(frozen=True, slots=True)
class Target:
    """What a rule should reach; `value` is a share, unused for `default`."""

    kind: TargetKind
    value: float = 0.0

    def __str__(self) -> str:
        return "default" if self.kind == "default" else f"{self.kind}={self.value:g}"


@dataclass(frozen=True, slots=True)
class Effect:
    """What a rule does on the rows that it was chosen on.

    Attributes:
        n: those rows.
        coverage: share of them that is answered.
        accuracy_answered: share of the answered that is right.
        accuracy_answered_low: low end of its 95 % interval.
        accuracy_answered_high: high end of it.
        false_positive_rate: share of the negatives answered with the positive label (positive rules).
        recall: share of the positives answered with the positive label (positive rules).
    """

    n: int
    coverage: float
    accuracy_answered: float
    accuracy_answered_low: float
    accuracy_answered_high: float
    false_positive_rate: float | None = None
    recall: float | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """Below `threshold` the answer is "not sure".

    Attributes:
        target: what it was chosen for, as typed: `precision=0.95`, or `default`.
        threshold: a probability.
        applies_to: `winner`: every answer's probability is compared; `positive`: only answers with
            the positive label are, other answers always stand.
        effect: measured on validation.
    """

    target: str
    threshold: float
    applies_to: Literal["winner", "positive"]
    effect: Effect

    def abstains(self, probabilities: Floats, positive_index: int | None = None) -> npt.NDArray[np.bool_]:
        """Return which rows of probabilities [n, classes] are "not sure": bool [n].

        Raises:
            ValueError: the rule is about the positive label and `positive_index` is None.
        """
        unsure = np.asarray(probabilities.max(axis=1) < self.threshold)
        if self.applies_to == "winner":
            return unsure
        if positive_index is None:
            raise ValueError(f"the rule '{self.target}' is about the positive label: say which it is")
        return np.asarray(unsure & (probabilities.argmax(axis=1) == positive_index))

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready dictionary; parts of the effect that were not measured are left out."""
        return {
            "target": self.target,
            "threshold": self.threshold,
            "applies_to": self.applies_to,
            "effect": {key: value for key, value in asdict(self.effect).items() if value is not None},
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Rule:
        """Return the rule that `to_dict` wrote."""
        return cls(
            target=str(data["target"]),
            threshold=float(data["threshold"]),
            applies_to=data["applies_to"],
            effect=Effect(**data["effect"]),
        )


def parse_target(text: str) -> Target:
    """Read `fpr=0.01`, `precision=0.95`, `coverage=0.9` or `default`.

    Raises:
        ConfigError: it is none of these.
    """
    kind, separator, number = text.strip().partition("=")
    kind = kind.strip().lower()
    if kind not in KINDS:
        raise ConfigError(
            f"--target {text!r}: unknown target {kind!r}{nearest(kind, KINDS)} "
            "(use fpr=0.01, precision=0.95, coverage=0.9 or default)"
        )
    if kind == "default":
        if separator:
            raise ConfigError(f"--target {text!r}: 'default' takes no value; write --target default")
        return Target("default")
    example = {"fpr": "0.01", "precision": "0.95", "coverage": "0.9"}[kind]
    try:
        value = float(number)
    except ValueError:
        value = math.nan
    inside = 0 <= value < 1 if kind == "fpr" else 0 < value <= 1
    if not inside:
        raise ConfigError(
            f"--target {text!r}: {number.strip() or 'nothing'!r} is not a share between 0 and 1; "
            f"write it like {kind}={example}"
        )
    return Target(kind, value)


def choose_threshold(
    target: Target,
    confidence: Floats,
    correct: Bools,
    positive_score: Floats | None = None,
    is_positive: Bools | None = None,
) -> Rule:
    """Choose the rule for a target on validation rows.

    - `precision=x`: the smallest threshold at which the share x of the answered rows is right.
    - `coverage=x`: the largest threshold at which the share x of the rows is answered.
    - `fpr=x` with a positive label: the smallest threshold on its probability at which at most the
      share x of the negatives is called positive; calls below it become "not sure".
    - `fpr=x` without one: the smallest threshold at which at most the share x of all rows is
      answered wrongly.
    - `default`: the largest threshold that gives up at most 1 % of the right answers, so that what
      looks less sure than nearly everything the router got right is "not sure".

    Thresholds lie midway between two rows' probabilities, so rounding in another runtime moves no row.

    Args:
        target: from `parse_target`.
        confidence: [n] calibrated probability of the winner.
        correct: bool [n], the winner is the true label.
        positive_score: [n] probability of the positive label, for two-class tasks that have one.
        is_positive: bool [n], truly positive; with `positive_score`.

    Raises:
        ConfigError: there are no rows, or no threshold reaches the target; the message names the
            best that one does.
    """
    if len(confidence) == 0:
        raise ConfigError(f"target '{target}': there are no validation rows to choose a threshold on")
    if target.kind == "fpr" and positive_score is not None and is_positive is not None:
        return _positive_rule(target, correct, positive_score.astype(np.float64), is_positive)
    sure = confidence.astype(np.float64)
    if target.kind == "default":
        threshold = _keeping(sure, correct, DEFAULT_GIVEN_UP)
    elif target.kind == "coverage":
        kept = math.ceil(target.value * len(sure) - 1e-9)
        threshold = _just_under(sure, float(np.sort(sure)[::-1][kept - 1]))
    else:
        threshold = _smallest(target, sure, correct)
    answered = sure >= threshold
    return Rule(str(target), threshold, "winner", _effect(answered, correct))


def _smallest(target: Target, confidence: npt.NDArray[np.float64], correct: Bools) -> float:
    """Return the smallest threshold that meets a precision or a share of wrong answers."""
    levels, answered, wrong = _levels(confidence, correct)
    if target.kind == "precision":
        reached = 1 - wrong / answered
        good = reached >= target.value - 1e-12
        best = int(np.argmax(reached))
        told = (
            f"the highest is {reached[best]:.4g}, answering {answered[best] / len(correct):.1%} of the rows"
        )
    else:
        reached = wrong / len(correct)
        good = reached <= target.value + 1e-12
        told = f"the lowest share of wrong answers is {reached[0]:.4g}"
    if not good.any():
        raise ConfigError(
            f"target '{target}' is out of reach on the {len(correct)} validation rows: {told}; "
            "ask for less, or train a better router"
        )
    return _just_under(confidence, float(levels[np.flatnonzero(good)[-1]]))


def _positive_rule(
    target: Target,
    correct: Bools,
    score: npt.NDArray[np.float64],
    is_positive: Bools,
) -> Rule:
    """Return the rule on the positive label's probability that keeps to a false-positive rate."""
    n_negative = int((~is_positive).sum())
    if n_negative in (0, len(is_positive)):
        raise ConfigError(f"target '{target}' needs validation rows of both labels: there is only one")
    called = is_positive == correct  # a row called positive is right exactly when it is positive
    false_calls = np.sort(score[called & ~is_positive])[::-1]
    allowed = math.floor(target.value * n_negative + 1e-9)
    if len(false_calls) <= allowed:
        # Every call already keeps to the rate; the lowest call is where validation ends.
        threshold = _just_under(score[called], float(score[called].min())) if called.any() else 0.5
    else:
        above = score[called & (score > false_calls[allowed])]
        if not is_positive[called & (score > false_calls[allowed])].any():
            best = _best_rate(score[called], is_positive[called], n_negative)
            raise ConfigError(
                f"target '{target}' is out of reach on the {n_negative} negative validation rows: {best}; "
                "ask for less, or train a better router"
            )
        threshold = _just_under(score[called], float(above.min()))
    answered = ~called | (score >= threshold)
    sure_call = called & answered
    return Rule(
        str(target),
        threshold,
        "positive",
        _effect(
            answered,
            correct,
            false_positive_rate=float((sure_call & ~is_positive).sum() / n_negative),
            recall=float((sure_call & is_positive).sum() / is_positive.sum()),
        ),
    )


def _best_rate(score: npt.NDArray[np.float64], is_positive: Bools, n_negative: int) -> str:
    if not is_positive.any():
        return "no positive row is called positive at any threshold"
    rate = float((score[~is_positive] >= score[is_positive].max()).sum() / n_negative)
    return f"the lowest rate that still catches a positive is {rate:.4g}"


def _keeping(confidence: npt.NDArray[np.float64], correct: Bools, given_up: float) -> float:
    """Return the largest threshold that gives up at most a share of the right answers."""
    right = np.sort(confidence[correct])
    if not right.size:
        return float(np.nextafter(confidence.max(), np.inf))  # nothing was right: nothing is trusted
    return _just_under(confidence, float(right[math.floor(given_up * right.size + 1e-9)]))


def _just_under(values: npt.NDArray[np.float64], level: float) -> float:
    """Return a threshold that keeps `level` and drops the next lower of `values`, midway between."""
    lower = values[values < level]
    if not lower.size:
        return max(0.0, float(level) - 1e-6)
    middle = (float(lower.max()) + float(level)) / 2
    return middle if middle > lower.max() else float(level)


def _levels(
    confidence: npt.NDArray[np.float64], correct: Bools
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the distinct confidences, highest first, with the rows at or above each: all, wrong."""
    order = np.argsort(-confidence, kind="stable")
    ranked = confidence[order]
    last = np.append(np.flatnonzero(np.diff(ranked)), len(ranked) - 1)
    wrong = np.cumsum(~correct[order])
    return ranked[last], last + 1, wrong[last]


def _effect(answered: Bools, correct: Bools, **more: float) -> Effect:
    n, n_answered = len(answered), int(answered.sum())
    right = int((answered & correct).sum())
    interval = wilson(right, n_answered)
    return Effect(
        n=n,
        coverage=n_answered / n,
        accuracy_answered=right / n_answered if n_answered else 0.0,
        accuracy_answered_low=interval.low,
        accuracy_answered_high=interval.high,
        **more,
    )


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
    levels, answered, wrong = _levels(confidence.astype(np.float64), correct)
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
    from pointsman.evaluation.metrics import auc

    caught, n = int((oos_confidence < threshold).sum()), len(oos_confidence)
    interval = wilson(caught, n)
    answered = confidence >= threshold
    scores = np.concatenate([confidence, oos_confidence]).astype(np.float64)
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


def threshold_keeping(confidence: Floats, correct: Bools, accuracy: float) -> float:
    """Return the largest threshold at which the share `accuracy` of all rows is answered and right.

    For out-of-scope rows: it abstains most while in-scope accuracy, "not sure" counted as wrong,
    stays at `accuracy`.

    Raises:
        ConfigError: fewer rows than that are right even when every one is answered.
    """
    n, right = len(confidence), int(correct.sum())
    needed = math.ceil(accuracy * n - 1e-9)
    if right < needed or right == 0:
        raise ConfigError(
            f"in-scope accuracy {accuracy:g} is out of reach: with every row answered it is "
            f"{right / max(n, 1):.4g}; ask for less, or train a better router"
        )
    ranked = np.sort(confidence[correct].astype(np.float64))[::-1]
    return _just_under(confidence.astype(np.float64), float(ranked[max(needed, 1) - 1]))
