"""What a task is called in addresses and in `task_type`, and which shape its answers have."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pointsman.errors import nearest
from pointsman.serving.errors import ApiError
from pointsman.serving.models import Router

TASK_OF = {"intent": "domain", "pii": "pii", "security": "jailbreak", "modality": "modality", "tool": "intent"}
"""Task of each name of the classification API."""

ALL = "all"
"""`task_type` of a batch that is decided for every task."""

Shape = Literal["category", "entities", "security", "modality", "tool"]
"""Which fields an answer has: `category` as `intent` has them, `entities` as `pii`."""

_SHAPES: dict[str, Shape] = {"modality": "modality", "intent": "tool"}


def task_named(name: str, loaded: Iterable[str]) -> str:
    """Return the task that a client means.

    The API's own names come first ("intent" is the task `domain`, "tool" the task `intent`); other tasks go by theirs.

    Args:
        name: in an address or in `task_type`; not `all`.
        loaded: tasks that are served.

    Raises:
        ApiError: 503 TASK_NOT_LOADED: known, but not served here; 400 INVALID_TASK_TYPE: unknown.
    """
    served = tuple(loaded)
    names = names_of(served)
    if name in names:
        return names[name]
    known = ", ".join(names)
    if name in TASK_OF or name in TASK_OF.values():
        raise ApiError(503, "TASK_NOT_LOADED", f"no model for '{name}' is loaded (loaded: {known})")
    told = ascii(name[:60])[1:-1]
    raise ApiError(400, "INVALID_TASK_TYPE", f"unknown task '{told}'{nearest(name[:60], names)} (loaded: {known})")


def names_of(loaded: Iterable[str]) -> dict[str, str]:
    """Return every name by which a loaded task can be asked for, and that task: first what the API calls each."""
    served = tuple(loaded)
    names = {name_of(task): task for task in served if task in TASK_OF.values()}
    # A name that means another task here means nothing else, even where that one is not loaded: nobody is answered
    # with tools who asked for a domain.
    own = [task for task in served if task not in names and not (task in TASK_OF and task in TASK_OF.values())]
    return names | {task: task for task in own}


def name_of(task: str) -> str:
    """Return what a task is called in addresses."""
    return next((name for name, meant in TASK_OF.items() if meant == task), task)


def shape_of(router: Router) -> Shape:
    """Return which fields a router's answers have."""
    if router.kind == "token":
        return "entities"
    if router.task == "jailbreak" and router.positive is not None:
        return "security"
    return _SHAPES.get(router.task, "category")
