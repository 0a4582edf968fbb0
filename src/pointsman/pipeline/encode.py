"""The encode step: each request once through the frozen generating model, its pooled hidden state kept in the store.

Takes routing rows, or the tensors that `preprocess` made of them. A block of requests becomes one shard of the store,
named after them. The model is opened only where something is missing.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, cast

import torch

from pointsman import __version__
from pointsman.backbones import Backbone
from pointsman.backbones import hardware as hw
from pointsman.encoding.ahead import cores, in_order
from pointsman.encoding.conversation import Template
from pointsman.encoding.multimodal import Pooling
from pointsman.encoding.pooled import Pooled, request_key, shelf_key
from pointsman.encoding.shards import TensorFolder, is_tensor_folder, read_description
from pointsman.encoding.store import shard_stem
from pointsman.errors import ConfigError, DataError
from pointsman.inference.shared_base import SharedBase
from pointsman.pipeline.feature_store import KIND, check_kept, settled_hardware, store_in, write_summary
from pointsman.pipeline.features import features_of, features_of_tensors
from pointsman.pipeline.named import named
from pointsman.pipeline.options import Progress
from pointsman.pipeline.pace import elapsed
from pointsman.pipeline.preprocess import DEFAULT_MODEL, read_routing_rows
from pointsman.pipeline.step import Block, MapStep, Plan, Report, run_map, where

_GROUP = 64
"""Requests that are put into batches together: a block is a whole number of them."""
_MOST = 8
"""Groups of a block at most: what a kill may lose."""
_BLOCKS = 32
"""Blocks that there are at least, for workers to share, before any has several groups."""


@dataclass(frozen=True)
class EncodeOptions:
    """What to encode.

    Attributes:
        data: routing folder, file of routing rows, or folder of `preprocess`.
        out: folder of features; None: the user's store.
        model: alias, folder or Hub id; None: the one that the tensors were made for, else `qwen3-vl-8b`.
        template: how a request is put to the model; None: as the tensors were made, else the request's own text.
        pooling: which hidden state stands for a request.
        threads: of each worker, that make requests ready while the model computes; None: one for each core.
        device: `auto`, `cpu` or `cuda`.
        precision: `auto`, `bf16` or `fp32`, of the model.
    """

    data: Path
    out: Path | None = None
    model: str | None = None
    template: Template | None = None
    pooling: Pooling = Pooling()  # noqa: RUF009 - frozen
    threads: int | None = None
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


def encode(options: EncodeOptions, progress: Progress | None = None) -> EncodeResult:
    """Encode rows or tensors into a store, in this process.

    Raises:
        PointsmanError: anything wrong with options, rows or the place; what was encoded before stays.
    """
    return run_map(STEP, options, progress)


class _Rows:
    """Routing rows to encode."""

    origin = "rows"

    def __init__(self, options: EncodeOptions) -> None:
        data = read_routing_rows(options.data)
        self.digest, self.template = data.digest, options.template or Template()
        self._examples = [example for _, example in data.rows]

    def check(self, backbone: Backbone) -> None:
        """Rows suit every model."""

    def keys(self, threads: int) -> list[bytes]:
        """Return the key of each row."""
        return list(in_order(request_key, self._examples, threads))

    def features(self, places: Sequence[int], base: SharedBase, how: EncodeOptions, threads: int) -> Pooled:
        """Run some rows through the model."""
        some = [self._examples[i] for i in places]
        more = (base.backbone, self.template, how.pooling, how.precision)
        return features_of(some, lambda: base, *more, workers=threads)


class _Tensors:
    """Prepared rows to encode."""

    origin = "tensors"

    def __init__(self, options: EncodeOptions) -> None:
        self._folder, self._asked = TensorFolder(options.data), options.template
        self.digest = self._folder.description["data"]["digest"]
        self.template = self._folder.settings.template

    def check(self, backbone: Backbone) -> None:
        """Refuse tensors of another processor or template."""
        self._folder.check(backbone, self._asked)

    def keys(self, threads: int) -> list[bytes]:
        """Return the key of each row."""
        return [row.key for row in self._folder.rows]

    def features(self, places: Sequence[int], base: SharedBase, how: EncodeOptions, threads: int) -> Pooled:
        """Run some rows through the model."""
        some = [self._folder.rows[i] for i in places]
        more = (base.backbone, how.pooling, how.precision)
        return features_of_tensors(self._folder, lambda: base, *more, rows=some, workers=threads)


def _requests(options: EncodeOptions) -> _Rows | _Tensors:
    return _Tensors(options) if is_tensor_folder(options.data) else _Rows(options)


def plan(options: EncodeOptions, tell: Progress) -> Plan[EncodeOptions]:
    """Find the distinct requests that the store lacks, and cut them into blocks.

    Raises:
        PointsmanError: anything wrong with options, rows or the place.
    """
    from pointsman.backbones import resolve
    from pointsman.backbones.generating import require_generating

    if options.threads is not None and options.threads < 1:
        raise ConfigError(f"--threads {options.threads}: use at least 1")
    hardware = settled_hardware(options.out, options.device, options.precision)
    store = store_in(options.out)
    tensors = is_tensor_folder(options.data)
    made_for = read_description(options.data)["backbone"]["name"] if tensors else DEFAULT_MODEL
    backbone = resolve(options.model or str(made_for))
    require_generating(backbone)
    options.pooling.check(backbone.layers)
    requests = _requests(options)
    requests.check(backbone)
    key = shelf_key(backbone, requests.template, hardware.precision, options.pooling)
    keys = requests.keys(options.threads or cores())
    times = Counter(keys)
    held = store.held(key, set(times))
    first = {k: place for place, k in reversed(list(enumerate(keys)))}
    missing = sorted(place for k, place in first.items() if k not in held.truncated)
    if missing:
        for reason in hardware.reasons:
            tell.say(reason)
        tell.say(f"{backbone.name}: {len(missing):,} of {len(times):,} distinct requests to encode")
    there = {
        "name": "there",
        "rows": len(held.truncated),
        "truncated": sum(times[k] for k, cut in held.truncated.items() if cut),
        "shards": dict(held.shards),
        "summary": {
            "kind": KIND,
            "pointsman": __version__,
            "data": {"path": named(options.data), "digest": requests.digest, "from": requests.origin},
            "backbone": {"name": backbone.name, "digest": backbone.digest, "processor": backbone.tokenizer_digest},
            "template": requests.template.to_dict(),
            "pooling": asdict(options.pooling),
            "precision": hardware.precision,
            "device": hardware.device,
            "shelf": key.name,
            "width": backbone.width,
            "rows": len(keys),
            "distinct": len(times),
        },
    }
    size = _block_rows(len(missing))
    blocks = []
    for start in range(0, len(missing), size):
        places = missing[start : start + size]
        some = [keys[i] for i in places]
        name, repeats = shard_stem(some), [times[k] for k in some]
        blocks.append({"name": name, "rows": len(some), "shelf": key.name, "places": places, "times": repeats})
    settled = replace(
        options, model=backbone.name, template=requests.template, precision=cast(hw.Precision, hardware.precision)
    )
    return Plan(settled, blocks, len(times), len(held.truncated), (there,))


def _block_rows(missing: int) -> int:
    """Return the rows of a block: few where there is little to share, many where many files would be made."""
    return _GROUP * min(_MOST, max(1, missing // (_GROUP * _BLOCKS)))


class Encoder:
    """The frozen model, loaded once; encodes blocks into the store.

    Args:
        options: those of the plan.
    """

    def __init__(self, options: EncodeOptions) -> None:
        from pointsman.backbones import resolve

        backbone = resolve(options.model or DEFAULT_MODEL)
        self._options, self._requests = options, _requests(options)
        self._hardware = hw.choose(options.device, options.precision)
        self._store = store_in(options.out)
        self._key = shelf_key(backbone, self._requests.template, self._hardware.precision, options.pooling)
        # Prompts that begin alike are read anew: a state must not depend on what was asked before.
        how: Any = {"device": self._hardware.device, "precision": self._hardware.precision, "keep_prompts": 0}
        begun = time.perf_counter()
        self._base = SharedBase.open(backbone, **how)
        self._loading = time.perf_counter() - begun

    def __call__(self, block: Block) -> Report:
        """Encode the requests of a block and write them as one shard of the store.

        Raises:
            ConfigError: the model here is not that of the plan.
            DataError: a request at fault, or the data are not those of the plan.
            OutputError: the place cannot be written.
        """
        options = self._options
        if block["shelf"] != self._key.name:
            raise ConfigError(f"--model {options.model}: on this machine it is another one: use the same files on all")
        begun, seen = time.time(), self._base.seen_images
        found = self._requests.features(block["places"], self._base, options, options.threads or cores())
        if shard_stem(found.keys) != block["name"]:
            raise DataError(f"{options.data} has changed since the work was planned: run the same command again")
        rows = torch.split(found.features.to(torch.bfloat16), 1)
        self._store.write(self._key, dict(zip(found.keys, zip(rows, found.truncated, strict=True), strict=True)))
        loading, self._loading = self._loading, 0.0
        return {
            "name": block["name"],
            "rows": block["rows"],
            "computed": len(found.keys),
            "images": self._base.seen_images - seen,
            "truncated": sum(n for n, cut in zip(block["times"], found.truncated, strict=True) if cut),
            "device": self._hardware.device,
            "loading": loading,
            "begun": begun,
            "ended": time.time(),
        }


def finish(work: Plan[EncodeOptions], reports: Sequence[Report], tell: Progress) -> EncodeResult:
    """See that the store holds all, and say what it came to.

    Raises:
        OutputError: it let go of some.
    """
    store = store_in(work.options.out)
    there = next(report for report in reports if "summary" in report)
    shelf = there["summary"]["shelf"]
    shards = {**there["shards"], **{f"{r['name']}.safetensors": r["rows"] for r in reports if r is not there}}
    check_kept(store, shelf, shards, work.rows)
    devices = sorted({r["device"] for r in reports if "device" in r})
    computed, seconds = sum(r.get("computed", 0) for r in reports), elapsed(reports)
    summary = {
        **there["summary"],
        "device": ", ".join(devices) or there["summary"]["device"],
        "computed": computed,
        "images_seen": sum(r.get("images", 0) for r in reports),
        "truncated": sum(r["truncated"] for r in reports),
        "seconds": round(seconds, 3),
        "loading_seconds": round(max(r.get("loading", 0.0) for r in reports), 3),
        "rows_per_second": round(computed / max(seconds, 1e-6), 2) if computed else None,
        "launcher": where().to_dict(),
    }
    if work.options.out is not None:
        write_summary(store.folder, {shelf: summary})
    return EncodeResult(store.folder, shelf, summary)


STEP = MapStep(
    "encode",
    EncodeOptions,
    encode,
    reads=("data",),
    names=("model",),
    writes="out",
    needs=("vision",),
    plan=plan,
    worker=Encoder,
    finish=finish,
)
