"""Prompts that have been read already: a request that begins as the last one with the same adapter did (the same
screenshot, another instruction; the same question before another text) reads only what is new, and requests side by
side for one adapter read once what all of them begin with.

Keys and values depend on the adapter, so each adapter has its own.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch

from pointsman.encoding.conversation import Prepared
from pointsman.encoding.multimodal import Batch


@dataclass(frozen=True)
class _Read:
    ids: Any
    image: str
    cache: Any


class Prefixes:
    """The last prompt of each adapter. Not thread-safe.

    Args:
        most: adapters whose last prompt is kept; 0: none.
        image_token: id of a part of an image; None: the model takes no images.

    Attributes:
        reused: tokens that were not read again, in all.
    """

    def __init__(self, most: int, image_token: int | None) -> None:
        self.reused = 0
        self._most, self._image_token = most, image_token
        self._read: OrderedDict[str | None, _Read] = OrderedDict()

    def take(self, adapter: str | None, prepared: Prepared, most: int | None = None) -> tuple[Any, int] | None:
        """Return the cache of what a prompt shares with the adapter's last one, cropped to that, and its tokens.

        At most `most` tokens; None: all but one, which has to be read for its scores. The cache is the caller's then.
        """
        found = self._read.pop(adapter, None)
        if found is None or found.image != prepared.image_key:
            return None
        shortest = min(len(found.ids), len(prepared.input_ids))
        differ = np.flatnonzero(found.ids[:shortest] != prepared.input_ids[:shortest])
        common = int(differ[0]) if len(differ) else shortest
        common = min(common, len(prepared.input_ids) - 1 if most is None else most)
        if prepared.pixel_values is not None and (prepared.input_ids[common:] == self._image_token).any():
            return None
        if common < 1:
            return None
        _crop(found.cache, common)
        self.reused += common
        return found.cache, common

    def keep(self, adapter: str | None, prepared: Prepared, cache: Any) -> None:
        """Keep a prompt's cache; whatever comes after the prompt is cut off."""
        if not self._most or (prepared.pixel_values is not None and not prepared.image_key):
            return
        _crop(cache, len(prepared.input_ids))
        self._read[adapter] = _Read(prepared.input_ids, prepared.image_key, cache)
        self._read.move_to_end(adapter)
        while len(self._read) > self._most:
            self._read.popitem(last=False)

    def forget(self, adapter: str | None) -> None:
        """Let go of an adapter's prompt."""
        self._read.pop(adapter, None)


def beginning(prepared: Sequence[Prepared], image_token: int | None) -> Prepared:
    """Return what all requests begin with, up to their first image; each has one token more at least."""
    first, shortest = prepared[0].input_ids, min(len(one.input_ids) for one in prepared) - 1
    alike = np.ones(shortest, bool) if image_token is None else first[:shortest] != image_token
    for one in prepared[1:]:
        alike &= one.input_ids[:shortest] == first[:shortest]
    common = shortest if alike.all() else int(alike.argmin())
    return Prepared(first[:common])


def rest(batch: Batch, common: int) -> Batch:
    """Return what is left to read of requests that all begin with the same `common` tokens.

    Rows are padded between those and what is left. One request's image has to lie among those; several requests' images
    behind them.
    """
    if len(batch.ids) == 1:
        return Batch(batch.ids[:, common:], batch.mask, batch.positions[..., common:], None, ())
    places = torch.arange(batch.ids.shape[1], device=batch.ids.device)
    pads = batch.ids.shape[1] - batch.mask.sum(1, keepdim=True)
    mask = ((places < common) | (places >= common + pads)).to(batch.mask.dtype)
    types = batch.types[:, common:] if batch.types is not None else None
    return replace(batch, ids=batch.ids[:, common:], mask=mask, positions=batch.positions[..., common:], types=types)


def _crop(cache: Any, tokens: int) -> None:
    more = cache.get_seq_length() - tokens
    if more > 0:
        cache.crop(-more)
