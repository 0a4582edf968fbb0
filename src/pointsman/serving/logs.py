"""The server's log: one line for each request and for what happens to the server, as text or as JSON.

Lines are written in a thread of its own, several at a time, so that neither a slow disk nor a pipe that nobody reads
holds up a request. They are formed by whoever tells them: a thread that formed many at once would hold up requests.
A line that cannot be written is lost and counted; that it cannot is said once on standard error. Texts of requests are
in it only where `texts` says so.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import re
import sys
import threading
import time
import traceback
from collections import deque
from pathlib import Path
from typing import IO, Any, Literal

_MOST_WAITING = 10_000
_TOGETHER_SECONDS = 0.05
_AGAIN_SECONDS = 5.0
_CLOSE_SECONDS = 2.0
_PLAIN = re.compile(r"[A-Za-z0-9_./:{}+-]+")


class AccessLog:
    """Writes lines; safe to call from any thread.

    Args:
        form: `text`, `json`, or `off`: no lines for requests, only failures and what happens to the server.
        file: to append to, made anew when it was moved away; None: standard error.
        texts: whether texts of requests may be in it.

    Attributes:
        texts: the same.
    """

    def __init__(
        self, form: Literal["text", "json", "off"] = "text", file: Path | None = None, *, texts: bool = False
    ) -> None:
        self.texts = texts
        self._form, self._file = form, file
        self._lines: deque[str] = deque(maxlen=_MOST_WAITING)
        self._lost = 0
        self._wake, self._stop = threading.Event(), threading.Event()
        self._stream: IO[str] | None = None
        self._broken, self._again = False, 0.0
        self._writer = threading.Thread(target=self._run, name="pointsman-log", daemon=True)
        self._writer.start()

    def request(self, **fields: Any) -> None:
        """Write a line about a request that is over; fields that are None are left out."""
        if self._form != "off":
            self._put({"event": "request", **fields})

    def event(self, name: str, **fields: Any) -> None:
        """Write a line about what happened to the server: started, reloaded, refused…"""
        self._put({"event": name, **fields})

    def failure(self, error: BaseException, *, request_id: str, endpoint: str) -> None:
        """Write where a request failed.

        The error's own words may hold text of the request, so they are left out unless texts may be in the log.
        """
        self.event(
            "failure", level="error", request_id=request_id, endpoint=endpoint, traceback=_told(error, words=self.texts)
        )

    def close(self) -> None:
        """Write what is left; later lines are lost."""
        self._stop.set()
        self._wake.set()
        self._writer.join(_CLOSE_SECONDS)

    def _put(self, line: dict[str, Any]) -> None:
        if len(self._lines) >= _MOST_WAITING:
            self._lost += 1
        self._lines.append(self._formed(line))
        self._wake.set()

    def _run(self) -> None:
        stopping = False
        while not stopping:
            self._wake.wait()
            self._wake.clear()
            stopping = self._stop.is_set()
            self._write([self._lines.popleft() for _ in range(len(self._lines))])
            self._stop.wait(_TOGETHER_SECONDS)
        if self._stream is not None:
            with contextlib.suppress(OSError):
                self._stream.close()

    def _write(self, lines: list[str]) -> None:
        if self._broken and time.monotonic() < self._again and not self._stop.is_set():
            self._lost += len(lines)
            return
        lost, self._lost = self._lost, 0
        told = [self._formed({"event": "lines lost", "lines": lost})] if lost else []
        try:
            stream = self._opened()
            stream.write("".join((*told, *lines)))
            stream.flush()
            self._broken = False
        except (OSError, ValueError) as error:  # ValueError: the stream is closed
            self._lost += lost + len(lines)
            self._stream, self._again = None, time.monotonic() + _AGAIN_SECONDS
            if not self._broken:
                self._broken = True
                _complain(f"--log-file {self._file}" if self._file else "standard error", error)

    def _opened(self) -> IO[str]:
        if self._file is None:
            if sys.stderr is None:
                raise OSError("it is closed")
            return sys.stderr
        if self._stream is not None and not _same(self._stream, self._file):
            self._stream.close()
            self._stream = None
        if self._stream is None:
            self._stream = self._file.open("a", encoding="utf-8", errors="backslashreplace")
        return self._stream

    def _formed(self, line: dict[str, Any]) -> str:
        when = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        rest = {name: value for name, value in line.items() if value is not None and name != "event"}
        if self._form == "json":
            return json.dumps({"time": when, "event": line["event"], **rest}, default=str) + "\n"
        trace = rest.pop("traceback", "")
        words = "".join(f" {name}={_word(value)}" for name, value in rest.items())
        return f"{when} {line['event']}{words}\n{trace}"


def _same(stream: IO[str], file: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(stream.fileno()), file.stat())
    except FileNotFoundError:
        return False


def _word(value: Any) -> str:
    """Return a value so that it cannot be taken for more than one, whoever chose it."""
    word = str(value)
    return word if _PLAIN.fullmatch(word) else json.dumps(word)


def _told(error: BaseException, *, words: bool) -> str:
    """Return a traceback; without words: frames and names of the errors alone."""
    if words:
        return "".join(traceback.format_exception(error))
    told: list[str] = []
    seen: set[int] = set()
    at: BaseException | None = error
    while at is not None and id(at) not in seen:
        seen.add(id(at))
        told.insert(0, "".join(traceback.format_tb(at.__traceback__)) + f"{type(at).__qualname__}\n")
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)
    return "then\n".join(told)


def _complain(where: str, error: Exception) -> None:
    reason = getattr(error, "strerror", None) or str(error)
    with contextlib.suppress(OSError, ValueError, AttributeError):  # nobody is left to tell
        sys.stderr.write(f"pointsman: the log cannot be written to {where}: {reason}; lines are lost until it can\n")
        sys.stderr.flush()
