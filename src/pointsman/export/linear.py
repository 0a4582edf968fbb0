"""The weights of one model within a graph, by their stock names: in fp32 or int8, as its setting says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from pointsman.export.graph import FLOAT, Array, Graph
from pointsman.export.quantize import Rounded, Roundings, Terms, int8_rows, plain

_ONE = np.array(1 / 127, np.float32)
"""Step of rows whose greatest value is 1."""

_REST = np.array(1 / 127 / 254, np.float32)
"""Step of what is left over of them: half a step at most."""

_LEAST = np.array(1e-12, np.float32)
"""Rows of zeros are divided by this."""

_ZERO = np.array(128, np.uint8)
"""What stands for 0."""


@dataclass(frozen=True)
class Linear:
    """Multiplies by the weights of a model.

    Attributes:
        graph: to add to.
        tensors: of the stock model, by name.
        trunk: how many layers, from the lowest, its router does not adapt.
        terms: of the trunk's layers, and of those above; None: fp32.
        roundings: of its layers' weights; what is not in it is rounded plainly.
    """

    graph: Graph
    tensors: Mapping[str, Array]
    trunk: int = 0
    terms: tuple[Terms | None, Terms | None] = (None, None)
    roundings: Roundings = field(default_factory=dict)

    def product(
        self, x: str, module: str, layer: int, *, part: int = 0, parts: int = 1, feed_forward: bool = False
    ) -> str:
        """Multiply by a weight of an encoder's layer, without its bias.

        Args:
            x: float [..., inputs].
            module: stock name.
            layer: number of the layer.
            part: of the weight's outputs, cut into `parts` equal ones: nothing has to be split after.
            parts: how many.
            feed_forward: whether it belongs to the feed-forward.
        """
        weight, name = self.tensors[f"{module}.weight"], f"{module}.{part}" if parts > 1 else module
        terms = self.terms[0 if layer < self.trunk else 1]
        mine = slice(part * len(weight) // parts, (part + 1) * len(weight) // parts)
        if terms is None:
            return self.graph.product(x, weight[mine].T, name)
        rounding = self.roundings.get(module)
        whole = rounding.rounded(weight) if rounding else plain(weight)
        rounded = Rounded(whole.values[:, mine], whole.scales[mine], whole.factors)
        return self._int8(x, weight[mine].T, rounded, terms if feed_forward else Terms(terms.inputs), name)

    def _int8(self, x: str, weight: Array, rounded: Rounded, terms: Terms, name: str) -> str:
        graph = self.graph
        if rounded.factors is not None:
            x = graph.node("Mul", [x, graph.tensor(1 / rounded.factors, f"{name}.smooth")], name=f"{name}.smoothed")
        peak, inputs = self._rows(x, terms.inputs)
        products = [_multiply(graph, given, rounded, name) for given in inputs]
        if terms.weights == 2:
            products.append(_multiply(graph, inputs[0], rounded.rest(weight), f"{name}.rest"))
        return str(graph.node("Mul", [graph.total(products), peak], name=f"{name}.product"))

    def _rows(self, x: str, terms: int) -> tuple[str, list[tuple[str, str]]]:
        """Quantise each row by its greatest value; returns these, and the terms with their steps.

        Equal nodes are one, so this is done once for all that read `x`.
        """
        graph = self.graph
        size = graph.node("Abs", [x])
        if graph.opset < 18:
            peak = graph.node("ReduceMax", [size], axes=[-1], keepdims=1)
        else:
            peak = graph.node("ReduceMax", [size, graph.ints(-1)], keepdims=1)
        peak = graph.node("Max", [peak, graph.tensor(_LEAST, "least")], name=f"{x}.peak")
        rows = graph.node("Div", [x, peak])
        one, zero = graph.tensor(_ONE, "step"), graph.tensor(_ZERO, "zero")
        near = graph.node("QuantizeLinear", [rows, one, zero], name=f"{x}.uint8")
        if terms == 1:
            return peak, [(near, one)]
        over = graph.node("Sub", [rows, graph.node("DequantizeLinear", [near, one, zero])])
        rest = graph.tensor(_REST, "step.rest")
        return peak, [(near, one), (graph.node("QuantizeLinear", [over, rest, zero], name=f"{x}.rest"), rest)]

    def bias(self, module: str, *, part: int = 0, parts: int = 1) -> list[str]:
        """Return a module's bias, to be added; nothing where it has none."""
        if f"{module}.bias" not in self.tensors:
            return []
        name = f"{module}.{part}.bias" if parts > 1 else f"{module}.bias"
        return [self.graph.tensor(np.split(self.tensors[f"{module}.bias"], parts)[part], name)]

    def norm(self, x: str, module: str, epsilon: float) -> str:
        """Normalise the last axis."""
        return self.graph.norm(x, self.tensors[f"{module}.weight"], self.tensors.get(f"{module}.bias"), epsilon, module)

    def words(self, ids: str, module: str) -> str:
        """Look up word embeddings; in int8 each row of the table has a scale of its own."""
        graph, table = self.graph, self.tensors[f"{module}.weight"]
        if self.terms[1] is None:
            return graph.rows(ids, table, module)
        values, scales = int8_rows(table)
        picked = graph.node("Cast", [graph.rows(ids, values, f"{module}.int8")], to=FLOAT)
        return str(graph.node("Mul", [picked, graph.rows(ids, scales, f"{module}.scales")]))


def _multiply(graph: Graph, given: tuple[str, str], weight: Rounded, name: str) -> str:
    rows, step = given
    zero = graph.tensor(_ZERO, "zero")
    columns = [graph.tensor(weight.scales, f"{name}.scales"), zero]
    columns.append(graph.tensor(np.zeros(len(weight.scales), np.int8), "zeros"))
    inputs = [rows, graph.tensor(weight.values, f"{name}.int8"), step, *columns]
    return str(graph.fused("MatMulIntegerToFloat", inputs, name=f"{name}.int8.product"))
