"""Exam questions in: a file of any known shape to checked `Question` values.

Every fault of a row is an error that names file, line and remedy; rows at fault are left out only where the caller
asked for it, and are then listed. The shapes are `question_shapes.py`'s, overlap with other sets `contamination.py`'s.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pointsman.data.formats import explained, read_records
from pointsman.data.near import Groups, near_groups
from pointsman.data.question_shapes import FIELDS, ShapeError, shaped
from pointsman.errors import ConfigError, DataError, TaskError
from pointsman.tasks.answer import LETTERS, MOST_OPTIONS
from pointsman.tasks.domain import TASK as DOMAIN

OnFault = Literal["refuse", "drop"]
_LISTED = 10


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    Attributes:
        id: the set's own, else `file:line`.
        question: its text.
        options: in the order of their letters; empty: a free answer is asked for.
        answer: index of the right option; None: not known, or there are no options.
        category: label of the task `domain` where it is one, else as the file writes it; None: not said.
        source: the set it was taken from, else the file's name.
        solution: how the answer is found; None: the set does not say.
        group: rows that must not be parted; None: not said (see `question_groups`).
        final: the answer in words, of a question without options.
    """

    id: str
    question: str
    options: tuple[str, ...]
    answer: int | None
    category: str | None
    source: str
    solution: str | None = None
    group: str | None = None
    final: str | None = None

    @property
    def letter(self) -> str | None:
        """Letter of the right option; None when it is not known."""
        return None if self.answer is None else LETTERS[self.answer]


@dataclass(frozen=True)
class QuestionFile:
    """What `read_questions` read.

    Attributes:
        questions: the rows, in the file's order.
        parts: the file's own part of each row (`split`), None where it says none.
        digest: sha256 of the file's bytes.
        left_out: one line with file and line for each row at fault.
        notes: one line for each thing that a person should know.
    """

    questions: tuple[Question, ...]
    parts: tuple[str | None, ...]
    digest: str
    left_out: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def read_questions(
    path: str | Path,
    *,
    need_answer: bool = True,
    need_options: bool = False,
    most_options: int = MOST_OPTIONS,
    category: str | None = None,
    on_fault: OnFault = "refuse",
) -> QuestionFile:
    """Read and check every question of one file.

    Args:
        path: JSONL, JSON, CSV, TSV or Parquet, each also with `.gz`.
        need_answer: whether a row without its right answer is at fault.
        need_options: whether a row without options is at fault (to be evaluated, a question needs them).
        most_options: options that letters are for, up to 26.
        category: of rows that name none.
        on_fault: `refuse` raises at the first row at fault; `drop` leaves such rows out and lists them.

    Raises:
        DataError: the file cannot be read, a row is at fault, or no row is left.
        ConfigError: `most_options` or `on_fault` makes no sense.
    """
    if not 2 <= most_options <= len(LETTERS):
        raise ConfigError(f"most_options is {most_options}; options are named A to Z: choose 2 to {len(LETTERS)}")
    if on_fault not in ("refuse", "drop"):
        raise ConfigError(f"on_fault is {on_fault!r}; choose refuse or drop")
    path = Path(path)
    rows: list[Question] = []
    parts: list[str | None] = []
    faults: list[str] = []
    lines_of: dict[str, int] = {}
    for line, record in read_records(path, FIELDS):
        try:
            row = _row(record, path, line, need_answer, need_options, most_options, category)
            if lines_of.setdefault(row.id, line) != line:
                raise ShapeError(f"the id {row.id[:60]!r} stands at line {lines_of[row.id]} already; give each its own")
        except ShapeError as error:
            faults.append(f"{path}:{line}: {' '.join(str(error).split())}")
            continue
        rows.append(row)
        parts.append(_text(record.get("split")))
    if faults and on_fault == "refuse":
        more = f" (rows at fault after it: {len(faults) - 1:,})" if len(faults) > 1 else ""
        raise DataError(f"{faults[0]}{more}")
    if not rows:
        raise DataError(f"{faults[0]}; no other row is left" if faults else f"{path}: no rows; give a file with rows")
    with explained(path), path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return QuestionFile(tuple(rows), tuple(parts), digest, tuple(faults), _told(faults))


def question_groups(questions: Sequence[Question]) -> list[int]:
    """Return each question's group: rows that say the same group, and near duplicates; named by its first row.

    Raises:
        MissingExtraError: rensa or scipy is not installed.
    """
    groups = Groups(len(questions))
    first: dict[str, int] = {}
    for row, (question, near) in enumerate(
        zip(questions, near_groups([question.question for question in questions]), strict=True)
    ):
        groups.join(near, row)
        if question.group is not None:
            groups.join(first.setdefault(question.group, row), row)
    return groups.roots()


def _row(
    record: Mapping[str, Any],
    path: Path,
    line: int,
    need_answer: bool,
    need_options: bool,
    most_options: int,
    category: str | None,
) -> Question:
    found = shaped(record, most_options=most_options)
    if need_options and not found.options:
        raise ShapeError("a question without options; list at least two")
    if need_answer and found.options and found.answer is None:
        raise ShapeError("no right answer; write its letter in 'answer' or remove the row")
    place = f"{path.name}:{line}"
    named = next((text for name in ("question_id", "id", "qid") if (text := _text(record.get(name)))), None)
    return Question(
        id=named or place,
        question=found.question,
        options=found.options,
        answer=found.answer,
        category=_category(record) or category,
        source=_text(record.get("src")) or _text(record.get("source")) or path.name,
        solution=found.solution,
        group=_text(record.get("group")),
        final=found.final,
    )


def _category(record: Mapping[str, Any]) -> str | None:
    name = _text(record.get("category")) or _text(record.get("subject"))
    if name is None:
        return None
    try:
        return DOMAIN.resolve(name)
    except TaskError:
        return name


def _text(value: object) -> str | None:
    if value is None or isinstance(value, bool | list | dict) or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # tables with gaps turn 3 into 3.0
    return str(value).strip() or None


def _told(faults: Sequence[str]) -> tuple[str, ...]:
    if not faults:
        return ()
    shown = "; ".join(faults[:_LISTED])
    count = f"{len(faults):,} row{'s' if len(faults) > 1 else ''} at fault left out"
    return (f"{count}: {shown}{'; …' if len(faults) > _LISTED else ''}",)
