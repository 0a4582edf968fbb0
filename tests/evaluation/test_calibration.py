import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pointsman.errors import DataError
from pointsman.evaluation.calibration import (
    HIGHEST,
    LOWEST,
    ece,
    fit_temperature,
    measure,
    nll,
    reliability,
    softmax,
)


def honest(n: int, classes: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Logits whose softmax is the probability that the labels were drawn with."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(size=(n, classes)) * 2
    chance = softmax(logits)
    y = (chance.cumsum(axis=1) < rng.random(n)[:, None]).sum(axis=1)
    return logits, np.minimum(y, classes - 1)


def test_softmax_reference() -> None:
    assert softmax(np.array([[1.0, 2.0, 3.0]]))[0] == pytest.approx([0.0900306, 0.2447285, 0.6652410])
    assert softmax(np.array([[1.0, 2.0, 3.0]]), 2.0)[0] == pytest.approx([0.1863237, 0.3071959, 0.5064804])
    assert np.isfinite(softmax(np.array([[1e4, -1e4]]), 0.05)).all()


def test_nll_reference() -> None:
    probabilities = np.array([[0.5, 0.5], [0.9, 0.1]])
    assert nll(probabilities, np.array([0, 1])) == pytest.approx(-(np.log(0.5) + np.log(0.1)) / 2)
    assert np.isfinite(nll(np.array([[1.0, 0.0]]), np.array([1])))


@pytest.mark.parametrize("factor", [0.5, 1.0, 3.0])
def test_a_known_temperature_is_found(factor: float) -> None:
    logits, y = honest(8000, 5, seed=0)
    assert fit_temperature(logits * factor, y) == pytest.approx(factor, rel=0.06)


def test_fit_agrees_with_a_fine_grid() -> None:
    logits, y = honest(400, 4, seed=2)
    logits = logits * 1.8
    grid = np.exp(np.linspace(np.log(0.5), np.log(5), 2001))
    best = min(grid, key=lambda t: len(y) * nll(softmax(logits, t), y) + np.log(t) ** 2 / 2)
    assert fit_temperature(logits, y) == pytest.approx(best, rel=2e-3)


def test_all_right_gives_a_moderate_temperature() -> None:
    y = np.arange(300) % 3
    logits = np.eye(3)[y] * 6.0
    temperature = fit_temperature(logits, y)
    assert 0.2 < temperature < 1.0


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 6), st.integers(2, 4), st.floats(0.0, 50.0), st.integers(0, 1000))
def test_tiny_and_odd_inputs_stay_finite(n: int, classes: int, scale: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    logits = (rng.normal(size=(n, classes)) * scale).astype(np.float32)
    temperature = fit_temperature(logits, rng.integers(0, classes, n))
    assert LOWEST <= temperature <= HIGHEST


def test_no_rows_change_nothing_and_nan_is_said() -> None:
    assert fit_temperature(np.zeros((0, 3)), np.zeros(0, int)) == 1.0
    with pytest.raises(DataError, match="lower --learning-rate"):
        fit_temperature(np.array([[np.nan, 1.0]]), np.array([0]))


def test_ece_by_hand() -> None:
    # Two bins of two rows: confidences 0.6, 0.6 (one right) and 0.9, 0.9 (both right).
    probabilities = np.array([[0.6, 0.4], [0.6, 0.4], [0.9, 0.1], [0.9, 0.1]])
    y = np.array([0, 1, 0, 0])
    assert ece(probabilities, y, bins=2) == pytest.approx((2 * 0.1 + 2 * 0.1) / 4)
    assert ece(probabilities, y, bins=1) == pytest.approx(0.0)


def test_ece_does_not_depend_on_the_order_of_rows() -> None:
    logits, y = honest(500, 3, seed=1)
    probabilities = softmax(logits).round(1)  # many ties
    order = np.random.default_rng(0).permutation(500)
    assert ece(probabilities, y) == pytest.approx(ece(probabilities[order], y[order]))


def test_measure_shows_the_gain() -> None:
    logits, y = honest(4000, 4, seed=4)
    result = measure(logits * 3, y, fit_temperature(logits[:2000] * 3, y[:2000]), 2000)
    assert result.n_validation == 2000
    assert result.ece_after < 0.03 < result.ece_before
    assert result.nll_after < result.nll_before
    assert result.to_dict()["temperature"] == result.temperature


def test_reliability_table() -> None:
    probabilities = np.array([[0.55, 0.45], [0.97, 0.03], [0.93, 0.07], [1.0, 0.0]])
    table = reliability(probabilities, np.array([1, 0, 0, 0]), bins=10)
    assert [(b.low, b.high, b.count) for b in table] == [(0.5, 0.6, 1), (0.9, 1.0, 3)]
    assert table[1].accuracy == 1.0
    assert table[1].confidence == pytest.approx((0.97 + 0.93 + 1.0) / 3)
    assert table[0].accuracy_low <= 0.0 <= table[0].accuracy_high < 1
