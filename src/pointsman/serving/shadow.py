"""A candidate beside the live models: decides a share of the same texts on one core, and counts where it differs.

A watcher of the engine: told of every batch that was computed (known texts, answered by the cache, are not among
them), it takes texts into a short queue and returns. It never touches an answer, and keeps no text longer than its
turn takes.
"""

from __future__ import annotations

import contextlib
import logging
import os
import random
import threading
import time
import traceback
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from pointsman.serving.engine import Batch, Row
from pointsman.serving.models import Models
from pointsman.tasks import Decision

_NICE = 10
_PAIRS = 20


class ShadowCounts(Protocol):
    """Who is told of what was compared, on the thread of the candidate."""

    def shadowed(self, agreed: dict[str, tuple[int, int]], live: Sequence[float], candidate: Sequence[float]) -> None:
        """Count texts that both decided.

        Args:
            agreed: by task, how many were decided alike and how many otherwise.
            live: seconds that each text took the live models: its share of its batch.
            candidate: seconds that each took the candidate.
        """
        ...


@dataclass(frozen=True, slots=True)
class _Item:
    text: str
    live: Row
    seconds: float


@dataclass
class _Task:
    """What is known of one task.

    Attributes:
        texts: that both decided.
        alike: of these.
        pairs: how often the live models said one thing and the candidate another.
    """

    texts: int = 0
    alike: int = 0
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)


class Shadow:
    """Runs a candidate beside the live models, on a thread of its own, below their priority.

    Args:
        candidate: opened to compute on one thread.
        share: of the texts that it decides as well, 0..1.
        counts: told of every comparison; None: nobody is.
        queue: texts that may wait for it; more are dropped, and counted.
        batch: texts that it decides at once.
    """

    def __init__(
        self,
        candidate: Models,
        share: float,
        counts: ShadowCounts | None = None,
        *,
        queue: int = 256,
        batch: int = 16,
    ) -> None:
        self.candidate = candidate
        self._share, self._counts, self._most, self._batch = share, counts, queue, batch
        self._items: deque[_Item] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self._random = random.Random()
        self._tasks = {name: _Task() for name in candidate.routers}
        self._seconds = {"live": 0.0, "candidate": 0.0}
        self._texts = self._dropped = self._failed = 0
        self._thread = threading.Thread(target=self._run, name="pointsman-shadow", daemon=True)
        self._thread.start()

    def __call__(self, batch: Batch) -> None:
        """Take some of a batch's texts, as many as there is room for."""
        seconds = batch.seconds / max(1, len(batch.texts))
        taken = [
            _Item(text, row, seconds)
            for text, row in zip(batch.texts, batch.decisions, strict=True)
            if self._random.random() < self._share
        ]
        with self._changed:
            room = 0 if self._closed else max(0, self._most - len(self._items))
            self._items.extend(taken[:room])
            self._dropped += max(0, len(taken) - room)
            self._changed.notify()

    @property
    def dropped(self) -> int:
        """How many texts were passed over because too many waited."""
        return self._dropped

    def stats(self) -> dict[str, Any]:
        """Return what was counted so far.

        Returns:
            `digest` of the candidate; `texts` that both decided, `dropped`, `failed` (the candidate raised), `waiting`;
            `tasks`: for each of the candidate's: `texts`, `alike`, and the most frequent `differences` (`live`,
            `candidate`, `texts`; "not sure" stands behind a label that was abstained from); `seconds_per_text` of
            `live` and `candidate`: each text's share of its batch, None before the first.
        """
        with self._changed:
            return {
                "digest": self.candidate.digest,
                "texts": self._texts,
                "dropped": self._dropped,
                "failed": self._failed,
                "waiting": len(self._items),
                "tasks": {
                    name: {
                        "texts": one.texts,
                        "alike": one.alike,
                        "differences": [
                            {"live": live, "candidate": candidate, "texts": n}
                            for (live, candidate), n in one.pairs.most_common(_PAIRS)
                        ],
                    }
                    for name, one in self._tasks.items()
                },
                "seconds_per_text": {
                    who: spent / self._texts if self._texts else None for who, spent in self._seconds.items()
                },
            }

    def close(self, seconds: float = 5.0) -> None:
        """Forget what waits and stop; the batch that is being computed is waited for, so many seconds at most."""
        with self._changed:
            self._closed = True
            self._items.clear()
            self._changed.notify()
        self._thread.join(seconds)

    def _run(self) -> None:
        # The live models' threads go first where cores are few: on Linux a thread has a priority of its own.
        with contextlib.suppress(OSError, AttributeError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
        told = False
        while items := self._take():
            try:
                self._compare(items)
            except Exception as error:  # whatever a candidate does, the live models go on
                with self._changed:
                    self._failed += len(items)
                if not told:
                    told = True
                    last = traceback.extract_tb(error.__traceback__)[-1]  # its words may hold a text: they are not told
                    logging.getLogger("pointsman.serving").error(
                        "the candidate (--shadow) failed: %s at %s:%s; further ones are counted, not told",
                        type(error).__name__,
                        last.filename,
                        last.lineno,
                    )
            del items  # no text is kept while it waits

    def _take(self) -> list[_Item]:
        """Wait for texts; none: it was closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._items or self._closed)
            return [self._items.popleft() for _ in range(min(self._batch, len(self._items)))]

    def _compare(self, items: Sequence[_Item]) -> None:
        panel = self.candidate.panel
        groups: dict[tuple[str, ...], list[_Item]] = {}
        for item in items:
            groups.setdefault(tuple(name for name in item.live if name in panel.tasks), []).append(item)
        groups.pop((), None)  # tasks that the candidate does not have
        for names, group in groups.items():
            started = time.perf_counter()
            found = panel.predict_all([item.text for item in group], tasks=names, probabilities=True)
            seconds = time.perf_counter() - started
            self._count(group, {name: found[name] for name in names}, seconds)

    def _count(self, group: Sequence[_Item], found: dict[str, list[Decision]], seconds: float) -> None:
        agreed: dict[str, tuple[int, int]] = {}
        with self._changed:
            self._texts += len(group)
            self._seconds["live"] += sum(item.seconds for item in group)
            self._seconds["candidate"] += seconds
            for name, decisions in found.items():
                one, before = self._tasks[name], self._tasks[name].alike
                for item, decision in zip(group, decisions, strict=True):
                    live = item.live[name]
                    one.texts += 1
                    if _same(live, decision):
                        one.alike += 1
                    else:
                        one.pairs[_told(live), _told(decision)] += 1
                agreed[name] = (one.alike - before, len(group) - (one.alike - before))
        if self._counts is not None:
            self._counts.shadowed(agreed, [i.seconds for i in group], [seconds / len(group)] * len(group))


def _same(live: Decision, candidate: Decision) -> bool:
    return (live.label, live.abstained, _spans(live)) == (candidate.label, candidate.abstained, _spans(candidate))


def _spans(decision: Decision) -> list[tuple[str, int, int]]:
    return [(span.type, span.start, span.end) for span in decision.spans or ()]


def _told(decision: Decision) -> str:
    return f"{decision.label} (not sure)" if decision.abstained else decision.label
