"""The strategy `head`: every request once through the frozen model, then a head on what was stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from pointsman.artifacts import layout
from pointsman.data.example import Example
from pointsman.encoding import ActivationStore
from pointsman.encoding.ahead import cores
from pointsman.encoding.pooled import Pooled, check_shelf, request_key, shelf_key
from pointsman.inference.head import Head, load_head, save_head
from pointsman.inference.logits import Floats32
from pointsman.inference.shared_base import SharedBase
from pointsman.pipeline.exam import Answer
from pointsman.pipeline.features import features_of
from pointsman.pipeline.judge import labels_of
from pointsman.pipeline.options import stage
from pointsman.pipeline.pace import Pace
from pointsman.pipeline.strategies import renamed
from pointsman.pipeline.train_generating import Run, Trained
from pointsman.training.head import fit_head
from pointsman.training.head_recipe import HeadRecipe, at_width, resolve_head

_FLAGS = {
    "epochs": "epochs",
    "batch_size": "batch_size",
    "learning_rate": "learning_rate",
    "weight_decay": "weight_decay",
    "label_smoothing": "label_smoothing",
    "patience": "patience",
    "evaluate_every": "evaluate_every",
    "head_hidden": "hidden",
    "seed": "seed",
}
_OTHERS = ("model", "max_samples")


@dataclass
class HeadStrategy:
    """See `Strategy`."""

    settings: HeadRecipe
    live: bool = False
    head: Head | None = None
    _features: dict[bytes, Floats32] | None = None
    _cut: set[bytes] | None = None

    @classmethod
    def of(cls, name: str, overrides: Mapping[str, Any]) -> HeadStrategy:
        """Return the strategy with a recipe's settings and those that were given.

        Raises:
            ConfigError: a setting that a head has not.
        """
        return cls(resolve_head(name, renamed(overrides, _FLAGS, _OTHERS, "head")))

    @property
    def recipe(self) -> Mapping[str, Any]:
        """See `Strategy`."""
        return self.settings.to_dict()

    def train(self, run: Run) -> Trained:
        """See `Strategy`."""
        split, task, tell = run.dataset.split, run.dataset.task, run.tell
        other = run.dataset.shifted
        shifted = (*other.rows, *other.out_of_scope) if other is not None else ()
        rows = [*split.train, *split.validation, *split.test, *(r for o in split.out_of_scope.values() for r in o)]
        found = self._encode(run, [*rows, *shifted])
        n, m = len(split.train), len(split.validation)
        x = found.features.numpy()
        recipe, settled = at_width(self.settings, x.shape[1])
        for line in settled:
            tell.say(line)
        result = fit_head(
            x[:n],
            labels_of(split.train, task),
            x[n : n + m],
            labels_of(split.validation, task),
            len(task.labels),
            recipe,
            tensorboard=run.work / "tensorboard",
            progress=stage(tell, "training"),
            crew=run.crew,
        )
        self.settings, self.head = recipe, result.head
        tell.say(
            f"best {result.metric} on validation {result.best_metric:.4f} after {result.epochs:.1f} epochs, "
            f"{result.steps:,} steps, {result.seconds:.1f} s"
        )
        return Trained(
            result.history,
            {**recipe.to_dict(), "class_weights_used": result.weights, "steps": result.steps},
            0,
            {"encode": found.seconds, "fit": result.seconds},
            {"requests": len(found.keys), "distinct": len(set(found.keys)), "computed": found.computed},
        )

    def write(self, folder: Path, run: Run) -> None:
        """See `Strategy`."""
        assert self.head is not None
        save_head(self.head, folder / layout.HEAD_WEIGHTS)

    def answer(self, folder: Path, run: Run) -> Answer:
        """See `Strategy`. The stored features are what serving computes, so nothing is encoded again."""
        head, known, cut = load_head(folder / layout.HEAD_WEIGHTS), self._features, self._cut
        assert known is not None
        assert cut is not None
        return partial(_answer, head, known, cut)

    def _encode(self, run: Run, rows: Sequence[Example]) -> Pooled:
        tell, folder = run.tell, run.options.request.features
        precision = run.hardware.precision
        store = ActivationStore() if folder is None else ActivationStore(folder, limit_gb=float("inf"))
        if folder is not None:
            check_shelf(store, shelf_key(run.backbone, run.template, precision, run.pooling))

        def base() -> SharedBase:
            tell.say(f"loading {run.backbone.name}")
            return SharedBase.open(run.backbone, device=run.hardware.device, precision=precision, keep_prompts=0)

        pace = Pace(tell, "encode")
        found = features_of(
            rows, base, run.backbone, run.template, run.pooling, precision, store, pace, workers=cores()
        )
        distinct = len(set(found.keys))
        where = f"{found.computed:,} computed in {found.seconds:.1f} s" if found.computed else "all found in the store"
        tell.say(f"encoder: {len(rows):,} requests, {distinct:,} distinct, {where}")
        if short := sum(found.truncated):
            tell.say(f"{short:,} texts are longer than the model reads: their ends are not read")
        self._features = dict(zip(found.keys, found.features.numpy(), strict=True))
        self._cut = {key for key, cut in zip(found.keys, found.truncated, strict=True) if cut}
        return found


def _answer(
    head: Head, known: Mapping[bytes, Floats32], cut: set[bytes], rows: Sequence[Example]
) -> tuple[Floats32, list[bool]]:
    keys = [request_key(row) for row in rows]
    return head.logits(np.stack([known[key] for key in keys])), [key in cut for key in keys]
