"""Which of a step's options name URLs, as paths or within values as typed, and which may not. Opens nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from pointsman.data.urls import is_remote, is_volume, url_of
from pointsman.errors import ConfigError
from pointsman.pipeline.step import Step, value_at

# A path in a value as typed, such as `file:s3://b/rows.csv` or `NAME=s3://b/rows.jsonl`.
_TYPED = re.compile(r"(?P<before>(?:file:|[^=:/]+=)?)(?P<url>(?!file:|local:)[A-Za-z][A-Za-z0-9+.-]+://.+)", re.DOTALL)


def urls_of_step(step: Step[Any, Any], options: Any) -> tuple[dict[str, list[Path | str]], str | None]:
    """Return the places in the options that name URLs to read, with all their values, and the URL that is written.

    Raises:
        ConfigError: a volume.
    """
    every = dict(_values(options))
    for value in every.values():
        for one in (one for one in _many(value) if isinstance(one, str | Path) and is_volume(one)):
            raise ConfigError(f"{one}: a path on a Modal volume: add --launcher modal, or use a local path or a URL")
    if not step.reads and step.writes is None:
        return {}, None  # it sees to URLs by itself
    reads = {place: _many(every[place]) for place in step.reads if place in every}
    out = every.get(step.writes or "")
    return (
        {place: values for place, values in reads.items() if any(url_in(one) for one in values)},
        url_of(out) if isinstance(out, str | Path) and is_remote(out) else None,
    )


def check_urls(step: Step[Any, Any], options: Any) -> None:
    """Refuse URLs where none can be, before anything starts.

    Raises:
        ConfigError: a URL at a place that is not fetched, of a model or a task, or of a file that names others.
    """
    if not step.reads and step.writes is None:
        return
    for place, value in _values(options):
        if place not in (*step.reads, step.writes):
            for one in _many(value):
                if isinstance(one, Path) and is_remote(one):
                    raise ConfigError(
                        f"{url_of(one)}: {step.name} takes a local path as its {place.replace('_', ' ')}: copy it here"
                    )
    for place in step.names:
        if (value := value_at(options, place)) is not None and is_remote(value):
            what = place.rpartition(".")[2]
            raise ConfigError(
                f"--{what} {url_of(value)}: a {what} is not fetched: copy it to a local path, on a cluster one that "
                "all nodes share"
            )
    for place in step.lists:
        for one in _many(value_at(options, place)):
            found = url_in(one)
            if found is not None and "=" not in found[0]:
                raise ConfigError(
                    f"{found[1]} names other files, which are not fetched with it: copy it and them to a local folder, "
                    "on a cluster one that all nodes share"
                )


def _values(options: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    """Give what the options hold, by dotted name."""
    for one in fields(options):
        value = getattr(options, one.name)
        yield f"{before}{one.name}", value
        if is_dataclass(value):
            yield from _values(value, f"{before}{one.name}.")


def _many(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        return list(value.values())
    return list(value) if isinstance(value, list | tuple) else [value]


def url_in(value: Any) -> tuple[str, str] | None:
    """Return what stands before the URL in a value, and the URL; None: there is none."""
    if isinstance(value, Path):
        return ("", url_of(value)) if is_remote(value) else None
    found = _TYPED.fullmatch(value) if isinstance(value, str) else None
    return (found["before"], url_of(found["url"])) if found else None
