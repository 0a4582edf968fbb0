"""A top layer that computes the first token alone, for heads that read nothing else.

The pooler of BERT and the head of RoBERTa look at the first token only, so in the last layer the other tokens are
needed as keys and values but not as queries, nor in the feed-forward part: five sixths of that layer's work.
The stock submodules do the arithmetic (with LoRA where PEFT put it), so the logits are those of the stock layer
up to rounding. For training; inference runs the stock layer.
"""

from __future__ import annotations

import functools
from typing import Any

import torch
from torch import nn


def read_first_token_only(layer: Any) -> None:
    """Make a stock BERT-like layer return its first token alone, float [batch, 1, width], in place.

    Args:
        layer: has `attention.self` with query, key and value, `attention.output` and `feed_forward_chunk`.
    """
    layer.forward = functools.partial(_forward, layer)  # no closure: the layer can be pickled


def _forward(
    layer: Any, hidden_states: torch.Tensor, attention_mask: torch.Tensor | None = None, *args: Any, **kwargs: Any
) -> torch.Tensor:
    attention = layer.attention.self
    # Contiguous: a linear layer on a strided view multiplies row by row.
    first = hidden_states[:, :1].contiguous()

    def heads(x: torch.Tensor) -> torch.Tensor:
        return x.view(*x.shape[:-1], -1, attention.attention_head_size).transpose(1, 2)

    query, key, value = (
        heads(attention.query(first)),
        heads(attention.key(hidden_states)),
        heads(attention.value(hidden_states)),
    )
    # One query a row: products and sums over [batch, heads, tokens, head width] beat many tiny matrix products.
    scores = (query * key).sum(-1).float() * attention.scaling
    if attention_mask is not None:
        seen = attention_mask[:, :, 0]
        scores = scores.masked_fill(~seen, -torch.inf) if seen.dtype == torch.bool else scores + seen
    weights = nn.functional.dropout(scores.softmax(-1), attention.dropout.p, layer.training).to(value.dtype)
    context = (weights.unsqueeze(-1) * value).sum(-2, keepdim=True)
    context = context.transpose(1, 2).reshape(*first.shape[:2], -1)
    out: torch.Tensor = layer.feed_forward_chunk(layer.attention.output(context, first))
    return out
