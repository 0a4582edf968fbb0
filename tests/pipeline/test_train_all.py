from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from pointsman.artifacts import open_artifact
from pointsman.errors import ConfigError, DataError, OutputError
from pointsman.pipeline.plan import Plan, read_plan
from pointsman.pipeline.train_all import train_all
from tests.pipeline.tells import Tells

Planned = Callable[..., Plan]


class Dies(Tells):
    """Dies at a step of the training of the named router."""

    def __init__(self, where: str) -> None:
        super().__init__()
        self.die_in = where
        self.now = ""

    def say(self, line: str) -> None:
        super().say(line)
        if line.startswith("["):
            self.now = line[1 : line.index("]")]

    def advance(self, stage: str, done: int, total: int, text: str = "") -> None:
        if stage == "training" and done == 8 and self.now == self.die_in:
            raise KeyboardInterrupt


@pytest.fixture(autouse=True)
def _undrawn(no_pictures: None) -> None:
    """Draw no pictures."""


@pytest.fixture
def planned(tmp_path: Path, model_folders: dict[str, Path], support_file: Path) -> Planned:
    """Return what writes and reads a pipeline file of tiny routers: `planned(name=options, …)`."""

    def make(**tasks: Any) -> Plan:
        file = tmp_path / "pipeline.yaml"
        defaults = {
            "model": str(model_folders["bert"]),
            "device": "cpu",
            "precision": "fp32",
            "data": str(support_file),
            "epochs": 2,
            "batch-size": 16,
            "adapt-layers": 1,
            "max-length": 32,
            "lora-rank": 4,
        }
        entries = {name: {"name": name, **options} for name, options in tasks.items()}
        file.write_text(
            yaml.safe_dump({"out": str(tmp_path / "all"), "defaults": defaults, "tasks": entries}, sort_keys=False),
            encoding="utf-8",
        )
        return read_plan(file)

    return make


def summary(plan: Plan) -> dict[str, Any]:
    return dict(json.loads((plan.out / "summary.json").read_text(encoding="utf-8")))


def test_each_router_and_one_summary(planned: Planned) -> None:
    plan, tells = planned(first={}, second={"seed": 1, "epochs": 1}), Tells()
    found = train_all(plan, progress=tells)
    assert [line for line in tells.lines if line.startswith("[")] == ["[first] 1 of 2", "[second] 2 of 2"]
    told = summary(plan)
    assert told["complete"] is True
    assert told["tasks"] == found.rows
    assert list(told["tasks"]) == ["first", "second"]
    assert told["total"]["done"] == 2
    assert told["total"]["seconds"] == pytest.approx(sum(row["seconds"] for row in found.rows.values()))
    for name, row in found.rows.items():
        artifact = open_artifact(plan.out / name)
        assert artifact.task.name == name
        assert row["artifact"] == str(plan.out / name)
        low, high = row["accuracy_interval"]
        assert low <= row["accuracy"] <= high
        assert row.keys() >= {"n", "metric", "macro_f1", "ece", "seconds"}
    assert found.rows["second"]["options"]["overrides"]["epochs"] == 1
    assert sorted(p.name for p in plan.out.iterdir()) == ["first", "second", "summary.json"]
    assert found.summary == plan.out / "summary.json"


def test_an_interrupted_pipeline_goes_on(planned: Planned) -> None:
    plan = planned(first={}, second={}, third={})
    with pytest.raises(KeyboardInterrupt):
        train_all(plan, progress=Dies(where="second"))
    assert (summary(plan)["complete"], list(summary(plan)["tasks"])) == (False, ["first"])
    first = summary(plan)["tasks"]["first"]
    before = open_artifact(plan.out / "first").digest
    with pytest.raises(OutputError, match="exists already"):
        train_all(plan)
    tells = Tells()
    found = train_all(plan, resume=True, progress=tells)
    assert found.kept == ("first",)
    assert any("is complete already" in line for line in tells.lines)
    assert any(line.startswith("resumed from step ") for line in tells.lines)
    assert open_artifact(plan.out / "first").digest == before
    assert found.rows["first"] == first, "its own training's seconds stay"
    assert (summary(plan)["complete"], list(summary(plan)["tasks"])) == (True, ["first", "second", "third"])
    again = train_all(plan, resume=True)
    assert again.kept == ("first", "second", "third")
    assert again.rows == found.rows


def test_the_first_error_ends_it_and_what_is_done_stays(planned: Planned, tmp_path: Path) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"text": "a", "label": "x"}\n{"text": ""}\n', encoding="utf-8")
    plan = planned(first={"epochs": 1}, second={"data": str(bad)}, third={"epochs": 1})
    told = r"^second: .*bad\.jsonl:2: .*\(1 of 3 routers are done, still to come: third; mend it and run .*--resume\)$"
    with pytest.raises(DataError, match=told):
        train_all(plan)
    assert list(summary(plan)["tasks"]) == ["first"]
    good = plan.runs["first"].data
    mended = Plan(plan.path, plan.out, {**plan.runs, "second": replace(plan.runs["second"], data=good)})
    found = train_all(mended, resume=True)
    assert (list(found.rows), found.kept) == (["first", "second", "third"], ("first",))


def test_a_router_that_is_done_is_not_taken_for_another(planned: Planned) -> None:
    plan = planned(first={"epochs": 1})
    train_all(plan)
    with pytest.raises(ConfigError, match="first is done, with another overrides: take the change back"):
        train_all(planned(first={"epochs": 1, "seed": 4}), resume=True)
    found = train_all(planned(first={"epochs": 1, "seed": 4}), overwrite=True)
    assert found.kept == ()
    assert open_artifact(plan.out / "first").manifest.recipe["seed"] == 4


def test_another_router_may_be_added_later(planned: Planned) -> None:
    train_all(planned(first={"epochs": 1}))
    found = train_all(planned(first={"epochs": 1}, second={"epochs": 1}), resume=True)
    assert (list(found.rows), found.kept) == (["first", "second"], ("first",))


def test_resume_and_overwrite(planned: Planned) -> None:
    plan = planned(first={})
    with pytest.raises(ConfigError, match="give one of them"):
        train_all(plan, resume=True, overwrite=True)
    with pytest.raises(ConfigError, match="--resume: no earlier run in"):
        train_all(plan, resume=True)
    plan.out.mkdir()
    (plan.out / "summary.json").write_text('{"tasks": {"first": {}}}', encoding="utf-8")
    with pytest.raises(ConfigError, match="is not the summary of a pipeline file"):
        train_all(plan, resume=True)
    (plan.out / "summary.json").unlink()
    (plan.out / "thesis.tex").touch()
    with pytest.raises(OutputError, match="did not write"):
        train_all(plan, overwrite=True)
