from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pointsman.artifacts import write_manifest
from pointsman.artifacts.discovery import KINDS, Found, Served, discover, family_named, preferred
from pointsman.artifacts.manifest import BundleManifest, ExportRecord, RouterRecord, read_manifest
from pointsman.errors import ArtifactError
from pointsman.pipeline.run import TrainResult


def _foreign(folder: Path, model_type: str = "bert", rank: int | None = None) -> Path:
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps({"model_type": model_type}), encoding="utf-8")
    for name in ("tokenizer.json", "label_mapping.json"):
        (folder / name).write_text("{}", encoding="utf-8")
    (folder / "model.safetensors").write_bytes(b"weights")
    if rank is not None:
        (folder / "lora_config.json").write_text(json.dumps({"rank": rank, "r": rank}), encoding="utf-8")
    return folder


@pytest.fixture
def store(trained: Callable[[str], TrainResult], tmp_path: Path) -> Path:
    """Two routers, one of them deep below, an ONNX export and a bundle (by their manifests), and much else."""
    source = trained("bert").artifact.path
    root = tmp_path / "store"
    shutil.copytree(source, root / "a" / "router")
    shutil.copytree(trained("roberta").artifact.path, root / "z" / "y" / "x" / "other")
    manifest = read_manifest(source)
    shutil.copytree(source, root / "exports" / "onnx")
    write_manifest(root / "exports" / "onnx", manifest.model_copy(update={"kind": "onnx", "export": ExportRecord()}))
    (root / "exports" / "bundle").mkdir()
    (root / "exports" / "bundle" / "router.json").write_text("{}", encoding="utf-8")
    calibration = json.loads((source / "calibration.json").read_text(encoding="utf-8"))
    record = RouterRecord(
        task=manifest.task,
        digest="d",
        adapt_layers=2,
        rank=4,
        max_length=32,
        temperature=1.0,
        rule=calibration["rule"],
        metrics=manifest.metrics,
    )
    write_manifest(
        root / "exports" / "bundle",
        BundleManifest(
            backbone=manifest.backbone,
            routers=[record, record.model_copy(update={"task": manifest.task.model_copy(update={"name": "second"})})],
            export=ExportRecord(),
            versions={},
            created=manifest.created,
        ),
    )
    shutil.copytree(source, root / ".router.work" / "hidden")
    shutil.copytree(source, root / "a" / "router" / "tensorboard" / "inner", dirs_exist_ok=True)
    (root / "a" / "loop").symlink_to(root)
    (root / "page").mkdir()
    (root / "page" / "manifest.json").write_text('{"name": "a web page", "icons": []}', encoding="utf-8")
    return root


def test_finds_every_form_at_its_own_path_and_nothing_within_or_hidden(store: Path) -> None:
    shutil.rmtree(store / "a" / "router" / "tensorboard" / "inner")
    found = {str(one.path.relative_to(store)): one for one in discover(store)}
    assert {name: one.kind for name, one in found.items()} == {
        "a/router": "router",
        "exports/bundle": "bundle",
        "exports/onnx": "onnx",
        "z/y/x/other": "router",
    }
    assert [one.problem for one in found.values()] == [None] * 4
    router = found["a/router"]
    (served,) = router.tasks
    manifest = read_manifest(router.path)
    assert (router.family, found["z/y/x/other"].family) == ("bert", "roberta")
    assert (served.task, served.rank, served.metric) == ("support", 4, manifest.task.primary_metric)
    assert served.value == manifest.metrics["macro_f1"]
    assert served.interval == tuple(manifest.metrics["intervals"]["macro_f1"])
    assert [s.task for s in found["exports/bundle"].tasks] == ["support", "second"]
    assert discover(store / "a" / "router") == [router]


def test_what_was_put_into_an_artifact_is_a_problem_not_an_artifact(store: Path) -> None:
    (router,) = [one for one in discover(store) if one.path.name == "router"]
    assert router.problem is not None
    assert "tensorboard/inner/manifest.json" in router.problem


@pytest.mark.parametrize(
    ("break_it", "told"),
    [
        (lambda f: (f / "label_mapping.json").unlink(), "label_mapping.json"),
        (lambda f: (f / "history.json").write_text("[]"), "history.json"),
        (lambda f: (f / "more.txt").write_text("x"), "more.txt"),
        (lambda f: (f / "manifest.json").write_text("{"), "manifest.json"),
        (lambda f: (f / "manifest.json").write_text('{"kind": "router", "format_version": 1}'), "manifest.json: task"),
        (lambda f: (f / "manifest.json").write_text('{"kind": "router", "format_version": 99}'), "newer"),
        (lambda f: (f / "manifest.json").write_bytes(b"\xff\xfe"), "manifest.json"),
    ],
)
def test_a_broken_one_is_listed_with_its_problem_and_never_preferred(
    store: Path, break_it: Callable[[Path], Any], told: str
) -> None:
    shutil.rmtree(store / "a" / "router" / "tensorboard")
    shutil.copytree(store / "exports" / "onnx", store / "broken")
    break_it(store / "broken")
    found = discover(store)
    assert len(found) == 5
    (broken,) = [one for one in found if one.path.name == "broken"]
    assert broken.problem is not None
    assert told in broken.problem
    assert preferred([broken], "support") is None


