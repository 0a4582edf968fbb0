from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import pytest

from pointsman.artifacts import GoldenRow
from pointsman.errors import ArtifactError
from pointsman.serving.models import Router
from pointsman.serving.proving import prove, sample, warm_up
from tests.serving.panels import Recorder, decision, spans

PATH = Path("folder")


def row(
    text: str, use: Literal["golden", "count"] = "golden", margin: float = 0.5, tokens: int = 4, **changes: Any
) -> GoldenRow:
    return GoldenRow(text, use, (), (tuple(range(tokens)),), (), decision(text, **changes), "kind", margin=margin)


def router(precision: str = "fp32", task: str = "kind") -> Router:
    return Router(task, "sequence", ("short", "long"), PATH, "onnx", "d", "b", precision, 8, 0.5, 1.0, 4, "f1", {}, {})


def proved(rows: Sequence[GoldenRow], precision: str = "fp32", panel: Recorder | None = None) -> None:
    prove(panel or Recorder(), {"kind": router(precision)}, PATH, {"kind": rows})


def told(rows: Sequence[GoldenRow], precision: str = "fp32", panel: Recorder | None = None) -> str:
    with pytest.raises(ArtifactError) as caught:
        proved(rows, precision, panel)
    return str(caught.value)


def test_rows_that_are_answered_as_they_should_pass() -> None:
    rows = [row(f"text {n}") for n in range(20)]
    proved(rows)
    proved([])
    far = {"short": 0.75 + 9e-6, "long": 0.25 - 9e-6}
    proved([row("text", probability=far["short"], probabilities=far)])


@pytest.mark.parametrize(
    ("changes", "apart"),
    [
        ({"probabilities": {"short": 0.75, "long": 0.2}}, "5.0e-02"),
        ({"probabilities": {"short": 0.75, "other": 0.25}}, "inf"),
        ({"probability": 0.76}, "1.0e-02"),
        ({"spans": spans(("PERSON", 0, 2), text="text")}, "1.0e-01"),
    ],
)
def test_a_number_that_is_off_is_refused(changes: dict[str, Any], apart: str) -> None:
    found = {"spans": tuple(replace(one, score=1.0) for one in changes["spans"])} if "spans" in changes else {}
    panel = Recorder(decide=lambda text, task: decision(text, task, **found))
    rows = [row("text 1", **found), row("text 2", **found), row("text 3", **changes)]
    assert told(rows, panel=panel) == (
        "folder: 'kind' (fp32) does not answer its golden rows as it should: 0 of 3 are decided otherwise, a "
        f"probability is {apart} off (allowed: none, and 1e-05); 'pointsman verify folder' tells more"
    )


@pytest.mark.parametrize("p", [math.nan, math.inf])
def test_what_is_no_number_is_refused(p: float) -> None:
    panel = Recorder(decide=lambda text, task: decision(text, task, probabilities={"short": p, "long": 0.25}))
    assert "inf off" in told([row("text")], panel=panel)


@pytest.mark.parametrize(
    "changes", [{"label": "other"}, {"abstained": True}, {"spans": spans(("PERSON", 0, 2), text="text")}]
)
def test_one_decision_that_changes_is_too_many_of_fp32(changes: dict[str, Any]) -> None:
    rows = [row("text 1"), row("text 2", **changes)]
    assert "1 of 2 are decided otherwise" in told(rows)
    proved([rows[0], replace(rows[1], margin=5e-6)])  # so near to a border it may


def test_of_a_lower_precision_few_decisions_may_change() -> None:
    rows = [row(f"text {n}") for n in range(100)]
    off = [replace(one, decision=replace(one.decision, label="other", probability=0.3)) for one in rows]
    for precision in ("int8", "fp16"):
        proved([*off[:9], *rows[9:]], precision)
        assert "10 of 100 are decided otherwise" in told([*off[:10], *rows[10:]], precision)
    assert "(allowed: 9 that lie 0.02 from a border)" in told(off, "int8")
    near = [replace(one, margin=0.019) for one in off]
    proved([*near, *rows], "int8")  # these are no test
    proved(near, "int8")


def test_rows_are_replayed_in_batches_of_like_length() -> None:
    panel = Recorder()
    rows = [row(f"{n} long", tokens=300) for n in range(3)] + [row(f"{n}", tokens=4) for n in range(10)]
    proved(rows, panel=panel)
    assert [len(batch) for batch in panel.batches] == [8, 2, 3]
    assert panel.asked == [("kind",)] * 3


def test_only_tasks_of_the_folder_are_asked() -> None:
    panel = Recorder(("kind", "tone"))
    prove(panel, {"kind": router()}, PATH, {"kind": [row("text")]})
    assert panel.asked == [("kind",)]


def test_a_sample_is_half_golden_and_from_all_over() -> None:
    golden, count = [row(f"g{n}") for n in range(60)], [row(f"c{n}", "count") for n in range(200)]
    found = sample([*golden, *count], 20)
    assert [one.text for one in found] == [*(f"g{6 * n}" for n in range(10)), *(f"c{20 * n}" for n in range(10))]
    assert sample([*golden, *count], 1) == [golden[0]]
    assert sample([*golden, *count], 1000) == [*golden, *count]
    assert len(sample(golden, 50)) == len(sample(count, 50)) == 50
    assert len(sample([*golden[:3], *count], 50)) == 50
    assert len(sample([*golden, *count[:3]], 50)) == 50
    assert sample([], 5) == []


def test_warming_up_asks_for_everything() -> None:
    panel = Recorder(("kind", "tone"))
    warm_up(panel)
    assert len(panel.batches) == len({len(batch[0]) for batch in panel.batches}) > 2
    assert set(panel.asked) == {("kind", "tone")}
