"""Prepared requests on disk: what `Preparer.prepare` made of each row, in safetensors files of bounded size.

Rows are ragged, so a shard holds each tensor of its rows end to end, and how much of it belongs to which row. Shards
are written under another name and renamed; `preprocess.json` says what they were made with, and is complete last.
Reading gives the same bits back, one shard in memory at a time, and refuses a damaged shard and another processor or
template. Needs no torch.
"""

from __future__ import annotations

import contextlib
import json
import threading
import uuid
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pointsman.backbones.backbone import Backbone
from pointsman.data.example import Example
from pointsman.encoding.conversation import Prepared, Template
from pointsman.errors import ConfigError, DataError, OutputError

DESCRIPTION = "preprocess.json"
KIND = "pointsman preprocess"
FORMAT = 1
SHARD_BYTES = 256_000_000
NO_LABEL = -1
"""In the tensor `label`: the row has none."""

_NAMES = "tensors-*.safetensors"
_PIXEL_BYTES = 24
"""Three colours in float32, in both frames that a patch has."""
_TOKEN_BYTES = 24
"""Three tensors of int64."""
_ROUNDED = 32
"""Pixels that a side may grow by until it is whole patches."""
_TOKEN_LETTERS = 2
"""Bytes of text that become a token: English has four, Chinese two to three."""
_ROW_BYTES = 64 * _TOKEN_BYTES + 128
"""Of a chat template's own tokens, and of what a row has beside its tokens."""

Arrays = dict[str, npt.NDArray[Any]]


@dataclass(frozen=True, slots=True)
class TensorRow:
    """Which row a prepared request is of.

    Attributes:
        key: 32-byte digest of its text and image, see `encoding.pooled.request_key`.
        id: where it stood in the data, such as `train.jsonl:17`.
        part: `train`, `validation` or `test`.
        label: index of its label; -1: none.
        tokens: of text and image together.
        patches: of its image; 0: it has none.
        truncated: the end of its text was cut off.
    """

    key: bytes
    id: str
    part: str
    label: int
    tokens: int
    patches: int
    truncated: bool


@dataclass(frozen=True)
class Settings:
    """What prepared requests depend on beside the data.

    Attributes:
        processor: digest of tokenizer, chat template and image settings.
        limit: tokens that the model reads.
        template: how a request is put to the model.
    """

    processor: str
    limit: int
    template: Template

    @classmethod
    def of(cls, backbone: Backbone, template: Template) -> Settings:
        """Return those of a model and a template."""
        return cls(backbone.tokenizer_digest, backbone.max_length, template)

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready dictionary."""
        return {"processor": self.processor, "limit": self.limit, "template": self.template.to_dict()}

    def differences(self, other: Settings) -> list[str]:
        """Name what differs, in words; `self` is what was found, `other` what is asked for."""
        out = []
        if self.processor != other.processor:
            out.append(
                "another processor (tokenizer, chat template or image settings; "
                f"{self.processor[:12]}…, here {other.processor[:12]}…)"
            )
        if self.limit != other.limit:
            out.append(f"a model that reads {self.limit:,} tokens (here {other.limit:,})")
        mine, theirs = self.template.to_dict(), other.template.to_dict()
        out += [f"{_flag(k)} {mine[k]!r} (here {theirs[k]!r})" for k in mine if mine[k] != theirs[k]]
        return out


def _flag(name: str) -> str:
    return "--template" if name == "text" else f"--{name.replace('_', '-')}"


def shard_name(start: int, stop: int) -> str:
    """Return the name of the shard of rows `start` to `stop` (exclusive) of the data."""
    return f"tensors-{start:08d}-{stop:08d}.safetensors"


def expected_bytes(example: Example, template: Template, size: Mapping[str, int]) -> int:
    """Return about how many bytes a request takes in a shard: rather more than it will.

    Args:
        example: its image's header is looked at, no more of it.
        template: how it is put.
        size: pixels that images are scaled to, `shortest_edge` to `longest_edge`; empty: none is taken.

    Raises:
        DataError: an image that cannot be used.
    """
    text = sum(len(part.encode("utf-8", "surrogatepass")) for part in (example.text, template.text, template.system))
    total = _ROW_BYTES + text // _TOKEN_LETTERS * _TOKEN_BYTES
    if example.image is not None and size:
        width, height = example.image.size()
        area = width * height
        if area > size["longest_edge"]:
            area = size["longest_edge"]
        elif area < size["shortest_edge"]:
            area = size["shortest_edge"]
        scale = (area / (width * height)) ** 0.5
        total += int((width * scale + _ROUNDED) * (height * scale + _ROUNDED) * _PIXEL_BYTES)
    return total


def write_shard(path: Path, rows: Sequence[tuple[TensorRow, Prepared]], image_token: int | None) -> None:
    """Write a shard, whole or not at all; the same rows give the same bytes.

    Args:
        path: see `shard_name`; what is there is replaced.
        rows: at least one.
        image_token: id that stands for a part of an image; None: of a model that takes none.

    Raises:
        OutputError: the place cannot be written, or is full.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import save_file

    arrays = _arrays(rows, image_token)
    names = [[row.id, row.part] for row, _ in rows]
    # One entry, for several would stand in another order each time.
    told = json.dumps({"rows": names, "crc32": _checksum(arrays, _checked(names))}, ensure_ascii=False)
    temporary = path.with_name(f".{uuid.uuid4().hex}.tmp")
    try:
        save_file(arrays, temporary, metadata={"rows": told})
        temporary.replace(path)
    except (OSError, SafetensorError) as error:
        reason = getattr(error, "strerror", None) or " ".join(str(error).split())
        raise OutputError(f"{path} cannot be written ({reason}): make room, then run the command again") from None
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def _arrays(rows: Sequence[tuple[TensorRow, Prepared]], image_token: int | None) -> Arrays:
    ids = np.concatenate([made.input_ids for _, made in rows])
    pixels = [made.pixel_values for _, made in rows if made.pixel_values is not None]
    grids = [made.grid for _, made in rows if made.grid is not None]
    return {
        "input_ids": ids,
        "attention_mask": np.ones_like(ids),
        "mm_token_type_ids": (ids == image_token).astype(np.int64) if image_token is not None else np.zeros_like(ids),
        "pixel_values": np.concatenate(pixels) if pixels else np.zeros((0, 0), np.float32),
        "image_grid_thw": np.concatenate(grids) if grids else np.zeros((0, 3), np.int64),
        "label": np.array([row.label for row, _ in rows], np.int64),
        "tokens": np.array([row.tokens for row, _ in rows], np.int64),
        "patches": np.array([row.patches for row, _ in rows], np.int64),
        "truncated": np.array([row.truncated for row, _ in rows], np.bool_),
        "key": np.frombuffer(b"".join(row.key for row, _ in rows), np.uint8).reshape(-1, 32),
    }


