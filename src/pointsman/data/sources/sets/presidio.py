"""Presidio's synthetic set: sentences filled with made-up persons, for `pii`; a file of a repository, not of the Hub.

Reads its own JSON (full_text, spans with entity_type, entity_value, start_position, end_position, template_id) and rows
of ours made from it (text, spans, template_id, split). `OLDER` maps the names of its older files.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from pointsman.data.example import Example
from pointsman.data.files import checked_text, part_of
from pointsman.data.formats import file_digest, read_records
from pointsman.data.sources.source import Ask, Reading, Source, Taken, Tally
from pointsman.data.spans import SpanRule
from pointsman.errors import ConfigError, DataError
from pointsman.tasks import Task

ID = "microsoft/presidio-research"
OLDER: Mapping[str, str] = MappingProxyType({"ADDRESS": "STREET_ADDRESS", "LOCATION": "GPE", "PREFIX": "TITLE"})
_FILE = "https://github.com/microsoft/presidio-research/blob/master/data/synth_dataset_v2.json"
_KEYS = {"start_position": "start", "end_position": "end", "entity_type": "label", "entity_value": "value"}
_WANTED = ("full_text", "text", "spans", "template_id", "split")


def _read(asked: Ask, task: Task, reading: Reading) -> Taken:
    if asked.path is None:
        raise ConfigError(
            f"--source {asked.typed}: the set is a file of a repository, not of the Hub; fetch {_FILE} "
            f"and name it: --source {ID}=PATH"
        )
    path = asked.path
    tally, parts = Tally(), dict[str, list[Example]]()
    rule = SpanRule(task, reading.label_map, reading.exclude_labels, OLDER)
    for line, record in read_records(path, _WANTED):
        tally.read += 1
        where = f"{path}:{line}"
        named = "full_text" if record.get("full_text") is not None else "text"
        if named not in record or "spans" not in record:
            named = "full_text" if named not in record else "spans"
            raise DataError(
                f"{where}: no column '{named}' (columns: {', '.join(record) or 'none'}); this is not Presidio's "
                "format; read it with --source file:PATH"
            )
        split, template = record.get("split"), record.get("template_id")
        try:
            text = checked_text(record, named)
            marks = record["spans"]
            if isinstance(marks, list):
                marks = [_renamed(mark) for mark in marks]
                _count_older(marks, tally)
            spans = rule.check(text, marks)
            part = part_of(str(split)) if split and reading.own_split else "all"
        except DataError as error:
            raise DataError(f"{where}: {error}") from None
        group = None if template is None else f"template {template}"
        parts.setdefault(part, []).append(Example(text, None, group, f"{path.name}:{line}", spans=spans, origin=ID))
    if not parts:
        raise DataError(f"{path}: the file holds no rows; fetch {_FILE}")
    return Taken(parts, tally, place=str(path), digest=file_digest(path), notes=rule.notes())


def _renamed(mark: Any) -> Any:
    if not isinstance(mark, Mapping):
        return mark
    return {_KEYS.get(key, key): value for key, value in mark.items()}


def _count_older(marks: list[Any], tally: Tally) -> None:
    labels = Counter(str(mark.get("label")) for mark in marks if isinstance(mark, Mapping))
    for label in labels.keys() & OLDER.keys():
        tally.count("older names", f"{label} -> {OLDER[label]}", labels[label])


SOURCE = Source(
    id=ID,
    tasks={"pii": "full_text -> text, spans -> spans, template_id -> group; ADDRESS, LOCATION, PREFIX by a table"},
    licence="MIT",
    home="https://github.com/microsoft/presidio-research (give a copy: ID=PATH)",
    read=_read,
    heeds=frozenset({"label_map", "exclude_labels"}),
)
