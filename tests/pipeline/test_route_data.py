from __future__ import annotations

import json
import os
import random
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from pointsman.data.routing import read_routing
from pointsman.data.routing_build import Cut
from pointsman.errors import ConfigError, DataError, OutputError
from pointsman.pipeline import route_data as module
from pointsman.pipeline.route_data import RouteDataOptions, RouteDataResult, route_data
from tests.data.expert_files import expert, read_rows, row, write_rows
from tests.pipeline.tells import Tells

Build = Callable[..., RouteDataResult]
PARTS = ("train.jsonl", "validation.jsonl", "eval.jsonl")


@pytest.fixture(autouse=True)
def _tiny_text_baseline(monkeypatch: pytest.MonkeyPatch, model_folders: dict[str, Path], tmp_path: Path) -> None:
    monkeypatch.setattr(module, "TEXT_BACKBONE", str(model_folders["bert"]))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def experts(tmp_path: Path) -> Path:
    """Three experts with 20 screens each; their names sort in another order."""
    for number, name in enumerate(("calendar", "billing", "atlas")):
        expert(tmp_path / "in" / name, range(number * 100, number * 100 + 20))
    return tmp_path / "in"


@pytest.fixture
def build(experts: Path, tmp_path: Path) -> Build:
    def made(*names: str, **more: Any) -> RouteDataResult:
        given = tuple(f"{name}={experts / name}" for name in names or ("calendar", "billing", "atlas"))
        cut = {key: more.pop(key) for key in list(more) if key in Cut.__dataclass_fields__}
        options = {"experts": given, "out": tmp_path / "out", "cut": Cut(**cut), "overwrite": True} | more
        return route_data(RouteDataOptions(**options))

    return made


def parts_of(path: Path) -> dict[str, list[dict[str, Any]]]:
    return {name: read_rows(path / name) for name in PARTS}


def test_the_folder_reads_back_with_labels_in_the_order_typed(build: Build) -> None:
    built = build()
    found = read_routing(built.path)
    assert found.labels == ("calendar", "billing", "atlas")
    assert {part: len(rows) for part, rows in found.parts.items()} == {"train": 39, "validation": 9, "test": 12}
    assert found.metadata == json.loads((built.path / "metadata.json").read_text())
    for rows in found.parts.values():
        assert {example.label for example in rows} == set(found.labels)
        for example in rows:
            assert example.image is not None
            assert example.image.open().size == (160, 120)
            assert "SECRET-ANSWER" not in example.text
            assert example.answer is not None
            assert example.answer.startswith("SECRET-ANSWER")


def test_rows_keep_all_they_had_and_gain_label_adapter_and_id(build: Build, experts: Path) -> None:
    built = build()
    rows = [one for part in parts_of(built.path).values() for one in part]
    assert len({one["id"] for one in rows}) == 60
    for one in rows:
        number = int(one["id"].removeprefix(f"{one['adapter']}_"))
        original = read_rows(experts / one["adapter"] / "train.jsonl")[number - 1]
        assert one["conversations"] == original["conversations"]
        assert one["metadata"] == original["metadata"]
        assert one["source_id"] == original["id"]
        assert one["source_row"] == f"train.jsonl:{number}"
        assert one["label"] == ("calendar", "billing", "atlas").index(one["adapter"])
        assert one["image"] == f"images/{one['adapter']}_{number:05d}.png"
        there, here = experts / one["adapter"] / original["image"], built.path / one["image"]
        assert here.read_bytes() == there.read_bytes()


def test_the_answer_of_the_expert_decides_nothing(build: Build, experts: Path, tmp_path: Path) -> None:
    """Other answers, the same groups, parts, texts and baselines: none of them has read an answer."""
    first = build(out=tmp_path / "first")
    for file in experts.glob("*/train.jsonl"):
        file.write_text(file.read_text().replace("SECRET-ANSWER", f"I am {file.parent.name}"))
    second = build(out=tmp_path / "second")
    a, b = (read_routing(one.path) for one in (first, second))
    for part, rows in a.parts.items():
        assert [(one.text, one.group, one.label) for one in rows] == [
            (one.text, one.group, one.label) for one in b.parts[part]
        ]
    assert first.metadata["baselines"] == second.metadata["baselines"]


