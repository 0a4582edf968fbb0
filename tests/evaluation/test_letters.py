"""Reading answers: a table written by hand, the rules by property, and that nothing is ever guessed."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pointsman.evaluation.letters import random_baseline, read_answer

CITIES = ("Paris", "London", "Rome", "Berlin", "New York", "York")
NUMBERS = ("2", "12", "2.5", "20", "-2", "5 million", "5")
GENES = ("Bb", "BB", "bb", "B", "The D allele")
YES_NO = ("no", "yes")
CELLS = ("T cells", "Mitochondria", "B cells", "The answer", "None of the above")
TEN = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa")
ELEMENTS = ("H", "He", "Li", "O")
LATEX = (r"$\frac{1}{2}$", r"$\frac{2}{3}$", "$x^2$", "$x$")

# (what the model wrote, the options, the letter or None)
TABLE: list[tuple[str, tuple[str, ...], str | None]] = [
    # a statement names a letter
    ("The answer is D.", CITIES, "D"),
    ("The answer is D.", CELLS, "D"),
    ("The answer is (C).", CITIES, "C"),
    ("the answer is: c", CITIES, "C"),
    ("Answer: (D)", CITIES, "D"),
    ("Answer: B", CITIES, "B"),
    ("Answer:B", CITIES, "B"),
    ("**Answer:** C", CITIES, "C"),
    ("**Answer: C**", CITIES, "C"),
    ("Answer:\n\nE", CITIES, "E"),
    ("ANSWER - see below\nFinal answer: F", CITIES, "F"),
    ("answer: b because A is wrong", CITIES, "B"),
    ("Answer B", CITIES, "B"),
    ("answer (B)", CITIES, "B"),
    ("The correct answer is option B.", CITIES, "B"),
    ("The best choice is [D]", CITIES, "D"),
    ("The correct option would be 'A'.", CITIES, "A"),
    ("I choose option E", CITIES, "E"),
    ("I would go with C, since it fits.", CITIES, "C"),
    ("I'd say B.", CITIES, "B"),
    ("My final answer is therefore (A).", CITIES, "A"),
    ("Option D is correct.", CITIES, "D"),
    ("(C) is the correct answer.", CITIES, "C"),
    ("b is correct", CITIES, "B"),
    ("A, B and C are incorrect, so D is correct.", CITIES, "D"),
    ("So the correct one is E.", CITIES, "E"),
    ("Paris is not in England, therefore B.", CITIES, "B"),
    ("All others can be ruled out => C", CITIES, "C"),
    ("It must be C.", CITIES, "C"),
    ("The answer is A because Paris lies in France.", CITIES, "A"),
    ("The answer is D\nThat is Berlin.", CITIES, "D"),
    ("The answer is B: London", CITIES, "B"),
    ("The answer is B London.", CITIES, "B"),
    ("Ans: c", CITIES, "C"),
    ("The answer is: $\\boxed{C}$", CITIES, "C"),
    ("Thus $\\boxed{\\text{B}}$.", CITIES, "B"),
    ("\\boxed{(D)}", CITIES, "D"),
    ("\\boxed{\\textbf{E. New York}}", CITIES, "E"),
    ("The answer is \\(\\mathrm{A}\\).", CITIES, "A"),
    ("答案 Answer: Ｃ", CITIES, "C"),
    ("Answer: （Ｂ）", CITIES, "B"),
    ("The answer is Ⓓ.", CITIES, "D"),
    ("Answer: J", TEN, "J"),
    ("The answer is I.", TEN, "I"),
    ("Answer: i", TEN, "I"),
    ('The answer is "C"', CITIES, "C"),
    ("<think>Is the answer B? No.</think>The answer is C.", CITIES, "C"),
    ("It could be B.</think>\n\nC", CITIES, "C"),
    ("Let's think step by step. Berlin is in Germany. The answer is (D).", CITIES, "D"),
    # the last statement wins
    ("The answer is A. On reflection the answer is B.", CITIES, "B"),
    ("Answer: A\nAnswer: C", CITIES, "C"),
    ("The answer is B. Wait, actually D.", CITIES, "D"),
    ("The answer is A or B. Having checked both, the answer is B.", CITIES, "B"),
    ("B is correct. No: the answer is A.", CITIES, "A"),
    ("Reasoning about Paris and London.\n\nC", CITIES, "C"),
    ("C\n\nExplanation: (A) is wrong and (B) as well.", CITIES, "C"),
    # denials
    ("The answer is not A but C.", CITIES, "C"),
    ("The answer is not B.", CITIES, None),
    ("The answer isn't (B).", CITIES, None),
    ("The answer cannot be D.", CITIES, None),
    ("The answer is neither A nor B.", CITIES, None),
    ("The answer is C, not A.", CITIES, "C"),
    ("The answer is A rather than B.", CITIES, "A"),
    ("I don't think the answer is B.", CITIES, None),
    ("I would not choose B.", CITIES, None),
    ("The wrong answer is B.", CITIES, None),
    ("Answer: not C", CITIES, None),
    ("B is incorrect.", CITIES, None),
    ("(B) is not correct", CITIES, None),
    ("Is the answer B?", CITIES, None),
    ("If the answer is B, the capital moved.", CITIES, None),
    ("It isn't London. The answer is A.", CITIES, "A"),
    # several
    ("A or B", CITIES, None),
    ("The answer is A or B.", CITIES, None),
    ("The answer is either (A) or (B).", CITIES, None),
    ("Answer: A, C", CITIES, None),
    ("Answer: A/C", CITIES, None),
    ("Both A and C are correct.", CITIES, None),
    ("(A) and (B)", CITIES, None),
    ("A) Paris B) London C) Rome", CITIES, None),
    ("A) Paris\nB) London\nC) Rome", CITIES, None),
    ("A\nB\nC", CITIES, None),
    ("The answer is B. Or maybe C.", CITIES, None),
    ("The answer is B. The answer is Paris.", CITIES, None),
    ("The answer is B and A is wrong.", CITIES, "B"),
    ("The answer is C, I think.", TEN, "C"),
    ("The answer is C and I am sure.", TEN, "C"),
    ("The answer is Paris or London.", CITIES, None),
    ("The answer is (A)(B)", CITIES, None),
    ("The answer is C or D, more likely D.", CITIES, None),
    ("The answer might be B.", CITIES, None),
    ("London (A) or Paris (B)", CITIES, None),
    # forms of machines
    ("<answer>B</answer>", CITIES, "B"),
    ('{"answer": "C"}', CITIES, "C"),
    ("[[B]]", CITIES, "B"),
    ("The answer, then, is B.", CITIES, "B"),
    ("Let's go with F.", CITIES, "F"),
    ("I'm going with C.", CITIES, "C"),
    ("The solution is C.", CITIES, "C"),
    ("The answer is **not** B, it is C.", CITIES, "C"),
    ("Option A is tempting, but option B is correct.", CITIES, "B"),
    ("The answer isn't A, B, or C; the answer is D", CITIES, "D"),
    ("It cannot be A, so it must be B.", CITIES, "B"),
    ("So, the answer is (B) London. Question: What is next? A. x B. y", CITIES, "B"),
    # a letter alone or at the beginning
    ("C", CITIES, "C"),
    ("c", CITIES, "C"),
    ("(C)", CITIES, "C"),
    ("**B**", CITIES, "B"),
    ("*B*", CITIES, "B"),
    ("`D`.", CITIES, "D"),
    ("Option C", CITIES, "C"),
    ("C.", CITIES, "C"),
    ("C) Rome", CITIES, "C"),
    ("C. Rome", CITIES, "C"),
    ("c. Rome", CITIES, "C"),
    ("**C) Rome**", CITIES, "C"),
    ("(D) because it is in Germany", CITIES, "D"),
    ("A. Paris", CITIES, "A"),
    ("A", CITIES, "A"),
    ("a", CITIES, "A"),
    ("I", TEN, "I"),
    # articles, pronouns, words
    ("A good question.", CITIES, None),
    ("A: Let's think step by step.", CITIES, None),
    ("The answer is a city in France.", CITIES, None),
    ("Answer: A city in France.", CITIES, None),
    ("Answer: I think it is hard to say.", TEN, None),
    ("I cannot answer this.", TEN, None),
    ("Answer seems hard.", TEN, None),
    ("The answer is B cells.", CELLS, "C"),
    ("The answer is T cells.", CELLS, "A"),
    ("Statement I is correct.", TEN, None),
    ("The answer is explained by Vitamin C.", CITIES, None),
    # beyond the options
    ("The answer is H.", CITIES, None),
    ("The answer is A. No, the answer is H.", CITIES, None),
    ("The answer is X.", CITIES, None),
    ("The answer is H.", ELEMENTS, "A"),
    # an option's text
    ("Paris", CITIES, "A"),
    ("paris.", CITIES, "A"),
    ("The answer is Paris.", CITIES, "A"),
    ("The answer is New York.", CITIES, "E"),
    ("York", CITIES, "F"),
    ("New York", CITIES, "E"),
    ("Answer: **Rome**", CITIES, "C"),
    ("The capital of Germany is Berlin.", CITIES, "D"),
    ("It is not London.", CITIES, None),
    ("Paris or London", CITIES, None),
    ("The answer is Madrid.", CITIES, None),
    ("None of the above", CELLS, "E"),
    ("The answer is the mitochondria.", CELLS, "B"),
    ("The answer is 2.", NUMBERS, "A"),
    ("The answer is 2.5.", NUMBERS, "C"),
    ("The answer is -2", NUMBERS, "E"),
    ("12", NUMBERS, "B"),
    ("The answer is 5 million.", NUMBERS, "F"),
    ("The answer is 5.", NUMBERS, "G"),
    ("The answer is 200.", NUMBERS, None),
    ("The answer is 2/3.", NUMBERS, None),
    ("12 + 8 = 20", NUMBERS, None),
    ("4 * 5 = 20", ("12", "20"), "B"),
    ("Bb", GENES, "A"),
    ("The genotype is BB.", GENES, "B"),
    ("The answer is bb", GENES, "C"),
    ("The answer is B.", GENES, "B"),
    ("The answer is D.", GENES, "D"),
    ("yes", YES_NO, "B"),
    ("No, because it sank.", YES_NO, "A"),
    ("There is no doubt about it.", YES_NO, None),
    ("The answer is yes.", YES_NO, "B"),
    (r"The answer is $\frac{2}{3}$.", LATEX, "B"),
    (r"\boxed{\frac{1}{2}}", LATEX, "A"),
    # nothing
    ("", CITIES, None),
    ("   \n", CITIES, None),
    ("I don't know.", CITIES, None),
    ("The answer is unclear.", CITIES, None),
    ("The answer is", CITIES, None),
    ("<think>The answer is B", CITIES, None),
    ("????", CITIES, None),
]


def test_the_table_is_long_enough() -> None:
    assert len(TABLE) >= 60


@pytest.mark.parametrize(
    ("text", "options", "letter"), TABLE, ids=[f"{n}-{row[0][:30]!r}" for n, row in enumerate(TABLE)]
)
def test_table(text: str, options: tuple[str, ...], letter: str | None) -> None:
    reading = read_answer(text, options)
    assert reading.letter == letter, reading
    assert reading.readable == (letter is not None)


def test_letters_come_before_option_texts() -> None:
    # An option says what the statement says: its letter is meant, not its text.
    options = ("D", "The answer", "is", "Berlin")
    assert read_answer("The answer is D.", options).letter == "D"
    assert read_answer("The answer is A.", ("B", "A", "O", "AB")).letter == "A"
    assert read_answer("The answer is AB.", ("B", "A", "O", "AB")).letter == "D"


def test_what_was_read_and_what_spoke_against_it() -> None:
    assert read_answer("The answer is A. No, the answer is C.", CITIES).conflicts == ("A",)
    several = read_answer("The answer is A or B.", CITIES)
    assert (several.how, several.conflicts) == ("several", ("A", "B"))
    assert read_answer("no idea", CITIES).how == "none"
    assert read_answer("C) Rome", CITIES).how == "letter"
    assert read_answer("Rome", CITIES).how == "option text"


def test_two_options_alike_are_no_answer() -> None:
    assert read_answer("x", ("x", "y", "x")).letter is None
    assert read_answer("C", ("x", "y", "x")).letter == "C"


OPTIONS = st.lists(st.text(max_size=12), min_size=2, max_size=10)
PIECES = st.sampled_from(
    ["the answer is ", "Answer: ", "not ", "A", "(B)", "c", "I ", "a ", " or ", ", ", ". ", "\n", "**", "\\boxed{", "}", "is correct",
     "but ", "<think>", "</think>", "option ", "\u200b", "Ｄ", "yes", "12", "$", "'", "so ", "maybe ", "\ud800"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=14).map("".join)), OPTIONS)
def test_never_raises_and_never_names_what_is_not_there(text: str, options: list[str]) -> None:
    reading = read_answer(text, options)
    assert reading.letter is None or reading.letter in "ABCDEFGHIJ"[: len(options)]
    assert reading.letter not in reading.conflicts
    assert reading == read_answer(text, options)


@settings(max_examples=100, deadline=None)
@given(st.integers(2, 10).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n - 1))))
def test_every_letter_is_read_in_every_form(drawn: tuple[int, int]) -> None:
    n, place = drawn
    letter = "ABCDEFGHIJ"[place]
    for form in (
        "{}",
        "({})",
        "The answer is {}.",
        "Answer: {}",
        "**{}**",
        "\\boxed{{{}}}",
        "Option {} is correct.",
        "{}) " + TEN[place],
    ):
        assert read_answer(form.format(letter), TEN[:n]).letter == letter, form


@pytest.mark.parametrize(
    "piece",
    [
        "answer ",
        "the answer is not ",
        "A or ",
        "A, ",
        "((",
        "the the ",
        "\\boxed{",
        "is correct ",
        "I would ",
        "a.",
        "<think>",
        "Paris ",
        "* a",
        "or maybe A ",
        "Paris, ",
        "Paris or ",
        "\n A\n",
        "so ",
    ],
)
def test_long_answers_are_read_in_time(piece: str) -> None:
    begun = time.process_time()
    read_answer(piece * (12_000 // len(piece)), CITIES)
    read_answer(piece * (12_000 // len(piece)), (piece, piece.strip() + " x", "a", "Rome"))
    assert time.process_time() - begun < 2.0


def test_bad_calls() -> None:
    with pytest.raises(ValueError, match="1 options"):
        read_answer("A", ["x"])
    with pytest.raises(ValueError, match="27 options"):
        read_answer("A", ["x"] * 27)


def test_random_baseline_is_the_mean_of_the_real_numbers() -> None:
    assert random_baseline([10, 10]) == pytest.approx(0.1)
    assert random_baseline([2, 4]) == pytest.approx(0.375)
    with pytest.raises(ValueError, match="options"):
        random_baseline([])
