"""A fit that workers with GPUs share, driven by a process that has none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import torch

from pointsman.backbones import hardware as hw
from pointsman.errors import ConfigError
from pointsman.launchers import LauncherSettings
from pointsman.launchers.ray_crew import RayCrew
from pointsman.pipeline.options import TrainOptions
from pointsman.pipeline.train import train
from pointsman.pipeline.train_solver import SolverOptions, train_solver
from pointsman.training.crew import SINGLE, Alone, Crew, Processes, Progress, here
from tests.pipeline.tells import Tells
from tests.routing_artifacts import routing_options
from tests.solving import BRIEF, additions, tiny_base, write

pytestmark = pytest.mark.skipif(torch.cuda.is_available(), reason="this process is to have no GPU")

SETTINGS = LauncherSettings("ray", workers=2, gpus=1, cpus=3, memory_gb=2)


@dataclass(frozen=True)
class Elsewhere(RayCrew):
    """A crew whose job is done in this process, on its processor, as it came; what it came with is kept."""

    seen: list[tuple[hw.Hardware, dict[str, float]]] = field(default_factory=list)

    def fit(self, job: Any, progress: Progress | None = None) -> Any:
        self.seen.append((job.hardware, self._resources(job)))
        return replace(job, hardware=here(job.hardware)).run(SINGLE, progress)


def reached(crew: Elsewhere) -> tuple[str, str]:
    """Return what the members were to compute on, each with a GPU of its own."""
    [(hardware, resources)] = crew.seen
    assert resources == {"CPU": 3, "memory": 2e9, "GPU": 1}
    return hardware.device, hardware.precision


def test_members_have_what_the_settings_give_them() -> None:
    crew = RayCrew(SETTINGS)
    auto = crew.hardware("auto", "auto")
    assert (auto.device, auto.precision) == ("cuda", "bf16")
    assert auto.reasons[0] == "device: cuda (each worker has gpus 1)"
    asked = crew.hardware("cuda", "fp32")
    assert (asked.device, asked.precision) == ("cuda", "fp32")
    assert crew.hardware("cpu", "auto") == hw.choose("cpu", "auto")
    without = RayCrew(LauncherSettings("ray", workers=2)).hardware("auto", "fp32")
    assert without.device == "cpu"
    assert without.reasons[0] == "device: cpu (the workers have no GPU: gpus in --launcher-config)"


@pytest.mark.parametrize(("device", "gpus"), [("cuda", 0.0), ("cuda", 0.5), ("auto", 0.5)])
def test_what_they_do_not_have_is_said_before_anything_is_computed(
    device: hw.Device, gpus: float, train_options: Callable[..., TrainOptions], tmp_path: Path
) -> None:
    told = Tells()
    options = replace(train_options("bert", tmp_path / "out"), device=device)
    with pytest.raises(ConfigError, match=rf"^gpus {gpus:g} of each worker: .* needs whole ones: set gpus: 1"):
        train(options, told, RayCrew(LauncherSettings("ray", workers=2, gpus=gpus)))
    assert told.lines == []


@pytest.mark.parametrize("crew", [Alone(), Processes(2)])
def test_members_on_this_machine_have_what_it_has(crew: Crew) -> None:
    assert crew.hardware("auto", "fp32") == hw.choose("auto", "fp32")
    with pytest.raises(ConfigError, match="no CUDA device is visible"):
        crew.hardware("cuda", "auto")


@pytest.mark.parametrize("device", ["auto", "cuda"])
def test_a_branch(device: hw.Device, train_options: Callable[..., TrainOptions], tmp_path: Path) -> None:
    crew = Elsewhere(SETTINGS)
    options = train_options("bert", tmp_path / "out", epochs=1, adapt_layers="auto" if device == "auto" else 2)
    made = train(replace(options, device=device, precision="auto"), crew=crew)
    assert reached(crew) == ("cuda", "bf16")
    recipe = made.artifact.manifest.recipe
    assert (recipe["device"], recipe["precision"]) == ("cuda", "bf16")


def test_a_lora_that_says_names(requests_folder: Path, tiny_qwen3: Any, tmp_path: Path) -> None:
    crew = Elsewhere(SETTINGS)
    options = routing_options(requests_folder, tiny_qwen3, tmp_path / "out", "generate", epochs=1)
    made = train(replace(options, device="auto"), crew=crew)
    assert reached(crew) == ("cuda", "fp32")
    assert made.artifact.manifest.recipe["device"] == "cuda"


def test_a_head_is_fitted_on_processors(requests_folder: Path, tiny_qwen3: Any, tmp_path: Path) -> None:
    class Counts(RayCrew):
        def fit(self, job: Any, progress: Progress | None = None) -> Any:
            assert self._resources(job) == {"CPU": 3, "memory": 2e9}
            return job.run(SINGLE, progress)

    options = routing_options(requests_folder, tiny_qwen3, tmp_path / "out", "head")
    made = train(replace(options, device="auto"), crew=Counts(SETTINGS))
    assert made.artifact.manifest.recipe["device"] == "cpu"


def test_a_solver(tmp_path: Path) -> None:
    crew = Elsewhere(SETTINGS)
    rows = write(tmp_path / "rows.jsonl", additions(12, 1))
    exam = write(tmp_path / "exam.jsonl", additions(6, 2, start=100))
    options = SolverOptions(
        data={"mmlu_pro": str(exam), "gsm8k": str(rows)},
        model=str(tiny_base(tmp_path / "base")),
        overrides={"epochs": 1, "rank": 4},
        prompts=BRIEF,
        precision="fp32",
    )
    made = train_solver("math-reasoner", tmp_path / "solver", options, crew=crew)
    assert reached(crew) == ("cuda", "fp32")
    assert made.precision == "fp32"
