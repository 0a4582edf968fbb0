"""Entities of a row as a file writes them, checked: inside the text, in order, not overlapping, of a known type."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from pointsman.data.labels import unmatched
from pointsman.errors import DataError, TaskError
from pointsman.tasks import Span, Task

_SHOWN = 40
NOTHING = "O"


class SpanRule:
    """Decides about the entities of a token task's rows.

    Args:
        task: whose entity types they are; None: the types of the file make a new task.
        label_map: type as written -> type of the task, or `O` for entities that are to be left unlabelled.
        exclude: types that are left unlabelled.
        table: the same as `label_map`, of a data set; what `label_map` says goes before it.
    """

    def __init__(
        self,
        task: Task | None,
        label_map: Mapping[str, str] | None = None,
        exclude: Sequence[str] = (),
        table: Mapping[str, str] | None = None,
    ) -> None:
        self._task = task
        self._given = {key.strip().casefold(): value for key, value in (label_map or {}).items()}
        self._map = {key.strip().casefold(): value for key, value in (table or {}).items()} | self._given
        self._exclude = {label.strip().casefold() for label in exclude}
        self._known: dict[str, str | None] = {}
        self._dropped: Counter[str] = Counter()
        self._mapped: Counter[tuple[str, str]] = Counter()
        self._trimmed = 0

    def check(self, text: str, spans: object) -> tuple[Span, ...]:
        """Return the entities of a row, by start.

        Args:
            text: the row's text.
            spans: what stands in the field: a list of objects with `start`, `end`, `label` (or `type`, or
                `entity_type`) and, if it is there, `value`: the text of the entity, to be checked.

        Raises:
            DataError: what is wrong and what to do (no place given: the caller knows file and line).
        """
        if not isinstance(spans, list | tuple):
            raise DataError("the spans are not a list; write [{'start': 0, 'end': 3, 'label': 'PERSON'}, …]")
        found = [span for number, raw in enumerate(spans, 1) if (span := self._one(text, raw, number)) is not None]
        found.sort()
        for first, second in itertools.pairwise(found):
            if second.start < first.end:
                raise DataError(f"the spans {_told(first, text)} and {_told(second, text)} overlap; keep one of them")
        return tuple(found)

    def notes(self) -> tuple[str, ...]:
        """One line for each thing done to entities, after all rows were checked."""
        mapped = [f"{n:,} entities '{old}' read as {new}" for (old, new), n in sorted(self._mapped.items())]
        left = [f"{n:,} entities '{old}' left unlabelled" for old, n in sorted(self._dropped.items())]
        trimmed = [f"{self._trimmed:,} entities freed of white space at their ends"] if self._trimmed else []
        return (*mapped, *unmatched(self._given, self._known, "entity"), *left, *trimmed)

    def _one(self, text: str, raw: Any, number: int) -> Span | None:
        if not isinstance(raw, Mapping):
            raise DataError(f"span {number} is not an object; write {{'start': 0, 'end': 3, 'label': 'PERSON'}}")
        start, end = raw.get("start"), raw.get("end")
        for name, value in (("start", start), ("end", end)):
            if not isinstance(value, int) or isinstance(value, bool):
                raise DataError(f"span {number}: '{name}' is {value!r}, not a whole number of characters")
        assert isinstance(start, int)
        assert isinstance(end, int)
        if start >= end:
            raise DataError(f"span {number} is empty ({start} to {end}); 'end' is exclusive and greater than 'start'")
        if start < 0 or end > len(text):
            raise DataError(f"span {number} ({start} to {end}) lies outside the text of {len(text)} characters")
        value = raw.get("value")
        if value is not None and value != text[start:end]:
            raise DataError(
                f"span {number} ({start} to {end}) is {_short(text[start:end])!r} in the text, its value says "
                f"{_short(str(value))!r}; offsets count characters (code points), not bytes"
            )
        label = next((raw[key] for key in ("label", "type", "entity_type") if raw.get(key) is not None), None)
        if not isinstance(label, str) or not label.strip():
            raise DataError(f"span {number} has no 'label'; write its entity type")
        known = self._type(label)
        if known is None:
            return None
        inside = text[start:end]
        trimmed = inside.strip()
        if not trimmed:
            raise DataError(f"span {number} ({start} to {end}) holds only white space; remove it")
        if trimmed != inside:
            self._trimmed += 1
            start += len(inside) - len(inside.lstrip())
        return Span(start, start + len(trimmed), known)

    def _type(self, label: str) -> str | None:
        if label not in self._known:
            self._known[label] = self._decide(label)
        known = self._known[label]
        if known is None:
            self._dropped[label] += 1
        elif known != label:
            self._mapped[label, known] += 1
        return known

    def _decide(self, label: str) -> str | None:
        wanted = self._map.get(label.strip().casefold(), label.strip())
        if NOTHING in (wanted, label.strip()) or {wanted.casefold(), label.strip().casefold()} & self._exclude:
            return None
        if self._task is None:
            return wanted
        try:
            known = self._task.resolve(wanted)
        except TaskError as error:
            raise DataError(
                f"{error}; map it with --label-map '{label}=TYPE' ('{label}=O' leaves it unlabelled), or correct it"
            ) from None
        return None if known.casefold() in self._exclude else known


def check_spans(
    text: str, spans: object, task: Task | None, label_map: Mapping[str, str] | None = None
) -> tuple[Span, ...]:
    """Return one row's entities; see `SpanRule.check`, which is for many rows.

    Raises:
        DataError: what is wrong and what to do.
    """
    return SpanRule(task, label_map).check(text, spans)


def _told(span: Span, text: str) -> str:
    return f"{span.start}-{span.end} {span.label} {_short(text[span.start : span.end])!r}"


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
