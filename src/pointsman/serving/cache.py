"""Recent decisions, found again by the digest of their text: bounded, and without the text itself."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from pointsman.tasks import Decision, Entity


class Cache:
    """The decisions of one set of models; least recently used leave first. For one thread.

    Args:
        size: texts that it holds at most; 0: none.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._rows: OrderedDict[bytes, dict[str, Decision]] = OrderedDict()

    def get(self, text: str, tasks: Sequence[str]) -> dict[str, Decision] | None:
        """Return a text's decisions for these tasks, or None where one is not known."""
        if not self._size or (row := self._rows.get(key := _digest(text))) is None:
            return None
        if any(name not in row for name in tasks):
            return None
        self._rows.move_to_end(key)
        return {name: _with_text(row[name], text) for name in tasks}

    def put(self, text: str, decisions: Mapping[str, Decision]) -> None:
        """Keep a text's decisions."""
        if not self._size:
            return
        key = _digest(text)
        self._rows.setdefault(key, {}).update({name: _without_text(one) for name, one in decisions.items()})
        self._rows.move_to_end(key)
        while len(self._rows) > self._size:
            self._rows.popitem(last=False)

    def __len__(self) -> int:
        return len(self._rows)


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _without_text(decision: Decision) -> Decision:
    return _entities(decision, lambda entity: replace(entity, text=""))


def _with_text(decision: Decision, text: str) -> Decision:
    return _entities(decision, lambda entity: replace(entity, text=text[entity.start : entity.end]))


def _entities(decision: Decision, change: Callable[[Entity], Entity]) -> Decision:
    if not decision.spans and not decision.candidates:
        return decision
    return replace(
        decision,
        spans=None if decision.spans is None else tuple(map(change, decision.spans)),
        candidates=None if decision.candidates is None else tuple(map(change, decision.candidates)),
    )
