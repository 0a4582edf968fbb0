"""What runs inside a function on Modal: a step as a whole, or the plan, a block, the end of a map step.

Everything that comes in is plain (names, JSON, blocks), every answer is an `Answer`: a user's mistake travels as its
text, for Modal would try again what fails the same way each time. Volumes are looked at anew before and committed
after. The functions stand at module level, where a container finds them by name; each step's own entry in the app is
one of them under the step's name.
"""

from __future__ import annotations

import contextlib
import gc
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, cast

from pointsman.errors import ConfigError, PointsmanError
from pointsman.launchers import modal_volumes
from pointsman.launchers.places import StagedWorker, staged_step
from pointsman.pipeline import steps
from pointsman.pipeline.named import naming, renamed
from pointsman.pipeline.step import Block, MapStep, Plan, Report, Where, Worker, options_from_json, running

_EVERY = 30.0  # seconds between lines of one stage in the log


@dataclass(frozen=True)
class Call:
    """What every function is told.

    Attributes:
        step: its name in the list of steps.
        options: as JSON, paths as the user named them.
        volumes: that are mounted.
        workers: that share the work.
        log: file that is written, on a volume; None: none.
    """

    step: str
    options: str
    volumes: tuple[str, ...]
    workers: int = 1
    log: str | None = None

    @property
    def touched(self) -> tuple[str, ...]:
        """Volumes that the options and the log name."""
        return modal_volumes.mentioned(f"{self.options} {self.log or ''}")

    @property
    def names(self) -> dict[str, str]:
        """Where volumes are mounted, with what the user calls those places."""
        return modal_volumes.names_of(self.volumes)

    def read_options(self) -> Any:
        """Return the options with paths as they are mounted."""
        plain = modal_volumes.mounted(json.loads(self.options), self.volumes)
        return options_from_json(steps.get(self.step).options, json.dumps(plain))


@dataclass(frozen=True)
class Answer:
    """What comes back.

    Attributes:
        value: of the step.
        error: class and text of what a user can mend; None: nothing went wrong.
    """

    value: Any = None
    error: tuple[str, str] | None = None


def run_step(call: Call) -> Answer:
    """Run a step as a whole and return its result, its paths as a user names them."""

    def work(tell: Log) -> Any:
        step = steps.get(call.step)
        more: dict[str, Any] = {}
        if step.kind == "fit" and call.workers > 1:
            from pointsman.training.crew import Processes

            more["crew"] = Processes(call.workers)
        with staged_step(step, call.read_options(), tell) as place:
            return place.run(**more)

    return _answer(call, work)


def plan_step(call: Call) -> Answer:
    """Return a map step's `Plan`, its paths as they are mounted."""

    def work(tell: Log) -> Any:
        with staged_step(_map_step(call.step), call.read_options(), tell) as place:
            found = cast(MapStep[Any, Any], place.step).plan(place.options, place.progress)
            return replace(found, options=place.away(found))

    return _answer(call, work, inside=True)


def do_block(block: Block, call: Call, options: str) -> Answer:
    """Do one block; the worker is made with a container's first one, and kept.

    Args:
        block: of the plan.
        call: of the step.
        options: of the plan, as JSON, paths as they are mounted.

    Returns:
        The block's `Report`.
    """

    def work() -> Report:
        with running(Where("modal", call.workers)), naming(call.names):
            return _worker(call, options)(block)

    return _told(call, work)


def finish_step(call: Call, plan: Plan[Any], reports: Sequence[Report]) -> Answer:
    """Return a map step's result, its paths as a user names them."""

    def work(tell: Log) -> Any:
        with staged_step(_map_step(call.step), plan.options, tell) as place:
            here = replace(plan, options=place.options)
            return place.shown(cast(MapStep[Any, Any], place.step).finish(here, reports, place.progress))

    return _answer(call, work)


class Log:
    """Progress of a step on Modal: lines for Modal's own log and, where one is named, a file."""

    def __init__(self, file: IO[str] | None, names: Mapping[str, str]) -> None:
        self.file, self.names = file, names
        self.stage, self.at = "", 0.0

    def say(self, line: str) -> None:
        """Write one line."""
        text = renamed(line, self.names)
        print(text, file=sys.stderr, flush=True)
        if self.file is not None:
            print(time.strftime("%H:%M:%S"), text, file=self.file, flush=True)

    def advance(self, stage: str, done: int, total: int, text: str = "") -> None:
        """Write a line for a new stage, the end of one, and every half minute between."""
        now = time.monotonic()
        if stage != self.stage or done >= total or now - self.at >= _EVERY:
            self.stage, self.at = stage, now
            self.say(f"{stage}: {done:,}/{total:,} {text}".rstrip())


@lru_cache(maxsize=1)
def _worker(call: Call, options: str) -> Worker:
    _look_again(call)
    step = _map_step(call.step)
    return StagedWorker(step, options_from_json(step.options, options))


def _map_step(name: str) -> MapStep[Any, Any]:
    step = steps.get(name)
    if not isinstance(step, MapStep):
        raise ConfigError(f"{name} runs as a whole: it has no blocks")
    return step


def _answer(call: Call, work: Callable[[Log], Any], *, inside: bool = False) -> Answer:
    """Do what a call asks, with volumes as they are now, and log it; `inside`: what comes of it stays on Modal."""

    def logged() -> Any:
        _look_again(call)
        with _log(call) as file, running(Where("modal", call.workers)), naming(call.names):
            tell = Log(file, call.names)
            try:
                found = work(tell)
                return found if inside else renamed(found, call.names)
            except Exception as error:
                tell.say(f"{call.step}: {type(error).__name__}: {error}")
                raise

    return _told(call, logged)


def _told(call: Call, work: Callable[[], Any]) -> Answer:
    """Return what comes of it, or what is wrong; what was written stays in either case."""
    try:
        return Answer(work())
    except PointsmanError as error:
        return Answer(error=(type(error).__name__, renamed(str(error), call.names)))
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("pointsman"):
            raise
        told = f"the image has no Python package '{error.name}': add it, or the extra that has it, in modal.yaml"
        return Answer(error=("ConfigError", f"{call.step}: {told} under image"))
    except Exception as error:
        if not isinstance(error, MemoryError) and type(error).__name__ != "OutOfMemoryError":
            raise
        what = "memory_gb" if isinstance(error, MemoryError) else "gpu"
        short = " ".join(str(error).split())[:200]
        told = f"{call.step} ran out of memory on Modal: choose more with steps.{call.step}.{what} in modal.yaml"
        return Answer(error=("ConfigError", f"{told} ({short})"))
    finally:
        _commit(call)


@contextlib.contextmanager
def _log(call: Call) -> Iterator[IO[str] | None]:
    if call.log is None:
        yield None
        return
    file = Path(modal_volumes.mounted(call.log, call.volumes))
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as stream:
        yield stream


def _look_again(call: Call) -> None:
    """See what other containers have committed since this one was started."""
    import modal

    if not modal.is_local():
        gc.collect()  # a file that is still open would keep its volume as it was
        for name in call.touched:
            modal.Volume.from_name(name).reload()


def _commit(call: Call) -> None:
    """Have other containers see what was written here."""
    import modal

    if not modal.is_local():
        for name in call.touched:
            modal.Volume.from_name(name).commit()
