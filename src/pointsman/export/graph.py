"""An ONNX graph written node by node: equal computations are one node, equal tensors one tensor.

That is how branches share a trunk: a layer that reads the same values with the same weights is the same node,
whichever router asks for it. Knows operators and tensors, nothing of models; the transformer operators are ONNX
Runtime's own (`com.microsoft`), so that nothing has to be found and fused again when the graph is loaded.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from pointsman.errors import ConfigError

if TYPE_CHECKING:
    from onnx import ModelProto

Array = npt.NDArray[Any]

OPSETS = (17, 23)
"""Lowest (it has LayerNormalization) and highest opset that a graph is written for."""

FUSED = "com.microsoft"

FLOAT, INT32, INT64 = 1, 6, 7
"""Types as ONNX numbers them."""


class Graph:
    """A graph in the making.

    Args:
        opset: of the standard operators.

    Raises:
        ConfigError: an opset that graphs are not written for.
    """

    def __init__(self, opset: int) -> None:
        if not OPSETS[0] <= opset <= OPSETS[1]:
            raise ConfigError(f"--opset {opset}: graphs are written for opsets {OPSETS[0]} to {OPSETS[1]}")
        self.opset = opset
        self._nodes: list[Any] = []
        self._made: dict[tuple[Any, ...], tuple[str, ...]] = {}
        self._tensors: dict[str, tuple[str, Array]] = {}
        self._names: Counter[str] = Counter()
        self._outputs: list[tuple[str, tuple[str | int, ...]]] = []

    def node(
        self, kind: str, inputs: Sequence[str], *, domain: str = "", outputs: int = 1, name: str = "", **attributes: Any
    ) -> Any:
        """Add an operator, or find it where the same one is there already.

        Args:
            kind: of the operator.
            inputs: names; "" for one that is left out.
            domain: "" for the standard operators.
            outputs: how many it has.
            name: of what it computes, for people who look at the graph.
            attributes: of the operator.

        Returns:
            The output's name, or a tuple of them where there are several.
        """
        from onnx import helper

        key = (domain, kind, tuple(inputs), outputs, tuple(sorted((k, _plain(v)) for k, v in attributes.items())))
        if key not in self._made:
            base = self._unused(name or kind)
            made = tuple(base if n == 0 else f"{base}:{n}" for n in range(outputs))
            self._nodes.append(helper.make_node(kind, list(inputs), list(made), name=base, domain=domain, **attributes))
            self._made[key] = made
        made = self._made[key]
        return made[0] if outputs == 1 else made

    def fused(self, kind: str, inputs: Sequence[str], **attributes: Any) -> Any:
        """Add an operator of ONNX Runtime's own; see `node`."""
        return self.node(kind, inputs, domain=FUSED, **attributes)

    def tensor(self, value: Array, name: str) -> str:
        """Add a constant tensor, or find its equal; returns its name."""
        value = np.asarray(value, order="C")
        key = hashlib.sha256(f"{value.dtype} {value.shape}".encode() + value.tobytes()).hexdigest()
        if key not in self._tensors:
            self._tensors[key] = (self._unused(name), value)
        return self._tensors[key][0]

    def ints(self, *values: int) -> str:
        """Add a constant int64 vector."""
        return self.tensor(np.array(values, np.int64), "ints")

    def product(self, x: str, weight: Array, name: str) -> str:
        """Multiply by a weight, float32 [inputs, outputs]; `x` is float [..., inputs]."""
        return str(self.node("MatMul", [x, self.tensor(weight, name)], name=f"{name}.product"))

    def total(self, parts: Sequence[str]) -> str:
        """Add up. As `Sum`: ONNX Runtime would join `Add` and normalisation to an operator that is slower by far."""
        return parts[0] if len(parts) == 1 else str(self.node("Sum", parts))

    def rows(self, indices: str, table: Array, name: str) -> str:
        """Look up rows of a table, [rows, width]."""
        return str(self.node("Gather", [self.tensor(table, name), indices], name=f"{name}.rows"))

    def norm(self, x: str, weight: Array, bias: Array | None, epsilon: float, name: str) -> str:
        """Normalise the last axis."""
        given = [x, self.tensor(weight, f"{name}.weight")]
        if bias is not None:
            given.append(self.tensor(bias, f"{name}.bias"))
        return str(self.node("LayerNormalization", given, axis=-1, epsilon=epsilon, name=name))

    def output(self, value: str, name: str, shape: tuple[str | int, ...]) -> None:
        """Name a value as an output of the graph."""
        from onnx import helper

        self._nodes.append(helper.make_node("Identity", [value], [name], name=f"output.{name}"))
        self._outputs.append((name, shape))

    def counts(self) -> dict[str, int]:
        """Return how many operators of each kind there are."""
        return dict(sorted(Counter(node.op_type for node in self._nodes).items()))

    def __len__(self) -> int:
        return len(self._nodes)

    def model(self, *, facts: Mapping[str, str]) -> ModelProto:
        """Return the whole graph, checked.

        Args:
            facts: kept in the file as metadata.
        """
        import onnx
        from onnx import TensorProto, helper, numpy_helper

        tokens = ["batch", "tokens"]
        graph = helper.make_graph(
            self._nodes,
            "pointsman",
            [helper.make_tensor_value_info(name, TensorProto.INT64, tokens) for name in INPUTS],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, list(shape)) for name, shape in self._outputs],
            [numpy_helper.from_array(value, name) for name, value in self._tensors.values()],
        )
        opsets = [helper.make_opsetid("", self.opset), helper.make_opsetid(FUSED, 1)]
        model = helper.make_model(
            graph,
            opset_imports=opsets,
            ir_version=helper.find_min_ir_version_for(opsets[:1]),
            producer_name="pointsman",
            producer_version=version("pointsman"),
        )
        helper.set_model_props(model, dict(facts))
        onnx.checker.check_model(model)
        return model

    def _unused(self, name: str) -> str:
        self._names[name] += 1
        return name if self._names[name] == 1 else f"{name}.{self._names[name]}"


INPUTS = ("input_ids", "attention_mask")


def producer() -> str:
    """Return what writes the graphs, with versions."""
    return ", ".join(f"{name} {version(name)}" for name in ("pointsman", "onnx"))


def save(model: ModelProto, file: Path) -> None:
    """Write a graph to one file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(model.SerializeToString(deterministic=True))


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
