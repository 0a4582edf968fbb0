from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors import safe_open

from pointsman.artifacts import open_artifact
from pointsman.backbones import Backbone
from pointsman.errors import ArtifactError
from pointsman.export.files import reader_config
from pointsman.export.merged import LORA_MARKS, merge, write_merged
from pointsman.export.names import discovered_architecture, merged_name, onnx_name, readable_architecture
from pointsman.inference.torch_predictor import load_model
from pointsman.pipeline.options import TrainOptions
from pointsman.pipeline.run import TrainResult
from pointsman.pipeline.train import train

TEXTS = ["please find the dog", "tell me of saw 7 and a horse in the barn near the river, now", "x"]
KINDS = ("sequence", "token")


def _merged(folder: Path, backbone: Backbone, out: Path) -> tuple[Any, Path]:
    artifact = open_artifact(folder)
    model = merge(artifact, backbone)
    out.mkdir()
    write_merged(artifact, model, out)
    return model, out


def _inputs(folder: Path) -> Any:
    from transformers import AutoTokenizer

    inputs = AutoTokenizer.from_pretrained(folder)(TEXTS, return_tensors="pt", padding=True)
    inputs.pop("token_type_ids", None)
    return inputs


@pytest.mark.parametrize("kind", KINDS)
def test_stock_classes_load_it_and_answer_as_the_adapter(
    router: Callable[[str, str], Path], family: str, kind: str, backbone: Backbone, tmp_path: Path
) -> None:
    from transformers import AutoModelForSequenceClassification, AutoModelForTokenClassification

    folder = router(family, kind)
    artifact = open_artifact(folder)
    model, out = _merged(folder, backbone, tmp_path / "merged")
    auto = AutoModelForTokenClassification if kind == "token" else AutoModelForSequenceClassification
    stock, loaded = auto.from_pretrained(out, output_loading_info=True)
    assert not any(loaded.values())
    assert type(stock) is type(model)
    assert stock.config.architectures == [type(model).__name__]
    assert [stock.config.id2label[i] for i in range(len(artifact.task.labels))] == list(artifact.task.labels)
    unmerged = load_model(folder, backbone, artifact.task.labels, "lora", kind=artifact.task.kind)
    inputs = _inputs(out)
    with torch.no_grad():
        theirs, ours, before = (m.eval()(**inputs).logits for m in (stock, model, unmerged))
    assert torch.equal(theirs, ours)
    assert (ours - before).abs().max() < 1e-5
    assert not model.training
    assert not any(p.requires_grad for p in model.parameters())


@pytest.mark.parametrize("kind", KINDS)
def test_tensors_are_fp32_and_those_of_the_stock_model(
    router: Callable[[str, str], Path], family: str, kind: str, backbone: Backbone, tmp_path: Path
) -> None:
    _, out = _merged(router(family, kind), backbone, tmp_path / "merged")
    with safe_open(out / "model.safetensors", "pt") as file:
        names = list(file.keys())
        assert {file.get_tensor(name).dtype for name in names} == {torch.float32}
        assert file.metadata() == {"format": "pt"}
    assert not [name for name in names if any(mark in name for mark in LORA_MARKS)]


def test_the_frozen_weights_are_the_backbone_s_own_bytes(
    router: Callable[[str, str], Path], backbones: dict[str, Backbone], tmp_path: Path
) -> None:
    model, _ = _merged(router("bert", "sequence"), backbones["bert"], tmp_path / "merged")
    with safe_open(backbones["bert"].path / "model.safetensors", "pt") as file:
        for name in ("embeddings.word_embeddings.weight", "encoder.layer.0.attention.self.query.weight"):
            assert torch.equal(model.state_dict()[f"bert.{name}"], file.get_tensor(name))


def test_files_are_those_of_the_contract(
    router: Callable[[str, str], Path], backbones: dict[str, Backbone], tmp_path: Path
) -> None:
    _, out = _merged(router("bert", "token"), backbones["bert"], tmp_path / "merged")
    names = {path.name for path in out.iterdir()}
    needed = {
        "config.json",
        "tokenizer.json",
        "tokenizer_config.json",
        "model.safetensors",
        "lora_config.json",
        "label_mapping.json",
        "pii_type_mapping.json",
        "calibration.json",
        "eval_results.json",
        "parity.jsonl",
    }
    optional = {"special_tokens_map.json", "vocab.txt"}
    assert needed <= names <= needed | optional
    mapping = json.loads((out / "pii_type_mapping.json").read_text())
    assert set(mapping) == {"label_to_idx", "idx_to_label", "label_to_id", "id_to_label"}
    assert mapping["idx_to_label"]["1"] == mapping["id_to_label"]["1"] == "B-GPE"
    assert mapping["label_to_idx"]["B-GPE"] == mapping["label_to_id"]["B-GPE"] == 1
    labels = json.loads((out / "label_mapping.json").read_text())
    assert set(labels) == {"label_to_id", "id_to_label", "label2id", "id2label"}
    lora = json.loads((out / "lora_config.json").read_text())
    assert lora["rank"] == lora["r"] == 4
    assert lora["task_type"] == "TOKEN_CLS"


