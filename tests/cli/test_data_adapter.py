from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointsman.cli.data_adapter import one_by_one
from pointsman.data.routing import read_routing
from tests.conftest import Run
from tests.data.expert_files import expert, read_rows, write_rows

NAMES = ("calendar", "claim-window", "provider-select")


@pytest.fixture(autouse=True)
def _own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model_folders: dict[str, Path]) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("pointsman.pipeline.route_data.TEXT_BACKBONE", str(model_folders["bert"]))
    for number, name in enumerate(NAMES):
        expert(tmp_path / "in" / name, range(number * 100, number * 100 + 12))


def several(*names: str) -> list[str]:
    return [f"{name}=in/{name}" for name in names]


def test_several_values_after_one_flag_and_one_flag_for_each(run: Run) -> None:
    code, out, err = run("data", "build", "adapter", "--experts", *several(*NAMES), "--out", "a", "--quiet")
    assert (code, err) == (0, "")
    repeated = [word for one in several(*NAMES) for word in ("--experts", one)]
    assert run("data", "build", "adapter", *repeated, "--out", "b", "--quiet")[0] == 0
    assert Path("a/train.jsonl").read_bytes() == Path("b/train.jsonl").read_bytes()
    assert read_routing("a").labels == NAMES
    for line in ("majority", "image size alone", "text alone", "next: pointsman train adapter --data a"):
        assert line in out
    assert out.splitlines()[1].split() == ["train", "validation", "eval"]


def test_the_task_may_stand_after_the_experts(run: Run) -> None:
    assert run("data", "build", "--out", "a", "--experts", *several(*NAMES[::-1]), "adapter", "-q")[0] == 0
    assert read_routing("a").labels == NAMES[::-1]


def test_a_file_of_experts_and_json(run: Run) -> None:
    lines = [f"  {name}: {{path: adapters/{name}, data: in/{name}}}" for name in NAMES[1:]]
    Path("experts.yaml").write_text("\n".join(["base: m", "experts:", *lines, "  calendar: {path: x}"]))
    code, out, _ = run(
        "data", "build", "adapter", "--experts", "experts.yaml", "calendar=in/calendar", "--out", "a", "--json",
        "--train-samples", "8", "--eval-samples", "2", "--seed", "3", "--balance", "--copy-images",
    )  # fmt: skip
    assert code == 0
    found = json.loads(out)
    assert found["labels"] == ["claim-window", "provider-select", "calendar"]
    assert found["counts"]["test"]["experts"] == dict.fromkeys(found["labels"], 2)
    assert found["options"]["train_samples"] == 8
    assert found["images"]["copies"] == found["images"]["files"]
    assert {key for key in found if key != "out"} == json.loads(Path("a/metadata.json").read_text()).keys()


def test_the_usual_place(run: Run) -> None:
    code, out, _ = run("data", "build", "adapter", "--experts", *several(*NAMES))
    assert code == 0
    assert out.startswith("datasets/routing_")
    assert read_routing(out.splitlines()[0]).labels == NAMES


def test_bad_rows_are_counted_when_left_out(run: Run) -> None:
    Path("in/calendar/images/3.png").write_text("no image")
    code, out, err = run("data", "build", "adapter", "--experts", *several(*NAMES), "--out", "a")
    assert (code, out) == (2, "")
    assert err.splitlines()[-1].startswith("pointsman: in/calendar/train.jsonl:4: ")
    assert err.count("Traceback") == 0
    code, out, err = run("data", "build", "adapter", "--experts", *several(*NAMES), "--out", "a", "--skip-bad")
    assert code == 0
    assert "left out: 1 rows: cannot be used (--skip-bad)" in out
    assert "1 rows left out that cannot be used" in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["adapter", "--experts", "calendar=in/calendar"], "'calendar' alone; a router decides between two or more"),
        (["adapter", "--experts", *several("calendar", "calendar")], "the expert 'calendar' stands twice"),
        (["adapter", "--experts", "calendar=in/none", *several("claim-window")], "no such file or folder"),
        (["adapter", "--experts", "calendar", *several("claim-window")], "write NAME=PATH"),
        (["domain", "--experts", *several(*NAMES)], "--experts is for the task adapter, not 'domain'"),
        (["adapter", "--experts", *several(*NAMES), "--eval-share", "2"], "--eval-share 2.0"),
        (["adapter", "--experts", *several(*NAMES), "--out", "in"], "in exists already"),
        (["adapter", "--experts", *several(*NAMES), "--out", "in", "--overwrite"], "did not write"),
    ],
)
def test_a_mistake_is_one_line_and_exit_2(run: Run, arguments: list[str], message: str) -> None:
    code, out, err = run("data", "build", *arguments)
    assert (code, out) == (2, "")
    assert message in err.splitlines()[-1]
    assert "Traceback" not in err


def test_an_invalid_line_names_file_and_line(run: Run) -> None:
    rows: list[Any] = read_rows(Path("in/calendar/train.jsonl"))
    write_rows(Path("in/calendar/train.jsonl"), [*rows[:2], "{broken", *rows[2:]])
    code, _, err = run("data", "build", "adapter", "--experts", *several(*NAMES), "--out", "a", "--skip-bad")
    assert code == 2
    assert "in/calendar/train.jsonl:3: malformed JSON" in err
    assert not Path("a").exists()


def test_without_experts_the_flag_is_asked_for_and_other_tasks_build_as_before(run: Run) -> None:
    code, _, err = run("data", "build", "adapter")
    assert code == 2
    assert "--experts" in err
    code, out, _ = run("data", "build", "adapter", "--help")
    assert code == 0
    assert "NAME=PATH" in out
    code, out, _ = run("data", "build", "domain", "--help")
    assert "--source" in out


def test_the_answer_does_not_reach_the_text() -> None:
    code = [sys.executable, "-c", "from pointsman.cli import main; main()"]  # in a process of its own
    words = ["data", "build", "adapter", "--experts", *several(*NAMES), "--out", "a", "-q"]
    subprocess.run([*code, *words], check=True, capture_output=True)
    assert all("SECRET-ANSWER" not in one.text for rows in read_routing("a").parts.values() for one in rows)


def test_values_are_spread_until_something_else_comes() -> None:
    given_ = ["data", "build", "--experts", "a=1", "b=2", "e.yaml", "adapter", "--out", "x=y", "--experts", "c=3"]
    assert one_by_one(given_) == [
        *("data", "build", "--experts", "a=1", "--experts", "b=2", "--experts", "e.yaml", "adapter", "--out", "x=y"),
        *("--experts", "c=3"),
    ]
    assert one_by_one(["--experts"]) == ["--experts"]
    assert one_by_one(["--experts=a=1", "b=2"]) == ["--experts=a=1", "b=2"]


@given(st.lists(st.sampled_from(["--experts", "a=1", "x.yaml", "--out", "adapter", "-q"]), max_size=8))
def test_spreading_changes_nothing_but_flags(words: list[str]) -> None:
    found = one_by_one(words)
    assert [word for word in found if word != "--experts"] == [word for word in words if word != "--experts"]
    assert one_by_one(found) == found
