"""A stack that decides by a rule, records what it is asked and can be held up; and a server of it in a thread."""

from __future__ import annotations

import asyncio
import io
import json
import socket
import struct
import sys
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import uvicorn
import uvloop

from pointsman.errors import ConfigError, DataError, ExpertError
from pointsman.inference.stacked import Routed, StackRequest, ToolCall
from pointsman.serving.app import create_app
from pointsman.serving.logs import AccessLog
from pointsman.serving.models import Models
from pointsman.serving.protocol import protocol_for
from pointsman.serving.service import Service
from pointsman.serving.settings import Settings
from pointsman.tasks import Decision, Task
from tests.serving.guarded import Connection, Reply, until
from tests.serving.panels import WAIT, Recorder
from tests.serving.values import router

EXPERTS = ("calendar", "claims", "rooms")
DIGEST = "cd" * 32
ADDRESS = "http://10.1.2.3:8000/v1"


class Stack:
    """Sends a request to the expert that its text names; asks that for a tool call."""

    def __init__(self) -> None:
        self.task = Task("adapter", EXPERTS)
        self.digest = DIGEST
        self.asked: list[StackRequest] = []
        self.closed = threading.Event()
        self._held = False
        self._entered, self._permits = threading.Semaphore(0), threading.Semaphore(0)

    def hold(self) -> None:
        """From now on every request waits for a `release`."""
        self._held = True

    def release(self, requests: int = 1) -> None:
        """Let requests that wait, or come, go on."""
        self._permits.release(requests)

    def entered(self) -> None:
        """Wait until one more request has come."""
        assert self._entered.acquire(timeout=WAIT), "no request came"

    def route(self, request: StackRequest, *, on_text: Callable[[str], None] | None = None) -> Routed:
        self.asked.append(request)
        held = self._held
        self._entered.release()
        if held:
            assert self._permits.acquire(timeout=WAIT), "never released"
        if request.text == "forever":
            threading.Event().wait(WAIT)
        if request.image is not None:
            request.image.open()
        errors = {"config": ConfigError("no expert 'x'"), "data": DataError("too long"), "bug": ValueError("secret")}
        errors |= {"away": ExpertError(f"{ADDRESS} is away"), "stop": StopIteration("secret")}
        if request.text in errors:
            raise errors[request.text]
        return self._routed(request)

    def close(self) -> None:
        self.closed.set()

    def _routed(self, request: StackRequest) -> Routed:
        found = next((name for name in EXPERTS if name in request.text), None)
        label = found or EXPERTS[0]
        p = 0.9 if found else 0.4
        rest = (1 - p) / 2
        decision = Decision(
            task="adapter",
            label=label,
            probability=p,
            margin=p - rest,
            runner_up=next(name for name in EXPERTS if name != label),
            threshold=0.5,
            abstained=found is None,
            truncated=False,
            digest=DIGEST,
            probabilities={name: p if name == label else rest for name in EXPERTS} if request.probabilities else None,
        )
        seconds = {"prepare": 0.001, "route": 0.01, "total": 0.011}
        expert = request.expert or found
        if expert is None:
            return Routed(decision, "refused", None, seconds=seconds)
        if request.decide_only:
            return Routed(decision, "decided", expert, seconds=seconds)
        call = ToolCall("valid", "open", {"day": 3}) if "open" in request.text else ToolCall("none")
        return Routed(
            decision, "answered", expert, text="<done>", tool_call=call, tokens=4, seconds={**seconds, "answer": 0.5}
        )


def install() -> None:
    """Let `pointsman serve --stack FILE` open a stack of this kind, whatever the file says."""

    def open_stack(file: Path, **options: Any) -> Stack:
        if not file.is_file():
            raise ConfigError(f"--stack {file}: no such file")
        print(f"stack opened with {json.dumps(options)}", file=sys.stderr, flush=True)
        found = Stack()
        found.close = lambda: print("stack closed", file=sys.stderr, flush=True)  # type: ignore[method-assign]
        return found

    module = ModuleType("pointsman.experts.stack")
    module.open_stack = open_stack  # type: ignore[attr-defined]
    sys.modules[module.__name__] = module