def test_no_image_crosses_the_parts_whatever_its_name_size_or_expert(experts: Path, build: Build) -> None:
    """Every screen comes back: under another name, smaller, and at another expert's."""
    for name in ("calendar", "billing"):
        file = experts / name / "train.jsonl"
        rows = read_rows(file)
        for one in list(rows):
            image = Image.open(experts / name / one["image"])
            small = image.resize((120, 90), Image.Resampling.LANCZOS)
            small.save(experts / name / "images" / f"small-{one['id']}.png")
            rows.append(row(0, f"images/small-{one['id']}.png", "again") | {"id": f"s{one['id']}"})
        write_rows(file, rows)
    other = read_rows(experts / "atlas" / "train.jsonl")
    shutil.copy(experts / "calendar" / "images" / "3.png", experts / "atlas" / "images" / "shared.png")
    write_rows(experts / "atlas" / "train.jsonl", [*other, row(900, "images/shared.png", "what is this")])
    built = build()
    group_of: dict[str, set[str]] = {}
    for part, rows in parts_of(built.path).items():
        for one in rows:
            group_of.setdefault(one["group"], set()).add(part)
    assert all(len(parts) == 1 for parts in group_of.values())
    assert len(group_of) == 60
    assert built.metadata["images"]["near_copies"]["groups"] == 40
    assert built.metadata["images"]["different"] == 100
    assert built.metadata["shared"]["groups"] == 1
    assert built.metadata["shared"]["listed"][0]["first"] == {"calendar": "train.jsonl:4", "atlas": "train.jsonl:21"}
    assert "1 images (or texts) stand in several experts' data" in built.metadata["notes"][0]


def test_equal_texts_of_different_images_do_not_tie_images_together(experts: Path, build: Build) -> None:
    for name in ("calendar", "billing", "atlas"):
        file = experts / name / "train.jsonl"
        write_rows(file, [row(n, one["image"], "press the button") for n, one in enumerate(read_rows(file))])
    built = build()
    assert built.metadata["counts"]["train"]["groups"] == 39
    assert built.metadata["baselines"]["text"]["eval_texts_seen_in_training"] == 12
    assert built.metadata["baselines"]["text"]["accuracy"] == pytest.approx(1 / 3)


def test_the_same_rows_and_seed_give_the_same_parts(build: Build, tmp_path: Path) -> None:
    first, second = (build(out=tmp_path / name).path for name in ("a", "b"))
    for name in (*PARTS, "metadata.json"):
        assert (first / name).read_bytes() == (second / name).read_bytes()
    third = build(out=tmp_path / "c", seed=1).path
    assert (first / "eval.jsonl").read_bytes() != (third / "eval.jsonl").read_bytes()


def test_samples_of_each_expert_and_balance(build: Build, experts: Path) -> None:
    expert(experts / "calendar", range(60))
    built = build(eval_samples=5, train_samples=12)
    counts = built.metadata["counts"]
    assert counts["test"]["experts"] == {"calendar": 5, "billing": 5, "atlas": 5}
    both = Counter[str]()
    for part in ("train", "validation"):
        both.update(counts[part]["experts"])
    assert both == {"calendar": 12, "billing": 12, "atlas": 12}
    assert {one["reason"]: one["rows"] for one in built.metadata["left_out"]} == {
        "not drawn (--train-samples)": 43 + 3 + 3
    }
    balanced = build(balance=True).metadata["counts"]["train"]["experts"]
    assert len(set(balanced.values())) == 1
    assert build(eval_samples=15).metadata["notes"] == ["--eval-samples 15: fewer rows of 'billing' 10, 'atlas' 10"]


def test_rows_of_a_held_out_image_beyond_the_samples_are_left_out(build: Build, experts: Path) -> None:
    for name in ("calendar", "billing", "atlas"):
        file = experts / name / "train.jsonl"
        rows = [one | {"id": f"{one['id']}-{n}"} for one in read_rows(file) for n in range(3)]
        for number, one in enumerate(rows):
            one["conversations"][0]["value"] = f"<image> ask {number}"
        write_rows(file, json.loads(json.dumps(rows)))
    for name in ("calendar", "billing", "atlas"):
        file = experts / name / "train.jsonl"
        rows = read_rows(file)
        for number, one in enumerate(rows):
            one["conversations"][0]["value"] = f"<image> ask {number}"
        write_rows(file, rows)
    built = build(eval_samples=4)
    assert built.metadata["counts"]["test"]["experts"] == {"calendar": 4, "billing": 4, "atlas": 4}
    left = {one["reason"]: one["rows"] for one in built.metadata["left_out"]}
    assert left["its image is held out (--eval-samples)"] == 6
    rows = [one for part in parts_of(built.path).values() for one in part]
    assert {len([f for f in rows if f["image"] == one["image"]]) for one in rows} <= {1, 2, 3}


