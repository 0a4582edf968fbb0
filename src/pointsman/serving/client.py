"""A client of the classification API: typed answers, patience with a busy server, clear errors.

`Client` waits for each answer, `AsyncClient` has the same methods to be awaited; both may be shared, by threads and by
tasks. Works with `pointsman serve` and with any server of the same API. Needs no torch and nothing of the server.

    with pointsman.Client("http://localhost:8080") as client:
        client.intent("what is the derivative of x squared?").category
"""

from __future__ import annotations

import asyncio
import json
import ssl
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar, Unpack

import httpx2

from pointsman import __version__
from pointsman.errors import ConfigError
from pointsman.patience import FaultError, Patience
from pointsman.serving import client_calls as calls
from pointsman.serving import client_route as routes
from pointsman.serving.client_calls import CHUNK, Call, Options
from pointsman.serving.client_faults import ServerError, broken, judged, late, unfit
from pointsman.serving.client_results import (
    Answer,
    BatchAllResult,
    BatchResult,
    Classification,
    CombinedResult,
    ModalityResult,
    PiiResult,
    ReloadResult,
    Score,
    SecurityResult,
    ToolResult,
    WrongShapeError,
)
from pointsman.serving.client_route import Image, RouteResult

__all__ = ["AsyncClient", "Client", "Options", "ServerError"]

R = TypeVar("R")
_CONNECT_SECONDS = 5.0
_MOST_BYTES = 64_000_000
# Errors of a probe that mean "not now".
_NOT_NOW = ("UNREACHABLE", "NO_ANSWER")


