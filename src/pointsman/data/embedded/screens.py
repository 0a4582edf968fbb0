"""Synthetic screens with an instruction and the tool call that answers it: month calendars, claim forms, provider lists.

Theme, size, what stands around the content and the neutral instructions are drawn without a look at the kind; layouts
differ in structure, so that test screens can be of layouts that no training saw. The same arguments give the same
pixels, in any process. Needs Pillow; knows nothing of models or of how rows are split.
"""

from __future__ import annotations

import hashlib
import io
import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pointsman.data.embedded import (
    screens_calendar,
    screens_calendar_more,
    screens_claims,
    screens_claims_more,
    screens_fresh,
    screens_held,
    screens_instructions,
    screens_providers,
    screens_providers_more,
)
from pointsman.data.embedded.screens_frames import SAME_SIZE, SMALLEST, draw_frame, make_scene
from pointsman.data.embedded.screens_widgets import Box, Canvas
from pointsman.data.example import Example
from pointsman.data.pictures import Picture
from pointsman.errors import ConfigError, OutputError, nearest

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = [
    "FRESH_LAYOUTS",
    "HELD_LAYOUTS",
    "KINDS",
    "LAYOUTS",
    "MORE_LAYOUTS",
    "SAME_SIZE",
    "TELLING",
    "TEST_LAYOUTS",
    "TOOLS",
    "TRAIN_LAYOUTS",
    "Screen",
    "draw",
    "names_of",
    "png",
    "sample",
    "sample_rows",
    "write_sources",
]

KINDS: tuple[str, ...] = ("calendar", "claim-window", "provider-select")
"""Kinds of screen: the names of the experts in the sample."""

LAYOUTS: Mapping[str, tuple[str, ...]] = {
    "calendar": tuple(screens_calendar.LAYOUTS),
    "claim-window": tuple(screens_claims.LAYOUTS),
    "provider-select": tuple(screens_providers.LAYOUTS),
}
"""Layouts of each kind; no name stands under two kinds."""

TRAIN_LAYOUTS: Mapping[str, tuple[str, ...]] = {kind: names[:6] for kind, names in LAYOUTS.items()}
TEST_LAYOUTS: Mapping[str, tuple[str, ...]] = {kind: names[6:] for kind, names in LAYOUTS.items()}

HELD_LAYOUTS: Mapping[str, tuple[str, ...]] = {
    "calendar": tuple(screens_held.CALENDARS),
    "claim-window": tuple(screens_held.CLAIMS),
    "provider-select": tuple(screens_held.PROVIDERS),
}
"""Further layouts, not among LAYOUTS: nothing is trained on them. Choices about the small base go by them."""

MORE_LAYOUTS: Mapping[str, tuple[str, ...]] = {
    "calendar": tuple(screens_calendar_more.CALENDARS),
    "claim-window": tuple(screens_claims_more.CLAIMS),
    "provider-select": tuple(screens_providers_more.PROVIDERS),
}
"""Further layouts to train on, not among LAYOUTS."""

FRESH_LAYOUTS: Mapping[str, tuple[str, ...]] = {
    "calendar": tuple(screens_fresh.CALENDARS),
    "claim-window": tuple(screens_fresh.CLAIMS),
    "provider-select": tuple(screens_fresh.PROVIDERS),
}
"""Further layouts, not among LAYOUTS, kept for judging: nothing is trained on them and nothing chosen by them."""

TOOLS = screens_instructions.TOOLS
TELLING = 0.3
"""Share of instructions that tell the kind of screen by themselves."""

_Layout = TypeVar("_Layout")
_Drawer = Callable[[Canvas, Box, random.Random], dict[str, Any]]


def _drawers(
    draw: Callable[[Canvas, Box, _Layout, random.Random], dict[str, Any]], *sets: Mapping[str, _Layout]
) -> dict[str, _Drawer]:
    def drawer(layout: _Layout) -> _Drawer:
        return lambda canvas, box, rng: draw(canvas, box, layout, rng)

    return {name: drawer(layout) for layouts in sets for name, layout in layouts.items()}


