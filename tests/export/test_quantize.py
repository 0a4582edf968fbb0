"""Eight-bit weights: rounding, second terms, and the settings to choose from."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pointsman.export.quantize import FP32, LEVELS, Rounded, Setting, Terms, int8_columns, int8_rows, plain

WEIGHTS = arrays(
    np.float32,
    st.tuples(st.integers(1, 6), st.integers(1, 6)),
    elements=st.floats(-100, 100, width=32, allow_subnormal=False),
)


@given(WEIGHTS)
def test_columns_come_back_within_half_a_step(weight: np.ndarray) -> None:
    values, scales = int8_columns(weight)
    assert values.dtype == np.int8
    assert scales.dtype == np.float32
    assert values.min() >= -127
    assert np.all(np.abs(values * scales - weight) <= scales * np.float32(0.5001))
    assert not values[:, ~weight.any(axis=0)].any()


@given(WEIGHTS)
def test_rows_are_columns_turned(weight: np.ndarray) -> None:
    values, scales = int8_rows(weight)
    columns, column_scales = int8_columns(weight.T)
    assert np.array_equal(values, columns.T)
    assert np.array_equal(scales[:, 0], column_scales)


def test_a_column_has_a_scale_of_its_own() -> None:
    values, scales = int8_columns(np.array([[1.0, 0.001], [-0.5, 0.0005]], np.float32))
    assert values.tolist() == [[127, 127], [-64, 64]]
    assert scales == pytest.approx([1 / 127, 0.001 / 127])


@given(WEIGHTS)
def test_a_second_term_leaves_out_next_to_nothing(weight: np.ndarray) -> None:
    """Two terms are a weight to 1/254 of a step; `plain` takes it as a stock model has it, [outputs, inputs]."""
    first = plain(weight.T)
    rest = first.rest(weight)
    both = first.values * first.scales + rest.values * rest.scales
    assert np.all(np.abs(both - weight) <= first.scales * np.float32(0.51 / 254) + np.abs(weight) * np.float32(1e-6))


def test_the_rest_of_a_scaled_weight_is_of_the_scaled_one() -> None:
    weight, factors = np.array([[1.0, 2.0], [3.0, 4.0]], np.float32), np.array([2.0, 0.5], np.float32)
    first = Rounded(*int8_columns(weight * factors[:, None]), factors)
    rest = first.rest(weight)
    both = (first.values * first.scales + rest.values * rest.scales) / factors[:, None]
    assert both == pytest.approx(weight, abs=1e-3)
    assert rest.factors is factors


def test_levels_go_from_cheap_to_dear() -> None:
    found = [(t.of_input(coarse=True), t.of_input(coarse=False), t.weights) for t in LEVELS]
    assert found == [(1, 1, 1), (2, 1, 1), (2, 2, 1), (2, 2, 2)]
    assert [t.work for t in LEVELS] == [12, 17, 24, 32]
    assert len({str(t) for t in LEVELS}) == len(LEVELS)


def test_each_branch_has_its_own_terms() -> None:
    setting = Setting(Terms(2), {"a": Terms(), "b": Terms(2, 2)})
    assert setting.of("a", 4) == (Terms(2), Terms())
    assert setting.of("b", 4) == (Terms(2), Terms(2, 2))
    assert setting.of("b", 0) == (Terms(2, 2), Terms(2, 2))  # no trunk: all layers are the branch's
    assert FP32.of("a", 4) == (None, None)
    assert str(FP32) == "nothing"
    assert str(Setting(Terms(), {"a": Terms()})) == "word embeddings and layers"
    told = "word embeddings and layers (trunk: two terms; b: two terms, of feed-forward weights too)"
    assert str(setting) == told
