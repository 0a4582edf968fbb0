"""Baselines of requests with an image: what the image's size alone says, what the text alone says, and the majority.

A router that does not beat the first two has not looked at the image. Kept in the artifact without text or image.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pointsman.artifacts import layout
from pointsman.backbones import resolve
from pointsman.data.example import Example, Split
from pointsman.data.size_baseline import SizeBaseline, fit_sizes
from pointsman.evaluation.baselines import LogisticBaseline, MajorityBaseline, fit_logistic, fit_majority
from pointsman.pipeline.baselines import Baselines, Features
from pointsman.pipeline.judge import labels_of
from pointsman.pipeline.options import Progress, stage
from pointsman.tasks import Task

ROUTER = "router"
"""How verdicts call what is judged against them."""

# The text trunk's setting: what its store holds for the routers of texts as well.
_DEPTH = 2
_MAX_LENGTH = 512


@dataclass
class RequestBaselines:
    """See `Baselines`.

    Args:
        features: of the texts alone.
        images: whether rows have images.
    """

    features: Features
    images: bool
    majority: MajorityBaseline | None = None
    text: LogisticBaseline | None = None
    size: SizeBaseline | None = None

    def learn(self, split: Split, task: Task, folder: Path) -> None:
        """See `Baselines`."""
        from safetensors.numpy import save_file

        n = len(task.labels)
        y, validation_y = labels_of(split.train, task), labels_of(split.validation, task)
        self.majority = fit_majority(y, n)
        self.text = fit_logistic(
            self.features(split.train),
            y,
            n,
            validation_features=self.features(split.validation),
            validation_y=validation_y,
        )
        tensors: dict[str, npt.NDArray[Any]] = {"text.weights": self.text.weights, "text.bias": self.text.bias}
        if self.images:
            self.size = fit_sizes(
                sizes_of(split.train), y, n, validation_sizes=sizes_of(split.validation), validation_y=validation_y
            )
            tensors |= {"size.sizes": self.size.sizes, "size.y": self.size.y}
        told = {"c": self.text.c, "majority": self.majority.label, "classes": n, "k": self.size.k if self.size else 0}
        save_file(tensors, folder / layout.BASELINES, metadata={key: str(value) for key, value in told.items()})

    def recall(self, folder: Path) -> None:
        """See `Baselines`."""
        from safetensors import safe_open

        with safe_open(folder / layout.BASELINES, framework="np") as file:
            meta, get = file.metadata() or {}, file.get_tensor
            self.majority = MajorityBaseline(int(meta["majority"]))
            self.text = LogisticBaseline(get("text.weights"), get("text.bias"), float(meta["c"]))
            if "size.sizes" in file.keys():  # noqa: SIM118 (not a dict)
                self.size = SizeBaseline(get("size.sizes"), get("size.y"), int(meta["classes"]), int(meta["k"]))

    def guesses(self, rows: Sequence[Example]) -> dict[str, npt.NDArray[np.int64]]:
        """See `Baselines`."""
        if self.majority is None or self.text is None or not rows:
            return {}
        x = self.features(rows)
        found = {"majority": self.majority.predict(x), "text_alone": self.text.predict(x)}
        if self.size is not None:
            found["image_size"] = self.size.predict(sizes_of(rows))
        return found


def sizes_of(rows: Sequence[Example]) -> list[tuple[int, int]]:
    """Return width and height of each row's image; (0, 0) where it has none."""
    return [row.image.size() if row.image is not None else (0, 0) for row in rows]


def baselines_for(images: bool, tell: Progress) -> Baselines:
    """Return the baselines of requests, with or without images."""
    return RequestBaselines(text_features(tell), images)


def text_features(tell: Progress) -> Features:
    """Return what makes the text trunk's features of requests: the embedded backbone's, mean-pooled."""
    import torch

    from pointsman.encoding import ActivationStore, encode, features

    def made(rows: Sequence[Example]) -> npt.NDArray[np.float32]:
        backbone = resolve("minilm")
        activations = encode(
            backbone,
            [row.text for row in rows],
            depth=_DEPTH,
            max_length=_MAX_LENGTH,
            dtype=torch.float32,
            store=ActivationStore(),
            progress=stage(tell, "text alone"),
        )
        return features(backbone, activations, dtype=torch.float32)

    return made
