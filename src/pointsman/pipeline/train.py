"""The train step: rows to a finished artifact with its figures, or to nothing at all.

Load and split, encode through the trunk, fit the branch, then judge what was written by the fp32 inference
path: temperature and threshold on validation, figures on test, baselines beside them; manifest last.
"""

from __future__ import annotations

import datetime
import functools
import json
import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from pointsman import tasks
from pointsman.artifacts import (
    Manifest,
    TaskRecord,
    check_output,
    directory_name,
    layout,
    open_artifact,
    staged,
    write_manifest,
    write_mappings,
)
from pointsman.backbones import Backbone, resolve
from pointsman.backbones import hardware as hw
from pointsman.backbones.cut import load_tokenizer
from pointsman.data.leakage import find_leaks
from pointsman.encoding import ActivationStore
from pointsman.encoding.trunk import length_of
from pointsman.errors import ConfigError, DataError
from pointsman.evaluation.thresholds import parse_target
from pointsman.inference.logits import Logits
from pointsman.inference.torch_predictor import load_model, torch_logits
from pointsman.pipeline.dataset import Dataset, load_dataset
from pointsman.pipeline.depth import Trial, choose_depth
from pointsman.pipeline.exam import exam_of
from pointsman.pipeline.golden import add_golden_rows
from pointsman.pipeline.inputs import Inputs
from pointsman.pipeline.judge import latency, rule_told, write_report
from pointsman.pipeline.options import Progress, Silent, TrainOptions, stage
from pointsman.pipeline.run import (
    TrainResult,
    backbone_record,
    data_record,
    finished,
    headline_of,
    identity,
    prepare_work,
    settled_out,
    versions,
    work_folder,
)
from pointsman.pipeline.step import Step, where
from pointsman.pipeline.strategies import check_strategy
from pointsman.training import recipe as recipes
from pointsman.training.batches import Rows
from pointsman.training.branch import Branch, build, save
from pointsman.training.crew import Alone, Crew, here
from pointsman.training.fit import FitResult, fit
from pointsman.training.recipe import Recipe


def train(options: TrainOptions, progress: Progress | None = None, crew: Crew | None = None) -> TrainResult:
    """Train, judge and write one router.

    Args:
        options: what and how.
        progress: told what is done.
        crew: who shares the fitting; None: nobody.

    Raises:
        PointsmanError: anything the user can mend; nothing half-written is left.
    """
    if options.strategy != "branch":
        from pointsman.pipeline.train_generating import train_generating

        return train_generating(options, progress, crew)
    check_strategy(options)
    tell = progress or Silent()
    started = time.perf_counter()
    target = parse_target(options.target)
    recipe = recipes.resolve(options.recipe, options.overrides)
    # Everything that can be wrong without the data is looked at before the data is read.
    backbone = resolve(recipe.model)
    if backbone.family.generates:
        raise ConfigError(
            f"--model {recipe.model}: a generating model is not cut into trunk and branch: add --strategy head (a head "
            "on its frozen states) or --strategy lora (a LoRA that says the label)"
        )
    hardware = (crew or Alone()).hardware(options.device, options.precision)
    recipe = replace(recipe, max_length=length_of(backbone, recipe.max_length))
    out = settled_out(options, lambda: _default_name(options, recipe, backbone))
    if options.resume and (out / layout.MANIFEST).is_file() and not work_folder(out).exists():
        return finished(out, options, tell)
    check_output(out, overwrite=options.overwrite or options.resume, reads=options.data.reads)
    tell.say(f"model: {backbone.name} ({backbone.source}, sha256 {backbone.digest[:12]}…)")
    for reason in hardware.reasons:
        tell.say(reason)
    dataset = load_dataset(
        options.task,
        options.name,
        options.data,
        max_samples=recipe.max_samples,
        seed=recipe.seed,
        workspace=out.with_name(f"{out.name}.synthesis"),
        progress=tell,
    )
    for note in dataset.notes:
        tell.say(f"data: {note}")
    task, split = dataset.task, dataset.split
    named = f"{len(task.entities)} entity types" if task.kind == "token" else f"{len(task.labels)} labels"
    tell.say(
        f"task {task.name}: {named}, {len(split.train):,} training, "
        f"{len(split.validation):,} validation, {len(split.test):,} test rows ({dataset.source})"
    )
    recipe, settled = recipes.size(recipe, len(split.train), len(task.names), options.overrides, kind=task.kind)
    for line in settled:
        tell.say(line)
    torch.manual_seed(recipe.seed)
    source = Inputs(backbone, recipe, here(hardware), task, ActivationStore(), tell)
    if recipe.refit and not split.test:
        raise ConfigError(
            "--refit: there are no test rows, and validation rows would judge what they trained: add some"
        )
    if recipe.refit:
        _check_refit(dataset, options)
    depth = _settle_depth(source, recipe, dataset, tell)
    recipe, settled = recipes.at_depth(recipe, depth)
    for line in settled:
        tell.say(line)
    branch = build(backbone, task.labels, recipe, depth, hardware.dtype, kind=task.kind)
    work = prepare_work(out, options, identity(recipe.to_dict(), dataset, backbone, hardware))

    clock = {}
    mark = time.perf_counter()
    tell.say(
        f"training {branch.trainable:,} of {branch.total:,} parameters "
        f"({100 * branch.trainable / branch.total:.1f} %): {_what(recipe, depth, backbone)}"
    )
    rows_of = source.token_rows if branch.whole else functools.partial(source.rows, depth=depth)
    rows, validation = rows_of(split.train), rows_of(split.validation)
    clock["encode"] = time.perf_counter() - mark
    mark = time.perf_counter()
    result = fit(
        branch,
        rows,
        validation,
        recipe,
        hardware,
        work,
        primary_metric=task.primary_metric,
        tensorboard=work / "tensorboard",
        progress=stage(tell, "training"),
        resume=options.resume,
        crew=crew,
    )
    first, again = None, None
    if recipe.refit:
        first, branch = branch, build(backbone, task.labels, recipe, depth, hardware.dtype, kind=task.kind)
        every = rows_of((*split.train, *split.validation))
        again = _refit(branch, every, result, recipe, hardware, work, options, tell, crew)
    clock["fit"] = time.perf_counter() - mark
    if result.resumed_from:
        tell.say(f"resumed from step {result.resumed_from}")
    if result.weights:
        tell.say(f"class weights: {', '.join(f'{w:.3g}' for w in result.weights[:12])}")
    tell.say(
        f"best {result.metric} on validation {result.best_metric:.4f} after {result.epochs:.1f} epochs, "
        f"{result.steps} steps, {result.seconds:.0f} s"
    )
    mark = time.perf_counter()
    manifest = _manifest(options, dataset, backbone, recipe, depth, hardware, result, again)
    with staged(out) as folder:
        results = _finish(folder, branch, first, dataset, source, manifest, result, target, clock)
        if (work / "tensorboard").is_dir():
            shutil.copytree(work / "tensorboard", folder / "tensorboard")
        clock["judge"] = time.perf_counter() - mark
        write_manifest(
            folder,
            manifest.model_copy(
                update={"metrics": headline_of(results), "recipe": {**manifest.recipe, "seconds": clock}}
            ),
        )
    shutil.rmtree(work, ignore_errors=True)
    clock["total"] = time.perf_counter() - started
    return TrainResult(open_artifact(out), results, clock, resumed=bool(result.resumed_from))


