"""Prepared requests on disk: the same bits back, bounded files, damage and other settings named."""

from __future__ import annotations

import dataclasses
import json
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from pointsman.backbones import Backbone
from pointsman.encoding.ahead import in_order
from pointsman.encoding.conversation import Prepared, Preparer, Template
from pointsman.encoding.shards import (
    DESCRIPTION,
    NO_LABEL,
    Settings,
    TensorFolder,
    TensorRow,
    expected_bytes,
    read_shard,
    remove_tensors,
    row_of,
    shard_files,
    shard_name,
    write_description,
    write_shard,
)
from pointsman.errors import ConfigError, DataError, OutputError
from tests import seeing

PLAIN = Template()
SETTINGS = Settings("a" * 64, 512, PLAIN)
IMAGE = 5


def _made(number: int, patches: int = 4, tokens: int = 3) -> Prepared:
    rng = np.random.default_rng(number)
    ids = rng.integers(6, 99, tokens)
    if not patches:
        return Prepared(ids, truncated=number % 2 == 0)
    return Prepared(
        np.concatenate([ids, [IMAGE]]),
        rng.standard_normal((patches, 6), dtype=np.float32),
        np.array([[1, 1, patches]], np.int64),
        number % 2 == 0,
    )


def _rows(shapes: list[tuple[int, int]]) -> list[tuple[TensorRow, Prepared]]:
    out = []
    for number, (patches, tokens) in enumerate(shapes):
        made = _made(number, patches, tokens)
        out.append((row_of(number.to_bytes(32, "big"), f"train.jsonl:{number}", "train", number % 3 - 1, made), made))
    return out


def _write(folder: Path, rows: list[tuple[TensorRow, Prepared]], each: int = 100, complete: bool = True) -> None:
    for start in range(0, len(rows), each):
        some = rows[start : start + each]
        write_shard(folder / shard_name(start, start + len(some)), some, IMAGE)
    content = {"labels": ["a", "b"], "shards": [file.name for file in shard_files(folder)]}
    write_description(folder, {"complete": complete, "settings": SETTINGS.to_dict(), **content})


def _same(a: Prepared, b: Prepared) -> bool:
    def bits(one: Prepared) -> list[Any]:
        arrays = (one.input_ids, one.pixel_values, one.grid)
        return [(x.dtype, x.shape, x.tobytes()) if x is not None else None for x in arrays]

    return bits(a) == bits(b) and a.truncated == b.truncated


