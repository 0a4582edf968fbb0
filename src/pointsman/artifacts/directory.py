"""Writing an artifact directory whole or not at all, and opening one only when every byte is as recorded."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pointsman.artifacts import layout
from pointsman.artifacts.integrity import compare, file_digest, files_in, read_any
from pointsman.artifacts.manifest import BundleManifest, Manifest, read_bundle, read_kind, read_manifest
from pointsman.artifacts.mappings import check_label_order, read_json
from pointsman.errors import ArtifactError, OutputError, PointsmanError
from pointsman.tasks import Task

_Any = TypeVar("_Any", Manifest, BundleManifest)


@dataclass(frozen=True)
class Artifact:
    """An opened, checked artifact.

    Attributes:
        path: its folder.
        manifest: what it says of itself.
        task: its task, labels in index order.
        digest: sha256 of manifest.json, which names every other file's.
    """

    path: Path
    manifest: Manifest
    task: Task
    digest: str

    def measured(self) -> dict[str, Any]:
        """Return the manifest's figures, and beside them those of each label (`per_class`) where it has a report.

        Raises:
            ArtifactError: the report is damaged.
        """
        file = self.path / layout.EVAL_RESULTS
        if not file.is_file():
            return dict(self.manifest.metrics)
        return {**self.manifest.metrics, "per_class": read_json(file).get("per_class", {})}


@dataclass(frozen=True)
class BundleFolder:
    """An opened, checked bundle.

    Attributes:
        path: its folder.
        manifest: what it says of itself.
        digest: sha256 of manifest.json.
    """

    path: Path
    manifest: BundleManifest
    digest: str


def open_artifact(path: str | Path) -> Artifact:
    """Open an artifact, or an export of one, after checking label order, the head's shape and every file's digest.

    Nothing in the folder is executed: JSON, safetensors and ONNX only.

    Raises:
        ArtifactError: not an artifact, not whole, changed, at odds with itself, or a bundle.
    """
    folder = Path(path)
    if read_kind(folder) == "bundle":
        raise ArtifactError(f"{folder} is a bundle of several routers: this needs the artifact of one")
    manifest = read_manifest(folder)
    task = manifest.task.task()
    # Label order first: it says more than "a byte has changed".
    check_label_order(folder, task)
    _check_head(folder, manifest)
    check_files(folder, manifest)
    return Artifact(folder, manifest, task, file_digest(folder / layout.MANIFEST))


def open_bundle(path: str | Path) -> BundleFolder:
    """Open a bundle after checking every file's digest.

    Raises:
        ArtifactError: not a bundle, not whole, or changed.
    """
    folder = Path(path)
    if (kind := read_kind(folder)) != "bundle":
        raise ArtifactError(f"{folder} is no bundle but {kind!r}: make one with 'pointsman export … --format bundle'")
    manifest = read_bundle(folder)
    check_files(folder, manifest)
    return BundleFolder(folder, manifest, file_digest(folder / layout.MANIFEST))


def check_files(folder: Path, manifest: Manifest | BundleManifest) -> None:
    """Compare every file with its recorded digest; names what is missing, changed or added."""
    found = compare(manifest.files, {name: file_digest(path) for name, path in files_in(folder).items()})
    if found.missing:
        raise ArtifactError(f"{folder}: {', '.join(found.missing)} missing: the artifact is not whole; copy it again")
    if found.added:
        raise ArtifactError(f"{folder}: {', '.join(found.added)} not named in {layout.MANIFEST}: remove what was added")
    if found.changed:
        file = folder / found.changed[0]
        raise ArtifactError(f"{file} has changed since it was written (sha256 differs): copy it again")


def _check_head(folder: Path, manifest: Manifest) -> None:
    if manifest.kind == "onnx" or manifest.strategy == "generate":
        return  # its output is compared when the graph is loaded; names are scored by the model's own head
    if manifest.strategy == "head":
        _check_rows(folder / layout.HEAD_WEIGHTS, "output.weight", len(manifest.task.labels))
        return
    merged = manifest.kind == "merged" or manifest.adapt == "full"
    name = layout.FULL_WEIGHTS if merged else layout.ADAPTER_WEIGHTS
    shapes = tensor_shapes(folder / name)
    heads = [shape for key, shape in shapes.items() if key.endswith(("classifier.weight", "out_proj.weight"))]
    classes = len(manifest.task.labels)
    if not heads:
        raise ArtifactError(f"{folder / name}: holds no classification head; the artifact is damaged")
    if all(shape[:1] != [classes] for shape in heads):
        raise ArtifactError(
            f"{folder / name}: the head has {(heads[0] or [0])[0]} classes, the task has {classes} labels"
        )


def _check_rows(file: Path, key: str, classes: int) -> None:
    shape = tensor_shapes(file).get(key)
    if shape is None:
        raise ArtifactError(f"{file}: holds no classification head ({key}); the artifact is damaged")
    if shape[:1] != [classes]:
        raise ArtifactError(f"{file}: the head has {(shape or [0])[0]} classes, the task has {classes} labels")


def tensor_shapes(file: Path) -> dict[str, list[int]]:
    """Read the tensor shapes in a safetensors file's header.

    Raises:
        ArtifactError: missing or not safetensors.
    """
    try:
        with file.open("rb") as stream:
            (length,) = struct.unpack("<Q", stream.read(8))
            if length > 100_000_000:
                raise ValueError("header too long")
            header = json.loads(stream.read(length))
        return {key: list(value["shape"]) for key, value in header.items() if key != "__metadata__"}
    except FileNotFoundError:
        raise ArtifactError(f"{file} is missing: the artifact is not whole") from None
    except (OSError, ValueError, struct.error, KeyError, TypeError, AttributeError) as error:
        raise ArtifactError(f"{file} is not a safetensors file: {error}") from None


def check_output(out: Path, *, overwrite: bool, reads: Sequence[Path] = (), several: bool = False) -> None:
    """Refuse an output that is there already, before any work is done.

    Args:
        out: file or folder to write.
        overwrite: whether a former output may be replaced.
        reads: files and folders that are read for it; none of them may go with what is replaced.
        several: `out` holds outputs, each written by itself, and is not replaced as a whole.

    Raises:
        OutputError: it exists and `overwrite` is False, or it is not Pointsman's to overwrite.
    """
    if not out.exists():
        return
    if not overwrite:
        raise OutputError(f"{out} exists already: choose another --out, or pass --overwrite to replace it")
    if not out.is_dir():
        raise OutputError(f"{out} is a file: choose another --out")
    _check_ours(out)
    if several:
        return
    place = out.resolve()
    for path in reads:
        if place in (path.resolve(), *path.resolve().parents):
            raise OutputError(f"{out} holds what is read ({path}) and would be replaced: choose another --out")
    if strange := _strange(out):
        raise OutputError(f"{out} holds {strange}, which is no part of the output to replace: move it away")


_OURS = (
    layout.MANIFEST,
    layout.EVAL_RESULTS,
    "summary.json",
    "comparison.json",
    "metadata.json",
    "stack_results.json",
    "training.json",
)


def _check_ours(out: Path) -> None:
    if any(out.iterdir()) and not any(_is_ours(out / name) for name in _OURS):
        raise OutputError(f"{out} holds something that Pointsman did not write: it is not overwritten; move it away")


def _is_ours(file: Path) -> bool:
    """Tell whether a file marks a folder as an output; other programs write a metadata.json too."""
    return file.is_file() and (file.name != "metadata.json" or bool(_built(file)))


def _built(file: Path) -> dict[str, Any]:
    """Return the metadata of built data; empty: damaged, or another program's."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) and str(content.get("kind")).startswith("pointsman ") else {}


