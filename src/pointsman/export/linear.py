"""The weights of one model within a graph, by their stock names: in fp32 or int8, as its setting says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from pointsman.export.graph import FLOAT, Array, Graph
from pointsman.export.quantize import MIDDLE, Rounded, Roundings, Terms, int8_rows, plain

_LEAST = np.array(1e-12, np.float32)
"""Rows of zeros are divided by this."""

_Bytes = tuple[str, str, str]
"""Values in 0..255, their step, and which of them stands for 0."""


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
        self,
        x: str,
        module: str,
        layer: int,
        *,
        part: int = 0,
        parts: int = 1,
        feed_forward: bool = False,
        coarse: bool = False,
    ) -> str:
        """Multiply by a weight of an encoder's layer, without its bias.

        Args:
            x: float [..., inputs].
            module: stock name.
            layer: number of the layer.
            part: of the weight's outputs, cut into `parts` equal ones: nothing has to be split after.
            parts: how many.
            feed_forward: whether it belongs to the feed-forward.
            coarse: whether one int8 value is too coarse for what it reads, before it is for others.
        """
        weight, name = self.tensors[f"{module}.weight"], f"{module}.{part}" if parts > 1 else module
        terms = self.terms[0 if layer < self.trunk else 1]
        mine = slice(part * len(weight) // parts, (part + 1) * len(weight) // parts)
        if terms is None:
            return self.graph.product(x, weight[mine].T, name)
        inputs, rounding = terms.of_input(coarse=coarse), self.roundings.get(module)
        # What attention reads is quantised once, though its values may have a term that queries and keys have not.
        alike = inputs if feed_forward else terms.of_input(coarse=False)
        whole = rounding.rounded(weight, alike) if rounding else plain(weight)
        rounded = replace(whole, values=whole.values[:, mine], scales=whole.scales[mine])
        return self._int8(x, weight[mine].T, rounded, Terms(inputs, terms.weights if feed_forward else 1), name)

    def _int8(self, x: str, weight: Array, rounded: Rounded, terms: Terms, name: str) -> str:
        graph = self.graph
        if rounded.factors is not None:
            x = graph.node("Mul", [x, graph.tensor(1 / rounded.factors, f"{name}.smooth")], name=f"{name}.smoothed")
        peak, inputs = self._rows(x, terms.inputs, rounded.zero)
        products = [_multiply(graph, given, rounded, name) for given in inputs]
        if terms.weights == 2:
            products.append(_multiply(graph, inputs[0], rounded.rest(weight), f"{name}.rest"))
        return str(graph.node("Mul", [graph.total(products), peak], name=f"{name}.product"))

    def _rows(self, x: str, terms: int, zero: int) -> tuple[str, list[_Bytes]]:
        """Quantise each row by how far it reaches; returns that, and the terms.

        Equal nodes are one, so this is done once for all that read `x`.
        """
        graph, above = self.graph, 255 - zero
        if zero == MIDDLE:
            ends = [self._furthest("ReduceMax", graph.node("Abs", [x]))]
        else:
            ratio = graph.tensor(np.array(-above / zero, np.float32), "ratio")
            ends = [self._furthest("ReduceMax", x), graph.node("Mul", [self._furthest("ReduceMin", x), ratio])]
        peak = graph.node("Max", [*ends, graph.tensor(_LEAST, "least")], name=f"{x}.peak")
        rows = graph.node("Div", [x, peak])
        step, nought = graph.tensor(np.array(1 / above, np.float32), "step"), graph.tensor(_byte(zero), "zero")
        near = graph.node("QuantizeLinear", [rows, step, nought], name=f"{x}.uint8")
        if terms == 1:
            return peak, [(near, step, nought)]
        over = graph.node("Sub", [rows, graph.node("DequantizeLinear", [near, step, nought])])
        # What is left over is half a step at most.
        fine = graph.tensor(np.array(1 / above / 254, np.float32), "step.rest")
        middle = graph.tensor(_byte(MIDDLE), "zero")
        rest = graph.node("QuantizeLinear", [over, fine, middle], name=f"{x}.rest")
        return peak, [(near, step, nought), (rest, fine, middle)]

    def _furthest(self, kind: str, x: str) -> str:
        """Return the greatest or least value of each row."""
        graph = self.graph
        if graph.opset < 18:
            return str(graph.node(kind, [x], axes=[-1], keepdims=1))
        return str(graph.node(kind, [x, graph.ints(-1)], keepdims=1))

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


def _multiply(graph: Graph, given: _Bytes, weight: Rounded, name: str) -> str:
    rows, step, zero = given
    columns = [graph.tensor(weight.scales, f"{name}.scales"), zero]
    columns.append(graph.tensor(np.zeros(len(weight.scales), np.int8), "zeros"))
    inputs = [rows, graph.tensor(weight.values, f"{name}.int8"), step, *columns]
    return str(graph.fused("MatMulIntegerToFloat", inputs, name=f"{name}.int8.product"))


def _byte(value: int) -> Array:
    return np.array(value, np.uint8)
