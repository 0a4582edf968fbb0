from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from pointsman.errors import ConfigError, WorkerError
from pointsman.launchers import launch
from pointsman.launchers.ray_crew import RayCrew, _raised
from pointsman.launchers.settings import LauncherSettings
from pointsman.pipeline import steps
from pointsman.pipeline.options import TrainOptions
from pointsman.training.head import HeadRecipe, HeadResult, fit_head
from tests.pipeline.tells import Tells
from tests.training.doomed import Doomed

TWO = RayCrew(LauncherSettings(launcher="ray", workers=2))


def _head(**how: object) -> HeadResult:
    rng = np.random.default_rng(0)
    labels = rng.choice(3, 60, p=[0.6, 0.3, 0.1])
    features = (np.eye(3, 12)[labels] * 2 + rng.normal(size=(60, 12))).astype(np.float32)
    # Batches of 8 of 33 rows: of the last one a member has none.
    recipe = HeadRecipe(epochs=3, batch_size=8, learning_rate=1e-2, evaluate_every=4, patience=0)
    return fit_head(features[:33], labels[:33], features[33:], labels[33:], 3, recipe, **how)  # type: ignore[arg-type]


@pytest.mark.usefixtures("ray_runtime")
def test_two_workers_train_what_one_does(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    alone = _head()
    found = _head(crew=TWO, progress=lambda *at: told.append(at[:2]), tensorboard=tmp_path / "run" / "tensorboard")
    assert told[-1] == (15, 15)
    assert told == sorted(told)
    assert found.recipe == alone.recipe
    for a, b in zip(alone.history, found.history, strict=True):
        assert b == pytest.approx(a, abs=1e-5)
    torch.testing.assert_close(found.head.output.weight, alone.head.output.weight, rtol=0, atol=1e-5)
    assert [file.name for file in (tmp_path / "run").iterdir()] == ["tensorboard"]  # nothing of Ray's own is left


@pytest.mark.usefixtures("ray_runtime")
@pytest.mark.parametrize(
    ("how", "error", "says"),
    [
        ("killed", WorkerError, r"^a worker of the Ray crew ended before the training did \(.*--resume$"),
        pytest.param("wrong", ConfigError, "^--learning-rate 9: lower it$", marks=pytest.mark.slow),
    ],
)
def test_what_ends_a_worker_ends_the_fit(how: str, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        TWO.fit(Doomed(how))


def test_a_lost_worker_is_told_whoever_notices_it_first() -> None:
    from ray.exceptions import ActorDiedError
    from ray.train.v2._internal.exceptions import WorkerHealthCheckFailedError
    from ray.train.v2.api.exceptions import WorkerGroupError

    gone = ActorDiedError()
    for failure in (gone, WorkerHealthCheckFailedError("A worker health check failed.", gone)):
        found = _raised(WorkerGroupError("Rank 1", {1: failure}))
        assert re.match(
            r"a worker of the Ray crew ended before the training did \(killed, or out of memory\)", str(found)
        )


@pytest.mark.slow
@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine is to have no GPU")
@pytest.mark.usefixtures("ray_runtime")
def test_the_members_of_a_cluster_are_joined_on_their_gpus(
    train_options: Callable[..., TrainOptions], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The driving task gets as far as the members, and those look for the GPUs that Ray gave them: there are none."""
    monkeypatch.setenv("POINTSMAN_STORE", str(tmp_path / "store"))
    told = Tells()
    options = replace(train_options("bert", tmp_path / "out", epochs=1), device="auto")
    with pytest.raises(
        ConfigError, match=r"^torch sees no CUDA device in a worker of the Ray crew that was given a GPU"
    ):
        launch(steps.get("train"), options, LauncherSettings("ray", workers=2, gpus=1), told)
    assert "device: cuda (each worker has gpus 1)" in told.lines
    assert any(line.startswith("trunk: 96 of 96 texts") for line in told.lines)


@pytest.mark.usefixtures("ray_runtime")
def test_gpus_are_whole() -> None:
    job = Doomed("wrong", device="cuda")
    with pytest.raises(ConfigError, match="gpus 0 of each worker: training on 2 workers needs whole ones"):
        TWO.fit(job)
