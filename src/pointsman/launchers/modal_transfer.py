"""Files to and from Modal volumes: whole, in few large batches, and nothing half-written here.

Takes what a `modal.Volume` can do as a protocol, so that it works on anything that does the same.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from pointsman.artifacts.directory import room_for, staged
from pointsman.errors import DataError, OutputError
from pointsman.launchers.modal_volumes import VolumePath
from pointsman.pipeline.options import Progress

_BATCH_FILES, _BATCH_BYTES = 100, 1_000_000_000
_MANY = 10_000


class Store(Protocol):
    """What is used of a `modal.Volume`."""

    def iterdir(self, path: str, *, recursive: bool = True) -> Iterable[Any]:
        """Give entries with `path`, `type` and `size`."""

    def read_file(self, path: str) -> Iterable[bytes]:
        """Give a file's content in pieces."""

    def batch_upload(self, force: bool = False) -> AbstractContextManager[Any]:
        """Take `put_file(local, remote)` of several files, sent when the block ends."""


@dataclass(frozen=True)
class Moved:
    """What went over.

    Attributes:
        files: how many.
        bytes: of them all.
    """

    files: int
    bytes: int


def open_volume(name: str, *, create: bool = False) -> Store:
    """Return a volume by name.

    Raises:
        ModalError: see `speaking`, which the caller has around.
    """
    import modal

    found: Store = modal.Volume.from_name(name, create_if_missing=create)
    return found


def upload(
    store: Store, local: Path, to: VolumePath, tell: Progress, *, overwrite: bool = False, only: Sequence[str] = ()
) -> Moved:
    """Copy a file, or what a folder holds, to a place on a volume.

    Args:
        store: the volume.
        local: file or folder.
        to: the place: of the file itself, or of the folder.
        tell: told of it.
        overwrite: replace files that are there.
        only: names of files of the folder; (): all that do not begin with a dot.

    Raises:
        DataError: nothing to copy.
        OutputError: files are there already.
    """
    files = _files(local, to, only)
    if not files:
        raise DataError(f"{local}: {'it holds no files' if local.is_dir() else 'no such file or folder'}")
    if len(files) > _MANY:
        tell.say(f"{local} holds {len(files):,} files: volumes are quick with few large ones; pack them where you can")
    if not overwrite:
        there = {PurePosixPath("/") / entry.path for entry in entries(store, to.path)}
        taken = [remote for _, remote in files if PurePosixPath(remote) in there]
        if taken:
            raise OutputError(
                f"{to.volume}{taken[0]} is there already: pass --overwrite to replace it, or name another place"
            )
    total, done = sum(file.stat().st_size for file, _ in files), 0
    for batch in _batches(files):
        try:
            with store.batch_upload(force=overwrite) as sending:
                for file, remote in batch:
                    sending.put_file(file, remote)
        except FileExistsError as error:
            raise OutputError(f"{to}: {error}: pass --overwrite to replace what is there") from None
        done += sum(file.stat().st_size for file, _ in batch)
        tell.advance("upload", done // 1_000_000, total // 1_000_000, "MB")
    return Moved(len(files), total)


def download(store: Store, at: VolumePath, local: Path, tell: Progress, *, overwrite: bool = False) -> Moved:
    """Copy a file or folder of a volume here, whole or not at all.

    Args:
        store: the volume.
        at: what is copied.
        local: what it becomes; a file goes into a folder that is there already.
        tell: told of it.
        overwrite: replace what is there.

    Raises:
        DataError: nothing is there, or it was cut short.
        OutputError: `local` is there already, or cannot be written.
    """
    found = [entry for entry in entries(store, at.path) if entry.type.name == "FILE"]
    if not found:
        raise DataError(f"{at}: nothing is there")
    is_file = len(found) == 1 and PurePosixPath(found[0].path.lstrip("/")) == PurePosixPath(at.path)
    if is_file and local.is_dir():
        local = local / PurePosixPath(at.path).name
    if local.exists() and not overwrite:
        raise OutputError(f"{local} exists already: pass --overwrite to replace it, or name another place")
    if local.exists() and local.is_dir() == is_file:
        raise OutputError(f"{local} is a {'folder' if is_file else 'file'}: name another place")
    counted = _Counted(tell, sum(entry.size for entry in found))
    if is_file:
        with _staged_file(local) as stage:
            counted.copy(store, at, found[0], stage)
    else:
        with staged(local) as folder:
            for entry in found:
                inner = PurePosixPath(entry.path.lstrip("/")).relative_to(at.path or ".")
                if ".." in inner.parts:
                    raise DataError(f"{at}: '{entry.path}' leads out of the folder")
                counted.copy(store, at, entry, folder / inner)
    return Moved(len(found), counted.total)


def entries(store: Store, path: str) -> list[Any]:
    """Return everything at or below a path of a volume, by path; empty where nothing is there."""
    import modal

    with contextlib.suppress(modal.exception.NotFoundError, FileNotFoundError):
        return sorted(store.iterdir(f"/{path}", recursive=True), key=lambda entry: entry.path)
    return []


class _Counted:
    """Copies files and tells how far it is."""

    def __init__(self, tell: Progress, total: int) -> None:
        self.tell, self.total, self.done = tell, total, 0

    def copy(self, store: Store, at: VolumePath, entry: Any, to: Path) -> None:
        to.parent.mkdir(parents=True, exist_ok=True)
        size = 0
        with to.open("wb") as stream:
            for piece in store.read_file(entry.path):
                stream.write(piece)
                size += len(piece)
                self.done += len(piece)
                self.tell.advance("download", self.done // 1_000_000, self.total // 1_000_000, "MB")
        if size != entry.size:
            raise DataError(f"volume:{at.volume}/{entry.path} gave {size:,} of {entry.size:,} bytes: try again")


@contextlib.contextmanager
def _staged_file(local: Path) -> Iterator[Path]:
    stage = local.parent / f".{local.name}.{os.getpid()}.tmp"
    try:
        local.parent.mkdir(parents=True, exist_ok=True)
        with room_for(local.parent):
            yield stage
        stage.replace(local)
    except PermissionError as error:
        raise OutputError(f"{local} cannot be written: {error.strerror}") from None
    finally:
        stage.unlink(missing_ok=True)


def _files(local: Path, to: VolumePath, only: Sequence[str]) -> list[tuple[Path, str]]:
    if local.is_file():
        return [(local, f"/{to.path or local.name}")]
    found = [file for file in sorted(local.rglob("*")) if file.is_file()]
    kept = []
    for file in found:
        inner = file.relative_to(local)
        if inner.as_posix() in only if only else not any(part.startswith(".") for part in inner.parts):
            kept.append((file, str(PurePosixPath("/", to.path, inner.as_posix()))))
    return kept


def _batches(files: Sequence[tuple[Path, str]]) -> Iterator[list[tuple[Path, str]]]:
    batch: list[tuple[Path, str]] = []
    size = 0
    for one in files:
        if batch and (len(batch) >= _BATCH_FILES or size >= _BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(one)
        size += one[0].stat().st_size
    if batch:
        yield batch
