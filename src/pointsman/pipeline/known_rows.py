"""Rows whose answers are known, to judge an export's lower precisions on: a file, or the embedded test part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pointsman.artifacts import open_artifact
from pointsman.data.example import Example
from pointsman.errors import MissingExtraError
from pointsman.pipeline.dataset import as_trained, load_dataset, load_rows
from pointsman.pipeline.options import DataOptions
from pointsman.tasks import Task


@dataclass(frozen=True)
class Known:
    """Rows of one task, and where they come from, in words."""

    rows: tuple[Example, ...]
    source: str


class KnownRows:
    """Finds each task's rows once, when they are asked for.

    Attributes:
        fp32: (form, task) -> the fp32 graph's figure on them, kept by whoever measures it.

    Args:
        path: the folder that is judged.
        kind: what it holds.
        data: task name, or "" for the folder's one task -> file.
        most: rows at most; None: all.
    """

    def __init__(self, path: Path, kind: str, data: Mapping[str, Path], most: int | None) -> None:
        self.fp32: dict[tuple[str, str], float] = {}
        self._path, self._kind, self._data, self._most = path, kind, data, most
        self._found: dict[str, Known | str] = {}

    def of(self, task: Task) -> Known | str:
        """Return a task's rows, or why there are none.

        Raises:
            DataError: the file that was named cannot be read as rows of the task.
        """
        if task.name not in self._found:
            self._found[task.name] = self._find(task)
        return self._found[task.name]

    def _find(self, task: Task) -> Known | str:
        file = self._data.get(task.name, self._data.get(""))
        if file is not None:
            options = DataOptions(path=file)
            if self._kind != "bundle":
                options = as_trained(options, open_artifact(self._path))
            found = load_rows(file, task, options, None)
            return Known(found.rows[: self._most], f"{found.source} ({found.part})")
        if not task.embedded:
            return "no rows with known answers: name them with --data"
        try:
            rows = load_dataset(task.name, None, DataOptions(labels=task.names)).split.test
        except (MissingExtraError, ModuleNotFoundError) as error:
            return f"the embedded test rows cannot be made ({error}): name rows with --data"
        return Known(rows[: self._most], "the embedded test part")
