"""Questions in: every known shape, every fault with its file and line, options in an order that gives nothing away."""

from __future__ import annotations

import contextlib
import gzip
import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pointsman.data.question_shapes import ShapeError, shaped
from pointsman.data.questions import Question, question_groups, read_questions
from pointsman.errors import ConfigError, DataError

DATA = Path(os.environ.get("POINTSMAN_DATA") or Path(__file__).parents[2].parent / "shared" / "data")
Row = dict[str, Any]

MMLU_PRO: Row = {
    "question_id": 7,
    "question": "Which city lies on the Thames?",
    "options": ["Paris", "London", "Rome"],
    "answer": "B",
    "answer_index": 1,
    "category": "other",
    "src": "made-up",
}


def write(folder: Path, *rows: Row, name: str = "q.jsonl") -> Path:
    path = folder / name
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def one(folder: Path, row: Row, **options: Any) -> Question:
    (question,) = read_questions(write(folder, row), **options).questions
    return question


def test_mmlu_pro(tmp_path: Path) -> None:
    question = one(tmp_path, {**MMLU_PRO, "cot_content": "A: Let's think step by step. The answer is (B)."})
    assert question == Question(
        id="7",
        question="Which city lies on the Thames?",
        options=("Paris", "London", "Rome"),
        answer=1,
        category="other",
        source="made-up",
        solution="Let's think step by step. The answer is (B).",
    )
    assert question.letter == "B"


CHOICES = {"text": ["water", "iron", "air"], "label": ["A", "B", "C"]}


@pytest.mark.parametrize(
    ("row", "right"),
    [
        ({"question": "Which rusts?", "choices": CHOICES, "answerKey": "B"}, "iron"),  # ARC, CommonsenseQA
        ({"question": "?", "choices": {"text": ["4", "1", "2"], "label": ["1", "2", "3"]}, "answerKey": "1"}, "4"),
        ({"question_stem": "Which rusts?", "choices": CHOICES, "answerKey": "B", "fact1": "x"}, "iron"),  # OpenBookQA
        (
            {
                "question": {"stem": "Which?", "choices": [{"label": "A", "text": "x"}, {"label": "B", "text": "y"}]},
                "answerKey": "B",
            },
            "y",
        ),
        ({"question": "Which?", "choices": ["x", "y", "z"], "answer": 2, "subject": "law"}, "z"),  # MMLU
        ({"question": "Is it so?", "options": ["no", "yes"], "answer": True}, "yes"),  # StrategyQA, as here
        ({"question": "Is it so?", "answer": False, "facts": "None."}, "no"),  # StrategyQA, as published
        ({"question": "Which?", "options": ["x", "y"], "answer": "y"}, "y"),
        ({"question": "Which?", "options": ["x", "y"], "answer": "(b)"}, "y"),
        ({"question": "Which?", "options": '["x", "y"]', "answer": "A"}, "x"),  # CSV
        ({"question": "Which?", "options": [1, 2.5], "answer": "B"}, "2.5"),
        ({"question": "Which?", "options": ["B", "A"], "answer": "A", "answer_index": 0}, "B"),
        (
            {
                "question": "Which?",
                "correct_answer": "iron",
                "distractor1": "water",
                "distractor2": "air",
                "distractor3": "wood",
                "support": "",
            },
            "iron",
        ),  # SciQ
        ({"question": "Which?", "mc1_targets": {"choices": ["iron", "air"], "labels": [1, 0]}}, "iron"),  # TruthfulQA
        ({"question": "Which?", "best_answer": "iron", "incorrect_answers": ["air", "wood"]}, "iron"),
    ],
)
def test_shapes_of_sets_with_options(tmp_path: Path, row: Row, right: str) -> None:
    question = one(tmp_path, row)
    assert question.answer is not None
    assert question.options[question.answer] == right
    assert question.id == "q.jsonl:1"


def test_sets_that_work_an_answer_out(tmp_path: Path) -> None:
    worked = "He has 3 and buys 4.\n3 + 4 = 7\n#### 7"
    for row in (
        {"question": "How many?", "solution": worked, "answer": "7"},
        {"question": "How many?", "answer": worked},
        {"problem": "How many?", "generated_solution": "He has 3 and buys 4.\n3 + 4 = 7", "expected_answer": "7"},
    ):
        question = one(tmp_path, row)
        assert (question.options, question.answer, question.final) == ((), None, "7")
        assert question.solution == "He has 3 and buys 4.\n3 + 4 = 7"
    facts = one(tmp_path, {"question": "Is it?", "options": ["no", "yes"], "answer": True, "facts": ["One.", "Two."]})
    assert facts.solution == "One. Two."


def test_the_right_answer_does_not_stand_first(tmp_path: Path) -> None:
    places = Counter(
        shaped({"question": f"Which {n}?", "correct_answer": "x", "distractor1": "a", "distractor2": "b", "distractor3": "c"}).answer
        for n in range(400)
    )  # fmt: skip
    assert all(60 < places[place] < 140 for place in range(4))


