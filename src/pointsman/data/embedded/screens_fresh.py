"""Nine more layouts of synthetic screens, three of each kind, drawn as products commonly show them; for judging once.

Nothing is trained on them and no setting is chosen by them. Takes and gives what the layouts beside each kind's own
`draw` take and give; knows nothing of frames, instructions or of how rows are split.
"""

from __future__ import annotations

import calendar
import math
import random
from collections.abc import Mapping
from dataclasses import replace

from pointsman.data.embedded import screens_calendar, screens_claims, screens_providers
from pointsman.data.embedded.screens_calendar import MONTHS, Month, day_number, each_day, month_head, weekday_heads
from pointsman.data.embedded.screens_claims import Form, draw_field, field_under_label, fitting, form_buttons, make_form
from pointsman.data.embedded.screens_providers import FIELDS, Listing, Provider, entry_lines, list_heading, make_listing
from pointsman.data.embedded.screens_widgets import Box, Canvas, Colour, blend, readable_on

_GREEN, _AMBER, _RED, _BLUE = (60, 160, 90), (215, 160, 50), (205, 80, 70), (80, 150, 215)
_ITEMS = ("Hotel", "Taxi", "Repair", "Medicine", "Window", "Laptop", "Towing", "X-ray", "Bicycle", "Carpet")
_SPLITS = ((1.0,), (0.5, 0.5), (0.6, 0.4), (0.4, 0.6))


def _chevron(canvas: Canvas, box: Box, colour: Colour, *, down: bool) -> None:
    """Draw a tip that points down, or right."""
    half = min(box.width, box.height) / 4
    x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    if down:
        canvas.shape([(x - half, y - half / 2), (x + half, y - half / 2), (x, y + half / 2)], colour)
    else:
        canvas.shape([(x - half / 2, y - half), (x - half / 2, y + half), (x + half / 2, y)], colour)


def _done(canvas: Canvas, box: Box, colour: Colour) -> None:
    """Draw the sign that something is done."""
    square = box.square()
    side = square.width
    points = ((0.18, 0.5), (0.42, 0.72), (0.84, 0.26), (0.84, 0.46), (0.42, 0.9), (0.18, 0.68))
    if side >= 4:
        canvas.shape([(square.left + x * (side - 1), square.top + y * (side - 1)) for x, y in points], colour)


def _clock(canvas: Canvas, box: Box, hour: int, minute: int) -> None:
    """Draw a clock with hands."""
    theme, face = canvas.theme, box.square().inset(1)
    radius = face.width / 2
    if radius < 5:
        return
    x, y = (face.left + face.right - 1) / 2, (face.top + face.bottom - 1) / 2
    canvas.round(face, theme.raised, theme.faint)
    for i in range(12):
        turn, dot = math.pi * i / 6, 0.5 if i % 3 else 1.0
        px, py = x + radius * 0.82 * math.sin(turn), y - radius * 0.82 * math.cos(turn)
        canvas.round(Box(round(px - dot), round(py - dot), round(px + dot) + 1, round(py + dot) + 1), theme.faint)
    for turn, long, thick in ((minute / 60, 0.7, 0.05), ((hour + minute / 60) / 12, 0.45, 0.08)):
        across, up = math.sin(turn * 2 * math.pi), -math.cos(turn * 2 * math.pi)
        wide, far = max(0.5, radius * thick), radius * long
        left, right = (x + up * wide, y - across * wide), (x - up * wide, y + across * wide)
        canvas.shape([left, (x + across * far, y + up * far), right], theme.text)


