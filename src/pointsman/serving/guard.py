"""What stands around the application: who may ask, limits, deadlines, errors, request ids, and what is told of it all.

Pure ASGI. It hands on `scope["state"]` with `request_id`, `key` (name of the API key or None), `deadline` (the event
loop's clock) and `body` (bytes, whole; who has read a large one may put something smaller there). A handler may put
`texts` (how many it was sent) and `stages` (seconds by name: `queue`, `compute`) beside them. Handlers raise
`ApiError`. It knows nothing of what is answered.
"""

from __future__ import annotations

import asyncio
import json
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from time import perf_counter
from typing import Any, Protocol

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pointsman.serving.auth import ADMIN, Door, Refusal
from pointsman.serving.body import Bodies, ClientGone, announced
from pointsman.serving.endpoints import Endpoints
from pointsman.serving.errors import ApiError, invalid, overloaded
from pointsman.serving.logs import AccessLog
from pointsman.serving.metrics import OTHER, Metrics
from pointsman.serving.settings import Settings
from pointsman.serving.telemetry import Tracer

GONE = 499
"""Status under which a request is counted whose client went before it was answered."""

_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_TIMEOUT = re.compile(rb"[1-9][0-9]{0,8}")
_LINGER_SECONDS = 2.0
_SMALL_BODY = 65_536  # what is left of a smaller one, the server reads and forgets
_MOST_LOGGED = 16_384
_ALWAYS = ((b"x-content-type-options", b"nosniff"), (b"cache-control", b"no-store"))
_CODES = {404: "NOT_FOUND", 405: "METHOD_NOT_ALLOWED", 500: "INTERNAL_ERROR"}


class Served(Protocol):
    """What the guard sees of the service."""

    @property
    def settings(self) -> Settings:
        """Keys and limits."""
        ...

    @property
    def metrics(self) -> Metrics:
        """What counts requests."""
        ...

    @property
    def log(self) -> AccessLog:
        """What writes lines about them."""
        ...

    @property
    def tracer(self) -> Tracer | None:
        """What makes spans of them."""
        ...


@dataclass(frozen=True)
class Allowance:
    """What requests to an endpoint may take.

    Attributes:
        bodies: what reads theirs.
        seconds: until one that is not answered is given up.
        admit: called before anything of a body is read; raises `ApiError` where that would be in vain.
    """

    bodies: Bodies
    seconds: float
    admit: Callable[[], None] | None = None


