"""The activation store: trunk outputs on disk, found again by what they depend on.

A shelf is a folder for one (backbone, tokenizer, depth, maximum length, dtype); it holds shards, each a
safetensors file of many rows, keyed by the digest of the text. Shards are named after the rows they hold, so that rows
written twice stand there once; they are written under a temporary name and renamed, so that processes may share a
store without locks. A shard whose checksum is wrong is removed and its rows are computed anew. The oldest-used shards
leave when the store outgrows its limit.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import os
import re
import time
import uuid
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from pointsman.errors import ConfigError, OutputError

DEFAULT_LIMIT_GB = 10.0
_ELSEWHERE = re.compile(r"volume:|[a-z0-9+]+://")


def default_folder() -> Path:
    """Return the store's folder: `$POINTSMAN_STORE`, or `pointsman/activations` in the user's cache.

    Raises:
        ConfigError: the variable names no folder of this machine.
    """
    if named := os.environ.get("POINTSMAN_STORE"):
        if _ELSEWHERE.match(named):
            raise ConfigError(f"POINTSMAN_STORE={named}: name a folder of this machine; copy the store here first")
        return Path(named)
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(cache) / "pointsman" / "activations"


@dataclass(frozen=True)
class ShelfKey:
    """All that a stored row depends on, beside its text.

    Attributes:
        backbone, tokenizer: digests.
        depth: layers left out.
        max_length: tokens after which a text is cut off.
        dtype: of the rows.
        inputs: how a request was put to a generating model, and what was taken of it; "" for an encoder's trunk.
    """

    backbone: str
    tokenizer: str
    depth: int
    max_length: int
    dtype: str
    inputs: str = ""

    @property
    def name(self) -> str:
        """Folder name of the shelf."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:24]