def test_wrong_answers_beyond_the_letters_are_left_out() -> None:
    row = {"question": "?", "mc1_targets": {"choices": [f"c{n}" for n in range(13)], "labels": [0] * 12 + [1]}}
    found = shaped(row)
    assert len(found.options) == 10
    assert found.answer is not None
    assert found.options[found.answer] == "c12"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"options": []}, "a question without options; list at least two"),
        ({"options": None}, "no options: the field is null"),
        ({"options": ["London"], "answer": "A", "answer_index": 0}, "a question with one option"),
        (
            {"options": [f"o{n}" for n in range(11)]},
            "11 options and 10 letters (A to J); remove some",
        ),
        ({"answer": "D", "answer_index": None}, "the answer is not among the options: 'answer' is 'D'"),
        ({"answer": "Madrid", "answer_index": None}, "the answer is not among the options: 'answer' is 'Madrid'"),
        ({"answer": None, "answer_index": 3}, "the answer is not among the options: 'answer_index' is 3"),
        ({"answer": None, "answer_index": -1}, "the answer is not among the options"),
        ({"answer": "A", "answer_index": 1}, "'answer' 'A' and 'answer_index' 1 are not the same option"),
        ({"answer": None, "answer_index": None}, "no right answer; write its letter in 'answer'"),
        ({"options": ["Paris", "London", " Paris"]}, "options A and C are the same, 'Paris'; remove one"),
        ({"options": ["Paris", "London", " "]}, "option C is empty or no text"),
        ({"options": ["B", "A"], "answer": "A", "answer_index": None}, "may mean option A and B; add 'answer_index'"),
        ({"options": "Paris or London"}, "the options are a text that is not JSON"),
        ({"question": " "}, "no question"),
        ({"question": 5}, "no question"),
        ({"question": "\ud800?"}, "half a surrogate pair"),
        ({"choices": {"text": ["x", "y"], "label": ["A"]}, "options": None}, "texts and labels are not as many"),
    ],
)
def test_faults_name_file_and_line(tmp_path: Path, change: Row, told: str) -> None:
    path = write(tmp_path, MMLU_PRO, {**MMLU_PRO, "question_id": 8, **change}, {**MMLU_PRO, "question_id": 9})
    with pytest.raises(DataError) as error:
        read_questions(path)
    line = str(error.value)
    assert line.startswith(f"{path}:2: ")
    assert told in line
    assert "\n" not in line
    kept = read_questions(path, on_fault="drop")
    assert [question.id for question in kept.questions] == ["7", "9"]
    assert kept.left_out == (line,)
    assert "1 row at fault left out" in kept.notes[0]


def test_letter_case_tells_options_apart(tmp_path: Path) -> None:
    assert one(tmp_path, {**MMLU_PRO, "options": ["bb", "Bb", "BB"]}).letter == "B"


def test_ids_twice_files_empty_and_options_that_make_no_sense(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="the id '7' stands at line 1 already"):
        read_questions(write(tmp_path, MMLU_PRO, MMLU_PRO))
    with pytest.raises(DataError, match="no other row is left"):
        read_questions(write(tmp_path, {"question": "?"}), on_fault="drop")
    with pytest.raises(DataError, match="no such file"):
        read_questions(tmp_path / "none.jsonl")
    with pytest.raises(ConfigError, match="most_options is 27"):
        read_questions(write(tmp_path, MMLU_PRO), most_options=27)
    with pytest.raises(DataError, match="without options"):
        read_questions(write(tmp_path, {"question": "?", "solution": "x", "answer": "1"}), need_options=True)


def test_unanswered_questions_and_more_letters(tmp_path: Path) -> None:
    assert one(tmp_path, {**MMLU_PRO, "answer": None, "answer_index": None}, need_answer=False).answer is None
    many = {**MMLU_PRO, "options": [f"o{n}" for n in range(26)], "answer": "Z", "answer_index": 25}
    assert one(tmp_path, many, most_options=26).letter == "Z"


def test_categories_are_the_router_s(tmp_path: Path) -> None:
    assert one(tmp_path, {**MMLU_PRO, "category": "Computer_Science"}).category == "computer science"
    assert one(tmp_path, {**MMLU_PRO, "category": "cooking"}).category == "cooking"
    del (row := dict(MMLU_PRO))["category"]
    assert one(tmp_path, row, category="math").category == "math"


def test_groups_hold_near_questions_and_named_ones_together(tmp_path: Path) -> None:
    long = "A train leaves the station at noon and travels north at forty miles an hour for three hours"
    texts = [long, "What is the boiling point of water at sea level", long + " today", "Who wrote it?", "Why is it so?"]
    questions = [
        Question(str(n), text, ("x", "y"), 0, None, "s", group="g" if n > 2 else None) for n, text in enumerate(texts)
    ]
    assert question_groups(questions) == [0, 1, 0, 3, 3]


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["question", "options", "choices", "answer", "answer_index", "answerKey", "mc1_targets", "facts",
                         "distractor1", "correct_answer", "best_answer", "incorrect_answers", "solution", "problem"]),
        st.recursive(
            st.none() | st.booleans() | st.integers(-3, 30) | st.floats() | st.text(max_size=5) | st.sampled_from(["A", "x"]),
            lambda inner: st.lists(inner, max_size=4)
            | st.dictionaries(st.sampled_from(["text", "label", "labels", "choices", "stem"]), inner, max_size=3),
            max_leaves=8,
        ),
    )
)  # fmt: skip
def test_any_row_is_a_question_or_a_told_fault(record: Row) -> None:
    with contextlib.suppress(ShapeError):
        found = shaped(record)
        assert found.question.strip()
        assert found.answer is None or 0 <= found.answer < len(found.options)


@pytest.mark.skipif(not DATA.is_dir(), reason=f"the folder of real data {DATA} is absent")
@pytest.mark.parametrize(
    ("name", "rows", "left_out"),
    [("solver_gsm8k_train", 7473, 0), ("solver_strategyqa_train", 2061, 0), ("mmlu_pro", 9674, 2)],
)
def test_real_files(name: str, rows: int, left_out: int) -> None:
    path = DATA / f"{name}.jsonl.gz"
    found = read_questions(path, on_fault="drop")
    assert (len(found.questions), len(found.left_out)) == (rows, left_out)
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        first = json.loads(next(stream))
    question = found.questions[0]
    assert question.question == first["question"].strip()
    if name == "mmlu_pro":
        assert question.letter == first["answer"]
    else:
        assert all(question.solution for question in found.questions)
