"""Eight more layouts of lists of providers, for training: faces, a comparison, suggestions, shelves and others.

Takes and gives what the layouts in `screens_providers` take and give; knows nothing of frames or instructions.
"""

from __future__ import annotations

import random
from collections.abc import Mapping

from pointsman.data.embedded.screens_claims import fitting
from pointsman.data.embedded.screens_providers import (
    FIELDS,
    Layout,
    Listing,
    Provider,
    entry_lines,
    list_heading,
    make_listing,
    pager,
)
from pointsman.data.embedded.screens_widgets import Box, Canvas, Colour, blend, readable_on, text_width

_VIVID = ((196, 64, 72), (66, 124, 204), (64, 152, 92), (206, 144, 48), (134, 88, 184), (52, 152, 164))
_STREETS = ("Mill Rd", "Park St", "High St", "Station Sq", "Elm Ave", "Quay Rd", "Abbey Ln")
_SHELVES = ("Near you", "Top rated", "Seen before", "New patients", "Video visits", "Open today", "For children")
_GROUPS = ("Leeds North", "Leeds South", "Graz", "Porto", "City Clinic", "Hill Hospital", "St. Anna", "River Centre")


def _soft(canvas: Canvas, colour: Colour) -> Colour:
    """Return the colour of words that matter less, beside words of a colour."""
    return canvas.theme.faint if colour == canvas.theme.text else colour


def _link(canvas: Canvas) -> Colour:
    """Return the colour of words that lead somewhere: near the accent, and told from the ground."""
    return blend(canvas.theme.accent, canvas.theme.text, 0.45)


def _time(rng: random.Random) -> str:
    return f"{rng.choice(('Mon', 'Tue', 'Wed', 'Thu', 'Fri'))} {rng.randint(8, 17)}:{rng.choice(('00', '20', '40'))}"


def _notes(one: Provider, rng: random.Random, count: int) -> list[str]:
    """Return what else may be said of a provider."""
    known = (
        one.city,
        one.distance,
        f"{rng.randint(1, 98)} {rng.choice(_STREETS)}",
        f"Next {_time(rng)}",
        f"{rng.randint(4, 320)} reviews",
        f"Speaks {rng.choice(('English', 'Polish', 'Italian', 'German', 'French'))}",
        f"555 01{rng.randint(10, 99)}",
        rng.choice(("In network", "New patients", "Video", "No waiting")),
    )
    return rng.sample(known, count)


def _card(canvas: Canvas, box: Box, carded: bool, chosen: bool) -> Colour:
    """Draw the ground of an entry, a card or none, highlighted or not; return the colour of its words."""
    theme = canvas.theme
    if carded:
        canvas.box(box, theme.raised, theme.line, theme.corner)
    return canvas.mark(box, theme.corner, theme.raised if carded else None) if chosen else theme.text


