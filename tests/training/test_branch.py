from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from peft import PeftModel
from safetensors.torch import load_file
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from pointsman.backbones import Backbone, resolve
from pointsman.backbones.cut import cut_trunk, load_classifier, load_encoder, load_tokenizer
from pointsman.encoding import pad, tokenize
from pointsman.errors import ConfigError
from pointsman.inference.torch_predictor import load_model
from pointsman.training.branch import Branch, build, save
from pointsman.training.recipe import Recipe

LABELS = ("animal", "fruit", "tool")
RECIPE = Recipe(lora_rank=4, seed=5)
FULL = replace(RECIPE, adapt="full")
TEXTS = ["the dog chased a cat", "an apple and a ripe pear fell beside the plum tree where the grapes grow", "saw"]


def _trained(branch: Branch) -> dict[str, torch.nn.Parameter]:
    return {name: p for name, p in branch.model.named_parameters() if p.requires_grad}


def _unsettle(branch: Branch) -> None:
    """Move every trained weight, as training would (LoRA's B starts at zero and hides mistakes)."""
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for parameter in _trained(branch).values():
            parameter += 0.1 * torch.randn(parameter.shape, generator=generator)


def _logits_in_memory(branch: Branch) -> torch.Tensor:
    ids, _ = tokenize(load_tokenizer(branch.backbone), TEXTS, 32)
    inputs, mask = pad([torch.tensor(row) for row in ids])
    model = branch.model.eval()
    with torch.no_grad():
        if branch.whole:
            return model(input_ids=inputs, attention_mask=mask).logits
        trunk = cut_trunk(load_encoder(branch.backbone, torch.float32), branch.backbone, branch.depth)
        hidden = trunk(inputs, attention_mask=mask).last_hidden_state
        return model(inputs_embeds=hidden, attention_mask=mask).logits


def _stock_last_layer(backbone: Backbone) -> Backbone:
    """Leave the branch's last layer as the library, and inference, have it: not computed for one token alone."""
    return replace(backbone, family=replace(backbone.family, shorten_last=None))


def _logits_of(model: torch.nn.Module, backbone: Backbone) -> torch.Tensor:
    ids, _ = tokenize(load_tokenizer(backbone), TEXTS, 32)
    inputs, mask = pad([torch.tensor(row) for row in ids])
    with torch.no_grad():
        return model(input_ids=inputs, attention_mask=mask).logits


# Rank 4 on each adapted matrix of two layers, and the whole head: written out from the shapes
# (width 32, inner width 48; ModernBERT's Wqkv is 32 -> 96 and its Wi 32 -> 96).
LORA_LAYER = {"bert": 256 + 256 + 256 + 320 + 320, "modernbert": 512 + 256 + 512 + 320}
HEAD = {"bert": 32 * 32 + 32 + 3 * 32 + 3, "modernbert": 32 * 32 + 32 + 3 * 32 + 3}


@pytest.mark.parametrize("depth", [0, 1, 2, 4])
def test_lora_and_the_whole_head_are_trained(backbone: Backbone, depth: int) -> None:
    branch = build(backbone, LABELS, RECIPE, depth, torch.float32)
    like = "modernbert" if backbone.family.name == "modernbert" else "bert"
    assert branch.trainable == depth * LORA_LAYER[like] + HEAD[like]
    assert branch.total == sum(p.numel() for p in load_classifier(backbone, LABELS).parameters())
    names = _trained(branch)
    lora = {name for name in names if ".lora_" in name}
    assert all("modules_to_save" in name for name in names.keys() - lora)
    layers = {int(name.split(f"{backbone.family.layers}.")[1].split(".")[0]) for name in lora}
    assert layers == set(range(4 - depth, 4))
    for head in backbone.family.head:
        assert any(f"{head}.modules_to_save" in name for name in names), head


def test_full_at_a_depth_trains_the_upper_layers_and_the_head(backbone: Backbone) -> None:
    branch = build(backbone, LABELS, FULL, 2, torch.float32)
    assert (branch.whole, branch.lora) == (False, False)
    prefix = f"{backbone.family.base}.{backbone.family.layers}."
    stock = dict(load_classifier(backbone, LABELS).named_parameters())
    expected = {
        name
        for name in stock
        if name.startswith((f"{prefix}2.", f"{prefix}3."))
        or not name.startswith((prefix, f"{backbone.family.base}.embeddings"))
    }
    assert _trained(branch).keys() == expected


