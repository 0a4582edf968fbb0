"""ModernBERT and mmBERT as nodes of a graph: rotary positions, local and global attention, gated feed-forward.

Takes tensors by their stock names; the tables of rotary positions are asked of the model, which knows its own scaling.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from pointsman.errors import BackboneError
from pointsman.export.graph import FLOAT, INT32, Array, Graph
from pointsman.export.linear import Linear
from pointsman.tasks.task import Kind

_ACTIVATIONS = {"gelu": "Gelu"}
_FAR = -10000.0
"""Added to attention scores that nothing shall be left of; within the range of fp16."""


def add(
    linear: Linear, config: Any, kind: Kind, rotary: Mapping[str, tuple[Array, Array]]
) -> tuple[str, tuple[str, ...]]:
    """Add a classifier to the graph; see `bert.add`.

    Args:
        linear: its weights, and the graph.
        config: of the stock model.
        kind: of its head.
        rotary: for each type of layer cosines and sines, float32 [positions, half of a head].

    Raises:
        BackboneError: an activation that has no operator.
    """
    for key in ("hidden_activation", "classifier_activation"):
        if (found := getattr(config, key)) not in _ACTIVATIONS:
            raise BackboneError(
                f"config.json: '{key}' is {found!r}; ONNX graphs are written for {', '.join(_ACTIVATIONS)}: "
                "use --format merged"
            )
    graph = linear.graph
    mask = graph.node("Cast", ["attention_mask"], to=INT32, name="mask")
    near = _near(graph, config.sliding_window)
    words = linear.words("input_ids", "model.embeddings.tok_embeddings")
    hidden = linear.norm(words, "model.embeddings.norm", config.norm_eps)
    layers = []
    for index, type_ in enumerate(config.layer_types):
        tables = [graph.tensor(t, f"rotary.{type_}.{n}") for t, n in zip(rotary[type_], ("cos", "sin"), strict=True)]
        masks = [mask, near] if type_ == "sliding_attention" else [mask]
        hidden = _layer(linear, config, index, hidden, masks, tables)
        layers.append(hidden)
    hidden = linear.norm(hidden, "model.final_norm", config.norm_eps)
    return _head(linear, config, hidden, kind), tuple(layers)


def _near(graph: Graph, window: int) -> str:
    """Return what is added to the scores of local attention, [1, 1, tokens, tokens]: 0 up to `window` tokens apart."""
    zero, one, most = (graph.tensor(np.array(n, np.int64), "int") for n in (0, 1, window))
    length = graph.node("Shape", ["input_ids"], start=1, end=2, name="length")
    places = graph.node("Range", [zero, graph.node("Squeeze", [length, graph.ints(0)]), one], name="places")
    rows, columns = (graph.node("Unsqueeze", [places, graph.ints(axis)]) for axis in (1, 0))
    beyond = graph.node("Greater", [graph.node("Abs", [graph.node("Sub", [rows, columns])]), most])
    far, here = (graph.tensor(np.array(value, np.float32), "score") for value in (_FAR, 0.0))
    return str(graph.node("Unsqueeze", [graph.node("Where", [beyond, far, here]), graph.ints(0, 1)], name="near"))


def _layer(linear: Linear, config: Any, index: int, hidden: str, masks: list[str], tables: list[str]) -> str:
    graph, name, heads = linear.graph, f"model.layers.{index}", config.num_attention_heads

    def products(x: str, module: str, n: int, coarse: int | None = None) -> list[str]:
        """Multiply by the `n` equal parts of a weight apart, and add its bias; `coarse`: see `Linear.product`."""
        out = []
        for part in range(n):
            how = {"feed_forward": ".mlp." in module, "coarse": part == coarse}
            product = linear.product(x, module, index, part=part, parts=n, **how)
            bias = linear.bias(module, part=part, parts=n)
            out.append(graph.node("Add", [product, *bias]) if bias else product)
        return out

    x = hidden if index == 0 else linear.norm(hidden, f"{name}.attn_norm", config.norm_eps)
    query, key, value = products(x, f"{name}.attn.Wqkv", 3, coarse=2)
    query, key = (graph.fused("RotaryEmbedding", [x, graph.ints(0), *tables], num_heads=heads) for x in (query, key))
    seen = graph.fused("MultiHeadAttention", [query, key, value, "", *masks], num_heads=heads, name=f"{name}.attention")
    hidden = graph.total([hidden, *products(seen, f"{name}.attn.Wo", 1)])
    wide, gate = products(linear.norm(hidden, f"{name}.mlp_norm", config.norm_eps), f"{name}.mlp.Wi", 2)
    wide = graph.node("Mul", [graph.fused(_ACTIVATIONS[config.hidden_activation], [wide]), gate])
    return graph.total([hidden, *products(wide, f"{name}.mlp.Wo", 1, coarse=0)])


def _head(linear: Linear, config: Any, hidden: str, kind: Kind) -> str:
    graph = linear.graph

    def dense(x: str, module: str) -> str:
        product, bias = graph.product(x, linear.tensors[f"{module}.weight"].T, module), linear.bias(module)
        return str(graph.node("Add", [product, *bias])) if bias else product

    if kind == "sequence":
        if config.classifier_pooling == "mean":
            seen = graph.node("Cast", ["attention_mask"], to=FLOAT)
            total = graph.node("ReduceSum", [seen, graph.ints(1)], keepdims=1)
            # Shares before the sum: in fp16 a sum over a long text would leave its range.
            share = graph.node("Unsqueeze", [graph.node("Div", [seen, total]), graph.ints(1)])
            pooled = graph.node("MatMul", [share, hidden], name="mean")
        else:
            pooled = graph.node("Gather", [hidden, graph.ints(0)], axis=1, name="first")
        hidden = graph.node("Squeeze", [pooled, graph.ints(1)])
    inner = graph.fused(_ACTIVATIONS[config.classifier_activation], [dense(hidden, "head.dense")])
    return dense(linear.norm(inner, "head.norm", config.norm_eps), "classifier")
