"""A block of a corpus to its rows: each with an id and a text, or with what is wrong with it.

Keeps the file that it read last open, so that blocks in order cost one pass over a file. Never raises for a row.
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from pointsman.data import storage
from pointsman.data.corpus import (
    CorpusBlock,
    CorpusFields,
    delimiter_of,
    format_of,
    header_of,
    open_table,
    reading,
    skip_mark,
    text_stream,
)
from pointsman.data.files import checked_text
from pointsman.data.records import LONGEST, Record, csv_records, json_records, raise_field_limit
from pointsman.errors import DataError


@dataclass(frozen=True, slots=True)
class CorpusRow:
    """A row that can be decided.

    Attributes:
        row: its number in its file, from 1.
        id: its own, or `FILE:ROW`.
        text: not blank.
        kept: fields to hand on, in their order: texts as they are, other values as JSON; None: it has none.
    """

    row: int
    id: str
    text: str
    kept: tuple[str | None, ...] = ()


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that cannot.

    Attributes:
        row: its number in its file, from 1.
        reason: what is wrong, without any of its text.
    """

    row: int
    reason: str


class CorpusReader:
    """Reads blocks.

    Args:
        fields: what is read of each row.
    """

    def __init__(self, fields: CorpusFields) -> None:
        self.fields = fields
        self._open: _TextFile | _Table | None = None
        raise_field_limit()

    def read(self, block: CorpusBlock) -> tuple[list[CorpusRow], list[BadRow]]:
        """Return the rows of a block and those that are at fault, in their order.

        Raises:
            DataError: the file cannot be read, or is not what it was when it was cut.
        """
        good: list[CorpusRow] = []
        bad: list[BadRow] = []
        with reading(block.path):
            for number, record in enumerate(self._records(block), start=block.row):
                row = record if isinstance(record, str) else _judged(record, number, block.source, self.fields)
                if isinstance(row, str):
                    bad.append(BadRow(number, " ".join(row.split())))
                else:
                    good.append(row)
        if len(good) + len(bad) != block.rows:
            raise DataError(
                f"{block.path}: {len(good) + len(bad):,} rows from row {block.row:,}, where there were {block.rows:,}: "
                "the file has changed; begin anew with --overwrite"
            )
        return good, bad

    def close(self) -> None:
        """Let go of the file."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def _records(self, block: CorpusBlock) -> Iterator[Mapping[str, Any] | str]:
        """Yield the fields of each row, or what is wrong with it."""
        if self._open is None or self._open.path != block.path:
            self.close()
            table = format_of(block.path) == ".parquet"
            self._open = _Table(block.path, self.fields) if table else _TextFile(block.path)
        return self._open.records(block)


class _TextFile:
    """An open JSONL or CSV file."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._raw = storage.open_file(path)
        self._stream = text_stream(path, self._raw)
        self._delimiter = delimiter_of(path)
        self._names: tuple[str, ...] = ()
        if self._delimiter is not None:
            header = next(csv_records(self._stream, self._delimiter, skip_mark(self._stream)), None)
            self._names = header_of(path, header) if header is not None else ()

    def close(self) -> None:
        self._stream.close()
        self._raw.close()

    def records(self, block: CorpusBlock) -> Iterator[Mapping[str, Any] | str]:
        self._stream.seek(block.start)
        if self._delimiter is None:
            for record in json_records(self._stream, block.start, block.end):
                yield _json_fields(record)
        else:
            for record in csv_records(self._stream, self._delimiter, block.start, block.end):
                yield _csv_fields(record, self._delimiter, self._names)


def _decoded(record: Record) -> list[str] | str:
    """Return a row's lines, or what is wrong."""
    if not record.lines:
        return f"longer than {LONGEST >> 20} MiB"
    lines, before = [], 0
    for line in record.lines:
        try:
            lines.append(line.decode("utf-8"))
        except UnicodeDecodeError as error:
            return f"byte {before + error.start + 1:,} of the row (0x{line[error.start]:02x}) is not UTF-8"
        before += len(line)
    return lines


def _json_fields(record: Record) -> Mapping[str, Any] | str:
    lines = _decoded(record)
    if isinstance(lines, str):
        return lines
    try:
        value = json.loads(lines[0].rstrip("\r\n"))
    except json.JSONDecodeError as error:
        return f"malformed JSON at column {error.colno} ({error.msg})"
    except (ValueError, RecursionError):  # a number of thousands of digits, nesting without end
        return "JSON that cannot be read (a number too long, or nesting too deep)"
    if not isinstance(value, dict):
        return "no JSON object"
    return value


