"""Decisions as the classification API tells them: pure functions from decisions to JSON-ready bodies.

Beside the API's fields every answer says which task decided, how sure it is (margin, runner_up, threshold, abstained),
whether it read the text to its end (truncated), and which artifact it was (digest). Times are whole milliseconds: the
API's clients read integers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pointsman.serving.info import info_classifier, info_models
from pointsman.serving.masking import check_types, entities, reread
from pointsman.serving.models import Models, Router
from pointsman.serving.names import TASK_OF, shape_of, task_named
from pointsman.serving.requests import Options
from pointsman.tasks import Decision

__all__ = [
    "TASK_OF",
    "batch",
    "batch_all",
    "check_options",
    "combined",
    "info_classifier",
    "info_models",
    "one",
    "scores",
    "statistics",
    "task_named",
]

LOW = 0.7
"""Confidence below which a batch counts an answer as low."""

SAFE = "safe"
"""Category, in a batch, of a text that is no jailbreak."""

Body = dict[str, Any]


def check_options(options: Options, routers: Iterable[Router]) -> None:
    """See that what is asked for exists; to be called before anything is computed.

    Raises:
        ApiError: 400 INVALID_INPUT: an entity type that no task which is asked knows.
    """
    check_types(options, routers)


def one(decision: Decision, router: Router, options: Options, ms: float, text: str) -> Body:
    """Return the answer about one text, in the shape of the router's task.

    Args:
        decision: with probabilities.
        router: that decided.
        options: how the answer is wanted.
        ms: milliseconds it took.
        text: that was decided.
    """
    check_types(options, [router])
    return _body(_Given(text, decision, router, options), ms)


def combined(
    row: Mapping[str, Decision], models: Models, options: Options, ms: float, stages: Mapping[str, float], text: str
) -> Body:
    """Return the answers of several tasks about one text.

    Args:
        row: decisions by task.
        models: that decided.
        options: how the answers are wanted.
        ms: milliseconds it took.
        stages: milliseconds of its parts, by name.
        text: that was decided.
    """
    check_types(options, models.routers.values())
    results = {task: _body(_Given(text, decision, models.routers[task], options), ms) for task, decision in row.items()}
    return {"results": results, "processing_time_ms": _whole(ms), "timing": dict(stages)}


def batch(decisions: Sequence[Decision], router: Router, options: Options, ms: float, texts: Sequence[str]) -> Body:
    """Return the answers of one task about several texts.

    Args:
        decisions: of each text.
        router: that decided.
        options: how the answers are wanted.
        ms: milliseconds all took.
        texts: that were decided.
    """
    check_types(options, [router])
    rows = [
        _row(_Given(text, decision, router, options), ms / len(texts))
        for text, decision in zip(texts, decisions, strict=True)
    ]
    return _batch(rows, ms) | {"statistics": statistics(rows)}


def batch_all(
    rows: Sequence[Mapping[str, Decision]], models: Models, options: Options, ms: float, texts: Sequence[str]
) -> Body:
    """Return the answers of several tasks about several texts; results and statistics are by task.

    Args:
        rows: of each text its decisions by task; the same tasks for all.
        models: that decided.
        options: how the answers are wanted.
        ms: milliseconds all took.
        texts: that were decided.
    """
    check_types(options, models.routers.values())
    results = [
        {
            task: _row(_Given(text, decision, models.routers[task], options), ms / len(texts))
            for task, decision in row.items()
        }
        for text, row in zip(texts, rows, strict=True)
    ]
    told = {task: statistics([result[task] for result in results]) for task in (results[0] if results else {})}
    return _batch(results, ms) | {"statistics": told}


def statistics(rows: Sequence[Mapping[str, Any]]) -> Body:
    """Return what a batch's rows are like together."""
    confidences = [row["confidence"] for row in rows]
    return {
        "category_distribution": dict(Counter(row["category"] for row in rows)),
        "avg_confidence": sum(confidences) / len(rows) if rows else 0.0,
        "low_confidence_count": sum(confidence < LOW for confidence in confidences),
    }


def scores(decision: Decision) -> list[Body]:
    """Return every label with its score, the likeliest first: they sum to 1."""
    told = sorted(_probabilities(decision).items(), key=lambda item: -item[1])
    return [{"label": label, "score": score} for label, score in told]


