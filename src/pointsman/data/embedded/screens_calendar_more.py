"""Eight further layouts of month calendars, for training: each a family that its own draws vary widely.

Takes and gives what the layouts beside `screens_calendar.draw` take and give; knows nothing of frames, instructions or
of how rows are split.
"""

from __future__ import annotations

import calendar
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pointsman.data.embedded.screens_calendar import (
    MONTHS,
    Cell,
    Layout,
    Month,
    day_number,
    each_day,
    grid_lines,
    month_head,
    weekday_heads,
)
from pointsman.data.embedded.screens_widgets import Align, Box, Canvas, Colour, blend, readable_on, text_width

_INKS = [(196, 62, 72), (58, 122, 200), (54, 148, 84), (204, 140, 40), (130, 84, 184), (40, 150, 160)]
_SIDES: tuple[Align, ...] = ("left", "centre", "right")
_VIEWS = (("Day", "Week", "Month"), ("Month", "Year"), ("List", "Month"))
_TRIPS = (("From", "To"), ("Check-in", "Check-out"), ("Out", "Back"), ("Room", "Guests"))
_CALLS = ("Intro call", "Check-up", "Tour", "Consultation", "Demo", "Fitting")
_DETAILS = ("30 min", "45 min", "Video call", "Room 4", "No charge")
_COUNTED = ("Steps", "Total", "Best", "Sleep", "Average", "Workouts", "Open", "Days")
_WANTED = ("Date of birth", "Start", "Travel date", "Due date", "Delivery", "Appointment")


def _weekdays(month: Month) -> list[int]:
    """Return the weekday of every column, 0 Monday to 6 Sunday."""
    return [calendar.weekday(month.year, month.month, day) for day, _ in month.weeks[1]]


def _stepped(month: Month, step: int) -> Month:
    """Return the month `step` months away, told the same way, with no day of it highlighted."""
    count = month.year * 12 + month.month - 1 + step
    year, number = count // 12, count % 12 + 1
    days = calendar.Calendar(_weekdays(month)[0]).monthdatescalendar(year, number)
    weeks = tuple(tuple((day.day, day.month == number) for day in week) for week in days)
    return replace(month, year=year, month=number, weeks=weeks, chosen=0, header=f"{MONTHS[number - 1]} {year}")


def _ink(canvas: Canvas, rng: random.Random) -> Colour:
    """Return a colour that is not mistaken for the theme's accent."""
    far = sorted(_INKS, key=lambda ink: -sum(abs(a - b) for a, b in zip(ink, canvas.theme.accent, strict=True)))
    return rng.choice(far[:3])


def _head(canvas: Canvas, box: Box, month: Month, rng: random.Random) -> Box:
    """Name the month: with arrows, alone, with a switch of views or in a row of the year's months; return the rest."""
    theme, way = canvas.theme, rng.choice(("arrows", "arrows", "alone", "views", "year"))
    if way == "arrows" or box.height < theme.size * 9 or (way == "year" and box.width < theme.size * 15):
        return month_head(canvas, box, month.header, rng)
    strip, rest = box.cut_top(min(theme.size * 1.7, box.height * 0.16))
    if way == "alone":
        filled = rng.random() < 0.5
        if filled:
            canvas.box(strip, theme.bar, corner=theme.corner)
        colour = theme.bar_text if filled else theme.text
        canvas.write(strip.inset(3, 0), month.header, canvas.fit(strip.height, 1.4), colour, rng.choice(_SIDES), True)
    elif way == "views":
        views = rng.choice(_VIEWS)
        wide = min(strip.width * 0.55, theme.size * 2.8 * len(views))
        switch, words = strip.cut_right(wide) if rng.random() < 0.7 else strip.cut_left(wide)
        for part, view in zip(switch.inset(0, 2).columns(len(views)), views, strict=True):
            canvas.button(part, view, plain=view != "Month")
        canvas.write(words.inset(3, 0), month.header, canvas.fit(strip.height, 1.2), bold=True)
    else:
        _year_strip(canvas, strip, month)
    return rest.cut_top(2)[1]


