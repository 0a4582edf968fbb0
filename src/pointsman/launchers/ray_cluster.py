"""Joining a Ray cluster, or starting a runtime of one's own; every way in which that fails is one line.

Gives a `Cluster` for as long as the block runs, and leaves it (or stops the runtime) at its end. Knows no step.
"""

from __future__ import annotations

import logging
import os
import re
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pointsman.errors import ConfigError, MissingExtraError, WorkerError
from pointsman.launchers.settings import LauncherSettings
from pointsman.pipeline.options import Progress

CLIENT = "ray://"
LOGS = "POINTSMAN_RAY_LOGS"
"""Environment variable: set to 1, what Ray and the workers print is shown."""

_PATIENCE = 10.0  # seconds for an answer at the address
_STORE_BYTES = 200_000_000  # of a runtime of our own: blocks and reports are small
_LEVEL = "RAY_BACKEND_LOG_LEVEL"
_CLIENT_PORT = 10001
_PORT = 6379
_HOW = "start one with 'ray start --head', or use --address local"


@dataclass(frozen=True)
class Cluster:
    """A cluster that this process has joined.

    Attributes:
        name: in words, for messages.
        own: started by this process, on this machine, for this step.
        client: joined through a client's port: only tasks run there, not this process.
    """

    name: str
    own: bool = False
    client: bool = False


