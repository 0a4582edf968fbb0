from __future__ import annotations

import multiprocessing
import pickle
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load

from pointsman.backbones import Backbone
from pointsman.backbones.hardware import Hardware
from pointsman.data.alignment import IGNORED
from pointsman.encoding.conversation import Preparer, Template
from pointsman.errors import ConfigError, MissingExtraError, WorkerError
from pointsman.training.batches import Rows
from pointsman.training.branch import build
from pointsman.training.crew import SINGLE, Alone, Job, Member, Processes, Progress, _pack, _unpack, portable
from pointsman.training.fit import FitResult, _BranchJob, fit
from pointsman.training.head import HeadRecipe, HeadResult, _HeadJob, _Rows
from pointsman.training.recipe import Recipe
from pointsman.training.sft import Lesson
from pointsman.training.sft_model import Taught, Validation, _SftJob, train_sft
from pointsman.training.sft_recipe import SftRecipe
from tests.generating import NAMES, shown, spoken
from tests.training.crews import Watched
from tests.training.doomed import Doomed

LABELS = ("animal", "fruit", "tool")
FP32 = Hardware("cpu", "fp32", ())
TWO = Processes(2, threads=1)
# No dropout: members draw masks of their own.
RECIPE = Recipe(
    lora_rank=8, lora_alpha=8, epochs=2, batch_size=8, learning_rate=3e-3, patience=0, max_length=32, seed=5
)
SFT = SftRecipe(rank=8, alpha=16, dropout=0.0, epochs=2, learning_rate=1e-2, patience=0, seed=5)
# Batches of 8 and a last one of a single row: one of two members has none.
ROWS = 25

Steps = list[dict[str, torch.Tensor]]


@dataclass(frozen=True)
class Fitted:
    """What a job came to."""

    found: Any
    steps: Steps

    @property
    def result(self) -> FitResult | HeadResult:
        found: FitResult | HeadResult = self.found if isinstance(self.found, HeadResult) else self.found[0]
        return found

    @property
    def weights(self) -> dict[str, torch.Tensor]:
        found = self.found
        return dict(found.head.named_parameters()) if isinstance(found, HeadResult) else load(found[1])


class KilledError(Exception):
    """Stands for a kill."""


def _rows(rows: Rows, n: int, *, tokens: bool = False) -> Rows:
    """Return the first rows, classes as unequal as their labels then are; of tokens with labels of every kind."""
    labels = list(rows.labels[:n])
    if tokens:
        labels = [
            [IGNORED, *(int(label) for _ in range(len(x) - 2)), IGNORED]
            for x, label in zip(rows.inputs, labels, strict=False)
        ]
    return Rows(rows.inputs[:n], labels)


def _branch(backbone: Backbone, make: Callable[..., Rows], work: Path, recipe: Recipe, **how: Any) -> _BranchJob:
    token, depth = how.get("token", False), how.get("depth", 2)
    kind: Any = "token" if token else "sequence"
    branch = build(backbone, LABELS, recipe, 4 if depth is None else depth, torch.float32, kind=kind)
    train = _rows(make(backbone, 33, depth), ROWS, tokens=token)
    held = _rows(make(backbone, 12, depth, 1), 12, tokens=token)
    return _BranchJob(branch, train, held, recipe, FP32, work, "f1" if token else "macro_f1", None, resume=False)


def _sft(backbone: Backbone, work: Path, draw: Callable[..., list[Any]], recipe: SftRecipe = SFT) -> _SftJob:
    preparer = Preparer(backbone)
    names = [preparer.answer_ids(name) for name in NAMES]
    lessons = [
        Lesson(preparer.prepare(row, Template()), tuple(preparer.answer_ids(str(row.label)))) for row in draw(ROWS)
    ]
    rows = draw(9, 1)
    truth = np.array([NAMES.index(str(row.label)) for row in rows])
    held = Validation([preparer.prepare(row, Template()) for row in rows], names, truth)
    return _SftJob(backbone, lessons, recipe, FP32, work, held, quantised=False, tensorboard=None, resume=False)


def _head(recipe: HeadRecipe) -> _HeadJob:
    rng = np.random.default_rng(0)
    labels = rng.choice(3, 2 * ROWS, p=[0.6, 0.3, 0.1])
    features = (np.eye(3, 12)[labels] * 2 + rng.normal(size=(2 * ROWS, 12))).astype(np.float32)
    rows = _Rows(features[:ROWS], labels[:ROWS], features[ROWS:], labels[ROWS:])
    return _HeadJob(rows, 3, recipe, None)


