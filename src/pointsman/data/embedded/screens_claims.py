"""Claim forms on synthetic screens: nine layouts of labelled fields and buttons.

Takes a canvas and the box to draw in, gives what is on the screen: the fields in reading order, which is highlighted.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pointsman.data.embedded.screens_widgets import Box, Canvas, Colour, blend

_NAMES = ("Anna Berg", "Jonas Falk", "Mira Kovac", "Peter Lang", "Sofia Rossi", "Tom Becker", "Lena Vogt", "Omar Said")
_STREETS = ("Elm Street 4", "Mill Lane 12", "Harbour Road 7", "Station Road 31", "Park Avenue 9", "High Street 18")
_CITIES = ("Leeds", "Bergen", "Graz", "Porto", "Lyon", "Gdansk", "Turin", "Ghent")
_CARS = ("Golf", "Fiesta", "Corsa", "Clio", "Polo", "Octavia")
_CAUSES = ("Storm", "Burst pipe", "Theft", "Collision", "Fire", "Glass", "Fall")
_INSURERS = ("Northern Mutual", "Alpina", "Seaside", "Unity", "Meridian")


def _digits(rng: random.Random, count: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(count))


def _date(rng: random.Random) -> str:
    return f"{rng.randint(1, 28):02d}/{rng.randint(1, 12):02d}/{rng.randint(1960, 2026)}"


VALUES: Mapping[str, Callable[[random.Random], str]] = {
    "Policy number": lambda rng: f"P-{_digits(rng, 5)}",
    "Claim number": lambda rng: f"C-{_digits(rng, 5)}",
    "Name": lambda rng: rng.choice(_NAMES),
    "Date of birth": _date,
    "Date of loss": _date,
    "Amount": lambda rng: f"{rng.randint(40, 9800)}.{_digits(rng, 2)}",
    "Phone": lambda rng: f"0{_digits(rng, 3)} {_digits(rng, 5)}",
    "Street": lambda rng: rng.choice(_STREETS),
    "City": lambda rng: rng.choice(_CITIES),
    "Postcode": lambda rng: _digits(rng, 5),
    "Vehicle": lambda rng: rng.choice(_CARS),
    "Cause": lambda rng: rng.choice(_CAUSES),
    "Insurer": lambda rng: rng.choice(_INSURERS),
    "Account": lambda rng: f"{_digits(rng, 4)} {_digits(rng, 4)}",
    "Witness": lambda rng: rng.choice(_NAMES),
    "Police report": lambda rng: rng.choice(("Yes", "No")),
    "Injury": lambda rng: rng.choice(("Yes", "No")),
    "Rental car": lambda rng: rng.choice(("Yes", "No")),
    "Remarks": lambda rng: f"{rng.choice(_CAUSES)} in {rng.choice(_CITIES)}",
}
"""Fields that a form may have, and how their values are made."""

_TICKED = ("Police report", "Injury", "Rental car")

HEADINGS = ("New claim", "Claim", "Report a loss", "Claim details", "Your claim", "Damage report")
SECTIONS = ("Policy", "Person", "Loss", "Payment", "Contact", "Details")


@dataclass(frozen=True, slots=True)
class Form:
    """What a form asks.

    Attributes:
        fields: in reading order.
        values: what stands in them; "" where nothing does.
        kinds: how each is drawn: `text`, `choice` (a list that opens) or `ticks` (check boxes).
        chosen: place of the highlighted field, from 0.
        round_ticks: check boxes are circles.
    """

    fields: tuple[str, ...]
    values: tuple[str, ...]
    kinds: tuple[str, ...]
    chosen: int
    round_ticks: bool


Layout = Callable[[Canvas, Box, random.Random], Form]


def make_form(rng: random.Random, count: int) -> Form:
    """Draw what a form of so many fields asks."""
    fields = tuple(rng.sample(list(VALUES), count))
    values = tuple(VALUES[name](rng) if rng.random() < 0.55 else "" for name in fields)
    kinds = tuple("ticks" if name in _TICKED else rng.choices(("text", "choice"), (7, 2))[0] for name in fields)
    return Form(fields, values, kinds, rng.randrange(count), rng.random() < 0.5)


def fitting(canvas: Canvas, height: float, lines: float, least: int, most: int) -> int:
    """Return how many fields of so many lines each fit below one another."""
    return max(least, min(most, int(height / (canvas.theme.size * lines))))


def _heading(canvas: Canvas, box: Box, rng: random.Random) -> Box:
    if rng.random() < 0.3 or box.height < 60:
        return box
    strip, rest = box.cut_top(max(7, canvas.theme.size * 1.6))
    canvas.write(strip.inset(2, 0), rng.choice(HEADINGS), canvas.fit(strip.height, 1.25), bold=True)
    return rest


def form_buttons(canvas: Canvas, box: Box, rng: random.Random) -> Box:
    """Draw the form's buttons at the bottom; return what is left above."""
    strip, rest = box.cut_bottom(max(7, min(canvas.theme.size * 1.9, box.height * 0.16)))
    words = rng.choice((("Back", "Next"), ("Cancel", "Submit"), ("Submit",), ("Save", "Submit"), ("Cancel", "Save", "Send")))  # fmt: skip
    wide, row = max(14, round(canvas.theme.size * 4)), strip.inset(2, 1)
    way = rng.choice(("left", "right", "ends"))
    if way == "ends" and len(words) == 2:
        places = [row.cut_left(wide)[0], row.cut_right(wide)[0]]
    else:
        group = (wide + 4) * len(words) - 4
        part = row.cut_left(group)[0] if way == "left" else row.cut_right(group)[0]
        places = part.columns(len(words), 4)
    for i, (place, word) in enumerate(zip(places, words, strict=True)):
        canvas.button(place, word, plain=i < len(words) - 1)
    return Box(rest.left, rest.top, rest.right, rest.bottom - 2)


