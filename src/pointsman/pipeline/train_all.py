"""All routers of a pipeline file, one after the other: each in a folder of its own, and one `summary.json`.

Takes a `Plan`, gives every router's figures. The first error ends it; what is done stays, and the same call with
`resume` goes on: whole artifacts are kept, an interrupted run is gone on with, the rest is trained.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from pointsman.artifacts import check_output, layout
from pointsman.errors import ConfigError, OutputError, PointsmanError
from pointsman.pipeline.demo import summary_row
from pointsman.pipeline.options import Progress, Silent, TrainOptions
from pointsman.pipeline.plan import Plan
from pointsman.pipeline.run import work_folder
from pointsman.pipeline.train import train

SUMMARY = "summary.json"


@dataclass(frozen=True)
class Trained:
    """What a pipeline file's routers came to.

    Attributes:
        rows: figures by the name of the folder, in the order of the file, as `summary.json` has them.
        kept: names of those that were whole already.
        seconds: of this call; `total` in the summary adds up all routers' training.
        summary: path of `summary.json`.
    """

    rows: dict[str, dict[str, Any]]
    kept: tuple[str, ...]
    seconds: float
    summary: Path


def train_all(
    plan: Plan, *, resume: bool = False, overwrite: bool = False, progress: Progress | None = None
) -> Trained:
    """Train every router of a plan and write `summary.json` after each.

    Raises:
        PointsmanError: of the first router that fails, naming it; those before it stay.
    """
    if resume and overwrite:
        raise ConfigError("--resume goes on with what is there, --overwrite begins anew: give one of them")
    tell = progress or Silent()
    started = time.perf_counter()
    before: dict[str, dict[str, Any]] = {}
    if resume:
        before = _unchanged(plan)
    else:
        check_output(plan.out, overwrite=overwrite, several=True)
    # Written first: it marks the folder as ours, and is what a later call compares its options with.
    rows: dict[str, dict[str, Any]] = {}
    _write(plan, rows, before)
    kept = []
    for number, (name, options) in enumerate(plan.runs.items(), 1):
        tell.say(f"[{name}] {number} of {len(plan.runs)}")
        assert options.out is not None
        begun = work_folder(options.out).exists()
        whole = (options.out / layout.MANIFEST).is_file() and not begun
        try:
            result = train(replace(options, resume=resume and (whole or begun), overwrite=overwrite), tell)
        except PointsmanError as error:
            left = ", ".join(list(plan.runs)[number:])
            waiting = f", still to come: {left}" if left else ""
            error.args = (
                f"{name}: {error} ({number - 1} of {len(plan.runs)} routers are done{waiting}; mend it and "
                "run the same command with --resume)",
            )
            raise
        row = summary_row(result) | {"options": _told(options)}
        if resume and whole:
            kept.append(name)
            row["seconds"] = before.get(name, {}).get("seconds") or sum(result.results["seconds"].values())
        rows[name] = row
        _write(plan, rows, before)
    return Trained(rows, tuple(kept), time.perf_counter() - started, plan.out / SUMMARY)


def _write(plan: Plan, rows: dict[str, dict[str, Any]], before: dict[str, dict[str, Any]]) -> None:
    """Write the summary: rows of this call, and of an earlier one for routers that are not reached yet."""
    known = {name: rows.get(name) or before.get(name) for name in plan.runs}
    done = {name: row for name, row in known.items() if row}
    summary = {
        "config": str(plan.path),
        "complete": len(rows) == len(plan.runs),
        "total": {
            "routers": len(plan.runs),
            "done": len(done),
            "seconds": sum(row["seconds"] for row in done.values()),
            "rows_judged": sum(row["n"] for row in done.values()),
        },
        "tasks": done,
    }
    try:
        plan.out.mkdir(parents=True, exist_ok=True)
        new = plan.out / f".{SUMMARY}.{os.getpid()}.tmp"
        new.write_text(json.dumps(summary, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        new.replace(plan.out / SUMMARY)
    except OSError as error:
        raise OutputError(f"{plan.out / SUMMARY} cannot be written: {error.strerror}; choose another 'out'") from error


def _unchanged(plan: Plan) -> dict[str, dict[str, Any]]:
    """Return the rows of an earlier call, after comparing their options with the plan's.

    Raises:
        ConfigError: there was no earlier call, or a router that is done was trained with other options.
    """
    file = plan.out / SUMMARY
    try:
        rows = dict(json.loads(file.read_text(encoding="utf-8"))["tasks"])
        options = {name: row["options"] for name, row in rows.items()}
    except FileNotFoundError:
        raise ConfigError(
            f"--resume: no earlier run in {plan.out} (looked for {SUMMARY}); leave --resume out"
        ) from None
    except (OSError, ValueError, KeyError, TypeError):
        raise ConfigError(f"--resume: {file} is not the summary of a pipeline file; leave --resume out") from None
    for name, run in plan.runs.items():
        now = _told(run)
        if name in options and options[name] != now:
            changed = sorted(key for key in now.keys() | options[name].keys() if now.get(key) != options[name].get(key))
            raise ConfigError(
                f"--resume: {name} is done, with another {', '.join(changed)}: "
                f"take the change back, remove {run.out} and its entry in {file}, or begin anew with --overwrite"
            )
    return rows


def _told(options: TrainOptions) -> dict[str, Any]:
    """Return what a router is trained with, as JSON has it."""
    values = asdict(options) | {"out": None, "resume": None, "overwrite": None}
    found: dict[str, Any] = json.loads(json.dumps({k: v for k, v in values.items() if v is not None}, default=str))
    return found
