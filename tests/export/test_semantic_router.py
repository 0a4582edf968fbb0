from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from pointsman import tasks
from pointsman.artifacts import Artifact
from pointsman.export.semantic_router import fragment
from pointsman.inference.calibration import Calibration
from pointsman.inference.rule import Effect, Rule
from pointsman.pipeline.run import TrainResult

OUT = Path("models")


@pytest.fixture
def of(trained: Any, tmp_path: Path) -> Any:
    """Return what gives an artifact of a task, as far as the configuration looks at one."""
    result: TrainResult = trained("bert")

    def make(
        task: str, family: str = "bert", architecture: str = "tiny", threshold: float = 0.5, temperature: float = 1.0
    ) -> tuple[Artifact, Path]:
        folder = tmp_path / f"{task}-{architecture}"
        folder.mkdir()
        effect = Effect(n=1, coverage=1.0, accuracy_answered=1.0, accuracy_answered_interval=(0.0, 1.0))
        Calibration(temperature, Rule("default", threshold, "winner", effect), 1, {}).write(folder)
        artifact = result.artifact
        record = artifact.manifest.backbone.model_copy(update={"family": family, "architecture": architecture})
        manifest = artifact.manifest.model_copy(update={"backbone": record})
        known = artifact.task if task == "support" else tasks.get(task)
        return replace(artifact, path=folder, task=known, manifest=manifest), OUT / f"{task}_rust"

    return make


def _read(exports: Sequence[tuple[Artifact, Path]]) -> tuple[dict[str, Any], tuple[str, ...]]:
    made = fragment(exports)
    content = yaml.safe_load(made.text)
    return content or {}, made.notes


def test_each_task_has_its_module(of: Any) -> None:
    content, notes = _read([of("domain"), of("pii"), of("jailbreak"), of("intent")])
    modules = content["global"]["model_catalog"]["modules"]
    assert modules["classifier"]["domain"] == {
        "enabled": True,
        "model_id": "models/domain_rust",
        "threshold": 0.5,
        "use_cpu": True,
        "use_modernbert": False,
        "use_mmbert_32k": False,
        "category_mapping_path": "models/domain_rust/category_mapping.json",
        "fallback_category": "other",
    }
    assert modules["classifier"]["pii"] == {
        "enabled": True,
        "model_id": "models/pii_rust",
        "threshold": 0.5,
        "use_cpu": True,
        "use_mmbert_32k": False,
        "pii_mapping_path": "models/pii_rust/pii_type_mapping.json",
    }
    assert modules["prompt_guard"] == {
        "enabled": True,
        "model_id": "models/jailbreak_rust",
        "threshold": 0.5,
        "use_cpu": True,
        "variant": "candle",
        "jailbreak_mapping_path": "models/jailbreak_rust/jailbreak_type_mapping.json",
        "positive_labels": ["jailbreak"],
    }
    (signal,) = content["routing"]["signals"]["classifiers"]
    assert (signal["name"], signal["type"], signal["model_path"]) == ("intent", "local", "models/intent_rust")
    assert signal["labels"] == list(tasks.get("intent").labels)
    assert notes == ()


def test_modernbert_and_mmbert_32k_are_told_apart(of: Any) -> None:
    content, _ = _read([of("domain", "modernbert", "modernbert-base"), of("jailbreak", "modernbert", "mmbert32k")])
    modules = content["global"]["model_catalog"]["modules"]
    assert modules["classifier"]["domain"]["use_modernbert"] is True
    assert modules["classifier"]["domain"]["use_mmbert_32k"] is False
    assert modules["prompt_guard"]["variant"] == "mmbert32k"


def test_modality_needs_mmbert_32k(of: Any) -> None:
    content, notes = _read([of("modality")])
    assert content == {}
    assert notes == ("modality: that router's detector loads mmBERT-32K alone (--model mmbert-32k): left out",)
    content, notes = _read([of("modality", "modernbert", "mmbert32k", threshold=0.7)])
    assert content["global"]["model_catalog"]["modules"]["modality_detector"] == {
        "enabled": True,
        "method": "classifier",
        "classifier": {"model_path": "models/modality_rust", "use_cpu": True},
        "confidence_threshold": 0.7,
    }


def test_one_local_classifier_of_bert(of: Any) -> None:
    content, notes = _read([of("intent"), of("safety"), of("support", "modernbert", "modernbert-base")])
    assert [signal["name"] for signal in content["routing"]["signals"]["classifiers"]] == ["intent"]
    assert "one local classifier, here intent" in notes[0]
    assert notes[1].startswith("support: that router loads local classifiers of BERT")


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
def test_the_threshold_of_two_labels_needs_no_temperature_there(of: Any, temperature: float) -> None:
    content, _ = _read([of("jailbreak", threshold=0.8, temperature=temperature)])
    found = content["global"]["model_catalog"]["modules"]["prompt_guard"]["threshold"]
    # A text whose logits differ by z stands at the threshold at both temperatures, or at neither.
    z = temperature * math.log(0.8 / 0.2)
    assert found == pytest.approx(1 / (1 + math.exp(-z)), abs=1e-4)


@pytest.mark.parametrize("threshold", [0.0, 1.0])
def test_a_threshold_at_the_end_stays(of: Any, threshold: float) -> None:
    content, _ = _read([of("jailbreak", threshold=threshold, temperature=2.0)])
    assert content["global"]["model_catalog"]["modules"]["prompt_guard"]["threshold"] == threshold
