"""Own data in: files or a folder of them to checked `Example` rows by part.

Takes a path, the names of the fields and a task (None: the labels of the file make a new one); every
fault of a row is an error that names file, line, field and remedy. Splitting is `splits.py`'s.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pointsman.data import build_folder
from pointsman.data.example import Example
from pointsman.data.formats import EXTENSIONS, data_extension, explained, file_digest, read_records
from pointsman.data.labels import LabelRule, alike_labels, ordered_labels
from pointsman.data.spans import SpanRule
from pointsman.errors import ConfigError, DataError, nearest
from pointsman.tasks.task import Task

PART_NAMES: Mapping[str, str] = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("validation", "valid", "val", "dev", "development"), "validation"),
    **dict.fromkeys(("test", "testing", "eval"), "test"),
}
_VISIBLE = re.compile(r"[^\s\x00-\x1f\x7f\u00ad\u200b-\u200f\u2060\ufeff]")


@dataclass(frozen=True, slots=True)
class Fields:
    """Names of the fields that are read.

    Attributes:
        text, label: must be there in every row.
        split: None takes a field named `split` if there is one; "" takes none; any other name must be there.
        group: the same with `group`; a row without a value is a group of its own.
        category: a finer kind for reports; taken if it is there.
        spans: entities of a token task's rows; None: `spans`. Named for a new task, it makes it a token task.
        origin: the data set that a row was first in, for audits; taken if it is there.
    """

    text: str = "text"
    label: str = "label"
    split: str | None = None
    group: str | None = None
    category: str = "category"
    spans: str | None = None
    origin: str = "source"


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row as the file has it: checked, its label a string, nothing else interpreted."""

    line: int
    text: str
    label: str | None
    split: str | None = None
    group: str | None = None
    category: str | None = None
    spans: Any = None
    origin: str | None = None


@dataclass(frozen=True)
class Loaded:
    """What `load_examples` read.

    Attributes:
        parts: rows by `train`, `validation`, `test` as far as the file names them, else all under `all`.
        out_of_scope: rows of the out-of-scope label by the same keys; their label is None.
        digest: sha256 of the file's bytes (of a folder: of its part names and their files' digests).
        labels: the task's labels; without a task the file's, in the order that a new task gives them (entity types
            of a token task).
        notes: one line for each thing done to rows.
        left_out: rows left out, by their label.
    """

    parts: dict[str, tuple[Example, ...]]
    out_of_scope: dict[str, tuple[Example, ...]]
    digest: str
    labels: tuple[str, ...]
    notes: tuple[str, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)


class _RowError(Exception):
    """What is wrong with one row and what to do, without its place."""


