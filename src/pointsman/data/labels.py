"""Labels of a file: which rows are left out, which are out of scope, and how the rest is spelt.

Takes labels as a file writes them and gives the task's own; also judges whether rows can be trained on.
"""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from pointsman.data.example import Example
from pointsman.errors import DataError, TaskError, nearest
from pointsman.tasks.task import Task

Verdict = tuple[Literal["use", "leave", "out of scope"], str]


class LabelRule:
    """Decides about each label of a file; the answer is remembered, so 100,000 rows cost a look-up each.

    With a task, labels are compared without regard to case and aliases count; without one they are
    compared exactly, because the file then defines the classes.

    Attributes:
        left: rows left out, by their label.
    """

    def __init__(
        self,
        task: Task | None,
        exclude_labels: Sequence[str] = (),
        oos_label: str | None = None,
        label_map: Mapping[str, str] | None = None,
    ) -> None:
        self._task = task
        self._map = {key.strip().casefold(): value.strip() for key, value in (label_map or {}).items()}
        self._exclude = {key: label for label in exclude_labels for key in self._keys(label)}
        self._oos = set(self._keys(oos_label)) if oos_label else set()
        self._asked = tuple(exclude_labels) + ((oos_label,) if oos_label else ())
        self._known: dict[str, Verdict] = {}
        self._mapped: Counter[tuple[str, str]] = Counter()
        self.left: Counter[str] = Counter()
        self._out_of_scope = 0

    def judge(self, label: str) -> Verdict:
        """Say what to do with a row of this label, and its label in the task's spelling.

        Raises:
            DataError: the label is unknown to the task (no place given: the caller knows file and line).
        """
        verdict = self._known.get(label)
        if verdict is None:
            verdict = self._known[label] = self._decide(self._map.get(label.strip().casefold(), label))
        if (new := self._map.get(label.strip().casefold())) is not None:
            self._mapped[label.strip(), new] += 1
        if verdict[0] == "leave":
            self.left[verdict[1]] += 1
        elif verdict[0] == "out of scope":
            self._out_of_scope += 1
        return verdict

    def notes(self) -> tuple[str, ...]:
        """One line for each thing done to rows, after all of them were judged."""
        notes = [f"{n:,} rows labelled '{old}' read as {new}" for (old, new), n in sorted(self._mapped.items())]
        notes += unmatched(self._map, self._known, "row")
        notes += [f"{n:,} rows labelled '{label}' left out" for label, n in sorted(self.left.items())]
        if self._out_of_scope:
            notes.append(f"{self._out_of_scope:,} rows are out of scope: they take no part in training")
        seen = {key for label in self._known for key in self._keys(label)}
        notes += [
            f"no row is labelled '{label}'{nearest(label, self._known)}"
            for label in self._asked
            if not seen.intersection(self._keys(label))
        ]
        return tuple(notes)

    def _keys(self, label: str) -> tuple[str, ...]:
        """Return every spelling by which `label` is compared."""
        if self._task is None:
            return (label.strip(),)
        own = label.strip().casefold()
        try:
            return (own, self._task.resolve(label).casefold())
        except TaskError:
            return (own,)

    def _decide(self, label: str) -> Verdict:
        keys = self._keys(label)
        for key in keys:
            if key in self._exclude:
                return "leave", self._exclude[key]
        if self._oos.intersection(keys):
            return "out of scope", label
        if self._task is None:
            return "use", label
        try:
            return "use", self._task.resolve(label)
        except TaskError as error:
            raise DataError(
                f"{error}; correct it, map it (--label-map OLD=NEW), or pass --exclude-label {shlex.quote(label)} "
                "to leave its rows out"
            ) from None


def unmatched(label_map: Mapping[str, str], found: Iterable[str], what: str) -> list[str]:
    """Return a note for each label of `--label-map` that nothing carries.

    Args:
        label_map: label as written, casefolded -> the task's.
        found: labels that there are.
        what: carries them.
    """
    seen = {label.strip().casefold() for label in found}
    return [f"--label-map: no {what} is labelled '{label}'" for label in sorted(label_map) if label not in seen]


def ordered_labels(labels: Iterable[str]) -> tuple[str, ...]:
    """Return distinct labels in the order that a new task gives them: sorted, whole numbers by value."""
    distinct = set(labels)
    if all(label.isdecimal() for label in distinct):
        return tuple(sorted(distinct, key=lambda label: (int(label), label)))
    return tuple(sorted(distinct))


def alike_labels(labels: Iterable[str]) -> tuple[str, ...]:
    """Return a note for each pair of labels that differ in case alone: likely one class written two ways."""
    first: dict[str, str] = {}
    notes = []
    for label in labels:
        other = first.setdefault(label.casefold(), label)
        if other != label:
            notes.append(f"the labels '{other}' and '{label}' differ in case alone: kept as two classes")
    return tuple(notes)


def check_trainable(examples: Sequence[Example], task: Task | None = None) -> tuple[str, ...]:
    """Refuse training rows that no classifier can learn from.

    Args:
        examples: the training part, after splitting.
        task: what is trained; its labels that no row has are told in the notes.

    Returns:
        One line for a task whose labels are not all there, else nothing.

    Raises:
        DataError: no rows, a single class, or a class with one example (named with its place).
    """
    if task is not None and task.kind == "token":
        return _check_entities(examples, task)
    counts = Counter(example.label for example in examples if example.label is not None)
    if not counts:
        raise DataError("no training rows are left; give rows with a label, or leave fewer out")
    if len(counts) == 1:
        label, n = next(iter(counts.items()))
        raise DataError(
            f"all {n:,} training rows are labelled '{label}'; at least two classes are needed: "
            f"add rows of another class"
        )
    single = sorted(label for label, n in counts.items() if n == 1)
    if single:
        place = next((e.source for e in examples if e.label == single[0] and e.source), "")
        more = f" (and {len(single) - 1:,} more such classes)" if len(single) > 1 else ""
        raise DataError(
            f"{place + ': ' if place else ''}the class '{single[0]}' has one training example{more}; "
            f"add rows, or pass --exclude-label {shlex.quote(single[0])}"
        )
    missing = [label for label in task.labels if label not in counts] if task else []
    if not missing:
        return ()
    shown = ", ".join(f"'{label}'" for label in missing[:5]) + (", …" if len(missing) > 5 else "")
    return (f"no training row is labelled {shown}: the model will hardly ever choose it (see --labels)",)


def _check_entities(examples: Sequence[Example], task: Task) -> tuple[str, ...]:
    """Refuse rows of a token task without any entity; tell which types the rows do not show."""
    counts = Counter(span.label for example in examples for span in example.spans or ())
    if not counts:
        raise DataError(f"none of {len(examples):,} training rows holds an entity; give rows with spans")
    missing = [name for name in task.entities if name not in counts]
    if not missing:
        return ()
    shown = ", ".join(missing[:5]) + (", …" if len(missing) > 5 else "")
    return (f"no training row holds {shown}: the model will hardly ever find it (see --labels)",)
