"""Steps whose paths are URLs (`s3://…`): they run on local copies, and what they write is pushed.

`staged_step` gives a step its options with local paths. What is read is a copy, fetched once; what is written is a
folder that holds at first what is there already, so that a step can go on with it, and is pushed after. A map step is
pushed block by block. Messages, results and (through `pipeline.named`) records name the URL. A step that reads and
writes URLs by itself names no paths of its own, and nothing is staged for it.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pointsman.data.urls import is_remote, url_of
from pointsman.errors import ConfigError, OutputError, PointsmanError
from pointsman.launchers.pushed import Pushed
from pointsman.launchers.url_options import url_in, urls_of_step
from pointsman.pipeline.named import naming, renamed
from pointsman.pipeline.options import Progress, Silent
from pointsman.pipeline.step import Block, MapStep, Plan, Report, Step, Worker, run_map, with_paths

if TYPE_CHECKING:
    from pointsman.launchers.remote import Remote

__all__ = ["Place", "StagedWorker", "is_remote", "staged_step", "url_of"]

O = TypeVar("O")  # noqa: E741 - options
R = TypeVar("R")


@dataclass(frozen=True)
class Place(Generic[O, R]):
    """A step ready to run here.

    Attributes:
        step: it, pushing block by block where it writes a URL.
        options: with local paths.
        progress: names URLs.
        names: local path -> the URL that it stands for.
    """

    step: Step[O, R]
    options: O
    progress: Progress
    names: Mapping[str, str]

    def run(self, **more: Any) -> R:
        """Run the step as a whole; its result names URLs."""
        found: R = self.shown(self.step.run(self.options, self.progress, **more))
        return found

    def plan(self) -> Plan[O]:
        """Plan a map step; what that wrote is pushed."""
        return self._map.plan(self.options, self.progress)

    def finish(self, plan: Plan[O], reports: Sequence[Report]) -> R:
        """Finish a map step whose blocks were done, here or by others; its result names URLs."""
        found: R = self.shown(self._map.finish(plan, reports, self.progress))
        return found

    @property
    def _map(self) -> MapStep[O, R]:
        if not isinstance(self.step, MapStep):
            raise TypeError(f"'{self.step.name}' is no map step")
        return self.step

    def shown(self, value: Any) -> Any:
        """Return a value with URLs for the paths that stand for them."""
        return renamed(value, self.names) if self.names else value

    def away(self, plan: Plan[O]) -> O:
        """Return a plan's options as another machine needs them: with URLs for the paths that stand for them."""
        return renamed(plan.options, self.names) if self.names else plan.options


@contextmanager
def staged_step(step: Step[O, R], options: O, progress: Progress | None = None) -> Iterator[Place[O, R]]:
    """Give a step local paths while the block runs; what it wrote is pushed when the block ends well.

    When it fails, what a map step wrote is pushed as well; of other steps nothing is.

    A launcher that spreads the blocks of a map step calls `place.plan()`, gives `place.away(plan)` to a
    `StagedWorker(step, …)` in each process, calls that with the blocks, and here `place.finish(plan, reports)`, which
    sees what the workers wrote. Blocks and reports hold no paths, or paths relative to those of the options.

    Args:
        step: to be run.
        options: of it; without URLs nothing happens, and costs nothing.
        progress: told what is fetched and pushed.

    Raises:
        ConfigError: a URL that cannot be written, a volume, no credentials.
        DataError: nothing at a URL.
        OutputError: no room for copies, another run writes the same URL, or it cannot be written.
        MissingExtraError: the package of a file system is missing.
    """
    tell = progress or Silent()
    reads, writes = urls_of_step(step, options)
    if not reads and writes is None:
        yield Place(step, options, tell, {})
        return
    with ExitStack() as stack:
        names: dict[str, str] = {}
        tell = _Naming(tell, names)
        output = _output(writes, step.kind == "map", stack) if writes is not None else None
        options = _with_copies(options, reads, names, tell, stack)
        if output is not None and step.writes is not None:
            names[str(output.folder)] = output.remote.url
            options = with_paths(options, {step.writes: [output.folder]})
            step = _pushing(step, output)
        try:
            with naming(names):
                yield Place(step, options, tell, names)
        except BaseException as error:
            if output is not None and step.kind == "map":
                _push_rest(output, tell)
            if isinstance(error, PointsmanError):
                error.args = renamed(error.args, names)
            raise
        if output is not None:
            _push_all(output, tell)


class StagedWorker:
    """A map step's worker in a process of its own: inputs fetched once, each block's files pushed when it is done.

    It has an output folder of its own, which holds the JSON files of the output and else only what it wrote: names
    are the block's, so workers do not meet. It is made in the process that works.

    Args:
        step: whose worker it is.
        options: with URLs, as `Place.away` gives them; without any it is the step's own worker.
    """

    def __init__(self, step: MapStep[O, Any], options: O) -> None:
        self._stack = ExitStack()
        self._names: dict[str, str] = {}
        self._output: Pushed | None = None
        reads, writes = urls_of_step(step, options)
        options = _with_copies(options, reads, self._names, Silent(), self._stack)
        if writes is not None and step.writes is not None:
            self._output = output = _worker_output(writes, self._stack)
            self._names[str(output.folder)] = output.remote.url
            options = with_paths(options, {step.writes: [output.folder]})
        with self._naming():
            self._worker = step.worker(options)

    def __call__(self, block: Block) -> Report:
        """Do a block, and push what it wrote."""
        with self._naming():
            report = self._worker(block)
        if self._output is not None:
            self._output.hand_over()
        return report

    @contextmanager
    def _naming(self) -> Iterator[None]:
        try:
            with naming(self._names):
                yield
        except PointsmanError as error:
            error.args = renamed(error.args, self._names)
            raise

    def close(self) -> None:
        """Let go of copies and remove the folder."""
        self._stack.close()

    def __del__(self) -> None:
        self.close()


