"""A solver's exam: the untouched base and the solver answer the same questions in one run, and are compared pairwise.

Takes a solver's folder and a file of questions with options; gives accuracy with intervals, per category, what could
not be read, tokens and time, and McNemar's difference. A question that was trained on is never judged: where some are
found the exam is refused and they are listed.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from pointsman.artifacts import check_output, layout, staged
from pointsman.backbones import hardware as hw
from pointsman.data.contamination import decontaminate
from pointsman.data.questions import Question, read_questions
from pointsman.encoding import length_batches
from pointsman.errors import ConfigError, DataError
from pointsman.evaluation.letters import random_baseline, read_answer
from pointsman.evaluation.metrics import Figure
from pointsman.evaluation.paired import PairedTest, mcnemar
from pointsman.pipeline.mentioned import bases_of
from pointsman.pipeline.named import named
from pointsman.pipeline.options import Progress, Silent
from pointsman.pipeline.solver_artifact import COMPARISON, Solver, read_solver
from pointsman.pipeline.solver_data import EVALUATION, stratified
from pointsman.pipeline.solver_prompts import ASKED, Prompts, Style
from pointsman.pipeline.step import Step, where
from pointsman.tasks.answer import LETTERS, Answer

if TYPE_CHECKING:
    from pointsman.encoding.conversation import Prepared, Preparer
    from pointsman.inference.shared_base import SharedBase

RESULTS = layout.EVAL_RESULTS
ANSWERS = "answers.jsonl"

_TOKENS = 65_536
"""Padded tokens of a batch, prompts and answers together."""

_NAMED = 5


@dataclass(frozen=True)
class SolverExam:
    """What a solver is judged on.

    Attributes:
        data: file of questions with options.
        max_samples: most questions, drawn evenly from the categories; 0: all.
        style: how questions are put; None: as most of what the solver was taught.
        max_new_tokens: most tokens of an answer; None: as the solver's folder says.
        batch: most questions answered together.
        seed: of the draw.
        device, precision: of the run.
        backbone: where the base is now.
        out: folder for results, answers and `training_comparison.json`; None: not written.
        overwrite: replace what is there.
    """

    data: Path
    max_samples: int = 0
    style: Style | None = None
    max_new_tokens: int | None = None
    batch: int = 16
    seed: int = 0
    device: hw.Device = "auto"
    precision: hw.Precision = "auto"
    backbone: str | None = None
    out: Path | None = None
    overwrite: bool = False

    def __post_init__(self) -> None:
        if self.max_samples < 0:
            raise ConfigError(f"--max-samples {self.max_samples}: use a number of questions, or 0 for all")
        if self.batch < 1:
            raise ConfigError(f"--batch {self.batch}: use 1 or more")
        if self.max_new_tokens is not None and self.max_new_tokens < 1:
            raise ConfigError(f"--max-new-tokens {self.max_new_tokens}: use 1 or more")
        if self.style is not None and self.style not in ASKED:
            raise ConfigError(f"--style {self.style}: use {' or '.join(ASKED)}")


@dataclass(frozen=True)
class EvaluateSolverOptions:
    """What is judged.

    Attributes:
        solver: folder of a solver; with a router also one that holds solvers.
        exam: on what, and how.
        router: artifact of the task domain: what it routes is judged, beside the base and perfect routing.
    """

    solver: Path
    exam: SolverExam
    router: Path | None = None

    def __post_init__(self) -> None:
        if self.router is not None and self.exam.style is not None:
            raise ConfigError("--style is of one solver: with --router each answers in its own")


@dataclass(frozen=True)
class Asked:
    """Answers to the same questions by one model.

    Attributes:
        answers: in the questions' order.
        truncated: those cut at the most tokens allowed.
        seconds: of each; that of its batch, divided by the batch's questions.
    """

    answers: tuple[Answer, ...]
    truncated: tuple[bool, ...]
    seconds: tuple[float, ...]


def evaluate_solvers(options: EvaluateSolverOptions, progress: Progress | None = None) -> dict[str, Any]:
    """Judge a solver beside its base (`evaluate_solver`), or a router with its solvers (`evaluate_solving`).

    Raises:
        PointsmanError: solver, base, router, data or output that do not serve.
    """
    if options.router is None:
        return evaluate_solver(options.solver, options.exam, progress)
    from pointsman.pipeline.evaluate_solving import evaluate_solving
    from pointsman.pipeline.solve import open_solving

    exam = options.exam
    chosen = hw.choose(exam.device, exam.precision)
    opened = open_solving(
        [options.solver],
        router=options.router,
        device=chosen.device,
        precision=chosen.precision,
        backbone=exam.backbone,
    )
    return evaluate_solving(opened, exam, progress)


def evaluate_solver(folder: Path, exam: SolverExam, progress: Progress | None = None) -> dict[str, Any]:
    """Judge a solver beside its base.

    Args:
        folder: the solver's.
        exam: on what, and how.
        progress: told what is done.

    Returns:
        What `eval_results.json` holds.

    Raises:
        DataError: no question to judge on, or questions that were trained on.
        PointsmanError: solver, base, data or output that do not serve.
    """
    tell = progress or Silent()
    solver = read_solver(folder)
    if exam.out is not None:
        check_output(exam.out, overwrite=exam.overwrite)
    questions, digest, left_out = judged_questions(solver, exam)
    refuse_overlap(solver, questions, exam.data)
    questions = stratified(questions, exam.max_samples, exam.seed)
    from pointsman.inference.shared_base import SharedBase

    backbone = solver.backbone(exam.backbone)
    hardware = hw.choose(exam.device, exam.precision)
    base = SharedBase.open(backbone, device=hardware.device, precision=hardware.precision, keep_prompts=0)
    base.add(solver.expert, solver.path)
    base.ensure(solver.expert)
    style = exam.style or solver.style
    most = exam.max_new_tokens or solver.max_new_tokens
    prepared, fitting = prepare_questions(questions, base.preparer, solver.prompts, style, most)
    if long := len(questions) - len(fitting):
        left_out["longer than the base reads"] = long
        questions = [questions[i] for i in fitting]
    if not questions:
        raise DataError(f"{exam.data}: no question is left that fits {backbone.name} beside {most:,} tokens of answer")
    asked = {}
    for name, adapter in (("base", None), ("expert", solver.expert)):
        asked[name] = ask(base, questions, prepared, adapter, most, exam.batch, tell, name)
    results = {
        "kind": "solver",
        "solver": named(solver.path),
        "name": solver.expert,
        "told": solver.told,
        "in_domain": solver.in_domain,
        "data": named(exam.data),
        "sha256": digest,
        "n": len(questions),
        "sample": sample_told(exam, len(questions)),
        "left_out": left_out,
        "style": style,
        "template": getattr(solver.prompts, style),
        "max_new_tokens": most,
        "batch": exam.batch,
        "device": hardware.device,
        "precision": hardware.precision,
        "launcher": where().to_dict(),
        "options": {"fewest": min(len(q.options) for q in questions), "most": max(len(q.options) for q in questions)},
        "random": random_baseline([len(q.options) for q in questions]),
        **{name: figures(questions, one) for name, one in asked.items()},
        "difference": _paired(questions, asked["expert"], asked["base"]),
    }
    if exam.out is not None:
        _write(exam.out, results, questions, asked, solver)
    return results


def prepare_questions(
    questions: Sequence[Question], preparer: Preparer, prompts: Prompts, style: Style, most: int
) -> tuple[list[Prepared], list[int]]:
    """Make questions ready, those that leave room for an answer of `most` tokens; and give their numbers.

    Raises:
        ConfigError: no answer so long has room.
    """
    from pointsman.data.example import Example
    from pointsman.encoding.conversation import Template

    if most >= preparer.limit:
        raise ConfigError(f"--max-new-tokens {most:,}: the base reads and writes {preparer.limit:,} tokens in all")
    template = Template(system=prompts.system, max_tokens=preparer.limit - most)
    prepared, fitting = [], []
    for number, question in enumerate(questions):
        made = preparer.prepare(Example(prompts.render(question, style), source=question.id), template)
        if not made.truncated:
            prepared.append(made)
            fitting.append(number)
    return prepared, fitting


def ask(
    base: SharedBase,
    questions: Sequence[Question],
    prepared: Sequence[Prepared],
    adapter: str | None,
    most: int,
    batch: int,
    tell: Progress,
    name: str,
) -> Asked:
    """Let one model answer: greedy, left-padded batches of like length, each answer bounded."""
    answers: dict[int, Answer] = {}
    cut: dict[int, bool] = {}
    spent: dict[int, float] = {}
    lengths = [len(one.input_ids) + most for one in prepared]
    for rows in length_batches(lengths, max_tokens=_TOKENS, max_rows=batch):
        started = time.perf_counter()
        made = base.generate([prepared[i] for i in rows], [adapter] * len(rows), max_new_tokens=most)
        each = (time.perf_counter() - started) / len(rows)
        for i, one in zip(rows, made, strict=True):
            answers[i] = answer_of(one.text, questions[i].options, adapter, one.tokens)
            cut[i], spent[i] = one.truncated, each
        tell.advance(f"{name} answers", len(answers), len(questions))
    order = range(len(questions))
    return Asked(tuple(answers[i] for i in order), tuple(cut[i] for i in order), tuple(spent[i] for i in order))


def answer_of(text: str, options: Sequence[str], expert: str | None, tokens: int) -> Answer:
    """Return what was answered, as far as it can be read."""
    letter = read_answer(text, options).letter
    option = options[LETTERS.index(letter)] if letter is not None else None
    return Answer(
        letter=letter,
        text=text,
        option=option,
        confidence=None,
        expert=expert,
        readable=letter is not None,
        tokens=tokens,
    )


def right(questions: Sequence[Question], asked: Asked) -> list[bool]:
    """Return which questions were answered right; an answer that cannot be read is not."""
    return [
        one.letter is not None and one.letter == question.letter
        for question, one in zip(questions, asked.answers, strict=True)
    ]


def figures(questions: Sequence[Question], asked: Asked) -> dict[str, Any]:
    """Return one model's figures."""
    hits = right(questions, asked)
    n = len(questions)
    unreadable = sum(not one.readable for one in asked.answers)
    categories = {}
    for category in sorted({str(question.category) for question in questions}):
        own = [hit for question, hit in zip(questions, hits, strict=True) if str(question.category) == category]
        categories[category] = {"n": len(own), **_share("accuracy", sum(own), len(own))}
    return {
        **_share("accuracy", sum(hits), n),
        **_share("unreadable", unreadable, n),
        "truncated": sum(asked.truncated),
        "per_category": categories,
        "tokens_per_question": float(np.mean([one.tokens for one in asked.answers])),
        "seconds_per_question": float(np.mean(asked.seconds)),
    }


