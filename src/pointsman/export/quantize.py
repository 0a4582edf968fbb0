"""Eight-bit weights: how tensors are rounded, and which parts of a model are.

A weight has a scale for each column, a table one for each row, values lie in -127..127; activations are quantised by
ONNX Runtime when the graph runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pointsman.tasks.task import Kind

Floats32 = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.int8]


@dataclass(frozen=True)
class Setting:
    """Which parts of a model are int8; heads and position embeddings never are.

    Attributes:
        name: for people.
        embeddings: the table of word embeddings.
        layers: matrix products of the layers.
        spared_of_token: last layers of token tasks that stay fp32.
        spared_of_sequence: last layers of sequence tasks that stay fp32.
    """

    name: str
    embeddings: bool
    layers: bool
    spared_of_token: int = 0
    spared_of_sequence: int = 0

    def covers(self, layer: int, layers: int, kind: Kind) -> bool:
        """Whether a layer of a router of this kind is int8."""
        spared = self.spared_of_token if kind == "token" else self.spared_of_sequence
        return self.layers and layer < layers - spared


FP32 = Setting("nothing", embeddings=False, layers=False)

INT8 = (
    Setting("word embeddings and all layers", embeddings=True, layers=True),
    Setting("word embeddings and all layers but the last of token tasks", True, True, spared_of_token=1),
    Setting("word embeddings and all layers but the last", True, True, spared_of_token=1, spared_of_sequence=1),
)
"""Settings to choose from, cheapest first."""


def int8_columns(weight: Floats32) -> tuple[Bytes, Floats32, Bytes]:
    """Round a weight [inputs, outputs]; returns values, and each column's scale and zero point (0)."""
    scales = _scales(np.abs(weight).max(axis=0))
    return np.rint(weight / scales).astype(np.int8), scales, np.zeros(len(scales), np.int8)


def int8_rows(table: Floats32) -> tuple[Bytes, Floats32]:
    """Round a table [rows, width]; returns values and each row's scale, [rows, 1]."""
    scales = _scales(np.abs(table).max(axis=1, keepdims=True))
    return np.rint(table / scales).astype(np.int8), scales


def _scales(largest: npt.NDArray[Any]) -> Floats32:
    return np.asarray(np.where(largest > 0, largest / 127, 1.0), np.float32)
