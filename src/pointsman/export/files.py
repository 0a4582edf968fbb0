"""The files that stand beside a model's weights in an export, copied from its artifact in the shapes readers want.

Knows no weights and no manifest: those are written by whoever makes the export.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from pointsman.artifacts import Artifact, layout, write_mappings
from pointsman.artifacts.mappings import read_json
from pointsman.errors import ArtifactError

TOKENIZER_FILES = (
    layout.TOKENIZER,
    "tokenizer_config.json",
    "special_tokens_map.json",
    "vocab.txt",
    "vocab.json",
    "merges.txt",
    "spiece.model",
)
_NEEDED = (layout.TOKENIZER, "tokenizer_config.json", layout.CALIBRATION, layout.EVAL_RESULTS)


def copy_side_files(artifact: Artifact, folder: Path, *, golden: bool = True) -> None:
    """Write everything but weights, graphs and manifest into an export.

    config.json with the keys that readers of either generation look for, tokenizer files, both mapping files,
    lora_config.json, calibration.json, eval_results.json, and parity.jsonl where the artifact has it.

    Args:
        artifact: what is exported.
        folder: where to.
        golden: copy parity.jsonl.

    Raises:
        ArtifactError: the artifact lacks a file.
    """
    source = artifact.path
    _write_json(folder / layout.CONFIG, reader_config(read_json(source / layout.CONFIG), artifact.task.kind))
    write_mappings(folder, artifact.task)
    shutil.copyfile(_present(source / layout.LORA_CONFIG), folder / layout.LORA_CONFIG)
    optional = (*TOKENIZER_FILES, *((layout.GOLDEN,) if golden else ()))
    for name in dict.fromkeys((*_NEEDED, *optional)):
        if name in _NEEDED or (source / name).is_file():
            shutil.copyfile(_present(source / name), folder / name)


def reader_config(config: dict[str, Any], kind: str) -> dict[str, Any]:
    """Return a config.json that readers of either generation take: today's keys, and beside them the former ones.

    Args:
        config: as Transformers wrote it.
        kind: of the task.
    """
    known = {**config, "architectures": [_class_name(str(config.get("model_type")), kind)], "dtype": "float32"}
    return known | (_modernbert_keys(config) if config.get("model_type") == "modernbert" else {})


def _class_name(model_type: str, kind: str) -> str:
    from transformers.models.auto import modeling_auto as names

    token, sequence = (
        names.MODEL_FOR_TOKEN_CLASSIFICATION_MAPPING_NAMES,
        names.MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING_NAMES,
    )
    return str((token if kind == "token" else sequence)[model_type])


def _modernbert_keys(config: dict[str, Any]) -> dict[str, Any]:
    """Return what Transformers 5 writes in other words: norm_eps, layer_types, rope_parameters."""
    rope = config.get("rope_parameters") or {}
    thetas = {
        name: rope[kind]["rope_theta"]
        for name, kind in (("global_rope_theta", "full_attention"), ("local_rope_theta", "sliding_attention"))
        if "rope_theta" in rope.get(kind, {})
    }
    return {
        "layer_norm_eps": config.get("norm_eps", 1e-5),
        "global_attn_every_n_layers": _period(config),
        "local_attention": config.get("local_attention", 128),
        "classifier_pooling": config.get("classifier_pooling", "cls"),
        **thetas,
    }


def _period(config: dict[str, Any]) -> int:
    """Return n where every n-th layer, from the first, attends to the whole text.

    Raises:
        ArtifactError: the layers follow no such pattern.
    """
    types = config.get("layer_types")
    if not types:
        return int(config.get("global_attn_every_n_layers", 3))
    whole = [number for number, kind in enumerate(types) if kind == "full_attention"]
    period = whole[1] if len(whole) > 1 else len(types)
    if whole != list(range(0, len(types), period)):
        raise ArtifactError(
            f"{layout.CONFIG}: 'layer_types' has full attention in layers {whole}, not in every n-th from the first: "
            "'global_attn_every_n_layers' cannot say it, and readers of that key would run another model"
        )
    return period


def _present(file: Path) -> Path:
    if not file.is_file():
        raise ArtifactError(f"{file} is missing: the artifact is not whole")
    return file


def _write_json(file: Path, content: dict[str, Any]) -> None:
    file.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
