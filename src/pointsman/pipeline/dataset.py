"""From options to a task and its split: the task's embedded data, the user's file, or both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pointsman import tasks
from pointsman.artifacts import Artifact
from pointsman.data import embedded
from pointsman.data.conflicts import resolve_conflicts
from pointsman.data.example import Example, Split
from pointsman.data.files import Loaded, load_examples
from pointsman.data.labels import check_trainable
from pointsman.data.leakage import find_leaks
from pointsman.data.near import row_groups
from pointsman.data.splits import complete_split, make_split, split_digest, subsample
from pointsman.data.synthesis import SynthesisOptions, examples_of, group_of, synthesize
from pointsman.errors import ConfigError, DataError
from pointsman.pipeline.options import DataOptions, Progress, Silent, stage
from pointsman.tasks import Task
from pointsman.tasks.task import bio_labels


@dataclass(frozen=True)
class PartRows:
    """Rows of one part, to evaluate on or to calibrate with.

    Attributes:
        rows: those of a class.
        out_of_scope: those of none.
        part: its name; `all` where the file names no parts.
        source: `embedded`, or the file's name.
        digest: of the file; None for embedded data.
        notes: one line for each thing done to rows.
    """

    rows: tuple[Example, ...]
    out_of_scope: tuple[Example, ...]
    part: str
    source: str
    digest: str | None
    notes: tuple[str, ...] = ()


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
        generator_rows: training rows that the task's generator made, beside the file's.
        leakage: what is wrong with the split that was given, where that was allowed.
        shifted: test rows of another source.
    """

    task: Task
    split: Split
    source: str
    digest: str | None
    split_digest: str
    notes: tuple[str, ...]
    generator_rows: int = 0
    leakage: str | None = None
    shifted: PartRows | None = None

    @property
    def counts(self) -> dict[str, int]:
        """Rows in each part."""
        parts = {name: len(getattr(self.split, name)) for name in ("train", "validation", "test")}
        return parts | {f"out_of_scope_{k}": len(v) for k, v in self.split.out_of_scope.items()}


# The split is part of what an artifact is judged on: one seed for all, so that training seeds compare.
_SPLIT_SEED = 0
# Of a generator's template so many rows judge, and so many stand beside the rows of a file: more repeat its wording.
_JUDGING = 5
_BESIDE = 7


def load_dataset(
    task_name: str | None,
    new_name: str | None,
    options: DataOptions,
    *,
    max_samples: int = 0,
    seed: int = 0,
    workspace: Path | None = None,
    progress: Progress | None = None,
) -> Dataset:
    """Load and split the rows to train with.

    Args:
        task_name: a known task, or a YAML task file.
        new_name: of a new task in its place, whose labels are those of the file.
        options: where rows come from.
        max_samples: most training rows, drawn after splitting; 0: all.
        seed: of that draw.
        workspace: folder in which synthesis keeps its rows.
        progress: told what takes long.

    Raises:
        PointsmanError: anything wrong with task, file or rows; the message says where and what to do.
    """
    if (task_name is None) == (new_name is None):
        both = " not both" if task_name is not None else " neither is named"
        raise ConfigError(f"name a task (pointsman train TASK), or a new one (--name NAME --data FILE):{both}")
    if new_name is not None and options.path is None:
        raise ConfigError(f"--name {new_name} needs --data FILE: a new task takes its labels from the file")
    if options.path is None:
        for flag, value in (("--no-generator", not options.generator), ("--label-map", options.label_map)):
            if value:
                raise ConfigError(f"{flag} says how to use --data FILE: give one, or leave it out")
    task = tasks.get(task_name) if task_name is not None else None
    excluded = tuple(options.exclude_labels)
    if task is not None and options.labels:
        kept = task.subset(options.labels)
        excluded += tuple(label for label in task.names if label not in kept.names)
    digest, made, leakage = None, 0, None
    if options.path is None:
        assert task is not None
        task, rows = _embedded(task, excluded)
        split = make_split(resolve_conflicts(rows)[0], seed=_SPLIT_SEED)
        if task.generator:
            split = replace(split, validation=_thinned(split.validation, _JUDGING), test=_thinned(split.test, _JUDGING))
        source, notes = "embedded", split.notes
    else:
        loaded = load_examples(
            options.path,
            task,
            options.fields,
            exclude_labels=excluded,
            oos_label=options.oos_label,
            label_map=options.label_map,
        )
        leakage = _leakage(loaded, options)
        given = task
        task = _task_of(loaded, task, new_name, options, excluded)
        split = complete_split(
            loaded.parts, seed=_SPLIT_SEED, out_of_scope=loaded.out_of_scope, on_conflict=options.on_conflict
        )
        leakage = leakage or split.leakage
        source, digest, notes = options.path.name, loaded.digest, (*loaded.notes, *split.notes)
        if given is not None and given.generator and options.generator:
            split, made, told = _with_generator(split, _embedded(given, excluded)[1])
            notes += (told,)
    if options.synthesis is not None:
        written, told = _synthesized(task, options.synthesis, split, workspace, progress or Silent())
        split = replace(split, train=(*split.train, *written))
        notes += (told,)
    notes += check_trainable(split.train, task)
    if max_samples and max_samples < len(split.train):
        split = replace(split, train=subsample(split.train, max_samples, seed=seed))
        notes += (f"training rows cut to {len(split.train):,} (--max-samples), classes as equal as possible",)
    shifted = None
    if options.shifted is not None:
        named = replace(options, exclude_labels=excluded, oos_label=None)
        shifted = load_rows(options.shifted, task, named, None)
        if known := _known_rows(split, shifted, options):
            leakage = f"{leakage}; {known}" if leakage else known
        notes += (f"{len(shifted.rows):,} rows of {shifted.source} judged beside the test part (--shifted)",)
    return Dataset(task, split, source, digest, split_digest(split), notes, made, leakage, shifted)


