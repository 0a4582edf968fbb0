"""Greedy answers of a generating model: bounded, batched, ended by the end of turn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from pointsman.encoding.multimodal import Batch
from pointsman.inference.scoring import following

Forward = Callable[..., Any]
"""The stock causal model's forward pass."""


@dataclass(frozen=True)
class Generated:
    """One answer.

    Attributes:
        text: without special tokens.
        tokens: that were written, the end of turn not counted.
        truncated: it was cut at the most tokens allowed.
    """

    text: str
    tokens: int
    truncated: bool


def greedy(
    forward: Forward,
    batch: Batch,
    *,
    cache: Any,
    tokenizer: Any,
    ends: Sequence[int],
    max_new_tokens: int,
    on_text: Callable[[str], None] | None = None,
) -> list[Generated]:
    """Write the most probable answer to each request, token by token.

    Args:
        forward: the stock causal model's forward pass, with its adapters switched on.
        batch: requests, ready to be answered.
        cache: an empty key-value cache, or one of what comes before the batch's tokens.
        tokenizer: of the model.
        ends: ids that end an answer.
        max_new_tokens: most tokens of an answer.
        on_text: told each new piece of text; for one request alone.
    """
    rows = len(batch.ids)
    written: list[list[int]] = [[] for _ in range(rows)]
    open_ = [True] * rows
    told = ""
    mask = batch.mask
    stop = torch.tensor(list(ends), device=batch.ids.device)
    with torch.inference_mode():
        logits = forward(**batch.arguments(), past_key_values=cache, use_cache=True, logits_to_keep=1).logits[:, -1]
        places = following(batch, max_new_tokens)
        for step in range(max_new_tokens):
            chosen = logits.argmax(-1)
            ended = torch.isin(chosen, stop).tolist()
            for row, token in enumerate(chosen.tolist()):
                if open_[row] and ended[row]:
                    open_[row] = False
                elif open_[row]:
                    written[row].append(token)
            if on_text is not None and written[0]:
                told = _tell(tokenizer, written[0], told, on_text, last=not open_[0])
            if not any(open_) or step + 1 == max_new_tokens:
                break
            mask = torch.cat([mask, mask.new_ones(rows, 1)], dim=1)
            logits = forward(
                input_ids=chosen[:, None],
                attention_mask=mask,
                position_ids=places[..., step : step + 1],
                past_key_values=cache,
                use_cache=True,
                logits_to_keep=1,
            ).logits[:, -1]
    texts = [_text(tokenizer, ids) for ids in written]
    if on_text is not None and texts[0] != told:
        on_text(texts[0][len(told) :])
    return [Generated(text, len(ids), cut) for text, ids, cut in zip(texts, written, open_, strict=True)]


def _tell(tokenizer: Any, ids: list[int], told: str, on_text: Callable[[str], None], *, last: bool) -> str:
    text = _text(tokenizer, ids)
    if text.endswith("\ufffd") and not last:  # part of a character: more of it is to come
        return told
    if len(text) > len(told):
        on_text(text[len(told) :])
    return text


def _text(tokenizer: Any, ids: list[int]) -> str:
    return str(tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False))
