"""Images that show the same: equal pixels, and copies that were scaled, compressed again or slightly cropped.

Takes decoded images one by one (`sketch`), then joins the sketches to groups (`image_groups`). A hash of a few bits
cannot tell two screens of one application apart, so pictures are compared piece by piece: both are laid over each other
at 192 x 192 grey values (less, if one has less to show), and they show the same when even their least alike piece is
alike. One other value in one field of a form is another picture. Figures for the thresholds stand in docs/log.md. Knows
no rows and no labels.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from pointsman.data.near import Groups

if TYPE_CHECKING:
    from PIL.Image import Image

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]

SAME = 0.94
"""Correlation of the least alike piece from which two pictures show the same."""
SAME_SMALL = 0.92
"""The same when one is too small to be compared at full size: what compressing it changed is not averaged out."""
SAME_CROPPED = 0.8
"""The same after one was cropped: what is laid over the other never fits to the pixel."""
MOST_CROPPED = 0.04
"""Share of a side that may be missing at each of its ends."""

_SIDE = 256  # of a sketch
_FINE = 192  # of what is compared in the end, at most
_DETAIL = 0.75  # of a picture's smaller side: more grey values hold nothing but noise
_COARSE = 64  # of what all pairs are compared by first
_PIECES = 8  # a side, at both sizes
_MAYBE = 0.7  # least correlation of a coarse piece for a closer look
_MAYBE_CROPPED = 0.6  # the same, when one was cropped
_PROFILE = 128  # points of a profile
_ALIKE_PROFILES = (0.94, 0.85)  # of large pictures; when one is small
_GAIN = 0.015  # by which a cropped profile has to fit better than the whole one
_SMOOTH = 1  # half the width of a window over a profile
_STEPS = 9  # places tried for each end of a side
_FLOOR = 9.0  # grey values squared: in a piece of less variance there is nothing to compare but noise
_ROWS_AT_ONCE = 512
_REMEMBERED = 4096  # pictures cut to pieces, of at most 74 kB
_REACH = 96  # a piece of a cropped picture may be off by one grey value in so many


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is kept of an image.

    Attributes:
        digest: sha256 of size and pixels.
        grey: uint8 [256, 256], the whole image whatever its shape.
        detail: grey values a side that it can be compared at, a multiple of 16 from 64 to 192.
    """

    digest: str
    grey: Bytes
    detail: int


def sketch(image: Image) -> Sketch:
    """Return the sketch of a decoded RGB image."""
    from PIL import Image as Pillow

    digest = hashlib.sha256(f"{image.mode} {image.width} {image.height}\n".encode())
    digest.update(image.tobytes())
    grey = image.convert("L").resize((_SIDE, _SIDE), Pillow.Resampling.LANCZOS)
    detail = 16 * int(_DETAIL * min(image.size) / 16)
    return Sketch(digest.hexdigest(), np.asarray(grey, np.uint8), min(_FINE, max(_COARSE, detail)))


def image_groups(sketches: Sequence[Sketch], progress: Callable[[int, int], None] | None = None) -> list[int]:
    """Return each image's group: the number of the first image that it shows the same as, directly or through others.

    Args:
        sketches: of the images, in any order.
        progress: called with images done and all.
    """
    first: dict[str, int] = {}
    for number, one in enumerate(sketches):
        first.setdefault(one.digest, number)
    distinct = list(first.values())
    joined = Groups(len(sketches))
    for number, one in enumerate(sketches):
        joined.join(first[one.digest], number)
    kept = [sketches[number] for number in distinct]
    for a, b in (*_scaled(kept, progress), *_cropped(kept)):
        joined.join(distinct[a], distinct[b])
    return joined.roots()


def alike(one: Sketch, other: Sketch) -> bool:
    """Return whether two images show the same."""
    return len(set(image_groups([one, other]))) == 1


# --- copies of the whole image ----------------------------------------------------------------------------------------


def _scaled(kept: Sequence[Sketch], progress: Callable[[int, int], None] | None) -> Iterator[tuple[int, int]]:
    """Yield pairs that show the same, uncropped: all pairs coarsely, those that may be the same closely."""
    if len(kept) < 2:
        return
    coarse = np.stack([_units(_resized(one.grey, _COARSE)) for one in kept])
    fine = _Fine(kept)
    for begin in range(0, len(kept), _ROWS_AT_ONCE):
        block = coarse[begin : begin + _ROWS_AT_ONCE]
        least = np.ones((len(block), len(kept)), np.float32)
        for piece in range(coarse.shape[1]):
            np.minimum(least, block[:, piece] @ coarse[:, piece].T, out=least)
        for row in range(len(block)):
            a = begin + row
            others = a + 1 + np.flatnonzero(least[row, a + 1 :] >= _MAYBE)
            for b in fine.near(a, others.tolist()):
                if _same(kept[a], kept[b]):
                    yield a, b
        if progress is not None:
            progress(min(begin + _ROWS_AT_ONCE, len(kept)), len(kept))


