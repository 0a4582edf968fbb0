from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointsman.data.routing import RowError, conversation, read_routing
from pointsman.errors import DataError
from tests.data.expert_files import row, screen, write_rows


def said(*turns: tuple[str, str]) -> dict[str, Any]:
    return {"conversations": [{"from": speaker, "value": value} for speaker, value in turns]}


def routing_row(number: int, name: str, index: int, **more: Any) -> dict[str, Any]:
    return row(number, f"images/{number}.png", f"ask {number}", adapter=name, label=index, **more)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "images").mkdir()
    for number in range(6):
        screen(number).save(tmp_path / "images" / f"{number}.png")
    names = ["b", "a", "b", "a", "b", "a"]
    rows = [routing_row(n, name, int(name == "a"), group=f"g{n}") for n, name in enumerate(names)]
    write_rows(tmp_path / "train.jsonl", rows[:2])
    write_rows(tmp_path / "val.jsonl", rows[2:4])
    write_rows(tmp_path / "eval.jsonl", rows[4:])
    return tmp_path


def test_the_text_is_what_people_said_before_the_last_answer() -> None:
    found = conversation(
        said(
            ("system", "you are the calendar"),
            ("user", "<image>\nopen March"),
            ("assistant", "which year?"),
            ("human", " 2031 "),
            ("gpt", "<tool_call>{}</tool_call>"),
            ("human", "thanks"),
        )
    )
    assert found.text == "open March\n\n2031"
    assert found.answer == "<tool_call>{}</tool_call>"


_TURNS = st.lists(
    st.tuples(st.sampled_from(["human", "gpt", "system"]), st.sampled_from(["<image>\n", "a b", "", "x<image>", "ü"])),
    max_size=7,
)


@given(_TURNS)
def test_no_answer_and_no_system_turn_is_ever_in_the_text(turns: list[tuple[str, str]]) -> None:
    marked = [(who, value if who == "human" else f"SECRET {value}") for who, value in turns]
    try:
        found = conversation(said(*marked))
    except RowError:
        answers = [n for n, (who, _) in enumerate(turns) if who == "gpt"]
        before = turns[: answers[-1]] if answers else turns
        assert all(who != "human" for who, _ in before)
    else:
        assert "SECRET" not in found.text
        assert "<image>" not in found.text
        assert (found.answer is None) == all(who != "gpt" for who, _ in turns)


def test_a_row_to_be_decided_needs_no_answer() -> None:
    found = conversation(said(("human", "open March")))
    assert (found.text, found.answer) == ("open March", None)
    with pytest.raises(RowError, match="no gpt turn"):
        conversation(said(("human", "open March")), need_answer=True)


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({}, "no list 'conversations'"),
        ({"conversations": "hello"}, "no list 'conversations'"),
        ({"conversations": []}, "no human turn"),
        (said(("gpt", "x")), "no human turn in 'conversations' before the last gpt turn"),
        (said(("gpt", "x"), ("human", "y")), "no human turn in 'conversations' before the last gpt turn"),
        (said(("robot", "x")), "turn 1 of 'conversations' is from 'robot'"),
        ({"conversations": [{"from": "human"}]}, "turn 1 of 'conversations' is not"),
        ({"conversations": [{"from": "human", "value": 3}]}, "turn 1 of 'conversations' is not"),
        ({"conversations": ["hello"]}, "turn 1 of 'conversations' is not"),
        (said(("human", "a \ud800")), "half a surrogate pair at character 2"),
    ],
)
def test_a_conversation_at_fault(record: dict[str, Any], message: str) -> None:
    with pytest.raises(RowError, match=message):
        conversation(record)


def test_a_folder_of_another_program_is_read(folder: Path) -> None:
    found = read_routing(folder)
    assert found.labels == ("b", "a")  # by the rows' own indices
    assert {part: len(rows) for part, rows in found.parts.items()} == {"train": 2, "validation": 2, "test": 2}
    first = found.parts["train"][0]
    assert (first.text, first.label, first.group, first.source) == ("ask 0", "b", "g0", "train.jsonl:1")
    assert first.answer == "SECRET-ANSWER 0"
    assert first.image is not None
    assert first.image.open().tobytes() == screen(0).tobytes()
    assert first.image.where == "train.jsonl:1"
    assert found.metadata == {}


def test_one_file_alone(folder: Path) -> None:
    found = read_routing(folder / "eval.jsonl", labels=("b", "a", "c"))
    assert found.labels == ("b", "a", "c")
    assert [example.label for example in found.parts["all"]] == ["b", "a"]
    zipped = folder / "more.jsonl.gz"
    zipped.write_bytes(gzip.compress((folder / "eval.jsonl").read_bytes()))
    assert len(read_routing(zipped).parts["all"]) == 2


def test_the_digest_is_that_of_the_rows(folder: Path) -> None:
    before = read_routing(folder).digest
    assert before == read_routing(folder).digest
    (folder / "eval.jsonl").write_text((folder / "eval.jsonl").read_text() + "\n")
    assert before != read_routing(folder).digest


def test_rows_without_a_group_are_grouped_by_their_image_and_it_is_told(folder: Path) -> None:
    rows = [routing_row(n, "a", 0) for n in (1, 1, 2)]
    for number, one in enumerate(rows):
        one["id"] = f"x{number}"
    found = read_routing(write_rows(folder / "own.jsonl", [*rows, row(7, None, "hello", adapter="b", label=1)]))
    groups = [example.group for example in found.parts["all"]]
    assert groups[0] == groups[1] != groups[2]
    assert groups[3] is None
    assert found.parts["all"][3].image is None
    assert found.notes == (
        "own.jsonl: 3 rows name no group: rows of one image file are one; copies of an image under other names are "
        "not looked for",
    )


