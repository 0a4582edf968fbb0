from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path

import pytest

from pointsman import tasks
from pointsman.errors import TaskError
from pointsman.tasks import Decision, Entity, Task

# Index order is a contract with the router that loads the artifacts: written out, not derived.
LABELS = {
    "domain": (
        "biology",
        "business",
        "chemistry",
        "computer science",
        "economics",
        "engineering",
        "health",
        "history",
        "law",
        "math",
        "other",
        "philosophy",
        "physics",
        "psychology",
    ),
    "intent": (
        "information_retrieval",
        "data_transformation",
        "calculation",
        "communication",
        "scheduling",
        "file_operations",
        "analysis",
        "no_function_needed",
    ),
    "jailbreak": ("benign", "jailbreak"),
    "modality": ("AR", "DIFFUSION", "BOTH"),
    "pii": (
        "O",
        *("B-AGE", "I-AGE", "B-CREDIT_CARD", "I-CREDIT_CARD", "B-DATE_TIME", "I-DATE_TIME"),
        *("B-DOMAIN_NAME", "I-DOMAIN_NAME", "B-EMAIL_ADDRESS", "I-EMAIL_ADDRESS", "B-GPE", "I-GPE"),
        *("B-IBAN_CODE", "I-IBAN_CODE", "B-IP_ADDRESS", "I-IP_ADDRESS", "B-NRP", "I-NRP"),
        *("B-ORGANIZATION", "I-ORGANIZATION", "B-PERSON", "I-PERSON", "B-PHONE_NUMBER", "I-PHONE_NUMBER"),
        *("B-STREET_ADDRESS", "I-STREET_ADDRESS", "B-TITLE", "I-TITLE"),
        *("B-US_DRIVER_LICENSE", "I-US_DRIVER_LICENSE", "B-US_SSN", "I-US_SSN", "B-ZIP_CODE", "I-ZIP_CODE"),
    ),
    "safety": ("safe", "unsafe"),
}
TOOLS = {
    "information_retrieval": ("web_search", "weather_api", "knowledge_base"),
    "data_transformation": ("format_converter", "data_processor"),
    "calculation": ("calculator", "math_solver", "statistics"),
    "communication": ("email_client", "messaging_apis"),
    "scheduling": ("calendar_api", "reminder_system"),
    "file_operations": ("file_reader", "file_writer", "cloud_storage"),
    "analysis": ("data_analyzer", "text_summarizer"),
    "no_function_needed": ("none",),
}
FILES = {
    "domain": ("category_mapping.json", "category", "lora_intent_classifier"),
    "intent": ("category_mapping.json", "category", "lora_tool_intent_classifier"),
    "jailbreak": ("jailbreak_type_mapping.json", "index", "lora_jailbreak_classifier"),
    "modality": ("modality_mapping.json", "index", "lora_modality_router"),
    "pii": ("pii_type_mapping.json", "index", "lora_pii_detector"),
    "safety": ("safety_type_mapping.json", "index", "lora_safety_classifier"),
}


@pytest.mark.parametrize("name", LABELS)
def test_labels_stand_in_contract_order(name: str) -> None:
    task = tasks.get(name)
    assert task.labels == LABELS[name]
    assert (task.mapping_file, task.mapping_style, task.stem) == FILES[name]
    if task.kind == "sequence":
        assert [task.index(label) for label in LABELS[name]] == list(range(len(LABELS[name])))


def test_intent_suggests_the_contract_tools() -> None:
    assert dict(tasks.get("intent").tools) == TOOLS


def test_two_class_tasks_have_a_risk_label() -> None:
    assert {name: tasks.get(name).positive for name in LABELS} == {
        "domain": None,
        "intent": None,
        "jailbreak": "jailbreak",
        "modality": None,
        "pii": None,
        "safety": "unsafe",
    }


def test_rows_of_a_token_task_are_labelled_with_entity_types() -> None:
    pii = tasks.get("pii")
    assert (pii.kind, pii.primary_metric, len(pii.entities), len(pii.labels)) == ("token", "f1", 17, 35)
    assert pii.names == pii.entities
    assert [pii.resolve(name) for name in ("PERSON", "location", "ADDRESS", "PREFIX")] == [
        *("PERSON", "GPE", "STREET_ADDRESS", "TITLE")
    ]
    assert pii.subset(["person", "LOCATION"]).labels == ("O", "B-GPE", "I-GPE", "B-PERSON", "I-PERSON")
    with pytest.raises(TaskError, match=r"entity type 'PERSONN' is unknown to task 'pii', did you mean 'PERSON'\?"):
        pii.resolve("PERSONN")
    with pytest.raises(TaskError, match="are O, then B- and I- of each"):
        dataclasses.replace(pii, labels=("O", "I-AGE", "B-AGE"))


@pytest.mark.parametrize(
    ("given", "canonical"),
    [("mathematics", "math"), ("computer_science", "computer science"), ("  Law ", "law"), ("MATHEMATICS", "math")],
)
def test_aliases_and_case_are_accepted(given: str, canonical: str) -> None:
    assert tasks.get("domain").resolve(given) == canonical


def test_unknown_label_names_the_nearest() -> None:
    with pytest.raises(TaskError, match=r"'biologie' is unknown to task 'domain', did you mean 'biology'\?"):
        tasks.get("domain").resolve("biologie")


def test_subset_keeps_the_task_order() -> None:
    part = tasks.get("domain").subset(["psychology", "Business", "mathematics"])
    assert part.labels == ("business", "math", "psychology")
    assert dict(part.aliases) == {"mathematics": "math"}


