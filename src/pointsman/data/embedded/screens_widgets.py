"""What synthetic screens are drawn with: boxes, a theme's colours and fonts, and a canvas of small widgets.

Knows nothing of the kinds of screen: a button, a photo or a highlighted part looks the same on all of them. Sizes are
pixels; boxes are left, top, right, bottom, the last two exclusive. Fonts are Pillow's own, at any size.
"""

from __future__ import annotations

import colorsys
import functools
import math
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from pointsman.errors import MissingExtraError

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

Colour = tuple[int, int, int]
Align = Literal["left", "centre", "right"]

SMALLEST_FONT = 5
"""Below it letters are no letters: nothing is written."""


class Box(NamedTuple):
    """A rectangle of pixels."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Pixels from side to side; negative where nothing is left of it."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Pixels from top to bottom; negative where nothing is left of it."""
        return self.bottom - self.top

    def inset(self, across: int, down: int | None = None) -> Box:
        """Return it smaller by so much on each side."""
        down = across if down is None else down
        return Box(self.left + across, self.top + down, self.right - across, self.bottom - down)

    def cut_top(self, height: float) -> tuple[Box, Box]:
        """Return the part of that height at the top, and the rest."""
        at = min(self.bottom, self.top + round(height))
        return Box(self.left, self.top, self.right, at), Box(self.left, at, self.right, self.bottom)

    def cut_bottom(self, height: float) -> tuple[Box, Box]:
        """Return the part of that height at the bottom, and the rest."""
        at = max(self.top, self.bottom - round(height))
        return Box(self.left, at, self.right, self.bottom), Box(self.left, self.top, self.right, at)

    def cut_left(self, width: float) -> tuple[Box, Box]:
        """Return the part of that width on the left, and the rest."""
        at = min(self.right, self.left + round(width))
        return Box(self.left, self.top, at, self.bottom), Box(at, self.top, self.right, self.bottom)

    def cut_right(self, width: float) -> tuple[Box, Box]:
        """Return the part of that width on the right, and the rest."""
        at = max(self.left, self.right - round(width))
        return Box(at, self.top, self.right, self.bottom), Box(self.left, self.top, at, self.bottom)

    def rows(self, count: int, gap: int = 0) -> list[Box]:
        """Return `count` parts of equal height, one under another."""
        step = (self.height + gap) / count
        tops = [self.top + round(step * i) for i in range(count + 1)]
        return [Box(self.left, tops[i], self.right, tops[i + 1] - gap) for i in range(count)]

    def columns(self, count: int, gap: int = 0) -> list[Box]:
        """Return `count` parts of equal width, side by side."""
        step = (self.width + gap) / count
        lefts = [self.left + round(step * i) for i in range(count + 1)]
        return [Box(lefts[i], self.top, lefts[i + 1] - gap, self.bottom) for i in range(count)]

    def square(self) -> Box:
        """Return the largest square in its middle."""
        side = min(self.width, self.height)
        left, top = self.left + (self.width - side) // 2, self.top + (self.height - side) // 2
        return Box(left, top, left + side, top + side)


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours and habits of one screen, drawn without a look at its kind.

    Attributes:
        page: behind everything; surface: behind the content; raised: of cards, fields and tiles; bar: of headers.
        text, faint: of words, and of words that matter less; bar_text: of words on a bar.
        line: of borders; accent: of buttons and what is highlighted; accent_text: of words on it.
        tint: of a part that is softly highlighted.
        mark: how the highlighted part is told: `fill`, `outline` or `tint`.
        corner: radius of corners at the base size; stroke: width of borders.
        size: pixels of the base font.
    """

    page: Colour
    surface: Colour
    raised: Colour
    bar: Colour
    text: Colour
    faint: Colour
    bar_text: Colour
    line: Colour
    accent: Colour
    accent_text: Colour
    tint: Colour
    mark: str
    corner: int
    stroke: int
    size: int


def _colour(hue: float, light: float, saturation: float) -> Colour:
    red, green, blue = colorsys.hls_to_rgb(hue % 1, min(1.0, max(0.0, light)), saturation)
    return round(red * 255), round(green * 255), round(blue * 255)


def readable_on(colour: Colour) -> Colour:
    """Return a colour for words on a colour."""
    red, green, blue = colour
    return (250, 250, 250) if 0.3 * red + 0.59 * green + 0.11 * blue < 150 else (24, 24, 28)


def blend(one: Colour, other: Colour, share: float) -> Colour:
    """Return a colour between two; `share` of it is the other."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def make_theme(rng: random.Random, size: int) -> Theme:
    """Return a theme: light, dark or tinted, with an accent colour of its own."""
    mode = rng.choices(("light", "dark", "tinted"), (5, 3, 2))[0]
    hue, other = rng.random(), rng.random()
    accent = _colour(hue, rng.uniform(0.35, 0.62), rng.uniform(0.45, 0.95))
    soft = rng.uniform(0.0, 0.35)
    if mode == "light":
        surface = _colour(other, rng.uniform(0.92, 1.0), soft)
        page = _colour(other, rng.uniform(0.78, 0.97), soft)
        raised = blend(surface, (0, 0, 0), rng.uniform(0.0, 0.1))
        text = _colour(other, rng.uniform(0.03, 0.25), soft)
    elif mode == "dark":
        surface = _colour(other, rng.uniform(0.07, 0.2), soft)
        page = _colour(other, rng.uniform(0.03, 0.25), soft)
        raised = blend(surface, (255, 255, 255), rng.uniform(0.0, 0.14))
        text = _colour(other, rng.uniform(0.82, 0.97), soft)
    else:
        surface = _colour(other, rng.uniform(0.6, 0.85), rng.uniform(0.2, 0.6))
        page = _colour(other + rng.uniform(-0.1, 0.1), rng.uniform(0.35, 0.8), rng.uniform(0.2, 0.6))
        raised = blend(surface, (255, 255, 255), rng.uniform(0.1, 0.7))
        text = _colour(other, rng.uniform(0.03, 0.16), soft)
    bar = rng.choice((accent, blend(accent, (0, 0, 0), 0.45), blend(surface, text, 0.12), page))
    return Theme(
        page=page,
        surface=surface,
        raised=raised,
        bar=bar,
        text=text,
        faint=blend(text, surface, rng.uniform(0.3, 0.5)),
        bar_text=readable_on(bar),
        line=blend(surface, text, rng.uniform(0.18, 0.5)),
        accent=accent,
        accent_text=readable_on(accent),
        tint=blend(surface, accent, rng.uniform(0.3, 0.45)),
        mark=rng.choice(("fill", "outline", "tint")),
        corner=rng.choice((0, 0, 1, 2, 4)),
        stroke=1 if size < 14 else rng.choice((1, 1, 2)),
        size=size,
    )