def _with_generator(split: Split, rows: Sequence[Example]) -> tuple[Split, int, str]:
    """Add the generator's rows to the training rows, but for those that a held-out part knows.

    Returns:
        The split, how many rows were added, and what was done, for people.
    """
    if any(row.origin == "embedded" for row in split.train):
        return split, 0, "the training rows hold the generator's already: none added"
    added = _apart_from_held(_thinned(rows, _BESIDE), split)
    return (
        replace(split, train=(*split.train, *added)),
        len(added),
        f"{len(added):,} rows of the task's generator added to the training rows (--no-generator: none)",
    )


def _held(split: Split) -> tuple[Example, ...]:
    """Return what judges, rows out of scope among them."""
    out = (row for part in ("validation", "test") for row in split.out_of_scope.get(part, ()))
    return (*split.validation, *split.test, *out)


def _apart_from_held(rows: Sequence[Example], split: Split) -> list[Example]:
    """Return the rows that no held-out part knows: not by their group, their text, or one that is nearly the same."""
    held = _held(split)
    groups = {row.group for row in held if row.group is not None}
    near = row_groups([*held, *rows])
    known = set(near[: len(held)])
    return [
        row for row, same in zip(rows, near[len(held) :], strict=True) if row.group not in groups and same not in known
    ]


def _thinned(rows: Iterable[Example], most: int) -> tuple[Example, ...]:
    """Return the first rows of each template, at most so many."""
    seen: Counter[str | None] = Counter()
    kept = []
    for row in rows:
        seen[row.group] += 1
        if seen[row.group] <= most:
            kept.append(row)
    return tuple(kept)


def _leakage(loaded: Loaded, options: DataOptions) -> str | None:
    """Judge the split that a file gives; return what is wrong with it where that is allowed.

    Raises:
        DataError: it leaks, and that is not allowed.
    """
    if "all" in loaded.parts:
        return None
    parts = {
        part: (*loaded.parts.get(part, ()), *loaded.out_of_scope.get(part, ()))
        for part in (*loaded.parts, *(part for part in loaded.out_of_scope if part not in loaded.parts))
    }
    found = find_leaks(parts)
    if (refusal := found.refusal()) is not None and not options.allow_leakage:
        raise DataError(f"{options.path}: {refusal}")
    return found.warning()


def _known_rows(split: Split, shifted: PartRows, options: DataOptions) -> str | None:
    """Judge rows that are said to be of another source; return what is wrong with them where that is allowed.

    Raises:
        DataError: too many of them train the router, and that is not allowed.
    """
    judged = (*shifted.rows, *shifted.out_of_scope)  # their groups are of another file, and name other things
    found = find_leaks({"train": split.train, "test": [replace(row, group=None) for row in judged]})
    if told := found.told():
        if not options.allow_leakage:
            raise DataError(
                f"{options.shifted}: these rows are not of another source: {'; '.join(told)}; "
                "name other rows with --shifted, or pass --allow-leakage to judge them all the same"
            )
        return f"shifted figures are too high: {'; '.join(found.told(examples=False))}"
    return None


