"""What a source of rows is: what it serves, under which licence, how it is converted; and what reading it gave.

Knows nothing of splits and build folders; a source is handed what the user typed and gives `Taken`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import pydantic

from pointsman.data.example import Example
from pointsman.data.files import Fields
from pointsman.tasks import Task


@dataclass(frozen=True)
class Ask:
    """One `--source` as it was typed, taken apart.

    Attributes:
        typed: the words themselves.
        id: `embedded`, `file`, `synthesis` or the id of a data set.
        revision: what stands after `@`: a commit, tag or branch of the Hub.
        path: what stands after `=` (a local copy) or after `file:`.
    """

    typed: str
    id: str
    revision: str | None = None
    path: Path | None = None


@dataclass(frozen=True)
class Reading:
    """How to read the sources of one build.

    Attributes:
        fields: names of a file's columns; a split of "" ignores every source's own split.
        exclude_labels: labels whose rows are left out (files).
        label_map: label or entity type as written -> the task's (files).
        max_rows: rows taken from each Hub source at most; None: the source's own limit; 0: no limit.
        seed: seed of generated rows.
        endpoint: address of the endpoint that `synthesis` asks.
        endpoint_model: the model that it asks for; None: the first that the endpoint names.
        synthesize: rows that it shall write; None: its own default.
        workspace: folder where it keeps what was written, so that a run that was cut off goes on.
        overwrite: whether rows there that were made with other options may be thrown away.
        advance: told (rows read, rows expected, a word) now and then.
    """

    fields: Fields = field(default_factory=Fields)
    exclude_labels: tuple[str, ...] = ()
    label_map: Mapping[str, str] = field(default_factory=dict)
    max_rows: int | None = None
    seed: int = 0
    endpoint: str | None = None
    endpoint_model: str | None = None
    synthesize: int | None = None
    workspace: Path = Path("synthesis")
    overwrite: bool = False
    advance: Annotated[Callable[[int, int, str], None], pydantic.Field(exclude=True)] = lambda done, total, text: None

    @property
    def own_split(self) -> bool:
        """Whether a source's own split is kept."""
        return self.fields.split != ""


@dataclass
class Tally:
    """What became of rows on the way, in numbers.

    Attributes:
        read: rows looked at.
        dropped: rows left out, by reason.
        tables: for each conversion table what it did not know or left out, with counts.
    """

    read: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    tables: dict[str, Counter[str]] = field(default_factory=dict)

    def drop(self, reason: str) -> None:
        """Count a row that is left out."""
        self.dropped[reason] += 1

    def count(self, table: str, key: str, n: int = 1) -> None:
        """Count something for the report of a conversion table."""
        self.tables.setdefault(table, Counter())[key] += n


@dataclass(frozen=True)
class Taken:
    """What reading one source gave.

    Attributes:
        parts: rows by `train`, `validation`, `test` where the source has a split of its own, else under `all`.
        tally: what became of its rows.
        place: where the rows were read: a path, an address, or the package.
        revision: commit of the Hub, where it is known.
        digest: sha256 of the file or folder, where it is known.
        notes: one line for each decision.
    """

    parts: dict[str, list[Example]]
    tally: Tally
    place: str = ""
    revision: str | None = None
    digest: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Source:
    """One source of rows.

    Attributes:
        id: as typed.
        tasks: task -> its conversion in one line; `*` stands for every task.
        licence: the licence that its authors name.
        home: where it comes from.
        read: gives the rows of a task.
        large: whether it is read as a stream.
        own_groups: whether its groups are the package's; those of other sources mean nothing to each other.
        heeds: settings of `Reading` for a user's own rows that it reads by; a data set has a conversion of its own.
    """

    id: str
    tasks: Mapping[str, str]
    licence: str
    home: str
    read: Callable[[Ask, Task, Reading], Taken]
    large: bool = False
    own_groups: bool = False
    heeds: frozenset[str] = frozenset()

    def serves(self, task: str) -> bool:
        """Tell whether it has rows of a task."""
        return task in self.tasks or "*" in self.tasks

    def conversion(self, task: str) -> str:
        """Return how its rows become rows of a task, in one line."""
        return self.tasks.get(task) or self.tasks["*"]