class Guard:
    """An application with a guard around it.

    Args:
        app: whose `routes` (Starlette's) are the paths that are served; raises `ApiError`.
        service: settings, and whom to tell.
        special: what requests to some endpoints may take, by their template; others take what the settings say.
    """

    def __init__(self, app: ASGIApp, service: Served, special: Mapping[str, Allowance] | None = None) -> None:
        self._app, self._service = app, service
        settings = service.settings
        self._limits = settings.limits
        self._door = Door(settings)
        self._bodies = Bodies(self._limits.body_bytes, self._limits.header_seconds)
        self._usual = Allowance(self._bodies, self._limits.seconds)
        self._special = dict(special or {})
        self._endpoints = Endpoints(getattr(app, "routes", ()))
        self._running = 0
        service.metrics.running(lambda: self._running)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        call = _Call(scope, receive, send)
        tracer = self._service.tracer
        span = None if tracer is None else tracer.begin(scope["method"], call.headers)
        refused: ApiError | None = None
        try:
            await self._answer(call)
        except ApiError as error:
            refused = error
        except ClientGone:
            call.gone = True
        except asyncio.CancelledError:
            task = asyncio.current_task()
            assert task is not None
            task.uncancel()  # by whom: the watcher, or a server that has no more time
            if not call.gone:
                refused = overloaded("the server is being stopped: ask another one")
        except Exception as error:
            self._service.log.failure(error, request_id=call.request_id, endpoint=call.endpoint)
            refused = ApiError(500, "INTERNAL_ERROR", f"internal error, see the log for request {call.request_id}")
        close = False
        if refused is not None and not call.gone and not call.started:
            self._service.metrics.rejected(refused.code)
            close = await call.refuse(refused)
        self._tell(call, refused)
        if tracer is not None:
            tracer.end(
                span,
                method=scope["method"],
                endpoint=call.endpoint,
                status=call.status,
                request_id=call.request_id,
                stages=call.stages,
            )
        if close:
            await call.linger()

    async def _answer(self, call: _Call) -> None:
        scope, headers = call.scope, call.headers
        path, method = scope["path"], scope["method"]
        endpoint = self._endpoints.find(scope)  # type: ignore[arg-type]
        if endpoint is not None:
            call.endpoint = endpoint.template
        key = self._door.admit(path, headers)
        if endpoint is None:
            raise ApiError(404, "NOT_FOUND", "no such path: see /docs for those there are")
        if method not in endpoint.methods:
            raise Refusal(
                405, "METHOD_NOT_ALLOWED", f"{endpoint.template} takes {endpoint.allow}", Allow=endpoint.allow
            )
        state, allowed = call.state, self._special.get(endpoint.template, self._usual)
        state["key"] = None if key is None else key.name
        state["deadline"] = asyncio.get_running_loop().time() + _seconds(headers, allowed.seconds)
        if method != "POST":
            call.read = True  # what there is of a body, the server forgets
            state["body"] = b""
            await self._app(scope, call.receive, call.send)
            call.check()
            return
        if allowed.admit is not None:
            allowed.admit()
        allowed.bodies.check(headers)
        state["body"] = await allowed.bodies.read(call.receive)
        call.stages["read"] = perf_counter() - call.began
        if path.startswith(ADMIN):  # is finished even if nobody waits for its answer
            await self._app(scope, _again(state), call.send)
            call.check()
            return
        if self._running >= self._limits.concurrent:
            raise ApiError(
                429,
                "TOO_MANY_REQUESTS",
                f"{self._running} requests are being answered and no more may: come back",
                retry_after=1,
            )
        task = asyncio.current_task()
        assert task is not None
        watcher = asyncio.create_task(_watch(call, task))
        self._running += 1
        try:
            await self._app(scope, _again(state), call.send)
        finally:
            self._running -= 1
            watcher.cancel()
        call.check()

    def _tell(self, call: _Call, refused: ApiError | None) -> None:
        if call.gone and not call.finished:
            call.status = GONE
        now = perf_counter()
        if call.wrote:
            call.stages["write"] = now - call.wrote
        seconds = now - call.began
        self._service.metrics.request(call.endpoint, call.status, seconds, call.stages)
        state, client, log = call.state, call.scope.get("client"), self._service.log
        log.request(
            request_id=call.request_id,
            method=call.scope["method"],
            endpoint=call.endpoint,
            status=call.status,
            ms=round(seconds * 1000, 3),
            code=None if refused is None else refused.code,
            texts=state.get("texts"),
            key=state.get("key"),
            client=None if client is None else client[0],
            body=state.get("body", b"")[:_MOST_LOGGED].decode("utf-8", "replace") or None if log.texts else None,
        )


