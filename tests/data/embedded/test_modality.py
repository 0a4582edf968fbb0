import re
from collections import Counter, defaultdict

from pointsman.data.embedded import modality

LABELS = {"AR", "DIFFUSION", "BOTH"}
# An unfilled slot: a name, or words split by |, in braces. Braces of code in a text hold other things.
SLOT = re.compile(r"\{[a-z][a-z0-9_]+\}|\{[^{}]*\w\|[^{}]*\}")


def test_rows_are_distinct_and_many() -> None:
    rows = modality.rows()
    assert len(rows) >= 2000
    assert len({r.text.casefold() for r in rows}) == len(rows)


def test_every_label_has_enough_rows_and_groups() -> None:
    rows = modality.rows()
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
    for row in modality.rows():
        by_text[" ".join(row.text.casefold().split())].add(row.label)
        by_group[row.group].add(row.label)
    assert not [t for t, labels in by_text.items() if len(labels) > 1]
    assert not [g for g, labels in by_group.items() if len(labels) > 1]


def test_the_seed_decides_the_rows() -> None:
    assert modality.rows(3) == modality.rows(3)
    assert modality.rows(3) != modality.rows(4)


def test_texts_are_whole() -> None:
    for row in modality.rows():
        assert row.text == row.text.strip()
        assert row.text
        assert not SLOT.search(row.text), row.text
        assert "⟦" not in row.text
        assert "⟧" not in row.text
        assert row.source == "embedded"


def test_both_has_forty_seeds_written_by_hand() -> None:
    assert len(set(modality.BOTH_SEEDS)) >= 40
    texts = {r.text for r in modality.rows() if r.label == "BOTH"}
    assert texts.issuperset(modality.BOTH_SEEDS)
