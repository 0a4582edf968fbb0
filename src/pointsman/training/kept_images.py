"""A frozen vision tower's outputs, computed once for each distinct image and kept while training goes on.

An epoch then costs the language model alone. Images are looked at one by one, so that what is seen depends neither on
the rest of a batch nor on what was kept: a resumed run, or one with less memory, ends at the same weights.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import torch

from pointsman.encoding.conversation import Prepared
from pointsman.encoding.multimodal import FrozenModel, Seen

KEEP_BYTES = 2_000_000_000


def image_key(prepared: Prepared) -> bytes:
    """Return what two requests share when their images are the same; b"": no image."""
    if prepared.pixel_values is None or prepared.grid is None:
        return b""
    found = hashlib.sha256(prepared.grid.tobytes())
    found.update(np.ascontiguousarray(prepared.pixel_values).data)
    return found.digest()


class KeptImages:
    """Looks at images, and remembers what it saw.

    The first images are kept until the memory is full, and none leaves: over epochs, which ask for all images in turn,
    letting the oldest go would forget each just before it is asked for again.

    Args:
        frozen: the model.
        keep_bytes: most bytes kept, on the model's device; 0 keeps nothing.

    Attributes:
        frozen: as given.
        computed: how many images went through the tower.
        held_bytes: kept so far.
    """

    def __init__(self, frozen: FrozenModel, keep_bytes: int = KEEP_BYTES) -> None:
        self.frozen = frozen
        self.computed = self.held_bytes = 0
        self._limit = keep_bytes
        self._kept: dict[bytes, Seen] = {}

    def see(self, prepared: Sequence[Prepared], keys: Sequence[bytes] | None = None) -> list[Seen | None]:
        """Return what the tower makes of each request's image; None for a request without one.

        Args:
            prepared: requests.
            keys: what `image_key` gave for them; None: found now.
        """
        keys = [image_key(one) for one in prepared] if keys is None else keys
        now: dict[bytes, Seen] = {}
        for one, key in zip(prepared, keys, strict=True):
            if key and key not in self._kept and key not in now:
                now[key] = self._look(one)
                self._keep(key, now[key])
        return [(self._kept.get(key) or now[key]) if key else None for key in keys]

    def forget(self) -> None:
        """Let go of everything and keep nothing from now on: the tower itself is being trained."""
        self._kept.clear()
        self._limit = self.held_bytes = 0

    def _look(self, prepared: Prepared) -> Seen:
        self.computed += 1
        with torch.inference_mode(False):  # tensors of inference mode are of no use where gradients are taken
            (found,) = self.frozen.see([prepared])
        assert found is not None
        return found

    def _keep(self, key: bytes, seen: Seen) -> None:
        parts = (seen.tokens, *seen.deep)
        size = sum(part.numel() * part.element_size() for part in parts)
        if self.held_bytes + size <= self._limit:
            self._kept[key] = seen
            self.held_bytes += size
