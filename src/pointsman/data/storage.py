"""Files by name, on this machine or behind a URL (`s3://…`, any that fsspec knows): found, read, and written whole.

A file that is written appears under its name with all its bytes or not at all. Local files need no fsspec. Knows
nothing of what is in them.
"""

from __future__ import annotations

import contextlib
import errno
import glob
import io
import os
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from pointsman.data.file_systems import explain, open_file_system
from pointsman.data.urls import is_remote, scheme_of, url_of
from pointsman.errors import ConfigError, DataError, OutputError, PointsmanError

_BUFFER = 1 << 20
_VOLUME = "volume:"
_HERE = ("file", "local")
_MAGIC = frozenset("*?[")
_TAGS = ("ETag", "etag", "md5Hash", "generation", "LastModified", "last_modified", "mtime", "created")
"""What file systems say that changes with a file, the surest first."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file that is there.

    Attributes:
        path: absolute path or URL.
        size: in bytes.
        stamp: changes when the file does: the time of its last change, or what an object store says; "": nothing does.
        sure: whether an equal stamp and size mean equal bytes on any machine (an object store's tag).
    """

    path: str
    size: int
    stamp: str
    sure: bool = False


def is_url(name: str) -> bool:
    """Return whether a name is one of another file system than this machine's."""
    return is_remote(name) and scheme_of(name).lower() not in _HERE


def absolute(name: str) -> str:
    """Return a name that means the same in another working directory; URLs and paths of volumes stay as they are."""
    if name.startswith(_VOLUME):
        return name
    if is_remote(name):
        url = url_of(name)
        return url if is_url(name) else "/" + url.partition("://")[2].lstrip("/")
    return os.path.abspath(name)  # noqa: PTH100 - a pattern or a name, links kept


def _present(name: str) -> str:
    """Return an absolute name of something that this process can reach.

    Raises:
        ConfigError: it is on a volume of Modal.
    """
    if name.startswith(_VOLUME):
        raise ConfigError(f"{name} is on a volume of Modal: add --launcher modal")
    return absolute(name)


def is_pattern(name: str) -> bool:
    """Return whether a name holds a wildcard."""
    return bool(_MAGIC & set(name))


def base_of(name: str) -> str:
    """Return the folder that a pattern begins in; what is no pattern is its own."""
    if not is_pattern(name):
        return name
    first = min(name.find(sign) for sign in _MAGIC if sign in name)
    return name[:first].rpartition("/")[0] or "/"


def find(name: str) -> tuple[list[Found], bool]:
    """Return the files that a name stands for, by path, and whether it is a file's own name.

    Args:
        name: a file, a folder (all files in it and below, hidden ones aside), or a pattern with `*`, `**`, `?`.

    Raises:
        DataError: there is no such thing, or it cannot be read.
        ConfigError: its file system is refused, or out of reach.
    """
    return _find_there(_present(name)) if is_url(name) else _find_here(_present(name))


def _find_here(name: str) -> tuple[list[Found], bool]:
    path = Path(name)
    with _explained(name):
        if path.is_file():
            return [_found_here(path)], True
        if path.is_dir():
            return [_found_here(file) for file in _files_below(path)], False
        if not is_pattern(name):
            raise DataError(f"{name}: no such file or folder; check the path")
        hits = [Path(hit) for hit in sorted(glob.glob(name, recursive=True))]  # noqa: PTH207 - absolute pattern
        return [_found_here(hit) for hit in hits if hit.is_file()], False


def _files_below(folder: Path) -> list[Path]:
    out = []
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(one for one in folders if not one.startswith("."))
        out += [Path(root, file) for file in files if not file.startswith(".")]
    return sorted(path for path in out if path.is_file())


def _found_here(path: Path) -> Found:
    told = path.stat()
    return Found(str(path), told.st_size, str(told.st_mtime_ns))


def _find_there(name: str) -> tuple[list[Found], bool]:
    system, path = open_file_system(name)
    with _explained(name):
        if is_pattern(path):
            told, own = system.glob(path, detail=True), False
        elif system.isfile(path):
            told, own = {path: system.info(path)}, True
        elif system.isdir(path):
            told, own = system.find(path, detail=True), False
        else:
            raise DataError(f"{name}: no such file or folder; check the URL")
    found = [_found_there(system, key, info) for key, info in told.items() if info.get("type") == "file"]
    visible = [one for one in found if own or not one.path.rsplit("/", 1)[-1].startswith(".")]
    return sorted(visible, key=lambda one: one.path), own


def _found_there(system: Any, path: str, info: dict[str, Any]) -> Found:
    key = next((key for key in _TAGS if info.get(key)), None)
    stamp = "" if key is None else f"{key}={info[key]}".replace('"', "")
    return Found(system.unstrip_protocol(path), int(info.get("size") or 0), stamp, sure=key in _TAGS[:4])


