"""A second fit on training and validation rows together: what it learns, and what it may not choose by."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from pointsman.artifacts import open_artifact, read_golden
from pointsman.data.files import Fields
from pointsman.errors import ConfigError, DataError
from pointsman.inference.torch_predictor import TorchPredictor
from pointsman.pipeline.calibrate import calibrate
from pointsman.pipeline.dataset import load_dataset
from pointsman.pipeline.evaluate import evaluate
from pointsman.pipeline.options import DataOptions, TrainOptions
from pointsman.pipeline.run import TrainResult
from pointsman.pipeline.train import train
from pointsman.training.crew import Processes
from tests.conftest import Run
from tests.pipeline.tells import Tells

Make = Callable[..., TrainOptions]


def test_refit_learns_validation_rows_and_keeps_their_rule(
    tmp_path: Path, train_options: Make, no_pictures: None, trained: Callable[[str], TrainResult]
) -> None:
    tells = Tells()
    made, plain = train(train_options("bert", tmp_path / "out", refit=True), tells), trained("bert")
    rows = plain.artifact.manifest.data.rows
    fitted = rows["train"] + rows["validation"]
    assert any(line.startswith(f"refit: {fitted} rows, validation rows among them") for line in tells.lines)
    recipe = made.artifact.manifest.recipe
    assert recipe["refit"] is True
    assert recipe["refitted"]["steps"] == recipe["refitted"]["epochs"] * math.ceil(fitted / 16) > 0
    assert "first fit without the latter" in made.results["provenance"]["refit"]
    scores, theirs = (load_file(one.artifact.path / "validation.safetensors") for one in (made, plain))
    assert torch.equal(scores["logits"], theirs["logits"])
    assert made.results["abstention"]["threshold"] == plain.results["abstention"]["threshold"]
    assert made.results["calibration"]["temperature"] == plain.results["calibration"]["temperature"]
    weights, before = (load_file(one.artifact.path / "adapter_model.safetensors") for one in (made, plain))
    assert any(not torch.equal(tensor, before[name]) for name, tensor in weights.items())
    baselines, without = (load_file(one.artifact.path / "baselines.safetensors") for one in (made, plain))
    assert len(baselines["neighbours.y"]) == fitted > len(without["neighbours.y"])
    golden = read_golden(made.artifact.path)
    found = TorchPredictor(made.artifact).logits([row.text for row in golden])[0]
    assert max(abs(found[i] - row.logits).max() for i, row in enumerate(golden)) < 1e-4


def test_an_interrupted_refit_ends_as_a_whole_one(tmp_path: Path, train_options: Make, no_pictures: None) -> None:
    class DiesLate(Tells):
        def advance(self, stage: str, done: int, total: int, text: str = "") -> None:
            if stage == "training on all rows" and done == 8:
                raise KeyboardInterrupt

    options = train_options("bert", tmp_path / "out", refit=True)
    with pytest.raises(KeyboardInterrupt):
        train(options, DiesLate())
    resumed = train(replace(options, resume=True))
    whole = train(replace(options, out=tmp_path / "whole"))
    found, expected = (load_file(one.artifact.path / "adapter_model.safetensors") for one in (resumed, whole))
    assert all(torch.equal(found[name], tensor) for name, tensor in expected.items())


def test_a_refit_needs_test_rows(tmp_path: Path, train_options: Make) -> None:
    file = tmp_path / "rows.jsonl"
    rows = [
        {"text": f"{word} {i % 2}{i}", "label": word, "group": i % 2} for word in ("red", "blue") for i in range(12)
    ]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    data = DataOptions(path=file, fields=Fields(group="group"))
    assert not load_dataset(None, "support", data).split.test  # two groups: training and validation
    with pytest.raises(ConfigError, match="--refit: there are no test rows"):
        train(replace(train_options("bert", tmp_path / "out", refit=True), data=data))
    assert not (tmp_path / "out").exists()


def test_a_refit_looks_for_test_rows_among_validation_rows(tmp_path: Path, train_options: Make) -> None:
    file = tmp_path / "rows.jsonl"
    said = "please tell me what the colour of the old house by the river was before they painted it"
    rows = [
        {"text": f"{word} {i}{i * 7}{i * 3}", "label": word, "split": "train"}
        for word in ("red", "blue")
        for i in range(9)
    ]
    rows += [
        {"text": f"{said} {word} {end} {i}", "label": word, "split": part}
        for word in ("red", "blue")
        for i in range(6)
        for part, end in (("validation", "again"), ("test", "once"))
    ]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    options = replace(train_options("bert", tmp_path / "out", refit=True), data=DataOptions(path=file))
    with pytest.raises(DataError, match="--refit trains on validation rows too, and then the split leaks"):
        train(options)
    assert list(tmp_path.iterdir()) == [file]


def test_rows_that_a_refit_learnt_choose_no_rule(tmp_path: Path, train_options: Make, no_pictures: None) -> None:
    file = tmp_path / "rows.jsonl"
    parts = ("train", "train", "train", "validation", "test")
    rows = [
        {"text": f"{word} number {i} of {i % 7}", "label": word, "split": parts[i % 5]}
        for word in ("red", "blue")
        for i in range(30)
    ]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    data = DataOptions(path=file, allow_leakage=True)
    made = train(replace(train_options("bert", tmp_path / "out", refit=True, epochs=1), data=data)).artifact
    with pytest.raises(ConfigError, match="its validation rows were trained on"):
        calibrate(made.path, "coverage=0.9", data)
    assert calibrate(made.path, "coverage=0.9")[1].rule.target == "coverage=0.9"
    results, _ = evaluate(made.path, data, part="validation", out=tmp_path / "judged")
    assert "were trained on" in results["warnings"][0]


def test_spans(tmp_path: Path, span_options: Make, no_pictures: None) -> None:
    tells = Tells()
    options = span_options("bert", tmp_path / "out", refit=True, epochs=2)
    # Of these few words every text is near another one.
    made = train(replace(options, data=replace(options.data, allow_leakage=True)), tells)
    plain = train(span_options("bert", tmp_path / "plain", epochs=2))
    rows = plain.artifact.manifest.data.rows
    fitted = rows["train"] + rows["validation"]
    assert any(line.startswith(f"refit: {fitted} rows") for line in tells.lines)
    assert made.artifact.manifest.recipe["refitted"]["steps"] > 0
    assert made.results["abstention"]["threshold"] == plain.results["abstention"]["threshold"]
    weights, before = (load_file(one.artifact.path / "adapter_model.safetensors") for one in (made, plain))
    assert any(not torch.equal(tensor, before[name]) for name, tensor in weights.items())
    entities, without = (one.results["baselines"]["seen_entities"]["f1"] for one in (made, plain))
    assert entities >= without  # it has seen more of them


def test_a_crew_fits_again_what_one_does(tmp_path: Path, train_options: Make, no_pictures: None) -> None:
    options = train_options("bert", tmp_path / "alone", refit=True, epochs=1)
    alone = train(options)
    shared = train(replace(options, out=tmp_path / "shared"), crew=Processes(2, threads=1))
    assert shared.artifact.manifest.recipe["refitted"] == alone.artifact.manifest.recipe["refitted"]
    found, expected = (load_file(one.artifact.path / "adapter_model.safetensors") for one in (shared, alone))
    for name, tensor in expected.items():
        torch.testing.assert_close(found[name], tensor, rtol=0, atol=1e-4)


def test_patience_that_ran_out_is_resumed_into_the_second_fit(
    tmp_path: Path, train_options: Make, no_pictures: None
) -> None:
    """The first fit ended before its epochs did: a resumed run does not train it on, and fits again as often."""

    class DiesLate(Tells):
        def advance(self, stage: str, done: int, total: int, text: str = "") -> None:
            if stage == "training on all rows":
                raise KeyboardInterrupt

    options = train_options("bert", tmp_path / "out", refit=True, epochs=9, patience=1, learning_rate=1e-6)
    with pytest.raises(KeyboardInterrupt):
        train(options, DiesLate())
    resumed, whole = train(replace(options, resume=True)), train(replace(options, out=tmp_path / "whole"))
    assert whole.artifact.manifest.recipe["refitted"]["epochs"] < 9
    assert resumed.artifact.manifest.recipe["refitted"] == whole.artifact.manifest.recipe["refitted"]
    found, expected = (load_file(one.artifact.path / "adapter_model.safetensors") for one in (resumed, whole))
    assert all(torch.equal(found[name], tensor) for name, tensor in expected.items())


def test_by_flag_and_by_pipeline_file(
    tmp_path: Path, model_folders: dict[str, Path], support_file: Path, run: Run, no_pictures: None
) -> None:
    model, small = str(model_folders["bert"]), ("--epochs", 1, "--adapt-layers", 1, "--max-length", 32)
    flags = ("--name", "support", "--data", support_file, "--model", model, *small, "--device", "cpu", "--quiet")
    code, _, err = run("train", *flags, "--refit", "--out", tmp_path / "flag")
    assert (code, err) == (0, "")
    file = tmp_path / "pipeline.yaml"
    settings = {"data": str(support_file), "model": model, "device": "cpu", "epochs": 1, "adapt-layers": 1}
    options = {"name": "support", "max-length": 32, "refit": True}
    content = {"out": str(tmp_path / "all"), "defaults": settings, "tasks": {"file": options}}
    file.write_text(json.dumps(content), encoding="utf-8")
    code, _, err = run("train", "--all", "--config", file, "--quiet")
    assert (code, err) == (0, "")
    weights = [load_file(tmp_path / name / "adapter_model.safetensors") for name in ("flag", "all/file")]
    assert open_artifact(tmp_path / "flag").manifest.recipe["refit"] is True
    assert all(torch.equal(tensor, weights[1][name]) for name, tensor in weights[0].items())


@pytest.mark.parametrize("strategy", ["head", "generate"])
def test_a_router_on_a_generating_model_has_none(tmp_path: Path, strategy: str, run: Run) -> None:
    code, _, err = run("train", "adapter", "--data", tmp_path, "--strategy", strategy, "--refit")
    assert code == 2
    assert "--refit" in err
