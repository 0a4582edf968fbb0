"""The store that the encode steps write: opened, seen to have kept what was written, and described by `encode.json`."""

from __future__ import annotations

import json
import math
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pointsman.backbones import hardware as hw
from pointsman.encoding import ActivationStore
from pointsman.errors import ConfigError, OutputError
from pointsman.pipeline.step import where

SUMMARY = "encode.json"
KIND = "pointsman encode"


def store_in(out: Path | None) -> ActivationStore:
    """Return the store at `out`, without a limit: nothing leaves it; None: the user's own, with its limit.

    Raises:
        OutputError: the place is a file, or holds something else.
        ConfigError: the user's store is switched off.
    """
    if out is None:
        store = ActivationStore()
        if store.limit <= 0:
            raise ConfigError("POINTSMAN_STORE_GB=0 switches the store off: name a folder with --out")
        return store
    if out.exists() and not out.is_dir():
        raise OutputError(f"{out} is a file: choose another --out")
    if out.is_dir() and any(out.iterdir()) and not (out / SUMMARY).is_file() and not any(out.glob("*/shelf.json")):
        raise OutputError(f"{out} holds something else: choose another --out")
    return ActivationStore(out, limit_gb=math.inf, required=True)


def settled_hardware(out: Path | None, device: hw.Device, precision: hw.Precision) -> hw.Hardware:
    """Settle the precision, for all workers; and, where the worker is here, the device.

    Raises:
        ConfigError: a device that is not there, or a store that is not one for all.
    """
    launcher = where().launcher
    if launcher == "local":
        return hw.choose(device, precision)
    if out is None:
        raise ConfigError(f"--out is missing: with --launcher {launcher} each machine has a store of its own")
    if precision != "auto":
        return hw.Hardware(device, precision, ())
    settled = hw.choose().precision
    return hw.Hardware(device, settled, (f"precision: {settled} (as here; --precision says another)",))


def check_kept(store: ActivationStore, shelf: str, shards: Mapping[str, int], rows: int) -> None:
    """See that the store did not let go of what was just written to it, or found there.

    Args:
        store: it.
        shelf: name of the shelf.
        shards: rows that each of its shards holds, by its name.
        rows: that there have to be.

    Raises:
        OutputError: it let go of some.
    """
    kept = sum(n for shard, n in shards.items() if store.has(shelf, shard))
    if kept < rows:
        raise OutputError(
            f"{store.folder} kept {kept:,} of {rows:,} rows: raise POINTSMAN_STORE_GB "
            f"(now {store.limit / 1e9:g}), make room on its disk, or name a folder with --out"
        )


def write_summary(folder: Path, summaries: Mapping[str, Mapping[str, Any]]) -> None:
    """Write encode.json: for each shelf what its latest run came to."""
    file = folder / SUMMARY
    try:
        known = json.loads(file.read_text(encoding="utf-8"))["shelves"]
    except (OSError, ValueError, KeyError, TypeError):
        known = {}
    whole = {"kind": KIND, "shelves": {**known, **summaries}}
    temporary = folder / f".{uuid.uuid4().hex}.tmp"
    temporary.write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    temporary.replace(file)
