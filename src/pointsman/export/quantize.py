"""Eight-bit weights: how tensors are rounded, and with how many terms a layer computes.

A weight has a scale for each column, a table one for each row, values lie in -127..127. What a weight is multiplied
by is quantised when the graph runs, each row (token) by its own scale; where rows reach further to one side than to the
other, so do the values. Where one int8 value is too coarse, a second one holds what the first left over: both products
are added up. What attention's values and a feed-forward's last product read is the first to be too coarse.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Floats32 = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.int8]

MIDDLE = 128
"""What stands for 0 where inputs reach as far to either side."""


@dataclass(frozen=True)
class Terms:
    """How many int8 values stand for one number.

    Attributes:
        inputs: of what a weight is multiplied by, 1 or 2.
        weights: of a feed-forward's weights, 1 or 2; others have 1.
        coarse_only: of two terms for inputs, only what is first too coarse has both.
    """

    inputs: int = 1
    weights: int = 1
    coarse_only: bool = False

    def of_input(self, *, coarse: bool) -> int:
        """Return how many an input has, which is or is not one of those that are first too coarse."""
        return self.inputs if coarse or not self.coarse_only else 1

    @property
    def work(self) -> int:
        """What a layer's products take, where one term of everything takes 12."""
        return 12 + (5 if self.coarse_only else 12) * (self.inputs - 1) + 8 * (self.weights - 1)

    def __str__(self) -> str:
        if self.inputs == 1:
            return "one term"
        if self.coarse_only:
            return "two terms for what values and feed-forward outputs read"
        return "two terms" + (", of feed-forward weights too" if self.weights == 2 else "")


LEVELS = (Terms(), Terms(2, coarse_only=True), Terms(2), Terms(2, 2))
"""Terms to choose from, cheapest first."""


@dataclass(frozen=True)
class Setting:
    """How routers are computed; heads and position embeddings are fp32 always.

    Attributes:
        trunk: of the layers that a router does not adapt; None: fp32.
        branches: by output, of the layers that it adapts; what is not in it: fp32.
    """

    trunk: Terms | None
    branches: Mapping[str, Terms]

    def of(self, output: str, trunk: int) -> tuple[Terms | None, Terms | None]:
        """Return what a router's lowest `trunk` layers have, and what those above: all that tells its graphs apart."""
        branch = self.branches.get(output)
        return (self.trunk if trunk else branch), branch

    def __str__(self) -> str:
        if self.trunk is None:
            return "nothing"
        parts = {"trunk": self.trunk, **self.branches}
        more = "; ".join(f"{name}: {terms}" for name, terms in parts.items() if terms != Terms())
        return "word embeddings and layers" + (f" ({more})" if more else "")


FP32 = Setting(None, {})


@dataclass(frozen=True)
class Rounded:
    """A weight in int8.

    Attributes:
        values: int8 [inputs, outputs].
        scales: of each column, [outputs].
        factors: what inputs are divided by before they are quantised, [inputs]; None: by nothing. The values stand
            for the weight multiplied by them.
        zero: which of the values 0..255 stands for an input of 0: so many lie below it.
    """

    values: Bytes
    scales: Floats32
    factors: Floats32 | None = None
    zero: int = MIDDLE

    def rest(self, weight: Floats32) -> Rounded:
        """Return in int8 what these values leave over of a weight, [inputs, outputs]."""
        whole = weight if self.factors is None else weight * self.factors[:, None]
        values, scales = int8_columns(whole - self.values * self.scales)
        return Rounded(values, scales, self.factors, self.zero)


class Rounding(Protocol):
    """Rounds the weights that read one input."""

    def rounded(self, weight: Floats32, terms: int) -> Rounded:
        """Return a stock weight, [outputs, inputs], in int8, for inputs of so many terms."""
        ...


Roundings = Mapping[str, Rounding]
"""For the linear layers of a model, by name; those that are not in it are rounded plainly."""


def plain(weight: Floats32) -> Rounded:
    """Round a stock weight, [outputs, inputs], each number to the nearest."""
    return Rounded(*int8_columns(weight.T))


def int8_columns(weight: Floats32) -> tuple[Bytes, Floats32]:
    """Round a weight [inputs, outputs]; returns values, and each column's scale."""
    scales = _scales(np.abs(weight).max(axis=0))
    return np.rint(weight / scales).astype(np.int8), scales


def int8_rows(table: Floats32) -> tuple[Bytes, Floats32]:
    """Round a table [rows, width]; returns values and each row's scale, [rows, 1]."""
    scales = _scales(np.abs(table).max(axis=1, keepdims=True))
    return np.rint(table / scales).astype(np.int8), scales


def _scales(largest: npt.NDArray[Any]) -> Floats32:
    scales = np.asarray(largest / 127, np.float32)
    return np.where(scales >= np.finfo(np.float32).tiny, scales, np.float32(1))  # zeros stay zeros
