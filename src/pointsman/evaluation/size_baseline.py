"""What an image's size alone says of its label: screenshots of different applications differ in size, so a router has
to beat this to have looked at the image."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pointsman.evaluation.intervals import Floats, Ints


@dataclass(frozen=True)
class SizeBaseline:
    """Answers the most frequent label of the training images whose size is nearest.

    Attributes:
        sizes: float32 [m, 2], each size that training images have: width and height in pixels.
        labels: int64 [m], the most frequent label of each.
    """

    sizes: npt.NDArray[np.float32]
    labels: npt.NDArray[np.int64]

    def predict(self, sizes: Floats) -> npt.NDArray[np.int64]:
        """Return label indices [n] for sizes [n, 2]; nearest by ratio, so that twice as wide is as far as half."""
        distances = np.abs(_logs(sizes)[:, None] - _logs(self.sizes)[None]).sum(-1)
        return np.asarray(self.labels[distances.argmin(axis=1)], np.int64)


def fit_size(sizes: Floats, y: Ints, n_classes: int) -> SizeBaseline:
    """Fit the baseline.

    Args:
        sizes: [n, 2], width and height in pixels.
        y: [n] label indices.
        n_classes: labels of the task.
    """
    known, place = np.unique(np.asarray(sizes, np.float32), axis=0, return_inverse=True)
    counts = np.zeros((len(known), n_classes), np.int64)
    np.add.at(counts, (place.reshape(-1), np.asarray(y)), 1)
    # Of equally frequent labels the one that is more frequent in all: a size seen once says little.
    overall = np.bincount(np.asarray(y), minlength=n_classes)
    return SizeBaseline(known, np.lexsort((np.broadcast_to(overall, counts.shape), counts), axis=1)[:, -1])


def _logs(sizes: Floats) -> npt.NDArray[np.float64]:
    return np.log(np.asarray(sizes, np.float64) + 1)
