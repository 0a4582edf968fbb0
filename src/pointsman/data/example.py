"""The values the data room hands over: `Example` (one row) and `Split` (rows by use)."""

from __future__ import annotations

from dataclasses import dataclass, field

from pointsman.data.pictures import Picture
from pointsman.tasks.span import Span


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled text, or text and image.

    Attributes:
        text: the text as a user would send it.
        label: canonical label of its task; None for rows to predict.
        group: rows of one group (template, author, conversation) never stand on both sides of a split.
        source: where the row comes from, e.g. `embedded` or `support.jsonl:17`.
        category: a finer kind used for reports only (the attack category of a jailbreak row).
        spans: entities of a token task's row, by start, none overlapping; None for other tasks.
        origin: name of the data set that the row was first in (column `source`), for audits.
        image: what the text was sent with; None: text alone.
        answer: what an expert is to answer; never part of a router's input.
    """

    text: str
    label: str | None = None
    group: str | None = None
    source: str = ""
    category: str | None = None
    spans: tuple[Span, ...] | None = None
    origin: str | None = None
    image: Picture | None = None
    answer: str | None = None


@dataclass(frozen=True)
class Split:
    """Rows by use, with what was decided on the way.

    Attributes:
        train, validation, test: the rows of each part; `test` may be empty.
        out_of_scope: rows that belong to no class, by part; they take no part in training.
        notes: one line for each decision taken while splitting, for people.
        leakage: what crosses the parts and could not be helped, for the head of a report; None: nothing does.
    """

    train: tuple[Example, ...]
    validation: tuple[Example, ...]
    test: tuple[Example, ...]
    out_of_scope: dict[str, tuple[Example, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    leakage: str | None = None