def _arrow(canvas: Canvas, box: Box, colour: Colour, *, down: bool = False) -> None:
    """Draw a small filled triangle in the middle of a box."""
    square = box.square()
    left, top, right, bottom = square.inset(max(1, square.width // 3))
    far = (right, top) if down else (left, bottom)
    tip = ((left + right) / 2, bottom) if down else (right, (top + bottom) / 2)
    canvas.shape([(left, top), far, tip], colour)


def _person(canvas: Canvas, box: Box, one: Provider, style: str, rng: random.Random, *, circle: bool) -> None:
    """Draw who it is: a `photo`, `letters` on a colour, or a `blank` figure; nothing for `none`."""
    square, theme = box.square(), canvas.theme
    if square.width < 3 or style == "none":
        return
    if style == "photo":
        canvas.photo(square, rng, circle)
        return
    lettered = style == "letters"
    ground = blend(rng.choice(_VIVID) if lettered else theme.text, theme.surface, 0.2 if lettered else 0.7)
    (canvas.round if circle else canvas.box)(square, ground)
    ink = readable_on(ground)
    if lettered:
        canvas.write(square, rng.choice("AEJLMST") + one.name[4], canvas.fit(square.height * 0.7, 1.6), ink, "centre")
        return
    x, side = (square.left + square.right) // 2, square.width
    head, body, top = max(1, side // 6), max(1, side // 4), square.top + side // 5
    canvas.round(Box(x - head, top, x + head, top + 2 * head), ink)
    canvas.box(Box(x - body, top + 2 * head, x + body, square.bottom - max(1, side // 6)), ink, corner=body)


def _strip(canvas: Canvas, box: Box, rng: random.Random) -> Box:
    """Draw what stands above a list: heading and search, chips to narrow it, a count, or nothing; return the rest."""
    theme = canvas.theme
    way = rng.choice(("list", "list", "chips", "count"))
    if way == "list" or box.height < theme.size * 7:
        return list_heading(canvas, box, rng)
    strip, rest = box.cut_top(theme.size * 1.7)
    if way == "count":
        canvas.write(
            strip.inset(2, 0), f"{rng.randint(6, 240)} {rng.choice(('results', 'found'))}", canvas.fit(strip.height)
        )
        canvas.write(strip.inset(2, 0), "Nearest", canvas.fit(strip.height, 0.9), _link(canvas), "right")
        return rest
    at, on = strip.left + 1, rng.randrange(3)
    for i, word in enumerate(("All", *rng.sample(FIELDS, 4))):
        size = canvas.fit(strip.height - 4, 0.85)
        wide = text_width(word, max(size, 5)) + theme.size
        if at + wide > strip.right:
            break
        chip = Box(at, strip.top + 1, at + wide, strip.bottom - 2)
        canvas.box(chip, theme.accent if i == on else theme.raised, theme.line, chip.height // 2)
        canvas.write(chip, word, size, theme.accent_text if i == on else theme.text, "centre")
        at += wide + 3
    return rest


def _faces(canvas: Canvas, box: Box, rng: random.Random) -> Listing:
    """Draw large faces in a grid with names below them, on cards or on nothing."""
    theme = canvas.theme
    box = pager(canvas, _strip(canvas, box, rng), rng)
    across = max(3, min(6, int(box.width / (theme.size * rng.uniform(4.6, 7.5)))))
    down = fitting(canvas, box.height, rng.uniform(4.0, 6.0), 1, 4)
    shown = make_listing(rng, across * down)
    style = rng.choices(("photo", "letters", "blank"), (6, 2, 1))[0]
    carded, ring, share = rng.random() < 0.3, rng.random() < 0.35, rng.uniform(0.5, 0.68)
    below, aligned = rng.choice(("field", "stars", "note", "none")), rng.choices(("centre", "left"), (4, 1))[0]
    gap, wide = rng.choice((1, 3, 5)), rng.choice((2, 4))
    cells = [cell for line in box.rows(down, gap) for cell in line.columns(across, wide)]
    for i, (cell, one) in enumerate(zip(cells, shown.entries, strict=True)):
        chosen = i == shown.chosen
        colour = _card(canvas, cell, carded, chosen and not ring)
        inner = cell.inset(2, 1)
        upper, lower = inner.cut_top(min(cell.height * share, inner.height - theme.size * 1.5))
        face = (upper if aligned == "centre" else upper.cut_left(min(upper.width, upper.height))[0]).square()
        if chosen and ring:
            canvas.mark(face, face.width // 2 if shown.circles else theme.corner)
            canvas.box(lower.cut_bottom(2)[0], theme.accent)
        _person(canvas, face.inset(max(2, face.width // 12)), one, style, rng, circle=shown.circles)
        lower = lower.cut_bottom(2)[1]
        if below == "stars" and lower.height > theme.size * 1.8:
            stars, lower = lower.cut_bottom(theme.size)
            spare = (stars.width - 5 * min(stars.height, stars.width // 5)) // 2
            canvas.stars(stars.inset(max(0, spare) if aligned == "centre" else 0, 0), one.stars, colour)
        more = {"field": [one.field], "note": _notes(one, rng, 2)}.get(below, [])
        entry_lines(canvas, lower, [one.name, *more], colour, aligned)
    return shown


def _compare(canvas: Canvas, box: Box, rng: random.Random) -> Listing:
    """Draw a comparison: each provider a column, what is compared a row, the highlighted column marked."""
    theme = canvas.theme
    box = list_heading(canvas, box, rng) if box.height > theme.size * 14 else box
    names, rest = box.cut_left(box.width * rng.uniform(0.18, 0.27) if rng.random() < 0.8 else 0)
    across = max(3, min(5, int(rest.width / (theme.size * rng.uniform(5, 7)))))
    shown, columns = make_listing(rng, across), rest.columns(across, rng.choice((0, 2, 4)))
    style = rng.choice(("photo", "photo", "letters", "none"))
    tall = theme.size * (1.4 if style == "none" or box.height < theme.size * 8 else rng.uniform(2.6, 4.0))
    count = fitting(canvas, box.height - tall, rng.uniform(1.4, 2.1), 2, 7)
    pick = rng.choice(("", "radio", "button")) if count > 2 else ""
    asked = rng.sample(("Field", "City", "Distance", "Rating", "Video", "Fee", "Next", "Lift"), count - bool(pick))
    banded, ruled = rng.random() < 0.5, rng.random() < 0.6

    def lines(part: Box) -> list[Box]:
        return part.cut_top(tall)[1].rows(count)

    for i, line in enumerate(lines(box)):
        if banded and i % 2:
            canvas.box(line, blend(theme.surface, theme.text, 0.08))
        if ruled:
            canvas.across(line.left, line.right, line.top)
    for line, word in zip(lines(names), asked, strict=False):
        canvas.write(line.inset(2, 0), word, canvas.fit(line.height, 0.9), theme.faint)
    for i, (column, one) in enumerate(zip(columns, shown.entries, strict=True)):
        colour = canvas.mark(column, theme.corner) if i == shown.chosen else theme.text
        head = column.cut_top(tall)[0].inset(2, 1)
        if style != "none" and tall > theme.size * 2:
            face, head = head.cut_top(head.height - theme.size * 1.2)
            _person(canvas, face, one, style, rng, circle=shown.circles)
        canvas.write(head, one.name, canvas.fit(head.height), colour, "centre", bold=True)
        for line, word in zip(lines(column), asked, strict=False):
            _compared(canvas, line.inset(2, 1), one, word, colour, rng)
        last = lines(column)[-1]
        last = last.inset(3, max(1, (last.height - round(theme.size * 1.5)) // 2))
        if pick == "radio":
            canvas.tick(last, i == shown.chosen, circle=True)
        elif pick:
            canvas.button(last, "Choose", plain=i != shown.chosen or theme.mark == "fill")
    return shown


def _compared(canvas: Canvas, box: Box, one: Provider, asked: str, colour: Colour, rng: random.Random) -> None:
    """Draw one field of a comparison: a rating, yes or no, or words."""
    if asked == "Rating":
        side = min(box.height, box.width // 5, canvas.theme.size)
        line = box.inset(max(0, (box.width - side * 5) // 2), max(0, (box.height - side) // 2))
        canvas.stars(line, one.stars, colour)
        return
    if asked in ("Video", "Lift"):
        canvas.tick(box.inset(0, max(0, (box.height - canvas.theme.size) // 2)), rng.random() < 0.6)
        return
    said = {"Field": one.field, "City": one.city, "Distance": one.distance, "Fee": str(5 * rng.randint(4, 30))}
    canvas.write(box, said.get(asked) or _time(rng), canvas.fit(box.height, 0.9), colour, "centre")


def _typeahead(canvas: Canvas, box: Box, rng: random.Random) -> Listing:
    """Draw a search field with its suggestions open below it, over a page that is dimmed."""
    theme, quiet = canvas.theme, blend(canvas.theme.surface, canvas.theme.text, 0.14)
    if rng.random() < 0.7:
        for part in box.rows(rng.randint(2, 4), 5):
            canvas.bars(part.inset(2, theme.size), rng, colour=quiet)
    wide = round(box.width * rng.uniform(0.62, 1.0))
    left = box.left + round((box.width - wide) * rng.choice((0.0, 0.5, 1.0)))
    top = box.top + round(max(0, box.height - theme.size * 11) * rng.uniform(0, 0.45))
    inner = Box(left, top, left + wide, box.bottom)
    field, inner = inner.cut_top(max(8, theme.size * rng.uniform(1.5, 2.0)))
    canvas.box(field, theme.raised, theme.accent, rng.choice((theme.corner, field.height // 2)))
    glass, words = field.inset(3, 1).cut_left(field.height)
    canvas.round(glass.square().inset(max(1, glass.height // 4)), None, theme.faint)
    canvas.write(words, typed := rng.choice(FIELDS)[: rng.randint(2, 5)], size := canvas.fit(field.height - 2))
    caret = words.left + 1 + text_width(typed, max(size, 5))
    canvas.box(Box(caret, words.top + 2, min(caret + 1, words.right), words.bottom - 2), theme.accent)
    lines = rng.choice((1, 1, 2))
    low = round(theme.size * 1.4) if rng.random() < 0.4 and inner.height > theme.size * 9 else 0
    count = fitting(canvas, inner.height - low, 1.5 if lines == 1 else 2.6, 3, 9)
    tall = round(min(inner.height - low, count * theme.size * (1.9 if lines == 1 else 3.1)))
    panel = inner.cut_top(tall + low)[0].cut_top(1)[1]
    shade = Box(panel.left + 2, panel.top, min(panel.right + 2, box.right), min(panel.bottom + 2, box.bottom))
    canvas.box(shade, quiet)
    canvas.box(panel, theme.raised, theme.line, theme.corner)
    foot, panel = panel.cut_bottom(low)
    canvas.write(foot.inset(4, 0), f"See all {rng.randint(12, 90)}", canvas.fit(foot.height, 0.85), _link(canvas))
    return _suggested(canvas, panel.inset(1), count, lines, rng)


def _suggested(canvas: Canvas, box: Box, count: int, lines: int, rng: random.Random) -> Listing:
    """Draw suggestions, each on one line or two."""
    theme, shown = canvas.theme, make_listing(rng, count)
    style, ruled = rng.choice(("none", "none", "photo", "letters", "blank")), rng.random() < 0.4
    second = rng.choice(("field", "city", "distance"))
    for i, (row, one) in enumerate(zip(box.rows(count), shown.entries, strict=True)):
        if ruled and i:
            canvas.across(row.left + 3, row.right - 3, row.top)
        colour = canvas.mark(row, inner=theme.raised) if i == shown.chosen else theme.text
        face, words = row.inset(3, 1).cut_left(0 if style == "none" else row.height)
        _person(canvas, face.inset(1, 0), one, style, rng, circle=shown.circles)
        words = words.inset(1, 0) if style == "none" else words.cut_left(3)[1]
        if lines == 2:
            entry_lines(canvas, words, [one.name, f"{one.field}, {one.distance}"], colour)
            continue
        name, rest = words.cut_left(words.width * 0.56)
        canvas.write(name, one.name, canvas.fit(name.height), colour, bold=rng.random() < 0.3)
        canvas.write(rest, str(getattr(one, second)), canvas.fit(rest.height, 0.85), _soft(canvas, colour), "right")
    return shown


def _shelves(canvas: Canvas, box: Box, rng: random.Random) -> Listing:
    """Draw shelves one under another: each with a title, a link to all of it and a row of small cards."""
    theme = canvas.theme
    box = _strip(canvas, box, rng) if box.height > theme.size * 15 else box
    down = fitting(canvas, box.height, rng.uniform(4.4, 6.0), 2, 4)
    beside = rng.random() < 0.45
    across = max(2, min(5, int(box.width / (theme.size * (rng.uniform(7.5, 10) if beside else rng.uniform(5, 7))))))
    shown = make_listing(rng, across * down)
    style, carded = rng.choices(("photo", "letters", "blank"), (5, 2, 1))[0], rng.random() < 0.65
    arrows, stars = rng.random() < 0.4, rng.random() < 0.5
    entries = list(enumerate(shown.entries))
    for shelf, title in zip(box.rows(down, 3), rng.sample(_SHELVES, down), strict=True):
        head, row = shelf.cut_top(max(5, min(theme.size * 1.4, shelf.height * 0.35)))
        canvas.write(head.inset(2, 0), title, canvas.fit(head.height), bold=True)
        if head.width > theme.size * 14:
            canvas.write(head.inset(2, 0), "See all", canvas.fit(head.height, 0.8), _link(canvas), "right")
        if arrows:
            end, row = row.cut_right(theme.size)
            _arrow(canvas, end, theme.faint)
        for card in row.columns(across, 4):
            i, one = entries.pop(0)
            colour, inner = _card(canvas, card, carded, i == shown.chosen), card.inset(2)
            face, words = inner.cut_top(inner.height * 0.52)
            if beside:
                face, words = inner.cut_left(min(inner.height, inner.width * 0.36))
            _person(canvas, face, one, style, rng, circle=shown.circles)
            if stars and words.height > theme.size * 2:
                rating, words = words.cut_bottom(theme.size)
                canvas.stars(rating.inset(2, 0), one.stars, colour)
            said = [one.name, one.field, one.distance]
            entry_lines(canvas, words.inset(2, 0), said, colour, "left" if beside else "centre")
    return shown


def _unfold(canvas: Canvas, box: Box, rng: random.Random) -> Listing:
    """Draw entries of one line each; the highlighted one is opened, with what is known of it and what can be done."""
    theme = canvas.theme
    box = _strip(canvas, box, rng) if box.height > theme.size * 11 else box
    count = fitting(canvas, box.height - theme.size * 4, 1.9, 3, 6)
    shown, gap = make_listing(rng, count), rng.choice((0, 0, 2, 4))
    tall = round(min(theme.size * 2.2, box.height * 0.62 / count))
    style, carded = rng.choice(("none", "photo", "letters", "blank")), rng.random() < 0.5
    side, whole = rng.choice(("left", "right")), rng.random() < 0.4
    spare, top = box.height - count * tall - gap * (count - 1), box.top
    opened = min(spare, round(theme.size * rng.uniform(4.5, 8)))
    for i, one in enumerate(shown.entries):
        chosen = i == shown.chosen
        row = Box(box.left, top, box.right, top + tall)
        entry = Box(box.left, top, box.right, row.bottom + (opened if chosen else 0))
        top = entry.bottom + gap
        if carded:
            canvas.box(entry, theme.raised, theme.line, theme.corner)
        elif i + 1 < count:
            canvas.across(entry.left, entry.right, entry.bottom - 1)
        colour = canvas.mark(entry if whole else row, theme.corner) if chosen else theme.text
        end, inner = row.cut_left(tall) if side == "left" else row.cut_right(tall)
        _arrow(canvas, end, _soft(canvas, colour), down=chosen)
        face, words = inner.inset(2, 1).cut_left(0 if style == "none" else tall)
        _person(canvas, face, one, style, rng, circle=shown.circles)
        name, rest = words.inset(2, 0).cut_left(words.width * 0.55)
        canvas.write(name, one.name, canvas.fit(name.height), colour, bold=chosen)
        canvas.write(rest.inset(1, 0), one.field, canvas.fit(rest.height, 0.85), _soft(canvas, colour), "right")
        if chosen:
            _opened(canvas, entry.cut_top(tall)[1].inset(4, 2), one, colour if whole else theme.text, rng)
    return shown


def _opened(canvas: Canvas, box: Box, one: Provider, colour: Colour, rng: random.Random) -> None:
    """Draw what is known of one provider: a picture or none, words or lines of text, buttons below."""
    theme = canvas.theme
    if box.height > theme.size * 2.6:
        low, box = box.cut_bottom(theme.size * 1.6)
        for i, word in enumerate(rng.sample(("Choose", "Book", "Select", "Call"), rng.randint(1, 2))):
            part, low = low.cut_left(theme.size * 5)
            canvas.button(part.inset(2, 1), word, plain=i > 0 or colour != theme.text)
    if rng.random() < 0.5 and box.width > theme.size * 10:
        face, box = box.cut_left(min(box.height, box.width * 0.3))
        canvas.photo(face, rng, rng.random() < 0.5)
        box = box.cut_left(4)[1]
    said, rest = box.cut_left(box.width * rng.uniform(0.45, 1.0))
    entry_lines(canvas, said, _notes(one, rng, 3), colour)
    if rest.width > theme.size * 4:
        canvas.bars(rest, rng, colour=blend(colour, theme.surface, 0.5))


def _practices(canvas: Canvas, box: Box, rng: random.Random) -> Listing:
    """Draw practices: a picture of the house, whether it is open, and where it is; in rows or on cards."""
    theme = canvas.theme
    box = pager(canvas, _strip(canvas, box, rng), rng)
    across = 1 if rng.random() < 0.45 or box.width < theme.size * 13 else min(4, 2 + int(box.width / (theme.size * 22)))
    above = across > 1
    down = fitting(canvas, box.height, rng.uniform(4.4, 6.0) if above else rng.uniform(2.4, 3.4), 2 if above else 3, 5)
    shown = make_listing(rng, across * down)
    left, badged = rng.random() < 0.5, rng.random() < 0.7
    carded, share, reach = rng.random() < 0.6, rng.uniform(0.4, 0.55), rng.uniform(0.2, 0.34)
    cells = [cell for line in box.rows(down, 3) for cell in line.columns(across, 4)]
    for i, (cell, one) in enumerate(zip(cells, shown.entries, strict=True)):
        colour, inner = _card(canvas, cell, carded, i == shown.chosen), cell.inset(2)
        picture, words = inner.cut_top(inner.height * share)
        if not above:
            picture, words = (inner.cut_left if left else inner.cut_right)(inner.width * reach)
        _house(canvas, picture, rng)
        if badged and above and picture.height > theme.size * 2:
            strip = picture.inset(1).cut_top(theme.size * 1.1)[0]
            _state(canvas, (strip.cut_left if left else strip.cut_right)(theme.size * 4)[0], rng)
        elif badged and not above and words.width > theme.size * 11:
            badge, words = words.inset(2, 0).cut_right(theme.size * 4.6)
            _state(canvas, badge.inset(0, max(0, (badge.height - round(theme.size * 1.2)) // 2)), rng)
        entry_lines(canvas, words.inset(3, 0), [one.name, f"{one.field} practice", *_notes(one, rng, 2)], colour)
    return shown


def _state(canvas: Canvas, box: Box, rng: random.Random) -> None:
    """Draw a badge that says whether a practice is open."""
    word = rng.choice(("Open", "Open", "Closed", "From 8:30", "To 20:00"))
    ground = blend(_VIVID[0 if word in ("Closed", "From 8:30") else 2], canvas.theme.surface, 0.15)
    canvas.box(box, ground, corner=box.height // 2)
    canvas.write(box.inset(2, 0), word, canvas.fit(box.height, 0.8), readable_on(ground), "centre")


def _house(canvas: Canvas, box: Box, rng: random.Random) -> None:
    """Draw a picture of a house: sky, ground, a front with windows, a roof or none."""
    if box.width < 5 or box.height < 5:
        return
    sky = blend(rng.choice(_VIVID), (222, 232, 244), rng.uniform(0.6, 0.85))
    wall = blend(rng.choice(_VIVID), (214, 200, 184), rng.uniform(0.5, 0.9))
    canvas.box(box, sky)
    canvas.box(box.cut_bottom(box.height * rng.uniform(0.12, 0.24))[0], blend((96, 128, 84), sky, 0.2))
    wide = round(box.width * rng.uniform(0.4, 0.75))
    left = box.left + (box.width - wide) // 2
    front = Box(left, box.top + round(box.height * rng.uniform(0.25, 0.45)), left + wide, box.bottom - box.height // 9)
    canvas.box(front, wall)
    if rng.random() < 0.5:
        peak = max(box.top + 1, front.top - box.height // 5)
        canvas.shape([(left - 1, front.top), (front.right, front.top), (left + wide / 2, peak)], (132, 72, 60))
    glass = blend(wall, (40, 52, 76), 0.65)
    for line in front.inset(2).rows(rng.randint(1, 2), 2):
        for window in line.columns(rng.randint(2, 4), 2):
            canvas.box(window.cut_top(max(1, window.height * 0.7))[0], glass)


def _tree(canvas: Canvas, box: Box, rng: random.Random) -> Listing:
    """Draw an outline: clinics with their providers indented below them, some of them shut."""
    theme, box = canvas.theme, list_heading(canvas, box, rng) if rng.random() < 0.5 else box
    if rng.random() < 0.5:
        canvas.box(box, theme.raised, theme.line, theme.corner)
        box = box.inset(2)
    total = fitting(canvas, box.height, rng.uniform(1.35, 1.9), 5, 14)
    groups = 2 if total < 8 else rng.randint(2, 3)
    shut = 1 if total > 8 and rng.random() < 0.5 else 0
    shown = make_listing(rng, total - groups - shut)
    heads = sorted(rng.sample(range(1, len(shown.entries)), groups - 1))
    titles = iter(rng.sample(_GROUPS, groups + shut))
    rows, step = iter(box.rows(total)), max(6, round(theme.size * rng.uniform(1.1, 1.5)))
    lined, ticks, second = rng.random() < 0.6, rng.random() < 0.35, rng.choice(("field", "distance", "stars"))
    style = rng.choice(("none", "blank", "blank", "photo"))
    for i, one in enumerate(shown.entries):
        if i in (0, *heads):
            _branch(canvas, next(rows), next(titles), step, opened=True)
        row = next(rows)
        mark, inner = row, row.cut_left(step)[1]
        if lined:
            last = i + 1 in (*heads, len(shown.entries))
            middle = (row.top + row.bottom) // 2
            canvas.down(row.left + step // 2, row.top, middle if last else row.bottom)
            canvas.across(row.left + step // 2, row.left + step, middle)
            mark = inner
        colour = canvas.mark(mark, theme.corner) if i == shown.chosen else theme.text
        if ticks:
            tick, inner = inner.inset(2, 0).cut_left(min(row.height - 2, theme.size))
            canvas.tick(tick.inset(0, 1), i == shown.chosen)
        face, inner = inner.inset(2, 0).cut_left(0 if style == "none" else row.height)
        _person(canvas, face.inset(1), one, style, rng, circle=shown.circles)
        name, rest = inner.inset(2, 0).cut_left(inner.width * 0.58)
        canvas.write(name, one.name, canvas.fit(name.height), colour)
        if second == "stars":
            canvas.stars(rest.inset(0, max(0, (rest.height - theme.size) // 2)), one.stars, colour)
        else:
            canvas.write(rest, str(getattr(one, second)), canvas.fit(rest.height, 0.85), _soft(canvas, colour), "right")
    for row, title in zip(rows, titles, strict=False):
        _branch(canvas, row, title, step, opened=False)
    return shown


def _branch(canvas: Canvas, row: Box, title: str, step: int, *, opened: bool) -> None:
    """Draw the line of a clinic: a triangle and its name."""
    end, words = row.cut_left(step)
    _arrow(canvas, end, canvas.theme.faint, down=opened)
    canvas.write(words.cut_left(2)[1], title, canvas.fit(words.height), bold=True)


def _links(canvas: Canvas, box: Box, rng: random.Random) -> Listing:
    """Draw a search engine's results: names as links, an address, what the page says; a small picture or none."""
    theme = canvas.theme
    box = pager(canvas, _strip(canvas, box, rng), rng)
    box = box.cut_left(box.width * rng.uniform(0.78, 1.0))[0] if box.width > theme.size * 20 else box
    shown = make_listing(rng, fitting(canvas, box.height, rng.uniform(3.0, 4.6), 3, 6))
    style, left = rng.choice(("none", "none", "photo", "letters")), rng.random() < 0.5
    first, underlined, rated = rng.random() < 0.5, rng.random() < 0.6, rng.random() < 0.5
    gap, ink = rng.choice((1, 3, 5)), rng.choice((theme.text, _link(canvas), _link(canvas)))
    for i, (row, one) in enumerate(zip(box.rows(len(shown.entries), gap), shown.entries, strict=True)):
        colour = canvas.mark(row, theme.corner) if i == shown.chosen else theme.text
        link = ink if colour == theme.text else colour
        inner, words = row.inset(4, 1), row.inset(4, 1)
        if style != "none" and inner.width > theme.size * 10:
            wide = min(inner.height, theme.size * 3.2)
            face, words = (inner.cut_left if left else inner.cut_right)(wide)
            _person(canvas, face, one, style, rng, circle=shown.circles)
            words = words.inset(3, 0)
        place = f"{one.city.lower()}.example > {one.field.lower()}"
        source = (place, canvas.fit(theme.size * 1.1, 0.8), _soft(canvas, colour))
        title = (f"{one.name}, {one.field}", canvas.fit(min(row.height, theme.size * 1.4), 1.15), link)
        lines = [source, title] if first and row.height > theme.size * 2.3 else [title, source]
        for text, size, paint in lines if row.height > theme.size * 2 else lines[:1]:
            line, words = words.cut_top(min(words.height, theme.size * (1.35 if text == title[0] else 1.05)))
            canvas.write(line, text, size, paint)
            if underlined and text == title[0]:
                end = min(line.right, line.left + text_width(text, max(size, 5)))
                canvas.across(line.left, end, line.bottom - 1, paint, 1)
        if rated and words.height > theme.size * 1.1:
            line, words = words.cut_top(theme.size)
            canvas.stars(line, one.stars, colour)
            note = line.cut_left(line.height * 5 + 3)[1]
            canvas.write(note, _notes(one, rng, 1)[0], canvas.fit(note.height, 0.8), source[2])
        canvas.bars(words.cut_top(2)[1].cut_top(theme.size * 2.2)[0], rng, colour=blend(colour, theme.surface, 0.55))
    return shown


PROVIDERS: Mapping[str, Layout] = {
    "faces": _faces,
    "compare": _compare,
    "typeahead": _typeahead,
    "shelves": _shelves,
    "unfold": _unfold,
    "practices": _practices,
    "tree": _tree,
    "links": _links,
}
