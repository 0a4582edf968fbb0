from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from safetensors.torch import load_file

from pointsman.data.questions import Question
from pointsman.errors import ArtifactError, ConfigError, DataError, OutputError, PointsmanError
from pointsman.launchers import launch
from pointsman.pipeline.options import Silent
from pointsman.pipeline.solver_artifact import Solver, read_solver
from pointsman.pipeline.solver_data import solver_data, stratified
from pointsman.pipeline.solver_prompts import Prompts, style_of, target
from pointsman.pipeline.step import options_from_json, options_to_json, paths_in
from pointsman.pipeline.train_solver import (
    PROJECTIONS,
    STEP,
    SolverOptions,
    SolverTraining,
    train_solver,
    train_solvers,
)
from pointsman.tasks.solvers import SOLVERS, solver
from tests.solving import BRIEF, WORDS, addition, additions, tiny_base, write

QUICK = {"rank": 4, "alpha": 8, "epochs": 1, "batch_size": 8, "dropout": 0.0}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_base(tmp_path_factory.mktemp("solver") / "base")


@pytest.fixture
def sets(tmp_path: Path) -> dict[str, str]:
    """An exam of 12 questions, and 40 others to learn from."""
    exam = write(tmp_path / "exam.jsonl", additions(12, 1))
    return {
        "mmlu_pro": str(exam),
        "mmlu_pro_validation": str(write(tmp_path / "train.jsonl", additions(40, 2, start=100))),
    }


def _options(base: Path, sets: dict[str, str], **more: Any) -> SolverOptions:
    given = {"data": sets, "model": str(base), "overrides": QUICK, "prompts": BRIEF, "device": "cpu"}
    return SolverOptions(**{**given, "precision": "fp32", **more})


def _told(n: int, category: str, start: int = 0) -> list[dict[str, Any]]:
    """Return questions that have nothing in common but their kind."""
    return [
        {
            "question_id": f"{category}-{start + i}",
            "question": f"{WORDS[i % 16]} {WORDS[(i * 7 + 3) % 16]} {i * 37 + start}: what does {category} say of it",
            "options": ["nothing", WORDS[(i * 5) % 16], "a great deal"],
            "answer": "ABC"[i % 3],
            "category": category,
        }
        for i in range(n)
    ]


