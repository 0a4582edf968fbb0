"""Supervised fine-tuning of a generating model: lessons (text, or text and images), their loss, and the loop.

Takes requests made ready with their answers' ids, and a trainable model (`sft_model`); leaves the best checkpoint's
weights in it. The loss is that of the answers' tokens alone. Knows nothing of tasks, templates or artifacts.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.utils.data import DataLoader

from pointsman.backbones.hardware import Hardware
from pointsman.encoding.conversation import Prepared, Preparer
from pointsman.encoding.multimodal import Batch, FrozenModel, Seen
from pointsman.errors import DataError
from pointsman.training.batches import LengthBatches
from pointsman.training.crew import SINGLE, Member, Progress
from pointsman.training.kept_images import KEEP_BYTES, KeptImages, image_key
from pointsman.training.loop import EpochLoader, FitResult, LoopTrainer, arguments, callbacks, drive
from pointsman.training.sft_recipe import SftRecipe


@dataclass(frozen=True)
class Lesson:
    """A request and what is to be answered.

    Attributes:
        prepared: the request; pixels may be memory-mapped, they are read when needed.
        answer: ids, the end of turn included (`Preparer.answer_ids`).
        weight: how much each of the answer's tokens counts.

    Raises:
        DataError: there is no answer, or its weight is no positive number.
    """

    prepared: Prepared
    answer: tuple[int, ...]
    weight: float = 1.0

    def __post_init__(self) -> None:
        if not self.answer:
            raise DataError("a row to learn from has no answer: give each row one")
        if not (math.isfinite(self.weight) and self.weight > 0):
            raise DataError(f"a row to learn from has the weight {self.weight}: use a number above 0")

    @property
    def counted(self) -> float:
        """The weight of all its tokens."""
        return self.weight * len(self.answer)

    def whole(self) -> Prepared:
        """Return request and answer as a model reads them; the answer's last token is only ever said."""
        ids = np.concatenate([self.prepared.input_ids, np.array(self.answer[:-1], np.int64)])
        return Prepared(ids, self.prepared.pixel_values, self.prepared.grid, self.prepared.truncated)


def fit_sft(
    model: Any,
    preparer: Preparer,
    lessons: Sequence[Lesson],
    recipe: SftRecipe,
    hardware: Hardware,
    work: Path,
    *,
    validate: Callable[[], float] | None = None,
    metric: str = "accuracy",
    images: KeptImages | None = None,
    keep_images_bytes: int = KEEP_BYTES,
    tensorboard: Path | None = None,
    progress: Progress | None = None,
    resume: bool = False,
    member: Member = SINGLE,
) -> FitResult:
    """Fit the model to the lessons and leave the best checkpoint's weights in it (without validation, the last).

    Args:
        model: of `sft_model.build_sft`, in place; in eval mode afterwards.
        preparer: of the same backbone.
        lessons: what to learn.
        recipe: settings.
        hardware: device and precision; the model is there already.
        work: folder for checkpoints.
        validate: gives a figure, higher is better; called at each evaluation in eval mode, without gradients.
        metric: what that figure is called.
        images: shared with `validate`, so that it keeps what was seen as well; None: own ones.
        keep_images_bytes: of own ones.
        tensorboard: folder for scalars; None writes none.
        progress: told each step.
        resume: go on from the last whole checkpoint in `work`, if there is one.
        member: of a crew, of which each has a model of its own; `sft_model.train_sft` makes them.

    Raises:
        DataError: no lessons.
        ConfigError: training diverged.
    """
    if not lessons:
        raise DataError("there is no row to learn from")
    inner = stock(model)
    images = images or KeptImages(FrozenModel(inner, preparer), keep_images_bytes)
    if recipe.adapt == "full":
        images.forget()
    name = metric if validate else None
    cached = inner.config.use_cache
    rows = [_Row(lesson, b"" if recipe.adapt == "full" else image_key(lesson.prepared)) for lesson in lessons]
    trainer = _SftTrainer(
        model=model,
        args=arguments(recipe, len(rows), hardware, work, metric=name),
        train_dataset=rows,
        eval_dataset=rows,  # the Trainer wants one; `validate` has its own
        callbacks=callbacks(recipe.patience if validate else 0, tensorboard, progress, member),
    )
    trainer.settle(images, recipe, hardware, validate, metric)
    try:
        return drive(trainer, recipe, metric=name, resume=resume, member=member)
    finally:
        inner.config.use_cache = cached
        model.eval()


