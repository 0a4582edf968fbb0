from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pointsman.backbones import resolve
from pointsman.data.questions import Question
from pointsman.errors import ConfigError, DataError
from pointsman.inference.shared_base import SharedBase
from pointsman.pipeline.evaluate_solver import SolverExam, ask, evaluate_solver, figures, prepare_questions
from pointsman.pipeline.options import Silent
from pointsman.pipeline.solver_artifact import Solver, read_solver
from pointsman.pipeline.train_solver import SolverOptions, train_solver
from tests.solving import BRIEF, WORDS, addition, additions, school, tiny_base, write

LEAST = 0.9
"""Share of unseen additions that the tiny solver answers right; by chance 0.25."""


@pytest.fixture(scope="module")
def taught() -> tuple[Path, Solver, Path, Path]:
    return school()


def _exam(data: Path, **more: Any) -> SolverExam:
    return SolverExam(data, **{"device": "cpu", "precision": "fp32", **more})


def test_a_solver_learns_and_is_compared_with_its_base(taught: tuple[Path, Solver, Path, Path], tmp_path: Path) -> None:
    _, solver, _, exam = taught
    results = evaluate_solver(solver.path, _exam(exam, out=tmp_path / "judged"))
    assert results["n"] == 120
    assert (results["name"], results["random"]) == ("math-reasoner", 0.25)
    assert results["expert"]["accuracy"] >= LEAST
    assert results["base"]["accuracy"] <= 0.05  # random weights say nothing that can be read
    assert results["base"]["unreadable"] >= 0.9
    gain = results["difference"]
    assert gain["difference"] == pytest.approx(results["expert"]["accuracy"] - results["base"]["accuracy"])
    assert gain["expert_only"] - gain["base_only"] == round(120 * gain["difference"])
    assert gain["p_value"] < 0.001
    assert gain["difference_interval"][0] > 0.5
    assert results["told"].startswith("no leakage")
    assert results["expert"]["per_category"]["math"]["n"] == 120
    assert 20 < results["expert"]["tokens_per_question"] < 60
    told = json.loads((tmp_path / "judged" / "training_comparison.json").read_text(encoding="utf-8"))
    assert set(told) == {"told", "baseline", "post_training", "improvement", "training_config"}
    assert told["baseline"]["accuracy"] == results["base"]["accuracy"]
    assert told["post_training"]["accuracy"] == results["expert"]["accuracy"]
    assert told["improvement"]["accuracy"] == gain["difference"]
    assert told["training_config"]["templates"] == BRIEF.to_dict()
    rows = [json.loads(line) for line in (tmp_path / "judged" / "answers.jsonl").read_text("utf-8").splitlines()]
    assert [row["id"] for row in rows] == [str(i) for i in range(120)]
    assert sum(row["expert"]["letter"] == row["truth"] for row in rows) == round(120 * results["expert"]["accuracy"])
    assert json.loads((tmp_path / "judged" / "eval_results.json").read_text("utf-8"))["n"] == 120


def _questions(seed: int = 4) -> list[Question]:
    """Return questions of two to ten options and of many lengths."""
    rows = [
        Question(str(i), row["question"], tuple(row["options"]), row["answer_index"], "math", "toy")
        for i, row in enumerate(additions(12, seed))
    ]
    more = ("170 and more", "a", "b", "c", "d", "e")
    for i, row in enumerate(rows):
        options = (*row.options, *more)[: 2 + i % 9]
        rows[i] = replace(row, options=options, question=row.question + " please" * (i * 3 % 7))
    return rows


def test_a_batch_answers_as_one_by_one_and_padding_changes_nothing(taught: tuple[Path, Solver, Path, Path]) -> None:
    base, solver, _, _ = taught
    shared = SharedBase.open(resolve(str(base)), keep_prompts=0)
    shared.add(solver.expert, solver.path)
    questions = _questions()
    assert {len(question.options) for question in questions} == set(range(2, 11))
    for adapter in (None, solver.expert):
        prepared, _ = prepare_questions(questions, shared.preparer, solver.prompts, "reasoned", 48)
        assert len({len(one.input_ids) for one in prepared}) > 6
        asked = {n: ask(shared, questions, prepared, adapter, 48, n, Silent(), "") for n in (1, 5, 12)}
        assert asked[1].answers == asked[5].answers == asked[12].answers
        assert asked[1].truncated == asked[12].truncated


def test_generation_that_never_ends_is_cut(taught: tuple[Path, Solver, Path, Path]) -> None:
    base, solver, _, _ = taught
    shared = SharedBase.open(resolve(str(base)), keep_prompts=0)
    questions = _questions()[:3]
    prepared, _ = prepare_questions(questions, shared.preparer, solver.prompts, "direct", 3)
    found = ask(shared, questions, prepared, None, 3, 8, Silent(), "")
    assert all(one.tokens <= 3 for one in found.answers)
    assert all(found.truncated)
    assert figures(questions, found)["truncated"] == 3
    with pytest.raises(ConfigError, match="--max-new-tokens 9,999: the base reads and writes 2,048"):
        prepare_questions(questions, shared.preparer, solver.prompts, "direct", 9999)