_DRAWERS: Mapping[str, Mapping[str, _Drawer]] = {
    "calendar": _drawers(
        screens_calendar.draw,
        screens_calendar.LAYOUTS,
        screens_held.CALENDARS,
        screens_calendar_more.CALENDARS,
        screens_fresh.CALENDARS,
    ),
    "claim-window": _drawers(
        screens_claims.draw,
        screens_claims.LAYOUTS,
        screens_held.CLAIMS,
        screens_claims_more.CLAIMS,
        screens_fresh.CLAIMS,
    ),
    "provider-select": _drawers(
        screens_providers.draw,
        screens_providers.LAYOUTS,
        screens_held.PROVIDERS,
        screens_providers_more.PROVIDERS,
        screens_fresh.PROVIDERS,
    ),
}
_SETS = {
    "train": TRAIN_LAYOUTS,
    "test": TEST_LAYOUTS,
    "all": LAYOUTS,
    "held": HELD_LAYOUTS,
    "more": MORE_LAYOUTS,
    "fresh": FRESH_LAYOUTS,
}


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen.

    Attributes:
        kind: one of KINDS.
        image: RGB.
        instruction: what the user asks for.
        answer: the right tool call, as an expert writes it.
        layout: one of the kind's layouts.
        facts: what is on it, JSON-ready: the kind's own (`highlighted` in all of them) and `seed`, `telling` (the
            instruction tells the kind), `top`, `side`, `toolbar`, `status`, `dialog`, `mark`, `font`, and `content`, the
            box that the kind's part stands in.
    """

    kind: str
    image: Image
    instruction: str
    answer: str
    layout: str
    facts: Mapping[str, Any]


def _allowed(kind: str, layouts: Sequence[str] | None) -> tuple[str, ...]:
    if kind not in LAYOUTS:
        raise ConfigError(f"there is no screen '{kind}'{nearest(kind, KINDS)}; there are {', '.join(KINDS)}")
    if layouts is None:
        return LAYOUTS[kind]
    known = [name for drawers in _DRAWERS.values() for name in drawers]
    for name in layouts:
        if name not in known:
            raise ConfigError(f"there is no layout '{name}'{nearest(name, known)}; there are {', '.join(known)}")
    found = tuple(name for name in _DRAWERS[kind] if name in layouts)
    if not found:
        raise ConfigError(f"none of the layouts {', '.join(layouts)} is of '{kind}': add {', '.join(LAYOUTS[kind])}")
    return found


def draw(
    kind: str,
    seed: int,
    *,
    layouts: Sequence[str] | None = None,
    same_size: bool = False,
    size: tuple[int, int] | None = None,
    telling: float = TELLING,
) -> Screen:
    """Draw one screen.

    Args:
        kind: one of KINDS.
        seed: decides everything else; the same seed gives two kinds the same surroundings.
        layouts: names to choose from, of this kind or of several; None: all of the kind's LAYOUTS.
        same_size: every screen is SAME_SIZE; otherwise width and height are drawn, whatever the kind.
        size: width and height, in place of both.
        telling: share of instructions that tell the kind; 0: the text alone is worth nothing.

    Raises:
        ConfigError: no such kind or layout, or a size or share out of range.
    """
    allowed = _allowed(kind, layouts)
    if not 0 <= telling <= 1:
        raise ConfigError(f"telling={telling} is no share: give 0 to 1")
    if size is not None and not (SMALLEST[0] <= size[0] <= 4096 and SMALLEST[1] <= size[1] <= 4096):
        raise ConfigError(f"size={size[0]}x{size[1]}: give at least {SMALLEST[0]}x{SMALLEST[1]}, at most 4096x4096")
    surroundings = random.Random(f"screen:{seed}")
    tells = surroundings.random() < telling
    neutral = screens_instructions.neutral(surroundings)
    wanted = size or (SAME_SIZE if same_size else None)
    scene = make_scene(surroundings, wanted, closes=neutral.act == "close")
    canvas = Canvas(scene.size, scene.theme)
    content = draw_frame(canvas, scene, surroundings)

    # A state of its own: the same seed and layout give the same screen, whatever other layouts were allowed.
    layout = random.Random(f"screen:{seed}:{kind}:layout").choice(allowed)
    own = random.Random(f"screen:{seed}:{kind}")
    facts = _DRAWERS[kind][layout](canvas, content, own)
    if tells:
        text, call = screens_instructions.telling(kind, own, facts)
    else:
        text, call = neutral.text, screens_instructions.answer_neutral(kind, neutral, facts)
    facts |= {
        "seed": seed,
        "telling": tells,
        "top": scene.top,
        "side": scene.side,
        "toolbar": scene.toolbar,
        "status": scene.status,
        "dialog": scene.dialog,
        "mark": scene.theme.mark,
        "font": scene.theme.size,
        "content": list(content),
    }
    return Screen(kind, canvas.image, text, call.text(), layout, facts)


def names_of(layouts: str | Sequence[str]) -> Sequence[str]:
    """Return the names of layouts: of `train`, `test`, `all`, `held`, `more`, `fresh`, of several with + between, or given.

    Raises:
        ConfigError: there is no such set.
    """
    if not isinstance(layouts, str):
        return layouts
    sets = layouts.split("+")
    if any(one not in _SETS for one in sets):
        raise ConfigError(f"layouts='{layouts}': give {', '.join(_SETS)}, several with + between, or a list of names")
    return [name for one in sets for names in _SETS[one].values() for name in names]


def _seed(*parts: int | str) -> int:
    return int.from_bytes(hashlib.sha256(":".join(map(str, parts)).encode()).digest()[:6])


def sample(
    n: int,
    seed: int,
    *,
    layouts: str | Sequence[str] = "all",
    same_size: bool = False,
    size: tuple[int, int] | None = None,
    telling: float = TELLING,
) -> Iterator[Screen]:
    """Yield `n` screens, as many of each kind (one more of some where `n` is not divisible), mixed.

    Args:
        n: how many.
        seed: decides all of them.
        layouts: `train`, `test`, `all` (both of these), `held`, `more` or `fresh` (none of these),
            several of them with + between, or names.
        same_size, size, telling: as `draw` takes them.

    Raises:
        ConfigError: see `draw`.
    """
    allowed = names_of(layouts)
    order = random.Random(f"screens:{seed}")
    kinds: list[str] = []
    for number in range(n):
        if not kinds:
            kinds = order.sample(KINDS, len(KINDS))
        yield draw(
            kinds.pop(), _seed("sample", seed, number), layouts=allowed, same_size=same_size, size=size, telling=telling
        )


def png(image: Image) -> bytes:
    """Return an image's bytes as PNG."""
    out = io.BytesIO()
    image.save(out, "PNG", compress_level=3)
    return out.getvalue()


