"""Files to and from volumes: whole, counted, and nothing half-written here."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pointsman.errors import DataError, OutputError
from pointsman.launchers import modal_transfer
from pointsman.launchers.modal_transfer import Moved, download, upload
from pointsman.launchers.modal_volumes import VolumePath
from pointsman.pipeline.options import Silent
from tests.launchers.modal_folders import FolderStore

TELL = Silent()


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "volume")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    out = tmp_path / "here"
    (out / "images").mkdir(parents=True)
    (out / "train.jsonl").write_bytes(b"row\n" * 9)
    (out / "images" / "a.png").write_bytes(b"pixels")
    (out / ".cache").mkdir()
    (out / ".cache" / "x").write_bytes(b"not this")
    return out


def content(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_a_folder_goes_there_and_comes_back(store: FolderStore, folder: Path, tmp_path: Path) -> None:
    to = VolumePath("moe-lora-data", "routing/one")
    assert upload(store, folder, to, TELL) == Moved(2, 42)
    assert set(content(store.root)) == {"routing/one/train.jsonl", "routing/one/images/a.png"}
    assert download(store, to, tmp_path / "back", TELL) == Moved(2, 42)
    assert content(tmp_path / "back") == content(store.root / "routing/one")
    assert not list(tmp_path.glob(".*"))


def test_a_file_goes_there_and_comes_back(store: FolderStore, folder: Path, tmp_path: Path) -> None:
    to = VolumePath("moe-lora-data", "rows.jsonl")
    assert upload(store, folder / "train.jsonl", to, TELL).files == 1
    (tmp_path / "into").mkdir()
    assert download(store, to, tmp_path / "into", TELL).files == 1
    assert (tmp_path / "into" / "rows.jsonl").read_bytes() == b"row\n" * 9
    download(store, to, tmp_path / "deep" / "named.jsonl", TELL)
    assert (tmp_path / "deep" / "named.jsonl").read_bytes() == b"row\n" * 9


def test_what_is_there_is_replaced_only_when_asked(store: FolderStore, folder: Path, tmp_path: Path) -> None:
    to = VolumePath("moe-lora-data", "x")
    upload(store, folder, to, TELL)
    with pytest.raises(OutputError, match=r"moe-lora-data/x/.* is there already: pass --overwrite"):
        upload(store, folder, to, TELL)
    upload(store, folder, to, TELL, overwrite=True)
    download(store, to, tmp_path / "back", TELL)
    (tmp_path / "back" / "old").touch()
    with pytest.raises(OutputError, match=r"back exists already: pass --overwrite"):
        download(store, to, tmp_path / "back", TELL)
    download(store, to, tmp_path / "back", TELL, overwrite=True)
    assert set(content(tmp_path / "back")) == {"train.jsonl", "images/a.png"}
    with pytest.raises(OutputError, match=r"is a file"):
        download(store, to, folder / "train.jsonl", TELL, overwrite=True)


@pytest.mark.parametrize("place", ["x", "x/train.jsonl"])
def test_a_copy_that_is_cut_short_leaves_nothing(store: FolderStore, folder: Path, tmp_path: Path, place: str) -> None:
    upload(store, folder, VolumePath("moe-lora-data", "x"), TELL)
    store.cut = 1
    with pytest.raises(DataError, match=r"bytes: try again"):
        download(store, VolumePath("moe-lora-data", place), tmp_path / "back", TELL)
    assert not (tmp_path / "back").exists()
    assert not list(tmp_path.glob(".*"))


def test_nothing_there(store: FolderStore, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"volume:moe-lora-data/x: nothing is there"):
        download(store, VolumePath("moe-lora-data", "x"), tmp_path / "back", TELL)
    with pytest.raises(DataError, match=r"no such file or folder"):
        upload(store, tmp_path / "none", VolumePath("moe-lora-data", "x"), TELL)
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match=r"it holds no files"):
        upload(store, tmp_path / "empty", VolumePath("moe-lora-data", "x"), TELL)


def test_named_files_alone(store: FolderStore, folder: Path) -> None:
    upload(store, folder, VolumePath("moe-lora-data", "x"), TELL, only=("train.jsonl", "README.md"))
    assert set(content(store.root)) == {"x/train.jsonl"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(sizes=st.lists(st.integers(0, 30), min_size=1, max_size=40), limit=st.integers(1, 50), count=st.integers(1, 9))
def test_batches_hold_every_file_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sizes: list[int], limit: int, count: int
) -> None:
    monkeypatch.setattr(modal_transfer, "_BATCH_BYTES", limit)
    monkeypatch.setattr(modal_transfer, "_BATCH_FILES", count)
    files = []
    for number, size in enumerate(sizes):
        file = tmp_path / f"{number}"
        file.write_bytes(b"x" * size)
        files.append((file, f"/{number}"))
    batches = list(modal_transfer._batches(files))
    assert [one for batch in batches for one in batch] == files
    assert all(0 < len(batch) <= count for batch in batches)
