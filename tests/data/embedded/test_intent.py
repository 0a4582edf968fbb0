import re
from collections import Counter, defaultdict

from pointsman.data.embedded import intent

LABELS = {
    "information_retrieval",
    "data_transformation",
    "calculation",
    "communication",
    "scheduling",
    "file_operations",
    "analysis",
    "no_function_needed",
}
# An unfilled slot: a name, or words split by |, in braces. Braces of code in a text hold other things.
SLOT = re.compile(r"\{[a-z][a-z0-9_]+\}|\{[^{}]*\w\|[^{}]*\}")


def test_rows_are_distinct_and_many() -> None:
    rows = intent.rows()
    assert len(rows) >= 2000
    assert len({r.text.casefold() for r in rows}) == len(rows)


def test_every_label_has_enough_rows_and_groups() -> None:
    rows = intent.rows()
    counts = Counter(r.label for r in rows)
    groups: defaultdict[str | None, set[str | None]] = defaultdict(set)
    for row in rows:
        groups[row.label].add(row.group)
    assert set(counts) == LABELS
    assert min(counts.values()) >= 150
    assert min(len(g) for g in groups.values()) >= 30


def test_no_text_and_no_group_stands_under_two_labels() -> None:
    by_text: defaultdict[str, set[str | None]] = defaultdict(set)
    by_group: defaultdict[str | None, set[str | None]] = defaultdict(set)
    for row in intent.rows():
        by_text[" ".join(row.text.casefold().split())].add(row.label)
        by_group[row.group].add(row.label)
    assert not [t for t, labels in by_text.items() if len(labels) > 1]
    assert not [g for g, labels in by_group.items() if len(labels) > 1]


def test_the_seed_decides_the_rows() -> None:
    assert intent.rows(3) == intent.rows(3)
    assert intent.rows(3) != intent.rows(4)


def test_texts_are_whole() -> None:
    for row in intent.rows():
        assert row.text == row.text.strip()
        assert row.text
        assert not SLOT.search(row.text), row.text
        assert "⟦" not in row.text
        assert "⟧" not in row.text
        assert row.source == "embedded"
