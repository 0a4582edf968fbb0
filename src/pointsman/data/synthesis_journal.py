"""The files of a synthesis: rows, and a journal of requests; a run that was cut off goes on from them.

`synthesis.jsonl` holds the rows. `synthesis.state.jsonl` holds a header (the options that rows depend on) and one
line for each request that is done. Both only grow, a request at a time, rows first, each flushed to the disk; a
half-written last line is cut when they are opened.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from pointsman.errors import DataError, OutputError

ROWS, STATE = "synthesis.jsonl", "synthesis.state.jsonl"


class OtherRunError(OutputError):
    """The rows there are of another run: the one case in which beginning anew helps."""


class Journal:
    """What has been done in a folder; made by `opened`.

    Attributes:
        header: the options of the run that began it; None: nothing has begun.
        rows: rows written so far.
        requests: lines of the requests done so far, by number.
    """

    def __init__(self, folder: Path, rows: IO[bytes], state: IO[bytes]) -> None:
        self.path = folder / ROWS
        self._rows, self._state = rows, state
        kept = _lines(rows, folder / ROWS)
        told = _lines(state, folder / STATE)
        self.header: dict[str, Any] | None = told[0].get("options") if told else None
        self.rows: list[dict[str, Any]] = kept
        if kept and self.header is None:
            raise OtherRunError(f"{folder} holds {ROWS} but no {STATE}: pass --overwrite, or choose another folder")
        self.requests: dict[int, dict[str, Any]] = {line["request"]: line for line in told[1:]}
        for row in kept:  # rows whose request was cut off before its own line: its tokens stand in each of them
            line = self.requests.setdefault(
                row["request"], {"request": row["request"], "tokens": row["tokens"], "kept": 0, "cut off": True}
            )
            if line.get("cut off"):
                line["kept"] += 1
                line["received"] = line["kept"]

    def begin(self, options: Mapping[str, Any]) -> None:
        """Write the header, or check that it is the same.

        Raises:
            OtherRunError: the rows there were made with other options.
        """
        if self.header is None:
            self.header = dict(options)
            _append(self._state, [{"format": 1, "digest": digest_of(options), "options": self.header}])
        elif digest_of(self.header) != digest_of(options):
            other = ", ".join(
                f"{name} was {_short(self.header.get(name))}, now {_short(options.get(name))}"
                for name in sorted(self.header.keys() | options.keys())
                if self.header.get(name) != options.get(name)
            )
            raise OtherRunError(
                f"{self.path} was made with other options ({other}): "
                "choose another folder, or pass --overwrite to begin anew"
            )

    def add(self, rows: Sequence[Mapping[str, Any]], request: Mapping[str, Any]) -> None:
        """Write the rows of one request, then its line."""
        if rows:
            _append(self._rows, rows)
            self.rows.extend(dict(row) for row in rows)
        _append(self._state, [request])
        self.requests[request["request"]] = dict(request)


@contextlib.contextmanager
def opened(folder: Path, *, overwrite: bool = False) -> Iterator[Journal]:
    """Open the files of a synthesis for this process alone.

    Raises:
        OutputError: the folder cannot be written, or another process is at work in it.
        DataError: a line is damaged.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / STATE).open("a+b") as state:
            try:
                fcntl.flock(state, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise OutputError(f"{folder}: another process is at work in it; wait, or choose another") from None
            with (folder / ROWS).open("a+b") as rows:
                if overwrite:
                    rows.truncate(0)
                    state.truncate(0)
                yield Journal(folder, rows, state)
    except (PermissionError, FileExistsError, NotADirectoryError, IsADirectoryError) as error:
        raise OutputError(f"{folder} cannot be written: {error.strerror}; choose another folder") from None


def read_rows(folder: Path) -> list[dict[str, Any]]:
    """Return the rows of a synthesis, without a half-written last one.

    Raises:
        DataError: there are none, or a line is damaged.
    """
    file = folder / ROWS
    try:
        with file.open("rb") as stream:
            rows = _lines(stream, file, cut=False)
    except OSError as error:
        raise DataError(f"{file} cannot be read: {error.strerror}; was there a synthesis in this folder?") from None
    if not rows:
        raise DataError(f"{file} holds no rows: run the synthesis again to go on with it")
    return rows


def digest_of(options: Mapping[str, Any]) -> str:
    """Return the sha256 of the options as JSON."""
    return hashlib.sha256(json.dumps(options, sort_keys=True).encode()).hexdigest()


def _lines(stream: IO[bytes], file: Path, *, cut: bool = True) -> list[dict[str, Any]]:
    """Read the whole lines of a file; what follows the last line end was never finished and is cut."""
    stream.seek(0)
    content = stream.read()
    whole = content.rfind(b"\n") + 1
    if cut and whole < len(content):
        stream.truncate(whole)
    found = []
    for number, line in enumerate(content[:whole].splitlines(), 1):
        try:
            found.append(dict(json.loads(line)))
        except (ValueError, TypeError):
            raise DataError(f"{file}:{number}: not a JSON object: remove the line, or begin anew") from None
    return found


def _append(stream: IO[bytes], lines: Sequence[Mapping[str, Any]]) -> None:
    stream.write(
        "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode(errors="backslashreplace")
    )
    stream.flush()
    os.fsync(stream.fileno())


def _short(value: Any) -> str:
    text = "nothing" if value is None else str(value)
    return text if len(text) <= 40 else text[:12] + "…"
