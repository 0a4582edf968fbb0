"""sha256 of files; those of large ones are remembered, for hashing 16 GB of weights takes longer than using them.

What is remembered stands in the user's cache folder, by a file's real path, and counts only while the file's size and
times are what they were. A damaged or unwritable memory costs time and nothing else.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import uuid
from pathlib import Path
from typing import Any

REMEMBERED = 100_000_000
"""Bytes from which on a file's digest is remembered."""

_MOST = 1000
"""Files remembered; the longest known leave first."""


def memory_file() -> Path:
    """Return the file that remembers: `pointsman/digests.json` in the user's cache."""
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(cache) / "pointsman" / "digests.json"


def file_sha256(file: Path) -> str:
    """Return the sha256 of a file, from memory where it is large and has not changed."""
    state = _state(file)
    if state[0] < REMEMBERED:
        return _hashed(file)
    name = str(file.resolve())
    known = _read().get(name)
    if isinstance(known, dict) and known.get("state") == state and _is_sha256(known.get("sha256")):
        return str(known["sha256"])
    found = _hashed(file)
    if _state(file) == state:  # else it was written to meanwhile
        _remember(name, {"state": state, "sha256": found})
    return found


def _hashed(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _state(file: Path) -> list[int]:
    stat = file.stat()
    return [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns]


def _is_sha256(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 64 and set(value) <= set("0123456789abcdef")


def _read() -> dict[str, Any]:
    try:
        found = json.loads(memory_file().read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _remember(name: str, entry: dict[str, Any]) -> None:
    memory = memory_file()
    known = _read()
    known.pop(name, None)
    known[name] = entry
    known = dict(list(known.items())[-_MOST:])
    temporary = memory.with_name(f".{memory.name}.{uuid.uuid4().hex}.tmp")
    try:
        memory.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(json.dumps(known, indent=1), encoding="utf-8")
        temporary.replace(memory)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink()
