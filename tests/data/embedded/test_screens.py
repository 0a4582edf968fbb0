import hashlib
import itertools
import json
import os
import re
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import jsonschema
import numpy as np
import pytest

from pointsman.data import embedded
from pointsman.data.embedded import screens
from pointsman.data.embedded.screens_widgets import SMALLEST_FONT, Box, text_width
from pointsman.errors import ConfigError, OutputError
from pointsman.tasks.adapter import TASK

SMALL = (96, 64)
CALL = re.compile(r"<tool_call>(.*)</tool_call>", re.DOTALL)
APART = {"held": screens.HELD_LAYOUTS, "more": screens.MORE_LAYOUTS, "fresh": screens.FRESH_LAYOUTS}
"""Sets of layouts beside LAYOUTS."""
EVERY_LAYOUT = [
    (kind, layout)
    for layouts_by_kind in (screens.LAYOUTS, *APART.values())
    for kind, layouts in layouts_by_kind.items()
    for layout in layouts
]
PIXELS = {
    "all": "177bbe79def6218961ea0fcfefe64b0d6433717a925247fd02c46649daeabaf8",
    "train": "30ec3854b0315dfcb698bcfd973a8a7acef7ebafc2e2b91ced63bf69bf79ecb5",
    "test": "b53c4856668f465cdfe5b64d6031d21c0e7c07dd678a3ee72b74914e08f1d4fa",
}
"""Of 30 screens of each set, whatever other layouts there are: what was trained and measured on them stays comparable."""


def call_of(answer: str) -> dict[str, object]:
    found = CALL.fullmatch(answer)
    assert found is not None, answer
    return dict(json.loads(found.group(1)))


def check_call(kind: str, answer: str) -> None:
    call = call_of(answer)
    schemas = {tool["function"]["name"]: tool["function"]["parameters"] for tool in screens.TOOLS[kind]}
    jsonschema.validate(
        call["arguments"], schemas[str(call["name"])], format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )


def test_the_kinds_are_the_labels_of_the_task() -> None:
    assert TASK.labels == screens.KINDS
    assert set(screens.LAYOUTS) == set(screens.TOOLS) == set(screens.KINDS)


def test_test_layouts_are_never_training_layouts() -> None:
    names = list(itertools.chain.from_iterable(screens.LAYOUTS.values()))
    assert len(set(names)) == len(names)
    for kind in screens.KINDS:
        train, test = set(screens.TRAIN_LAYOUTS[kind]), set(screens.TEST_LAYOUTS[kind])
        assert not train & test
        assert train | test == set(screens.LAYOUTS[kind])
        assert len(train) >= 4
        assert len(test) >= 2
    used = {part: {s.layout for s in screens.sample(90, 1, layouts=part, size=SMALL)} for part in ("train", "test")}
    assert not used["train"] & used["test"]
    assert len(used["test"]) == 9


@pytest.mark.parametrize(("part", "count"), [("held", 9), ("more", 24), ("fresh", 9)])
def test_layouts_of_a_set_apart_are_of_no_other(part: str, count: int) -> None:
    own = list(itertools.chain.from_iterable(APART[part].values()))
    others = [names for name, sets in APART.items() if name != part for names in sets.values()]
    assert set(APART[part]) == set(screens.KINDS)
    assert len(set(own)) == len(own) == count
    assert not set(own) & set(itertools.chain(*screens.LAYOUTS.values(), *others))
    assert {s.layout for s in screens.sample(10 * count, 1, layouts=part, size=SMALL)} == set(own)
    assert not {s.layout for s in screens.sample(90, 1, size=SMALL)} & set(own)
    assert all(screens.draw(kind, seed, size=SMALL).layout not in own for seed in range(9) for kind in screens.KINDS)


def test_sets_of_layouts_are_joined() -> None:
    assert screens.names_of("train+test") == [*screens.names_of("train"), *screens.names_of("test")]
    assert set(screens.names_of("train+test")) == set(screens.names_of("all"))
    with pytest.raises(ConfigError, match=r"layouts='train\+tset'"):
        screens.names_of("train+tset")


@pytest.mark.parametrize("part", APART)
def test_sources_of_layouts_apart_are_written(tmp_path: Path, part: str) -> None:
    for kind, path in screens.write_sources(tmp_path, 4, 1, layouts=part, size=SMALL).items():
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        assert {row["metadata"]["layout"] for row in rows} <= set(APART[part][kind])
        for row in rows:
            check_call(kind, row["conversations"][1]["value"])