class _Fine:
    """Compares one picture with many at full size, by pieces that do not overlap: none that is near is missed."""

    def __init__(self, kept: Sequence[Sketch]) -> None:
        self._kept = kept
        self._units: dict[tuple[int, int], npt.NDArray[np.float16]] = {}

    def near(self, one: int, others: Sequence[int]) -> list[int]:
        """Return those of `others` that may show the same as `one`."""
        found = []
        by_side: dict[int, list[int]] = {}
        for other in others:
            by_side.setdefault(min(self._kept[one].detail, self._kept[other].detail), []).append(other)
        for side, numbers in by_side.items():
            mine = self._of(one, side).astype(np.float32)
            for other in numbers:
                least = float((mine * self._of(other, side)).sum(axis=1).min())
                if least >= _needed(side) - 0.01:  # what is kept has three digits
                    found.append(other)
        return found

    def _of(self, number: int, side: int) -> npt.NDArray[np.float16]:
        key = (number, side)
        if key not in self._units:
            if len(self._units) >= _REMEMBERED:
                self._units.clear()
            self._units[key] = _units(_resized(self._kept[number].grey, side)).astype(np.float16)
        return self._units[key]


def _same(one: Sketch, other: Sketch) -> bool:
    side = min(one.detail, other.detail)
    return _least(_resized(one.grey, side), _resized(other.grey, side)) >= _needed(side)


def _needed(side: int) -> float:
    return SAME if side == _FINE else SAME_SMALL


def _resized(grey: Bytes, side: int, box: tuple[float, float, float, float] | None = None) -> Floats:
    """Return grey values [side, side] of a sketch, or of `box` (left, top, right, bottom in its pixels)."""
    from PIL import Image as Pillow
    from PIL import ImageFilter

    small = Pillow.fromarray(grey).resize((side, side), Pillow.Resampling.LANCZOS, box=box)
    return np.asarray(small.filter(ImageFilter.GaussianBlur(0.7)), np.float32)


def _units(grey: Floats) -> Floats:
    """Return the pieces of grey values as vectors whose product is their correlation: [64, pixels + 1]."""
    side = len(grey) // _PIECES
    cut = grey.reshape(_PIECES, side, _PIECES, side).swapaxes(1, 2).reshape(_PIECES * _PIECES, side * side)
    return _normed(cut)


def _normed(rows: Floats) -> Floats:
    """Return rows less their mean, and the noise floor as one more value, all of length 1: [n, width + 1]."""
    centred = rows - rows.mean(axis=1, keepdims=True)
    whole = np.concatenate([centred, np.full((len(rows), 1), np.sqrt(_FLOOR * rows.shape[1]))], axis=1)
    return np.asarray(whole / np.linalg.norm(whole, axis=1, keepdims=True), np.float32)


