"""The verify step: golden rows replayed in other runtimes, and what lower precision costs on known rows.

Takes an artifact, or an export or bundle; gives a `Replay` for each task in each runtime. An artifact is exported into
a temporary folder for the runtimes that need it.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping
from pathlib import Path

from pointsman.artifacts import GoldenRow, layout, open_artifact, open_bundle, read_golden, read_kind
from pointsman.errors import ArtifactError, ConfigError, nearest
from pointsman.inference.bundle import calibration_of
from pointsman.inference.calibration import Calibration
from pointsman.parity import aspects
from pointsman.parity.accuracy import accuracy_check, score
from pointsman.parity.checks import replay
from pointsman.parity.http_runtime import address
from pointsman.parity.result import Check, Replay
from pointsman.parity.runtimes import Runtime
from pointsman.pipeline.known_rows import KnownRows
from pointsman.pipeline.options import Progress, Silent
from pointsman.pipeline.verify_places import RUNTIMES, Places, Router, VerifyOptions, graphs, opened

__all__ = ["VerifyOptions", "verify"]

_PRECISIONS = ("fp32", "fp16", "int8")
_FIT = {
    "router": RUNTIMES,
    "merged": ("merged",),
    "onnx": ("onnx", "node"),
    "bundle": ("bundle", "node"),
}
_WHAT = {
    "router": "an artifact",
    "merged": "a merged export",
    "onnx": "an ONNX export of one router",
    "bundle": "a bundle of several routers",
}
_GRAPHS = ("onnx", "bundle", "node")


def verify(path: Path, options: VerifyOptions | None = None, *, progress: Progress | None = None) -> list[Replay]:
    """Replay a folder's golden rows in runtimes.

    Args:
        path: an artifact, an export or a bundle.
        options: what to replay, and where.
        progress: told how far it is.

    Returns:
        For each runtime, precision and task what was found; `passed` says whether every bar is held.

    Raises:
        PointsmanError: anything wrong with folder, options, a runtime or a server.
    """
    tell, options = progress or Silent(), options or VerifyOptions()
    kind = read_kind(path)
    names = _names(path, kind, options)
    routers = _routers(path, kind)
    _check_data(path, routers, options)
    golden = _golden(path, routers, options.rows)
    if "node" in names:
        from pointsman.parity.node_runtime import check_node

        check_node()
    out: list[Replay] = []
    with contextlib.ExitStack() as stack:
        places = Places(path, kind, options, stack, tell)
        known = KnownRows(path, kind, options.data, options.rows)
        for name in names:
            for runtime in opened(name, places, routers, options, stack):
                tell.say(f"verifying {runtime.task.name} in {runtime.name} ({runtime.precision})")
                started = time.perf_counter()
                rows = golden[runtime.task.name]
                checks = replay(runtime, rows, uncalibrated=options.uncalibrated and name not in RUNTIMES)
                if runtime.precision != "fp32":
                    checks += (_accuracy(runtime, known, places, options),)
                runtime.close()
                seconds = time.perf_counter() - started
                out.append(Replay(runtime.task.name, runtime.name, runtime.precision, len(rows), checks, seconds))
    return out


def _routers(path: Path, kind: str) -> dict[str, Router]:
    """Return the routers in a folder by task, every file's digest checked."""
    if kind == "bundle":
        records = open_bundle(path).manifest.routers
        return {r.task.name: Router(r.task.task(), calibration_of(r, path).temperature) for r in records}
    artifact = open_artifact(path)
    if artifact.manifest.strategy != "branch":
        raise ArtifactError(
            f"{path} has no golden rows to replay: it stands on the generating model "
            f"{artifact.manifest.backbone.name}, which is not exported; judge it with 'pointsman evaluate'"
        )
    task = artifact.task
    return {task.name: Router(task, Calibration.read(path).temperature)}


