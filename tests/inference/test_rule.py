from __future__ import annotations

import numpy as np
import pytest

from pointsman.inference import Effect, Rule

EFFECT = Effect(10, 0.9, 0.8, (0.7, 0.9), false_positive_rate=0.01, recall=0.5)
P = np.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8], [0.45, 0.55]])


@pytest.mark.parametrize(
    ("applies_to", "threshold", "expected"),
    [
        ("winner", 0.7, [False, True, False, True]),
        ("winner", 0.6, [False, False, False, True]),
        ("positive", 0.7, [False, False, False, True]),
        ("positive", 0.99, [False, False, True, True]),
    ],
)
def test_abstains(applies_to: str, threshold: float, expected: list[bool]) -> None:
    rule = Rule("precision=0.95", threshold, applies_to, EFFECT)  # type: ignore[arg-type]
    assert rule.abstains(P, 1).tolist() == expected


def test_a_row_on_the_threshold_is_answered_in_any_precision() -> None:
    p = np.array([[0.7, 0.3]], np.float32)
    assert not Rule("coverage=0.9", float(p[0, 0]), "winner", EFFECT).abstains(p)[0]


def test_a_rule_about_the_positive_label_needs_one() -> None:
    with pytest.raises(ValueError, match="is about the positive label"):
        Rule("fpr=0.01", 0.5, "positive", EFFECT).abstains(P)


def test_round_trip() -> None:
    rule = Rule("fpr=0.01", 0.5, "positive", EFFECT)
    assert Rule.from_dict(rule.to_dict()) == rule
    assert "recall" not in Effect(1, 1.0, 1.0, (0.0, 1.0)).to_dict()