def _least(one: Floats, other: Floats, reach: int = 0) -> float:
    """Return the correlation of the least alike piece; each piece of one may be off by `reach` pixels."""
    side = len(one) // _PIECES
    starts = range(0, len(one) - side + 1, side // 2)
    places = np.array([(y, x) for y in starts for x in starts])
    windows = np.lib.stride_tricks.sliding_window_view
    mine = _normed(windows(one, (side, side))[places[:, 0], places[:, 1]].reshape(len(places), -1))
    theirs = windows(np.pad(other, reach, mode="edge"), (side, side))
    best = np.full(len(places), -1.0, np.float32)
    for dy in range(2 * reach + 1):
        for dx in range(2 * reach + 1):
            cut = theirs[places[:, 0] + dy, places[:, 1] + dx].reshape(len(places), -1)
            np.maximum(best, (mine * _normed(cut)).sum(axis=1), out=best)
    return float(best.min())


# --- one a part of the other ------------------------------------------------------------------------------------------


def _cropped(kept: Sequence[Sketch]) -> Iterator[tuple[int, int]]:
    """Yield pairs of which one shows the other without a strip at its edges.

    Where the strips end is found for each axis by itself: how much happens in each column (row) of one picture has to
    be that of the other, stretched.
    """
    if len(kept) < 2:
        return
    ends = np.linspace(0, MOST_CROPPED, _STEPS)
    cuts = [(low, high) for low in ends for high in ends]
    profiles = [np.stack([_profile(one.grey, axis) for one in kept]) for axis in (0, 1)]
    small = np.array([one.detail < _FINE for one in kept])
    whole = [_sampled(profile, 0.0, 0.0) for profile in profiles]
    parts = [[_sampled(profile, low, high) for low, high in cuts] for profile in profiles]
    for begin in range(0, len(kept), _ROWS_AT_ONCE):
        rows = slice(begin, begin + _ROWS_AT_ONCE)
        fits = np.ones((min(_ROWS_AT_ONCE, len(kept) - begin), len(kept)), bool)
        gain = np.zeros(fits.shape, np.float32)
        needed = np.where(small[rows, None] | small, _ALIKE_PROFILES[1], _ALIKE_PROFILES[0])
        for axis in (0, 1):
            plain = whole[axis][rows] @ whole[axis].T
            best = plain.copy()
            for part in parts[axis]:
                np.maximum(best, part[rows] @ whole[axis].T, out=best)
                np.maximum(best, whole[axis][rows] @ part.T, out=best)
            fits &= best >= needed
            gain = np.maximum(gain, best - plain)
        for a, b in zip(*np.nonzero(fits & (gain >= _GAIN)), strict=True):
            if begin + a < b and _fits(kept, profiles, int(begin + a), int(b)):
                yield int(begin + a), int(b)


def _profile(grey: Bytes, axis: int) -> Floats:
    """Return how much happens in each column (axis 0) or row (axis 1): the mean step to the next, smoothed, [256]."""
    steps = np.abs(np.diff(grey.astype(np.float32), axis=1 - axis))
    profile = np.sqrt(steps.mean(axis=axis))
    padded = np.pad(profile, (_SMOOTH, _SMOOTH + 1), mode="edge")
    weights = np.hanning(2 * _SMOOTH + 3)[1:-1]
    return np.asarray(np.convolve(padded, weights / weights.sum(), mode="valid"), np.float32)


def _sampled(profiles: Floats, low: float, high: float) -> Floats:
    """Return profiles [n, 256] without a share at either end, stretched to 128 points, mean 0, length 1: [n, 128]."""
    at, share = _places(np.array([low]), np.array([high]))
    return _unit(profiles[:, at[0]] * (1 - share[0]) + profiles[:, at[0] + 1] * share[0])


def _places(low: npt.NDArray[np.float64], high: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.int64], Floats]:
    """Return where to read a profile without these shares at its ends: left neighbour and share of the right one."""
    middle = (np.arange(_PROFILE) + 0.5) / _PROFILE
    at = np.clip((low[:, None] + (1 - low - high)[:, None] * middle) * _SIDE - 0.5, 0, _SIDE - 1.001)
    left = at.astype(np.int64)
    return left, (at - left).astype(np.float32)


def _unit(values: Floats) -> Floats:
    values = values - values.mean(axis=1, keepdims=True)
    return np.asarray(values / (np.linalg.norm(values, axis=1, keepdims=True) + 1e-6), np.float32)


def _fits(kept: Sequence[Sketch], profiles: Sequence[Floats], a: int, b: int) -> bool:
    """Return whether two pictures show the same where they overlap."""
    boxes = {a: [0.0, 0.0, float(_SIDE), float(_SIDE)], b: [0.0, 0.0, float(_SIDE), float(_SIDE)]}
    for axis in (0, 1):
        which, low, high = _best_cut(profiles[axis], a, b)
        boxes[which][axis], boxes[which][2 + axis] = low * _SIDE, (1 - high) * _SIDE
    cut = [(kept[n].grey, (box[0], box[1], box[2], box[3])) for n, box in boxes.items()]
    one, other = (_units(_resized(grey, _COARSE, box)) for grey, box in cut)
    if (one * other).sum(axis=1).min() < _MAYBE_CROPPED:
        return False
    side = min(kept[a].detail, kept[b].detail)
    one, other = (_resized(grey, side, box) for grey, box in cut)
    return _least(one, other, max(1, side // _REACH)) >= SAME_CROPPED


def _best_cut(profiles: Floats, a: int, b: int) -> tuple[int, float, float]:
    """Return which of two is to be cut, and the shares at its ends."""
    fine = np.linspace(0, MOST_CROPPED, 2 * _STEPS)
    low, high = (grid.ravel() for grid in np.meshgrid(fine, fine, indexing="ij"))
    at, share = _places(low, high)
    found = []
    for which, other in ((a, b), (b, a)):
        cut = _unit(profiles[which][at] * (1 - share) + profiles[which][at + 1] * share)
        scores = cut @ _sampled(profiles[other : other + 1], 0.0, 0.0)[0]
        best = int(scores.argmax())
        found.append((float(scores[best]), which, float(low[best]), float(high[best])))
    return max(found)[1:]