def test_a_row_that_stands_twice_is_taken_once(build: Build, experts: Path) -> None:
    file = experts / "billing" / "train.jsonl"
    rows = read_rows(file)
    write_rows(file, [*rows, rows[0] | {"id": "again"}])
    built = build()
    assert built.metadata["left_out"][0]["listed"] == [{"expert": "billing", "row": "train.jsonl:21"}]
    assert sum(len(part) for part in parts_of(built.path).values()) == 60


def test_what_no_router_can_get_right_is_told(build: Build, experts: Path) -> None:
    one = read_rows(experts / "billing" / "train.jsonl")[4]
    shutil.copy(experts / "billing" / one["image"], experts / "atlas" / "images" / "x.png")
    rows = read_rows(experts / "atlas" / "train.jsonl")
    write_rows(experts / "atlas" / "train.jsonl", [*rows, one | {"image": "images/x.png", "id": "x"}])
    metadata = build().metadata
    assert metadata["contradictions"] == {
        "rows": 1,
        "listed": [{"text": "do thing number 104", "rows": {"billing": "train.jsonl:5", "atlas": "train.jsonl:21"}}],
    }
    assert "no router can be right about them" in metadata["notes"][1]


def words(name: str, number: int) -> str:
    """A text like no other."""
    draw = random.Random(f"{name} {number}")
    return " ".join("".join(draw.choices("abdeghiklmnoprstu", k=draw.randint(3, 9))) for _ in range(8))


def test_rows_of_text_alone(experts: Path, build: Build) -> None:
    for name in ("calendar", "billing", "atlas"):
        write_rows(experts / name / "train.jsonl", [row(n, None, f"{name} {words(name, n)}") for n in range(12)])
    built = build()
    assert "image_size" not in built.metadata["baselines"]
    assert built.metadata["counts"]["train"]["text_only"] == built.metadata["counts"]["train"]["rows"]
    assert not list((built.path / "images").iterdir())
    found = read_routing(built.path)
    assert all(example.image is None for rows in found.parts.values() for example in rows)
    assert all(example.group is not None for rows in found.parts.values() for example in rows)


def test_near_copies_of_a_text_stay_together(experts: Path, build: Build) -> None:
    long = "please look through all of the letters of this week and tell me which ones speak of the broken bridge"
    for name in ("calendar", "billing", "atlas"):
        rows = [row(n, None, words(name, n)) for n in range(10)]
        near = [row(50 + n, None, f"{name} {long} near {place}") for n, place in enumerate(("Ulm", "Bonn", "Kiel"))]
        write_rows(experts / name / "train.jsonl", [*rows, *near])
    rows = [(name, one) for name, part in parts_of(build().path).items() for one in part]
    groups = {one["group"] for _, one in rows if "bridge" in one["conversations"][0]["value"]}
    assert len(groups) == 1
    assert len({part for part, one in rows if one["group"] in groups}) == 1


def test_size_alone_is_right_where_sizes_differ_and_guesses_where_they_do_not(build: Build, experts: Path) -> None:
    same = build().metadata["baselines"]
    assert same["image_size"]["accuracy"] == pytest.approx(1 / 3)
    assert same["majority"] == same["majority"] | {"accuracy": pytest.approx(1 / 3), "n": 12}
    for number, name in enumerate(("calendar", "billing", "atlas")):
        expert(experts / name, range(number * 100, number * 100 + 20), size=(160 + 40 * number, 120))
    told = build().metadata["baselines"]["image_size"]
    assert told["accuracy"] == 1.0
    low, high = told["interval"]
    assert 0.7 < low < high == 1.0


