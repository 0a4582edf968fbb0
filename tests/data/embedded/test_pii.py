import hashlib
import random
import re
import subprocess
import sys
import time
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointsman.data.embedded import available, load, pii, pii_numbers, pii_times, pii_web
from pointsman.data.embedded.pii_fill import SpanTemplate, blocks, expand, fill_spans, lowered
from pointsman.data.embedded.pii_plain import PLAIN
from pointsman.data.example import Example
from pointsman.tasks import Span
from pointsman.tasks.pii import TASK

# An unfilled slot or choice. Braces of code and LaTeX hold other words (an unknown slot is an error when it is filled).
SLOT = re.compile(rf"\{{({'|'.join([*pii.SLOTS, *PLAIN])})(@[a-z])?\}}|\{{[^{{}}\n\"]*\w\|[^{{}}\n\"]*\}}")


@pytest.fixture(scope="module")
def rows() -> list[Example]:
    return pii.rows()


def negatives(rows: list[Example]) -> list[Example]:
    return [r for r in rows if (r.category or "").startswith("negative/")]


def test_the_package_ships_them(rows: list[Example]) -> None:
    assert available("pii")
    assert not available("pii_fill")
    assert load("pii") == rows


def test_rows_are_distinct_many_and_quick() -> None:
    start = time.perf_counter()
    rows = pii.rows(5)
    assert time.perf_counter() - start < 20  # about 2 s on two cores; the limit leaves room for a busy machine
    assert 17_000 <= len(rows) <= 20_000
    assert len({r.text.casefold() for r in rows}) == len(rows)


def test_the_seed_decides_the_rows(rows: list[Example]) -> None:
    assert pii.rows(0) == rows
    other = pii.rows(1)
    assert len({r.text for r in rows} & {r.text for r in other}) < len(rows) / 4


def test_another_process_makes_the_same_rows(rows: list[Example]) -> None:
    code = "from pointsman.data.embedded import pii; import hashlib; print(hashlib.sha256(repr(pii.rows()).encode()).hexdigest())"
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert made.stdout.strip() == hashlib.sha256(repr(rows).encode()).hexdigest()


def test_templates_are_many_and_each_is_one_group(rows: list[Example]) -> None:
    assert len({t.group for t in pii.TEMPLATES}) == len(pii.TEMPLATES)
    groups = {r.group for r in rows}
    assert groups == {t.group for t in pii.TEMPLATES}
    assert all(g and g.startswith("pii/") for g in groups)
    without = {r.group for r in negatives(rows)}
    assert len(groups - without) >= 600
    assert len(without) >= 300


def test_every_type_has_enough_entities(rows: list[Example]) -> None:
    counts = Counter(s.label for r in rows for s in r.spans or ())
    assert set(counts) == set(TASK.entities)
    assert min(counts.values()) >= 80
    assert min(counts[label] for label in ("PERSON", "GPE", "STREET_ADDRESS", "ORGANIZATION", "DATE_TIME")) >= 800


def test_at_least_a_fifth_holds_no_personal_data(rows: list[Example]) -> None:
    without = negatives(rows)
    assert len(without) >= 0.2 * len(rows)
    assert all(r.spans == () for r in without)
    assert sum(bool(r.spans) for r in rows) == len(rows) - len(without)
    assert {(r.category or "").split("/")[1] for r in without} >= {
        "versions",
        "references",
        "numbers",
        "devices",
        "files",
        "requests",
    }


def test_some_rows_are_as_long_as_real_requests(rows: list[Example]) -> None:
    words = [len(r.text.split()) for r in rows]
    long = [r for r, count in zip(rows, words, strict=True) if count >= 60]
    assert len(long) >= 200
    assert min(sum(bool(r.spans) for r in long), sum(not r.spans for r in long)) >= 80
    assert 12 <= sum(words) / len(words) <= 18


def test_an_address_on_the_web_is_one_span(rows: list[Example]) -> None:
    foreign = re.compile(r"https?://(localhost|\d+\.\d+\.)", re.I)
    seen = 0
    for row in rows:
        starts = {s.start for s in row.spans or () if s.label == "DOMAIN_NAME"}
        for found in re.finditer(r"https?://", row.text):
            if not foreign.match(row.text, found.start()):
                assert found.start() in starts, row.text
                seen += 1
        for span in row.spans or ():
            if span.label == "DOMAIN_NAME":
                after = row.text[span.end : span.end + 2]
                assert re.match(r"$|[\s\"'`()<>\[\],;]|[.?!:](\s|$)", after), (row.text, after)
    assert seen >= 300
    values = [r.text[s.start : s.end] for r in rows for s in r.spans or () if s.label == "DOMAIN_NAME"]
    assert sum(len(v) > 60 for v in values) >= 80
    assert {"?", "#", "{", ":"} <= {char for v in values for char in v}


def test_the_own_machine_is_no_entity(rows: list[Example]) -> None:
    local = [r for r in rows if "localhost:" in r.text.casefold()]
    assert len(local) >= 20
    for row in local:
        assert not [s for s in row.spans or () if "localhost" in row.text[s.start : s.end].casefold()]


@given(st.integers())
def test_addresses_on_the_web_have_no_blank(seed: int) -> None:
    rng = random.Random(seed)
    for make in (pii_web.link, pii_web.repository, pii_web.file_url, pii_web.bare, pii_web.local):
        value = make(rng)
        assert value == "".join(value.split())
        assert value[-1] not in ".,;"


def test_a_corner_begins_with_its_article(rows: list[Example]) -> None:
    corners = [(r, m.start()) for r in rows for m in re.finditer("the corner of ", r.text.casefold())]
    assert len(corners) >= 20
    assert all(any(s.start <= at < s.end and s.label == "STREET_ADDRESS" for s in r.spans or ()) for r, at in corners)


