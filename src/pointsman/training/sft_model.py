"""A generating model for supervised fine-tuning: made trainable, trained by one worker or a crew, scored, written.

The router that says an expert's name, solvers and specialists are all trained here (`train_sft`); what they learn and
how a loop goes is `sft`'s. Knows nothing of tasks, templates or artifacts.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import load as read_tensors
from safetensors.torch import save as write_tensors

from pointsman.backbones.backbone import Backbone
from pointsman.backbones.cut import quiet_transformers
from pointsman.backbones.generating import load_generating
from pointsman.backbones.hardware import Hardware
from pointsman.encoding import length_batches
from pointsman.encoding.conversation import Prepared, Preparer
from pointsman.encoding.multimodal import FrozenModel
from pointsman.errors import ConfigError, nearest
from pointsman.inference.scoring import NameTree, score_names, takes_masks
from pointsman.training.crew import SINGLE, Crew, Member, Progress, here
from pointsman.training.kept_images import KeptImages
from pointsman.training.loop import FitResult, checkpoint_gradients
from pointsman.training.sft import Lesson, fit_sft, stock
from pointsman.training.sft_recipe import SftRecipe, flag

# Padded tokens in a batch that is scored; a model with a window reads them once for each node of the names' tree.
_SCORED_TOKENS = 16_384


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
        hardware: device and precision where it is trained; beside a crew this process may have no such device.
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
    own = here(hardware)  # four bits need a GPU, and what was trained beside them is the same without
    model = replace(job, hardware=own, quantised=quantised and own.device == "cuda").build()
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


def score_labels(
    images: KeptImages, prepared: Sequence[Prepared], names: Sequence[Sequence[int]]
) -> npt.NDArray[np.float32]:
    """Return each name's log-probability among the names, as the answer to each request, as trained so far.

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
    copies = 1 if takes_masks(model) else max(1, len(NameTree.of(tuple(map(tuple, names))).tokens))
    for rows in length_batches(lengths, max_tokens=max(1, _SCORED_TOKENS // copies), max_rows=64):
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