def test_text_alone_is_right_where_texts_tell(build: Build, monkeypatch: pytest.MonkeyPatch, experts: Path) -> None:
    monkeypatch.setattr(module, "TEXT_BACKBONE", "minilm")
    texts = {"calendar": "open the month of May", "billing": "send the claim of costs", "atlas": "find a road to"}
    for name, text in texts.items():
        file = experts / name / "train.jsonl"
        write_rows(file, [row(n, one["image"], f"{text} {n}") for n, one in enumerate(read_rows(file))])
    found = build().metadata["baselines"]["text"]
    assert found["accuracy"] == 1.0
    assert found["features"] == "minilm, frozen, mean-pooled"


def test_without_the_backbone_words_are_counted_and_it_is_told(
    experts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "TEXT_BACKBONE", "./no-such-model")
    tells = Tells()
    given = tuple(f"{name}={experts / name}" for name in ("calendar", "billing", "atlas"))
    found = route_data(RouteDataOptions(given, tmp_path / "out"), tells).metadata["baselines"]["text"]
    assert found["features"] == "TF-IDF of words and pairs of words"
    assert any("TF-IDF" in line and "no-such-model does not exist" in line for line in tells.lines)


def test_images_are_linked_or_copied(build: Build, experts: Path) -> None:
    source = experts / "atlas" / "images" / "200.png"
    linked = build()
    assert (linked.path / "images" / "atlas_00001.png").samefile(source)
    assert linked.metadata["images"]["hard_links"] == 60
    copied = build(copy_images=True)
    assert not (copied.path / "images" / "atlas_00001.png").samefile(source)
    assert (copied.metadata["images"]["copies"], copied.metadata["images"]["hard_links"]) == (60, 0)


def test_images_on_another_disk_are_copied(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", refused)
    assert build().metadata["images"]["copies"] == 60


def test_an_image_that_is_a_link_within_the_folder_is_written_as_a_file(build: Build, experts: Path) -> None:
    images = experts / "atlas" / "images"
    (images / "200.png").rename(images / "real.png")
    (images / "200.png").symlink_to("real.png")
    file = build().path / "images" / "atlas_00001.png"
    assert file.is_file()
    assert not file.is_symlink()


def spoil_missing(folder: Path) -> None:
    (folder / "images" / "103.png").unlink()


def spoil_broken(folder: Path) -> None:
    (folder / "images" / "103.png").write_bytes(b"\x89PNG\r\n\x1a\nrest")


def spoil_text(folder: Path) -> None:
    (folder / "images" / "103.png").write_text("not a picture")


def spoil_pixel(folder: Path) -> None:
    (folder / "images" / "103.png").unlink()
    Image.new("RGB", (1, 1)).save(folder / "images" / "103.png")


def spoil_huge(folder: Path) -> None:
    (folder / "images" / "103.png").unlink()
    Image.new("1", (9000, 5000)).save(folder / "images" / "103.png")


def spoil_human(folder: Path) -> None:
    rows = read_rows(folder / "train.jsonl")
    rows[3]["conversations"] = rows[3]["conversations"][1:]
    write_rows(folder / "train.jsonl", rows)


def spoil_answer(folder: Path) -> None:
    rows = read_rows(folder / "train.jsonl")
    rows[3]["conversations"] = rows[3]["conversations"][:1]
    write_rows(folder / "train.jsonl", rows)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (spoil_missing, "there is no image 'images/103.png' below"),
        (spoil_broken, "no image that can be read"),
        (spoil_text, "no image that can be read"),
        (spoil_pixel, "1 x 1 pixels: nothing can be seen"),
        (spoil_huge, "9000 x 5000 pixels, more than 40,000,000"),
        (spoil_human, "no human turn"),
        (spoil_answer, "no gpt turn"),
    ],
)
def test_a_row_that_cannot_be_used_refuses_the_build_or_is_left_out(
    build: Build, experts: Path, tmp_path: Path, spoil: Callable[[Path], None], message: str
) -> None:
    spoil(experts / "billing")
    place = f"{experts / 'billing' / 'train.jsonl'}:4"
    with pytest.raises(DataError) as raised:
        build()
    assert str(raised.value).startswith(f"{place}: ")
    assert message in str(raised.value)
    assert str(raised.value).endswith("--skip-bad leaves such rows out and lists them")
    assert "\n" not in str(raised.value)
    assert not (tmp_path / "out").exists()
    built = build(skip_bad=True)
    (left,) = built.metadata["left_out"]
    assert left["rows"] == 1
    assert left["listed"][0]["row"] == place
    assert message in left["listed"][0]["reason"]
    assert sum(len(part) for part in parts_of(built.path).values()) == 59


