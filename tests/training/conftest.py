"""Rows of the tiny tasks, as a branch reads them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pointsman.backbones import Backbone
    from pointsman.training.batches import Rows

LABELS = ("animal", "fruit", "tool")


@pytest.fixture(scope="session")
def make_rows(draw_texts: Callable[..., list[str]]) -> Callable[..., Rows]:
    """Return what makes rows of 3 classes, fp32, at a depth (None: token ids)."""
    import torch

    from pointsman.backbones.cut import load_tokenizer
    from pointsman.encoding import encode, tokenize
    from pointsman.training.batches import Rows

    def make(backbone: Backbone, n: int, depth: int | None, seed: int = 0) -> Rows:
        texts = [text for label in LABELS for text in draw_texts(label, n // 3, seed)]
        labels = [i for i in range(3) for _ in range(n // 3)]
        if depth is None:
            ids, _ = tokenize(load_tokenizer(backbone), texts, 32)
            return Rows([torch.tensor(row) for row in ids], labels)
        found = encode(backbone, texts, depth=depth, max_length=32, dtype=torch.float32)
        return Rows(found.rows, labels)

    return make
