"""Prompts that have been read already: a request that begins as the last one with the same adapter did (the same
screenshot, another instruction) reads only what is new.

Keys and values depend on the adapter, so each adapter has its own; they are kept for single requests alone.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import numpy as np

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

    def take(self, adapter: str | None, prepared: Prepared) -> tuple[Any, int] | None:
        """Return the cache of what a prompt shares with the adapter's last one, cropped to that, and its tokens.

        The cache is the caller's from then on.
        """
        found = self._read.pop(adapter, None)
        if found is None or found.image != prepared.image_key:
            return None
        shortest = min(len(found.ids), len(prepared.input_ids))
        differ = np.flatnonzero(found.ids[:shortest] != prepared.input_ids[:shortest])
        common = int(differ[0]) if len(differ) else shortest
        common = min(common, len(prepared.input_ids) - 1)  # one token at least has to be read for its scores
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


def rest(batch: Batch, common: int) -> Batch:
    """Return what is left of one request to read after its first `common` tokens."""
    return Batch(batch.ids[:, common:], batch.mask, batch.positions[..., common:], None, ())


def _crop(cache: Any, tokens: int) -> None:
    more = cache.get_seq_length() - tokens
    if more > 0:
        cache.crop(-more)