@pytest.mark.parametrize("layouts", PIXELS)
def test_pixels_and_answers_are_as_ever(layouts: str) -> None:
    found = hashlib.sha256()
    for screen in screens.sample(30, 11, layouts=layouts, same_size=True):
        said = f"{screen.kind} {screen.layout} {screen.instruction} {screen.answer}"
        found.update(screen.image.tobytes() + said.encode())
    assert found.hexdigest() == PIXELS[layouts]


@pytest.mark.parametrize(("kind", "layout"), [case for case in EVERY_LAYOUT if case[1] not in screens.LAYOUTS[case[0]]])
def test_layouts_apart_have_a_third_entry_and_tell_what_is_highlighted(kind: str, layout: str) -> None:
    for seed, size in itertools.product(range(12), (SMALL, (224, 160), (180, 320))):
        facts = screens.draw(kind, seed, layouts=[layout], size=size).facts
        entries = facts.get("fields") or facts.get("names") or list(range(1, facts.get("days", 0) + 1))
        assert len(entries) == len(set(entries)) >= 3
        assert facts["highlighted"] in (entries if kind != "provider-select" else range(1, len(entries) + 1))


@pytest.mark.parametrize(("kind", "layout"), EVERY_LAYOUT)
def test_every_layout_is_drawn_at_every_size(kind: str, layout: str) -> None:
    for seed, size in enumerate((SMALL, (80, 56), (120, 200), (224, 160), (640, 90), (400, 300))):
        screen = screens.draw(kind, seed, layouts=[layout], size=size)
        assert screen.image.size == size
        assert screen.image.mode == "RGB"
        assert screen.layout == layout
        content = Box(*screen.facts["content"])
        part = np.asarray(screen.image.crop(content), dtype=np.int16)
        assert len(np.unique(part.reshape(-1, 3), axis=0)) >= 4
        assert part.std(axis=(0, 1)).max() > 4
        check_call(kind, screen.answer)
        assert json.loads(json.dumps(screen.facts)) == screen.facts


def test_the_same_seed_gives_the_same_pixels_in_another_process() -> None:
    code = (
        "import hashlib;from pointsman.data.embedded import screens as s;h=hashlib.sha256()\n"
        "for x in s.sample(12, 5, size=(160, 120)): h.update(x.image.tobytes()+x.instruction.encode()+x.answer.encode())\n"
        "print(h.hexdigest())"
    )
    here = hashlib.sha256()
    for screen in screens.sample(12, 5, size=(160, 120)):
        here.update(screen.image.tobytes() + screen.instruction.encode() + screen.answer.encode())
    environment = os.environ | {"PYTHONHASHSEED": "7"}
    there = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert there.stdout.strip() == here.hexdigest()


def test_another_seed_gives_other_pixels() -> None:
    seen = {hashlib.sha256(s.image.tobytes()).digest() for seed in (1, 2) for s in screens.sample(60, seed, size=SMALL)}
    assert len(seen) == 120


def test_the_layouts_allowed_change_nothing_but_the_layout() -> None:
    for kind in screens.KINDS:
        one = screens.draw(kind, 3, size=SMALL)
        other = screens.draw(kind, 3, layouts=[one.layout], size=SMALL)
        assert other.image.tobytes() == one.image.tobytes()
        assert other.answer == one.answer


def test_a_sample_is_balanced_and_mixed() -> None:
    kinds = [s.kind for s in screens.sample(31, 3, size=SMALL)]
    counts = Counter(kinds)
    assert max(counts.values()) - min(counts.values()) == 1
    assert kinds[:3] != kinds[3:6] or kinds[3:6] != kinds[6:9]


@pytest.mark.parametrize("same_size", [True, False])
def test_nothing_around_the_content_depends_on_the_kind(same_size: bool) -> None:
    for seed in range(25):
        drawn = [screens.draw(kind, seed, same_size=same_size, telling=0.0) for kind in screens.KINDS]
        first = drawn[0]
        outside = np.ones(first.image.size[::-1], dtype=bool)
        left, top, right, bottom = first.facts["content"]
        outside[top - 2 : bottom + 2, left - 2 : right + 2] = False
        for other in drawn[1:]:
            assert other.image.size == first.image.size
            assert other.instruction == first.instruction
            for key in ("top", "side", "toolbar", "status", "dialog", "mark", "font", "content"):
                assert other.facts[key] == first.facts[key]
            assert np.array_equal(np.asarray(other.image)[outside], np.asarray(first.image)[outside])


