"""Work in a task of a Ray cluster: its errors come back as themselves, and what it tells arrives here in order.

Also what a worker does before its work: keeping to its cores. Knows no step.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pointsman.errors import PointsmanError, WorkerError
from pointsman.pipeline.options import Progress

R = TypeVar("R")

TRIES = 3
"""Times that a worker may end at the same work before it is given up."""

_OURS = "POINTSMAN_"
_OFFLINE = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
_THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS")
_SELDOM = 0.1  # seconds between two tellings of the same stage
_PATIENCE = 5.0  # seconds for a task to end when it is told to

LESS_MEMORY = "use fewer --workers, or set memory_gb in --launcher-config"


@dataclass(frozen=True)
class Failure:
    """An exception on its way to another process.

    Attributes:
        kind, args, state: of it, if it is one of ours; else `kind` is None.
        trace: its traceback, as text.
    """

    kind: type[PointsmanError] | None
    args: tuple[Any, ...]
    state: dict[str, Any]
    trace: str

    @classmethod
    def of(cls, error: BaseException) -> Failure:
        """Return what is to travel of an exception."""
        trace = "".join(traceback.format_exception(error))
        if isinstance(error, PointsmanError):
            return cls(type(error), error.args, dict(error.__dict__), trace)
        return cls(None, (), {}, trace)

    def error(self) -> Exception:
        """Return the exception, ready to be raised here; one that is none of ours brings its traceback along."""
        if self.kind is None:
            return RuntimeError(f"a worker failed:\n{self.trace}")
        found = self.kind.__new__(self.kind, *self.args)
        found.args = self.args
        found.__dict__.update(self.state)
        return found


@dataclass(frozen=True)
class Surroundings:
    """What a worker takes over from the process that sends it work.

    Attributes:
        cpus: threads that it computes with.
        folder: where relative paths begin; only where the worker's machine has it.
        environment: variables.
    """

    cpus: int
    folder: str
    environment: Mapping[str, str]

    @classmethod
    def here(cls, cpus: int) -> Surroundings:
        """Return those of this process."""
        given = {name: value for name, value in os.environ.items() if name.startswith(_OURS) or name in _OFFLINE}
        return cls(cpus, str(Path.cwd()), given)

    def enter(self) -> None:
        """Take them over, in this process."""
        os.environ.update(self.environment)
        if Path(self.folder).is_dir():
            os.chdir(self.folder)
        self.keep_to_cpus()

    def keep_to_cpus(self) -> None:
        """Compute with so many threads; torch, once it is imported, has to be told."""
        os.environ.update(dict.fromkeys(_THREADS, str(self.cpus)))
        if "torch" in sys.modules:
            sys.modules["torch"].set_num_threads(self.cpus)


class Mailbox:
    """An actor that holds what was told until it is asked for; calls may reach it in another order."""

    def __init__(self) -> None:
        self._early: dict[int, tuple[Any, ...]] = {}
        self._items: list[tuple[Any, ...]] = []
        self._next = 0
        self._closed = False
        self._news = asyncio.Condition()

    async def put(self, number: int, item: tuple[Any, ...]) -> None:
        """Keep one telling, in its place."""
        async with self._news:
            self._early[number] = item
            while self._next in self._early:
                self._items.append(self._early.pop(self._next))
                self._next += 1
            self._news.notify_all()

    async def complete(self, count: int) -> None:
        """Return when so many tellings have come."""
        async with self._news:
            await self._news.wait_for(lambda: self._next >= count)

    async def close(self) -> None:
        """Nothing more will come: questions need not wait."""
        async with self._news:
            self._closed = True
            self._news.notify_all()

    async def take(self) -> list[tuple[Any, ...]]:
        """Return what came since it was last asked, as soon as there is any."""
        async with self._news:
            await self._news.wait_for(lambda: self._items or self._closed)
            found, self._items = self._items, []
            return found


class Posted:
    """Progress that is told through a mailbox."""

    def __init__(self, mailbox: Any) -> None:
        self._mailbox, self._count = mailbox, 0
        self._told = 0.0
        self._held: tuple[Any, ...] | None = None

    def say(self, line: str) -> None:
        """Tell one decision or finding."""
        self._flush()
        self._put(("say", line))

    def advance(self, stage: str, done: int, total: int, text: str = "") -> None:
        """Tell how far a stage is; not each time, but always the last."""
        if self._held is not None and self._held[1] != stage:
            self._flush()
        self._held = ("advance", stage, done, total, text)
        if done >= total or time.monotonic() - self._told >= _SELDOM:
            self._flush()

    def close(self) -> None:
        """Return when all that was told has arrived."""
        import ray

        self._flush()
        ray.get(self._mailbox.complete.remote(self._count))

    def _flush(self) -> None:
        if self._held is not None:
            item, self._held, self._told = self._held, None, time.monotonic()
            self._put(item)

    def _put(self, item: tuple[Any, ...]) -> None:
        self._mailbox.put.remote(self._count, item)
        self._count += 1


def _guarded(work: Callable[[Progress], Any], mailbox: Any, around: Surroundings) -> tuple[Failure | None, Any]:
    """Do the work, in the task; return its failure or its result."""
    progress = Posted(mailbox)
    failure, found = None, None
    try:
        around.enter()
        found = work(progress)
    except Exception as error:
        failure = Failure.of(error)
    progress.close()
    return failure, found


def run_in_task(
    work: Callable[[Progress], R], tell: Progress, around: Surroundings, resources: dict[str, Any], name: str
) -> R:
    """Do work in one task of the cluster that this process has joined, and return what it returns.

    Args:
        work: called there with progress that is told here; pickled.
        tell: told what it tells, in order.
        around: what the task takes over.
        resources: that it asks for, as options of a Ray task.
        name: of the work, for messages.

    Raises:
        PointsmanError: what the work raises.
        WorkerError: the task ended before its work was done.
    """
    import ray

    mailbox = ray.remote(num_cpus=0)(Mailbox).remote()
    # Not retried: work that ended may have written a part, and says itself how it is taken up again.
    task = ray.remote(max_retries=0, name=f"pointsman {name}", **resources)(_guarded).remote(work, mailbox, around)
    with lost_workers(name), _cancelled(task, mailbox):
        news = mailbox.take.remote()
        while True:
            ready, _ = ray.wait([task, news], num_returns=1)
            if news in ready:
                _deliver(ray.get(news), tell)
                news = mailbox.take.remote()
            elif task in ready:
                mailbox.close.remote()
                _deliver(ray.get(news), tell)
                _deliver(ray.get(mailbox.take.remote()), tell)  # what came after that was answered
                break
        failure, found = ray.get(task)
    if failure is not None:
        raise failure.error() from None
    result: R = found
    return result


def _deliver(items: list[tuple[Any, ...]], tell: Progress) -> None:
    for kind, *rest in items:
        if kind == "say":
            tell.say(*rest)
        else:
            tell.advance(*rest)


@contextmanager
def _cancelled(task: Any, mailbox: Any) -> Iterator[None]:
    """End the task where this process does not wait for it to its end."""
    import ray

    try:
        yield
    except BaseException:
        ray.cancel(task, recursive=True)
        done, _ = ray.wait([task], timeout=_PATIENCE)
        if not done:
            ray.cancel(task, force=True)
        raise
    finally:
        ray.kill(mailbox)


@contextmanager
def lost_workers(name: str) -> Iterator[None]:
    """Turn what Ray says of workers that ended into one line.

    Raises:
        WorkerError: that line.
    """
    import ray

    try:
        yield
    except ray.exceptions.TaskCancelledError:
        raise KeyboardInterrupt from None
    except (ray.exceptions.RayError, ConnectionError) as error:
        raise WorkerError(told(name, error)) from None


def told(name: str, error: Exception) -> str:
    """Return what an error of Ray means for a step."""
    import ray

    wrong = ray.exceptions
    again = "what was done stays, run it again"
    text = " ".join(str(error).split())
    if isinstance(error, wrong.OutOfMemoryError):
        return f"{name}: a worker ran out of memory: {LESS_MEMORY}; {again}"
    if isinstance(error, wrong.NodeDiedError):
        return f"{name}: a node of the Ray cluster ended: {again}"
    if isinstance(error, wrong.WorkerCrashedError | wrong.ActorDiedError | wrong.ActorUnavailableError):
        return f"{name}: a worker was killed, or ran out of memory: {LESS_MEMORY}; {again}"
    if isinstance(error, ConnectionError):
        return f"{name}: the Ray cluster cannot be reached any more: {again}"
    return f"{name}: Ray gave up ({type(error).__name__}: {text[:200]}): {again}"