def text_key(text: str) -> bytes:
    """Return the 32-byte digest by which a text is found."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def shard_stem(keys: Sequence[bytes]) -> str:
    """Return the name of the shard that holds these rows, in this order, without its suffix."""
    return hashlib.sha256(b"".join(keys)).hexdigest()[:32]


@dataclass(frozen=True)
class Held:
    """Which rows a shelf holds.

    Attributes:
        truncated: for each row by its key, whether the end of its text was cut off.
        shards: rows of these that each shard holds, by its name.
    """

    truncated: Mapping[bytes, bool]
    shards: Mapping[str, int]


class ActivationStore:
    """Reads and writes shelves below one folder, at most `limit_gb` in all.

    Args:
        folder: where it is; None: the user's own.
        limit_gb: shards leave beyond it; infinite: none ever does. None: as the environment says.
        required: rows that cannot be written are an error, not a loss of time later.
    """

    def __init__(self, folder: Path | None = None, limit_gb: float | None = None, *, required: bool = False) -> None:
        self.folder = folder or default_folder()
        self.required = required
        env = os.environ.get("POINTSMAN_STORE_GB")
        try:
            self.limit = (limit_gb if limit_gb is not None else float(env or DEFAULT_LIMIT_GB)) * 1e9
            if math.isnan(self.limit):
                raise ValueError
        except ValueError:
            raise ConfigError(
                f"POINTSMAN_STORE_GB={env}: not a number of gigabytes; 0 switches the store off"
            ) from None

    def read(self, key: ShelfKey, wanted: set[bytes]) -> dict[bytes, tuple[torch.Tensor, bool]]:
        """Return the stored rows among `wanted`: text key -> (hidden states [tokens, width], truncated)."""
        found: dict[bytes, tuple[torch.Tensor, bool]] = {}
        for _, rows in self._shards_with(key, wanted):
            found.update(rows)
            if len(found) == len(wanted):
                break
        return found

    def held(self, key: ShelfKey, wanted: set[bytes]) -> Held:
        """Return which rows among `wanted` are stored and whole, with no more than a shard in memory."""
        truncated: dict[bytes, bool] = {}
        shards: dict[str, int] = {}
        for shard, rows in self._shards_with(key, wanted):
            fresh = {k: cut for k, (_, cut) in rows.items() if k not in truncated}
            if fresh:
                shards[shard.name] = len(fresh)
                truncated.update(fresh)
            if len(truncated) == len(wanted):
                break
        return Held(truncated, shards)

    def has(self, shelf: str, shard: str) -> bool:
        """Tell whether a shard is there, by the names of its shelf and file."""
        return (self.folder / shelf / shard).is_file()

    def _shards_with(
        self, key: ShelfKey, wanted: set[bytes]
    ) -> Iterator[tuple[Path, dict[bytes, tuple[torch.Tensor, bool]]]]:
        """Yield the shards that hold rows among `wanted`; damaged ones are removed."""
        for shard in sorted((self.folder / key.name).glob("*.safetensors")) if wanted else ():
            rows = _read_shard(shard, wanted)
            if rows is None:
                with contextlib.suppress(OSError):  # a store that cannot be written is still read
                    shard.unlink()
                continue
            if rows:
                with contextlib.suppress(OSError):
                    os.utime(shard)  # last use, for eviction
                yield shard, rows

    def write(self, key: ShelfKey, rows: dict[bytes, tuple[torch.Tensor, bool]]) -> None:
        """Add a shard of rows, then make room; a full disk leaves the store as it was.

        Raises:
            OutputError: they cannot be written, and the store is required.
        """
        if not rows or self.limit <= 0:
            return
        shelf = self.folder / key.name
        hidden = torch.cat([row for row, _ in rows.values()])
        tensors = {
            "hidden": hidden,
            "lengths": torch.tensor([len(row) for row, _ in rows.values()], dtype=torch.int64),
            "truncated": torch.tensor([cut for _, cut in rows.values()], dtype=torch.bool),
            "keys": torch.frombuffer(bytearray(b"".join(rows)), dtype=torch.uint8).reshape(-1, 32),
        }
        temporary = shelf / f".{uuid.uuid4().hex}.tmp"
        try:
            shelf.mkdir(parents=True, exist_ok=True)
            temporary.write_text(json.dumps(key.__dict__, indent=1), encoding="utf-8")
            temporary.replace(shelf / "shelf.json")
            save_file(tensors, temporary, metadata={"crc32": str(_checksum(tensors))})
            temporary.replace(shelf / f"{shard_stem(list(rows))}.safetensors")
        except (OSError, SafetensorError) as error:
            with contextlib.suppress(OSError):
                temporary.unlink()
            if self.required:
                reason = getattr(error, "strerror", None) or " ".join(str(error).split())
                raise OutputError(
                    f"{shelf} cannot be written ({reason}): make room, then run the command again"
                ) from None
            return  # the store is an aid: a run goes on without it
        self._evict()

    def size(self) -> int:
        """Return the bytes held."""
        return sum(size for _, size, _ in self._shards())

    def _shards(self) -> list[tuple[float, int, Path]]:
        shards = []
        for path in self.folder.glob("*/*.safetensors"):
            with contextlib.suppress(FileNotFoundError):
                stat = path.stat()
                shards.append((stat.st_mtime, stat.st_size, path))
        return sorted(shards)

    def _evict(self) -> None:
        for stray in self.folder.glob("*/.*.tmp"):
            with contextlib.suppress(FileNotFoundError):
                if time.time() - stray.stat().st_mtime > 3600:
                    stray.unlink()
        if math.isinf(self.limit):
            return
        shards = self._shards()
        excess = sum(size for _, size, _ in shards) - self.limit
        for _, size, path in shards:
            if excess <= 0:
                break
            path.unlink(missing_ok=True)
            excess -= size


def _checksum(tensors: dict[str, torch.Tensor]) -> int:
    value = 0
    for name in sorted(tensors):
        value = zlib.crc32(tensors[name].contiguous().view(torch.uint8).numpy().data, value)
    return value


def _read_shard(shard: Path, wanted: set[bytes]) -> dict[bytes, tuple[torch.Tensor, bool]] | None:
    """Return the shard's rows among `wanted`, or None when it is corrupt; {} when it holds none of them."""
    try:
        with safe_open(shard, framework="pt") as file:
            keys = [bytes(k) for k in file.get_tensor("keys").numpy()]
            if wanted.isdisjoint(keys):
                return {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (not a dict)
            expected = (file.metadata() or {}).get("crc32")
    except FileNotFoundError:
        return {}
    except (SafetensorError, OSError, KeyError, ValueError):
        return None
    if str(_checksum(tensors)) != expected:
        return None
    rows = torch.split(tensors["hidden"], tensors["lengths"].tolist())
    cut = tensors["truncated"].tolist()
    return {k: (rows[i], cut[i]) for i, k in enumerate(keys) if k in wanted}