@contextlib.contextmanager
def _explained(name: str, kind: type[DataError] | type[OutputError] = DataError) -> Iterator[None]:
    """Turn what a file system says into a line for the user."""
    try:
        yield
    except PointsmanError:
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise kind(f"{name}: no space left; free some, then run the command again") from None
        if is_url(name):
            raise explain(name, error, writes=kind is OutputError) from None
        if not isinstance(error, OSError):
            raise
        if error.errno in (errno.ENOTDIR, errno.EEXIST):
            raise kind(f"{name}: it, or a part of it, is a file: name a folder") from None
        told = error.strerror or " ".join(str(error).split())[:200]
        raise kind(f"{name}: cannot be reached ({told})") from None


def open_file(path: str) -> BinaryIO:
    """Open a file to read, one that can be sought in.

    Raises:
        DataError: it is not there, or cannot be read.
        ConfigError: its file system is refused, or out of reach.
    """
    if not is_url(path):
        with _explained(path):
            return Path(absolute(path)).open("rb", buffering=_BUFFER)
    system, inner = open_file_system(path)
    with _explained(path):
        return io.BufferedReader(system.open(inner, "rb"), _BUFFER)


@contextlib.contextmanager
def reading(path: str) -> Iterator[None]:
    """Turn what goes wrong while an open file is read into a line for the user."""
    with _explained(path):
        yield


class Folder(Protocol):
    """A place for files that are written whole."""

    name: str

    def files(self) -> set[str]:
        """Return the names of the files in it; none where it is not there."""
        ...

    def open(self, file: str) -> BinaryIO:
        """Open one to read."""
        ...

    def write(self, file: str, content: bytes) -> None:
        """Write one, in place of what has its name."""
        ...

    def remove(self, files: Sequence[str]) -> None:
        """Remove files; those that are not there any more are no matter."""
        ...

    def tidy(self) -> None:
        """Remove what writers that were killed left; none may be writing what is not there yet."""
        ...


def folder(name: str) -> Folder:
    """Return a folder by path or URL; it is made when the first file is written."""
    return _FolderThere(_present(name)) if is_url(name) else _FolderHere(_present(name))


class _FolderHere:
    """A folder of this machine: files are written beside their place, under a name of their own, and renamed."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._path = Path(name)

    def files(self) -> set[str]:
        with _explained(self.name, OutputError):
            if not self._path.exists():
                return set()
            return {one.name for one in self._path.iterdir() if not _is_temporary(one.name)}

    def open(self, file: str) -> BinaryIO:
        return open_file(str(self._path / file))

    def write(self, file: str, content: bytes) -> None:
        temporary = self._path / f".{file}.{uuid.uuid4().hex}.tmp"
        with _explained(str(self._path / file), OutputError):
            self._path.mkdir(parents=True, exist_ok=True)
            try:
                with temporary.open("wb") as stream:
                    stream.write(content)
                    stream.flush()
                    os.fsync(stream.fileno())
                self._rename(temporary, self._path / file)
            finally:
                temporary.unlink(missing_ok=True)

    @staticmethod
    def _rename(temporary: Path, place: Path) -> None:
        try:
            temporary.replace(place)
        except FileNotFoundError:
            if not place.exists():  # else another writer of the same file has finished and tidied up
                raise

    def remove(self, files: Sequence[str]) -> None:
        with _explained(self.name, OutputError):
            for file in files:
                (self._path / file).unlink(missing_ok=True)

    def tidy(self) -> None:
        with _explained(self.name, OutputError):
            for one in self._path.iterdir() if self._path.exists() else ():
                if _is_temporary(one.name):
                    one.unlink(missing_ok=True)


def _is_temporary(name: str) -> bool:
    return name.startswith(".") and name.endswith(".tmp")


class _FolderThere:
    """A folder behind a URL: an object store shows an object when all of it has arrived."""

    def __init__(self, name: str) -> None:
        self.name = name.rstrip("/")
        self._system, self._path = open_file_system(self.name)

    def files(self) -> set[str]:
        with _explained(self.name, OutputError):
            self._system.invalidate_cache()
            try:
                found = self._system.ls(self._path, detail=False)
            except FileNotFoundError:
                return set()
            names = {str(path).rstrip("/").rsplit("/", 1)[-1] for path in found}
            return names - {self._path.rstrip("/").rsplit("/", 1)[-1], ""}  # some stores list the folder itself

    def open(self, file: str) -> BinaryIO:
        return open_file(f"{self.name}/{file}")

    def write(self, file: str, content: bytes) -> None:
        with _explained(f"{self.name}/{file}", OutputError):
            self._system.pipe_file(f"{self._path}/{file}", content)

    def remove(self, files: Sequence[str]) -> None:
        with _explained(self.name, OutputError):
            for file in files:
                with contextlib.suppress(FileNotFoundError):
                    self._system.rm_file(f"{self._path}/{file}")

    def tidy(self) -> None:
        """Nothing is left behind."""


def read_bytes(place: Folder, file: str) -> bytes:
    """Return a file's bytes.

    Raises:
        DataError: it is not there, or cannot be read.
        ConfigError: its file system is refused, or out of reach.
    """
    with place.open(file) as stream, reading(f"{place.name}/{file}"):
        return stream.read()
