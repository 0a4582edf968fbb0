"""Data sets of the Hugging Face Hub, and local copies in the Hub's own layout, row by row to examples.

Takes the declaration of a data set (which files, which columns, how a row is converted) and gives a `Source`.
Nothing else is ever read in its place: what cannot be reached is an error that names the offline ways.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from pointsman.data.example import Example
from pointsman.data.formats import file_digest
from pointsman.data.sources.source import Ask, Reading, Source, Taken, Tally
from pointsman.errors import ConfigError, DataError, MissingExtraError, nearest
from pointsman.tasks import Span, Task

_TOLD_EVERY = 5_000
_VISIBLE = re.compile(r"[^\s\x00-\x1f\x7f\u00ad\u200b-\u200f\u2060\ufeff]")
_BUILDERS = {".jsonl": "json", ".ndjson": "json", ".json": "json", ".csv": "csv", ".parquet": "parquet"}


@dataclass(frozen=True, slots=True)
class Row:
    """One converted row; `group`, `category` as in `Example`."""

    text: str
    label: str | None = None
    spans: tuple[Span, ...] | None = None
    group: str | None = None
    category: str | None = None


Record = Mapping[str, Any]
Convert = Callable[[Record, Tally], Row | None]
"""Turns a record of the data set into a row; returns None after `Tally.drop` for one that is left out."""


@dataclass(frozen=True)
class Conversion:
    """How a data set serves one task.

    Attributes:
        summary: the conversion in one line.
        columns: what every record must have.
        make: gives the converter, which may keep state for one reading.
        files: the data set's own split -> pattern of its files.
        parts: the data set's own split -> our part; empty: it has no split, all rows are cut here.
        config: configuration that holds the rows, for copies whose files are named otherwise.
        distinct: leave out rows whose text stood before.
        limit: rows taken at most, unless the user says otherwise.
    """

    summary: str
    columns: tuple[str, ...]
    make: Callable[[Task], Convert]
    files: Mapping[str, str]
    parts: Mapping[str, str] = field(default_factory=dict)
    config: str | None = None
    distinct: bool = False
    limit: int = 0
    note: str = ""


def hub_source(id: str, conversions: Mapping[str, Conversion], *, licence: str, large: bool = False) -> Source:
    """Return the source of a data set of the Hub."""
    return Source(
        id=id,
        tasks={task: conversion.summary for task, conversion in conversions.items()},
        licence=licence,
        home=f"https://huggingface.co/datasets/{id}",
        read=partial(_read, conversions, large),
        large=large,
    )


def _read(conversions: Mapping[str, Conversion], large: bool, asked: Ask, task: Task, reading: Reading) -> Taken:
    conversion = conversions[task.name]
    digest = None
    if asked.path is not None:
        place, revision = str(asked.path), None
        splits = _local(asked.id, asked.path, conversion)
        digest = _copy_digest(asked.path, conversion)
    else:
        revision, splits = _from_hub(asked, conversion, large)
        place = f"https://huggingface.co/datasets/{asked.id}"
    limit = conversion.limit if reading.max_rows is None else reading.max_rows
    tally, parts, notes = Tally(), dict[str, list[Example]](), list[str]()
    convert = conversion.make(task)
    taken = 0
    for split, records in splits.items():
        part = conversion.parts.get(split, "all") if reading.own_split else "all"
        rows = parts.setdefault(part, [])
        seen: set[str] = set()
        where = f"{asked.id} ({split})"
        for number, record in enumerate(_guarded(asked, records), 1):
            if number == 1:
                _check_columns(where, record, conversion.columns)
            if limit and taken >= limit:
                notes.append(f"{asked.id}: stopped after {limit:,} rows taken (--max-rows); the rest is not read")
                break
            tally.read += 1
            if tally.read % _TOLD_EVERY == 0:
                reading.advance(tally.read, max(limit, tally.read), asked.id)
            row = _converted(convert, record, tally, f"{where} row {number}")
            if row is None:
                continue
            if conversion.distinct and (row.text in seen):
                tally.drop("the text stood before")
                continue
            seen.add(row.text)
            taken += 1
            rows.append(_example(row, task, asked.id, f"{asked.id}/{split}:{number}"))
        else:
            continue
        break
    if not taken:
        why = ", ".join(f"{reason} ({n:,})" for reason, n in tally.dropped.most_common(3)) or "it holds none"
        raise DataError(f"{asked.typed}: no row is left of {tally.read:,} read: {why}")
    if conversion.note and reading.own_split:
        notes.append(f"{asked.id}: {conversion.note}")
    whole = {part: rows for part, rows in parts.items() if rows}
    return Taken(whole, tally, place, revision, digest, notes=tuple(notes))


def _converted(convert: Convert, record: Record, tally: Tally, where: str) -> Row | None:
    try:
        row = convert(record, tally)
    except DataError as error:
        raise DataError(f"{where}: {error}") from None
    except (TypeError, ValueError, AttributeError, LookupError) as error:
        raise DataError(
            f"{where}: its values are not of the kind that this data set has ({_reason(error)}); correct the row, or "
            "convert the rows yourself and use file:PATH"
        ) from error
    if row is None:
        return None
    if not isinstance(row.text, str) or not _VISIBLE.search(row.text):
        tally.drop("no text")
        return None
    try:
        row.text.encode("utf-8")
    except UnicodeEncodeError:
        tally.drop("half a surrogate pair in the text")
        return None
    return row


def _example(row: Row, task: Task, origin: str, source: str) -> Example:
    return Example(
        text=row.text,
        label=None if row.label is None else task.resolve(row.label),
        group=row.group,
        source=source,
        category=row.category,
        spans=row.spans,
        origin=origin,
    )


def _check_columns(where: str, record: Record, columns: tuple[str, ...]) -> None:
    missing = [name for name in columns if name not in record]
    if missing:
        named = ", ".join(f"'{name}'" for name in missing)
        raise DataError(
            f"{where}: no column {named}{nearest(missing[0], record)} (columns: {', '.join(record) or 'none'}); "
            "name a revision that has it (ID@REVISION), or convert the rows yourself and use file:PATH"
        )


def _guarded(asked: Ask, records: Iterator[Record]) -> Iterator[Record]:
    """Turn what reading raises on the way into one line."""
    try:
        yield from records
    except (DataError, MissingExtraError, GeneratorExit):
        raise
    except Exception as error:
        raise DataError(f"{asked.typed}: broke off while reading ({_reason(error)}){_offline(asked)}") from error


def _offline(asked: Ask) -> str:
    if asked.path is not None:
        return "; copy it again"
    return (
        f"; nothing else is taken in its place. Without the network: --source {asked.id}=PATH (a local copy of the "
        "data set), HF_HUB_OFFLINE=1 (what is in the Hugging Face cache), or --source file:PATH"
    )


def _reason(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text[:200]}" if text else type(error).__name__


def _datasets() -> Any:
    try:
        import datasets
    except ImportError:
        raise MissingExtraError("data", "datasets") from None
    datasets.disable_progress_bars()
    return datasets


def _local(id: str, path: Path, conversion: Conversion) -> dict[str, Iterator[Record]]:
    """Open a local copy: one file, a folder with the Hub's file names, or any folder `datasets` can load."""
    if not path.exists():
        raise DataError(f"--source {id}={path}: no such file or folder; check the path")
    datasets = _datasets()
    if path.is_file():
        return _streams(datasets, {"train": [str(path)]})
    found = {split: sorted(str(file) for file in path.glob(name)) for split, name in conversion.files.items()}
    if all(found.values()):
        return _streams(datasets, found)
    if any(found.values()):
        absent = ", ".join(name for split, name in conversion.files.items() if not found[split])
        raise DataError(f"{path}: this copy of {id} is not whole: it has no {absent}; copy the whole data set")
    try:
        configs = datasets.get_dataset_config_names(str(path))
        name = conversion.config if conversion.config in configs else None
        loaded = datasets.load_dataset(str(path), name, streaming=True)
    except Exception as error:
        raise DataError(
            f"{path}: not a copy of {id}: it has no {', '.join(conversion.files.values())} and 'datasets' cannot load "
            f"it otherwise ({_reason(error)}); copy the whole data set, README.md included"
        ) from error
    return {str(split): iter(rows) for split, rows in loaded.items()}