def sample_rows(
    n: int,
    seed: int = 0,
    *,
    layouts: str | Sequence[str] = "all",
    same_size: bool = True,
    size: tuple[int, int] | None = None,
    telling: float = TELLING,
) -> list[Example]:
    """Return `n` screens as rows of the adapter task: PNG in memory, every image a group of its own.

    The category is the layout. Arguments and errors as of `sample`.
    """
    rows = []
    for i, screen in enumerate(sample(n, seed, layouts=layouts, same_size=same_size, size=size, telling=telling)):
        picture = Picture(data=png(screen.image), where=f"embedded:{i + 1}")
        rows.append(
            Example(
                text=screen.instruction,
                label=screen.kind,
                group=f"screen/{screen.facts['seed']}/{screen.kind}",
                source=f"embedded:{i + 1}",
                category=screen.layout,
                origin="embedded",
                image=picture,
                answer=screen.answer,
            )
        )
    return rows


def write_sources(
    folder: Path,
    per_kind: int,
    seed: int,
    *,
    layouts: str | Sequence[str] = "train",
    same_size: bool = False,
    size: tuple[int, int] | None = None,
    telling: float = TELLING,
) -> dict[str, Path]:
    """Write each kind's training file the way experts' own files are: rows, images, tool schema.

    `folder/KIND/` gets `train.jsonl`, `images/KIND_00001.png` … and `tools.json`.

    Args:
        folder: made where it is missing.
        per_kind: rows of each kind.
        seed: decides all of them.
        layouts, same_size, size, telling: as `sample` takes them.

    Returns:
        `train.jsonl` by kind.

    Raises:
        ConfigError: see `draw`.
        OutputError: there are such files already, or the folder cannot be written.
    """
    allowed, places = names_of(layouts), {}
    for kind in KINDS:
        place = folder / kind
        if (place / "train.jsonl").exists():
            raise OutputError(f"{place / 'train.jsonl'} exists: remove it, or choose another folder")
        try:
            (place / "images").mkdir(parents=True, exist_ok=True)
            (place / "tools.json").write_text(json.dumps(TOOLS[kind], indent=2) + "\n", encoding="utf-8")
            lines = []
            for number in range(1, per_kind + 1):
                one = _seed("source", seed, kind, number)
                screen = draw(kind, one, layouts=allowed, same_size=same_size, size=size, telling=telling)
                row = _row(f"{kind}_{number:05d}", screen)
                (place / row["image"]).write_bytes(png(screen.image))
                lines.append(json.dumps(row, ensure_ascii=False) + "\n")
            (place / "train.jsonl").write_text("".join(lines), encoding="utf-8", newline="\n")
        except OSError as error:
            raise OutputError(f"{place} cannot be written: {error.strerror}; choose another folder") from None
        places[kind] = place / "train.jsonl"
    return places


def _row(name: str, screen: Screen) -> dict[str, Any]:
    return {
        "id": name,
        "image": f"images/{name}.png",
        "conversations": [
            {"from": "human", "value": f"<image>\n{screen.instruction}"},
            {"from": "gpt", "value": screen.answer},
        ],
        "metadata": {"kind": screen.kind, "layout": screen.layout, **screen.facts},
    }
