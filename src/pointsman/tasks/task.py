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


@dataclass(frozen=True)
class Task:
    """A decision with a fixed, ordered set of labels.

    Attributes:
        name: short lower-case name, as typed on the command line.
        labels: labels in index order; the order is part of the contract and never sorted.
        description: one line for `pointsman tasks`.
        primary_metric: the figure that early stopping, model choice and tables go by
            (`macro_f1`, `accuracy` or `weighted_f1`).
        mapping_file: the task's own mapping file beside `label_mapping.json`.
        mapping_style: which key spelling that file uses.
        directory_stem: directory name before `_{architecture}_r{rank}_model`.
        aliases: other spellings accepted on input (compared without regard to case).
        positive: for a two-class task, the label whose probability is the risk score.
        tools: tools that each label suggests (empty but for tool intents).
        embedded: whether the package ships training data for it.
    """

    name: str
    labels: tuple[str, ...]
    description: str = ""
    primary_metric: str = "macro_f1"
    mapping_file: str = "category_mapping.json"
    mapping_style: MappingStyle = "category"
    directory_stem: str = ""
    aliases: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    positive: str | None = None
    tools: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    embedded: bool = False

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

    @property
    def stem(self) -> str:
        """Directory name before `_{architecture}_r{rank}_model`."""
        return self.directory_stem or f"lora_{self.name}_classifier"

    def index(self, label: str) -> int:
        """Return the index of `label`, which may be an alias or differ in case.

        Raises:
            TaskError: the label is unknown; the message names the nearest known one.
        """
        return self.labels.index(self.resolve(label))

    def resolve(self, label: str) -> str:
        """Return the canonical spelling of `label`.

        Raises:
            TaskError: the label is unknown; the message names the nearest known one.
        """
        if label in self.labels:
            return label
        folded = label.strip().casefold()
        for known in self.labels:
            if known.casefold() == folded:
                return known
        for alias, known in self.aliases.items():
            if alias.casefold() == folded and known in self.labels:
                return known
        raise TaskError(
            f"label {label!r} is unknown to task '{self.name}'{nearest(label, self.labels)} "
            f"(labels: {', '.join(self.labels[:20])}{', …' if len(self.labels) > 20 else ''})"
        )

    def subset(self, labels: Sequence[str]) -> Task:
        """Return this task with only `labels`, kept in the task's own order.

        Raises:
            TaskError: a label is unknown, or fewer than two remain.
        """
        wanted = {self.resolve(label) for label in labels}
        kept = tuple(label for label in self.labels if label in wanted)
        return replace(
            self,
            labels=kept,
            positive=self.positive if self.positive in kept else None,
            tools=MappingProxyType({k: v for k, v in self.tools.items() if k in kept}),
            aliases=MappingProxyType({k: v for k, v in self.aliases.items() if v in kept}),
        )