@dataclass(frozen=True)
class _Given:
    """What an answer is made of; the decision is read as `options` want it."""

    text: str
    decision: Decision
    router: Router
    options: Options

    def __post_init__(self) -> None:
        decision, options = self.decision, self.options
        if self.router.kind == "token":
            object.__setattr__(self, "decision", reread(decision, options))
        elif (threshold := options.confidence_threshold) is not None:
            unsure = decision.probability < threshold
            if shape_of(self.router) == "security":
                unsure = unsure and decision.label == self.router.positive
            object.__setattr__(self, "decision", replace(decision, threshold=threshold, abstained=unsure))

    def probabilities(self) -> Body:
        """Return the field of that name, where it is wanted."""
        return {"probabilities": _probabilities(self.decision)} if self.options.return_probabilities else {}

    def risk(self) -> float:
        """Return the probability of the positive label."""
        assert self.router.positive is not None
        return _probabilities(self.decision)[self.router.positive]

    def threat(self) -> bool:
        """Tell whether the positive label is the answer; under a low threshold it is though another is likelier."""
        if self.options.confidence_threshold is not None:
            return self.risk() >= self.options.confidence_threshold
        return self.decision.label == self.router.positive and not self.decision.abstained

    def trust(self) -> Body:
        """Return the fields that every answer has beside the API's."""
        decision = self.decision
        return {
            "task": decision.task,
            "label": decision.label,
            "margin": _share(decision.margin),
            "runner_up": decision.runner_up,
            "threshold": decision.threshold,
            "abstained": decision.abstained,
            "truncated": decision.truncated,
            "digest": decision.digest,
        }


def _category(given: _Given) -> Body:
    decision = given.decision
    return {
        "classification": {"category": decision.label, "confidence": _share(decision.probability)},
        **given.probabilities(),
        **given.trust(),
    }


def _tool(given: _Given) -> Body:
    decision = given.decision
    return {
        "intent": decision.label,
        "confidence": _share(decision.probability),
        "tools": list(decision.tools),
        **given.probabilities(),
        **given.trust(),
    }


def _modality(given: _Given) -> Body:
    decision = given.decision
    return {
        "modality": decision.label,
        "confidence": _share(decision.probability),
        **given.probabilities(),
        **given.trust(),
    }


def _entities(given: _Given) -> Body:
    spans = given.decision.spans or ()
    return {
        "has_pii": bool(spans),
        **entities(given.text, spans, given.options),
        "security_recommendation": "block" if spans else "allow",
        **given.probabilities(),
        **given.trust(),
    }


def _security(given: _Given) -> Body:
    threat, risk = given.threat(), given.risk()
    return {
        "is_jailbreak": threat,
        "risk_score": risk,
        "detection_types": [given.router.positive] if threat else [],
        "confidence": risk if threat else 1 - risk,
        "recommendation": "block" if threat else "allow",
        "patterns_detected": [],
        **given.probabilities(),
        **given.trust(),
    }


_SHAPES: dict[str, Callable[[_Given], Body]] = {
    "category": _category,
    "tool": _tool,
    "modality": _modality,
    "entities": _entities,
    "security": _security,
}


def _body(given: _Given, ms: float) -> Body:
    """Return one answer with the time it took."""
    body = _SHAPES[shape_of(given.router)](given)
    if "classification" in body:
        body["classification"]["processing_time_ms"] = _whole(ms)
    return body | {"processing_time_ms": _whole(ms)}


def _row(given: _Given, ms: float) -> Body:
    """Return one row of a batch."""
    decision, shape = given.decision, shape_of(given.router)
    category, confidence = decision.label, _share(decision.probability)
    beside: Body = {}
    if shape == "security":
        threat, risk = given.threat(), given.risk()
        category = str(given.router.positive) if threat else SAFE
        confidence = risk if threat else 1 - risk
    elif shape == "entities":
        beside = entities(given.text, decision.spans or (), given.options)
    elif shape == "tool":
        beside = {"tools": list(decision.tools)}
    return {
        "category": category,
        "confidence": confidence,
        "processing_time_ms": _whole(ms),
        **given.probabilities(),
        **beside,
        **given.trust(),
    }


def _batch(results: Sequence[Body], ms: float) -> Body:
    return {"results": list(results), "total_count": len(results), "processing_time_ms": _whole(ms)}


def _probabilities(decision: Decision) -> dict[str, float]:
    if decision.probabilities is None:
        raise ValueError(f"the decision of '{decision.task}' has no probabilities: ask for them")
    return {label: _share(p) for label, p in decision.probabilities.items()}


def _share(p: float) -> float:
    """Return a probability without what rounding put beyond 0 and 1."""
    return min(max(float(p), 0.0), 1.0)


def _whole(ms: float) -> int:
    return round(ms)
