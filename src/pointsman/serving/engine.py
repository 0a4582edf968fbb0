"""Micro-batching: texts that wait are decided together, and nobody waits for more than a share of others' texts.

Takes texts from the event loop, asks a `Panel` in threads of its own, gives decisions back. Knows no HTTP.

- One queue, in the order of virtual starts (start-time fair queueing, Goyal et al. 1996, section 2): a request's n-th
  text starts n places after its first, so a single text passes the rest of a long batch.
- A batch is the first text that waits and others of like length, up to a number of rows and of characters. Nothing is
  waited for when nothing else was asked for just now; else `delay` at most.
- What nobody waits for any more (client gone, deadline passed) is dropped when its turn comes, not computed.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import logging
import math
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from pointsman.inference.panel import Panel
from pointsman.serving.cache import Cache
from pointsman.serving.errors import overloaded
from pointsman.tasks import Decision

Row = Mapping[str, Decision]
"""One text's decisions by task."""


@dataclass(frozen=True)
class EngineOptions:
    """How much is done at once.

    Attributes:
        workers: batches computed side by side.
        max_batch: texts in a batch.
        delay: seconds that a batch may wait for more texts, while others are asked for.
        max_queue: texts that may wait.
        cache: texts whose decisions are kept; 0: none.
    """

    workers: int = 1
    max_batch: int = 32
    delay: float = 0.002
    max_queue: int = 512
    cache: int = 1024


@dataclass(frozen=True)
class Batch:
    """A batch that was computed, told to who watches.

    Attributes:
        texts: that were decided.
        decisions: of each text, by task.
        waits: seconds that each text waited for its turn.
        seconds: the computation took.
    """

    texts: tuple[str, ...]
    decisions: tuple[Row, ...]
    waits: tuple[float, ...]
    seconds: float


@dataclass(frozen=True)
class Answered:
    """What one request gets.

    Attributes:
        rows: of each text its decisions, by task, in the order asked for.
        queued: seconds that its last text waited for its turn.
        computed: seconds that the slowest of its batches took.
        cached: how many of its texts were known.
    """

    rows: tuple[Row, ...]
    queued: float
    computed: float
    cached: int


@dataclass(eq=False, slots=True)
class _Item:
    live: _Live
    text: str
    tasks: tuple[str, ...]
    deadline: float
    arrived: float
    answer: asyncio.Future[tuple[Row, float, float]]


@dataclass(eq=False)
class _Live:
    """One set of models and what is known of its answers; replaced as a whole."""

    panel: Panel
    cache: Cache
    open: int = 0  # texts of it that are not answered yet


Watcher = Callable[[Batch], None]


