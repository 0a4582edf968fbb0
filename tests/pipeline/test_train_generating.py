from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

import pointsman
from pointsman.artifacts import Manifest, open_artifact
from pointsman.artifacts.mappings import read_json
from pointsman.backbones import Backbone
from pointsman.data.example import Example
from pointsman.data.routing import read_routing
from pointsman.errors import ArtifactError, BackboneError, ConfigError, DataError, PointsmanError
from pointsman.pipeline.encode import EncodeOptions, encode
from pointsman.pipeline.options import DataOptions, RequestOptions, TrainOptions
from pointsman.pipeline.train import train
from tests.generating import NAMES
from tests.pipeline.tells import Tells
from tests.routing_artifacts import add_expert, routing_options, write_screens

STRATEGIES = ("head", "generate")


@pytest.fixture(params=STRATEGIES)
def router(request: pytest.FixtureRequest) -> Path:
    """Each strategy's artifact in turn."""
    return Path(request.getfixturevalue("head_router" if request.param == "head" else "name_router"))


@pytest.fixture
def own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store that holds nothing yet."""
    monkeypatch.setenv("POINTSMAN_STORE", str(tmp_path / "store"))
    return tmp_path / "store"


def _test_rows(folder: Path) -> tuple[Example, ...]:
    return read_routing(folder).parts["test"]


def test_an_artifact_is_whole_and_says_what_it_is(router: Path, tiny_qwen3_vl: Backbone) -> None:
    artifact = open_artifact(router)
    manifest = artifact.manifest
    assert (manifest.task.name, manifest.task.labels) == ("adapter", list(NAMES))
    assert (manifest.backbone.digest, manifest.backbone.tokenizer_digest) == (
        tiny_qwen3_vl.digest,
        tiny_qwen3_vl.tokenizer_digest,
    )
    assert manifest.request is not None
    assert (manifest.request.precision, manifest.request.tokens, manifest.request.layer) == ("fp32", "last", -1)
    assert manifest.data.rows == {"train": 36, "validation": 18, "test": 18}
    assert json.loads((router / "config.json").read_text(encoding="utf-8"))["id2label"]["2"] == NAMES[2]
    assert list((router / "tensorboard").rglob("events.out.tfevents.*"))
    assert not [p for p in router.parent.iterdir() if p.name.startswith(".")]
    mapping = read_json(router / "label_mapping.json")
    if manifest.strategy == "head":
        assert (manifest.adapt, manifest.rank, manifest.request.text) == ("head", 0, "{text}")
        assert "instruction_template" not in mapping
        assert load_file(router / "head.safetensors")["output.weight"].shape == (3, 64)
    else:
        assert (manifest.adapt, manifest.rank, manifest.adapt_layers) == ("lora", 8, 2)
        assert mapping["instruction_template"] == manifest.request.text
        assert "{text}" in manifest.request.text
        assert ", ".join(NAMES) in manifest.request.text
        assert read_json(router / "adapter_config.json")["base_model_name_or_path"] == str(tiny_qwen3_vl.path)
        assert not [k for k in load_file(router / "adapter_model.safetensors") if "visual" in k or "lora" not in k]
        assert read_json(router / "lora_config.json")["r"] == read_json(router / "lora_config.json")["rank"] == 8


def test_figures_are_what_serving_decides(router: Path, screens: Path) -> None:
    """Each request by itself, by the path that a server takes: the same decisions, and so the same figures."""
    results = read_json(router / "eval_results.json")
    loaded = pointsman.load(router)
    rows = _test_rows(screens)
    decided = [loaded.predict([row], probabilities=True)[0] for row in rows]
    batched = loaded.predict(list(rows), probabilities=True)
    right = [d.label == row.label for d, row in zip(decided, rows, strict=True)]
    assert results["n"] == len(rows) == 18
    assert results["accuracy"] == pytest.approx(sum(right) / len(rows))
    assert results["abstention"]["coverage"] == pytest.approx(np.mean([not d.abstained for d in decided]))
    table = np.zeros((3, 3), int)
    for decision, row in zip(decided, rows, strict=True):
        table[NAMES.index(str(row.label)), NAMES.index(decision.label)] += 1
    for i, name in enumerate(NAMES):
        assert results["per_class"][name]["recall"] == pytest.approx(table[i, i] / table[i].sum())
    for one, other in zip(decided, batched, strict=True):
        assert one.probabilities == pytest.approx(other.probabilities, abs=5e-3)
        assert one.digest == other.digest == open_artifact(router).digest


def test_the_kept_validation_scores_are_what_serving_computes(router: Path, screens: Path) -> None:
    from safetensors.numpy import load_file as arrays

    kept = arrays(router / "validation.safetensors")
    rows = read_routing(screens).parts["validation"]
    scores, _ = pointsman.load(router)(rows)  # type: ignore[operator]
    assert np.abs(kept["logits"] - scores).max() < 2e-2 * np.abs(scores).max()
    assert kept["y"].tolist() == [NAMES.index(str(row.label)) for row in rows]


def test_baselines_stand_beside_the_figure(router: Path) -> None:
    results = read_json(router / "eval_results.json")
    assert results["baselines"].keys() == {"majority", "text_alone", "image_size"}
    # One text and one size for all: neither can tell.
    assert all(row["accuracy"] == pytest.approx(1 / 3) for row in results["baselines"].values())
    assert results["accuracy"] > 0.9
    assert "The router (" in results["verdict"]
    assert "the size of the image alone" in results["verdict"]
    assert results["strategy"] == open_artifact(router).manifest.strategy
    assert ("latency" in results) == (results["strategy"] == "generate")
    assert (router / "report.html").read_text(encoding="utf-8").lstrip().lower().startswith("<!doctype html")


def test_an_expert_more_costs_its_own_rows_alone(
    tmp_path: Path, own_store: Path, tiny_qwen3_vl: Backbone, screens: Path, no_pictures: None
) -> None:
    """The encoder runs once for each distinct request, over both trainings."""
    first = train(routing_options(screens, tiny_qwen3_vl, tmp_path / "three", "head"))
    assert first.results["encoder"] == {"requests": 72, "distinct": 72, "computed": 72}
    four = add_expert(screens, tmp_path / "four-experts", "billing", {"train": 12, "validation": 6, "eval": 6})
    tells = Tells()
    second = train(routing_options(four, tiny_qwen3_vl, tmp_path / "four", "head"), tells)
    assert second.results["encoder"] == {"requests": 96, "distinct": 96, "computed": 24}
    assert second.artifact.task.labels == (*NAMES, "billing")
    third = train(routing_options(four, tiny_qwen3_vl, tmp_path / "again", "head"), tells)
    assert third.results["encoder"]["computed"] == 0
    assert sum("loading" in line for line in tells.lines) == 1  # the model was opened by the second run alone
    assert any("all found in the store" in line for line in tells.lines)
    for name, tensor in load_file(tmp_path / "four" / "head.safetensors").items():
        assert torch.equal(tensor, load_file(tmp_path / "again" / "head.safetensors")[name])


def test_stored_features_are_used_and_those_of_others_are_refused(
    tmp_path: Path, own_store: Path, tiny_qwen3_vl: Backbone, screens: Path, no_pictures: None
) -> None:
    folder = tmp_path / "features"
    encode(EncodeOptions(screens, folder, str(tiny_qwen3_vl.path), device="cpu", precision="fp32"))
    options = routing_options(screens, tiny_qwen3_vl, tmp_path / "out", "head")
    given = replace(options, request=RequestOptions(features=folder))
    assert train(given).results["encoder"]["computed"] == 0
    other = Path(shutil.copytree(tiny_qwen3_vl.path, tmp_path / "other"))
    weights = load_file(other / "model.safetensors")
    from safetensors.torch import save_file

    save_file({k: w + 1e-3 for k, w in weights.items()}, other / "model.safetensors", metadata={"format": "pt"})
    moved = replace(given, overrides={"model": str(other)}, out=tmp_path / "b")
    with pytest.raises(ConfigError, match=r"features: its features are of another base"):
        train(moved)
    processor = Path(shutil.copytree(tiny_qwen3_vl.path, tmp_path / "processor"))
    settings = read_json(processor / "preprocessor_config.json")
    settings["image_mean"] = [0.4, 0.4, 0.4]
    (processor / "preprocessor_config.json").write_text(json.dumps(settings), encoding="utf-8")
    with pytest.raises(ConfigError, match="of another processor"):
        train(replace(given, overrides={"model": str(processor)}, out=tmp_path / "c"))
    scaled = replace(given, request=RequestOptions(features=folder, max_pixels=4096), out=tmp_path / "d")
    with pytest.raises(ConfigError, match=r"other settings .*max_pixels 0, here 4096"):
        train(scaled)
    nothing = replace(given, request=RequestOptions(features=tmp_path / "none"), out=tmp_path / "e")
    with pytest.raises(ConfigError, match="none holds no stored features: make them with 'pointsman encode"):
        train(nothing)


def test_settings_reach_the_artifact(tmp_path: Path, tiny_qwen3_vl: Backbone, screens: Path, no_pictures: None) -> None:
    options = replace(
        routing_options(screens, tiny_qwen3_vl, tmp_path / "out", "head", head_hidden=8, epochs=3, seed=5),
        recipe="classic",
        request=RequestOptions(
            template="Screen: {text} ({labels})", system="Be brief.", max_pixels=8192, tokens="mean", layer=1
        ),
    )
    manifest: Manifest = train(options).artifact.manifest
    assert manifest.request is not None
    assert manifest.request.model_dump() == {
        "text": f"Screen: {{text}} ({', '.join(NAMES)})",
        "system": "Be brief.",
        "min_pixels": 0,
        "max_pixels": 8192,
        "max_tokens": 0,
        "tokens": "mean",
        "layer": 1,
        "precision": "fp32",
    }
    assert (manifest.recipe["name"], manifest.recipe["hidden"], manifest.recipe["epochs"]) == ("classic", 8, 3)
    assert manifest.seed == 5
    shapes = {name: list(tensor.shape) for name, tensor in load_file(tmp_path / "out" / "head.safetensors").items()}
    assert shapes["hidden.weight"] == [8, 64]
    results = read_json(tmp_path / "out" / "eval_results.json")
    loaded = pointsman.load(tmp_path / "out")
    decided = loaded.predict(list(_test_rows(screens)))
    right = sum(d.label == row.label for d, row in zip(decided, _test_rows(screens), strict=True))
    assert results["accuracy"] == pytest.approx(right / 18)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_text_task_on_a_generating_model(
    tmp_path: Path, tiny_qwen3: Backbone, support_file: Path, no_pictures: None, strategy: str
) -> None:
    options = TrainOptions(
        name="support",
        data=DataOptions(path=support_file),
        overrides={"model": str(tiny_qwen3.path), "epochs": 1, "max_samples": 12},
        device="cpu",
        precision="fp32",
        strategy=strategy,  # type: ignore[arg-type]
        out=tmp_path / "out",
    )
    result = train(options)
    assert result.artifact.manifest.data.rows["train"] == 12
    assert result.results["baselines"].keys() == {"majority", "text_alone"}
    assert pointsman.load(tmp_path / "out").predict(["the dog chased a cat"])[0].label in result.artifact.task.labels


def test_texts_train_the_task_of_experts_too(
    tmp_path: Path, tiny_qwen3: Backbone, support_file: Path, no_pictures: None
) -> None:
    result = train(routing_options(support_file, tiny_qwen3, tmp_path / "out", "head"))
    assert (result.artifact.task.name, set(result.artifact.task.labels)) == ("adapter", {"animal", "fruit", "tool"})


def test_rows_without_images(text_router: Path, requests_folder: Path) -> None:
    results = read_json(text_router / "eval_results.json")
    assert results["baselines"].keys() == {"majority", "text_alone"}
    rows = _test_rows(requests_folder)
    right = [d.label == row.label for d, row in zip(pointsman.load(text_router).predict(rows), rows, strict=True)]
    assert results["accuracy"] == pytest.approx(np.mean(right))
    with pytest.raises(DataError, match=r"an image was sent, and '.*tiny-qwen3' takes text alone"):
        pointsman.load(text_router).predict([Example("hello", image=_picture())])


def _picture() -> Any:
    from tests.generating import screen

    return screen(NAMES[0], 1)


def test_the_default_name_says_what_it_is(
    tmp_path: Path, tiny_qwen3: Backbone, requests_folder: Path, no_pictures: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    options = replace(routing_options(requests_folder, tiny_qwen3, tmp_path, "head", epochs=1), out=None)
    assert train(options).artifact.path == Path("runs/adapter_router_tiny-qwen3_head_model")


def test_an_artifact_in_the_way_is_kept_unless_told_otherwise(
    tmp_path: Path, tiny_qwen3: Backbone, requests_folder: Path, no_pictures: None
) -> None:
    options = routing_options(requests_folder, tiny_qwen3, tmp_path / "out", "head", epochs=1)
    first = train(options)
    with pytest.raises(PointsmanError, match="exists already"):
        train(options)
    again = train(replace(options, overwrite=True, overrides={**options.overrides, "seed": 3}))
    assert again.artifact.digest != first.artifact.digest
    assert train(replace(options, resume=True)).resumed  # whole already
    with pytest.raises(ConfigError, match="no interrupted run"):
        train(replace(options, resume=True, out=tmp_path / "other"))


_KILLED = """
import os, signal, sys
from pathlib import Path
from pointsman.backbones import resolve
from pointsman.pipeline.options import Silent
from pointsman.pipeline.train import train
from tests.routing_artifacts import routing_options