def _strange(out: Path) -> str | None:
    """Return what stands in a former output and is no part of it: artifacts of its own, or a file."""
    inner = sorted(place.name for place in out.iterdir() if (place / layout.MANIFEST).is_file())
    if inner:
        return f"artifacts of its own ({inner[0]})"
    extra: set[str] = set()
    if (out / layout.MANIFEST).is_file():
        with contextlib.suppress(ArtifactError):  # a damaged one may be replaced
            extra = files_in(out).keys() - read_any(out).files.keys() - layout.HUB_FILES
    elif files := _built(out / "metadata.json").get("files"):
        extra = {place.name for place in out.iterdir() if place.is_file()} - {*files, "metadata.json"}
    return next(iter(sorted(extra)), None)


@contextlib.contextmanager
def room_for(folder: Path) -> Iterator[None]:
    """Turn whatever a library raises when the disk of `folder` fills up into one clear error.

    Raises:
        OutputError: the disk is full.
    """
    try:
        yield
    except Exception as error:
        full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
        if full or (not isinstance(error, PointsmanError) and _free(folder) < _LEAST_FREE):
            raise OutputError(f"no space left on the disk of {folder}: free some, or choose another --out") from None
        raise


# Below this many free bytes an error while writing is taken for a full disk: safetensors and torch raise
# errors of their own without an errno.
_LEAST_FREE = 4_000_000


def _free(folder: Path) -> int:
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


@contextlib.contextmanager
def staged(out: Path) -> Iterator[Path]:
    """Give a temporary folder beside `out` that becomes `out` when the block ends well.

    What stood at `out` is replaced in one rename and removed after; when the block fails nothing is left.

    Raises:
        OutputError: the place cannot be written, or the disk is full.
    """
    out = out.resolve()  # "." has no name of its own, and a link is not what is to be replaced
    stage = out.parent / f".{out.name}.{os.getpid()}.tmp"
    old = out.parent / f".{out.name}.{os.getpid()}.old"
    try:
        shutil.rmtree(stage, ignore_errors=True)
        try:
            stage.mkdir(parents=True)
        except FileNotFoundError as error:  # a place like /proc, where nobody makes folders
            raise OutputError(f"{out} cannot be written: {error.strerror}; choose another --out") from None
        with room_for(stage):
            yield stage
        if out.exists():
            out.rename(old)
        stage.rename(out)
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR):
            raise OutputError(f"{out} cannot be written: {error.strerror}; choose another --out") from None
        raise
    finally:
        if old.exists() and not out.exists():  # failed or interrupted between the two renames
            old.rename(out)
        shutil.rmtree(stage, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


def write_manifest(folder: Path, manifest: _Any) -> _Any:
    """Record every file's digest and write the manifest, last."""
    files = {name: file_digest(path) for name, path in files_in(folder).items() if name not in layout.HUB_FILES}
    manifest = manifest.model_copy(update={"files": files})
    (folder / layout.MANIFEST).write_text(manifest.model_dump_json(indent=1) + "\n", encoding="utf-8")
    return manifest
