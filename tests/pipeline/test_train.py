from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

import pointsman
from pointsman.artifacts import open_artifact
from pointsman.backbones import Backbone
from pointsman.backbones.hardware import Hardware
from pointsman.data.files import Fields
from pointsman.errors import ConfigError, DataError, OutputError, PointsmanError, TaskError
from pointsman.launchers import LauncherSettings, launch
from pointsman.pipeline.dataset import load_dataset, load_rows
from pointsman.pipeline.depth import choose_depth
from pointsman.pipeline.options import DataOptions, RequestOptions, Silent, TrainOptions
from pointsman.pipeline.run import TrainResult
from pointsman.pipeline.step import Where, options_from_json, options_to_json, paths_in, running
from pointsman.pipeline.train import STEP, train
from pointsman.tasks import Task
from pointsman.training.batches import Rows
from pointsman.training.recipe import Recipe
from tests.conftest import FAMILIES
from tests.pipeline.tells import Tells

Make = Callable[..., TrainOptions]


class Dies(Tells):
    """Dies at a step of training."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self.die_at = at

    def advance(self, stage: str, done: int, total: int, text: str = "") -> None:
        if stage == "training" and done == self.die_at:
            raise KeyboardInterrupt


def _check_results(path: Path) -> dict[str, Any]:
    results = json.loads((path / "eval_results.json").read_text(encoding="utf-8"))
    for name in ("accuracy", "macro_f1", "weighted_f1"):
        assert 0 <= results[name] <= 1, name
        low, high = results["intervals"][name]
        assert low <= results[name] <= high, name
    assert results["split"] == "test"
    assert results["baselines"].keys() == {"majority", "logistic_regression", "nearest_neighbours"}
    assert math.isfinite(results["calibration"]["ece_after"])
    assert isinstance(results["verdict"], str)
    html = (path / "report.html").read_text(encoding="utf-8")
    assert html.lstrip().lower().startswith("<!doctype html")
    assert 'src="http' not in html
    return results


def test_lora_of_every_family(trained: Callable[[str], TrainResult], family: str, backbone: Backbone) -> None:
    result = trained(family)
    artifact = open_artifact(result.artifact.path)
    manifest = artifact.manifest
    assert _check_results(artifact.path)["accuracy"] == manifest.metrics["accuracy"] == result.results["accuracy"]
    assert (manifest.adapt, manifest.adapt_layers, manifest.rank, manifest.max_length) == ("lora", 2, 4, 32)
    assert (manifest.backbone.digest, manifest.backbone.family) == (backbone.digest, family)
    assert (manifest.recipe["epochs"], manifest.recipe["batch_size"], manifest.recipe["precision"]) == (2, 16, "fp32")
    rows = manifest.data.rows
    assert rows["train"] + rows["validation"] + rows["test"] == 120
    assert min(rows["train"], rows["validation"], rows["test"]) >= 9
    assert manifest.data.source == "support.jsonl"
    assert len(str(manifest.data.digest)) == 64
    assert list((artifact.path / "tensorboard").rglob("events.out.tfevents.*"))
    assert not [p for p in artifact.path.parent.iterdir() if p.name.startswith(".")]
    assert pointsman.load(artifact.path).predict(["the dog chased a cat"])[0].label in artifact.task.labels


@pytest.mark.parametrize(("family", "layers"), [(family, "all") for family in FAMILIES] + [("bert", 2)])
def test_full_fine_tuning(tmp_path: Path, train_options: Make, no_pictures: None, family: str, layers: Any) -> None:
    tells = Tells()
    options = train_options(family, tmp_path / "full", adapt="full", adapt_layers=layers, epochs=1)
    result = train(options, tells)
    artifact = open_artifact(result.artifact.path)
    _check_results(artifact.path)
    assert (artifact.manifest.adapt, artifact.manifest.rank) == ("full", 0)
    assert artifact.manifest.adapt_layers == (4 if layers == "all" else 2)
    assert (artifact.path / "model.safetensors").is_file()
    assert not list(artifact.path.glob("adapter_*"))
    assert any("full fine-tuning on the top" in line for line in tells.lines)
    assert pointsman.load(artifact.path).predict(["the dog chased a cat"])[0].label in artifact.task.labels


def test_the_head_alone(tmp_path: Path, train_options: Make, no_pictures: None) -> None:
    tells = Tells()
    result = train(train_options("bert", tmp_path / "head", adapt_layers=0, epochs=1), tells)
    assert result.artifact.manifest.adapt_layers == 0
    assert any("the head alone" in line for line in tells.lines)
    assert not [k for k in load_file(tmp_path / "head" / "adapter_model.safetensors") if "lora" in k]


def test_decisions_are_told(tmp_path: Path, train_options: Make, no_pictures: None) -> None:
    tells = Tells()
    train(train_options("bert", tmp_path / "out", epochs=1), tells)
    said = "\n".join(tells.lines)
    for part in (
        "task support: 3 labels, ",
        "model: ",
        "device: cpu (asked for)",
        "precision: fp32 (asked for)",
        "training 3,971 of ",
        "LoRA rank 4 on the top 2 of 4 layers, and the head",
        "best macro_f1 on validation ",
        "calibrated on validation: temperature ",
    ):
        assert part in said, part


def test_embedded_data_of_a_known_task(tmp_path: Path, model_folders: dict[str, Path], no_pictures: None) -> None:
    options = TrainOptions(
        task="modality",
        overrides={
            "model": str(model_folders["bert"]),
            "max_samples": 120,
            "max_length": 16,
            "epochs": 1,
            "batch_size": 32,
            "adapt_layers": 1,
        },
        precision="fp32",
        out=tmp_path / "modality",
    )
    result = train(options)
    assert result.artifact.task.labels == ("AR", "DIFFUSION", "BOTH")
    assert result.artifact.manifest.data.source == "embedded"
    assert result.artifact.manifest.data.rows["train"] == 120
    assert (tmp_path / "modality" / "modality_mapping.json").is_file()


def test_an_output_that_exists_is_refused(tmp_path: Path, train_options: Make) -> None:
    (tmp_path / "out").mkdir()
    with pytest.raises(OutputError, match="exists already"):
        train(train_options("bert", tmp_path / "out"))
    (tmp_path / "out" / "thesis.tex").touch()
    with pytest.raises(OutputError, match="did not write"):
        train(replace(train_options("bert", tmp_path / "out"), overwrite=True))
    assert [p.name for p in tmp_path.rglob("*")] == ["out", "thesis.tex"]


def test_overwriting_replaces(tmp_path: Path, artifact_copy: Path, train_options: Make, no_pictures: None) -> None:
    before = open_artifact(artifact_copy).digest
    result = train(replace(train_options("bert", artifact_copy, epochs=1), overwrite=True))
    assert result.artifact.digest != before
    assert open_artifact(artifact_copy).manifest.recipe["epochs"] == 1
    assert [p.name for p in tmp_path.iterdir()] == ["artifact"]


def test_an_interrupted_run_waits_for_resume(tmp_path: Path, train_options: Make, no_pictures: None) -> None:
    options = train_options("bert", tmp_path / "out")
    with pytest.raises(ConfigError, match="--resume: no interrupted run"):
        train(replace(options, resume=True))
    with pytest.raises(KeyboardInterrupt):
        train(options, Dies(at=8))
    assert [p.name for p in tmp_path.iterdir()] == [".out.work"]
    with pytest.raises(OutputError, match=r"holds an interrupted run .* pass --resume to go on"):
        train(options)
    changed = train_options("bert", tmp_path / "out", learning_rate=0.5)
    with pytest.raises(ConfigError, match="had another recipe"):
        train(replace(changed, resume=True))
    tells = Tells()
    result = train(replace(options, resume=True), tells)
    assert result.resumed
    assert "resumed from step 6" in tells.lines
    assert [p.name for p in tmp_path.iterdir()] == ["out"]
    again = train(replace(options, resume=True), tells)
    assert again.artifact.digest == result.artifact.digest
    assert "complete already" in tells.lines[-1]
    for other, told in (
        (train_options("bert", tmp_path / "out", epochs=7), "epochs"),
        (replace(options, name="other"), "task"),
        (replace(options, data=DataOptions(path=tmp_path / "else.jsonl")), "data"),
    ):
        with pytest.raises(ConfigError, match=f"is complete, and was made with another {told}: choose another --out"):
            train(replace(other, resume=True))


def test_a_run_that_is_refused_leaves_nothing(tmp_path: Path, train_options: Make) -> None:
    for wrong in ({"target_modules": ("nope",)}, {"seed": -1}, {"seed": 2**32}):
        with pytest.raises(ConfigError):
            train(train_options("bert", tmp_path / "out", **wrong))
        assert list(tmp_path.iterdir()) == []


_CHILD = """
import json, os, signal, sys
from pathlib import Path
from pointsman.pipeline.options import DataOptions, TrainOptions
from pointsman.pipeline.train import train

