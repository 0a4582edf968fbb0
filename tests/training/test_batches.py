from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from pointsman.training.batches import Collate, LengthBatches, Rows


@settings(deadline=None)
@given(
    lengths=st.lists(st.integers(1, 50), min_size=1, max_size=300),
    batch_size=st.integers(1, 9),
    seed=st.integers(0, 5),
    epoch=st.integers(0, 3),
    grouped=st.booleans(),
)
def test_every_row_once(lengths: list[int], batch_size: int, seed: int, epoch: int, grouped: bool) -> None:
    batches = LengthBatches(np.array(lengths), batch_size, seed, grouped=grouped)
    batches.set_epoch(epoch)
    drawn = list(batches)
    assert len(drawn) == len(batches)
    assert sorted(i for batch in drawn for i in batch) == list(range(len(lengths)))
    assert all(1 <= len(batch) <= batch_size for batch in drawn)
    assert list(batches) == drawn


def test_seed_and_epoch_decide_the_batches() -> None:
    lengths = np.arange(200) % 17 + 1

    def drawn(seed: int, epoch: int) -> list[list[int]]:
        batches = LengthBatches(lengths, 8, seed)
        batches.set_epoch(epoch)
        return list(batches)

    assert drawn(0, 1) == drawn(0, 1)
    assert drawn(0, 1) != drawn(0, 2)
    assert drawn(0, 1) != drawn(1, 1)


@pytest.mark.parametrize(("grouped", "low", "high"), [(True, 1.0, 1.1), (False, 1.4, 3.0)])
def test_grouping_saves_padding(grouped: bool, low: float, high: float) -> None:
    lengths = np.random.default_rng(0).integers(1, 60, 1000)
    padded = sum(len(b) * lengths[b].max() for b in LengthBatches(lengths, 8, 0, grouped=grouped))
    assert low <= padded / lengths.sum() <= high


def test_collate_hidden_states() -> None:
    rows = Rows([torch.ones(2, 3), torch.full((4, 3), 2.0)], [1, 0])
    batch = Collate()([rows[0], rows[1]])
    assert batch.keys() == {"inputs_embeds", "attention_mask", "labels"}
    assert batch["inputs_embeds"].shape == (2, 4, 3)
    assert batch["attention_mask"].tolist() == [[1, 1, 0, 0], [1, 1, 1, 1]]
    assert batch["labels"].tolist() == [1, 0]


def test_collate_token_ids() -> None:
    rows = Rows([torch.tensor([0, 5, 2]), torch.tensor([0, 2])], [0, 1])
    batch = Collate(pad_to=5, pad_id=1)([rows[0], rows[1]])
    assert batch["input_ids"].tolist() == [[0, 5, 2, 1, 1], [0, 2, 1, 1, 1]]
    assert batch["attention_mask"].tolist() == [[1, 1, 1, 0, 0], [1, 1, 0, 0, 0]]


def test_collate_to_the_longest_row_of_all() -> None:
    batch = Collate(pad_to=6)([{"input": torch.ones(2, 3), "label": 0}])
    assert batch["inputs_embeds"].shape == (1, 6, 3)
    assert batch["attention_mask"].tolist() == [[1, 1, 0, 0, 0, 0]]


def test_rows_know_their_lengths() -> None:
    rows = Rows([torch.ones(2, 3), torch.ones(7, 3)], [0, 1])
    assert len(rows) == 2
    assert rows.lengths.tolist() == [2, 7]