JOBS = ("lora", "added up", "full", "tokens", "images", "linear", "hidden")


@pytest.fixture(scope="module")
def jobs(
    tmp_path_factory: pytest.TempPathFactory,
    backbones: dict[str, Backbone],
    make_rows: Callable[..., Rows],
    tiny_qwen3_vl: Backbone,
) -> Callable[[], list[Job]]:
    """Return what makes the fittings of `JOBS`, anew each time."""

    def make() -> list[Job]:
        def work() -> Path:
            return tmp_path_factory.mktemp("work")

        head = HeadRecipe(epochs=3, batch_size=8, learning_rate=1e-2, evaluate_every=4, patience=0)
        added_up = replace(RECIPE, gradient_checkpointing=True, gradient_accumulation=2, evaluate_every=2)
        return [
            _branch(backbones["bert"], make_rows, work(), RECIPE),
            _branch(backbones["modernbert"], make_rows, work(), added_up),
            _branch(backbones["bert"], make_rows, work(), replace(RECIPE, adapt="full", epochs=1), depth=None),
            _branch(backbones["bert"], make_rows, work(), replace(RECIPE, best_by="loss"), token=True),
            _sft(tiny_qwen3_vl, work(), shown, replace(SFT, gradient_accumulation=2)),
            _head(replace(head, label_smoothing=0.1)),
            _head(replace(head, hidden=8)),
        ]

    return make


@pytest.fixture(scope="module")
def fitted(jobs: Callable[[], list[Job]]) -> dict[str, tuple[Fitted, Fitted]]:
    """Return every fitting by one worker and by two."""
    two = TWO.fit(Watched(jobs()))
    one = Alone().fit(Watched(jobs()))
    return {name: (Fitted(*a), Fitted(*b)) for name, a, b in zip(JOBS, one, two, strict=True)}


@pytest.mark.parametrize("name", JOBS)
def test_gradients_are_those_of_one_worker(fitted: dict[str, tuple[Fitted, Fitted]], name: str) -> None:
    one, two = fitted[name]
    assert len(one.steps) == len(two.steps) > 3
    for a, b in zip(one.steps, two.steps, strict=True):
        assert a.keys() == b.keys()
        assert max(float(gradient.abs().max()) for gradient in a.values()) > 0.01
        for key, gradient in a.items():
            torch.testing.assert_close(b[key], gradient, rtol=0, atol=1e-6)


@pytest.mark.parametrize("name", JOBS)
def test_losses_figures_and_weights_are_those_of_one_worker(
    fitted: dict[str, tuple[Fitted, Fitted]], name: str
) -> None:
    one, two = fitted[name]
    history = one.result.history
    assert [entry["step"] for entry in history] == [entry["step"] for entry in two.result.history]
    assert {"loss", "eval_loss", "eval_accuracy", "eval_f1"} & {key for entry in history for key in entry}
    for a, b in zip(history, two.result.history, strict=True):
        for key in a.keys() & b.keys() - {"total_flos"}:
            if "runtime" not in key and "per_second" not in key:
                assert b[key] == pytest.approx(a[key], abs=1e-5), key
    assert two.result.best_metric == pytest.approx(one.result.best_metric, abs=1e-6)
    assert two.result.weights == one.result.weights
    for key, weight in one.weights.items():
        if key.endswith("key.bias"):  # no score depends on it: what AdamW makes of its gradient is rounding alone
            continue
        torch.testing.assert_close(two.weights[key], weight, rtol=0, atol=1e-5)


def test_what_can_go_wrong_is_there(fitted: dict[str, tuple[Fitted, Fitted]]) -> None:
    """Rows that leave a member without any, and classes that weigh differently: else the tests above show little."""
    assert ROWS % RECIPE.batch_size == 1
    assert fitted["lora"][0].result.weights == pytest.approx([1.0, 1.0, 11 / 3])
    assert fitted["linear"][0].result.weights is not None


