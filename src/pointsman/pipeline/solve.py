"""Route and solve: a `domain` router chooses the solver for a question with options, and the solver answers.

Solvers are adapters on one base in this process; the router stands on it too where it was trained on the same model.
Gives the answer, who gave it, and how sure both are. Reads a folder of solvers as `train solver --all` writes it.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from pointsman.artifacts.manifest import read_manifest
from pointsman.data.question_shapes import ShapeError, check_options
from pointsman.data.questions import Question
from pointsman.encoding.conversation import Prepared
from pointsman.errors import ConfigError, DataError, TaskError, nearest
from pointsman.pipeline.evaluate_solver import answer_of, prepare_questions
from pointsman.pipeline.solver_artifact import Solver, is_solver, read_solver
from pointsman.pipeline.solver_prompts import statement
from pointsman.tasks import Decision
from pointsman.tasks.answer import LETTERS, Answer
from pointsman.tasks.solvers import solver_of

if TYPE_CHECKING:
    from pointsman.experts.stack import Router
    from pointsman.inference.shared_base import SharedBase


@dataclass(frozen=True)
class Solved:
    """What came of a question.

    Attributes:
        answer: the solver's; its confidence is the share of its letter among all, said after its own reasoning.
        decision: the router's; None: the expert was named.
        expert: that answered.
        told: which questions it was trained on.
        truncated: its text was cut at the most tokens allowed.
        seconds: by stage.
    """

    answer: Answer
    decision: Decision | None
    expert: str
    told: str
    truncated: bool
    seconds: Mapping[str, float]

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready dictionary, times in milliseconds."""
        return {
            "answer": self.answer.to_dict(),
            "expert": self.expert,
            "decision": self.decision.to_dict() if self.decision is not None else None,
            "told": self.told,
            "truncated": self.truncated,
            "timing_ms": {name: round(1000 * spent, 3) for name, spent in self.seconds.items()},
        }


class Solving:
    """Solvers on one base, and the router that chooses between them.

    Args:
        base: that the solvers stand on.
        solvers: by expert.
        router: of the task `domain`; None: the expert is named with each question.
    """

    def __init__(self, base: SharedBase, solvers: Mapping[str, Solver], router: Router | None) -> None:
        self.base, self.solvers, self.router = base, dict(solvers), router
        for name, solver in solvers.items():
            base.add(name, solver.path)

    def decide(self, text: str) -> tuple[Decision, str]:
        """Return the router's decision and the expert that takes its label.

        Raises:
            ConfigError: there is no router, or no solver of that expert.
        """
        if self.router is None:
            raise ConfigError("nobody chooses the expert: pass --router ARTIFACT (task domain), or --expert NAME")
        [made] = self.router.predict([text])
        name = solver_of(made.label).name
        self._get(name, f"the router says '{made.label}', which is for ")
        return made, name

    def solve(
        self,
        question: str,
        options: Sequence[str],
        *,
        expert: str | None = None,
        max_new_tokens: int | None = None,
    ) -> Solved:
        """Answer a question.

        Args:
            question: its text.
            options: 2 to 26, in the order of their letters.
            expert: who answers; None: the router says.
            max_new_tokens: most tokens of the answer; None: as the solver says.

        Raises:
            DataError: a blank question, options that cannot be told apart, too few or too many, or too long a text.
            ConfigError: no such expert, or nobody to choose one.
        """
        asked = _question(question, options)
        clock: dict[str, float] = {}
        started = time.perf_counter()
        decision = None
        if expert is None:
            decision, expert = self.decide(asked.question)
            clock["route"] = time.perf_counter() - started
        solver = self._get(expert)
        most = max_new_tokens or solver.max_new_tokens
        prepared, _ = prepare_questions([asked], self.base.preparer, solver.prompts, solver.style, most)
        if not prepared:
            raise DataError(
                f"the question leaves no room for {most:,} tokens of answer among the {self.base.preparer.limit:,} "
                "that the base reads and writes: shorten it, or lower --max-new-tokens"
            )
        clock["switch"] = self.base.switch(expert)
        started = time.perf_counter()
        [made] = self.base.generate(prepared, [expert], max_new_tokens=most)
        clock["answer"] = time.perf_counter() - started
        answer = answer_of(made.text, asked.options, expert, made.tokens)
        if answer.letter is not None:
            started = time.perf_counter()
            share = self._shares(prepared[0], made.text, asked, expert)[LETTERS.index(answer.letter)]
            answer = replace(answer, confidence=share)
            clock["confidence"] = time.perf_counter() - started
        return Solved(answer, decision, expert, solver.told, made.truncated, clock)

    def _get(self, name: str, why: str = "") -> Solver:
        if name not in self.solvers:
            known = ", ".join(self.solvers)
            raise ConfigError(f"{why}unknown expert '{name}'{nearest(name, self.solvers)} (there are solvers: {known})")
        return self.solvers[name]

    def _shares(self, prepared: Prepared, text: str, asked: Question, expert: str) -> list[float]:
        """Return each letter's share among the letters, when one of their statements follows what was reasoned."""
        preparer = self.base.preparer
        before = text.rpartition("The answer is")[0] if "The answer is" in text else f"{text}\n"
        ids = preparer.answer_ids(before)[:-1] if before else []
        whole = Prepared(np.concatenate([prepared.input_ids, np.array(ids, np.int64)]))
        names = [preparer.answer_ids(statement(asked, number)) for number in range(len(asked.options))]
        return [math.exp(score) for score in self.base.score([whole], names, expert)[0]]


