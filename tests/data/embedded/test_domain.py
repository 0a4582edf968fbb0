"""The embedded rows of the domain task: enough of each label, no text twice, the same every time."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from pointsman.data.embedded import available, load
from pointsman.data.embedded.domain import LABELS, rows
from pointsman.data.example import Example


@pytest.fixture(scope="module")
def domain_rows() -> list[Example]:
    return rows()


def test_it_ships_enough_rows(domain_rows: list[Example]) -> None:
    assert len(domain_rows) >= 2_000
    assert {row.source for row in domain_rows} == {"embedded"}


def test_no_text_stands_twice_not_even_under_two_labels(domain_rows: list[Example]) -> None:
    counts = Counter(row.text.casefold() for row in domain_rows)
    assert [text for text, n in counts.items() if n > 1] == []


def test_every_label_is_broad(domain_rows: list[Example]) -> None:
    count = Counter(row.label for row in domain_rows)
    groups = defaultdict(set)
    for row in domain_rows:
        groups[row.label].add(row.group)
    assert set(count) == set(LABELS)
    assert len(LABELS) == 14
    assert min(count.values()) >= 100
    assert min(len(names) for names in groups.values()) >= 40


def test_labels_are_roughly_balanced(domain_rows: list[Example]) -> None:
    count = Counter(row.label for row in domain_rows)
    assert max(count.values()) <= 2 * min(count.values())


def test_a_group_has_one_label(domain_rows: list[Example]) -> None:
    labels = defaultdict(set)
    for row in domain_rows:
        assert row.group
        labels[row.group].add(row.label)
    assert all(len(found) == 1 for found in labels.values())


def test_no_slot_is_left_unfilled(domain_rows: list[Example]) -> None:
    assert [row.text for row in domain_rows if "{" in row.text or "}" in row.text or " :: " in row.text] == []
    assert all(row.text == row.text.strip() and len(row.text) >= 10 for row in domain_rows)


def test_a_seed_gives_the_same_rows_and_another_seed_gives_others(domain_rows: list[Example]) -> None:
    assert rows(0) == domain_rows
    assert {row.text for row in rows(1)} != {row.text for row in domain_rows}


def test_it_is_found_by_the_name_of_the_task(domain_rows: list[Example]) -> None:
    assert available("domain")
    assert load("domain") == domain_rows
