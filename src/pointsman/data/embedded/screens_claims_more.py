"""Eight further layouts of claim forms on synthetic screens, for training.

Each is a family: sides, columns, labels, edges and decorations are drawn anew for every screen. Takes and gives what
the layouts of `screens_claims` take and give; knows nothing of frames, instructions or of how rows are split.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pointsman.data.embedded import screens_claims
from pointsman.data.embedded.screens_claims import (
    HEADINGS,
    SECTIONS,
    VALUES,
    Form,
    draw_field,
    field_content,
    fitting,
    form_buttons,
    make_form,
)
from pointsman.data.embedded.screens_widgets import Align, Box, Canvas, blend, readable_on, text_width

_SUBMITS = ("Submit claim", "Continue", "Send report", "Next step", "Save and go on")
_KEYS = ("F1 Help", "F3 Exit", "F5 Save", "F8 Next", "F9 Print", "F12 Cancel")
_PARTIES = (("Vehicle A", "Vehicle B"), ("You", "Other party"), ("Insured", "Claimant"), ("Driver 1", "Driver 2"))
_SAID = ("My {} is", "the {} is", "and the {} was", "with the {}")
"""Words that lead to a field within a sentence."""


@dataclass(frozen=True, slots=True)
class _Look:
    """How one form draws its fields.

    Attributes:
        edge: `boxed`, `flat`, `pill` or `lined`.
        over: labels stand over their fields; otherwise beside them.
        share: of the width, for labels beside.
        align: of labels.
    """

    edge: str
    over: bool
    share: float
    align: Align

    @property
    def lines(self) -> float:
        """Lines of text that a row of fields is tall."""
        return 2.6 if self.over else 1.8


def _look(rng: random.Random, over: float = 0.5) -> _Look:
    """Draw a look; `over` is the chance of labels over their fields."""
    edge = rng.choices(("boxed", "flat", "pill", "lined"), (5, 2, 2, 1))[0]
    align: Align = "right" if rng.random() < 0.4 else "left"
    return _Look(edge, rng.random() < over, rng.uniform(0.3, 0.45), align)


def _title(canvas: Canvas, box: Box, rng: random.Random) -> Box:
    """Draw a heading, plain, in the middle, on a bar or with small print; or none. Return what is left."""
    theme, way = canvas.theme, rng.choice(("none", "left", "centre", "bar", "print"))
    if way == "none" or box.height < theme.size * 8:
        return box
    strip, rest = box.cut_top(theme.size * rng.uniform(1.5, 2.1))
    word, colour = rng.choice(HEADINGS), theme.text
    if way == "bar":
        ground = rng.choice((theme.accent, blend(theme.surface, theme.text, 0.2), theme.bar))
        canvas.box(strip, ground, corner=theme.corner)
        colour = readable_on(ground)
    canvas.write(strip.inset(3, 0), word, canvas.fit(strip.height, 1.3), colour, "centre" if way == "centre" else "left", True)  # fmt: skip
    if way == "print" and rest.height > theme.size * 8:
        small, rest = rest.cut_top(theme.size * rng.choice((1, 2)))
        canvas.bars(small.inset(3, 0), rng)
    return rest.cut_top(2)[1]


def _ending(canvas: Canvas, box: Box, rng: random.Random) -> Box:
    """Draw what ends a form: its buttons, one wide button, or nothing. Return what is left above."""
    theme, way = canvas.theme, rng.random()
    if way < 0.6:
        return form_buttons(canvas, box, rng)
    if way < 0.75:
        return box
    strip, rest = box.cut_bottom(max(7, min(theme.size * 2.2, box.height * 0.17)))
    canvas.button(strip.inset(3, 1), rng.choice(_SUBMITS))
    return rest.cut_bottom(2)[1]


def _field(canvas: Canvas, box: Box, form: Form, i: int, look: _Look) -> None:
    """Draw a field in the form's look."""
    theme, chosen = canvas.theme, i == form.chosen
    if look.edge == "boxed" or form.kinds[i] == "ticks":
        most = max(24, theme.size * 9) if form.kinds[i] == "ticks" else box.width
        draw_field(canvas, box.cut_left(most)[0], form, i)
        return
    corner = box.height // 2 if look.edge == "pill" else theme.corner
    if look.edge in ("flat", "pill"):
        ground = blend(theme.surface, theme.text, 0.11 if look.edge == "flat" else 0.05)
        canvas.box(box, ground, theme.line if look.edge == "pill" else None, corner)
    colour = canvas.mark(box, corner) if chosen else theme.text
    field_content(canvas, box.inset(2, 0) if look.edge == "pill" else box, form, i, colour)
    if look.edge == "lined":
        canvas.across(box.left, box.right, box.bottom - theme.stroke, theme.accent if chosen else theme.faint)


