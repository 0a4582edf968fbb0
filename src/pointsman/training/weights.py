"""How much each class counts in the loss, from how rare it is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def class_weights(labels: Sequence[int], n_classes: int) -> list[float] | None:
    """Return each class's weight, largest class 1.0, others by how much rarer they are; None when equal."""
    counts = np.bincount(labels, minlength=n_classes)
    present = counts > 0
    if counts[present].max() <= 1.2 * counts[present].min():
        return None
    weights = np.where(present, counts.max() / np.maximum(counts, 1), 0.0)
    return [float(w) for w in weights]
