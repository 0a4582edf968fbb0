"""JSON read strictly: what a model writes, and what must not be read two ways.

Refused beside broken JSON: two equal keys in an object, NaN and infinities, numbers that no double holds, deep nesting,
half a surrogate pair. Takes text, gives plain values; knows nothing of what they mean.
"""

from __future__ import annotations

import json
import math
from typing import Any

MAX_DEPTH = 64
"""Objects and lists within one another."""
MAX_DIGITS = 64
"""Of a whole number."""


class StrictJsonError(ValueError):
    """Text that is no JSON, or JSON that is refused; one line."""


def decode(text: str) -> Any:
    """Return the value that is the whole of `text`.

    Raises:
        StrictJsonError: it is none, or more than one.
    """
    value, end = decode_first(text, 0)
    if rest := text[end:].strip():
        raise StrictJsonError(f"more text after the JSON value: {rest[:40]!r}")
    return value


def decode_first(text: str, start: int) -> tuple[Any, int]:
    """Return the value that begins at `start`, white space skipped, and where it ends.

    Raises:
        StrictJsonError: there is none that may be used.
    """
    while start < len(text) and text[start] in " \t\r\n":
        start += 1
    try:
        value, end = _DECODER.raw_decode(text, start)
    except json.JSONDecodeError as error:
        raise StrictJsonError(f"{error.msg} (line {error.lineno}, column {error.colno})") from None
    except RecursionError:
        raise StrictJsonError(_TOO_DEEP) from None
    _check(value)
    return value, end


_TOO_DEEP = f"nested more than {MAX_DEPTH} deep"


def _check(value: Any) -> None:
    """Refuse what lies too deep, and strings that no file or connection takes."""
    left = [(value, 1)]
    while left:
        found, depth = left.pop()
        if depth > MAX_DEPTH:
            raise StrictJsonError(_TOO_DEEP)
        if isinstance(found, str):
            try:
                found.encode()
            except UnicodeEncodeError:
                raise StrictJsonError("half a surrogate pair in a string") from None
        elif isinstance(found, dict):
            left += [(each, depth + 1) for pair in found.items() for each in pair]
        elif isinstance(found, list):
            left += [(each, depth + 1) for each in found]


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise StrictJsonError(f"the key {twice[:40]!r} stands twice in one object")
    return found


def _constant(name: str) -> Any:
    raise StrictJsonError(f"{name} is no JSON number")


def _whole(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise StrictJsonError(f"a number of {len(digits)} digits")
    return int(digits)


def _number(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise StrictJsonError(f"the number {digits[:20]} is too large")
    return value


_DECODER = json.JSONDecoder(object_pairs_hook=_pairs, parse_constant=_constant, parse_int=_whole, parse_float=_number)
