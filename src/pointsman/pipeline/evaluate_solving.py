"""The exam of router and solvers together: routed answers against the base alone and against perfect routing.

Takes `Solving` with a router and a file of questions; gives accuracy of the three on the same questions, how often the
router chose the right expert, and the paired differences. Questions that any of the solvers was trained on are refused.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from pointsman.artifacts import check_output, staged
from pointsman.data.questions import Question, read_questions
from pointsman.errors import ConfigError, DataError
from pointsman.evaluation.letters import random_baseline
from pointsman.evaluation.metrics import Figure
from pointsman.evaluation.paired import mcnemar
from pointsman.pipeline.evaluate_solver import (
    RESULTS,
    Asked,
    SolverExam,
    ask,
    figures,
    judged_questions,
    paired,
    prepare_questions,
    refuse_overlap,
    right,
    sample_told,
)
from pointsman.pipeline.named import named
from pointsman.pipeline.options import Progress, Silent
from pointsman.pipeline.solver_data import stratified
from pointsman.pipeline.step import where
from pointsman.tasks.answer import LETTERS
from pointsman.tasks.solvers import solver_of

if TYPE_CHECKING:
    from pointsman.pipeline.solve import Solving


def evaluate_solving(solving: Solving, exam: SolverExam, progress: Progress | None = None) -> dict[str, Any]:
    """Judge a router and its solvers.

    Args:
        solving: with a router.
        exam: on what; its device and precision are those of `solving`, and each solver answers in its own style.
        progress: told what is done.

    Returns:
        What `eval_results.json` holds: `base`, `routed` and `perfect` on the same questions.

    Raises:
        ConfigError: no router.
        DataError: no question to judge on, or questions that were trained on.
    """
    tell = progress or Silent()
    if solving.router is None:
        raise ConfigError("--router ARTIFACT is missing: it is what chooses the expert")
    if exam.out is not None:
        check_output(exam.out, overwrite=exam.overwrite)
    questions, digest = _questions(solving, exam)
    owners = [solver_of(str(question.category)).name for question in questions]
    decisions = solving.router.predict([question.question for question in questions])
    wanted = [solver_of(one.label).name for one in decisions]
    chosen = [name if name in solving.solvers else None for name in wanted]
    arms = {
        "base": _asked(solving, exam, questions, owners, [None] * len(questions), tell),
        "perfect": _asked(solving, exam, questions, owners, owners, tell),
    }
    # Where router and truth agree the answer is the same one: it is not computed again.
    astray = [i for i, (name, owner) in enumerate(zip(chosen, owners, strict=True)) if name != owner]
    arms["routed"] = arms["perfect"]
    if astray:
        prompts = [chosen[i] or owners[i] for i in astray]
        other = _asked(solving, exam, [questions[i] for i in astray], prompts, [chosen[i] for i in astray], tell)
        arms["routed"] = _with(arms["perfect"], astray, other)
    hits = {name: np.array(right(questions, one)) for name, one in arms.items()}
    routing = Figure.share(len(questions) - len(astray), len(questions))
    results = {
        "kind": "solving",
        "solvers": {name: {"path": named(one.path), "told": one.told} for name, one in solving.solvers.items()},
        "data": named(exam.data),
        "sha256": digest,
        "n": len(questions),
        "sample": sample_told(exam, len(questions)),
        "launcher": where().to_dict(),
        "random": random_baseline([len(question.options) for question in questions]),
        "routing": {
            "accuracy": routing.value,
            "accuracy_interval": routing.interval,
            "not_sure": sum(one.abstained for one in decisions),
            "without_solver": sum(name is None for name in chosen),
        },
        **{name: figures(questions, arms[name]) for name in ("base", "routed", "perfect")},
        "routed_against_base": paired(mcnemar(hits["routed"], hits["base"])),
        "perfect_against_routed": paired(mcnemar(hits["perfect"], hits["routed"])),
    }
    if exam.out is not None:
        with staged(exam.out) as folder:
            text = json.dumps(results, indent=1, ensure_ascii=False)
            (folder / RESULTS).write_text(f"{text}\n", encoding="utf-8")
    return results


def _questions(solving: Solving, exam: SolverExam) -> tuple[list[Question], str]:
    """Return the questions of all solvers' categories that none of them was trained on, and the file's digest."""
    found: dict[str, Question] = {}
    read = read_questions(exam.data, need_options=True, most_options=len(LETTERS), on_fault="drop")
    there = {row.category for row in read.questions}
    for solver in solving.solvers.values():
        if not there & set(solver.categories):
            continue
        own, _, _ = judged_questions(solver, exam)
        refuse_overlap(solver, own, exam.data)
        found |= {question.id: question for question in own}
    if not found:
        raise DataError(f"{exam.data}: no question of {', '.join(solving.solvers)} in it")
    questions = stratified(list(found.values()), exam.max_samples, exam.seed)
    fits = []
    for question in questions:
        solver = solving.solvers[solver_of(str(question.category)).name]
        most = exam.max_new_tokens or solver.max_new_tokens
        if prepare_questions([question], solving.base.preparer, solver.prompts, solver.style, most)[0]:
            fits.append(question)
    if len(fits) < len(questions):
        raise DataError(
            f"{exam.data}: {len(questions) - len(fits):,} questions are longer than the base reads: remove them, or "
            "lower --max-new-tokens"
        )
    return questions, read.digest


def _asked(
    solving: Solving,
    exam: SolverExam,
    questions: Sequence[Question],
    prompts: Sequence[str],
    adapters: Sequence[str | None],
    tell: Progress,
) -> Asked:
    """Let each question be answered by its own adapter, as the solver of `prompts` is asked."""
    parts: dict[tuple[str, str | None], list[int]] = {}
    for i, key in enumerate(zip(prompts, adapters, strict=True)):
        parts.setdefault(key, []).append(i)
    found: dict[int, tuple[Any, bool, float]] = {}
    for (name, adapter), rows in parts.items():
        solver = solving.solvers[name]
        most = exam.max_new_tokens or solver.max_new_tokens
        some = [questions[i] for i in rows]
        prepared, fitting = prepare_questions(some, solving.base.preparer, solver.prompts, solver.style, most)
        if len(fitting) < len(rows):
            raise DataError(f"{exam.data}: a question is longer than the base reads as {name} is asked: remove it")
        one = ask(solving.base, some, prepared, adapter, most, exam.batch, tell, adapter or "base")
        found |= dict(zip(rows, zip(one.answers, one.truncated, one.seconds, strict=True), strict=True))
    order = [found[i] for i in range(len(questions))]
    return Asked(tuple(a for a, _, _ in order), tuple(cut for _, cut, _ in order), tuple(s for _, _, s in order))


def _with(asked: Asked, rows: Sequence[int], other: Asked) -> Asked:
    """Return the answers with those of some rows taken from others."""
    parts: list[list[Any]] = [list(asked.answers), list(asked.truncated), list(asked.seconds)]
    for place, i in enumerate(rows):
        for part, values in zip(parts, (other.answers, other.truncated, other.seconds), strict=True):
            part[i] = values[place]
    return Asked(tuple(parts[0]), tuple(parts[1]), tuple(parts[2]))
