"""Month calendars on synthetic screens: nine layouts of one month's grid, seven days wide.

Takes a canvas and the box to draw in, gives what is on the screen: which month, which day is highlighted.
"""

from __future__ import annotations

import calendar
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pointsman.data.embedded.screens_widgets import Box, Canvas, Colour, blend

MONTHS = tuple(calendar.month_name)[1:]
YEARS = range(2024, 2029)
EVENTS = ("Call", "Lunch", "Visit", "Review", "Yoga", "Dentist", "Demo", "Train", "Choir", "Repair")


@dataclass(frozen=True, slots=True)
class Month:
    """One month and how its days are told.

    Attributes:
        weeks: days by week, each with whether it is of this month.
        chosen: day that is highlighted; 0: none (a neighbouring month).
        header: the month as it is written above; heads: the weekdays as written.
        others: neighbouring months' days are shown.
        busy: days with events.
    """

    year: int
    month: int
    weeks: tuple[tuple[tuple[int, bool], ...], ...]
    chosen: int
    header: str
    heads: tuple[str, ...]
    others: bool
    busy: frozenset[int]


Cell = Callable[[Box, int, bool], None]
Layout = Callable[[Canvas, Box, Month, random.Random], None]


def _weeks(year: int, month: int, first: int) -> tuple[tuple[tuple[int, bool], ...], ...]:
    days = calendar.Calendar(first).monthdatescalendar(year, month)
    return tuple(tuple((day.day, day.month == month) for day in week) for week in days)


def make_month(rng: random.Random, year: int, month: int, *, chosen: bool) -> Month:
    """Draw how a month is told; `chosen`: one of its days is highlighted."""
    first = rng.choice((0, 0, 6))
    name = MONTHS[month - 1]
    header = rng.choice((f"{name} {year}", f"{name[:3]} {year}", f"{year}-{month:02d}", f"{name.upper()} {year}"))
    letters = rng.choice((1, 2, 3))
    heads = tuple(calendar.day_name[(first + i) % 7][:letters] for i in range(7))
    last = calendar.monthrange(year, month)[1]
    busy = frozenset(rng.sample(range(1, last + 1), rng.randint(0, 9)))
    day = rng.randint(1, last) if chosen else 0
    return Month(year, month, _weeks(year, month, first), day, header, heads, rng.random() < 0.5, busy)


