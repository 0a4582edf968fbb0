"""Fitting a branch: Hugging Face's Trainer drives the loop over the trunk's stored outputs.

Takes a `Branch` and rows, gives a `FitResult` with the best checkpoint's weights in the model. Killed at any
moment it goes on from the last whole checkpoint and ends at the same weights. A crew shares every batch, and the loss
is that of the whole batch. Knows nothing of artifacts.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load as read_tensors
from safetensors.torch import save as write_tensors
from torch.utils.data import DataLoader
from transformers.trainer_pt_utils import nested_concat
from transformers.trainer_utils import EvalLoopOutput, EvalPrediction

from pointsman.backbones.hardware import Hardware, tokens_at_once
from pointsman.data.alignment import IGNORED, spans_of
from pointsman.encoding import length_batches
from pointsman.evaluation.metrics import metric_value
from pointsman.tasks import Span
from pointsman.training.batches import Collate, LengthBatches, Rows, Share
from pointsman.training.branch import Branch
from pointsman.training.crew import SINGLE, Crew, Member, Progress
from pointsman.training.loop import EpochLoader, FitResult, LoopTrainer, arguments, callbacks, drive
from pointsman.training.recipe import Recipe
from pointsman.training.weights import class_weights

__all__ = ["FitResult", "Progress", "fit"]

# Tokens of the longest row up to which a part's attention weights are held whole: they grow with its square.
_PLAIN_ATTENTION = 512
# What a batch holds beside the model's inputs.
_NO_INPUTS = ("labels", "everyone", "counts")


def fit(
    branch: Branch,
    train: Rows,
    validation: Rows | None,
    recipe: Recipe,
    hardware: Hardware,
    work: Path,
    *,
    primary_metric: str,
    tensorboard: Path | None = None,
    progress: Progress | None = None,
    resume: bool = False,
    crew: Crew | None = None,
) -> FitResult:
    """Fit the branch and leave the best checkpoint's weights in it.

    Args:
        branch: model to train, in place.
        train: training rows.
        validation: rows that early stopping and the best checkpoint go by; None: all epochs, and the last weights.
        recipe: settings, none left open.
        hardware: device and precision.
        work: folder for checkpoints.
        primary_metric: the task's, for `best_by` "primary".
        tensorboard: folder for scalars; None writes none.
        progress: told each step.
        resume: go on from the last whole checkpoint in `work`, if there is one.
        crew: who shares the work: model and rows travel to them, and the weights back; None: nobody.

    Raises:
        ConfigError: training diverged.
        WorkerError: a worker ended before its work.
    """
    job = _BranchJob(branch, train, validation, recipe, hardware, work, primary_metric, tensorboard, resume)
    if crew is None or crew.size == 1:
        return job.fit(SINGLE, progress)
    result, trained = crew.fit(job, progress)
    branch.model.load_state_dict(read_tensors(trained), strict=False)
    found: FitResult = result
    return found


@dataclass(frozen=True)
class _BranchJob:
    """The arguments of `fit`, as they travel."""

    branch: Branch
    train: Rows
    validation: Rows | None
    recipe: Recipe
    hardware: Hardware
    work: Path
    primary_metric: str
    tensorboard: Path | None
    resume: bool

    @property
    def device(self) -> str:
        return self.hardware.device

    def run(self, member: Member, progress: Progress | None) -> tuple[FitResult, bytes]:
        result = self.fit(member, progress)
        weights = self.branch.model.named_parameters()
        return result, write_tensors({name: p.detach().cpu() for name, p in weights if p.requires_grad})

    def fit(self, member: Member, progress: Progress | None) -> FitResult:
        """Fit this process's branch."""
        branch, recipe = self.branch, self.recipe
        token = branch.kind == "token"
        by_figure = self.primary_metric if token else "weighted_f1"
        by = {"primary": self.primary_metric, "weighted_f1": by_figure, "loss": "loss"}[recipe.best_by]
        metric = by if self.validation is not None else None
        weights = None
        if recipe.class_weights and not token:
            weights = class_weights([int(label) for label in self.train.labels], len(branch.labels))  # type: ignore[arg-type]
        higher = metric != "loss"
        trainer = _BranchTrainer(
            model=branch.model,
            args=arguments(recipe, len(self.train), self.hardware, self.work, metric=metric, higher=higher),
            train_dataset=self.train,
            eval_dataset=self.validation,
            callbacks=callbacks(recipe.patience if metric else 0, self.tensorboard, progress, member),
            compute_metrics=_entity_figures(branch.labels) if token else _figures(len(branch.labels)),
        )
        trainer.settle(branch, recipe, self.hardware, weights)
        return drive(trainer, recipe, metric=metric, resume=self.resume, weights=weights, member=member)


