"""A small OpenAI-compatible server on loopback: real HTTP, real server-sent events, vLLM's words, faults on demand.

Whatever writes texts can be behind it: a function that answers at once, or a tiny model with real adapters.

    with OpenAIServer(answer, ["base", "calendar"]) as server:
        … server.url …
"""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import iterate_in_threadpool, run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route


@dataclass(frozen=True)
class Ended:
    """What an answer may yield last: what its pieces do not tell."""

    tokens: int
    truncated: bool


Answer = Callable[[str, list[dict[str, Any]], int, bool], Iterator["str | Ended"]]
"""Writes an answer to (model, messages, max_tokens, stream), piece by piece. Without `Ended`, a piece is a token, and
the answer is cut at the most tokens allowed. What it raises as `RefusedError` is the server's answer."""


class RefusedError(Exception):
    """A request that the server refuses, in the shape of this API's errors."""

    def __init__(self, status: int, message: str, kind: str = "BadRequestError") -> None:
        super().__init__(message)
        self.status, self.kind = status, kind


@dataclass(frozen=True)
class Fault:
    """What one chat request meets instead of its answer.

    Attributes:
        status: of HTTP; with `body` it is the whole answer.
        body: None: there is one of the API's shape.
        headers: of the answer.
        kind: its content type.
        hangs: say nothing, until the client goes or the server stops.
        chunks: send these bytes as the stream, as they are.
        breaks: break the connection after them.
        stalls: say nothing more after them.
    """

    status: int = 200
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    kind: str = "application/json"
    hangs: bool = False
    chunks: tuple[bytes, ...] = ()
    breaks: bool = False
    stalls: bool = False


