"""Rows of JSONL and CSV files as stretches of bytes: what a scan counts and what a reader parses are cut alike.

Takes a binary stream at the start of a row; gives, for each row, where it starts and its lines. A line ends at a line
feed and nowhere else, so that whatever Unicode calls a line separator stays inside its row. Decodes nothing.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

LONGEST = 1 << 26
"""Bytes of a line, and of a quoted field, beyond which nobody meant it."""


@dataclass(frozen=True, slots=True)
class Record:
    """A row as it stands in its file.

    Attributes:
        start: offset of its first byte.
        end: offset after its line end.
        lines: its bytes, one item a line; none: it is longer than `LONGEST`.
    """

    start: int
    end: int
    lines: tuple[bytes, ...]


class EndlessQuoteError(Exception):
    """A quoted field that has no end; carries the offset at which its row starts."""

    def __init__(self, start: int) -> None:
        super().__init__(start)
        self.start = start


def json_records(stream: BinaryIO, start: int = 0, stop: int | None = None) -> Iterator[Record]:
    """Yield the lines that are not blank.

    Args:
        stream: stands at `start`.
        start: offset.
        stop: offset to stop before; None: the file's end.
    """
    for at, end, line in _lines(stream, start, stop):
        if line is None:
            yield Record(at, end, ())
        elif not line.isspace():
            yield Record(at, end, (line,))


def csv_records(stream: BinaryIO, delimiter: str, start: int = 0, stop: int | None = None) -> Iterator[Record]:
    """Yield the rows of a CSV file, the header among them; blank lines between rows are left out.

    A row that is malformed ends where that shows.

    Raises:
        EndlessQuoteError: a quoted field runs to the file's end, or over more than `LONGEST` bytes.
    """
    lines = _lines(stream, start, stop)
    for at, end, line in lines:
        if line is None:
            yield Record(at, end, ())
        elif b'"' in line:
            taken = _Taken(line, end, lines)
            try:
                next(csv.reader(taken, delimiter=delimiter, strict=True), None)
            except csv.Error:
                if taken.ended:
                    raise EndlessQuoteError(at) from None
            yield Record(at, taken.end, tuple(taken.lines))
        elif line.strip(b"\r\n"):  # white space may be a field of its own, and a tab two empty ones
            yield Record(at, end, (line,))


class _Taken:
    """Lines of one quoted row, given to the csv module as it asks for them; it judges by ASCII characters alone."""

    def __init__(self, line: bytes, end: int, more: Iterator[tuple[int, int, bytes | None]]) -> None:
        self.lines, self.end, self.ended = [line], end, False
        self._more, self._size, self._first = more, len(line), True

    def __iter__(self) -> _Taken:
        return self

    def __next__(self) -> str:
        if self._first:
            self._first = False
            return self.lines[0].decode("latin-1")
        _, end, line = next(self._more, (0, 0, None))
        if line is None or self._size + len(line) > LONGEST:
            self.ended = True
            raise StopIteration
        self.lines.append(line)
        self.end, self._size = end, self._size + len(line)
        return line.decode("latin-1")


def _lines(stream: BinaryIO, start: int, stop: int | None) -> Iterator[tuple[int, int, bytes | None]]:
    """Yield start, end and bytes of each line; None for one that is too long to be held."""
    at = start
    while stop is None or at < stop:
        line = stream.readline(LONGEST)
        if not line:
            return
        end = at + len(line)
        if len(line) == LONGEST and not line.endswith(b"\n"):
            end += _skip_line(stream)
            yield at, end, None
        else:
            yield at, end, line
        at = end


def _skip_line(stream: BinaryIO) -> int:
    size = 0
    while line := stream.readline(LONGEST):
        size += len(line)
        if line.endswith(b"\n"):
            break
    return size


def raise_field_limit() -> None:
    """Let the csv module take fields of `LONGEST` characters: the limit is the whole process's, so it only rises."""
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST))
