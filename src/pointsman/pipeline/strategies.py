"""How a router is made: as the `branch` of an encoder, as a `head` on a frozen generating model, or as an adapter with
which such a model says the label (`generate`, or `lora`). Which flags each takes; no heavy imports.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from pointsman import tasks
from pointsman.errors import ConfigError, nearest
from pointsman.pipeline.options import RequestOptions, Strategy, TrainOptions

STRATEGIES: dict[str, Strategy] = {"branch": "branch", "head": "head", "generate": "generate", "lora": "generate"}
"""What may be typed, and what it means."""

# Settings of a request: flag where it is not the setting's own name, and the strategies that they have a meaning for.
_FLAGS = {"tokens": "pooling", "layer": "hidden-layer"}
_ONLY = {
    "tokens": ("head",),
    "layer": ("head",),
    "features": ("head",),
    "quantised": ("generate",),
}
_BOTH = ("head", "generate")
# Settings of recipes that a branch has not; the recipes of the others refuse what is not theirs.
_NOT_OF_A_BRANCH = ("evaluate_every", "head_hidden")


def strategy_of(typed: str | None, task: str | None) -> Strategy:
    """Return the strategy that was asked for, or the usual one of a task.

    Raises:
        ConfigError: there is none of that name.
        TaskError: an unknown task.
    """
    if typed is None:
        return "head" if task is not None and tasks.get(task).open_labels else "branch"
    if typed not in STRATEGIES:
        raise ConfigError(f"--strategy {typed}{nearest(typed, STRATEGIES)}: use {', '.join(STRATEGIES)}")
    return STRATEGIES[typed]


def check_strategy(options: TrainOptions) -> None:
    """Refuse a strategy that a task cannot have, and settings that have no meaning with it.

    Raises:
        ConfigError: naming the flag.
        TaskError: an unknown task.
    """
    strategy = options.strategy
    task = tasks.get(options.task) if options.task is not None else None
    if task is not None and strategy == "branch" and task.open_labels:
        raise ConfigError(
            f"--strategy branch: '{task.name}' decides on images too, and an encoder's branch reads text alone: use "
            "head or lora"
        )
    if task is not None and strategy != "branch" and task.kind == "token":
        raise ConfigError(f"--strategy {strategy}: '{task.name}' finds entities in a text, this decides one label")
    usual = RequestOptions()
    for field in fields(RequestOptions):
        if getattr(options.request, field.name) != getattr(usual, field.name):
            _check_flag(field.name, _ONLY.get(field.name, _BOTH), strategy)
    if strategy == "branch":
        for name in _NOT_OF_A_BRANCH:
            if name in options.overrides:
                _check_flag(name, ("head",) if name == "head_hidden" else _BOTH, strategy)


def _check_flag(name: str, meant: tuple[str, ...], strategy: str) -> None:
    if strategy not in meant:
        flag = _FLAGS.get(name, name).replace("_", "-")
        raise ConfigError(f"--{flag} has no meaning with --strategy {strategy}: it is for {' and '.join(meant)}")


def renamed(
    overrides: Mapping[str, Any], flags: Mapping[str, str], others: tuple[str, ...], what: str
) -> dict[str, Any]:
    """Return settings by the recipe's own names.

    Args:
        overrides: as typed, by flag name.
        flags: flag name -> name in the recipe.
        others: flags that are not the recipe's.
        what: the strategy, for errors.

    Raises:
        ConfigError: a flag that has no meaning here.
    """
    for name in overrides:
        if name not in flags and name not in others:
            raise ConfigError(
                f"--{name.replace('_', '-')} has no meaning with --strategy {what} "
                f"(its settings: {', '.join('--' + flag.replace('_', '-') for flag in flags)})"
            )
    return {flags[name]: value for name, value in overrides.items() if name in flags}
