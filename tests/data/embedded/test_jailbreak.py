"""The embedded jailbreak rows: enough of them, of many kinds, and with lengths that tell nothing."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from pointsman.data.embedded import jailbreak, jailbreak_attacks, jailbreak_benign, load
from pointsman.data.example import Example


@pytest.fixture(scope="module")
def rows() -> list[Example]:
    return jailbreak.rows()


def test_rows_are_many_distinct_and_labelled(rows: list[Example]) -> None:
    labels = Counter(row.label for row in rows)
    assert len(rows) >= 2000
    assert set(labels) == {"benign", "jailbreak"}
    assert min(labels.values()) >= 800
    # No text twice, so none under two labels either.
    assert len({row.text.casefold() for row in rows}) == len(rows)
    assert {row.source for row in rows} == {"embedded"}


def test_groups_are_many_and_belong_to_one_label(rows: list[Example]) -> None:
    owners: dict[str | None, set[str | None]] = {}
    for row in rows:
        owners.setdefault(row.group, set()).add(row.label)
    assert None not in owners
    assert all(len(labels) == 1 for labels in owners.values())
    for label in ("benign", "jailbreak"):
        assert sum(label in labels for labels in owners.values()) >= 100


def test_every_attack_category_is_present(rows: list[Example]) -> None:
    found = {row.category for row in rows if row.label == "jailbreak"}
    assert found == {"role_playing", "hypothetical", "character_injection", "system_override", "other"}
    assert {row.category for row in rows if row.label == "benign"} == {None}


def test_length_does_not_separate_the_labels(rows: list[Example]) -> None:
    attacks = sorted(len(row.text) for row in rows if row.label == "jailbreak")
    benign = [len(row.text) for row in rows if row.label == "benign"]
    wins = sum(sum(a > b for a in attacks) + 0.5 * sum(a == b for a in attacks) for b in benign)
    assert 0.42 <= wins / (len(attacks) * len(benign)) <= 0.58
    words = [len(row.text.split()) for row in rows if row.label == "jailbreak"]
    assert min(words) <= 8
    assert max(words) >= 300


def test_no_slot_is_left_unfilled(rows: list[Example]) -> None:
    names = set(jailbreak_attacks.FILLERS) | set(jailbreak_benign.FILLERS)
    for row in rows:
        assert not names & set(re.findall(r"\{([a-z0-9]+)\}", row.text)), row.text
        assert not re.search(r"@[BMF]\b|[‹›]", row.text), row.text


def test_rows_are_the_same_for_a_seed(rows: list[Example]) -> None:
    assert load("jailbreak") == rows
    assert jailbreak.rows(1) != rows
