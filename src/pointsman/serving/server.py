"""Running the service: a socket, an event loop, signals (reload, graceful stop), TLS."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import ssl
from collections.abc import Callable, Iterator

import uvicorn

from pointsman.errors import ConfigError
from pointsman.serving.app import create_app
from pointsman.serving.errors import ApiError
from pointsman.serving.protocol import protocol_for
from pointsman.serving.service import Service
from pointsman.serving.settings import Settings

BACKLOG = 1024


class _Server(uvicorn.Server):
    """Leaves signals to `serve`: after a graceful stop the process ends as done, not as killed.

    Attributes:
        cut: the stop took too long, and requests were given up.
    """

    cut = False

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop, and note whether something that was taken in is unanswered."""
        await super().shutdown(sockets)
        self.cut = bool(self.server_state.tasks or self.server_state.connections)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Change nothing."""
        yield


def open_socket(settings: Settings) -> socket.socket:
    """Listen, before anything else is loaded that would be in vain.

    Raises:
        ConfigError: the place is taken, not allowed, or not on this machine.
    """
    where = f"--host {settings.host} --port {settings.port}"
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, _, _, _, address = found[0]
        listening = socket.socket(family, socket.SOCK_STREAM)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(address)
            listening.listen(BACKLOG)  # until then another server may be bound to the same place
        except OSError:
            listening.close()
            raise
    except OSError as error:
        raise ConfigError(f"{where}: cannot listen there: {error.strerror}; choose another --port or --host") from None
    return listening


def address_of(listening: socket.socket, settings: Settings) -> str:
    """Return the URL that leads to a socket."""
    host, port = listening.getsockname()[:2]
    host = f"[{host}]" if ":" in host else host
    return f"{'https' if settings.tls_cert else 'http'}://{host}:{port}"


async def serve(service: Service, listening: socket.socket, *, ready: Callable[[], None]) -> bool:
    """Answer until SIGTERM or SIGINT; reload on SIGHUP.

    Args:
        service: what answers.
        listening: bound socket; it is closed at the end.
        ready: called when requests are taken.

    Returns:
        Whether everything that was taken in was answered in time.

    Raises:
        ConfigError: TLS files that do not fit.
    """
    settings = service.settings
    config = uvicorn.Config(
        create_app(service),
        http=protocol_for(settings.limits),
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        log_level="critical",
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=max(1, round(settings.stop_seconds)),
        backlog=BACKLOG,
        ssl_certfile=str(settings.tls_cert) if settings.tls_cert else None,
        ssl_keyfile=str(settings.tls_key) if settings.tls_key else None,
    )
    try:
        config.load()
    except (ssl.SSLError, OSError) as error:
        raise ConfigError(
            f"--tls-cert {settings.tls_cert}, --tls-key {settings.tls_key}: {error.strerror or error}: "
            "they must be PEM files of one pair"
        ) from None
    server = _Server(config)
    loop = asyncio.get_running_loop()
    tasks: set[asyncio.Task[None]] = set()

    def stop() -> None:
        service.stopping = True
        if server.should_exit:
            server.force_exit = True  # asked twice
        server.should_exit = True

    def reload() -> None:
        task = loop.create_task(_reload(service))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    loop.add_signal_handler(signal.SIGHUP, reload)
    service.engine.start()
    running = loop.create_task(server.serve(sockets=[listening]))
    while not server.started and not running.done():
        await asyncio.sleep(0.001)
    if server.started:
        ready()
    await running
    for task in tasks:
        task.cancel()
    return await service.close(settings.stop_seconds) and not server.cut


async def _reload(service: Service) -> None:
    with contextlib.suppress(ApiError):  # it is in the log
        await service.reload()


def run(service: Service, listening: socket.socket, *, ready: Callable[[], None]) -> bool:
    """Run `serve` on an event loop of its own: uvloop where there is one."""
    try:
        import uvloop

        factory: Callable[[], asyncio.AbstractEventLoop] | None = uvloop.new_event_loop
    except ModuleNotFoundError:
        factory = None
    with asyncio.Runner(loop_factory=factory) as runner:
        return runner.run(serve(service, listening, ready=ready))
