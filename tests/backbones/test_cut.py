from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from pointsman.backbones import Backbone, resolve
from pointsman.backbones.cut import cut_branch, cut_trunk, load_classifier, load_encoder, load_tokenizer
from pointsman.encoding import pad, tokenize
from pointsman.errors import BackboneError

LABELS = ("a", "b", "c")
TEXTS = ["the dog", "an apple and a ripe pear fell beside the plum tree where the grapes grow", "take the saw"]


def _inputs(backbone: Backbone) -> tuple[torch.Tensor, torch.Tensor]:
    ids, _ = tokenize(load_tokenizer(backbone), TEXTS, backbone.max_length)
    return pad([torch.tensor(row) for row in ids])


def _stock_last_layer(backbone: Backbone) -> Backbone:
    """Leave the branch's last layer as the library has it."""
    return replace(backbone, family=replace(backbone.family, shorten_last=None))


@pytest.mark.parametrize("depth", range(5))
def test_trunk_and_branch_are_the_whole_model_exactly(backbone: Backbone, depth: int) -> None:
    backbone = _stock_last_layer(backbone)
    ids, mask = _inputs(backbone)
    whole = load_classifier(backbone, LABELS, seed=3).eval()
    trunk = cut_trunk(load_encoder(backbone, torch.float32), backbone, depth)
    branch = cut_branch(load_classifier(backbone, LABELS, seed=3), backbone, depth).eval()
    with torch.no_grad():
        expected = whole(input_ids=ids, attention_mask=mask).logits
        hidden = trunk(ids, attention_mask=mask).last_hidden_state
        found = branch(inputs_embeds=hidden, attention_mask=mask).logits
    assert hidden.shape == (*ids.shape, 32)
    assert (found - expected).abs().max().item() == 0.0


@pytest.mark.parametrize("depth", [1, 2, 4])
@pytest.mark.parametrize("padded", [True, False])
def test_a_shortened_last_layer_changes_rounding_alone(backbone: Backbone, depth: int, padded: bool) -> None:
    ids, mask = _inputs(backbone)
    if not padded:
        ids, mask = ids[1:2], mask[1:2]
    hidden = cut_trunk(load_encoder(backbone, torch.float32), backbone, depth)(ids, attention_mask=mask)
    logits, gradients = [], []
    for cut in (backbone, _stock_last_layer(backbone)):
        branch = cut_branch(load_classifier(backbone, LABELS, dropout=0.0, seed=3), cut, depth).train()
        found = branch(inputs_embeds=hidden.last_hidden_state, attention_mask=mask).logits
        torch.nn.functional.cross_entropy(found, torch.arange(len(found))).backward()
        logits.append(found.detach())
        gradients.append({name: p.grad for name, p in branch.named_parameters() if p.grad is not None})
    torch.testing.assert_close(*logits, atol=1e-6, rtol=1e-5)
    assert gradients[0].keys() == gradients[1].keys()
    for name, expected in gradients[1].items():
        torch.testing.assert_close(gradients[0][name], expected, atol=1e-6, rtol=1e-4)


def test_a_wrong_cut_would_show(backbone: Backbone) -> None:
    ids, mask = _inputs(backbone)
    with torch.no_grad():
        outputs = [
            cut_trunk(load_encoder(backbone, torch.float32), backbone, depth)(ids, attention_mask=mask)
            for depth in range(5)
        ]
    hidden = [o.last_hidden_state[mask.bool()] for o in outputs]
    assert all((a - b).abs().max() > 0.1 for a, b in itertools.pairwise(hidden))


def test_branch_keeps_stock_names(backbone: Backbone) -> None:
    whole = load_classifier(backbone, LABELS)
    branch = cut_branch(load_classifier(backbone, LABELS), backbone, 2)
    kept = {name for name, _ in branch.named_parameters()}
    assert kept < {name for name, _ in whole.named_parameters()}
    layers = f"{backbone.family.base}.{backbone.family.layers}"
    assert {name.removeprefix(f"{layers}.").split(".")[0] for name in kept if name.startswith(layers)} == {"2", "3"}


def test_head_is_drawn_from_the_seed(backbone: Backbone) -> None:
    first, same, other = (load_classifier(backbone, LABELS, seed=s).state_dict() for s in (1, 1, 2))
    assert all(torch.equal(first[name], same[name]) for name in first)
    heads = [name for name in first if name.endswith("classifier.weight") or "out_proj.weight" in name]
    assert heads
    assert all(not torch.equal(first[name], other[name]) for name in heads)


def test_loading_a_classifier_leaves_the_random_state_alone(backbone: Backbone) -> None:
    before = torch.random.get_rng_state()
    load_classifier(backbone, LABELS, seed=5)
    assert torch.equal(torch.random.get_rng_state(), before)


def test_labels_stand_in_the_config(backbone: Backbone) -> None:
    config = load_classifier(backbone, LABELS).config
    assert config.id2label == {0: "a", 1: "b", 2: "c"}
    assert config.label2id == {"a": 0, "b": 1, "c": 2}


def test_dropout_sets_every_rate(backbone: Backbone) -> None:
    model = load_classifier(backbone, LABELS, dropout=0.0)
    assert {m.p for m in model.modules() if isinstance(m, torch.nn.Dropout)} <= {0.0}
    assert all(getattr(model.config, name) == 0.0 for name in backbone.family.dropout_settings)


def test_modernbert_pools_as_its_runtime_does(backbones: dict[str, Backbone]) -> None:
    assert load_classifier(backbones["modernbert"], LABELS).config.classifier_pooling == "mean"


def test_lora_targets_and_head_exist_in_the_model(backbone: Backbone) -> None:
    model = load_classifier(backbone, LABELS)
    linear = {name for name, m in model.named_modules() if isinstance(m, torch.nn.Linear)}
    for target in backbone.family.lora_targets:
        matched = [name for name in linear if name.endswith(f".{target}")]
        assert len({name.split(f"{backbone.family.layers}.")[1].split(".")[0] for name in matched}) == 4, target
    modules = {name for name, _ in model.named_modules()}
    for head in backbone.family.head:
        assert any(name == head or name.endswith(f".{head}") for name in modules), head


def test_everything_but_the_encoder_is_in_the_head(backbone: Backbone) -> None:
    encoder = {f"{backbone.family.base}.{name}" for name, _ in load_encoder(backbone, torch.float32).named_parameters()}
    rest = {name for name, _ in load_classifier(backbone, LABELS).named_parameters()} - encoder
    assert rest
    assert all(any(part in backbone.family.head for part in name.split(".")) for name in rest), rest


@pytest.mark.parametrize("content", ["{}", "no JSON", '{"version": "1.0", "model": {"type": "New"}}'])
def test_tokenizer_that_does_not_load(tmp_path: Path, model_folders: dict[str, Path], content: str) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    for name in ("config.json", "model.safetensors", "tokenizer_config.json"):
        (folder / name).write_bytes((model_folders["bert"] / name).read_bytes())
    (folder / "tokenizer.json").write_text(content, encoding="utf-8")
    with pytest.raises(BackboneError, match=r"the tokenizer does not load|no fast tokenizer"):
        load_tokenizer(resolve(str(folder)))


def test_weights_that_do_not_load(tmp_path: Path, model_folders: dict[str, Path]) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    for name in ("config.json", "tokenizer.json", "tokenizer_config.json"):
        (folder / name).write_bytes((model_folders["bert"] / name).read_bytes())
    (folder / "model.safetensors").write_bytes(b"not tensors")
    with pytest.raises(BackboneError, match="the model does not load"):
        load_classifier(resolve(str(folder)), LABELS)
