from __future__ import annotations

import multiprocessing
import os
from pathlib import Path

import pytest
import torch

from pointsman.encoding.store import ActivationStore, ShelfKey, default_folder, shard_stem, text_key

KEY = ShelfKey("weights", "tokenizer", 2, 32, "torch.float32")
Row = tuple[torch.Tensor, bool]


def _rows(names: str, tokens: int = 5, dtype: torch.dtype = torch.float32) -> dict[bytes, Row]:
    return {
        text_key(name): (torch.full((tokens + i, 4), float(ord(name)), dtype=dtype), i % 2 == 1)
        for i, name in enumerate(names)
    }


def _same(found: dict[bytes, Row], expected: dict[bytes, Row]) -> bool:
    return found.keys() == expected.keys() and all(
        torch.equal(found[k][0], row) and found[k][0].dtype == row.dtype and found[k][1] == cut
        for k, (row, cut) in expected.items()
    )


def _shards(store: ActivationStore) -> list[Path]:
    return sorted(store.folder.glob("*/*.safetensors"))


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_what_is_written_is_read(tmp_path: Path, dtype: torch.dtype) -> None:
    store, rows = ActivationStore(tmp_path), _rows("abc", dtype=dtype)
    store.write(KEY, rows)
    assert _same(store.read(KEY, set(rows)), rows)
    assert _same(
        ActivationStore(tmp_path).read(KEY, {text_key("b"), text_key("z")}), {text_key("b"): rows[text_key("b")]}
    )
    assert store.size() == _shards(store)[0].stat().st_size
    assert not list(tmp_path.rglob("*.tmp"))


@pytest.mark.parametrize(
    "other",
    [
        ShelfKey("other", "tokenizer", 2, 32, "torch.float32"),
        ShelfKey("weights", "other", 2, 32, "torch.float32"),
        ShelfKey("weights", "tokenizer", 3, 32, "torch.float32"),
        ShelfKey("weights", "tokenizer", 2, 64, "torch.float32"),
        ShelfKey("weights", "tokenizer", 2, 32, "torch.bfloat16"),
    ],
)
def test_each_part_of_the_key_counts(tmp_path: Path, other: ShelfKey) -> None:
    store = ActivationStore(tmp_path)
    store.write(KEY, _rows("a"))
    assert store.read(other, {text_key("a")}) == {}


def test_what_is_held_is_told_without_its_rows(tmp_path: Path) -> None:
    store, rows = ActivationStore(tmp_path), _rows("abc")
    store.write(KEY, rows)
    store.write(KEY, _rows("cd"))
    wanted = {text_key(name) for name in "abcz"}
    found = store.held(KEY, wanted)
    assert found.truncated == {text_key("a"): False, text_key("b"): True, text_key("c"): False}
    assert sum(found.shards.values()) == 3
    assert all(store.has(KEY.name, shard) for shard in found.shards)
    assert not store.has(KEY.name, "other.safetensors")
    for shard in _shards(store):
        shard.write_bytes(shard.read_bytes()[:-5])
    assert store.held(KEY, wanted).truncated == {}
    assert _shards(store) == []


def test_the_same_rows_are_the_same_file(tmp_path: Path) -> None:
    stores = [ActivationStore(tmp_path / name) for name in "ab"]
    for store in (stores[0], stores[1], stores[1]):
        store.write(KEY, _rows("abc"))
    (first,), (second,) = map(_shards, stores)
    assert first.stem == second.stem == shard_stem(list(_rows("abc")))
    assert first.read_bytes() == second.read_bytes()


def test_an_empty_store_has_nothing(tmp_path: Path) -> None:
    store = ActivationStore(tmp_path / "none")
    assert store.read(KEY, {text_key("a")}) == {}
    assert store.size() == 0
    store.write(KEY, {})
    assert not (tmp_path / "none").exists()


