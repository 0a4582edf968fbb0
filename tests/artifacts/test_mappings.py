from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pointsman import tasks
from pointsman.artifacts import directory_name, write_mappings
from pointsman.artifacts.mappings import check_label_order, read_json
from pointsman.errors import ArtifactError
from pointsman.tasks import Task

LABEL_KEYS = {"label_to_id", "id_to_label", "label2id", "id2label"}
CATEGORY_KEYS = {"category_to_idx", "idx_to_category"}
INDEX_KEYS = {"label_to_idx", "idx_to_label", "label_to_id", "id_to_label"}


@pytest.mark.parametrize(
    ("name", "file", "keys"),
    [
        ("domain", "category_mapping.json", CATEGORY_KEYS),
        ("intent", "category_mapping.json", CATEGORY_KEYS),
        ("jailbreak", "jailbreak_type_mapping.json", INDEX_KEYS),
        ("modality", "modality_mapping.json", INDEX_KEYS),
    ],
)
def test_mapping_files_hold_the_contract_keys(tmp_path: Path, name: str, file: str, keys: set[str]) -> None:
    task = tasks.get(name)
    write_mappings(tmp_path, task)
    assert {f.name for f in tmp_path.iterdir()} == {"label_mapping.json", file}
    forward = {label: index for index, label in enumerate(task.labels)}
    backward = {str(index): label for index, label in enumerate(task.labels)}
    for written, expected in (("label_mapping.json", LABEL_KEYS), (file, keys)):
        content = json.loads((tmp_path / written).read_text(encoding="utf-8"))
        assert content.keys() == expected
        for key, mapping in content.items():
            assert mapping == (forward if key in {"label2id"} or "_to_id" in key else backward), key


def test_modality_mapping_to_the_letter(tmp_path: Path) -> None:
    write_mappings(tmp_path, tasks.get("modality"))
    forward, backward = {"AR": 0, "DIFFUSION": 1, "BOTH": 2}, {"0": "AR", "1": "DIFFUSION", "2": "BOTH"}
    assert json.loads((tmp_path / "modality_mapping.json").read_text(encoding="utf-8")) == {
        "label_to_idx": forward,
        "idx_to_label": backward,
        "label_to_id": forward,
        "id_to_label": backward,
    }


@pytest.mark.parametrize(
    ("name", "architecture", "rank", "expected"),
    [
        ("domain", "bert-base-uncased", 16, "lora_intent_classifier_bert-base-uncased_r16_model"),
        ("jailbreak", "roberta-base", 8, "lora_jailbreak_classifier_roberta-base_r8_model"),
        ("modality", "mmbert32k", 32, "lora_modality_router_mmbert32k_r32_model"),
        ("intent", "bert-minilm-l6", 16, "lora_tool_intent_classifier_bert-minilm-l6_r16_model"),
    ],
)
def test_directory_names(name: str, architecture: str, rank: int, expected: str) -> None:
    assert directory_name(tasks.get(name).stem, architecture, rank) == expected


def test_own_task_directory_name() -> None:
    assert directory_name(Task("support", ("a", "b")).stem, "modernbert-base", 4) == (
        "lora_support_classifier_modernbert-base_r4_model"
    )


TASK = Task("own", ("a", "b", "c"))


def _folder(path: Path) -> Path:
    config = {"id2label": {"0": "a", "1": "b", "2": "c"}, "label2id": {"a": 0, "b": 1, "c": 2}}
    (path / "config.json").write_text(json.dumps(config), encoding="utf-8")
    write_mappings(path, TASK)
    return path


def test_agreeing_files_pass(tmp_path: Path) -> None:
    check_label_order(_folder(tmp_path), TASK)


@pytest.mark.parametrize(
    ("file", "key", "mapping", "message"),
    [
        ("config.json", "id2label", {"0": "b", "1": "a", "2": "c"}, r"'id2label' orders the labels \[b, a, c\]"),
        ("config.json", "label2id", {"a": 1, "b": 0, "c": 2}, r"'label2id' orders the labels \[b, a, c\]"),
        ("config.json", "id2label", {"0": "a", "1": "b"}, r"'id2label' orders the labels \[a, b\]"),
        ("config.json", "id2label", {"0": "a", "1": "b", "3": "c"}, "'id2label' is missing or is no contiguous"),
        ("label_mapping.json", "label_to_id", {"a": 0, "b": 0, "c": 1}, r"'label_to_id' orders the labels \[b, c\]"),
        ("label_mapping.json", "id_to_label", None, "'id_to_label' is missing or is no contiguous"),
        ("label_mapping.json", "label2id", ["a", "b", "c"], "'label2id' is missing or is no contiguous"),
        ("category_mapping.json", "idx_to_category", {"0": "c", "1": "b", "2": "a"}, r"\[c, b, a\].*\[a, b, c\]"),
        ("category_mapping.json", "category_to_idx", {"a": 0, "b": 1, "c": "2"}, None),
    ],
)
def test_any_other_order_is_refused(tmp_path: Path, file: str, key: str, mapping: Any, message: str | None) -> None:
    folder = _folder(tmp_path)
    content = json.loads((folder / file).read_text(encoding="utf-8")) | {key: mapping}
    (folder / file).write_text(json.dumps(content), encoding="utf-8")
    if message is None:
        check_label_order(folder, TASK)
        return
    with pytest.raises(ArtifactError, match=message) as caught:
        check_label_order(folder, TASK)
    assert file in str(caught.value)


def test_file_without_a_mapping_is_refused(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    (folder / "category_mapping.json").write_text('{"labels": ["a"]}', encoding="utf-8")
    with pytest.raises(ArtifactError, match=r"category_mapping\.json: holds no label mapping"):
        check_label_order(folder, TASK)


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "is missing"), (b"{", "cannot be read"), (b"\xff\xfe{}", "cannot be read"), (b"[1]", "JSON object")],
)
def test_read_json(tmp_path: Path, content: bytes | None, message: str) -> None:
    if content is not None:
        (tmp_path / "x.json").write_bytes(content)
    with pytest.raises(ArtifactError, match=message):
        read_json(tmp_path / "x.json")
