from __future__ import annotations

import gc
import weakref
from pathlib import Path

import pytest

from pointsman.serving.memory import give_back


class _Holds:
    """Something that holds itself, as models do."""

    def __init__(self) -> None:
        self.itself = self


def _resident() -> int:
    """Return the bytes that this process has in memory."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * 4096


def test_what_holds_itself_is_let_go_of() -> None:
    gc.disable()
    try:
        held = _Holds()
        gone = weakref.ref(held)
        del held
        assert gone() is not None
        give_back()
        assert gone() is None
    finally:
        gc.enable()


@pytest.mark.skipif(not Path("/proc/self/statm").is_file(), reason="memory is told otherwise here")
def test_freed_memory_goes_back_to_the_machine() -> None:
    give_back()
    before = _resident()
    pieces = [b"x" * 100_000 for _ in range(1000)]  # each too small for the C library to map it alone
    kept = pieces[::100]  # and pieces between them stay
    assert _resident() - before > 80_000_000
    del pieces
    give_back()
    assert _resident() - before < 20_000_000
    assert len(kept) == 10
