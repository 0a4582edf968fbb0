"""The trunk's output for a list of texts: one ragged row of hidden states each."""

from __future__ import annotations

from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Activations:
    """What the branch reads.

    Attributes:
        rows: for each text, float tensor [tokens, width] (tokens include the special ones).
        truncated: for each text, whether its end was cut off at the maximum length.
        depth: number of upper layers that are left to the branch.
        computed: how many rows were computed now; the others came from the store.
        seconds: what it took.
    """

    rows: list[torch.Tensor]
    truncated: list[bool]
    depth: int
    computed: int = 0
    seconds: float = 0.0

    @property
    def lengths(self) -> list[int]:
        """Tokens in each row."""
        return [len(row) for row in self.rows]


def pad(rows: list[torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
    """Pad rows on the right.

    Args:
        rows: tensors [tokens, …] of one dtype.

    Returns:
        The batch [rows, longest, …] and its attention mask, int64 [rows, longest].
    """
    batch = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)
    lengths = torch.tensor([len(row) for row in rows])
    mask = (torch.arange(batch.shape[1])[None] < lengths[:, None]).to(torch.int64)
    return batch, mask


def length_batches(lengths: list[int], *, max_tokens: int, max_rows: int) -> list[list[int]]:
    """Group row indices of like length, longest first, into batches of bounded padded size.

    Args:
        lengths: tokens in each row.
        max_tokens: most padded tokens in a batch (one longer row still makes a batch of its own).
        max_rows: most rows in a batch.
    """
    batches: list[list[int]] = []
    current: list[int] = []
    longest = 0
    for index in sorted(range(len(lengths)), key=lambda i: (-lengths[i], i)):
        if current and (len(current) == max_rows or longest * (len(current) + 1) > max_tokens):
            batches.append(current)
            current = []
        if not current:
            longest = lengths[index]
        current.append(index)
    if current:
        batches.append(current)
    return batches
