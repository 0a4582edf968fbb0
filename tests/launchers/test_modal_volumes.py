"""Paths on volumes: as typed, as mounted, and back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointsman.errors import ConfigError
from pointsman.launchers import modal_volumes
from pointsman.launchers.modal_settings import Volumes
from pointsman.launchers.modal_volumes import VolumePath, check_volumes, mentioned, mounted, names_of, volume_path
from pointsman.pipeline.named import renamed

NAMES = Volumes().names
PARTS = st.lists(st.text("abcXYZ019-_", min_size=1, max_size=8), min_size=1, max_size=4)


def test_both_spellings_are_read() -> None:
    assert volume_path("volume:moe-lora-data/a//b/") == volume_path("moe-lora-data/a/b")
    assert volume_path("routing-output") == VolumePath("routing-output", "")
    assert volume_path(Path("volume:routing-output/x")) == VolumePath("routing-output", "x")
    assert str(VolumePath("routing-output", "x")) == "volume:routing-output/x"


@pytest.mark.parametrize("typed", ["", "volume:", "/", "volume:a b/x", "a/../b", "volume:a/b/../../c"])
def test_what_names_no_place_is_refused(typed: str) -> None:
    with pytest.raises(ConfigError, match=r"write volume:NAME/path"):
        volume_path(typed)


@given(st.sampled_from(NAMES), PARTS)
def test_what_is_mounted_gets_its_name_back(name: str, parts: list[str]) -> None:
    typed = f"volume:{name}/{'/'.join(parts)}"
    there = mounted(typed, NAMES)
    assert there == f"/volumes/{name}/{'/'.join(parts)}"
    assert renamed(there, names_of(NAMES)) == typed
    assert mentioned(json.dumps({"data": [typed]})) == (name,)


def test_paths_are_found_wherever_options_hold_them() -> None:
    plain = {
        "sources": ["file:volume:moe-lora-data/rows.jsonl", "calendar=volume:claimhawk-training-data/calendar"],
        "out": "volume:routing-output/x",
        "template": "my volume: {text}",
        "other": "volume:unknown/x",
        "seed": 3,
    }
    assert mounted(plain, NAMES) == {
        "sources": ["file:/volumes/moe-lora-data/rows.jsonl", "calendar=/volumes/claimhawk-training-data/calendar"],
        "out": "/volumes/routing-output/x",
        "template": "my volume: {text}",
        "other": "volume:unknown/x",
        "seed": 3,
    }


def test_an_unknown_volume_is_refused_with_the_nearest() -> None:
    with pytest.raises(ConfigError, match=r"volume:moe-lora-dat: no such volume, did you mean 'moe-lora-data'\?"):
        check_volumes(["volume:moe-lora-data/x", "volume:moe-lora-dat/x"], Volumes())
    with pytest.raises(ConfigError, match=r"volume:moe-lora-data: no such volume"):
        check_volumes(["volume:moe-lora-data/x"], Volumes(data="mine"))
    check_volumes(["volume:mine/x", "rows.jsonl"], Volumes(data="mine"))


def test_volumes_are_mounted_where_functions_expect_them() -> None:
    assert Path("/volumes") == modal_volumes.ROOT