@settings(max_examples=40, deadline=None)
@given(
    shapes=st.lists(st.tuples(st.integers(0, 9), st.integers(1, 12)), min_size=1, max_size=12),
    each=st.sampled_from([1, 5, 100]),
)
def test_what_is_written_is_read_bit_for_bit(shapes: list[tuple[int, int]], each: int) -> None:
    rows = _rows(shapes)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write(folder, rows, each)
        found = TensorFolder(folder)
        assert list(found.rows) == [row for row, _ in rows]
        assert all(_same(found.prepared(row.key), made) for row, made in rows)
        assert all(_same(found.prepared(row.key), made) for row, made in reversed(rows))
        assert len(shard_files(folder)) == -(-len(rows) // each)


def test_a_shard_has_the_fields_names(tmp_path: Path) -> None:
    _write(tmp_path, _rows([(4, 3), (0, 5), (2, 2)]))
    (shard,) = shard_files(tmp_path)
    tensors = load_file(shard)
    assert {name: (str(t.dtype), t.shape) for name, t in tensors.items()} == {
        "input_ids": ("int64", (12,)),
        "attention_mask": ("int64", (12,)),
        "mm_token_type_ids": ("int64", (12,)),
        "pixel_values": ("float32", (6, 6)),
        "image_grid_thw": ("int64", (2, 3)),
        "label": ("int64", (3,)),
        "tokens": ("int64", (3,)),
        "patches": ("int64", (3,)),
        "truncated": ("bool", (3,)),
        "key": ("uint8", (3, 32)),
    }
    assert tensors["label"].tolist() == [NO_LABEL, 0, 1]
    np.testing.assert_array_equal(tensors["mm_token_type_ids"], tensors["input_ids"] == IMAGE)
    assert tensors["attention_mask"].all()


def test_the_same_rows_are_the_same_bytes(tmp_path: Path) -> None:
    rows = _rows([(4, 3), (0, 5), (2, 2)])
    files = [tmp_path / f"{number}.safetensors" for number in range(8)]
    for file in files:
        write_shard(file, rows, IMAGE)
    assert len({file.read_bytes() for file in files}) == 1
    write_shard(files[0], rows[:1], IMAGE)  # what was there is replaced
    assert [row for row, _ in read_shard(files[0])] == [rows[0][0]]
    assert not list(tmp_path.glob(".*"))


def test_a_shard_with_its_checksum_beside_the_names_is_still_read(tmp_path: Path) -> None:
    rows = _rows([(4, 3), (0, 5)])
    _write(tmp_path, rows)
    (shard,) = shard_files(tmp_path)
    with safe_open(shard, framework="numpy") as file:
        told = json.loads(file.metadata()["rows"])
    older = tmp_path / "tensors-00000.safetensors"
    metadata = {"rows": json.dumps({"rows": told["rows"]}), "crc32": str(told["crc32"])}
    save_file(load_file(shard), older, metadata=metadata)
    found = read_shard(older)
    assert [row for row, _ in found] == [row for row, _ in rows]
    assert all(_same(a, b) for (_, a), (_, b) in zip(found, rows, strict=True))
    metadata["crc32"] = "1"
    save_file(load_file(shard), older, metadata=metadata)
    with pytest.raises(DataError, match="its checksum is wrong"):
        read_shard(older)


@pytest.mark.parametrize("template", [PLAIN, Template("Q {text}", max_pixels=65_536), Template(min_pixels=90_000)])
def test_what_a_row_will_take_is_known_before_it_is_made(tmp_path: Path, template: Template) -> None:
    preparer = Preparer(seeing.tiny(tmp_path / "model"))
    sizes = ((96, 64), (640, 400), (33, 300), (1000, 20), (8, 8))
    for number, example in enumerate(seeing.requests(20, sizes=sizes)):
        made = preparer.prepare(example, template)
        write_shard(tmp_path / "one", [(row_of(b"k" * 32, "id", "train", 0, made), made)], preparer.image_token)
        there = (tmp_path / "one").stat().st_size - 1500  # a header
        assert there <= expected_bytes(example, template, preparer.image_size(template)) <= 5 * there + 9000, number


@pytest.mark.parametrize("damage", ["header", "pixel", "name", "half", "empty", "gone"])
def test_a_damaged_shard_is_named(tmp_path: Path, damage: str) -> None:
    _write(tmp_path, _rows([(4, 3)] * 3), each=1)
    shard = shard_files(tmp_path)[1]
    content = bytearray(shard.read_bytes())
    if damage == "header":
        content[9] ^= 0xFF
    elif damage == "pixel":
        content[-30] ^= 1
    elif damage == "name":
        at = content.index(b"train.jsonl:1")
        content[at + 12] = ord("7")
    elif damage == "half":
        del content[len(content) // 2 :]
    elif damage == "empty":
        content.clear()
    shard.write_bytes(content)
    if damage == "gone":
        shard.unlink()

    def read() -> list[Prepared]:
        folder = TensorFolder(tmp_path)
        return [folder.prepared(row.key) for row in folder.rows]

    with pytest.raises(DataError, match=r"tensors-00000001-00000002\.safetensors is (damaged|missing) .*preprocess"):
        read()


def test_unfinished_and_foreign_folders_are_refused(tmp_path: Path) -> None:
    _write(tmp_path, _rows([(1, 1)]), complete=False)
    with pytest.raises(DataError, match="preprocessing was not finished"):
        TensorFolder(tmp_path)
    with pytest.raises(DataError, match=r"holds no preprocess\.json"):
        TensorFolder(tmp_path / "none")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"kind": "pointsman preprocess"}',
        '{"kind": "pointsman preprocess", "format": 2}',
        "\x00",
        "[" * 9999,
    ],
)
def test_a_damaged_description_is_one_line(tmp_path: Path, content: str) -> None:
    (tmp_path / DESCRIPTION).write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=r"preprocess\.json cannot be used") as caught:
        TensorFolder(tmp_path)
    assert "\n" not in str(caught.value)