class _Call:
    """One request and what was done of its answer."""

    __slots__ = (
        "_held",
        "_receive",
        "_send",
        "began",
        "endpoint",
        "finished",
        "gone",
        "headers",
        "read",
        "request_id",
        "scope",
        "stages",
        "started",
        "state",
        "status",
        "wrote",
    )

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.began = perf_counter()
        self.scope, self._receive, self._send = scope, receive, send
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        given = self.headers.get(b"x-request-id", b"")
        self.request_id = given.decode("ascii") if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
        self.state: dict[str, Any] = scope.setdefault("state", {})
        self.stages: dict[str, float] = {}
        self.state["request_id"] = self.request_id
        self.endpoint = OTHER
        self.status = 0
        self.wrote = 0.0
        self.read = self.started = self.finished = self.gone = False
        self._held: tuple[int, dict[bytes, bytes]] | None = None

    async def receive(self) -> Message:
        """Return what the client sends next; notes when that was all."""
        message = await self._receive()
        if not message.get("more_body", False):
            self.read = True
        return message

    async def send(self, message: Message) -> None:
        """Send on what the application answers; an error that is not in the contract's form is held back."""
        if message["type"] == "http.response.start":
            status, headers = message["status"], list(message.get("headers", ()))
            names = dict(headers)
            if status >= 400 and not names.get(b"content-type", b"").startswith(b"application/json"):
                self._held = (status, names)
                return
            await self._start(status, headers, names)
        elif self._held is None:
            if not message.get("more_body", False):
                self.finished = True
            await self._send(message)

    def check(self) -> None:
        """Raise what the application has answered, where that was held back."""
        if self._held is None:
            if not self.started:
                raise RuntimeError("the application has sent no answer")
            return
        status, headers = self._held
        code = _CODES.get(status) or HTTPStatus(status).name
        own = {"Allow": headers[b"allow"].decode("latin-1")} if b"allow" in headers else {}
        raise Refusal(status, code, HTTPStatus(status).phrase.lower(), **own)

    async def refuse(self, error: ApiError) -> bool:
        """Answer with an error; returns whether the connection is to be closed, after `linger`."""
        body = json.dumps(error.body()).encode()
        headers = [
            (name.lower().encode(), value.encode("latin-1", "replace")) for name, value in error.headers().items()
        ]
        headers += [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        close = not self.read and self._much_to_come(error.status)
        if close:
            headers.append((b"connection", b"close"))
        await self._start(error.status, headers, {})
        self.finished = not close
        await self._send({"type": "http.response.body", "body": body, "more_body": close})
        return close

    async def linger(self) -> None:
        """Read on for a while before closing: a client that is still sending would not see the answer otherwise."""
        if self.status != 408 and b"expect" not in self.headers:
            try:
                async with asyncio.timeout(_LINGER_SECONDS):
                    while not self.read:
                        await self.receive()
            except TimeoutError:
                pass
        self.finished = True
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _start(self, status: int, headers: list[tuple[bytes, bytes]], names: Mapping[bytes, bytes]) -> None:
        headers.append((b"x-request-id", self.request_id.encode()))
        headers += [(name, value) for name, value in _ALWAYS if name not in names]
        self.stages.update(self.state.get("stages") or {})
        self.started, self.status, self.wrote = True, status, perf_counter()
        if self.stages:
            headers.append((b"server-timing", self._timing().encode()))
        await self._send({"type": "http.response.start", "status": status, "headers": headers})

    def _timing(self) -> str:
        spent = {**self.stages, "total": self.wrote - self.began}
        return ", ".join(f"{name};dur={seconds * 1000:.2f}" for name, seconds in spent.items())

    def _much_to_come(self, status: int) -> bool:
        if status in (408, 413) or b"expect" in self.headers:
            return True
        try:
            length = announced(self.headers)
        except ApiError:
            return True
        return length is None or length > _SMALL_BODY


def _seconds(headers: Mapping[bytes, bytes], most: float) -> float:
    given = headers.get(b"x-request-timeout-ms")
    if given is None:
        return most
    if not _TIMEOUT.fullmatch(given):
        raise invalid("X-Request-Timeout-Ms: expected a positive whole number of milliseconds")
    return min(most, int(given) / 1000)


def _again(state: Mapping[str, Any]) -> Receive:
    """Return a `receive` that gives the body that was read, once; it does not hold it."""
    given = False

    async def receive() -> Message:
        nonlocal given
        if given:
            await asyncio.get_running_loop().create_future()  # whether the client goes, the guard watches
        given = True
        return {"type": "http.request", "body": state["body"], "more_body": False}

    return receive


async def _watch(call: _Call, task: asyncio.Task[Any]) -> None:
    """Cancel a handler when its client goes."""
    while (await call.receive())["type"] != "http.disconnect":
        pass
    if not call.finished:
        call.gone = True
        task.cancel()
