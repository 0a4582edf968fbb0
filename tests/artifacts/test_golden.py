from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pointsman.artifacts import GoldenRow, read_golden, write_golden
from pointsman.errors import ArtifactError
from pointsman.evaluation.golden import SHORT, UNICODE
from pointsman.tasks import Decision, Entity

_texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1) | st.lists(
    st.sampled_from(["a", "\n", "\r", "\r\n", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\x00", '"', "\\"]),
    min_size=1,
).map("".join)
_floats32 = st.floats(width=32, allow_nan=False, allow_infinity=False)
_shares = st.floats(0, 1)
_ids = st.lists(st.lists(st.integers(0, 300_000), max_size=4).map(tuple), max_size=3).map(tuple)
_logits = st.lists(st.lists(_floats32, min_size=2, max_size=2).map(tuple), max_size=3).map(tuple)
_pairs = st.tuples(st.integers(0, 9), st.integers(0, 9))
_entities = st.lists(st.builds(Entity, _texts, st.integers(0, 9), st.integers(0, 9), _texts, _shares)).map(tuple)
_decisions = st.builds(
    Decision,
    task=st.just("pii"),
    label=_texts,
    probability=_shares,
    margin=_shares,
    runner_up=_texts,
    threshold=_shares,
    abstained=st.booleans(),
    truncated=st.booleans(),
    digest=st.just(""),
    probabilities=st.dictionaries(_texts, _shares),
    tools=st.lists(_texts).map(tuple),
    spans=st.none() | _entities,
)
_rows = st.builds(
    GoldenRow,
    text=_texts,
    use=st.sampled_from(["golden", "count"]),
    why=st.lists(_texts).map(tuple),
    ids=_ids,
    logits=_logits,
    decision=_decisions,
    task=_texts,
    offsets=st.none() | st.lists(_pairs).map(tuple),
    margin=_shares,
)


@given(st.lists(_rows, max_size=4))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rows_come_back_as_they_were(tmp_path: Path, rows: list[GoldenRow]) -> None:
    write_golden(tmp_path, rows)
    back = read_golden(tmp_path)
    assert [replace(row, logits=()) for row in back] == [replace(row, logits=()) for row in rows]
    for old, new in zip(rows, back, strict=True):
        # Nine digits name every float32, so its own rounding gives it back exactly.
        assert np.array_equal(np.array(old.logits, np.float32), np.array(new.logits, np.float32))


def _row(text: str = "hello") -> GoldenRow:
    decision = Decision("support", "b", 0.75, 0.5, "a", 0.6, False, False, "", {"a": 0.25, "b": 0.75})
    return GoldenRow(text, "golden", ("drawn",), ((101, 7, 102),), ((0.1, 1.2),), decision, "support", margin=0.15)


@pytest.mark.parametrize("text", [*SHORT, *UNICODE])
def test_our_own_odd_texts_take_one_line_each(tmp_path: Path, text: str) -> None:
    write_golden(tmp_path, [_row(text), _row()])
    assert (tmp_path / "parity.jsonl").read_bytes().count(b"\n") == 2
    assert [row.text for row in read_golden(tmp_path)] == [text, "hello"]


def test_a_programme_in_another_language_finds_the_names_it_needs(tmp_path: Path) -> None:
    write_golden(tmp_path, [_row()])
    content = json.loads((tmp_path / "parity.jsonl").read_text(encoding="utf-8"))
    assert content["probabilities"] == {"a": 0.25, "b": 0.75}
    assert content["margin"] == 0.15
    assert content["ids"] == [[101, 7, 102]]
    assert "digest" not in content["decision"]


def test_no_golden_rows_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match=r"parity\.jsonl is missing: .*train the router again"):
        read_golden(tmp_path)


@pytest.mark.parametrize("damage", ["{", "[]", "{}", '{"text": "a"}', '"a"', "null"])
def test_a_damaged_row_is_named_by_its_line(tmp_path: Path, damage: str) -> None:
    write_golden(tmp_path, [_row()])
    with (tmp_path / "parity.jsonl").open("a", encoding="utf-8") as stream:
        stream.write(damage + "\n")
    with pytest.raises(ArtifactError, match=r"parity\.jsonl:2: no golden row .*damaged"):
        read_golden(tmp_path)


def test_a_row_without_its_margin_is_damaged(tmp_path: Path) -> None:
    content: dict[str, Any] = _row().to_dict()
    del content["margin"]
    (tmp_path / "parity.jsonl").write_text(json.dumps(content) + "\n", encoding="utf-8")
    with pytest.raises(ArtifactError, match="'margin'"):
        read_golden(tmp_path)


def test_bytes_that_are_no_utf8_are_told(tmp_path: Path) -> None:
    (tmp_path / "parity.jsonl").write_bytes(b"\xff\xfe")
    with pytest.raises(ArtifactError, match="cannot be read"):
        read_golden(tmp_path)