class Kill:
    def say(self, line): pass
    def advance(self, stage, done, total, text=""):
        if stage == "training" and done == 8:
            os.kill(os.getpid(), signal.SIGKILL)

data, out, overrides = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
train(TrainOptions(name="support", data=DataOptions(path=Path(data)), overrides=overrides,
                   precision="fp32", device="cpu", out=Path(out)), Kill())
"""


def test_kill_9_and_resume_end_alike(
    tmp_path: Path, train_options: Make, no_pictures: None, trained: Callable[[str], TrainResult], support_file: Path
) -> None:
    options = train_options("bert", tmp_path / "out")
    arguments = [str(support_file), str(tmp_path / "out"), json.dumps(dict(options.overrides))]
    child = subprocess.run(
        [sys.executable, "-c", _CHILD, *arguments], env=dict(os.environ), capture_output=True, timeout=120
    )
    assert child.returncode == -signal.SIGKILL, child.stderr.decode()
    assert [p.name for p in tmp_path.iterdir()] == [".out.work"]
    resumed = train(replace(options, resume=True))
    whole = trained("bert")
    assert resumed.resumed
    for name in ("accuracy", "macro_f1", "weighted_f1", "intervals", "calibration", "abstention"):
        assert resumed.results[name] == whole.results[name], name
    found = load_file(tmp_path / "out" / "adapter_model.safetensors")
    expected = load_file(whole.artifact.path / "adapter_model.safetensors")
    assert found.keys() == expected.keys()
    assert all(torch.equal(found[name], tensor) for name, tensor in expected.items())


def test_auto_depth_tells_its_choice(tmp_path: Path, train_options: Make, no_pictures: None) -> None:
    tells = Tells()
    result = train(train_options("bert", tmp_path / "out", adapt_layers="auto", epochs=1), tells)
    (line,) = [line for line in tells.lines if line.startswith("depth: ")]
    assert f"depth: {result.artifact.manifest.adapt_layers} of 4 layers, chosen on validation (1: " in line
    assert all(f"{depth}: " in line for depth in (1, 2, 4))
    assert line.endswith("s in all)")


@pytest.mark.parametrize(
    ("figures", "chosen"),
    [({1: 0.5, 2: 0.9, 4: 0.91}, 2), ({1: 0.9, 2: 0.9, 4: 0.9}, 1), ({1: 0.2, 2: 0.4, 4: 0.9}, 4)],
)
def test_the_shallowest_depth_that_is_as_good(
    monkeypatch: pytest.MonkeyPatch, backbones: dict[str, Backbone], figures: dict[int, float], chosen: int
) -> None:
    class Fitted:
        def __init__(self, figure: float) -> None:
            self.best_metric = figure

    monkeypatch.setattr("pointsman.pipeline.depth.build", lambda b, labels, r, depth, dtype, kind: depth)
    monkeypatch.setattr("pointsman.pipeline.depth.fit", lambda depth, *a, **k: Fitted(figures[depth]))
    validation: Any = [None] * 100
    depth, trials = choose_depth(
        Task("t", ("a", "b")),
        backbones["bert"],
        Recipe(epochs=5, batch_size=4),
        Hardware("cpu", "fp32", ()),
        [],
        validation,
        lambda examples, depth: Rows([], []),
        Silent(),
    )
    assert depth == chosen
    assert [t.depth for t in trials] == [1, 2, 4]


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"max_length": 65}, "--max-length 65: .* reads at most 64 tokens"),
        ({"adapt_layers": 5}, "--adapt-layers 5: .* has 4 layers"),
        ({"model": "minilmm"}, "did you mean 'minilm'"),
        ({"target_modules": ("nothing",)}, "--target-modules nothing"),
    ],
)
def test_options_that_cannot_be_met(
    tmp_path: Path, train_options: Make, overrides: dict[str, Any], message: str
) -> None:
    with pytest.raises(PointsmanError, match=message):
        train(train_options("bert", tmp_path / "out", **overrides))
    assert [p.name for p in tmp_path.iterdir() if not p.name.endswith(".work")] == []


def test_a_diverged_run_leaves_no_artifact(tmp_path: Path, train_options: Make) -> None:
    options = train_options("bert", tmp_path / "out", learning_rate=0.99, weight_decay=1e30)
    with pytest.raises(ConfigError, match="diverged"):
        train(options)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("task", "name", "data", "error", "message"),
    [
        (None, None, {}, ConfigError, "name a task"),
        ("domain", "support", {}, ConfigError, "name a task"),
        (None, "support", {}, ConfigError, "needs --data FILE"),
        ("domian", None, {}, TaskError, "did you mean 'domain'"),
        ("domain", None, {"labels": ("law",)}, TaskError, "at least two"),
        ("domain", None, {"labels": ("law", "lore")}, TaskError, "'lore' is unknown"),
        ("domain", None, {"path": Path("none.jsonl")}, DataError, "none.jsonl"),
    ],
)
def test_datasets_that_cannot_be_had(
    task: str | None, name: str | None, data: dict[str, Any], error: type[PointsmanError], message: str
) -> None:
    with pytest.raises(error, match=message):
        load_dataset(task, name, DataOptions(**data))


def test_a_subset_of_an_embedded_task() -> None:
    found = load_dataset("domain", None, DataOptions(labels=("psychology", "business", "law")))
    assert found.task.labels == ("business", "law", "psychology")
    assert {row.label for row in found.split.train} == {"business", "law", "psychology"}
    assert found.counts["test"] > 0
    same = load_dataset("domain", None, DataOptions(exclude_labels=tuple(set(_DOMAIN) - set(found.task.labels))))
    assert same.task.labels == found.task.labels
    assert same.split_digest == found.split_digest


_DOMAIN = load_dataset("domain", None, DataOptions()).task.labels


def test_a_new_task_takes_its_labels_from_the_file(support_file: Path) -> None:
    found = load_dataset(None, "support", DataOptions(path=support_file), max_samples=30)
    assert found.task.labels == ("animal", "fruit", "tool")
    assert found.counts["train"] == 30
    assert any("cut to 30" in note for note in found.notes)


def test_one_class_is_no_task(tmp_path: Path) -> None:
    file = tmp_path / "one.jsonl"
    file.write_text("".join(json.dumps({"text": f"t {i}", "label": "a"}) + "\n" for i in range(9)), encoding="utf-8")
    with pytest.raises(DataError, match=r"every row is labelled .a.; give rows of at least two classes"):
        load_dataset(None, "one", DataOptions(path=file))


def test_rows_to_evaluate_on(tmp_path: Path, support_file: Path) -> None:
    task = Task("support", ("animal", "fruit", "tool"))
    found = load_rows(support_file, task, DataOptions(), None)
    rows, oos, part, digest = found.rows, found.out_of_scope, found.part, found.digest
    assert (len(rows), oos, part, len(digest)) == (120, (), "all", 64)
    with pytest.raises(DataError, match="leave --split out"):
        load_rows(support_file, task, DataOptions(), "test")
    file = tmp_path / "parts.jsonl"
    lines = [
        {"q": "the dog", "a": "animal", "split": "test"},
        {"q": "a pear", "a": "fruit", "split": "train"},
        {"q": "a pearl", "a": "oos", "split": "test"},
    ]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    options = DataOptions(fields=Fields(text="q", label="a"), oos_label="oos")
    found = load_rows(file, task, options, None)
    rows, oos, part = found.rows, found.out_of_scope, found.part
    assert ([r.text for r in rows], [r.text for r in oos], part) == (["the dog"], ["a pearl"], "test")
    with pytest.raises(DataError, match="has no part 'validation'"):
        load_rows(file, task, options, "validation")


def test_options_travel_as_json(tmp_path: Path, train_options: Make) -> None:
    for options in (
        TrainOptions(task="intent", strategy="head", request=RequestOptions(template="{text}", features=Path("f"))),
        replace(train_options("bert", tmp_path / "out", target_modules=["query"], adapt_layers="all"), resume=True),
    ):
        assert options_from_json(STEP.options, options_to_json(options)) == options
    assert paths_in(STEP, options) == {
        "data.path": (options.data.path,),
        "overrides.model": (Path(options.overrides["model"]),),
        "out": (tmp_path / "out",),
    }


def test_an_artifact_says_what_trained_it(tmp_path: Path, train_options: Make, no_pictures: None) -> None:
    """Two workers of this machine, by the launcher that the command line calls."""
    options = train_options("bert", tmp_path / "out", epochs=1)
    result = launch(STEP, options, LauncherSettings(workers=2))
    assert result.artifact.manifest.recipe["launcher"] == {"launcher": "local", "workers": 2}
    assert result.results["n"] > 0


def test_elsewhere_the_output_is_named() -> None:
    with running(Where("ray", 2)), pytest.raises(ConfigError, match="--out is missing: with --launcher ray say"):
        train(TrainOptions(task="intent"))
