"""Recipes: every setting of a training run, resolved before it starts, so that the manifest records what ran.

`fast` is ours; the `classic` ones are the field's own, kept for comparison.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from pointsman.errors import ConfigError, nearest
from pointsman.tasks.task import Kind

Depth = int | Literal["all", "auto"]


@dataclass(frozen=True)
class Recipe:
    """All settings of a run; see `pointsman train --help` for what each does.

    Attributes:
        name: which recipe it started from.
        model: alias, Hub id or folder of the backbone.
        adapt: `lora`, or `full` fine-tuning of the branch (with `all` layers: of the whole model).
        adapt_layers: depth of the branch: upper layers trained; 0 trains the head alone.
        lora_rank, lora_alpha, lora_dropout: of LoRA; alpha / rank scales its update.
        target_modules: name suffixes that LoRA adapts; empty: the family's.
        epochs: passes over the training rows; 0: by data size.
        batch_size: rows a step; 0: by data size.
        gradient_accumulation: steps whose gradients are added up before an update.
        gradient_checkpointing: trade time for memory.
        learning_rate: peak; 0: by depth.
        weight_decay: decoupled (AdamW).
        warmup: share of the steps (below 1) or number of them.
        schedule: learning rate after warm-up.
        label_smoothing: share of the target spread over all labels.
        dropout: every dropout rate of the backbone; None keeps the model's own.
        class_weights: weigh classes by how rare they are.
        max_length: tokens a text may have; 0: 512 or the model's limit.
        max_samples: most training rows; 0: all.
        evaluate_every: steps between evaluations; 0: each epoch.
        patience: evaluations without a gain after which training stops; 0: never.
        best_by: what the best checkpoint is chosen by, on validation.
        length_grouped: batches of rows of like length.
        pad_to_longest: pad every batch to the longest row of all (as the field's scripts do).
        refit: fit once more on training and validation rows together, for the passes that the best checkpoint took.
        seed: of everything random.
    """

    name: str = "fast"
    model: str = "minilm"
    adapt: Literal["lora", "full"] = "lora"
    adapt_layers: Depth = 2
    lora_rank: int = 32
    lora_alpha: int = 64
    lora_dropout: float = 0.0
    target_modules: tuple[str, ...] = ()
    epochs: int = 0
    batch_size: int = 0
    gradient_accumulation: int = 1
    gradient_checkpointing: bool = False
    learning_rate: float = 0.0
    weight_decay: float = 0.01
    warmup: float = 0.06
    schedule: Literal["linear", "cosine", "constant"] = "cosine"
    label_smoothing: float = 0.1
    dropout: float | None = 0.0
    class_weights: bool = True
    max_length: int = 0
    max_samples: int = 0
    evaluate_every: int = 0
    patience: int = 3
    best_by: Literal["primary", "weighted_f1", "loss"] = "primary"
    length_grouped: bool = True
    pad_to_longest: bool = False
    refit: bool = False
    seed: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready dictionary."""
        return asdict(self)


_FAST = Recipe()
_CLASSIC = Recipe(
    name="classic",
    adapt="full",
    adapt_layers="all",
    schedule="linear",
    label_smoothing=0.0,
    dropout=None,
    best_by="weighted_f1",
    length_grouped=False,
)
_LORA_CLASSIC = Recipe(
    name="lora-classic",
    adapt_layers="all",
    lora_rank=16,
    lora_alpha=32,
    lora_dropout=0.1,
    epochs=3,
    batch_size=8,
    learning_rate=2e-4,
    weight_decay=0.0,
    warmup=100,
    schedule="linear",
    label_smoothing=0.0,
    dropout=None,
    class_weights=False,
    patience=0,
    best_by="loss",
    length_grouped=False,
)
_MODALITY_CLASSIC = replace(
    _LORA_CLASSIC,
    name="modality-classic",
    model="mmbert-32k",
    lora_rank=32,
    lora_alpha=64,
    epochs=8,
    batch_size=32,
    learning_rate=2e-5,
    max_samples=6000,
    best_by="primary",
)
RECIPES: dict[str, Recipe] = {r.name: r for r in (_FAST, _CLASSIC, _LORA_CLASSIC, _MODALITY_CLASSIC)}

# The field's full fine-tune by data size: below 1,000 rows, below 5,000, above.
_CLASSIC_SIZES: tuple[tuple[float, dict[str, Any]], ...] = (
    (
        1000,
        {"epochs": 2, "batch_size": 4, "learning_rate": 1e-5, "weight_decay": 0.15, "warmup": 0.1}
        | {"patience": 1, "evaluate_every": 0},
    ),
    (
        5000,
        {"epochs": 3, "batch_size": 8, "learning_rate": 2e-5, "weight_decay": 0.1, "warmup": 0.06}
        | {"patience": 2, "evaluate_every": 100},
    ),
    (
        math.inf,
        {"epochs": 4, "batch_size": 16, "learning_rate": 3e-5, "weight_decay": 0.05, "warmup": 0.03}
        | {"patience": 3, "evaluate_every": 200},
    ),
)


# Rows times epochs that a token task is given, its fewest epochs, and from how many rows on two are enough.
_TOKEN_ROWS = 20_000
_TOKEN_EPOCHS = 5
_MANY_TOKEN_ROWS = 10_000
# Share of a token task's steps in which the learning rate rises: with less a shallow branch may never recover from its
# first steps (docs/log.md).
_TOKEN_WARMUP = 0.2
# Branches of at most this many layers are shallow.
_SHALLOW = 3


def resolve(name: str, overrides: Mapping[str, Any]) -> Recipe:
    """Return the recipe `name` with what the user set; settings left to data size stay open.

    Raises:
        ConfigError: unknown recipe, or a setting out of its range.
    """
    if name not in RECIPES:
        raise ConfigError(f"unknown recipe '{name}'{nearest(name, RECIPES)} (recipes: {', '.join(RECIPES)})")
    return _checked(replace(RECIPES[name], **overrides))


def size(
    recipe: Recipe, n_rows: int, n_classes: int, overrides: Mapping[str, Any], *, kind: Kind = "sequence"
) -> tuple[Recipe, list[str]]:
    """Settle what depends on the task's kind and the numbers of training rows and classes; what the user set stays.

    Returns:
        The recipe without open settings (but the depth), and a line for each thing settled.
    """
    settled: dict[str, Any] = {}
    if recipe.name == "classic":
        bound, chosen = next((bound, s) for bound, s in _CLASSIC_SIZES if n_rows < bound)
        settled = {key: value for key, value in chosen.items() if key not in overrides}
        why = f"{n_rows:,} rows, {'5,000 or more' if bound == math.inf else f'below {bound:,.0f}'}"
        shown = {k: v for k, v in settled.items() if k != "evaluate_every"}
        when = f"every {settled['evaluate_every']} steps" if settled.get("evaluate_every") else "each epoch"
        return replace(recipe, **settled), [f"recipe classic: {_listed(shown)}, evaluated {when} ({why})"]
    lines = []
    if kind == "token" and recipe.name == "fast" and "adapt_layers" not in overrides:
        # What a word is shows in all layers: two of six found a tenth less of the entities (docs/log.md).
        recipe = replace(recipe, adapt_layers="all")
        lines.append("all layers adapted: a token task (--adapt-layers N is quicker and finds less)")
    if kind == "token" and recipe.name == "fast" and "warmup" not in overrides:
        settled["warmup"] = _TOKEN_WARMUP
    batch = recipe.batch_size or (64 if n_rows >= 6000 else 32 if n_rows >= 1500 else 16)
    if not recipe.batch_size:
        settled["batch_size"] = batch
    if not recipe.epochs:
        # The fewer rows a class has, the more passes it takes to learn it. A row of a token task holds many labels.
        fewest = 2 if n_rows >= 1000 * n_classes else 3
        if kind == "token":
            fewest = 2 if n_rows >= _MANY_TOKEN_ROWS else _TOKEN_EPOCHS
        wanted = _TOKEN_ROWS if kind == "token" else 600 * n_classes
        settled["epochs"] = min(20, max(fewest, math.ceil(wanted / n_rows)))
    if settled:
        lines.append(f"{_listed(settled)} ({n_rows:,} training rows, {n_classes} classes)")
    return replace(recipe, **settled), lines


def at_depth(recipe: Recipe, depth: int) -> tuple[Recipe, list[str]]:
    """Settle what depends on the depth of the branch; what the user set stays.

    Returns:
        The recipe without open settings, and a line for each thing settled.
    """
    if recipe.learning_rate:
        return recipe, []
    # A shallow branch takes twice the rate of a deep one (chosen on validation rows, docs/log.md); full
    # fine-tuning moves every weight and wants far less than LoRA.
    rate = 2e-3 if depth <= _SHALLOW else 1e-3
    if recipe.adapt == "full":
        rate = 3e-4 if depth <= _SHALLOW else 5e-5
    return replace(recipe, learning_rate=rate), [f"learning rate {rate:g} ({recipe.adapt}, {depth} layers)"]


def _listed(settings: Mapping[str, Any]) -> str:
    return ", ".join(f"{key.replace('_', ' ')} {value:g}" for key, value in settings.items())


def _checked(recipe: Recipe) -> Recipe:
    def need(ok: bool, setting: str, value: object, what: str) -> None:
        if not ok:
            raise ConfigError(f"--{setting} {value}: {what}")

    r = recipe
    need(
        r.adapt_layers in ("all", "auto") or int(r.adapt_layers) >= 0,
        "adapt-layers",
        r.adapt_layers,
        "use 0 or more",
    )
    need(r.lora_rank >= 1, "lora-rank", r.lora_rank, "use 1 or more")
    need(r.lora_alpha >= 1, "lora-alpha", r.lora_alpha, "use 1 or more")
    need(0 <= r.lora_dropout < 1, "lora-dropout", r.lora_dropout, "use a share from 0 to below 1")
    need(r.epochs >= 0, "epochs", r.epochs, "use 1 or more (0: by data size)")
    need(r.batch_size >= 0, "batch-size", r.batch_size, "use 1 or more (0: by data size)")
    need(r.gradient_accumulation >= 1, "gradient-accumulation", r.gradient_accumulation, "use 1 or more")
    need(
        0 <= r.learning_rate < 1,
        "learning-rate",
        r.learning_rate,
        "use a number below 1, such as 1e-3 (0: by depth)",
    )
    need(r.weight_decay >= 0, "weight-decay", r.weight_decay, "use 0 or more")
    need(
        r.max_length == 0 or r.max_length >= 8,
        "max-length",
        r.max_length,
        "use 8 tokens or more (0: default)",
    )
    need(0 <= r.seed < 2**32, "seed", r.seed, f"use 0 to {2**32 - 1}")
    need(r.max_samples >= 0, "max-samples", r.max_samples, "use 1 or more (0: all rows)")
    need(0 <= r.label_smoothing < 1, "label-smoothing", r.label_smoothing, "use a share from 0 to below 1")
    return recipe