def _figures(n_classes: int) -> Callable[[EvalPrediction], dict[str, float]]:
    names = ("accuracy", "macro_f1", "weighted_f1")
    return lambda p: {name: metric_value(name, p.label_ids, p.predictions.argmax(-1), n_classes) for name in names}


def _entity_figures(labels: tuple[str, ...]) -> Callable[[EvalPrediction], dict[str, float]]:
    """Strict entity figures over word pieces: quick, and near enough to those of words to choose a checkpoint by."""

    def entities(row: Any) -> set[Span]:
        at = [(i, i + 1) for i in range(len(row))]
        return set(spans_of([labels[i] if i >= 0 else None for i in row], at))

    def figures(p: EvalPrediction) -> dict[str, float]:
        right = found = there = 0
        for guess, truth in zip(p.predictions, p.label_ids, strict=True):
            a, b = entities(np.where(truth == IGNORED, IGNORED, guess)), entities(truth)
            right, found, there = right + len(a & b), found + len(a), there + len(b)
        return {
            "f1": 2 * right / max(1, found + there),
            "precision": right / max(1, found),
            "recall": right / max(1, there),
        }

    return figures


def _joined(parts: Sequence[Any]) -> Any:
    """Return batches as one array, those of tokens padded to the longest."""
    return functools.reduce(lambda a, b: nested_concat(a, b, padding_index=IGNORED), parts)


