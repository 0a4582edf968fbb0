"""BERT and RoBERTa as nodes of a graph: the stock models' arithmetic in ONNX Runtime's fused operators.

Takes tensors by their stock names. A sequence head reads the first token alone, so the last layer computes no other:
only its keys and values are of all tokens.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pointsman.errors import BackboneError
from pointsman.export.graph import INT32, INT64
from pointsman.export.linear import Linear
from pointsman.tasks.task import Kind

_PROJECTIONS = ("query", "key", "value")
_ACTIVATIONS = {"gelu": "BiasGelu", "gelu_new": "FastGelu", "gelu_pytorch_tanh": "FastGelu"}


def add(linear: Linear, config: Any, kind: Kind) -> tuple[str, tuple[str, ...]]:
    """Add a classifier to the graph.

    Args:
        linear: its weights, and the graph.
        config: of the stock model.
        kind: of its head.

    Returns:
        Names of the logits and of what each layer computes.

    Raises:
        BackboneError: an activation that has no operator.
    """
    if config.hidden_act not in _ACTIVATIONS:
        raise BackboneError(
            f"config.json: 'hidden_act' is {config.hidden_act!r}; ONNX graphs are written for "
            f"{', '.join(_ACTIVATIONS)}: use --format merged"
        )
    prefix = "bert" if config.model_type == "bert" else "roberta"
    mask = linear.graph.node("Cast", ["attention_mask"], to=INT32, name="mask")
    hidden = _embeddings(linear, config, prefix)
    layers = []
    for index in range(config.num_hidden_layers):
        first_only = kind == "sequence" and index == config.num_hidden_layers - 1
        hidden = _layer(linear, config, prefix, index, hidden, mask, first_only=first_only)
        layers.append(hidden)
    return _head(linear, prefix, hidden, kind), tuple(layers)


def _embeddings(linear: Linear, config: Any, prefix: str) -> str:
    graph, name = linear.graph, f"{prefix}.embeddings"
    words = linear.words("input_ids", f"{name}.word_embeddings")
    # All tokens are of type 0: its row is part of every position's.
    types = linear.tensors[f"{name}.token_type_embeddings.weight"]
    table = linear.tensors[f"{name}.position_embeddings.weight"] + types[0]
    if prefix == "bert":
        length = graph.node("Shape", ["input_ids"], start=1, end=2, name="length")
        every = graph.tensor(table[None], f"{name}.positions")
        places = graph.node("Slice", [every, graph.ints(0), length, graph.ints(1)])
    else:  # RoBERTa counts from the padding index, tokens that are not padding only
        pad = graph.tensor(np.array(config.pad_token_id, np.int64), "pad")
        seen = graph.node("Cast", [graph.node("Not", [graph.node("Equal", ["input_ids", pad])])], to=INT64)
        count = graph.node("Mul", [graph.node("CumSum", [seen, graph.ints(1)]), seen])
        places = graph.rows(graph.node("Add", [count, pad]), table, f"{name}.positions")
    return linear.norm(graph.total([words, places]), f"{name}.LayerNorm", config.layer_norm_eps)


def _layer(linear: Linear, config: Any, prefix: str, index: int, hidden: str, mask: str, *, first_only: bool) -> str:
    """Add one layer; returns its output, float [batch, tokens or 1, width]."""
    graph, name, epsilon = linear.graph, f"{prefix}.encoder.layer.{index}", config.layer_norm_eps
    first = graph.node("Gather", [hidden, graph.ints(0)], axis=1, name=f"{name}.first") if first_only else hidden
    modules = [f"{name}.attention.self.{part}" for part in _PROJECTIONS]
    query, key = (linear.product(x, m, index) for x, m in zip((first, hidden), modules[:2], strict=True))
    projected = [query, key, linear.product(hidden, modules[2], index, coarse=True)]
    biases = graph.tensor(np.concatenate([linear.tensors[f"{m}.bias"] for m in modules]), f"{name}.attention.bias")
    heads = config.num_attention_heads
    seen = graph.fused("MultiHeadAttention", [*projected, biases, mask], num_heads=heads, name=f"{name}.attention")
    out = f"{name}.attention.output"
    seen = graph.total([linear.product(seen, f"{out}.dense", index), *linear.bias(f"{out}.dense"), first])
    hidden = linear.norm(seen, f"{out}.LayerNorm", epsilon)
    inner, out = f"{name}.intermediate.dense", f"{name}.output"
    wide = linear.product(hidden, inner, index, feed_forward=True)
    wide = graph.fused(_ACTIVATIONS[config.hidden_act], [wide, *linear.bias(inner)], name=f"{name}.activation")
    wide = linear.product(wide, f"{out}.dense", index, feed_forward=True, coarse=True)
    return linear.norm(graph.total([wide, *linear.bias(f"{out}.dense"), hidden]), f"{out}.LayerNorm", epsilon)


def _head(linear: Linear, prefix: str, hidden: str, kind: Kind) -> str:
    graph = linear.graph

    def dense(x: str, module: str) -> str:
        weight = graph.tensor(linear.tensors[f"{module}.weight"], module)
        return str(graph.node("Gemm", [x, weight, *linear.bias(module)], transB=1))

    if kind == "token":
        product = graph.product(hidden, linear.tensors["classifier.weight"].T, "classifier")
        return str(graph.node("Add", [product, *linear.bias("classifier")]))
    first = graph.node("Squeeze", [hidden, graph.ints(1)])
    inner, outer = ("bert.pooler.dense", "classifier") if prefix == "bert" else _ROBERTA_HEAD
    return dense(graph.node("Tanh", [dense(first, inner)]), outer)


_ROBERTA_HEAD = ("classifier.dense", "classifier.out_proj")
