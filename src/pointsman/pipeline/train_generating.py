"""The train step of routers that stand on a generating model: a head on its frozen states (`train_head`), or a LoRA
with which it says the label (`train_names`). What is around the two is the same and stands here.

Data, split, calibration, figures, baselines and artifact are those of every other router; figures come from the path
that serving takes.
"""

from __future__ import annotations

import datetime
import json
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import torch

from pointsman.artifacts import (
    Manifest,
    RequestRecord,
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
from pointsman.backbones.generating import require_generating
from pointsman.encoding.conversation import Template
from pointsman.encoding.multimodal import Pooling
from pointsman.errors import ConfigError
from pointsman.evaluation.thresholds import parse_target
from pointsman.pipeline.dataset import Dataset
from pointsman.pipeline.exam import Answer
from pointsman.pipeline.exam_sequences import SequenceExam
from pointsman.pipeline.judge import latency, rule_told, write_report
from pointsman.pipeline.options import Progress, Silent, TrainOptions
from pointsman.pipeline.request_baselines import ROUTER, baselines_for
from pointsman.pipeline.routing_dataset import load_requests
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
from pointsman.pipeline.step import where
from pointsman.pipeline.strategies import check_strategy
from pointsman.pipeline.template import template_for, template_of
from pointsman.tasks import Task
from pointsman.training.crew import Alone, Crew

MODEL = "qwen3-vl-8b"
TEXT_MODEL = "qwen3-0.6b"

# What is timed: a large model on a processor takes seconds for one.
_SINGLES, _BATCH = 20, 64


@dataclass(frozen=True)
class Run:
    """What both strategies are given.

    Attributes:
        options: as asked.
        dataset: task and rows.
        backbone: generating model.
        hardware: device and precision of its weights where it is trained.
        template: how a request is put to it, the labels filled in.
        pooling: which hidden state a head reads.
        work: folder of checkpoints.
        tell: told what is done.
        crew: who shares the fitting; None: nobody.
    """

    options: TrainOptions
    dataset: Dataset
    backbone: Backbone
    hardware: hw.Hardware
    template: Template
    pooling: Pooling
    work: Path
    tell: Progress
    crew: Crew | None = None


@dataclass(frozen=True)
class Trained:
    """What a strategy hands back; its weights are in memory until `write`.

    Attributes:
        history: losses and figures by step.
        recipe: every setting, JSON-ready, with what was settled.
        rank: of the LoRA; 0: none.
        seconds: by stage.
        counts: of requests, and of what went through the model.
        resumed: an interrupted run was gone on with.
    """

    history: list[dict[str, Any]]
    recipe: Mapping[str, Any]
    rank: int
    seconds: Mapping[str, float]
    counts: Mapping[str, int]
    resumed: bool = False


class Strategy(Protocol):
    """How a router is made of a generating model.

    Attributes:
        live: what `answer` gives asks the model itself, so its time can be measured.
    """

    live: bool

    @property
    def recipe(self) -> Mapping[str, Any]:
        """Every setting, JSON-ready."""
        ...

    def train(self, run: Run) -> Trained:
        """Train it, and keep what was trained."""
        ...

    def write(self, folder: Path, run: Run) -> None:
        """Write weights and their configuration into the artifact."""
        ...

    def answer(self, folder: Path, run: Run) -> Answer:
        """Return what answers, from what was written."""
        ...


def train_generating(options: TrainOptions, progress: Progress | None = None, crew: Crew | None = None) -> TrainResult:
    """Train, judge and write one router that stands on a generating model; see `train`.

    Raises:
        PointsmanError: anything the user can mend; nothing half-written is left.
    """
    tell = progress or Silent()
    started = time.perf_counter()
    target = parse_target(options.target)
    check(options)
    strategy = _strategy(options)
    # A head is fitted on processors: what computes its features is this process.
    fits = Alone() if crew is None or options.strategy == "head" else crew
    hardware = fits.hardware(options.device, options.precision)
    if options.request.quantised and hardware.device != "cuda":
        raise ConfigError("--quantised: four-bit weights need --device cuda")
    dataset = load_requests(options, tell)
    task, split = dataset.task, dataset.split
    images = sum(row.image is not None for row in split.train)
    backbone = resolve(str(options.overrides.get("model") or (MODEL if images else TEXT_MODEL)))
    if images and not backbone.family.sees:
        raise ConfigError(
            f"--model {backbone.name}: it takes text alone, and {images:,} training rows have an image: use a model "
            f"that sees, such as {MODEL}"
        )
    template = template_for(options.strategy, options.request, task)
    pooling = Pooling(options.request.tokens, options.request.layer)
    pooling.check(backbone.layers)
    rank = int(strategy.recipe.get("rank", 0))
    out = settled_out(options, lambda: _default_name(task, backbone, rank))
    if options.resume and (out / layout.MANIFEST).is_file() and not work_folder(out).exists():
        return finished(out, options, tell)
    check_output(out, overwrite=options.overwrite or options.resume, reads=options.data.reads)
    tell.say(f"model: {backbone.name} ({backbone.source}, sha256 {backbone.digest[:12]}…)")
    for line in (*hardware.reasons, *(f"data: {note}" for note in dataset.notes)):
        tell.say(line)
    tell.say(
        f"task {task.name}: {', '.join(task.labels)}; {len(split.train):,} training, {len(split.validation):,} "
        f"validation, {len(split.test):,} test rows ({dataset.source})"
    )
    told = {**template.to_dict(), "tokens": pooling.tokens, "layer": pooling.layer, "strategy": options.strategy}
    work = prepare_work(out, options, identity(strategy.recipe, dataset, backbone, hardware, request=told))
    run = Run(options, dataset, backbone, hardware, template, pooling, work, tell, crew)
    torch.manual_seed(int(strategy.recipe["seed"]))
    trained = strategy.train(run)
    clock = dict(trained.seconds)
    mark = time.perf_counter()
    with staged(out) as folder:
        strategy.write(folder, run)
        _write_model_files(folder, backbone, task)
        write_mappings(folder, task, instruction_template=template.text if options.strategy == "generate" else None)
        (folder / layout.HISTORY).write_text(json.dumps(trained.history) + "\n", encoding="utf-8")
        manifest = _manifest(run, trained)
        results = _judge(folder, run, strategy, trained, target, manifest)
        if (work / "tensorboard").is_dir():
            shutil.copytree(work / "tensorboard", folder / "tensorboard")
        clock["judge"] = time.perf_counter() - mark
        manifest = manifest.model_copy(
            update={"metrics": headline_of(results), "recipe": {**manifest.recipe, "seconds": clock}}
        )
        write_manifest(folder, manifest)
    shutil.rmtree(work, ignore_errors=True)
    clock["total"] = time.perf_counter() - started
    return TrainResult(open_artifact(out), results, clock, resumed=trained.resumed)


def check(options: TrainOptions) -> None:
    """Look at everything that can be wrong without the data.

    Raises:
        ConfigError: a setting that there is not, that is out of its range, or that has no meaning here.
        BackboneError: a model that cannot be had, or that does not generate.
    """
    check_strategy(options)
    _strategy(options)
    template_of(
        options.request.template,
        options.request.system,
        options.request.min_pixels,
        options.request.max_pixels,
        options.request.max_tokens,
    )
    if options.data.synthesis is not None:
        raise ConfigError("--vllm-endpoint writes rows for a branch of 'modality': leave it out")
    if (name := options.overrides.get("model")) is not None:
        backbone = resolve(str(name))
        require_generating(backbone)
        Pooling(options.request.tokens, options.request.layer).check(backbone.layers)


def _default_name(task: Task, backbone: Backbone, rank: int) -> str:
    if rank:
        return directory_name(task.stem, backbone.architecture, rank)
    return f"{task.stem}_{backbone.architecture}_head_model"


def _strategy(options: TrainOptions) -> Strategy:
    if options.strategy == "head":
        from pointsman.pipeline.train_head import HeadStrategy

        return HeadStrategy.of(options.recipe, options.overrides)
    from pointsman.pipeline.train_names import NameStrategy

    return NameStrategy.of(options.recipe, options.overrides)


def _write_model_files(folder: Path, backbone: Backbone, task: Task) -> None:
    """Write the base's config with the labels, and what makes its input."""
    config = json.loads((backbone.path / layout.CONFIG).read_text(encoding="utf-8"))
    config["id2label"] = {str(i): label for i, label in enumerate(task.labels)}
    config["label2id"] = {label: i for i, label in enumerate(task.labels)}
    (folder / layout.CONFIG).write_text(json.dumps(config, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    for name in _INPUT_FILES:
        if (backbone.path / name).is_file():
            shutil.copyfile(backbone.path / name, folder / name)


_INPUT_FILES = (
    "tokenizer.json",
    "tokenizer_config.json",
    "vocab.json",
    "merges.txt",
    "chat_template.jinja",
    "chat_template.json",
    "preprocessor_config.json",
)


def _manifest(run: Run, trained: Trained) -> Manifest:
    template, pooling = run.template, run.pooling
    return Manifest(
        task=TaskRecord.of(run.dataset.task),
        backbone=backbone_record(run.backbone),
        strategy=run.options.strategy,
        request=RequestRecord(
            **template.to_dict(),
            tokens=pooling.tokens,
            layer=pooling.layer,
            precision="bf16" if run.hardware.precision == "bf16" else "fp32",
        ),
        adapt="head" if run.options.strategy == "head" else "lora",
        adapt_layers=0 if run.options.strategy == "head" else run.backbone.layers,
        rank=trained.rank,
        max_length=template.max_tokens or run.backbone.max_length,
        data=data_record(run.options, run.dataset),
        recipe={
            **json.loads(json.dumps(dict(trained.recipe))),
            "device": run.hardware.device,
            "precision": run.hardware.precision,
            "launcher": where().to_dict(),
        },
        seed=int(trained.recipe["seed"]),
        versions=versions(),
        metrics={},
        created=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
    )


def _judge(
    folder: Path, run: Run, strategy: Strategy, trained: Trained, target: Any, manifest: Manifest
) -> dict[str, Any]:
    """Calibrate and judge what was written; writes everything but the manifest."""
    answer = strategy.answer(folder, run)
    dataset, tell = run.dataset, run.tell
    task, split = dataset.task, dataset.split
    images = any(row.image is not None for row in split.train)
    exam = SequenceExam(task, answer, baselines_for(images, tell), ROUTER)
    tell.advance("calibrating", 0, len(split.validation))
    try:
        calibration = exam.calibrate(split.validation, target, folder)
    except FloatingPointError:
        raise ConfigError("training diverged: the router's scores are not finite; lower --learning-rate") from None
    calibration.write(folder)
    tell.say(f"calibrated on validation: temperature {calibration.temperature:.3f}; {rule_told(calibration.rule)}")
    exam.learn_baselines(split, folder)
    part = "test" if split.test else "validation"
    rows = split.test or split.validation
    tell.advance("judging", 0, len(rows))
    results, pictures = exam.judge(rows, split.out_of_scope.get(part, ()), calibration, trained.history)
    tell.advance("judging", len(rows), len(rows))
    if (shifted := dataset.shifted) is not None:
        other, _ = exam.judge(shifted.rows, shifted.out_of_scope, calibration, ())
        results["shifted"] = {"data": shifted.source, "split": shifted.part, **other}
    if part == "validation":
        results["warnings"].append("no test rows: these figures are of validation rows, which chose the settings")
    if dataset.leakage is not None:
        results["warnings"].insert(0, dataset.leakage)
    results |= {
        "split": part,
        "data": dataset.source,
        "strategy": run.options.strategy,
        "seconds": dict(trained.seconds),
        "encoder": dict(trained.counts),
        "provenance": {
            "data": dataset.source,
            "data_digest": dataset.digest or "embedded",
            "split_digest": dataset.split_digest,
            "backbone": f"{run.backbone.name} ({run.backbone.digest[:12]})",
            "strategy": run.options.strategy,
            "seed": manifest.seed,
            "versions": manifest.versions,
        },
    }
    if strategy.live:
        results["latency"] = latency(answer, rows, _SINGLES, _BATCH)
    write_report(folder, f"{task.name}: {run.options.strategy} on {run.backbone.architecture}", results, pictures)
    return results
