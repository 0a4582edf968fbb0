"""A server over real sockets: uvicorn in a thread around a small application with the guard."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, Router

from pointsman.serving.errors import overloaded
from pointsman.serving.guard import Guard
from pointsman.serving.logs import AccessLog
from pointsman.serving.metrics import Metrics
from pointsman.serving.protocol import protocol_for
from pointsman.serving.settings import Settings
from pointsman.serving.telemetry import Tracer

JSON = {"Content-Type": "application/json"}


@dataclass
class Service:
    settings: Settings
    log: AccessLog
    tracer: Tracer | None = None
    metrics: Metrics = field(default_factory=Metrics)


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        assert set(self.json) == {"error"}
        assert set(self.json["error"]) == {"code", "message", "timestamp"}
        return self.json["error"]["code"]


class Connection:
    """A socket that speaks HTTP no better than it is told to."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self._reader = self.socket.makefile("rb")

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def ask(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Reply:
        given = {"Host": "x", **({"Content-Length": str(len(body))} if body else {}), **(headers or {})}
        lines = "".join(f"{name}: {value}\r\n" for name, value in given.items())
        self.send(f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode() + body)
        return self.reply(head=method == "HEAD")

    def reply(self, *, head: bool = False) -> Reply:
        status = int(self._reader.readline().split(b" ")[1])
        headers: dict[str, str] = {}
        while (line := self._reader.readline().strip()) != b"":
            name, _, value = line.decode().partition(": ")
            assert name.lower() not in headers, f"{name} twice"
            headers[name.lower()] = value
        body = b"" if head or status in (100, 304) else self._reader.read(int(headers["content-length"]))
        return Reply(status, headers, body)

    def closed(self) -> bool:
        """Wait until the other side has closed."""
        try:
            return self._reader.read(1) == b""
        except ConnectionResetError:
            return True

    def close(self) -> None:
        self._reader.close()
        self.socket.close()


class Application:
    """Endpoints that do what a test needs."""

    def __init__(self) -> None:
        self.entered, self.cancelled = threading.Event(), threading.Event()
        self.go_on = threading.Event()
        self.states: list[dict[str, Any]] = []
        self.router = Router(
            [
                Route("/echo", self.echo, methods=["POST"]),
                Route("/things/{name}", self.echo, methods=["POST"]),
                Route("/waits", self.waits, methods=["POST"]),
                Route("/fails", self.fails, methods=["POST"]),
                Route("/breaks", self.breaks, methods=["POST"]),
                Route("/refuses", self.refuses, methods=["POST"]),
                Route("/plain", self.plain, methods=["POST"]),
                Route("/silent", _Silent(), methods=["POST"]),
                Route("/health", self.fine),
                Route("/metrics", self.fine),
                Route("/", self.page),
                Route("/admin/reload", self.echo, methods=["POST"]),
            ]
        )

    def fresh(self) -> None:
        self.states.clear()
        for event in (self.entered, self.cancelled, self.go_on):
            event.clear()

    async def echo(self, request: Request) -> Response:
        self.states.append(dict(request.scope["state"]))
        request.state.texts = 3
        request.state.stages = {"queue": 0.001, "compute": 0.002}
        read = await request.body()
        assert read == request.state.body
        return JSONResponse({"bytes": len(read)})

    async def waits(self, request: Request) -> Response:
        self.entered.set()
        try:
            while not self.go_on.is_set():
                await asyncio.sleep(0.005)
        except asyncio.CancelledError:
            self.cancelled.set()
            raise
        return JSONResponse({})

    async def fails(self, request: Request) -> Response:
        raise ValueError(request.state.body.decode())

    async def breaks(self, request: Request) -> Response:
        await request._send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"9")]})
        raise ValueError(request.state.body.decode())

    async def refuses(self, request: Request) -> Response:
        raise overloaded("come back", retry_after=7)

    async def plain(self, request: Request) -> Response:
        return PlainTextResponse("Teapot", status_code=418)

    async def fine(self, request: Request) -> Response:
        return JSONResponse({})

    async def page(self, request: Request) -> Response:
        return PlainTextResponse("page", headers={"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"})


class _Silent:
    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        pass


class Guarded:
    """A server that runs, with what it logs and counts."""

    def __init__(self, folder: Path, tracer: Tracer | None = None, **settings: Any) -> None:
        self.app = Application()
        self._file = folder / "access.jsonl"
        given = Settings.model_validate({"paths": ["x"], **settings})
        self.service = Service(given, AccessLog("json", self._file, texts=given.log_texts), tracer)
        config = uvicorn.Config(
            Guard(self.app.router, self.service),
            http=protocol_for(given.limits),
            loop="uvloop",
            ws="none",
            lifespan="off",
            access_log=False,
            log_config=None,
            log_level="critical",
            timeout_graceful_shutdown=1,
            server_header=False,
        )
        self._server = uvicorn.Server(config)
        self._listening = socket.socket()
        self._listening.bind(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._server.run, args=([self._listening],))
        self._connections: list[Connection] = []
        self._mark, self._marks, self._counts = 0, 0, self._samples()

    def start(self) -> None:
        self._listening.listen(64)
        self._thread.start()

    def stop(self) -> None:
        for connection in self._connections:
            connection.close()
        self._server.should_exit = True
        self._thread.join(10)
        assert not self._thread.is_alive()
        self.service.log.close()
        self._listening.close()

    def connect(self) -> Connection:
        self._connections.append(Connection(self.port))
        return self._connections[-1]

    def ask(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Reply:
        return self.connect().ask(method, path, body, headers)

    def fresh(self) -> None:
        """Forget what was logged and counted."""
        self._marks += 1
        mark = f"mark-{self._marks}"
        self.ask("GET", "/health", headers={"X-Request-Id": mark})
        until(lambda: any(line.get("request_id") == mark for line in self._all_lines()))
        self._mark = len(self._all_lines())
        self._counts = self._samples()
        self.app.fresh()

    def lines(self, requests: int) -> list[dict[str, Any]]:
        """Return what is in the log, as soon as so many requests are."""

        def told() -> list[dict[str, Any]]:
            return self._all_lines()[self._mark :]

        until(lambda: sum(line["event"] == "request" for line in told()) >= requests)
        return told()

    def requests(self, number: int) -> list[dict[str, Any]]:
        """Return the log's lines about requests, as soon as there are so many; all is counted then."""
        return [line for line in self.lines(number) if line["event"] == "request"]

    def counted(self, name: str, **labels: str) -> float:
        key = (f"pointsman_{name}", tuple(sorted(labels.items())))
        return self._samples().get(key, 0.0) - self._counts.get(key, 0.0)

    def _samples(self) -> dict[Any, float]:
        families = self.service.metrics._registry.collect()
        return {
            (one.name, tuple(sorted(one.labels.items()))): one.value for family in families for one in family.samples
        }

    def _all_lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._file.read_text().splitlines()] if self._file.exists() else []


def until(told: Callable[[], bool]) -> None:
    end = time.monotonic() + 5
    while not told():
        assert time.monotonic() < end
        time.sleep(0.002)


@contextmanager
def guarded(folder: Path, tracer: Tracer | None = None, **settings: Any) -> Iterator[Guarded]:
    server = Guarded(folder, tracer, **settings)
    server.start()
    try:
        yield server
    finally:
        server.stop()