def test_links_are_followed_once(store: Path, tmp_path: Path) -> None:
    (store / "aa-current").symlink_to(store / "z" / "y" / "x" / "other")
    other = shutil.copytree(store / "z" / "y" / "x" / "other", tmp_path / "elsewhere" / "third")
    (store / "outside").symlink_to(other.parent)
    names = [str(one.path.relative_to(store)) for one in discover(store)]
    assert "aa-current" not in names
    assert "outside/third" in names
    assert len(names) == len(set(names)) == 5


def test_a_folder_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="nowhere is no folder"):
        discover(tmp_path / "nowhere")
    assert discover(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "task", "family", "architecture", "rank"),
    [
        ("lora_intent_classifier_bert-base-uncased_r8_model_rust", "domain", "bert", "bert-base-uncased", 8),
        ("lora_pii_detector_roberta-base_r16_token_model_rust", "pii", "roberta", "roberta-base", 16),
        ("LoRA_jailbreak_classifier_ModernBERT-base_r8_model", "jailbreak", "modernbert", "modernbert-base", 8),
        ("lora_modality_router_mmbert32k_r32_model_rust", "modality", "modernbert", "mmbert32k", 32),
        ("lora_tool_intent_classifier_bert-minilm-l6_r8_model_rust", "intent", "bert", "bert-minilm-l6", 8),
        ("lora_own_task_classifier_distil_thing_full_model_rust", "own_task", "bert", "distil_thing", 0),
    ],
)
def test_folders_of_other_software_are_known_by_name(
    tmp_path: Path, name: str, task: str, family: str, architecture: str, rank: int
) -> None:
    _foreign(tmp_path / "models" / name, "bert" if family == "bert" else family)
    (found,) = discover(tmp_path)
    assert (found.kind, found.family, found.architecture) == ("foreign", family, architecture)
    assert found.tasks == (Served(task, rank),)
    assert found.problem is None
    assert preferred([found], task) is found


def test_other_software_is_listed_with_what_is_wrong(tmp_path: Path) -> None:
    bert = _foreign(tmp_path / "lora_pii_detector_bert-base-uncased_r8_token_model_rust", "modernbert", rank=32)
    (found,) = discover(tmp_path)
    assert found.tasks[0].rank == 32
    assert found.problem is not None
    assert "the name says bert, config.json says modernbert" in found.problem
    (bert / "model.safetensors").unlink()
    (bert / "tokenizer.json").unlink()
    assert "tokenizer.json, model.safetensors missing" in str(discover(tmp_path)[0].problem)
    (bert / "config.json").write_text("[", encoding="utf-8")
    assert "config.json cannot be read" in str(discover(tmp_path)[0].problem)
    (bert / "config.json").unlink()
    assert discover(tmp_path) == []


def _one(name: str, kind: str = "router", family: str = "bert", value: float | None = 0.5, **more: Any) -> Found:
    served = (Served("domain", 8, "accuracy", value, None, "s"),)
    return Found(Path(name), kind, served, family, created=more.pop("created", "2026-01-01"), **more)


def test_preferred_by_architecture() -> None:
    modern, roberta, bert = _one("m", family="modernbert"), _one("r", family="roberta"), _one("b")
    other = _one("q", family="qwen3")
    assert preferred([other, modern, roberta, bert], "domain") is bert
    assert preferred([other, modern, roberta], "domain") is roberta
    assert preferred([other, modern], "domain") is modern
    assert preferred([other], "domain") is other
    assert preferred([modern, replace(bert, problem="changed")], "domain") is modern
    assert preferred([bert], "law") is None


def test_equals_are_told_apart_by_kind_then_age_then_name() -> None:
    kinds = [_one(kind, kind=kind, created="2027") for kind in reversed(KINDS)]
    assert [preferred(kinds[:n], "domain") for n in range(1, 6)] == kinds
    old, new = _one("a", created="2026-01-01"), _one("b", created="2026-02-01")
    assert preferred([old, new], "domain") is new
    assert preferred([_one("d"), _one("c")], "domain") == _one("c")


def test_preferred_by_metric() -> None:
    low, high = _one("low", value=0.7), _one("high", family="modernbert", value=0.8)
    unknown = _one("unknown", kind="foreign", value=None)
    assert preferred([unknown, low, high], "domain", "metric") is high
    assert preferred([unknown], "domain", "metric") is unknown
    assert preferred([low, replace(high, problem="changed")], "domain", "metric") is low


def test_family_from_a_name() -> None:
    assert [family_named(n) for n in ("x_RoBERTa-base", "XLM-Roberta", "ModernBERT", "mmBERT32k", "minilm")] == [
        "roberta",
        "roberta",
        "modernbert",
        "modernbert",
        "bert",
    ]
