"""Eight-bit weights: rounding, and which layers have them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pointsman.export.quantize import FP32, INT8, int8_columns, int8_rows

WEIGHTS = arrays(
    np.float32,
    st.tuples(st.integers(1, 6), st.integers(1, 6)),
    elements=st.floats(-100, 100, width=32, allow_subnormal=False),
)


@given(WEIGHTS)
def test_columns_come_back_within_half_a_step(weight: np.ndarray) -> None:
    values, scales, zeros = int8_columns(weight)
    assert values.dtype == zeros.dtype == np.int8
    assert scales.dtype == np.float32
    assert not zeros.any()
    assert values.min() >= -127
    assert np.all(np.abs(values * scales - weight) <= scales * np.float32(0.5001))
    assert not values[:, ~weight.any(axis=0)].any()


@given(WEIGHTS)
def test_rows_are_columns_turned(weight: np.ndarray) -> None:
    values, scales = int8_rows(weight)
    columns, column_scales, _ = int8_columns(weight.T)
    assert np.array_equal(values, columns.T)
    assert np.array_equal(scales[:, 0], column_scales)


def test_a_column_has_a_scale_of_its_own() -> None:
    values, scales, _ = int8_columns(np.array([[1.0, 0.001], [-0.5, 0.0005]], np.float32))
    assert values.tolist() == [[127, 127], [-64, 64]]
    assert scales == pytest.approx([1 / 127, 0.001 / 127])


def test_settings_go_from_cheap_to_dear() -> None:
    def layers(kind: str) -> list[int]:
        return [sum(setting.covers(layer, 6, kind) for layer in range(6)) for setting in INT8]  # type: ignore[arg-type]

    assert layers("token") == [6, 5, 5]
    assert layers("sequence") == [6, 6, 5]
    assert all(setting.embeddings for setting in INT8)
    assert not FP32.embeddings
    assert not FP32.covers(0, 6, "token")
