"""Several tasks asked together: what a server stands before, whatever answers behind it.

A bundle is one (all tasks from one pass); `OneRouter` makes one of a single predictor, `Side` puts several together.
An image router or the expert stack joins by being one; nothing here knows which.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from pointsman.errors import ConfigError, nearest
from pointsman.inference.predictor import Predictor
from pointsman.tasks import Decision, Task


class Panel(Protocol):
    """Whatever answers for one task or several; safe to ask from several threads.

    Attributes:
        tasks: that it answers for, by name.
    """

    @property
    def tasks(self) -> Mapping[str, Task]:
        """Tasks that it answers for, by name."""
        ...

    def predict_all(
        self, texts: Sequence[str], *, tasks: Sequence[str] | None = None, probabilities: bool = False
    ) -> dict[str, list[Decision]]:
        """Decide each text for every task asked for (None: all): for each task a decision for each text.

        Raises:
            DataError: a text is not a string, or blank.
            ConfigError: no such task.
        """
        ...


class OneRouter:
    """A panel of one predictor.

    Args:
        task: that it decides.
        predictor: what answers.
    """

    def __init__(self, task: Task, predictor: Predictor) -> None:
        self.tasks: Mapping[str, Task] = {task.name: task}
        self._predictor = predictor

    def predict_all(
        self, texts: Sequence[str], *, tasks: Sequence[str] | None = None, probabilities: bool = False
    ) -> dict[str, list[Decision]]:
        """See `Panel`."""
        (name,) = self.tasks
        if tasks is not None:
            _check(tasks, self.tasks)
            if not tasks:
                return {}
        return {name: self._predictor.predict(texts, probabilities=probabilities)}


class Side:
    """Panels side by side, asked one after another.

    Args:
        panels: that do not share a task.

    Raises:
        ConfigError: two answer for the same task.
    """

    def __init__(self, panels: Sequence[Panel]) -> None:
        self._panels = tuple(panels)
        tasks: dict[str, Task] = {}
        for panel in self._panels:
            for name, task in panel.tasks.items():
                if name in tasks:
                    raise ConfigError(f"two of the models answer for '{name}': load one of them")
                tasks[name] = task
        self.tasks: Mapping[str, Task] = tasks

    def predict_all(
        self, texts: Sequence[str], *, tasks: Sequence[str] | None = None, probabilities: bool = False
    ) -> dict[str, list[Decision]]:
        """See `Panel`."""
        wanted = tuple(self.tasks) if tasks is None else tuple(tasks)
        _check(wanted, self.tasks)
        found: dict[str, list[Decision]] = {}
        for panel in self._panels:
            if mine := [name for name in panel.tasks if name in wanted]:
                found |= panel.predict_all(texts, tasks=mine, probabilities=probabilities)
        return found


def _check(wanted: Sequence[str], known: Mapping[str, Task]) -> None:
    for name in wanted:
        if name not in known:
            raise ConfigError(f"no task '{name}' is loaded{nearest(name, known)} (tasks: {', '.join(known)})")
