from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointsman.data.example import Example
from pointsman.data.routing import read_routing
from pointsman.errors import ConfigError, DataError, OutputError
from pointsman.experts import open_stack
from pointsman.experts.stack import Stack
from pointsman.inference.stacked import Routed, StackRequest
from pointsman.pipeline.stack_evaluate import RESULTS, StackExam, evaluate_stack, json_equal, sample
from tests.experts.stacks import CALLS, World, reading, say, seeing
from tests.experts.test_stack import bent
from tests.generating import NAMES

__all__ = ["reading", "seeing"]


@pytest.fixture(params=["seeing", "reading"])
def world(request: pytest.FixtureRequest) -> World:
    """Screenshots, then texts."""
    found: World = request.getfixturevalue(request.param)
    return found


def test_figures_are_those_of_asking_row_by_row(world: World, tmp_path: Path) -> None:
    rows = read_routing(world.routing).parts["test"]
    out = tmp_path / "judged"
    with open_stack(world.file(tmp_path, "head")) as stack:
        found = evaluate_stack(stack, StackExam(world.routing, out=out))
        routed = [stack.route(StackRequest(row.text, row.image)) for row in rows]
        own = [stack.route(StackRequest(row.text, row.image, expert=row.label)) for row in rows]
    assert json.loads((out / RESULTS).read_text(encoding="utf-8")) == found
    hits = [one.decision.label == row.label for row, one in zip(rows, routed, strict=True)]
    sent = [one.expert == row.label for row, one in zip(rows, routed, strict=True)]
    calls = [row.label in CALLS for row in rows]
    good = [_calls(one) == CALLS.get(str(row.label), {}) for row, one in zip(rows, routed, strict=True)]
    assert (found["n"], found["rows"], found["part"]) == (12, 12, "test")
    assert found["routing"]["accuracy"] == sum(hits) / 12
    low, high = found["routing"]["accuracy_interval"]
    assert low < found["routing"]["accuracy"] <= high
    assert found["routing"]["sent_right"] == sum(sent) / 12
    assert found["routing"]["refused"] == sum(one.outcome == "refused" for one in routed)
    assert {name: row["n"] for name, row in found["routing"]["per_expert"].items()} == dict.fromkeys(NAMES, 4)
    valid = [one.tool_call is not None and one.tool_call.status == "valid" for one in routed]
    assert found["routed"]["asking"] == found["routed"]["known_arguments"] == sum(calls) == 8
    assert found["routed"]["tool_call_validity"] == sum(v and c for v, c in zip(valid, calls, strict=True)) / 8
    exact = sum(g and c for g, c in zip(good, calls, strict=True)) / 8
    assert found["routed"]["exact_arguments"] == exact
    perfect = sum(_calls(one) == CALLS[str(row.label)] for row, one, c in zip(rows, own, calls, strict=True) if c) / 8
    assert found["perfect_routing"]["exact_arguments"] == perfect > 0.5
    assert found["difference"]["exact_arguments"]["difference"] == pytest.approx(perfect - exact)
    assert set(found["routed"]["latency_ms"]["total"]) == {"n", "mean", "p50", "p95"}
    assert {"prepare", "see", "route", "switch", "answer", "total"} == set(found["perfect_routing"]["latency_ms"])
    assert found["warnings"] == []
    shown = [fault for fault in found["faults"] if fault["expert"] != fault["label"]]
    assert len(shown) == 12 - sum(sent)


def _calls(found: Routed) -> dict[str, Any] | None:
    call = found.tool_call
    return {"name": call.name, "arguments": call.arguments} if call is not None and call.status == "valid" else None


def test_a_batch_is_judged_as_one_by_one(world: World, tmp_path: Path) -> None:
    with open_stack(world.file(tmp_path, "generate", default="calendar")) as stack:
        single = evaluate_stack(stack, StackExam(world.routing, "validation"))
        batch = evaluate_stack(stack, StackExam(world.routing, "validation", batch=5))
    for name in ("routing", "difference"):
        assert batch[name] == single[name]
    for name in ("tool_calls", "exact_arguments", "tool_call_validity", "needless_calls", "truncated"):
        assert batch["routed"][name] == single["routed"][name]
        assert batch["perfect_routing"][name] == single["perfect_routing"][name]
    assert set(batch["routed"]["latency_ms"]["total"]) == {"n", "mean"}


def test_a_router_that_is_always_wrong_or_never_sure(reading: World, tmp_path: Path) -> None:
    data = _file(tmp_path, [_row(row.text, row.answer, str(row.label)) for row in reading.rows(12)])
    with open_stack(reading.file(tmp_path)) as stack:
        wrong = evaluate_stack(bent(stack, label="claim-window", abstained=False), StackExam(data))
        unsure = evaluate_stack(bent(stack, abstained=True), StackExam(data))
    assert wrong["routing"]["accuracy"] == pytest.approx(1 / 3)
    assert sorted(pair["true"] for pair in wrong["routing"]["confused"]) == ["calendar", "provider-select"]
    assert {(pair["predicted"], pair["count"]) for pair in wrong["routing"]["confused"]} == {("claim-window", 4)}
    assert wrong["routed"]["tool_call_validity"] == 1.0  # of the wrong expert, but calls all the same
    assert wrong["routed"]["exact_arguments"] == 0.5
    assert wrong["routed"]["needless_calls"] == 4
    assert wrong["perfect_routing"]["exact_arguments"] == 1.0
    assert wrong["difference"]["exact_arguments"]["difference"] == 0.5
    assert wrong["difference"]["tool_call_validity"]["difference"] == 0.0
    assert unsure["routing"]["refused"] == unsure["routing"]["not_sure"] == 12
    assert unsure["routing"]["sent_right"] == unsure["routed"]["tool_call_validity"] == 0.0
    assert unsure["routed"]["tool_calls"] == {"no answer": 12}
    assert unsure["perfect_routing"]["tool_call_validity"] == 1.0


