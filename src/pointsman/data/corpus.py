"""A corpus: many files of rows, more than memory holds, cut into blocks that can be read one by one, by anyone.

Takes names of files, folders and patterns, here or behind URLs; gives the files with what tells them from others, and
each one's blocks: where a block starts and how many rows it has. JSONL and CSV are scanned once, streaming; of Parquet
only the footer is read. `corpus_reader` reads a block. Whether ids are unique is not checked: that would take all rows.
"""

from __future__ import annotations

import contextlib
import csv
import gzip
import hashlib
import io
import itertools
import json
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, cast

from pointsman.data import storage
from pointsman.data.formats import data_extension
from pointsman.data.records import EndlessQuoteError, Record, csv_records, json_records, raise_field_limit
from pointsman.errors import ConfigError, DataError, MissingExtraError, nearest

BLOCK_ROWS = 4096
BLOCK_BYTES = 1 << 26
"""A block of longer rows has fewer of them: this much of a file, or one row."""

FORMATS = (".jsonl", ".ndjson", ".csv", ".tsv", ".parquet")
_BOM = b"\xef\xbb\xbf"
_PEEKED = 100


@dataclass(frozen=True)
class CorpusFields:
    """Names of the fields that are read.

    Attributes:
        text: must be there in every row.
        id: names a row in what is made of it; None: `id` where a row has one, else its file and number.
        keep: handed on as they are.
    """

    text: str = "text"
    id: str | None = None
    keep: tuple[str, ...] = ()


@dataclass(frozen=True)
class CorpusFile:
    """A file of a corpus.

    Attributes:
        path: absolute path or URL.
        name: its path below the folder that all files of the corpus share.
        size: in bytes.
        stamp: see `storage.Found`.
        digest: sha256 of its bytes, or an object store's tag.
    """

    path: str
    name: str
    size: int
    stamp: str
    digest: str = ""


@dataclass(frozen=True, slots=True)
class CorpusBlock:
    """Rows that stand together in one file.

    Attributes:
        path: of the file.
        source: its name in the corpus.
        row: number of the first one, counted from 1 (blank lines and a CSV's header are no rows).
        rows: how many.
        start, end: offsets of its bytes, unpacked ones in a gzipped file; 0 in Parquet.
    """

    path: str
    source: str
    row: int
    rows: int
    start: int = 0
    end: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self)


def find_files(names: Sequence[str]) -> tuple[CorpusFile, ...]:
    """Return the files of a corpus, in the order of their paths, each once.

    Args:
        names: files, folders (every file of a known format in them and below) and patterns, as paths or URLs.

    Raises:
        DataError: nothing is there, nothing of a known format, or a place cannot be reached.
        ConfigError: no name is given.
    """
    if not names:
        raise ConfigError("no data is named: give files, folders or patterns with --data")
    found: dict[str, storage.Found] = {}
    for name in names:
        files, own = storage.find(name)
        known = [one for one in files if format_of(one.path) is not None]
        if own and not known:
            raise DataError(f"{name}: no format that can be read in pieces; name it {_formats()} by what it holds")
        if not known:
            where = "matches no file" if storage.is_pattern(name) else "holds no file"
            raise DataError(f"{name}: {where} of a known format ({_formats()}); check --data")
        found |= {one.path: one for one in known}
    root = _common_root(list(found))
    return tuple(
        CorpusFile(one.path, one.path[root:], one.size, one.stamp, one.stamp if one.sure else "")
        for _, one in sorted(found.items())
    )


def format_of(path: str) -> str | None:
    """Return the extension that tells a file's format, without `.gz`; None: it cannot be read in pieces."""
    name = Path(path.rsplit("/", 1)[-1])
    extension = data_extension(name)
    packed_table = extension == ".parquet" and name.suffix.lower() == ".gz"
    return extension if extension in FORMATS and not packed_table else None


def _formats() -> str:
    return f"{', '.join(FORMATS[:-1])}, each also with .gz, or .parquet"


