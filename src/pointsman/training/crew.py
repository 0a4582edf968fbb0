"""Fitting that several workers share: each takes its rows of every batch, and all of them make the same step.

A `Job` is the fitting, and travels to the workers; a `Crew` runs it (`Alone`: in this process; `Processes`: in several
on this machine) and gives what its first member made; a `Member` is what a worker knows of the others. Batches are
those of one worker, and gradients are added up, so a crew goes the way that one worker would, to the rounding of floats
(and but for dropout, whose masks every member draws for itself). Knows nothing of models or rows.
"""

from __future__ import annotations

import mmap
import multiprocessing
import os
import pickle
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any, Protocol, TypeVar

import torch
import torch.distributed as dist

from pointsman.backbones import hardware as hw
from pointsman.errors import ConfigError, PointsmanError, WorkerError

T = TypeVar("T")

Progress = Callable[[int, int, str], None]
"""Called with (steps done, steps in all, a short text such as the last validation figure)."""

_ALIGNED = 64  # bytes: where arrays begin in the file of a job
_PATIENCE = 3.0  # seconds in which the end of a member shows, when another one has lost it


@dataclass(frozen=True)
class Member:
    """One worker of a crew, inside its process group; alone there is none.

    Attributes:
        rank: 0 is the first: it alone writes, tells progress, and gives the result.
        size: of the crew.
    """

    rank: int = 0
    size: int = 1

    @property
    def alone(self) -> bool:
        """Whether nobody shares the work."""
        return self.size == 1

    @property
    def first(self) -> bool:
        """Whether it is the one that writes."""
        return self.rank == 0

    def share(self, rows: Sequence[T]) -> Sequence[T]:
        """Return its rows of a batch; none, where there are fewer rows than members."""
        return rows[self.rank :: self.size]

    def agree(self, find: Callable[[], T]) -> T:
        """Return at every member what the first one finds; the others don't look."""
        if self.alone:
            return find()
        found = [find() if self.first else None]
        dist.broadcast_object_list(found, src=0)
        return found[0]  # type: ignore[return-value]

    def gather(self, own: T) -> list[T]:
        """Return what every member has, by rank."""
        if self.alone:
            return [own]
        found: list[Any] = [None] * self.size
        dist.all_gather_object(found, own)
        return found

    def add_up(self, tensors: Sequence[torch.Tensor]) -> None:
        """Put into each tensor the sum of all members', in one exchange."""
        if self.alone:
            return
        whole = torch.cat([one.reshape(-1) for one in tensors])
        dist.all_reduce(whole)
        parts = torch.split(whole, [one.numel() for one in tensors])
        for one, part in zip(tensors, parts, strict=True):
            one.copy_(part.view_as(one))


SINGLE = Member()
"""A worker that shares its work with nobody."""


class Job(Protocol):
    """A fitting that can be pickled.

    Attributes:
        device: `cpu` or `cuda`: what every member computes on.
        work: folder of the run, which all members see; None: it has none.
    """

    @property
    def device(self) -> str:
        """See the class."""
        ...

    @property
    def work(self) -> Path | None:
        """See the class."""
        ...

    def run(self, member: Member, progress: Progress | None) -> Any:
        """Do it as one of a crew; what the first member returns is the result, and has to be picklable."""
        ...


class Crew(Protocol):
    """Who does a fitting.

    Attributes:
        size: workers.
    """

    @property
    def size(self) -> int:
        """See the class."""
        ...

    def hardware(self, device: hw.Device, precision: hw.Precision) -> hw.Hardware:
        """Resolve `auto` for what the members compute on, wherever they are.

        Raises:
            ConfigError: they have no such device.
        """
        ...

    def fit(self, job: Job, progress: Progress | None = None) -> Any:
        """Run a job and return what its first member made.

        Raises:
            PointsmanError: of any member; a member that ended before its work.
        """
        ...


@dataclass(frozen=True)
class Alone:
    """This process."""

    size: int = 1

    def hardware(self, device: hw.Device, precision: hw.Precision) -> hw.Hardware:
        """See `Crew`."""
        return hw.choose(device, precision)

    def fit(self, job: Job, progress: Progress | None = None) -> Any:
        """See `Crew`."""
        return job.run(SINGLE, progress)


def here(members: hw.Hardware) -> hw.Hardware:
    """Return what this process computes on, beside members that have that: its GPU if it has one, in their precision.

    What it makes for them, and what it makes of their result, has their number format.
    """
    return members if members.device == "cpu" or torch.cuda.is_available() else replace(members, device="cpu")