def test_sizes_are_one_in_the_same_size_mode_and_many_without() -> None:
    assert {s.image.size for s in screens.sample(30, 2, same_size=True)} == {screens.SAME_SIZE}
    assert len({s.image.size for s in screens.sample(30, 2)}) > 20


def test_mean_colour_says_next_to_nothing() -> None:
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    def features(part: str, seed: int) -> tuple[np.ndarray, list[str]]:
        drawn = list(screens.sample(420, seed, layouts=part, size=SMALL, telling=0.0))
        return np.array([np.asarray(s.image).mean(axis=(0, 1)) for s in drawn]), [s.kind for s in drawn]

    train, labels = features("train", 1)
    test, wanted = features("test", 2)
    scaler = StandardScaler().fit(train)
    model = LogisticRegression(max_iter=500).fit(scaler.transform(train), labels)
    assert model.score(scaler.transform(test), wanted) < 0.45


def test_neutral_texts_stand_under_every_kind_and_telling_ones_under_one() -> None:
    neutral = {kind: set[str]() for kind in screens.KINDS}
    telling = {kind: set[str]() for kind in screens.KINDS}
    for seed, kind in itertools.product(range(60), screens.KINDS):
        neutral[kind].add(screens.draw(kind, seed, size=SMALL, telling=0.0).instruction)
        telling[kind].add(screens.draw(kind, seed, size=SMALL, telling=1.0).instruction)
    first, second, third = neutral.values()
    assert first == second == third
    for one, other in itertools.combinations(telling.values(), 2):
        assert not one & other
    share = sum(s.facts["telling"] for s in screens.sample(300, 8, size=SMALL)) / 300
    assert 0.22 < share < 0.38


def test_the_answer_follows_from_the_screen_and_the_instruction() -> None:
    seen = Counter[str]()
    for screen in screens.sample(240, 4, size=SMALL, telling=0.0):
        text, facts, call = screen.instruction.casefold(), screen.facts, call_of(screen.answer)
        arguments = call["arguments"]
        assert isinstance(arguments, dict)
        seen[str(call["name"])] += 1
        if "second" in text or "2nd" in text:
            wanted = {
                "calendar": {"date": date(facts.get("year", 1), facts.get("month", 1), 2).isoformat()},
                "claim-window": {"field": facts.get("fields", ["", ""])[1]},
                "provider-select": {"position": 2},
            }
            assert arguments == wanted[screen.kind]
        elif "highlighted" in text or "marked" in text:
            found = arguments.get("field") or arguments.get("position") or int(arguments["date"][-2:])
            assert found == facts["highlighted"]
        elif "close" in text:
            assert call == {"name": "close_window", "arguments": {}}
            assert facts["dialog"] or facts["top"] in ("title", "browser")
    assert {"click_date", "focus_field", "select_provider", "scroll", "close_window"} <= set(seen)


def test_telling_answers_fit_their_tools_and_name_what_is_on_the_screen() -> None:
    names = Counter[str]()
    for screen in screens.sample(300, 6, size=SMALL, telling=1.0):
        check_call(screen.kind, screen.answer)
        call = call_of(screen.answer)
        names[str(call["name"])] += 1
        arguments = call["arguments"]
        assert isinstance(arguments, dict)
        if call["name"] == "fill_field":
            assert arguments["field"] in screen.facts["fields"]
            assert arguments["value"] in screen.instruction
        if call["name"] == "click_date":
            shown = date.fromisoformat(arguments["date"])
            assert (shown.year, shown.month) == (screen.facts["year"], screen.facts["month"])
            assert shown.day <= screen.facts["days"]
        if call["name"] == "select_provider":
            name = screen.facts["names"][arguments["position"] - 1]
            assert name in screen.instruction or f"number {arguments['position']}" in screen.instruction
    assert names["click_date"] > 50
    assert names["fill_field"] > 40
    assert names["submit_claim"] > 3
    assert names["select_provider"] > 50