def _share(name: str, good: int, n: int) -> dict[str, Any]:
    figure = Figure.share(good, n)
    return {name: figure.value, f"{name}_interval": figure.interval}


def _paired(questions: Sequence[Question], expert: Asked, base: Asked) -> dict[str, Any]:
    return paired(mcnemar(np.array(right(questions, expert)), np.array(right(questions, base))))


def paired(test: PairedTest) -> dict[str, Any]:
    """Return a paired difference as results have it."""
    return {**test.to_dict(), "expert_only": test.a_only, "base_only": test.b_only}


def judged_questions(solver: Solver, exam: SolverExam) -> tuple[list[Question], str, dict[str, int]]:
    """Return the questions of the expert's categories, less those that an in-domain solver was given; the digest of
    their file, and how many were left out why."""
    read = read_questions(exam.data, need_options=True, most_options=len(LETTERS), on_fault="drop")
    rows = list(read.questions)
    left_out: dict[str, int] = {"at fault": len(read.left_out)} if read.left_out else {}
    own = [row for row in rows if row.category in solver.categories]
    if len(own) < len(rows):
        left_out["of other categories"] = len(rows) - len(own)
    if not own:
        found = ", ".join(sorted({row.category or "none" for row in rows}))
        raise DataError(
            f"{exam.data}: no question of {solver.expert} ({', '.join(solver.categories)}) in it (it has: {found})"
        )
    if solver.in_domain:
        kept = [row for row in own if row.id in solver.held]
        if not kept:
            raise DataError(
                f"{exam.data}: it holds none of the questions that {solver.path} (in-domain) was not trained on: judge "
                "it on the file that it was cut from, or judge a solver trained without leakage"
            )
        if len(kept) < len(own):
            left_out["not kept from training (in-domain)"] = len(own) - len(kept)
        own = kept
    return own, read.digest, left_out


