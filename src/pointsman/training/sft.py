"""Supervised fine-tuning of a generating model, for text or text and images: it learns to say the answers.

Takes requests made ready with their answers' ids; leaves the best checkpoint's weights in the model. The loss is that
of the answers' tokens alone. The router that says an expert's name, solvers and specialists are all trained here, by
one worker or a crew (`train_sft`). Knows nothing of tasks, templates or artifacts.
"""

from __future__ import annotations

import math
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import load as read_tensors
from safetensors.torch import save as write_tensors
from torch.utils.data import DataLoader

from pointsman.backbones.backbone import Backbone
from pointsman.backbones.cut import quiet_transformers
from pointsman.backbones.generating import load_generating
from pointsman.backbones.hardware import Hardware
from pointsman.encoding import length_batches
from pointsman.encoding.conversation import Prepared, Preparer
from pointsman.encoding.multimodal import Batch, FrozenModel, Seen
from pointsman.errors import ConfigError, DataError, nearest
from pointsman.inference.scoring import score_names
from pointsman.training.adapter import save_adapter
from pointsman.training.batches import LengthBatches
from pointsman.training.crew import SINGLE, Crew, Member, Progress
from pointsman.training.kept_images import KEEP_BYTES, KeptImages, image_key
from pointsman.training.loop import (
    EpochLoader,
    FitResult,
    LoopTrainer,
    arguments,
    callbacks,
    checkpoint_gradients,
    drive,
)
from pointsman.training.sft_recipe import SftRecipe, flag

__all__ = [
    "FitResult",
    "KeptImages",
    "Lesson",
    "Progress",
    "Taught",
    "Validation",
    "answer_loss",
    "build_sft",
    "fit_sft",
    "save_adapter",
    "save_whole",
    "score_labels",
    "stock",
    "train_sft",
]

# Padded tokens in a batch that is scored, each counted for every name: that many keys and values are in memory.
_SCORED_TOKENS = 16_384


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


def build_sft(model: Any, backbone: Backbone, recipe: SftRecipe) -> Any:
    """Make a loaded model trainable: with a fresh LoRA on its language model (fp32), or as a whole.

    Args:
        model: of `load_generating`, changed in place.
        backbone: what it is.
        recipe: settings.

    Returns:
        The PEFT model; for `full` the model itself, all its weights fp32.

    Raises:
        ConfigError: targets name nothing in the language model, or four-bit weights are to be trained as a whole.
    """
    if recipe.adapt == "full":
        if getattr(model, "is_quantized", False):
            raise ConfigError("--adapt full: four-bit weights cannot be trained: leave out --quantised, or use lora")
        model.float().requires_grad_(True)
        found = model
    else:
        from peft import LoraConfig, TaskType, get_peft_model

        config = LoraConfig(
            task_type=TaskType.CAUSAL_LM,
            r=recipe.rank,
            lora_alpha=recipe.alpha,
            lora_dropout=recipe.dropout,
            bias="none",
            target_modules=_targets(model, backbone, recipe.targets),
        )
        with torch.random.fork_rng(devices=[]), quiet_transformers():
            torch.manual_seed(recipe.seed)
            found = get_peft_model(model, config)
    if recipe.gradient_checkpointing:
        checkpoint_gradients(model)
    return found


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
        model: of `build_sft`, in place; in eval mode afterwards.
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
        member: of a crew, of which each has a model of its own; `train_sft` makes them.

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


@dataclass(frozen=True)
class Validation:
    """Requests that training is judged by: the share of them for which the right name scores highest.

    Attributes:
        held: the requests.
        names: ids of each name (`Preparer.answer_ids`).
        truth: the right name of each request, by its place.
    """

    held: Sequence[Prepared]
    names: Sequence[Sequence[int]]
    truth: npt.NDArray[np.integer[Any]]

    def accuracy(self, images: KeptImages, member: Member = SINGLE) -> float:
        """Return the share, by the model as it is now trained; members of a crew share the requests."""
        own, truth = member.share(self.held), self.truth[member.rank :: member.size]
        right = int((score_labels(images, own, self.names).argmax(1) == truth).sum()) if len(own) else 0
        return sum(member.gather(right)) / len(self.held)


@dataclass(frozen=True)
class Taught:
    """What `train_sft` made.

    Attributes:
        model: trained, with the best checkpoint's weights (without validation, the last).
        fit: what fitting did.
        images: that went through the vision tower, of all workers.
    """

    model: Any
    fit: FitResult
    images: int