def test_sources_are_what_experts_train_on(tmp_path: Path) -> None:
    written = screens.write_sources(tmp_path / "made", 5, 1, size=SMALL)
    assert set(written) == set(screens.KINDS)
    for kind, path in written.items():
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        assert [row["id"] for row in rows] == [f"{kind}_{i:05d}" for i in range(1, 6)]
        tools = json.loads((path.parent / "tools.json").read_text("utf-8"))
        assert tools == list(screens.TOOLS[kind])
        for tool in tools:
            assert tool["type"] == "function"
            jsonschema.Draft202012Validator.check_schema(tool["function"]["parameters"])
        for row in rows:
            assert set(row) == {"id", "image", "conversations", "metadata"}
            assert row["image"] == f"images/{row['id']}.png"
            asked, answered = row["conversations"]
            assert asked["from"] == "human"
            assert asked["value"].startswith("<image>\n")
            assert answered["from"] == "gpt"
            check_call(kind, answered["value"])
            drawn = screens.draw(kind, row["metadata"]["seed"], layouts=[row["metadata"]["layout"]], size=SMALL)
            assert drawn.answer == answered["value"]
            with (path.parent / row["image"]).open("rb") as file:
                from PIL import Image

                assert Image.open(file).size == SMALL
    with pytest.raises(OutputError, match=r"train\.jsonl exists"):
        screens.write_sources(tmp_path / "made", 1, 1, size=SMALL)


def test_sources_of_one_seed_are_the_same_bytes(tmp_path: Path) -> None:
    first = screens.write_sources(tmp_path / "a", 3, 9, size=SMALL)
    second = screens.write_sources(tmp_path / "b", 3, 9, size=SMALL)
    for kind in screens.KINDS:
        ours = {p.name: p.read_bytes() for p in first[kind].parent.rglob("*") if p.is_file()}
        assert ours == {p.name: p.read_bytes() for p in second[kind].parent.rglob("*") if p.is_file()}
        assert len(ours) == 5


def test_sources_say_where_they_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match=r"cannot be written.*choose another folder"):
        screens.write_sources(tmp_path / "file", 1, 1, size=SMALL)


def test_sample_rows_are_rows_of_the_task() -> None:
    rows = screens.sample_rows(9, 3)
    assert Counter(row.label for row in rows) == dict.fromkeys(screens.KINDS, 3)
    assert len({row.group for row in rows}) == 9
    for row in rows:
        assert row.image is not None
        assert row.image.size() == screens.SAME_SIZE
        assert row.image.open().mode == "RGB"
        assert row.category in screens.LAYOUTS[str(row.label)]
        assert row.answer is not None
        check_call(str(row.label), row.answer)
    assert [r.image.read() for r in rows if r.image] == [r.image.read() for r in screens.sample_rows(9, 3) if r.image]


def test_screens_are_no_task_of_their_own() -> None:
    assert not embedded.available("screens")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"kind": "calender"}, "no screen 'calender', did you mean 'calendar'"),
        ({"layouts": ["rulled"]}, "no layout 'rulled', did you mean 'ruled'"),
        ({"layouts": ["stacked"]}, "none of the layouts stacked is of 'calendar': add ruled"),
        ({"size": (20, 20)}, "size=20x20: give at least 80x56"),
        ({"size": (9000, 200)}, "at most 4096x4096"),
        ({"telling": 1.5}, "telling=1.5 is no share"),
    ],
)
def test_wrong_arguments_are_named(arguments: dict[str, object], says: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(says)):
        screens.draw(**{"kind": "calendar", "seed": 1} | arguments)  # type: ignore[arg-type]


def test_a_set_of_layouts_that_there_is_not_is_named() -> None:
    with pytest.raises(ConfigError, match="layouts='tests': give train, test, all, held"):
        next(screens.sample(1, 1, layouts="tests"))


def test_widths_grow_with_the_font() -> None:
    assert text_width("March", SMALLEST_FONT) < text_width("March", 12) < text_width("March", 20)


def test_boxes_are_cut_without_loss() -> None:
    box = Box(3, 5, 50, 40)
    assert sum(part.width for part in box.columns(7)) == box.width
    assert sum(part.height for part in box.rows(6)) == box.height
    top, rest = box.cut_top(9)
    assert top.bottom == rest.top
    left, rest = box.cut_left(100)
    assert left == box
    assert rest.width == 0
