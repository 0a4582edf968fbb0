"""Nobody is logged in to Modal in these tests, and its volumes are folders of the test's own."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pointsman.launchers import modal_volumes


@pytest.fixture(autouse=True)
def no_account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No token in the environment, none in a file."""
    empty = tmp_path / "modal.toml"
    empty.touch()
    for name in [name for name in os.environ if name.startswith("MODAL_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MODAL_CONFIG_PATH", str(empty))
    import modal.config

    monkeypatch.setattr(modal.config, "_user_config", {})  # read when modal was imported
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")


@pytest.fixture(name="volumes")
def mounted_volumes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Return what gives the folder that stands for `NAME/path` of a volume."""
    monkeypatch.setattr(modal_volumes, "ROOT", tmp_path / "volumes")

    def at(place: str) -> Path:
        found = modal_volumes.ROOT / place
        found.parent.mkdir(parents=True, exist_ok=True)
        return found

    return at