def _checked(names: Sequence[Sequence[str]]) -> str:
    return json.dumps({"rows": names}, ensure_ascii=False)


def _checksum(arrays: Mapping[str, npt.NDArray[Any]], told: str) -> int:
    value = zlib.crc32(told.encode())
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        value = zlib.crc32(f"{name} {array.dtype} {array.shape}".encode(), value)
        value = zlib.crc32(array.reshape(-1).view(np.uint8).data, value) if array.size else value
    return value


def row_of(key: bytes, id_: str, part: str, label: int, prepared: Prepared) -> TensorRow:
    """Return the row that a prepared request is of."""
    patches = len(prepared.pixel_values) if prepared.pixel_values is not None else 0
    return TensorRow(key, id_, part, label, len(prepared.input_ids), patches, prepared.truncated)


def shard_files(folder: Path) -> list[Path]:
    """Return the shards of a folder, in order."""
    return sorted(folder.glob(_NAMES))


def is_tensor_folder(folder: Path) -> bool:
    """Tell whether a folder was written by `pointsman preprocess`."""
    return (folder / DESCRIPTION).is_file()


def read_description(folder: Path) -> dict[str, Any]:
    """Read `preprocess.json`.

    Raises:
        DataError: missing, damaged, or of a later format.
    """
    file = folder / DESCRIPTION
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        if not isinstance(found, dict) or found.get("kind") != KIND:
            raise ValueError(f"it is no description by '{KIND}'")
        if found.get("format") != FORMAT:
            raise ValueError(f"format {found.get('format')!r}, this version reads {FORMAT}")
        settings_in(found)
        if not all(isinstance(label, str) for label in found["labels"]):
            raise ValueError("labels that are no texts")
    except FileNotFoundError:
        raise DataError(f"{folder} holds no {DESCRIPTION}: make one with 'pointsman preprocess … --out'") from None
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise DataError(f"{file} cannot be used ({' '.join(str(error).split())}): preprocess the data again") from None
    return found


def write_description(folder: Path, content: Mapping[str, Any]) -> dict[str, Any]:
    """Write `preprocess.json`, whole or not at all; returns what was written."""
    temporary = folder / f".{uuid.uuid4().hex}.tmp"
    whole = {"kind": KIND, "format": FORMAT, **content}
    temporary.write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    temporary.replace(folder / DESCRIPTION)
    return whole


def settings_in(description: Mapping[str, Any]) -> Settings:
    """Return what a description says that its tensors were made with."""
    told = description["settings"]
    return Settings(str(told["processor"]), int(told["limit"]), Template(**told["template"]))