def _synthesized(
    task: Task, options: SynthesisOptions, split: Split, workspace: Path | None, progress: Progress
) -> tuple[tuple[Example, ...], str]:
    """Return rows that a model behind an endpoint writes for the task, and what was done, for people.

    It is shown no seed that stands in a held-out part, and what it writes that one knows is left out.
    """
    from pointsman.data.embedded.modality import BOTH_SEEDS

    if task.name != "modality" or "BOTH" not in task.labels:
        return (), f"no rows asked of {options.endpoint}: synthesis makes BOTH rows, for the task modality alone"
    if workspace is None:
        raise ConfigError("synthesis needs a folder to keep its rows in")
    seeds = _apart_from_held([Example(seed, "BOTH", group_of(seed)) for seed in BOTH_SEEDS], split)
    if not seeds:
        raise DataError("synthesis: every seed that a model would be shown stands in a held-out part; hold out fewer")
    made = synthesize(options, [seed.text for seed in seeds], workspace, stage(progress, "synthesis"))
    written = examples_of(workspace)
    rows = tuple(_apart_from_held(written, split))
    left = f", {len(written) - len(rows):,} left out that a held-out part knows" if len(rows) < len(written) else ""
    return rows, f"{len(rows):,} BOTH rows by {made.model} added to the training rows ({workspace}){left}: {made}"


def _embedded(task: Task, excluded: Sequence[str]) -> tuple[Task, list[Example]]:
    """Return the task's embedded rows without the labels left out, and the task without them."""
    rows = embedded.load(task.name)
    dropped = {task.resolve(label) for label in excluded}
    if not dropped:
        return task, rows
    task = task.subset([label for label in task.names if label not in dropped])
    if task.kind == "token":
        return task, [replace(r, spans=tuple(s for s in r.spans or () if s.label not in dropped)) for r in rows]
    return task, [row for row in rows if row.label not in dropped]


def _task_of(
    loaded: Loaded, task: Task | None, new_name: str | None, options: DataOptions, excluded: Sequence[str]
) -> Task:
    """Return the task that a file's rows are of: the one named, or a new one with the file's labels."""
    assert options.path is not None
    if task is not None:
        dropped = {task.resolve(label) for label in excluded}
        return task.subset([label for label in task.names if label not in dropped]) if dropped else task
    assert new_name is not None
    if options.labels:
        raise ConfigError("--labels chooses among a known task's labels; for a new task use --exclude-label")
    description = f"labels of {options.path.name}"
    if options.fields.spans is not None:
        labels = bio_labels(loaded.labels)
        return Task(new_name, labels, description, kind="token", primary_metric="f1")
    if len(loaded.labels) < 2:
        found = loaded.labels[0] if loaded.labels else "none"
        raise DataError(f"{options.path}: only one class ({found}): a router needs two or more")
    return Task(name=new_name, labels=loaded.labels, description=description)


def load_rows(path: Path, task: Task, options: DataOptions, part: str | None, *, usual: str = "test") -> PartRows:
    """Load the rows of one part of a file, to evaluate on or to calibrate with.

    Args:
        path: file or folder.
        task: whose labels the rows carry.
        options: how to read it.
        part: `train`, `validation` or `test`; None: `usual` where there is one, else all rows.
        usual: `test` to evaluate on, `validation` to choose thresholds on.

    Raises:
        DataError: no such part, or no rows in it.
    """
    loaded = load_examples(
        path,
        task,
        options.fields,
        exclude_labels=options.exclude_labels,
        oos_label=options.oos_label,
        label_map=options.label_map,
    )
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
    return PartRows(loaded.parts[part], loaded.out_of_scope.get(part, ()), part, path.name, loaded.digest, loaded.notes)


def as_trained(options: DataOptions, artifact: Artifact) -> DataOptions:
    """Return the options with the out-of-scope and left-out labels of training where none are named."""
    recorded = artifact.manifest.data
    return replace(
        options,
        oos_label=options.oos_label or recorded.oos_label,
        exclude_labels=options.exclude_labels or tuple(recorded.excluded_labels),
        label_map=options.label_map or recorded.label_map,
    )