def _year_strip(canvas: Canvas, strip: Box, month: Month) -> None:
    """Draw the twelve months side by side, the one that is shown underlined."""
    theme, size = canvas.theme, canvas.fit(strip.height, 0.85)
    spelt = strip.width > theme.size * 24
    said = str(month.year) if spelt else month.header
    year, names = strip.cut_left(min(strip.width * 0.45, text_width(said, max(5, size)) + 6))
    canvas.write(year, said, size, bold=not spelt)
    for number, part in enumerate(names.columns(12), 1):
        now = number == month.month
        canvas.write(part, MONTHS[number - 1][: 3 if spelt else 1], size, None if now else theme.faint, "centre", now)
        if now:
            canvas.box(part.cut_bottom(2)[0], theme.accent)


def _disc(canvas: Canvas, part: Box) -> Box:
    """Return a square in a part's middle, or a pill as high as the part where a number fills the square."""
    high = part.inset(0, 1) if part.height > 8 else part
    wide = min(part.width, max(high.height, round(canvas.theme.size * 1.9) if high.height < 12 else 0))
    low = min(high.height, wide)
    left, top = (high.left + high.right - wide) // 2, (high.top + high.bottom - low) // 2
    return Box(left, top, left + wide, top + low)


def _endless(canvas: Canvas, box: Box, month: Month, rng: random.Random) -> None:
    """Draw months that scroll past under one another: each begins with its name on a line of its own."""
    theme, roomy = canvas.theme, box.height > canvas.theme.size * 11
    if roomy and rng.random() < 0.4:
        low, box = box.cut_bottom(theme.size * 1.5)
        canvas.across(low.left, low.right, low.top)
        for part, word in zip(low.columns(3), ("Today", "Calendars", "Inbox"), strict=True):
            canvas.write(part.inset(2, 1), word, canvas.fit(part.height, 0.85), theme.faint, "centre")
    if roomy and rng.random() < 0.4:
        top, box = box.cut_top(theme.size * 1.6)
        canvas.write(top.inset(3, 0), str(month.year), canvas.fit(top.height, 1.1), bold=True)
        canvas.button(top.cut_right(theme.size * 3.4)[0].inset(1), "Today", plain=True)
    stream = weekday_heads(canvas, box, month, filled=rng.random() < 0.5)
    past, coming = _stepped(month, -1), _stepped(month, 1)
    before, after = (rng.randint(0, 2), rng.randint(0, 2)) if roomy else (0, 0)
    shown = [past] * before + [month] * len(month.weeks) + [coming] * after
    weeks = past.weeks[len(past.weeks) - before :] + month.weeks + coming.weeks[:after]
    share, place = rng.uniform(0.75, 1.1), rng.choice(("left", "centre", "first"))
    lines, dots, align = rng.random() < 0.6, rng.random() < 0.5, _SIDES[place == "centre"]
    unit = stream.height / (len(weeks) + share * (1 + bool(after)))
    at = float(stream.top)
    for i, (one, week) in enumerate(zip(shown, weeks, strict=True)):
        if i == before or i == len(weeks) - after:
            strip = Box(stream.left, round(at), stream.right, round(at + unit * share)).inset(2, 0)
            if place == "first":
                strip = strip._replace(left=strip.columns(7)[min(4, [own for _, own in week].index(True))].left)
            canvas.write(strip, one.header, canvas.fit(strip.height, 1.2), None, align, True)
            at += unit * share
        row = Box(stream.left, round(at), stream.right, round(at + unit))
        each_day(row, replace(one, weeks=(week,)), _stream_day(canvas, one, lines, dots))
        at += unit


