"""Small steps for the launchers' tests: importable where workers run, and able to fail in each way."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pointsman.errors import DataError, MissingExtraError
from pointsman.pipeline.options import Progress
from pointsman.pipeline.step import Block, MapStep, Plan, Report, Step, run_map, where


@dataclass(frozen=True)
class SquareOptions:
    """Numbers to square, and what goes wrong on the way.

    Attributes:
        numbers: file, one a line.
        out: folder of the squares, a file for each block.
        size: numbers in a block.
        meets: workers that have begun a block before one of them is done.
        holds: block whose worker, the first time, writes its process' number to `out / "held"` (a pipe: once somebody
            reads it), and waits until `out / "released"` is there.
        kills: block whose worker kills itself: once, or, with `always`, each time.
        wrong: block that raises an error of ours; as `kind` says: `data`, `bug` (none of ours), `extra`.
        dies_loading: the worker kills itself while it is made.
        threads: of a worker.
    """

    numbers: Path
    out: Path
    size: int = 5
    meets: int = 1
    holds: str | None = None
    kills: str | None = None
    always: bool = False
    wrong: str | None = None
    kind: str = "data"
    dies_loading: bool = False
    threads: int | None = None


class Squares:
    def __init__(self, options: SquareOptions) -> None:
        self.options = options
        if options.dies_loading:
            os.kill(os.getpid(), signal.SIGKILL)
        if options.wrong == "loading":
            _go_wrong(options.kind, "loading")

    def __call__(self, block: Block) -> Report:
        options, name = self.options, str(block["name"])
        notes = options.out / "notes"
        (notes / f"{name}.{os.getpid()}.{time.time_ns()}").touch()
        first = len(list(notes.glob(f"{name}.*"))) == 1
        if name == options.wrong:
            _go_wrong(options.kind, name)
        if name == options.kills and (options.always or first):
            os.kill(os.getpid(), signal.SIGKILL)
        if name == options.holds and first:
            (options.out / "held").write_text(str(os.getpid()))
            _wait((options.out / "released").exists, "nobody released it")
        _wait(lambda: _workers(notes) >= options.meets, f"there are not {options.meets} workers")
        squares = "".join(f"{number**2}\n" for number in block["numbers"])
        temporary = options.out / f".{name}.{os.getpid()}.{threading.get_ident()}"
        temporary.write_text(squares)
        temporary.rename(options.out / f"{name}.txt")
        return {
            "name": name,
            "rows": len(block["numbers"]),
            "pid": os.getpid(),
            "launcher": where().to_dict(),
            "threads": [options.threads, os.environ.get("OMP_NUM_THREADS")],
        }


def _workers(notes: Path) -> int:
    return len({note.name.split(".")[1] for note in notes.iterdir()})


def _wait(done: Callable[[], bool], otherwise: str) -> None:
    """Wait for what another process does, however busy the machine is."""
    until = time.monotonic() + 120
    while not done():
        if time.monotonic() > until:
            raise RuntimeError(otherwise)
        time.sleep(0.02)


def _go_wrong(kind: str, name: str) -> None:
    if kind == "bug":
        raise ZeroDivisionError(f"a bug in {name}")
    if kind == "extra":
        raise MissingExtraError("vision", "PIL")
    raise DataError(f"{name}: row 3 is no number: mend it")


def plan(options: SquareOptions, progress: Progress) -> Plan[SquareOptions]:
    if not options.numbers.is_file():
        raise DataError(f"{options.numbers}: no such file")
    (options.out / "notes").mkdir(parents=True, exist_ok=True)
    numbers = [int(line) for line in options.numbers.read_text().split()]
    blocks = []
    done = 0
    for start in range(0, len(numbers), options.size):
        part, name = numbers[start : start + options.size], f"block-{start // options.size:03}"
        if (options.out / f"{name}.txt").exists():
            done += len(part)
        else:
            blocks.append({"name": name, "rows": len(part), "numbers": part})
    progress.say(f"{len(numbers)} numbers, {done} done before")
    return Plan(options, blocks, len(numbers), done)


def finish(plan: Plan[SquareOptions], reports: Sequence[Report], progress: Progress) -> dict[str, Any]:
    progress.say("finished")
    return {
        "rows": plan.done + sum(int(one["rows"]) for one in reports),
        "names": sorted(str(one["name"]) for one in reports),
        "reports": list(reports),
        "launcher": where().to_dict(),
    }


def squares(options: SquareOptions, progress: Progress | None = None) -> dict[str, Any]:
    return run_map(SQUARES, options, progress)


SQUARES = MapStep(
    "squares",
    SquareOptions,
    squares,
    reads=("numbers",),
    writes="out",
    needs=(),
    plan=plan,
    worker=Squares,
    finish=finish,
)


@dataclass(frozen=True)
class SumOptions:
    """Numbers to add up: `goes` is how it ends: well, wrong, bug, extra, killed, slow."""

    numbers: Path
    goes: str = "well"
    out: Path | None = None


def add_up(options: SumOptions, progress: Progress) -> dict[str, Any]:
    numbers = [int(line) for line in options.numbers.read_text().split()]
    for at, number in enumerate(numbers):
        progress.say(f"number {number}")
        progress.advance("sum", at + 1, len(numbers), f"{number}")
    if options.goes == "wrong":
        _go_wrong("data", "sum")
    if options.goes in ("bug", "extra"):
        _go_wrong(options.goes, "sum")
    if options.goes == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if options.goes == "slow":
        assert options.out is not None
        (options.out / "pid").write_text(str(os.getpid()))
        while True:
            time.sleep(0.05)
    return {"sum": sum(numbers), "pid": os.getpid(), "launcher": where().to_dict(), "folder": str(Path.cwd())}


SUM = Step("sum", SumOptions, add_up, reads=("numbers",), needs=())
