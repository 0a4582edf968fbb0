"""The part of the vLLM Semantic Router's configuration that has it load merged exports: which model decides what.

Keys as of August 2026, all of vllm-project/semantic-router:
- global.model_catalog.modules: src/semantic-router/pkg/config/canonical_global.go; an example is config/config.yaml
- classifier.domain, classifier.pii, prompt_guard: src/semantic-router/pkg/config/model_config_types.go
- prompt_guard.variant, `candle` or `mmbert32k`: src/semantic-router/pkg/config/config.go
- modality_detector: src/semantic-router/pkg/config/image_gen_plugin.go
- routing.signals.classifiers: src/semantic-router/pkg/config/classifier_signal.go; one local model a process, BERT
  alone: src/semantic-router/pkg/classification/generic_classifier_local.go, candle-binding/src/ffi/classify.rs
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pointsman.artifacts import Artifact
from pointsman.inference.calibration import Calibration

FILE = "semantic-router.yaml"

_HEADER = """\
# Modules of the vLLM Semantic Router (configuration v0.3) that load these exports: merge them into its config.yaml.
# Paths are as they are on this machine: put in those of the machine that the router runs on.
# Thresholds are those of calibration.json, for probabilities without temperature (that runtime applies none):
# exact for two labels, near for more.
"""


@dataclass(frozen=True)
class Fragment:
    """A piece of configuration.

    Attributes:
        text: YAML.
        notes: what stands not in it and why, and what to know of it.
    """

    text: str
    notes: tuple[str, ...]


def fragment(exports: Sequence[tuple[Artifact, Path]]) -> Fragment:
    """Return the configuration for merged exports.

    Args:
        exports: each artifact with the folder of its merged export.
    """
    import yaml

    modules: dict[str, Any] = {}
    signals: list[dict[str, Any]] = []
    notes: list[str] = []
    for artifact, folder in exports:
        task = artifact.task
        if task.name in ("domain", "pii"):
            modules.setdefault("classifier", {})[task.name] = _classifier(artifact, folder)
        elif task.name == "jailbreak":
            modules["prompt_guard"] = _prompt_guard(artifact, folder)
        elif task.name == "modality":
            if _is_mmbert_32k(artifact):
                modules["modality_detector"] = _modality(artifact, folder)
            else:
                notes.append("modality: that router's detector loads mmBERT-32K alone (--model mmbert-32k): left out")
        elif task.kind == "token" or artifact.manifest.backbone.family != "bert":
            notes.append(f"{task.name}: that router loads local classifiers of BERT for whole texts alone: left out")
        elif signals:
            notes.append(f"{task.name}: that router loads one local classifier, here {signals[0]['name']}: left out")
        else:
            signals.append(_signal(artifact, folder))
    content: dict[str, Any] = {}
    if modules:
        content["global"] = {"model_catalog": {"modules": modules}}
    if signals:
        content["routing"] = {"signals": {"classifiers": signals}}
    body = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=120) if content else ""
    return Fragment(_HEADER + body, tuple(notes))


def _classifier(artifact: Artifact, folder: Path) -> dict[str, Any]:
    """Return the module of the domain or the PII classifier."""
    task, mmbert = artifact.task, _is_mmbert_32k(artifact)
    entry: dict[str, Any] = {
        "enabled": True,
        "model_id": folder.as_posix(),
        "threshold": _threshold(artifact),
        "use_cpu": True,
    }
    if task.name == "pii":
        return entry | {"use_mmbert_32k": mmbert, "pii_mapping_path": (folder / task.mapping_file).as_posix()}
    entry |= {
        "use_modernbert": artifact.manifest.backbone.family == "modernbert" and not mmbert,
        "use_mmbert_32k": mmbert,
        "category_mapping_path": (folder / task.mapping_file).as_posix(),
    }
    return entry | ({"fallback_category": "other"} if "other" in task.labels else {})


def _prompt_guard(artifact: Artifact, folder: Path) -> dict[str, Any]:
    task = artifact.task
    return {
        "enabled": True,
        "model_id": folder.as_posix(),
        "threshold": _threshold(artifact),
        "use_cpu": True,
        "variant": "mmbert32k" if _is_mmbert_32k(artifact) else "candle",
        "jailbreak_mapping_path": (folder / task.mapping_file).as_posix(),
        "positive_labels": [task.positive or task.labels[-1]],
    }


def _modality(artifact: Artifact, folder: Path) -> dict[str, Any]:
    return {
        "enabled": True,
        "method": "classifier",
        "classifier": {"model_path": folder.as_posix(), "use_cpu": True},
        "confidence_threshold": _threshold(artifact),
    }


def _signal(artifact: Artifact, folder: Path) -> dict[str, Any]:
    task = artifact.task
    return {
        "name": task.name,
        "description": task.description or task.name,
        "type": "local",
        "model_path": folder.as_posix(),
        "labels": list(task.labels),
        "use_cpu": True,
    }


def _is_mmbert_32k(artifact: Artifact) -> bool:
    return "mmbert32k" in artifact.manifest.backbone.architecture


def _threshold(artifact: Artifact) -> float:
    """Return the router's threshold as a probability at temperature 1."""
    calibration = Calibration.read(artifact.path)
    threshold = calibration.rule.threshold
    if len(artifact.task.labels) != 2 or not 0 < threshold < 1:
        return round(threshold, 4)
    score = calibration.temperature * math.log(threshold / (1 - threshold))
    return round(1 / (1 + math.exp(-score)), 4)