def test_full_of_all_layers_trains_everything(backbone: Backbone) -> None:
    branch = build(backbone, LABELS, FULL, 4, torch.float32)
    assert branch.whole
    assert branch.trainable == branch.total
    assert _trained(branch).keys() == dict(load_classifier(backbone, LABELS).named_parameters()).keys()


def test_frozen_weights_take_the_precision_trained_ones_stay_fp32(backbone: Backbone) -> None:
    model = build(backbone, LABELS, RECIPE, 2, torch.bfloat16).model
    assert {p.dtype for p in model.parameters() if p.requires_grad} == {torch.float32}
    assert {p.dtype for p in model.parameters() if not p.requires_grad} == {torch.bfloat16}


def test_the_seed_decides_the_start(backbone: Backbone) -> None:
    first, same = (_trained(build(backbone, LABELS, RECIPE, 2, torch.float32)) for _ in range(2))
    other = _trained(build(backbone, LABELS, replace(RECIPE, seed=6), 2, torch.float32))
    assert all(torch.equal(first[name], same[name]) for name in first)
    assert any(not torch.equal(first[name], other[name]) for name in first)


@pytest.mark.parametrize(("recipe", "depth"), [(RECIPE, 0), (RECIPE, 2), (RECIPE, 4), (FULL, 0), (FULL, 2), (FULL, 4)])
def test_reloaded_logits_are_bit_equal(tmp_path: Path, backbone: Backbone, recipe: Recipe, depth: int) -> None:
    backbone = _stock_last_layer(backbone)
    branch = build(backbone, LABELS, recipe, depth, torch.float32)
    _unsettle(branch)
    save(branch, tmp_path, recipe, 32)
    model = load_model(tmp_path, backbone, LABELS, recipe.adapt)
    before, after = _logits_in_memory(branch), _logits_of(model, backbone)
    assert before.std() > 0.01
    assert torch.equal(before, after)


