"""Contamination: planted copies are found in every disguise, unlike rows are left alone, everything is listed."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pointsman.data.contamination import check, decontaminate
from pointsman.data.questions import Question


def words(n: int, seed: int) -> list[str]:
    draw = random.Random(seed)
    return ["".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=draw.randint(3, 9))) for _ in range(n)]


def sentence(seed: int, n: int = 24) -> str:
    return " ".join(words(n, seed)).capitalize() + "?"


HELD = [sentence(seed) for seed in range(30)]
OTHER = [sentence(seed) for seed in range(100, 140)]


def test_unlike_rows_are_left_alone() -> None:
    result = check(OTHER, HELD)
    assert (result.training, result.held, result.found) == (40, 30, ())
    assert result.told() == ("0 of 40 training rows overlap 30 evaluation questions (0 exact, 0 ngram13, 0 minhash)",)


@pytest.mark.parametrize(
    ("disguise", "kind"),
    [
        (lambda text: text, "exact"),
        (lambda text: text.upper(), "exact"),
        (lambda text: "  " + text.replace(" ", " \n\t"), "exact"),
        (lambda text: text.replace(" ", ", ").replace("?", " ?!"), "exact"),
        (lambda text: "".join(chr(ord(c) + 0xFEE0) if c.isalpha() else c for c in text), "exact"),  # full width
        (lambda text: "Someone asks: " + " ".join(text.split()[4:17]) + " and waits", "ngram13"),
        (lambda text: text.upper() + " Explain your answer in one sentence.", "ngram13"),
        (lambda text: " ".join(w if n != 12 else "other" for n, w in enumerate(text.split())), "minhash"),
    ],
)
def test_every_planted_row_is_found(disguise: object, kind: str) -> None:
    assert callable(disguise)
    planted = [disguise(text) for text in HELD]
    result = check([*OTHER, *planted], HELD)
    assert result.rows == frozenset(range(40, 70))
    assert result.counts == {"exact": 0, "ngram13": 0, "minhash": 0} | {kind: 30}
    assert all(HELD[one.held].lower().startswith(one.held_text.lower().rstrip("…")) for one in result.found)
    assert [one.held for one in result.found] == list(range(30))


def test_twelve_words_in_a_row_are_not_thirteen() -> None:
    held = HELD[0].split()
    assert check([" ".join([*words(9, 500), *held[3:15], *words(9, 501)])], [HELD[0]]).found == ()
    (found,) = check([" ".join([*words(9, 500), *held[3:16], *words(9, 501)])], [HELD[0]]).found
    assert found.shared == " ".join(held[3:16])


def test_short_questions() -> None:
    held = ["What is the boiling point of water at sea level?", "Who was Plato?"]
    found = check(["who was plato", "Tell me: what is the boiling point of water at sea level? Then stop."], held).found
    assert [(one.kind, one.held) for one in found] == [("exact", 1), ("ngram13", 0)]


def test_sums_of_other_numbers_are_other_questions() -> None:
    held = ["What is 12 + 34?", "Please compute the sum of 12 and 34.", "What is 12 + 3?"]
    training = ["What is 12 - 34?", "Please compute the sum of 12 and 35.", "What is 1 + 23?", "what is 12+34"]
    assert [(one.kind, one.training, one.held) for one in check(training, held).found] == [("exact", 3, 0)]


def test_solutions_and_options_are_looked_through() -> None:
    row = Question("1", "Unlike?", (), None, None, "s", solution=f"First read: {HELD[3]} Then think.")
    clean = Question("2", OTHER[0], ("x", "y"), 0, None, "s")
    held = [Question(str(n), text, ("x", "y"), 0, None, "s") for n, text in enumerate(HELD)]
    kept, result = decontaminate([row, clean], held)
    assert kept == (clean,)
    listed = result.to_dict()
    assert (listed["removed"], listed["by_kind"]["ngram13"]) == (1, 1)
    assert listed["listed"][0]["held"] == 3
    assert "training row 0 'Unlike?'" in result.told()[1]


def test_nothing_to_compare() -> None:
    assert check([], HELD).found == ()
    assert check(OTHER, []).found == ()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=6), st.lists(st.text(max_size=60), max_size=4))
def test_a_copy_is_always_found(held: list[str], other: list[str]) -> None:
    result = check([*other, *held], held)
    assert set(range(len(other), len(other) + len(held))) <= result.rows