def read_rows(shard: Path) -> list[TensorRow]:
    """Read which rows a shard holds, without their tensors.

    Raises:
        DataError: no such file, or damaged.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(shard, framework="numpy") as file:
            told = json.loads(file.metadata()["rows"])["rows"]
            columns = [file.get_tensor(name) for name in ("key", "label", "tokens", "patches", "truncated")]
        keys, *numbers = columns
        return [
            TensorRow(bytes(key), str(name), str(part), int(label), int(tokens), int(patches), bool(cut))
            for (name, part), key, label, tokens, patches, cut in zip(told, keys, *numbers, strict=True)
        ]
    except FileNotFoundError:
        raise DataError(f"{shard} is missing though {DESCRIPTION} names it: preprocess the data again") from None
    except (SafetensorError, OSError, KeyError, TypeError, ValueError) as error:
        raise _damaged(shard, error) from None


def read_shard(shard: Path) -> list[tuple[TensorRow, Prepared]]:
    """Read a shard's rows with their tensors.

    Raises:
        DataError: no such file, or damaged.
    """
    from safetensors import SafetensorError, safe_open

    rows = read_rows(shard)
    try:
        with safe_open(shard, framework="numpy") as file:
            metadata = file.metadata()
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a dict)
        told = json.loads(metadata["rows"])
        # Older shards have the checksum beside the names.
        expected = metadata["crc32"] if "crc32" in metadata else str(told["crc32"])
        if str(_checksum(arrays, _checked(told["rows"]))) != expected:
            raise ValueError("its checksum is wrong")
    except (SafetensorError, OSError, KeyError, TypeError, ValueError) as error:
        raise _damaged(shard, error) from None
    out = []
    token = patch = image = 0
    for row in rows:
        ids = arrays["input_ids"][token : token + row.tokens]
        pixels = grid = None
        if row.patches:
            pixels = arrays["pixel_values"][patch : patch + row.patches]
            grid = arrays["image_grid_thw"][image : image + 1]
            image += 1
        out.append((row, Prepared(ids, pixels, grid, row.truncated)))
        token, patch = token + row.tokens, patch + row.patches
    return out


def _damaged(shard: Path, error: Exception) -> DataError:
    return DataError(
        f"{shard} is damaged ({' '.join(str(error).split())[:120]}): remove it and run 'pointsman preprocess' again, "
        "which makes its rows anew"
    )


class TensorFolder:
    """What `pointsman preprocess` wrote, opened for reading.

    Args:
        path: its folder.

    Attributes:
        path: as given.
        description: the content of preprocess.json.
        settings: what the tensors were made with.
        labels: in index order.
        rows: of every part, as they stand in the shards.

    Raises:
        DataError: no such folder, not finished, or a shard is missing or damaged.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.description = read_description(path)
        if self.description.get("complete") is not True:
            raise DataError(f"{path}: preprocessing was not finished: run the same 'pointsman preprocess' again")
        self.settings = settings_in(self.description)
        self.labels = tuple(self.description["labels"])
        self._shards = [path / Path(str(name)).name for name in self.description["shards"]]
        rows: list[TensorRow] = []
        self._shard_of: dict[bytes, Path] = {}
        for shard in self._shards:
            held = read_rows(shard)
            rows += held
            for row in held:
                self._shard_of.setdefault(row.key, shard)
        self.rows = tuple(rows)
        self._open: tuple[Path, dict[bytes, Prepared]] | None = None
        self._lock = threading.Lock()

    def part(self, name: str) -> tuple[TensorRow, ...]:
        """Return the rows of one part."""
        return tuple(row for row in self.rows if row.part == name)

    def check(self, backbone: Backbone, template: Template | None = None) -> None:
        """Refuse tensors that were made for another processor or with another template.

        Args:
            backbone: that is to read them.
            template: that is asked for; None: the one they were made with.

        Raises:
            ConfigError: naming what differs.
        """
        asked = Settings.of(backbone, template or self.settings.template)
        if wrong := self.settings.differences(asked):
            raise ConfigError(
                f"{self.path}: its tensors were made with {'; '.join(wrong)}: preprocess the data again for "
                f"'{backbone.name}', or name the right --model and settings"
            )

    def prepared(self, key: bytes) -> Prepared:
        """Return the tensors of a row; quick for rows in the order in which they stand. Safe from several threads.

        Raises:
            DataError: its shard is damaged.
        """
        shard = self._shard_of[key]
        with self._lock:
            if self._open is None or self._open[0] != shard:
                self._open = None  # let go of one before the next is read
                self._open = (shard, {row.key: made for row, made in read_shard(shard)})
            return self._open[1][key]


def remove_tensors(folder: Path) -> None:
    """Remove what `pointsman preprocess` wrote, and nothing else."""
    for file in (folder / DESCRIPTION, *shard_files(folder), *folder.glob(".*.tmp")):
        with contextlib.suppress(FileNotFoundError):
            file.unlink()