def _common_root(paths: Sequence[str]) -> int:
    """Return how many characters of every path are those of the folder that they share."""
    folders = [path.split("/")[:-1] for path in paths]
    shared = 0
    for parts in zip(*folders, strict=False):
        if len(set(parts)) > 1:
            break
        shared += len(parts[0]) + 1
    return shared


def with_digest(file: CorpusFile) -> CorpusFile:
    """Return a file with its digest, reading it if nothing else tells.

    Raises:
        DataError: it cannot be read.
    """
    if file.digest:
        return file
    with storage.open_file(file.path) as stream, storage.reading(file.path):
        return replace(file, digest="sha256=" + hashlib.file_digest(cast(Any, stream), "sha256").hexdigest())


def cut(
    file: CorpusFile,
    fields: CorpusFields = CorpusFields(),
    block_rows: int = BLOCK_ROWS,
    seen: Callable[[int], None] = lambda size: None,
) -> tuple[CorpusFile, tuple[CorpusBlock, ...]]:
    """Return a file with its digest, and its blocks in order.

    Args:
        file: from `find_files`.
        fields: that its header must name (CSV, Parquet), or one of its first rows (JSONL).
        block_rows: rows of a block; the last one has fewer, and so have blocks of long rows.
        seen: told now and then how many bytes of it were read.

    Raises:
        DataError: it cannot be read, or its rows cannot be told apart.
        MissingExtraError: Parquet without pyarrow.
    """
    if format_of(file.path) == ".parquet":
        blocks = tuple(_cut_table(file, fields, block_rows))
        seen(file.size)
        return with_digest(file), blocks
    with storage.open_file(file.path) as raw, reading(file.path):
        hashed = _Hashed(raw, seen)
        with text_stream(file.path, io.BufferedReader(hashed, 1 << 20)) as stream:
            blocks = tuple(_cut_text(file, stream, fields, block_rows))
            hashed.drain()
    return replace(file, digest=file.digest or f"sha256={hashed.digest.hexdigest()}"), blocks


class _Hashed(io.RawIOBase):
    """Passes a stream's bytes on, and keeps their digest."""

    def __init__(self, raw: BinaryIO, seen: Callable[[int], None]) -> None:
        self._raw, self._seen, self._read = raw, seen, 0
        self.digest = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._raw.read(len(buffer))
        buffer[: len(data)] = data
        self.digest.update(data)
        self._read += len(data)
        self._seen(self._read)
        return len(data)

    def drain(self) -> None:
        """Read what nobody asked for: what follows the end of a gzipped file."""
        while self.read(1 << 20):
            pass


def text_stream(path: str, raw: BinaryIO) -> BinaryIO:
    """Return the stream of a text file's own bytes, unpacked where its name ends in .gz."""
    return cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if path.lower().endswith(".gz") else raw


def skip_mark(stream: BinaryIO) -> int:
    """Skip the byte order mark at which a text may begin; returns where the stream stands then."""
    head = cast(Any, stream).peek(len(_BOM))[: len(_BOM)]
    return len(stream.read(len(_BOM))) if head == _BOM else 0


@contextlib.contextmanager
def reading(path: str) -> Iterator[None]:
    """Turn what goes wrong while a file is read into a line for the user."""
    try:
        with storage.reading(path):
            yield
    except (EOFError, zlib.error) as error:
        raise DataError(f"{path}: not a whole gzip file ({error}); copy it again or gunzip it") from None


def delimiter_of(path: str) -> str | None:
    """Return what separates the fields of a CSV or TSV file; None: it is JSONL."""
    return {".csv": ",", ".tsv": "\t"}.get(format_of(path) or "")


def header_of(path: str, record: Record) -> tuple[str, ...]:
    """Return the names of a CSV file's columns.

    Raises:
        DataError: unreadable, or one stands twice.
    """
    try:
        lines = [line.decode("utf-8") for line in record.lines]
        cells = next(csv.reader(lines, delimiter=delimiter_of(path) or ",", strict=True), [])
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{path}: its header cannot be read ({' '.join(str(error).split())}); mend it") from None
    names = tuple(cell.strip() for cell in cells)
    if twice := sorted({name for name in names if name and names.count(name) > 1}):
        raise DataError(f"{path}: the column {twice[0][:60]!r} stands twice; rename one of them")
    return names


