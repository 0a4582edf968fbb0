"""What a worker of a cluster would not see is said before anything starts, wherever the step names it."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from pointsman.errors import ConfigError
from pointsman.launchers import LauncherSettings, launch
from pointsman.pipeline import steps
from pointsman.pipeline.evaluate import EvaluateOptions
from pointsman.pipeline.evaluate_solver import EvaluateSolverOptions, SolverExam
from pointsman.pipeline.options import DataOptions, TrainOptions
from pointsman.pipeline.stack_evaluate import EvaluateStackOptions, StackExam
from pointsman.pipeline.train_solver import SolverOptions, SolverTraining


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, artifact_copy: Path) -> Path:
    """Return a folder that this process alone sees, with something of everything in it."""
    monkeypatch.chdir(tmp_path)
    for name in ("base", "adapter", "solver"):
        Path(name).mkdir()
    found = Path(f"/proc/self/task/{os.getpid()}/cwd")
    Path("base/config.json").write_text("{}")
    Path("adapter/adapter_config.json").write_text("{}")
    Path("rows.jsonl").write_text("")
    Path("task.yaml").write_text("name: things\nlabels: [a, b]\n")
    experts = {"a": {"path": str(found / "adapter")}}
    Path("experts.yaml").write_text(yaml.safe_dump({"base": "qwen3-0.6b", "experts": experts}))
    Path("solver/solver.json").write_text(json.dumps({"base": {"name": str(found / "base")}}))
    manifest = json.loads((artifact_copy / "manifest.json").read_text())
    manifest["backbone"]["name"] = str(found / "base")
    shutil.copytree(artifact_copy, "router")
    Path("router/manifest.json").write_text(json.dumps(manifest))
    return found


def options_of(what: str, own: Path, here: Path) -> tuple[str, Any]:
    """Return a step and its options; one thing in them is seen by this process alone."""
    rows = here / "rows.jsonl"
    exam = SolverExam(rows)
    return {
        "base": ("train", TrainOptions("intent", data=DataOptions(rows), overrides={"model": str(own / "base")})),
        "task.yaml": ("train", TrainOptions(str(own / "task.yaml"), data=DataOptions(rows))),
        "rows.jsonl": (
            "train solver",
            SolverTraining("law", here / "o", SolverOptions({"arc": str(own / "rows.jsonl")})),
        ),
        "adapter": ("stack evaluate", EvaluateStackOptions(StackExam(rows), here / "experts.yaml")),
        "base of a router": ("evaluate", EvaluateOptions((here / "router",), DataOptions(rows))),
        "base of a solver": ("evaluate solver", EvaluateSolverOptions(here / "solver", exam)),
        "base of a solver's router": ("evaluate solver", EvaluateSolverOptions(here / "x", exam, here / "router")),
    }[what]


@pytest.mark.usefixtures("ray_runtime")
@pytest.mark.parametrize(
    "what",
    [
        *("base", "task.yaml", "rows.jsonl", "adapter"),
        *("base of a router", "base of a solver", "base of a solver's router"),
    ],
)
def test_what_a_worker_does_not_see_is_said_first(what: str, own: Path, tmp_path: Path) -> None:
    name, options = options_of(what, own, tmp_path)
    with pytest.raises(ConfigError) as error:
        launch(steps.get(name), options, LauncherSettings("ray"))
    assert str(error.value).startswith(f"{own / what.split()[0]} is not on node ")
    assert "\n" not in str(error.value)
    assert not (tmp_path / "o").exists()
