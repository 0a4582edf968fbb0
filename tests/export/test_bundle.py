"""Bundles as the export step makes them, of tiny routers that share layers."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

import pointsman
from pointsman.artifacts import layout, open_artifact, open_bundle, read_golden
from pointsman.errors import ArtifactError, ConfigError, OutputError
from pointsman.inference import Calibration
from pointsman.pipeline.options import TrainOptions
from pointsman.pipeline.run import TrainResult
from pointsman.pipeline.train import train
from tests.conftest import LAYERS
from tests.forms import exported


class Stops:
    """Interrupts a step when it says a line with a word in it."""

    def __init__(self, word: str) -> None:
        self.word = word

    def say(self, line: str) -> None:
        if self.word in line:
            raise KeyboardInterrupt

    def advance(self, stage: str, done: int, total: int, text: str = "") -> None: ...


@pytest.fixture(scope="module")
def sources(
    trained: Callable[[str], TrainResult],
    train_options: Callable[..., TrainOptions],
    span_options: Callable[..., TrainOptions],
    tmp_path_factory: pytest.TempPathFactory,
) -> list[Path]:
    """Three routers on one backbone: the top two layers, the top one, and the top two of a token task."""
    root = tmp_path_factory.mktemp("sources")
    options = train_options("bert", root / "reply", adapt_layers=1, epochs=1)
    reply = train(type(options)(**{**vars(options), "name": "reply"})).artifact.path
    spans = train(span_options("bert", root / "spans", adapt_layers=2, epochs=3, lora_rank=4, max_length=24))
    return [trained("bert").artifact.path, reply, spans.artifact.path]


@pytest.fixture(scope="module")
def bundle(sources: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return exported(sources, "bundle", tmp_path_factory.mktemp("bundle") / "three").path


@pytest.fixture(scope="module")
def content(bundle: Path) -> dict[str, Any]:
    return dict(json.loads((bundle / layout.ROUTER).read_text(encoding="utf-8")))


def _kinds(file: Path) -> Counter[str]:
    return Counter(node.op_type for node in onnx.load(file).graph.node)


def test_routers_of_different_depth_share_their_layers(bundle: Path, sources: list[Path], tmp_path: Path) -> None:
    """Layers 0 and 1 are everyone's, layer 2 is the base model's in one router only: 2 + 2 (support) + 2 + 2."""
    kinds = _kinds(bundle / layout.GRAPHS["fp32"])
    apart = sum(
        (_kinds(exported([s], "onnx", tmp_path, precisions=("fp32",)).path / layout.GRAPHS["fp32"]) for s in sources),
        Counter[str](),
    )
    assert apart["MultiHeadAttention"] == 3 * LAYERS
    assert kinds["MultiHeadAttention"] == kinds["BiasGelu"] == 2 + 2 + 2 + 2
    assert kinds["LayerNormalization"] == 2 * kinds["MultiHeadAttention"] + 1
    assert not {"Softmax", "Erf", "Transpose"} & kinds.keys()


def test_a_layer_that_only_one_has_is_told_as_its_cost(bundle: Path) -> None:
    record = open_bundle(bundle).manifest.export
    added = {name: cost["layers_added"] for name, cost in record.figures["tasks"].items()}
    assert added == {"support": 2, "reply": 2, "pii": 2}
    assert any(note.startswith(f"3 tasks in 8 layers, apart they have {3 * LAYERS}; ") for note in record.notes)
    assert {name for note in record.notes for name in added if note.startswith(f"{name}: adds 2 layers, ")} == set(
        added
    )


def test_routers_with_the_same_layers_cost_their_heads_alone(
    train_options: Callable[..., TrainOptions], tmp_path: Path
) -> None:
    made = []
    for name in ("one", "two"):
        options = train_options("bert", tmp_path / name, adapt_layers=0, epochs=1)
        made.append(train(type(options)(**{**vars(options), "name": name})).artifact.path)
    path = exported(made, "bundle", tmp_path / "bundle", precisions=("fp32",)).path
    assert _kinds(path / layout.GRAPHS["fp32"])["MultiHeadAttention"] == LAYERS
    assert not (path / layout.GRAPHS["int8"]).exists()
    figures = open_bundle(path).manifest.export.figures["tasks"]
    assert {cost["layers_added"] for cost in figures.values()} == {0}


@pytest.mark.parametrize("precision", ["fp32", "int8"])
def test_inputs_and_outputs_are_named(bundle: Path, precision: str) -> None:
    graph = onnx.load(bundle / layout.GRAPHS[precision]).graph
    assert [given.name for given in graph.input] == ["input_ids", "attention_mask"]
    assert {given.type.tensor_type.elem_type for given in graph.input} == {onnx.TensorProto.INT64}
    shapes = {o.name: [d.dim_param or d.dim_value for d in o.type.tensor_type.shape.dim] for o in graph.output}
    assert shapes == {"support": ["batch", 3], "reply": ["batch", 3], "pii": ["batch", "tokens", 5]}
    assert {o.type.tensor_type.elem_type for o in graph.output} == {onnx.TensorProto.FLOAT}


def test_every_family_answers_as_its_routers(
    family: str, trained: Callable[[str], TrainResult], router: Callable[[str, str], Path], tmp_path: Path
) -> None:
    paths = [trained(family).artifact.path, router(family, "token")]
    made = exported(paths, "bundle", tmp_path / "bundle", precisions=("fp32",)).path
    answers = pointsman.load_bundle(made).predict_all([row.text for row in read_golden(paths[0])], probabilities=True)
    assert list(answers) == ["support", "pii"]
    for path, decisions in zip(paths, answers.values(), strict=True):
        alone: Any = pointsman.load(path)
        expected = alone.predict([row.text for row in read_golden(paths[0])], probabilities=True)
        assert [d.label for d in decisions] == [d.label for d in expected]
        assert [d.spans and [(s.type, s.start, s.end) for s in d.spans] for d in decisions] == [
            d.spans and [(s.type, s.start, s.end) for s in d.spans] for d in expected
        ]
        np.testing.assert_allclose([d.probability for d in decisions], [d.probability for d in expected], atol=1e-5)


def test_figures_of_each_label_come_along(bundle: Path, sources: list[Path]) -> None:
    routers = open_bundle(bundle).manifest.routers
    assert [router.metrics for router in routers] == [open_artifact(source).measured() for source in sources]
    assert all(router.metrics["per_class"] for router in routers)


def test_router_json_says_what_the_manifest_says(bundle: Path, content: dict[str, Any], sources: list[Path]) -> None:
    manifest = open_bundle(bundle).manifest
    assert content["format_version"] == manifest.format_version
    assert list(content["graphs"]) == manifest.export.precisions == ["fp32", "int8"]
    assert content["default_precision"] == "fp32"
    for graph in content["graphs"].values():
        assert graph["sha256"] == manifest.files[graph["file"]]
        assert graph["sha256"] == hashlib.sha256((bundle / graph["file"]).read_bytes()).hexdigest()
    assert content["tokenizer"] in manifest.files
    assert content["pad_id"] == json.loads((bundle / "config.json").read_text(encoding="utf-8"))["pad_token_id"]
    assert list(content["inputs"]) == ["input_ids", "attention_mask"]
    for told, record, source in zip(content["tasks"], manifest.routers, sources, strict=True):
        artifact = open_artifact(source)
        assert told["name"] == told["output"] == record.task.name == artifact.task.name
        assert told["labels"] == record.task.labels == list(artifact.task.labels)
        assert told["kind"] == record.task.kind == artifact.task.kind
        assert told["digest"] == record.digest == artifact.digest
        assert told["max_length"] == record.max_length == artifact.manifest.max_length
        assert told["adapt_layers"] == record.adapt_layers == artifact.manifest.adapt_layers
        assert told["rank"] == record.rank == 4


def test_thresholds_and_temperatures_are_the_routers(content: dict[str, Any], sources: list[Path]) -> None:
    for told, source in zip(content["tasks"], sources, strict=True):
        calibration = Calibration.read(source)
        assert told["temperature"] == calibration.temperature
        assert told["threshold"] == calibration.rule.threshold
        assert told["applies_to"] == calibration.rule.applies_to
    assert len({told["temperature"] for told in content["tasks"]}) == 3


def test_only_token_tasks_have_windows(content: dict[str, Any]) -> None:
    by_name = {told["name"]: told for told in content["tasks"]}
    assert by_name["pii"]["shape"] == ["batch", "tokens", 5]
    assert {key: by_name["pii"]["windows"][key] for key in ("tokens", "special_tokens", "overlap")} == {
        "tokens": 24,
        "special_tokens": 2,
        "overlap": 5,
    }
    assert not {"support", "reply"} & {name for name, told in by_name.items() if "windows" in told}


def test_golden_rows_of_every_router_are_in_it(bundle: Path, sources: list[Path]) -> None:
    assert read_golden(bundle) == [row for source in sources for row in read_golden(source)]


def test_mixed_backbones_are_refused(
    sources: list[Path], trained: Callable[[str], TrainResult], tmp_path: Path
) -> None:
    other = trained("modernbert").artifact.path
    with pytest.raises(ConfigError, match=r"tiny-bert \(weights .*tiny-modernbert \(weights .*one trunk") as caught:
        exported([*sources, other], "bundle", tmp_path / "out")
    assert str(sources[0]) in str(caught.value)
    assert str(other) in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_one_task_goes_in_once(sources: list[Path], artifact_copy: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="both decide 'support': a bundle has each task once"):
        exported([*sources, artifact_copy], "bundle", tmp_path / "out")


def test_an_export_is_no_source(bundle: Path, tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match=r"is a bundle already: .*'pointsman train' wrote"):
        exported([bundle], "bundle", tmp_path / "out")


@pytest.mark.parametrize("opset", [16, 24])
def test_an_unsupported_opset_is_refused(sources: list[Path], opset: int, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=f"--opset {opset}: graphs are written for opsets 17 to 23"):
        exported(sources, "bundle", tmp_path / "out", opset=opset)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("word", ["folding its weights", "writing the graph", "3 tasks in 8 layers"])
def test_interrupted_it_leaves_nothing(sources: list[Path], word: str, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        exported(sources, "bundle", tmp_path / "deep" / "out", precisions=("fp32",), progress=Stops(word))
    assert list(tmp_path.iterdir()) == []


def test_a_place_without_permission(sources: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may write anywhere, so the refusal of the system is given by hand."""
    mkdir = Path.mkdir

    def refuse(self: Path, *args: Any, **options: Any) -> None:
        if self.name.endswith(".tmp"):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(self))
        mkdir(self, *args, **options)

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(OutputError, match=r"out cannot be written: Permission denied; choose another --out"):
        exported(sources, "bundle", tmp_path / "out")
    assert list(tmp_path.iterdir()) == []