def _names(path: Path, kind: str, options: VerifyOptions) -> tuple[str, ...]:
    """Return the runtimes to replay in, checked.

    Raises:
        ConfigError: an unknown one, or one that does not fit the folder.
    """
    fit = _FIT[kind]
    for name in options.runtimes:
        if name.startswith(("http:", "https:")):
            address(name)
        elif name not in RUNTIMES:
            known = (*RUNTIMES, "http:URL")
            raise ConfigError(f"--runtime {name!r} is unknown{nearest(name, known)} (runtimes: {', '.join(known)})")
        elif name not in fit:
            raise ConfigError(
                f"--runtime {name}: {path} is {_WHAT[kind]}: it can answer as {', '.join(fit)} or http:URL; "
                "name the artifact it was made of, and it is exported for each runtime"
            )
    names = tuple(dict.fromkeys(options.runtimes)) or fit[:1]
    for precision in options.precisions:
        if precision not in _PRECISIONS:
            raise ConfigError(
                f"--precision {precision!r} is unknown{nearest(precision, _PRECISIONS)} ({', '.join(_PRECISIONS)})"
            )
    if options.precisions and not any(name in _GRAPHS for name in names):
        raise ConfigError(f"--precision is for {', '.join(_GRAPHS)}; {', '.join(names)} answer in one: leave it out")
    if options.uncalibrated and all(name in RUNTIMES for name in names):
        raise ConfigError("--uncalibrated is for servers (--runtime http:URL): leave it out")
    return names


def _check_data(path: Path, routers: Mapping[str, Router], options: VerifyOptions) -> None:
    for name in options.data:
        if name == "" and len(routers) > 1:
            raise ConfigError(f"--data: {path} holds several routers: say --data TASK=FILE ({', '.join(routers)})")
        if name and name not in routers:
            raise ConfigError(
                f"--data {name}=…: {path} has no task '{name}'{nearest(name, routers)} ({', '.join(routers)})"
            )


def _golden(path: Path, routers: Mapping[str, Router], most: int | None) -> dict[str, list[GoldenRow]]:
    """Return the golden rows of each task.

    Raises:
        ArtifactError: there are none, or none of a task.
    """
    out: dict[str, list[GoldenRow]] = {name: [] for name in routers}
    file = path / layout.GOLDEN
    for row in read_golden(path):
        if row.task not in out:
            raise ArtifactError(f"{file}: a golden row of task {row.task!r}, which is not in the folder: damaged")
        out[row.task].append(row)
    for name, rows in out.items():
        if not rows:
            raise ArtifactError(f"{file}: no golden rows of '{name}' to compare with; train and export it again")
        if most is not None:
            golden, counted = (_spread([row for row in rows if row.use == use], most) for use in ("golden", "count"))
            out[name] = [*golden, *counted]
    return out


def _spread(rows: list[GoldenRow], most: int) -> list[GoldenRow]:
    """Return at most so many rows from all over the list: they stand in it by what they were chosen for."""
    return rows if len(rows) <= most else [rows[number * len(rows) // most] for number in range(most)]


def _accuracy(runtime: Runtime, known: KnownRows, places: Places, options: VerifyOptions) -> Check:
    """Judge a graph of lower precision against the fp32 one beside it, on rows whose answers are known."""
    found = known.of(runtime.task)
    if isinstance(found, str):
        return Check(aspects.ACCURACY, "not checked", detail=found)
    form = "bundle" if runtime.name == "bundle" or places.kind == "bundle" else "onnx"
    folder = places.of(form)
    manifest = open_bundle(folder).manifest if form == "bundle" else open_artifact(folder).manifest
    if manifest.export is None or "fp32" not in manifest.export.precisions:
        return Check(aspects.ACCURACY, "not checked", detail=f"{folder} holds no fp32 graph to compare with")
    key = (form, runtime.task.name)
    if key not in known.fp32:
        fp32 = graphs(form, form, folder, "fp32", options.threads)
        (own,) = (graph for graph in fp32 if graph.task.name == runtime.task.name)
        known.fp32[key] = score(own, found.rows)
    return accuracy_check(runtime, found.rows, known.fp32[key], found.source)
