"""The encode step: each request once through the frozen generating model, its pooled hidden state kept in the store.

Takes routing rows, or the tensors that `preprocess` made of them. `features_of` and `features_of_tensors` are what
training calls by itself. The model is opened only where something is missing.
"""

from __future__ import annotations

import functools
import json
import math
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from pointsman import __version__
from pointsman.backbones import Backbone
from pointsman.backbones import hardware as hw
from pointsman.data.example import Example
from pointsman.encoding import ActivationStore
from pointsman.encoding.ahead import cores
from pointsman.encoding.conversation import Prepared, Template
from pointsman.encoding.multimodal import Pooling
from pointsman.encoding.pooled import Pooled, pooled, request_key, shelf_key
from pointsman.encoding.pooled import Progress as Told
from pointsman.encoding.shards import TensorFolder, TensorRow, is_tensor_folder
from pointsman.encoding.store import ShelfKey
from pointsman.errors import ConfigError, OutputError
from pointsman.inference.shared_base import SharedBase
from pointsman.pipeline.options import Progress, Silent
from pointsman.pipeline.pace import Pace
from pointsman.pipeline.preprocess import DEFAULT_MODEL, read_routing_rows

SUMMARY = "encode.json"
KIND = "pointsman encode"

OpenBase = Callable[[], SharedBase]
"""Gives the frozen model; called only where something is missing, and then once."""


@dataclass(frozen=True)
class EncodeOptions:
    """What to encode.

    Attributes:
        data: routing folder, file of routing rows, or folder of `preprocess`.
        out: folder of features; None: the user's store.
        model: alias, folder or Hub id; None: the one that the tensors were made for, else `qwen3-vl-8b`.
        template: how a request is put to the model; None: as the tensors were made, else the request's own text.
        pooling: which hidden state stands for a request.
        workers: threads that make requests ready while the model computes; None: one for each core.
        device: `auto`, `cpu` or `cuda`.
        precision: `auto`, `bf16` or `fp32`, of the model.
    """

    data: Path
    out: Path | None = None
    model: str | None = None
    template: Template | None = None
    pooling: Pooling = Pooling()  # noqa: RUF009 - frozen
    workers: int | None = None
    device: hw.Device = "auto"
    precision: hw.Precision = "auto"


@dataclass(frozen=True)
class EncodeResult:
    """What the store holds now.

    Attributes:
        path: the store's folder.
        shelf: name of the folder in it that holds these features.
        summary: what is told and, with `--out`, written to encode.json.
    """

    path: Path
    shelf: str
    summary: Mapping[str, Any]


def features_of(
    examples: Sequence[Example],
    base_factory: OpenBase,
    backbone: Backbone,
    template: Template,
    pooling: Pooling,
    precision: str,
    store: ActivationStore | None = None,
    progress: Told | None = None,
    *,
    workers: int = 1,
) -> Pooled:
    """Return the frozen model's features of requests: each distinct (image, text) computed once, or fetched.

    Args:
        examples: any number, repeats welcome.
        base_factory: gives the model.
        backbone: the same model, on disk.
        template: how a request is put to it.
        pooling: which hidden state stands for a request.
        precision: of the model that `base_factory` gives: `bf16` or `fp32`.
        store: where to look and to keep; None computes everything and keeps nothing.
        progress: told (requests done, requests in all).
        workers: threads that make requests ready while the model computes; 1: none do.

    Raises:
        ConfigError: a layer that the model has not.
        DataError: a request at fault.
    """
    pooling.check(backbone.layers)
    base = _Once(base_factory)
    keys = [request_key(example) for example in examples]
    prepare = {
        key: functools.partial(lambda one: base().preparer.prepare(one, template), example)
        for key, example in zip(keys, examples, strict=True)
    }
    key = shelf_key(backbone, template, precision, pooling)
    return pooled(key, keys, prepare, _frozen(base, pooling), store=store, progress=progress, workers=workers)


def features_of_tensors(
    folder: TensorFolder,
    base_factory: OpenBase,
    backbone: Backbone,
    pooling: Pooling,
    precision: str,
    store: ActivationStore | None = None,
    progress: Told | None = None,
    *,
    rows: Sequence[TensorRow] | None = None,
    workers: int = 1,
) -> Pooled:
    """Return the frozen model's features of prepared requests; see `features_of`.

    Args:
        folder: of `preprocess`; it says the template.
        base_factory, backbone, pooling, precision, store, progress, workers: see `features_of`.
        rows: which, in this order; None: `folder.rows`.

    Raises:
        ConfigError: the tensors were made for another processor, or a layer that the model has not.
        DataError: a damaged shard.
    """
    folder.check(backbone)
    pooling.check(backbone.layers)
    keys = [row.key for row in (folder.rows if rows is None else rows)]
    prepare = {key: functools.partial(folder.prepared, key) for key in keys}
    key = shelf_key(backbone, folder.settings.template, precision, pooling)
    frozen = _frozen(_Once(base_factory), pooling)
    return pooled(key, keys, prepare, frozen, store=store, progress=progress, workers=workers)


