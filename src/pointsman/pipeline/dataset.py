"""From options to a task and its split: the task's embedded data, or the user's file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from pointsman import tasks
from pointsman.artifacts import Artifact
from pointsman.data import embedded
from pointsman.data.conflicts import resolve_conflicts
from pointsman.data.example import Example, Split
from pointsman.data.files import load_examples
from pointsman.data.labels import check_trainable
from pointsman.data.splits import complete_split, make_split, split_digest, subsample
from pointsman.errors import ConfigError, DataError
from pointsman.pipeline.options import DataOptions
from pointsman.tasks import Task


@dataclass(frozen=True)
class Dataset:
    """A task with its rows.

    Attributes:
        task: labels in index order.
        split: rows by use.
        source: `embedded`, or the file's name.
        digest: sha256 of the file; None for embedded data.
        split_digest: sha256 of the rows by part.
        notes: what was decided on the way, for people.
    """

    task: Task
    split: Split
    source: str
    digest: str | None
    split_digest: str
    notes: tuple[str, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Rows in each part."""
        parts = {name: len(getattr(self.split, name)) for name in ("train", "validation", "test")}
        return parts | {f"out_of_scope_{k}": len(v) for k, v in self.split.out_of_scope.items()}


# The split is part of what an artifact is judged on: one seed for all, so that training seeds compare.
_SPLIT_SEED = 0


def load_dataset(
    task_name: str | None, new_name: str | None, options: DataOptions, *, max_samples: int = 0, seed: int = 0
) -> Dataset:
    """Load and split the rows to train with.

    Raises:
        PointsmanError: anything wrong with task, file or rows; the message says where and what to do.
    """
    if (task_name is None) == (new_name is None):
        raise ConfigError("name a task (pointsman train TASK), or a new one (--name NAME --data FILE), not both")
    if new_name is not None and options.path is None:
        raise ConfigError(f"--name {new_name} needs --data FILE: a new task takes its labels from the file")
    task = tasks.get(task_name) if task_name is not None else None
    excluded = tuple(options.exclude_labels)
    if task is not None and options.labels:
        kept = task.subset(options.labels)
        excluded += tuple(label for label in task.labels if label not in kept.labels)
    if options.path is None:
        assert task is not None
        rows = embedded.load(task.name)
        dropped = {task.resolve(label) for label in excluded}
        if dropped:
            task = task.subset([label for label in task.labels if label not in dropped])
        split = make_split(resolve_conflicts([row for row in rows if row.label not in dropped])[0], seed=_SPLIT_SEED)
        source, digest, notes = "embedded", None, split.notes
    else:
        loaded = load_examples(options.path, task, options.fields, exclude_labels=excluded, oos_label=options.oos_label)
        if task is None:
            assert new_name is not None
            labels = loaded.labels
            if options.labels:
                raise ConfigError("--labels chooses among a known task's labels; for a new task use --exclude-label")
            if len(labels) < 2:
                raise DataError(
                    f"{options.path}: only one class ({labels[0] if labels else 'none'}): a router needs two or more"
                )
            task = Task(name=new_name, labels=labels, description=f"labels of {options.path.name}")
        elif excluded:
            dropped = {task.resolve(label) for label in excluded}
            task = task.subset([label for label in task.labels if label not in dropped])
        split = complete_split(
            loaded.parts, seed=_SPLIT_SEED, out_of_scope=loaded.out_of_scope, on_conflict=options.on_conflict
        )
        source, digest, notes = options.path.name, loaded.digest, (*loaded.notes, *split.notes)
    notes += check_trainable(split.train, task)
    if max_samples and max_samples < len(split.train):
        split = replace(split, train=subsample(split.train, max_samples, seed=seed))
        notes += (f"training rows cut to {len(split.train):,} (--max-samples), classes as equal as possible",)
    return Dataset(task, split, source, digest, split_digest(split), notes)


def load_rows(
    path: Path, task: Task, options: DataOptions, part: str | None, *, usual: str = "test"
) -> tuple[tuple[Example, ...], tuple[Example, ...], str, str, tuple[str, ...]]:
    """Load the rows of one part of a file, to evaluate on or to calibrate with.

    Args:
        path: file or folder.
        task: whose labels the rows carry.
        options: how to read it.
        part: `train`, `validation` or `test`; None: `usual` where there is one, else all rows.
        usual: `test` to evaluate on, `validation` to choose thresholds on.

    Returns:
        Rows, out-of-scope rows, the part's name, the file's digest, notes.

    Raises:
        DataError: no such part, or no rows in it.
    """
    loaded = load_examples(
        path, task, options.fields, exclude_labels=options.exclude_labels, oos_label=options.oos_label
    )
    notes = loaded.notes
    if part is None:
        part = usual if usual in loaded.parts else "all"
        if part == "all" and "all" not in loaded.parts:
            hint = (
                "name one with --split (figures on rows that were trained on say nothing)"
                if usual == "test"
                else "thresholds are chosen on neither training nor test rows; give a file with such rows"
            )
            raise DataError(f"{path}: it has parts {', '.join(loaded.parts)} but no {usual}: {hint}")
    if part not in loaded.parts:
        if set(loaded.parts) == {"all"}:
            raise DataError(f"{path}: no row says which split it is of: leave --split out to use all rows")
        raise DataError(f"{path}: it has no part '{part}' (parts: {', '.join(loaded.parts)})")
    return loaded.parts[part], loaded.out_of_scope.get(part, ()), part, loaded.digest, notes


def as_trained(options: DataOptions, artifact: Artifact) -> DataOptions:
    """Return the options with the out-of-scope and left-out labels of training where none are named."""
    recorded = artifact.manifest.data
    return replace(
        options,
        oos_label=options.oos_label or recorded.oos_label,
        exclude_labels=options.exclude_labels or tuple(recorded.excluded_labels),
    )
