"""What a step is: typed options, folders it reads, a folder it writes, a result; and where it may run.

A launcher runs any step from this description alone. Options go to another machine as JSON, results come back
pickled. A `MapStep` handles blocks of rows that know nothing of one another: a worker is made once and called for each
block, writes what it makes of it under a name that the block decides, and so a block that is done twice, or by
another machine, or after a kill, leaves the same files. Knows no launcher.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field, fields, is_dataclass, replace
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

from pointsman.data.urls import is_hub_id, is_remote, is_volume
from pointsman.errors import ConfigError, PointsmanError
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
        reads: paths of its input in the options, dotted (`data.path`); those that are None are left out. In a mapping
            each value is a path or an id of the Hub. URLs among them are fetched.
        names: what may be a path there or a name: a model (alias, id of the Hub, folder), a task (name, YAML file). A
            path is an input, and used where it lies.
        lists: those of `reads` whose files name others beside them: they too are used where they lie.
        within: gives the local paths that stand in files which the options name: an artifact's base, an expert's
            adapter. What is not here may be left out: the step itself says what is wrong with it.
        writes: path of its output there; None: it writes nothing.
        needs: what a worker has to have: names of extras of the package.
        kind: `single`, or `fit`: `run` takes a `crew` as well.
    """

    name: str
    options: type[O]
    run: Callable[..., R]
    reads: tuple[str, ...] = ()
    writes: str | None = None
    names: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    within: Callable[[O], Iterator[Path]] | None = None
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
    found = {}
    for place in (*step.reads, *((step.writes,) if step.writes is not None else ())):
        value = value_at(options, place)
        if value is not None:
            found[place] = tuple(_paths_of(value))
    for place in step.names:
        value = value_at(options, place)
        if value is not None and _is_path(str(value)):
            found[place] = (Path(value),)
    return found


def inputs_here(step: Step[Any, Any], options: Any) -> list[Path]:
    """Return every path that a step would read and that is on this machine, those within its files included."""
    found = [path for place, paths in paths_in(step, options).items() if place != step.writes for path in paths]
    if step.within is not None:
        with suppress(PointsmanError):  # the step says it better
            for path in step.within(options):
                found.append(path)
    here = (path for path in found if not is_remote(path) and not is_volume(path) and path.exists())
    return list(dict.fromkeys(here))


def value_at(options: Any, place: str) -> Any:
    """Return what stands at a dotted place in options; None: nothing does."""
    for part in place.split("."):
        options = options.get(part) if isinstance(options, Mapping) else getattr(options, part)
    return options


def _paths_of(value: Any) -> Iterator[Path]:
    if isinstance(value, Mapping):
        yield from (Path(one) for one in value.values() if Path(one).exists() or not is_hub_id(one))
    elif isinstance(value, list | tuple):
        yield from _typed_paths(value)
    else:
        yield Path(value)


def _is_path(typed: str) -> bool:
    """Tell whether what may be a name is a path: a model's folder, a YAML file, or one that is elsewhere."""
    from pointsman.backbones import ALIASES

    if typed in ALIASES:
        return False
    path = Path(typed)
    return is_remote(typed) or is_volume(typed) or path.suffix in (".yaml", ".yml") or (path / "config.json").is_file()


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
    new = _with(old, parts[1:], paths) if len(parts) > 1 else _replaced(old, paths)
    return replace(options, **{parts[0]: new})  # type: ignore[type-var]


def _replaced(old: Any, paths: Sequence[Path]) -> Any:
    if isinstance(old, Mapping):
        return dict(zip(old, map(str, paths), strict=True))
    return type(old)(paths) if isinstance(old, list | tuple) else paths[0]
