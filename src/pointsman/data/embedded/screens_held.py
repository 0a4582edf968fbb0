"""Nine further layouts of synthetic screens, three of each kind, kept for judging once.

Nothing is trained on them and no setting is chosen by them. Takes and gives what the layouts beside each kind's own
`draw` take and give; knows nothing of frames, instructions or of how rows are split.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace

from pointsman.data.embedded import screens_calendar, screens_claims, screens_providers
from pointsman.data.embedded.screens_calendar import (
    EVENTS,
    MONTHS,
    Month,
    day_number,
    each_day,
    grid_lines,
    month_head,
    weekday_heads,
)
from pointsman.data.embedded.screens_claims import (
    HEADINGS,
    SECTIONS,
    VALUES,
    Form,
    draw_field,
    field_content,
    field_under_label,
    fitting,
    form_buttons,
    make_form,
)
from pointsman.data.embedded.screens_providers import FIELDS, Listing, entry_lines, list_heading, make_listing, pager
from pointsman.data.embedded.screens_widgets import Box, Canvas, Colour, blend, readable_on

_OWN_CALENDARS = ("Work", "Family", "Sports", "Holidays", "Birthdays", "School", "Travel")
_SPANS = ("Today", "Tomorrow", "In 3 days", "Next week", "In 2 weeks", "Next month", "Clear")
_STATES = ("Open", "Draft", "In review", "New")
_SLOT_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri")
_FACETS = {
    "Field": FIELDS,
    "Distance": ("under 2 km", "under 5 km", "under 10 km"),
    "Language": ("English", "Polish", "Italian", "German"),
    "Accepts": ("New patients", "Children", "Insured"),
}
_TAGS = ("In network", "New patients", "Video", "Parking", "Lift", "Evenings")


def _opens(canvas: Canvas, box: Box, text: str, colour: Colour) -> None:
    """Draw a small list that opens: a box, its words and a tip."""
    canvas.box(box, canvas.theme.raised, canvas.theme.line, canvas.theme.corner)
    end, words = box.cut_right(box.height)
    _tip(canvas, end, colour)
    canvas.write(words.inset(3, 0), text, canvas.fit(box.height, 0.9), colour)


def _tip(canvas: Canvas, box: Box, colour: Colour, *, right: bool = False) -> None:
    tip = box.square()
    tip = tip.inset(max(1, tip.width // 3))
    if right:
        canvas.shape([(tip.left, tip.top), (tip.left, tip.bottom), (tip.right, (tip.top + tip.bottom) / 2)], colour)
    else:
        canvas.shape([(tip.left, tip.top), (tip.right, tip.top), ((tip.left + tip.right) / 2, tip.bottom)], colour)


def _hue(rng: random.Random, ground: Colour) -> Colour:
    """Return one of the colours that calendars, badges and initials come in."""
    vivid = rng.choice(((200, 70, 70), (70, 130, 210), (70, 160, 90), (210, 150, 50), (140, 90, 190), (60, 160, 170)))
    return blend(vivid, ground, 0.2)


def _navigator(canvas: Canvas, box: Box, month: Month, rng: random.Random) -> None:
    """Draw a desk calendar: the month small with the calendars to show at the side, and large with events."""
    theme, wide = canvas.theme, box.width * rng.uniform(0.27, 0.32)
    side, main = box.cut_left(wide) if rng.random() < 0.75 else box.cut_right(wide)
    canvas.down(side.right if side.left < main.left else side.left - 1, box.top, box.bottom)
    inner = side.inset(4, 2)
    low, inner = inner.cut_top(max(7, min(theme.size * 1.6, inner.height * 0.14)))
    canvas.button(low, "New event")
    small, inner = inner.cut_top(min(inner.height * 0.55, inner.width * 1.05))
    days = weekday_heads(canvas, small.inset(0, 2), month)
    size = canvas.fit(min(days.height // len(month.weeks), days.width // 7), 0.75)

    def tiny(part: Box, day: int, own: bool) -> None:
        if own and day == month.chosen:
            canvas.box(part, theme.accent, corner=theme.corner)
        colour = theme.accent_text if own and day == month.chosen else theme.text
        if own or month.others:
            canvas.write(part, str(day), size, colour if own else theme.faint, "centre")

    each_day(days, month, tiny)
    hues = [_hue(rng, theme.surface) for _ in range(4)]
    step = max(7, round(theme.size * 1.4))
    for i, word in enumerate(rng.sample(_OWN_CALENDARS, 4)):
        line = Box(inner.left, inner.top + 2 + i * step, inner.right, inner.top + 2 + (i + 1) * step)
        if line.bottom > inner.bottom:
            break
        tick, words = line.cut_left(min(step - 1, theme.size))
        canvas.box(tick.square().inset(1), hues[i] if rng.random() < 0.75 else None, hues[i])
        canvas.write(words.cut_left(3)[1], word, canvas.fit(line.height, 0.85))
    grid = weekday_heads(canvas, month_head(canvas, main.inset(3, 0), month.header, rng), month)
    grid_lines(canvas, grid, month)

    def cell(part: Box, day: int, own: bool) -> None:
        number, rest = part.inset(1).cut_top(min(part.height - 2, max(6, theme.size * 1.15)))
        chosen = own and day == month.chosen
        colour = canvas.mark(number, number.height // 2) if chosen else theme.text
        day_number(canvas, number, day, own, colour, month.others)
        chip = max(4, min(round(theme.size * 0.9), rest.height))
        for i in range(rng.randint(1, 2) if own and day in month.busy else 0):
            line = Box(rest.left, rest.top + i * (chip + 1), rest.right, rest.top + i * (chip + 1) + chip)
            hue, word = rng.choice(hues), rng.choice(EVENTS)
            if line.bottom <= rest.bottom:
                canvas.box(line, hue, corner=theme.corner)
                canvas.write(line.inset(1, 0), word, canvas.fit(line.height, 0.8), readable_on(hue))

    each_day(grid, month, cell)


def _drawer(canvas: Canvas, box: Box, month: Month, rng: random.Random) -> None:
    """Draw a phone's calendar: the week of the highlighted day opened, its appointments below it."""
    theme, dots = canvas.theme, rng.random() < 0.6
    box = weekday_heads(canvas, month_head(canvas, box, month.header, rng), month)
    at = next(i for i, week in enumerate(month.weeks) if (month.chosen, True) in week)
    share, spare = rng.uniform(0.3, 0.42), box.height - len(month.weeks) * theme.size * 1.35
    height = round(max(box.height * 0.16, min(box.height * share, spare)))
    weeks = box.cut_bottom(height)[1].rows(len(month.weeks))
    for i in range(at + 1, len(weeks)):
        weeks[i] = Box(box.left, weeks[i].top + height, box.right, weeks[i].bottom + height)
    panel, ground = (
        Box(box.left, weeks[at].bottom, box.right, weeks[at].bottom + height),
        blend(theme.surface, theme.text, 0.12),
    )
    canvas.box(panel, ground)
    for week, days in zip(weeks, month.weeks, strict=True):
        canvas.across(week.left, week.right, week.top)
        for part, (day, own) in zip(week.columns(7), days, strict=True):
            low, upper = part.cut_bottom(part.height * 0.25 if dots and part.height > theme.size * 1.6 else 0)
            chosen = own and day == month.chosen
            narrow = upper.inset(max(0, round((upper.width - upper.height * 1.7) / 2)), 0).cut_top(1)[1]
            if chosen:
                x, tall = (part.left + part.right) // 2, max(2, theme.size // 3)
                points: list[tuple[float, float]] = [(x - tall, panel.top), (x + tall, panel.top), (x, panel.top - tall)]  # fmt: skip
                canvas.shape(points, ground)
            colour = canvas.mark(narrow, theme.corner + 2) if chosen else theme.text
            day_number(canvas, narrow, day, own, colour, month.others)
            if low.height > 1 and own and day in month.busy:
                canvas.box(low.square().inset(max(0, low.height // 3 - 1)), theme.accent, corner=low.height // 3)
    inner = panel.inset(5, 2)
    count = max(1, min(4, int(inner.height / max(7, theme.size * 1.35))))
    hour = rng.randint(7, 11)
    for line in inner.rows(count, gap=1):
        time, rest = line.cut_left(max(theme.size * 3, line.width * 0.16))
        canvas.write(time, f"{hour}:{rng.choice(('00', '15', '30', '45'))}", canvas.fit(line.height, 0.85), theme.faint)
        canvas.box(rest.cut_left(2)[0], _hue(rng, theme.surface))
        canvas.write(rest.cut_left(5)[1], rng.choice(EVENTS), canvas.fit(line.height, 0.95))
        hour += rng.randint(1, 3)


def _picker(canvas: Canvas, box: Box, month: Month, rng: random.Random) -> None:
    """Draw a date picker: spans to take at once, month and year as lists that open, the chosen date in words."""
    theme = canvas.theme
    low, box = box.cut_bottom(max(8, min(theme.size * 1.8, box.height * 0.15)))
    canvas.across(low.left, low.right, low.top)
    buttons, said = low.inset(3, 1).cut_right(max(30, theme.size * 8))
    for part, word in zip(buttons.columns(2, 3), ("Cancel", "Apply"), strict=True):
        canvas.button(part, word, plain=word == "Cancel")
    date = f"{month.chosen} {MONTHS[month.month - 1][:3]} {month.year}"
    canvas.write(said.cut_right(3)[1], date, canvas.fit(low.height, 0.9), theme.faint)
    wide = box.width * rng.uniform(0.22, 0.27)
    left = rng.random() < 0.6
    spans, rest = box.cut_left(wide) if left else box.cut_right(wide)
    canvas.down(spans.right - 1 if left else spans.left, spans.top, spans.bottom)
    step = max(7, round(theme.size * 1.6))
    for i, word in enumerate(_SPANS):
        line = Box(spans.left + 3, spans.top + 2 + i * step, spans.right - 3, spans.top + 2 + (i + 1) * step)
        if line.bottom > spans.bottom:
            break
        canvas.write(line, word, canvas.fit(line.height, 0.9), theme.accent if i == 0 else theme.text)
    inner = rest.inset(4, 2)
    lists, inner = inner.cut_top(max(7, min(theme.size * 1.6, inner.height * 0.15)))
    name, year = lists.cut_left(lists.width * 0.58)
    _opens(canvas, name.inset(1), MONTHS[month.month - 1], theme.text)
    _opens(canvas, year.inset(1), str(month.year), theme.text)

    def cell(part: Box, day: int, own: bool) -> None:
        upright = part.inset(1, max(1, (part.height - part.width) // 2))
        colour = canvas.mark(upright, upright.height // 3) if own and day == month.chosen else theme.text
        day_number(canvas, part, day, own, colour, month.others)

    each_day(weekday_heads(canvas, inner, month), month, cell)


def _tabs(canvas: Canvas, box: Box, rng: random.Random) -> Form:
    """Draw an office program's claim: its number and state above, tabs, labels beside fields in two columns."""
    theme = canvas.theme
    if box.height > theme.size * 9:
        head, box = box.cut_top(max(7, theme.size * 1.7))
        canvas.write(head.inset(2, 0), f"Claim {rng.randint(10000, 99999)}", canvas.fit(head.height, 1.2), bold=True)
        state = head.cut_right(max(18, theme.size * 4.5))[0].inset(1, max(1, head.height // 8))
        hue = _hue(rng, theme.surface)
        canvas.box(state, hue, corner=state.height // 2)
        canvas.write(state.inset(3, 0), rng.choice(_STATES), canvas.fit(state.height, 0.85), readable_on(hue), "centre")
    box = form_buttons(canvas, box, rng)
    strip, page = box.cut_top(max(7, theme.size * 1.6))
    count = 3 if box.width < theme.size * 22 else 4
    at = rng.randrange(count)
    canvas.box(page, None, theme.line)
    for i, (tab, word) in enumerate(zip(strip.columns(count, 2), rng.sample(SECTIONS, count), strict=True)):
        front = i == at
        top = tab if front else tab.cut_top(2)[1]
        canvas.box(top, theme.surface if front else blend(theme.surface, theme.text, 0.14), theme.line)
        if front:
            canvas.box(Box(tab.left + 1, tab.bottom - 1, tab.right - 1, tab.bottom + 1), theme.surface)
            canvas.box(tab.cut_top(2)[0], theme.accent)
        canvas.write(
            top.inset(2, 0), word, canvas.fit(top.height, 0.9), None if front else theme.faint, "centre", front
        )
    inner = page.inset(4, 4)
    across = 2 if inner.width > theme.size * 20 else 1
    rows = fitting(canvas, inner.height, 1.9, 3, 5)
    form = make_form(rng, rows * across)
    for row, line in enumerate(inner.rows(rows, gap=3)):
        for column, part in enumerate(line.columns(across, gap=6)):
            label, rest = part.cut_left(part.width * (0.42 if across == 2 else 0.36))
            i = row * across + column
            canvas.write(label.cut_right(2)[1], form.fields[i], canvas.fit(label.height, 0.9))
            draw_field(canvas, rest, form, i)
    return form


def _grouped(canvas: Canvas, box: Box, rng: random.Random) -> Form:
    """Draw a phone's form: rows in rounded groups, values at their right end, switches, one wide button."""
    theme = canvas.theme
    bar, box = box.cut_top(max(7, theme.size * 1.7))
    canvas.write(bar.inset(2, 0), "Cancel", canvas.fit(bar.height, 0.9), theme.accent)
    middle = bar.inset(round(bar.width * 0.25), 0)
    canvas.write(middle, rng.choice(HEADINGS), canvas.fit(bar.height), align="centre", bold=True)
    canvas.write(bar.inset(2, 0), "Save", canvas.fit(bar.height, 0.9), theme.accent, "right")
    low, box = box.cut_bottom(max(8, theme.size * 2))
    canvas.button(low.inset(4, 2), rng.choice(("Submit claim", "Continue", "Next")))
    groups = 2 if box.height > theme.size * 9 else 1
    rows = fitting(canvas, box.height / groups - theme.size * 1.3, 1.75, 4 - groups, 4)
    form = make_form(rng, groups * rows)
    ground = blend(theme.raised, theme.text, 0.06)
    for group, (part, title) in enumerate(zip(box.rows(groups, gap=2), rng.sample(SECTIONS, groups), strict=True)):
        words, card = part.inset(4, 0).cut_top(max(5, theme.size * 1.2))
        canvas.write(words.inset(3, 0), title.upper(), canvas.fit(words.height, 0.75), theme.faint)
        canvas.box(card, ground, corner=theme.corner + 3)
        for row, line in enumerate(card.rows(rows)):
            i = group * rows + row
            if row:
                canvas.across(line.left + 4, line.right, line.top)
            colour = canvas.mark(line, theme.corner + 3) if i == form.chosen else theme.text
            _row(canvas, line.inset(4, 1), form, i, colour)
    return form


def _row(canvas: Canvas, line: Box, form: Form, i: int, colour: Colour) -> None:
    """Draw a field as a row: its name, and its value, a tip or a switch at the end."""
    theme = canvas.theme
    faint = theme.faint if colour == theme.text else colour
    label, rest = line.cut_left(line.width * 0.48)
    canvas.write(label, form.fields[i], canvas.fit(line.height), colour)
    if form.kinds[i] == "ticks":
        tall = max(4, min(line.height - 2, theme.size))
        top = (line.top + line.bottom - tall) // 2
        switch = Box(line.right - tall * 2, top, line.right, top + tall)
        on = form.values[i] == "Yes"
        canvas.box(switch, theme.accent if on else theme.faint, colour if colour != theme.text else None, tall // 2)
        knob = switch.cut_right(tall)[0] if on else switch.cut_left(tall)[0]
        canvas.round(knob.inset(1), theme.surface)
        return
    if form.kinds[i] == "choice":
        end, rest = rest.cut_right(min(line.height, theme.size))
        _tip(canvas, end, faint, right=True)
    shown = form.values[i] or ("Choose" if form.kinds[i] == "choice" else "Enter")
    canvas.write(rest.cut_right(2)[1], shown, canvas.fit(line.height, 0.95), faint, "right")


def _evidence(canvas: Canvas, box: Box, rng: random.Random) -> Form:
    """Draw a report with evidence: fields beside a place for pictures, and room to write what happened."""
    theme = canvas.theme
    if box.height > theme.size * 13:
        strip, box = box.cut_top(max(7, theme.size * 1.6))
        canvas.write(strip.inset(2, 0), rng.choice(HEADINGS), canvas.fit(strip.height, 1.25), bold=True)
    box = form_buttons(canvas, box, rng)
    room, upper = box.cut_bottom(box.height * rng.uniform(0.3, 0.38))
    wide = upper.width * rng.uniform(0.36, 0.46)
    pictures, fields = upper.cut_right(wide) if rng.random() < 0.7 else upper.cut_left(wide)
    rows = fitting(canvas, fields.height, 2.6, 2, 4)
    form = _remarks_last(make_form(rng, rows + 1), rng)
    for i, part in enumerate(fields.inset(2, 0).rows(rows, gap=2)):
        field_under_label(canvas, part, form, i)
    shown = rng.randint(1, 3)
    thumbs, zone = pictures.inset(3, 2).cut_bottom(min(pictures.height * 0.34, pictures.width * 0.28))
    _drop(canvas, zone.cut_bottom(2)[1])
    for place in thumbs.columns(3, 3)[:shown]:
        _snapshot(canvas, place, rng)
    label, field = room.inset(2, 1).cut_top(max(5, min(theme.size * 1.2, room.height * 0.35)))
    canvas.write(label, form.fields[rows], canvas.fit(label.height, 0.9))
    canvas.box(field, theme.raised, theme.line, theme.corner)
    colour = canvas.mark(field, theme.corner, theme.raised) if form.chosen == rows else theme.text
    field_content(canvas, field.inset(0, 1).cut_top(theme.size * 1.3)[0], form, rows, colour)
    corner = max(3, theme.size // 2)
    x, y = field.right - 2, field.bottom - 2
    canvas.shape([(x, y), (x - corner, y), (x, y - corner)], theme.faint)
    return form


def _remarks_last(form: Form, rng: random.Random) -> Form:
    """Return the form with a field for remarks at its end, in place of the one there."""
    others = [i for i, name in enumerate(form.fields) if name != "Remarks"][: len(form.fields) - 1]
    remarks = VALUES["Remarks"](rng) if rng.random() < 0.55 else ""
    return replace(
        form,
        fields=(*(form.fields[i] for i in others), "Remarks"),
        values=(*(form.values[i] for i in others), remarks),
        kinds=(*(form.kinds[i] for i in others), "text"),
    )


def _drop(canvas: Canvas, box: Box) -> None:
    """Draw the place that pictures are dropped on: a dashed edge, an arrow, words."""
    theme = canvas.theme
    canvas.box(box, blend(theme.surface, theme.accent, 0.08))
    for x in range(box.left, box.right - 2, 5):
        for y in (box.top, box.bottom - 1):
            canvas.across(x, min(x + 3, box.right), y, theme.faint)
    for y in range(box.top, box.bottom - 2, 5):
        for x in (box.left, box.right - 1):
            canvas.down(x, y, min(y + 3, box.bottom), theme.faint)
    words, upper = box.inset(2).cut_bottom(min(theme.size * 1.3, box.height * 0.4))
    canvas.write(words, "Add photos", canvas.fit(words.height, 0.85), theme.faint, "centre")
    side = min(upper.height, upper.width, theme.size * 3)
    if side < 5:
        return
    middle, base, half = (upper.left + upper.right) / 2, (upper.top + upper.bottom) / 2, side * 0.3
    canvas.shape([(middle, base - half), (middle + half, base), (middle - half, base)], theme.accent)
    shaft = half * 0.35
    canvas.box(Box(round(middle - shaft), round(base), round(middle + shaft) + 1, round(base + half)), theme.accent)


def _snapshot(canvas: Canvas, box: Box, rng: random.Random) -> None:
    """Draw a small photograph of a place: sky, ground and a thing on it."""
    if box.width < 4 or box.height < 4:
        return
    ground = blend(_hue(rng, (120, 120, 120)), (90, 90, 90), 0.5)
    canvas.box(box, blend(ground, (235, 240, 245), 0.65))
    canvas.box(box.cut_bottom(box.height * rng.uniform(0.3, 0.5))[0], ground)
    thing = box.inset(max(1, box.width // 4), max(1, box.height // 3))
    canvas.box(thing, _hue(rng, ground), corner=2)


def _slots(canvas: Canvas, box: Box, rng: random.Random) -> Listing:
    """Draw a booking page: each provider beside the hours that are free on the next days."""
    theme = canvas.theme
    box = pager(canvas, list_heading(canvas, box, rng), rng)
    days = 2 if box.width < theme.size * 20 else 3 if box.width < theme.size * 30 else 4
    share = 0.46 if days < 4 else 0.4
    strip, box = box.cut_top(max(6, theme.size * 1.4))
    shown = make_listing(rng, fitting(canvas, box.height, 3.0, 3, 6))
    first, start = rng.randrange(5), rng.randint(1, 24)
    for i, part in enumerate(strip.cut_left(strip.width * share)[1].columns(days, 3)):
        day = f"{_SLOT_DAYS[(first + i) % 5]} {start + i}"
        canvas.write(part, day, canvas.fit(part.height, 0.85), theme.faint, "centre")
    for i, (row, one) in enumerate(zip(box.rows(len(shown.entries)), shown.entries, strict=True)):
        canvas.across(row.left, row.right, row.top)
        colour = canvas.mark(row.cut_top(1)[1], theme.corner) if i == shown.chosen else theme.text
        who, times = row.inset(2, 2).cut_left(row.width * share)
        photo, words = who.cut_left(min(who.height, who.width * 0.3))
        canvas.photo(photo.inset(1), rng, shown.circles)
        entry_lines(canvas, words.inset(3, 0), [one.name, one.field, one.distance], colour)
        lines = 2 if times.height > theme.size * 2 else 1
        for column in times.columns(days, 3):
            for place in column.rows(lines, 2):
                if rng.random() < 0.75:
                    free = f"{rng.randint(8, 17)}:{rng.choice(('00', '20', '30', '40'))}"
                    ground = blend(theme.surface, theme.accent, 0.22)
                    canvas.box(place, ground, theme.accent, theme.corner + 1)
                    canvas.write(place.inset(1, 0), free, canvas.fit(place.height, 0.85), readable_on(ground), "centre")
    return shown


def _directory(canvas: Canvas, box: Box, rng: random.Random) -> Listing:
    """Draw a directory by letter: initials in discs, the letter beside its first entry, the alphabet at the edge."""
    theme = canvas.theme
    box = list_heading(canvas, box, rng)
    edge, box = box.cut_right(max(6, theme.size * 1.1))
    step = max(5, round(theme.size * 0.85))
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    fit = max(1, edge.height // step)
    picked = [letters[i * len(letters) // fit] for i in range(fit)] if fit < len(letters) else list(letters)
    for part, letter in zip(edge.rows(len(picked)), picked, strict=True):
        canvas.write(part, letter, canvas.fit(part.height, 0.75), theme.accent, "centre")
    made = make_listing(rng, fitting(canvas, box.height, 2.2, 3, 8))
    shown = replace(made, entries=tuple(sorted(made.entries, key=lambda one: one.name)))
    before, opens = "", rng.random() < 0.5
    for i, (row, one) in enumerate(zip(box.rows(len(shown.entries)), shown.entries, strict=True)):
        gutter, rest = row.cut_left(max(8, theme.size * 1.5))
        letter = one.name.split()[-1][0]
        if letter != before:
            canvas.write(gutter, letter, canvas.fit(row.height, 1.2), theme.accent, "centre", bold=True)
        before = letter
        colour = canvas.mark(rest.inset(0, 1), theme.corner) if i == shown.chosen else theme.text
        disc, words = rest.inset(2, 2).cut_left(rest.height - 2)
        hue = _hue(rng, theme.surface)
        (canvas.round if shown.circles else canvas.box)(disc.square(), hue)
        canvas.write(
            disc.square(), rng.choice("AELMPST") + letter, canvas.fit(disc.height * 0.75), readable_on(hue), "centre"
        )
        if opens:
            end, words = words.cut_right(words.height)
            _tip(canvas, end, colour, right=True)
        entry_lines(canvas, words.inset(4, 0), [one.name, f"{one.field}, {one.city}"], colour)
        canvas.across(words.left, rest.right, row.bottom - 1)
    return shown


def _facets(canvas: Canvas, box: Box, rng: random.Random) -> Listing:
    """Draw a search's results: boxes to narrow it at the side, entries of text with a grade and tags."""
    theme, wide = canvas.theme, box.width * rng.uniform(0.26, 0.32)
    side, main = box.cut_left(wide) if rng.random() < 0.75 else box.cut_right(wide)
    _narrow(canvas, side.inset(3, 2), rng)
    main = main.inset(3, 0)
    strip, main = main.cut_top(max(7, theme.size * 1.6))
    found, order = strip.cut_left(strip.width * 0.5)
    canvas.write(found, f"{rng.randint(9, 240)} found", canvas.fit(found.height), bold=True)
    _opens(canvas, order.inset(0, 1), rng.choice(("Nearest", "Best", "A to Z")), theme.text)
    main = pager(canvas, main, rng)
    shown = make_listing(rng, fitting(canvas, main.height, 3.4, 3, 6))
    for i, (row, one) in enumerate(zip(main.rows(len(shown.entries)), shown.entries, strict=True)):
        canvas.across(row.left, row.right, row.top)
        colour = canvas.mark(row.cut_top(1)[1], theme.corner) if i == shown.chosen else theme.text
        inner = row.inset(3, 2)
        grade = inner.cut_right(max(10, theme.size * 2))[0].cut_top(min(inner.height, theme.size * 1.3))[0]
        hue = _hue(rng, theme.surface)
        canvas.box(grade, hue, corner=theme.corner)
        score = f"{one.stars}.{rng.randint(0, 9) if one.stars < 5 else 0}"
        canvas.write(grade.inset(1, 0), score, canvas.fit(grade.height, 0.85), readable_on(hue), "centre")
        words = Box(inner.left, inner.top, grade.left - 2, inner.bottom)
        tags = rng.sample(_TAGS, 2)
        if inner.height > theme.size * 2.6:
            low, words = words.cut_bottom(theme.size * 1.05)
            for part, tag in zip(low.columns(2, 3), tags, strict=True):
                canvas.box(part, None, theme.faint if colour == theme.text else colour, part.height // 2)
                canvas.write(part.inset(3, 0), tag, canvas.fit(part.height, 0.75), colour, "centre")
        entry_lines(canvas, words, [one.name, f"{one.field}, {one.distance}"], colour)
    return shown


def _narrow(canvas: Canvas, box: Box, rng: random.Random) -> None:
    """Draw groups of check boxes, as many as fit."""
    theme = canvas.theme
    step, top = max(7, round(theme.size * 1.35)), box.top
    for name in rng.sample(list(_FACETS), len(_FACETS)):
        words = [name, *rng.sample(_FACETS[name], 3)]
        for i, word in enumerate(words):
            line = Box(box.left, top, box.right, top + step)
            if line.bottom > box.bottom:
                return
            if i == 0:
                canvas.write(line, word, canvas.fit(step, 0.9), bold=True)
            else:
                tick, rest = line.cut_left(min(step - 2, theme.size))
                canvas.tick(tick, rng.random() < 0.3)
                canvas.write(rest.cut_left(3)[1], word, canvas.fit(step, 0.8))
            top += step
        top += step // 2


CALENDARS: Mapping[str, screens_calendar.Layout] = {"navigator": _navigator, "drawer": _drawer, "picker": _picker}
CLAIMS: Mapping[str, screens_claims.Layout] = {"tabs": _tabs, "grouped": _grouped, "evidence": _evidence}
PROVIDERS: Mapping[str, screens_providers.Layout] = {"slots": _slots, "directory": _directory, "facets": _facets}
