"""What a step is: typed options, folders it reads, a folder it writes, a result; and where it may run.

A launcher runs any step from this description alone. Options go to another machine as JSON, results come back
pickled. A `MapStep` handles blocks of rows that know nothing of one another: a worker is made once and called for each
block, writes what it makes of it under a name that the block decides, and so a block that is done twice, or by
another machine, or after a kill, leaves the same files. Knows no launcher.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

from pointsman.errors import ConfigError
from pointsman.pipeline.options import Progress, Silent
from pointsman.pipeline.pace import Pace

O = TypeVar("O")  # noqa: E741 - options
R = TypeVar("R")

Block = Mapping[str, Any]
"""Rows that are worked on together, as plain JSON values: `name`, unique in its plan, `rows`, and the step's own."""

Report = Mapping[str, Any]
"""What a worker says of a block, as plain JSON values: `name` and `rows` of the block, and the step's own."""

Worker = Callable[[Block], Report]
"""Does a block: writes what it makes of it, and returns when that is on the disk."""

Kind = Literal["map", "fit", "single"]


@dataclass(frozen=True)
class Where:
    """What ran a step.

    Attributes:
        launcher: `local`, `ray` or `modal`.
        workers: that shared the work.
    """

    launcher: str = "local"
    workers: int = 1

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values, for a manifest."""
        return {"launcher": self.launcher, "workers": self.workers}


_HERE = Where()
_where: ContextVar[Where] = ContextVar("where", default=_HERE)


def where() -> Where:
    """Return what runs this step: for the record that it writes, and for nothing else."""
    return _where.get()


@contextmanager
def running(place: Where) -> Iterator[None]:
    """Have `where` return this place inside."""
    token = _where.set(place)
    try:
        yield
    finally:
        _where.reset(token)


@dataclass(frozen=True)
class Plan(Generic[O]):
    """What a map step has to do.

    Attributes:
        options: with everything settled that a worker must not settle by itself.
        blocks: left to do, in order.
        rows: of all blocks, those done before included.
        done: rows of the blocks that an earlier run completed.
        reports: of those blocks.
    """

    options: O
    blocks: Sequence[Block]
    rows: int
    done: int = 0
    reports: Sequence[Report] = ()


@dataclass(frozen=True)
class Step(Generic[O, R]):
    """A step that runs as a whole, in one process.

    Attributes:
        name: the verb that calls it, such as `data build`.
        options: its type: a frozen dataclass that pydantic can turn into JSON and back.
        run: the step: `run(options, progress)`.
        reads: paths of its input in the options, dotted (`data.path`); those that are None are left out.
        writes: path of its output there; None: it writes nothing.
        needs: what a worker has to have: names of extras of the package.
        kind: `single`, or `fit`: `run` takes a `crew` as well.
    """

    name: str
    options: type[O]
    run: Callable[..., R]
    reads: tuple[str, ...] = ()
    writes: str | None = None
    needs: tuple[str, ...] = ("train",)
    kind: Kind = "single"


@dataclass(frozen=True)
class MapStep(Step[O, R]):
    """A step over blocks of rows.

    Attributes:
        plan: `plan(options, progress)`: what is left to do. It loads no model.
        worker: `worker(options)`: loads what it needs, once. A function or class of a module, found by name elsewhere.
        finish: `finish(plan, reports, progress)`: makes the result of the reports, in any order, those of earlier runs
            included.
    """

    plan: Callable[[O, Progress], Plan[O]] = field(kw_only=True)
    worker: Callable[[O], Worker] = field(kw_only=True)
    finish: Callable[[Plan[O], Sequence[Report], Progress], R] = field(kw_only=True)
    kind: Kind = field(default="map", kw_only=True)


def run_map(step: MapStep[O, R], options: O, progress: Progress | None = None) -> R:
    """Run a map step in this process, block after block.

    Raises:
        PointsmanError: what plan, worker or finish raise; blocks that were done stay.
    """
    tell = progress or Silent()
    plan = step.plan(options, tell)
    return step.finish(plan, [*plan.reports, *run_blocks(step, plan, tell)], tell)


def run_blocks(step: MapStep[O, R], plan: Plan[O], tell: Progress) -> Iterator[Report]:
    """Do the blocks that are left, in this process; the worker is made only if there are any."""
    if not plan.blocks:
        return
    worker, done, pace = step.worker(plan.options), 0, Pace(tell, step.name)
    left = sum(int(block["rows"]) for block in plan.blocks)
    for block in plan.blocks:
        yield worker(block)
        done += int(block["rows"])
        pace(done, left)


def options_to_json(options: Any) -> str:
    """Return options as JSON, to be read by `options_from_json` on another machine."""
    from pydantic import TypeAdapter

    return TypeAdapter(type(options)).dump_json(options).decode()


def options_from_json(kind: type[O], text: str) -> O:
    """Return the options that `options_to_json` wrote."""
    from pydantic import TypeAdapter

    found: O = TypeAdapter(kind).validate_json(text)
    return found


def paths_in(step: Step[Any, Any], options: Any) -> dict[str, tuple[Path, ...]]:
    """Return the paths that the options name, by their place in them: those read, and the one written."""
    names = (*step.reads, step.writes) if step.writes is not None else step.reads
    found = {}
    for name in names:
        value = options
        for part in name.split("."):
            value = getattr(value, part)
        if value is not None:
            found[name] = tuple(_typed_paths(value)) if isinstance(value, list | tuple) else (Path(value),)
    return found


def _typed_paths(values: Sequence[Path | str]) -> Iterator[Path]:
    """Yield paths; of texts as typed those in them: `file:PATH`, `NAME=PATH`, or a YAML or JSON file."""
    for value in values:
        if isinstance(value, Path):
            yield value
            continue
        rest = value.removeprefix("file:")
        _, equals, path = rest.partition("=")
        if equals or rest != value or rest.endswith((".yaml", ".yml", ".json")):
            yield Path(path if equals else rest)


def with_paths(options: O, changes: Mapping[str, Sequence[Path]]) -> O:
    """Return the options with other paths in these places, one for each that was there."""
    for name, paths in changes.items():
        options = _with(options, name.split("."), paths)
    return options


def _with(options: Any, parts: Sequence[str], paths: Sequence[Path]) -> Any:
    if not is_dataclass(options) or parts[0] not in {one.name for one in fields(options)}:
        raise ConfigError(f"{type(options).__name__} has no '{parts[0]}'")
    old = getattr(options, parts[0])
    if len(parts) > 1:
        new = _with(old, parts[1:], paths)
    else:
        new = type(old)(paths) if isinstance(old, list | tuple) else paths[0]
    return replace(options, **{parts[0]: new})  # type: ignore[type-var]
