"""ModernBERT and mmBERT as nodes of a graph: rotary positions, local and global attention, gated feed-forward.

Takes tensors by their stock names; the tables of rotary positions are asked of the model, which knows its own scaling.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pointsman.errors import BackboneError
from pointsman.export.bert import Tensors
from pointsman.export.graph import Array, Graph
from pointsman.export.quantize import Setting
from pointsman.tasks.task import Kind

_ACTIVATIONS = {"gelu": "Gelu"}
_INT32, _FLOAT = 6, 1


def add(
    graph: Graph, tensors: Tensors, config: Any, kind: Kind, setting: Setting, rotary: dict[str, tuple[Array, Array]]
) -> tuple[str, tuple[str, ...]]:
    """Add a classifier; see `bert.add`.

    Args:
        graph: to add to.
        tensors: of the stock model, by name.
        config: of the stock model.
        kind: of its head.
        setting: what is int8.
        rotary: for each type of layer cosines and sines, float32 [positions, half of a head].
    """
    for key in ("hidden_activation", "classifier_activation"):
        if (found := getattr(config, key)) not in _ACTIVATIONS:
            raise BackboneError(
                f"config.json: '{key}' is {found!r}; ONNX graphs are written for {', '.join(_ACTIVATIONS)}: "
                "use --format merged"
            )
    mask = graph.node("Cast", ["attention_mask"], to=_INT32, name="mask")
    length = graph.node("Shape", ["input_ids"], start=1, end=2, name="length")
    near = _near(graph, length, config.sliding_window)
    words = graph.rows(
        "input_ids", tensors["model.embeddings.tok_embeddings.weight"], "embeddings", int8=setting.embeddings
    )
    hidden = _norm(graph, tensors, config, "model.embeddings.norm", words)
    layers = []
    for index in range(config.num_hidden_layers):
        int8 = setting.covers(index, config.num_hidden_layers, kind)
        type_ = config.layer_types[index]
        bias = near if type_ == "sliding_attention" else ""
        hidden = _layer(graph, tensors, config, index, hidden, mask, bias, rotary[type_], int8=int8)
        layers.append(hidden)
    hidden = _norm(graph, tensors, config, "model.final_norm", hidden)
    return _head(graph, tensors, config, hidden, kind), tuple(layers)


def _near(graph: Graph, length: str, window: int) -> str:
    """Return what is added to attention scores: 0 up to `window` tokens apart, else -10,000: nothing is left."""
    zero, one = (graph.tensor(np.array(n, np.int64), "int") for n in (0, 1))
    places = graph.node("Range", [zero, graph.node("Squeeze", [length, graph.ints(0)]), one], name="places")
    apart = graph.node(
        "Sub", [graph.node("Unsqueeze", [places, graph.ints(1)]), graph.node("Unsqueeze", [places, graph.ints(0)])]
    )
    far = graph.node("Greater", [graph.node("Abs", [apart]), graph.tensor(np.array(window, np.int64), "window")])
    added = graph.node(
        "Where",
        [far, graph.tensor(np.array(-10000, np.float32), "never"), graph.tensor(np.array(0, np.float32), "as it is")],
    )
    return str(graph.node("Unsqueeze", [added, graph.ints(0, 1)], name="near"))


def _norm(graph: Graph, tensors: Tensors, config: Any, name: str, x: str) -> str:
    return graph.norm(x, tensors[f"{name}.weight"], tensors.get(f"{name}.bias"), config.norm_eps, name)


def _layer(
    graph: Graph,
    tensors: Tensors,
    config: Any,
    index: int,
    hidden: str,
    mask: str,
    near: str,
    rotary: tuple[Array, Array],
    *,
    int8: bool,
) -> str:
    name = f"model.layers.{index}"

    def products(x: str, part: str, n: int) -> list[str]:
        """Multiply by the `n` equal parts of a weight apart: nothing has to be split after."""
        weights = np.split(tensors[f"{name}.{part}.weight"], n)
        biases = np.split(tensors[f"{name}.{part}.bias"], n) if f"{name}.{part}.bias" in tensors else [None] * n
        given = enumerate(zip(weights, biases, strict=True))
        return [graph.product(x, w.T, f"{name}.{part}.{i}", int8=int8, bias=b) for i, (w, b) in given]

    x = hidden if index == 0 else _norm(graph, tensors, config, f"{name}.attn_norm", hidden)
    query, key, value = products(x, "attn.Wqkv", 3)
    tables = [graph.tensor(table, f"rotary.{part}") for part, table in zip(("cos", "sin"), rotary, strict=True)]
    heads = config.num_attention_heads
    query, key = (graph.fused("RotaryEmbedding", [x, graph.ints(0), *tables], num_heads=heads) for x in (query, key))
    given = [query, key, value, "", mask, *([near] if near else [])]
    seen = graph.fused("MultiHeadAttention", given, num_heads=heads, name=f"{name}.attention")
    hidden = graph.node("Sum", [hidden, *products(seen, "attn.Wo", 1)])
    inner, gate = products(_norm(graph, tensors, config, f"{name}.mlp_norm", hidden), "mlp.Wi", 2)
    inner = graph.node("Mul", [graph.fused(_ACTIVATIONS[config.hidden_activation], [inner]), gate])
    return str(graph.node("Sum", [hidden, *products(inner, "mlp.Wo", 1)], name=name))


def _head(graph: Graph, tensors: Tensors, config: Any, hidden: str, kind: Kind) -> str:
    def dense(x: str, name: str) -> str:
        return graph.product(x, tensors[f"{name}.weight"].T, name, int8=False, bias=tensors.get(f"{name}.bias"))

    if kind == "sequence":
        if config.classifier_pooling == "mean":
            seen = graph.node("Cast", ["attention_mask"], to=_FLOAT)
            total = graph.node("ReduceSum", [seen, graph.ints(1)], keepdims=1)
            share = graph.node("Unsqueeze", [graph.node("Div", [seen, total]), graph.ints(1)])
            pooled = graph.node("MatMul", [share, hidden], name="mean")
        else:
            pooled = graph.node("Gather", [hidden, graph.ints(0)], axis=1, name="first")
        hidden = graph.node("Squeeze", [pooled, graph.ints(1)])
    inner = graph.fused(_ACTIVATIONS[config.classifier_activation], [dense(hidden, "head.dense")])
    return dense(_norm(graph, tensors, config, "head.norm", inner), "classifier")
