"""Labels scored by a generating model: the probability that its answer is exactly a name, from one prefill.

No free text is trusted: every name's tokens, its end of turn included, are scored from the same prompt, so the names
compete with each other alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from pointsman.encoding.multimodal import Batch

Forward = Callable[..., Any]
"""The stock causal model's forward pass."""


def score_names(forward: Forward, batch: Batch, names: Sequence[Sequence[int]], cache: Any) -> npt.NDArray[np.float32]:
    """Return the log-probability of each name as the whole answer.

    Args:
        forward: with its adapter switched on; takes the arguments of `Batch.arguments`.
        batch: requests, ready to be answered.
        names: ids of each name, its end of turn included; no two alike.
        cache: an empty key-value cache, or one of what comes before the batch's tokens; its rows are multiplied.

    Returns:
        float32 [rows, names].
    """
    rows, n = len(batch.ids), len(names)
    with torch.inference_mode():
        first = forward(**batch.arguments(), past_key_values=cache, use_cache=True, logits_to_keep=1)
        start = first.logits[:, -1].float().log_softmax(-1)
        scores = start[:, [name[0] for name in names]]
        longest = max(len(name) for name in names)
        if longest == 1:
            return _plain(scores)
        # Every name but its last token, padded on the right, after every prompt: rows x names continuations.
        taken = torch.zeros((n, longest - 1), dtype=torch.int64)
        wanted = torch.full((n, longest - 1), -1, dtype=torch.int64)
        for i, name in enumerate(names):
            taken[i, : len(name) - 1] = torch.tensor(name[:-1])
            wanted[i, : len(name) - 1] = torch.tensor(name[1:])
        taken, wanted = taken.to(batch.ids.device), wanted.to(batch.ids.device)
        cache.batch_repeat_interleave(n)
        ids = taken.repeat(rows, 1)
        mask = torch.cat([batch.mask.repeat_interleave(n, 0), torch.ones_like(ids)], dim=1)
        out = forward(
            input_ids=ids,
            attention_mask=mask,
            position_ids=following(batch, longest - 1).repeat_interleave(n, -2),
            past_key_values=cache,
            use_cache=True,
        )
        logs = out.logits.float().log_softmax(-1).reshape(rows, n, longest - 1, -1)
        index = wanted.clamp(min=0)[None, :, :, None].expand(rows, -1, -1, 1)
        found = logs.gather(-1, index)[..., 0] * (wanted >= 0)
        return _plain(scores + found.sum(-1))


def following(batch: Batch, tokens: int) -> torch.Tensor:
    """Return the positions of `tokens` more tokens: int64 [rows, tokens], or [3, rows, tokens] of a model that sees."""
    if batch.positions.dim() == 2:
        last = batch.positions[:, -1:]
        return last + 1 + torch.arange(tokens, device=last.device)
    last = batch.positions.amax(dim=(0, 2))[:, None]
    return (last + 1 + torch.arange(tokens, device=last.device)).expand(3, -1, -1)


def _plain(scores: torch.Tensor) -> npt.NDArray[np.float32]:
    found: npt.NDArray[np.float32] = scores.float().cpu().numpy()
    return found
