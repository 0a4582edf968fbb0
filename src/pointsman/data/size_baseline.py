"""What the size of an image alone tells: the label most frequent among training images of the nearest sizes.

Screenshots of different applications differ in size, so this can be right about every row without a look at a pixel.
Takes sizes and label indices; a row without an image has the size (0, 0).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

NEIGHBOURS = (1, 5, 15)


@dataclass(frozen=True)
class SizeBaseline:
    """The sizes of the training rows.

    Attributes:
        sizes: float64 [rows, 2], logarithms of width and height, so that shape and scale count alike.
        y: int64 [rows].
        n_classes: labels.
        k: neighbours asked; rows as near as the last of them are asked as well.
    """

    sizes: Floats
    y: Ints
    n_classes: int
    k: int

    def predict(self, sizes: Sequence[tuple[int, int]]) -> Ints:
        """Return label indices [n]."""
        out = np.zeros(len(sizes), np.int64)
        for row, size in enumerate(_logs(sizes)):
            distance = np.abs(self.sizes - size).sum(axis=1)
            furthest = np.partition(distance, self.k - 1)[self.k - 1]
            out[row] = np.bincount(self.y[distance <= furthest + 1e-9], minlength=self.n_classes).argmax()
        return out


def fit_sizes(
    sizes: Sequence[tuple[int, int]],
    y: Ints,
    n_classes: int,
    *,
    validation_sizes: Sequence[tuple[int, int]],
    validation_y: Ints,
) -> SizeBaseline:
    """Keep the training sizes and choose by validation accuracy how many neighbours vote.

    Args:
        sizes: width and height of each training row's image.
        y: [rows] label indices.
        n_classes: labels.
        validation_sizes, validation_y: rows to choose on; without any the most neighbours are asked.
    """
    logs = _logs(sizes)
    tried = [SizeBaseline(logs, y, n_classes, k) for k in NEIGHBOURS if k <= len(y)]
    right = [int((one.predict(validation_sizes) == validation_y).sum()) for one in tried]
    return max(zip(right, tried, strict=True), key=lambda pair: (pair[0], pair[1].k))[1]


def _logs(sizes: Sequence[tuple[int, int]]) -> Floats:
    return np.log1p(np.array(sizes, np.float64).reshape(-1, 2))