def month_head(canvas: Canvas, box: Box, text: str, rng: random.Random) -> Box:
    """Draw the month's name with the arrows to its neighbours; return what is left."""
    theme = canvas.theme
    strip, rest = box.cut_top(max(7, min(theme.size * 1.6, box.height * 0.16)))
    way = rng.choice(("centre", "left", "right"))
    side = round(strip.height * 0.9)
    if way == "centre":
        arrows = strip.cut_left(side)[0], strip.cut_right(side)[0]
        canvas.write(strip.inset(side, 0), text, canvas.fit(strip.height, 1.15), align="centre", bold=True)
    elif way == "left":
        pair, words = strip.cut_right(2 * side)
        arrows = pair.cut_left(side)[0], pair.cut_right(side)[0]
        canvas.write(words.inset(2, 0), text, canvas.fit(strip.height, 1.3), bold=True)
    else:
        pair, words = strip.cut_left(2 * side)
        arrows = pair.cut_left(side)[0], pair.cut_right(side)[0]
        canvas.write(words.inset(2, 0), text, canvas.fit(strip.height, 1.15), align="right")
    for arrow, way_out in zip(arrows, (-1, 1), strict=True):
        tip = arrow.square().inset(max(1, side // 4))
        x = tip.left if way_out < 0 else tip.right
        base = tip.right if way_out < 0 else tip.left
        canvas.shape([(x, (tip.top + tip.bottom) / 2), (base, tip.top), (base, tip.bottom)], theme.text)
    return rest


def weekday_heads(canvas: Canvas, box: Box, month: Month, gap: int = 0, filled: bool = False) -> Box:
    """Draw the names of the weekdays; return what is left."""
    strip, rest = box.cut_top(max(6, min(canvas.theme.size * 1.3, box.height * 0.13)))
    if filled:
        canvas.box(strip, canvas.theme.bar)
    colour = canvas.theme.bar_text if filled else canvas.theme.faint
    for part, name in zip(strip.columns(7, gap), month.heads, strict=True):
        canvas.write(part, name, canvas.fit(part.height, 0.9), colour, "centre")
    return rest


def each_day(box: Box, month: Month, cell: Cell, gap: int = 0) -> None:
    """Give every day its part of the box."""
    for row, week in zip(box.rows(len(month.weeks), gap), month.weeks, strict=True):
        for part, (day, own) in zip(row.columns(7, gap), week, strict=True):
            cell(part, day, own)


def day_number(
    canvas: Canvas, box: Box, day: int, own: bool, colour: Colour, others: bool, corner: bool = False
) -> None:
    """Write a day's number in its part, in the middle or in the upper left corner."""
    if not own and not others:
        return
    theme = canvas.theme
    paint = colour if own else blend(theme.faint, theme.surface, 0.4)
    size = canvas.fit(min(box.height, box.width * 0.8))
    if corner and box.height > size * 1.5:
        canvas.write(box.inset(2, 1).cut_top(size + 1)[0], str(day), size, paint)
    else:
        canvas.write(box, str(day), size, paint, "centre")


def _within(part: Box) -> Box:
    return part.inset(1) if min(part.width, part.height) > 6 else part


def grid_lines(canvas: Canvas, box: Box, month: Month) -> None:
    """Draw the lines between the days."""
    rows, columns = box.rows(len(month.weeks)), box.columns(7)
    for y in [row.top for row in rows] + [box.bottom - 1]:
        canvas.across(box.left, box.right, y)
    for x in [column.left for column in columns] + [box.right - 1]:
        canvas.down(x, box.top, box.bottom)


def _ruled(canvas: Canvas, box: Box, month: Month, rng: random.Random) -> None:
    corner = rng.random() < 0.7
    grid = weekday_heads(canvas, month_head(canvas, box, month.header, rng), month, filled=rng.random() < 0.5)
    grid_lines(canvas, grid, month)

    def cell(part: Box, day: int, own: bool) -> None:
        chosen = own and day == month.chosen
        colour = canvas.mark(part) if chosen else canvas.theme.text
        day_number(canvas, part, day, own, colour, month.others, corner)
        if own and day in month.busy and part.height > canvas.theme.size * 1.8:
            low = part.cut_bottom(part.height * 0.4)[0].inset(2, 1)
            canvas.box(low, canvas.theme.tint if not chosen else canvas.theme.surface)

    each_day(grid, month, cell)


def _plain(canvas: Canvas, box: Box, month: Month, rng: random.Random) -> None:
    grid = weekday_heads(canvas, month_head(canvas, box, month.header, rng), month)
    if rng.random() < 0.5:
        canvas.across(grid.left, grid.right, grid.top)

    def cell(part: Box, day: int, own: bool) -> None:
        chosen = own and day == month.chosen
        colour = canvas.mark(_within(part), canvas.theme.corner + 1) if chosen else canvas.theme.text
        day_number(canvas, part, day, own, colour, month.others)

    each_day(grid, month, cell)


def _tiles(canvas: Canvas, box: Box, month: Month, rng: random.Random) -> None:
    theme, gap = canvas.theme, 1 if canvas.theme.size < 9 else rng.choice((2, 3))
    corner = rng.random() < 0.4
    grid = weekday_heads(canvas, month_head(canvas, box, month.header, rng), month, gap)
    ground = blend(theme.surface, theme.text, rng.uniform(0.08, 0.2))

    def cell(part: Box, day: int, own: bool) -> None:
        if not own and not month.others:
            return
        chosen = own and day == month.chosen
        canvas.box(part, ground if own else blend(ground, theme.surface, 0.6), corner=theme.corner)
        colour = canvas.mark(part, theme.corner, ground) if chosen else theme.text
        day_number(canvas, part, day, own, colour, month.others, corner)

    each_day(grid, month, cell, gap)


def _events(canvas: Canvas, box: Box, month: Month, rng: random.Random) -> None:
    theme = canvas.theme
    grid = weekday_heads(canvas, month_head(canvas, box, month.header, rng), month, filled=rng.random() < 0.5)
    grid_lines(canvas, grid, month)
    bars = {(rng.randrange(len(month.weeks)), rng.randrange(5)): rng.randint(2, 3) for _ in range(rng.randint(2, 4))}
    for row, (week, line) in enumerate(zip(grid.rows(len(month.weeks)), month.weeks, strict=True)):
        parts = week.columns(7)
        for part, (day, own) in zip(parts, line, strict=True):
            colour = canvas.mark(part) if own and day == month.chosen else theme.text
            size = canvas.fit(min(part.height * 0.6, part.width * 0.8), 0.9)
            if own or month.others:
                shown = colour if own else theme.faint
                canvas.write(part.inset(2, 1).cut_top(part.height * 0.55)[0], str(day), size, shown, "right")
        for column in range(5):
            if (row, column) in bars:
                end = parts[min(6, column + bars[row, column] - 1)]
                bar = Box(parts[column].left + 1, end.top, end.right - 1, end.bottom - 1).cut_bottom(end.height * 0.4)[0]  # fmt: skip
                canvas.box(bar, blend(theme.accent, theme.surface, 0.3), corner=1)
                canvas.write(bar.inset(2, 0), rng.choice(EVENTS), canvas.fit(bar.height, 0.8), theme.accent_text)


def _agenda(canvas: Canvas, box: Box, month: Month, rng: random.Random) -> None:
    theme, wide = canvas.theme, box.width * rng.uniform(0.58, 0.66)
    if rng.random() < 0.5:
        main, other = box.cut_left(wide)
        edge = other.left + 1
    else:
        main, other = box.cut_right(wide)
        edge = other.right - 2
    _plain(canvas, main, month, rng)
    canvas.down(edge, other.top, other.bottom)
    side = other.inset(4, 2)
    step = max(8, round(theme.size * 1.9))
    for top in range(side.top, side.bottom - step, step):
        line = Box(side.left, top, side.right, top + step - 2)
        canvas.box(line.cut_left(2)[0], theme.accent)
        words = f"{rng.randint(7, 19)}:{rng.choice(('00', '15', '30'))} {rng.choice(EVENTS)}"
        canvas.write(line.cut_left(4)[1], words, canvas.fit(line.height, 0.85))


def _twin(canvas: Canvas, box: Box, month: Month, rng: random.Random) -> None:
    after = make_month(rng, month.year + month.month // 12, month.month % 12 + 1, chosen=False)
    pair = box.columns(2, 6) if box.width > box.height * 0.9 else box.rows(2, 4)
    for part, shown in zip(pair, (month, after), strict=True):
        _plain(canvas, part, shown, rng)


def _banded(canvas: Canvas, box: Box, month: Month, rng: random.Random) -> None:
    theme = canvas.theme
    rest = month_head(canvas, box, month.header, rng)
    numbers, rest = rest.cut_left(theme.size * 1.7)
    grid = weekday_heads(canvas, rest, month)
    start, odd = rng.randint(1, 47), rng.randrange(2)
    for i, row in enumerate(grid.rows(len(month.weeks))):
        if i % 2 == odd:
            canvas.box(Box(numbers.left, row.top, row.right, row.bottom), blend(theme.surface, theme.text, 0.1))
        week = Box(numbers.left, row.top, numbers.right, row.bottom)
        canvas.write(week, str(start + i), canvas.fit(row.height, 0.8), theme.accent, "centre")
        canvas.across(numbers.left, row.right, row.top)
    canvas.down(numbers.right, numbers.top, numbers.bottom)

    def cell(part: Box, day: int, own: bool) -> None:
        colour = canvas.mark(_within(part)) if own and day == month.chosen else theme.text
        day_number(canvas, part, day, own, colour, month.others)

    each_day(grid, month, cell)


def _circles(canvas: Canvas, box: Box, month: Month, rng: random.Random) -> None:
    theme, hollow = canvas.theme, rng.random() < 0.5
    ground = blend(theme.surface, theme.text, 0.12)
    grid = weekday_heads(canvas, month_head(canvas, box, month.header, rng), month)

    def cell(part: Box, day: int, own: bool) -> None:
        if not own and not month.others:
            return
        disc, chosen = part.square(), own and day == month.chosen
        if own:
            canvas.round(disc, None if hollow else ground, theme.line if hollow else None)
        if chosen:
            full = theme.mark == "fill"
            canvas.round(disc, theme.accent if full else theme.tint, theme.accent, theme.stroke + 1)
        colour = theme.accent_text if chosen and theme.mark == "fill" else theme.text
        day_number(canvas, part, day, own, colour, month.others)

    each_day(grid, month, cell)


def _planner(canvas: Canvas, box: Box, month: Month, rng: random.Random) -> None:
    theme = canvas.theme
    banner, rest = box.cut_left(box.width * 0.27) if rng.random() < 0.6 else box.cut_right(box.width * 0.27)
    canvas.box(banner, theme.bar)
    words = banner.inset(3, 3)
    upper, middle, lower = words.rows(3)
    weekday = calendar.day_name[calendar.weekday(month.year, month.month, month.chosen)]
    canvas.write(upper, weekday[:3], canvas.fit(upper.height, 1.3), theme.bar_text, "centre")
    canvas.write(middle, str(month.chosen), canvas.fit(middle.height, 3.0), theme.bar_text, "centre")
    canvas.write(lower, MONTHS[month.month - 1][:3], canvas.fit(lower.height, 1.3), theme.bar_text, "centre")
    inside = rest.inset(3, 0)
    if rng.random() < 0.5:
        _plain(canvas, inside, month, rng)
        return
    low, inside = inside.cut_bottom(max(8, theme.size * 1.5))
    for part, word in zip(low.cut_right(low.width * 0.6)[0].columns(2, 3), ("Today", "OK"), strict=True):
        canvas.button(part.inset(0, 1), word, plain=word == "Today")
    _plain(canvas, inside, month, rng)


LAYOUTS: Mapping[str, Layout] = {
    "ruled": _ruled,
    "plain": _plain,
    "tiles": _tiles,
    "events": _events,
    "agenda": _agenda,
    "twin": _twin,
    "banded": _banded,
    "circles": _circles,
    "planner": _planner,
}


def draw(canvas: Canvas, box: Box, layout: Layout, rng: random.Random) -> dict[str, Any]:
    """Draw a month and return its facts: `year`, `month`, `days` (how many it has) and `highlighted` (a day)."""
    month = make_month(rng, rng.choice(YEARS), rng.randint(1, 12), chosen=True)
    layout(canvas, box, month, rng)
    last = calendar.monthrange(month.year, month.month)[1]
    return {"year": month.year, "month": month.month, "days": last, "highlighted": month.chosen}
