"""Lists of providers to choose from on synthetic screens: nine layouts.

Takes a canvas and the box to draw in, gives what is on the screen: the names in order, which is highlighted.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pointsman.data.embedded.screens_widgets import Box, Canvas, blend

_SURNAMES = (
    "Novak", "Adler", "Brandt", "Costa", "Dahl", "Evans", "Fuchs", "Greco", "Holm", "Iversen", "Jung", "Klein",
    "Lind", "Moreau", "Nagy", "Olsen", "Petit", "Quint", "Roth", "Silva", "Toth", "Urban", "Weiss", "Young",
)  # fmt: skip
FIELDS = ("Dentist", "Surgeon", "Optician", "Therapist", "Dermatologist", "GP", "Cardiologist", "Midwife", "Radiology")
_CITIES = ("Leeds", "Bergen", "Graz", "Porto", "Lyon", "Gdansk", "Turin", "Ghent")
_HEADINGS = ("Providers", "Find care", "Doctors near you", "Choose a provider", "Results", "Practices")


@dataclass(frozen=True, slots=True)
class Provider:
    """One entry: `far` is in tenths of a kilometre, `stars` of five."""

    name: str
    field: str
    city: str
    far: int
    stars: int

    @property
    def distance(self) -> str:
        """As it is written."""
        return f"{self.far / 10:.1f} km"


@dataclass(frozen=True, slots=True)
class Listing:
    """Entries in order.

    Attributes:
        entries: the providers.
        chosen: place of the highlighted one, from 0.
        circles: photos are round.
    """

    entries: tuple[Provider, ...]
    chosen: int
    circles: bool


Layout = Callable[[Canvas, Box, random.Random], Listing]


def make_listing(rng: random.Random, count: int) -> Listing:
    """Draw so many entries."""
    names = rng.sample(_SURNAMES, count)
    far = rng.sample(range(3, 140), count)
    entries = tuple(
        Provider(f"Dr. {name}", rng.choice(FIELDS), rng.choice(_CITIES), far[i], rng.randint(1, 5))
        for i, name in enumerate(names)
    )
    return Listing(entries, rng.randrange(count), rng.random() < 0.5)


def _fitting(canvas: Canvas, height: float, lines: float, least: int, most: int) -> int:
    return max(least, min(most, int(height / (canvas.theme.size * lines))))


def list_heading(canvas: Canvas, box: Box, rng: random.Random) -> Box:
    """Draw a heading, a search field, both or none; return what is left."""
    theme = canvas.theme
    if box.height < 60:
        return box
    way = rng.choice(("none", "heading", "search", "both"))
    if way in ("heading", "both"):
        strip, box = box.cut_top(theme.size * 1.6)
        canvas.write(strip.inset(2, 0), rng.choice(_HEADINGS), canvas.fit(strip.height, 1.25), bold=True)
    if way in ("search", "both") and box.height > theme.size * 9:
        strip, box = box.cut_top(theme.size * 1.7)
        field, button = strip.inset(2, 1).cut_left(strip.width * rng.uniform(0.5, 0.75))
        canvas.box(field, theme.raised, theme.line, theme.corner)
        canvas.write(field.inset(4, 0), rng.choice(FIELDS), canvas.fit(field.height, 0.9), theme.faint)
        if rng.random() < 0.6:
            canvas.button(button.cut_left(4)[1].cut_left(theme.size * 4)[0], "Search")
    return box


def pager(canvas: Canvas, box: Box, rng: random.Random) -> Box:
    """Draw the numbers of the list's pages, or none; return what is left."""
    if rng.random() < 0.5 or box.height < 80:
        return box
    theme = canvas.theme
    strip, rest = box.cut_bottom(theme.size * 1.5)
    side, count = strip.height - 2, rng.randint(3, 5)
    left = strip.left + (strip.width - count * (side + 2)) // rng.choice((1, 2))
    for i in range(count):
        place = Box(left + i * (side + 2), strip.top + 1, left + i * (side + 2) + side, strip.bottom - 1)
        canvas.box(place, theme.raised, theme.line, theme.corner)
        canvas.write(place, str(i + 1), canvas.fit(place.height, 0.8), theme.text, "centre")
    return Box(rest.left, rest.top, rest.right, rest.bottom - 2)


