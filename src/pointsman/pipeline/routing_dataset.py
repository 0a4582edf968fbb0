"""A routing folder as a data set to train with: its parts are taken as they are, its labels are the task's."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np

from pointsman.data.example import Example, Split
from pointsman.data.routing import Routing, read_routing
from pointsman.encoding.pooled import request_key
from pointsman.errors import DataError
from pointsman.pipeline.dataset import Dataset, PartRows
from pointsman.tasks import Task


def load_routing(task: Task, path: Path, *, max_samples: int = 0) -> Dataset:
    """Read a routing folder.

    Args:
        task: whose labels are the data's.
        path: folder of `pointsman data build adapter`.
        max_samples: most training rows, drawn evenly from the labels; 0: all.

    Raises:
        DataError: rows at fault, or no validation rows.
    """
    routing = read_routing(path)
    train, validation = routing.parts.get("train", ()), routing.parts.get("validation", ())
    test = routing.parts.get("test", ())
    if not train or not validation:
        raise DataError(
            f"{path}: it needs train.jsonl and validation.jsonl: build it with 'pointsman data build adapter'"
        )
    leakage = _leakage(routing)
    if max_samples and len(train) > max_samples:
        train = _some(train, routing.labels, max_samples)
    split = Split(tuple(train), tuple(validation), tuple(test))
    return Dataset(
        task=replace(task, labels=routing.labels),
        split=split,
        source=path.name,
        digest=routing.digest,
        split_digest=_digest(split),
        notes=routing.notes,
        leakage=leakage,
    )


def routing_rows(path: Path, task: Task, part: str | None) -> PartRows:
    """Return the rows of one part, to judge a router on.

    Args:
        path: routing folder, or a file of its rows.
        task: of the router: the rows' labels have to be its own.
        part: `train`, `validation` or `test`; None: test where there is one, else all.

    Raises:
        DataError: no such part, or labels that the router does not know.
    """
    routing = read_routing(path, labels=task.labels)
    name = part or ("test" if "test" in routing.parts else "all")
    if name == "all":
        rows = tuple(row for some in routing.parts.values() for row in some)
    elif name in routing.parts:
        rows = routing.parts[name]
    else:
        raise DataError(f"{path}: it has no part '{name}' (parts: {', '.join(routing.parts)})")
    return PartRows(rows, (), name, path.name, routing.digest, routing.notes)


def _some(rows: tuple[Example, ...], labels: tuple[str, ...], most: int) -> tuple[Example, ...]:
    order = np.random.default_rng(0).permutation(len(rows))
    kept: list[int] = []
    for label in labels:
        own = [i for i in order if rows[i].label == label]
        kept += own[: most // len(labels)]
    return tuple(rows[i] for i in sorted(kept))


def _leakage(routing: Routing) -> str | None:
    """Return what crosses the parts: images (or whole requests) of training rows that are judged on."""
    groups = {part: {row.group or request_key(row).hex() for row in rows} for part, rows in routing.parts.items()}
    shared = sum(len(groups.get("train", set()) & groups.get(part, set())) for part in ("validation", "test"))
    if not shared:
        return None
    return f"leak: {shared} images of training rows stand in validation or test as well: figures are too high"


def _digest(split: Split) -> str:
    found = hashlib.sha256()
    for part in (split.train, split.validation, split.test):
        for key in sorted(request_key(row) + str(row.label).encode() for row in part):
            found.update(key)
        found.update(b"|")
    return found.hexdigest()