class Engine:
    """Decides texts in batches; to be used on one event loop.

    Args:
        panel: what answers.
        options: how much is done at once.
        watchers: told of every batch, on the event loop: they return at once.
    """

    def __init__(self, panel: Panel, options: EngineOptions | None = None, watchers: Sequence[Watcher] = ()) -> None:
        self.options = options or EngineOptions()
        self.watchers = list(watchers)
        self._live = _Live(panel, Cache(self.options.cache))
        self._queue: list[tuple[float, int, _Item]] = []
        self._numbers = itertools.count()
        self._now = 0.0  # virtual time: the start of what was taken last
        self._filled = asyncio.Event()
        self._full = asyncio.Event()
        self._busy = 0
        self._stopping = False
        self._pool = ThreadPoolExecutor(self.options.workers, thread_name_prefix="pointsman-engine")
        self._workers: list[asyncio.Task[None]] = []

    @property
    def panel(self) -> Panel:
        """What answers now."""
        return self._live.panel

    @property
    def waiting(self) -> int:
        """How many texts wait for their turn."""
        return len(self._queue)

    @property
    def busy(self) -> int:
        """How many batches are being computed."""
        return self._busy

    def start(self) -> None:
        """Begin to work; on the event loop."""
        self._workers = [asyncio.create_task(self._work()) for _ in range(self.options.workers)]

    async def decide(self, texts: Sequence[str], tasks: Sequence[str], *, deadline: float = math.inf) -> Answered:
        """Decide texts for tasks; every label's probability is among the answers.

        Args:
            texts: not blank, without lone surrogates.
            tasks: that are loaded.
            deadline: of the event loop's clock, after which nobody waits.

        Raises:
            ApiError: 503: too many texts wait already, it is being stopped, or the deadline has passed.
        """
        loop, live = asyncio.get_running_loop(), self._live
        wanted = tuple(tasks)
        known = {n: row for n, text in enumerate(texts) if (row := live.cache.get(text, wanted)) is not None}
        rest = [n for n in range(len(texts)) if n not in known]
        if not rest:
            return Answered(tuple(known[n] for n in range(len(texts))), 0.0, 0.0, len(known))
        if self._stopping:
            raise overloaded("the server is being stopped: ask another one")
        if len(self._queue) + len(rest) > self.options.max_queue:
            self._drop_dead()
        if len(self._queue) + len(rest) > self.options.max_queue:
            raise overloaded(
                f"{len(self._queue)} texts wait already and {self.options.max_queue} may: come back, or send fewer"
            )
        now = time.perf_counter()  # finer than the loop's clock, which deadlines are of
        items = [_Item(live, texts[n], wanted, deadline, now, loop.create_future()) for n in rest]
        live.open += len(items)
        for place, item in enumerate(items):
            heapq.heappush(self._queue, (self._now + place, next(self._numbers), item))
        self._filled.set()
        if len(self._queue) >= self.options.max_batch:
            self._full.set()
        try:
            async with asyncio.timeout_at(None if deadline == math.inf else deadline):
                found = await asyncio.gather(*(item.answer for item in items))
        except TimeoutError:
            raise overloaded(
                "not decided before the deadline of the request: come back, or give it more time"
            ) from None
        finally:
            live.open -= len(items)
            for item in items:
                item.answer.cancel()
        rows = known | {n: row for n, (row, _, _) in zip(rest, found, strict=True)}
        waits, seconds = max(wait for _, wait, _ in found), max(spent for _, _, spent in found)
        return Answered(tuple(rows[n] for n in range(len(texts))), waits, seconds, len(known))

    async def swap(self, panel: Panel) -> None:
        """Answer from another panel from the next request on; returns when the one before has answered all of its own.

        Takes effect before anything else runs: callers may replace what they know of the panel in the same breath.
        """
        before, self._live = self._live, _Live(panel, Cache(self.options.cache))
        while before.open:
            await asyncio.sleep(0.01)

    async def close(self, seconds: float) -> bool:
        """Take nothing in any more, finish what waits, and stop; returns whether it finished in time."""
        self._stopping = True
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while (self._queue or self._busy) and loop.time() < end:
            await asyncio.sleep(0.005)
        done = not self._queue and not self._busy
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)
        for _, _, item in self._queue:
            _tell(item, overloaded("the server is being stopped: ask another one"))
        self._queue.clear()
        self._pool.shutdown(wait=done, cancel_futures=True)
        return done

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        company, ended = False, -math.inf  # did others wait beside the last batch, and when was it done?
        while True:
            await self._filled.wait()
            company = company and loop.time() - ended < _JUST_NOW
            if company and self.options.delay and len(self._queue) < self.options.max_batch:
                self._full.clear()
                try:
                    async with asyncio.timeout(self.options.delay):
                        await self._full.wait()
                except TimeoutError:
                    pass
            items = self._take(loop.time())
            if not items:
                company = False
                continue
            company = len(items) > 1 or bool(self._queue)
            live, started = items[0].live, time.perf_counter()
            self._busy += 1
            try:
                answers = await loop.run_in_executor(self._pool, _compute, live.panel, items)
            except asyncio.CancelledError:  # no time was left to finish it
                for item in items:
                    _tell(item, overloaded("the server is being stopped: ask another one"))
                raise
            finally:
                self._busy -= 1
            ended, seconds = loop.time(), time.perf_counter() - started
            self._give(live, items, answers, started, seconds)
            del live, items, answers  # or models that were replaced stay until the next batch

    def _take(self, now: float) -> list[_Item]:
        """Take the first that waits, and others of like length; drop what nobody waits for."""
        taken: list[_Item] = []
        passed: list[tuple[float, int, _Item]] = []
        shortest = longest = 0
        while self._queue and len(taken) < self.options.max_batch and len(passed) < _LOOK_AHEAD:
            entry = heapq.heappop(self._queue)
            start, _, item = entry
            if item.answer.done():
                continue
            if item.deadline <= now:
                _tell(item, overloaded("not decided before the deadline of the request: come back"))
                continue
            size = len(item.text) + _SHORT
            if not taken:
                # One place on for each batch: newcomers pass what is left of a long request, but not for ever.
                self._now = max(self._now, start) + 1
                shortest = longest = size
            low, high = min(shortest, size), max(longest, size)
            if taken and (
                item.live is not taken[0].live or high > _LIKE * low or high * (len(taken) + 1) > _MOST_CHARACTERS
            ):
                passed.append(entry)
                continue
            shortest, longest = low, high
            taken.append(item)
        for entry in passed:
            heapq.heappush(self._queue, entry)
        if not self._queue:
            self._filled.clear()
        return taken

    def _give(
        self, live: _Live, items: Sequence[_Item], answers: Sequence[Row | Exception], started: float, seconds: float
    ) -> None:
        texts, rows, waits = [], [], []
        for item, answer in zip(items, answers, strict=True):
            wait = started - item.arrived
            if isinstance(answer, Exception):
                _tell(item, answer)
                continue
            live.cache.put(item.text, answer)
            texts.append(item.text)
            rows.append(answer)
            waits.append(wait)
            if not item.answer.done():
                item.answer.set_result((answer, wait, seconds))
        if not texts:
            return
        batch = Batch(tuple(texts), tuple(rows), tuple(waits), seconds)
        for watcher in self.watchers:
            try:
                watcher(batch)
            except Exception:  # who watches does not stop who works
                logging.getLogger("pointsman.serving").exception("a watcher of the engine failed")

    def _drop_dead(self) -> None:
        """Forget texts that nobody waits for, before somebody is sent away because of them."""
        self._queue = [entry for entry in self._queue if not entry[2].answer.done()]
        heapq.heapify(self._queue)


# Characters that a text counts for beside its own (special tokens, fixed costs), how much longer the longest text of a
# batch may be than its shortest, and the characters of a padded batch.
_SHORT, _LIKE, _MOST_CHARACTERS = 64, 2.0, 32_768
_LOOK_AHEAD = 128
_JUST_NOW = 0.05  # seconds in which those who were answered may come again


def _compute(panel: Panel, items: Sequence[_Item]) -> list[Row | Exception]:
    """Decide a batch; where it fails, each text alone, so that one cannot spoil the others' answers."""
    try:
        return list(_rows(panel, items))
    except Exception as error:
        if len(items) == 1:
            return [error]
        return [answer for item in items for answer in _compute(panel, [item])]


def _rows(panel: Panel, items: Sequence[_Item]) -> list[Row]:
    wanted = {name for item in items for name in item.tasks}
    order = [name for name in panel.tasks if name in wanted]
    found = panel.predict_all([item.text for item in items], tasks=order, probabilities=True)
    return [{name: found[name][n] for name in item.tasks} for n, item in enumerate(items)]


def _tell(item: _Item, error: Exception) -> None:
    if not item.answer.done():
        item.answer.set_exception(error)
