"""Training data written for this project and shipped in the package: one grammar a task.

Each module `pointsman.data.embedded.<task>` has `rows(seed=0) -> list[Example]`: distinct texts, each with
its label and the group (template) that must never stand on both sides of a split.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util

from pointsman.data.example import Example
from pointsman.errors import DataError

__all__ = ["available", "load"]

_PARTS = ("grammar", "screens")
"""Modules that are no task's: the templates' grammar, the renderer of screens."""


def available(task: str) -> bool:
    """Tell whether the package ships data for the task of that name."""
    # `_` stands in the names of modules that hold a part of a task's grammar, never in a task's.
    return task.isalpha() and task not in _PARTS and importlib.util.find_spec(f"{__name__}.{task}") is not None


def load(task: str, seed: int = 0) -> list[Example]:
    """Return the embedded rows of a task, made once in a process.

    Raises:
        DataError: the package ships no data for it.
    """
    if not available(task):
        raise DataError(f"task '{task}' has no embedded data: give it some with --data FILE")
    return list(_rows(task, seed))


@functools.lru_cache(maxsize=8)
def _rows(task: str, seed: int) -> tuple[Example, ...]:
    return tuple(importlib.import_module(f"{__name__}.{task}").rows(seed))