@dataclass(frozen=True)
class Processes:
    """Processes on this machine, joined by gloo on processors and by nccl on GPUs, one GPU each.

    They are spawned: a script that calls this keeps its own work below `if __name__ == "__main__":`.

    Attributes:
        size: how many.
        threads: that each computes with; 0: the machine's cores, shared evenly.
    """

    size: int
    threads: int = 0

    def __post_init__(self) -> None:
        if self.size < 1:
            raise ConfigError(f"--workers {self.size}: use at least 1")

    def hardware(self, device: hw.Device, precision: hw.Precision) -> hw.Hardware:
        """See `Crew`."""
        return hw.choose(device, precision)

    def fit(self, job: Job, progress: Progress | None = None) -> Any:
        """See `Crew`. Whatever ends this ends the members."""
        if job.device == "cuda" and (there := torch.cuda.device_count()) < self.size:
            raise ConfigError(
                f"--workers {self.size}: each needs a GPU of its own and this machine has {there}: use fewer, or "
                "--device cpu"
            )
        threads = self.threads or max(1, (os.cpu_count() or 1) // self.size)
        spawn = multiprocessing.get_context("spawn")
        with tempfile.TemporaryDirectory(prefix="pointsman-crew-") as folder:
            _pack(job, Path(folder) / "job")
            members, pipes = [], []
            try:
                for rank in range(self.size):
                    here, there_end = spawn.Pipe(duplex=False)
                    one = spawn.Process(
                        target=_work,
                        args=(Member(rank, self.size), folder, job.device, threads, there_end),
                        name=f"pointsman-worker-{rank + 1}",
                        daemon=True,
                    )
                    one.start()
                    there_end.close()  # the member's own is now the last: its end shows when it is closed
                    members.append(one)
                    pipes.append(here)
                return _listen(members, pipes, progress)
            finally:
                for one in members:
                    one.kill()
                for one in members:
                    one.join()


def environment(member: Member, threads: int) -> Mapping[str, str]:
    """Return what the libraries of a member on this machine look for in its environment."""
    found = {
        "RANK": str(member.rank),
        "LOCAL_RANK": str(member.rank),
        "WORLD_SIZE": str(member.size),
        "LOCAL_WORLD_SIZE": str(member.size),
        "OMP_NUM_THREADS": str(threads),
    }
    # All are on this machine: nothing is to listen where others could connect.
    return {**found, "GLOO_SOCKET_IFNAME": "lo"} if sys.platform == "linux" else found


def _work(member: Member, folder: str, device: str, threads: int, pipe: Connection) -> None:
    """Be a member: the process's whole life."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the caller is interrupted too, and ends the members
    os.environ.update(environment(member, threads))
    torch.set_num_threads(threads)
    if device == "cuda":
        torch.cuda.set_device(member.rank)

    def say(kind: str, told: Any) -> None:
        # Pickled here: the pipe's own way would have tensors fetched from this process, which may have ended by then.
        pipe.send_bytes(pickle.dumps((kind, told), protocol=5))

    def tell(done: int, total: int, text: str) -> None:
        say("at", (done, total, text))

    try:
        dist.init_process_group(
            "cpu:gloo,cuda:nccl" if device == "cuda" else "gloo",
            init_method=f"file://{folder}/meeting",
            rank=member.rank,
            world_size=member.size,
        )
        found = _unpack(Path(folder) / "job").run(member, tell if member.first else None)
        say("done", found if member.first else None)
        dist.destroy_process_group()
    except PointsmanError as error:
        say("error", portable(error))
    except Exception:
        say("bug", traceback.format_exc())


def lost_another(error: BaseException) -> bool:
    """Tell whether an error only says that an exchange failed, since another member was gone."""
    return isinstance(error, dist.DistError) or (isinstance(error, RuntimeError) and "gloo" in str(error))


def portable(error: PointsmanError) -> PointsmanError:
    """Return the error, or one with the same text where it cannot be pickled and read again."""
    try:
        again = pickle.loads(pickle.dumps(error))
    except Exception:
        return PointsmanError(str(error))
    return error if str(again) == str(error) else PointsmanError(str(error))


def _listen(members: Sequence[Any], pipes: Sequence[Connection], progress: Progress | None) -> Any:
    """Pass on what the members say until all are done."""
    found, speaking = None, dict(zip(pipes, members, strict=True))
    while speaking:
        for pipe in wait(list(speaking)):
            assert isinstance(pipe, Connection)
            try:
                kind, told = pickle.loads(pipe.recv_bytes())
            except EOFError:
                raise _ended(speaking[pipe], members) from None
            if kind == "at":
                if progress is not None:
                    progress(*told)
            elif kind == "done":
                member = speaking.pop(pipe)
                found = told if member is members[0] else found
            elif kind == "error":
                raise told
            else:
                _look_for_the_dead({p: m for p, m in speaking.items() if p is not pipe}, members)
                raise RuntimeError(f"a worker failed:\n{told}")
    return found


def _look_for_the_dead(others: Mapping[Connection, Any], members: Sequence[Any]) -> None:
    """Raise what ended another member, if one did: who lost it only says that an exchange failed."""
    while ready := wait(list(others), timeout=_PATIENCE):
        for pipe in ready:
            assert isinstance(pipe, Connection)
            try:
                kind, told = pickle.loads(pipe.recv_bytes())
            except EOFError:
                raise _ended(others[pipe], members) from None
            if kind == "error":
                raise told
            if kind == "bug":
                return


def _ended(member: Any, members: Sequence[Any]) -> WorkerError:
    member.join(_PATIENCE)
    code = member.exitcode
    why = f"exit code {code}"
    if code is not None and code < 0:
        why = f"killed by {signal.Signals(-code).name}" + (", as for want of memory" if code == -9 else "")
    return WorkerError(
        f"worker {members.index(member) + 1} of {len(members)} ended before the training did ({why}): what it had "
        "written stays, run the same command with --resume"
    )


def _pack(job: Job, file: Path) -> None:
    """Write a job; its arrays follow as they are, so that the members share one copy of them in memory."""
    buffers: list[pickle.PickleBuffer] = []
    told = pickle.dumps(job, protocol=5, buffer_callback=buffers.append)
    with file.open("wb") as out:
        places = []
        for buffer in buffers:
            out.write(b"\0" * (-out.tell() % _ALIGNED))
            raw = buffer.raw()
            places.append((out.tell(), raw.nbytes))
            out.write(raw)
    file.with_suffix(".told").write_bytes(pickle.dumps((told, places)))


def _unpack(file: Path) -> Job:
    told, places = pickle.loads(file.with_suffix(".told").read_bytes())
    with file.open("rb") as stored:
        # Private: what a member writes to an array is its own.
        whole = memoryview(mmap.mmap(stored.fileno(), 0, access=mmap.ACCESS_COPY)) if places else memoryview(b"")
    job: Job = pickle.loads(told, buffers=[whole[start : start + size] for start, size in places])
    return job