def test_subset_drops_what_its_labels_do_not_have() -> None:
    task = dataclasses.replace(tasks.get("intent"), positive="analysis")
    part = task.subset(["calculation", "scheduling"])
    assert part.positive is None
    assert dict(part.tools) == {name: TOOLS[name] for name in ("calculation", "scheduling")}


@pytest.mark.parametrize(
    ("labels", "message"), [(["law"], "at least two"), (["law", "lore"], "'lore' is unknown"), ([], "at least two")]
)
def test_subset_refuses(labels: list[str], message: str) -> None:
    with pytest.raises(TaskError, match=message):
        tasks.get("domain").subset(labels)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"name": ""}, "use letters, digits"),
        ({"name": "a/b"}, "use letters, digits"),
        ({"labels": ("one",)}, "at least two"),
        ({"labels": ("one", " ")}, "label 1 is blank"),
        ({"labels": ("one", "two", "one")}, "names the label 'one' twice"),
        ({"positive": "three"}, "positive label 'three' is not one"),
    ],
)
def test_a_task_that_makes_no_sense_is_refused(fields: dict[str, object], message: str) -> None:
    with pytest.raises(TaskError, match=message):
        Task(**({"name": "own", "labels": ("one", "two")} | fields))  # type: ignore[arg-type]


def test_own_task_has_a_conventional_directory() -> None:
    assert Task("support", ("a", "b")).stem == "lora_support_classifier"


def test_registry_lists_the_installed_tasks() -> None:
    assert tasks.names() == ["adapter", "domain", "intent", "jailbreak", "modality", "pii", "safety"]


def test_unknown_task_names_the_nearest() -> None:
    with pytest.raises(TaskError, match=r"unknown task 'jailbraek', did you mean 'jailbreak'\?"):
        tasks.get("jailbraek")


def test_yaml_task(tmp_path: Path) -> None:
    file = tmp_path / "support.yaml"
    file.write_text(
        "name: support\nlabels: [refund, bug, other]\nprimary_metric: accuracy\npositive: bug\n"
        "aliases: {Fehler: bug}\ntools: {bug: [tracker]}\n",
        encoding="utf-8",
    )
    task = tasks.get(str(file))
    assert task.labels == ("refund", "bug", "other")
    assert task.resolve("fehler") == "bug"
    assert task.positive == "bug"
    assert task.primary_metric == "accuracy"
    assert dict(task.tools) == {"bug": ("tracker",)}
    assert not task.embedded


def test_yaml_token_task(tmp_path: Path) -> None:
    file = tmp_path / "parts.yaml"
    file.write_text("name: parts\nentities: [PART, ORDER]\naliases: {SKU: PART}\n", encoding="utf-8")
    task = tasks.get(str(file))
    assert (task.kind, task.primary_metric) == ("token", "f1")
    assert task.labels == ("O", "B-PART", "I-PART", "B-ORDER", "I-ORDER")
    assert task.resolve("sku") == "PART"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("- a\n- b\n", "expected a mapping with 'name' and 'labels'"),
        ("", "expected a mapping"),
        ("name: x\n", "give 'labels', or 'entities' for a token task"),
        ("name: x\nlabels: [a, b]\nentities: [P]\n", "give 'labels', or 'entities' for a token task"),
        ("name: x\nentities: [P]\nprimary_metric: accuracy\n", "primary_metric"),
        ("name: x\nentities: [P]\npositive: P\n", "positive"),
        ("name: x\nlabels: [a]\n", "field 'labels'"),
        ("name: x\nlabels: [a, 2]\n", r"field 'labels\.1'"),
        ("name: x\nlabels: [yes, no]\n", r"field 'labels\.0'"),
        ("name: x\nlabels: [a, b]\ncolour: red\n", "field 'colour'"),
        ("name: x\nlabels: [a, b]\nprimary_metric: auc\n", "field 'primary_metric'"),
        ("name: x\nlabels: [a, a]\n", "names the label 'a' twice"),
        ("name: [x\n", "is not YAML"),
    ],
)
def test_bad_yaml_names_file_and_field(tmp_path: Path, content: str, message: str) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(TaskError, match=message) as caught:
        tasks.get(str(file))
    assert "\n" not in str(caught.value)


def test_missing_or_binary_yaml(tmp_path: Path) -> None:
    with pytest.raises(TaskError, match=r"none\.yml does not exist"):
        tasks.get(str(tmp_path / "none.yml"))
    (tmp_path / "latin.yaml").write_bytes("name: caf\xe9".encode("latin-1"))
    with pytest.raises(TaskError, match="cannot be read"):
        tasks.get(str(tmp_path / "latin.yaml"))


def test_decision_leaves_out_what_was_not_asked() -> None:
    decision = Decision("t", "a", 0.75, 0.5, "b", 0.5, False, False, "d")
    assert "probabilities" not in decision.to_dict()
    assert "tools" not in decision.to_dict()
    assert "spans" not in decision.to_dict()
    found = dataclasses.replace(decision, spans=(Entity("PERSON", 0, 3, "Ada", 0.9),)).to_dict()["spans"]
    assert list(found) == [{"type": "PERSON", "start": 0, "end": 3, "text": "Ada", "score": 0.9}]
    full = dataclasses.replace(decision, probabilities={"a": 0.75, "b": 0.25}, tools=("x",)).to_dict()
    assert full["probabilities"] == {"a": 0.75, "b": 0.25}
    assert full["tools"] == ("x",)


def test_tasks_import_nothing_heavy() -> None:
    heavy = "{'torch', 'transformers', 'numpy', 'sklearn', 'pydantic'}"
    code = f"import sys, pointsman.tasks as t; t.get('domain'); print(sorted({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
