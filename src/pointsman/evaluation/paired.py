"""Whether one model is better than another on the same rows: McNemar's test and the paired difference.

Takes which rows each got right; gives a `PairedTest`, and the plain sentence drawn from several.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from pointsman.evaluation.intervals import Bools, critical_value

SIGNIFICANT = 0.05

BRANCH = "trained branch"
REMEDIES = {BRANCH: "a deeper branch"}
"""What may help beside more data, by how a router is called."""

READABLE = {
    "majority": "always answering the most frequent label",
    "logistic_regression": "logistic regression on frozen features",
    "nearest_neighbours": "nearest neighbours on frozen features",
    "text_alone": "logistic regression on the text alone",
    "image_size": "the size of the image alone",
}


@dataclass(frozen=True, slots=True)
class PairedTest:
    """Two models on the same rows.

    Attributes:
        n: rows.
        a_only: rows that only A got right.
        b_only: rows that only B got right.
        difference: accuracy of A less accuracy of B.
        low: low end of the difference's 95 % interval.
        high: high end of it.
        p_value: exact McNemar test, two-sided.
    """

    n: int
    a_only: int
    b_only: int
    difference: float
    low: float
    high: float
    p_value: float

    def to_dict(self) -> dict[str, Any]:
        """Return the keys that stand beside a baseline in `eval_results.json`."""
        return {
            "difference": self.difference,
            "difference_interval": [self.low, self.high],
            "p_value": self.p_value,
        }


def mcnemar(correct_a: Bools, correct_b: Bools) -> PairedTest:
    """Compare two models row by row.

    Only rows that exactly one of them got right tell them apart; were they equally good, each such
    row would be a fair coin (McNemar 1947, Psychometrika 12; recommended for classifiers by
    Dietterich 1998, Neural Computation 10: 1895-1923). The interval is Bonett and Price's adjusted
    Wald interval (2012, J. Educ. Behav. Stat. 37: 479-488), which keeps a width when no row differs.

    Args:
        correct_a: bool [n], rows that A got right.
        correct_b: bool [n], the same rows, B.

    Raises:
        ValueError: the rows are not the same number, or none.
    """
    if correct_a.shape != correct_b.shape or correct_a.size == 0:
        raise ValueError(f"paired rows of shapes {correct_a.shape} and {correct_b.shape}")
    n = int(correct_a.size)
    a_only = int(np.sum(correct_a & ~correct_b))
    b_only = int(np.sum(correct_b & ~correct_a))
    share_a, share_b = (a_only + 1) / (n + 2), (b_only + 1) / (n + 2)
    centre = share_a - share_b
    half = critical_value(0.95) * math.sqrt((share_a + share_b - centre**2) / (n + 2))
    return PairedTest(
        n=n,
        a_only=a_only,
        b_only=b_only,
        difference=(a_only - b_only) / n,
        low=max(-1.0, centre - half),
        high=min(1.0, centre + half),
        p_value=_fair_coin(a_only, b_only),
    )


def _fair_coin(heads: int, tails: int) -> float:
    """Return the two-sided exact p-value of `heads` against `tails` under a fair coin."""
    if heads == tails:
        return 1.0
    from scipy.stats import binom

    return min(1.0, float(2 * binom.cdf(min(heads, tails), heads + tails, 0.5)))


def verdict(model_accuracy: float, tests: Mapping[str, PairedTest], *, what: str = BRANCH) -> str:
    """Return plain sentences on whether a router was worth training.

    Args:
        model_accuracy: of the router, 0..1.
        tests: name of a baseline -> the router (A) against it (B), on the same rows.
        what: how the router is called.
    """
    opening = f"The {what} ({100 * model_accuracy:.1f} % right)"
    if not tests:
        return f"{opening} was not compared with a baseline."
    beaten = {name: test for name, test in tests.items() if _wins(test)}
    others = {name: test for name, test in tests.items() if not _wins(test)}
    sentences = []
    if len(beaten) == 1:
        [(name, test)] = beaten.items()
        sentences.append(f"{opening} beats {_readable(name)} by {points(test.difference)} points ({_evidence(test)}).")
    elif beaten:
        every = {2: "both baselines", 3: "all three baselines"}.get(len(tests), "all baselines")
        gains = ", ".join(
            f"{points(test.difference)} points over {_readable(name)} ({_evidence(test)})"
            for name, test in beaten.items()
        )
        sentences.append(f"{opening} {'gains' if others else f'beats {every}:'} {gains}.")
    for name, test in others.items():
        claim = "is worse than" if test.p_value < SIGNIFICANT else "does not beat"
        sentences.append(
            f"{opening} {claim} {_readable(name)} (difference {points(test.difference)} points, {_evidence(test)})."
        )
    if others:
        sentences.append(f"Consider serving that baseline, more data, or {REMEDIES.get(what, 'another strategy')}.")
    return " ".join(sentences)


def _wins(test: PairedTest) -> bool:
    return test.difference > 0 and test.p_value < SIGNIFICANT


def _readable(name: str) -> str:
    return READABLE.get(name, name.replace("_", " "))


def points(share: float) -> str:
    """Write a difference of shares in percentage points with a sign: +1.2, −0.3, 0.0."""
    text = f"{100 * abs(share):.1f}"
    return text if text == "0.0" else f"{'+' if share > 0 else '−'}{text}"


def evidence(low: float, high: float, p_value: float) -> str:
    """Write a difference's interval and p-value: 95 % interval −0.1 to +0.8, p = 0.13."""
    p = "p < 0.001" if p_value < 0.001 else f"p = {p_value:.2g}"
    return f"95 % interval {points(low)} to {points(high)}, {p}"


def _evidence(test: PairedTest) -> str:
    return evidence(test.low, test.high, test.p_value)
