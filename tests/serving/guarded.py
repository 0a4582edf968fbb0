"""A server over real sockets: uvicorn in a thread around a small application with the guard."""

from __future__ import annotations

import asyncio
import io
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, Router

from pointsman.serving.errors import ApiError, overloaded
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
    """A server that runs; its log as JSON is in `lines()` when it was stopped."""

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
        self._lines: list[dict[str, Any]] | None = None

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

    def lines(self) -> list[dict[str, Any]]:
        """Stop, and return what is in the log."""
        if self._lines is None:
            self.stop()
            text = self._file.read_text() if self._file.exists() else ""
            self._lines = [json.loads(line) for line in io.StringIO(text)]
        return self._lines

    def requests(self) -> list[dict[str, Any]]:
        """Stop, and return the log's lines about requests."""
        return [line for line in self.lines() if line["event"] == "request"]

    def counted(self, name: str, **labels: str) -> float:
        return self.service.metrics._registry.get_sample_value(f"pointsman_{name}", labels) or 0.0


@contextmanager
def guarded(folder: Path, tracer: Tracer | None = None, **settings: Any) -> Iterator[Guarded]:
    server = Guarded(folder, tracer, **settings)
    server.start()
    try:
        yield server
    finally:
        if server._lines is None:
            server.stop()


__all__ = ["JSON", "ApiError", "Connection", "Guarded", "Reply", "Service", "guarded"]