def test_modernbert_s_config_has_the_former_keys_and_loads(
    router: Callable[[str, str], Path], backbones: dict[str, Backbone], tmp_path: Path
) -> None:
    from transformers import AutoConfig

    _, out = _merged(router("modernbert", "sequence"), backbones["modernbert"], tmp_path / "merged")
    config = json.loads((out / "config.json").read_text())
    assert config["layer_norm_eps"] == config["norm_eps"] == 1e-5
    assert config["global_attn_every_n_layers"] == 2
    assert config["local_attention"] == 8
    assert config["classifier_pooling"] == "mean"
    assert (config["global_rope_theta"], config["local_rope_theta"]) == (160000.0, 10000.0)
    loaded = AutoConfig.from_pretrained(out)
    assert loaded.layer_types == config["layer_types"]
    assert loaded.rope_parameters == config["rope_parameters"]


def test_layers_that_no_period_describes_are_refused() -> None:
    types = ["full_attention", "sliding_attention", "full_attention", "full_attention"]
    with pytest.raises(ArtifactError, match=r"full attention in layers \[0, 2, 3\]"):
        reader_config({"model_type": "modernbert", "layer_types": types}, "sequence")


@pytest.mark.parametrize(("types", "period"), [("fffff", 1), ("fsfsf", 2), ("fssfss", 3), ("fss", 3), ("f", 1)])
def test_the_period_of_layers(types: str, period: int) -> None:
    full = [{"f": "full_attention", "s": "sliding_attention"}[letter] for letter in types]
    config = reader_config({"model_type": "modernbert", "layer_types": full}, "token")
    assert config["global_attn_every_n_layers"] == period
    assert config["architectures"] == ["ModernBertForTokenClassification"]


def test_a_full_fine_tune_is_its_checkpoint(
    train_options: Callable[..., TrainOptions], backbones: dict[str, Backbone], tmp_path: Path
) -> None:
    options = train_options("bert", tmp_path / "full", epochs=1, adapt="full", adapt_layers="all", learning_rate=1e-4)
    artifact = train(options).artifact
    _, out = _merged(artifact.path, backbones["bert"], tmp_path / "merged")
    with safe_open(artifact.path / "model.safetensors", "pt") as a, safe_open(out / "model.safetensors", "pt") as b:
        assert sorted(a.keys()) == sorted(b.keys())
        assert all(torch.equal(a.get_tensor(name), b.get_tensor(name)) for name in a.keys())  # noqa: SIM118
    assert merged_name(artifact.manifest).endswith("_full_model_rust")


def test_weights_that_are_no_numbers_are_not_merged(
    artifact_copy: Path, backbones: dict[str, Backbone], tmp_path: Path
) -> None:
    from safetensors.torch import load_file, save_file

    file = artifact_copy / "adapter_model.safetensors"
    tensors = load_file(file)
    name = next(key for key in tensors if "lora_A" in key)
    save_file(tensors | {name: torch.full_like(tensors[name], torch.nan)}, file, metadata={"format": "pt"})
    manifest = json.loads((artifact_copy / "manifest.json").read_text())
    manifest["files"][file.name] = hashlib.sha256(file.read_bytes()).hexdigest()
    (artifact_copy / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(ArtifactError, match="not finite"):
        merge(open_artifact(artifact_copy), backbones["bert"])


def test_a_file_that_the_artifact_lacks_is_named(
    trained: Callable[[str], TrainResult], backbones: dict[str, Backbone], tmp_path: Path
) -> None:
    artifact = trained("bert").artifact
    model = merge(artifact, backbones["bert"])
    copy = Path(shutil.copytree(artifact.path, tmp_path / "copy"))
    (copy / "calibration.json").unlink()
    (tmp_path / "out").mkdir()
    with pytest.raises(ArtifactError, match=r"calibration\.json is missing"):
        write_merged(replace(artifact, path=copy), model, tmp_path / "out")


@pytest.mark.parametrize(
    ("architecture", "family", "readable"),
    [
        ("bert-minilm-l6", "bert", "bert-minilm-l6"),
        ("bert-base-uncased", "bert", "bert-base-uncased"),
        ("roberta-base", "roberta", "roberta-base"),
        ("xlm-roberta-base", "roberta", "xlm-roberta-base"),
        ("modernbert-base", "modernbert", "modernbert-base"),
        ("mmbert32k", "modernbert", "mmbert32k"),
        ("mmbert-base", "modernbert", "modernbert-base-mmbert-base"),
        ("modernbert-large", "modernbert", "modernbert-base-modernbert-large"),
        ("roberta-large", "roberta", "roberta-base-roberta-large"),
        ("like-bert-base-uncased", "roberta", "roberta-base"),
        ("My-RoBERTa-Base", "bert", "bert-base-uncased-My-RoBERTa-Base"),
    ],
)
def test_a_name_is_discovered_as_what_it_is(architecture: str, family: str, readable: str) -> None:
    assert readable_architecture(architecture, family) == readable
    assert discovered_architecture(f"lora_intent_classifier_{readable}_r8_model_rust") == family


def test_directory_names(trained: Callable[[str], TrainResult], router: Callable[[str, str], Path]) -> None:
    support = trained("bert").artifact.manifest
    assert merged_name(support) == "lora_support_classifier_tiny-bert_r4_model_rust"
    assert onnx_name(support) == "lora_support_classifier_tiny-bert_r4_model_onnx"
    pii = open_artifact(router("modernbert", "token")).manifest
    assert merged_name(pii) == "lora_pii_detector_modernbert-base-tiny-modernbert_r4_token_model_rust"
    assert onnx_name(pii) == "lora_pii_detector_tiny-modernbert_r4_token_model_onnx"