def test_without_indices_names_are_sorted(folder: Path) -> None:
    rows = [row(n, None, f"ask {n}", adapter=name) for n, name in enumerate("cab")]
    assert read_routing(write_rows(folder / "own.jsonl", rows)).labels == ("a", "b", "c")


def test_rows_to_be_decided_have_no_expert(folder: Path) -> None:
    file = write_rows(folder / "own.jsonl", [row(1, "images/1.png", "hello")])
    assert read_routing(file, need_label=False).parts["all"][0].label is None
    with pytest.raises(DataError, match=r"own\.jsonl:1: no expert: the field 'adapter' names it"):
        read_routing(file)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([routing_row(1, "a", 0) | {"image": "images/9.png"}], "1: there is no image 'images/9.png' below"),
        ([routing_row(1, "a", 0) | {"image": "../x.png"}], "1: the image '../x.png' leaves the folder"),
        ([routing_row(1, "a", 0) | {"image": "images\\..\\..\\x.png"}], "leaves the folder"),
        ([routing_row(1, "a", 0) | {"image": "/etc/passwd"}], "leaves the folder"),
        ([routing_row(1, "a", 0) | {"image": "C:/x.png"}], "leaves the folder"),
        ([routing_row(1, "a", 0) | {"image": "a\0b"}], "leaves the folder"),
        ([routing_row(1, "a", 0) | {"image": "https://x.org/a.png"}], "images are not fetched"),
        ([routing_row(1, "a", 0) | {"image": "data:image/png;base64,AA"}], "images are not fetched"),
        ([routing_row(1, "a", 0) | {"image": ["images/1.png", "images/2.png"]}], "2 images in 'image'"),
        ([routing_row(1, "a", 0) | {"image": 7}], "the field 'image' is no path"),
        ([routing_row(1, "a", 0) | {"image": "x" * 5000}], "no path that can be followed"),
        ([routing_row(1, "a", 0) | {"image": "images"}], "there is no image 'images'"),
        ([routing_row(1, "a", 0), routing_row(1, "a", 0)], "2: the id 'r1' stands at line 1 already"),
        ([routing_row(1, "a", 0), routing_row(2, "b", 0)], "2: index 0 is the expert 'b' here and 'a' at"),
        ([routing_row(1, "a", 0), routing_row(2, "a", 1)], "2: the expert 'a' has index 1 here and 0 in rows before"),
        ([routing_row(1, "a", 0) | {"label": True}], "'label' is not the index"),
        ([routing_row(1, "a", 0) | {"adapter": 3}], "'adapter' is not the name"),
        ([row(1, None, " ", adapter="a")], "neither an image nor a text"),
        (["{not json"], "1: malformed JSON"),
        (["[1]"], "1: the row is a list"),
        ([""], "holds no rows"),
    ],
)
def test_a_row_at_fault_names_file_and_line(folder: Path, rows: list[Any], message: str) -> None:
    file = write_rows(folder / "own.jsonl", rows)
    with pytest.raises(DataError) as raised:
        read_routing(file)
    assert str(raised.value).startswith(str(file))
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_link_that_leaves_the_folder_is_refused_and_one_within_is_taken(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path.parent / "outside.png"
    screen(1).save(outside)
    (folder / "images" / "out.png").symlink_to(outside)
    (folder / "images" / "in.png").symlink_to(folder / "images" / "1.png")
    (folder / "images" / "loop.png").symlink_to("loop.png")
    good = routing_row(1, "a", 0) | {"image": "images/in.png"}
    assert read_routing(write_rows(folder / "own.jsonl", [good])).parts["all"][0].image is not None
    for name, message in (
        ("out", "is a link that leaves the folder"),
        ("loop", "no path that can be followed|no image"),
    ):
        file = write_rows(folder / "own.jsonl", [good | {"image": f"images/{name}.png"}])
        with pytest.raises(DataError, match=message):
            read_routing(file)


def test_an_unknown_expert_is_named_with_the_nearest(folder: Path) -> None:
    file = write_rows(folder / "own.jsonl", [routing_row(1, "calender", 0)])
    with pytest.raises(DataError, match=r"own\.jsonl:1: the expert 'calender' is unknown, did you mean 'calendar'\?"):
        read_routing(file, labels=("calendar", "claim-window"))


def test_a_folder_without_parts_and_one_with_two_of_a_kind(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"holds no train\.jsonl"):
        read_routing(folder / "images")
    write_rows(folder / "validation.jsonl", [routing_row(2, "b", 0)])
    with pytest.raises(DataError, match=r"both 'val\.jsonl' and 'validation\.jsonl' are validation"):
        read_routing(folder)
    with pytest.raises(DataError, match="no such file"):
        read_routing(tmp_path / "nothing.jsonl")
    with pytest.raises(DataError, match="routing rows are JSONL"):
        read_routing(write_rows(tmp_path / "rows.csv", ["a,b"]))


def test_other_metadata_beside_the_rows_is_not_ours(folder: Path) -> None:
    (folder / "metadata.json").write_text(json.dumps({"kind": "something else"}))
    assert read_routing(folder).metadata == {}
    (folder / "metadata.json").write_text("{")
    with pytest.raises(DataError, match=r"metadata\.json is not whole JSON"):
        read_routing(folder)