def open_solving(
    solvers: Sequence[Path],
    *,
    router: Path | None = None,
    device: str = "cpu",
    precision: str = "fp32",
    backbone: str | None = None,
) -> Solving:
    """Open solvers on one base, and the router.

    Args:
        solvers: their folders, or folders that hold them.
        router: artifact of the task `domain`; None: experts are named.
        device: `cpu` or `cuda`.
        precision: `fp32` or `bf16`, of the base.
        backbone: where the base is now.

    Raises:
        ConfigError: no solver, two of one expert, solvers on different bases, or a router of another task.
        PointsmanError: a folder that is not whole, or a base that cannot be had.
    """
    from pointsman.inference.shared_base import SharedBase

    found: dict[str, Solver] = {}
    for folder in _folders(solvers):
        solver = read_solver(folder)
        if solver.expert in found:
            raise ConfigError(f"{found[solver.expert].path} and {folder} are both solvers of {solver.expert}: name one")
        found[solver.expert] = solver
    first = next(iter(found.values()))
    for solver in found.values():
        if solver.base["digest"] != first.base["digest"]:
            raise ConfigError(
                f"{solver.path} was trained on {solver.base['name']}, {first.path} on {first.base['name']}: solvers "
                "that are asked together stand on one base"
            )
    if precision not in ("fp32", "bf16"):
        raise ConfigError(f"--precision {precision}: use fp32 or bf16")
    if router is not None:
        task = read_manifest(router).task
        for label in task.labels:
            try:
                solver_of(label)
            except TaskError:
                raise ConfigError(
                    f"--router {router}: its label '{label}' is no category that an expert takes: name a router of the "
                    f"task domain (this one's task is '{task.name}')"
                ) from None
    base = SharedBase.open(first.backbone(backbone), device=device, precision=precision)
    return Solving(base, found, _router(router, base, device) if router is not None else None)


def _router(path: Path, base: SharedBase, device: str) -> Router:
    manifest = read_manifest(path)
    if manifest.strategy != "branch" and manifest.backbone.digest == base.backbone.digest:
        from pointsman.inference.generating_predictor import load

        return load(path, base=base)
    from pointsman.inference.loading import load as load_any

    return load_any(path) if manifest.kind == "onnx" else load_any(path, device=device)


def _folders(given: Sequence[Path]) -> list[Path]:
    found: list[Path] = []
    for path in given:
        inner = [path] if is_solver(path) else sorted(folder for folder in path.glob("*") if is_solver(folder))
        if not inner:
            raise ConfigError(f"{path} holds no solver: make one with 'pointsman train solver'")
        found += inner
    if not found:
        raise ConfigError("no solver is named: pass --solvers FOLDER")
    return found


def _question(text: str, options: Sequence[str]) -> Question:
    if not text.strip():
        raise DataError("the question is blank: nothing is asked")
    try:
        check_options(options, len(LETTERS))
    except ShapeError as error:
        raise DataError(f"--options: {error}") from None
    return Question("question", text.strip(), tuple(options), None, None, "asked")