def _refit(
    branch: Branch,
    rows: Rows,
    chosen: FitResult,
    recipe: Recipe,
    hardware: hw.Hardware,
    work: Path,
    options: TrainOptions,
    tell: Progress,
    crew: Crew | None,
) -> FitResult:
    """Fit a fresh branch on training and validation rows, for the passes that the best checkpoint took."""
    again = replace(recipe, epochs=max(1, round(chosen.best_epochs)), evaluate_every=0)
    tell.say(f"refit: {len(rows):,} rows, validation rows among them, {again.epochs} epochs")
    (work / "refit").mkdir(exist_ok=True)
    return fit(
        branch,
        rows,
        None,
        again,
        hardware,
        work / "refit",
        primary_metric=chosen.metric,
        progress=stage(tell, "training on all rows"),
        resume=options.resume,
        crew=crew,
    )


def _check_refit(dataset: Dataset, options: TrainOptions) -> None:
    """Refuse validation rows that know the test rows: loading has looked at the training rows alone."""
    split = dataset.split
    leaks = find_leaks({"train": (*split.train, *split.validation), "test": split.test})
    if (refusal := leaks.refusal()) is not None and not options.data.allow_leakage:
        raise DataError(f"--refit trains on validation rows too, and then {refusal}")


def _default_name(options: TrainOptions, recipe: Recipe, backbone: Backbone) -> str:
    task = tasks.get(options.task) if options.task is not None else None
    stem = task.stem if task is not None else f"lora_{options.name}_classifier"
    token = task.kind == "token" if task is not None else options.data.fields.spans is not None
    rank = recipe.lora_rank if recipe.adapt == "lora" else 0
    return directory_name(stem, backbone.architecture, rank, token=token)


def _what(recipe: Recipe, depth: int, backbone: Backbone) -> str:
    how = f"LoRA rank {recipe.lora_rank}" if recipe.adapt == "lora" else "full fine-tuning"
    if depth == 0:
        return "the head alone"
    return f"{how} on the top {depth} of {backbone.layers} layers, and the head"


def _settle_depth(source: Inputs, recipe: Recipe, dataset: Dataset, tell: Progress) -> int:
    layers = source.backbone.layers
    if recipe.adapt_layers == "all":
        return layers
    if recipe.adapt_layers != "auto":
        if recipe.adapt_layers > layers:
            raise ConfigError(f"--adapt-layers {recipe.adapt_layers}: {source.backbone.name} has {layers} layers")
        return recipe.adapt_layers
    started = time.perf_counter()
    split = dataset.split
    depth, trials = choose_depth(
        dataset.task,
        source.backbone,
        recipe,
        source.hardware,
        split.train,
        split.validation,
        source.rows,
        tell,
    )
    tell.say(
        f"depth: {depth} of {layers} layers, chosen on validation ({_trials(trials)}; "
        f"{time.perf_counter() - started:.0f} s in all)"
    )
    return depth