def _stream_day(canvas: Canvas, month: Month, lines: bool, dots: bool) -> Cell:
    def cell(part: Box, day: int, own: bool) -> None:
        if own and lines:
            canvas.across(part.left, part.right, part.top)
        dotted = dots and part.height > canvas.theme.size * 1.5
        low, upper = part.cut_bottom(part.height * 0.25 if dotted else 0)
        disc, chosen = _disc(canvas, upper), own and day == month.chosen
        colour = canvas.mark(disc, disc.height // 2) if chosen else canvas.theme.text
        day_number(canvas, upper, day, own, colour, False)
        if dotted and own and day in month.busy:
            canvas.round(low.square().inset(max(0, low.height // 3 - 1)), canvas.theme.faint)

    return cell


def _fares(canvas: Canvas, box: Box, month: Month, rng: random.Random) -> None:
    """Draw a month to travel in: what every day costs, days that are sold out, the price of the highlighted day."""
    theme, sign, base = canvas.theme, rng.choice(("$", "$", "")), rng.randint(40, 600)
    prices = [round(base * rng.uniform(0.7, 1.6)) for _ in range(32)]
    if box.height > theme.size * 10 and rng.random() < 0.75:
        low, box = box.cut_bottom(max(9, theme.size * 1.8))
        canvas.across(low.left, low.right, low.top)
        button, words = low.inset(2, 2).cut_right(max(24, theme.size * 5))
        canvas.button(button, rng.choice(("Continue", "Reserve", "Book")))
        said = f"{month.chosen} {MONTHS[month.month - 1][:3]}: {sign}{prices[month.chosen]}"
        canvas.write(words, said, canvas.fit(low.height, 1.1), bold=True)
    if box.height > theme.size * 12 and rng.random() < 0.45:
        top, box = box.cut_top(theme.size * 1.7)
        for part, word in zip(top.inset(0, 1).columns(2, 4), rng.choice(_TRIPS), strict=True):
            canvas.box(part, theme.raised, theme.line, theme.corner)
            canvas.write(part.inset(3, 0), word, canvas.fit(part.height, 0.85), theme.faint)
    gap = rng.choice((0, 0, 1, 2)) if theme.size > 7 else 0
    grid = weekday_heads(canvas, _head(canvas, box, month, rng), month, gap, filled=rng.random() < 0.3)
    if not gap and rng.random() < 0.5:
        grid_lines(canvas, grid, month)
    cheap, ink = sorted(prices)[8], blend(rng.choice(_INKS), theme.text, 0.25)

    def cell(part: Box, day: int, own: bool) -> None:
        if not own and not month.others:
            return
        chosen = own and day == month.chosen
        if gap:
            canvas.box(part, theme.raised, theme.line if own else None, theme.corner)
        colour = canvas.mark(part, theme.corner) if chosen else theme.text
        sold = own and day in month.busy and not chosen
        two = own and part.height > max(13, theme.size * 1.45)
        upper, lower = part.cut_top(part.height * (0.55 if two else 1))
        day_number(canvas, upper, day, own, theme.faint if sold else colour, two)
        if sold and upper.width > 8:
            canvas.across(upper.left + 3, upper.right - 3, (upper.top + upper.bottom) // 2, theme.faint)
        elif two:
            paint = ink if prices[day] <= cheap and not chosen else colour
            canvas.write(lower, f"{sign}{prices[day]}", canvas.fit(lower.height + 1, 0.7), paint, "centre")

    each_day(grid, month, cell, gap)


def _landscape(canvas: Canvas, box: Box, rng: random.Random) -> None:
    """Draw a picture of hills under a sun."""
    sky = blend(rng.choice(_INKS), (255, 255, 255), rng.uniform(0.45, 0.8))
    canvas.box(box, sky)
    side = max(3, min(box.height // 3, box.width // 2))
    x = box.left + round((box.width - side) * rng.random())
    canvas.round(Box(x, box.top + 1, x + side, box.top + 1 + side), (250, 226, 150))
    ground = rng.choice(_INKS)
    for depth in (0.55, 0.2):
        tops = [box.bottom - 1 - round(box.height * rng.uniform(0.1, 0.4 + depth * 0.5)) for _ in range(5)]
        line = [(box.left + (box.width - 1) * i / 4, float(top)) for i, top in enumerate(tops)]
        canvas.shape([*line, (box.right - 1, box.bottom - 1), (box.left, box.bottom - 1)], blend(ground, sky, depth))


def _wallchart(canvas: Canvas, box: Box, month: Month, rng: random.Random) -> None:
    """Draw a calendar of paper: a picture, a binding, the month in large letters."""
    theme = canvas.theme
    if rng.random() < 0.6 and box.height > theme.size * 9:
        holes, box = box.cut_top(max(4, theme.size * 0.7))
        for part in holes.columns(rng.randint(9, 20)):
            canvas.round(part.square(), theme.page, theme.faint)
    if box.height > theme.size * 15 and rng.random() < 0.6:
        picture, box = box.cut_top(box.height * rng.uniform(0.2, 0.36))
        _landscape(canvas, picture, rng)
    elif box.width > theme.size * 17 and rng.random() < 0.8:
        share = box.width * rng.uniform(0.22, 0.36)
        picture, box = box.cut_left(share) if rng.random() < 0.5 else box.cut_right(share)
        _landscape(canvas, picture, rng)
        box = box.inset(3, 0)
    title, box = box.cut_top(max(7, min(theme.size * rng.uniform(1.7, 2.3), box.height * 0.17)))
    words = rng.choice((month.header, f"{MONTHS[month.month - 1]} {month.year}"))
    canvas.write(title.inset(2, 0), words, canvas.fit(title.height, 1.7), None, rng.choice(_SIDES), True)
    _wall_days(canvas, weekday_heads(canvas, box, month, filled=rng.random() < 0.4), month, rng)


def _wall_days(canvas: Canvas, grid: Box, month: Month, rng: random.Random) -> None:
    theme, rules = canvas.theme, rng.choice(("grid", "rows", "none"))
    corner = rng.random() < 0.5 and grid.height > theme.size * 9
    weekdays, ink = _weekdays(month), blend(_ink(canvas, rng), theme.text, 0.25)
    if rules == "grid":
        grid_lines(canvas, grid, month)
    for row, week in zip(grid.rows(len(month.weeks)), month.weeks, strict=True):
        if rules == "rows":
            canvas.across(row.left, row.right, row.top)
        for column, (part, (day, own)) in enumerate(zip(row.columns(7), week, strict=True)):
            chosen = own and day == month.chosen
            colour = canvas.mark(part, theme.corner) if chosen else ink if weekdays[column] > 4 else theme.text
            day_number(canvas, part, day, own, colour, month.others, corner)


def _upright(canvas: Canvas, box: Box, month: Month, rng: random.Random) -> None:
    """Draw the weekdays one under another, and the weeks side by side."""
    theme = canvas.theme
    if rng.random() < 0.75 or box.height < theme.size * 9:
        box = _head(canvas, box, month, rng)
    else:
        low, box = box.cut_bottom(theme.size * 1.7)
        month_head(canvas, low, month.header, rng)
    letters = rng.choice((1, 2, 3, 9)) if box.width > theme.size * 14 else rng.choice((1, 2))
    heads = [calendar.day_name[weekday][:letters] for weekday in _weekdays(month)]
    wide = max(7, theme.size * (1.0 + 0.55 * min(letters, 8)))
    names, grid = box.cut_left(wide) if rng.random() < 0.75 else box.cut_right(wide)
    if box.height > theme.size * 9 and rng.random() < 0.6:
        above, grid = grid.cut_top(theme.size * 1.3)
        names = names.cut_top(theme.size * 1.3)[1]
        for i, part in enumerate(above.columns(len(month.weeks)), rng.randint(1, 47)):
            canvas.write(part, f"W{i}", canvas.fit(part.height, 0.8), theme.faint, "centre")
    gap, ground = rng.choice((0, 0, 0, 1, 3)), rng.choice(("rules", "weekend", "odd", "cells"))
    shade = blend(theme.surface, theme.text, rng.uniform(0.07, 0.14))
    for i, (name, row) in enumerate(zip(names.rows(7, gap), grid.rows(7, gap), strict=True)):
        whole = Box(min(name.left, row.left), row.top, max(name.right, row.right), row.bottom)
        if (ground == "weekend" and _weekdays(month)[i] > 4) or (ground == "odd" and i % 2):
            canvas.box(whole, shade)
        if ground == "rules":
            canvas.across(whole.left, whole.right, whole.top)
        canvas.write(name.inset(1, 0), heads[i], canvas.fit(name.height, 0.9), theme.faint)
        for part, week in zip(row.columns(len(month.weeks), gap), month.weeks, strict=True):
            day, own = week[i]
            if ground == "cells" and (own or month.others):
                canvas.box(part, shade, corner=theme.corner)
            colour = canvas.mark(part, theme.corner) if own and day == month.chosen else theme.text
            day_number(canvas, part, day, own, colour, month.others)


def _meeting(canvas: Canvas, box: Box, month: Month, rng: random.Random) -> None:
    """Draw an appointment to make: who with, the days that are free, the times of the highlighted one."""
    theme = canvas.theme
    if box.width > max(theme.size * 19, box.height):
        sides = rng.choice((("host", "times"), ("host", ""), ("", "times"), ("host", "times")))
        host, box = box.cut_left(box.width * (rng.uniform(0.24, 0.31) if sides[0] else 0))
        times, box = box.cut_right(box.width * (rng.uniform(0.22, 0.3) if sides[1] else 0))
        if sides[0]:
            canvas.down(host.right - 2, host.top, host.bottom)
        box = box.inset(3, 0)
        _host(canvas, host.inset(3, 2), rng)
        _times(canvas, times.inset(2, 2), rng, down=True)
    elif box.height > theme.size * 12:
        host, box = box.cut_top(theme.size * rng.uniform(1.5, 2.5))
        side = host.height if rng.random() < 0.6 else 0
        canvas.photo(host.cut_left(side)[0].inset(1), rng, circle=True)
        canvas.write(host.cut_left(side + 3)[1], rng.choice(_CALLS), canvas.fit(host.height, 1.2))
        times, box = box.cut_bottom(theme.size * 2)
        _times(canvas, times.inset(1, 2), rng, down=False)
    free, hollow = blend(theme.surface, theme.accent, rng.uniform(0.1, 0.2)), rng.random() < 0.35
    grid = weekday_heads(canvas, month_head(canvas, box, month.header, rng), month)

    def cell(part: Box, day: int, own: bool) -> None:
        chosen, disc = own and day == month.chosen, _disc(canvas, part)
        if own and (day in month.busy or day % 3 == 0) and not chosen:
            canvas.round(disc, None if hollow else free, theme.line if hollow else None)
            colour = theme.text
        else:
            colour = canvas.mark(disc, disc.height // 2) if chosen else theme.faint
        day_number(canvas, part, day, own, colour, month.others)

    each_day(grid, month, cell)


def _host(canvas: Canvas, box: Box, rng: random.Random) -> None:
    """Draw whom the appointment is with: a picture, what it is, its length and place."""
    theme = canvas.theme
    if rng.random() < 0.7:
        picture, box = box.cut_top(min(box.height * 0.3, box.width * 0.6))
        canvas.photo(picture.cut_left(picture.height)[0], rng, circle=rng.random() < 0.7)
    step = max(7, round(theme.size * 1.4))
    for i, word in enumerate((rng.choice(_CALLS), *rng.sample(_DETAILS, 2))):
        line = Box(box.left, box.top + 2 + i * step, box.right, box.top + 2 + (i + 1) * step)
        if line.bottom <= box.bottom:
            canvas.write(line, word, canvas.fit(step, 0.85 if i else 1.1), theme.faint if i else theme.text, bold=not i)
    canvas.bars(Box(box.left, box.top + 6 + 3 * step, box.right, box.bottom - 2), rng)


def _times(canvas: Canvas, box: Box, rng: random.Random, *, down: bool) -> None:
    """Draw hours to choose from, one under another or side by side."""
    theme = canvas.theme
    count = max(1, min(rng.randint(4, 7), int(box.height / (theme.size * 1.7)) if down else 4))
    hour = rng.randint(7, 12)
    for i, part in enumerate(box.rows(count, 2) if down else box.columns(count, 3)):
        canvas.box(part, theme.raised, theme.line, theme.corner + 1)
        words = f"{hour + i // 2}:{'30' if i % 2 else '00'}"
        canvas.write(part.inset(1, 0), words, canvas.fit(part.height, 0.9), align="centre")


def _habits(canvas: Canvas, box: Box, month: Month, rng: random.Random) -> None:
    """Draw a month of something kept count of: days in shades or sizes, how to read them, what it comes to."""
    theme, ink, sized = canvas.theme, _ink(canvas, rng), rng.random() < 0.35
    shape, rung = rng.choice(("square", "disc", "whole")), rng.uniform(0.55, 0.8)
    shades = [blend(theme.surface, ink, 0.1 + rung * i / 4) for i in range(5)]
    levels, figures = [rng.randrange(5) for _ in range(32)], [str(rng.randint(2, 980)) for _ in range(3)]
    if box.width > theme.size * 18 and rng.random() < 0.45:
        wide = box.width * rng.uniform(0.2, 0.3)
        side, box = box.cut_left(wide) if rng.random() < 0.5 else box.cut_right(wide)
        _counts(canvas, side.inset(2, 2).rows(3, 3), figures, rng)
        box = box.inset(2, 0)
    elif box.height > theme.size * 13 and rng.random() < 0.7:
        top, box = box.cut_top(theme.size * 2.6)
        _counts(canvas, top.inset(0, 1).columns(3, 3), figures, rng)
    if box.height > theme.size * 9 and rng.random() < 0.7:
        low, box = box.cut_bottom(theme.size * 1.3)
        _scale(canvas, low, shades)
    gap = rng.choice((1, 1, 2, 3)) if theme.size > 7 else 1
    numbered = rng.random() < 0.65
    grid = weekday_heads(canvas, _head(canvas, box, month, rng), month, gap)

    def cell(part: Box, day: int, own: bool) -> None:
        if not own:
            return
        body = part if shape == "whole" else part.square()
        corner = body.height // 2 if shape == "disc" else theme.corner
        chosen, shade = day == month.chosen, shades[levels[day]]
        if chosen:
            colour = canvas.mark(body, corner, shade)
        else:
            smaller = body.square().width * (4 - levels[day]) // 14 if sized else 0
            canvas.box(body.inset(smaller), shade, corner=corner)
            colour = readable_on(shade) if not sized or levels[day] > 1 else theme.text
        if numbered or chosen:
            day_number(canvas, body, day, own, colour, False)

    each_day(grid, month, cell, gap)


def _counts(canvas: Canvas, parts: Sequence[Box], figures: Sequence[str], rng: random.Random) -> None:
    """Draw figures with what they count under them."""
    carded = rng.random() < 0.5
    for part, figure, word in zip(parts, figures, rng.sample(_COUNTED, len(parts)), strict=True):
        if carded:
            canvas.box(part, canvas.theme.raised, canvas.theme.line, canvas.theme.corner)
        upper, lower = part.inset(2, 1).cut_top(part.height * 0.55)
        canvas.write(upper, figure, canvas.fit(upper.height, 1.5), bold=True)
        canvas.write(lower, word, canvas.fit(lower.height, 0.8), canvas.theme.faint)


def _scale(canvas: Canvas, box: Box, shades: Sequence[Colour]) -> None:
    """Draw which shade says how much."""
    size, faint = canvas.fit(box.height, 0.8), canvas.theme.faint
    more, box = box.cut_right(box.height * 2.6)
    canvas.write(more.inset(2, 0), "More", size, faint)
    shown, box = box.cut_right(min(box.height * 5, box.width * 0.6))
    for part, shade in zip(shown.inset(0, 1).columns(len(shades), 1), shades, strict=True):
        canvas.box(part, shade)
    canvas.write(box.inset(2, 0), "Less", size, faint, "right")


def _totals(canvas: Canvas, box: Box, month: Month, rng: random.Random) -> None:
    """Draw a journal or a plan of shifts: something in every day, and an eighth column with what a week comes to."""
    theme, kind = canvas.theme, rng.choice(("money", "hours", "shifts"))
    if box.height > theme.size * 12 and rng.random() < 0.5:
        top, box = box.cut_top(theme.size * 2.5) if rng.random() < 0.7 else box.cut_bottom(theme.size * 2.5)
        count = rng.randint(2, 4)
        _counts(canvas, top.inset(0, 1).columns(count, 4), [_amount(kind, rng) for _ in range(count)], rng)
    box = _head(canvas, box, month, rng)
    wide, right, bold = box.width * rng.uniform(0.13, 0.18), rng.random() < 0.75, rng.random() < 0.5
    sums, days = box.cut_right(wide) if right else box.cut_left(wide)
    grid = weekday_heads(canvas, days, month, filled=rng.random() < 0.5)
    sums = sums._replace(top=grid.top)
    grid_lines(canvas, grid, month)
    for row in sums.rows(len(month.weeks), 1):
        canvas.box(row.inset(1, 0), blend(theme.surface, theme.text, 0.1), corner=theme.corner)
        canvas.write(row.inset(2, 1), _amount(kind, rng), canvas.fit(row.height, 0.85), None, "centre", bold)
    inks = rng.sample(_INKS, 3) if kind == "shifts" else [_INKS[2], _INKS[0], _INKS[2]]
    whole, dense = rng.random() < 0.5, rng.uniform(0.5, 1.0)

    def cell(part: Box, day: int, own: bool) -> None:
        chosen, inner = own and day == month.chosen, part.inset(1)
        ink = blend(theme.surface, rng.choice(inks), 0.4)
        filled = own and rng.random() < dense
        ground = ink if filled and whole else theme.surface
        canvas.box(inner, ground)
        colour = canvas.mark(part) if chosen else readable_on(ground)
        two = part.height > max(17, theme.size * 1.7)
        number, rest = inner.cut_top(inner.height * (0.48 if two else 1))
        day_number(canvas, number, day, own, colour, month.others, two)
        if two and filled:
            if kind == "shifts" and not whole and not chosen:
                canvas.box(rest.inset(1, 0), ink, corner=theme.corner)
            words = rng.choice("ELN") if kind == "shifts" else _amount(kind, rng)
            canvas.write(rest, words, canvas.fit(rest.height, 0.75), colour, "centre")

    each_day(grid, month, cell)


def _amount(kind: str, rng: random.Random) -> str:
    if kind == "money":
        return f"{rng.choice('++-')}{rng.randint(5, 480)}"
    return f"{rng.randint(2, 9)}.{rng.choice('05')}h" if kind == "hours" else f"{rng.randint(3, 6)} of 6"


def _datefield(canvas: Canvas, box: Box, month: Month, rng: random.Random) -> None:
    """Draw a month that has opened from a field, over a page of text."""
    theme, upward = canvas.theme, rng.random() < 0.2
    for part in box.inset(2).rows(3, 5):
        canvas.bars(part, rng, colour=blend(theme.surface, theme.line, 0.6))
    wide = round(box.width * rng.uniform(0.68, 0.9))
    left = box.left + round((box.width - wide) * rng.choice((0.0, 0.0, 0.5, 1.0)))
    column = Box(left, box.top, left + wide, box.bottom)
    high = max(8, min(theme.size * 1.7, box.height * 0.15))
    if not upward and box.height > theme.size * 11 and rng.random() < 0.7:
        label, column = column.cut_top(theme.size * 1.3)
        canvas.box(label, theme.surface)
        canvas.write(label, rng.choice(_WANTED), canvas.fit(label.height, 0.9))
    field, panel = column.cut_bottom(high) if upward else column.cut_top(high)
    _date_box(canvas, field.cut_left(field.width * rng.uniform(0.6, 1.0))[0], month, rng)
    panel = Box(panel.left, panel.top + 2, panel.right - 2, panel.bottom - 2)
    shadow = Box(panel.left + 2, panel.top + 2, panel.right + 2, panel.bottom + 2)
    canvas.box(shadow, blend(theme.surface, (0, 0, 0), 0.4))
    canvas.box(panel, theme.raised, theme.line, theme.corner)
    inner = panel.inset(3, 2)
    if inner.height > theme.size * 9 and rng.random() < 0.5:
        low, inner = inner.cut_bottom(theme.size * 1.4)
        canvas.write(low, rng.choice(("Clear", "Reset")), canvas.fit(low.height, 0.9), theme.faint)
        canvas.write(low, rng.choice(("Today", "Done")), canvas.fit(low.height, 0.9), theme.text, "right")
    shape = rng.choice(("whole", "disc", "pill"))
    grid = weekday_heads(canvas, _head(canvas, inner, month, rng), month, filled=rng.random() < 0.2)

    def cell(part: Box, day: int, own: bool) -> None:
        body = {"whole": part, "disc": _disc(canvas, part), "pill": part.inset(1, 0)}[shape]
        corner = theme.corner if shape == "whole" else body.height // 2
        colour = canvas.mark(body, corner) if own and day == month.chosen else theme.text
        day_number(canvas, part, day, own, colour, month.others)

    each_day(grid, month, cell)


def _date_box(canvas: Canvas, box: Box, month: Month, rng: random.Random) -> None:
    """Draw the field: the highlighted date as it was written, and a little calendar."""
    theme = canvas.theme
    canvas.box(box, theme.raised, theme.accent if rng.random() < 0.5 else theme.line, theme.corner)
    icon, words = box.inset(3, 2).cut_right(box.height - 4)
    canvas.box(icon, None, theme.faint)
    canvas.box(icon.cut_top(max(1, icon.height // 3))[0], theme.faint)
    name = MONTHS[month.month - 1][:3]
    said = (f"{month.chosen} {name} {month.year}", f"{month.year}-{month.month:02d}-{month.chosen:02d}")
    canvas.write(words.inset(1, 0), rng.choice(said), canvas.fit(box.height, 0.95))


CALENDARS: Mapping[str, Layout] = {
    "endless": _endless,
    "fares": _fares,
    "wallchart": _wallchart,
    "upright": _upright,
    "meeting": _meeting,
    "habits": _habits,
    "totals": _totals,
    "datefield": _datefield,
}
