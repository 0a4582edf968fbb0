"""What can be asked of a server: each question as a value, with how its answer is read.

Pure: makes paths and bodies, cuts many texts into requests, puts their answers together. Sends nothing.
"""

from __future__ import annotations

import json
import re
import urllib.parse
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypedDict, TypeVar

from pointsman.errors import ConfigError, DataError, nearest
from pointsman.serving import client_results as results

R = TypeVar("R")
API = "/api/v1/classify"
CHUNK = 64
# Characters of JSON in one request of a batch: that it is decided within the seconds that a request may take.
_CHUNK_CHARACTERS = 2**18


class Options(TypedDict, total=False):
    """What an answer can be asked to be; an endpoint leaves aside what means nothing to it.

    Attributes:
        return_probabilities: of every label.
        confidence_threshold: in place of the artifact's, 0..1.
        entity_types: that alone are looked for (pii).
        return_positions: of entities, in characters (pii).
        mask_entities: return the text with masks (pii).
        reveal_entity_text: return entities' words (pii).
    """

    return_probabilities: bool
    confidence_threshold: float
    entity_types: Sequence[str]
    return_positions: bool
    mask_entities: bool
    reveal_entity_text: bool


@dataclass(frozen=True)
class Call(Generic[R]):
    """One request.

    Attributes:
        method: of HTTP.
        path: below the server's address.
        read: from the JSON of the answer to what is returned; raises WrongShapeError.
        body: of the request, JSON; None: none.
        query: parameters.
    """

    method: str
    path: str
    read: Callable[[Any], R]
    body: Any = None
    query: Mapping[str, str] = field(default_factory=dict)


def address(url: str) -> str:
    """Return a server's address without a slash at its end.

    Raises:
        ConfigError: not an http(s) address, or one with a password, a query or a fragment.
    """
    try:
        parts = urllib.parse.urlsplit(url.strip())
        named = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        named = False
    if not named or parts.query or parts.fragment or re.search(r"\s", url.strip()):
        raise ConfigError(f"--url {url!r}: use an address such as http://localhost:8080")
    if "@" in parts.netloc:
        raise ConfigError(
            "--url: leave name and password out of the address; a key goes in the variable of --api-key-env"
        )
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/').removesuffix(API)}"


def one(name: str, kind: type[R], text: str, options: Options) -> Call[R]:
    """Ask one endpoint about one text."""
    return Call("POST", _path(name), lambda body: results.read(kind, body), _about(text, options))


def task(name: str, text: str, options: Options) -> Call[results.Answer]:
    """Ask any task about one text."""
    if name in ("combined", "batch"):
        raise ConfigError(f"'{name}' is no task: use the client's method of that name")
    return Call("POST", _path(name), results.read_answer, _about(text, options))


def combined(text: str, options: Options) -> Call[results.CombinedResult]:
    """Ask every task about one text."""
    return Call("POST", _path("combined"), results.read_combined, _about(text, options))


Rows = tuple[tuple[results.BatchRow, ...], float]
RowsOfAll = tuple[tuple[Mapping[str, results.BatchRow], ...], float]


def batch(texts: Iterable[str], task_type: str, chunk: int, options: Options) -> list[Call[Rows]]:
    """Ask one task about many texts, at most `chunk` of them a request."""
    if task_type == "all":
        raise ConfigError("task_type 'all' has answers of another shape: use batch_all")
    return [
        Call("POST", _path("batch"), _counted(results.read_rows, len(part)), _of_many(part, task_type, options))
        for part in _parts(texts, chunk)
    ]


def batch_all(texts: Iterable[str], chunk: int, options: Options) -> list[Call[RowsOfAll]]:
    """Ask every task about many texts, at most `chunk` of them a request."""
    return [
        Call("POST", _path("batch"), _counted(results.read_rows_of_all, len(part)), _of_many(part, "all", options))
        for part in _parts(texts, chunk)
    ]


def joined(parts: Iterable[Rows]) -> results.BatchResult:
    """Return the answers of several requests as one."""
    told = list(parts)
    rows = tuple(row for part, _ in told for row in part)
    return results.BatchResult(
        results=rows,
        total_count=len(rows),
        processing_time_ms=sum(ms for _, ms in told),
        statistics=results.statistics(rows),
    )


def joined_all(parts: Iterable[RowsOfAll]) -> results.BatchAllResult:
    """Return the answers of several requests as one."""
    told = list(parts)
    rows = tuple(row for part, _ in told for row in part)
    by_task: dict[str, list[results.BatchRow]] = {}
    for row in rows:
        for name, one in row.items():
            by_task.setdefault(name, []).append(one)
    return results.BatchAllResult(
        results=rows,
        total_count=len(rows),
        processing_time_ms=sum(ms for _, ms in told),
        statistics={name: results.statistics(found) for name, found in by_task.items()},
    )


def scores(text: str, name: str | None) -> Call[tuple[results.Score, ...]]:
    """Ask for every label's probability, in the shape of other servers of classifiers."""
    query = {} if name is None else {"task": name}
    return Call("POST", "/classify", results.read_scores, {"inputs": _text(text)}, query)


def told(path: str) -> Call[dict[str, Any]]:
    """Ask what a server is; the answer as it comes."""
    return Call("GET", path, _as_it_comes)


RELOAD = Call(
    "POST", "/admin/reload", lambda body: results.read(results.ReloadResult, body), body={}
)  # fmt: skip


def _as_it_comes(body: Any) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise results.WrongShapeError("expected an object")
    return body


def _path(name: str) -> str:
    return f"{API}/{urllib.parse.quote(name, safe='')}"


def _about(text: str, options: Options) -> dict[str, Any]:
    return {"text": _text(text), **_options(options)}


def _of_many(texts: Sequence[str], task_type: str, options: Options) -> dict[str, Any]:
    return {"texts": list(texts), "task_type": task_type, **_options(options)}


def _options(given: Options) -> dict[str, Any]:
    known = Options.__annotations__
    for name in given:
        if name not in known:
            raise TypeError(f"no option '{name}'{nearest(name, known)} (options: {', '.join(known)})")
    kept = {name: list(value) if name == "entity_types" else value for name, value in given.items()}  # type: ignore[call-overload]
    return {"options": kept} if kept else {}


def _text(text: str) -> str:
    if not isinstance(text, str):
        raise DataError(f"a text is a string, this is {type(text).__name__}")
    return text


def _counted(read: Callable[[Any, int], R], sent: int) -> Callable[[Any], R]:
    return lambda body: read(body, sent)


def _parts(texts: Iterable[str], chunk: int) -> list[list[str]]:
    """Cut texts into requests, each within a number of texts and of characters; a longer text goes alone."""
    if isinstance(texts, str):
        raise DataError("a batch is a list of texts, this is one string")
    if chunk < 1:
        raise ConfigError(f"chunk {chunk}: use at least 1")
    parts: list[list[str]] = []
    size = 0
    for number, text in enumerate(texts):
        if not isinstance(text, str) or not text.strip():
            what = "is blank" if isinstance(text, str) else f"is no string but {type(text).__name__}"
            raise DataError(f"text {number} (from 0) {what}")
        more = len(json.dumps(text))
        if not parts or len(parts[-1]) == chunk or size + more > _CHUNK_CHARACTERS:
            parts.append([])
            size = 0
        parts[-1].append(text)
        size += more
    return parts
