"""Requests to the frozen generating model's features: computed once, or fetched from the store.

Takes examples, or the tensors that `preprocess` made of them. Training calls it by itself; `encode` calls it for each
block. The model is opened only where something is missing.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Sequence

import torch

from pointsman.backbones import Backbone
from pointsman.data.example import Example
from pointsman.encoding import ActivationStore
from pointsman.encoding.conversation import Prepared, Template
from pointsman.encoding.multimodal import Pooling
from pointsman.encoding.pooled import Pooled, Progress, pooled, request_key, shelf_key
from pointsman.encoding.shards import TensorFolder, TensorRow
from pointsman.inference.shared_base import SharedBase

OpenBase = Callable[[], SharedBase]
"""Gives the frozen model; called only where something is missing, and then once."""


def features_of(
    examples: Sequence[Example],
    base_factory: OpenBase,
    backbone: Backbone,
    template: Template,
    pooling: Pooling,
    precision: str,
    store: ActivationStore | None = None,
    progress: Progress | None = None,
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
    progress: Progress | None = None,
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