def _labelled(canvas: Canvas, box: Box, form: Form, i: int, look: _Look) -> None:
    """Draw a field with its label, over it or beside it."""
    if look.over:
        label, rest = box.cut_top(min(box.height * 0.43, canvas.theme.size * 1.4))
        canvas.write(label, form.fields[i], canvas.fit(label.height, 0.9))
    else:
        label, rest = box.cut_left(box.width * look.share)
        canvas.write(label.cut_right(3)[1], form.fields[i], canvas.fit(label.height), align=look.align)
    _field(canvas, rest, form, i, look)


def _plan(
    canvas: Canvas, box: Box, look: _Look, rng: random.Random, *, least: int, rows: int, most: int = 9
) -> list[int]:
    """Return how many fields stand in each row: at most so many rows, `least` to `most` fields together."""
    across = 1 if box.width < canvas.theme.size * (12 if look.over else 20) else rng.choice((1, 2, 2, 3))
    count = fitting(canvas, box.height, look.lines, 1, rows)
    plan = [rng.choice((1, across)) for _ in range(count)]
    while sum(plan) < least:
        if fitting(canvas, box.height, 1.1, 1, rows) > len(plan) and not look.over:
            plan.append(1)
        else:
            plan[plan.index(min(plan))] += 1
    while sum(plan) > most:
        plan[plan.index(max(plan))] -= 1
    return plan


def _used(canvas: Canvas, box: Box, plan: Sequence[int], look: _Look) -> int:
    """Return the height that rows of fields take of a box: all of it, unless they would be too tall."""
    return min(box.height, round(len(plan) * canvas.theme.size * look.lines * 1.35))


