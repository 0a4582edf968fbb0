"""What stands around the content of a synthetic screen: window bars, sidebars, toolbars, dialogs, status lines.

Takes a random state and a size, gives a scene and, once it is drawn, the box that is left for the content. Knows
nothing of the kinds of screen, so nothing here can tell one.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from pointsman.data.embedded.screens_widgets import Box, Canvas, Theme, blend, make_theme, readable_on

SAME_SIZE = (224, 160)
"""Width and height of every screen in the "same size" mode."""
SMALLEST = (80, 56)
"""Width and height below which nothing can be told apart."""

_TITLES = ("Desk", "Portal", "Home", "My account", "Workspace", "Office", "Service", "Team", "Overview", "Main")
_PLACES = ("portal.example/home", "desk.example", "app.example/main", "office.example/start", "localhost:8080")
_NAVIGATION = ("Home", "Inbox", "Files", "People", "Tasks", "Reports", "Settings", "Help", "Notes", "Search")
_TOOLS = ("New", "Edit", "View", "Print", "Share", "Sort", "Export", "Undo")
_STATUS = ("Ready", "Saved", "Online", "3 messages", "Signed in", "100 %", "Connected", "v2.14")


@dataclass(frozen=True, slots=True)
class Scene:
    """How a screen looks before anything of its kind is drawn.

    Attributes:
        size: width and height in pixels.
        theme: colours and fonts.
        top: `none`, `title`, `browser` or `header`.
        side: `none`, `left`, `right` or `rail`.
        toolbar, status, dialog: whether there is one; in a dialog the content floats over a page.
        closes: there is a cross to close something with.
        zoom: share of the free room that the content takes, across and down.
        place: where in the free room it stands, 0 to 1, across and down.
    """

    size: tuple[int, int]
    theme: Theme
    top: str
    side: str
    toolbar: bool
    status: bool
    dialog: bool
    closes: bool
    zoom: tuple[float, float]
    place: tuple[float, float]


def make_scene(rng: random.Random, size: tuple[int, int] | None, *, closes: bool) -> Scene:
    """Return a scene.

    Args:
        rng: decides it; give one that knows nothing of the kind.
        size: width and height in pixels; None: drawn too.
        closes: the instruction is about closing, so there has to be a cross.
    """
    drawn = (rng.randint(192, 416), rng.randint(144, 320))
    width, height = size or drawn
    font = min(24, max(6, round(min(width / 25, height / 17) * rng.uniform(0.75, 1.2))))
    theme = make_theme(rng, font)
    top = rng.choice(("none", "title", "browser", "header"))
    side = rng.choices(("none", "left", "right", "rail"), (5, 3, 3, 2))[0]
    toolbar, status, dialog = rng.random() < 0.3, rng.random() < 0.3, rng.random() < 0.25
    if dialog:
        toolbar = status = False
    if height < 110:
        toolbar = status = dialog = False
    if width < 130:
        side = "none"
    if closes and not dialog and top in ("none", "header"):
        top = "title"
    zoom = (rng.uniform(0.84, 1.0), rng.uniform(0.84, 1.0))
    place = (rng.random(), rng.random())
    return Scene((width, height), theme, top, side, toolbar, status, dialog, closes, zoom, place)


def draw_frame(canvas: Canvas, scene: Scene, rng: random.Random) -> Box:
    """Draw everything around the content and return the content's box."""
    theme, (width, height) = scene.theme, scene.size
    bar = max(7, round(theme.size * 1.5))
    free = Box(0, 0, width, height)
    if scene.top != "none":
        strip, free = free.cut_top(bar * (1 if scene.top != "browser" or height < 110 else 1.7))
        _top(canvas, scene, strip, rng)
    if scene.status:
        strip, free = free.cut_bottom(bar * 0.8)
        canvas.box(strip, blend(theme.page, theme.text, 0.08))
        canvas.across(0, width, strip.top)
        words = strip.inset(4, 0)
        canvas.write(words, rng.choice(_STATUS), canvas.fit(strip.height, 0.85), theme.text)
        canvas.write(words, rng.choice(_STATUS), canvas.fit(strip.height, 0.85), theme.text, "right")
    if scene.side != "none":
        free = _side(canvas, scene, free, rng)
    if scene.toolbar:
        strip, free = free.cut_top(bar)
        canvas.box(strip, blend(theme.page, theme.raised, 0.6))
        at = strip.left + 3
        for word in rng.sample(_TOOLS, rng.randint(2, 5)):
            wide = round(theme.size * rng.uniform(1.2, 3.6))
            if at + wide > strip.right - 2:
                break
            canvas.button(Box(at, strip.top + 2, at + wide, strip.bottom - 2), word, plain=True)
            at += wide + 3
    return _dialog(canvas, free, rng) if scene.dialog else _panel(canvas, scene, free)


