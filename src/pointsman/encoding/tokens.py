"""Texts to token ids with a fast tokenizer, and batches of like length; needs no torch.

A tokenizer is a `tokenizers.Tokenizer`, or a Transformers one that holds such.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pointsman.errors import ArtifactError, MissingExtraError

Ints = npt.NDArray[np.int64]


def fast_of(tokenizer: Any) -> Any:
    """Return the `tokenizers.Tokenizer` within a Transformers tokenizer, or the one that was given."""
    return getattr(tokenizer, "backend_tokenizer", tokenizer)


def copy_of(tokenizer: Any) -> Any:
    """Return a `tokenizers.Tokenizer` of its own: cutting off is one of its settings, and threads may share it."""
    return type(fast_of(tokenizer)).from_str(fast_of(tokenizer).to_str())


class Tokenizers:
    """Copies of one tokenizer, each with its own setting for good (cutting off is a setting, and threads may share a
    copy); made when first asked for.

    Args:
        tokenizer: to copy.
    """

    def __init__(self, tokenizer: Any) -> None:
        self._original = tokenizer
        self._copies: dict[int | None, Any] = {}
        self._lock = threading.Lock()

    def of(self, max_length: int | None) -> Any:
        """Return the copy that cuts texts off at so many tokens; None: that reads them whole."""
        with self._lock:
            if max_length not in self._copies:
                made = copy_of(self._original)
                set_length(made, max_length)
                self._copies[max_length] = made
            return self._copies[max_length]


def read_tokenizer(file: Path) -> Any:
    """Read `tokenizer.json` with the `tokenizers` library alone.

    Raises:
        ArtifactError: missing or damaged.
    """
    try:
        from tokenizers import Tokenizer
    except ModuleNotFoundError:
        raise MissingExtraError("runtime", "tokenizers") from None
    try:
        return Tokenizer.from_file(str(file))
    except Exception as error:  # the library raises bare Exception
        raise ArtifactError(f"{file} is no tokenizer: {' '.join(str(error).split())[:160]}") from None


def tokenize(tokenizer: Any, texts: Sequence[str], max_length: int) -> tuple[list[list[int]], list[bool]]:
    """Return the token ids of each text, special tokens included, and whether its end was cut off."""
    if not texts:
        return [], []
    fast = fast_of(tokenizer)
    set_length(fast, max_length)
    encodings = fast.encode_batch_fast(list(texts))
    return [e.ids for e in encodings], [bool(e.overflowing) for e in encodings]


def set_length(fast: Any, max_length: int | None) -> None:
    """Have a tokenizer cut texts off at `max_length`, or not at all; what is set already is not touched."""
    if fast.padding is not None:
        fast.no_padding()
    found = fast.truncation
    if max_length is None:
        if found is not None:
            fast.no_truncation()
    elif found is None or (found["max_length"], found["stride"], found["direction"]) != (max_length, 0, "right"):
        fast.enable_truncation(max_length)


def pad_ids(rows: Sequence[Sequence[int]], pad_id: int = 0) -> tuple[Ints, Ints]:
    """Pad rows of token ids on the right.

    Returns:
        The batch and its attention mask, both int64 [rows, longest].
    """
    longest = max(len(row) for row in rows)
    batch = np.full((len(rows), longest), pad_id, np.int64)
    mask = np.zeros((len(rows), longest), np.int64)
    for number, row in enumerate(rows):
        batch[number, : len(row)] = row
        mask[number, : len(row)] = 1
    return batch, mask


def length_batches(lengths: Sequence[int], *, max_tokens: int, max_rows: int) -> list[list[int]]:
    """Group row indices of like length, longest first, into batches of bounded padded size.

    Args:
        lengths: tokens in each row.
        max_tokens: most padded tokens in a batch (one longer row still makes a batch of its own).
        max_rows: most rows in a batch.
    """
    batches: list[list[int]] = []
    current: list[int] = []
    longest = 0
    for index in sorted(range(len(lengths)), key=lambda i: (-lengths[i], i)):
        if current and (len(current) == max_rows or longest * (len(current) + 1) > max_tokens):
            batches.append(current)
            current = []
        if not current:
            longest = lengths[index]
        current.append(index)
    if current:
        batches.append(current)
    return batches