class _BranchTrainer(LoopTrainer):
    """Trainer over ragged rows: own batches, weighted smoothed loss."""

    def settle(self, branch: Branch, recipe: Recipe, hardware: Hardware, weights: list[float] | None) -> None:
        """Take what the loop needs beyond the Trainer's own arguments."""
        # Our loss is the batch's mean: the Trainer is to divide it when it adds up gradients.
        self.model_accepts_loss_kwargs = False
        self.recipe = recipe
        self.hardware = hardware
        self.class_weights = torch.tensor(weights, device=hardware.device) if weights else None
        pad_id = int(getattr(branch.model.config, "pad_token_id", 0) or 0) if branch.whole else 0
        self.base = branch.model.get_base_model() if branch.lora else branch.model
        self.fused = self.attention = self.base.config._attn_implementation
        self.most = tokens_at_once(hardware.device, branch.backbone.width, hardware.dtype)
        longest = int(self.train_dataset.lengths.max()) if recipe.pad_to_longest else 0
        self.collate = Collate(pad_to=longest, pad_id=pad_id)

    def get_train_dataloader(self) -> DataLoader[Any]:
        batches = LengthBatches(
            self.train_dataset.lengths,
            self.recipe.batch_size,
            self.recipe.seed,
            grouped=self.recipe.length_grouped,
        )
        collate = self.collate if self.member.alone else Share(self.collate, self.member)
        return EpochLoader(self.train_dataset, batch_sampler=batches, collate_fn=collate)

    def get_eval_dataloader(self, eval_dataset: Any = None) -> DataLoader[Any]:
        rows = self.eval_dataset if eval_dataset is None or isinstance(eval_dataset, str) else eval_dataset
        size = int(self.args.per_device_eval_batch_size)
        batches = length_batches(rows.lengths.tolist(), max_tokens=self.most, max_rows=size)
        return DataLoader(rows, batch_sampler=self.member.share(batches), collate_fn=self.collate)

    def training_step(
        self, model: torch.nn.Module, inputs: dict[str, Any], num_items_in_batch: Any = None
    ) -> torch.Tensor:
        """Add up a batch's gradients part by part: each fits the cache, and is freed before the next."""
        parts = self._parts(inputs) if self.member.alone else [inputs]
        step = super().training_step
        return torch.stack([step(model, part, num_items_in_batch) for part in parts]).sum()

    def _parts(self, inputs: dict[str, Any]) -> list[dict[str, Any]]:
        """Return a batch as parts of like length, as many tokens each as a CPU's cache takes; on a GPU as it is."""
        mask, labels = inputs["attention_mask"], inputs["labels"]
        if self.hardware.device != "cpu" or mask.numel() <= self.most or self.collate.pad_to:
            return [inputs]
        lengths = mask.sum(1).tolist()
        parts = []
        for rows in length_batches(lengths, max_tokens=self.most, max_rows=len(lengths)):
            longest = max(lengths[row] for row in rows)
            own = {
                name: tensor[rows] if tensor.dim() == 1 else tensor[rows, :longest] for name, tensor in inputs.items()
            }
            parts.append({**own, "everyone": labels.flatten(), "counts": 1.0})
        return parts

    def _attend(self, longest: int) -> None:
        """Choose how attention is computed: a CPU's fused kernel takes five times as long backward as forward."""
        plain = self.hardware.device == "cpu" and longest <= _PLAIN_ATTENTION
        wanted = "eager" if plain else self.fused
        if wanted != self.attention:
            self.base.set_attn_implementation(wanted)
            self.attention = wanted

    def compute_loss(
        self, model: torch.nn.Module, inputs: dict[str, Any], return_outputs: bool = False, **kwargs: Any
    ) -> Any:
        labels = inputs["labels"]
        self._attend(inputs["attention_mask"].shape[1])
        with self.autocast(self.hardware):
            outputs = model(**{k: v for k, v in inputs.items() if k not in _NO_INPUTS})
        logits = outputs.logits.float()
        smoothing = self.recipe.label_smoothing if model.training else 0.0
        shared = "everyone" in inputs
        loss = torch.nn.functional.cross_entropy(
            logits.flatten(0, -2),
            labels.flatten(),
            weight=self.class_weights,
            label_smoothing=smoothing,
            ignore_index=IGNORED,
            reduction="sum" if shared else "mean",
        )
        if shared:
            # The members' gradients are averaged: of their sums, that is the whole batch's mean times their number.
            loss = loss * (inputs["counts"] * self.member.size / self._counted(inputs["everyone"]))
        return (loss, {"loss": loss, "logits": logits}) if return_outputs else loss

    def _counted(self, labels: torch.Tensor) -> torch.Tensor:
        """Return what a batch's loss is divided by: its labels, each times its class's weight."""
        known = labels[labels != IGNORED]
        return known.new_tensor(len(known)) if self.class_weights is None else self.class_weights[known].sum()

    def evaluation_loop(
        self, dataloader: DataLoader[Any], *args: Any, metric_key_prefix: str = "eval", **kwargs: Any
    ) -> EvalLoopOutput:
        if self.member.alone:
            return super().evaluation_loop(dataloader, *args, metric_key_prefix=metric_key_prefix, **kwargs)
        self.model.eval()
        own = []
        for inputs in dataloader:
            loss, chosen, labels = self.prediction_step(self.model, inputs, prediction_loss_only=False)
            own.append((loss.item(), chosen.cpu().numpy(), labels.cpu().numpy()))
        losses, chosen, labels = zip(*(one for part in self.member.gather(own) for one in part), strict=True)
        guesses, truth = (_joined(one) for one in (chosen, labels))
        assert self.compute_metrics is not None
        figures = {"loss": float(np.mean(losses)), **self.compute_metrics(EvalPrediction(guesses, truth))}
        named = {f"{metric_key_prefix}_{name}": figure for name, figure in figures.items()}
        return EvalLoopOutput(guesses, truth, named, len(truth))

    def prediction_step(
        self, model: torch.nn.Module, inputs: Any, prediction_loss_only: bool, ignore_keys: Any = None
    ) -> Any:
        inputs = self._prepare_inputs(inputs)
        with torch.inference_mode():
            loss, outputs = self.compute_loss(model, inputs, return_outputs=True)
        logits = outputs["logits"]
        # Of tokens the choice is enough: all their scores would be thirty times as much to keep.
        return loss.detach(), logits.argmax(-1) if logits.dim() == 3 else logits, inputs["labels"]
