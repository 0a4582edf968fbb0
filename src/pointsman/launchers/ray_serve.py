"""The service on Ray Serve: `pointsman serve … --launcher ray`, and the application that `serve deploy` builds.

Takes the settings of the service and of the launcher; checks on the cluster that what is named can be served, starts
Serve with replicas of the service (and of the stack's two deployments), and ends it when it is told to stop. A cluster
on which Serve runs already is for `serve deploy` (`application`). Knows nothing of requests and models.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pointsman.errors import ConfigError, MissingExtraError, WorkerError
from pointsman.launchers.ray_cluster import cluster, logs_wanted
from pointsman.launchers.ray_nodes import GB, require_room, require_versions, resources_of
from pointsman.launchers.ray_remote import Surroundings, run_in_task
from pointsman.launchers.settings import LauncherSettings
from pointsman.pipeline.options import Progress
from pointsman.serving.settings import Settings, read_settings

NAME = "pointsman"
"""Of the application on Serve."""

_SLACK = 64  # requests that a replica may have beyond those that it answers: it says "too many" itself
_DRAIN_POLL = 0.5  # seconds between two looks whether a replica has answered everything
_HEALTH_POLL = 2.0  # and whether it lives
_PATHS = ("models", "stack", "shadow", "verify_key", "tls_cert", "tls_key", "log_file")


@dataclass(frozen=True)
class Checked:
    """What was found on the cluster, before anything is deployed.

    Attributes:
        tasks: that will be served.
        experts: of the stack.
        notes: what to know, one line each.
    """

    tasks: tuple[str, ...]
    experts: tuple[str, ...]
    notes: tuple[str, ...]


def serve_on_ray(settings: Settings, launcher: LauncherSettings, replicas: int, tell: Progress) -> int:
    """Serve until SIGTERM or SIGINT; SIGHUP has every replica load its models anew.

    Args:
        settings: of the service; `--port 0` takes any free one of this machine.
        launcher: where, and what each replica gets.
        replicas: of the service, and of each part of the stack.
        tell: told what is worth knowing.

    Returns:
        The exit code.

    Raises:
        MissingExtraError: Ray, or what serves, is not installed.
        ConfigError: no cluster, no room, a port that is taken, Serve runs there already; or what the settings name
            cannot be served.
    """
    started = time.perf_counter()
    settings = _for_replicas(settings, launcher)
    with cluster(launcher, tell) as place:
        settings = _with_port(settings, elsewhere=place.client)
        if not place.own:
            require_versions(launcher)
        _require_serve()
        _require_cores(settings, launcher, replicas, tell)
        around = Surroundings.here(launcher.cpus)
        resources = _resources(launcher, settings.device)
        found = run_in_task(_Check(settings), tell, around, resources, "check of what is served")
        for note in found.notes:
            tell.say(note)
        with _served(_bound(settings, launcher, replicas, around), settings) as handle, _signals() as told:
            names = [*found.tasks, *([f"a stack ({', '.join(found.experts)})"] if found.experts else [])]
            many = f"{replicas} replica{'s' if replicas > 1 else ''} on Ray"
            spent = time.perf_counter() - started
            tell.say(f"serving {', '.join(names)} on {_url(settings)} ({many}, up in {spent:.1f} s)")
            while told() == signal.SIGHUP:
                _reload(handle, tell)
            tell.say("stopping: what was taken in is answered")
    return 0


class Deployed(BaseModel):
    """What `serve deploy` is given as `args` of the application.

    Attributes:
        config: YAML file of the service's settings, as for `pointsman serve --config`, on every machine.
        settings: the same, written here; they win.
        replicas, cpus, gpus, memory_gb: as on the command line and in `--launcher-config`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    config: Path | None = None
    settings: dict[str, Any] = {}
    replicas: int = Field(default=1, ge=1)
    cpus: int = Field(default=1, ge=1)
    gpus: float = Field(default=0.0, ge=0)
    memory_gb: float | None = Field(default=None, gt=0)


def application(args: Mapping[str, Any]) -> Any:
    """Return the application for a configuration file of Serve.

    Its `import_path` is `pointsman.launchers.ray_serve:application`.

    Args:
        args: see `Deployed`. Address, port and TLS are the matter of the file's `http_options`.

    Raises:
        ConfigError: unknown or senseless arguments or settings.
    """
    try:
        given = Deployed.model_validate(dict(args))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ConfigError(f"args of {NAME}: '{place}': {first['msg']}") from None
    launcher = LauncherSettings("ray", cpus=given.cpus, gpus=given.gpus, memory_gb=given.memory_gb)
    settings = _for_replicas(read_settings(given.config, given.settings), launcher)
    return _bound(settings, launcher, given.replicas)


