"""When an answer does not come: what the caller is told, what is tried again, and how long is waited before.

Takes statuses, headers and bytes; gives an error or the JSON. Knows neither clients nor what is asked for.

Tried again: connections that fail or break, 408, 429, and 502, 503 and 504, but for a task that is not loaded. Nothing
that is asked changes anything on the server, so to ask twice does no harm. All attempts and waits together stay
within one budget of seconds.
"""

from __future__ import annotations

import email.utils
import http
import json
import random
import re
import ssl
import time
from collections.abc import Callable, Mapping
from typing import Any

from pointsman.errors import PointsmanError
from pointsman.serving.client_results import WrongShapeError

AGAIN = frozenset({408, 429, 502, 503, 504})
_FIRST_WAIT, _LONGEST_WAIT = 0.1, 5.0


class ServerError(PointsmanError):
    """A server that does not answer, or answers an error.

    Attributes:
        status: of HTTP; None: no answer came.
        code: the server's, in capitals; without an answer UNREACHABLE, NO_ANSWER (in time) or WRONG_ANSWER.
        message: the server's, or what happened.
        request_id: to look for in the server's log; None: it told none.
    """

    def __init__(self, text: str, *, status: int | None, code: str, message: str, request_id: str | None) -> None:
        super().__init__(text)
        self.status, self.code, self.message, self.request_id = status, code, message, request_id


class FaultError(Exception):
    """One attempt that failed.

    Args:
        error: what the caller is told if this was the last one.
        again: another attempt may do better.
        wait: seconds that the server asks to be left alone.
    """

    def __init__(self, error: ServerError, *, again: bool, wait: float = 0.0) -> None:
        super().__init__(str(error))
        self.error, self.again, self.wait = error, again, wait


class Patience:
    """How long one request is tried.

    Args:
        seconds: that all attempts and the waits between them may take.
        retries: attempts after the first.
        clock: seconds that only grow.
        draw: a number of 0..1, for the jitter.
    """

    def __init__(
        self,
        seconds: float,
        retries: int,
        *,
        clock: Callable[[], float] = time.monotonic,
        draw: Callable[[], float] = random.random,
    ) -> None:
        self._clock, self._draw, self._retries = clock, draw, retries
        self._end = clock() + seconds
        self._failed = 0

    @property
    def left(self) -> float:
        """Seconds that are left."""
        return max(0.0, self._end - self._clock())

    def wait_after(self, fault: FaultError) -> float:
        """Return the seconds to wait before the next attempt: what the server asks for at least, each client its own.

        Raises:
            ServerError: there is none: it would not help, it was the last, or there is no time left for it.
        """
        if not fault.again or self._failed >= self._retries:
            raise fault.error from None
        growing = min(_LONGEST_WAIT, _FIRST_WAIT * 2**self._failed)
        wait: float = fault.wait + growing * (0.5 + 0.5 * self._draw())
        self._failed += 1
        if wait >= self.left:
            raise fault.error from None
        return wait


def judged(where: str, status: int, headers: Mapping[str, str], body: bytes, *, key: str = "") -> Any:
    """Return the JSON of an answer.

    Args:
        where: what was asked, for errors: `http://host: POST /path`.
        status: of HTTP.
        headers: by lower-case name.
        body: whole.
        key: that was sent, to be kept out of errors.

    Raises:
        FaultError: it is an error, or no JSON.
    """
    number = headers.get("x-request-id")
    if 200 <= status < 300:
        try:
            return json.loads(body)
        except (ValueError, RecursionError):
            raise unfit(where, status, "no JSON", number) from None
    code, message = _said(status, body)
    if key:
        message = message.replace(key, "***")
    told = f"{where} answers {status} {code}{f': {message}' if message else ''}"
    if 300 <= status < 400:
        told += f"; it redirects to {headers.get('location', 'nowhere')}: give that address"
    elif status == 401:
        told += "; look at the API key" if key else "; this server wants an API key"
    elif number is not None and status >= 500:
        told += f" (request {number})"
    error = ServerError(" ".join(told.split()), status=status, code=code, message=message, request_id=number)
    wait = _retry_after(headers.get("retry-after"))
    again = status in AGAIN and (code != "TASK_NOT_LOADED" or wait is not None)
    raise FaultError(error, again=again, wait=wait or 0.0)


def unfit(where: str, status: int, what: str | WrongShapeError, number: str | None) -> FaultError:
    """Return the fault of an answer that is not what the contract says."""
    message = f"{what}"
    told = f"{where}: the answer is not of the contract's shape ({message}): is this a classification API?"
    return FaultError(
        ServerError(told, status=status, code="WRONG_ANSWER", message=message, request_id=number), again=False
    )


def late(where: str, seconds: float) -> FaultError:
    """Return the fault of an answer that did not come in time; nothing is left for another attempt."""
    message = f"no answer within {round(seconds, 1):g} s"
    error = ServerError(f"{where}: {message}", status=None, code="NO_ANSWER", message=message, request_id=None)
    return FaultError(error, again=False)


def broken(where: str, error: BaseException) -> FaultError:
    """Return the fault of a connection that failed."""
    reason: BaseException | None = error
    while reason is not None and not isinstance(reason, ssl.SSLCertVerificationError):
        reason = reason.__cause__ or reason.__context__
    if reason is not None:
        message = f"its certificate is not trusted ({reason.verify_message}): name the authority's file (ca_file)"
        return FaultError(_unreachable(f"{where}: {message}", message), again=False)
    message = " ".join(str(error).split()) or type(error).__name__
    told = f"{where}: it cannot be reached ({message}): is the server up, the address right?"
    return FaultError(_unreachable(told, message), again=True)


def _unreachable(told: str, message: str) -> ServerError:
    return ServerError(" ".join(told.split()), status=None, code="UNREACHABLE", message=message, request_id=None)


def _said(status: int, body: bytes) -> tuple[str, str]:
    """Return code and message of an error body, or whatever came."""
    try:
        known = http.HTTPStatus(status).phrase
    except ValueError:
        known = ""
    code = known.upper().replace(" ", "_").replace("-", "_") or "ERROR"
    text = body[:65_536].decode(errors="replace")
    try:
        error = json.loads(text)["error"]
        if isinstance(error["code"], str) and isinstance(error["message"], str):
            return error["code"], _line(error["message"])
    except (ValueError, TypeError, KeyError, RecursionError):
        pass
    return code, _line(re.sub(r"<[^>]*>", " ", text))


def _line(text: str, most: int = 300) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def _retry_after(value: str | None) -> float | None:
    """Return the seconds of a Retry-After header, given in seconds or as a date; None without one."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except (TypeError, ValueError, OverflowError):
        return None
