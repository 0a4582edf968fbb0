"""Requests to one server over one pool of connections, each within its seconds; what goes wrong becomes a fault.

Takes bytes, gives statuses, bytes and events. Does not know what is asked for, and tries nothing again.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx2

from pointsman.experts.openai_errors import broke_off, late, silent, unfit, unreachable
from pointsman.patience import FaultError

_CONNECT_SECONDS = 5.0
_CONNECTIONS = 100
_MOST_BYTES = 64_000_000


class _TooLargeError(Exception):
    """An answer that nobody asked for."""


class _Bounded(httpx2.SyncByteStream):
    """The bytes of an answer, as long as they come in time and are not too many, whatever they are.

    Comments that keep a stream alive are bytes, too: to look at events alone would let them hold a caller for ever.
    """

    def __init__(self, stream: httpx2.SyncByteStream, end: float) -> None:
        self._stream, self._end = stream, end

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for part in self._stream:
            size += len(part)
            if time.monotonic() > self._end:
                raise TimeoutError
            if size > _MOST_BYTES:
                raise _TooLargeError
            yield part

    def close(self) -> None:
        self._stream.close()


class Exchange:
    """One answer, read while it comes. Made by `Pool.ask`."""

    def __init__(self, where: str, response: httpx2.Response, failed: Callable[[Exception, int], FaultError]) -> None:
        self._where, self._response, self._failed = where, response, failed
        self.status: int = response.status_code
        self.headers: Mapping[str, str] = response.headers

    @property
    def kind(self) -> str:
        """The content type, without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().casefold()

    def body(self) -> bytes:
        """Return the whole body.

        Raises:
            FaultError: it does not come whole, or not in time.
        """
        try:
            return self._response.read()
        except (httpx2.RequestError, TimeoutError, _TooLargeError) as error:
            raise self._failed(error, 0) from None

    def events(self, written: Callable[[], int]) -> Iterator[str]:
        """Yield the data of each event.

        Args:
            written: characters of text that have come so far, for errors.

        Raises:
            FaultError: they are no events, or they break off or stay away.
        """
        if self.kind != "text/event-stream":
            told = f"it answers {self.kind or 'no content type'} where an event stream was asked for"
            raise unfit(self._where, told)
        try:
            for event in httpx2.EventSource(self._response):
                yield event.data
        except (httpx2.RequestError, TimeoutError, _TooLargeError) as error:
            raise self._failed(error, written()) from None


class Pool:
    """The connections to one server; safe to share among threads.

    Args:
        base: address that paths are appended to.
        key: bearer token; "": none.
    """

    def __init__(self, base: str, key: str) -> None:
        self._base = base
        headers = {"User-Agent": "pointsman", "Accept-Encoding": "identity"}
        if key:
            headers["Authorization"] = f"Bearer {key}"
        # Without https no certificate will be looked at; reading the system's takes a tenth of a second.
        verify: Any = True if base.startswith("https:") else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        limits = httpx2.Limits(max_connections=_CONNECTIONS, max_keepalive_connections=_CONNECTIONS)
        self._http = httpx2.Client(headers=headers, verify=verify, limits=limits, follow_redirects=False)

    @contextmanager
    def ask(
        self, where: str, method: str, path: str, content: bytes | None, *, seconds: float, silence: float
    ) -> Iterator[Exchange]:
        """Send one request and give its answer; leaving the block ends it.

        Args:
            where: who is asked, for errors.
            method: of HTTP.
            path: after the base.
            content: JSON; None: no body.
            seconds: that the exchange may take; the last read may overrun it by `silence`.
            silence: seconds to wait for anything at all, at the beginning and in between.

        Raises:
            FaultError: the server cannot be reached, or is silent.
        """
        started = time.monotonic()

        def failed(error: Exception, written: int) -> FaultError:
            if isinstance(error, _TooLargeError):
                return unfit(where, f"the answer is larger than {_MOST_BYTES:,} bytes")
            if not isinstance(error, TimeoutError | httpx2.TimeoutException):
                return broke_off(where, written, error)
            if isinstance(error, TimeoutError) or time.monotonic() - started >= seconds:
                return late(where, seconds)
            return silent(where, silence)

        request = self._http.build_request(
            method,
            self._base + path,
            content=content,
            headers={} if content is None else {"Content-Type": "application/json"},
            timeout=httpx2.Timeout(
                max(seconds, 0.001), connect=min(seconds, _CONNECT_SECONDS), read=min(seconds, silence)
            ),
        )
        try:
            response = self._http.send(request, stream=True)
        except httpx2.ConnectTimeout:
            reached = min(seconds, _CONNECT_SECONDS)
            raise unreachable(where, TimeoutError(f"no connection within {reached:.3g} s")) from None
        except httpx2.TimeoutException as error:
            raise failed(error, 0) from None
        except httpx2.RequestError as error:
            raise unreachable(where, error) from None
        try:
            assert isinstance(response.stream, httpx2.SyncByteStream)
            response.stream = _Bounded(response.stream, started + seconds)
            yield Exchange(where, response, failed)
        finally:
            response.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()