def _row(text: str, answer: str | None, expert: str = "calendar") -> dict[str, Any]:
    turns = [{"from": "human", "value": text}, *([{"from": "gpt", "value": answer}] if answer else [])]
    return {"adapter": expert, "conversations": turns}


def _file(folder: Path, rows: Sequence[dict[str, Any]]) -> Path:
    file = folder / "rows.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


def _with(stack: Stack, folder: Path, rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return evaluate_stack(stack, StackExam(_file(folder, rows)))


def test_data_without_answers_or_with_odd_ones(reading: World, tmp_path: Path) -> None:
    [asked] = reading.requests(1)
    with open_stack(reading.file(tmp_path)) as stack:
        always = bent(stack, label="calendar", abstained=False)
        none = _with(always, tmp_path, [_row(asked.text, None)])
        assert (none["routed"]["asking"], none["routed"]["known_arguments"]) == (1, 0)
        assert none["routed"]["tool_call_validity"] == 1.0
        assert none["routed"]["exact_arguments"] is None
        assert none["difference"]["exact_arguments"] is None
        assert none["part"] == "all"
        other = say({"name": "open_month", "arguments": {"month": 6}})
        assert _with(always, tmp_path, [_row(asked.text, other)])["routed"]["exact_arguments"] == 0.0
        odd = _with(always, tmp_path, [_row(asked.text, "<tool_call>{"), _row(asked.text, say(CALLS["claim-window"]))])
        assert odd["routed"]["known_arguments"] == 0
        assert odd["routed"]["asking"] == 2
        [warning] = odd["warnings"]
        assert warning.startswith("2 answers of the data do not fit their expert's tools")
        assert "rows.jsonl:" in warning


def test_what_is_refused(reading: World, tmp_path: Path) -> None:
    with open_stack(reading.file(tmp_path)) as stack:
        with pytest.raises(DataError, match=r"has no part 'dev' \(parts: train, validation, test\)"):
            evaluate_stack(stack, StackExam(reading.routing, "dev"))
        (tmp_path / "taken").mkdir()
        with pytest.raises(OutputError, match="exists already"):
            evaluate_stack(stack, StackExam(reading.routing, out=tmp_path / "taken"))
        with pytest.raises(DataError, match="the expert 'nobody' is unknown"):
            _with(stack, tmp_path, [_row("x", None, "nobody")])
        with pytest.raises(DataError, match=r"none"):
            evaluate_stack(stack, StackExam(tmp_path / "none"))
        exam = StackExam(reading.routing, max_samples=3, out=tmp_path / "out")
        assert evaluate_stack(stack, exam)["n"] == 3
        assert evaluate_stack(stack, replace(exam, overwrite=True))["n"] == 3
    with pytest.raises(ConfigError, match="--max-samples -1"):
        StackExam(reading.routing, max_samples=-1)


@given(
    counts=st.lists(st.integers(0, 30), min_size=2, max_size=4).filter(any),
    most=st.integers(0, 60),
    seed=st.integers(0, 5),
)
def test_samples_are_even_and_drawn(counts: list[int], most: int, seed: int) -> None:
    labels = [f"e{i}" for i in range(len(counts))]
    rows = [Example(f"{label} {i}", label) for label, n in zip(labels, counts, strict=True) for i in range(n)]
    found = sample(rows, labels, most, seed)
    assert len(found) == min(most or len(rows), len(rows))
    assert len({row.text for row in found}) == len(found)
    assert found == sample(rows, labels, most, seed)
    taken = Counter(row.label for row in found)
    full = max(taken.values())
    for label, n in zip(labels, counts, strict=True):
        assert taken[label] == n or taken[label] >= full - 1


def test_a_sample_is_no_prefix() -> None:
    rows = [Example(str(i), "ab"[i % 2]) for i in range(200)]
    found = sample(rows, ["a", "b"], 20, 0)
    assert max(int(row.text) for row in found) > 100
    assert [row.text for row in found] != sorted((row.text for row in found), key=int)
    assert {row.text for row in sample(rows, ["a", "b"], 20, 1)} != {row.text for row in found}


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ({"a": 1, "b": [1, {"c": None}]}, {"b": [1.0, {"c": None}], "a": 1}, True),
        ({"a": 1}, {"a": True}, False),
        ({"a": 0}, {"a": False}, False),
        ({"a": [True]}, {"a": [True]}, True),
        ({"a": [1, 2]}, {"a": [2, 1]}, False),
        ({"a": 1}, {"a": 1, "b": None}, False),
        ({"a": "1"}, {"a": 1}, False),
        ({"a": None}, {"a": False}, False),
    ],
)
def test_json_equality(a: object, b: object, same: bool) -> None:
    assert json_equal(a, b) is same
    assert json_equal(b, a) is same
