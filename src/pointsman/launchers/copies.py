"""Copies of what URLs name, kept on this machine: what has not changed there is not fetched twice.

A version of a URL is a folder named by what the listing says of every file (size, etag, time); it is there whole or
not at all. Files that another version of the same URL holds are linked, not fetched. A version that is read is locked
against removal; the oldest-used others leave beyond POINTSMAN_PLACES_GB.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import math
import os
import shutil
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pointsman.errors import ConfigError, DataError, OutputError
from pointsman.launchers.remote import ITSELF, Entry, Remote, free_bytes, no_room
from pointsman.pipeline.options import Progress

DEFAULT_LIMIT_GB = 50.0
_SPARE = 100_000_000  # bytes that are left free on the disk
_LIST = "files.json"


def places_folder() -> Path:
    """Return where copies are: `$POINTSMAN_PLACES`, or `pointsman/places` in the user's cache."""
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(os.environ.get("POINTSMAN_PLACES") or Path(cache) / "pointsman" / "places").resolve()


def limit_bytes() -> float:
    """Return how much the copies of inputs may take: `$POINTSMAN_PLACES_GB`.

    Raises:
        ConfigError: it is no number.
    """
    typed = os.environ.get("POINTSMAN_PLACES_GB")
    try:
        found = float(typed or DEFAULT_LIMIT_GB) * 1e9
        if math.isnan(found) or found < 0:
            raise ValueError
    except ValueError:
        raise ConfigError(f"POINTSMAN_PLACES_GB={typed}: not a number of gigabytes") from None
    return found


def need_room(url: str, size: int) -> None:
    """Refuse to fetch what the disk does not hold.

    Raises:
        OutputError: it does not.
    """
    if size and size + _SPARE > free_bytes(places_folder()):
        raise no_room(url, places_folder(), size)


def key_of(url: str) -> str:
    """Return the name of a URL's folder."""
    return hashlib.sha256(url.encode()).hexdigest()[:16]


def make_folder(folder: Path) -> Path:
    """Make a folder for copies, and return it.

    Raises:
        OutputError: it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"{folder} cannot be made ({error.strerror}): set POINTSMAN_PLACES to a folder for copies of what URLs name"
        ) from None
    return folder


@contextmanager
def held(file: Path, *, shared: bool = False, wait: bool = True) -> Iterator[bool]:
    """Hold a lock file while the block runs; gives False, at once, if it is not to wait and another holds it."""
    with file.open("a") as lock:
        try:
            fcntl.flock(lock, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        yield True


@contextmanager
def copy_of(remote: Remote, tell: Progress) -> Iterator[Path]:
    """Give the local copy of a file or folder, which stays as it is while the block runs.

    Args:
        remote: what to copy.
        tell: told what is fetched.

    Raises:
        DataError: nothing is there.
        OutputError: the disk has no room.
        PointsmanError: it cannot be read.
    """
    limit = limit_bytes()
    files = remote.files()
    if not files:
        raise DataError(f"{remote.url}: nothing is there: correct the path")
    home = make_folder(places_folder() / "in" / key_of(remote.url))
    version = home / _fingerprint(files)
    target = version / "copy" / remote.name
    try:
        with held(home / f"{version.name}.lock", shared=True):
            with held(home / ".lock"):
                if not version.is_dir():
                    _fetch(remote, files, version, limit, tell)
                elif missing := {name: one for name, one in files.items() if not _is_there(target, name, one)}:
                    remote.fetch(missing, target)  # a step may remove a file that it finds damaged
            os.utime(home / f"{version.name}.lock")  # last use
            yield target
    finally:
        _evict(limit)


def _fingerprint(files: Mapping[str, Entry]) -> str:
    told = [(name, one.size, one.tag or uuid.uuid4().hex) for name, one in sorted(files.items())]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


def _fetch(remote: Remote, files: Mapping[str, Entry], version: Path, limit: float, tell: Progress) -> None:
    home = version.parent
    for stray in home.glob(".*.tmp"):  # of a run that was killed; the lock says that none is at it
        shutil.rmtree(stray, ignore_errors=True)
    there = _fetched_before(home)
    known = {name: there[name, one] for name, one in files.items() if one.tag and (name, one) in there}
    wanted = {name: one for name, one in files.items() if name not in known}
    size = sum(max(one.size, 0) for one in wanted.values())
    _evict(limit, size)
    need_room(remote.url, size)
    tell.say(f"{remote.url}: fetching {_files(len(wanted))}, {size / 1e6:,.1f} MB")
    stage = home / f".{uuid.uuid4().hex}.tmp"
    target = stage / "copy" / remote.name
    try:
        target.parent.mkdir(parents=True)
        for name, old in known.items():
            new = target / name if name else target
            new.parent.mkdir(parents=True, exist_ok=True)
            os.link(old, new)
        remote.fetch(wanted, target, lambda done, total: tell.advance("fetch", done, total))
        listed = {name: [one.size, one.tag] for name, one in files.items()}
        (stage / _LIST).write_text(json.dumps({"url": remote.url, "files": listed}), encoding="utf-8")
        stage.rename(version)
    except OSError as error:
        raise OutputError(f"{places_folder()} cannot be written ({error.strerror}): set POINTSMAN_PLACES") from None
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _is_there(target: Path, name: str, entry: Entry) -> bool:
    file = target / name if name else target
    return file.is_file() and entry.size in (-1, file.stat().st_size)


def _fetched_before(home: Path) -> dict[tuple[str, Entry], Path]:
    found = {}
    for version in home.iterdir():
        told = _listed(version)
        for name, (size, tag) in told.items():
            for copy in (version / "copy").iterdir():
                file = copy if name == ITSELF else copy / name
                if file.is_file():
                    found[name, Entry(size, tag)] = file
    return found


def _listed(version: Path) -> dict[str, tuple[int, str]]:
    try:
        told = json.loads((version / _LIST).read_text(encoding="utf-8"))["files"]
        return {str(name): (int(size), str(tag)) for name, (size, tag) in told.items()}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _evict(limit: float, room: int = 0) -> None:
    """Remove the oldest-used versions that nobody reads until all, with `room` more bytes, are within the limit."""
    versions = []
    for lock in (places_folder() / "in").glob("*/*.lock"):
        version = lock.with_suffix("")
        if lock.name != ".lock" and version.is_dir():
            size = sum(max(size, 0) for size, _ in _listed(version).values())
            versions.append((lock.stat().st_mtime, size, lock, version))
    total = room + sum(size for _, size, *_ in versions)
    for _, size, lock, version in sorted(versions):
        if total <= limit:
            return
        with held(lock, wait=False) as free:
            if free:
                shutil.rmtree(version, ignore_errors=True)
                total -= size


def _files(count: int) -> str:
    return f"{count:,} file{'s' if count != 1 else ''}"
