"""The contract of the Go/Rust loader: every merged export meets it, and each rule is broken once on a copy."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file

from pointsman.errors import ArtifactError
from pointsman.export.semantic_router import FILE
from pointsman.parity.loader import CAP, check_loader, read_as_loader
from tests import forms

Change = Callable[[Any], object]


@pytest.fixture(scope="session")
def merged(router: Callable[[str, str], Path], tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Path]:
    """Return what gives the merged export of a family and a kind; copy it before changing it."""
    root = tmp_path_factory.mktemp("merged")
    return cache(lambda family, kind: forms.exported([router(family, kind)], "merged", root).path)


@pytest.fixture
def copy(merged: Callable[[str, str], Path], tmp_path: Path) -> Callable[..., Path]:
    """Return what copies an export, under its own name or another."""

    def make(family: str = "bert", kind: str = "sequence", name: str | None = None) -> Path:
        source = merged(family, kind)
        return Path(shutil.copytree(source, tmp_path / (name or source.name)))

    return make


def _edit(file: Path, change: Change) -> None:
    content = json.loads(file.read_text(encoding="utf-8"))
    change(content)
    file.write_text(json.dumps(content), encoding="utf-8")


def _told(folder: Path) -> list[tuple[str, str]]:
    return [(problem.rule, str(problem)) for problem in check_loader(folder)]


@pytest.mark.parametrize("kind", ["sequence", "token"])
def test_every_merged_export_would_load(merged: Callable[[str, str], Path], family: str, kind: str) -> None:
    folder = merged(family, kind)
    assert check_loader(folder) == []
    view = read_as_loader(folder)
    token = kind == "token"
    assert view.architecture == family
    assert view.kind == kind
    assert view.stem == ("lora_pii_detector" if token else "lora_support_classifier")
    assert view.mapping_file == ("pii_type_mapping.json" if token else "category_mapping.json")
    assert view.labels == (("O", "B-GPE", "I-GPE", "B-PERSON", "I-PERSON") if token else ("animal", "fruit", "tool"))
    assert (view.rank, view.layers, view.width, view.max_tokens) == (4, 4, 32, CAP)
    assert view.name == folder.name.lower()


def test_notes_say_where_answers_can_differ(merged: Callable[[str, str], Path]) -> None:
    (length, positions) = read_as_loader(merged("bert", "sequence")).notes
    assert "cuts texts off after 512 tokens; here after 32" in length
    assert "the model has 64 positions" in positions
    token = read_as_loader(merged("roberta", "token")).notes
    assert "in windows" in token[0]
    assert "the model has 64 positions" in token[1]
    assert "no code for it" in token[2]
    assert any("by tanh" in note for note in read_as_loader(merged("modernbert", "sequence")).notes)


def test_a_router_of_the_cap_s_own_length_needs_no_note(copy: Callable[..., Path]) -> None:
    folder = copy("modernbert")
    _edit(folder / "tokenizer_config.json", lambda c: c.update(model_max_length=512))
    assert not [note for note in read_as_loader(folder).notes if "512" in note]


def test_scaled_rotary_positions_are_noted(copy: Callable[..., Path]) -> None:
    folder = copy("modernbert")
    _edit(folder / "config.json", lambda c: c["rope_parameters"]["full_attention"].update(rope_type="yarn"))
    assert any("scaled (yarn)" in note for note in read_as_loader(folder).notes)


@pytest.mark.parametrize(
    "name",
    [
        "config.json",
        "tokenizer.json",
        "tokenizer_config.json",
        "model.safetensors",
        "lora_config.json",
        "label_mapping.json",
    ],
)
def test_a_missing_file(copy: Callable[..., Path], name: str) -> None:
    folder = copy()
    (folder / name).unlink()
    assert any(rule == "files" and name in told and "missing" in told for rule, told in _told(folder))
    with pytest.raises(ArtifactError, match="would not load in the Go/Rust router"):
        read_as_loader(folder)


@pytest.mark.parametrize(("kind", "name"), [("sequence", "category_mapping.json"), ("token", "pii_type_mapping.json")])
def test_the_task_s_own_mapping_is_missing(copy: Callable[..., Path], kind: str, name: str) -> None:
    folder = copy("bert", kind)
    (folder / name).unlink()
    (told,) = _told(folder)
    assert told[0] == "files"
    assert "mapping.json" in told[1]


@pytest.mark.parametrize("name", ["config.json", "lora_config.json", "tokenizer.json", "label_mapping.json"])
@pytest.mark.parametrize("content", [b"{", b"[1]", b"\xff"])
def test_a_file_that_is_no_json_object(copy: Callable[..., Path], name: str, content: bytes) -> None:
    folder = copy()
    (folder / name).write_bytes(content)
    assert any(rule == "files" and told.startswith(name) for rule, told in _told(folder))


def test_a_tokenizer_without_a_model(copy: Callable[..., Path]) -> None:
    folder = copy()
    _edit(folder / "tokenizer.json", lambda c: c.pop("model"))
    assert _told(folder) == [("files", "tokenizer.json: holds no 'model': it is no fast tokenizer")]


@pytest.mark.parametrize("name", ["adapter_config.json", "adapter_model.safetensors"])
def test_an_adapter_beside_the_checkpoint(copy: Callable[..., Path], name: str) -> None:
    folder = copy()
    (folder / name).write_bytes(b"{}")
    assert _told(folder)[0][1].startswith(f"{name}: adapters are not read there")


@pytest.mark.parametrize(
    "name",
    [
        "router",
        "lora_support_classifier_tiny-bert_r4_model",
        "lora_support_classifier_tiny-bert_model_rust",
        "lora_support_classifier_tiny-bert_r4_model_rust_2",
        "support_classifier_tiny-bert_r4_model_rust",
    ],
)
def test_a_name_that_is_not_discovered(copy: Callable[..., Path], name: str) -> None:
    ((rule, told),) = _told(copy(name=name))
    assert rule == "name"
    assert repr(name) in told


def test_upper_case_is_folded(copy: Callable[..., Path]) -> None:
    folder = copy(name="LoRA_Support_Classifier_Tiny-BERT_r4_Model_Rust")
    assert check_loader(folder) == []
    assert read_as_loader(folder).stem == "lora_support_classifier"


@pytest.mark.parametrize(
    ("family", "name", "read"),
    [
        ("bert", "lora_support_classifier_roberta-base_r4_model_rust", "roberta"),
        ("bert", "lora_support_classifier_mmbert32k_r4_model_rust", "modernbert"),
        ("roberta", "lora_support_classifier_roberta_r4_model_rust", "bert"),
        ("modernbert", "lora_support_classifier_modernbert_r4_model_rust", "bert"),
    ],
)
def test_a_name_that_is_read_as_another_architecture(
    copy: Callable[..., Path], family: str, name: str, read: str
) -> None:
    assert _told(copy(family, name=name)) == [("name", f"directory name: read as {read}, config.json says {family}")]


def test_a_name_of_another_rank(copy: Callable[..., Path]) -> None:
    folder = copy(name="lora_support_classifier_tiny-bert_r16_model_rust")
    assert _told(folder) == [("lora", "lora_config.json: 'rank' is 4, the directory's name says r16")]


def test_a_full_fine_tune_has_no_rank_in_its_name(copy: Callable[..., Path]) -> None:
    assert read_as_loader(copy(name="lora_support_classifier_tiny-bert_full_model_rust")).rank == 0


def test_a_name_of_another_kind(copy: Callable[..., Path]) -> None:
    told = _told(copy(name="lora_support_classifier_tiny-bert_r4_token_model_rust"))
    assert told == [("name", "directory name: _token, but lora_config.json says SEQ_CLS")]
    told = _told(copy("bert", "token", name="lora_pii_detector_tiny-bert_r4_model_rust"))
    assert told == [("name", "directory name: no _token, but lora_config.json says TOKEN_CLS")]


def test_a_name_of_a_task_that_reads_another_kind(copy: Callable[..., Path]) -> None:
    told = _told(copy(name="lora_intent_classifier_tiny-bert_r4_model_rust"))
    assert told == []  # any labels can be domains
    told = _told(copy("bert", "token", name="lora_jailbreak_classifier_tiny-bert_r4_token_model_rust"))
    assert ("name", "directory name: lora_jailbreak_classifier is not read as TOKEN_CLS") in told


def test_a_name_that_is_taken_for_an_old_domain_classifier(copy: Callable[..., Path]) -> None:
    told = _told(copy(name="lora_category_classifier_tiny-bert_r4_model_rust"))
    assert [rule for rule, _ in told] == ["name"]
    assert "taken for a domain classifier" in told[0][1]


@pytest.mark.parametrize("key", ["rank", "alpha", "dropout", "r", "lora_alpha", "lora_dropout"])
def test_lora_config_needs_both_spellings(copy: Callable[..., Path], key: str) -> None:
    folder = copy()
    _edit(folder / "lora_config.json", lambda c: c.pop(key))
    assert any(rule == "lora" and f"'{key}' is missing" in told for rule, told in _told(folder))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"alpha": 1}, "'alpha' is 1, 'lora_alpha' is 64"),
        ({"r": "4"}, "'r' is missing or no number"),
        ({"target_modules": "query"}, "'target_modules' is no list"),
        ({"task_type": "FEATURE_EXTRACTION"}, "'task_type' is 'FEATURE_EXTRACTION'"),
    ],
)
def test_a_wrong_lora_config(copy: Callable[..., Path], change: dict[str, Any], told: str) -> None:
    folder = copy()
    _edit(folder / "lora_config.json", lambda c: c.update(change))
    ((rule, line),) = _told(folder)
    assert rule == "lora"
    assert told in line


_SIZES = [
    "vocab_size",
    "hidden_size",
    "num_hidden_layers",
    "num_attention_heads",
    "intermediate_size",
    "max_position_embeddings",
    "pad_token_id",
    "layer_norm_eps",
]


@pytest.mark.parametrize(
    ("family", "key"),
    [
        *(("bert", key) for key in (*_SIZES, "type_vocab_size", "hidden_act")),
        *(("roberta", key) for key in (*_SIZES, "type_vocab_size")),
        *(
            ("modernbert", key)
            for key in (
                *_SIZES,
                "global_attn_every_n_layers",
                "local_attention",
                "classifier_pooling",
                "global_rope_theta",
                "local_rope_theta",
            )
        ),
    ],
)
def test_a_key_that_the_config_must_have(copy: Callable[..., Path], family: str, key: str) -> None:
    folder = copy(family)
    _edit(folder / "config.json", lambda c: c.pop(key))
    assert any(rule == "config" and f"'{key}'" in told for rule, told in _told(folder))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"model_type": "distilbert"}, "'model_type' is 'distilbert'"),
        ({"hidden_size": "32"}, "'hidden_size' is missing or no whole number"),
        ({"hidden_size": 32.0}, "'hidden_size' is missing or no whole number"),
        ({"pad_token_id": None}, "'pad_token_id' is missing"),
        ({"hidden_act": "silu"}, "'hidden_act' is 'silu'"),
    ],
)
def test_a_wrong_config(copy: Callable[..., Path], change: dict[str, Any], told: str) -> None:
    folder = copy()
    _edit(folder / "config.json", lambda c: c.update(change))
    ((rule, line),) = _told(folder)
    assert rule == "config"
    assert told in line


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"layer_norm_eps": 1e-12}, "'layer_norm_eps' is 1e-12, 'norm_eps' is 1e-05"),
        ({"global_rope_theta": 1.0}, "'rope_parameters.full_attention.rope_theta' is 160000.0"),
        ({"local_rope_theta": 1.0}, "'rope_parameters.sliding_attention.rope_theta' is 10000.0"),
        ({"global_attn_every_n_layers": 3}, "3 and 'layer_types' differ"),
        ({"classifier_pooling": "cls"}, "'classifier_pooling' is 'cls'"),
    ],
)
def test_former_keys_that_say_another_model(copy: Callable[..., Path], change: dict[str, Any], told: str) -> None:
    folder = copy("modernbert")
    _edit(folder / "config.json", lambda c: c.update(change))
    ((rule, line),) = _told(folder)
    assert rule == "config"
    assert told in line


_KEYS = [
    ("sequence", "config.json", "label2id"),
    ("sequence", "config.json", "id2label"),
    *(("sequence", "label_mapping.json", k) for k in ("label_to_id", "id_to_label", "label2id", "id2label")),
    *(("sequence", "category_mapping.json", k) for k in ("category_to_idx", "idx_to_category")),
    *(("token", "pii_type_mapping.json", k) for k in ("label_to_idx", "idx_to_label", "label_to_id", "id_to_label")),
]


@pytest.mark.parametrize(("kind", "file", "key"), _KEYS)
def test_a_missing_key_of_a_mapping(copy: Callable[..., Path], kind: str, file: str, key: str) -> None:
    folder = copy("bert", kind)
    _edit(folder / file, lambda c: c.pop(key))
    ((rule, told),) = _told(folder)
    assert rule == "labels"
    assert told.startswith(f"{file}: '{key}'")


@pytest.mark.parametrize(("kind", "file", "key"), _KEYS)
def test_labels_in_another_order(copy: Callable[..., Path], kind: str, file: str, key: str) -> None:
    folder = copy("bert", kind)

    def swap(content: dict[str, Any]) -> None:
        one, other = list(content[key])[:2]
        content[key][one], content[key][other] = content[key][other], content[key][one]

    _edit(folder / file, swap)
    assert {rule for rule, _ in _told(folder)} == {"labels"}


@pytest.mark.parametrize(
    ("key", "change"),
    [
        ("category_to_idx", lambda m: m.update({k: str(v) for k, v in m.items()})),
        ("category_to_idx", lambda m: m.update({k: v + 1 for k, v in m.items()})),
        ("idx_to_category", lambda m: m.update({"3": m.pop("0")})),
        ("idx_to_category", lambda m: m.update({"0": 7})),
    ],
)
def test_a_mapping_of_the_wrong_types_or_not_from_zero(copy: Callable[..., Path], key: str, change: Change) -> None:
    folder = copy()
    _edit(folder / "category_mapping.json", lambda c: change(c[key]))
    assert [rule for rule, _ in _told(folder)] == ["labels"]


def test_the_order_of_modalities_is_fixed(copy: Callable[..., Path]) -> None:
    folder = copy(name="lora_modality_router_tiny-bert_r4_model_rust")
    (folder / "category_mapping.json").unlink()
    for labels, wrong in ((("AR", "DIFFUSION", "BOTH"), False), (("AR", "BOTH", "DIFFUSION"), True)):
        forward = {label: index for index, label in enumerate(labels)}
        backward = {str(index): label for index, label in enumerate(labels)}
        names = {"label_to_id": forward, "id_to_label": backward, "label2id": forward, "id2label": backward}
        index = {"label_to_idx": forward, "idx_to_label": backward}
        (folder / "label_mapping.json").write_text(json.dumps(names))
        (folder / "modality_mapping.json").write_text(json.dumps(names | index))
        _edit(folder / "config.json", lambda c, names=names: c.update(names))  # type: ignore[misc]
        told = _told(folder)
        assert bool(told) == wrong
    assert "their order is fixed there" in told[0][1]


def _tensors(folder: Path, change: Callable[[dict[str, torch.Tensor]], object]) -> list[tuple[str, str]]:
    file = folder / "model.safetensors"
    tensors = load_file(file)
    change(tensors)
    save_file(tensors, file)
    return _told(folder)


@pytest.mark.parametrize(
    ("family", "kind", "name"),
    [
        ("bert", "sequence", "bert.pooler.dense.weight"),
        ("bert", "sequence", "bert.encoder.layer.3.output.LayerNorm.bias"),
        ("bert", "token", "classifier.bias"),
        ("roberta", "sequence", "classifier.out_proj.weight"),
        ("roberta", "token", "roberta.embeddings.word_embeddings.weight"),
        ("modernbert", "sequence", "head.dense.weight"),
        ("modernbert", "sequence", "model.layers.1.attn_norm.weight"),
        ("modernbert", "token", "model.layers.0.attn.Wqkv.weight"),
        ("modernbert", "token", "model.final_norm.weight"),
    ],
)
def test_a_missing_tensor(copy: Callable[..., Path], family: str, kind: str, name: str) -> None:
    told = _tensors(copy(family, kind), lambda t: t.pop(name))
    assert told == [("tensors", f"model.safetensors: {name} is missing")]


@pytest.mark.parametrize(
    ("family", "name"),
    [("bert", "classifier.weight"), ("roberta", "classifier.out_proj.weight"), ("modernbert", "classifier.weight")],
)
def test_classes_are_the_rows_of_the_classifier(copy: Callable[..., Path], family: str, name: str) -> None:
    told = _tensors(copy(family), lambda t: t.update({name: torch.zeros(4, 32)}))
    assert told == [("tensors", f"model.safetensors: {name} is [4, 32], config.json says [3, 32]")]


@pytest.mark.parametrize(
    "name",
    [
        "bert.encoder.layer.0.attention.self.query.lora_A.weight",
        "base_model.model.classifier.lora_B.default.weight",
        "bert.adapter.weight",
        "delta_weight",
        "classifier.scaling",
    ],
)
def test_a_tensor_of_an_adapter(copy: Callable[..., Path], name: str) -> None:
    told = _tensors(copy(), lambda t: t.update({name: torch.zeros(1)}))
    assert told == [("tensors", f"model.safetensors: {name} is not read: it is of an adapter that was not merged")]


def test_a_pooler_is_for_sequences_alone(copy: Callable[..., Path]) -> None:
    told = _tensors(copy("bert", "token"), lambda t: t.update({"bert.pooler.dense.bias": torch.zeros(32)}))
    assert [rule for rule, _ in told] == ["tensors"]
    assert "would run another model" in told[0][1]


def test_a_bias_that_is_not_read(copy: Callable[..., Path]) -> None:
    told = _tensors(copy("modernbert"), lambda t: t.update({"model.layers.0.attn.Wo.bias": torch.zeros(32)}))
    assert "model.layers.0.attn.Wo.bias is not read" in told[0][1]


def test_weights_that_are_none(copy: Callable[..., Path]) -> None:
    folder = copy()
    (folder / "model.safetensors").write_bytes(b"\x01")
    ((rule, told),) = _told(folder)
    assert rule == "files"
    assert told.startswith("model.safetensors is not a safetensors file")


def test_what_is_wrong_in_several_places_is_all_told(copy: Callable[..., Path]) -> None:
    folder = copy(name="mine")
    (folder / "lora_config.json").unlink()
    _edit(folder / "config.json", lambda c: c.pop("hidden_act"))
    assert {rule for rule, _ in _told(folder)} == {"name", "files", "config"}
    assert all("\n" not in told for _, told in _told(folder))


def test_nothing_but_the_export_is_in_its_folder(merged: Callable[[str, str], Path]) -> None:
    assert not (merged("bert", "sequence") / FILE).exists()


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 70) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(data=st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_stands_in_a_key_is_told_or_loads(
    data: st.DataObject, merged: Callable[[str, str], Path], tmp_path_factory: pytest.TempPathFactory
) -> None:
    source = merged(data.draw(st.sampled_from(["bert", "modernbert"])), "sequence")
    folder = tmp_path_factory.mktemp("fuzz") / source.name
    folder.mkdir()
    for file in source.iterdir():
        (folder / file.name).symlink_to(file)
    name = data.draw(
        st.sampled_from(["config.json", "lora_config.json", "label_mapping.json", "tokenizer_config.json"])
    )
    content = json.loads((source / name).read_text())
    content[data.draw(st.sampled_from(sorted(content)))] = data.draw(_JSON)
    (folder / name).unlink()
    (folder / name).write_text(json.dumps(content))
    problems = check_loader(folder)
    assert all(problem.told for problem in problems)
    if not problems:
        assert read_as_loader(folder).labels == ("animal", "fruit", "tool")
