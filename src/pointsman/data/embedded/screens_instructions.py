"""What is asked of a synthetic screen, and the tool call that answers it.

Two groups of instructions: ones that could be said of any screen ("open the second one") and ones that tell the kind
("enter P-4711 as the policy number"). Which of the first group is asked is drawn without a look at the kind.
"""

from __future__ import annotations

import calendar
import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pointsman.data.embedded.screens_calendar import MONTHS
from pointsman.data.embedded.screens_claims import VALUES

_ORDINALS = {1: ("first", "1st"), 2: ("second", "2nd"), 3: ("third", "3rd"), -1: ("last", "very last")}

_HIGHLIGHTED = (
    "click the highlighted item",
    "open the marked one",
    "select what is highlighted",
    "take the one that stands out",
    "go to the highlighted part",
    "click on the marked spot",
    "use the one that is marked",
    "tap the highlighted one",
)
_ORDINAL = (
    "select the {n} entry",
    "click the {n} item",
    "open the {n} one",
    "go to the {n} entry",
    "take the {n} one",
    "tap the {n} item",
)
_TURN = {
    "next": ("go on", "show me what comes next", "continue", "move forward", "next please"),
    "previous": ("go back", "show me what came before", "back please", "return to the one before", "one step back"),
}
_SCROLL = {
    "down": ("scroll down", "show me more below", "move down a bit", "further down"),
    "up": ("scroll up", "show me what is above", "move up a bit", "back to the top"),
}
_CLOSE = ("close this", "close this dialog", "dismiss this window", "shut this", "I am done, close it", "leave this")
_NO_ORDER = ("I ", "the ", "back", "further", "one step")
"""Starts of texts that "can you" does not go before."""


