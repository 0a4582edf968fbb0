"""The server's HTTP protocol where a request is not whole yet: slow or endless headers, and bytes that are no HTTP.

The guard sees a request only when its headers are there; what comes before is uvicorn's. This adds a limit of time and
of size to it, and gives its errors the contract's body.
"""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from pointsman.serving.errors import ApiError
from pointsman.serving.settings import Limits

_HEADER_BYTES = 65_536
# A client may offer another protocol (Java's offers h2c with each first request), and the server go on as if it had not
# (RFC 9110, 7.8). The parser cannot: it leaves the body unread, which would then be taken for the next request.
_UPGRADE = re.compile(rb"\r\nupgrade(?=:)", re.IGNORECASE)
_HELD = 9  # bytes of that without what follows it


def protocol_for(limits: Limits) -> type[asyncio.Protocol]:
    """Return the class to give to `uvicorn.Config(http=…)`."""

    class Bounded(GuardedProtocol):
        seconds = limits.header_seconds

    return Bounded


class GuardedProtocol(HttpToolsProtocol):
    """One connection.

    Attributes:
        seconds: that the headers of a request may take, and what is left of a body after its answer.
    """

    seconds = 10.0
    _unfinished = False  # a request has begun and is not whole
    _headers_whole = False
    _header_bytes = 0
    _last = b""  # what came last of the headers so far
    _abandoned = False  # what follows is not read
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first request no longer than for the headers of any."""
        super().connection_made(transport)
        self._timer = self.loop.call_later(self.seconds, self._late)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._unset_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, and see that it comes to an end."""
        if self._abandoned:
            return
        super().data_received(self._without_upgrade(data))
        if self.transport.is_closing():
            return
        waiting = self._unfinished and (not self._headers_whole or self.cycle.response_complete)
        if not waiting:
            self._unset_timer()
        elif self._timer is None:
            self._timer = self.loop.call_later(self.seconds, self._late)
        if self._unfinished and not self._headers_whole:
            self._header_bytes += len(data)
            if self._header_bytes > _HEADER_BYTES:
                self._refuse(ApiError(431, "HEADERS_TOO_LARGE", f"the headers are larger than {_HEADER_BYTES:,} bytes"))

    def on_message_begin(self) -> None:
        """Note that a request begins."""
        super().on_message_begin()
        self._unfinished, self._headers_whole, self._header_bytes = True, False, 0

    def on_headers_complete(self) -> None:
        """Note that the guard sees it from now on."""
        self._headers_whole = True
        super().on_headers_complete()
        if self.parser.should_upgrade():  # CONNECT, or an offer in a request sent right behind another
            self._abandoned, self.cycle.keep_alive = True, False

    def on_message_complete(self) -> None:
        """Note that it is whole."""
        self._unfinished = False
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP."""
        self._refuse(ApiError(400, "INVALID_INPUT", "this is no HTTP request: " + msg.rstrip(".").lower()))

    def _without_upgrade(self, data: bytes) -> bytes:
        """Return what came, the header `Upgrade` under another name."""
        if self._unfinished and self._headers_whole:
            return data
        last = self._last if self._unfinished else b""
        whole = last + data
        end = whole.find(b"\r\n\r\n")
        head = len(whole) if end < 0 else end
        self._last = whole[-_HELD:]
        return (_UPGRADE.sub(rb"\g<0>-ignored", whole[:head]) + whole[head:])[len(last) :]

    def _late(self) -> None:
        self._timer = None
        if self.transport.is_closing():
            return
        if self._unfinished and not self._headers_whole:
            self._refuse(ApiError(408, "REQUEST_TIMEOUT", f"the headers were not whole after {self.seconds:g} s"))
        else:
            self.transport.close()

    def _refuse(self, error: ApiError) -> None:
        body = json.dumps(error.body()).encode()
        if self._may_answer():
            lines: list[Any] = [STATUS_LINE[error.status]]
            lines += [b"%b: %b\r\n" % pair for pair in self.server_state.default_headers]
            lines.append(b"content-type: application/json\r\nx-content-type-options: nosniff\r\n")
            lines.append(b"content-length: %d\r\nconnection: close\r\n\r\n" % len(body))
            self.transport.write(b"".join((*lines, body)))
        self.transport.close()

    def _may_answer(self) -> bool:
        """Return whether what is written now would be taken for the answer to what came last."""
        if self.cycle is None or self.cycle.response_complete:
            return True
        return self._headers_whole and not self.pipeline and not self.cycle.response_started

    def _unset_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
