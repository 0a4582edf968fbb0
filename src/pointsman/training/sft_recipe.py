"""The recipe of fine-tuning a generating model: every setting, checked before anything is loaded; no heavy imports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

from pointsman.errors import ConfigError, nearest


@dataclass(frozen=True)
class SftRecipe:
    """All settings of a run.

    Attributes:
        adapt: `lora`, or `full` fine-tuning of every weight, the vision tower's too.
        rank, alpha, dropout: of LoRA; alpha / rank scales its update.
        targets: last names of the modules that LoRA adapts, such as `q_proj`, in the language model's layers; empty:
            the family's.
        epochs: passes over the rows.
        batch_size: rows a step.
        gradient_accumulation: steps whose gradients are added up before an update.
        gradient_checkpointing: trade time for memory.
        learning_rate: peak.
        weight_decay: decoupled (AdamW).
        warmup: share of the updates (below 1) or number of them.
        schedule: learning rate after warm-up.
        evaluate_every: updates between evaluations; 0: each epoch.
        patience: evaluations without a gain after which training stops; 0: never. Without validation nothing stops.
        length_grouped: batches of rows of like length.
        seed: of everything random.

    Raises:
        ConfigError: a setting is out of its range; it names the flag.
    """

    adapt: Literal["lora", "full"] = "lora"
    rank: int = 16
    alpha: int = 32
    dropout: float = 0.05
    targets: tuple[str, ...] = ()
    epochs: int = 3
    batch_size: int = 8
    gradient_accumulation: int = 1
    gradient_checkpointing: bool = False
    learning_rate: float = 2e-4
    weight_decay: float = 0.0
    warmup: float = 0.03
    schedule: Literal["linear", "cosine", "constant"] = "cosine"
    evaluate_every: int = 0
    patience: int = 3
    length_grouped: bool = True
    seed: int = 0

    def __post_init__(self) -> None:
        _one_of("adapt", self.adapt, ("lora", "full"))
        _one_of("schedule", self.schedule, ("linear", "cosine", "constant"))
        for name in ("rank", "alpha", "epochs", "batch_size", "gradient_accumulation"):
            _need(getattr(self, name) >= 1, name, getattr(self, name), "use 1 or more")
        for name in ("evaluate_every", "patience", "seed", "weight_decay", "warmup"):
            _need(getattr(self, name) >= 0, name, getattr(self, name), "use 0 or more")
        _need(0 <= self.dropout < 1, "dropout", self.dropout, "use a share from 0 to below 1")
        _need(self.learning_rate > 0, "learning_rate", self.learning_rate, "use a number above 0, such as 2e-4")

    @classmethod
    def of(cls, overrides: Mapping[str, Any]) -> SftRecipe:
        """Return the recipe with what the user set.

        Raises:
            ConfigError: a setting that there is not, or out of its range.
        """
        known = [field.name for field in fields(cls)]
        for name in overrides:
            if name not in known:
                raise ConfigError(f"unknown setting '{name}'{nearest(name, known)} (settings: {', '.join(known)})")
        return cls(**overrides)

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready dictionary."""
        return asdict(self)


FLAGS: Mapping[str, str] = {
    "lora_rank": "rank",
    "lora_alpha": "alpha",
    "lora_dropout": "dropout",
    "target_modules": "targets",
    "epochs": "epochs",
    "batch_size": "batch_size",
    "gradient_accumulation": "gradient_accumulation",
    "gradient_checkpointing": "gradient_checkpointing",
    "learning_rate": "learning_rate",
    "weight_decay": "weight_decay",
    "patience": "patience",
    "evaluate_every": "evaluate_every",
    "seed": "seed",
}
"""What may be typed, dashes as underscores -> the setting."""


def flag(name: str) -> str:
    """Return the command line's name of a setting."""
    typed = next((typed for typed, setting in FLAGS.items() if setting == name), name)
    return f"--{typed.replace('_', '-')}"


def _need(ok: bool, name: str, value: object, what: str) -> None:
    if not ok:
        raise ConfigError(f"{flag(name)} {value}: {what}")


def _one_of(name: str, value: str, choices: tuple[str, ...]) -> None:
    _need(value in choices, name, value, f"use {', '.join(choices[:-1])} or {choices[-1]}")
