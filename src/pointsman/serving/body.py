"""Reading a request's body: what it announces, and the whole of it within a limit of bytes and of time."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from starlette.types import Receive

from pointsman.serving.errors import ApiError, invalid

_AT_ONCE = 16
"""Bodies of the largest size whose bytes may be held while they are still being read."""


class ClientGone(Exception):  # noqa: N818 - no error of anybody's
    """The client has closed its connection."""


class Bodies:
    """Reads the bodies of all requests, and knows how many bytes are held on their behalf.

    Args:
        most: bytes of one body.
        seconds: that one may take.
    """

    def __init__(self, most: int, seconds: float) -> None:
        self._most, self._seconds = most, seconds
        self._held = 0

    def check(self, headers: Mapping[bytes, bytes]) -> None:
        """Refuse what the headers say already.

        Args:
            headers: of the request, names in lower case.

        Raises:
            ApiError: 415: not JSON; 413: too large.
        """
        length = announced(headers)
        kind = headers.get(b"content-type")
        if kind is None:
            if length != 0:
                raise ApiError(415, "UNSUPPORTED_MEDIA_TYPE", "send JSON, with 'Content-Type: application/json'")
        elif kind != b"application/json" and kind.partition(b";")[0].strip().lower() != b"application/json":
            raise ApiError(415, "UNSUPPORTED_MEDIA_TYPE", "send JSON, with 'Content-Type: application/json'")
        if headers.get(b"content-encoding", b"identity").lower() != b"identity":
            raise ApiError(415, "UNSUPPORTED_MEDIA_TYPE", "send the body as it is, without 'Content-Encoding'")
        if length is not None and length > self._most:
            raise self._too_large()

    async def read(self, receive: Receive) -> bytes:
        """Return a whole body.

        Raises:
            ApiError: 413: too large; 408: not whole in time; 429: too much is being read for others.
            ClientGone: before it was whole.
        """
        parts: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(self._seconds):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise ClientGone
                    part = message.get("body", b"")
                    size += len(part)
                    if size > self._most:
                        raise self._too_large()
                    if not message.get("more_body", False):
                        return b"".join((*parts, part)) if parts else part
                    self._held += len(part)
                    parts.append(part)
                    if self._held > _AT_ONCE * self._most:
                        raise ApiError(
                            429, "TOO_MANY_REQUESTS", "too many large requests are being sent: come back", retry_after=1
                        )
        except TimeoutError:
            raise ApiError(
                408, "REQUEST_TIMEOUT", f"the request was not whole after {self._seconds:g} s: send it faster"
            ) from None
        finally:
            self._held -= sum(map(len, parts))

    def _too_large(self) -> ApiError:
        return ApiError(413, "BODY_TOO_LARGE", f"the body is larger than {self._most:,} bytes: send fewer texts")


def announced(headers: Mapping[bytes, bytes]) -> int | None:
    """Return how many bytes of body the headers announce; None: some, of unknown length.

    Raises:
        ApiError: 400: a length that is none.
    """
    if b"transfer-encoding" in headers:
        return None
    try:
        return int(headers.get(b"content-length", b"0"))
    except ValueError:
        raise invalid("Content-Length is no number") from None
