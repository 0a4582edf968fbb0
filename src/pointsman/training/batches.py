"""Ragged rows to padded batches: of like length, shuffled anew each epoch, the same for the same seed.

The batches of a crew are those of one worker; each member takes its rows of every one.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch.utils.data import Dataset, Sampler

from pointsman.data.alignment import IGNORED
from pointsman.encoding import pad
from pointsman.training.crew import Member


class Rows(Dataset[dict[str, Any]]):
    """Model inputs with labels.

    Args:
        inputs: trunk outputs [tokens, width], or token ids [tokens].
        labels: index of each row's label; of a token task, for each row, of each of its tokens (`IGNORED`: none).
    """

    def __init__(self, inputs: list[torch.Tensor], labels: Sequence[int | list[int]]) -> None:
        self.inputs = inputs
        self.labels = labels
        self.lengths = np.array([len(row) for row in inputs], dtype=np.int64)

    def __len__(self) -> int:
        return len(self.inputs)

    def __getitem__(self, index: int) -> dict[str, Any]:
        return {"input": self.inputs[index], "label": self.labels[index]}

    def __getstate__(self) -> dict[str, Any]:
        """Return all rows as one array: row by row each would take the whole storage behind it along."""
        whole = torch.cat(self.inputs) if self.inputs else torch.zeros(0)
        bits = whole.view(torch.int16) if whole.dtype == torch.bfloat16 else whole
        return {"whole": bits.numpy(), "bf16": bits is not whole, "lengths": self.lengths, "labels": self.labels}

    def __setstate__(self, state: dict[str, Any]) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # memory that others share cannot be written, nor is it
            whole = torch.from_numpy(state["whole"])
        whole = whole.view(torch.bfloat16) if state["bf16"] else whole
        self.lengths, self.labels = state["lengths"], state["labels"]
        self.inputs = list(torch.split(whole, self.lengths.tolist()))


@dataclass(frozen=True)
class Collate:
    """Pads rows of a batch and names them as the stock model wants.

    Attributes:
        pad_to: pad to this many tokens at least; 0: to the batch's longest row.
        pad_id: token id of padding, for rows of ids.
    """

    pad_to: int = 0
    pad_id: int = 0

    def __call__(self, rows: list[dict[str, Any]]) -> dict[str, torch.Tensor]:
        """Return `inputs_embeds` or `input_ids`, `attention_mask` and `labels` ([rows], of tokens [rows, longest])."""
        inputs = [row["input"] for row in rows]
        batch, mask = pad(inputs)
        short = self.pad_to - batch.shape[1]
        if short > 0:
            batch = torch.nn.functional.pad(batch, (0, 0) * (batch.dim() - 2) + (0, short))
            mask = torch.nn.functional.pad(mask, (0, short))
        ids = batch.dim() == 2
        if ids and self.pad_id:
            batch = batch.masked_fill(mask == 0, self.pad_id)
        return {
            "input_ids" if ids else "inputs_embeds": batch,
            "attention_mask": mask,
            "labels": self._labels([row["label"] for row in rows], batch.shape[1]),
        }

    @staticmethod
    def _labels(labels: list[Any], width: int) -> torch.Tensor:
        if isinstance(labels[0], int):
            return torch.tensor(labels)
        return torch.tensor([row + [IGNORED] * (width - len(row)) for row in labels])


@dataclass(frozen=True)
class Share:
    """A member's rows of a batch, with what its loss is to be divided by: everyone's rows.

    A member without rows (the last batch may have fewer than there are members) takes the batch's first one and counts
    it nothing: it has to be there when gradients are added up.

    Attributes:
        collate: makes inputs of rows.
        member: whose.
    """

    collate: Collate
    member: Member

    def __call__(self, rows: list[dict[str, Any]]) -> dict[str, Any]:
        """Return inputs, and `everyone` (labels of the whole batch) and `counts` (0.0: no row is this member's)."""
        own = list(self.member.share(rows))
        labels = [row["label"] for row in rows]
        flat = labels if isinstance(labels[0], int) else [label for row in labels for label in row]
        return {**self.collate(own or rows[:1]), "everyone": torch.tensor(flat), "counts": float(bool(own))}


class LengthBatches(Sampler[list[int]]):
    """Batches of row indices, drawn anew each epoch from (seed, epoch).

    Rows are shuffled, cut into pools of many batches, sorted by length within each pool, and the batches are
    shuffled: little padding, and still every epoch other batches.

    Args:
        lengths: tokens in each row.
        batch_size: rows in a batch.
        seed: of the drawing.
        grouped: whether to sort at all.
    """

    _POOL = 50

    def __init__(self, lengths: np.ndarray[Any, Any], batch_size: int, seed: int, *, grouped: bool = True) -> None:
        self.lengths = lengths
        self.batch_size = batch_size
        self.seed = seed
        self.grouped = grouped
        self.epoch = 0

    def set_epoch(self, epoch: int) -> None:
        """Choose the epoch whose batches come next."""
        self.epoch = epoch

    def __len__(self) -> int:
        return -(-len(self.lengths) // self.batch_size)

    def __iter__(self) -> Iterator[list[int]]:
        rng = np.random.default_rng((self.seed, self.epoch))
        order = rng.permutation(len(self.lengths))
        if self.grouped:
            pool = self.batch_size * self._POOL
            pools = [order[i : i + pool] for i in range(0, len(order), pool)]
            order = np.concatenate([p[np.argsort(self.lengths[p], kind="stable")] for p in pools])
        batches = [order[i : i + self.batch_size].tolist() for i in range(0, len(order), self.batch_size)]
        yield from (batches[i] for i in rng.permutation(len(batches)))