@dataclass(frozen=True, slots=True)
class Neutral:
    """An instruction that says nothing of the kind of screen.

    Attributes:
        text: as a user says it.
        act: `highlighted`, `ordinal`, `turn`, `scroll` or `close`.
        value: which entry (-1: the last), or which way; None where there is nothing to say.
    """

    text: str
    act: str
    value: int | str | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call."""

    name: str
    arguments: Mapping[str, Any]

    def text(self) -> str:
        """Return it as an expert writes it."""
        return f"<tool_call>{json.dumps({'name': self.name, 'arguments': dict(self.arguments)})}</tool_call>"


def _said(rng: random.Random, text: str) -> str:
    """Return a text the way somebody might type it."""
    asks = rng.random() < 0.2 and "please" not in text and not text.startswith(_NO_ORDER)
    if asks:
        text = rng.choice((f"please {text}", f"{text} please", f"can you {text}?", f"now {text}"))
    if rng.random() < 0.6:
        text = text[0].upper() + text[1:]
    return text + "." if rng.random() < 0.3 and text[-1].isalnum() else text


def neutral(rng: random.Random) -> Neutral:
    """Draw an instruction that could be given on any screen."""
    act = rng.choices(("highlighted", "ordinal", "turn", "scroll", "close"), (36, 30, 14, 10, 10))[0]
    value: int | str | None = None
    if act == "highlighted":
        text = rng.choice(_HIGHLIGHTED)
    elif act == "ordinal":
        value = rng.choice(tuple(_ORDINALS))
        text = rng.choice(_ORDINAL).format(n=rng.choice(_ORDINALS[value]))
    elif act == "close":
        text = rng.choice(_CLOSE)
    else:
        ways = _TURN if act == "turn" else _SCROLL
        value = rng.choice(tuple(ways))
        text = rng.choice(ways[value])
    return Neutral(_said(rng, text), act, value)


def answer_neutral(kind: str, asked: Neutral, facts: Mapping[str, Any]) -> Call:
    """Return the call that answers a neutral instruction on a screen of that kind."""
    if asked.act == "close":
        return Call("close_window", {})
    if asked.act == "scroll":
        return Call("scroll", {"direction": asked.value})
    if asked.act == "turn":
        return Call(_TURNS[kind], {"direction": asked.value})
    place = None if asked.act == "highlighted" else asked.value
    return _CHOOSE[kind](facts, place if isinstance(place, int) else None)


def _date(facts: Mapping[str, Any], day: int) -> str:
    return f"{facts['year']}-{facts['month']:02d}-{day:02d}"


def _choose_day(facts: Mapping[str, Any], place: int | None) -> Call:
    day = facts["highlighted"] if place is None else facts["days"] if place < 0 else place
    return Call("click_date", {"date": _date(facts, day)})


def _choose_field(facts: Mapping[str, Any], place: int | None) -> Call:
    fields = facts["fields"]
    name = facts["highlighted"] if place is None else fields[place if place < 0 else place - 1]
    return Call("focus_field", {"field": name})


def _choose_provider(facts: Mapping[str, Any], place: int | None) -> Call:
    position = facts["highlighted"] if place is None else len(facts["names"]) if place < 0 else place
    return Call("select_provider", {"position": position})


_CHOOSE: Mapping[str, Callable[[Mapping[str, Any], int | None], Call]] = {
    "calendar": _choose_day,
    "claim-window": _choose_field,
    "provider-select": _choose_provider,
}
_TURNS = {"calendar": "change_month", "claim-window": "change_step", "provider-select": "change_page"}


def telling(kind: str, rng: random.Random, facts: Mapping[str, Any]) -> tuple[str, Call]:
    """Draw an instruction that fits this kind of screen alone, with the call that answers it."""
    text, call = _TELLING[kind](rng, facts)
    return _said(rng, text), call


def _of_calendar(rng: random.Random, facts: Mapping[str, Any]) -> tuple[str, Call]:
    year, month, last = facts["year"], facts["month"], facts["days"]
    name = MONTHS[month - 1]
    way = rng.random()
    if way < 0.12:
        direction = rng.choice(("next", "previous"))
        return f"show the {direction} month", Call("change_month", {"direction": direction})
    day = rng.randint(1, last)
    if way < 0.25:
        weekday = rng.randrange(7)
        day = 1 + (weekday - calendar.weekday(year, month, 1)) % 7
        text = f"click the first {calendar.day_name[weekday]} of the month"
    elif way < 0.35 and facts["highlighted"] < last:
        day = facts["highlighted"] + 1
        text = "pick the day after the highlighted date"
    else:
        date = rng.choice((f"{day} {name}", f"{name} {day}", f"{day} {name} {year}", _date(facts, day)))
        text = rng.choice(
            ("pick {}", "book an appointment on {}", "choose the date {}", "go to {} in the calendar")
        ).format(date)
    return text, Call("click_date", {"date": _date(facts, day)})


def _of_claim(rng: random.Random, facts: Mapping[str, Any]) -> tuple[str, Call]:
    if rng.random() < 0.15:
        text = rng.choice(("submit the claim", "send the claim form", "hand in this claim"))
        return text, Call("submit_claim", {})
    name = rng.choice(facts["fields"])
    field = name[0].lower() + name[1:]
    if rng.random() < 0.2:
        return f"go to the {field} field of the claim", Call("focus_field", {"field": name})
    value = VALUES[name](rng)
    text = rng.choice(("enter {value} as the {field}", "the {field} is {value}", "put {value} into the field {field}"))
    return text.format(value=value, field=field), Call("fill_field", {"field": name, "value": value})


def _of_providers(rng: random.Random, facts: Mapping[str, Any]) -> tuple[str, Call]:
    way = rng.random()
    if way < 0.12:
        direction = rng.choice(("next", "previous"))
        return f"show the {direction} page of providers", Call("change_page", {"direction": direction})
    if way < 0.3:
        position = rng.randint(1, len(facts["names"]))
        text = rng.choice(("choose provider number {n}", "take doctor number {n} of the list")).format(n=position)
    else:
        position = rng.randint(1, len(facts["names"]))
        words = ("choose {}", "I want to see {}", "select the provider {}", "book with {}", "take {} as my doctor")
        text = rng.choice(words).format(facts["names"][position - 1])
    return text, Call("select_provider", {"position": position})


_TELLING: Mapping[str, Callable[[random.Random, Mapping[str, Any]], tuple[str, Call]]] = {
    "calendar": _of_calendar,
    "claim-window": _of_claim,
    "provider-select": _of_providers,
}


def _tool(name: str, description: str, **properties: Mapping[str, Any]) -> dict[str, Any]:
    parameters = {
        "type": "object",
        "properties": {key: dict(schema) for key, schema in properties.items()},
        "required": list(properties),
        "additionalProperties": False,
    }
    return {"type": "function", "function": {"name": name, "description": description, "parameters": parameters}}


_WAY = {"type": "string", "enum": ["next", "previous"]}
_FIELD = {"type": "string", "enum": list(VALUES)}
_COMMON = (
    _tool("scroll", "Scroll the screen.", direction={"type": "string", "enum": ["up", "down"]}),
    _tool("close_window", "Close the window or dialog."),
)

TOOLS: Mapping[str, tuple[dict[str, Any], ...]] = {
    "calendar": (
        _tool(
            "click_date",
            "Click a day of the calendar.",
            date={"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
        ),
        _tool("change_month", "Show the month after or before.", direction=_WAY),
        *_COMMON,
    ),
    "claim-window": (
        _tool("fill_field", "Write a value into a field of the form.", field=_FIELD, value={"type": "string"}),
        _tool("focus_field", "Click into a field of the form.", field=_FIELD),
        _tool("change_step", "Go to the form's next or previous step.", direction=_WAY),
        _tool("submit_claim", "Send the form."),
        *_COMMON,
    ),
    "provider-select": (
        _tool(
            "select_provider",
            "Choose a provider.",
            position={"type": "integer", "minimum": 1, "description": "place in the list, row by row, from 1"},
        ),
        _tool("change_page", "Show the list's next or previous page.", direction=_WAY),
        *_COMMON,
    ),
}
"""What each expert may call, as OpenAI function tools."""
