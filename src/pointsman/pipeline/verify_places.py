"""Where a verification finds each runtime: the folder that was named, or an export of it made for the purpose."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pointsman.artifacts import open_artifact, open_bundle
from pointsman.errors import ConfigError
from pointsman.inference.onnx_session import precision_of
from pointsman.parity.http_runtime import HttpRuntime
from pointsman.parity.runtimes import Runtime
from pointsman.pipeline.options import Progress
from pointsman.tasks import Task

RUNTIMES = ("torch", "merged", "onnx", "bundle", "node")


@dataclass(frozen=True)
class VerifyOptions:
    """What to replay, and where.

    Attributes:
        runtimes: as typed: names, or `http:URL`; none: that of the folder's own kind.
        precisions: of the graphs; none: all that are there.
        rows: replay so many golden rows of each use and task, and judge so many known rows, at most.
        threads: for one call of a runtime; None: its own choice.
        data: task name, or "" for the folder's one task -> file of rows with known answers.
        backbone: where an artifact's backbone is now.
        timeout: seconds that one request to a server may take.
        uncalibrated: servers answer without the temperature.
    """

    runtimes: tuple[str, ...] = ()
    precisions: tuple[str, ...] = ()
    rows: int | None = None
    threads: int | None = None
    data: Mapping[str, Path] = field(default_factory=dict)
    backbone: str | None = None
    timeout: float = 60.0
    uncalibrated: bool = False


@dataclass(frozen=True)
class Router:
    """A router in the folder: its task, and the temperature of its probabilities."""

    task: Task
    temperature: float


class Places:
    """Where each runtime's folder is: the one that was named, or an export of it in a temporary folder, made once.

    Args:
        path: the folder that was named.
        kind: what it holds.
        options: precisions and backbone.
        stack: removes what was made.
        tell: told what is exported.
    """

    def __init__(
        self, path: Path, kind: str, options: VerifyOptions, stack: contextlib.ExitStack, tell: Progress
    ) -> None:
        self.path, self.kind = path, kind
        self._options, self._stack, self._tell = options, stack, tell
        self._made: dict[str, Path] = {}

    def of(self, form: str) -> Path:
        """Return the folder that holds a form: `router`, `merged`, `onnx` or `bundle`."""
        if form == self.kind:
            return self.path
        if form not in self._made:
            from pointsman.pipeline.export import ExportOptions, export

            if "" not in self._made:
                self._made[""] = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="pointsman-")))
            options = ExportOptions(
                form, self._made[""] / form, precisions=self._wanted(form), backbone=self._options.backbone
            )
            (result,) = export([self.path], options, progress=self._tell).results
            self._made[form] = result.path
        return self._made[form]

    def precisions(self, form: str) -> tuple[str, ...]:
        """Return which graphs of a form to replay.

        Raises:
            ConfigError: one that was asked for is not there.
        """
        folder = self.of(form)
        manifest = open_bundle(folder).manifest if form == "bundle" else open_artifact(folder).manifest
        there = manifest.export.precisions if manifest.export is not None else []
        wanted = self._options.precisions or tuple(there)
        if self.kind == "router":  # a form has what it has; `_wanted` has seen that something is left
            return tuple(precision for precision in wanted if precision in there)
        return tuple(precision_of(precision, there, folder) for precision in wanted)

    def _wanted(self, form: str) -> tuple[str, ...]:
        """Return the graphs to write: fp32 with any other, which is judged against it; none: all."""
        from pointsman.pipeline.export import PRECISIONS

        if form == "merged" or not self._options.precisions:
            return ()
        wanted = [p for p in PRECISIONS[form] if p in self._options.precisions]
        if not wanted:
            raise ConfigError(
                f"--precision {','.join(self._options.precisions)}: a {form} export has {', '.join(PRECISIONS[form])}"
            )
        return tuple(dict.fromkeys(("fp32", *wanted)))


def opened(
    name: str,
    places: Places,
    routers: Mapping[str, Router],
    options: VerifyOptions,
    stack: contextlib.ExitStack,
) -> Iterator[Runtime]:
    """Yield one runtime's routers, each loaded when it is asked for; all are closed when the stack is."""
    if name not in RUNTIMES:
        for router in routers.values():
            yield HttpRuntime(name, router.task, router.temperature, timeout=options.timeout)
    elif name in ("torch", "merged"):
        with _torch_threads(options.threads):
            yield _torch(name, places, options)
    else:
        form = "onnx" if name == "onnx" or (name == "node" and places.kind != "bundle") else "bundle"
        for precision in places.precisions(form):
            for runtime in graphs(name, form, places.of(form), precision, options.threads):
                stack.callback(runtime.close)
                yield runtime


def _torch(name: str, places: Places, options: VerifyOptions) -> Runtime:
    if name == "torch":
        from pointsman.parity.local_runtime import torch_runtime

        return torch_runtime(places.path, backbone=options.backbone)
    from pointsman.parity.merged_runtime import MergedRuntime

    return MergedRuntime(open_artifact(places.of("merged")))


def graphs(name: str, form: str, folder: Path, precision: str, threads: int | None) -> Iterable[Runtime]:
    """Return the routers that answer from a folder of ONNX graphs in a runtime: `onnx`, `bundle` or `node`."""
    if name == "node":
        from pointsman.parity import node_runtime as node

        if form == "bundle":
            return node.node_bundle_runtimes(folder, precision, threads=threads)
        return [node.node_runtime(folder, precision, threads=threads)]
    from pointsman.parity import local_runtime as local

    if form == "bundle":
        return local.bundle_runtimes(folder, precision, threads=threads)
    return [local.onnx_runtime(folder, precision, threads=threads)]


@contextlib.contextmanager
def _torch_threads(threads: int | None) -> Iterator[None]:
    import torch

    before = torch.get_num_threads()
    try:
        torch.set_num_threads(threads or before)
        yield
    finally:
        torch.set_num_threads(before)
