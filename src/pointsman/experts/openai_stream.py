"""Reading the answers of an OpenAI-compatible server: whole ones, and streams of events.

Takes JSON texts as they come off the wire, gives text and how it ended. Knows no connection. What is not of the API's
shape, or ended for a reason that is none of a good answer, is a fault: half an answer never passes as one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pointsman.errors import ExpertError
from pointsman.experts.openai_errors import broke_off, refused, unfit
from pointsman.patience import FaultError

DONE = "[DONE]"
_ENDS = ("stop", "length")


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as the server gave it.

    Attributes:
        text: of the message.
        tokens: of the text, as the server counts; 0: it does not say.
        truncated: it was stopped by the most tokens allowed.
    """

    text: str
    tokens: int
    truncated: bool


def whole(where: str, body: bytes, kind: str) -> Reply:
    """Return what the JSON of a chat completion says.

    Args:
        where: who was asked, for errors.
        body: of the answer.
        kind: its content type, for errors.

    Raises:
        FaultError: it is none, or the answer did not end well.
    """
    found = _object(where, body, kind)
    try:
        choice = found["choices"][0]
        message = choice["message"]
        text, called = message.get("content") or "", message.get("tool_calls")
        reason = choice.get("finish_reason")
        tokens = _tokens(found)
        if not isinstance(text, str):
            raise TypeError
    except (LookupError, TypeError, AttributeError):
        raise unfit(where, "the answer is not the JSON of a chat completion (choices[0].message)") from None
    return Reply(text, tokens, _truncated(where, text, reason, bool(called)))


def names(where: str, body: bytes, kind: str) -> list[str]:
    """Return the names in the answer of `/models`.

    Args:
        where: see `whole`.
        body: see there.
        kind: see there.

    Raises:
        FaultError: it is none.
    """
    found = _object(where, body, kind)
    try:
        return [str(model["id"]) for model in found["data"]]
    except (LookupError, TypeError):
        raise unfit(where, "the answer is not a list of models (data[].id)") from None


class Stream:
    """The events of one streamed answer, read in turn.

    Args:
        where: who was asked, for errors.
        key: that was sent, to be kept out of errors.
    """

    def __init__(self, where: str, key: str) -> None:
        self._where, self._key = where, key
        self._pieces: list[str] = []
        self._written, self._tokens = 0, 0
        self._reason: str | None = None
        self._called = False

    @property
    def written(self) -> int:
        """Characters so far."""
        return self._written

    def pieces(self, events: Iterable[str]) -> Iterator[str]:
        """Yield each new piece of text, never an empty one, until the events end.

        Raises:
            FaultError: an event that is none of the API, or one that tells an error.
        """
        done = False
        for event in events:
            done = done or event.strip() == DONE
            if done:  # what follows is read all the same: only then can the connection be used again
                continue
            piece = self._piece(event)
            if piece:
                self._pieces.append(piece)
                self._written += len(piece)
                yield piece
        if self._reason is None:
            raise broke_off(self._where, self._written, "the stream ended without a finish_reason")

    def reply(self) -> Reply:
        """Return the whole answer, once its events have ended.

        Raises:
            FaultError: it did not end well.
        """
        text = "".join(self._pieces)
        return Reply(text, self._tokens, _truncated(self._where, text, self._reason, self._called))

    def _piece(self, event: str) -> str:
        found = _object(self._where, event.encode(), "an event")
        if "choices" not in found and ("error" in found or found.get("object") == "error"):
            raise self._told(found, event)
        try:
            self._tokens = _tokens(found) or self._tokens
            if not found["choices"]:  # the last event, with the usage alone
                return ""
            choice = found["choices"][0]
            delta = choice.get("delta") or {}
            piece = delta.get("content") or ""
            self._called = self._called or bool(delta.get("tool_calls"))
            self._reason = choice.get("finish_reason") or self._reason
            if not isinstance(piece, str):
                raise TypeError
        except (LookupError, TypeError, AttributeError):
            raise unfit(self._where, "an event is not of a chat completion (choices[0].delta)") from None
        return piece

    def _told(self, found: dict[str, Any], event: str) -> FaultError:
        """Return the fault that an error event tells: the status of its answer had already been sent."""
        inner = found["error"] if isinstance(found.get("error"), dict) else found
        code = inner.get("code")
        return refused(self._where, code if isinstance(code, int) else 500, {}, event.encode(), key=self._key)


def _object(where: str, body: bytes, kind: str) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise unfit(where, f"the answer is not JSON ({kind or 'no content type'})") from None
    if not isinstance(found, dict):
        raise unfit(where, "the answer is not a JSON object")
    return found


def _tokens(found: dict[str, Any]) -> int:
    usage = found.get("usage")
    count = usage.get("completion_tokens") if isinstance(usage, dict) else None
    return count if isinstance(count, int) and count >= 0 else 0


def _truncated(where: str, text: str, reason: object, called: bool) -> bool:
    """Return whether the answer was cut at the most tokens allowed.

    Raises:
        FaultError: it ended in another way than a good answer does.
    """
    if called:
        told = "it takes tool calls out of the text: start it without --tool-call-parser"
        raise FaultError(ExpertError(f"{where}: {told}"), again=False)
    if reason not in _ENDS:
        raise FaultError(broke_off(where, len(text), f"finish_reason {reason!r}").error, again=False)
    return reason == "length"
