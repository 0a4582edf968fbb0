"""What a client gives back: the bodies of the classification API as typed values.

Takes parsed JSON; a body of another shape is a `WrongShapeError`, which says where. What a server of other software
does not tell (margin, threshold, digest, …) is None. It does not know how bodies are fetched.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from pydantic import Field, Strict, TypeAdapter, ValidationError

Share = Annotated[float, Field(strict=True, ge=0.0, le=1.0001)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Count = Annotated[int, Field(strict=True, ge=0)]
Flag = Annotated[bool, Strict()]

R = TypeVar("R")


class WrongShapeError(ValueError):
    """A body that is not of the contract's shape: where, and how."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What every answer about one text tells.

    Attributes:
        processing_time_ms: that the server took.
        task: that decided, by the name of its artifact.
        margin: probability of the winner less the runner-up's.
        runner_up: the second most probable label.
        threshold: below which the router is not sure.
        abstained: the router is not sure.
        truncated: the end of the text was not seen.
        digest: of the artifact that decided.
    """

    processing_time_ms: Number = 0.0
    task: str | None = None
    margin: Number | None = None
    runner_up: str | None = None
    threshold: Number | None = None
    abstained: Flag = False
    truncated: Flag = False
    digest: str | None = None


@dataclass(frozen=True, kw_only=True)
class Classification(Answer):
    """The answer of `intent` (the domain) and of any other task with one label a text.

    Attributes:
        category: the most probable label.
        confidence: its calibrated probability.
        probabilities: of every label, where they were asked for.
    """

    category: str
    confidence: Share
    probabilities: dict[str, Share] | None = None


@dataclass(frozen=True, kw_only=True)
class PiiEntity:
    """Something personal in a text.

    Attributes:
        type: of the entity.
        value: the words themselves where the server was asked to reveal them, else `[DETECTED]`.
        confidence: its calibrated score.
        start_position, end_position: offsets of characters, the end exclusive; None unless asked for.
        masked_value: what stands for it in the masked text; None unless asked for.
    """

    type: str
    value: str
    confidence: Share
    start_position: Count | None = None
    end_position: Count | None = None
    masked_value: str | None = None


@dataclass(frozen=True, kw_only=True)
class PiiResult(Answer):
    """The answer of `pii` and of any other task that finds entities.

    Attributes:
        has_pii: something was found.
        entities: in order of their start.
        masked_text: with a mask in place of each entity; None unless asked for.
        security_recommendation: the server's word on what to do.
    """

    has_pii: Flag
    entities: tuple[PiiEntity, ...]
    masked_text: str | None = None
    security_recommendation: str = ""


@dataclass(frozen=True, kw_only=True)
class SecurityResult(Answer):
    """The answer of `security`.

    Attributes:
        is_jailbreak: the text attacks the model behind.
        risk_score: calibrated probability of that, whatever the decision.
        confidence: of the decision.
        recommendation: `block` or `allow`.
        detection_types: of what was found.
        patterns_detected: that matched.
    """

    is_jailbreak: Flag
    risk_score: Share
    confidence: Share
    recommendation: str
    detection_types: tuple[str, ...] = ()
    patterns_detected: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ModalityResult(Answer):
    """The answer of `modality`.

    Attributes:
        modality: AR (text), DIFFUSION (an image) or BOTH.
        confidence: its calibrated probability.
        probabilities: of every label, where they were asked for.
    """

    modality: str
    confidence: Share
    probabilities: dict[str, Share] | None = None


@dataclass(frozen=True, kw_only=True)
class ToolResult(Answer):
    """The answer of `tool`.

    Attributes:
        intent: category of tools.
        confidence: its calibrated probability.
        tools: that the category suggests.
        probabilities: of every label, where they were asked for.
    """

    intent: str
    confidence: Share
    tools: tuple[str, ...]
    probabilities: dict[str, Share] | None = None


@dataclass(frozen=True, kw_only=True)
class CombinedResult:
    """The answer of `combined`.

    Attributes:
        results: of each task, by its name: each of the type that its own endpoint gives.
        processing_time_ms: that the server took.
        timing: milliseconds of its stages, by name.
    """

    results: Mapping[str, Answer]
    processing_time_ms: float
    timing: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class BatchRow(Answer):
    """One text's answer for one task in a batch.

    Attributes:
        category: its label; of `pii` no_pii, the one type, or pii_detected; of `security` safe, or the threat.
        confidence: calibrated.
        probabilities: of every label, where they were asked for.
        entities: that were found, as `PiiResult` has them; None where the server tells none.
        masked_text: with a mask in place of each entity; None unless asked for.
        tools: that the category suggests.
    """

    category: str
    confidence: Share
    probabilities: dict[str, Share] | None = None
    entities: tuple[PiiEntity, ...] | None = None
    masked_text: str | None = None
    tools: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class BatchStatistics:
    """Of the rows of a batch, for one task.

    Attributes:
        category_distribution: how many rows each category has.
        avg_confidence: mean of the rows.
        low_confidence_count: rows below 0.7.
    """

    category_distribution: dict[str, Count]
    avg_confidence: Share
    low_confidence_count: Count


@dataclass(frozen=True, kw_only=True)
class BatchResult:
    """The answer to many texts for one task.

    Attributes:
        results: in the order of the texts.
        total_count: how many.
        processing_time_ms: that the server took, all requests together.
        statistics: of all rows.
    """

    results: tuple[BatchRow, ...]
    total_count: int
    processing_time_ms: float
    statistics: BatchStatistics


@dataclass(frozen=True, kw_only=True)
class BatchAllResult:
    """The answer to many texts for every task.

    Attributes:
        results: in the order of the texts: each text's rows by task.
        total_count: how many texts.
        processing_time_ms: that the server took, all requests together.
        statistics: of all rows, by task.
    """

    results: tuple[Mapping[str, BatchRow], ...]
    total_count: int
    processing_time_ms: float
    statistics: Mapping[str, BatchStatistics]


@dataclass(frozen=True)
class Score:
    """A label and its probability."""

    label: str
    score: Share


@dataclass(frozen=True, kw_only=True)
class ReloadResult:
    """What a reload did.

    Attributes:
        digest: of the models that answer now.
        previous: of those before.
        tasks: that are answered.
        seconds: it took.
    """

    digest: str
    previous: str
    tasks: tuple[str, ...]
    seconds: Number


# What stands in an answer's body under a name of its own -> its type.
_TYPES: Mapping[str, type[Answer]] = {
    "classification": Classification,
    "has_pii": PiiResult,
    "is_jailbreak": SecurityResult,
    "modality": ModalityResult,
    "intent": ToolResult,
}


@functools.cache
def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def read(kind: type[R], body: Any) -> R:
    """Return a body as a value of that type; fields that it does not know are left out.

    Raises:
        WrongShapeError: a field is missing, or is something else.
    """
    if not isinstance(body, dict):
        raise WrongShapeError(f"expected an object, found {_named(body)}")
    if issubclass(kind, Answer) and isinstance(inner := body.get("classification"), dict):
        body = {**body, **inner}
    asked: Any = kind
    try:
        found: R = _adapter(asked).validate_python(body)
    except ValidationError as error:
        raise WrongShapeError(_told(error)) from None
    return found


def read_answer(body: Any) -> Answer:
    """Return the answer of any task's endpoint, its type told by its fields.

    Raises:
        WrongShapeError: no answer of a known shape.
    """
    if not isinstance(body, dict):
        raise WrongShapeError(f"expected an object, found {_named(body)}")
    for field, kind in _TYPES.items():
        if field in body:
            return read(kind, body)
    raise WrongShapeError(f"none of the fields {', '.join(_TYPES)}")


def read_combined(body: Any) -> CombinedResult:
    """Return the answer of `combined`.

    Raises:
        WrongShapeError: see `read_answer`.
    """
    results = _field(body, "results", dict)
    found = {}
    for task, one in results.items():
        try:
            found[str(task)] = read_answer(one)
        except WrongShapeError as error:
            raise WrongShapeError(f"results.{task}: {error}") from None
    timing = body.get("timing", {})
    if not isinstance(timing, dict) or not all(isinstance(ms, int | float) for ms in timing.values()):
        raise WrongShapeError("'timing' is no object of numbers")
    return CombinedResult(results=found, processing_time_ms=_milliseconds(body), timing=timing)


def read_rows(body: Any, sent: int) -> tuple[tuple[BatchRow, ...], float]:
    """Return the rows of a batch for one task, and the milliseconds that it took.

    Raises:
        WrongShapeError: another shape, or not a row for each of the `sent` texts.
    """
    return tuple(_row(row, f"results[{i}]") for i, row in enumerate(_rows(body, sent))), _milliseconds(body)


def read_rows_of_all(body: Any, sent: int) -> tuple[tuple[Mapping[str, BatchRow], ...], float]:
    """Return the rows of a batch for every task, and the milliseconds that it took.

    Raises:
        WrongShapeError: see `read_rows`.
    """
    out = []
    for number, row in enumerate(_rows(body, sent)):
        where = f"results[{number}]"
        if not isinstance(row, dict):
            raise WrongShapeError(f"{where}: expected an answer for each task, found {_named(row)}")
        out.append({str(task): _row(one, f"{where}.{task}") for task, one in row.items()})
    return tuple(out), _milliseconds(body)


def read_scores(body: Any) -> tuple[Score, ...]:
    """Return labels with their probabilities.

    Raises:
        WrongShapeError: no list of {label, score}.
    """
    if not isinstance(body, list):
        raise WrongShapeError(f"expected a list of scores, found {_named(body)}")
    return tuple(read(Score, one) for one in body)


def statistics(rows: Sequence[BatchRow]) -> BatchStatistics:
    """Return what a server tells of a batch, of the rows of several requests."""
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.category] = counts.get(row.category, 0) + 1
    return BatchStatistics(
        category_distribution=counts,
        avg_confidence=sum(row.confidence for row in rows) / len(rows) if rows else 0.0,
        low_confidence_count=sum(row.confidence < _LOW for row in rows),
    )


_LOW = 0.7


def _rows(body: Any, sent: int) -> list[Any]:
    rows: list[Any] = _field(body, "results", list)
    if len(rows) != sent:
        raise WrongShapeError(f"{sent} texts were sent, {len(rows)} results came back")
    return rows


def _row(row: Any, where: str) -> BatchRow:
    try:
        return read(BatchRow, row)
    except WrongShapeError as error:
        raise WrongShapeError(f"{where}: {error}") from None


def _field(body: Any, name: str, kind: type[Any]) -> Any:
    if not isinstance(body, dict):
        raise WrongShapeError(f"expected an object, found {_named(body)}")
    if not isinstance(body.get(name), kind):
        raise WrongShapeError(f"'{name}' is {_named(body[name]) if name in body else 'missing'}")
    return body[name]


def _milliseconds(body: Mapping[str, Any]) -> float:
    told = body.get("processing_time_ms", 0.0)
    if isinstance(told, bool) or not isinstance(told, int | float):
        raise WrongShapeError(f"'processing_time_ms' is {_named(told)}")
    return float(told)


def _named(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")


def _told(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"'{place}': {first['msg']}"