def test_a_crew_puts_the_weights_into_the_callers_model_and_one_goes_on_with_two(
    tmp_path: Path, backbones: dict[str, Backbone], make_rows: Callable[..., Rows]
) -> None:
    def run(work: Path, **how: Any) -> tuple[dict[str, torch.Tensor], FitResult]:
        job = _branch(backbones["modernbert"], make_rows, work, RECIPE)
        result = fit(job.branch, job.train, job.validation, RECIPE, FP32, work, primary_metric="macro_f1", **how)
        return {n: p.detach().clone() for n, p in job.branch.model.named_parameters() if p.requires_grad}, result

    weights, whole = run(tmp_path / "whole")

    def kill(done: int, total: int, text: str) -> None:
        if done == 5:
            raise KilledError

    with pytest.raises(KilledError):
        run(tmp_path / "cut", progress=kill)
    told: list[tuple[int, int]] = []
    found, result = run(tmp_path / "cut", resume=True, crew=TWO, progress=lambda *at: told.append(at[:2]))
    assert result.resumed_from == 4
    assert told == [(5, 8), (6, 8), (7, 8), (8, 8)]
    assert result.best_metric == whole.best_metric
    for name, weight in weights.items():
        torch.testing.assert_close(found[name], weight, rtol=0, atol=1e-5)
    # The checkpoints are one worker's: it goes on with those of two.
    names = {file.name for file in (tmp_path / "cut").glob("checkpoint-*/*")}
    assert names == {file.name for file in (tmp_path / "whole").glob("checkpoint-*/*")}
    again, result = run(tmp_path / "cut", resume=True)
    assert (result.resumed_from, result.steps) == (8, 8)
    for name, weight in found.items():
        torch.testing.assert_close(again[name], weight, rtol=0, atol=0)


@dataclass(frozen=True)
class Elsewhere:
    """Runs a job in this process, as it arrives in another."""

    size: int = 2

    def fit(self, job: Job, progress: Progress | None = None) -> Any:
        arrived: Job = pickle.loads(pickle.dumps(job))
        return pickle.loads(pickle.dumps(arrived.run(SINGLE, progress)))


def test_a_generating_model_comes_back_trained(tmp_path: Path, tiny_qwen3: Backbone) -> None:
    job = _sft(tiny_qwen3, tmp_path / "one", spoken)

    def run(work: Path, crew: Elsewhere | None) -> Taught:
        return train_sft(tiny_qwen3, job.lessons, SFT, FP32, work, validation=job.validation, crew=crew)

    one, two = run(tmp_path / "one", None), run(tmp_path / "two", Elsewhere())
    assert not two.model.training
    assert two.fit.best_metric == one.fit.best_metric
    found = dict(two.model.named_parameters())
    for name, weight in one.model.named_parameters():
        assert torch.equal(found[name], weight), name
    fresh = dict(job.build().named_parameters())
    assert not all(torch.equal(found[name], weight) for name, weight in fresh.items())


@pytest.mark.parametrize(
    ("how", "error", "says"),
    [
        ("killed", WorkerError, r"worker 2 of 2 ended before the training did \(killed by SIGKILL.*--resume"),
        ("wrong", ConfigError, "^--learning-rate 9: lower it$"),
    ],
)
def test_what_ends_a_member_ends_the_fit(how: str, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        TWO.fit(Doomed(how))
    assert not multiprocessing.active_children()


def test_a_job_travels_whole(tmp_path: Path, backbones: dict[str, Backbone], make_rows: Callable[..., Rows]) -> None:
    job = _branch(backbones["bert"], make_rows, tmp_path, RECIPE)
    halves = Rows([row.bfloat16() for row in job.train.inputs], job.train.labels)
    _pack(replace(job, train=halves), tmp_path / "job")
    # Rows of one storage are stored once, not once each with all of it.
    size = sum(row.numel() * 2 for row in halves.inputs)
    weights = sum(p.numel() * 4 for p in job.branch.model.parameters())
    assert sum(f.stat().st_size for f in tmp_path.glob("job*")) < 1.5 * (size + weights) + 200_000
    found = _unpack(tmp_path / "job")
    assert isinstance(found, _BranchJob)
    assert all(torch.equal(a, b) for a, b in zip(found.train.inputs, halves.inputs, strict=True))
    assert found.branch.backbone == job.branch.backbone
    ours, theirs = job.branch.model.state_dict(), found.branch.model.state_dict()
    assert all(torch.equal(theirs[name], weight) for name, weight in ours.items())


@given(rows=st.lists(st.integers(), max_size=20), size=st.integers(1, 7))
def test_each_row_is_one_members(rows: list[int], size: int) -> None:
    parts = [Member(rank, size).share(rows) for rank in range(size)]
    assert sorted(row for part in parts for row in part) == sorted(rows)
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


def test_errors_come_back_as_themselves() -> None:
    assert type(portable(ConfigError("--x: use y"))) is ConfigError
    missing = portable(MissingExtraError("vision", "PIL"))
    assert str(missing) == str(MissingExtraError("vision", "PIL"))


def test_a_crew_has_members() -> None:
    with pytest.raises(ConfigError, match="--workers 0: use at least 1"):
        Processes(0)
    assert SINGLE.agree(lambda: 3) == 3
    assert SINGLE.gather("own") == ["own"]