@dataclass
class OpenAIServer:
    """A server in a thread.

    Attributes:
        answer: writes the answers.
        served: the names it has; adapters join them.
        key: that it wants; "": none.
        faults: of the next chat requests, the first first; afterwards all is well.
        load: asked to load an adapter, name and path; raises `RefusedError`. None: adapters cannot be loaded.
        unload: asked to let go of one.
        requests: bodies of the chat requests that came.
        headers: theirs.
        paths: of all requests.
        ports: of the clients' connections that all requests came over.
        gone: set when a client went before its answer was whole.
    """

    answer: Answer
    served: list[str]
    key: str = ""
    faults: list[Fault] = field(default_factory=list)
    load: Callable[[str, str], None] | None = None
    unload: Callable[[str], None] = lambda name: None
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    ports: set[int] = field(default_factory=set)
    gone: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> OpenAIServer:
        routes = [
            Route("/v1/models", self._models),
            Route("/v1/chat/completions", self._chat, methods=["POST"]),
        ]
        if self.load is not None:
            routes += [
                Route("/v1/load_lora_adapter", self._load, methods=["POST"]),
                Route("/v1/unload_lora_adapter", self._unload, methods=["POST"]),
            ]
        app = Starlette(routes=routes, exception_handlers={404: _not_found, RefusedError: _refused})
        config = uvicorn.Config(app, lifespan="off", access_log=False, log_config=None, log_level="critical", ws="none")
        config.timeout_graceful_shutdown = 1
        self._server = uvicorn.Server(config)
        self._listening = socket.socket()
        self._listening.bind(("127.0.0.1", 0))
        self._listening.listen(64)  # requests wait here until the server is up
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}/v1"
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._changing = asyncio.Lock()
        self._thread = threading.Thread(target=self._server.run, args=([self._listening],))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._server.should_exit = True
        self._thread.join(10)
        assert not self._thread.is_alive()
        self._listening.close()

    def _let_in(self, request: Request) -> None:
        self.paths.append(request.url.path)
        assert request.client is not None
        self.ports.add(request.client.port)
        if self.key and request.headers.get("authorization") != f"Bearer {self.key}":
            given = request.headers.get("authorization", "nothing")
            raise RefusedError(401, f"Unauthorized: {given}", "AuthenticationError")

    async def _models(self, request: Request) -> Response:
        self._let_in(request)
        return JSONResponse({"object": "list", "data": [{"id": name, "object": "model"} for name in self.served]})

    async def _load(self, request: Request) -> Response:
        self._let_in(request)
        asked = await request.json()
        name, path = asked["lora_name"], asked["lora_path"]
        async with self._changing:
            if name in self.served:
                raise RefusedError(400, f"The lora adapter '{name}' has already been loaded.", "InvalidUserInput")
            assert self.load is not None
            await run_in_threadpool(self.load, name, path)
            self.served.append(name)
        return PlainTextResponse(f"Success: LoRA adapter '{name}' added successfully.")

    async def _unload(self, request: Request) -> Response:
        self._let_in(request)
        name = (await request.json())["lora_name"]
        async with self._changing:
            if name not in self.served:
                raise RefusedError(404, f"The lora adapter '{name}' cannot be found.", "NotFoundError")
            await run_in_threadpool(self.unload, name)
            self.served.remove(name)
        return PlainTextResponse(f"Success: LoRA adapter '{name}' removed successfully.")

    async def _chat(self, request: Request) -> Response:
        self._let_in(request)
        asked = await request.json()
        with self._lock:
            self.requests.append(asked)
            self.headers.append(dict(request.headers))
            fault = self.faults.pop(0) if self.faults else None
        if fault is not None:
            return await self._faulty(fault, request)
        model = asked["model"]
        if model not in self.served:
            raise RefusedError(404, f"The model `{model}` does not exist.", "NotFoundError")
        most, streamed = asked["max_tokens"], asked.get("stream", False)
        pieces = self.answer(model, asked["messages"], most, streamed)
        if not streamed:
            return JSONResponse(await run_in_threadpool(_completion, model, pieces, most))
        usage = asked.get("stream_options", {}).get("include_usage", False)
        return StreamingResponse(self._events(model, pieces, most, usage), media_type="text/event-stream")

    async def _events(self, model: str, pieces: Iterable[str | Ended], most: int, usage: bool) -> AsyncIterator[bytes]:
        tokens, truncated = 0, False
        try:
            yield event({"role": "assistant", "content": ""}, model=model)
            async for piece in iterate_in_threadpool(pieces):
                if isinstance(piece, Ended):
                    tokens, truncated = piece.tokens, piece.truncated
                    break
                yield event({"content": piece}, model=model)
                tokens += 1
                if tokens == most:
                    truncated = True
                    break
        except asyncio.CancelledError:
            self.gone.set()
            raise
        yield event({}, "length" if truncated else "stop", model=model)
        if usage:
            counts = {"prompt_tokens": 1, "completion_tokens": tokens, "total_tokens": tokens + 1}
            yield b"data: " + json.dumps({"choices": [], "model": model, "usage": counts}).encode() + b"\n\n"
        yield b"data: [DONE]\n\n"

    async def _faulty(self, fault: Fault, request: Request) -> Response:
        if fault.hangs:
            await self._until_gone(request)
        if fault.chunks or fault.breaks or fault.stalls:
            return StreamingResponse(self._chunks(fault, request), media_type="text/event-stream")
        body = fault.body
        if body is None:
            body = json.dumps(_error(fault.status, "at our wits' end", "InternalServerError")).encode()
        return Response(body, fault.status, dict(fault.headers), fault.kind)

    async def _chunks(self, fault: Fault, request: Request) -> AsyncIterator[bytes]:
        for chunk in fault.chunks:
            yield chunk
        if fault.stalls:
            await self._until_gone(request)
        if fault.breaks:
            raise ConnectionAbortedError  # uvicorn closes the connection without the end of the body

    async def _until_gone(self, request: Request) -> None:
        try:
            while not self._stopping.is_set() and not await request.is_disconnected():
                await asyncio.sleep(0.01)
        finally:
            self.gone.set()


def event(delta: dict[str, Any], reason: str | None = None, *, model: str = "calendar") -> bytes:
    """One event of a streamed answer."""
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    told = json.dumps({"object": "chat.completion.chunk", "model": model, "choices": [choice]}, ensure_ascii=False)
    return f"data: {told}\n\n".encode()


def _completion(model: str, pieces: Iterable[str | Ended], most: int) -> dict[str, Any]:
    text, tokens, truncated = [], 0, False
    for piece in pieces:
        if isinstance(piece, Ended):
            tokens, truncated = piece.tokens, piece.truncated
            break
        text.append(piece)
        tokens += 1
        if tokens == most:
            truncated = True
            break
    message = {"role": "assistant", "content": "".join(text)}
    return {
        "object": "chat.completion",
        "model": model,
        "choices": [{"index": 0, "message": message, "finish_reason": "length" if truncated else "stop"}],
        "usage": {"prompt_tokens": 1, "completion_tokens": tokens, "total_tokens": tokens + 1},
    }


def _error(status: int, message: str, kind: str) -> dict[str, Any]:
    return {"error": {"message": message, "type": kind, "param": None, "code": status}}


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, RefusedError)
    return JSONResponse(_error(error.status, str(error), error.kind), error.status)


async def _not_found(_: Request, __: Exception) -> Response:
    return JSONResponse({"detail": "Not Found"}, 404)