def _for_replicas(settings: Settings, launcher: LauncherSettings) -> Settings:
    """Return settings that hold in another process, elsewhere."""
    if "cuda" in (settings.device, settings.stack_device) and not launcher.gpus:
        flag = "--device" if settings.device == "cuda" else "--stack-device"
        raise ConfigError(f"{flag} cuda: say how much of a GPU each replica gets: 'gpus: 1' in --launcher-config")
    changes: dict[str, Any] = {name: value.absolute() for name in _PATHS if (value := getattr(settings, name))}
    changes["paths"] = tuple(path.absolute() for path in settings.paths)
    if settings.backbone is not None and Path(settings.backbone).exists():
        changes["backbone"] = str(Path(settings.backbone).absolute())
    changes["threads"] = settings.threads or max(1, launcher.cpus // settings.workers)
    return settings.model_copy(update=changes)


def _with_port(settings: Settings, *, elsewhere: bool) -> Settings:
    """Return settings with a port that is free, as far as this machine can tell."""
    try:
        from pointsman.serving.server import open_socket
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("pointsman"):
            raise
        raise MissingExtraError("serve", error.name or "starlette") from None
    if elsewhere:
        if not settings.port:
            raise ConfigError("--port 0: through ray:// nobody here can tell which port is free there: name one")
        return settings
    with open_socket(settings) as found:
        return settings.model_copy(update={"port": found.getsockname()[1]})


def _url(settings: Settings) -> str:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"{'https' if settings.tls_cert else 'http'}://{host}:{settings.port}"


def _resources(launcher: LauncherSettings, device: str | None) -> dict[str, Any]:
    """Return what a replica asks for; one without a model on a GPU asks for none."""
    found = resources_of(launcher)
    if device != "cuda":
        found.pop("num_gpus", None)
    return found


def _needs(settings: Settings, launcher: LauncherSettings, replicas: int) -> dict[str, int]:
    """Return how many replicas of each deployment there are that compute."""
    needs = {"classify": replicas} if settings.paths or settings.models is not None else {}
    if settings.stack is not None:
        needs["decide"] = replicas
        if _experts_here(settings.stack):
            needs["answer"] = replicas
    return needs


def _require_cores(settings: Settings, launcher: LauncherSettings, replicas: int, tell: Progress) -> None:
    """Check that the cluster is large enough: Serve would wait for ever."""
    import ray

    require_room(replace(launcher, workers=1), tell)
    needs = _needs(settings, launcher, replicas)
    has, cores = ray.cluster_resources(), launcher.cpus * sum(needs.values())
    parts = ", ".join(f"{number} that {name}" for name, number in needs.items())
    if has.get("CPU", 0) < cores:
        raise ConfigError(
            f"--replicas {replicas}: {parts}, of {launcher.cpus} core(s) each, need {cores} cores, and the Ray cluster "
            f"has {has.get('CPU', 0):g}: use fewer, or start more nodes"
        )
    if launcher.memory_gb and has.get("memory", 0) < launcher.memory_gb * GB * sum(needs.values()):
        raise ConfigError(
            f"--replicas {replicas}: {parts}, {launcher.memory_gb:g} GB each (memory_gb), and the Ray cluster has "
            f"{has.get('memory', 0) / GB:.1f} GB: use fewer, or start more nodes"
        )


@dataclass(frozen=True)
class _Check:
    """Opens what is to be served, on the cluster: an error there is one line here, and not a replica that dies.

    A stack's base is not loaded for that.
    """

    settings: Settings

    def __call__(self, tell: Progress) -> Checked:
        from pointsman.serving.opening import open_models, open_shadow

        settings, notes = self.settings, list[str]()
        models = open_models(settings, tell=notes.append)
        open_shadow(settings, tell=notes.append)
        experts: tuple[str, ...] = ()
        if settings.stack is not None:
            from pointsman.experts.checks import check_experts
            from pointsman.experts.registry import read_experts

            read = read_experts(settings.stack, tools=False)
            if read.router is None:
                raise ConfigError(f"{read.file} names no router: add 'router: FOLDER'")
            check_experts(read)
            experts = read.names
        return Checked(tuple(models.routers), experts, tuple(notes))


def _experts_here(file: Path) -> bool:
    """Tell whether a stack's experts run in processes of ours: else they are on a server already."""
    from pointsman.experts.registry import read_experts

    return read_experts(file, tools=False).backend.kind == "local"


def _bound(settings: Settings, launcher: LauncherSettings, replicas: int, around: Surroundings | None = None) -> Any:
    """Return the application: deployments, bound to what they are given."""
    from ray import serve
    from ray.serve.schema import LoggingConfig

    from pointsman.launchers.ray_serve_replica import deployment
    from pointsman.launchers.ray_serve_stack import AT_ONCE, Answering, Deciding

    def made(name: str, body: Any, at_once: int, device: str | None, *, idle: bool = False) -> Any:
        resources = {**_resources(launcher, device), **({"num_cpus": 0} if idle else {})}
        return serve.deployment(
            name=name,
            num_replicas=replicas,
            max_ongoing_requests=at_once,
            ray_actor_options=resources,
            health_check_period_s=_HEALTH_POLL,
            graceful_shutdown_wait_loop_s=_DRAIN_POLL,
            graceful_shutdown_timeout_s=settings.stop_seconds + 5,
            logging_config=LoggingConfig(log_level="WARNING", enable_access_log=False),
        )(body)

    parts: list[Any] = []
    if settings.stack is not None:
        answering: list[Any] = []
        if _experts_here(settings.stack):
            body = made("answer", Answering, max(2, settings.stack_workers), settings.stack_device)
            answering.append(body.bind(around, settings.stack, settings.stack_device))
        decides = made("decide", Deciding, AT_ONCE, settings.stack_device)
        seconds = settings.limits.route_seconds
        parts.append(decides.bind(around, settings.stack, settings.stack_device, seconds, *answering))
    computes = "classify" in _needs(settings, launcher, replicas)
    at_once = settings.limits.concurrent + _SLACK
    front = made("classify", deployment(), at_once, settings.device, idle=not computes)
    return front.bind(around, settings, *parts)


def _require_serve() -> None:
    """Check that Serve is installed, and that nobody else has started it on the cluster.

    Raises:
        MissingExtraError: it is not installed.
        ConfigError: it runs.
    """
    try:
        from ray import serve
        from ray.exceptions import RayActorError
    except ModuleNotFoundError as error:
        raise MissingExtraError("ray", error.name or "ray[serve]") from None
    if not logs_wanted():
        logging.getLogger("ray.serve").setLevel(logging.ERROR)
    try:
        running = serve.status()
    except RayActorError:  # one that this process has known has ended since
        return
    if running.proxies or running.applications:
        names = ", ".join(running.applications) or "none"
        raise ConfigError(
            f"Ray Serve runs on this cluster already (applications: {names}): deploy there with 'serve deploy FILE' "
            "(docs/scale.md), or stop it with 'serve shutdown'"
        )


@contextlib.contextmanager
def _served(application: Any, settings: Settings) -> Iterator[Any]:
    """Have Serve run the application; gives its handle."""
    from ray import serve
    from ray.serve.config import HTTPOptions, ProxyLocation
    from ray.serve.schema import LoggingConfig

    keys = {"ssl_certfile": str(settings.tls_cert), "ssl_keyfile": str(settings.tls_key)} if settings.tls_cert else {}
    try:
        try:
            serve.start(
                proxy_location=ProxyLocation.HeadOnly if settings.loopback else ProxyLocation.EveryNode,
                http_options=HTTPOptions(host=settings.host, port=settings.port, keep_alive_timeout_s=75, **keys),
                logging_config=LoggingConfig(log_level="WARNING", enable_access_log=False),
            )
        except (RuntimeError, TimeoutError, ValueError) as error:
            reason = " ".join(str(error).split())[-200:]
            raise ConfigError(
                f"--host {settings.host} --port {settings.port}: Serve cannot listen there ({reason})"
            ) from (None)
        try:
            handle = serve.run(application, name=NAME, route_prefix="/")
        except RuntimeError as error:
            raise WorkerError(f"the replicas do not start: {_last_line(str(error))}") from None
        yield handle
        serve.delete(NAME)
    finally:
        serve.shutdown()


def _last_line(text: str) -> str:
    """Return what a traceback ends with."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    ours = [line for line in lines if "pointsman.errors." in line]
    found = ours[-1].partition("pointsman.errors.")[2] if ours else lines[-1] if lines else "no reason is told"
    return found[:400]


@contextlib.contextmanager
def _signals() -> Iterator[Callable[[], int]]:
    """Give what waits for the next signal and returns its number; a second one to stop ends the process at once."""
    told: queue.SimpleQueue[int] = queue.SimpleQueue()
    before = {}

    def note(number: int, _: FrameType | None) -> None:
        told.put(number)
        if number != signal.SIGHUP:
            for one in (signal.SIGINT, signal.SIGTERM):
                signal.signal(one, signal.default_int_handler)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        before[number] = signal.signal(number, note)
    try:
        yield told.get
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _reload(handle: Any, tell: Progress) -> None:
    """Have every replica load its models anew, and say what came of it."""
    from pointsman.launchers.ray_serve_replica import RELOAD_SECONDS, check_broadcast, together
    from pointsman.serving.errors import ApiError

    try:
        check_broadcast(handle)
        found = handle.broadcast("load_anew").results(timeout_s=RELOAD_SECONDS, return_exceptions=True)
        told = together(found)
    except (ApiError, TimeoutError) as error:
        tell.say(f"reload refused: {error}")
        return
    tell.say(f"reloaded on {len(found)} replicas: {', '.join(told['tasks'])} ({told['digest'][:12]}…)")