def _copy_digest(path: Path, conversion: Conversion) -> str:
    """Return sha256 of a local copy: of the file; of a folder over names and digests of the files that are read."""
    if path.is_file():
        return file_digest(path)
    files = {file for name in conversion.files.values() for file in path.glob(name)}
    if not files:  # laid out otherwise: `datasets` says what is read, of all that is not hidden
        files = {file for file in path.rglob("*") if file.is_file()}
    names = sorted(file.relative_to(path) for file in files)
    shown = [name for name in names if not any(part.startswith(".") for part in name.parts)]
    lines = (f"{name.as_posix()} {file_digest(path / name)}\n" for name in shown)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _streams(datasets: Any, files: Mapping[str, list[str]]) -> dict[str, Iterator[Record]]:
    """Open files of one format as streams of records, by split."""
    one = next(iter(files.values()))[0]
    builder = _BUILDERS.get(Path(one.lower().removesuffix(".gz")).suffix)
    if builder is None:
        raise DataError(f"{one}: a copy of a data set is {', '.join(_BUILDERS)} (each also with .gz)")
    try:
        loaded = datasets.load_dataset(builder, data_files=dict(files), streaming=True)
    except Exception as error:
        raise DataError(f"{one}: cannot be read ({_reason(error)}); copy it again") from error
    return {str(split): iter(rows) for split, rows in loaded.items()}


