"""Recipes of a head: every setting of its training, checked before anything is computed.

`classic` is the field's, `fast` is ours (docs/log.md holds what both reach). Imports nothing heavy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, get_args

from pointsman.errors import ConfigError, nearest

BestBy = Literal["loss", "accuracy", "macro_f1", "weighted_f1"]

# The learning rate of `fast` times the width of the features. A step of AdamW moves every weight by about the rate,
# so a logit by about rate times width: the wider the features, the smaller the rate that does the same.
_RATE_TIMES_WIDTH = 0.4


@dataclass(frozen=True)
class HeadRecipe:
    """All settings of a head's training, which is in fp32.

    Attributes:
        name: which recipe it started from.
        epochs: most passes over the training rows.
        batch_size: rows a step.
        learning_rate: what it starts with; 0: by the width of the features.
        weight_decay: decoupled (AdamW).
        lr_factor: the learning rate is multiplied by it when validation stops gaining; 1: never.
        lr_patience: evaluations without a gain that are borne before that; the next one lowers the rate.
        evaluate_every: steps between evaluations; 0: each epoch.
        patience: evaluations without a gain after which training stops; 0: never.
        best_by: what a gain is: a lower validation loss, or a higher figure. A figure stands still for many
            evaluations while the loss still falls, so early stopping by it comes far too early.
        label_smoothing: share of the target spread over all labels.
        class_weights: weigh classes by how rare they are.
        hidden: units of the hidden layer; 0: a linear head.
        normalise: standardise the features.
        dropout: share of the output layer's inputs dropped while training.
        seed: of everything random.
    """

    name: str = "classic"
    epochs: int = 100
    batch_size: int = 8
    learning_rate: float = 1e-4
    weight_decay: float = 0.01
    lr_factor: float = 0.5
    lr_patience: int = 2
    evaluate_every: int = 20
    patience: int = 5
    best_by: BestBy = "loss"
    label_smoothing: float = 0.0
    class_weights: bool = True
    hidden: int = 0
    normalise: bool = True
    dropout: float = 0.0
    seed: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready dictionary."""
        return asdict(self)


HEAD_RECIPES: dict[str, HeadRecipe] = {
    "fast": HeadRecipe("fast", batch_size=64, learning_rate=0.0, evaluate_every=0),
    "classic": HeadRecipe(),
}


def resolve_head(name: str, overrides: Mapping[str, Any]) -> HeadRecipe:
    """Return the recipe `name` with what the user set; a learning rate left to the width stays open.

    With a `patience` of the user's own, `lr_patience` follows it where it was not set: of 5 evaluations without a
    gain the third lowers the rate, and two are left for the lower rate to show what it does.

    Raises:
        ConfigError: unknown recipe, a setting out of its range, or settings that cannot work together.
    """
    if name not in HEAD_RECIPES:
        raise ConfigError(f"unknown recipe '{name}'{nearest(name, HEAD_RECIPES)} (recipes: {', '.join(HEAD_RECIPES)})")
    recipe = replace(HEAD_RECIPES[name], **overrides)
    if recipe.patience > 0 and "patience" in overrides and "lr_patience" not in overrides:
        recipe = replace(recipe, lr_patience=(recipe.patience - 1) // 2)
    _check(recipe)
    if "lr_patience" in overrides and recipe.lr_factor < 1 and 0 < recipe.patience <= recipe.lr_patience + 1:
        raise ConfigError(
            f"--lr-patience {recipe.lr_patience}: the learning rate would be lowered after {recipe.lr_patience + 1} "
            f"evaluations without a gain, but training stops after {recipe.patience}: use less, or a higher --patience"
        )
    return recipe


def at_width(recipe: HeadRecipe, width: int) -> tuple[HeadRecipe, list[str]]:
    """Settle what depends on the width of the features; what the user set stays.

    Returns:
        The recipe without open settings, and a line for each thing settled.
    """
    if recipe.learning_rate:
        return recipe, []
    rate = min(1e-2, _RATE_TIMES_WIDTH / width)
    return replace(recipe, learning_rate=rate), [f"learning rate {rate:.2g} (features of width {width:,})"]


def _check(recipe: HeadRecipe) -> None:
    def need(ok: bool, setting: str, value: object, what: str) -> None:
        if not ok:
            raise ConfigError(f"--{setting} {value}: {what}")

    r = recipe
    known = get_args(BestBy)
    need(r.epochs >= 1, "epochs", r.epochs, "use 1 or more")
    need(r.batch_size >= 1, "batch-size", r.batch_size, "use 1 or more")
    need(
        0 <= r.learning_rate < 1,
        "learning-rate",
        r.learning_rate,
        "use a number below 1, such as 1e-4 (0: by the width of the features)",
    )
    need(r.weight_decay >= 0, "weight-decay", r.weight_decay, "use 0 or more")
    need(0 < r.lr_factor <= 1, "lr-factor", r.lr_factor, "use a share above 0, such as 0.5 (1: a constant rate)")
    need(r.lr_patience >= 0, "lr-patience", r.lr_patience, "use 0 or more")
    need(r.evaluate_every >= 0, "evaluate-every", r.evaluate_every, "use 1 step or more (0: each epoch)")
    need(r.patience >= 0, "patience", r.patience, "use 1 or more (0: never stop early)")
    need(r.best_by in known, "best-by", r.best_by, f"use one of {', '.join(known)}")
    need(0 <= r.label_smoothing < 1, "label-smoothing", r.label_smoothing, "use a share from 0 to below 1")
    need(r.hidden >= 0, "head-hidden", r.hidden, "use 1 unit or more (0: a linear head)")
    need(0 <= r.dropout < 1, "dropout", r.dropout, "use a share from 0 to below 1")