def _with_copies(
    options: O, reads: Mapping[str, Sequence[Path | str]], names: dict[str, str], tell: Progress, stack: ExitStack
) -> O:
    """Return the options with local copies in place of URLs, which are there until the stack ends."""
    if not reads:
        return options
    from pointsman.launchers.copies import copy_of
    from pointsman.launchers.remote import Remote

    changes: dict[str, list[Any]] = {}
    for place, values in reads.items():
        changes[place] = []
        for value in values:
            if found := url_in(value):
                before, url = found
                copy = stack.enter_context(copy_of(Remote(url), tell))
                names[str(copy)] = url
                value = copy if isinstance(value, Path) else f"{before}{copy}"
            changes[place].append(value)
    return with_paths(options, changes)


def _writable(url: str) -> Remote:
    from pointsman.launchers.remote import Remote

    remote = Remote(url)
    if not remote.can_be_written():
        raise ConfigError(f"{url} cannot be written: give --out a local path, s3://BUCKET/KEY or gs://BUCKET/KEY")
    return remote


def _output(url: str, resumes: bool, stack: ExitStack) -> Pushed:
    """Return the folder of an output, holding what is at the URL; this process's alone on this machine."""
    from pointsman.launchers.copies import held, key_of, make_folder, places_folder

    remote = _writable(url)
    home = make_folder(places_folder() / "out" / key_of(url))
    if not stack.enter_context(held(home / ".lock", wait=False)):
        raise OutputError(f"{url}: another run on this machine writes to it: wait for it, or choose another --out")
    folder = home / remote.name
    shutil.rmtree(folder, ignore_errors=True)
    output = Pushed(remote, folder, resumes=resumes)
    stack.callback(lambda: None if output.kept else shutil.rmtree(folder, ignore_errors=True))
    output.pull()
    return output


def _worker_output(url: str, stack: ExitStack) -> Pushed:
    """Return a folder of this worker's own, holding the descriptions of the output."""
    from pointsman.launchers.copies import held, make_folder, places_folder
    from pointsman.launchers.pushed import is_description

    remote = _writable(url)
    work = make_folder(places_folder() / "work")
    for lock in work.glob("*.lock"):
        with held(lock, wait=False) as free:
            if free:  # its worker was killed
                shutil.rmtree(lock.with_suffix(""), ignore_errors=True)
                lock.unlink(missing_ok=True)
    home = work / uuid.uuid4().hex
    stack.enter_context(held(home.with_suffix(".lock")))
    stack.callback(shutil.rmtree, home, ignore_errors=True)
    folder = home / remote.name
    folder.mkdir(parents=True)
    output = Pushed(remote, folder, resumes=True)
    output.pull(is_description)
    return output


def _pushing(step: Step[O, R], output: Pushed) -> Step[O, R]:
    """Return a map step that pushes its plan's folder and each block; another step as it is."""
    if not isinstance(step, MapStep):
        return step
    first: MapStep[O, R] = step

    def plan(options: O, tell: Progress) -> Plan[O]:
        found = first.plan(options, tell)
        output.push()
        return found

    def worker(options: O) -> Worker:
        work = first.worker(options)

        def do(block: Block) -> Report:
            report = work(block)
            output.push()
            return report

        return do

    def finish(found: Plan[O], reports: Sequence[Report], tell: Progress) -> R:
        output.pull()
        return first.finish(found, reports, tell)

    new = replace(first, plan=plan, worker=worker, finish=finish)
    return replace(new, run=partial(run_map, new))


def _push_all(output: Pushed, tell: Progress) -> None:
    try:
        if pushed := output.push():
            tell.say(f"{output.remote.url}: {len(pushed):,} file{'s' if len(pushed) > 1 else ''} pushed")
    except PointsmanError as error:
        output.kept = True
        error.args = (f"{error}; until the next run with this --out, what was made is in {output.folder}",)
        raise


def _push_rest(output: Pushed, tell: Progress) -> None:
    """Push what a map step that failed had done; the next run goes on with it."""
    try:
        output.push()
    except PointsmanError as error:
        tell.say(f"{output.remote.url}: what was done is not all there: {error}")


class _Naming:
    """Progress that names URLs."""

    def __init__(self, tell: Progress, names: Mapping[str, str]) -> None:
        self._tell, self._names = tell, names

    def say(self, line: str) -> None:
        self._tell.say(renamed(line, self._names))

    def advance(self, stage: str, done: int, total: int, text: str = "") -> None:
        self._tell.advance(stage, done, total, renamed(text, self._names))
