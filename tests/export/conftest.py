"""Tiny trained routers of both kinds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pointsman.pipeline.train import TrainResult
from tests.routers import token_router


@pytest.fixture(scope="session")
def router(
    trained: Callable[[str], TrainResult], model_folders: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str, str], Path]:
    """Return what gives the artifact of a family and a kind; copy it before changing it."""

    def give(family: str, kind: str) -> Path:
        if kind == "token":
            return token_router(model_folders[family], tmp_path_factory.getbasetemp() / "token-routers")
        return trained(family).artifact.path

    return give