def test_the_longest_unused_shard_leaves_first(tmp_path: Path) -> None:
    unlimited = ActivationStore(tmp_path, limit_gb=1)
    shards = {}
    for age, name in ((300, "a"), (200, "b"), (100, "c")):
        before = set(_shards(unlimited))
        unlimited.write(KEY, _rows(name, tokens=100))
        (shards[name],) = set(_shards(unlimited)) - before
        os.utime(shards[name], (1e9 - age, 1e9 - age))
    unlimited.read(KEY, {text_key("a")})  # used again: younger than b and c now
    size = shards["a"].stat().st_size
    limited = ActivationStore(tmp_path, limit_gb=3.5 * size / 1e9)
    limited.write(KEY, _rows("d", tokens=100))
    left = limited.read(KEY, {text_key(name) for name in "abcd"})
    assert left.keys() == {text_key(name) for name in "acd"}
    assert limited.size() <= limited.limit


def test_a_limit_of_zero_keeps_nothing(tmp_path: Path) -> None:
    store = ActivationStore(tmp_path, limit_gb=0)
    store.write(KEY, _rows("a"))
    assert store.size() == 0


def test_limit_and_folder_come_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POINTSMAN_STORE", str(tmp_path / "named"))
    monkeypatch.setenv("POINTSMAN_STORE_GB", "0.5")
    assert ActivationStore().folder == tmp_path / "named"
    assert ActivationStore().limit == 500_000_000
    assert ActivationStore(limit_gb=2).limit == 2_000_000_000
    monkeypatch.delenv("POINTSMAN_STORE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert default_folder() == tmp_path / "cache" / "pointsman" / "activations"


@pytest.mark.parametrize("damage", ["header", "hidden", "half", "empty"])
def test_a_corrupt_shard_is_dropped(tmp_path: Path, damage: str) -> None:
    store = ActivationStore(tmp_path)
    store.write(KEY, _rows("a"))
    store.write(KEY, _rows("b"))
    for shard in _shards(store):
        content = bytearray(shard.read_bytes())
        if text_key("a") not in bytes(content):
            continue
        if damage == "header":
            content[9] ^= 0xFF
        elif damage == "hidden":
            content[content.index(torch.tensor(97.0).numpy().tobytes()) + 3] ^= 1
        elif damage == "half":
            del content[len(content) // 2 :]
        else:
            content.clear()
        shard.write_bytes(content)
    found = store.read(KEY, {text_key("a"), text_key("b")})
    assert _same(found, _rows("b"))
    assert len(_shards(store)) == 1


def test_a_store_that_cannot_be_written_is_still_a_store(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    store = ActivationStore(tmp_path / "file")
    store.write(KEY, _rows("a"))
    assert store.read(KEY, {text_key("a")}) == {}


def test_old_strays_of_killed_writers_are_swept(tmp_path: Path) -> None:
    store = ActivationStore(tmp_path)
    store.write(KEY, _rows("a"))
    shelf = _shards(store)[0].parent
    for name, age in ((".old.tmp", 0), (".new.tmp", None)):
        (shelf / name).touch()
        if age is not None:
            os.utime(shelf / name, (age, age))
    store.write(KEY, _rows("b"))
    assert [p.name for p in shelf.glob(".*.tmp")] == [".new.tmp"]


def _write_many(folder: str, first: int, barrier: object) -> None:
    store = ActivationStore(Path(folder))
    barrier.wait(60)  # type: ignore[attr-defined]
    for i in range(first, first + 15):
        store.write(KEY, {text_key(f"row {i}"): (torch.full((3, 4), float(i)), False)})
        store.read(KEY, {text_key(f"row {n}") for n in range(30)})


def test_two_processes_write_at_once(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(2)
    workers = [context.Process(target=_write_many, args=(str(tmp_path), first, barrier)) for first in (0, 10)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(120)
    assert [worker.exitcode for worker in workers] == [0, 0]
    store = ActivationStore(tmp_path)
    found = store.read(KEY, {text_key(f"row {n}") for n in range(25)})
    assert len(found) == 25
    assert all(torch.equal(found[text_key(f"row {n}")][0], torch.full((3, 4), float(n))) for n in range(25))
    assert len(_shards(store)) == 25  # the five rows that both wrote stand there once
    assert not list(tmp_path.rglob("*.tmp"))
