"""The strategy `generate`: a LoRA with which the model says the label. Every label's words are scored; no free text is
trusted, in training's validation as in serving."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pointsman.artifacts import layout
from pointsman.encoding.conversation import Preparer
from pointsman.errors import ConfigError
from pointsman.inference.generating_predictor import score_rows
from pointsman.inference.shared_base import SharedBase
from pointsman.pipeline.exam import Answer
from pointsman.pipeline.judge import labels_of
from pointsman.pipeline.options import stage
from pointsman.pipeline.strategies import renamed
from pointsman.pipeline.train_generating import Run, Trained
from pointsman.training.adapter import save_adapter
from pointsman.training.crew import here
from pointsman.training.sft import Lesson
from pointsman.training.sft_model import Validation, train_sft
from pointsman.training.sft_recipe import FLAGS, SftRecipe

_OTHERS = ("model", "max_samples")
_ADAPTER = "router"


@dataclass
class NameStrategy:
    """See `Strategy`."""

    settings: SftRecipe
    live: bool = True
    _model: Any = field(default=None, repr=False)
    _preparer: Preparer | None = None

    @classmethod
    def of(cls, name: str, overrides: Mapping[str, Any]) -> NameStrategy:
        """Return the strategy with the settings that were given.

        Raises:
            ConfigError: a recipe or setting that there is not.
        """
        if name != "fast":
            raise ConfigError(f"--recipe {name}: with --strategy lora there is one recipe: leave it out")
        return cls(SftRecipe.of(renamed(overrides, FLAGS, _OTHERS, "lora")))

    @property
    def recipe(self) -> Mapping[str, Any]:
        """See `Strategy`."""
        return self.settings.to_dict()

    def train(self, run: Run) -> Trained:
        """See `Strategy`."""
        split, task, tell, recipe = run.dataset.split, run.dataset.task, run.tell, self.settings
        preparer = Preparer(run.backbone)
        names = [preparer.answer_ids(label) for label in task.labels]
        started = time.perf_counter()
        lessons = []
        for number, row in enumerate(split.train):
            lessons.append(Lesson(preparer.prepare(row, run.template), tuple(names[task.index(str(row.label))])))
            tell.advance("preparing", number + 1, len(split.train))
        held = [preparer.prepare(row, run.template) for row in split.validation]
        prepared = time.perf_counter() - started
        tell.say(f"loading {run.backbone.name}")
        taught = train_sft(
            run.backbone,
            lessons,
            recipe,
            run.hardware,
            run.work,
            validation=Validation(held, names, labels_of(split.validation, task)),
            quantised=run.options.request.quantised,
            tensorboard=run.work / "tensorboard",
            progress=stage(tell, "training"),
            built=lambda model: tell.say(_told(model, recipe)),
            resume=run.options.resume,
            crew=run.crew,
        )
        result = taught.fit
        if result.resumed_from:
            tell.say(f"resumed from step {result.resumed_from}")
        tell.say(
            f"best accuracy on validation {result.best_metric:.4f} after {result.epochs:.1f} epochs, "
            f"{result.steps} steps, {result.seconds:.0f} s"
        )
        self._model, self._preparer = taught.model, preparer
        settings = {**recipe.to_dict(), "steps": result.steps, "quantised": run.options.request.quantised}
        counts = {"requests": len(lessons) + len(held), "images_seen": taught.images}
        return Trained(
            result.history,
            settings,
            recipe.rank,
            {"prepare": prepared, "fit": result.seconds},
            counts,
            resumed=bool(result.resumed_from),
        )

    def write(self, folder: Path, run: Run) -> None:
        """See `Strategy`."""
        save_adapter(self._model, folder, run.backbone)
        recipe, config = self.settings, self._model.peft_config["default"]
        targets = config.target_modules
        lora = {
            "rank": recipe.rank,
            "alpha": recipe.alpha,
            "dropout": recipe.dropout,
            "target_modules": [targets] if isinstance(targets, str) else sorted(targets),
            "r": recipe.rank,
            "lora_alpha": recipe.alpha,
            "lora_dropout": recipe.dropout,
            "task_type": "CAUSAL_LM",
        }
        (folder / layout.LORA_CONFIG).write_text(json.dumps(lora, indent=1) + "\n", encoding="utf-8")
        self._model = None  # what was written is loaded anew: two copies of a large model would not fit

    def answer(self, folder: Path, run: Run) -> Answer:
        """See `Strategy`: the path that serving takes, in the precision that it takes."""
        assert self._preparer is not None
        base = SharedBase.open(
            run.backbone, device=here(run.hardware).device, precision=run.hardware.precision, keep_prompts=0
        )
        base.add(_ADAPTER, folder)
        names = [self._preparer.answer_ids(label) for label in run.dataset.task.labels]

        def answer(rows: Any) -> Any:
            prepare = [lambda row=row: base.preparer.prepare(row, run.template) for row in rows]
            return score_rows(prepare, lambda some: base.score(some, names, _ADAPTER), len(names))

        return answer


def _told(model: Any, recipe: SftRecipe) -> str:
    trainable = sum(p.numel() for p in model.parameters() if p.requires_grad)
    total = sum(p.numel() for p in model.parameters())
    return f"training {trainable:,} of {total:,} parameters: LoRA rank {recipe.rank} on the language model"
