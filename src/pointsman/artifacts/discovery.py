"""Finding artifacts, exports and bundles below a folder, and which of them serves a task best.

Gives what each is and whether it is whole; loads no model. A folder of other software is known by its name alone.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pointsman import tasks
from pointsman.artifacts import layout
from pointsman.artifacts.directory import open_artifact, open_bundle
from pointsman.artifacts.integrity import file_digest, read_any
from pointsman.artifacts.manifest import BundleManifest, TaskRecord
from pointsman.artifacts.mappings import read_json
from pointsman.errors import ArtifactError

Prefer = Literal["architecture", "metric"]

KINDS = ("router", "merged", "onnx", "bundle", "foreign")
"""What can be found, in the order in which equals are preferred: a router is what its exports were made of, and the
figures are its own; of other software's folders nothing can be checked."""

FAMILIES = ("bert", "roberta", "modernbert")
"""Model families in the order in which they are preferred."""


@dataclass(frozen=True)
class Served:
    """One task that was found.

    Attributes:
        task: its name.
        rank: of the LoRA; 0: all of the weights were trained; None: not known, or a head alone.
        metric: the task's primary metric.
        value: that figure, on `split`.
        interval: its 95 % interval.
        split: digest of the split whose rows it was measured on: figures of other rows do not compare.
    """

    task: str
    rank: int | None = None
    metric: str | None = None
    value: float | None = None
    interval: tuple[float, float] | None = None
    split: str | None = None


@dataclass(frozen=True)
class Found:
    """A folder that holds an artifact, an export, a bundle, or what was one.

    Attributes:
        path: the folder.
        kind: one of `KINDS`; `unknown` where its manifest cannot be read.
        tasks: what it decides; one for all but bundles.
        family: of its backbone.
        architecture: of its backbone, as directory names spell it.
        digest: sha256 of its manifest; None where there is none.
        created: when it was written, ISO 8601.
        problem: what is wrong with it; None: it is whole.
    """

    path: Path
    kind: str
    tasks: tuple[Served, ...] = ()
    family: str = ""
    architecture: str = ""
    digest: str | None = None
    created: str = ""
    problem: str | None = None

    def serves(self, task: str) -> Served | None:
        """Return what it says of a task, or None."""
        return next((served for served in self.tasks if served.task == task), None)


def discover(root: Path) -> list[Found]:
    """Find every artifact, export and bundle at a folder and below it, in order of their paths.

    Nothing within one is looked at, nor hidden folders (runs keep their work in such). Links are followed, and a folder
    that several paths lead to is listed once, under its own where that is below `root`.

    Raises:
        ArtifactError: the folder does not exist or cannot be read.
    """
    if not root.is_dir():
        raise ArtifactError(f"{root} is no folder: name one that holds artifacts, or folders of them")
    return sorted(_walk(root, set()), key=lambda found: found.path)


def preferred(found: Sequence[Found], task: str, prefer: Prefer = "architecture") -> Found | None:
    """Return which of `found` serves a task best, or None where no whole one does.

    Args:
        found: any kinds: leave out those that should not compete.
        task: its name.
        prefer: `architecture`: BERT, then RoBERTa, then ModernBERT, then others; `metric`: the highest primary metric.

    Equals are told apart by kind (in the order of `KINDS`), the newest, then by name.
    """
    rivals = [(one, served) for one in found if one.problem is None and (served := one.serves(task)) is not None]
    rivals.sort(key=lambda rival: (rival[0].path.name, str(rival[0].path)))
    rivals.sort(key=lambda rival: rival[0].created, reverse=True)
    rivals.sort(key=lambda rival: KINDS.index(rival[0].kind))
    if prefer == "metric":
        rivals.sort(key=lambda rival: float("inf") if rival[1].value is None else -rival[1].value)
    else:
        known = {family: place for place, family in enumerate(FAMILIES)}
        rivals.sort(key=lambda rival: known.get(rival[0].family, len(FAMILIES)))
    return rivals[0][0] if rivals else None


def describe(folder: Path) -> Found:
    """Say what a folder with a manifest holds; what is wrong with it stands in `problem`."""
    try:
        manifest = read_any(folder)
    except ArtifactError as error:
        named = _NAME.match(folder.name.lower())
        family, architecture = (family_named(folder.name), named["architecture"]) if named else ("", "")
        return Found(folder, _claimed(folder), family=family, architecture=architecture, problem=str(error))
    try:
        served = _served(manifest)
        digest = (open_bundle(folder) if isinstance(manifest, BundleManifest) else open_artifact(folder)).digest
        problem = None
    except ArtifactError as error:
        digest, problem = file_digest(folder / layout.MANIFEST), str(error)
    backbone = manifest.backbone
    return Found(
        folder, manifest.kind, served, backbone.family, backbone.architecture, digest, manifest.created, problem
    )


