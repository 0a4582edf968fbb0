"""Memory of models that are not used any more, given back to the machine; knows nothing of models.

A loaded graph is hundreds of megabytes in thousands of pieces: after it was let go of, the C library keeps most of them
for itself, and a server that replaces its models grows to twice its size and beyond.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc


def give_back() -> None:
    """Give back what nothing holds any more; blocks for some ten milliseconds, elsewhere than on Linux with little
    effect."""
    gc.collect()  # models may hold themselves
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
