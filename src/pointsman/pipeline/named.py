"""What a path is called in records and messages: a step that reads a copy of `s3://…` names the URL.

A launcher that gives a step other paths than the user's says so with `naming`; `named` is for what the step writes
down, and `renamed` for what was said or returned without it.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from pointsman.data.urls import UrlPath

_END = r"(?!\.?[\w-])"  # `NAME.work` is another path than `NAME`; the full stop of a sentence is none of it

_names: ContextVar[Mapping[str, str]] = ContextVar("names", default={})  # noqa: B039 - never changed


@contextmanager
def naming(names: Mapping[str, str]) -> Iterator[None]:
    """Have `named` know what these paths, and all below them, are called: path -> name."""
    token = _names.set({**_names.get(), **names})
    try:
        yield
    finally:
        _names.reset(token)


def named(path: Path | str) -> str:
    """Return what the user calls a path: the path itself, unless it stands for another."""
    return _in_text(str(path), _names.get())


def renamed(value: Any, names: Mapping[str, str]) -> Any:
    """Return a value with other names for paths in it: in texts, paths, collections and dataclasses."""
    if isinstance(value, str):
        return _in_text(value, names)
    if isinstance(value, Path):
        text = _in_text(str(value), names)
        return value if text == str(value) else UrlPath(text)
    if isinstance(value, dict):
        new = {renamed(key, names): renamed(one, names) for key, one in value.items()}
        same = all(one is two for one, two in zip((*value, *value.values()), (*new, *new.values()), strict=True))
        return value if same else new
    if type(value) in (list, tuple):
        items = [renamed(one, names) for one in value]
        return value if all(one is two for one, two in zip(value, items, strict=True)) else type(value)(items)
    if is_dataclass(value) and not isinstance(value, type):
        return _renamed_fields(value, names)
    return value


def _in_text(text: str, names: Mapping[str, str]) -> str:
    for path, name in names.items():
        if path in text:
            text = re.sub(re.escape(path) + _END, lambda _, name=name: name, text)  # type: ignore[misc]
    return text


def _renamed_fields(value: Any, names: Mapping[str, str]) -> Any:
    changed = {}
    for one in fields(value):
        old = getattr(value, one.name)
        new = renamed(old, names)
        if new is not old:
            changed[one.name] = new
    if not changed:
        return value
    out = copy.copy(value)
    for name, new in changed.items():
        object.__setattr__(out, name, new)
    return out
