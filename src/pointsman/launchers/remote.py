"""A folder or file of another file system, by its URL: listed, fetched, pushed. Every failure is one line.

`data.file_systems` opens it.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from pointsman.data.file_systems import OBJECT_STORES, bucket_of, explain, open_file_system
from pointsman.data.urls import scheme_of
from pointsman.errors import DataError, OutputError, PointsmanError

ITSELF = ""
"""Name, in a listing, of a URL that is a file."""

_TOGETHER = 64  # files that are moved at once
_READ_ONLY = ("http", "https")
_TAGS = ("ETag", "etag", "md5Hash", "md5", "crc32c", "generation", "Content-MD5", "uid", "ino")
_TIMES = ("LastModified", "last_modified", "Last-Modified", "updated", "mtime", "created")

Told = Callable[[int, int], None]
"""Told (bytes moved, bytes in all)."""


@dataclass(frozen=True)
class Entry:
    """A file of a listing.

    Attributes:
        size: bytes; -1: not known.
        tag: another one for other content, as far as the file system tells; "": it tells nothing.
    """

    size: int
    tag: str


class Remote:
    """What a URL names.

    Args:
        url: of a file system that fsspec knows.
        flag: option or argument that named it, for errors; "": none.

    Raises:
        ConfigError: no such file system.
        MissingExtraError: its package is not installed.
    """

    def __init__(self, url: str, flag: str = "") -> None:
        self.url, self.flag = url, flag
        self._fs, self._path = open_file_system(url)

    @property
    def name(self) -> str:
        """Last part of the URL."""
        return PurePosixPath(self._path).name or "root"

    def can_be_written(self) -> bool:
        """Tell whether files can be pushed there at all."""
        return scheme_of(self.url) not in _READ_ONLY

    def files(self) -> dict[str, Entry]:
        """Return what is there: by path below the URL, or as `ITSELF` where the URL is a file; {}: nothing is.

        Raises:
            DataError: no such bucket, or a name that no folder can hold.
            ConfigError: refused, or out of reach.
        """
        with _clear(self.url):
            self._fs.invalidate_cache()
            try:
                if self.can_be_written():
                    found = self._fs.find(self._path, detail=True)
                else:
                    found = {self._path: self._fs.info(self._path)}
            except FileNotFoundError:
                if scheme_of(self.url) in OBJECT_STORES:  # nothing below a prefix is an empty listing there
                    raise DataError(f"{self.url}: no bucket '{bucket_of(self.url)}': make it, or correct it") from None
                found = {}
        base = self._path.rstrip("/")
        out = {}
        for path, info in sorted(found.items()):
            if path.endswith("/") or info.get("type") == "directory":
                continue  # what some tools write to mark a folder
            relative = path.rstrip("/").removeprefix(base).removeprefix("/")
            if any(part in ("", ".", "..") for part in relative.split("/")) and relative != ITSELF:
                raise DataError(f"{self.url}: it holds '{relative}', a name that no folder can hold: rename it")
            out[relative] = _entry(info)
        return out

    def fetch(self, files: Mapping[str, Entry], folder: Path, told: Told | None = None) -> None:
        """Copy files of the listing below a local folder; `ITSELF` becomes the folder's path itself.

        Raises:
            DataError: a file that is no longer there, or not as it was listed.
            OutputError: the disk is full.
        """
        total, moved = sum(max(one.size, 0) for one in files.values()), 0
        for names in _batches(sorted(files)):
            local = [folder / name if name else folder for name in names]
            for file in local:
                file.parent.mkdir(parents=True, exist_ok=True)
            with _clear(self.url, local=folder):
                self._fs.get([self._at(name) for name in names], [str(file) for file in local])
            for name, file in zip(names, local, strict=True):
                if files[name].size not in (-1, file.stat().st_size):
                    raise DataError(f"{self._url(name)} changed while it was fetched: run the command again")
                moved += max(files[name].size, 0)
            if told is not None:
                told(moved, total)

    def push(self, folder: Path, names: Sequence[str]) -> None:
        """Copy files below a local folder to the same places below the URL, in any order.

        Raises:
            ConfigError: refused, or out of reach.
            OutputError: the place cannot be written.
        """
        for batch in _batches(names):
            with _clear(self.url, writes=True):
                for place in {self._at(name).rpartition("/")[0] for name in batch}:
                    if scheme_of(self.url) not in OBJECT_STORES:  # an object store has no folders
                        self._fs.makedirs(place, exist_ok=True)
                self._fs.put([str(folder / name) for name in batch], [self._at(name) for name in batch])

    def remove(self, names: Sequence[str]) -> None:
        """Remove files below the URL; those that are gone already are in order."""
        for name in names:
            with _clear(self.url, writes=True):
                try:
                    self._fs.rm_file(self._at(name))
                except FileNotFoundError:
                    continue

    def _at(self, name: str) -> str:
        return f"{self._path.rstrip('/')}/{name}" if name else self._path

    def _url(self, name: str) -> str:
        return f"{self.url.rstrip('/')}/{name}" if name else self.url


def _entry(info: Mapping[str, Any]) -> Entry:
    size = info.get("size")
    told = {key: str(info[key]) for key in (*_TAGS, *_TIMES) if info.get(key) is not None}
    tag = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest() if told else ""
    return Entry(int(size) if size is not None else -1, tag)


def _batches(names: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(names), _TOGETHER):
        yield list(names[start : start + _TOGETHER])


@contextmanager
def _clear(url: str, *, local: Path | None = None, writes: bool = False) -> Iterator[None]:
    """Turn whatever a file system's package raises into one clear line.

    Raises:
        PointsmanError: what it came to.
    """
    try:
        yield
    except PointsmanError:
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT) and local is not None:
            raise no_room(url, local) from None
        raise explain(url, error, writes=writes) from None


def no_room(url: str, folder: Path, needed: int | None = None) -> OutputError:
    """Return the error of a disk that does not hold the copy of a URL."""
    size = "" if needed is None else f", which takes {needed / 1e9:,.1f} GB of {free_bytes(folder) / 1e9:,.1f} free"
    return OutputError(
        f"no space left on the disk of {folder} for the copy of {url}{size}: free some, or set POINTSMAN_PLACES to a "
        "folder on another disk"
    )


def free_bytes(folder: Path) -> int:
    """Return the free bytes of the disk of a folder that may not be there yet."""
    while not folder.exists():
        folder = folder.parent
    stat = os.statvfs(folder)
    return stat.f_bavail * stat.f_frsize