def test_questions_that_were_trained_on_are_refused_and_listed(
    taught: tuple[Path, Solver, Path, Path], tmp_path: Path
) -> None:
    _, solver, train, _ = taught
    known = json.loads(train.read_text(encoding="utf-8").splitlines()[0])
    kept = {row.question for row in solver.questions()}
    assert known["question"] in kept
    known["question"] = known["question"].upper()
    exam = write(tmp_path / "exam.jsonl", [known])
    with pytest.raises(DataError, match=r"1 of its 1 questions overlap .*: 10000 is mmlu_pro_validation/10000 \(exact"):
        evaluate_solver(solver.path, _exam(exam))


def test_a_sample_and_other_categories(taught: tuple[Path, Solver, Path, Path], tmp_path: Path) -> None:
    _, solver, _, exam = taught
    own = [json.loads(line) for line in exam.read_text(encoding="utf-8").splitlines()]
    other = [addition(900 + i, 11, 12 + i, category="law") for i in range(3)]
    for number, row in enumerate(own):
        row["category"] = "math" if number < 110 else "physics"
    file = write(tmp_path / "exam.jsonl", [*own, *other])
    results = evaluate_solver(solver.path, _exam(file, max_samples=20, max_new_tokens=4, seed=3))
    assert results["n"] == 20
    assert {name: row["n"] for name, row in results["base"]["per_category"].items()} == {"math": 10, "physics": 10}
    assert results["left_out"] == {"of other categories": 3}
    assert results["sample"] == "20 drawn evenly from the categories, seed 3"
    assert results["expert"]["truncated"] == 20
    law = write(tmp_path / "law.jsonl", other)
    with pytest.raises(DataError, match=r"no question of math-reasoner .*it has: law"):
        evaluate_solver(solver.path, _exam(law))


def test_a_solver_of_another_base_is_refused(taught: tuple[Path, Solver, Path, Path], tmp_path: Path) -> None:
    _, solver, _, exam = taught
    other = tiny_base(tmp_path / "other")
    weights = other / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    with pytest.raises(ConfigError, match=r"trained on .* the base is .*other"):
        evaluate_solver(solver.path, _exam(exam, backbone=str(other)))
    with pytest.raises(ConfigError, match="--batch 0"):
        _exam(exam, batch=0)
    with pytest.raises(ConfigError, match="--style open: use reasoned or direct"):
        _exam(exam, style="open")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"options": []}, r"exam\.jsonl:1: .*option"),
        ({"options": ["a", "a"]}, r"exam\.jsonl:1: .*the same"),
        ({"options": [str(i) for i in range(27)]}, r"exam\.jsonl:1: 27 options"),
        ({"answer": "H", "answer_index": 7}, r"exam\.jsonl:1: "),
    ],
)
def test_questions_that_cannot_be_judged_by(
    taught: tuple[Path, Solver, Path, Path], tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    _, solver, _, _ = taught
    exam = write(tmp_path / "exam.jsonl", [addition(1, 20, 30) | change])
    with pytest.raises(DataError, match=message):
        evaluate_solver(solver.path, _exam(exam))


def test_an_in_domain_solver_is_judged_on_what_was_kept(
    taught: tuple[Path, Solver, Path, Path], tmp_path: Path
) -> None:
    base, _, _, _ = taught
    rows = [
        addition(i, 10 + i, 20 + 2 * i) | {"question": f"{WORDS[i]} {WORDS[(5 * i + 2) % 16]} {31 * i} what is it"}
        for i in range(16)
    ]
    exam = write(tmp_path / "exam.jsonl", rows)
    quick = {"rank": 4, "epochs": 1, "dropout": 0.0}
    options = SolverOptions({"mmlu_pro": str(exam)}, True, str(base), quick, BRIEF, device="cpu", precision="fp32")
    made = train_solver("math-reasoner", tmp_path / "made", options)
    results = evaluate_solver(made.path, _exam(exam, max_new_tokens=8, out=tmp_path / "judged"))
    assert results["in_domain"]
    assert results["n"] == len(made.held)
    assert results["left_out"] == {"not kept from training (in-domain)": 16 - len(made.held)}
    for name in ("eval_results.json", "training_comparison.json"):
        assert "IN-DOMAIN" in (tmp_path / "judged" / name).read_text(encoding="utf-8")
    assert read_solver(shutil.copytree(made.path, tmp_path / "copy")).held == made.held
    other = write(tmp_path / "other.jsonl", [addition(700, 40, 41)])
    with pytest.raises(DataError, match="holds none of the questions"):
        evaluate_solver(made.path, _exam(other))
