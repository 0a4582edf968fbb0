"""What the machines of a Ray cluster must have before a step starts: room for a worker, our version, its paths.

A task on each machine that could run a worker looks; each finding is an error of one line. Knows no way of joining.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pointsman
from pointsman.data.urls import is_remote, is_volume
from pointsman.errors import ConfigError, WorkerError
from pointsman.launchers.settings import LauncherSettings
from pointsman.pipeline.options import Progress
from pointsman.pipeline.step import Step, inputs_here, paths_in

GB = 1e9

_PATIENCE = 60.0  # seconds for a machine's look

Node = Mapping[str, Any]


def resources_of(settings: LauncherSettings) -> dict[str, Any]:
    """Return what a worker asks for, as options of a Ray task or actor."""
    found: dict[str, Any] = {"num_cpus": settings.cpus}
    if settings.gpus:
        found["num_gpus"] = settings.gpus
    if settings.memory_gb is not None:
        found["memory"] = int(settings.memory_gb * GB)
    return found


def require_room(settings: LauncherSettings, tell: Progress) -> None:
    """Check that the cluster's machines hold the workers at all; say so if others use them now.

    Raises:
        ConfigError: no machine is large enough for a worker, or all of them for fewer workers.
    """
    import ray

    asked, workers = _asked(settings), settings.workers or 1
    nodes = _alive()
    room = [_holds(node["Resources"], asked) for node in nodes]
    if not any(room):
        largest = max(nodes, key=lambda node: [node["Resources"].get(name, 0) for name in reversed(asked)])
        raise ConfigError(
            f"no node of the Ray cluster has {_words(asked)} for a worker: the largest is {_name(largest)} with "
            f"{_words({name: largest['Resources'].get(name, 0) for name in asked})}: ask for less "
            "(cpus, gpus, memory_gb in --launcher-config), or start a larger node"
        )
    if sum(room) < workers:
        raise ConfigError(
            f"--workers {workers}: the Ray cluster has room for {sum(room)} with {_words(asked)} each: use fewer, "
            "or start more nodes"
        )
    free = ray.available_resources()
    if any(free.get(name, 0) < amount * workers for name, amount in asked.items()):
        tell.say(f"ray: other work holds a part of the cluster: {workers} x {_words(asked)} may have to wait")


def require_versions(settings: LauncherSettings) -> None:
    """Check that every machine that could run a worker has this version of Pointsman.

    Raises:
        ConfigError: another version, or none.
        WorkerError: a machine that does not answer.
    """
    here = pointsman.__version__
    for node, seen in _look(settings, [], None):
        version = seen["version"]
        if version is None:
            raise ConfigError(
                f"node {_name(node)} of the Ray cluster has no Pointsman ({seen['reason']}): "
                f"pip install 'pointsman[ray]=={here}' there"
            )
        if version != here:
            raise ConfigError(
                f"node {_name(node)} of the Ray cluster has Pointsman {version}, this process {here}: "
                f"pip install 'pointsman[ray]=={here}' there"
            )


def require_paths(step: Step[Any, Any], options: Any, settings: LauncherSettings) -> None:
    """Check that every machine that could run a worker sees the local paths of a step as this process does.

    Paths that are not here either are left to the step, which says so better.

    Raises:
        ConfigError: an input or the output's folder that a machine lacks, or cannot write.
        WorkerError: a machine that does not answer.
    """
    reads = [str(path.absolute()) for path in inputs_here(step, options)]
    out = paths_in(step, options).get(step.writes or "", ())
    writes = [path for path in out if not is_remote(path) and not is_volume(path)]
    with _token(writes[0] if writes else None) as token:
        for node, seen in _look(settings, reads, str(token) if token else None):
            mend = "use a folder that all nodes share, or a URL such as s3://BUCKET/KEY"
            if seen["missing"]:
                raise ConfigError(
                    f"{seen['missing'][0]} is not on node {_name(node)} of the Ray cluster, where a worker would read "
                    f"it: {mend}"
                )
            if seen["unwritable"]:
                raise ConfigError(f"{writes[0]}: node {_name(node)} of the Ray cluster {seen['unwritable']}: {mend}")


def _asked(settings: LauncherSettings) -> dict[str, float]:
    asked = {"CPU": float(settings.cpus)}
    if settings.gpus:
        asked["GPU"] = settings.gpus
    if settings.memory_gb is not None:
        asked["memory"] = settings.memory_gb * GB
    return asked


def _alive() -> list[Node]:
    import ray

    return [node for node in ray.nodes() if node["Alive"]]


def _holds(resources: Mapping[str, float], asked: Mapping[str, float]) -> int:
    return min(int(resources.get(name, 0) / amount + 1e-9) for name, amount in asked.items())


def _words(amounts: Mapping[str, float]) -> str:
    words = []
    for name, amount in amounts.items():
        if name == "memory":
            words.append(f"{amount / GB:,.1f} GB of memory")
        else:
            unit = {"CPU": "core", "GPU": "GPU"}[name]
            words.append(f"{amount:g} {unit}{'' if amount == 1 else 's'}")
    return ", ".join(words)


def _name(node: Node) -> str:
    host, address = node.get("NodeManagerHostname", ""), node["NodeManagerAddress"]
    return f"{host} ({address})" if host and host != address else str(address)


@contextmanager
def _token(out: Path | None) -> Iterator[Path | None]:
    """Put an empty file where the output will be, for the other machines to find; None: it cannot be put there."""
    if out is None:
        yield None
        return
    folder = out.absolute()
    while not folder.is_dir():
        folder = folder.parent
    token = folder / f".pointsman-{uuid.uuid4().hex}.tmp"
    try:
        token.touch(exist_ok=False)
    except OSError:
        yield None  # the step will say it
        return
    try:
        yield token
    finally:
        token.unlink(missing_ok=True)


def _look(settings: LauncherSettings, reads: Sequence[str], token: str | None) -> list[tuple[Node, dict[str, Any]]]:
    """Return what each machine that could run a worker sees."""
    import ray
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    nodes = [node for node in _alive() if _holds(node["Resources"], _asked(settings))]
    look = ray.remote(num_cpus=0, max_retries=0)(_make_look())
    asked = {}
    for node in nodes:
        there = NodeAffinitySchedulingStrategy(node_id=node["NodeID"], soft=False)
        asked[look.options(scheduling_strategy=there).remote(list(reads), token)] = node
    done, late = ray.wait(list(asked), num_returns=len(asked), timeout=_PATIENCE)
    if late:
        raise WorkerError(
            f"node {_name(asked[late[0]])} of the Ray cluster gives no answer in {_PATIENCE:.0f} s: see 'ray status'"
        )
    found = []
    for one in done:
        try:
            found.append((asked[one], ray.get(one)))
        except ray.exceptions.RayError as error:
            reason = " ".join(str(error).split())[-200:]
            raise WorkerError(f"node {_name(asked[one])} of the Ray cluster runs no task ({reason})") from None
    return found


def _make_look() -> Callable[[list[str], str | None], dict[str, Any]]:
    """Return the task; it is made here so that it travels whole, to machines that may lack this module."""

    def look(reads: list[str], token: str | None) -> dict[str, Any]:
        import os
        import sys

        reason, version = "", None
        try:
            import pointsman

            version = pointsman.__version__
        except Exception as error:
            reason = f"{error}; Python {sys.version.split()[0]}"
        unwritable = ""
        if token is not None:
            beside = f"{token}.{os.getpid()}"
            if not os.path.exists(token):  # noqa: PTH110 - few imports: it runs anywhere
                unwritable = "does not see that folder as it is here"
            else:
                try:
                    with open(beside, "x"):  # noqa: PTH123
                        pass
                    os.unlink(beside)  # noqa: PTH108
                except OSError as error:
                    unwritable = f"cannot write there ({error.strerror})"
        missing = [path for path in reads if not os.path.exists(path)]  # noqa: PTH110
        return {"version": version, "reason": reason, "missing": missing, "unwritable": unwritable}

    return look