def train_sft(
    backbone: Backbone,
    lessons: Sequence[Lesson],
    recipe: SftRecipe,
    hardware: Hardware,
    work: Path,
    *,
    validation: Validation | None = None,
    quantised: bool = False,
    tensorboard: Path | None = None,
    progress: Progress | None = None,
    built: Callable[[Any], None] | None = None,
    resume: bool = False,
    crew: Crew | None = None,
) -> Taught:
    """Load a base, make it trainable and fit it to the lessons.

    Args:
        backbone: the base.
        lessons: what to learn.
        recipe: settings.
        hardware: device and precision.
        work: folder for checkpoints.
        validation: what early stopping and the best checkpoint go by; None: the last weights are kept.
        quantised: the base in four bits.
        tensorboard: folder for scalars; None writes none.
        progress: told each step.
        built: told of the model before it is trained, where this process trains it.
        resume: go on from the last whole checkpoint in `work`, if there is one.
        crew: who shares the work: each loads the base for itself, lessons travel there and the trained weights back;
            None: nobody.

    Raises:
        DataError: no lessons.
        ConfigError: training diverged, or a setting does not fit the model.
        WorkerError: a worker ended before its work.
    """
    job = _SftJob(backbone, lessons, recipe, hardware, work, validation, quantised, tensorboard, resume)
    if crew is None or crew.size == 1:
        return job.fit(SINGLE, progress, built)
    result, trained, images = crew.fit(job, progress)
    model = job.build()
    model.load_state_dict(read_tensors(trained), strict=False)
    model.eval()
    return Taught(model, result, images)


@dataclass(frozen=True)
class _SftJob:
    """The arguments of `train_sft`, as they travel: no model is among them."""

    backbone: Backbone
    lessons: Sequence[Lesson]
    recipe: SftRecipe
    hardware: Hardware
    work: Path
    validation: Validation | None
    quantised: bool
    tensorboard: Path | None
    resume: bool

    @property
    def device(self) -> str:
        return self.hardware.device

    def run(self, member: Member, progress: Progress | None) -> tuple[FitResult, bytes, int]:
        taught = self.fit(member, progress)
        trained = {name: p.detach().cpu() for name, p in taught.model.named_parameters() if p.requires_grad}
        return taught.fit, write_tensors(trained), taught.images

    def build(self) -> Any:
        hardware = self.hardware
        model = load_generating(self.backbone, dtype=hardware.dtype, device=hardware.device, quantised=self.quantised)
        return build_sft(model, self.backbone, self.recipe)

    def fit(self, member: Member, progress: Progress | None, built: Callable[[Any], None] | None = None) -> Taught:
        """Load, build and fit in this process."""
        preparer = Preparer(self.backbone)
        model = self.build()
        images = KeptImages(FrozenModel(stock(model), preparer))
        if built is not None:
            built(model)
        result = fit_sft(
            model,
            preparer,
            self.lessons,
            self.recipe,
            self.hardware,
            self.work,
            validate=partial(self.validation.accuracy, images, member) if self.validation is not None else None,
            images=images,
            tensorboard=self.tensorboard,
            progress=progress,
            resume=self.resume,
            member=member,
        )
        return Taught(model, result, sum(member.gather(images.computed)))


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


def score_labels(
    images: KeptImages, prepared: Sequence[Prepared], names: Sequence[Sequence[int]]
) -> npt.NDArray[np.float32]:
    """Return the log-probability of each name as the answer to each request, by the model as it is now trained.

    Args:
        images: of the model.
        prepared: requests.
        names: ids of each name (`Preparer.answer_ids`).

    Returns:
        float32 [rows, names].
    """
    from transformers import DynamicCache

    model = images.frozen.model
    scores = np.empty((len(prepared), len(names)), np.float32)
    lengths = [len(one.input_ids) for one in prepared]
    for rows in length_batches(lengths, max_tokens=max(1, _SCORED_TOKENS // len(names)), max_rows=64):
        some = [prepared[i] for i in rows]
        batch = images.frozen.batch(some, images.see(some))
        scores[rows] = score_names(model, batch, names, DynamicCache(config=model.config.get_text_config()))
    return scores


def save_whole(model: Any, folder: Path, backbone: Backbone) -> None:
    """Write a model trained as a whole, with the tokenizer and image processor of the one it came from.

    Args:
        model: the stock model.
        folder: to write into, made if it is not there.
        backbone: what it came from.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for file in backbone.path.iterdir():
        if file.suffix in (".json", ".jinja", ".txt", ".model") and not file.name.endswith(".index.json"):
            shutil.copyfile(file, folder / file.name)
    with quiet_transformers():
        model.save_pretrained(folder)


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


def _targets(model: Any, backbone: Backbone, names: tuple[str, ...]) -> str:
    """Return the pattern of full module names that LoRA adapts: the family's, or those of these last names."""
    if not names:
        return backbone.family.lora_targets[0]
    layers = backbone.family.layers
    modules = model.get_submodule(layers).named_modules()
    there = sorted({name.rsplit(".", 1)[-1] for name, module in modules if isinstance(module, torch.nn.Linear)})
    for name in names:
        if name not in there:
            raise ConfigError(
                f"{flag('targets')} {name}: the language model's layers have none{nearest(name, there)} "
                f"(they have: {', '.join(there)})"
            )
    return rf"{re.escape(layers)}\.\d+\.(.*\.)?({'|'.join(re.escape(name) for name in names)})"