def test_shard_names_never_leave_the_folder(tmp_path: Path) -> None:
    _write(tmp_path, _rows([(1, 1)]))
    file = tmp_path / DESCRIPTION
    told = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**told, "shards": ["../../other.safetensors"]}), encoding="utf-8")
    with pytest.raises(DataError, match=rf"{tmp_path.name}/other\.safetensors is missing"):
        TensorFolder(tmp_path)


def test_another_processor_or_template_is_refused_by_name(tmp_path: Path) -> None:
    backbone = seeing.tiny(tmp_path / "model")
    asked = Settings.of(backbone, Template("Q {text}", system="s", max_pixels=99))
    found = dataclasses.replace(asked, processor="b" * 64, limit=7, template=PLAIN)
    told = "; ".join(found.differences(asked))
    for part in (
        "another processor",
        "bbbbbbbbbbbb…",
        "reads 7 tokens",
        "--template '{text}'",
        "--system ''",
        "--max-pixels 0",
    ):
        assert part in told
    assert asked.differences(asked) == []
    _write(tmp_path, _rows([(1, 1)]))
    with pytest.raises(ConfigError, match=r"its tensors were made with another processor .*--max-pixels 0 \(here 99\)"):
        TensorFolder(tmp_path).check(backbone, asked.template)


def test_threads_read_alike(tmp_path: Path) -> None:
    rows = _rows([(4, 3)] * 20)
    _write(tmp_path, rows, each=2)
    folder = TensorFolder(tmp_path)
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda row: folder.prepared(row[0].key), rows * 5))
    assert all(_same(a, made) for a, (_, made) in zip(found, rows * 5, strict=True))


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"0-00000001\.safetensors cannot be written"):
        write_shard(tmp_path / "gone" / shard_name(0, 1), _rows([(1, 1)]), IMAGE)


def test_only_what_was_written_is_removed(tmp_path: Path) -> None:
    _write(tmp_path, _rows([(1, 1)]))
    (tmp_path / "notes.txt").touch()
    remove_tensors(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["notes.txt"]


def test_one_shard_is_read_whole(tmp_path: Path) -> None:
    rows = _rows([(4, 3), (0, 2)])
    _write(tmp_path, rows)
    found = read_shard(shard_files(tmp_path)[0])
    assert [row for row, _ in found] == [row for row, _ in rows]


@settings(max_examples=30, deadline=None)
@given(count=st.integers(0, 30), workers=st.integers(1, 5))
def test_work_comes_in_order(count: int, workers: int) -> None:
    assert list(in_order(lambda x: x * x, range(count), workers)) == [x * x for x in range(count)]


@pytest.mark.parametrize("workers", [1, 3])
def test_work_is_not_far_ahead_and_stops_at_the_first_error(workers: int) -> None:
    begun: list[int] = []

    def make(x: int) -> int:
        begun.append(x)
        if x == 5:
            raise DataError("row 5")
        return x

    results = in_order(make, range(1000), workers)
    assert next(results) == 0
    assert len(begun) <= 2 * workers + 1
    with pytest.raises(DataError, match="row 5"):
        list(results)
    assert len(begun) < 30


def test_tensors_of_a_real_model_read_back(tmp_path: Path) -> None:
    backbone: Backbone = seeing.tiny(tmp_path / "model")
    preparer = Preparer(backbone)
    rows = [(f"{i}".zfill(32).encode(), preparer.prepare(e, PLAIN)) for i, e in enumerate(seeing.requests(9))]
    for start in range(0, 9, 4):
        some = [(row_of(key, "x", "train", 0, made), made) for key, made in rows[start : start + 4]]
        write_shard(tmp_path / shard_name(start, start + 4), some, preparer.image_token)
    found = {row.key: made for file in shard_files(tmp_path) for row, made in read_shard(file)}
    assert all(_same(found[key], made) for key, made in rows)