def _rows(canvas: Canvas, box: Box, form: Form, start: int, plan: Sequence[int], look: _Look) -> int:
    """Draw rows of fields, from the one numbered `start`; return the number after the last."""
    gap = 1 if box.height < len(plan) * canvas.theme.size * 1.6 else 2 if canvas.theme.size < 10 else 4
    lines = box.cut_top(_used(canvas, box, plan, look))[0].rows(len(plan), gap=gap)
    for line, count in zip(lines, plan, strict=True):
        for part in line.columns(count, gap=max(3, canvas.theme.size // 2)):
            _labelled(canvas, part, form, start, look)
            start += 1
    return start


def _accordion(canvas: Canvas, box: Box, rng: random.Random) -> Form:
    """Draw sections one under another, one of them open; as bars, ruled rows or steps along a line."""
    theme = canvas.theme
    box = _ending(canvas, _title(canvas, box, rng), rng)
    look, way, gap = _look(rng), rng.choice(("bars", "cards", "rules", "steps")), rng.choice((0, 1, 2))
    tall = max(5, round(min(theme.size * rng.uniform(1.4, 2.0), box.height * 0.17)))
    count = max(2, min(rng.randint(3, 6), int((box.height - max(theme.size * 6, box.height * 0.45)) / (tall + gap))))
    at, edge = rng.randrange(count), tall + 1 if way == "steps" else 4
    room = Box(box.left + edge, box.top, box.right - 3, box.bottom - count * (tall + gap) - 4)
    plan = _plan(canvas, room, look, rng, least=3, rows=5)
    form, body = make_form(rng, sum(plan)), _used(canvas, room, plan, look)
    if way == "steps":
        x = box.left + tall // 2
        canvas.down(x, box.top + tall // 2, box.top + count * (tall + gap) + body + 4 - tall // 2, theme.faint)
    top = box.top
    for group, title in enumerate(rng.sample(SECTIONS, count)):
        head = Box(box.left, top, box.right, top + tall)
        top = head.bottom + gap
        if group == at:
            inner = Box(room.left, head.bottom + 2, room.right, head.bottom + 2 + body)
            if way == "cards":
                canvas.box(Box(box.left, head.top, box.right, inner.bottom + 2), None, theme.line, theme.corner)
            _rows(canvas, inner, form, 0, plan, look)
            top += body + 4
        _fold(canvas, head, f"{group + 1}. {title}" if way == "bars" else title, group - at, way)
    return form


def _fold(canvas: Canvas, box: Box, title: str, after: int, way: str) -> None:
    """Draw a section's head; `after` is 0 where it is open, below 0 where it is done."""
    theme, colour = canvas.theme, canvas.theme.text
    if way == "bars":
        ground = blend(theme.surface, theme.accent if after == 0 else theme.text, 0.3 if after == 0 else 0.14)
        canvas.box(box, ground, corner=theme.corner)
        colour = readable_on(ground)
    elif way == "cards":
        canvas.box(box, theme.raised, theme.line, theme.corner)
    elif way == "rules":
        canvas.across(box.left, box.right, box.bottom - theme.stroke)
    words = box.inset(4, 0)
    if way == "steps":
        disc, words = box.cut_left(box.height)
        canvas.round(disc.inset(1), theme.accent if after <= 0 else theme.surface, theme.faint)
        words = words.cut_left(3)[1]
    else:
        end, words = words.cut_right(box.height)
        tip = end.square().inset(max(1, end.height // 3))
        middle, low = (tip.left + tip.right) / 2, tip.bottom if after == 0 else tip.top
        canvas.shape([(tip.left, tip.top + tip.bottom - low), (tip.right, tip.top + tip.bottom - low), (middle, low)], colour)  # fmt: skip
    canvas.write(words, title, canvas.fit(box.height), colour, bold=after == 0)
    if after < 0:
        canvas.write(words, "Done", canvas.fit(box.height, 0.8), theme.faint if way != "bars" else colour, "right")


def _ledger(canvas: Canvas, box: Box, rng: random.Random) -> Form:
    """Draw a bill of what was lost: a few fields, then a table of items with a row of boxes for the next one."""
    theme, look = canvas.theme, _look(rng, 0.6)
    box = _ending(canvas, _title(canvas, box, rng), rng)
    upper, lower = box.cut_top(box.height * rng.uniform(0.34, 0.48))
    head = upper.inset(2, 0).cut_bottom(3)[1]
    plan = _plan(canvas, head, look, rng, least=2 if box.width > theme.size * 14 else 1, rows=3)
    lower = Box(lower.left, head.top + _used(canvas, head, plan, look) + 3, lower.right, lower.bottom)
    columns = max(2, min(rng.randint(2, 5), int(lower.width / (theme.size * 5))))
    form = make_form(rng, sum(plan) + columns)
    form = replace(form, kinds=(*form.kinds[:-columns], *("text",) * columns))
    start = _rows(canvas, head, form, 0, plan, look)
    if rng.random() < 0.6 and lower.height > theme.size * 5:
        low, lower = lower.cut_bottom(theme.size * 1.4)
        canvas.write(low.inset(3, 0), rng.choice(("+ Add item", "+ New row", "Items")), canvas.fit(low.height, 0.9), theme.accent)  # fmt: skip
        canvas.write(low.inset(3, 0), f"Total {rng.randint(90, 9900)}", canvas.fit(low.height), align="right", bold=True)  # fmt: skip
    _items(canvas, lower.inset(2, 0), form, start, rng)
    return form


def _items(canvas: Canvas, box: Box, form: Form, start: int, rng: random.Random) -> None:
    """Draw a table whose columns are the last fields: items already there, and boxes for one more."""
    theme, columns = canvas.theme, len(form.fields) - start
    rows = fitting(canvas, box.height, rng.uniform(1.5, 2.0), 2, 8)
    lines = box.cut_top(min(box.height, rows * theme.size * 2.2))[0].cut_bottom(1)[1].rows(rows)
    entry, ruled, ticked = rng.choice((1, rows - 1)), rng.random() < 0.5, rng.random() < 0.4
    canvas.box(lines[0], blend(theme.surface, theme.text, rng.choice((0.0, 0.12, 0.25))))
    for row, line in enumerate(lines):
        canvas.across(line.left, line.right, line.bottom - theme.stroke)
        tick, rest = line.cut_left(theme.size * 1.5 if ticked else 0)
        if ticked and row != entry:
            canvas.tick(tick.inset(1).inset(0, max(0, (tick.height - theme.size) // 2)), row > 0 and rng.random() < 0.4)
        for column, part in enumerate(rest.columns(columns)):
            i, words = start + column, part.inset(3, 0)
            if ruled:
                canvas.down(part.left, part.top, part.bottom)
            if row == entry:
                draw_field(canvas, Box(part.left + 1, part.top, part.right - 1, part.bottom - 1), form, i)
            elif row == 0:
                canvas.write(words, form.fields[i], canvas.fit(part.height, 0.9), bold=True)
            else:
                canvas.write(words, VALUES[form.fields[i]](rng), canvas.fit(part.height, 0.9), theme.faint)


def _described(canvas: Canvas, box: Box, rng: random.Random) -> Form:
    """Draw blocks of fields, each beside its title and a few lines that explain it."""
    theme, look = canvas.theme, _look(rng, 0.7)
    box = _ending(canvas, _title(canvas, box, rng), rng)
    blocks = max(1, min(rng.randint(1, 3), int(box.height / (theme.size * 5.5))))
    share, carded, left = rng.uniform(0.22, 0.36), rng.random() < 0.5, rng.random() < 0.8
    parts = [part.inset(2, 1) for part in box.rows(blocks, gap=4)]
    cut = [part.cut_left(part.width * share) if left else part.cut_right(part.width * share) for part in parts]
    pad = 3 if carded else 1
    insides = [fields.inset(pad, pad) for _, fields in cut]
    least = 3 if blocks == 1 else 2
    plans = [_plan(canvas, one, look, rng, least=least, rows=9 // blocks, most=18 // blocks) for one in insides]
    form, start = make_form(rng, sum(map(sum, plans))), 0
    for n, ((side, fields), inside, plan) in enumerate(zip(cut, insides, plans, strict=True)):
        if carded:
            card = Box(fields.left, fields.top, fields.right, inside.top + _used(canvas, inside, plan, look) + pad)
            canvas.box(card, blend(theme.surface, theme.text, 0.05), theme.line, theme.corner + 1)
        if n:
            canvas.across(box.left, box.right, side.top - 3)
        words, rest = side.inset(1, 1).cut_right(3)[1].cut_top(theme.size * 1.4)
        canvas.write(words, SECTIONS[(n * 2 + form.chosen) % 6], canvas.fit(words.height, 1.05), bold=True)
        canvas.bars(rest.cut_top(theme.size * rng.uniform(1.5, 4))[0], rng)
        start = _rows(canvas, inside, form, start, plan, look)
    return form


def _addons(canvas: Canvas, box: Box, rng: random.Random) -> Form:
    """Draw boxes that carry their labels: as a part at their left end, as an icon, or as words inside while empty."""
    theme, way = canvas.theme, rng.choice(("label", "icon", "hint"))
    box = box.inset(round(box.width * rng.choice((0.02, 0.02, 0.08, 0.14))), 1)
    if rng.random() < 0.35 and box.height > theme.size * 8:
        canvas.box(box, blend(theme.surface, theme.text, 0.06), theme.line, theme.corner + 2)
        box = box.inset(max(3, theme.size // 2))
    box = _ending(canvas, _title(canvas, box, rng), rng)
    look = replace(_look(rng), edge=rng.choice(("boxed", "flat", "pill")))
    across = 2 if box.width > theme.size * 22 and rng.random() < 0.4 else 1
    rows = fitting(canvas, box.height, rng.uniform(1.8, 2.6), 3, 7)
    form = make_form(rng, rows * across)
    if way == "hint":
        form = replace(form, values=tuple("" if kind != "ticks" else value for kind, value in zip(form.kinds, form.values, strict=True)))  # fmt: skip
    lines = box.cut_top(min(box.height, rows * theme.size * 3.2))[0].rows(rows, gap=max(1, theme.size // 4))
    for i, part in enumerate(part for line in lines for part in line.columns(across, 5)):
        _addon(canvas, part, form, i, look, way)
    return form


def _addon(canvas: Canvas, box: Box, form: Form, i: int, look: _Look, way: str) -> None:
    theme = canvas.theme
    if way == "label" or form.kinds[i] == "ticks":
        label, rest = box.cut_left(box.width * max(0.36, look.share))
        ground = blend(theme.surface, theme.text, 0.16)
        canvas.box(label, ground, theme.line, theme.corner)
        canvas.write(label.inset(3, 0), form.fields[i], canvas.fit(label.height, 0.95), readable_on(ground))
        _field(canvas, rest, form, i, look)
        return
    sign, rest = box.cut_left(min(box.height, theme.size * 2)) if way == "icon" else box.cut_right(box.height)
    if way == "icon":
        canvas.box(sign, blend(theme.surface, theme.text, 0.2), corner=theme.corner)
        glyph = sign.square().inset(max(1, sign.width // 4))
        (canvas.round if i % 2 else canvas.box)(glyph, theme.accent if i % 3 else None, theme.text)
    shown = form if form.values[i] else replace(form, values=(*form.values[:i], form.fields[i], *form.values[i + 1 :]))  # fmt: skip
    if way == "icon" and form.values[i] and box.height > theme.size * 1.9:
        label, rest = rest.cut_top(rest.height * 0.4)
        canvas.write(label.cut_left(3)[1], form.fields[i], canvas.fit(label.height, 0.8), theme.faint)
    _field(canvas, rest if way == "icon" else box, shown, i, look)


def _console(canvas: Canvas, box: Box, rng: random.Random) -> Form:
    """Draw an old system's mask: dotted leaders to fields without edges, a line of messages, keys at the bottom."""
    theme = canvas.theme
    low, box = box.cut_bottom(max(6, min(theme.size * 1.4, box.height * 0.14)))
    keys = rng.sample(_KEYS, max(2, min(5, int(low.width / (theme.size * 5)))))
    for part, key in zip(low.columns(len(keys), 2), keys, strict=True):
        canvas.write(part, key, canvas.fit(low.height, 0.9), theme.accent if rng.random() < 0.4 else theme.text)
    if rng.random() < 0.7 and box.height > theme.size * 7:
        strip, box = box.cut_top(theme.size * 1.5)
        canvas.write(strip, rng.choice(HEADINGS).upper(), canvas.fit(strip.height, 0.95), align="centre")
        canvas.across(strip.left, strip.right, strip.bottom - theme.stroke, theme.faint)
    if rng.random() < 0.5 and box.height > theme.size * 8:
        line, box = box.cut_bottom(theme.size * 1.5)
        canvas.write(line, rng.choice(("===>", "Command >", "Enter data and press F5")), canvas.fit(line.height, 0.9))
        canvas.across(line.left, line.right, line.top, theme.faint)
    across = 2 if box.width > theme.size * 26 and rng.random() < 0.6 else 1
    rows = fitting(canvas, box.height, rng.uniform(1.3, 1.9), 3, 9)
    form, share = make_form(rng, min(len(VALUES), rows * across)), rng.uniform(0.4, 0.5)
    way, dots = rng.choice(("block", "under", "brackets")), rng.choice((" .", ".", " ", "_"))
    parts = [part for line in box.rows(rows) for part in line.inset(1, 0).columns(across, theme.size)]
    for i, part in enumerate(parts[: len(form.fields)]):
        label, rest = part.inset(0, 1).cut_left(part.width * share)
        size = canvas.fit(label.height)
        count = int((label.width - text_width(form.fields[i] + " :", size or 5)) / max(1, text_width(dots, size or 5)))
        canvas.write(label, form.fields[i] + (dots * max(0, count) if size else "") + " :", size)
        _blank(canvas, rest.cut_left(3)[1], form, i, way, rng)
    return form


def _blank(canvas: Canvas, box: Box, form: Form, i: int, way: str, rng: random.Random) -> None:
    """Draw a field of letters on a terminal: a block, a line under it, or brackets."""
    theme, ticks = canvas.theme, form.kinds[i] == "ticks"
    long = theme.size * (2 if ticks else rng.uniform(7, 14))
    place = box.cut_left(max(8, min(box.width - (theme.size * 3 if ticks else 0), long)))[0]
    if way == "block":
        canvas.box(place, blend(theme.surface, theme.text, 0.2))
    colour = canvas.mark(place) if i == form.chosen else theme.text
    if way == "under":
        canvas.across(place.left, place.right, place.bottom - theme.stroke, colour)
    elif way == "brackets":
        for x in (place.left, place.right - 1):
            canvas.down(x, place.top, place.bottom, colour)
            canvas.across(x - (x > place.left), x + 1 + (x == place.left), place.top, colour)
    value = form.values[i][:1] if ticks else form.values[i]
    canvas.write(place.inset(3, 0), value, canvas.fit(place.height), colour)
    if ticks:
        canvas.write(box.cut_left(place.width + 3)[1], "(Y/N)", canvas.fit(place.height, 0.9), theme.faint)


def _comb(canvas: Canvas, box: Box, rng: random.Random) -> Form:
    """Draw a printed form with a small cell for each letter."""
    theme, look = canvas.theme, _look(rng, 0.65)
    box = _ending(canvas, _title(canvas, box, rng), rng)
    if rng.random() < 0.5 and box.height > theme.size * 8:
        bar, box = box.cut_top(theme.size * 1.3)
        canvas.box(bar, theme.text)
        canvas.write(bar.inset(3, 0), f"A  {rng.choice(SECTIONS)}", canvas.fit(bar.height, 0.9), theme.surface)
    plan = _plan(canvas, box, look, rng, least=3, rows=7)
    form, way, i = make_form(rng, sum(plan)), rng.choice(("cells", "open", "apart")), 0
    lines = box.cut_top(min(box.height, len(plan) * theme.size * 3.4))[0].rows(len(plan), gap=2)
    for line, count in zip(lines, plan, strict=True):
        for part in line.inset(2, 0).columns(count, gap=max(3, theme.size // 2)):
            _combed(canvas, part, form, i, look, way)
            i += 1
    return form


def _combed(canvas: Canvas, box: Box, form: Form, i: int, look: _Look, way: str) -> None:
    """Draw a label and a cell for each letter of its field."""
    theme = canvas.theme
    label, rest = box.cut_top(min(box.height * 0.42, theme.size * 1.3)) if look.over else box.cut_left(box.width * look.share)  # fmt: skip
    canvas.write(label, f"{i + 1} {form.fields[i]}", canvas.fit(label.height, 0.85))
    if form.kinds[i] == "ticks":
        draw_field(canvas, rest.cut_left(max(24, theme.size * 8))[0], form, i)
        return
    wide = max(4, round(min(rest.height, theme.size * 1.5) * 0.85))
    cells = max(2, min(rest.width // wide, 16 if way != "apart" else 12))
    whole = Box(rest.left, rest.top, min(rest.right, rest.left + cells * wide), rest.bottom)
    if way == "cells":
        canvas.box(whole, theme.raised, theme.line)
    colour = canvas.mark(whole) if i == form.chosen else theme.text
    ink, size = blend(theme.line, colour, 0.4), canvas.fit(min(whole.height, wide * 1.4), 0.95)
    for n, cell in enumerate(whole.columns(cells)):
        if way == "apart":
            canvas.box(Box(cell.left, cell.top + 1, cell.right - 1, cell.bottom - 1), None, ink)
        elif n:
            canvas.down(cell.left, cell.top + (cell.height * 3 // 5 if way == "open" else 0), cell.bottom, ink)
        if way == "open":
            canvas.across(cell.left, cell.right, cell.bottom - theme.stroke, ink)
        canvas.write(cell, form.values[i][n : n + 1].strip(), size, colour, "centre")


def _statement(canvas: Canvas, box: Box, rng: random.Random) -> Form:
    """Draw a statement of two parties: a half for each, check boxes between them."""
    theme, look = canvas.theme, _look(rng, 0.6)
    box = _ending(canvas, _title(canvas, box, rng), rng)
    between = round(min(box.width * 0.2, theme.size * rng.uniform(3, 6))) if rng.random() < 0.65 else 4
    left, rest = box.cut_left((box.width - between) / 2)
    middle, right = rest.cut_left(between)
    if between > theme.size * 2:
        _circumstances(canvas, middle.inset(2, 0), rng)
    hues = (theme.accent, blend(theme.accent, theme.text, 0.6)) if rng.random() < 0.6 else (theme.bar, theme.bar)
    look = look if left.width > theme.size * 16 else replace(look, over=True)
    tinted, tall = rng.random() < 0.5, max(5, min(theme.size * 1.5, box.height * 0.18))
    insides = [half.cut_top(tall)[1].inset(2, 2) for half in (left, right)]
    plans = [_plan(canvas, inside, look, rng, least=2, rows=6) for inside in insides]
    form, start = make_form(rng, sum(map(sum, plans))), 0
    for half, inside, plan, hue, party in zip((left, right), insides, plans, hues, rng.choice(_PARTIES), strict=True):
        canvas.box(half, blend(theme.surface, hue, 0.14) if tinted else None, theme.line, theme.corner)
        head = half.cut_top(tall)[0]
        canvas.box(head, hue, corner=theme.corner)
        canvas.write(head.inset(3, 0), party, canvas.fit(head.height), readable_on(hue), "centre", bold=True)
        start = _rows(canvas, inside, form, start, plan, look)
    return form


def _circumstances(canvas: Canvas, box: Box, rng: random.Random) -> None:
    """Draw numbered lines with a check box at each end."""
    step = max(6, round(canvas.theme.size * 1.3))
    for n in range(box.height // step):
        line = Box(box.left, box.top + n * step, box.right, box.top + (n + 1) * step - 1)
        side = max(4, min(line.height - 1, line.width // 4))
        for end in (line.cut_left(side)[0], line.cut_right(side)[0]):
            canvas.tick(end, rng.random() < 0.25)
        canvas.write(line.inset(side + 1, 0), str(n + 1), canvas.fit(line.height, 0.8), align="centre")


def _phrases(canvas: Canvas, box: Box, rng: random.Random) -> Form:
    """Draw sentences with boxes in place of the words that are asked for."""
    theme, look = canvas.theme, _look(rng, 0)
    box = _ending(canvas, _title(canvas, box, rng), rng).inset(3, 1)
    step = theme.size * rng.uniform(1.6, 2.4)
    most = max(3, int(box.height / step))
    made, size = make_form(rng, rng.randint(5, 14)), canvas.fit(box.height / most, rng.uniform(0.9, 1.1))
    blanks = [theme.size * (4.5 if kind == "ticks" else rng.uniform(4, 8)) for kind in made.kinds]
    spots = _flow(box.width, made, blanks, size, most)
    count = sum(word == "" for word, *_ in spots)
    n = max(3, count)
    form = Form(made.fields[:n], made.values[:n], made.kinds[:n], made.chosen % n, made.round_ticks)
    if count < 3:
        _rows(canvas, box, form, 0, [1, 1, 1], look)
        return form
    lines = spots[-1][3] + 1
    rows, i = box.cut_top(min(box.height, lines * step * 1.3))[0].rows(lines, gap=2), 0
    for word, left, wide, row in spots:
        part = Box(box.left + left, rows[row].top, box.left + left + wide, rows[row].bottom)
        if word:
            canvas.write(part, word, size)
        else:
            _field(canvas, part, form, i, look)
            i += 1
    return form


def _flow(width: int, form: Form, blanks: Sequence[float], size: int, most: int) -> list[tuple[str, int, int, int]]:
    """Return each word ("" for a field), its left side, its width and its line, up to the last field that fits."""
    space, left, row, last = max(2, size // 3), 0, 0, 0
    spots: list[tuple[str, int, int, int]] = []
    for i, name in enumerate(form.fields):
        for word in (*_SAID[i % len(_SAID)].format(name.lower()).split(), ""):
            wide = min(width, text_width(word, size or 5) + 1 if word else max(14, round(blanks[i])))
            if left and left + wide > width:
                left, row = 0, row + 1
            if row == most:
                return spots[:last]
            spots.append((word, left, wide, row))
            left += wide + space
        last = len(spots)
    return spots


CLAIMS: Mapping[str, screens_claims.Layout] = {
    "accordion": _accordion,
    "ledger": _ledger,
    "described": _described,
    "addons": _addons,
    "console": _console,
    "comb": _comb,
    "statement": _statement,
    "phrases": _phrases,
}
