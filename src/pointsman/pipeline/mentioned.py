"""Local folders of base models that artifacts and solvers mention: a worker elsewhere needs them as much."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from pointsman.artifacts import layout
from pointsman.artifacts.manifest import read_manifest
from pointsman.backbones import ALIASES
from pointsman.errors import PointsmanError
from pointsman.pipeline.solver_artifact import SOLVER


def bases_of(folders: Iterable[Path]) -> Iterator[Path]:
    """Give the folders of the models that these artifacts and solvers stand on.

    Folders that are neither, or not here, are passed over, and so are models that are not named by a folder.
    """
    for folder in folders:
        name = _base(folder)
        if name is not None and name not in ALIASES and Path(name).is_dir():
            yield Path(name)


def _base(folder: Path) -> str | None:
    try:
        if (folder / SOLVER).is_file():
            return str(json.loads((folder / SOLVER).read_text(encoding="utf-8"))["base"]["name"])
        if (folder / layout.MANIFEST).is_file():
            manifest = read_manifest(folder)
            return manifest.backbone.name if manifest.kind == "router" else None  # exports hold their model
    except (PointsmanError, OSError, ValueError, KeyError, TypeError):
        return None
    return None
