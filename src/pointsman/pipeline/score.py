"""The score step: decisions for a corpus, in Parquet files that bear the input's ids.

The corpus is cut into blocks, the same ones in every run and under every launcher; block 12 becomes
`part-000012.parquet`, whole or not at all. So what is there is done, and a run that was killed goes on with the rest:
no row is lost, none stands twice. Files may be local or behind URLs; nothing is copied.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pointsman.artifacts import layout
from pointsman.artifacts.integrity import file_digest, read_any
from pointsman.artifacts.manifest import BundleManifest
from pointsman.data import storage
from pointsman.data.corpus import CorpusFile, find_files
from pointsman.errors import ConfigError, DataError, MissingExtraError, OutputError, nearest
from pointsman.inference.onnx_session import precision_of
from pointsman.pipeline.mentioned import bases_of
from pointsman.pipeline.named import named
from pointsman.pipeline.options import Progress, stage
from pointsman.pipeline.pace import elapsed
from pointsman.pipeline.score_plan import (
    PLAN,
    ModelRecord,
    RunRecord,
    ScoreOptions,
    Settled,
    continued,
    new_record,
    read_record,
    settings_of,
)
from pointsman.pipeline.score_summary import PAGE, SUMMARY, render, summarise
from pointsman.pipeline.score_worker import PART, REJECTED, Scorer, column_names, model_settings, read_report
from pointsman.pipeline.step import MapStep, Plan, Report, run_map, where
from pointsman.serving.opening import Place, check_options, choose
from pointsman.tasks import Task

__all__ = ["STEP", "ScoreOptions", "ScoreResult", "score"]

_PARTS = re.compile(r"part-(\d{6,})\.parquet")
_OURS = re.compile(r"part-\d{6,}\.parquet|rejected-\d{6,}\.jsonl|plan\.json|summary\.json|summary\.html")
_AT_ONCE = 16


@dataclass(frozen=True)
class ScoreResult:
    """What was written.

    Attributes:
        path: the folder, or its URL.
        summary: the content of `summary.json`.
    """

    path: str
    summary: Mapping[str, Any]


def score(options: ScoreOptions, progress: Progress | None = None) -> ScoreResult:
    """Score a corpus in this process.

    Raises:
        PointsmanError: anything wrong with options, models, files or the place; parts that were written stay.
    """
    return run_map(STEP, options, progress)


def plan(options: ScoreOptions, tell: Progress) -> Plan[ScoreOptions]:
    """Look at models and inputs, and at what the folder holds; cut the inputs into blocks, or take those it names.

    Raises:
        PointsmanError: anything wrong with them, or a folder that holds something else.
    """
    begun = time.time()
    _check(options)
    models, tasks = _models(options, tell)
    files = find_files(options.inputs)
    _check_apart(options)
    place = storage.folder(options.output)
    there = _look(place, options)
    settings = settings_of(options, list(tasks))
    if any(_PARTS.fullmatch(file) for file in there) and not options.overwrite:
        record = continued(read_record(place), models, settings, files, options.output)
    else:
        record = new_record(models, settings, files, options, stage(tell, "scan"))
        there = _clear(place, there)
    place.write(PLAN, record.to_json().encode())
    place.remove([file for file in there if file in (SUMMARY, PAGE)])
    reports = _done(place, record, there, tell)
    finished = {report["name"] for report in reports}
    blocks = record.named_blocks()
    done, rows = sum(int(report["rows"]) for report in reports), sum(record.rows)
    before = f"; {done:,} of them were scored before" if done else ""
    whole = f"{_counted(rows, 'row')} in {_counted(len(record.inputs), 'file')}, {_counted(len(blocks), 'block')}"
    tell.say(f"score: {whole}{before}")
    digests = {name: model.digest for model in models for name in model.tasks}
    settled = Settled(record.digest, {name: digests[name] for name in tasks}, begun)
    left = [block for block in blocks if block["name"] not in finished]
    return Plan(replace(options, overwrite=False, settled=settled), left, rows, done, reports)


def _counted(n: int, what: str) -> str:
    return f"{n:,} {what}{'' if n == 1 else 's'}"


def _check(options: ScoreOptions) -> None:
    """Refuse what makes no sense, before anything is read."""
    if not options.models:
        raise ConfigError("name a bundle, an export or artifacts to score with")
    if options.block_rows < 1:
        raise ConfigError(f"--block-rows {options.block_rows}: use at least 1")
    if options.threads is not None and options.threads < 1:
        raise ConfigError(f"--threads {options.threads}: use at least 1")
    try:
        import jinja2  # noqa: F401
        import pyarrow  # noqa: F401
    except ModuleNotFoundError as error:
        raise MissingExtraError("score", error.name or "pyarrow") from None


def _models(options: ScoreOptions, tell: Progress) -> tuple[tuple[ModelRecord, ...], dict[str, Task]]:
    """Return what answers, and the tasks to decide in the order of their columns.

    Raises:
        PointsmanError: no such model or task, settings that do not fit, or a column that stands twice.
    """
    settings = model_settings(options)
    places = choose(settings, tell.say)
    check_options(settings, places)
    tasks: dict[str, Task] = {}
    for place in places:
        manifest = read_any(place.path)
        records = manifest.routers if isinstance(manifest, BundleManifest) else [manifest]
        tasks |= {record.task.name: record.task.task() for record in records}
    for name in options.tasks:
        if name not in tasks:
            raise ConfigError(
                f"--task {name}: no model answers for it{nearest(name, tasks)} (tasks: {', '.join(tasks)})"
            )
    wanted = {name: task for name, task in tasks.items() if not options.tasks or name in options.tasks}
    models = [_record(place, wanted, options) for place in places]
    for model in models:
        if not model.tasks:
            raise ConfigError(f"{model.path} answers for none of the tasks that --task names: leave it out")
    columns = ["id"]
    for name, task in wanted.items():
        columns += column_names(name, token=task.kind == "token", probabilities=options.probabilities)
    for field in options.fields.keep:
        if field in columns:
            raise ConfigError(f"--keep {field}: a column of that name is written already: rename the field")
        columns.append(field)
    return tuple(models), wanted


def _record(place: Place, wanted: Mapping[str, Task], options: ScoreOptions) -> ModelRecord:
    manifest = read_any(place.path)
    precision = "fp32"
    if place.kind in ("bundle", "onnx") and manifest.export is not None:
        precision = precision_of(options.precision, manifest.export.precisions, place.path)
    mine = tuple(name for name in place.tasks if name in wanted)
    return ModelRecord(named(place.path), file_digest(place.path / layout.MANIFEST), mine, precision)


def _check_apart(options: ScoreOptions) -> None:
    """Refuse to write where a later run would look for rows.

    Raises:
        ConfigError: the output lies in a folder, or below a pattern, of the input.
    """
    out = storage.absolute(options.output).rstrip("/")
    for name in options.inputs:
        base = storage.absolute(name)
        if storage.is_pattern(base):
            if "**" not in base:
                continue  # it names files of one folder, and parts stand in another
            base = storage.base_of(base)
        if out == base.rstrip("/") or out.startswith(f"{base.rstrip('/')}/"):
            raise ConfigError(f"--out {options.output} lies in --data {name}: choose a folder outside of it")


def _look(place: storage.Folder, options: ScoreOptions) -> set[str]:
    """Return the files that a run finds.

    Raises:
        OutputError: the folder holds something else.
    """
    there = place.files()
    if there and PLAN not in there:
        raise OutputError(f"{options.output} is not empty and holds no run of 'pointsman score': choose another --out")
    return there


def _clear(place: storage.Folder, there: set[str]) -> set[str]:
    """Remove the files of an earlier run, once nothing more can be wrong with the new one; return what is left."""
    # The plan is last: what is cut short leaves a folder that is still known.
    place.remove(sorted(file for file in there if _OURS.fullmatch(file) and file != PLAN))
    return {file for file in there if not _OURS.fullmatch(file) or file == PLAN}


def _done(place: storage.Folder, record: RunRecord, there: set[str], tell: Progress) -> list[Report]:
    """Return the reports of the blocks whose files are there.

    Raises:
        OutputError: a part of another run.
    """
    files = sorted(file for file in there if _PARTS.fullmatch(file))
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = list(pool.map(lambda file: read_report(place, file), files))
    out: list[Report] = []
    for file, report in zip(files, found, strict=True):
        if report is None:
            tell.say(f"{place.name}/{file} is damaged: its rows are scored again")
        elif report.get("run") != record.digest:
            raise OutputError(
                f"{place.name}/{file} is of another run than {PLAN} says: choose another --out, or begin anew with "
                "--overwrite"
            )
        elif not report["rejected"] or REJECTED.format(report["name"]) in there:
            out.append(report)
    return out


def finish(work: Plan[ScoreOptions], reports: Sequence[Report], tell: Progress) -> ScoreResult:
    """Check that every block is there once, and write the summary and its page.

    Raises:
        OutputError: a block is missing, or another run wrote there meanwhile.
        DataError: an input changed meanwhile.
    """
    options = work.options
    assert options.settled is not None
    place = storage.folder(options.output)
    record = read_record(place)
    if record.digest != options.settled.run:
        raise OutputError(f"{place.name} was taken by another run meanwhile: give each its own --out")
    by_name = {str(report["name"]): report for report in reports}
    there = place.files()
    for block in record.named_blocks():
        if block["name"] not in by_name or PART.format(block["name"]) not in there:
            raise OutputError(
                f"{place.name}/{PART.format(block['name'])} is missing though its rows were given out: run the same "
                "command again"
            )
    _check_unchanged(record.inputs, find_files(options.inputs))
    place.tidy()
    seconds = max(0.0, time.time() - options.settled.begun)
    ordered = [by_name[name] for name in sorted(by_name)]
    summary = {
        **summarise(ordered),
        **_pace(work, ordered, seconds),
        "run": record.digest,
        "models": dict(options.settled.digests),
        "model_paths": {name: model.path for model in record.models for name in model.tasks},
        "settings": record.settings,
        "inputs": [{"name": f.name, "rows": n} for f, n in zip(record.inputs, record.rows, strict=True)],
        "parts": len(by_name),
        "launcher": where().to_dict(),
    }
    text, page = render(place.name, summary)
    place.write(PAGE, page.encode())
    place.write(SUMMARY, text.encode())
    rate = f", {summary['rows_per_second']:,.0f} rows/s" if summary["rows_per_second"] else ""
    tell.say(f"score: {work.rows - work.done:,} rows in {seconds:.1f} s{rate}")
    return ScoreResult(place.name, summary)


def _pace(work: Plan[ScoreOptions], reports: Sequence[Report], seconds: float) -> dict[str, Any]:
    """Return how long this run took: as a whole, until the first block was begun, and for all blocks."""
    now = [report for report in reports if "begun" in report]
    assert work.options.settled is not None
    scored, took = work.rows - work.done, elapsed(reports)
    begun = min((float(report["begun"]) for report in now), default=work.options.settled.begun)
    busy = sum(float(report["ended"]) - float(report["begun"]) for report in now)
    return {
        "scored_now": scored,
        "seconds": round(seconds, 3),
        "startup_seconds": round(max(0.0, begun - work.options.settled.begun), 3),
        "scoring_seconds": round(took, 3),
        "rows_per_second": round(scored / took, 1) if scored and took else None,
        "rows_per_worker_second": round(scored / busy, 1) if scored and busy else None,
    }


def _check_unchanged(before: Sequence[CorpusFile], now: Sequence[CorpusFile]) -> None:
    found = {file.name: file for file in now}
    for old in before:
        new = found.get(old.name)
        if new is None or (new.size, new.stamp) != (old.size, old.stamp):
            raise DataError(f"{old.path} changed while it was scored: begin anew with --overwrite")


def _bases(options: ScoreOptions) -> Iterator[Path]:
    if options.backbone is None:
        yield from bases_of(options.models)


STEP = MapStep(
    "score",
    ScoreOptions,
    score,
    reads=("models", "data"),  # data and out are properties, looked at and not replaced: URLs are opened here
    writes="out",
    names=("backbone",),
    within=_bases,
    needs=("runtime", "train"),
    plan=plan,
    worker=Scorer,
    finish=finish,
)