class Served:
    """A server of a stack and of one task, `kind`, that runs."""

    def __init__(self, folder: Path, stack: Stack | None, **settings: Any) -> None:
        self.stack: Any = stack
        self.log = folder / "access.jsonl"
        given = Settings.model_validate({"stack": folder / "experts.yaml", **settings})
        models = Models(Recorder(), {"kind": router("kind", labels=("short", "long"))}, "ab" * 32, _LOADED, 0.1)
        self.service = Service(given, models, stack=stack, log=AccessLog("json", self.log, texts=given.log_texts))
        self._server = uvicorn.Server(
            uvicorn.Config(
                create_app(self.service),
                http=protocol_for(given.limits),
                ws="none",
                lifespan="off",
                log_config=None,
                log_level="critical",
                timeout_graceful_shutdown=max(1, round(given.stop_seconds)),
            )
        )
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._connections: list[Connection] = []
        self._thread = threading.Thread(target=self._run)
        self.done: bool | None = None
        self._thread.start()

    def _run(self) -> None:
        async def main() -> None:
            self.service.engine.start()
            await self._server.serve(sockets=[self._listening])
            self.done = await self.service.close(self.service.settings.stop_seconds)

        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(main())

    def connect(self) -> Connection:
        self._connections.append(Connection(self.port))
        return self._connections[-1]

    def ask(self, path: str, body: Any, headers: dict[str, str] | None = None) -> Reply:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        given = {"Content-Type": "application/json"} | (headers or {})
        return self.connect().ask("POST", path, data, given)

    def route(self, body: Any, headers: dict[str, str] | None = None) -> Reply:
        return self.ask("/api/v1/route", body, headers)

    def get(self, path: str) -> Any:
        return self.connect().ask("GET", path).json

    def counted(self, name: str, **labels: str) -> float:
        return self.service.metrics._registry.get_sample_value(f"pointsman_{name}", labels) or 0.0

    def asked_to_stop(self) -> None:
        self._server.should_exit = True

    def stop(self) -> bool | None:
        """Stop it; returns whether everybody was answered in time."""
        self.asked_to_stop()
        self._thread.join(WAIT)
        assert not self._thread.is_alive()
        for connection in self._connections:
            connection.close()
        return self.done


_LOADED = "2026-08-01T00:00:00+00:00"


@contextmanager
def served(folder: Path, stack: Stack | None = None, **settings: Any) -> Iterator[Served]:
    """Serve a stack: this one, or a new one."""
    server = Served(folder, stack or Stack(), **settings)
    until(lambda: server._server.started)
    try:
        yield server
    finally:
        if server.stack is not None:
            server.stack.release(100)
        server.stop()


def png(width: int = 32, height: int = 16) -> bytes:
    """Return a real image."""
    from PIL import Image

    out = io.BytesIO()
    Image.effect_noise((width, height), 40).save(out, "PNG")
    return out.getvalue()


def bomb(width: int = 100_000, height: int = 100_000) -> bytes:
    """Return a PNG that claims a size and has next to no data."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = chunk(b"IDAT", zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + data + chunk(b"IEND", b"")


BOUNDARY = "edge-of-a-part"
FORM = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}


def form(*parts: tuple[str, str | bytes] | tuple[str, str | bytes, str], end: str = f"--{BOUNDARY}--\r\n") -> bytes:
    """Return a form of parts: name, content and, of a file, its name."""
    out = b""
    for name, content, *file in parts:
        told = f'; filename="{file[0]}"\r\nContent-Type: image/png' if file else ""
        out += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{told}\r\n\r\n'.encode()
        out += (content.encode() if isinstance(content, str) else content) + b"\r\n"
    return out + end.encode()
