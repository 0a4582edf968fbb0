from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pointsman.data.routing_sources import ExpertSource, expert_sources, read_expert
from pointsman.errors import ConfigError, DataError
from tests.data.expert_files import expert, row, screen, write_rows


def test_the_order_typed_is_the_label_order() -> None:
    found = expert_sources(["zebra=z.jsonl", "ant=a=b.jsonl"])
    assert found == (ExpertSource("zebra", Path("z.jsonl")), ExpertSource("ant", Path("a=b.jsonl")))


def test_a_file_of_experts_names_rows_or_leaves_them_to_be_named(tmp_path: Path) -> None:
    file = tmp_path / "experts.yaml"
    file.write_text("base: m\nexperts:\n  b: {path: x, data: rows/b.jsonl}\n  a: {path: y}\n  c: rows/c.jsonl\n")
    found = expert_sources([str(file), "a=elsewhere.jsonl"])
    assert [one.name for one in found] == ["b", "a", "c"]
    assert [one.path for one in found] == [
        tmp_path / "rows/b.jsonl",
        Path("elsewhere.jsonl"),
        tmp_path / "rows/c.jsonl",
    ]
    as_json = tmp_path / "experts.json"
    as_json.write_text(json.dumps({"loras": {"x": {"data": "x.jsonl"}, "y": {"data": "/y.jsonl"}}}))
    assert [one.path for one in expert_sources([str(as_json)])] == [tmp_path / "x.jsonl", Path("/y.jsonl")]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([], "no expert; a router decides between two or more"),
        (["a=x"], "'a' alone; a router decides between two or more"),
        (["a=x", "a=y"], "--experts a=y: the expert 'a' stands twice"),
        (["a=x", "A=y"], "differ in case alone"),
        (["a=x", "b"], "--experts b: write NAME=PATH"),
        (["a=x", "b="], "--experts b=: write NAME=PATH"),
        (["a=x", "=y"], "'' is no name of an expert"),
        (["a=x", "../b=y"], "'../b' is no name of an expert"),
        (["a=x", "a b=y"], "'a b' is no name of an expert"),
        (["a=x", "no.yaml"], "no.yaml: no such file"),
    ],
)
def test_what_names_no_experts(given: list[str], message: str) -> None:
    with pytest.raises(ConfigError) as raised:
        expert_sources(given)
    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("experts:\n  a: {data: x}\n  a: {data: y}\n", "line 3: 'a' stands twice"),
        ("experts: [a, b]", "expected a mapping 'experts'"),
        ("- a", "expected a mapping 'experts'"),
        ("experts: {1: x, b: y}", "the name 1 is no text"),
        ("experts: {a: {data: 3}, b: y}", "'a': 'data' is no path"),
        ("experts: {a: {path: adapters/a}, b: y}", "no training rows are named for 'a': add a=PATH"),
        ("a: [", "experts.yaml: "),
    ],
)
def test_a_file_of_experts_at_fault(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "experts.yaml").write_text(content)
    with pytest.raises(ConfigError) as raised:
        expert_sources([str(tmp_path / "experts.yaml")])
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


def test_rows_of_a_file_and_of_a_folder(tmp_path: Path) -> None:
    file = expert(tmp_path / "cal", [1, 2])
    for path in (file, file.parent):
        found = read_expert(ExpertSource("cal", path))
        assert [one.id for one in found.rows] == ["cal_00001", "cal_00002"]
        assert found.rows[0].text == "do thing number 1"
        assert found.rows[0].place == "train.jsonl:1"
        assert (found.file, found.bad) == (file, ())
    file.rename(file.with_name("rows.jsonl"))
    assert len(read_expert(ExpertSource("cal", file.parent)).rows) == 2


def test_an_image_may_be_a_list_of_one_and_text_may_stand_alone(tmp_path: Path) -> None:
    file = expert(tmp_path, [1])
    write_rows(file, [row(1, None, "text alone"), row(2, None, "hello") | {"image": ["images/1.png"]}])
    found = read_expert(ExpertSource("a", file)).rows
    assert [one.image is None for one in found] == [True, False]


def test_rows_that_cannot_be_used_are_listed(tmp_path: Path) -> None:
    file = expert(tmp_path, [1])
    rows: list[Any] = [
        row(1, "images/1.png", "good"),
        row(2, "images/2.png", "gone"),
        row(3, "images/1.png", "silent") | {"conversations": [{"from": "human", "value": "x"}]},
        row(4, "images/1.png", "no human") | {"conversations": [{"from": "gpt", "value": "x"}]},
        row(5, "images/1.png", "another's", adapter="b"),
        row(6, None, "  "),
    ]
    found = read_expert(ExpertSource("a", write_rows(file, rows)))
    assert [one.number for one in found.rows] == [1]
    assert [one.place for one in found.bad] == [f"{file}:{line}" for line in range(2, 7)]
    for one, message in zip(
        found.bad,
        ("there is no image", "no gpt turn", "no human turn", "the row is of the expert 'b'", "neither an image nor"),
        strict=True,
    ):
        assert message in one.reason


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([row(1, "images/1.png", "a"), row(1, "images/1.png", "b")], ":2: the id 'r1' stands at line 1 already"),
        ([row(1, "images/1.png", "a") | {"id": [1]}], ":1: the field 'id' is neither"),
        ([row(1, "../1.png", "a")], ":1: the image '../1.png' leaves the folder"),
        (["{"], ":1: malformed JSON"),
        ([], "the file is empty"),
        ([""], "holds no rows"),
    ],
)
def test_what_leaving_a_row_out_does_not_mend(tmp_path: Path, rows: list[Any], message: str) -> None:
    file = write_rows(expert(tmp_path, [1]), rows)
    with pytest.raises(DataError) as raised:
        read_expert(ExpertSource("a", file))
    assert str(raised.value).startswith(str(file))
    assert message in str(raised.value)


def test_a_place_without_rows(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    adapter = tmp_path / "adapter"
    adapter.mkdir()
    (adapter / "adapter_config.json").write_text("{}")
    two = tmp_path / "two"
    for name in ("x", "y"):
        write_rows(two / f"{name}.jsonl", [row(1, None, "a")])
    screen(1).save(tmp_path / "a.png")
    for path, message in (
        (tmp_path / "gone", "no such file or folder"),
        (empty, "holds no train.jsonl"),
        (adapter, "this is the expert's adapter"),
        (two, r"several JSONL files \(x.jsonl, y.jsonl\)"),
        (tmp_path / "a.png", "training rows are JSONL"),
    ):
        with pytest.raises(DataError, match=f"--experts a={path}: .*{message}"):
            read_expert(ExpertSource("a", path))
