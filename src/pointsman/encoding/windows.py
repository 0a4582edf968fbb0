"""Long texts in overlapping windows that each fit the model, so that token tasks read all of a text.

A window is a piece of the text itself, so the trunk, its store and training treat it as any other text. Each
character is answered for by one window: the one in which it stands furthest from a cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pointsman.data.alignment import Offsets, piece_offsets
from pointsman.encoding.tokens import fast_of, set_length


@dataclass(frozen=True)
class Window:
    """A part of a text.

    Attributes:
        text: that part.
        start: where it begins in the whole text.
        core: characters of the whole text that this window answers for; those of all windows join up.
        pieces: where each of its tokens stands in the whole text; None for special tokens and white space.
        ids: of its tokens, special tokens included.
    """

    text: str
    start: int
    core: Offsets
    pieces: tuple[Offsets | None, ...]
    ids: list[int]

    @property
    def own(self) -> list[int]:
        """Indices of the tokens that the window answers for."""
        low, high = self.core
        return [i for i, pair in enumerate(self.pieces) if pair is not None and low <= pair[0] < high]


def windows(tokenizer: Any, texts: Sequence[str], max_length: int) -> list[list[Window]]:
    """Return the windows of each text, in order; one for a text that fits.

    Args:
        tokenizer: of the backbone.
        texts: any number.
        max_length: tokens a window may have, special tokens included. A quarter of it is shared with the next.
    """
    if not texts:
        return []
    fast = fast_of(tokenizer)
    set_length(fast, None)
    out = []
    for text, encoding in zip(texts, fast.encode_batch(list(texts)), strict=True):
        if len(encoding.ids) <= max_length:
            out.append([Window(text, 0, (0, len(text)), tuple(_pieces(text, encoding)), encoding.ids)])
        else:
            out.append(_cut(fast, text, encoding, max_length))
    return out


def _pieces(text: str, encoding: Any, start: int = 0) -> list[Offsets | None]:
    marks = zip(encoding.offsets, encoding.special_tokens_mask, strict=True)
    pieces = piece_offsets(text, [None if special else pair for pair, special in marks])
    return [None if pair is None else (pair[0] + start, pair[1] + start) for pair in pieces]


def _cut(fast: Any, text: str, encoding: Any, max_length: int) -> list[Window]:
    # All tokens count, those of white space too: a window has room for so many.
    marks = zip(encoding.offsets, encoding.special_tokens_mask, strict=True)
    tokens: list[Offsets] = [pair for pair, special in marks if not special]
    room = max_length - sum(encoding.special_tokens_mask)
    overlap = room // 4
    parts: list[tuple[int, int, Any]] = []
    first = 0
    while True:
        last = min(first + room, len(tokens))
        if last < len(tokens):
            last = _word_start(text, tokens, last, last - overlap // 2)
        begin = tokens[first][0] if first else 0
        while True:
            # Up to the next token, so that characters without one (removed by the normaliser) are in some window.
            end = max(tokens[last][0], tokens[last - 1][1]) if last < len(tokens) else len(text)
            found = fast.encode(text[begin:end])
            # Cut out of its text a word may fall into other tokens, more of them.
            if len(found.ids) <= max_length or last - first <= 1:
                break
            last = max(last - max(1, len(found.ids) - max_length), first + 1)
        parts.append((begin, end, found))
        if last >= len(tokens):
            break
        first = max(_word_start(text, tokens, last - overlap, first + 1), first + 1)
    out = []
    low = 0
    for number, (begin, end, found) in enumerate(parts):
        high = len(text)
        if number + 1 < len(parts):
            middle = (parts[number + 1][0] + end) // 2
            high = _gap(text, middle, parts[number + 1][0], end)
        pieces = tuple(_pieces(text[begin:end], found, begin))
        out.append(Window(text[begin:end], begin, (low, high), pieces, found.ids))
        low = high
    return out


def _word_start(text: str, tokens: Sequence[Offsets], at: int, least: int) -> int:
    """Return the last index up to `at`, and not below `least`, whose token follows or holds white space."""
    for index in range(at, max(least, 1) - 1, -1):
        start = tokens[index][0]
        if text[start - 1 : start + 1].strip() != text[start - 1 : start + 1]:
            return index
    return max(at, least)


def _gap(text: str, middle: int, low: int, high: int) -> int:
    """Return the place nearest to `middle`, within bounds, just after white space; `middle` where there is none."""
    for distance in range(max(middle - low, high - middle)):
        for place in (middle - distance, middle + distance):
            if low < place <= high and text[place - 1].isspace():
                return place
    return middle
