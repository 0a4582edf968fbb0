"""Routing data in: rows of several experts, each an image and a conversation, with the expert that takes it.

Takes the folder that `pointsman data build adapter` writes, one laid out alike (`train.jsonl`, `validation.jsonl` or
`val.jsonl`, `eval.jsonl`), or one file of such rows; gives `Example` rows by part. A row's text is what people said
before the expert's last answer; the answer itself goes to `Example.answer` and never into the text, and the system
turns are left out, for they are the expert's own. Images are named here and opened by whoever looks at them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from pointsman.data.example import Example
from pointsman.data.formats import data_extension, explained, file_digest, read_records
from pointsman.data.labels import ordered_labels
from pointsman.data.pictures import Picture
from pointsman.errors import DataError, nearest

METADATA = "metadata.json"
KIND = "pointsman routing data"
FORMAT = 1
FILES = {"train": "train.jsonl", "validation": "validation.jsonl", "test": "eval.jsonl"}
"""File of each part."""
EXTENSIONS = (".jsonl", ".ndjson", ".json")

_STEMS = {"train": "train", "validation": "validation", "val": "validation", "eval": "test", "test": "test"}
_SPEAKERS = {"human": "human", "user": "human", "gpt": "gpt", "assistant": "gpt", "system": "system"}
_MARKER = "<image>"
_AGAIN = "build it again (pointsman data build adapter)"


@dataclass(frozen=True)
class Routing:
    """What `read_routing` read.

    Attributes:
        path: the folder or file.
        labels: the experts' names in index order.
        parts: rows by `train`, `validation`, `test` (the file `eval.jsonl`), as far as there are files; of one file
            all under `all`.
        digest: sha256 of metadata.json, which names every part's; else of the files.
        metadata: what a built folder says of itself; empty for others.
        notes: one line for each thing that a person should know.
    """

    path: Path
    labels: tuple[str, ...]
    parts: dict[str, tuple[Example, ...]]
    digest: str
    metadata: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Conversation:
    """What was said in a row.

    Attributes:
        text: the human turns before the expert's last answer, a blank line between them, without image markers.
        answer: the expert's last turn; None when it says nothing.
    """

    text: str
    answer: str | None


class RowError(Exception):
    """What is wrong with one row and what to do, without its place."""


class OutsideError(RowError):
    """An image path that leaves its folder."""


def read_routing(path: str | Path, *, labels: Sequence[str] | None = None, need_label: bool = True) -> Routing:
    """Read routing data.

    Args:
        path: a folder of parts, or one JSONL file of rows.
        labels: the experts that rows may name, e.g. those of a router to be judged; None: those of the data.
        need_label: whether a row without an expert is an error (else its label is None).

    Raises:
        DataError: no such data, a part that is missing or changed, or a row at fault; one line with file, line, remedy.
    """
    path = Path(path)
    with explained(path):
        is_folder = path.is_dir()
        if not path.exists():
            raise DataError(f"{path}: no such file or folder; check the path")
    files = part_files(path) if is_folder else {"all": path}
    metadata, digest = (_checked(path, files) if is_folder else None) or ({}, _digest_of(files))
    reader = _Reader(tuple(labels or metadata.get("labels", ())), bool(labels) or bool(metadata), need_label)
    parts = {part: reader.read(file) for part, file in files.items()}
    names = tuple(metadata.get("labels", ())) or tuple(labels or ()) or reader.found(path)
    return Routing(path, names, parts, digest, metadata, tuple(reader.notes))


def is_routing(path: Path) -> bool:
    """Tell whether a folder or file holds routing rows (conversations), and not rows of texts.

    Raises:
        DataError: its first row cannot be read.
    """
    if path.is_dir():
        try:
            files = list(part_files(path).values())
        except DataError:
            return False
    else:
        files = [path]
    if not files[0].is_file() or data_extension(files[0]) not in EXTENSIONS:
        return False
    for _, record in read_records(files[0], ()):
        return "conversations" in record
    return False


def part_files(folder: Path) -> dict[str, Path]:
    """Return the file of each part in `folder`.

    Raises:
        DataError: none is there, or two of one part.
    """
    found: dict[str, Path] = {}
    with explained(folder):
        files = sorted(file for file in folder.iterdir() if file.is_file())
    for file in files:
        extension = data_extension(file)
        part = _STEMS.get(file.name.lower().removesuffix(".gz").removesuffix(extension or ""))
        if extension not in EXTENSIONS or part is None:
            continue
        if part in found:
            raise DataError(f"{folder}: both '{found[part].name}' and '{file.name}' are {part}; keep one")
        found[part] = file
    if not found:
        raise DataError(
            f"{folder}: holds no train.jsonl, validation.jsonl (val.jsonl) or eval.jsonl; name the files so"
        )
    return {part: found[part] for part in FILES if part in found}


def conversation(record: Mapping[str, Any], *, need_answer: bool = False) -> Conversation:
    """Return what was said in a row.

    Args:
        record: the row.
        need_answer: whether a row without an answer is at fault.

    Raises:
        RowError: no conversation, a turn at fault, or no human turn.
    """
    turns = record.get("conversations")
    if not isinstance(turns, list):
        raise RowError('no list \'conversations\' of turns; write [{"from": "human", "value": …}, …]')
    said = [_turn(number, turn) for number, turn in enumerate(turns, 1)]
    last = max((place for place, (speaker, _) in enumerate(said) if speaker == "gpt"), default=None)
    if last is None and need_answer:
        raise RowError("no gpt turn, the expert's answer, in 'conversations'; add it or remove the row")
    human = [value for speaker, value in said[:last] if speaker == "human"]
    if not human:
        before = " before the last gpt turn" if last is not None else ""
        raise RowError(f"no human turn in 'conversations'{before}; add it or remove the row")
    text = "\n\n".join(part for value in human if (part := value.replace(_MARKER, "").strip()))
    return Conversation(text, said[last][1] if last is not None else None)


def _turn(number: int, turn: object) -> tuple[str, str]:
    if not isinstance(turn, dict) or not isinstance(turn.get("from"), str) or not isinstance(turn.get("value"), str):
        raise RowError(f'turn {number} of \'conversations\' is not {{"from": …, "value": …}} with two strings; mend it')
    speaker = _SPEAKERS.get(turn["from"].strip().casefold())
    if speaker is None:
        shown = turn["from"][:40]
        raise RowError(f"turn {number} of 'conversations' is from {shown!r}; write human, gpt or system")
    try:
        turn["value"].encode("utf-8")
    except UnicodeEncodeError as error:
        raise RowError(
            f"turn {number} of 'conversations' holds half a surrogate pair at character {error.start}; mend it"
        ) from None
    return speaker, turn["value"]


def image_of(record: Mapping[str, Any], folder: Path) -> Path | None:
    """Return the file of a row's image; None for a row of text alone.

    Args:
        record: the row; its `image` is a path, or a list of one.
        folder: what the path is relative to, resolved.

    Raises:
        OutsideError: it leaves the folder, by itself or through a link.
        RowError: it is no path, or there is no such file.
    """
    name = record.get("image")
    if isinstance(name, list):
        if len(name) > 1:
            raise RowError(f"{len(name)} images in 'image'; a request is routed by one: leave one")
        name = name[0] if name else None
    if name is None or name == "":
        return None
    if not isinstance(name, str):
        raise RowError("the field 'image' is no path; write it as a string, relative to the file")
    shown = name if len(name) <= 120 else name[:119] + "…"
    if "://" in name or name.casefold().startswith("data:"):
        raise OutsideError(f"the image {shown!r} is no file: images are not fetched; write a path relative to the file")
    windows = PureWindowsPath(name)
    if PurePosixPath(name).is_absolute() or windows.drive or windows.root or ".." in windows.parts or "\0" in name:
        raise OutsideError(f"the image {shown!r} leaves the folder of the file; write a path below it")
    path = folder / name
    try:
        real = path.resolve()
        there = real.is_file()
    except (OSError, RuntimeError):  # a name too long, or links that lead to each other
        raise RowError(f"the image {shown!r} is no path that can be followed; mend it") from None
    if not real.is_relative_to(folder):
        raise OutsideError(f"the image {shown!r} is a link that leaves the folder of the file; put the image below it")
    if not there:
        raise RowError(f"there is no image {shown!r} below {folder}; add it or remove the row")
    return path


class _Reader:
    """Reads rows, and keeps what has to agree over all of them: each name with one index."""

    def __init__(self, known: tuple[str, ...], fixed: bool, need_label: bool) -> None:
        self._known = known
        self._fixed = fixed
        self._need_label = need_label
        self._names: dict[str, int | None] = {}
        self._of_index: dict[int, tuple[str, str]] = {}
        self.notes: list[str] = []

    def read(self, file: Path) -> tuple[Example, ...]:
        """Return the rows of one file."""
        extension = data_extension(file)
        if extension not in EXTENSIONS:
            raise DataError(f"{file}: routing rows are JSONL; name the file *.jsonl (.gz)")
        with explained(file):
            folder = file.parent.resolve()
        rows, ungrouped, ids = [], 0, dict[str, int]()
        for line, record in read_records(file, ()):
            try:
                number = record.get("id")
                if isinstance(number, str) and ids.setdefault(number, line) != line:
                    raise RowError(
                        f"the id {number[:60]!r} stands at line {ids[number]} already; give each row its own"
                    )
                row, grouped = self._example(record, folder, f"{file.name}:{line}")
            except RowError as error:
                raise DataError(f"{file}:{line}: {' '.join(str(error).split())}") from None
            rows.append(row)
            ungrouped += not grouped
        if not rows:
            raise DataError(f"{file}: the file holds no rows; give a file with rows")
        if ungrouped:
            self.notes.append(
                f"{file.name}: {ungrouped:,} rows name no group: rows of one image file are one; "
                "copies of an image under other names are not looked for"
            )
        return tuple(rows)

    def _example(self, record: Mapping[str, Any], folder: Path, place: str) -> tuple[Example, bool]:
        said = conversation(record)
        path = image_of(record, folder)
        if path is None and not said.text:
            raise RowError("neither an image nor a text; add one or remove the row")
        group = record.get("group")
        grouped = isinstance(group, str) and bool(group)
        example = Example(
            text=said.text,
            label=self._label(record, place),
            group=group if grouped else f"file: {path.relative_to(folder)}" if path is not None else None,
            source=place,
            image=Picture(path=path, where=place) if path is not None else None,
            answer=said.answer,
        )
        return example, grouped or path is None

    def _label(self, record: Mapping[str, Any], place: str) -> str | None:
        name, index = record.get("adapter"), record.get("label")
        if name is None and isinstance(index, str):
            name, index = index, None
        if name is None:
            if self._need_label:
                raise RowError("no expert: the field 'adapter' names it")
            return None
        if not isinstance(name, str) or not name.strip():
            raise RowError("the field 'adapter' is not the name of an expert")
        if isinstance(index, bool) or not isinstance(index, int | None):
            raise RowError("the field 'label' is not the index of an expert")
        if self._fixed and name not in self._known:
            raise RowError(
                f"the expert {name[:60]!r} is unknown{nearest(name, self._known)} (experts: {', '.join(self._known)})"
            )
        if self._names.setdefault(name, index) != index:
            raise RowError(f"the expert {name!r} has index {index} here and {self._names[name]} in rows before")
        if index is not None:
            other, where = self._of_index.setdefault(index, (name, place))
            if other != name:
                raise RowError(f"index {index} is the expert {name!r} here and {other!r} at {where}")
        return name

    def found(self, path: Path) -> tuple[str, ...]:
        """Return the experts that the rows name: by their indices, without indices in the order of a new task.

        Raises:
            DataError: the indices have gaps, or only some experts have one.
        """
        indices = [index for index in self._names.values() if index is not None]
        if not indices:
            return ordered_labels(self._names)
        if len(indices) < len(self._names) or max(indices) >= len(indices):
            self.notes.append("the rows do not show every index of an expert: a part of a larger set")
        return tuple(self._of_index[index][0] for index in sorted(indices))


def _checked(folder: Path, files: Mapping[str, Path]) -> tuple[Mapping[str, Any], str] | None:
    """Return a built folder's metadata and its digest, after comparing the parts with it; None: not a built one."""
    file = folder / METADATA
    if not file.is_file():
        return None
    with explained(file):
        raw = file.read_bytes()
    try:
        content = json.loads(raw)
    except (ValueError, RecursionError):
        raise DataError(f"{file} is not whole JSON: the data is damaged; {_AGAIN}") from None
    if not isinstance(content, dict) or content.get("kind") != KIND:
        return None
    if content.get("format") != FORMAT:
        raise DataError(f"{file}: format {content.get('format')!r}, this version reads {FORMAT}; {_AGAIN}")
    recorded, labels = content.get("files"), content.get("labels")
    if not isinstance(recorded, dict) or not isinstance(labels, list) or content.get("complete") is not True:
        raise DataError(f"{file}: does not name its files and experts; {_AGAIN}")
    for name, entry in recorded.items():
        part = folder / Path(name).name
        if not part.is_file():
            raise DataError(f"{part} is missing though {METADATA} names it: the data is not whole; {_AGAIN}")
        if not isinstance(entry, dict) or file_digest(part) != entry.get("sha256"):
            raise DataError(f"{part} has changed since it was built (sha256 differs); {_AGAIN}")
    if added := sorted({one.name for one in files.values()} - recorded.keys()):
        raise DataError(f"{folder / added[0]} is no part of this data ({METADATA} does not name it); take it away")
    return content, hashlib.sha256(raw).hexdigest()


def _digest_of(files: Mapping[str, Path]) -> str:
    if list(files) == ["all"]:
        return file_digest(files["all"])
    digest = hashlib.sha256()
    for part, file in files.items():
        digest.update(f"{part} {file_digest(file)}\n".encode())
    return digest.hexdigest()
