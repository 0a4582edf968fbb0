"""A map step on a Ray cluster: Ray Data hands its blocks to workers that are made once.

The blocks' names and reports travel, and nothing else. A worker that is killed is started again and its block done
again; a ledger counts, so that a block that ends its worker each time is named. Reports come back as they are made.
"""

from __future__ import annotations

import base64
import json
import logging
import pickle
from collections.abc import Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import fields, is_dataclass, replace
from typing import Any

from pointsman.errors import WorkerError
from pointsman.launchers.places import StagedWorker, staged_step
from pointsman.launchers.ray_cluster import logs_wanted
from pointsman.launchers.ray_nodes import resources_of
from pointsman.launchers.ray_remote import LESS_MEMORY, TRIES, Failure, Surroundings, lost_workers
from pointsman.launchers.settings import LauncherSettings
from pointsman.pipeline.options import Progress
from pointsman.pipeline.pace import Pace
from pointsman.pipeline.step import MapStep, Plan, Report, Where, running, where

_MOST_TASKS = 1000  # Ray Data spends a few milliseconds on each: more blocks than that share tasks
_CONTEXT = {
    "enable_progress_bars": False,
    "enable_operator_progress_bars": False,
    "print_on_execution_start": False,
    "enable_auto_log_stats": False,
    "target_max_block_size": 1,  # bytes: a report is handed on when it is made
    "memory_usage_poll_interval_s": None,
}


def run_map_on_ray(step: MapStep[Any, Any], options: Any, settings: LauncherSettings, tell: Progress) -> Any:
    """Plan here, do the blocks on the cluster that this process has joined, finish here.

    Raises:
        PointsmanError: what plan, worker or finish raise; blocks that were done stay.
        WorkerError: a block that ends its worker each time.
    """
    with running(Where("ray", settings.workers or 1)), staged_step(step, options, tell) as place:
        plan = place.plan()
        reports = list(plan.reports)
        away = replace(plan, options=place.away(plan))
        with closing(_blocks_done(step, away, settings, place.progress)) as done:
            reports += done
        return place.finish(plan, reports)


def _blocks_done(
    step: MapStep[Any, Any], plan: Plan[Any], settings: LauncherSettings, tell: Progress
) -> Generator[Report, None, None]:
    if not plan.blocks:
        return
    import ray

    place = where()
    blocks = [{"block": json.dumps(block)} for block in plan.blocks]
    workers = min(settings.workers or 1, len(blocks))
    tell.say(f"ray: starting {workers} worker{'s' if workers > 1 else ''}")
    ledger = ray.remote(num_cpus=0)(Ledger).remote()
    seen: set[str] = set()
    left, rows, pace = sum(int(block["rows"]) for block in plan.blocks), 0, Pace(tell, step.name)
    try:
        with _context(), lost_workers(step.name):
            data = ray.data.from_items(blocks, override_num_blocks=min(len(blocks), _MOST_TASKS)).map_batches(
                BlockWorker,
                fn_constructor_args=(step, plan.options, Surroundings.here(settings.cpus), place, ledger),
                batch_size=1,
                compute=ray.data.ActorPoolStrategy(size=workers),
                **resources_of(settings),
            )
            told = data.iter_batches(batch_size=None, batch_format="pyarrow", prefetch_batches=0)
            with closing(iter(told)) as tables:
                for text in (text for table in tables for text in table["said"].to_pylist()):
                    said = json.loads(text)
                    if "failure" in said:
                        raise pickle.loads(base64.b64decode(said["failure"])).error()
                    if said["name"] in seen:
                        continue
                    seen.add(said["name"])
                    rows += int(said["rows"])
                    pace(rows, left)
                    yield said
        missing = [str(block["name"]) for block in plan.blocks if block["name"] not in seen]
        if missing:
            raise WorkerError(f"{step.name}: no report of block {missing[0]}: run it again")
    finally:
        ray.kill(ledger)


class BlockWorker:
    """Makes the step's worker once, in an actor, and has it do each block that comes; errors become reports."""

    def __init__(self, step: MapStep[Any, Any], options: Any, around: Surroundings, place: Where, ledger: Any) -> None:
        import ray

        self._ledger, self._name, self._place = ledger, step.name, place
        self._failure: Failure | None = None
        actor = ray.get_runtime_context().get_actor_id()
        try:
            if ray.get(ledger.begin.remote(f"actor {actor}")) > TRIES:
                raise WorkerError(
                    f"{step.name}: a worker ended {TRIES} times while it loaded (killed, or out of memory): "
                    f"{LESS_MEMORY}"
                )
            around.enter()
            with running(place):
                self._work = StagedWorker(step, _with_threads(options, around.cpus))
            around.keep_to_cpus()
        except Exception as error:
            self._failure = Failure.of(error)
        ledger.forget.remote(f"actor {actor}")

    def __call__(self, batch: Mapping[str, Any]) -> dict[str, Any]:
        """Do the one block of a batch."""
        if self._failure is not None:
            return _failed(self._failure)
        import ray

        block = json.loads(str(batch["block"][0]))
        begun = f"block {block['name']}"
        try:
            if ray.get(self._ledger.begin.remote(begun)) > TRIES:
                raise WorkerError(
                    f"{self._name}: block {block['name']} ended its worker {TRIES} times (killed, or out of memory): "
                    f"{LESS_MEMORY}; blocks that were done stay"
                )
            with running(self._place):
                report = self._work(block)
        except Exception as error:
            return _failed(Failure.of(error))
        self._ledger.forget.remote(begun)  # done again with others of its task, it is not to blame
        return {"said": [json.dumps(dict(report))]}


class Ledger:
    """An actor that counts how often work was begun."""

    def __init__(self) -> None:
        self._begun: dict[str, int] = {}

    def begin(self, name: str) -> int:
        """Return how often this was begun, this time included."""
        self._begun[name] = self._begun.get(name, 0) + 1
        return self._begun[name]

    def forget(self, name: str) -> None:
        """Count from the start again: it went well."""
        self._begun.pop(name, None)


def _failed(failure: Failure) -> dict[str, Any]:
    return {"said": [json.dumps({"failure": base64.b64encode(pickle.dumps(failure)).decode()})]}


def _with_threads(options: Any, cpus: int) -> Any:
    """Return the options with as many threads as the worker has cores, where they leave that open."""
    if not is_dataclass(options) or isinstance(options, type):
        return options
    is_open = any(one.name == "threads" and getattr(options, one.name) is None for one in fields(options))
    return replace(options, **{"threads": cpus}) if is_open else options


@contextmanager
def _context() -> Iterator[None]:
    """Have Ray Data work as blocks of ours need it, and say nothing; its settings come back."""
    from ray.data import DataContext

    context, logger = DataContext.get_current(), logging.getLogger("ray.data")
    consoles = [] if logs_wanted() else [one for one in logger.handlers if type(one).__name__ == "PlainRayHandler"]
    detectors = context.issue_detectors_config
    before = {name: getattr(context, name) for name in _CONTEXT}
    levels, looked_for = [one.level for one in consoles], detectors.detectors
    for name, value in _CONTEXT.items():
        setattr(context, name, value)
    detectors.detectors = []
    for one in consoles:
        one.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(context, name, value)
        detectors.detectors = looked_for
        for one, level in zip(consoles, levels, strict=True):
            one.setLevel(level)
