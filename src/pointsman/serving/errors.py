"""What a client is told when it gets no answer: a status, a code, one line, and when to come back."""

from __future__ import annotations

import datetime
from typing import Any


class ApiError(Exception):
    """An answer that is an error.

    Args:
        status: of HTTP.
        code: for programs, in capitals.
        message: for people: what was wrong, where, what to do.
        retry_after: seconds after which to ask again; None: asking again will not help.
    """

    def __init__(self, status: int, code: str, message: str, *, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.retry_after = status, code, message, retry_after

    def body(self) -> dict[str, Any]:
        """Return the body of the answer."""
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return {"error": {"code": self.code, "message": self.message, "timestamp": now}}

    def headers(self) -> dict[str, str]:
        """Return what goes beside the body."""
        return {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}


def invalid(message: str) -> ApiError:
    """Return 400 INVALID_INPUT."""
    return ApiError(400, "INVALID_INPUT", message)


def overloaded(message: str, *, retry_after: int = 1) -> ApiError:
    """Return 503 OVERLOADED: not computed, come back."""
    return ApiError(503, "OVERLOADED", message, retry_after=retry_after)
