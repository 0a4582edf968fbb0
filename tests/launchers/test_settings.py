from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pointsman.errors import ConfigError
from pointsman.launchers import LauncherSettings, launch, read_settings
from tests.launchers.squares import SUM, SumOptions


def test_flags_win_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "ray.yaml"
    file.write_text("launcher: ray\nworkers: 8\nmemory_gb: 2.5\n", encoding="utf-8")
    given = {"workers": 2, "launcher": None}
    assert read_settings(file, given) == LauncherSettings("ray", workers=2, memory_gb=2.5)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"launcher": "rai"}, "--launcher rai, did you mean 'ray'"),
        ({"address": "auto"}, "--address goes with --launcher ray"),
        ({"launcher": "ray", "gpu": "L40S"}, "--gpu goes with --launcher modal"),
        ({"gpus": 1}, "gpus is a setting of the launcher ray, not of local"),
        ({"launcher": "modal", "memory_gb": 64}, "memory_gb is a setting of the launcher ray, not of modal"),
        ({"launcher": "ray", "modal": Path("modal.yaml")}, "modal is a setting of the launcher modal, not of ray"),
        ({"workers": 0}, "--workers 0: use at least 1"),
    ],
)
def test_a_setting_that_would_do_nothing_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        LauncherSettings(**given)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("wrokers: 2", "no setting 'wrokers', did you mean 'workers'"),
        ("workers: two", "workers is 'two': use a whole number"),
        ("- ray", "write lines such as"),
        ("a: [", "is no YAML"),
    ],
)
def test_mistakes_in_the_file(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "ray.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        read_settings(file, {})


def test_cores_of_workers_that_there_are_not(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cpus 2: of workers that share a step"):
        launch(SUM, SumOptions(tmp_path), LauncherSettings(cpus=2))