def _cut_text(file: CorpusFile, stream: BinaryIO, fields: CorpusFields, block_rows: int) -> Iterator[CorpusBlock]:
    raise_field_limit()
    at, delimiter = skip_mark(stream), delimiter_of(file.path)
    row, rows, start, end = 1, 0, 0, 0
    try:
        if delimiter is None:
            records = _peeked(file, json_records(stream, at), fields)
        else:
            records = csv_records(stream, delimiter, at)
            if (header := next(records, None)) is not None:
                _check_columns(file, header_of(file.path, header), fields)
        for record in records:
            if rows and (rows == block_rows or record.end - start > BLOCK_BYTES):
                yield CorpusBlock(file.path, file.name, row, rows, start, end)
                row, rows = row + rows, 0
            if not rows:
                start = record.start
            rows, end = rows + 1, record.end
    except EndlessQuoteError as error:
        raise DataError(
            f"{file.path}: the row at byte {error.start:,} (row {row + rows:,}) has a quoted field without an end; "
            "close the quote, and double each quote inside a field"
        ) from None
    if rows:
        yield CorpusBlock(file.path, file.name, row, rows, start, end)


def _peeked(file: CorpusFile, records: Iterator[Record], fields: CorpusFields) -> Iterator[Record]:
    """Pass rows on after a look at the first ones: a field that none of them has is a name that is wrong.

    Raises:
        DataError: none of them has the field of texts.
    """
    head = list(itertools.islice(records, _PEEKED))
    names: dict[str, None] = {}
    for record in head:
        with contextlib.suppress(ValueError, RecursionError):
            found = json.loads(b"".join(record.lines))
            names |= dict.fromkeys(found) if isinstance(found, dict) else {}
    if names:
        _check_columns(file, tuple(names), fields)
    yield from head
    yield from records


def _check_columns(file: CorpusFile, names: Sequence[str], fields: CorpusFields) -> None:
    wanted = [(fields.text, "--text-field"), *((name, "--keep") for name in fields.keep)]
    if fields.id is not None:
        wanted.append((fields.id, "--id-field"))
    for field, flag in wanted:
        if field not in names:
            shown = ", ".join(name[:40] for name in names[:12]) + (", …" if len(names) > 12 else "")
            raise DataError(
                f"{file.path}: no field '{field}' (it has: {shown}){nearest(field, names)}; name it with {flag}"
            )


def open_table(path: str, stream: BinaryIO) -> Any:
    """Return a Parquet file, opened so that reading takes it piece by piece.

    Raises:
        DataError: it is none, or damaged.
        MissingExtraError: pyarrow is not installed.
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ModuleNotFoundError:
        raise MissingExtraError("score", "pyarrow") from None
    try:
        return pyarrow.parquet.ParquetFile(stream, buffer_size=1 << 20, pre_buffer=False)
    except pyarrow.ArrowException as error:
        raise DataError(f"{path}: not a readable Parquet file ({str(error).splitlines()[0]}); write it again") from None


def _cut_table(file: CorpusFile, fields: CorpusFields, block_rows: int) -> Iterator[CorpusBlock]:
    with storage.open_file(file.path) as stream, reading(file.path):
        table = open_table(file.path, stream)
        _check_columns(file, table.schema_arrow.names, fields)
        told = table.metadata
        most = min(block_rows, max(1, BLOCK_BYTES // max(1, _row_bytes(told, fields.text))))
    for row in range(0, told.num_rows, most):
        yield CorpusBlock(file.path, file.name, row + 1, min(most, told.num_rows - row))


def _row_bytes(told: Any, column: str) -> int:
    """Return the bytes of a row's text, on average of the row group where they are most."""
    most = 0
    for number in range(told.num_row_groups):
        group = told.row_group(number)
        sizes = [
            group.column(index).total_uncompressed_size
            for index in range(group.num_columns)
            if group.column(index).path_in_schema == column
        ]
        most = max(most, sum(sizes) // max(1, group.num_rows))
    return most
