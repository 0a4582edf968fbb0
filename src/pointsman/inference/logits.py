"""Texts to logits through whatever runs the model: `Logits` tokenises, batches and gathers; a `Forward` computes.

The same for torch, for an ONNX graph of one task, and (see `bundle`) for one of many. Needs no torch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from pointsman.encoding.tokens import Ints, Tokenizers, length_batches, pad_ids, tokenize
from pointsman.encoding.windows import Window, windows
from pointsman.inference.entities import Pieces

Floats32 = npt.NDArray[np.float32]
Forward = Callable[[Ints, Ints], Floats32]
"""Token ids and attention mask, int64 [rows, tokens], to logits: float32 [rows, classes], or [rows, tokens, labels]
of a token task."""

_ROWS = 128


class Logits:
    """Texts to logits of one task; thread-safe where its `Forward` is.

    Args:
        forward: runs the model.
        tokenizer: `tokenizers.Tokenizer`, a Transformers one that holds such, or the `Tokenizers` that several share.
        max_length: tokens after which a text is cut off, or the longest window.
        classes: number of labels.
        pad_id: token id that fills shorter rows.
        most: padded tokens that go through the model at once.
    """

    def __init__(
        self, forward: Forward, tokenizer: Any, max_length: int, classes: int, pad_id: int = 0, most: int = 1024
    ) -> None:
        self.forward = forward
        self.tokenizers = tokenizer if isinstance(tokenizer, Tokenizers) else Tokenizers(tokenizer)
        self.max_length = max_length
        self.classes = classes
        self.pad_id = pad_id
        self.most = most

    def __call__(self, texts: Sequence[str]) -> tuple[Floats32, list[bool]]:
        """Return logits float32 [texts, classes], and which texts were cut off."""
        ids, truncated = self.ids(texts)
        out = np.zeros((len(ids), self.classes), dtype=np.float32)
        for batch, logits in self.batches(ids):
            out[batch] = logits
        return out, truncated

    def ids(self, texts: Sequence[str]) -> tuple[list[list[int]], list[bool]]:
        """Return what the model reads of each text: token ids, and whether its end was cut off."""
        return tokenize(self.tokenizers.of(self.max_length), texts, self.max_length)

    def windows(self, texts: Sequence[str]) -> tuple[list[list[Window]], list[list[int]]]:
        """Return each text's windows, and the token ids of all windows in order."""
        found = windows(self.tokenizers.of(None), texts, self.max_length)
        # Of one token that alone is too long, what fits.
        fits = (w.ids if len(w.ids) <= self.max_length else self.ids([w.text])[0][0] for row in found for w in row)
        return found, list(fits)

    def ids_beside(self, texts: Sequence[str], found: Sequence[Sequence[Window]]) -> tuple[list[list[int]], list[bool]]:
        """Return what `ids` does, given what `windows` found: of a text that is one window its ids are known."""
        long = [i for i, row in enumerate(found) if len(row) > 1]
        cut = dict(zip(long, zip(*self.ids([texts[i] for i in long]), strict=True), strict=True))
        read = [cut[i] if i in cut else (row[0].ids, False) for i, row in enumerate(found)]
        return [ids for ids, _ in read], [truncated for _, truncated in read]

    def pieces(self, texts: Sequence[str]) -> list[Pieces]:
        """Return the scores of every word piece of each text, long texts read in overlapping windows."""
        found, ids = self.windows(texts)
        scores: list[Floats32] = [np.zeros((0, self.classes), np.float32)] * len(ids)
        for batch, logits in self.batches(ids):
            for position, index in enumerate(batch):
                scores[index] = logits[position, : len(ids[index])]
        return gather(texts, found, scores)

    def batches(self, ids: Sequence[Sequence[int]]) -> Iterator[tuple[list[int], Floats32]]:
        """Yield row indices of a batch with its logits."""
        for batch in length_batches([len(i) for i in ids], max_tokens=self.most, max_rows=_ROWS):
            yield batch, self.forward(*pad_ids([ids[i] for i in batch], self.pad_id))


def gather(texts: Sequence[str], found: Sequence[Sequence[Window]], scores: Sequence[Floats32]) -> list[Pieces]:
    """Put the scores of windows together: every word piece has those of the window that answers for it.

    Args:
        texts: as given.
        found: each text's windows.
        scores: of all windows in order, float32 [tokens, labels] each.
    """
    out, at = [], 0
    for text, row in zip(texts, found, strict=True):
        offsets = [pair for w in row for i in w.own if (pair := w.pieces[i]) is not None]
        parts = [scores[at + number][window.own] for number, window in enumerate(row)]
        out.append(Pieces(text, tuple(offsets), np.concatenate(parts)))
        at += len(row)
    return out
