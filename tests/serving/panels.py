"""A panel that records what it is asked, can be held up, and decides by a rule that a test can work out."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from types import MappingProxyType

from pointsman.serving.models import Models
from pointsman.tasks import Decision, Entity, Task

WAIT = 20.0  # seconds after which a test is given up


def decision(text: str, task: str = "kind", digest: str = "first", **changes: object) -> Decision:
    """Return what a `Recorder` decides: `long` for more than ten characters."""
    label, other = ("long", "short") if len(text) > 10 else ("short", "long")
    values: dict[str, object] = {
        "task": task,
        "label": label,
        "probability": 0.75,
        "margin": 0.5,
        "runner_up": other,
        "threshold": 0.6,
        "abstained": False,
        "truncated": False,
        "digest": digest,
        "probabilities": {label: 0.75, other: 0.25},
    }
    return Decision(**{**values, **changes})  # type: ignore[arg-type]


def spans(*found: tuple[str, int, int], text: str) -> tuple[Entity, ...]:
    """Return entities of a text."""
    return tuple(Entity(kind, start, end, text[start:end], 0.9) for kind, start, end in found)


class Recorder:
    """Decides each text by `decide`, and records its batches.

    Args:
        tasks: names of its tasks.
        digest: in its decisions.
        decide: text and task to a decision.
    """

    def __init__(
        self,
        tasks: Sequence[str] = ("kind",),
        digest: str = "first",
        decide: Callable[[str, str], Decision] | None = None,
    ) -> None:
        self.tasks = {name: Task(name, ("short", "long")) for name in tasks}
        self.batches: list[list[str]] = []
        self.asked: list[tuple[str, ...]] = []
        self._decide = decide or (lambda text, task: decision(text, task, digest))
        self._held = False
        self._entered = threading.Semaphore(0)
        self._permits = threading.Semaphore(0)

    def hold(self) -> None:
        """From now on every batch waits for a `release`."""
        self._held = True

    def release(self, batches: int = 1) -> None:
        """Let batches that wait, or come, go on."""
        self._permits.release(batches)

    def free(self) -> None:
        """Hold nothing any more."""
        self._held = False
        self._permits.release(1000)

    def entered(self) -> None:
        """Wait until one more batch has begun."""
        assert self._entered.acquire(timeout=WAIT), "no batch came"

    def predict_all(
        self, texts: Sequence[str], *, tasks: Sequence[str] | None = None, probabilities: bool = False
    ) -> dict[str, list[Decision]]:
        """See `Panel`."""
        names = tuple(self.tasks if tasks is None else tasks)
        self.batches.append(list(texts))
        self.asked.append(names)
        held = self._held
        self._entered.release()
        if held:
            assert self._permits.acquire(timeout=WAIT), "never released"
        for text in texts:
            if text.startswith("bad"):
                raise ValueError(f"cannot decide {text}")
        return {name: [self._decide(text, name) for text in texts] for name in names}


def models(panel: Recorder, digest: str = "candidate") -> Models:
    """Return a set of models that a panel answers for."""
    routers = MappingProxyType(dict.fromkeys(panel.tasks))
    return Models(panel, routers, digest, "2026-01-01T00:00:00+00:00", 0.1)  # type: ignore[arg-type]