class _Once:
    """Calls a factory when its value is first asked for, and never again, from whichever thread."""

    def __init__(self, factory: OpenBase) -> None:
        self._factory = factory
        self._value: SharedBase | None = None
        self._lock = threading.Lock()

    def __call__(self) -> SharedBase:
        with self._lock:
            if self._value is None:
                self._value = self._factory()
            return self._value


def _frozen(base: OpenBase, pooling: Pooling) -> Callable[[Sequence[Prepared]], torch.Tensor]:
    return lambda prepared: base().hidden(prepared, None, pooling)


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


def encode(options: EncodeOptions, progress: Progress | None = None) -> EncodeResult:
    """Encode rows or tensors into a store.

    Raises:
        PointsmanError: anything wrong with options, rows or the place; what was encoded before stays.
    """
    from pointsman.backbones import resolve
    from pointsman.backbones.generating import require_generating

    if options.workers is not None and options.workers < 1:
        raise ConfigError(f"--workers {options.workers}: use at least 1")
    tell = progress or Silent()
    hardware = hw.choose(options.device, options.precision)
    store = store_in(options.out)
    tensors = TensorFolder(options.data) if is_tensor_folder(options.data) else None
    named = tensors.description["backbone"]["name"] if tensors is not None else DEFAULT_MODEL
    backbone = resolve(options.model or str(named))
    require_generating(backbone)
    options.pooling.check(backbone.layers)
    opened: list[SharedBase] = []
    loading = 0.0

    def base() -> SharedBase:
        nonlocal loading
        started = time.perf_counter()
        for reason in hardware.reasons:
            tell.say(reason)
        tell.say(f"loading {backbone.name}")
        opened.append(SharedBase.open(backbone, device=hardware.device, precision=hardware.precision))
        loading = time.perf_counter() - started
        return opened[-1]

    workers = options.workers or cores()
    more = (options.pooling, hardware.precision, store, Pace(tell, "encode"))
    if tensors is not None:
        tensors.check(backbone, options.template)
        template, digest = tensors.settings.template, tensors.description["data"]["digest"]
        found = features_of_tensors(tensors, base, backbone, *more, workers=workers)
    else:
        data = read_routing_rows(options.data)
        template, digest = options.template or Template(), data.digest
        examples = [example for _, example in data.rows]
        found = features_of(examples, base, backbone, template, *more, workers=workers)
    key = shelf_key(backbone, template, hardware.precision, options.pooling)
    distinct = set(found.keys)
    _all_kept(store, key, distinct)
    seconds = found.seconds - loading
    summary = {
        "kind": KIND,
        "pointsman": __version__,
        "data": {"path": str(options.data), "digest": digest, "from": "tensors" if tensors is not None else "rows"},
        "backbone": {"name": backbone.name, "digest": backbone.digest, "processor": backbone.tokenizer_digest},
        "template": template.to_dict(),
        "pooling": asdict(options.pooling),
        "precision": hardware.precision,
        "device": hardware.device,
        "shelf": key.name,
        "width": backbone.width,
        "rows": len(found.keys),
        "distinct": len(distinct),
        "computed": found.computed,
        "images_seen": opened[0].seen_images if opened else 0,
        "truncated": sum(found.truncated),
        "seconds": round(seconds, 3),
        "loading_seconds": round(loading, 3),
        "rows_per_second": round(found.computed / seconds, 2) if found.computed else None,
    }
    if options.out is not None:
        _write_summary(store.folder, key.name, summary)
    return EncodeResult(store.folder, key.name, summary)


def _all_kept(store: ActivationStore, key: ShelfKey, keys: set[bytes]) -> None:
    """See that the store did not let go of what was just written to it."""
    if missing := len(keys) - len(store.read(key, keys)):
        raise OutputError(
            f"{store.folder} kept {len(keys) - missing:,} of {len(keys):,} rows: raise POINTSMAN_STORE_GB "
            f"(now {store.limit / 1e9:g}), make room on its disk, or name a folder with --out"
        )


def _write_summary(folder: Path, shelf: str, summary: Mapping[str, Any]) -> None:
    """Write encode.json: for each shelf what its latest run came to."""
    file = folder / SUMMARY
    try:
        known = json.loads(file.read_text(encoding="utf-8"))["shelves"]
    except (OSError, ValueError, KeyError, TypeError):
        known = {}
    whole = {"kind": KIND, "shelves": {**known, shelf: summary}}
    temporary = folder / f".{uuid.uuid4().hex}.tmp"
    temporary.write_text(json.dumps(whole, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    temporary.replace(file)
