"""When an answer does not come: what the caller is told, and what is tried again (how long is `pointsman.patience`).

Takes statuses, headers and bytes; gives an error or the JSON. Knows neither clients nor what is asked for.

Tried again: connections that fail or break, 408, 429, and 502, 503 and 504, but for a task that is not loaded. Nothing
that is asked changes anything on the server, so to ask twice does no harm.
"""

from __future__ import annotations

import http
import json
import re
from collections.abc import Mapping
from typing import Any

from pointsman.errors import PointsmanError
from pointsman.patience import FaultError, retry_after, untrusted
from pointsman.serving.client_results import WrongShapeError

AGAIN = frozenset({408, 429, 502, 503, 504})


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
    wait = retry_after(headers.get("retry-after"))
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
    if why := untrusted(error):
        message = f"its certificate is not trusted ({why}): name the authority's file (ca_file)"
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
