"""The runtime `http:URL`: any server that answers batches as the classification API does (`/api/v1/classify/batch`).

Asked at most the golden rows, 32 texts a request. Such a server tells a category and a confidence, at best every
label's probability, the winner and "not sure" (ours does): no token ids, no logits, no positions.
"""

from __future__ import annotations

import http.client
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from pointsman.errors import ConfigError
from pointsman.inference.entities import names
from pointsman.inference.logits import Floats32
from pointsman.parity import aspects
from pointsman.parity.result import short
from pointsman.parity.runtimes import Floats, Layout, Reading, Said, chunks
from pointsman.tasks import Task

PATH = "/api/v1/classify/batch"
BATCH = 32
_MOST_BYTES = 64_000_000

# What that API calls a task whose name here is another.
_TASK_TYPES = {"domain": "intent", "intent": "tool", "jailbreak": "security"}


class HttpRuntime:
    """A server that answers for one task; see `Runtime`.

    Args:
        url: its address, with or without the path.
        task: labels in index order.
        temperature: of the router here.
        timeout: seconds that one request may take.

    Raises:
        ConfigError: not an http(s) address.
    """

    def __init__(self, url: str, task: Task, temperature: float, *, timeout: float = 60.0) -> None:
        self.precision, self.task, self.temperature = "fp32", task, temperature
        self.name = address(url)
        self.notes: dict[str, str] = {}
        self._address = self.name + PATH
        self._timeout = timeout
        self._type = _TASK_TYPES.get(task.name, task.name)
        nothing = "a server tells no token ids"
        self.unable: Mapping[str, str] = {
            aspects.TOKENISATION: nothing,
            aspects.TRUNCATION: nothing,
            aspects.OFFSETS: "a batch answer tells no positions",
            aspects.RIGHT: "a server pads as it likes",
            aspects.LEFT: "a server pads as it likes",
            aspects.LOGITS: "a server tells no logits",
            aspects.SPANS: "a batch answer tells no positions",
        }
        # Its name for each answer -> ours.
        self._names = {label: label for label in (task.labels if task.kind == "sequence" else task.entities)}
        if task.kind == "token":
            self._names |= {name: name for name in names(task)}
        elif self._type == "security" and task.positive is not None and len(task.labels) == 2:
            (harmless,) = (label for label in task.labels if label != task.positive)
            self._names["safe"] = harmless

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """A server tells nothing of what it reads."""
        raise NotImplementedError

    def logits(self, texts: Sequence[str], layout: Layout | None = None) -> list[Floats32 | None]:
        """A server tells no logits."""
        raise NotImplementedError

    def probabilities(self, texts: Sequence[str], layout: Layout) -> list[Floats | None]:
        """Return every label's probability, or the winner's alone: [1, labels] or [1, 1]."""
        out: list[Floats | None] = []
        for said in self._answers(texts, layout.batch):
            told = list(said.probabilities.values()) if said.probabilities is not None else [said.probability]
            out.append(np.array([told], np.float64))
        return out

    def decide(self, texts: Sequence[str]) -> list[Said | None]:
        """See `Runtime`."""
        return list(self._answers(texts, BATCH))

    def close(self) -> None:
        """See `Runtime`."""

    def _answers(self, texts: Sequence[str], size: int) -> list[Said]:
        """Ask for all texts, then look at the labels of all answers together."""
        rows: list[dict[str, Any]] = []
        for batch in chunks(len(texts), size):
            rows += self._ask([texts[i] for i in batch])
        self._check_labels(rows)
        out = []
        for row in rows:
            given = row.get("probabilities")
            every = None
            if given and self.task.kind == "sequence":
                mine = {self._names[name]: float(p) for name, p in given.items()}
                every = {label: mine[label] for label in self.task.labels}
            category, unsure = self._names[row["category"]], row.get("abstained")
            # Beside the category, which may be what follows from "not sure", some servers tell the winner.
            label = self._names.get(str(row.get("label")), category)
            p = float(row["confidence"]) if label == category else None
            out.append(
                Said(
                    label,
                    p if every is None else every[label],
                    every,
                    unsure if unsure in (True, False) else None,
                    None,
                )
            )
        return out

    def _check_labels(self, rows: Sequence[Mapping[str, Any]]) -> None:
        categories = {str(row["category"]) for row in rows}
        told = set().union(*(row.get("probabilities") or {} for row in rows)) if self.task.kind == "sequence" else set()
        unknown = sorted((categories | told) - self._names.keys())
        covered = {self._names[name] for name in told & self._names.keys()}
        missing = sorted(set(self.task.labels) - covered) if told else []
        if unknown or missing:
            raise ConfigError(
                f"--runtime {self.name}: the server answers another label set for task_type '{self._type}' "
                f"(only there: {', '.join(unknown) or 'none'}; only in '{self.task.name}' here: "
                f"{', '.join(missing) or 'none'})"
            )

    def _ask(self, texts: Sequence[str]) -> list[dict[str, Any]]:
        body = {"texts": list(texts), "task_type": self._type, "options": {"return_probabilities": True}}
        raw = self._post(json.dumps(body).encode())
        try:
            rows: list[dict[str, Any]] = json.loads(raw)["results"]
            for row in rows:
                if not isinstance(row["category"], str) or not 0 <= float(row["confidence"]) <= 1.0001:
                    raise TypeError
                if not all(isinstance(p, int | float) for p in (row.get("probabilities") or {}).values()):
                    raise TypeError
        except (ValueError, TypeError, KeyError, AttributeError):
            raise ConfigError(
                f"--runtime {self.name}: the answer to POST {PATH} is not of the batch shape "
                "{results: [{category, confidence, …}], …}: is this a classification API?"
            ) from None
        if len(rows) != len(texts):
            raise ConfigError(f"--runtime {self.name}: {len(texts)} texts were sent, {len(rows)} results came back")
        return rows

    def _post(self, data: bytes) -> bytes:
        headers = {"Content-Type": "application/json", "Accept": "application/json", "User-Agent": "pointsman"}
        request = urllib.request.Request(self._address, data=data, headers=headers, method="POST")
        where = f"--runtime {self.name}"
        try:
            with _OPENER.open(request, timeout=self._timeout) as response:
                raw: bytes = response.read(_MOST_BYTES + 1)
        except urllib.error.HTTPError as error:
            with error:
                raise ConfigError(f"{where}: POST {PATH} answers {error.code}{_said(error)}") from None
        except TimeoutError:
            raise ConfigError(f"{where}: no answer within {self._timeout:g} s (--timeout)") from None
        except (OSError, http.client.HTTPException) as error:  # URLError is an OSError
            reason = error.reason if isinstance(error, urllib.error.URLError) else error
            if isinstance(reason, TimeoutError):
                raise ConfigError(f"{where}: no connection within {self._timeout:g} s (--timeout)") from None
            told = " ".join(str(reason).split()) or type(reason).__name__
            raise ConfigError(f"{where} cannot be reached ({told}): is the server up, the address right?") from None
        if len(raw) > _MOST_BYTES:
            raise ConfigError(f"{where}: the answer is larger than {_MOST_BYTES:,} bytes")
        return raw


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Follow no redirect: it would turn POST into GET."""


_OPENER = urllib.request.build_opener(_NoRedirect)


def address(url: str) -> str:
    """Return a server's address, without the path that is asked.

    Args:
        url: as typed: `http:` before an address, or an address with its scheme alone.

    Raises:
        ConfigError: not an http(s) address.
    """
    told = re.sub(r"^http:(?=https?://)", "", url)
    whole = told if re.match(r"https?://", told) else f"http://{told.removeprefix('http:').removeprefix('//')}"
    try:
        parts = urllib.parse.urlsplit(whole)
        named = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        named = False
    if not named or parts.query or parts.fragment or "@" in parts.netloc or re.search(r"\s", whole):
        raise ConfigError(f"--runtime {url!r}: use an address such as http://localhost:8080")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/').removesuffix(PATH)}"


def _said(error: urllib.error.HTTPError) -> str:
    """Return ": code: message" of an error body, or the start of whatever came."""
    try:
        text = error.read(65_536).decode(errors="replace")
    except (OSError, http.client.HTTPException):
        return ""
    try:
        body = json.loads(text)["error"]
        text = f"{body['code']}: {body['message']}"
    except (ValueError, TypeError, KeyError):
        text = re.sub(r"<[^>]*>", " ", text)
    line = short(text, 300)
    return f": {line}" if line else ""
