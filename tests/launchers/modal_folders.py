"""What stands in for Modal's side in tests: volumes that are folders."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path


class Kind(Enum):
    FILE = 1
    DIRECTORY = 2


@dataclass(frozen=True)
class Entry:
    path: str
    type: Kind
    size: int


class Batch:
    def __init__(self, root: Path, force: bool) -> None:
        self.root, self.force, self.files = root, force, list[tuple[Path, str]]()

    def put_file(self, local: Path, remote: str) -> None:
        assert remote.startswith("/")
        self.files.append((local, remote))


class FolderStore:
    """A volume that is a folder; `cut` bytes of a file's end get lost on the way."""

    def __init__(self, root: Path, cut: int = 0) -> None:
        self.root, self.cut, self.batches = root, cut, list[int]()
        root.mkdir(parents=True, exist_ok=True)

    def iterdir(self, path: str, *, recursive: bool = True) -> Iterator[Entry]:
        at = self.root / path.lstrip("/")
        if not at.exists():
            raise FileNotFoundError(path)
        for found in [at] if at.is_file() else at.rglob("*"):
            kind = Kind.DIRECTORY if found.is_dir() else Kind.FILE
            yield Entry(str(found.relative_to(self.root)), kind, found.stat().st_size if found.is_file() else 0)

    def read_file(self, path: str) -> Iterator[bytes]:
        content = (self.root / path.lstrip("/")).read_bytes()
        content = content[: len(content) - self.cut]
        for start in range(0, len(content), 7):
            yield content[start : start + 7]

    @contextmanager
    def batch_upload(self, force: bool = False) -> Iterator[Batch]:
        batch = Batch(self.root, force)
        yield batch
        self.batches.append(len(batch.files))
        for local, remote in batch.files:
            to = self.root / remote.lstrip("/")
            if to.exists() and not force:
                raise FileExistsError(remote)
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(local, to)
