"""The step that trains solvers: an expert's questions to a LoRA on a generating model that answers them.

Rows with a worked solution teach to reason, rows without one the direct answer, each under its own prompt. Takes an
expert's name and where its sets are; gives a solver's folder (`solver_artifact`), whole or not at all. Whether it is
any good is `evaluate_solver`'s to say.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pointsman.artifacts import check_output, staged
from pointsman.backbones import Backbone, resolve
from pointsman.backbones import hardware as hw
from pointsman.backbones.generating import require_generating
from pointsman.data.example import Example
from pointsman.data.questions import Question
from pointsman.encoding.conversation import Preparer, Template
from pointsman.errors import ConfigError, DataError, OutputError, PointsmanError
from pointsman.pipeline import solver_artifact as artifact
from pointsman.pipeline.options import Progress, Silent, TrainOptions, as_given, stage
from pointsman.pipeline.run import backbone_record, prepare_work, versions, work_folder
from pointsman.pipeline.solver_data import SolverData, solver_data
from pointsman.pipeline.solver_prompts import Prompts, Style, style_of, target
from pointsman.pipeline.step import Step, where
from pointsman.tasks.solvers import SOLVERS, solver
from pointsman.training.adapter import save_adapter
from pointsman.training.crew import Alone, Crew
from pointsman.training.loop import FitResult
from pointsman.training.sft import Lesson
from pointsman.training.sft_model import train_sft
from pointsman.training.sft_recipe import SftRecipe

MODEL = "qwen3-0.6b"
PROJECTIONS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
SUMMARY = "summary.json"

LONGEST: Mapping[Style, int] = {"reasoned": 512, "direct": 16}
"""Most tokens of an answer, unless the artifact or the user says otherwise."""


def recipe_of(overrides: Mapping[str, Any]) -> SftRecipe:
    """Return a solver's recipe: rank 32, alpha 64 on every projection, with what the user set.

    Raises:
        ConfigError: a setting that there is not, or out of its range.
    """
    return SftRecipe.of({"rank": 32, "alpha": 64, "targets": PROJECTIONS, **overrides})


@dataclass(frozen=True)
class SolverOptions:
    """How solvers are trained.

    Attributes:
        data: set -> file or Hub id, see `solver_data`.
        in_domain: train on a part of the evaluation set itself.
        model: base: alias, Hub id or folder.
        overrides: settings of the recipe that the user set.
        prompts: how questions are put.
        max_samples: most rows; 0: all.
        max_new_tokens: most tokens of an answer; None: by how most rows answer.
        device, precision: `auto` or a choice.
        overwrite: replace what is there.
        resume: go on with what was interrupted.
    """

    data: Mapping[str, str] = field(default_factory=dict)
    in_domain: bool = False
    model: str = MODEL
    overrides: Mapping[str, Any] = field(default_factory=dict)
    prompts: Prompts = field(default_factory=Prompts)
    max_samples: int = 0
    max_new_tokens: int | None = None
    device: hw.Device = "auto"
    precision: hw.Precision = "auto"
    overwrite: bool = False
    resume: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "overrides", as_given(self.overrides))
        if self.max_samples < 0:
            raise ConfigError(f"--max-samples {self.max_samples}: use a number of rows, or 0 for all")
        if self.max_new_tokens is not None and self.max_new_tokens < 1:
            raise ConfigError(f"--max-new-tokens {self.max_new_tokens}: use 1 or more")
        if self.resume and self.overwrite:
            raise ConfigError("--resume goes on with what is there, --overwrite begins anew: give one of them")


@dataclass(frozen=True)
class SolverTraining:
    """What `STEP` is asked.

    Attributes:
        expert: who is trained; None: all six, each in a folder of its name below `out`.
        out: folder to write.
        how: how.
    """

    expert: str | None
    out: Path
    how: SolverOptions


def run_solver_training(
    asked: SolverTraining, progress: Progress | None = None, crew: Crew | None = None
) -> artifact.Solver | TrainedSolvers:
    """Train one solver, or all; see `train_solver` and `train_solvers`."""
    if asked.expert is None:
        return train_solvers(asked.out, asked.how, progress, crew)
    return train_solver(asked.expert, asked.out, asked.how, progress, crew)


def train_solver(
    expert: str, out: Path, options: SolverOptions, progress: Progress | None = None, crew: Crew | None = None
) -> artifact.Solver:
    """Train one expert and write its folder.

    Args:
        expert: its name.
        out: folder to write.
        options: how.
        progress: told what is done.
        crew: who shares the fitting; None: nobody.

    Raises:
        PointsmanError: rows, model, settings or output that do not serve; nothing is written then.
    """
    tell = progress or Silent()
    who = solver(expert)
    recipe = recipe_of(options.overrides)
    if recipe.adapt != "lora":
        raise ConfigError("--adapt full: a solver is a LoRA beside others on one base: use lora")
    check_output(out, overwrite=options.overwrite)
    backbone = resolve(options.model)
    require_generating(backbone)
    hardware = (crew or Alone()).hardware(options.device, options.precision)
    data = solver_data(
        who,
        options.data,
        in_domain=options.in_domain,
        max_samples=options.max_samples,
        seed=recipe.seed,
        progress=tell,
    )
    for note in data.notes:
        tell.say(note)
    started = time.perf_counter()
    preparer = Preparer(backbone)
    lessons, kept, long = _lessons(data.rows, preparer, options.prompts, tell)
    if not lessons:
        raise DataError(
            f"{who.name}: each of {len(data.rows):,} rows is longer than the {preparer.limit:,} tokens read"
        )
    prepared = time.perf_counter() - started
    run = _run(who.name, recipe, backbone, hardware, data, options)
    # An interrupted run is gone on with where one is there: `--resume` of several experts meets some that never began.
    resume = options.resume and work_folder(out).exists()
    work = prepare_work(out, TrainOptions(resume=resume, overwrite=options.overwrite), run)
    tell.say(f"training {who.name} on {len(lessons):,} rows ({artifact.told(options.in_domain)})")
    taught = train_sft(
        backbone, lessons, recipe, hardware, work, progress=stage(tell, who.name), resume=resume, crew=crew
    )
    result = taught.fit
    with staged(out) as folder:
        save_adapter(taught.model, folder, backbone)
        record = _record(who.name, who.categories, kept, data, options, backbone, hardware, recipe)
        record["rows"]["too_long"] = long
        record["rows"]["answer_tokens"] = sum(len(one.answer) for one in lessons)
        _write(folder, record, kept, data, options.in_domain)
        told = _training(record, result, {"prepare": prepared, "fit": result.seconds})
        (folder / artifact.TRAINING).write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    shutil.rmtree(work, ignore_errors=True)
    return artifact.read_solver(out)


@dataclass(frozen=True)
class TrainedSolvers:
    """What `train_solvers` made.

    Attributes:
        rows: of the summary, by expert.
        kept: experts that were whole already.
        seconds: of this call.
        summary: path of `summary.json`.
    """

    rows: Mapping[str, Mapping[str, Any]]
    kept: tuple[str, ...]
    seconds: float
    summary: Path


def train_solvers(
    out: Path, options: SolverOptions, progress: Progress | None = None, crew: Crew | None = None
) -> TrainedSolvers:
    """Train every expert in turn, each into a folder of its name below `out`, and write `summary.json` after each.

    Sets of `options.data` go to the experts that are trained on them. With `resume` whole solvers are kept.

    Raises:
        PointsmanError: of the first expert that fails, naming it; those before it stay.
    """
    tell = progress or Silent()
    started = time.perf_counter()
    if not options.resume:
        check_output(out, overwrite=options.overwrite, several=True)
    rows: dict[str, dict[str, Any]] = {}
    kept = []
    _summarise(out, rows, options)
    for number, expert in enumerate(SOLVERS, start=1):
        tell.say(f"[{expert.name}] {number} of {len(SOLVERS)}")
        folder = out / expert.name
        try:
            if options.resume and artifact.is_solver(folder):
                made = artifact.read_solver(folder)
                _check_same(made, options)
                kept.append(expert.name)
            else:
                shared = replace(options, data=_share(expert.name, options))
                made = train_solver(expert.name, folder, shared, tell, crew)
        except PointsmanError as error:
            error.args = (
                f"{expert.name}: {error} ({number - 1} of {len(SOLVERS)} solvers are done; mend it and run the same "
                "command with --resume)",
            )
            raise
        rows[expert.name] = _summary_row(made)
        _summarise(out, rows, options)
    return TrainedSolvers(rows, tuple(kept), time.perf_counter() - started, out / SUMMARY)


def _lessons(
    rows: Sequence[Question], preparer: Preparer, prompts: Prompts, tell: Progress
) -> tuple[list[Lesson], list[Question], int]:
    """Return rows as the model learns them, the rows themselves, and how many were too long to be taken."""
    lessons, kept = [], []
    for number, row in enumerate(rows, start=1):
        lesson = _lesson(row, preparer, prompts)
        if lesson is not None:
            lessons.append(lesson)
            kept.append(row)
        tell.advance("preparing", number, len(rows))
    return lessons, kept, len(rows) - len(kept)


def _lesson(row: Question, preparer: Preparer, prompts: Prompts) -> Lesson | None:
    answer = tuple(preparer.answer_ids(target(row)))
    template = Template(system=prompts.system)
    prepared = preparer.prepare(Example(prompts.render(row, style_of(row)), source=row.id), template)
    if prepared.truncated or len(prepared.input_ids) + len(answer) > preparer.limit:
        return None
    return Lesson(prepared, answer)


def _run(
    name: str,
    recipe: SftRecipe,
    backbone: Backbone,
    hardware: hw.Hardware,
    data: SolverData,
    options: SolverOptions,
) -> dict[str, Any]:
    """Return what has to be the same for an interrupted run to go on."""
    plain: dict[str, Any] = json.loads(
        json.dumps({
            "expert": name,
            "recipe": recipe.to_dict(),
            "rows": data.digest,
            "templates": options.prompts.to_dict(),
            "backbone": backbone.digest,
            "precision": hardware.precision,
        })
    )  # fmt: skip
    return plain


def _record(
    name: str,
    categories: Sequence[str],
    rows: Sequence[Question],
    data: SolverData,
    options: SolverOptions,
    backbone: Backbone,
    hardware: hw.Hardware,
    recipe: SftRecipe,
) -> dict[str, Any]:
    styles = {style: sum(style_of(row) == style for row in rows) for style in data.styles}
    reasoned = styles.get("reasoned", 0) + styles.get("open", 0)
    style: Style = "reasoned" if reasoned >= styles.get("direct", 0) else "direct"
    return {
        "expert": name,
        "categories": list(categories),
        "in_domain": options.in_domain,
        "told": artifact.told(options.in_domain),
        "base": backbone_record(backbone).model_dump(),
        "templates": options.prompts.to_dict(),
        "style": style,
        "max_new_tokens": options.max_new_tokens or LONGEST[style],
        "precision": hardware.precision,
        "held": list(data.held),
        "recipe": recipe.to_dict(),
        "rows": {
            "count": len(rows),
            "sha256": data.digest,
            "styles": styles,
            "sources": [dict(one) for one in data.sources],
            "left_out": dict(data.left_out),
        },
        "contamination": {k: v for k, v in data.decontamination.items() if k != "listed"},
        "versions": versions(),
        "launcher": where().to_dict(),
    }


def _write(
    folder: Path, record: Mapping[str, Any], rows: Sequence[Question], data: SolverData, in_domain: bool
) -> None:
    removed = {"told": artifact.told(in_domain), **data.decontamination}
    (folder / artifact.DECONTAMINATION).write_text(
        json.dumps(removed, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    artifact.write_questions(folder, rows)
    artifact.write_solver(folder, record)


def _training(record: Mapping[str, Any], result: FitResult, seconds: Mapping[str, float]) -> dict[str, Any]:
    return {
        "told": record["told"],
        "recipe": record["recipe"],
        "rows": record["rows"],
        "steps": result.steps,
        "epochs": result.epochs,
        "resumed_from": result.resumed_from,
        "history": result.history,
        "seconds": dict(seconds),
    }


def _share(name: str, options: SolverOptions) -> dict[str, str]:
    """Return the sets that one expert takes of those given for all."""
    from pointsman.pipeline.solver_data import EVALUATION, SETS, set_names

    known = {one.name for one in SETS}
    own = {EVALUATION, *set_names(solver(name))}
    return {key: value for key, value in options.data.items() if key in own or key not in known}


def _check_same(made: artifact.Solver, options: SolverOptions) -> None:
    """Refuse to keep a solver that was made otherwise than is asked now.

    Raises:
        ConfigError: it was.
    """
    now = json.loads(json.dumps(recipe_of(options.overrides).to_dict()))
    differ = {
        "recipe": made.record["recipe"] != now,
        "--in-domain": made.in_domain != options.in_domain,
        "--model": made.base["digest"] != resolve(options.model).digest,
        "template": made.prompts != options.prompts,
    }
    if changed := [what for what, other in differ.items() if other]:
        raise ConfigError(
            f"--resume: {made.path} was trained with another {', '.join(changed)}: take the change back, remove the "
            "folder, or begin anew with --overwrite"
        )


def _summary_row(made: artifact.Solver) -> dict[str, Any]:
    record = made.record
    training = json.loads((made.path / artifact.TRAINING).read_text(encoding="utf-8"))
    losses = [entry["loss"] for entry in training["history"] if "loss" in entry]
    return {
        "path": str(made.path),
        "categories": list(made.categories),
        "told": made.told,
        "rows": record["rows"]["count"],
        "styles": record["rows"]["styles"],
        "removed_as_contaminated": record["contamination"]["removed"],
        "steps": training["steps"],
        "loss": losses[-1] if losses else None,
        "seconds": sum(training["seconds"].values()),
    }


def _summarise(out: Path, rows: Mapping[str, Mapping[str, Any]], options: SolverOptions) -> None:
    summary = {
        "told": artifact.told(options.in_domain),
        "model": options.model,
        "complete": len(rows) == len(SOLVERS),
        "seconds": sum(row["seconds"] for row in rows.values()),
        "solvers": rows,
    }
    try:
        out.mkdir(parents=True, exist_ok=True)
        new = out / f".{SUMMARY}.{os.getpid()}.tmp"
        new.write_text(json.dumps(summary, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        new.replace(out / SUMMARY)
    except OSError as error:
        raise OutputError(f"{out / SUMMARY} cannot be written: {error.strerror}; choose another --out") from error


STEP = Step(
    name="train solver",
    options=SolverTraining,
    run=run_solver_training,
    reads=("how.data",),
    writes="out",
    names=("how.model",),
    kind="fit",
)