def _plain_month(canvas: Canvas, box: Box, month: Month, *, discs: bool) -> None:
    """Draw the weekdays' names and the days, without lines."""
    days = weekday_heads(canvas, box, month)

    def cell(part: Box, day: int, own: bool) -> None:
        ground = part.square() if discs else part.inset(min(1, part.width // 8), min(1, part.height // 8))
        chosen = own and day == month.chosen
        colour = canvas.mark(ground, ground.height // 2 if discs else canvas.theme.corner) if chosen else None
        day_number(canvas, part, day, own, colour or canvas.theme.text, month.others)

    each_day(days, month, cell)


def _systray(canvas: Canvas, box: Box, month: Month, rng: random.Random) -> None:
    """Draw what a desktop's clock opens: the time, the day in words, the month, perhaps a foot."""
    theme, hour, minute = canvas.theme, rng.randrange(24), rng.randrange(60)
    time = f"{hour}:{minute:02d}" if rng.random() < 0.6 else f"{hour % 12 or 12}:{minute:02d} {'AM' if hour < 12 else 'PM'}"  # fmt: skip
    weekday = calendar.day_name[calendar.weekday(month.year, month.month, month.chosen)]
    said = f"{weekday}, {month.chosen} {MONTHS[month.month - 1]}"
    if box.width > box.height * 1.2 and rng.random() < 0.5:
        wide = box.width * rng.uniform(0.27, 0.34)
        side, box = box.cut_left(wide) if rng.random() < 0.5 else box.cut_right(wide)
        low, upper = side.inset(3, 2).cut_bottom(min(theme.size * 3, side.height * 0.34))
        _clock(canvas, upper, hour, minute)
        for line, word, most in zip(low.rows(2), (time, weekday), (1.3, 0.9), strict=True):
            canvas.write(line, word, canvas.fit(line.height, most), align="centre", bold=most > 1)
        box = box.inset(2, 0)
    else:
        align = rng.choice(("left", "centre"))
        head, box = box.cut_top(min(theme.size * 3.7, box.height * 0.26))
        upper, lower = head.inset(3, 0).cut_top(head.height * 0.62)
        canvas.write(upper, time, canvas.fit(upper.height, 2.4), align=align)  # type: ignore[arg-type]
        canvas.write(lower, said, canvas.fit(lower.height), theme.accent, align)  # type: ignore[arg-type]
        canvas.across(box.left, box.right, box.top)
        box = box.cut_top(2)[1]
    rest = month_head(canvas, box, month.header, rng)
    _plain_month(canvas, rest, month, discs=rng.random() < 0.4)


def _tariff(canvas: Canvas, box: Box, month: Month, rng: random.Random) -> None:
    """Draw a booking's month: each day with what it costs or how free it is, and what the colours mean."""
    theme, priced, gap = canvas.theme, rng.random() < 0.6, rng.choice((0, 0, 1, 2))
    sign, most, before = rng.choice(("$", "", "")), rng.randint(60, 400), rng.choice((0, rng.randint(1, 12)))
    shade, hues = rng.uniform(0.2, 0.5), [_GREEN, _AMBER, _RED]
    levels = [rng.choices((0, 1, 2), (3, 4, 2))[0] for _ in range(32)]
    costs = [round(most * (0.4 + 0.3 * level + rng.uniform(0.0, 0.25))) for level in levels]
    if box.height > theme.size * 9:
        foot, box = box.cut_bottom(theme.size * 1.6)
        legend, button = foot.cut_left(foot.width * 0.72)
        words = ("Low", "Usual", "High") if priced else ("Free", "Few", "Full")
        for part, hue, word in zip(legend.inset(2, 0).columns(3, 3), hues, words, strict=True):
            swatch, rest = part.cut_left(theme.size)
            canvas.box(swatch.square().inset(1), blend(theme.surface, hue, 0.75), corner=theme.corner)
            canvas.write(rest.cut_left(2)[1], word, canvas.fit(part.height, 0.8), theme.faint)
        canvas.button(button.inset(1, 2), rng.choice(("Book", "Next", "Search")))
    grid = weekday_heads(canvas, month_head(canvas, box, month.header, rng), month, gap)

    def cell(part: Box, day: int, own: bool) -> None:
        if not own:
            day_number(canvas, part, day, own, theme.text, month.others)
            return
        gone, hue = day <= before and day != month.chosen, hues[levels[day]]
        ground = theme.surface if gone else blend(theme.surface, hue, shade)
        canvas.box(part, ground, None if gap else theme.line, theme.corner if gap else 0)
        colour = canvas.mark(part, theme.corner if gap else 0, ground) if day == month.chosen else theme.text
        low, upper = part.cut_bottom(part.height * 0.45 if part.height >= theme.size * 1.8 else 0)
        day_number(canvas, upper, day, own, theme.faint if gone else colour, month.others)
        if gone and upper.height > 4:
            canvas.across(upper.left + upper.width // 4, upper.right - upper.width // 4, (upper.top + upper.bottom) // 2, theme.faint)  # fmt: skip
        elif priced:
            canvas.write(low.inset(1, 0), f"{sign}{costs[day]}", canvas.fit(low.height, 0.8), colour, "centre")
        elif low.height > 3:
            bar = low.inset(max(1, part.width // 5), max(1, low.height // 3))
            canvas.box(bar, blend(hue, theme.surface, 0.15), corner=2)

    each_day(grid, month, cell, gap)


def _neighbour(month: Month, step: int) -> tuple[str, list[list[int]]]:
    """Return the month before or after: its name and its days by week, 0 where a place is of another month."""
    first = (calendar.weekday(month.year, month.month, 1) - month.weeks[0].index((1, True))) % 7
    years, at = divmod(month.month - 1 + step, 12)
    return MONTHS[at], calendar.Calendar(first).monthdayscalendar(month.year + years, at + 1)


def _continuum(canvas: Canvas, box: Box, month: Month, rng: random.Random) -> None:
    """Draw a phone's calendar that scrolls: months flow into one another under weekdays that stay."""
    theme, ruled, discs = canvas.theme, rng.random() < 0.6, rng.random() < 0.7

    def flow(part: Box, day: int, own: bool) -> None:
        if ruled:
            canvas.across(part.left, part.right, part.top)
        low, upper = part.cut_bottom(part.height * 0.24 if part.height > theme.size * 1.5 else 0)
        upper = upper.cut_top(1)[1] if ruled else upper
        ground, chosen = upper.square() if discs else upper.inset(part.width // 8, 0), own and day == month.chosen
        colour = canvas.mark(ground, ground.height // 2 if discs else theme.corner) if chosen else theme.text
        day_number(canvas, upper, day, True, colour, True)
        if own and day in month.busy and low.height > 1:
            canvas.round(low.square().inset(min(1, low.height // 4)), theme.accent)

    box = weekday_heads(canvas, box, month)
    canvas.across(box.left, box.right, box.top)
    box = box.cut_top(1)[1]
    title, least = max(6, round(theme.size * 1.5)), max(5, round(theme.size * 1.2))
    own: list[list[int]] = [[day if mine else 0 for day, mine in week] for week in month.weeks]
    spare = box.height - title - least * len(own)
    lines: list[str | list[int]] = [month.header, *own]
    name, weeks = _neighbour(month, -1)
    tail = max(0, min(rng.randint(0, 1), spare // least))
    lines = [*weeks[len(weeks) - tail :], *lines]
    name, weeks = _neighbour(month, 1)
    more = (spare - tail * least - title) // least
    if more > 0:
        lines += [name, *weeks[: min(more, 4)]]
    heads = sum(isinstance(line, str) for line in lines)
    step, at = (box.height - title * heads) / (len(lines) - heads), float(box.top)
    for place, line in enumerate(lines):
        tall = title if isinstance(line, str) else step
        row = Box(box.left, round(at), box.right, round(at + tall))
        at += tall
        if isinstance(line, str):
            canvas.write(row.inset(2, 0), line, canvas.fit(row.height, 1.3), bold=True)
            continue
        for part, day in zip(row.columns(7), line, strict=True):
            if day:
                flow(part, day, tail < place <= tail + len(own))


def _concertina(canvas: Canvas, box: Box, rng: random.Random) -> Form:
    """Draw a form in sections one under another, of which one is open and shows its fields."""
    theme, cards, numbered = canvas.theme, rng.random() < 0.5, rng.random() < 0.5
    box = form_buttons(canvas, box, rng)
    small = box.height < theme.size * 8
    tall = max(6, round(theme.size * (1.0 if small else 1.55)))
    count = max(2, min(rng.randint(3, 5), int(box.height * 0.5 / tall)))
    names, at, gap = rng.sample(screens_claims.SECTIONS, count), rng.randrange(count), 2 if cards and not small else 0
    room = box.height - count * (tall + gap)
    across = 2 if small or (box.width > theme.size * 17 and rng.random() < 0.5) else 1
    above = rng.random() < (0.8 if across == 2 else 0.4) and room > theme.size * (5 if across == 2 else 7.5)
    rows = fitting(canvas, room - 4, 2.5 if above else 1.8, 2 if across == 2 else 3, 5)
    form, top = make_form(rng, rows * across), box.top
    for i, name in enumerate(names):
        whole = Box(box.left, top, box.right, top + tall + (room if i == at else 0))
        head, inside = whole.cut_top(tall)
        if cards:
            canvas.box(whole, theme.raised, theme.line, theme.corner)
        else:
            canvas.across(whole.left, whole.right, whole.bottom - 1)
        words = f"{i + 1}. {name}" if numbered else name
        _section_head(canvas, head.inset(3, 0), words, 0 if i == at else -1 if i < at else 1)
        if i == at:
            fields = inside.inset(4, 1 if small else 2).cut_top(rows * theme.size * 3.2)[0]
            for row, line in enumerate(fields.rows(rows, gap=1 if small else 2)):
                for column, part in enumerate(line.columns(across, gap=6)):
                    _asked(canvas, part, form, row * across + column, above)
        top = whole.bottom + gap
    return form


def _section_head(canvas: Canvas, box: Box, words: str, state: int) -> None:
    """Draw a section's line: a tip that tells whether it is open, its name, how far it is (-1: done, 1: to come)."""
    theme = canvas.theme
    tip, rest = box.cut_left(box.height * 0.9)
    _chevron(canvas, tip, theme.text, down=state == 0)
    end, rest = rest.cut_right(box.height)
    disc = end.square().inset(max(1, box.height // 6))
    if state:
        canvas.round(disc, _GREEN if state < 0 else None, theme.faint)
    if state < 0:
        _done(canvas, disc.inset(disc.width // 6), (250, 250, 250))
    canvas.write(rest.cut_left(2)[1], words, canvas.fit(rest.height, 1.05), bold=state == 0)


def _asked(canvas: Canvas, box: Box, form: Form, i: int, above: bool) -> None:
    """Draw a field with its label above it, or beside it."""
    if above:
        field_under_label(canvas, box, form, i)
        return
    label, field = box.cut_left(box.width * 0.38)
    canvas.write(label.cut_right(3)[1], form.fields[i], canvas.fit(label.height, 0.95))
    draw_field(canvas, field, form, i)


def _waymarks(canvas: Canvas, box: Box, rng: random.Random) -> Form:
    """Draw a step of a claim: all steps down one side, joined by a line, and this step's fields in rows of one or two."""
    theme = canvas.theme
    named = box.width > theme.size * 15
    wide = box.width * rng.uniform(0.27, 0.34) if named else theme.size * 2
    side, main = box.cut_left(wide) if rng.random() < 0.8 else box.cut_right(wide)
    if rng.random() < 0.5:
        canvas.box(side, blend(theme.surface, theme.accent, 0.14), corner=theme.corner)
    count = max(3, min(rng.randint(4, 5), int(side.height / (theme.size * 1.8))))
    names, at = rng.sample(screens_claims.SECTIONS, count), rng.randrange(count)
    tall = min(side.height / count, theme.size * rng.uniform(2.2, 4.0))
    _steps(canvas, side.inset(3, 2).cut_top(tall * count)[0], names, at, named)
    main = main.inset(5, 1)
    if main.height > theme.size * 11:
        head, main = main.cut_top(theme.size * 1.7)
        canvas.write(head, names[at], canvas.fit(head.height, 1.25), bold=True)
        if rng.random() < 0.5:
            canvas.write(head, f"Step {at + 1} of {count}", canvas.fit(head.height, 0.8), theme.faint, "right")
    main = form_buttons(canvas, main, rng)
    rows = fitting(canvas, main.height, 2.7, 2, 5)
    main = main.cut_top(rows * theme.size * 3.6)[0]
    splits = [rng.choice(_SPLITS if main.width > theme.size * 10 else _SPLITS[:2]) for _ in range(rows)]
    if sum(map(len, splits)) < 3:
        splits[-1] = _SPLITS[1]
    form, i = make_form(rng, sum(map(len, splits))), 0
    for line, split in zip(main.rows(rows, gap=2), splits, strict=True):
        rest = line
        for share in split:
            part, rest = rest.cut_left(line.width * share)
            field_under_label(canvas, part.cut_right(4 if rest.width > 1 else 0)[1], form, i)
            i += 1
    return form


def _steps(canvas: Canvas, box: Box, names: list[str], at: int, named: bool) -> None:
    """Draw steps one under another: done, this one, and those to come."""
    theme, parts = canvas.theme, box.rows(len(names))
    side = max(5, min(round(theme.size * 1.4), parts[0].height - 2))
    discs = [part.cut_left(side)[0].square() for part in parts]
    middle = (discs[0].left + discs[0].right) // 2
    canvas.down(middle, discs[0].bottom, discs[-1].top, theme.faint)
    for i, (part, disc, name) in enumerate(zip(parts, discs, names, strict=True)):
        ground = theme.accent if i <= at else theme.surface
        canvas.round(disc, ground, theme.accent if i <= at else theme.faint)
        if i < at:
            _done(canvas, disc.inset(disc.width // 5), theme.accent_text)
        else:
            canvas.write(disc, str(i + 1), canvas.fit(disc.height * 0.8), readable_on(ground), "centre")
        if named:
            words = part.cut_left(side + 3)[1]
            canvas.write(words, name, canvas.fit(part.height), theme.text if i <= at else theme.faint, bold=i == at)


def _itemised(canvas: Canvas, box: Box, rng: random.Random) -> Form:
    """Draw a claim for costs: the fields above, under them a table of what is claimed, and its sum."""
    theme = canvas.theme
    if box.height > theme.size * 11:
        head, box = box.cut_top(theme.size * 1.7)
        canvas.write(head.inset(2, 0), rng.choice(screens_claims.HEADINGS), canvas.fit(head.height, 1.25), bold=True)
    box = form_buttons(canvas, box, rng)
    across = 3 if box.width > theme.size * 19 else 2
    room, table = box.cut_top(box.height * rng.uniform(0.46, 0.56))
    rows = fitting(canvas, room.height, 2.6, 2 if across == 2 else 1, 3)
    form = make_form(rng, rows * across)
    for row, line in enumerate(room.inset(2, 0).rows(rows, gap=2)):
        for column, part in enumerate(line.columns(across, gap=5)):
            field_under_label(canvas, part, form, row * across + column)
    _costs(canvas, Box(table.left + 2, table.top + 3, table.right - 2, table.bottom), rng)
    return form


def _costs(canvas: Canvas, box: Box, rng: random.Random) -> None:
    """Draw a table of costs: what, when, how much, a cross to remove each, the sum and a button for one more."""
    theme = canvas.theme
    lines = box.rows(max(3, min(8, int(box.height / max(6, theme.size * 1.45)))))
    ground = theme.bar if rng.random() < 0.6 else blend(theme.surface, theme.text, 0.12)
    canvas.box(lines[0], ground)
    total = 0

    def cells(line: Box, words: tuple[str, str, str], colour: Colour, bold: bool) -> None:
        inner = line.inset(3, 0).cut_right(theme.size)[1]
        what, rest = inner.cut_left(inner.width * 0.42)
        when, much = rest.cut_left(rest.width * 0.55)
        size = canvas.fit(line.height, 0.9)
        canvas.write(what, words[0], size, colour, bold=bold)
        canvas.write(when.cut_right(2)[1], words[1], size, colour, bold=bold)
        canvas.write(much, words[2], size, colour, "right", bold)

    cells(lines[0], ("Item", "Date", "Cost"), readable_on(ground), True)
    for line, item in zip(lines[1:-1], rng.sample(_ITEMS, len(lines) - 2), strict=True):
        cost = rng.randint(9, 900)
        total += cost
        cells(line, (item, screens_claims.VALUES["Date of loss"](rng)[:5], f"{cost}.00"), theme.text, False)
        canvas.write(line.cut_right(theme.size)[0], "x", canvas.fit(line.height, 0.9), theme.faint, "centre")
        canvas.across(line.left, line.right, line.bottom - 1)
    add = lines[-1].cut_left(min(theme.size * 5, box.width * 0.4))[0].inset(0, 1)
    canvas.button(add, "+ Add item", plain=True)
    cells(lines[-1], ("", "Total", f"{total}.00"), theme.text, True)


def _rollcall(canvas: Canvas, box: Box, rng: random.Random) -> Listing:
    """Draw a team's page: portraits in a grid, each with a name and a field under it."""
    theme, framed, starred = canvas.theme, rng.random() < 0.4, rng.random() < 0.4
    box = list_heading(canvas, box, rng)
    across = 3 if box.width < theme.size * 21 else rng.choice((3, 4))
    down, gap = fitting(canvas, box.height, 4.8, 1, 3), 4 if framed else 1
    shown, size = make_listing(rng, across * down), rng.uniform(0.48, 0.58)
    for row, line in enumerate(box.rows(down, gap=gap)):
        for column, tile in enumerate(line.columns(across, gap=gap)):
            i = row * across + column
            one, ground = shown.entries[i], theme.raised if framed else None
            if framed:
                canvas.box(tile, ground, theme.line, theme.corner + 1)
            colour = canvas.mark(tile, theme.corner + 1, ground) if i == shown.chosen else theme.text
            face, words = tile.inset(2).cut_top(tile.height * size)
            canvas.photo(face, rng, shown.circles)
            if starred and words.height > theme.size * 2.4:
                stars, words = words.cut_bottom(theme.size)
                stars = stars.inset(max(0, (stars.width - 5 * stars.height) // 2), 0)
                canvas.stars(stars, one.stars, colour)
            entry_lines(canvas, words, [one.name, one.field], colour, "centre")
    return shown


def _wards(canvas: Canvas, box: Box, rng: random.Random) -> Listing:
    """Draw providers under the names of their fields, each with signs to call or to book at its end."""
    theme, pictured, filled = canvas.theme, rng.random() < 0.6, rng.random() < 0.6
    box = list_heading(canvas, box, rng)
    band = max(6, round(theme.size * 1.35))
    groups = 2 if box.height < theme.size * 14 else 3
    count = fitting(canvas, box.height - groups * band, 1.95, 3, 8)
    made, sizes = make_listing(rng, count), [1] * groups
    for _ in range(count - groups):
        sizes[rng.randrange(groups)] += 1
    kinds = [kind for kind, n in zip(sorted(rng.sample(FIELDS, groups)), sizes, strict=True) for _ in range(n)]
    entries = tuple(replace(one, field=kind) for one, kind in zip(made.entries, kinds, strict=True))
    shown = replace(made, entries=entries)
    step, at = (box.height - groups * band) / count, float(box.top)
    for i, one in enumerate(shown.entries):
        if i == 0 or kinds[i - 1] != one.field:
            head = Box(box.left, round(at), box.right, round(at) + band)
            at += band
            canvas.box(head, blend(theme.surface, theme.text, 0.13) if filled else None)
            canvas.across(head.left, head.right, head.bottom - 1)
            words = head.inset(3, 0)
            canvas.write(words, one.field, canvas.fit(head.height), bold=True)
            canvas.write(words, str(kinds.count(one.field)), canvas.fit(head.height, 0.85), theme.faint, "right")
        row = Box(box.left, round(at), box.right, round(at + step))
        at += step
        canvas.across(row.left + 4, row.right, row.bottom - 1)
        colour = canvas.mark(row.inset(1, 0), theme.corner) if i == shown.chosen else theme.text
        _reachable(canvas, row, one, colour, rng, shown.circles if pictured else None)
    return shown


def _reachable(
    canvas: Canvas, row: Box, one: Provider, colour: Colour, rng: random.Random, circle: bool | None
) -> None:
    """Draw an entry: perhaps a picture (`circle`: its form), the name, where, and two signs to reach them by."""
    theme, inner = canvas.theme, row.inset(4, 1)
    if circle is not None:
        picture, inner = inner.cut_left(min(inner.height, inner.width * 0.2))
        canvas.photo(picture, rng, circle)
        inner = inner.cut_left(3)[1]
    side = min(inner.height, round(theme.size * 1.5))
    signs, words = inner.cut_right(2 * side + 3)
    for part, booked in zip(signs.columns(2, 3), (False, True), strict=True):
        disc = part.square()
        canvas.round(disc, theme.surface, theme.accent)
        sign = disc.inset(max(1, round(disc.width * 0.28)))
        if booked:
            canvas.box(sign, None, theme.accent)
            canvas.box(sign.cut_top(max(1, sign.height // 3))[0], theme.accent)
        else:
            canvas.box(sign.inset(sign.width // 4, 0), theme.accent, corner=1)
    entry_lines(canvas, words.cut_right(2)[1], [one.name, f"{one.city}, {one.distance}"], colour)


def _cartograph(canvas: Canvas, box: Box, rng: random.Random) -> Listing:
    """Draw a phone's map with numbered pins and, on a sheet over its lower part, the places with their numbers."""
    theme = canvas.theme
    plan, sheet = box.cut_top(box.height * rng.uniform(0.32, 0.42))
    _streets(canvas, plan, rng)
    sheet = Box(sheet.left, sheet.top - min(4, plan.height // 6), sheet.right, sheet.bottom)
    canvas.box(sheet, theme.surface, theme.line, theme.corner + 4)
    handle, rest = sheet.cut_top(max(4, theme.size * 0.6))
    canvas.box(handle.inset(round(handle.width * 0.43), max(1, handle.height // 3)), theme.faint, corner=1)
    shown = make_listing(rng, fitting(canvas, rest.height, 2.1, 3, 7))
    _pins(canvas, Box(plan.left, plan.top, plan.right, sheet.top), shown, rng)
    opened = rng.random() < 0.5 and rest.height / len(shown.entries) > theme.size * 1.9
    for i, (row, one) in enumerate(zip(rest.inset(2, 1).rows(len(shown.entries)), shown.entries, strict=True)):
        canvas.across(row.left + 4, row.right, row.top)
        colour = canvas.mark(row, theme.corner) if i == shown.chosen else theme.text
        number, words = row.inset(3, 1).cut_left(min(row.height, theme.size * 1.5))
        disc = number.square()
        canvas.round(disc, theme.accent, theme.accent_text)
        canvas.write(disc, str(i + 1), canvas.fit(disc.height * 0.85), theme.accent_text, "centre", bold=True)
        right, words = words.cut_right(words.width * 0.28)
        if opened:
            upper, lower = right.rows(2)
            now = rng.random() < 0.7
            hue = blend(_GREEN if now else _RED, theme.text, 0.25) if colour == theme.text else colour
            canvas.write(lower, "Open" if now else "Closed", canvas.fit(lower.height, 0.8), hue, "right")
            canvas.write(upper, one.distance, canvas.fit(upper.height, 0.85), colour, "right")
        else:
            canvas.stars(right.inset(2, max(1, right.height // 4)), one.stars, colour)
        entry_lines(canvas, words.inset(4, 0), [one.name, f"{one.field}, {one.city}"], colour)
    return shown


def _streets(canvas: Canvas, box: Box, rng: random.Random) -> None:
    """Draw a map: land, a park, water and streets, some of them aslant."""
    theme = canvas.theme
    land = blend(theme.surface, (225, 220, 205), 0.5)
    street = blend(land, (255, 255, 255) if sum(theme.surface) > 380 else (140, 140, 140), 0.8)
    canvas.box(box, land)
    left = rng.randint(box.left, box.left + box.width // 2)
    top = rng.randint(box.top, box.top + box.height // 2)
    canvas.box(Box(left, top, left + box.width // 4, top + box.height // 3), blend(land, _GREEN, 0.45), corner=3)
    bank, far, low = box.left + box.width * rng.uniform(0.7, 0.9), box.right - 1, box.bottom - 1
    canvas.shape([(bank, box.top), (far, box.top), (far, low), (bank + box.width * 0.08, low)], blend(land, _BLUE, 0.6))
    for _ in range(rng.randint(2, 4)):
        wide = rng.choice((1, 2, 3))
        a, b = (rng.uniform(box.left, box.right - 4) for _ in range(2))
        canvas.shape([(a, box.top), (a + wide, box.top), (b + wide, box.bottom - 1), (b, box.bottom - 1)], street)
        c, d = (rng.uniform(box.top, max(box.top, box.bottom - 4)) for _ in range(2))
        canvas.shape([(box.left, c), (box.left, c + wide), (box.right - 1, d + wide), (box.right - 1, d)], street)


def _pins(canvas: Canvas, box: Box, shown: Listing, rng: random.Random) -> None:
    """Draw each entry's number on the map where it is, the highlighted one largest, each in a strip of its own."""
    theme, strips = canvas.theme, box.columns(len(shown.entries))
    rng.shuffle(strips)
    for i, strip in enumerate(strips):
        side = round(theme.size * (1.9 if i == shown.chosen else 1.3))
        side = min(side, strip.width, round(strip.height / 1.4))
        if side < 3:
            continue
        left = rng.randint(strip.left, strip.right - side)
        top = rng.randint(strip.top, max(strip.top, strip.bottom - round(side * 1.35)))
        paint = theme.accent if i == shown.chosen else theme.text
        x, low = left + side / 2, top + side * 0.72
        canvas.shape([(left + side * 0.12, low), (left + side * 0.88, low), (x, top + side * 1.3)], paint)
        disc = Box(left, top, left + side, top + side)
        canvas.round(disc, paint, readable_on(paint))
        canvas.write(disc, str(i + 1), canvas.fit(side * 0.85), readable_on(paint), "centre", bold=True)


CALENDARS: Mapping[str, screens_calendar.Layout] = {"systray": _systray, "tariff": _tariff, "continuum": _continuum}
CLAIMS: Mapping[str, screens_claims.Layout] = {"concertina": _concertina, "waymarks": _waymarks, "itemised": _itemised}
PROVIDERS: Mapping[str, screens_providers.Layout] = {"rollcall": _rollcall, "wards": _wards, "cartograph": _cartograph}
