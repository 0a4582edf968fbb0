"""What an OpenAI-compatible server's refusals mean, said so that the reader knows what to do.

Takes statuses, headers and bytes, gives faults. Knows no connection and no waiting. Written for vLLM, whose words for
too long a request and too large a rank it knows; of other servers the words are passed on.
"""

from __future__ import annotations

import http
import re
from collections.abc import Mapping

from pointsman.data.chat_protocol import said
from pointsman.errors import ExpertError
from pointsman.patience import FaultError, retry_after, untrusted

AGAIN = frozenset({429, 502, 503, 504})
"""Statuses after which the same request may do better."""

_TOO_LONG = re.compile(r"maximum (context|model) length|context (length|window)|longer than the maximum", re.I)
_LARGE_RANK = re.compile(r"max_lora_rank", re.I)
_KEY_PLACE = "the environment variable that backend.key_env of the experts file names"


class NotServedError(ExpertError):
    """A 404 in the server's own words: it has no model of that name, or no such place."""


def refused(where: str, status: int, headers: Mapping[str, str], body: bytes, *, key: str) -> FaultError:
    """Return the fault of an answer whose status is not 2xx.

    Args:
        where: who was asked what, for errors.
        status: of HTTP.
        headers: by lower-case name.
        body: or its beginning.
        key: that was sent, to be kept out of errors; "": none.
    """
    message, names = said(body, key=key)
    told = f"{where}: it answers {_status(status)}{f' ({message})' if message else ''}"
    if 300 <= status < 400:
        target = headers.get("location", "nowhere")[:200].replace(key or "\0", "***")
        return FaultError(ExpertError(f"{told}: it redirects to {target}; give that address"), again=False)
    if status in (401, 403):
        advice = f"look at the key in {_KEY_PLACE}" if key else f"it wants a key: put it in {_KEY_PLACE}"
        return FaultError(ExpertError(f"{told}; {advice}"), again=False)
    if status == 404:
        return FaultError(NotServedError(told), again=False)
    if status in (400, 413, 422) and (_TOO_LONG.search(message) or "context_length_exceeded" in names):
        advice = "shorten the text, make the image smaller, lower max_new_tokens, or start it with more --max-model-len"
        return FaultError(
            ExpertError(f"{where}: request and answer do not fit the server's context ({message}): {advice}"),
            again=False,
        )
    return FaultError(ExpertError(told), again=status in AGAIN, wait=retry_after(headers.get("retry-after")) or 0.0)


def lora_refused(
    where: str, status: int, headers: Mapping[str, str], body: bytes, *, key: str, path: str
) -> FaultError:
    """Return the fault of a refused `/load_lora_adapter` or `/unload_lora_adapter`.

    Args:
        where: see `refused`.
        status: see there.
        headers: see there.
        body: see there.
        key: see there.
        path: of the adapter, as the server was told; "": it was to let go of one.
    """
    message, names = said(body, key=key)
    if status in (403, 405) or (status == 404 and not names):
        told = f"{where}: it takes no adapters at run time ({_status(status)})"
        advice = "start it with VLLM_ALLOW_RUNTIME_LORA_UPDATING=True, or with --lora-modules and load_adapters: false"
        return FaultError(ExpertError(f"{told}: {advice}"), again=False)
    if status == 404:
        told = f"{where}: it finds no adapter at {path} ({message})"
        return FaultError(ExpertError(f"{told}: the path has to exist on the server's own machine"), again=False)
    if _LARGE_RANK.search(message):
        told = f"{where}: {message.rstrip('.')}: start it with a larger --max-lora-rank"
        return FaultError(ExpertError(told), again=False)
    return refused(where, status, headers, body, key=key)


def lora_settled(status: int, body: bytes) -> bool:
    """Return whether a refusal says that things are already as they were to be: loaded, or not there to unload."""
    message, names = said(body)
    loaded = status == 400 and "already been loaded" in message
    return loaded or (status == 404 and bool(names) and "cannot be found" in message)


def unreachable(where: str, error: BaseException) -> FaultError:
    """Return the fault of a connection that failed before anything came."""
    if why := untrusted(error):
        told = f"{where}: its certificate is not trusted ({why}): name the authority's file in SSL_CERT_FILE"
        return FaultError(ExpertError(told), again=False)
    told = f"{where}: it cannot be reached ({_line(error)}): is the server up, the address right?"
    return FaultError(ExpertError(told), again=True)


def late(where: str, seconds: float) -> FaultError:
    """Return the fault of an answer that is not whole in time; nothing is left for another attempt."""
    told = f"{where}: no whole answer within {round(seconds, 1):g} s (timeout_seconds)"
    return FaultError(ExpertError(told), again=False)


def silent(where: str, seconds: float) -> FaultError:
    """Return the fault of a server that says nothing; to ask again would only add to its load."""
    told = f"{where}: not a word for {round(seconds, 1):g} s (first_token_seconds): is it overloaded?"
    return FaultError(ExpertError(told), again=False)


def broke_off(where: str, written: int, why: str | BaseException) -> FaultError:
    """Return the fault of an answer that ended too early, after so many characters of text."""
    reason = why if isinstance(why, str) else _line(why)
    after = f"after {written:,} characters" if written else "before its first word"
    return FaultError(ExpertError(f"{where}: the answer broke off {after} ({reason})"), again=True)


def unfit(where: str, what: str) -> FaultError:
    """Return the fault of an answer that is none of this API."""
    told = f"{where}: {what}: is this an OpenAI-compatible API? Its address usually ends in /v1"
    return FaultError(ExpertError(told), again=False)


def _line(error: BaseException) -> str:
    """Return an exception's words."""
    return " ".join(str(error).split()) or type(error).__name__


def _status(status: int) -> str:
    try:
        return f"{status} {http.HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