def entry_lines(canvas: Canvas, box: Box, words: list[str], colour: tuple[int, int, int], align: str = "left") -> None:
    """Write a name and what is said of it, one under another, as many as fit."""
    fitting = max(1, min(len(words), int(box.height / max(6, canvas.theme.size * 1.05))))
    inner = box.inset(0, max(0, round((box.height - fitting * canvas.theme.size * 1.3) / 2)))
    for i, (part, word) in enumerate(zip(inner.rows(fitting), words, strict=False)):
        faint = canvas.theme.faint if colour == canvas.theme.text else colour
        size = canvas.fit(part.height, 1.0 if i == 0 else 0.85)
        canvas.write(part, word, size, colour if i == 0 else faint, align, bold=i == 0)  # type: ignore[arg-type]


def _avatars(canvas: Canvas, box: Box, rng: random.Random) -> Listing:
    theme = canvas.theme
    box = pager(canvas, list_heading(canvas, box, rng), rng)
    shown = make_listing(rng, _fitting(canvas, box.height, 2.7, 3, 7))
    button = rng.random() < 0.4 and box.width > theme.size * 16
    for i, (row, one) in enumerate(zip(box.rows(len(shown.entries)), shown.entries, strict=True)):
        canvas.across(row.left, row.right, row.top)
        inner = row.inset(2, 1)
        colour = canvas.mark(inner, theme.corner) if i == shown.chosen else theme.text
        photo, rest = inner.inset(2, 1).cut_left(inner.height)
        canvas.photo(photo.cut_right(2)[1], rng, shown.circles)
        right, rest = rest.cut_right(rest.width * 0.3)
        entry_lines(canvas, rest.inset(3, 0), [one.name, f"{one.field}, {one.city}"], colour)
        if button:
            canvas.button(
                right.inset(2, max(1, right.height // 5)), "Choose", plain=i != shown.chosen or theme.mark == "fill"
            )
        else:
            canvas.stars(right.inset(2, max(1, right.height // 4)), one.stars, colour)
    return shown


def _cards(canvas: Canvas, box: Box, rng: random.Random) -> Listing:
    theme = canvas.theme
    box = pager(canvas, list_heading(canvas, box, rng), rng)
    across = 2 if box.width < theme.size * 30 else rng.choice((2, 3))
    down = _fitting(canvas, box.height, 4.2, 2, 4)
    shown = make_listing(rng, across * down)
    for row, line in enumerate(box.rows(down, gap=4)):
        for column, card in enumerate(line.columns(across, gap=4)):
            i = row * across + column
            one = shown.entries[i]
            canvas.box(card, theme.raised, theme.line, theme.corner)
            colour = canvas.mark(card, theme.corner, theme.raised) if i == shown.chosen else theme.text
            photo, rest = card.inset(3).cut_left(min(card.height * 0.75, card.width * 0.36))
            canvas.photo(photo.cut_right(3)[1], rng, shown.circles)
            stars, rest = rest.cut_bottom(rest.height * 0.3)
            canvas.stars(stars.inset(0, 1), one.stars, colour)
            entry_lines(canvas, rest, [one.name, one.field, one.city], colour)
    return shown


def _table(canvas: Canvas, box: Box, rng: random.Random) -> Listing:
    theme = canvas.theme
    box = pager(canvas, list_heading(canvas, box, rng), rng)
    count = _fitting(canvas, box.height, 1.7, 4, 10) - 1
    shown = make_listing(rng, count)
    rows = box.rows(count + 1)
    canvas.box(rows[0], theme.bar)
    picks, ruled = rng.random() < 0.5, rng.random() < 0.5
    shares = (0.34, 0.33, 0.33) if box.width < theme.size * 20 else (0.28, 0.28, 0.22, 0.22)

    def cells(row: Box) -> list[Box]:
        parts, rest = [], row.cut_left(theme.size * 1.5)[1] if picks else row
        whole = rest.width
        for share in shares:
            part, rest = rest.cut_left(whole * share)
            parts.append(part.inset(3, 0))
        return parts

    for part, word in zip(cells(rows[0]), ("Name", "Field", "Distance", "City"), strict=False):
        canvas.write(part, word, canvas.fit(part.height, 0.95), theme.bar_text, bold=True)
    for i, (row, one) in enumerate(zip(rows[1:], shown.entries, strict=True)):
        colour = canvas.mark(row) if i == shown.chosen else theme.text
        if picks:
            square = row.cut_left(theme.size * 1.5)[0].inset(2, 0).square()
            canvas.tick(square.inset(max(0, (square.height - theme.size) // 2)), i == shown.chosen, circle=True)
        for part, word in zip(cells(row), (one.name, one.field, one.distance, one.city), strict=False):
            canvas.write(part, word, canvas.fit(part.height, 0.95), colour)
        if ruled:
            canvas.across(row.left, row.right, row.bottom - 1)
    return shown


def _radios(canvas: Canvas, box: Box, rng: random.Random) -> Listing:
    theme = canvas.theme
    box = pager(canvas, list_heading(canvas, box, rng), rng)
    shown = make_listing(rng, _fitting(canvas, box.height, 2.2, 3, 8))
    right = rng.random() < 0.4
    for i, (row, one) in enumerate(zip(box.rows(len(shown.entries), gap=3), shown.entries, strict=True)):
        canvas.box(row, theme.raised, theme.line, theme.corner)
        colour = canvas.mark(row, theme.corner, theme.raised) if i == shown.chosen else theme.text
        inner = row.inset(4, 1)
        side = min(inner.height, round(theme.size * 1.1))
        pick, rest = inner.cut_right(side) if right else inner.cut_left(side)
        canvas.tick(pick, i == shown.chosen, circle=True)
        far, rest = rest.inset(4, 0).cut_right(rest.width * 0.26)
        canvas.write(far, one.distance, canvas.fit(far.height, 0.9), colour, "right")
        entry_lines(canvas, rest, [one.name, one.field], colour)
    return shown


def _detail(canvas: Canvas, box: Box, rng: random.Random) -> Listing:
    theme = canvas.theme
    wide = box.width * rng.uniform(0.4, 0.5)
    left, right = box.cut_left(wide)
    left = pager(canvas, left, rng)
    shown = make_listing(rng, _fitting(canvas, left.height, 2.3, 3, 8))
    for i, (row, one) in enumerate(zip(left.rows(len(shown.entries)), shown.entries, strict=True)):
        colour = canvas.mark(row) if i == shown.chosen else theme.text
        photo, rest = row.inset(2).cut_left(row.height - 2)
        canvas.photo(photo.inset(1, 0), rng, shown.circles)
        entry_lines(canvas, rest.inset(2, 0), [one.name, one.field], colour)
        canvas.across(row.left, row.right, row.bottom - 1)
    canvas.down(right.left, right.top, right.bottom)
    one, panel = shown.entries[shown.chosen], right.inset(5, 3)
    upper, panel = panel.cut_top(panel.height * 0.34)
    canvas.photo(upper, rng, shown.circles)
    for word in (one.name, one.field, one.city):
        line, panel = panel.cut_top(max(6, theme.size * 1.2))
        canvas.write(line, word, canvas.fit(line.height, 1.1), align="centre", bold=word == one.name)
    stars, panel = panel.cut_top(theme.size * 1.2)
    canvas.stars(stars.inset(max(0, (stars.width - 5 * stars.height) // 2), 1), one.stars, theme.text)
    low, panel = panel.cut_bottom(theme.size * 1.7)
    canvas.bars(panel.inset(2), rng)
    canvas.button(low.inset(low.width // 6, 1), "Choose")
    return shown


def _photos(canvas: Canvas, box: Box, rng: random.Random) -> Listing:
    theme = canvas.theme
    box = list_heading(canvas, box, rng)
    shown = make_listing(rng, _fitting(canvas, box.height, 2.6, 3, 7))
    odd, left = rng.randrange(2), rng.random() < 0.5
    for i, (row, one) in enumerate(zip(box.rows(len(shown.entries)), shown.entries, strict=True)):
        if i % 2 == odd:
            canvas.box(row, blend(theme.surface, theme.text, 0.1))
        colour = canvas.mark(row.inset(1)) if i == shown.chosen else theme.text
        wide = row.height * 1.2
        photo, rest = row.inset(1).cut_left(wide) if left else row.inset(1).cut_right(wide)
        canvas.photo(photo.inset(1), rng, circle=False)
        stars, rest = rest.inset(3, 1).cut_bottom(rest.height * 0.36)
        canvas.stars(stars, one.stars, colour)
        canvas.write(stars, one.distance, canvas.fit(stars.height, 0.85), colour, "right")
        canvas.write(rest, f"{one.name}, {one.field}", canvas.fit(rest.height), colour, bold=True)
    return shown


def _map(canvas: Canvas, box: Box, rng: random.Random) -> Listing:
    theme = canvas.theme
    wide = box.width * rng.uniform(0.38, 0.48)
    plan, rest = box.cut_right(wide) if rng.random() < 0.7 else box.cut_left(wide)
    plan = plan.inset(2, 1)
    land = blend(theme.raised, (90, 170, 110), rng.uniform(0.1, 0.4))
    canvas.box(plan, land, theme.line)
    for _ in range(rng.randint(3, 5)):
        street = blend(land, theme.surface, 0.75)
        if rng.random() < 0.5:
            y = rng.randint(plan.top + 3, plan.bottom - 4)
            canvas.across(plan.left + 1, plan.right - 1, y, street, rng.choice((1, 2, 3)))
        else:
            x = rng.randint(plan.left + 3, plan.right - 4)
            canvas.down(x, plan.top + 1, plan.bottom - 1, street, rng.choice((1, 2, 3)))
    shown = make_listing(rng, _fitting(canvas, rest.height, 2.5, 3, 7))
    side, pictured = max(5, theme.size), rng.random() < 0.65
    for i in range(len(shown.entries)):
        x, y = rng.randint(plan.left + side, plan.right - side), rng.randint(plan.top + side, plan.bottom - side)
        paint = theme.accent if i == shown.chosen else theme.text
        canvas.shape([(x - side // 3, y - side // 3), (x + side // 3, y - side // 3), (x, y + side // 2)], paint)
        canvas.round(Box(x - side // 2, y - side, x + side // 2, y), paint)
    rest = rest.inset(1, 0)
    for i, (row, one) in enumerate(zip(rest.rows(len(shown.entries), gap=2), shown.entries, strict=True)):
        canvas.box(row, theme.raised, theme.line, theme.corner)
        colour = canvas.mark(row, theme.corner, theme.raised) if i == shown.chosen else theme.text
        inner = row.inset(3, 1)
        if pictured:
            photo, inner = inner.cut_left(min(inner.height, inner.width * 0.3))
            canvas.photo(photo, rng, shown.circles)
            inner = inner.cut_left(2)[1]
        stars, text = inner.cut_right(inner.width * 0.28)
        canvas.stars(stars.inset(0, max(1, stars.height // 4)), one.stars, colour)
        entry_lines(canvas, text, [one.name, one.distance], colour)
    return shown


def _tall(canvas: Canvas, box: Box, rng: random.Random) -> Listing:
    theme = canvas.theme
    box = pager(canvas, list_heading(canvas, box, rng), rng)
    count = 3 if box.width < theme.size * 24 else rng.choice((3, 4))
    shown = make_listing(rng, count)
    for i, (card, one) in enumerate(zip(box.columns(count, gap=4), shown.entries, strict=True)):
        canvas.box(card, theme.raised, theme.line, theme.corner)
        colour = canvas.mark(card, theme.corner, theme.raised) if i == shown.chosen else theme.text
        inner = card.inset(3)
        upper, inner = inner.cut_top(inner.height * 0.36)
        canvas.photo(upper, rng, shown.circles)
        low, inner = inner.cut_bottom(max(7, min(theme.size * 1.6, inner.height * 0.25)))
        canvas.button(low.inset(1), "Choose", plain=i != shown.chosen or theme.mark == "fill")
        stars, inner = inner.cut_bottom(max(4, min(theme.size * 1.1, inner.height * 0.3)))
        canvas.stars(stars.inset(max(0, (stars.width - 5 * stars.height) // 2), 0), one.stars, colour)
        entry_lines(canvas, inner, [one.name, one.field, one.city], colour, "centre")
    return shown


def _ranked(canvas: Canvas, box: Box, rng: random.Random) -> Listing:
    theme = canvas.theme
    box = list_heading(canvas, box, rng)
    shown = make_listing(rng, _fitting(canvas, box.height, 2.6, 3, 7))
    for i, (row, one) in enumerate(zip(box.rows(len(shown.entries), gap=2), shown.entries, strict=True)):
        colour = canvas.mark(row, theme.corner) if i == shown.chosen else theme.text
        number, rest = row.cut_left(row.height * 1.1)
        canvas.write(number, str(i + 1), canvas.fit(number.height, 1.8), colour, "centre", bold=True)
        photo, rest = rest.cut_left(row.height)
        canvas.photo(photo.inset(1), rng, shown.circles)
        right, rest = rest.cut_right(rest.width * 0.32)
        upper, lower = right.inset(2, 1).rows(2)
        canvas.stars(upper, one.stars, colour)
        canvas.write(lower, one.distance, canvas.fit(lower.height, 0.85), colour)
        entry_lines(canvas, rest.inset(4, 0), [one.name, one.field], colour)
        canvas.across(row.left, row.right, row.bottom)
    return shown


LAYOUTS: Mapping[str, Layout] = {
    "avatars": _avatars,
    "cards": _cards,
    "table": _table,
    "radios": _radios,
    "detail": _detail,
    "photos": _photos,
    "map": _map,
    "tall": _tall,
    "ranked": _ranked,
}


def draw(canvas: Canvas, box: Box, layout: Layout, rng: random.Random) -> dict[str, Any]:
    """Draw a list and return its facts: `names` in order and `highlighted` (a place, from 1)."""
    shown = layout(canvas, box, rng)
    return {"names": [one.name for one in shown.entries], "highlighted": shown.chosen + 1}