def _trials(trials: Sequence[Trial]) -> str:
    return ", ".join(f"{t.depth}: {100 * t.figure:.1f} % in {t.seconds:.0f} s" for t in trials)


def _manifest(
    options: TrainOptions,
    dataset: Dataset,
    backbone: Backbone,
    recipe: Recipe,
    depth: int,
    hardware: hw.Hardware,
    result: FitResult,
    again: FitResult | None,
) -> Manifest:
    return Manifest(
        task=TaskRecord.of(dataset.task),
        backbone=backbone_record(backbone),
        adapt=recipe.adapt,
        adapt_layers=depth,
        rank=recipe.lora_rank if recipe.adapt == "lora" else 0,
        max_length=recipe.max_length,
        data=data_record(options, dataset),
        recipe={
            **json.loads(json.dumps(recipe.to_dict())),
            "device": hardware.device,
            "precision": hardware.precision,
            "class_weights_used": result.weights,
            "steps": result.steps,
            **({"refitted": {"epochs": round(again.epochs, 3), "steps": again.steps}} if again is not None else {}),
            "launcher": where().to_dict(),
        },
        seed=recipe.seed,
        versions=versions(),
        metrics={},
        created=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
    )


def _finish(
    folder: Path,
    branch: Branch,
    first: Branch | None,
    dataset: Dataset,
    source: Inputs,
    manifest: Manifest,
    result: FitResult,
    target: Any,
    clock: dict[str, float],
) -> dict[str, Any]:
    """Write everything but the manifest; figures come from what was just written, in fp32.

    Where a `first` branch was fitted without the validation rows, temperature and rule are its own: those rows say
    nothing new of one that has learnt them.
    """
    task, split, backbone, tell = dataset.task, dataset.split, source.backbone, source.tell

    def saved(one: Branch, place: Path) -> Logits:
        save(one, place, source.recipe, manifest.max_length)
        model = load_model(place, backbone, task.labels, manifest.adapt, source.hardware.device, task.kind)
        return torch_logits(model, load_tokenizer(backbone), manifest.max_length)

    answer = saved(branch, folder)
    write_mappings(folder, task)
    (folder / layout.HISTORY).write_text(json.dumps(result.history) + "\n", encoding="utf-8")
    exam = exam_of(task, answer, lambda rows: source.features(rows, branch.depth), refit=first is not None)
    try:
        if first is None:
            calibration = exam.calibrate(split.validation, target, folder)
        else:
            with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}.") as aside:
                calibration = exam_of(task, saved(first, Path(aside)), None).calibrate(split.validation, target, folder)
    except FloatingPointError:
        raise ConfigError(
            f"training diverged: the model's scores are not finite; lower --learning-rate "
            f"(now {source.recipe.learning_rate:g})"
        ) from None
    calibration.write(folder)
    tell.say(f"calibrated on validation: temperature {calibration.temperature:.3f}; {rule_told(calibration.rule)}")
    add_golden_rows(folder, dataset, answer, calibration, tell, kept=first is None)
    exam.learn_baselines(split, folder)
    part = "test" if split.test else "validation"
    rows = split.test or split.validation
    oos = split.out_of_scope.get(part, ())
    tell.advance("judging", 0, len(rows) + len(oos))
    results, pictures = exam.judge(rows, oos, calibration, result.history)
    tell.advance("judging", len(rows) + len(oos), len(rows) + len(oos))
    if (shifted := dataset.shifted) is not None:
        tell.advance(f"judging on {shifted.source}", 0, len(shifted.rows))
        other, _ = exam.judge(shifted.rows, shifted.out_of_scope, calibration, ())
        results["shifted"] = {"data": shifted.source, "split": shifted.part, **other}
    if part == "validation":
        results["warnings"].append("no test rows: these figures are of validation rows, which chose the settings")
    if dataset.leakage is not None:
        results["warnings"].insert(0, dataset.leakage)
    results["split"] = part
    results["data"] = dataset.source
    results["latency"] = latency(answer.pieces if task.kind == "token" else answer, [row.text for row in rows])
    results["seconds"] = dict(clock)
    results["provenance"] = {
        "data": dataset.source,
        "data_digest": dataset.digest or "embedded",
        "split_digest": dataset.split_digest,
        "backbone": f"{backbone.name} ({backbone.digest[:12]})",
        "recipe": source.recipe.name,
        "adapt_layers": branch.depth,
        "seed": source.recipe.seed,
        "versions": manifest.versions,
    }
    if first is not None:
        results["provenance"]["refit"] = (
            f"fitted on {len(split.train):,} training and {len(split.validation):,} validation rows; temperature, "
            "threshold and learning curves are those of a first fit without the latter"
        )
    write_report(folder, f"{task.name}: {backbone.architecture}", results, pictures)
    return results


STEP = Step(
    name="train",
    options=TrainOptions,
    run=train,
    reads=("data.path", "data.shifted", "request.features"),
    writes="out",
    names=("task", "overrides.model"),
    kind="fit",
)
