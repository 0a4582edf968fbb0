"""Reading a request's body: what it announces, and the whole of it within a limit of bytes and of time."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from starlette.types import Receive

from pointsman.serving.errors import ApiError, invalid

JSON = b"application/json"
FORM = b"multipart/form-data"

_AT_ONCE = 16
"""Bodies of the largest size whose bytes may be held while they are still being read."""


class ClientGone(Exception):  # noqa: N818 - no error of anybody's
    """The client has closed its connection."""


class Bodies:
    """Reads the bodies of all requests to an endpoint, and knows how many bytes are held on their behalf.

    Args:
        most: bytes of one body.
        seconds: that one may take.
        forms: forms (`multipart/form-data`) are read as well as JSON.
        less: what to do about a body that is too large.
        at_once: so many times `most` may be held while bodies are still being read.
    """

    def __init__(
        self,
        most: int,
        seconds: float,
        *,
        forms: bool = False,
        less: str = "send fewer texts",
        at_once: int = _AT_ONCE,
    ) -> None:
        self._most, self._seconds, self._less = most, seconds, less
        self._most_held = at_once * most
        self._kinds = (JSON, FORM) if forms else (JSON,)
        self._held = 0

    def check(self, headers: Mapping[bytes, bytes]) -> None:
        """Refuse what the headers say already.

        Args:
            headers: of the request, names in lower case.

        Raises:
            ApiError: 415: of a kind that is not read; 413: too large.
        """
        length = announced(headers)
        kind = headers.get(b"content-type")
        if kind is None:
            if length != 0:
                raise self._unread()
        elif kind not in self._kinds and kind_of(kind) not in self._kinds:
            raise self._unread()
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
                    if self._held > self._most_held:
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
        return ApiError(413, "BODY_TOO_LARGE", f"the body is larger than {self._most:,} bytes: {self._less}")

    def _unread(self) -> ApiError:
        told = "send JSON, with 'Content-Type: application/json'"
        if FORM in self._kinds:
            told += ", or a form ('multipart/form-data', with its boundary)"
        return ApiError(415, "UNSUPPORTED_MEDIA_TYPE", told)


def kind_of(content_type: bytes) -> bytes:
    """Return what a `Content-Type` names, without its parameters."""
    return content_type.partition(b";")[0].strip().lower()


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
