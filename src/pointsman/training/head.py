"""Fitting a head on stored features: a plain torch loop, since a Trainer's own cost is many times such a step.

Takes features and labels as arrays, gives the head of the best evaluation. The same seed gives the same weights, by one
worker or, to the rounding of floats, by a crew, whose members draw masks of their own where there is dropout. Knows
nothing of encoders, stores or artifacts.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, linear
from torch.optim.lr_scheduler import ReduceLROnPlateau

from pointsman.errors import ConfigError, DataError
from pointsman.evaluation.metrics import METRICS, metric_value
from pointsman.inference.head import Floats32, Head, HeadShape
from pointsman.training.crew import SINGLE, Crew, Member, Progress
from pointsman.training.head_recipe import HEAD_RECIPES, HeadRecipe, at_width, resolve_head
from pointsman.training.weights import class_weights

if TYPE_CHECKING:
    from torch.utils.tensorboard import SummaryWriter

__all__ = ["HEAD_RECIPES", "HeadRecipe", "HeadResult", "Progress", "at_width", "fit_head", "resolve_head"]

Ints = npt.NDArray[np.integer[Any]]


@dataclass(frozen=True)
class HeadResult:
    """What fitting did.

    Attributes:
        head: with the best evaluation's weights, in eval mode.
        recipe: the settings it was trained with, none left open.
        history: losses, learning rates and validation figures by step, in the shape of the Trainer's log.
        best_metric: the best evaluation's figure.
        metric: its name.
        best_step: the step of that evaluation.
        steps: updates made.
        epochs: passes over the rows, fractions included.
        evaluations: how often validation was looked at.
        seconds: time it all took.
        weights: what each class counts in the loss; None when all count the same.
    """

    head: Head
    recipe: HeadRecipe
    history: list[dict[str, Any]]
    best_metric: float
    metric: str
    best_step: int
    steps: int
    epochs: float
    evaluations: int
    seconds: float
    weights: list[float] | None


def fit_head(
    features: Floats32,
    labels: Ints,
    validation_features: Floats32,
    validation_labels: Ints,
    classes: int,
    recipe: HeadRecipe,
    *,
    tensorboard: Path | None = None,
    progress: Progress | None = None,
    crew: Crew | None = None,
) -> HeadResult:
    """Fit a head, on the CPU.

    Standardised features are kept beside those given: memory for both is needed.

    Args:
        features: float32 [n, width].
        labels: [n] label indices.
        validation_features: float32 [m, width]: what the learning rate, early stopping and the best weights go by.
        validation_labels: [m].
        classes: labels of the task.
        recipe: settings; what depends on the width of the features is settled here, if it is open.
        tensorboard: folder for scalars; None writes none.
        progress: told after each evaluation.
        crew: who shares the work; None: nobody. A step takes less time than an exchange: it pays for wide features and
            large batches alone.

    Raises:
        DataError: no rows, a single label, features that are not finite, labels out of range.
        ConfigError: training diverged.
        WorkerError: a worker ended before its work.
    """
    _check(features, labels, classes, "training")
    _check(validation_features, validation_labels, classes, "validation")
    if (width := features.shape[1]) != (other := validation_features.shape[1]):
        raise DataError(f"validation features are {other} wide, those of training {width}: encode both alike")
    if len(np.unique(labels)) < 2:
        raise DataError("all training rows have the same label: there is nothing to learn")
    if not np.isin(validation_labels, labels).any():
        raise DataError("no validation row has a label that the training rows have: split the data again")
    recipe, _ = at_width(recipe, features.shape[1])
    rows = _Rows(features, labels, validation_features, validation_labels)
    job = _HeadJob(rows, classes, recipe, tensorboard)
    if crew is None or crew.size == 1:
        return job.run(SINGLE, progress)
    found: HeadResult = crew.fit(job, progress)
    return found


@dataclass(frozen=True)
class _HeadJob:
    """What `fit_head` does when all is checked, as it travels."""

    rows: _Rows
    classes: int
    recipe: HeadRecipe
    tensorboard: Path | None

    device = "cpu"

    @property
    def work(self) -> Path | None:
        return self.tensorboard.parent if self.tensorboard is not None else None

    def run(self, member: Member, progress: Progress | None) -> HeadResult:
        writer = None
        if self.tensorboard is not None and member.first:
            from torch.utils.tensorboard import SummaryWriter

            writer = SummaryWriter(str(self.tensorboard))
        try:
            with torch.random.fork_rng(devices=[]):
                torch.manual_seed(self.recipe.seed)
                return _fit(self.rows, self.classes, self.recipe, writer, progress, member)
        finally:
            if writer is not None:
                writer.close()


@dataclass(frozen=True)
class _Rows:
    features: Floats32
    labels: Ints
    validation_features: Floats32
    validation_labels: Ints


def _fit(
    rows: _Rows,
    classes: int,
    recipe: HeadRecipe,
    writer: SummaryWriter | None,
    progress: Progress | None,
    member: Member,
) -> HeadResult:
    started = time.perf_counter()
    shape = HeadShape(rows.features.shape[1], classes, recipe.hidden, recipe.normalise)
    head = Head(shape, dropout=recipe.dropout)
    inputs = torch.from_numpy(np.require(rows.features, np.float32, ["C", "W"]))
    head.measure(inputs)
    # Drawn apart from dropout's masks: the order is the same however many workers draw those.
    orders = torch.Generator()
    orders.set_state(torch.get_rng_state())
    if not member.first:
        torch.manual_seed(recipe.seed + member.rank)
    inputs = head.standardised(inputs)
    targets = torch.from_numpy(rows.labels.astype(np.int64))
    listed = class_weights(rows.labels.tolist(), classes) if recipe.class_weights else None
    weights = torch.tensor(listed) if listed else None
    # fused: one call for all tensors, the quickest of torch's AdamW variants at this size.
    optimizer = torch.optim.AdamW(
        head.parameters(), lr=recipe.learning_rate, weight_decay=recipe.weight_decay, fused=True
    )
    validation = head.standardised(torch.from_numpy(np.require(rows.validation_features, np.float32, ["C", "W"])))
    evaluations = _Evaluations(head, optimizer, recipe, validation, rows.validation_labels, weights, writer, member)

    plain = not (recipe.hidden or recipe.dropout)
    gradient = (_LinearGradient if plain else _Autograd)(head, weights, recipe.label_smoothing, member)

    per_epoch = math.ceil(len(targets) / recipe.batch_size)
    total = per_epoch * recipe.epochs
    every = recipe.evaluate_every or per_epoch
    step, loss_sum, loss_steps = 0, 0.0, 0
    while step < total and not evaluations.enough:
        order = torch.randperm(len(targets), generator=orders)
        for start in range(0, len(targets), recipe.batch_size):
            batch = order[start : start + recipe.batch_size]
            loss_sum += gradient(inputs, targets, batch)
            optimizer.step()
            loss_steps += 1
            step += 1
            if step % every == 0 or step == total:
                evaluations.look(step, step / per_epoch, loss_sum / loss_steps)
                loss_sum, loss_steps = 0.0, 0
                if progress is not None and member.first:
                    progress(step, total, evaluations.text)
                if evaluations.enough:
                    break
    evaluations.restore()
    return HeadResult(
        head=head,
        recipe=recipe,
        history=evaluations.history,
        best_metric=evaluations.best,
        metric=recipe.best_by,
        best_step=evaluations.best_step,
        steps=step,
        epochs=step / per_epoch,
        evaluations=evaluations.count,
        seconds=time.perf_counter() - started,
        weights=listed,
    )


class _Autograd:
    """Sets the gradients of any head for a batch, and returns its loss; both are those of the whole batch."""

    def __init__(self, head: Head, weights: Tensor | None, smoothing: float, member: Member) -> None:
        self.head, self.weights, self.smoothing, self.member = head, weights, smoothing, member

    def __call__(self, inputs: Tensor, targets: Tensor, batch: Tensor) -> float:
        """Take the rows whose places in `inputs` and `targets` are in `batch`."""
        self.head.zero_grad()
        if self.member.alone:
            loss = self._loss(inputs, targets, batch, "mean")
            torch.autograd.backward(loss)
            return loss.item()
        whole = targets.index_select(0, batch)
        own = batch[self.member.rank :: self.member.size]  # a sum over no rows has gradients too: zeros
        counted = float(len(whole)) if self.weights is None else self.weights.index_select(0, whole).sum()
        loss = self._loss(inputs, targets, own, "sum") / counted
        torch.autograd.backward(loss)
        told = loss.detach().clone()
        self.member.add_up([told, *(p.grad for p in self.head.parameters() if p.grad is not None)])
        return told.item()

    def _loss(self, inputs: Tensor, targets: Tensor, rows: Tensor, reduction: str) -> Tensor:
        return cross_entropy(
            self.head.layers(inputs.index_select(0, rows)),
            targets.index_select(0, rows),
            weight=self.weights,
            label_smoothing=self.smoothing,
            reduction=reduction,
        )


class _LinearGradient:
    """The same for a linear head, in closed form: autograd alone takes longer than all the rest of such a step.

    With t the targets, smoothed and times their classes' weights, the loss is -sum(t log p) / n, and its gradient by
    the logits (sum(t) p - t) / n, where n is the sum of the weights of the whole batch's classes.
    """

    def __init__(self, head: Head, weights: Tensor | None, smoothing: float, member: Member) -> None:
        self.weight, self.bias, self.member = head.output.weight, head.output.bias, member
        self.weight.grad, self.bias.grad = torch.zeros_like(self.weight), torch.zeros_like(self.bias)
        classes = head.shape.classes
        self.weights = torch.ones(classes) if weights is None else weights
        self.table = ((1 - smoothing) * torch.eye(classes) + smoothing / classes) * self.weights

    @torch.no_grad()
    def __call__(self, inputs: Tensor, targets: Tensor, batch: Tensor) -> float:
        whole = targets.index_select(0, batch)
        own, chosen = (batch, whole) if self.member.alone else self._share(batch, whole)
        rows = inputs.index_select(0, own)
        goal = self.table.index_select(0, chosen)
        goal.div_(self.weights.index_select(0, whole).sum())
        log_p = linear(rows, self.weight, self.bias).log_softmax(1)
        loss = -goal.mul(log_p).sum()
        by_logits = log_p.exp_().mul_(goal.sum(1, keepdim=True)).sub_(goal)
        torch.mm(by_logits.T, rows, out=self.weight.grad)
        torch.sum(by_logits, 0, out=self.bias.grad)
        if not self.member.alone:
            assert self.weight.grad is not None
            assert self.bias.grad is not None
            self.member.add_up([loss, self.weight.grad, self.bias.grad])
        return loss.item()

    def _share(self, *whole: Tensor) -> tuple[Tensor, ...]:
        return tuple(one[self.member.rank :: self.member.size] for one in whole)


class _Evaluations:
    """Judges the head on validation: keeps the best weights, lowers the learning rate, says when it is enough."""

    def __init__(
        self,
        head: Head,
        optimizer: torch.optim.Optimizer,
        recipe: HeadRecipe,
        features: Tensor,
        labels: Ints,
        weights: Tensor | None,
        writer: SummaryWriter | None,
        member: Member,
    ) -> None:
        self.member = member
        self.head, self.optimizer, self.recipe, self.writer = head, optimizer, recipe, writer
        self.features, self.labels, self.weights = features, labels.astype(np.int64), weights
        self.targets = torch.from_numpy(self.labels)
        self.lower_is_better = recipe.best_by == "loss"
        self.scheduler = None
        if recipe.lr_factor < 1:
            # No threshold: a gain is the same thing here as for early stopping.
            self.scheduler = ReduceLROnPlateau(
                optimizer,
                mode="min" if self.lower_is_better else "max",
                factor=recipe.lr_factor,
                patience=recipe.lr_patience,
                threshold=0.0,
            )
        self.history: list[dict[str, Any]] = []
        self.best, self.best_step = math.inf if self.lower_is_better else -math.inf, 0
        self.count = self.without_gain = 0
        self.text = ""
        self.kept: dict[str, Tensor] = {}

    @property
    def enough(self) -> bool:
        """Whether early stopping ends the run."""
        return 0 < self.recipe.patience <= self.without_gain

    def look(self, step: int, epoch: float, train_loss: float) -> None:
        """Evaluate after a step; `train_loss` is the mean since the last evaluation."""
        figures = self.member.agree(self._figures)
        if not math.isfinite(train_loss + figures["loss"]):
            rate = self.recipe.learning_rate
            raise ConfigError(f"training diverged (loss is not a number): lower --learning-rate (now {rate:g})")
        rate = self.optimizer.param_groups[0]["lr"]
        self.history.append({"loss": train_loss, "learning_rate": rate, "epoch": epoch, "step": step})
        self.history.append({f"eval_{name}": v for name, v in figures.items()} | {"epoch": epoch, "step": step})
        self.count += 1
        value = figures[self.recipe.best_by]
        if value < self.best if self.lower_is_better else value > self.best:
            self.best, self.best_step, self.without_gain = value, step, 0
            self.kept = {name: p.detach().clone() for name, p in self.head.named_parameters()}
        else:
            self.without_gain += 1
        if self.scheduler is not None:
            self.scheduler.step(value)
        self.text = f"epoch {epoch:.0f}: validation {self.recipe.best_by} {value:.4f}"
        if self.writer is not None:
            self.writer.add_scalar("train/loss", train_loss, step)
            self.writer.add_scalar("train/learning_rate", rate, step)
            for name, figure in figures.items():
                self.writer.add_scalar(f"eval/{name}", figure, step)

    def restore(self) -> None:
        """Put the best weights into the head, ready to answer."""
        with torch.no_grad():
            for name, parameter in self.head.named_parameters():
                parameter.copy_(self.kept[name])
        self.head.zero_grad()
        self.head.requires_grad_(False)
        self.head.eval()

    def _figures(self) -> dict[str, float]:
        self.head.eval()
        with torch.inference_mode():
            logits = self.head.layers(self.features)
            loss = cross_entropy(logits, self.targets, weight=self.weights).item()
        self.head.train()
        predicted = logits.argmax(1).numpy()
        classes = self.head.shape.classes
        return {"loss": loss} | {name: metric_value(name, self.labels, predicted, classes) for name in METRICS}


def _check(features: Floats32, labels: Ints, classes: int, which: str) -> None:
    if not len(labels):
        raise DataError(f"there are no {which} rows")
    if features.ndim != 2 or len(features) != len(labels):
        raise DataError(f"{which} features of shape {list(features.shape)} for {len(labels)} labels")
    if labels.min() < 0 or labels.max() >= classes:
        raise DataError(f"{which} labels go from {labels.min()} to {labels.max()}, but there are {classes} classes")
    finite = np.isfinite(features).all(axis=1)
    if not finite.all():
        raise DataError(
            f"{which} row {int(finite.argmin())}: its features are not finite: encode it again in a wider format "
            "(--precision fp32)"
        )
