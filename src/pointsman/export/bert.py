"""BERT and RoBERTa as nodes of a graph: the stock models' arithmetic in ONNX Runtime's fused operators.

Takes tensors by their stock names. A sequence head reads the first token alone, so the last layer computes no other:
only its keys and values are of all tokens.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pointsman.errors import BackboneError
from pointsman.export.graph import Array, Graph
from pointsman.export.quantize import Setting
from pointsman.tasks.task import Kind

Tensors = dict[str, Array]

_PROJECTIONS = ("query", "key", "value")
_ACTIVATIONS = {"gelu": "BiasGelu", "gelu_new": "FastGelu", "gelu_pytorch_tanh": "FastGelu"}


def add(graph: Graph, tensors: Tensors, config: Any, kind: Kind, setting: Setting) -> tuple[str, tuple[str, ...]]:
    """Add a classifier.

    Args:
        graph: to add to.
        tensors: of the stock model, by name.
        config: of the stock model.
        kind: of its head.
        setting: what is int8.

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
    encoder = {name.removeprefix(f"{prefix}."): value for name, value in tensors.items()}
    mask = graph.node("Cast", ["attention_mask"], to=_INT32, name="mask")
    hidden = _embeddings(graph, encoder, config, prefix, setting)
    layers = []
    for index in range(config.num_hidden_layers):
        last = index == config.num_hidden_layers - 1
        int8 = setting.covers(index, config.num_hidden_layers, kind)
        hidden = _layer(graph, encoder, config, index, hidden, mask, int8=int8, first_only=last and kind == "sequence")
        layers.append(hidden)
    return _head(graph, tensors, prefix, hidden, kind), tuple(layers)


_INT32, _INT64 = 6, 7


def _embeddings(graph: Graph, encoder: Tensors, config: Any, prefix: str, setting: Setting) -> str:
    words = graph.rows(
        "input_ids", encoder["embeddings.word_embeddings.weight"], "embeddings.words", int8=setting.embeddings
    )
    # All tokens are of type 0: its row is part of every position's.
    table = encoder["embeddings.position_embeddings.weight"] + encoder["embeddings.token_type_embeddings.weight"][0]
    if prefix == "bert":
        length = graph.node("Shape", ["input_ids"], start=1, end=2, name="length")
        places = graph.node(
            "Slice", [graph.tensor(table[None], "embeddings.positions"), graph.ints(0), length, graph.ints(1)]
        )
    else:  # RoBERTa counts from the padding index, tokens that are not padding only
        pad = graph.tensor(np.array(config.pad_token_id, np.int64), "embeddings.pad")
        seen = graph.node("Cast", [graph.node("Not", [graph.node("Equal", ["input_ids", pad])])], to=_INT64)
        count = graph.node("Mul", [graph.node("CumSum", [seen, graph.ints(1)]), seen])
        places = graph.rows(graph.node("Add", [count, pad]), table, "embeddings.positions", int8=False)
    return graph.norm(
        graph.node("Sum", [words, places]),
        encoder["embeddings.LayerNorm.weight"],
        encoder["embeddings.LayerNorm.bias"],
        config.layer_norm_eps,
        "embeddings",
    )


def _layer(
    graph: Graph, encoder: Tensors, config: Any, index: int, hidden: str, mask: str, *, int8: bool, first_only: bool
) -> str:
    """Add one layer; returns its output, float [batch, tokens or 1, width]."""
    name = f"layer.{index}"

    def of(part: str) -> tuple[Array, Array]:
        """Return a weight as [inputs, outputs], or of a norm, and its bias."""
        return encoder[f"encoder.{name}.{part}.weight"].T, encoder[f"encoder.{name}.{part}.bias"]

    def dense(x: str, part: str) -> tuple[str, str]:
        """Return the product and the bias apart: the operator that comes next adds it."""
        weight, bias = of(f"{part}.dense")
        return graph.product(x, weight, f"{name}.{part}", int8=int8), graph.tensor(bias, f"{name}.{part}.bias")

    def residual(x: str, part: str, base: str) -> str:
        both = graph.node("Sum", [*dense(x, part), base])
        return graph.norm(both, *of(f"{part}.LayerNorm"), config.layer_norm_eps, f"{name}.{part}.norm")

    base = graph.node("Gather", [hidden, graph.ints(0)], axis=1, name=f"{name}.first") if first_only else hidden
    parts = [of(f"attention.self.{part}") for part in _PROJECTIONS]
    projected = [
        graph.product(base if part == "query" else hidden, weight, f"{name}.{part}", int8=int8)
        for part, (weight, _) in zip(_PROJECTIONS, parts, strict=True)
    ]
    bias = graph.tensor(np.concatenate([bias for _, bias in parts]), f"{name}.attention.bias")
    seen = graph.fused(
        "MultiHeadAttention", [*projected, bias, mask], num_heads=config.num_attention_heads, name=f"{name}.attention"
    )
    hidden = residual(seen, "attention.output", base)
    inner = graph.fused(_ACTIVATIONS[config.hidden_act], dense(hidden, "intermediate"), name=f"{name}.activation")
    return residual(inner, "output", hidden)


def _head(graph: Graph, tensors: Tensors, prefix: str, hidden: str, kind: Kind) -> str:
    def dense(x: str, name: str) -> str:
        weight, bias = tensors[f"{name}.weight"], tensors[f"{name}.bias"]
        return str(graph.node("Gemm", [x, graph.tensor(weight, name), graph.tensor(bias, f"{name}.bias")], transB=1))

    if kind == "token":
        weight, bias = tensors["classifier.weight"], tensors["classifier.bias"]
        return graph.product(hidden, weight.T, "classifier", int8=False, bias=bias)
    first = graph.node("Squeeze", [hidden, graph.ints(1)])
    if prefix == "bert":
        return dense(graph.node("Tanh", [dense(first, "bert.pooler.dense")]), "classifier")
    return dense(graph.node("Tanh", [dense(first, "classifier.dense")]), "classifier.out_proj")