def _from_hub(asked: Ask, conversion: Conversion, large: bool) -> tuple[str | None, dict[str, Iterator[Record]]]:
    """Return the commit and the records: streamed where large, else from files that are kept in the cache."""
    datasets = _datasets()
    import huggingface_hub as hub
    from huggingface_hub import constants

    patterns = list(conversion.files.values())
    try:
        commit = asked.revision
        if not constants.HF_HUB_OFFLINE:
            commit = hub.HfApi().dataset_info(asked.id, revision=asked.revision, timeout=20).sha
            if large:
                root = f"hf://datasets/{asked.id}@{commit}"
                return commit, _streams(datasets, {s: [f"{root}/{p}"] for s, p in conversion.files.items()})
        folder = Path(hub.snapshot_download(asked.id, repo_type="dataset", revision=commit, allow_patterns=patterns))
    except (DataError, ConfigError):
        raise
    except Exception as error:
        raise DataError(_unreachable(asked, error, constants.HF_HUB_OFFLINE)) from error
    files = {split: sorted(str(file) for file in folder.glob(name)) for split, name in conversion.files.items()}
    absent = [name for split, name in conversion.files.items() if not files[split]]
    if absent:
        raise DataError(
            f"{asked.typed}: at this revision it has no file {', '.join(absent)}; name another (ID@REVISION)"
            f"{_offline(asked)}"
        )
    return folder.name, _streams(datasets, files)


def _unreachable(asked: Ask, error: Exception, offline: bool) -> str:
    kind = {base.__name__ for base in type(error).__mro__}
    if "GatedRepoError" in kind:
        why = "is only for those who accepted its terms: accept them on its page, then 'hf auth login'"
    elif "RevisionNotFoundError" in kind:
        why = f"has no revision '{asked.revision}'"
    elif "RepositoryNotFoundError" in kind:
        why = "is not there, or not for you"
    elif offline:
        why = "is not in the Hugging Face cache, and HF_HUB_OFFLINE forbids to fetch it"
    else:
        why = f"cannot be reached ({_reason(error)})"
    return f"{asked.typed}: the data set {why}{_offline(asked)}"
