from __future__ import annotations

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from pointsman.encoding import Activations, length_batches, pad


@settings(deadline=None)
@given(
    lengths=st.lists(st.integers(1, 600), max_size=80),
    max_tokens=st.integers(1, 3000),
    max_rows=st.integers(1, 20),
)
def test_length_batches_hold_their_bounds(lengths: list[int], max_tokens: int, max_rows: int) -> None:
    batches = length_batches(lengths, max_tokens=max_tokens, max_rows=max_rows)
    assert sorted(i for batch in batches for i in batch) == list(range(len(lengths)))
    for batch in batches:
        assert 1 <= len(batch) <= max_rows
        assert len(batch) == 1 or len(batch) * max(lengths[i] for i in batch) <= max_tokens
    in_order = [lengths[i] for batch in batches for i in batch]
    assert in_order == sorted(lengths, reverse=True)


def test_length_batches_reference() -> None:
    assert length_batches([3, 9, 3, 4, 20], max_tokens=12, max_rows=2) == [[4], [1], [3, 0], [2]]


@settings(deadline=None)
@given(lengths=st.lists(st.integers(1, 9), min_size=1, max_size=6))
def test_pad_keeps_every_row(lengths: list[int]) -> None:
    rows = [torch.full((n, 2), float(i + 1)) for i, n in enumerate(lengths)]
    batch, mask = pad(rows)
    assert batch.shape == (len(lengths), max(lengths), 2)
    assert mask.dtype == torch.int64
    assert mask.sum(1).tolist() == lengths
    for i, row in enumerate(rows):
        assert torch.equal(batch[i, : len(row)], row)
        assert batch[i, len(row) :].abs().sum() == 0


def test_activation_lengths() -> None:
    assert Activations([torch.zeros(3, 2), torch.zeros(1, 2)], [False, False], 1).lengths == [3, 1]
