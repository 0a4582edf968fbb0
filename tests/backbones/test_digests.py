"""Remembered digests: right whatever happens to the file or to the memory."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

from pointsman.backbones import digests
from pointsman.backbones.digests import file_sha256, memory_file


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(digests, "REMEMBERED", 100)


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """What was hashed."""
    seen: list[Path] = []
    real = digests._hashed

    def spy(file: Path) -> str:
        seen.append(file)
        return real(file)

    monkeypatch.setattr(digests, "_hashed", spy)
    return seen


def _expected(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_a_large_file_is_hashed_once(tmp_path: Path, hashed: list[Path]) -> None:
    file = tmp_path / "weights"
    file.write_bytes(b"x" * 200)
    assert [file_sha256(file) for _ in range(3)] == [_expected(file)] * 3
    assert len(hashed) == 1
    link = tmp_path / "link"
    link.symlink_to(file)
    assert file_sha256(link) == _expected(file)
    assert len(hashed) == 1


def test_a_small_file_is_not_remembered(tmp_path: Path, hashed: list[Path]) -> None:
    file = tmp_path / "weights"
    file.write_bytes(b"x")
    assert [file_sha256(file) for _ in range(2)] == [_expected(file)] * 2
    assert len(hashed) == 2
    assert not memory_file().exists()


def test_a_changed_file_is_hashed_anew(tmp_path: Path, hashed: list[Path]) -> None:
    file = tmp_path / "weights"
    file.write_bytes(b"x" * 200)
    file_sha256(file)
    os.utime(file, ns=(1, file.stat().st_mtime_ns + 1))
    file.write_bytes(b"x" * 199 + b"y")
    assert file_sha256(file) == _expected(file)
    file.write_bytes(b"x" * 201)
    assert file_sha256(file) == _expected(file)
    assert len(hashed) == 3


def test_a_change_that_hides_its_time_is_seen(tmp_path: Path, hashed: list[Path]) -> None:
    file = tmp_path / "weights"
    file.write_bytes(b"x" * 200)
    file_sha256(file)
    stat = file.stat()
    other = tmp_path / "other"
    other.write_bytes(b"y" * 200)
    os.utime(other, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    other.replace(file)
    assert file_sha256(file) == _expected(file)
    assert len(hashed) == 2


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"x": 1}', "\xff", "[" * 99_999])
def test_a_damaged_memory_costs_time_alone(tmp_path: Path, content: str) -> None:
    memory_file().parent.mkdir(parents=True)
    memory_file().write_text(content, encoding="latin-1")
    file = tmp_path / "weights"
    file.write_bytes(b"x" * 200)
    assert file_sha256(file) == _expected(file)
    assert json.loads(memory_file().read_text(encoding="utf-8"))[str(file)]["sha256"] == _expected(file)


@pytest.mark.parametrize("wrong", ["", "z" * 64, 7, None])
def test_an_entry_that_is_no_digest_is_not_taken(tmp_path: Path, wrong: object) -> None:
    file = tmp_path / "weights"
    file.write_bytes(b"x" * 200)
    file_sha256(file)
    known = json.loads(memory_file().read_text(encoding="utf-8"))
    known[str(file)]["sha256"] = wrong
    memory_file().write_text(json.dumps(known), encoding="utf-8")
    assert file_sha256(file) == _expected(file)


def test_a_memory_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    file = tmp_path / "weights"
    file.write_bytes(b"x" * 200)
    assert file_sha256(file) == _expected(file)


def test_the_memory_stays_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digests, "_MOST", 3)
    for number in range(6):
        file = tmp_path / f"weights-{number}"
        file.write_bytes(bytes([number]) * 200)
        file_sha256(file)
    known = json.loads(memory_file().read_text(encoding="utf-8"))
    assert [Path(name).name for name in known] == ["weights-3", "weights-4", "weights-5"]
    assert not list(memory_file().parent.glob(".*"))