class _Settings:
    """What both clients share: where, as whom, how patiently."""

    def __init__(self, url: str, api_key: str | None, timeout: float, retries: int, ca_file: str | Path | None) -> None:
        self.url = calls.address(url)
        self.key = (api_key or "").strip()
        self.timeout, self.retries = timeout, retries
        if timeout <= 0 or retries < 0:
            raise ConfigError(f"timeout {timeout:g}, retries {retries}: seconds above 0, attempts of 0 or more")
        if not self.key.isascii() or not self.key.isprintable():
            raise ConfigError("the API key holds what no header can: look for a line break or a letter with an accent")
        headers = {"Accept": "application/json", "User-Agent": f"pointsman/{__version__}"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        self.http: dict[str, Any] = {"headers": headers, "follow_redirects": False}
        if not self.url.startswith("https:"):
            if ca_file is not None:
                raise ConfigError(
                    f"ca_file {ca_file}: {self.url} has no certificate to check: use https, or no ca_file"
                )
            # No certificate will be looked at; reading the system's takes a tenth of a second.
            self.http["verify"] = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        elif ca_file is not None:
            try:
                self.http["verify"] = ssl.create_default_context(cafile=str(ca_file))
            except (OSError, ssl.SSLError) as error:
                raise ConfigError(f"ca_file {ca_file}: no readable PEM file ({error.strerror or error})") from None

    def where(self, call: Call[Any]) -> str:
        """Say what is asked, for errors."""
        return f"{self.url}: {call.method} {call.path}"

    def request(self, call: Call[Any], seconds: float) -> dict[str, Any]:
        """Return what one attempt hands to the HTTP library; it may take so many seconds."""
        # After that nobody waits for the answer, so that the server need not compute it.
        headers = {"X-Request-Timeout-Ms": str(min(999_999_999, max(1, int(1000 * seconds))))}
        content = None
        if call.body is not None:
            headers["Content-Type"] = "application/json"
            content = json.dumps(call.body).encode()
        return {
            "method": call.method,
            "url": self.url + call.path,
            "params": dict(call.query) or None,
            "headers": headers,
            "content": content,
            "timeout": httpx2.Timeout(seconds, connect=min(seconds, _CONNECT_SECONDS)),
        }

    def answer(self, call: Call[R], response: httpx2.Response, body: bytes) -> R:
        """Return what an answer says."""
        where = self.where(call)
        found = judged(where, response.status_code, response.headers, body, key=self.key)
        try:
            return call.read(found)
        except WrongShapeError as error:
            raise unfit(where, response.status_code, error, response.headers.get("x-request-id")) from None

    def fault(self, call: Call[Any], error: Exception, seconds: float) -> FaultError:
        """Return what an exception of the HTTP library means."""
        where = self.where(call)
        if isinstance(error, TimeoutError | httpx2.TimeoutException) and not isinstance(error, httpx2.ConnectTimeout):
            return late(where, seconds)
        if isinstance(error, httpx2.ConnectTimeout):
            return broken(where, TimeoutError(f"no connection within {min(seconds, _CONNECT_SECONDS):.1f} s"))
        return broken(where, error)

    def too_large(self, call: Call[Any], response: httpx2.Response) -> FaultError:
        """Return the fault of an answer that nobody asked for."""
        return unfit(self.where(call), response.status_code, f"larger than {_MOST_BYTES:,} bytes", None)


class Client:
    """Asks a server and waits for its answers; safe to share among threads.

    Args:
        url: of the server, `http://localhost:8080`.
        api_key: where the server wants one; sent to this address alone.
        timeout: seconds that one request may take, with its retries and waits. A batch may be several requests.
        retries: further attempts where the server is busy (429, 503; it is left alone for as long as it asks) or the
            connection fails; never for a request that is refused.
        ca_file: PEM file of the authority that signed the server's certificate, where the system does not know it.

    Raises:
        ConfigError: no address, or options out of range.
    """

    def __init__(
        self,
        url: str,
        *,
        api_key: str | None = None,
        timeout: float = 10.0,
        retries: int = 3,
        ca_file: str | Path | None = None,
    ) -> None:
        self._settings = _Settings(url, api_key, timeout, retries, ca_file)
        self._http = httpx2.Client(**self._settings.http)

    def intent(self, text: str, **options: Unpack[Options]) -> Classification:
        """Decide the domain of a text.

        Raises:
            ServerError: no answer, or one that is an error; so for all methods.
        """
        return self._ask(calls.one("intent", Classification, text, options))

    def pii(self, text: str, **options: Unpack[Options]) -> PiiResult:
        """Find what is personal in a text."""
        return self._ask(calls.one("pii", PiiResult, text, options))

    def security(self, text: str, **options: Unpack[Options]) -> SecurityResult:
        """Decide whether a text attacks the model behind."""
        return self._ask(calls.one("security", SecurityResult, text, options))

    def modality(self, text: str, **options: Unpack[Options]) -> ModalityResult:
        """Decide whether words, an image or both are asked for."""
        return self._ask(calls.one("modality", ModalityResult, text, options))

    def tool(self, text: str, **options: Unpack[Options]) -> ToolResult:
        """Decide the kind of tool that a text asks for."""
        return self._ask(calls.one("tool", ToolResult, text, options))

    def task(self, name: str, text: str, **options: Unpack[Options]) -> Answer:
        """Ask any task that the server has, by its name."""
        return self._ask(calls.task(name, text, options))

    def combined(self, text: str, **options: Unpack[Options]) -> CombinedResult:
        """Ask every task that the server has about one text."""
        return self._ask(calls.combined(text, options))

    def batch(
        self, texts: Iterable[str], task_type: str = "intent", *, chunk: int = CHUNK, **options: Unpack[Options]
    ) -> BatchResult:
        """Ask one task about many texts, at most `chunk` a request, one request after another."""
        return calls.joined(self._ask(call) for call in calls.batch(texts, task_type, chunk, options))

    def batch_all(self, texts: Iterable[str], *, chunk: int = CHUNK, **options: Unpack[Options]) -> BatchAllResult:
        """Ask every task about many texts, at most `chunk` a request, one request after another."""
        return calls.joined_all(self._ask(call) for call in calls.batch_all(texts, chunk, options))

    def scores(self, text: str, *, task: str | None = None) -> tuple[Score, ...]:
        """Return every label's probability, the highest first; `task` None: the server's only one, or its domain."""
        return self._ask(calls.scores(text, task))

    def route(
        self,
        text: str,
        image: Image | None = None,
        *,
        decide_only: bool = False,
        max_new_tokens: int | None = None,
        expert: str | None = None,
        return_probabilities: bool = False,
        timeout: float = 120.0,
    ) -> RouteResult:
        """Ask the server's stack: which expert takes a request, and what it answers.

        Args:
            text: what the user asks for.
            image: beside it: a picture, a file, an encoded image or a data URL.
            decide_only: the expert is not asked.
            max_new_tokens: most tokens of its answer; None: as the stack is set.
            expert: is asked whatever the router says.
            return_probabilities: tell every expert's probability.
            timeout: seconds that it may take, with retries: an expert writes longer than a router decides.

        Raises:
            DataError: an image that cannot be read, or an address of one.
        """
        call = routes.route(
            text,
            image,
            decide_only=decide_only,
            max_new_tokens=max_new_tokens,
            expert=expert,
            return_probabilities=return_probabilities,
        )
        return self._ask(call, seconds=timeout)

    def info(self) -> dict[str, Any]:
        """Return what is told of the models: `GET /info/models`."""
        return self._ask(calls.told("/info/models"))

    def health(self) -> dict[str, Any]:
        """Return what `GET /health` tells."""
        return self._ask(calls.told("/health"))

    def ready(self) -> bool:
        """Return whether the server takes requests now; asked once."""
        try:
            self._ask(calls.told("/ready"), retries=0)
        except ServerError as error:
            if error.status != 503 and error.code not in _NOT_NOW:
                raise
            return False
        return True

    def reload(self, *, timeout: float = 300.0) -> ReloadResult:
        """Let the server load its models anew; needs an admin key. Asked once."""
        return self._ask(calls.RELOAD, seconds=timeout, retries=0)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask(self, call: Call[R], *, seconds: float | None = None, retries: int | None = None) -> R:
        settings = self._settings
        patience = Patience(
            settings.timeout if seconds is None else seconds, settings.retries if retries is None else retries
        )
        while True:
            try:
                return self._once(call, patience.left)
            except FaultError as fault:
                time.sleep(patience.wait_after(fault))

    def _once(self, call: Call[R], seconds: float) -> R:
        settings, end = self._settings, time.monotonic() + seconds
        body = bytearray()
        try:
            with self._http.stream(**settings.request(call, seconds)) as response:
                for part in response.iter_bytes():
                    body += part
                    if time.monotonic() > end:
                        raise TimeoutError
                    if len(body) > _MOST_BYTES:
                        raise settings.too_large(call, response)
        except (httpx2.RequestError, TimeoutError) as error:
            raise settings.fault(call, error, seconds) from None
        return settings.answer(call, response, bytes(body))


class AsyncClient:
    """Asks a server without waiting for it: the methods of `Client`, to be awaited on an asyncio loop.

    At most 100 requests are under way at once; others wait for their turn, within their seconds.

    Args:
        url: see `Client`; so are the others.
        api_key: see there.
        timeout: see there.
        retries: see there.
        ca_file: see there.

    Raises:
        ConfigError: no address, or options out of range.
    """

    def __init__(
        self,
        url: str,
        *,
        api_key: str | None = None,
        timeout: float = 10.0,
        retries: int = 3,
        ca_file: str | Path | None = None,
    ) -> None:
        self._settings = _Settings(url, api_key, timeout, retries, ca_file)
        self._http = httpx2.AsyncClient(**self._settings.http)

    async def intent(self, text: str, **options: Unpack[Options]) -> Classification:
        """See `Client.intent`."""
        return await self._ask(calls.one("intent", Classification, text, options))

    async def pii(self, text: str, **options: Unpack[Options]) -> PiiResult:
        """See `Client.pii`."""
        return await self._ask(calls.one("pii", PiiResult, text, options))

    async def security(self, text: str, **options: Unpack[Options]) -> SecurityResult:
        """See `Client.security`."""
        return await self._ask(calls.one("security", SecurityResult, text, options))

    async def modality(self, text: str, **options: Unpack[Options]) -> ModalityResult:
        """See `Client.modality`."""
        return await self._ask(calls.one("modality", ModalityResult, text, options))

    async def tool(self, text: str, **options: Unpack[Options]) -> ToolResult:
        """See `Client.tool`."""
        return await self._ask(calls.one("tool", ToolResult, text, options))

    async def task(self, name: str, text: str, **options: Unpack[Options]) -> Answer:
        """See `Client.task`."""
        return await self._ask(calls.task(name, text, options))

    async def combined(self, text: str, **options: Unpack[Options]) -> CombinedResult:
        """See `Client.combined`."""
        return await self._ask(calls.combined(text, options))

    async def batch(
        self, texts: Iterable[str], task_type: str = "intent", *, chunk: int = CHUNK, **options: Unpack[Options]
    ) -> BatchResult:
        """See `Client.batch`."""
        return calls.joined([await self._ask(call) for call in calls.batch(texts, task_type, chunk, options)])

    async def batch_all(
        self, texts: Iterable[str], *, chunk: int = CHUNK, **options: Unpack[Options]
    ) -> BatchAllResult:
        """See `Client.batch_all`."""
        return calls.joined_all([await self._ask(call) for call in calls.batch_all(texts, chunk, options)])

    async def scores(self, text: str, *, task: str | None = None) -> tuple[Score, ...]:
        """See `Client.scores`."""
        return await self._ask(calls.scores(text, task))

    async def route(
        self,
        text: str,
        image: Image | None = None,
        *,
        decide_only: bool = False,
        max_new_tokens: int | None = None,
        expert: str | None = None,
        return_probabilities: bool = False,
        timeout: float = 120.0,
    ) -> RouteResult:
        """See `Client.route`."""
        call = routes.route(
            text,
            image,
            decide_only=decide_only,
            max_new_tokens=max_new_tokens,
            expert=expert,
            return_probabilities=return_probabilities,
        )
        return await self._ask(call, seconds=timeout)

    async def info(self) -> dict[str, Any]:
        """See `Client.info`."""
        return await self._ask(calls.told("/info/models"))

    async def health(self) -> dict[str, Any]:
        """See `Client.health`."""
        return await self._ask(calls.told("/health"))

    async def ready(self) -> bool:
        """See `Client.ready`."""
        try:
            await self._ask(calls.told("/ready"), retries=0)
        except ServerError as error:
            if error.status != 503 and error.code not in _NOT_NOW:
                raise
            return False
        return True

    async def reload(self, *, timeout: float = 300.0) -> ReloadResult:
        """See `Client.reload`."""
        return await self._ask(calls.RELOAD, seconds=timeout, retries=0)

    async def close(self) -> None:
        """See `Client.close`."""
        await self._http.aclose()

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _ask(self, call: Call[R], *, seconds: float | None = None, retries: int | None = None) -> R:
        settings = self._settings
        patience = Patience(
            settings.timeout if seconds is None else seconds, settings.retries if retries is None else retries
        )
        while True:
            try:
                return await self._once(call, patience.left)
            except FaultError as fault:
                await asyncio.sleep(patience.wait_after(fault))

    async def _once(self, call: Call[R], seconds: float) -> R:
        settings = self._settings
        body = bytearray()
        try:
            async with asyncio.timeout(seconds), self._http.stream(**settings.request(call, seconds)) as response:
                async for part in response.aiter_bytes():
                    body += part
                    if len(body) > _MOST_BYTES:
                        raise settings.too_large(call, response)
        except (httpx2.RequestError, TimeoutError) as error:
            raise settings.fault(call, error, seconds) from None
        return settings.answer(call, response, bytes(body))