def field_content(canvas: Canvas, box: Box, form: Form, i: int, colour: Colour) -> None:
    """Draw what stands in a field."""
    theme = canvas.theme
    words = box.inset(3, 0)
    if form.kinds[i] == "choice":
        tip = box.cut_right(box.height)[0].square()
        tip = tip.inset(max(1, tip.height // 3))
        canvas.shape([(tip.left, tip.top), (tip.right, tip.top), ((tip.left + tip.right) / 2, tip.bottom)], colour)
        words = words.cut_right(box.height)[1]
    canvas.write(words, form.values[i], canvas.fit(box.height, 0.95), colour)
    if i == form.chosen and not form.values[i]:
        canvas.down(words.left + 1, box.top + 2, box.bottom - 2, theme.text if theme.mark != "fill" else colour)


def draw_field(canvas: Canvas, box: Box, form: Form, i: int) -> None:
    """Draw a field's box and what stands in it."""
    theme = canvas.theme
    if form.kinds[i] == "ticks":
        colour = canvas.mark(box, theme.corner) if i == form.chosen else theme.text
        for part, word in zip(box.columns(2, 4), ("Yes", "No"), strict=True):
            square, rest = part.cut_left(min(part.height, theme.size))
            canvas.tick(square, word == form.values[i], form.round_ticks)
            canvas.write(rest.inset(2, 0), word, canvas.fit(part.height, 0.9), colour)
        return
    canvas.box(box, theme.raised, theme.line, theme.corner)
    colour = canvas.mark(box, theme.corner, theme.raised) if i == form.chosen else theme.text
    field_content(canvas, box, form, i, colour)


def field_under_label(canvas: Canvas, box: Box, form: Form, i: int) -> None:
    """Draw a field's label above its box."""
    label, rest = box.cut_top(box.height * 0.45)
    canvas.write(label, form.fields[i], canvas.fit(label.height, 0.9), canvas.theme.text)
    draw_field(canvas, rest, form, i)


def _stacked(canvas: Canvas, box: Box, rng: random.Random) -> Form:
    box = form_buttons(canvas, _heading(canvas, box, rng), rng)
    form = make_form(rng, fitting(canvas, box.height, 2.7, 3, 6))
    wide = box.cut_left(box.width * rng.uniform(0.65, 1.0))[0]
    for i, part in enumerate(wide.rows(len(form.fields), gap=2)):
        field_under_label(canvas, part.inset(2, 0), form, i)
    return form


def _beside(canvas: Canvas, box: Box, rng: random.Random) -> Form:
    box = form_buttons(canvas, _heading(canvas, box, rng), rng)
    form = make_form(rng, fitting(canvas, box.height, 1.8, 3, 8))
    share, align = rng.uniform(0.28, 0.42), rng.choice(("left", "right"))
    for i, part in enumerate(box.rows(len(form.fields), gap=2 if canvas.theme.size < 10 else 4)):
        label, rest = part.inset(2, 0).cut_left(part.width * share)
        canvas.write(label.cut_right(3)[1], form.fields[i], canvas.fit(label.height), align=align)  # type: ignore[arg-type]
        draw_field(canvas, rest, form, i)
    return form


def _columns(canvas: Canvas, box: Box, rng: random.Random) -> Form:
    box = form_buttons(canvas, _heading(canvas, box, rng), rng)
    rows = fitting(canvas, box.height, 2.8, 2, 5)
    form = make_form(rng, rows * 2)
    for row, line in enumerate(box.rows(rows, gap=3)):
        for column, part in enumerate(line.inset(2, 0).columns(2, gap=8)):
            field_under_label(canvas, part, form, row * 2 + column)
    return form


def _underlined(canvas: Canvas, box: Box, rng: random.Random) -> Form:
    theme = canvas.theme
    box = form_buttons(canvas, _heading(canvas, box, rng), rng)
    form = make_form(rng, fitting(canvas, box.height, 2.6, 3, 6))
    for i, part in enumerate(box.rows(len(form.fields), gap=3)):
        whole = part.inset(3, 0)
        colour = canvas.mark(whole) if i == form.chosen and theme.mark != "outline" else theme.text
        label, rest = whole.cut_top(whole.height * 0.42)
        faint = colour if colour != theme.text else theme.faint
        canvas.write(label.inset(2, 0), form.fields[i], canvas.fit(label.height, 0.85), faint)
        field_content(canvas, rest, form, i, colour)
        chosen = i == form.chosen
        canvas.across(whole.left, whole.right, whole.bottom - 1, theme.accent if chosen else theme.faint, 2 if chosen else 1)  # fmt: skip
    return form


def _wizard(canvas: Canvas, box: Box, rng: random.Random) -> Form:
    theme = canvas.theme
    strip, rest = box.cut_top(max(9, theme.size * 2))
    steps = rng.randint(3, 5)
    at = rng.randrange(steps)
    middle = (strip.top + strip.bottom) // 2
    parts = strip.columns(steps)
    canvas.across(parts[0].left + parts[0].width // 2, parts[-1].right - parts[-1].width // 2, middle, theme.faint)
    for i, part in enumerate(parts):
        disc = part.inset(0, 1).square()
        canvas.round(disc, theme.accent if i <= at else theme.raised, theme.faint)
        colour = theme.accent_text if i <= at else theme.text
        canvas.write(disc, str(i + 1), canvas.fit(disc.height * 0.8), colour, "centre")
    box = form_buttons(canvas, rest, rng)
    form = make_form(rng, fitting(canvas, box.height, 2.8, 3, 5))
    narrow = box.inset(round(box.width * rng.uniform(0.0, 0.15)), 2)
    for i, part in enumerate(narrow.rows(len(form.fields), gap=2)):
        field_under_label(canvas, part, form, i)
    return form


def _paper(canvas: Canvas, box: Box, rng: random.Random) -> Form:
    theme = canvas.theme
    box = form_buttons(canvas, _heading(canvas, box, rng), rng)
    rows = fitting(canvas, box.height, 2.5, 2, 6)
    shares = [rng.choice(((1,), (0.5, 0.5), (0.35, 0.65), (0.62, 0.38), (0.3, 0.4, 0.3))) for _ in range(rows)]
    while sum(map(len, shares)) < 3:
        shares[0] = (0.5, 0.5)
        shares[1] = (0.35, 0.65)
    form = make_form(rng, sum(map(len, shares)))
    i = 0
    for line, split in zip(box.rows(rows), shares, strict=True):
        rest = line
        for n, share in enumerate(split):
            cell, rest = rest.cut_left(line.width * share) if n < len(split) - 1 else (rest, rest)
            canvas.box(Box(cell.left, cell.top, cell.right + 1, cell.bottom + 1), theme.raised, theme.faint)
            colour = canvas.mark(cell, 0, theme.raised) if i == form.chosen else theme.text
            label, inside = cell.inset(2, 1).cut_top(cell.height * 0.42)
            canvas.write(label, f"{i + 1}. {form.fields[i]}", canvas.fit(label.height, 0.8), colour)
            canvas.write(inside.inset(2, 0), form.values[i], canvas.fit(inside.height, 0.9), colour)
            i += 1
    return form


def _floating(canvas: Canvas, box: Box, rng: random.Random) -> Form:
    theme = canvas.theme
    box = form_buttons(canvas, _heading(canvas, box, rng), rng)
    rows = fitting(canvas, box.height, 2.6, 3, 6)
    double = rng.random() < 0.4
    form = make_form(rng, rows + (rows // 2 if double else 0))
    i = 0
    for row, line in enumerate(box.rows(rows, gap=3)):
        for part in line.inset(3, 0).columns(2 if double and row % 2 == 1 else 1, gap=5):
            frame = Box(part.left, part.top + max(2, part.height // 5), part.right, part.bottom)
            canvas.box(frame, theme.surface, theme.faint, theme.corner + 1)
            colour = canvas.mark(frame, theme.corner + 1) if i == form.chosen else theme.text
            size = canvas.fit(part.height * 0.45, 0.8)
            long = min(frame.width - 8, round(len(form.fields[i]) * size * 0.55) + 4)
            label = Box(frame.left + 4, part.top, frame.left + 4 + long, part.top + max(size, 5))
            canvas.box(label, theme.surface)
            canvas.write(label.inset(1, 0), form.fields[i], size, theme.text)
            inside = Box(frame.left + 2, frame.top + size // 2, frame.right - 2, frame.bottom)
            field_content(canvas, inside, form, i, colour)
            i += 1
    return form


def _sections(canvas: Canvas, box: Box, rng: random.Random) -> Form:
    theme = canvas.theme
    box = form_buttons(canvas, box, rng)
    groups = 2 if box.height < theme.size * 16 else rng.choice((2, 3))
    rows = fitting(canvas, box.height / groups - theme.size * 1.6, 1.9, 2, 4)
    form = make_form(rng, groups * rows)
    share, titles = rng.uniform(0.3, 0.42), rng.sample(SECTIONS, groups)
    for group, part in enumerate(box.rows(groups, gap=3)):
        canvas.box(part, None, theme.line, theme.corner)
        title, rest = part.cut_top(max(6, theme.size * 1.3))
        canvas.box(title, blend(theme.surface, theme.text, 0.16))
        canvas.write(title.inset(3, 0), titles[group], canvas.fit(title.height, 0.95), bold=True)
        for row, line in enumerate(rest.inset(3, 2).rows(rows, gap=2)):
            label, field = line.cut_left(line.width * share)
            canvas.write(label, form.fields[group * rows + row], canvas.fit(label.height, 0.95))
            draw_field(canvas, field, form, group * rows + row)
    return form


def _summary(canvas: Canvas, box: Box, rng: random.Random) -> Form:
    theme = canvas.theme
    wide = box.width * rng.uniform(0.34, 0.42)
    side, main = box.cut_right(wide) if rng.random() < 0.6 else box.cut_left(wide)
    card = side.inset(3, 2)
    canvas.box(card, theme.raised, theme.line, theme.corner)
    inner = card.inset(4, 3)
    low, inner = inner.cut_bottom(theme.size * 1.8)
    canvas.write(low, "Total", canvas.fit(low.height), bold=True)
    canvas.write(low, str(rng.randint(90, 9900)), canvas.fit(low.height), align="right", bold=True)
    canvas.across(low.left, low.right, low.top)
    for line in inner.rows(max(2, int(inner.height / (theme.size * 1.5)))):
        canvas.write(line, rng.choice(_CAUSES), canvas.fit(line.height, 0.85), theme.faint)
        canvas.write(line, str(rng.randint(9, 990)), canvas.fit(line.height, 0.85), theme.faint, "right")
    main = form_buttons(canvas, _heading(canvas, main, rng), rng)
    form = make_form(rng, fitting(canvas, main.height, 2.7, 3, 6))
    for i, part in enumerate(main.inset(2, 0).rows(len(form.fields), gap=2)):
        field_under_label(canvas, part, form, i)
    return form


LAYOUTS: Mapping[str, Layout] = {
    "stacked": _stacked,
    "beside": _beside,
    "columns": _columns,
    "underlined": _underlined,
    "wizard": _wizard,
    "paper": _paper,
    "floating": _floating,
    "sections": _sections,
    "summary": _summary,
}


def draw(canvas: Canvas, box: Box, layout: Layout, rng: random.Random) -> dict[str, Any]:
    """Draw a form and return its facts: `fields` in reading order and `highlighted` (one of them)."""
    form = layout(canvas, box, rng)
    return {"fields": list(form.fields), "highlighted": form.fields[form.chosen]}
