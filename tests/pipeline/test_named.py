from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pointsman.pipeline.named import named, naming, renamed

NAMES = {"/cache/in/ab/rows": "s3://b/rows", "/cache/out/cd/made": "s3://b/made"}


@dataclass(frozen=True)
class Made:
    path: Path
    told: dict[str, Any]
    size: int = 0


def test_paths_are_named_as_the_user_does() -> None:
    assert named(Path("/cache/in/ab/rows")) == "/cache/in/ab/rows"
    with naming(NAMES):
        assert named(Path("/cache/in/ab/rows/train.jsonl")) == "s3://b/rows/train.jsonl"
        assert named("/elsewhere/rows") == "/elsewhere/rows"
        with naming({"/x": "gs://c/x"}):
            assert named("/x") == "gs://c/x"
            assert named("/cache/in/ab/rows") == "s3://b/rows"
    assert named("/cache/in/ab/rows") == "/cache/in/ab/rows"


def test_another_path_that_begins_alike_keeps_its_name() -> None:
    assert renamed("/cache/in/ab/rows.", NAMES) == "s3://b/rows."
    assert renamed("/cache/in/ab/rows: wrong, /cache/in/ab/rows/x", NAMES) == "s3://b/rows: wrong, s3://b/rows/x"
    for other in ("/cache/in/ab/rows.work", "/cache/in/ab/rows2", "/cache/in/ab/rows-2"):
        assert renamed(other, NAMES) == other


def test_results_are_renamed_within() -> None:
    made = Made(Path("/cache/out/cd/made"), {"files": ["/cache/out/cd/made/a", 3], "of": ("x", Path("/x"))}, 2)
    found = renamed(made, NAMES)
    assert str(found.path) == "s3://b/made"
    assert found.told == {"files": ["s3://b/made/a", 3], "of": ("x", Path("/x"))}
    assert made.told["files"][0] == "/cache/out/cd/made/a"
    assert renamed(found, NAMES) is found


_plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9) | st.builds(Path, st.sampled_from(["/a", "b/c"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=9,
)


@given(_plain)
def test_what_holds_no_such_path_is_the_same_thing(value: Any) -> None:
    assert renamed(value, NAMES) is value
