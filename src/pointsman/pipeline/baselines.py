"""Baselines of a sequence task: learnt on training rows, kept in the artifact without any text, asked about others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from pointsman.artifacts import layout
from pointsman.data.example import Example, Split
from pointsman.evaluation.baselines import (
    LogisticBaseline,
    MajorityBaseline,
    NeighbourBaseline,
    fit_logistic,
    fit_majority,
    fit_neighbours,
)
from pointsman.pipeline.judge import labels_of
from pointsman.tasks import Task

# The nearest-neighbour baseline keeps at most this many training rows in the artifact.
_NEIGHBOURS = 20_000

Features = Callable[[Sequence[Example]], npt.NDArray[np.float32]]
"""Rows to frozen features, float32 [rows, width]."""


class Baselines(Protocol):
    """What often wins, or what must not."""

    def learn(self, split: Split, task: Task, folder: Path) -> None:
        """Fit on the training rows, choose settings on the validation rows, and keep the result in `folder`."""
        ...

    def recall(self, folder: Path) -> None:
        """Take what `learn` kept."""
        ...

    def guesses(self, rows: Sequence[Example]) -> dict[str, npt.NDArray[np.int64]]:
        """Return label indices [rows] by the baseline's name."""
        ...


@dataclass
class FeatureBaselines:
    """Of texts: majority, logistic regression and nearest neighbours on the frozen backbone's features.

    `refit`: what was chosen on validation rows is fitted on them too, as the router was.
    """

    features: Features
    refit: bool = False
    majority: MajorityBaseline | None = None
    logistic: LogisticBaseline | None = None
    neighbours: NeighbourBaseline | None = None

    def learn(self, split: Split, task: Task, folder: Path) -> None:
        """See `Baselines`."""
        from safetensors.numpy import save_file

        n = len(task.labels)
        y, validation_y = labels_of(split.train, task), labels_of(split.validation, task)
        x, validation_x = self.features(split.train), self.features(split.validation)
        held: Any = {"validation_features": validation_x, "validation_y": validation_y}
        self.logistic = fit_logistic(x, y, n, **held, refit=self.refit)
        kept = np.random.default_rng(0).permutation(len(y))[:_NEIGHBOURS]
        self.neighbours = fit_neighbours(x[kept], y[kept], n, **held)
        if self.refit:
            x, y = np.concatenate([x, validation_x]), np.concatenate([y, validation_y])
            kept = np.random.default_rng(0).permutation(len(y))[:_NEIGHBOURS]
            self.neighbours = replace(self.neighbours, features=x[kept].astype(np.float16), y=y[kept])
        self.majority = fit_majority(y, n)
        save_file(
            {
                "logistic.weights": self.logistic.weights,
                "logistic.bias": self.logistic.bias,
                "neighbours.features": self.neighbours.features,
                "neighbours.y": self.neighbours.y,
            },
            folder / layout.BASELINES,
            metadata={
                "c": str(self.logistic.c),
                "k": str(self.neighbours.k),
                "classes": str(self.neighbours.n_classes),
                "majority": str(self.majority.label),
            },
        )

    def recall(self, folder: Path) -> None:
        """See `Baselines`."""
        from safetensors import safe_open

        with safe_open(folder / layout.BASELINES, framework="np") as file:
            meta, get = file.metadata() or {}, file.get_tensor
            self.majority = MajorityBaseline(int(meta["majority"]))
            self.logistic = LogisticBaseline(get("logistic.weights"), get("logistic.bias"), float(meta["c"]))
            self.neighbours = NeighbourBaseline(
                get("neighbours.features"), get("neighbours.y"), int(meta["classes"]), int(meta["k"])
            )

    def guesses(self, rows: Sequence[Example]) -> dict[str, npt.NDArray[np.int64]]:
        """See `Baselines`."""
        if self.majority is None or self.logistic is None or self.neighbours is None:
            return {}
        x = self.features(rows)
        return {
            "majority": self.majority.predict(x),
            "logistic_regression": self.logistic.predict(x),
            "nearest_neighbours": self.neighbours.predict(x),
        }