@contextmanager
def cluster(settings: LauncherSettings, tell: Progress) -> Iterator[Cluster]:
    """Join the cluster of the settings; one that this process has joined before is used as it is, and not left.

    Raises:
        MissingExtraError: Ray is not installed.
        ConfigError: no cluster is there, or it is of another version.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")  # its warning of a later default
    try:
        import ray
    except ImportError:
        raise MissingExtraError("ray", "ray") from None

    if ray.is_initialized():
        with _quiet():
            yield Cluster("the Ray cluster that this process has joined", client=ray.util.client.ray.is_connected())
        return
    address, said = _resolved(settings.address)
    with quiet_start():
        if address == "local":
            _start()
            place = Cluster("a Ray runtime of this process", own=True)
            said = f"{said}{ray.cluster_resources().get('CPU', 0):.0f} cores"
        else:
            _take_token(address)
            _join(address)
            place = Cluster(f"the Ray cluster at {address}", client=address.startswith(CLIENT))
    tell.say(f"ray: {said}")
    try:
        with _quiet():
            yield place
    finally:
        ray.shutdown()


def _resolved(address: str | None) -> tuple[str, str]:
    """Return `local`, `HOST:PORT` or `ray://HOST:PORT`, and what to say of it."""
    given = address or os.environ.get("RAY_ADDRESS") or None
    origin = "--address" if address else "RAY_ADDRESS"
    if given == "local":
        return "local", f"a runtime of this process ({origin} local), "
    if given == "auto":
        found = _running(started_with_ray_start=False)
        if found is None:
            raise ConfigError(f"{origin} auto: no Ray cluster runs on this machine: {_HOW}")
        return found, f"the cluster of this machine, {found}"
    if given is None:
        found = _running(started_with_ray_start=True)
        if found is None:
            return "local", "no --address, no RAY_ADDRESS, no cluster on this machine: a runtime of this process, "
        return found, f"no --address: the cluster of this machine, {found}"
    checked = _checked(given, origin)
    return checked, f"the cluster at {checked}" + ("" if address else " (RAY_ADDRESS)")


def _running(*, started_with_ray_start: bool) -> str | None:
    """Return the address of a cluster that a process of this machine serves: the latest, or, if it may be, any."""
    from ray._private import services

    services.find_gcs_addresses.cache_clear()
    alive = sorted(services.find_gcs_addresses())
    latest = services.find_bootstrap_address(None)
    if latest in alive:
        return str(latest)
    return str(alive[0]) if alive and not started_with_ray_start else None


def _checked(address: str, origin: str) -> str:
    client = address.startswith(CLIENT)
    host, colon, port = address.removeprefix(CLIENT).rpartition(":")
    if not colon:
        host, port = port, str(_CLIENT_PORT if client else _PORT)
    if not host or "/" in host or not port.isdigit() or int(port) > 65535:
        raise ConfigError(f"{origin} {address}: use auto, local, HOST:PORT or {CLIENT}HOST:{_CLIENT_PORT}")
    if not client and int(port) == _CLIENT_PORT:
        raise ConfigError(f"{origin} {address}: that is the port of Ray's client: write {CLIENT}{address}")
    _require_answer(host, int(port), f"{origin} {address}")
    return f"{CLIENT if client else ''}{host}:{port}"


def _require_answer(host: str, port: int, what: str) -> None:
    """Look before Ray does, which waits for minutes and may end the process."""
    try:
        socket.create_connection((host, port), timeout=_PATIENCE).close()
    except OSError as error:
        reason = "no answer" if isinstance(error, TimeoutError) else error.strerror or str(error)
        raise ConfigError(f"{what}: no Ray cluster there ({reason.lower()}): {_HOW}") from None
    if os.environ.get("RAY_USE_TLS", "0") == "1":
        return
    import grpc  # type: ignore[import-untyped]

    with grpc.insecure_channel(f"{host}:{port}") as channel:
        try:
            grpc.channel_ready_future(channel).result(timeout=_PATIENCE)
        except grpc.FutureTimeoutError:
            raise ConfigError(f"{what}: what answers there is no Ray cluster: {_HOW}") from None


def _start() -> None:
    """Start a runtime in this process, reachable from this machine only."""
    import ray
    from ray._private import ray_constants

    before = ray_constants.ENABLE_RAY_CLUSTER
    named = ray_constants.ENABLE_RAY_CLUSTERS_ENV_VAR
    given = os.environ.get(named)
    ray_constants.ENABLE_RAY_CLUSTER, os.environ[named] = False, "0"  # loopback, as Ray does on a desktop
    try:
        ray.init(
            address="local",
            include_dashboard=False,
            object_store_memory=_STORE_BYTES,
            _node_ip_address="127.0.0.1",
            **_loudness(),
        )
    except (RuntimeError, OSError, ValueError, TimeoutError) as error:
        reason = " ".join(str(error).split())[:300]
        raise WorkerError(
            f"--address local: Ray does not start ({reason}): see /tmp/ray, or use --launcher local"
        ) from (None)
    finally:
        ray_constants.ENABLE_RAY_CLUSTER = before
        if given is None:
            os.environ.pop(named, None)
        else:
            os.environ[named] = given


def _take_token(address: str) -> None:
    """Use this machine's token for a cluster of this machine, as Ray does by itself where it finds the cluster.

    Ray asks for tokens as soon as a machine has one, and any runtime of one process makes one. To an address given in
    words it sends none, lest a stranger gets it.
    """
    from ray._private import services

    try:
        from ray._private.authentication import authentication_token_setup as setup
    except ImportError:  # an older Ray, which knows no tokens
        return
    services.find_gcs_addresses.cache_clear()
    here = services.find_gcs_addresses()
    place = services.canonicalize_bootstrap_address(address.removeprefix(CLIENT))
    if address.startswith(CLIENT):  # that port is not the cluster's own
        place, here = place.rpartition(":")[0], {found.rpartition(":")[0] for found in here}
    if place in here:
        setup.maybe_enable_token_auth_if_token_available(warn_if_disabled=False)


def _join(address: str) -> None:
    import ray

    try:
        ray.init(address=address, **_loudness())
    except (ConnectionError, RuntimeError, TimeoutError, ValueError) as error:
        raise ConfigError(told(address, error)) from None


def told(address: str, error: Exception) -> str:
    """Return in one line what Ray says at length when it cannot join a cluster."""
    text = str(error)
    versions = re.findall(r"^\s*(Ray|Python): (\S+)", text, flags=re.MULTILINE)
    if "ersion mismatch" in text and len(versions) == 4:
        there, here = dict(versions[:2]), dict(versions[2:])
        differing = [name for name in ("Ray", "Python") if there[name] != here[name]]
        words = ", ".join(f"it has {name} {there[name]}, this process {here[name]}" for name in differing)
        mend = f"pip install 'ray=={there['Ray']}'" if differing == ["Ray"] else "use the cluster's versions"
        return f"--address {address}: {words}: {mend} here, or start the cluster with this one's"
    reason = " ".join(text.split())[:200]
    mend = "see 'ray status' there"
    if os.environ.get("RAY_AUTH_MODE") is None:
        mend += ", and if it wants a token: RAY_AUTH_MODE=token, with the cluster's own in RAY_AUTH_TOKEN"
    return f"--address {address}: the Ray cluster cannot be joined ({reason}): {mend}"


def _loudness() -> dict[str, Any]:
    loud = logs_wanted()
    return {"log_to_driver": loud, "logging_level": logging.INFO if loud else logging.ERROR}


def logs_wanted() -> bool:
    """Tell whether what Ray and the workers print is to be shown."""
    return os.environ.get(LOGS, "0") not in ("", "0")


@contextmanager
def quiet_start() -> Iterator[None]:
    """Keep the core of Ray in this process from writing to the terminal: it looks at its level once, and says so."""
    if logs_wanted() or _LEVEL in os.environ:
        yield
        return
    os.environ[_LEVEL] = "fatal"
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        del os.environ[_LEVEL]


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Ray from printing what befell a worker: it is restarted, or this process says it."""
    from ray._private import worker

    if logs_wanted() or not hasattr(worker, "print_to_stdstream"):
        yield
        return
    before = worker.print_to_stdstream
    worker.print_to_stdstream = lambda *_, **__: None
    try:
        yield
    finally:
        worker.print_to_stdstream = before