@functools.lru_cache(maxsize=64)
def _font(size: int) -> FreeTypeFont:
    from PIL import ImageFont

    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise MissingExtraError("vision", "pillow with FreeType")
    # Shaping is not needed for plain words, and one engine everywhere gives the same pixels everywhere.
    return font.font_variant(layout_engine=ImageFont.Layout.BASIC)


@functools.lru_cache(maxsize=4096)
def text_width(text: str, size: int) -> int:
    """Return the width of a text in pixels."""
    return math.ceil(_font(size).getlength(text))


class Canvas:
    """An image that is being drawn, in one theme.

    Attributes:
        theme: its colours and habits.
        image: what was drawn.
    """

    def __init__(self, size: tuple[int, int], theme: Theme) -> None:
        try:
            import PIL.Image
            import PIL.ImageDraw
        except ModuleNotFoundError:
            raise MissingExtraError("vision", "pillow") from None
        self.theme = theme
        self.image: Image = PIL.Image.new("RGB", size, theme.page)
        self._draw = PIL.ImageDraw.Draw(self.image)

    def fit(self, height: float, most: float = 1.0) -> int:
        """Return a font size for a line of that height: at most `most` times the theme's, 0 where none fits."""
        size = min(round(self.theme.size * most), int(height * 0.95))
        return size if size >= SMALLEST_FONT else 0

    def box(
        self, box: Box, fill: Colour | None = None, line: Colour | None = None, corner: int = 0, stroke: int = 0
    ) -> None:
        """Draw a rectangle; a box with nothing left of it draws nothing."""
        if box.width < 1 or box.height < 1:
            return
        edges = (box.left, box.top, box.right - 1, box.bottom - 1)
        corner = min(corner, box.width // 2, box.height // 2)
        stroke = stroke or self.theme.stroke
        if corner > 0:
            self._draw.rounded_rectangle(edges, corner, fill, line, stroke if line else 0)
        else:
            self._draw.rectangle(edges, fill, line, stroke if line else 0)

    def round(self, box: Box, fill: Colour | None = None, line: Colour | None = None, stroke: int = 0) -> None:
        """Draw an ellipse that fills the box."""
        if box.width >= 1 and box.height >= 1:
            edges = (box.left, box.top, box.right - 1, box.bottom - 1)
            self._draw.ellipse(edges, fill, line, (stroke or self.theme.stroke) if line else 0)

    def across(self, left: int, right: int, y: int, colour: Colour | None = None, stroke: int = 0) -> None:
        """Draw a horizontal line."""
        self._draw.line((left, y, right - 1, y), colour or self.theme.line, stroke or self.theme.stroke)

    def down(self, x: int, top: int, bottom: int, colour: Colour | None = None, stroke: int = 0) -> None:
        """Draw a vertical line."""
        self._draw.line((x, top, x, bottom - 1), colour or self.theme.line, stroke or self.theme.stroke)

    def shape(self, points: list[tuple[float, float]], fill: Colour) -> None:
        """Draw a filled polygon."""
        self._draw.polygon(points, fill)

    def write(
        self, box: Box, text: str, size: int, colour: Colour | None = None, align: Align = "left", bold: bool = False
    ) -> None:
        """Write one line in the middle of a box's height: smaller where the box is too narrow, and cut at the last.

        `size` 0 (see `fit`) draws a dash as long as the words would be.
        """
        if box.width < 2 or box.height < 2 or not text:
            return
        if size < SMALLEST_FONT:
            self._dash(box, len(text), colour or self.theme.text, align)
            return
        bold = bold and size >= 9
        room, least = box.width - bold, max(SMALLEST_FONT, round(size * 0.7))
        while size > least and text_width(text, size) > room:
            size -= 1
        while text and text_width(text, size) > room:
            text = text[:-1]
        y = (box.top + box.bottom) / 2
        x, anchor = {
            "left": (box.left, "lm"),
            "centre": ((box.left + box.right) / 2, "mm"),
            "right": (box.right, "rm"),
        }[align]
        paint = colour or self.theme.text
        self._draw.text((x, y), text, paint, _font(size), anchor)
        if bold:
            self._draw.text((x + 1, y), text, paint, _font(size), anchor)

    def _dash(self, box: Box, letters: int, colour: Colour, align: Align) -> None:
        thick = max(1, box.height // 2)
        long = min(max(1, box.width * 3 // 4), max(2, round(letters * (thick + 1) * 0.8)))
        shift = {"left": 0, "centre": (box.width - long) // 2, "right": box.width - long}[align]
        left, top = box.left + shift, box.top + (box.height - thick) // 2
        self.box(Box(left, top, left + long, top + thick), blend(colour, self.theme.surface, 0.3))

    def mark(self, box: Box, corner: int = 0, inner: Colour | None = None) -> Colour:
        """Draw the highlighted part's ground, the theme's way, and return the colour of the words on it.

        Args:
            box: the part.
            corner: radius of its corners.
            inner: of the part where the theme only outlines it; None: what is there already.
        """
        theme = self.theme
        if theme.mark == "fill":
            self.box(box, theme.accent, corner=corner)
            return theme.accent_text
        if theme.mark == "tint":
            self.box(box, theme.tint, theme.accent, corner)
        else:
            self.box(box, inner, theme.accent, corner, theme.stroke + 1)
        return theme.text

    def button(self, box: Box, text: str, plain: bool = False) -> None:
        """Draw a button; `plain` is one that matters less."""
        theme = self.theme
        if plain:
            self.box(box, theme.raised, theme.line, theme.corner)
        else:
            self.box(box, theme.accent, corner=theme.corner)
        colour = theme.text if plain else theme.accent_text
        self.write(box.inset(2, 0), text, self.fit(box.height, 0.9), colour, "centre")

    def tick(self, box: Box, on: bool, circle: bool = False) -> None:
        """Draw a check box, or a radio button, in the middle of a box."""
        square = box.square()
        draw = self.round if circle else self.box
        draw(square, self.theme.raised, self.theme.faint)
        if on and square.width > 4:
            draw(square.inset(max(1, square.width // 4)), self.theme.accent)

    def stars(self, box: Box, full: int, words: Colour, of: int = 5) -> None:
        """Draw a rating, as large as the box allows, from its left side, beside words of a colour."""
        lit = self.theme.accent if words == self.theme.text else words
        side = min(box.height, box.width // of)
        if side < 3:
            return
        for i in range(of):
            x, y = box.left + side * (i + 0.5), (box.top + box.bottom) / 2
            points = []
            for corner in range(10):
                radius = side * (0.5 if corner % 2 == 0 else 0.22)
                turn = math.pi * (corner / 5 - 0.5)
                points.append((x + radius * math.cos(turn), y + radius * math.sin(turn)))
            self.shape(points, lit if i < full else self.theme.line)

    def photo(self, box: Box, rng: random.Random, circle: bool) -> None:
        """Draw somebody's picture: a head and shoulders on a colour."""
        square = box.square()
        if square.width < 3:
            return
        ground = _colour(rng.random(), rng.uniform(0.4, 0.75), rng.uniform(0.2, 0.7))
        figure = blend(ground, readable_on(ground), 0.6)
        (self.round if circle else self.box)(square, ground)
        x, side = (square.left + square.right) // 2, square.width
        head, body = max(1, round(side * 0.17)), max(1, round(side * 0.27))
        top = square.top + round(side * 0.2)
        self.round(Box(x - head, top, x + head, top + 2 * head), figure)
        low = square.bottom - (round(side * 0.14) if circle else 0)
        self.round(Box(x - body, top + 2 * head, x + body, max(low, top + 2 * head + 2)), figure)

    def bars(self, box: Box, rng: random.Random, gap: int = 2, colour: Colour | None = None) -> None:
        """Draw lines of text too small to be read, from top to bottom."""
        step = max(3, round(self.theme.size * 0.95))
        for top in range(box.top, box.bottom - step // 2, step):
            long = round(box.width * rng.uniform(0.4, 1.0))
            self.box(Box(box.left, top, box.left + long, top + max(1, step - gap - 2)), colour or self.theme.line)
