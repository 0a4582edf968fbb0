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