class Dies(Silent):
    def advance(self, stage, done, total, text=""):
        if stage == "training" and done == 7:
            os.kill(os.getpid(), signal.SIGKILL)

data, model, out = map(Path, sys.argv[1:])
train(routing_options(data, resolve(str(model)), out, "generate", epochs=2), Dies())
"""


def test_a_killed_run_of_a_lora_goes_on(
    tmp_path: Path, tiny_qwen3: Backbone, requests_folder: Path, no_pictures: None
) -> None:
    out = tmp_path / "out"
    call = [sys.executable, "-c", _KILLED, str(requests_folder), str(tiny_qwen3.path), str(out)]
    root = Path(__file__).parents[2]
    found = subprocess.run(call, env={**os.environ, "PYTHONPATH": str(root)}, cwd=root, check=False)
    assert found.returncode == -signal.SIGKILL
    assert not out.exists()
    options = routing_options(requests_folder, tiny_qwen3, out, "generate", epochs=2)
    with pytest.raises(PointsmanError, match="holds an interrupted run"):
        train(options)
    with pytest.raises(ConfigError, match="had another recipe"):
        train(replace(options, resume=True, overrides={**options.overrides, "seed": 8}))
    tells = Tells()
    resumed = train(replace(options, resume=True), tells)
    assert resumed.resumed
    assert any(line.startswith("resumed from step") for line in tells.lines)
    whole = train(replace(options, out=tmp_path / "whole"))
    for name, tensor in load_file(tmp_path / "whole" / "adapter_model.safetensors").items():
        assert torch.equal(tensor, load_file(out / "adapter_model.safetensors")[name])
    assert resumed.results["accuracy"] == whole.results["accuracy"]


Change = Callable[[TrainOptions, Path], TrainOptions]


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda o, _: replace(o, strategy="branch"), ConfigError, "--strategy branch: 'adapter' decides on images too"),
        (lambda o, _: replace(o, task="pii"), ConfigError, "'pii' finds entities in a text"),
        (
            lambda o, models: replace(o, overrides={"model": str(models / "tiny-bert")}),
            BackboneError,
            "is an encoder .bert.: this needs a generating model",
        ),
        (lambda o, _: replace(o, data=DataOptions()), ConfigError, "train adapter needs --data DIR"),
        (
            lambda o, _: replace(o, overrides={**o.overrides, "adapt_layers": 2}),
            ConfigError,
            "--adapt-layers has no meaning with --strategy head",
        ),
        (lambda o, _: replace(o, recipe="quick"), ConfigError, "unknown recipe 'quick'"),
        (
            lambda o, _: replace(o, strategy="generate", recipe="classic"),
            ConfigError,
            "--recipe classic: with --strategy lora there is one recipe",
        ),
        (
            lambda o, _: replace(o, strategy="generate", request=RequestOptions(layer=1)),
            ConfigError,
            "--hidden-layer has no meaning with --strategy generate: it is for head",
        ),
        (
            lambda o, _: replace(o, request=RequestOptions(quantised=True)),
            ConfigError,
            "--quantised has no meaning with --strategy head",
        ),
        (lambda o, _: replace(o, request=RequestOptions(layer=7)), ConfigError, "--hidden-layer 7: use 1 to 2"),
        (lambda o, _: replace(o, request=RequestOptions(template="no slot")), ConfigError, "--template no slot"),
        (lambda o, _: replace(o, request=RequestOptions(min_pixels=9, max_pixels=4)), ConfigError, "--max-pixels 4"),
        (lambda o, _: replace(o, overrides={**o.overrides, "max_samples": 2}), ConfigError, "there are 3 classes"),
        (
            lambda o, _: replace(o, data=replace(o.data, exclude_labels=("calendar",))),
            ConfigError,
            "--exclude-label: for rows of texts; .* holds routing rows",
        ),
        (
            lambda o, _: replace(o, task="domain"),
            DataError,
            "the expert 'calendar' is unknown",
        ),
        (
            lambda o, _: replace(o, strategy="generate", request=RequestOptions(quantised=True)),
            ConfigError,
            "--quantised: four-bit weights need --device cuda",
        ),
    ],
)
def test_what_is_refused(
    tmp_path: Path,
    tiny_qwen3_vl: Backbone,
    screens: Path,
    model_folders: dict[str, Path],
    change: Change,
    error: type[PointsmanError],
    message: str,
) -> None:
    options = routing_options(screens, tiny_qwen3_vl, tmp_path / "out", "head")
    with pytest.raises(error, match=message) as raised:
        train(change(options, model_folders["bert"].parent))
    assert "\n" not in str(raised.value)
    assert not (tmp_path / "out").exists()


def test_settings_of_requests_have_no_meaning_for_a_branch(
    tmp_path: Path, train_options: Callable[..., TrainOptions]
) -> None:
    options = train_options("bert", tmp_path / "out")
    with pytest.raises(ConfigError, match="--max-pixels has no meaning with --strategy branch: it is for head and gen"):
        train(replace(options, request=RequestOptions(max_pixels=9)))
    with pytest.raises(ConfigError, match="--head-hidden has no meaning with --strategy branch: it is for head"):
        train(replace(options, overrides={**options.overrides, "head_hidden": 4}))


def test_images_and_a_model_that_takes_text_alone(tmp_path: Path, tiny_qwen3: Backbone, screens: Path) -> None:
    with pytest.raises(ConfigError, match="takes text alone, and 36 training rows have an image"):
        train(routing_options(screens, tiny_qwen3, tmp_path / "out", "head"))


def test_a_broken_image_is_named(tmp_path: Path, tiny_qwen3_vl: Backbone) -> None:
    data = write_screens(tmp_path / "data", {"train": 6, "validation": 3, "eval": 3})
    broken = data / "images" / "claim-window_00001.png"
    broken.write_bytes(broken.read_bytes()[:200])
    with pytest.raises(DataError, match=r"train\.jsonl:2: .*claim-window_00001\.png is damaged"):
        train(routing_options(data, tiny_qwen3_vl, tmp_path / "out", "head"))
    broken.unlink()
    with pytest.raises(DataError, match=r"train\.jsonl:2: there is no image"):
        train(routing_options(data, tiny_qwen3_vl, tmp_path / "out", "head"))


def test_images_on_both_sides_are_refused(tmp_path: Path, tiny_qwen3_vl: Backbone, no_pictures: None) -> None:
    data = write_screens(tmp_path / "data", {"train": 9, "validation": 3, "eval": 3})
    (data / "images" / "calendar_00012.png").write_bytes((data / "images" / "calendar_00000.png").read_bytes())
    options = routing_options(data, tiny_qwen3_vl, tmp_path / "out", "head")
    with pytest.raises(DataError, match="1 images of training rows stand in validation or test as well"):
        train(options)
    allowed = train(replace(options, data=replace(options.data, allow_leakage=True)))
    assert allowed.results["warnings"][0].startswith("leak: 1 images")


def test_tensors_are_no_data_to_train_on(tmp_path: Path, tiny_qwen3_vl: Backbone, screens: Path) -> None:
    from pointsman.pipeline.preprocess import PreprocessOptions, preprocess

    folder = tmp_path / "tensors"
    preprocess(PreprocessOptions(screens, folder, str(tiny_qwen3_vl.path)))
    with pytest.raises(ConfigError, match=r"these are tensors, .*'pointsman encode .* --out FEATURES'"):
        train(routing_options(folder, tiny_qwen3_vl, tmp_path / "out", "head"))


def test_a_head_of_another_size_is_refused(head_router: Path, tmp_path: Path) -> None:
    from safetensors.torch import save_file

    copy = Path(shutil.copytree(head_router, tmp_path / "copy"))
    tensors = load_file(copy / "head.safetensors")
    save_file({**tensors, "output.weight": tensors["output.weight"][:2].clone()}, copy / "head.safetensors")
    with pytest.raises(ArtifactError, match="the head has 2 classes, the task has 3 labels"):
        open_artifact(copy)
