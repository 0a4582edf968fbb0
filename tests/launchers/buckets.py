"""A real S3 server on this machine, and what was asked of it, in order."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

BUCKET = "rows"
_LINE = re.compile(r'"?(?:\x1b\[\d+m)*(GET|PUT|POST|DELETE|HEAD) /(\S*) HTTP')


class _Log(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        if found := _LINE.search(record.getMessage()):
            self.seen.append((found[1], found[2]))


@dataclass
class Bucket:
    """An empty bucket.

    Attributes:
        fs: a client of it.
        log: (verb, path) of each request that the server answered.
    """

    fs: Any
    log: list[tuple[str, str]] = field(default_factory=list)

    def write(self, key: str, content: str | bytes) -> str:
        """Write an object; returns its URL."""
        self.fs.pipe_file(f"{BUCKET}/{key}", content.encode() if isinstance(content, str) else content)
        self.log.clear()
        return f"s3://{BUCKET}/{key}"

    def keys(self, below: str = "") -> list[str]:
        """Return the names of the objects below a key."""
        self.fs.invalidate_cache()
        return sorted(one.removeprefix(f"{BUCKET}/{below}/") for one in self.fs.find(f"{BUCKET}/{below}"))

    def read(self, key: str) -> bytes:
        """Read an object."""
        return bytes(self.fs.cat_file(f"{BUCKET}/{key}"))

    def put(self) -> list[str]:
        """Return the keys that were written, in order."""
        return [path.removeprefix(f"{BUCKET}/") for verb, path in self.log if verb == "PUT" and "/" in path]

    def got(self) -> list[str]:
        """Return the keys that were read, in order."""
        return [
            path.removeprefix(f"{BUCKET}/")
            for verb, path in self.log
            if verb == "GET" and "?" not in path and "/" in path
        ]


@pytest.fixture(scope="module")
def server() -> Iterator[list[tuple[str, str]]]:
    """Start the server; gives its log."""
    from moto.server import ThreadedMotoServer

    handler, logger = _Log(), logging.getLogger("werkzeug")
    before = logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    running = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        patch.setenv("AWS_ACCESS_KEY_ID", "testing")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        _forget()
        yield handler.seen
    _forget()
    running.stop()
    logger.removeHandler(handler)
    logger.setLevel(before[0])
    logger.propagate = before[1]


def _forget() -> None:
    """Have the next client look at the environment anew."""
    import fsspec

    fsspec.get_filesystem_class("s3").clear_instance_cache()


@pytest.fixture
def bucket(server: list[tuple[str, str]], tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    """Give an empty bucket, and the user's cache of copies in a folder of the test."""
    import fsspec

    monkeypatch.setenv("POINTSMAN_PLACES", str(tmp_path / "places"))
    fs = fsspec.filesystem("s3")
    fs.invalidate_cache()
    if fs.exists(BUCKET):
        fs.rm(BUCKET, recursive=True)
    fs.mkdir(BUCKET)
    server.clear()
    return Bucket(fs, server)