class _Faults:
    """Keeps the first fault of a file and counts the others."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._first = ""
        self._more = 0

    def add(self, line: int, message: object) -> None:
        if self._first:
            self._more += 1
        else:
            one_line = " ".join(str(message).split())  # names and labels from the file may hold line ends
            self._first = f"{self._path}:{line}: {one_line}"

    def check(self) -> None:
        """Raise the first fault, if there was one."""
        if self._first:
            more = f" (rows at fault after it: {self._more:,})" if self._more else ""
            raise DataError(self._first + more)


def read_rows(
    path: str | Path, fields: Fields = Fields(), *, need_label: bool = True, need_spans: bool = False
) -> tuple[RawRow, ...]:
    """Read and check every row of one file.

    Args:
        path: a `.jsonl`, `.ndjson`, `.json`, `.csv`, `.tsv` or `.parquet` file, each also with `.gz`.
        fields: names of the fields.
        need_label: whether a row without a label is an error (else its label is None).
        need_spans: whether a row without the field of spans is an error; spans are not read otherwise.

    Raises:
        DataError: the file cannot be read, or a row is at fault; the first one is named.
        MissingExtraError: Parquet without pyarrow.
    """
    path = Path(path)
    faults = _Faults(path)
    rows: list[RawRow] = []
    split_field = "split" if fields.split is None else fields.split
    group_field = "group" if fields.group is None else fields.group
    spans_field = fields.spans or "spans"
    optional = {split_field, group_field, fields.category, fields.origin}
    wanted = {fields.text, spans_field if need_spans else fields.label, *optional}
    try:
        for line, record in read_records(path, wanted):
            try:
                rows.append(
                    RawRow(
                        line=line,
                        text=_text(record, fields.text),
                        label=_label(record, fields.label, need_label),
                        split=_optional(record, split_field, "--split-field", named=bool(fields.split)),
                        group=_optional(record, group_field, "--group-field", named=bool(fields.group)),
                        category=None
                        if fields.category == fields.label
                        else _optional(record, fields.category, "", named=False),
                        spans=_spans(record, spans_field) if need_spans else None,
                        origin=None if fields.origin in (fields.text, fields.label) else _origin(record, fields.origin),
                    )
                )
            except _RowError as error:
                faults.add(line, error)
    except DataError:
        faults.check()  # a row at fault before the place where reading stopped is the first to name
        raise
    faults.check()
    if not rows:
        raise DataError(f"{path}: the file holds no rows; give a file with rows")
    _check_split_everywhere(path, rows, split_field)
    return tuple(rows)


def _check_split_everywhere(path: Path, rows: Sequence[RawRow], field: str) -> None:
    without = [row.line for row in rows if row.split is None]
    if without and len(without) < len(rows):
        more = f" (rows at fault after it: {len(without) - 1:,})" if len(without) > 1 else ""
        raise DataError(
            f"{path}:{without[0]}: no value in the field '{field}', which other rows have; "
            f"write train, validation or test in every row, or ignore it with --split-field ''{more}"
        )


def _get(record: Mapping[str, Any], field: str, flag: str) -> Any:
    if field not in record:
        names = [name if len(name) <= 40 else name[:39] + "…" for name in record]
        shown = ", ".join(names[:12]) + (", …" if len(names) > 12 else "") if names else "none"
        raise _RowError(f"no field '{field}' (it has: {shown}){nearest(field, names)}; name it with {flag}")
    return record[field]


def _text(record: Mapping[str, Any], field: str) -> str:
    text = _get(record, field, "--text-field")
    if not isinstance(text, str):
        raise _RowError(f"the field '{field}' is {_kind(text)}, not a text; write it as a string")
    if not _VISIBLE.search(text):
        raise _RowError(f"the field '{field}' is empty or blank; write a text or remove the row")
    if not text.isascii():
        try:
            text.encode("utf-8")
        except UnicodeEncodeError as error:
            raise _RowError(
                f"the field '{field}' holds half a surrogate pair at character {error.start}; mend it"
            ) from None
    return text


def checked_text(record: Mapping[str, Any], field: str) -> str:
    """Return a row's text.

    Raises:
        DataError: there is none, or it is no text, blank or broken; the message does not name the row.
    """
    try:
        return _text(record, field)
    except _RowError as error:
        raise DataError(str(error)) from None


def _label(record: Mapping[str, Any], field: str, needed: bool) -> str | None:
    if not needed and record.get(field) is None:
        return None
    label = _get(record, field, "--label-field")
    if isinstance(label, float) and label.is_integer():
        label = int(label)  # tables with gaps turn 3 into 3.0
    if isinstance(label, bool):
        return "true" if label else "false"
    if isinstance(label, int):
        return str(label)
    if not isinstance(label, str):
        raise _RowError(f"the field '{field}' is {_kind(label)}, not a label; write a word or a whole number")
    if not _VISIBLE.search(label):
        raise _RowError(f"the field '{field}' is empty or blank; write a label or remove the row")
    return label.strip()


def _spans(record: Mapping[str, Any], field: str) -> Any:
    spans = _get(record, field, "--spans-field")
    if isinstance(spans, str):  # tables hold no lists
        try:
            spans = json.loads(spans)
        except ValueError:
            raise _RowError(f"the field '{field}' is a text that is not JSON; write a list of spans") from None
    return spans


def _origin(record: Mapping[str, Any], field: str) -> str | None:
    value = record.get(field)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) and value.strip() else None


def _optional(record: Mapping[str, Any], field: str, flag: str, *, named: bool) -> str | None:
    """Return a field as a string; None when it has no value, or is absent and was not asked for by name."""
    value = _get(record, field, flag) if named else record.get(field)
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, list | dict):
        raise _RowError(f"the field '{field}' is {_kind(value)}; write a word or a number, or name another")
    return str(value)


def _kind(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, float) and math.isnan(value):
        return "NaN"
    return {bool: "a bool", int: "a number", float: "a number", list: "a list", dict: "an object"}.get(
        type(value), f"of type {type(value).__name__}"
    )


def load_examples(
    path: str | Path,
    task: Task | None,
    fields: Fields = Fields(),
    *,
    exclude_labels: Sequence[str] = (),
    oos_label: str | None = None,
    label_map: Mapping[str, str] | None = None,
    several: bool = True,
) -> Loaded:
    """Read a data file, or a folder holding `train`, `validation` and `test` files, into examples.

    Args:
        path: the file or folder; in a folder the file names say the part and a split field is not read.
        task: the task whose labels the rows have, in any case or as aliases; None: the labels are new.
        fields: names of the fields.
        exclude_labels: rows of these labels are left out; of a token task: entities of these types are left unlabelled.
        oos_label: rows of this label belong to no class.
        label_map: label or entity type as written -> the task's.
        several: refuse rows of one label alone where they make a new task.

    Raises:
        DataError: a file or row at fault, an unknown label or split name, a single class for a new task.
        MissingExtraError: Parquet without pyarrow.
    """
    path = Path(path)
    token = task.kind == "token" if task is not None else fields.spans is not None
    rule: LabelRule | SpanRule
    if token:
        if oos_label:
            raise ConfigError(f"--oos-label {oos_label}: a token task has no labels of rows; leave it out")
        rule = SpanRule(task, label_map, exclude_labels)
    else:
        rule = LabelRule(task, exclude_labels, oos_label, label_map)
    used: dict[str, list[Example]] = {}
    out: dict[str, list[Example]] = {}
    digest = hashlib.sha256()
    with explained(path):
        is_folder = path.is_dir()
    if is_folder:
        build_folder.check(path)
        for part, file in _part_files(path).items():
            _judge_rows(file, replace(fields, split=""), rule, part, used, out)
            digest.update(f"{part} {file_digest(file)}\n".encode())
        data_digest = digest.hexdigest()
    else:
        _judge_rows(path, fields, rule, "all", used, out)
        data_digest = file_digest(path)
    labels = ordered_labels(name for rows in used.values() for e in rows for name in _names(e))
    if not labels:
        what = "no row holds an entity" if token else "every row is left out or out of scope"
        raise DataError(f"{path}: {what}; leave fewer labels out, or correct the rows")
    if task is None and not token and len(labels) == 1 and several:
        raise DataError(f"{path}: every row is labelled '{labels[0]}'; give rows of at least two classes")
    return Loaded(
        parts={part: tuple(rows) for part, rows in used.items()},
        out_of_scope={part: tuple(rows) for part, rows in out.items() if rows},
        digest=data_digest,
        labels=task.names if task else labels,
        notes=rule.notes() + (() if task else alike_labels(labels)),
        left_out=dict(rule.left) if isinstance(rule, LabelRule) else {},
    )


def _names(example: Example) -> tuple[str, ...]:
    """Return what a row is labelled with: its label, or the types of its entities."""
    if example.spans is not None:
        return tuple(span.label for span in example.spans)
    return (example.label,) if example.label is not None else ()


def _judge_rows(
    path: Path,
    fields: Fields,
    rule: LabelRule | SpanRule,
    default_part: str,
    used: dict[str, list[Example]],
    out: dict[str, list[Example]],
) -> None:
    """Add the rows of one file to `used` and `out`, by part."""
    faults = _Faults(path)
    token = isinstance(rule, SpanRule)
    for row in read_rows(path, fields, need_label=not token, need_spans=token):
        label, spans, verdict = None, None, "use"
        try:
            if isinstance(rule, SpanRule):
                spans = rule.check(row.text, row.spans)
            else:
                assert row.label is not None
                verdict, label = rule.judge(row.label)
            part = default_part if row.split is None else part_of(row.split)
        except DataError as error:
            faults.add(row.line, error)
            continue
        used.setdefault(part, [])
        if verdict == "leave":
            continue
        example = Example(
            text=row.text,
            label=label if verdict == "use" else None,
            group=row.group,
            source=f"{path.name}:{row.line}",
            category=row.category,
            spans=spans,
            origin=row.origin,
        )
        (used if verdict == "use" else out).setdefault(part, []).append(example)
    faults.check()


def part_of(name: str) -> str:
    """Return the part of a split that a row names: `train`, `validation` or `test`.

    Raises:
        DataError: it is none of their names; the message does not name the row.
    """
    part = PART_NAMES.get(name.strip().casefold())
    if part is None:
        raise DataError(
            f"'{name}' is no part of a split{nearest(name, PART_NAMES)}; "
            f"write train, validation or test, or ignore the field with --split-field ''"
        )
    return part


def _part_files(folder: Path) -> dict[str, Path]:
    """Return the data file of each part in `folder`, train first."""
    found: dict[str, Path] = {}
    with explained(folder):
        files = sorted(file for file in folder.iterdir() if file.is_file())
    for file in files:
        extension = data_extension(file)
        part = PART_NAMES.get(file.name.lower().removesuffix(".gz").removesuffix(extension or ""))
        if extension is None or part is None:
            continue
        if part in found:
            raise DataError(f"{folder}: both '{found[part].name}' and '{file.name}' are {part}; keep one")
        found[part] = file
    if not found:
        raise DataError(
            f"{folder}: holds no train, validation or test file; "
            f"name them train.jsonl, … ({', '.join(EXTENSIONS)}, each also with .gz)"
        )
    return {part: found[part] for part in ("train", "validation", "test") if part in found}
