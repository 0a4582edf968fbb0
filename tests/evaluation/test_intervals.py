import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pointsman.evaluation.intervals import bootstrap_f1, f1_interval, wilson


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        (8, 10, 0.4901625, 0.9433178),  # by hand: centre (0.8 + z²/20) / (1 + z²/10)
        (0, 10, 0.0, 0.2775328),
        (10, 10, 0.7224672, 1.0),
        (4297, 4500, 0.9484271, 0.9605747),  # scipy.stats.binomtest
    ],
)
def test_wilson_reference_values(successes: int, n: int, low: float, high: float) -> None:
    interval = wilson(successes, n)
    assert interval.low == pytest.approx(low, abs=1e-6)
    assert interval.high == pytest.approx(high, abs=1e-6)


def test_wilson_without_rows_knows_nothing() -> None:
    assert (wilson(0, 0).low, wilson(0, 0).high) == (0.0, 1.0)


@settings(deadline=None)
@given(st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_the_share_and_stays_inside(pair: tuple[int, int]) -> None:
    successes, n = pair
    interval = wilson(successes, n)
    assert 0 <= interval.low <= successes / n <= interval.high <= 1
    assert interval.low < interval.high


def test_f1_interval_keeps_a_width_when_all_three_rows_are_right() -> None:
    interval = f1_interval(hits=3, support=3, predicted=3)
    assert interval.high == 1.0
    assert interval.low == pytest.approx(2 * 0.4385030 / 1.4385030, abs=1e-6)  # Wilson's low end of 3 of 3


@settings(deadline=None)
@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_f1_interval_holds_f1(hits: int, missed: int, false: int) -> None:
    support, predicted = hits + missed, hits + false
    interval = f1_interval(hits, support, predicted)
    assert 0 <= interval.low <= interval.high <= 1
    if support + predicted:
        assert interval.low - 1e-12 <= 2 * hits / (support + predicted) <= interval.high + 1e-12


def test_bootstrap_agrees_with_resampling_rows() -> None:
    rng = np.random.default_rng(3)
    y = rng.integers(0, 4, 600)
    predicted = np.where(rng.random(600) < 0.8, y, rng.integers(0, 4, 600))
    intervals = bootstrap_f1(y, predicted, 4)

    from sklearn.metrics import f1_score

    drawn = []
    for _ in range(400):
        rows = rng.integers(0, 600, 600)
        drawn.append(f1_score(y[rows], predicted[rows], average="macro"))
    low, high = np.quantile(drawn, [0.025, 0.975])
    assert intervals.macro.low == pytest.approx(low, abs=0.008)
    assert intervals.macro.high == pytest.approx(high, abs=0.008)
    assert intervals.weighted.low < intervals.weighted.high


def test_bootstrap_is_repeatable_and_holds_the_value() -> None:
    rng = np.random.default_rng(0)
    y, predicted = rng.integers(0, 30, 90), rng.integers(0, 30, 90)
    first = bootstrap_f1(y, predicted, 30, seed=5)
    assert first == bootstrap_f1(y, predicted, 30, seed=5)
    assert first != bootstrap_f1(y, predicted, 30, seed=6)

    from sklearn.metrics import f1_score

    assert first.macro.low <= f1_score(y, predicted, average="macro") <= first.macro.high


def test_bootstrap_of_a_faultless_router_keeps_a_width() -> None:
    y = np.arange(40) % 4
    intervals = bootstrap_f1(y, y, 5)
    assert intervals.macro == intervals.weighted == wilson(40, 40)
    assert (intervals.per_class[4].low, intervals.per_class[4].high) == (0.0, 1.0)  # never seen


def test_bootstrap_in_parts_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    y, predicted = rng.integers(0, 3, 200), rng.integers(0, 3, 200)
    whole = bootstrap_f1(y, predicted, 3)
    monkeypatch.setattr("pointsman.evaluation.intervals.CELLS_AT_ONCE", 50)
    assert bootstrap_f1(y, predicted, 3) == whole


def test_bootstrap_of_150_classes_is_quick() -> None:
    rng = np.random.default_rng(1)
    y = rng.integers(0, 150, 5000)
    predicted = np.where(rng.random(5000) < 0.95, y, rng.integers(0, 150, 5000))
    start = time.process_time()
    bootstrap_f1(y, predicted, 150)
    assert time.process_time() - start < 2  # 0.2 s on a quiet core


def test_bootstrap_refuses_no_rows() -> None:
    with pytest.raises(ValueError, match="at least one row"):
        bootstrap_f1(np.zeros(0, int), np.zeros(0, int), 3)