def refuse_overlap(solver: Solver, questions: Sequence[Question], data: Path) -> None:
    """Refuse questions that the solver was trained on.

    Raises:
        DataError: there are some; the first are named.
    """
    trained = solver.questions()
    _, overlap = decontaminate(trained, questions)
    if not overlap.found:
        return
    some = "; ".join(
        f"{questions[one.held].id} is {trained[one.training].id} ({one.kind})" for one in overlap.found[:_NAMED]
    )
    more = f" and {len(overlap.found) - _NAMED:,} more" if len(overlap.found) > _NAMED else ""
    held = len({one.held for one in overlap.found})
    raise DataError(
        f"{data}: {held:,} of its {len(questions):,} questions overlap what {solver.path} was trained on: "
        f"{some}{more}. Remove them, or train with this file as --data {EVALUATION}={data}"
    )


def sample_told(exam: SolverExam, n: int) -> str:
    """Return in words which of the questions are judged on."""
    if not exam.max_samples:
        return "all questions"
    return f"{n:,} drawn evenly from the categories, seed {exam.seed}"


def comparison(results: Mapping[str, Any], solver: Solver) -> dict[str, Any]:
    """Return what `training_comparison.json` holds: before, after, the difference, and how it was trained."""
    config = solver.record
    return {
        "told": solver.told,
        "baseline": {"model": solver.base["name"], **results["base"]},
        "post_training": {"model": named(solver.path), **results["expert"]},
        "improvement": {"accuracy": results["difference"]["difference"], **results["difference"]},
        "training_config": {
            "expert": solver.expert,
            "categories": list(solver.categories),
            "in_domain": solver.in_domain,
            "base": dict(config["base"]),
            "recipe": dict(config["recipe"]),
            "rows": dict(config["rows"]),
            "contamination": dict(config["contamination"]),
            "templates": dict(config["templates"]),
        },
    }


def _write(
    out: Path, results: Mapping[str, Any], questions: Sequence[Question], asked: Mapping[str, Asked], solver: Solver
) -> None:
    with staged(out) as folder:
        _json(folder / RESULTS, results)
        _json(folder / COMPARISON, comparison(results, solver))
        with (folder / ANSWERS).open("w", encoding="utf-8") as file:
            for number, question in enumerate(questions):
                row: dict[str, Any] = {"id": question.id, "category": question.category, "truth": question.letter}
                for name, one in asked.items():
                    made = one.answers[number]
                    row[name] = {"letter": made.letter, "text": made.text, "tokens": made.tokens}
                file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _json(file: Path, content: Mapping[str, Any]) -> None:
    file.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _bases(options: EvaluateSolverOptions) -> Iterator[Path]:
    if options.exam.backbone is None:
        yield from bases_of([options.solver, *options.solver.glob("*/")])
    if options.router is not None:
        yield from bases_of([options.router])


STEP = Step(
    "evaluate solver",
    EvaluateSolverOptions,
    evaluate_solvers,
    reads=("solver", "router", "exam.data"),
    writes="exam.out",
    names=("exam.backbone",),
    within=_bases,
)