@pytest.mark.parametrize("recipe", [RECIPE, FULL])
def test_what_training_saw_is_what_is_reloaded(tmp_path: Path, backbone: Backbone, recipe: Recipe) -> None:
    branch = build(backbone, LABELS, recipe, 2, torch.float32)
    _unsettle(branch)
    save(branch, tmp_path, recipe, 32)
    found = _logits_of(load_model(tmp_path, backbone, LABELS, recipe.adapt), backbone)
    torch.testing.assert_close(found, _logits_in_memory(branch), atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("depth", [0, 2])
def test_stock_peft_reads_the_adapter(tmp_path: Path, backbone: Backbone, depth: int) -> None:
    backbone = _stock_last_layer(backbone)
    branch = build(backbone, LABELS, RECIPE, depth, torch.float32)
    _unsettle(branch)
    save(branch, tmp_path, RECIPE, 32)
    extras = dict(backbone.family.config_overrides)
    base = AutoModelForSequenceClassification.from_pretrained(backbone.path, num_labels=3, **extras)
    model = PeftModel.from_pretrained(base, tmp_path).eval()
    assert torch.equal(_logits_of(model, backbone), _logits_in_memory(branch))
    keys = load_file(tmp_path / "adapter_model.safetensors").keys()
    layers = {k.split(f"{backbone.family.layers}.")[1].split(".")[0] for k in keys if "lora_" in k}
    assert layers == {str(n) for n in range(4 - depth, 4)}
    for head in backbone.family.head:
        assert any(f".{head}." in key for key in keys), head


def test_a_full_model_is_a_stock_checkpoint(tmp_path: Path, backbone: Backbone) -> None:
    backbone = _stock_last_layer(backbone)
    branch = build(backbone, LABELS, FULL, 2, torch.float32)
    _unsettle(branch)
    save(branch, tmp_path, FULL, 32)
    model = AutoModelForSequenceClassification.from_pretrained(tmp_path).eval()
    assert torch.equal(_logits_of(model, backbone), _logits_in_memory(branch))
    assert model.config.id2label == dict(enumerate(LABELS))
    assert not (tmp_path / "adapter_config.json").exists()


def test_saved_tokenizer_and_config_stand_alone(tmp_path: Path, backbone: Backbone) -> None:
    save(build(backbone, LABELS, RECIPE, 1, torch.float32), tmp_path, RECIPE, 17)
    tokenizer = AutoTokenizer.from_pretrained(tmp_path)
    assert tokenizer.is_fast
    assert tokenizer.model_max_length == 17
    assert tokenizer(TEXTS[1]).input_ids == load_tokenizer(backbone)(TEXTS[1]).input_ids
    config = json.loads((tmp_path / "config.json").read_text(encoding="utf-8"))
    assert config["id2label"] == {"0": "animal", "1": "fruit", "2": "tool"}
    assert config["label2id"] == {"animal": 0, "fruit": 1, "tool": 2}
    if backbone.family.name == "modernbert":
        assert config["classifier_pooling"] == "mean"
    raw = json.loads((tmp_path / "tokenizer.json").read_text(encoding="utf-8"))
    assert raw["padding"] is None
    assert raw["truncation"] is None


def test_saving_leaves_the_branch_trainable(tmp_path: Path, backbone: Backbone) -> None:
    branch = build(backbone, LABELS, RECIPE, 2, torch.float32)
    before = _trained(branch).keys()
    save(branch, tmp_path, RECIPE, 32)
    assert _trained(branch).keys() == before
    assert json.loads((tmp_path / "adapter_config.json").read_text(encoding="utf-8"))["inference_mode"] is True


def test_the_adapters_settings_are_the_same_bytes_each_time(tmp_path: Path, backbones: dict[str, Backbone]) -> None:
    save(build(backbones["bert"], LABELS, RECIPE, 1, torch.float32), tmp_path, RECIPE, 32)
    targets = json.loads((tmp_path / "adapter_config.json").read_text(encoding="utf-8"))["target_modules"]
    assert len(targets) > 3
    assert targets == sorted(targets)


def test_the_adapter_names_its_base(tmp_path: Path, backbones: dict[str, Backbone]) -> None:
    def named(backbone: Backbone) -> tuple[object, object]:
        save(build(backbone, LABELS, RECIPE, 0, torch.float32), tmp_path, RECIPE, 32)
        config = json.loads((tmp_path / "adapter_config.json").read_text(encoding="utf-8"))
        return config["base_model_name_or_path"], config["revision"]

    assert named(resolve("minilm")) == (
        "sentence-transformers/all-MiniLM-L6-v2",
        "1110a243fdf4706b3f48f1d95db1a4f5529b4d41",
    )
    assert named(backbones["bert"]) == (str(backbones["bert"].path), None)
    assert named(replace(backbones["bert"], name="org/model@abc")) == ("org/model", "abc")
    folder = tmp_path / "me@home"
    folder.symlink_to(backbones["bert"].path)
    assert named(replace(backbones["bert"], name=str(folder))) == (str(folder), None)


def test_target_modules_of_the_users_own(backbones: dict[str, Backbone]) -> None:
    recipe = replace(RECIPE, target_modules=("attention.self.key",))
    names = _trained(build(backbones["bert"], LABELS, recipe, 2, torch.float32))
    assert {n.split(".lora_")[0].split("attention.")[1] for n in names if ".lora_" in n} == {"self.key"}
    assert sum(".lora_" in n for n in names) == 4


def test_target_modules_that_are_not_there(backbone: Backbone) -> None:
    recipe = replace(RECIPE, target_modules=("no_such",))
    with pytest.raises(ConfigError, match=r"--target-modules no_such: .* \(the family's own: "):
        build(backbone, LABELS, recipe, 2, torch.float32)


def test_rows_reach_the_branch_at_its_depth(backbone: Backbone, make_rows: Callable[..., object]) -> None:
    rows = make_rows(backbone, 6, 2)
    branch = build(backbone, LABELS, RECIPE, 2, torch.float32)
    inputs, mask = pad(rows.inputs)  # type: ignore[attr-defined]
    with torch.no_grad():
        assert branch.model.eval()(inputs_embeds=inputs, attention_mask=mask).logits.shape == (6, 3)