def _cross(canvas: Canvas, box: Box, colour: tuple[int, int, int]) -> None:
    cross = box.square().inset(max(1, box.height // 4))
    if cross.width < 3:
        cross = box.square().inset(1)
    left, top, right, bottom = cross
    thick = 1 if cross.width < 8 else 2
    canvas.shape([(left, top), (left + thick, top), (right, bottom), (right - thick, bottom)], colour)
    canvas.shape([(right, top), (right - thick, top), (left, bottom), (left + thick, bottom)], colour)


def _top(canvas: Canvas, scene: Scene, strip: Box, rng: random.Random) -> None:
    theme = scene.theme
    canvas.box(strip, theme.bar)
    if scene.top == "browser":
        upper, lower = strip.rows(2) if strip.height > 16 else (strip, strip)
        tab = upper.cut_left(upper.width * rng.uniform(0.25, 0.45))[0].inset(3, 1)
        canvas.box(tab, theme.surface, corner=theme.corner)
        size = canvas.fit(tab.height, 0.85)
        canvas.write(tab.inset(3, 0), rng.choice(_TITLES), size, theme.text)
        _cross(canvas, upper.cut_right(upper.height)[0], theme.bar_text)
        if lower is not upper:
            field = lower.inset(6, 1)
            canvas.box(field, theme.raised, corner=4)
            canvas.write(field.inset(4, 0), rng.choice(_PLACES), canvas.fit(field.height, 0.85), theme.text)
        return
    words = strip.inset(4, 0)
    if scene.top == "title":
        _cross(canvas, words.cut_right(strip.height)[0], theme.bar_text)
        align = "centre" if rng.random() < 0.3 else "left"
        canvas.write(words, rng.choice(_TITLES), canvas.fit(strip.height), theme.bar_text, align, bold=True)  # type: ignore[arg-type]
        return
    canvas.round(words.cut_left(strip.height)[0].square().inset(2), theme.bar_text)
    canvas.write(
        words.cut_left(strip.height + 3)[1], rng.choice(_TITLES), canvas.fit(strip.height), theme.bar_text, bold=True
    )
    at = words.right
    for _ in range(rng.randint(0, 3)):
        at -= round(theme.size * 2.6)
        canvas.box(Box(at, strip.top + strip.height // 3, at + theme.size * 2, strip.bottom - strip.height // 3), theme.bar_text)  # fmt: skip


def _side(canvas: Canvas, scene: Scene, free: Box, rng: random.Random) -> Box:
    theme = scene.theme
    ground = blend(theme.page, theme.text, rng.choice((0.0, 0.06, 0.85)))
    ink = blend(ground, readable_on(ground), 0.65)
    if scene.side == "rail":
        strip, free = free.cut_left(theme.size * 1.8)
        canvas.box(strip, ground)
        for top in range(strip.top + 3, strip.bottom - strip.width, round(strip.width * 1.2)):
            icon = Box(strip.left, top, strip.right, top + strip.width).inset(strip.width // 4)
            rng.choice((canvas.box, canvas.round))(icon, ink)
        return free
    wide = free.width * rng.uniform(0.17, 0.26)
    strip, free = free.cut_left(wide) if scene.side == "left" else free.cut_right(wide)
    canvas.box(strip, ground)
    canvas.down(strip.right - 1 if scene.side == "left" else strip.left, strip.top, strip.bottom)
    inner = strip.inset(4, 4)
    if rng.random() < 0.6:
        step = round(theme.size * rng.uniform(1.4, 2.0))
        current = rng.randrange(4)
        for i, word in enumerate(rng.sample(_NAVIGATION, len(_NAVIGATION))):
            line = Box(inner.left, inner.top + i * step, inner.right, inner.top + (i + 1) * step - 1)
            if line.bottom > inner.bottom:
                break
            canvas.write(line, word, canvas.fit(line.height, 0.9), ink, bold=i == current)
    else:
        for part in inner.rows(rng.randint(2, 3), gap=5):
            canvas.bars(part, rng, colour=ink)
    return free


def _panel(canvas: Canvas, scene: Scene, free: Box) -> Box:
    """Draw the ground of the content and return its box."""
    room = free.inset(max(2, free.width // 40), max(2, free.height // 40))
    width, height = round(room.width * scene.zoom[0]), round(room.height * scene.zoom[1])
    left = room.left + round((room.width - width) * scene.place[0])
    top = room.top + round((room.height - height) * scene.place[1])
    content = Box(left, top, left + width, top + height)
    canvas.box(Box(left - 2, top - 2, content.right + 2, content.bottom + 2), scene.theme.surface)
    return content


def _dialog(canvas: Canvas, free: Box, rng: random.Random) -> Box:
    """Draw a page that nothing can be done with, and a dialog over it; return what is inside the dialog."""
    theme = canvas.theme
    for part in free.inset(4).rows(3, gap=4):
        canvas.bars(part, rng, colour=blend(theme.page, theme.text, 0.2))
    across, down = round(free.width * rng.uniform(0.03, 0.09)), round(free.height * rng.uniform(0.03, 0.08))
    window = free.inset(across, down)
    shade = blend(theme.page, (0, 0, 0), 0.35)
    canvas.box(Box(window.left + 2, window.top + 2, window.right + 2, window.bottom + 2), shade, corner=theme.corner)
    canvas.box(window, theme.surface, theme.line, theme.corner)
    title, inside = window.cut_top(max(7, theme.size * 1.4))
    canvas.box(title, theme.bar, corner=theme.corner)
    words = title.inset(4, 0)
    canvas.write(words, rng.choice(_TITLES), canvas.fit(title.height), theme.bar_text)
    _cross(canvas, words.cut_right(title.height)[0], theme.bar_text)
    return inside.inset(3, 2)