def test_blocks_are_parted_by_a_line() -> None:
    made = blocks("chat", "\none\n  two\n===\nthree\n")
    assert [t.pattern for t in made] == ["one\n  two", "three"]


def test_spans_lie_in_the_text_in_order_and_on_word_borders(rows: list[Example]) -> None:
    for row in rows:
        end = 0
        for span in row.spans or ():
            value = row.text[span.start : span.end]
            assert end <= span.start < span.end <= len(row.text), row
            assert value == value.strip(), row
            assert not (span.start and row.text[span.start - 1].isalnum() and value[0].isalnum()), row
            assert not (row.text[span.end : span.end + 1].isalnum() and value[-1].isalnum()), row
            end = span.end


def test_texts_are_whole(rows: list[Example]) -> None:
    for row in rows:
        assert row.text == row.text.strip()
        assert row.text
        assert not SLOT.search(row.text), row.text
        assert not set("⟦⟧\x02\x03\x04") & set(row.text), row.text
        assert row.source == "embedded"
        assert row.label is None


def test_values_look_like_their_type(rows: list[Example]) -> None:
    shapes = {
        "CREDIT_CARD": r"[\d -]{12,23}",
        "US_SSN": r"\d{3}[- ]?\d\d[- ]?\d{4}",
        "IBAN_CODE": r"[a-zA-Z]{2}\d\d[ \da-zA-Z]{11,36}",
        "EMAIL_ADDRESS": r"[\w.+-]+@[\w.-]+\.\w+",
        "IP_ADDRESS": r"[\d.]{7,15}|[0-9a-f:]{6,39}",
        "PHONE_NUMBER": r"[\d+(][\d ()+./x-]*( ?ext\.? \d+|\d)",
        "AGE": r"\d{1,2}|[a-z]+([- ][a-z]+)?",
        "DOMAIN_NAME": r"(https?://)?[\w-]+(\.[\w-]+)+\S*",
    }
    seen: Counter[str] = Counter()
    for row in rows:
        for span in row.spans or ():
            if span.label in shapes:
                value = row.text[span.start : span.end]
                assert re.fullmatch(shapes[span.label], value, re.I), (span.label, value)
                seen[span.label] += 1
    assert set(seen) == set(shapes)


def test_card_numbers_have_their_check_digit(rows: list[Example]) -> None:
    cards = [r.text[s.start : s.end] for r in rows for s in r.spans or () if s.label == "CREDIT_CARD"]
    assert all(pii_numbers.luhn_valid(c) for c in cards)
    lengths = {sum(char.isdigit() for char in c) for c in cards}
    assert {13, 14, 15, 16, 19} <= lengths
    assert {" ", "-"} <= set("".join(cards))


def test_check_digits_against_published_examples() -> None:
    assert pii_numbers.luhn_valid("4111 1111 1111 1111")
    assert not pii_numbers.luhn_valid("4111 1111 1111 1112")
    for seed in range(200):
        whole = pii_numbers.iban(random.Random(seed)).replace(" ", "")
        turned = "".join(str(int(char, 36)) for char in whole[4:] + whole[:4])
        assert int(turned) % 97 == 1  # ISO 13616's own test


def test_some_rows_have_no_capitals(rows: list[Example]) -> None:
    small = sum(r.text == lowered(r.text) for r in rows if r.spans)
    assert 0.08 <= small / len(rows) <= 0.3


def test_a_key_names_one_person(rows: list[Example]) -> None:
    filler = pii.RowFiller(random.Random(4), pii._fakers(4))
    text, spans = fill_spans("{first@a} {last@a}, {person@a}; {first@a}; {last@a}", filler, random.Random(1))
    first, last, full, again, lasts = (text[s.start : s.end] for s in spans)
    assert (again, lasts) == (first, last)
    assert full.startswith(first)
    assert full.endswith(last)


class Letters:
    """Values of letters only."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def value(self, slot: str, key: str | None) -> tuple[str, str | None]:
        return {"a": "Ada", "b": "Lyon", "n": "17"}[slot], {"a": "PERSON", "b": "GPE", "n": None}[slot]


def test_filling_notes_where_values_stand() -> None:
    text, spans = fill_spans("{a} ⟦x⟧ in {b}, {n}", Letters(random.Random(0)), random.Random(0))
    assert text == "Ada {x} in Lyon, 17"
    assert spans == (Span(0, 3, "PERSON"), Span(11, 15, "GPE"))


def test_a_wording_may_hold_slots_and_an_empty_one_leaves_no_gap() -> None:
    made = {
        fill_spans("to {the old|} {house|{b}} now{ , {a}|}", Letters(random.Random(0)), random.Random(i))[0]
        for i in range(60)
    }
    assert "to Lyon now" in made
    assert "to the old house now , Ada" in made
    assert not [text for text in made if "  " in text]


def test_an_unknown_slot_is_an_error() -> None:
    with pytest.raises(KeyError):
        fill_spans("{nosuchslot}", Letters(random.Random(0)), random.Random(0))


def test_a_template_without_slots_gives_one_row() -> None:
    assert len(expand([SpanTemplate("Nothing here", "chat")], Letters, per_template=5, seed=0)) == 1


@given(st.text())
def test_lowering_keeps_every_character_in_place(text: str) -> None:
    assert len(lowered(text)) == len(text)


@pytest.mark.parametrize(
    ("seed", "make"), [(s, m) for s in range(3) for m in (pii_times.age_word, pii_times.date, pii_times.clock)]
)
def test_times_have_no_loose_blanks(seed: int, make: object) -> None:
    assert callable(make)
    for i in range(200):
        value = make(random.Random(f"{seed}:{i}"))
        assert value == " ".join(value.split())
        assert value
