"""The experts that solve exam questions: their names and the MMLU-Pro categories that each takes.

Together they take every category of the task `domain`, each exactly once; so that router can choose among them.
Knows no data sets and no models.
"""

from __future__ import annotations

from dataclasses import dataclass

from pointsman.errors import TaskError, nearest
from pointsman.tasks.domain import TASK as DOMAIN


@dataclass(frozen=True, slots=True)
class SolverExpert:
    """One expert.

    Attributes:
        name: as in `pointsman train solver --expert NAME`; also the adapter's name.
        categories: labels of the task `domain` that it takes.
        description: half a sentence for people.
    """

    name: str
    categories: tuple[str, ...]
    description: str


SOLVERS: tuple[SolverExpert, ...] = (
    SolverExpert("math-reasoner", ("math", "physics", "engineering"), "quantities worked out step by step"),
    SolverExpert("science-expert", ("biology", "chemistry", "computer science"), "the natural sciences and computing"),
    SolverExpert("social-sciences", ("psychology", "economics", "business"), "people, markets and firms"),
    SolverExpert("humanities", ("history", "philosophy"), "sources, events and arguments"),
    SolverExpert("law", ("law",), "statutes and cases"),
    SolverExpert("generalist", ("health", "other"), "medicine, and what fits nowhere else"),
)


def solver(name: str) -> SolverExpert:
    """Return an expert by its name, in any case.

    Raises:
        TaskError: no such expert.
    """
    for expert in SOLVERS:
        if expert.name == name.strip().casefold():
            return expert
    names = [expert.name for expert in SOLVERS]
    raise TaskError(f"--expert {name}: no such expert{nearest(name, names)}; choose {', '.join(names)}, or pass --all")


def solver_of(category: str) -> SolverExpert:
    """Return the expert that takes a category, which may be written in any case or as an alias.

    Raises:
        TaskError: no such category.
    """
    label = DOMAIN.resolve(category)
    return next(expert for expert in SOLVERS if label in expert.categories)
