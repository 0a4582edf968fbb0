"""The experts that solve: every category has exactly one, names are checked, answers agree with themselves."""

from __future__ import annotations

import subprocess
import sys

import pytest

from pointsman.errors import TaskError
from pointsman.tasks.answer import Answer
from pointsman.tasks.domain import TASK as DOMAIN
from pointsman.tasks.solvers import SOLVERS, solver, solver_of


def test_experts_and_their_categories() -> None:
    assert {expert.name: expert.categories for expert in SOLVERS} == {
        "math-reasoner": ("math", "physics", "engineering"),
        "science-expert": ("biology", "chemistry", "computer science"),
        "social-sciences": ("psychology", "economics", "business"),
        "humanities": ("history", "philosophy"),
        "law": ("law",),
        "generalist": ("health", "other"),
    }


def test_every_category_has_one_expert() -> None:
    taken = [category for expert in SOLVERS for category in expert.categories]
    assert sorted(taken) == sorted(DOMAIN.names)
    for expert in SOLVERS:
        for category in expert.categories:
            assert solver_of(category) is expert


def test_aliases_and_case() -> None:
    assert solver_of("mathematics").name == "math-reasoner"
    assert solver_of("Computer_Science").name == "science-expert"
    assert solver(" Law ").name == "law"


def test_unknown_names() -> None:
    with pytest.raises(TaskError, match="--expert math-reasonr: no such expert, did you mean 'math-reasoner'"):
        solver("math-reasonr")
    with pytest.raises(TaskError):
        solver_of("cooking")


def test_an_answer_agrees_with_itself() -> None:
    answer = Answer("B", "The answer is B.", "London", 0.8, "humanities", True, 5)
    assert answer.to_dict()["letter"] == "B"
    with pytest.raises(ValueError, match="readable"):
        Answer(None, "?", None, None, None, True, 1)


def test_no_heavy_import() -> None:
    code = (
        "import sys, pointsman.tasks.solvers, pointsman.tasks.answer, pointsman.data.contamination\n"
        "import pointsman.evaluation.letters\n"
        "print([m for m in ('torch', 'transformers', 'scipy', 'rensa') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