def test_a_path_that_leaves_its_folder_is_refused_even_when_bad_rows_are_skipped(build: Build, experts: Path) -> None:
    rows = read_rows(experts / "billing" / "train.jsonl")
    rows[2]["image"] = "../calendar/images/1.png"
    write_rows(experts / "billing" / "train.jsonl", rows)
    with pytest.raises(DataError, match=r"train\.jsonl:3: the image .* leaves the folder"):
        build(skip_bad=True)


def test_an_expert_of_whom_nothing_is_left_or_too_little(build: Build, experts: Path) -> None:
    file = experts / "billing" / "train.jsonl"
    rows = read_rows(file)
    write_rows(file, [one | {"image": "images/none.png"} for one in rows])
    with pytest.raises(DataError, match=r"no row of the expert 'billing' can be used; the first: .*train\.jsonl:1: "):
        build(skip_bad=True)
    write_rows(file, [one | {"image": "images/101.png"} for one in rows])
    with pytest.raises(DataError, match="'billing' has 1 different images or texts"):
        build()


def test_an_expert_whose_images_are_all_anothers(build: Build, experts: Path) -> None:
    shutil.rmtree(experts / "billing")
    shutil.copytree(experts / "calendar", experts / "billing")
    built = build()
    assert built.metadata["shared"]["groups"] == 20
    assert built.metadata["contradictions"]["rows"] == 20


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"eval_share": 0.0}, "--eval-share 0.0"),
        ({"eval_share": float("nan")}, "--eval-share nan"),
        ({"validation_share": 1.0}, "--validation-share 1.0"),
        ({"train_samples": -1}, "--train-samples -1"),
        ({"eval_samples": -1}, "--eval-samples -1"),
    ],
)
def test_options_that_make_no_sense(build: Build, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        build(**options)


def test_nothing_is_left_of_a_build_that_fails_while_writing(
    build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (build().path / "metadata.json").read_bytes()

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(OutputError, match="no space left"):
        build(copy_images=True)
    assert (tmp_path / "out" / "metadata.json").read_bytes() == before
    assert sorted(one.name for one in tmp_path.iterdir()) == ["in", "out"]


def test_the_usual_place_is_named_by_date_and_time_and_nothing_is_overwritten(build: Build, tmp_path: Path) -> None:
    built = build(out=None)
    assert built.path.parent == Path("datasets")
    assert built.path.name.startswith("routing_2")
    with pytest.raises(OutputError, match="exists already"):
        build(out=built.path, overwrite=False)


def test_a_part_that_changed_is_told(build: Build) -> None:
    path = build().path
    with (path / "eval.jsonl").open("a") as file:
        file.write("{}\n")
    with pytest.raises(DataError, match=r"eval\.jsonl has changed since it was built"):
        read_routing(path)
    (path / "eval.jsonl").unlink()
    with pytest.raises(DataError, match=r"eval\.jsonl is missing though metadata\.json names it"):
        read_routing(path)


def test_a_fourth_expert_changes_no_label_and_no_image_of_the_first_three(
    build: Build, experts: Path, tmp_path: Path
) -> None:
    three = build(out=tmp_path / "three")
    expert(experts / "dental", range(400, 420))
    four = build("calendar", "billing", "atlas", "dental", out=tmp_path / "four")
    assert four.metadata["labels"] == [*three.metadata["labels"], "dental"]
    rows = {one["id"]: one for part in parts_of(four.path).values() for one in part}
    for part in parts_of(three.path).values():
        for one in part:
            assert rows[one["id"]] == one


def test_two_experts_are_enough_and_screens_of_ten_are_too(tmp_path: Path) -> None:
    for number in range(10):
        expert(tmp_path / f"e{number}", range(number * 50, number * 50 + 6))
    given = tuple(f"e{number}={tmp_path / f'e{number}'}" for number in range(10))
    ten = route_data(RouteDataOptions(given, tmp_path / "ten"))
    assert read_routing(ten.path).labels == tuple(f"e{number}" for number in range(10))
    two = route_data(RouteDataOptions(given[:2], tmp_path / "two"))
    assert {one.label for one in read_routing(two.path).parts["test"]} == {"e0", "e1"}