def _csv_fields(record: Record, delimiter: str, names: Sequence[str]) -> Mapping[str, Any] | str:
    lines = _decoded(record)
    if isinstance(lines, str):
        return lines
    try:
        cells = next(csv.reader(lines, delimiter=delimiter, strict=True), [])
    except csv.Error as error:
        return f"malformed CSV ({error})"
    if len(cells) != len(names):
        return f"{len(cells)} fields, where the header has {len(names)}"
    return dict(zip(names, cells, strict=True))


class _Undecodable:
    """Stands for a value of a table that is not UTF-8."""


class _Table:
    """An open Parquet file, and how far it was read: blocks in order take one pass."""

    def __init__(self, path: str, fields: CorpusFields) -> None:
        self.path = path
        self._stream: BinaryIO = storage.open_file(path)
        self._file = open_table(path, self._stream)
        there = self._file.schema_arrow.names
        asked = (fields.text, fields.id or "id", *fields.keep)
        self._columns = [name for name in dict.fromkeys(asked) if name in there]
        self._batches: Iterator[Any] = iter(())
        self._rest: Any = None
        self._next = -1

    def close(self) -> None:
        self._batches, self._rest = iter(()), None
        self._file.close()
        self._stream.close()

    def records(self, block: CorpusBlock) -> Iterator[Mapping[str, Any] | str]:
        import pyarrow

        try:
            for batch in self._slices(block):
                columns = [_values(batch.column(index)) for index in range(batch.num_columns)]
                for values in zip(*columns, strict=True):
                    if any(isinstance(value, _Undecodable) for value in values):
                        yield "a field that is not UTF-8"
                    else:
                        yield dict(zip(self._columns, values, strict=True))
        except pyarrow.ArrowException as error:
            reason = str(error).splitlines()[0]
            raise DataError(f"{self.path}: its rows cannot be read ({reason}); write the file again") from None

    def _slices(self, block: CorpusBlock) -> Iterator[Any]:
        first, left = block.row - 1, block.rows
        if self._next < 0 or self._next > first:
            self._begin(first, block.rows)
        while left:
            if self._rest is None or not self._rest.num_rows:
                self._rest = next(self._batches, None)
                if self._rest is None:
                    return
            skipped = min(first - self._next, self._rest.num_rows)
            taken = min(left, self._rest.num_rows - skipped)
            part = self._rest.slice(skipped, taken)
            self._rest = self._rest.slice(skipped + taken)
            self._next += skipped + taken
            if taken:
                first, left = first + taken, left - taken
                yield part

    def _begin(self, first: int, size: int) -> None:
        """Start at the row group that holds a row."""
        before, number = 0, 0
        told = self._file.metadata
        while number < told.num_row_groups and before + told.row_group(number).num_rows <= first:
            before += told.row_group(number).num_rows
            number += 1
        groups = list(range(number, told.num_row_groups))
        self._batches = self._file.iter_batches(batch_size=size, row_groups=groups, columns=self._columns)
        self._rest, self._next = None, before


def _values(column: Any) -> list[Any]:
    """Return a column's values; strings are decoded one by one, since a table may hold what is not UTF-8."""
    import pyarrow

    kind = column.type
    if pyarrow.types.is_dictionary(kind):
        column = column.dictionary_decode()
        kind = column.type
    if not (pyarrow.types.is_string(kind) or pyarrow.types.is_large_string(kind)):
        return list(column.to_pylist())
    target = pyarrow.large_binary() if pyarrow.types.is_large_string(kind) else pyarrow.binary()
    return [_text_of(value) for value in column.cast(target).to_pylist()]


def _text_of(value: bytes | None) -> str | _Undecodable | None:
    try:
        return None if value is None else value.decode("utf-8")
    except UnicodeDecodeError:
        return _Undecodable()


def _judged(record: Mapping[str, Any], number: int, source: str, fields: CorpusFields) -> CorpusRow | str:
    """Return a row, or what is wrong with it."""
    try:
        text = checked_text(record, fields.text)
        own = _id(record, fields)
    except DataError as error:
        return str(error)
    kept = tuple(_kept(record.get(name)) for name in fields.keep)
    return CorpusRow(number, f"{source}:{number}" if own is None else own, text, kept)


def _id(record: Mapping[str, Any], fields: CorpusFields) -> str | None:
    name = fields.id or "id"
    value = record.get(name)
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        if fields.id is None:
            return None
        raise DataError(f"no value in the field '{name}', which names the row")
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # tables with gaps turn 3 into 3.0
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise DataError(f"the field '{name}' is no text and no number; name another with --id-field")
    return _whole(str(value))


def _kept(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return None if value is None else _whole(value)
    return _whole(json.dumps(value, ensure_ascii=False, default=str))


def _whole(text: str) -> str:
    """Return a text with U+FFFD for each half of a surrogate pair (from broken JSON escapes)."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