def answer_loss(
    frozen: FrozenModel,
    lessons: Sequence[Lesson],
    seen: Sequence[Seen | None],
    through: Callable[..., Any] | None = None,
) -> torch.Tensor:
    """Return the cross-entropy of the answers' tokens, times their weights, summed: a float32 scalar.

    Args:
        frozen: the model, whatever of it is trained.
        lessons: a batch.
        seen: what its vision tower makes of their images.
        through: called for the model, which it wraps; None: the model itself.
    """
    batch = frozen.batch([lesson.whole() for lesson in lessons], seen)
    device = batch.ids.device
    lengths = torch.tensor([len(lesson.answer) for lesson in lessons])
    columns = batch.ids.shape[1]
    # Padding is on the left: whatever says a row's answer stands in its last columns.
    says = torch.arange(columns) >= (columns - lengths)[:, None]
    wanted = torch.tensor([token for lesson in lessons for token in lesson.answer])
    weights = torch.tensor([lesson.weight for lesson in lessons]).repeat_interleave(lengths)
    logits = _logits(frozen.model, batch, says.to(device), through or frozen.model)
    losses = torch.nn.functional.cross_entropy(logits.float(), wanted.to(device), reduction="none")
    return (losses * weights.to(device)).sum()


def stock(model: Any) -> Any:
    """Return the stock model inside a PEFT model, its adapter's layers included; any other as it is."""
    return model.get_base_model() if hasattr(model, "peft_config") else model


@dataclass(frozen=True)
class _Row:
    lesson: Lesson
    image: bytes


class _SftTrainer(LoopTrainer):
    """Trainer over lessons: the loss is the mean over all answers' tokens of an update; validation is the caller's."""

    control: Any

    def settle(
        self,
        images: KeptImages,
        recipe: SftRecipe,
        hardware: Hardware,
        validate: Callable[[], float] | None,
        metric: str,
    ) -> None:
        """Take what the loop needs beyond the Trainer's own arguments."""
        # The loss comes divided by all of an update's tokens: the Trainer is only to add it up.
        self.model_accepts_loss_kwargs = True
        self.images, self.recipe, self.hardware = images, recipe, hardware
        self.validate, self.metric = validate, metric

    def get_train_dataloader(self) -> DataLoader[Any]:
        rows: list[_Row] = self.train_dataset
        lengths = np.array([len(row.lesson.prepared.input_ids) + len(row.lesson.answer) for row in rows])
        recipe = self.recipe
        batches = LengthBatches(lengths, recipe.batch_size, recipe.seed, grouped=recipe.length_grouped)
        return EpochLoader(rows, batch_sampler=batches, collate_fn=self._own)  # type: ignore[arg-type]

    def _own(self, rows: list[_Row]) -> dict[str, Any]:
        """Return this member's rows of a batch, and what all of the batch counts; one that has none counts nothing."""
        own = list(self.member.share(rows))
        return {"rows": own or rows[:1], "scale": float(len(own) > 0), "counted": [row.lesson.counted for row in rows]}

    def get_batch_samples(self, *args: Any, **kwargs: Any) -> tuple[list[Any], float]:
        batches, _ = super().get_batch_samples(*args, **kwargs)
        return batches, sum(one for batch in batches for one in batch["counted"])

    def compute_loss(
        self,
        model: torch.nn.Module,
        inputs: dict[str, Any],
        return_outputs: bool = False,
        num_items_in_batch: Any = None,
    ) -> Any:
        rows: list[_Row] = inputs["rows"]
        lessons = [row.lesson for row in rows]
        prepared = [lesson.prepared for lesson in lessons]
        frozen = self.images.frozen
        if self.recipe.adapt == "lora":
            seen = self.images.see(prepared, [row.image for row in rows])
        with self.autocast(self.hardware):
            if self.recipe.adapt == "full":
                seen = frozen.see(prepared, grad=True)
            if self.member.alone:
                return answer_loss(frozen, lessons, seen) / num_items_in_batch
            # The members' gradients are averaged: of their sums, that is the whole batch's mean times their number.
            loss = answer_loss(frozen, lessons, seen, model)
            return loss * (inputs["scale"] * self.member.size / num_items_in_batch)

    def evaluate(self, *args: Any, **kwargs: Any) -> dict[str, float]:
        assert self.validate is not None
        self.require_finite()
        self.model.eval()
        with torch.no_grad(), self.autocast(self.hardware):
            metrics = {f"eval_{self.metric}": float(self.validate())}
        self.log(dict(metrics))
        self.control = self.callback_handler.on_evaluate(self.args, self.state, self.control, metrics)
        return metrics


def _logits(model: Any, batch: Batch, at: torch.Tensor, through: Callable[..., Any]) -> torch.Tensor:
    """Return the stock model's logits where `at` (bool [rows, tokens]) holds: float [places, vocabulary].

    Only those states reach the output layer: the logits of a whole screenshot's prompt would take gigabytes.
    """
    handle = model.get_output_embeddings().register_forward_pre_hook(lambda _, given: (given[0][at],))
    try:
        found: torch.Tensor = through(**batch.arguments(), use_cache=False).logits
        return found
    finally:
        handle.remove()
