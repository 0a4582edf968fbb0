"""Real servers for tests: `pointsman serve` in a process of its own, on a free port of loopback."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_LISTENING = re.compile(r"https?://\S+:\d+")


@dataclass
class Running:
    """A server that runs.

    Attributes:
        url: its address.
        process: of it.
        log: file of what it writes on standard error.
    """

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def ask(
        self, path: str, body: Any = None, *, method: str | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, Any]:
        """Return the status and the JSON (or text) of an answer; a body that is no bytes is sent as JSON."""
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        given = {"Content-Type": "application/json"} | (headers or {})
        request = urllib.request.Request(self.url + path, data=data, headers=given, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                status, raw = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                status, raw = error.code, error.read()
        with contextlib.suppress(ValueError):
            return status, json.loads(raw)
        return status, raw.decode()

    def stop(self, seconds: float = 30) -> int:
        """Ask it to stop; returns its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)

    def written(self) -> str:
        """Return what it has written so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")


@contextlib.contextmanager
def running(
    *arguments: str | Path, log: Path, environment: dict[str, str] | None = None, prelude: str = ""
) -> Iterator[Running]:
    """Run `pointsman serve` with these arguments, on a free port unless they name one; `prelude` is Python, run first."""
    given = [str(argument) for argument in arguments]
    if "--port" not in given:
        given += ["--port", "0"]
    program = f"{prelude}\nfrom pointsman.cli import main; main()"
    command = [sys.executable, "-c", program, "serve", *given]
    with log.open("wb") as stream:
        process = subprocess.Popen(command, stderr=stream, env={**os.environ, **(environment or {})})
    try:
        yield Running(address_told(process, log), process, log)
    finally:
        process.kill()
        process.wait()


def address_told(process: subprocess.Popen[bytes], log: Path) -> str:
    # The server names its address once it takes requests: following its output needs no sleeping.
    with subprocess.Popen(
        ["tail", "-n", "+1", "-F", f"--pid={process.pid}", str(log)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as tail:
        assert tail.stdout is not None
        try:
            for line in tail.stdout:
                if line.startswith(b"pointsman: serving ") and (found := _LISTENING.search(line.decode())):
                    return found[0]
        finally:
            tail.kill()
    raise AssertionError(f"the server did not come up:\n{log.read_text(errors='replace')}")
