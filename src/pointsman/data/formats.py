"""File formats in: JSONL, JSON, CSV, TSV and Parquet, gzipped or not, to one stream of (line, fields).

The format is told by the file's name alone. Knows nothing of texts and labels: `files.py` checks those.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import itertools
import json
import re
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from pointsman.errors import DataError, MissingExtraError

Record = tuple[int, dict[str, Any]]
"""Line (for Parquet: row) number counted from 1, and the row's fields."""

EXTENSIONS = (".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".parquet")
_GZIP_MAGIC = b"\x1f\x8b"
_BLANKS = re.compile(r"[ \t\r\n]*")
_LONGEST_CSV_FIELD = 1 << 26  # the csv module's own limit of 128 KiB is less than a pasted document


def data_extension(path: Path) -> str | None:
    """Return the accepted extension of `path` without `.gz`, or None when it has none of them."""
    extension = Path(path.name.lower().removesuffix(".gz")).suffix
    return extension if extension in EXTENSIONS else None


def read_records(path: Path, wanted: Collection[str]) -> Iterator[Record]:
    """Yield the rows of a data file, streaming.

    Args:
        path: the file; its extension names the format.
        wanted: fields that will be looked at. Parquet reads only these; the others of its columns are
            yielded as None, so that an error can still name what there is.

    Raises:
        DataError: the file cannot be read or is malformed; one line with file, line and remedy.
        MissingExtraError: a Parquet file, and pyarrow is not installed.
    """
    extension = data_extension(path)
    with explained(path):
        if not path.exists():
            raise DataError(f"{path}: no such file; check the path")
        if path.is_dir():
            raise DataError(f"{path}: is a directory; name a file in it")
    if extension is None:
        raise DataError(
            f"{path}: '{path.suffix or path.name}' is no known data format; "
            f"name the file {', '.join(EXTENSIONS)} (each may end in .gz) by what it holds"
        )
    with explained(path):
        if path.stat().st_size == 0:
            raise DataError(f"{path}: the file is empty; give a file with rows")
        if extension == ".parquet":
            yield from _parquet(path, wanted)
        elif extension in (".csv", ".tsv"):
            yield from _csv(path, "," if extension == ".csv" else "\t")
        elif extension == ".json":
            yield from _json(path)
        else:
            yield from _jsonl(path, _lines(path))


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what the operating system and gzip say into a line for the user."""
    try:
        yield
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DataError(f"{path}: not a whole gzip file ({error}); copy it again or gunzip it") from error
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror or error}); check its permissions") from error


def _open(path: Path) -> BinaryIO:
    if path.name.lower().endswith(".gz"):
        return gzip.open(path)  # type: ignore[return-value]  # GzipFile reads like a BinaryIO
    return path.open("rb")


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield numbered lines with their line ends, decoded one by one so that an error can name its line."""
    offset = 0
    with _open(path) as raw:
        for number, line in enumerate(raw, 1):
            try:
                text = line.decode("utf-8")
            except UnicodeDecodeError as error:
                if number == 1 and line.startswith(_GZIP_MAGIC):
                    raise DataError(f"{path}: is gzip-compressed; name it '{path.name}.gz'") from None
                raise DataError(
                    f"{path}:{number}: byte {offset + error.start} (0x{line[error.start]:02x}) is not UTF-8; "
                    f"convert the file to UTF-8, for example with iconv"
                ) from None
            offset += len(line)
            yield number, text.removeprefix("\ufeff") if number == 1 else text


def _row(path: Path, line: int, value: Any) -> Record:
    if not isinstance(value, dict):
        kind = {list: "a list", str: "a string", type(None): "null"}.get(type(value), "a number or bool")
        raise DataError(f"{path}:{line}: the row is {kind}; write one JSON object a row")
    return line, value


def _jsonl(path: Path, lines: Iterator[tuple[int, str]]) -> Iterator[Record]:
    for number, line in lines:
        if not line.strip():
            continue
        try:
            value = json.loads(line.rstrip("\r\n"))  # else an error at the end counts as the next line's
        except json.JSONDecodeError as error:
            raise DataError(
                f"{path}:{number}: malformed JSON at column {error.colno} ({error.msg}); "
                f"write one whole JSON object a line"
            ) from None
        except (ValueError, RecursionError) as error:  # a number of thousands of digits, nesting without end
            raise DataError(f"{path}:{number}: JSON that cannot be read ({error}); mend the line") from None
        yield _row(path, number, value)


def _json(path: Path) -> Iterator[Record]:
    """Read a `.json` file: one array of objects, or JSONL under another name."""
    lines = _lines(path)
    head: list[tuple[int, str]] = []
    for numbered in lines:
        head.append(numbered)
        if numbered[1].strip():
            break
    if head and head[-1][1].lstrip().startswith("["):
        yield from _array(path, "".join(line for _, line in itertools.chain(head, lines)))
    else:
        yield from _jsonl(path, itertools.chain(head, lines))


def _array(path: Path, text: str) -> Iterator[Record]:
    decoder = json.JSONDecoder()
    at = _skip_blanks(text, text.index("[") + 1)
    line, counted = 1, 0
    closed = text[at : at + 1] == "]"
    if closed:
        at = _skip_blanks(text, at + 1)
    while not closed:
        line, counted = line + text.count("\n", counted, at), at
        try:
            value, at = decoder.raw_decode(text, at)
        except json.JSONDecodeError as error:
            raise DataError(
                f"{path}:{error.lineno}: malformed JSON at column {error.colno} ({error.msg}); "
                f"write one array of objects, or one object a line"
            ) from None
        except (ValueError, RecursionError) as error:
            raise DataError(f"{path}:{line}: JSON that cannot be read ({error}); mend the row") from None
        yield _row(path, line, value)
        at = _skip_blanks(text, at)
        mark = text[at : at + 1]
        if mark not in (",", "]"):
            end = line + text.count("\n", counted, at)
            raise DataError(f"{path}:{end}: malformed JSON: ',' or ']' expected; mend the array")
        closed = mark == "]"
        at = _skip_blanks(text, at + 1)
    if at < len(text):
        raise DataError(f"{path}: text follows the array; write one array of objects, or one object a line")


def _skip_blanks(text: str, at: int) -> int:
    match = _BLANKS.match(text, at)
    return match.end() if match else at


def _csv(path: Path, delimiter: str) -> Iterator[Record]:
    # The limit belongs to the whole process, so it is only ever raised.
    csv.field_size_limit(max(csv.field_size_limit(), _LONGEST_CSV_FIELD))
    reader = csv.reader((line for _, line in _lines(path)), delimiter=delimiter, strict=True)
    header: list[str] | None = None
    start = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise DataError(
                f"{path}:{start}: malformed CSV ({error}); put fields that hold quotes, "
                f"separators or line ends in double quotes, and double each quote inside"
            ) from None
        line, start = start, reader.line_num + 1
        if cells is None:
            return
        if not cells:
            continue
        if header is None:
            header = _header(path, line, cells)
        elif len(cells) != len(header):
            raise DataError(
                f"{path}:{line}: the row has {len(cells)} fields and the header {len(header)}; "
                f"put fields that hold the separator in double quotes"
            )
        else:
            yield line, dict(zip(header, cells, strict=True))


def _header(path: Path, line: int, cells: list[str]) -> list[str]:
    header = [cell.strip() for cell in cells]
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        raise DataError(f"{path}:{line}: the column {twice[0][:60]!r} stands twice; rename one of them")
    if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
        raise DataError(
            f"{path}:{line}: the header is one column, {header[0][:60]!r}; separate columns with commas, "
            f"or with tabs in a file named .tsv"
        )
    return header


def _parquet(path: Path, wanted: Collection[str]) -> Iterator[Record]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise MissingExtraError("train", "pyarrow") from None
    with _open(path) as raw:
        # Parquet is read from its end: a gzipped one has to be unpacked first.
        source = io.BytesIO(raw.read()) if path.name.lower().endswith(".gz") else raw
        try:
            file = pyarrow.parquet.ParquetFile(source)
            names: list[str] = file.schema_arrow.names
            row = 0
            for batch in file.iter_batches(columns=[name for name in names if name in wanted]):
                for record in batch.to_pylist():
                    row += 1
                    yield row, dict.fromkeys(names) | record
        except pyarrow.ArrowException as error:
            reason = str(error).splitlines()[0]
            raise DataError(f"{path}: not a readable Parquet file ({reason}); write it again") from None


def file_digest(path: Path) -> str:
    """Return the sha256 of a file's bytes.

    Raises:
        DataError: it cannot be read.
    """
    with explained(path), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
