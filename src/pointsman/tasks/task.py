"""What is decided: a task's name, its labels in index order, and how its files are written.

Knows nothing of models or data files; imports nothing heavy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal

from pointsman.errors import TaskError, nearest

MappingStyle = Literal["category", "index"]
"""`category`: keys category_to_idx / idx_to_category; `index`: label_to_idx / idx_to_label."""

Kind = Literal["sequence", "token"]
"""`sequence`: one label for a text; `token`: entities in it, as BIO labels of its words."""


def bio_labels(entities: Sequence[str]) -> tuple[str, ...]:
    """Return the labels of a token task: O, then B- and I- of each entity type in turn."""
    return ("O", *(f"{prefix}-{entity}" for entity in entities for prefix in "BI"))


@dataclass(frozen=True)
class Task:
    """A decision with a fixed, ordered set of labels.

    Attributes:
        name: short lower-case name, as typed on the command line.
        labels: labels in index order; the order is part of the contract and never sorted.
        description: one line for `pointsman tasks`.
        kind: one label for a text, or entities in it.
        primary_metric: the figure that early stopping, model choice and tables go by
            (`macro_f1`, `accuracy` or `weighted_f1`; `f1`, of whole entities, for a token task).
        mapping_file: the task's own mapping file beside `label_mapping.json`.
        mapping_style: which key spelling that file uses.
        directory_stem: directory name before `_{architecture}_r{rank}_model`.
        aliases: other spellings accepted on input (compared without regard to case); of entity types for a token task.
        positive: for a two-class task, the label whose probability is the risk score.
        tools: tools that each label suggests (empty but for tool intents).
        embedded: whether the package ships training data for it.
        generator: that data is made from random values, and is added to a user's own rows unless told otherwise.
        open_labels: the labels are those of the data, and the ones named here a sample.
    """

    name: str
    labels: tuple[str, ...]
    description: str = ""
    kind: Kind = "sequence"
    primary_metric: str = "macro_f1"
    mapping_file: str = "category_mapping.json"
    mapping_style: MappingStyle = "category"
    directory_stem: str = ""
    aliases: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    positive: str | None = None
    tools: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    embedded: bool = False
    generator: bool = False
    open_labels: bool = False

    def __post_init__(self) -> None:
        if not self.name or not self.name.replace("-", "").replace("_", "").isalnum():
            raise TaskError(f"task name {self.name!r}: use letters, digits, '-' and '_'")
        if len(self.labels) < 2:
            raise TaskError(f"task '{self.name}' has {len(self.labels)} label(s): at least two are needed")
        blank = [i for i, label in enumerate(self.labels) if not label.strip()]
        if blank:
            raise TaskError(f"task '{self.name}': label {blank[0]} is blank")
        twice = sorted({label for label in self.labels if self.labels.count(label) > 1})
        if twice:
            raise TaskError(f"task '{self.name}' names the label {twice[0]!r} twice")
        if self.positive is not None and self.positive not in self.labels:
            raise TaskError(f"task '{self.name}': positive label {self.positive!r} is not one of its labels")
        if self.kind == "token" and self.labels != bio_labels(self.entities):
            raise TaskError(
                f"task '{self.name}': labels of a token task are O, then B- and I- of each entity type in turn"
            )

    @property
    def entities(self) -> tuple[str, ...]:
        """Entity types of a token task, in order; nothing for other tasks."""
        return tuple(label[2:] for label in self.labels if label.startswith("B-")) if self.kind == "token" else ()

    @property
    def names(self) -> tuple[str, ...]:
        """What rows are labelled with: entity types, or the labels themselves."""
        return self.entities if self.kind == "token" else self.labels

    @property
    def stem(self) -> str:
        """Directory name before `_{architecture}_r{rank}_model`."""
        return self.directory_stem or f"lora_{self.name}_classifier"

    def index(self, label: str) -> int:
        """Return the index of a sequence task's `label`, which may be an alias or differ in case.

        Raises:
            TaskError: the label is unknown; the message names the nearest known one.
        """
        return self.labels.index(self.resolve(label))

    def resolve(self, label: str) -> str:
        """Return the canonical spelling of a label (of a token task: of an entity type).

        Raises:
            TaskError: the label is unknown; the message names the nearest known one.
        """
        names = self.names
        if label in names:
            return label
        folded = label.strip().casefold()
        for known in names:
            if known.casefold() == folded:
                return known
        for alias, known in self.aliases.items():
            if alias.casefold() == folded and known in names:
                return known
        what = "entity type" if self.kind == "token" else "label"
        raise TaskError(
            f"{what} {label!r} is unknown to task '{self.name}'{nearest(label, names)} "
            f"({what}s: {', '.join(names[:20])}{', …' if len(names) > 20 else ''})"
        )

    def subset(self, labels: Sequence[str]) -> Task:
        """Return this task with only `labels` (of a token task: entity types), kept in the task's own order.

        Raises:
            TaskError: a label is unknown, or too few remain.
        """
        wanted = {self.resolve(label) for label in labels}
        kept = tuple(name for name in self.names if name in wanted)
        return replace(
            self,
            labels=bio_labels(kept) if self.kind == "token" else kept,
            positive=self.positive if self.positive in kept else None,
            tools=MappingProxyType({k: v for k, v in self.tools.items() if k in kept}),
            aliases=MappingProxyType({k: v for k, v in self.aliases.items() if v in kept}),
        )
