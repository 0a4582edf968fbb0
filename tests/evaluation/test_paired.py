import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pointsman.evaluation.paired import PairedTest, mcnemar, verdict


def rows(both: int, a_only: int, b_only: int, neither: int) -> tuple[np.ndarray, np.ndarray]:
    counts = [both, a_only, b_only, neither]
    return np.repeat([True, True, False, False], counts), np.repeat([True, False, True, False], counts)


def test_mcnemar_by_hand() -> None:
    test = mcnemar(*rows(70, 12, 4, 14))
    assert (test.n, test.a_only, test.b_only) == (100, 12, 4)
    assert test.difference == pytest.approx(0.08)
    # 2 · (1 + 16 + 120 + 560 + 1820) / 2^16
    assert test.p_value == pytest.approx(2 * 2517 / 65536)
    # Bonett and Price: 13/102 and 5/102, difference 8/102 ± 1.96 · sqrt((18/102 - (8/102)²) / 102)
    half = 1.959964 * np.sqrt((18 / 102 - (8 / 102) ** 2) / 102)
    assert (test.low, test.high) == pytest.approx((8 / 102 - half, 8 / 102 + half), abs=1e-6)


def test_equal_models_have_p_one_and_a_width() -> None:
    test = mcnemar(*rows(90, 0, 0, 10))
    assert (test.difference, test.p_value) == (0.0, 1.0)
    assert test.low < 0 < test.high


@settings(deadline=None)
@given(st.tuples(*[st.integers(0, 40)] * 4).filter(lambda counts: sum(counts) > 0))
def test_mcnemar_is_antisymmetric_and_holds_the_difference(counts: tuple[int, int, int, int]) -> None:
    a, b = rows(*counts)
    forth, back = mcnemar(a, b), mcnemar(b, a)
    assert forth.p_value == pytest.approx(back.p_value)
    assert 0 < forth.p_value <= 1
    assert forth.difference == pytest.approx(-back.difference)
    assert (forth.low, forth.high) == pytest.approx((-back.high, -back.low))
    assert -1 <= forth.low <= forth.difference <= forth.high <= 1


def test_mcnemar_refuses_other_rows() -> None:
    with pytest.raises(ValueError, match="shapes"):
        mcnemar(np.array([True]), np.array([True, False]))


BETTER = PairedTest(4500, 100, 46, 0.012, 0.006, 0.018, 0.0004)
UNSURE = PairedTest(4500, 40, 54, -0.003, -0.009, 0.003, 0.3)
WORSE = PairedTest(4500, 10, 100, -0.02, -0.026, -0.014, 1e-9)


def test_verdict_when_both_are_beaten() -> None:
    text = verdict(0.967, {"logistic_regression": BETTER, "nearest_neighbours": BETTER})
    assert text == (
        "The trained branch (96.7 % right) beats both baselines: +1.2 points over logistic regression on "
        "frozen features (95 % interval +0.6 to +1.8, p < 0.001), +1.2 points over nearest neighbours on "
        "frozen features (95 % interval +0.6 to +1.8, p < 0.001)."
    )


def test_verdict_when_one_is_not() -> None:
    text = verdict(0.95, {"logistic_regression": UNSURE, "nearest_neighbours": BETTER})
    assert "beats nearest neighbours on frozen features by +1.2 points" in text
    assert (
        "does not beat logistic regression on frozen features (difference −0.3 points, 95 % interval −0.9 to "
        "+0.3, p = 0.3). Consider serving that baseline, more data, or a deeper branch." in text
    )
    two_of_three = {"majority": BETTER, "nearest_neighbours": BETTER, "logistic_regression": WORSE}
    text = verdict(0.95, two_of_three)
    assert "gains +1.2 points over always answering the most frequent label" in text
    assert "baselines" not in text


def test_verdict_when_worse_or_alone() -> None:
    assert "is worse than logistic regression" in verdict(0.9, {"logistic_regression": WORSE})
    assert verdict(0.9, {}) == "The trained branch (90.0 % right) was not compared with a baseline."
    assert verdict(0.9, {"logistic_regression": BETTER}).startswith(
        "The trained branch (90.0 % right) beats logistic regression on frozen features by +1.2 points"
    )