def family_named(name: str) -> str:
    """Return the model family that a directory name tells of: BERT unless it says otherwise."""
    name = name.lower()
    if "modernbert" in name or "mmbert" in name:
        return "modernbert"
    return "roberta" if "roberta" in name else "bert"


def _walk(folder: Path, seen: set[str]) -> Iterator[Found]:
    real = os.path.realpath(folder)
    if real in seen:
        return
    seen.add(real)
    if _is_ours(folder):
        yield describe(folder)
        return
    if (found := _foreign(folder)) is not None:
        yield found
        return
    try:
        below = sorted(p for p in folder.iterdir() if not p.name.startswith(".") and p.is_dir())
    except OSError as error:
        yield Found(folder, "unknown", problem=f"{folder} cannot be read: {error.strerror}")
        return
    # Links last: what they name is listed under its own path where that is below the root as well.
    for path in sorted(below, key=lambda p: p.is_symlink()):
        yield from _walk(path, seen)


def _is_ours(folder: Path) -> bool:
    """Tell whether a folder has a manifest of ours, be it damaged; others write files of that name as well."""
    file = folder / layout.MANIFEST
    if not file.is_file():
        return False
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        beside = (layout.CONFIG, layout.ROUTER, layout.LABEL_MAPPING, layout.CALIBRATION)
        return any((folder / name).is_file() for name in beside)
    return isinstance(content, dict) and ("format_version" in content or content.get("kind") in KINDS)


def _claimed(folder: Path) -> str:
    """Return the kind that a manifest names which is otherwise no good."""
    try:
        kind = json.loads((folder / layout.MANIFEST).read_text(encoding="utf-8"))["kind"]
    except (OSError, ValueError, RecursionError, KeyError, TypeError):
        return "unknown"
    return kind if kind in KINDS[:-1] else "unknown"


def _served(manifest: Any) -> tuple[Served, ...]:
    if isinstance(manifest, BundleManifest):
        return tuple(_figure(router.task, router.rank, router.metrics, None) for router in manifest.routers)
    rank = None if manifest.strategy == "head" else manifest.rank
    return (_figure(manifest.task, rank, manifest.metrics, manifest.data.split_digest),)


def _figure(task: TaskRecord, rank: int | None, metrics: dict[str, Any], split: str | None) -> Served:
    value = metrics.get(task.primary_metric)
    intervals = metrics.get("intervals")
    pair = intervals.get(task.primary_metric) if isinstance(intervals, dict) else None
    return Served(
        task=task.name,
        rank=rank,
        metric=task.primary_metric,
        value=float(value) if isinstance(value, (int, float)) else None,
        interval=(float(pair[0]), float(pair[1])) if isinstance(pair, list) and len(pair) == 2 else None,
        split=split,
    )


# STEM_ARCHITECTURE_rN[_token]_model[_rust], as routers elsewhere name and discover them.
_NAME = re.compile(
    r"(?P<stem>lora_.+?_(?:classifier|detector|router))_(?P<architecture>.+)_(?:r(?P<rank>\d+)|full)"
    r"(?:_token)?_model(?:_rust)?$"
)


def _foreign(folder: Path) -> Found | None:
    """Return what a folder of other software says of itself by its name, config.json and lora_config.json."""
    named = _NAME.match(folder.name.lower())
    if named is None or not (folder / layout.CONFIG).is_file():
        return None
    family, problem = family_named(folder.name), None
    rank = int(named["rank"] or 0)
    try:
        model_type = read_json(folder / layout.CONFIG).get("model_type")
        if (folder / layout.LORA_CONFIG).is_file():
            lora = read_json(folder / layout.LORA_CONFIG)
            found = lora.get("rank", lora.get("r"))
            rank = found if isinstance(found, int) else rank
        needed = (layout.TOKENIZER, layout.LABEL_MAPPING)
        missing = [name for name in needed if not (folder / name).is_file()]
        if not any((folder / name).is_file() for name in (layout.FULL_WEIGHTS, layout.ADAPTER_WEIGHTS)):
            missing.append(layout.FULL_WEIGHTS)
        if missing:
            problem = f"{folder}: {', '.join(missing)} missing"
        elif isinstance(model_type, str) and family_named(model_type) != family:
            problem = f"{folder}: the name says {family}, {layout.CONFIG} says {model_type}: readers go by the name"
    except ArtifactError as error:
        problem = str(error)
    task = _task_of(named["stem"])
    return Found(folder, "foreign", (Served(task, rank),), family, named["architecture"], problem=problem)


def _task_of(stem: str) -> str:
    """Return the task whose directories begin with `stem`: an installed one, or what stands in `lora_…_classifier`."""
    for name in tasks.names():
        if tasks.get(name).stem == stem:
            return name
    return stem.removeprefix("lora_").removesuffix("_classifier")
