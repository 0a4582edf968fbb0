"""Decisions and routers made by hand, for what is a pure function of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pointsman import tasks
from pointsman.inference.panel import Panel
from pointsman.serving.models import Models, Router
from pointsman.tasks import Decision, Entity, Task

DIGEST = "ab" * 32
FIVE = ("domain", "intent", "jailbreak", "modality", "pii")


def task(name: str) -> Task:
    """One of the five, or one that a user made."""
    if name in FIVE:
        return tasks.get(name)
    if name == "places":
        return Task(name="places", labels=("O", "B-CITY", "I-CITY", "B-RIVER", "I-RIVER"), kind="token")
    return Task(name=name, labels=("refund", "delivery", "other"))


def router(name: str, **other: Any) -> Router:
    one = task(name)
    given: dict[str, Any] = {
        "task": name,
        "kind": one.kind,
        "labels": one.labels,
        "path": Path("/srv/models/bundle"),
        "form": "bundle",
        "digest": DIGEST,
        "backbone": "minilm",
        "precision": "fp32",
        "max_length": 512,
        "threshold": 0.5,
        "temperature": 1.1,
        "rank": 32,
        "primary_metric": one.primary_metric,
        "metrics": {"n": 100, "accuracy": 0.9},
        "tools": one.tools,
        "positive": one.positive,
    }
    return Router(**{**given, **other})


class NoPanel:
    """It is told of, not asked."""

    def __init__(self, names: Sequence[str]) -> None:
        self.tasks = {name: task(name) for name in names}

    def predict_all(
        self, texts: Sequence[str], *, tasks: Sequence[str] | None = None, probabilities: bool = False
    ) -> dict[str, list[Decision]]:
        raise NotImplementedError


def models(*names: str) -> Models:
    panel: Panel = NoPanel(names or FIVE)
    return Models(panel, {name: router(name) for name in panel.tasks}, DIGEST, "2026-08-01T00:00:00+00:00", 1.5)


def decided(name: str, p: float, label: str | None = None, *, threshold: float = 0.5) -> Decision:
    """`label` (or the first one) at probability `p`, the rest alike."""
    one = task(name)
    winner = label or one.labels[0]
    rest = (1 - p) / (len(one.labels) - 1)
    return Decision(
        task=name,
        label=winner,
        probability=p,
        margin=p - rest,
        runner_up=next(other for other in one.labels if other != winner),
        threshold=threshold,
        abstained=p < threshold,
        truncated=False,
        digest=DIGEST,
        probabilities={other: p if other == winner else rest for other in one.labels},
        tools=tuple(one.tools.get(winner, ())),
    )


def entity(text: str, words: str, kind: str, score: float, *, after: int = 0) -> Entity:
    start = text.index(words, after)
    return Entity(kind, start, start + len(words), words, score)


def found(candidates: Sequence[Entity], *, name: str = "pii", threshold: float = 0.5, none: float = 0.01) -> Decision:
    """What a token task decides when these are all the entities it sees, by the rule of `inference.entities`."""
    spans = tuple(one for one in candidates if one.score >= threshold)
    types = sorted({one.type for one in spans})
    label = f"no_{name}" if not types else types[0] if len(types) == 1 else f"{name}_detected"
    p = max((one.score for one in spans), default=none)
    return Decision(
        task=name,
        label=label,
        probability=p,
        margin=abs(2 * p - 1),
        runner_up=f"no_{name}" if spans else f"{name}_detected",
        threshold=threshold,
        abstained=bool(candidates) and not spans,
        truncated=False,
        digest=DIGEST,
        probabilities={f"no_{name}": none, f"{name}_detected": 1 - none},
        spans=spans,
        candidates=tuple(candidates),
    )