def test_prompt_and_target_are_of_one_kind() -> None:
    worked = Question("1", "What is 2 + 2?", ("3", "4"), 1, "math", "s", "2 + 2 makes 4.")
    plain = Question("2", "Who wrote {options}?", ("Ann", "Bo", "Cy"), 2, "history", "s")
    free = Question("3", "How many?", (), None, None, "s", "2 + 3 makes 5.", None, "5")
    assert [style_of(row) for row in (worked, plain, free)] == ["reasoned", "direct", "open"]
    assert target(worked) == "2 + 2 makes 4.\nThe answer is B."
    assert target(plain) == "The answer is C."
    assert target(free) == "2 + 3 makes 5.\nThe answer is 5."
    said = Question("4", "What?", ("3", "4"), 1, "math", "s", "Four. The answer is B.")
    assert target(said) == "Four. The answer is B."
    asked = Prompts().render(plain, "direct")
    assert asked.startswith("Who wrote {options}?\n\nOptions:\nA. Ann\nB. Bo\nC. Cy\n\n")
    assert "step by step" not in asked
    assert "step by step" in Prompts().render(worked, "reasoned")
    with pytest.raises(DataError, match="its solution ends in A, its answer is B"):
        target(Question("5", "What?", ("3", "4"), 1, "math", "s", "Hence the answer is A."))


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ({"reasoned": "{question}"}, "'reasoned' loses the options"),
        ({"direct": "{options}"}, r"'direct' has to hold \{question\} once"),
        ({"direct": "{question} {options} {options}"}, "too often"),
        ({"open": "{question} {options}"}, "too often"),
    ],
)
def test_a_template_that_loses_something_is_refused(texts: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        Prompts(**texts)


def test_planted_contamination_is_removed_and_listed(tmp_path: Path, sets: dict[str, str]) -> None:
    exam = additions(12, 1)
    rows = additions(40, 2, start=100)
    rows[3]["question"] = exam[0]["question"]
    rows[7]["question"] = f"  {str(exam[5]['question']).upper().replace(' ', '   ')}!!"
    rows[9]["cot_content"] = f"As was said: {exam[2]['question']} And so on."
    sets["mmlu_pro_validation"] = str(write(tmp_path / "planted.jsonl", rows))
    found = solver_data(solver("math-reasoner"), sets)
    listed = {one["training"]: one["kind"] for one in found.decontamination["listed"]}
    assert listed[3] == listed[7] == "exact"
    assert listed[9] == "ngram13"
    kept = {row.id for row in found.rows}
    assert not kept & {f"mmlu_pro_validation/{100 + i}" for i in (3, 7, 9)}
    assert len(found.rows) == 40 - found.decontamination["removed"]


def test_the_folder_says_how_it_was_made(tmp_path: Path, base: Path, sets: dict[str, str]) -> None:
    rows = [*additions(20, 2, start=100), *additions(9, 3, start=200, worked=False), *_told(4, "law")]
    sets["mmlu_pro_validation"] = str(write(tmp_path / "mixed.jsonl", rows))
    made = train_solver("math-reasoner", tmp_path / "out", _options(base, sets))
    assert made == read_solver(tmp_path / "out")
    assert sorted(file.name for file in made.path.iterdir()) == [
        "adapter_config.json", "adapter_model.safetensors", "decontamination.json", "solver.json", "training.json",
        "training_questions.jsonl.gz",
    ]  # fmt: skip
    record = made.record
    assert record["rows"]["styles"] == {"reasoned": 20, "direct": 9}
    assert (made.style, made.prompts, made.max_new_tokens) == ("reasoned", BRIEF, 512)
    assert made.told.startswith("no leakage")
    assert [row.category for row in made.questions()] == ["math"] * 29
    assert record["recipe"]["targets"] == list(PROJECTIONS)
    config = json.loads((made.path / "adapter_config.json").read_text(encoding="utf-8"))
    assert (config["r"], config["base_model_name_or_path"]) == (4, str(base))
    with pytest.raises(OutputError, match="exists already"):
        train_solver("math-reasoner", tmp_path / "out", _options(base, sets))
    (made.path / "decontamination.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ArtifactError, match=r"decontamination\.json is not the file that solver\.json speaks of"):
        read_solver(made.path)


def test_in_domain_cuts_by_question_and_says_so(tmp_path: Path, base: Path) -> None:
    exam = write(tmp_path / "exam.jsonl", [*_told(30, "law"), *_told(10, "math")])
    options = _options(base, {"mmlu_pro": str(exam)}, in_domain=True)
    made = train_solver("law", tmp_path / "law", options)
    trained = {row.id for row in made.questions()}
    assert made.held
    assert not trained & made.held
    assert trained | made.held <= {f"law-{i}" for i in range(30)}
    for name in ("solver.json", "training.json", "decontamination.json"):
        assert "IN-DOMAIN" in (made.path / name).read_text(encoding="utf-8")
    with pytest.raises(ConfigError, match="--in-domain trains on mmlu_pro alone"):
        train_solver("law", tmp_path / "b", _options(base, {"mmlu_pro": str(exam), "arc": "x"}, in_domain=True))


class KilledError(Exception):
    """Stands for a kill."""


class _Kill(Silent):
    def advance(self, stage: str, done: int, total: int, text: str = "") -> None:
        if stage == "math-reasoner" and done == 7:
            raise KilledError


def test_a_killed_run_goes_on_and_ends_at_the_same_weights(tmp_path: Path, base: Path, sets: dict[str, str]) -> None:
    overrides = {**QUICK, "evaluate_every": 3, "epochs": 2}
    whole = train_solver("math-reasoner", tmp_path / "whole", _options(base, sets, overrides=overrides))
    with pytest.raises(KilledError):
        train_solver("math-reasoner", tmp_path / "cut", _options(base, sets, overrides=overrides), _Kill())
    assert not (tmp_path / "cut").exists()
    with pytest.raises(OutputError, match="holds an interrupted run"):
        train_solver("math-reasoner", tmp_path / "cut", _options(base, sets, overrides=overrides))
    other = {**overrides, "epochs": 3}
    with pytest.raises(ConfigError, match="another recipe"):
        train_solver("math-reasoner", tmp_path / "cut", _options(base, sets, overrides=other, resume=True))
    cut = train_solver("math-reasoner", tmp_path / "cut", _options(base, sets, overrides=overrides, resume=True))
    assert json.loads((cut.path / "training.json").read_text(encoding="utf-8"))["resumed_from"] == 6
    a, b = (load_file(made.path / "adapter_model.safetensors") for made in (whole, cut))
    assert all((a[name] == b[name]).all() for name in a)
    assert not (tmp_path / ".cut.work").exists()


def test_all_six_in_turn_and_what_is_whole_is_kept(tmp_path: Path, base: Path) -> None:
    categories = [category for expert in SOLVERS for category in expert.categories]
    exam = write(tmp_path / "exam.jsonl", [row for c in categories for row in _told(3, c, 500)])
    rows = [row for c in categories for row in _told(4, c)]
    data = {"mmlu_pro": str(exam), "mmlu_pro_validation": str(write(tmp_path / "train.jsonl", rows))}

    class Stop(Silent):
        def say(self, line: str) -> None:
            if line.startswith("[humanities]"):
                raise KilledError

    with pytest.raises(KilledError):
        train_solvers(tmp_path / "all", _options(base, data), Stop())
    summary = json.loads((tmp_path / "all" / "summary.json").read_text(encoding="utf-8"))
    assert (summary["complete"], len(summary["solvers"])) == (False, 3)
    with pytest.raises(OutputError, match="exists already"):
        train_solvers(tmp_path / "all", _options(base, data))
    with pytest.raises(ConfigError, match=r"math-reasoner: --resume: .* trained with another recipe"):
        train_solvers(tmp_path / "all", _options(base, data, resume=True, overrides={**QUICK, "epochs": 2}))
    found = train_solvers(tmp_path / "all", _options(base, data, resume=True))
    assert found.kept == ("math-reasoner", "science-expert", "social-sciences")
    summary = json.loads(found.summary.read_text(encoding="utf-8"))
    assert summary["complete"]
    assert list(summary["solvers"]) == [expert.name for expert in SOLVERS]
    assert {row["rows"] for row in summary["solvers"].values()} <= {4, 8, 12}


def test_a_sample_is_drawn_evenly_and_is_no_prefix(tmp_path: Path) -> None:
    rows = [
        Question(f"{c}{i}", f"question {i}", ("x", "y"), 0, c, "s") for c, n in (("a", 80), ("b", 15), ("c", 5))
        for i in range(n)
    ]  # fmt: skip
    drawn = stratified(rows, 30, 0)
    counts = [sum(row.category == c for row in drawn) for c in "abc"]
    assert counts == [13, 12, 5] or counts == [12, 13, 5]
    assert [row.id for row in drawn if row.category == "a"] != [f"a{i}" for i in range(counts[0])]
    assert drawn == stratified(rows, 30, 0) != stratified(rows, 30, 1)
    assert stratified(rows, 0, 0) == rows


def _no_exam(folder: Path, sets: dict[str, str]) -> dict[str, str]:
    return {"mmlu_pro_validation": sets["mmlu_pro_validation"]}


def _no_own(folder: Path, sets: dict[str, str]) -> dict[str, str]:
    return {"mmlu_pro": str(write(folder / "law.jsonl", _told(3, "law")))}


def _nothing_left(folder: Path, sets: dict[str, str]) -> dict[str, str]:
    return {**sets, "mmlu_pro_validation": sets["mmlu_pro"]}


def _wrong_answer(folder: Path, sets: dict[str, str]) -> dict[str, str]:
    row = addition(1, 12, 13) | {"answer": "F", "answer_index": 5}
    return {**sets, "mmlu_pro_validation": str(write(folder / "wrong.jsonl", [row]))}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda _, sets: {**sets, "gsmk8": "x"}, "no such set, did you mean 'gsm8k'"),
        (lambda _, sets: {**sets, "truthfulqa": "x"}, "math-reasoner is not trained on it"),
        (lambda _, sets: {**sets, "gsm8k": "none.jsonl"}, "none.jsonl: no such file"),
        (_no_exam, "the set mmlu_pro .* cannot be had from the Hub: .* pass a file of it, --data mmlu_pro=FILE"),
        (_no_own, "no question of math-reasoner"),
        (_nothing_left, "no row is left to learn from"),
        (_wrong_answer, r"wrong\.jsonl:1: "),
    ],
)
def test_data_that_do_not_serve(
    tmp_path: Path,
    base: Path,
    sets: dict[str, str],
    change: Callable[[Path, dict[str, str]], dict[str, str]],
    message: str,
) -> None:
    with pytest.raises(PointsmanError, match=message):
        train_solver("math-reasoner", tmp_path / "out", _options(base, change(tmp_path, sets)))
    assert not (tmp_path / "out").exists()


