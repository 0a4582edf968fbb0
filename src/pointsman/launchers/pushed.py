"""A local folder that stands for a URL which a step writes: its content before, and what is new in it pushed.

The files that say that an output is whole are pushed last, so that a folder without them is none.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pointsman.errors import OutputError
from pointsman.launchers.copies import need_room
from pointsman.launchers.remote import ITSELF, Entry, Remote

WHOLE = (
    "manifest.json",
    "metadata.json",
    "preprocess.json",
    "encode.json",
    "summary.json",
    "comparison.json",
    "stack_results.json",
    "training.json",
    "solver.json",
)
"""Names of the files that a reader asks for first, and that say that the others are there."""


class Pushed:
    """The local folder of an output.

    Args:
        remote: what it stands for.
        folder: empty, or not there.
        resumes: a later run goes on with what is there, also with a part of it: nothing that says what it is may be
            missing in between.

    Attributes:
        kept: the folder holds what could not be pushed.
    """

    def __init__(self, remote: Remote, folder: Path, *, resumes: bool) -> None:
        self.remote, self.folder, self.resumes = remote, folder, resumes
        self._there: dict[str, Entry] = {}  # as last listed
        self._known = states(folder)
        self._own: set[str] = set()
        self.kept = False

    def pull(self, wanted: Callable[[str], bool] = lambda name: True) -> None:
        """Fetch what is new or changed at the URL.

        Args:
            wanted: which files, by path below it.

        Raises:
            PointsmanError: it cannot be read, or the disk is full.
        """
        files = self.remote.files()
        if ITSELF in files:
            raise OutputError(f"{self.remote.url} is a file: choose another --out")
        new = {
            name: one
            for name, one in files.items()
            if wanted(name) and not any(map(_being_written, name.split("/"))) and not self._same(name, one)
        }
        need_room(self.remote.url, sum(max(one.size, 0) for one in new.values()))
        if new:
            self.remote.fetch(new, self.folder)
        found = states(self.folder)
        self._known |= {name: found[name] for name in new if name in found}
        self._there |= files

    def _same(self, name: str, entry: Entry) -> bool:
        if name in self._own:
            return entry.size in (-1, self._known[name].size)
        return name in self._known and self._there.get(name) == entry and entry.tag != ""

    def push(self, *, removes: bool = True) -> tuple[str, ...]:
        """Push what is new or changed in the folder, and remove at the URL what was removed from it.

        Args:
            removes: whether to remove.

        Returns:
            What was pushed, in order.

        Raises:
            PointsmanError: it cannot be written; the folder is as it was.
        """
        found = states(self.folder)
        changed = [name for name, state in found.items() if self._known.get(name) != state]
        gone = [name for name in self._known if name not in found] if removes else []
        first, last = _in_order(changed)
        if not self.resumes and (first or gone):  # what says that all is there is not there meanwhile
            last = _in_order(list(found))[1]
            gone += [name for name in last if name in self._there]
        self.remote.remove(gone)
        self.remote.push(self.folder, first)
        for name in last:
            self.remote.push(self.folder, [name])
        changed = [*first, *last]
        self._own |= set(changed)
        self._known = {name: state for name, state in self._known.items() if name in found} | {
            name: found[name] for name in changed
        }
        return tuple(changed)

    def hand_over(self) -> None:
        """Push, and remove what was pushed from the folder; descriptions stay.

        Raises:
            PointsmanError: see `push`.
        """
        for name in self.push(removes=False):
            if not is_description(name):
                (self.folder / name).unlink()
                del self._known[name]


def is_description(name: str) -> bool:
    """Tell whether a file of an output is one of the small ones that describe the others."""
    return name.endswith(".json")


def _in_order(names: list[str]) -> tuple[list[str], list[str]]:
    """Return the files that say nothing of others, and those that do, the outermost last."""
    last = [name for name in names if PurePosixPath(name).name in WHOLE]
    first = [name for name in names if PurePosixPath(name).name not in WHOLE]
    return sorted(first), sorted(last, key=lambda name: (-name.count("/"), name))


@dataclass(frozen=True)
class State:
    """What a local file was when it was looked at: another one is a changed file."""

    size: int
    time: int
    inode: int


def states(folder: Path) -> dict[str, State]:
    """Return the files below a folder, those being written (`.NAME.tmp`) left out."""
    found = {}
    for place, folders, names in os.walk(folder):
        folders[:] = [one for one in folders if not _being_written(one)]
        for name in names:
            if not _being_written(name):
                file = Path(place) / name
                stat = file.stat()
                found[file.relative_to(folder).as_posix()] = State(stat.st_size, stat.st_mtime_ns, stat.st_ino)
    return found


def _being_written(name: str) -> bool:
    return name.startswith(".") and name.endswith((".tmp", ".old"))
