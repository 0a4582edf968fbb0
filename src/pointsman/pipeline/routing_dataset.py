"""Requests to train a router on or to judge it with: routing rows as they are split, or rows of texts like any other.

A routing folder's parts are taken as they are, and its labels are the task's where that leaves them open.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from pointsman import tasks
from pointsman.artifacts import Artifact
from pointsman.data import routing
from pointsman.data.example import Example, Split
from pointsman.data.labels import check_trainable
from pointsman.data.splits import subsample
from pointsman.encoding.pooled import request_key
from pointsman.encoding.shards import is_tensor_folder
from pointsman.errors import ConfigError, DataError
from pointsman.pipeline.dataset import Dataset, PartRows, as_trained, load_dataset, load_rows
from pointsman.pipeline.options import DataOptions, Progress, TrainOptions
from pointsman.tasks import Task

# Flags that say how to read rows of texts.
_OF_TEXTS = {
    "fields": "--text-field, --label-field, --split-field, --group-field",
    "exclude_labels": "--exclude-label",
    "oos_label": "--oos-label",
    "labels": "--labels",
    "label_map": "--label-map",
}


def load_requests(options: TrainOptions, tell: Progress) -> Dataset:
    """Return the rows to train a router on a generating model with.

    Raises:
        ConfigError: no data for a task whose labels are the data's, or flags that do not fit the rows.
        DataError: anything wrong with the rows.
    """
    task = tasks.get(options.task) if options.task is not None else None
    path = options.data.path
    most, seed = (int(options.overrides.get(name) or 0) for name in ("max_samples", "seed"))
    if path is not None and is_tensor_folder(path):
        raise ConfigError(
            f"--data {path}: these are tensors, without the rows that baselines and figures need: run "
            f"'pointsman encode {path} --out FEATURES', then train with their rows and --features FEATURES"
        )
    if path is not None and routing.is_routing(path):
        if task is None:
            raise ConfigError(f"--name {options.name}: {path} holds routing rows: train 'adapter' with them")
        return load_routing(task, options.data, max_samples=most, seed=seed)
    open_labels = task is not None and task.open_labels
    if open_labels and path is None:
        raise ConfigError(
            f"train {options.task} needs --data DIR: a folder of 'pointsman data build adapter --experts NAME=PATH …'"
        )
    name, new = (None, options.task) if open_labels else (options.task, options.name)
    found = load_dataset(name, new, options.data, max_samples=most, seed=seed, progress=tell)
    if found.task.kind == "token":
        raise ConfigError(f"--strategy {options.strategy}: rows with entities; this decides one label for a text")
    return replace(found, task=replace(task, labels=found.task.labels)) if task is not None and open_labels else found


def load_routing(task: Task, data: DataOptions, *, max_samples: int = 0, seed: int = 0) -> Dataset:
    """Read a routing folder to train with.

    Args:
        task: where its labels are open they become the data's; else rows have to carry the task's.
        data: the folder of `pointsman data build adapter`, or one laid out alike.
        max_samples: most training rows, drawn evenly from the labels; 0: all.
        seed: of that draw.

    Raises:
        DataError: rows at fault, no validation rows, or images that stand in training and in what is judged on.
        ConfigError: a flag that says how to read rows of texts.
    """
    path = _plain(data)
    found = routing.read_routing(path, labels=None if task.open_labels else task.labels)
    train, validation = found.parts.get("train", ()), found.parts.get("validation", ())
    if not train or not validation:
        raise DataError(
            f"{path}: it needs train.jsonl and validation.jsonl: build it with 'pointsman data build adapter'"
        )
    leakage = _leakage(path, found.parts, allowed=data.allow_leakage)
    own = replace(task, labels=found.labels) if task.open_labels else task
    notes = (*found.notes, *check_trainable(train, own))
    if 0 < max_samples < len(train):
        order = np.random.default_rng(seed).permutation(len(train))  # rows of equal texts are drawn in their order
        train = subsample([train[i] for i in order], max_samples, seed=seed)
        notes += (f"training rows cut to {len(train):,} (--max-samples), classes as equal as possible",)
    split = Split(tuple(train), tuple(validation), tuple(found.parts.get("test", ())))
    shifted = None
    if data.shifted is not None:
        shifted = request_rows(data.shifted, own, DataOptions(path=data.shifted), None)
        both = {"train": train, "test": (*shifted.rows, *shifted.out_of_scope)}
        if told := _leakage(data.shifted, both, allowed=data.allow_leakage, where="among the rows of --shifted"):
            leakage = f"{leakage}; {told}" if leakage else told
        notes += (f"{len(shifted.rows):,} rows of {shifted.source} judged beside the test part (--shifted)",)
    return Dataset(
        task=own,
        split=split,
        source=path.name,
        digest=found.digest,
        split_digest=_digest(split),
        notes=notes,
        leakage=leakage,
        shifted=shifted,
    )


def rows_of(artifact: Artifact, data: DataOptions, part: str | None, *, usual: str = "test") -> PartRows:
    """Return rows to judge an artifact on, or to calibrate it with; see `request_rows`."""
    assert data.path is not None
    options = data if routing.is_routing(data.path) else as_trained(data, artifact)
    return request_rows(data.path, artifact.task, options, part, usual=usual)


def fitted_on(artifact: Artifact, found: PartRows) -> bool:
    """Tell whether rows are among those that an artifact was fitted on: with `refit`, validation rows are too."""
    manifest = artifact.manifest
    same = found.source == "embedded" if found.digest is None else found.digest == manifest.data.digest
    return same and found.part in ("train", "all", *(["validation"] if manifest.recipe.get("refit") else []))


def request_rows(path: Path, task: Task, data: DataOptions, part: str | None, *, usual: str = "test") -> PartRows:
    """Return the rows of one part of a routing folder, of a file of routing rows, or of rows of texts.

    Args:
        path: where they are.
        task: of the router: the rows' labels have to be its own.
        data: how to read rows of texts.
        part: `train`, `validation` or `test`; None: `usual` where there is one, else all rows.
        usual: `test` to evaluate on, `validation` to choose thresholds on.

    Raises:
        DataError: no such part, or labels that the router does not know.
    """
    if not routing.is_routing(path):
        return load_rows(path, task, data, part, usual=usual)
    _plain(replace(data, path=path))
    found = routing.read_routing(path)
    known = found.labels if found.metadata else {str(row.label) for rows in found.parts.values() for row in rows}
    if unknown := sorted(set(known) - set(task.labels)):
        raise DataError(
            f"{path}: it has rows of {', '.join(unknown)}, and the router decides between {', '.join(task.labels)}: "
            "give it rows of these, or train it again on this data"
        )
    name = part or (usual if usual in found.parts else "all")
    if name == "all" and usual == "validation" and "all" not in found.parts:
        raise DataError(
            f"{path}: it has parts {', '.join(found.parts)} but no validation: thresholds are chosen on neither "
            "training nor test rows; give a file with such rows"
        )
    if name == "all" and "all" not in found.parts:
        raise DataError(
            f"{path}: it has parts {', '.join(found.parts)} but no test: name one with --split (figures on rows that "
            "were trained on say nothing)"
        )
    if name not in found.parts:
        raise DataError(f"{path}: it has no part '{name}' (parts: {', '.join(found.parts)})")
    return PartRows(tuple(found.parts[name]), (), name, path.name, found.digest, found.notes)


def _plain(data: DataOptions) -> Path:
    """Refuse flags that say how to read rows of texts; returns the path."""
    assert data.path is not None
    for name, flags in _OF_TEXTS.items():
        if getattr(data, name) != getattr(DataOptions(), name):
            raise ConfigError(f"{flags}: for rows of texts; {data.path} holds routing rows")
    return data.path


def _leakage(
    path: Path, parts: Mapping[str, Sequence[Example]], *, allowed: bool, where: str = "in validation or test"
) -> str | None:
    """Return what crosses the parts: images of training rows, or whole texts, that are judged on.

    Raises:
        DataError: images do, and that is not allowed.
    """

    def shared(what: Mapping[str, set[str]]) -> int:
        return len(what.get("train", set()) & (what.get("validation", set()) | what.get("test", set())))

    images = {part: {g for row in rows if row.image is not None for g in _same(row)} for part, rows in parts.items()}
    texts = {part: {row.text for row in rows if row.image is None} for part, rows in parts.items()}
    if found := shared(images):
        told = f"{found:,} images of training rows stand {where} as well"
        if not allowed:
            raise DataError(
                f"{path}: {told}, so its figures would be too high: build it again with "
                "'pointsman data build adapter', or pass --allow-leakage"
            )
        return f"leak: {told}: figures are too high"
    if found := shared(texts):
        return f"leak: {found:,} texts of training rows stand {where} as well: figures are too high"
    return None


def _same(row: Example) -> set[str]:
    """Return what two rows share whose images are the same."""
    assert row.image is not None
    found = {f"bytes {row.image.digest()}"}
    # The group of a row that names none is its file, which says nothing across parts: folders may differ.
    return found | ({row.group} if row.group and not row.group.startswith("file: ") else set())


def _digest(split: Split) -> str:
    found = hashlib.sha256()
    for part in (split.train, split.validation, split.test):
        for key in sorted(request_key(row) + str(row.label).encode() for row in part):
            found.update(key)
        found.update(b"|")
    return found.hexdigest()