def test_an_unknown_expert_is_told_of_the_nearest(tmp_path: Path, base: Path, sets: dict[str, str]) -> None:
    with pytest.raises(PointsmanError, match="did you mean 'math-reasoner'"):
        train_solver("math-reasonr", tmp_path / "out", _options(base, sets))
    options = _options(base, sets, overrides={"adapt": "full"})
    with pytest.raises(ConfigError, match="--adapt full"):
        train_solver("math-reasoner", tmp_path / "out", options)


def test_options_travel_as_json(tmp_path: Path, base: Path, sets: dict[str, str]) -> None:
    overrides = {**QUICK, "targets": ["q_proj", "v_proj"]}
    for expert in ("law", None):
        asked = SolverTraining(expert, tmp_path / "out", _options(base, sets, overrides=overrides))
        assert options_from_json(STEP.options, options_to_json(asked)) == asked
    assert paths_in(STEP, asked) == {
        "how.data": tuple(map(Path, sets.values())),
        "how.model": (base,),
        "out": (tmp_path / "out",),
    }


def test_the_step_trains_who_is_asked(tmp_path: Path, base: Path, sets: dict[str, str]) -> None:
    made = launch(STEP, SolverTraining("math-reasoner", tmp_path / "out", _options(base, sets)))
    assert isinstance(made, Solver)
    assert (made.expert, made.record["launcher"]) == ("math-reasoner", {"launcher": "local", "workers": 1})
