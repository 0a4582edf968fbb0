from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from pointsman.errors import ConfigError, PointsmanError
from pointsman.pipeline.plan import Plan, read_plan

EXAMPLE = Path(__file__).parents[2] / "examples" / "pipeline.yaml"


def plan(folder: Path, content: Any, **typed: Any) -> Plan:
    file = folder / "pipeline.yaml"
    file.write_text(content if isinstance(content, str) else yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return read_plan(file, typed)


def test_the_example() -> None:
    made = read_plan(EXAMPLE)
    assert list(made.runs) == ["domain", "intent", "jailbreak", "modality", "pii"]
    assert made.runs["jailbreak"].target == "fpr=0.01"
    assert made.runs["modality"].overrides == {"max_samples": 6000, "seed": 0}
    assert made.runs["intent"].out == Path("runs/all/intent")


def test_a_list_of_names_and_options(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("message,label\n", encoding="utf-8")
    made = plan(
        tmp_path,
        {
            "out": "runs/x",
            "defaults": {"recipe": "lora-classic", "epochs": 2, "label-map": {"x": "law"}},
            "tasks": ["domain", {"task": "intent", "epochs": 3}, {"name": "mine", "data": str(tmp_path / "rows.csv")}],
        },
    )
    assert list(made.runs) == ["domain", "intent", "mine"]
    assert [run.overrides["epochs"] for run in made.runs.values()] == [2, 3, 2]
    assert {run.recipe for run in made.runs.values()} == {"lora-classic"}
    assert made.runs["domain"].data.label_map == {"x": "law"}
    assert (made.runs["mine"].task, made.runs["mine"].name) == (None, "mine")
    assert made.runs["mine"].out == Path("runs/x/mine")


def test_a_mapping_names_the_folders(tmp_path: Path) -> None:
    made = plan(
        tmp_path,
        {
            "out": "runs/x",
            "tasks": {"domain": None, "deep": {"task": "domain", "adapt-layers": "all"}, "intent": {"recipe": None}},
        },
    )
    assert [(name, run.task) for name, run in made.runs.items()] == [
        ("domain", "domain"),
        ("deep", "domain"),
        ("intent", "intent"),
    ]
    assert made.runs["deep"].overrides == {"adapt_layers": "all"}
    assert made.runs["intent"].recipe == "fast"


def test_null_takes_a_default_back(tmp_path: Path) -> None:
    data = tmp_path / "rows.jsonl"
    data.touch()
    made = plan(
        tmp_path,
        {"out": "x", "defaults": {"data": str(data)}, "tasks": ["domain", {"task": "intent", "data": None}]},
    )
    assert (made.runs["domain"].data.path, made.runs["intent"].data.path) == (data, None)


def test_flags_win_for_every_router(tmp_path: Path) -> None:
    content = {"out": "x", "defaults": {"epochs": 9}, "tasks": ["domain", {"task": "intent", "epochs": 3}]}
    made = plan(tmp_path, content, epochs=1, out=tmp_path / "there")
    assert {run.overrides["epochs"] for run in made.runs.values()} == {1}
    assert (made.out, made.runs["intent"].out) == (tmp_path / "there", tmp_path / "there" / "intent")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("- domain", "expected a mapping with 'out' and 'tasks'"),
        ("a: [", "not readable as YAML"),
        ({"out": "x", "task": ["domain"]}, "unknown key 'task'"),
        ({"out": "x", "taks": ["domain"]}, "unknown key 'taks', did you mean 'tasks'"),
        ({"out": "x", "epochs": 3, "tasks": ["domain"]}, "unknown key 'epochs'; options of all tasks go under 'def"),
        ({"tasks": ["domain"]}, "'out' is missing"),
        ({"out": "x"}, "'tasks' is missing"),
        ({"out": "x", "tasks": []}, "'tasks' is missing"),
        ({"out": "x", "tasks": "domain"}, "'tasks' is missing"),
        ({"out": "x", "defaults": [1], "tasks": ["domain"]}, "defaults: expected a mapping of options"),
        ({"out": "x", "defaults": {"task": "domain"}, "tasks": [{}]}, "defaults: 'task' belongs to one of the tasks"),
        ({"out": "x", "tasks": ["domian"]}, r"tasks\[0\]: unknown task 'domian', did you mean 'domain'"),
        ({"out": "x", "tasks": ["domain", 7]}, r"tasks\[1\]: expected a mapping of options"),
        ({"out": "x", "tasks": [{"epochs": 3}]}, r"tasks\[0\]: name a task .* or a new one"),
        ({"out": "x", "tasks": [{"task": "domain", "name": "a"}]}, r"tasks\[0\]: name a task .*, not both"),
        ({"out": "x", "tasks": [{"name": "a"}]}, r"tasks\[0\]: 'name: a' needs 'data: FILE'"),
        ({"out": "x", "tasks": ["safety"]}, r"tasks\[0\]: task 'safety' has no embedded data: give it 'data: FILE'"),
        (
            {"out": "x", "tasks": {"domain": {"epoch": 3}}},
            r"tasks.domain: unknown option 'epoch', did you mean 'epochs'",
        ),
        ({"out": "x", "tasks": {"domain": {"out": "y"}}}, "tasks.domain: 'out' holds for the whole file"),
        ({"out": "x", "tasks": {"domain": {"data": "no.csv"}}}, "tasks.domain: 'data: no.csv': no such file or folder"),
        ({"out": "x", "tasks": {"domain": {"shifted": "no.csv"}}}, "tasks.domain: 'shifted: no.csv': no such file"),
        ({"out": "x", "tasks": {"domain": {"recipe": "quick"}}}, "tasks.domain: unknown recipe 'quick'"),
        ({"out": "x", "tasks": {"domain": {"target": "fqr=1"}}}, "tasks.domain: --target 'fqr=1': unknown target"),
        ({"out": "x", "tasks": {"domain": {"model": "./nowhere"}}}, "tasks.domain: .*nowhere"),
        ({"out": "x", "tasks": {"domain": {"max_length": 100_000}}}, "tasks.domain: 'max_length: 100000': .* at most"),
        ({"out": "x", "tasks": {"domain": {"labels": "law,lore"}}}, "tasks.domain: .*lore"),
        ({"out": "x", "tasks": {"domain": {"epochs": True}}}, "tasks.domain: epochs: True is not a number"),
        ({"out": "x", "tasks": {"domain": {"epochs": 2.5}}}, r"tasks.domain: epochs: 2\.5 is not a whole number"),
        ({"out": "x", "tasks": {"domain": {"epochs": "many"}}}, "tasks.domain: epochs: 'many' is not a number"),
        ({"out": "x", "tasks": {"domain": {"adapt": "some"}}}, "tasks.domain: --adapt some: use lora, full"),
        ({"out": "x", "tasks": {"domain": {"allow_leakage": "no"}}}, "tasks.domain: allow_leakage: 'no': write true"),
        ({"out": "x", "tasks": {"domain": {"oos_label": False}}}, "tasks.domain: oos_label: False is not text; quote"),
        ({"out": "x", "tasks": {"domain": {"data": 7}}}, "tasks.domain: data: 7 is not text"),
        ({"out": "x", "tasks": {"domain": {"exclude_label": [True]}}}, "tasks.domain: exclude_label: .*quote words"),
        ({"out": "x", "tasks": {"domain": {"label_map": 3}}}, "tasks.domain: label_map: 3: write a list"),
        ({"out": "x", "tasks": {"../domain": {"task": "domain"}}}, r"'\.\./domain' is no name for a folder"),
        ({"out": "x", "tasks": {".a": {"task": "domain"}}}, r"'\.a' is no name for a folder"),
        ({"out": "x", "tasks": ["domain", "domain"]}, r"tasks\[1\]: a second 'domain': write 'tasks' as a mapping"),
    ],
)
def test_everything_wrong_is_told_with_its_place(tmp_path: Path, content: Any, told: str) -> None:
    with pytest.raises(ConfigError, match=rf"^--config .*pipeline\.yaml: .*{told}"):
        plan(tmp_path, content)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        read_plan(tmp_path / "none.yaml")


def test_a_task_file_of_ones_own(tmp_path: Path) -> None:
    task = tmp_path / "task.yaml"
    task.write_text("name: urgency\nlabels: [low, high]\n", encoding="utf-8")
    (tmp_path / "rows.csv").touch()
    made = plan(tmp_path, {"out": "x", "tasks": [{"task": str(task), "data": str(tmp_path / "rows.csv")}]})
    assert list(made.runs) == ["urgency"]


def test_a_build_that_was_not_finished_is_refused_before_anything_is_trained(tmp_path: Path) -> None:
    from pointsman.data import build_folder

    (tmp_path / "half").mkdir()
    build_folder.begin(tmp_path / "half")
    file = tmp_path / "plan.yaml"
    file.write_text(f"out: {tmp_path / 'x'}\ntasks:\n  domain: {{}}\n  intent: {{data: {tmp_path / 'half'}}}\n")
    with pytest.raises(PointsmanError, match="the build was not finished"):
        read_plan(file)
