"""The queue before a stack: so many requests are answered side by side, so many wait in order, the rest is sent away.

Takes requests on the event loop, asks a `Stacked` in threads of its own. Knows no HTTP. What nobody waits for any more
(client gone, deadline passed) is not begun; what has begun is finished, for nothing can stop a model that writes.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from pointsman.inference.stacked import Routed, Stacked, StackRequest
from pointsman.serving.errors import overloaded

R = TypeVar("R")

_LONGEST_RETRY = 30
_CLOSE_SECONDS = 5.0


@dataclass(frozen=True)
class Asked:
    """What came of one request.

    Attributes:
        routed: the stack's answer.
        queued: seconds that it waited for its turn.
    """

    routed: Routed
    queued: float


class StackQueue:
    """Asks a stack; to be used on one event loop.

    Args:
        stack: what answers.
        workers: requests that it answers side by side.
        waiting: that may wait beside them.
    """

    def __init__(self, stack: Stacked, *, workers: int, waiting: int) -> None:
        self.stack = stack
        self._room, self._most = workers + waiting, waiting
        self._threads = _Threads(workers)
        self._turns = asyncio.Semaphore(workers)
        self._places = 0  # requests that are being read, wait, or are waited for
        self._answers: set[asyncio.Future[Routed]] = set()  # of what is being answered
        self._left: set[asyncio.Future[Routed]] = set()  # of these: nobody waits for them any more
        self._waiting = 0
        self._last = 0.0  # seconds that the last answer took
        self._stopping = False

    @property
    def waiting(self) -> int:
        """How many requests wait for their turn."""
        return self._waiting

    @property
    def running(self) -> int:
        """How many requests the stack is answering, whether or not somebody waits for it."""
        return len(self._answers)

    def admit(self) -> None:
        """See that there is room for one more.

        Raises:
            ApiError: 503: there is none, or it is being stopped.
        """
        if self._stopping:
            raise overloaded("the server is being stopped: ask another one")
        if self._places + len(self._left) >= self._room:
            retry = max(1, min(_LONGEST_RETRY, math.ceil(self._last)))
            raise overloaded(f"{self._most} requests to the stack wait already: come back", retry_after=retry)

    @contextlib.contextmanager
    def place(self) -> Iterator[None]:
        """Take one of the places, in which a request may be read and asked.

        Raises:
            ApiError: see `admit`.
        """
        self.admit()
        self._places += 1
        try:
            yield
        finally:
            self._places -= 1

    async def ask(self, request: StackRequest, deadline: float = math.inf) -> Asked:
        """Return the stack's answer, in a place.

        Args:
            request: checked.
            deadline: of the event loop's clock, after which nobody waits.

        Raises:
            ApiError: 503: not answered before the deadline, or it is being stopped.
            PointsmanError: what the stack raises.
        """
        arrived = time.perf_counter()
        try:
            async with asyncio.timeout_at(None if deadline == math.inf else deadline) as limit:
                self._waiting += 1
                try:
                    await self._turns.acquire()
                finally:
                    self._waiting -= 1
                queued = time.perf_counter() - arrived
                return Asked(await self._answered(request), queued)
        except TimeoutError:
            if not limit.expired():
                raise
            raise overloaded(
                "not answered before the deadline of the request: come back, or give it more time"
            ) from None

    async def close(self, seconds: float) -> bool:
        """Take nothing in any more, finish what somebody waits for, and close the stack.

        Returns:
            Whether everything that had begun came to its end in time.
        """
        self._stopping = True
        await _until(lambda: not self._waiting and self._answers <= self._left, seconds)
        done = await _until(lambda: not self._waiting and not self._answers, min(seconds, _CLOSE_SECONDS))
        self._threads.close()
        closing = _Threads(1)
        await asyncio.wait([closing.run(self.stack.close)], timeout=_CLOSE_SECONDS)
        closing.close()
        return done

    async def _answered(self, request: StackRequest) -> Routed:
        """Have a thread answer a request; its turn ends with the answer, even if nobody waits for that."""
        started = time.perf_counter()
        answer = self._threads.run(lambda: self.stack.route(request))
        self._answers.add(answer)

        def over(_: asyncio.Future[Routed]) -> None:
            self._answers.discard(answer)
            self._left.discard(answer)
            self._last = time.perf_counter() - started
            self._turns.release()
            answer.exception()  # nobody may be left to be told

        answer.add_done_callback(over)
        try:
            await asyncio.wait([answer])
        except asyncio.CancelledError:
            if not answer.done():
                self._left.add(answer)
            raise
        return answer.result()


async def _until(true: Callable[[], bool], seconds: float) -> bool:
    end = asyncio.get_running_loop().time() + seconds
    while not true() and asyncio.get_running_loop().time() < end:
        await asyncio.sleep(0.005)
    return true()


_Job = tuple[Callable[[], Any], asyncio.AbstractEventLoop, "asyncio.Future[Any]"]


class _Threads:
    """Threads that work for an event loop; unlike those of an executor, they do not hold up the end of the process.

    Args:
        number: of them.
    """

    def __init__(self, number: int) -> None:
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._number = number
        for n in range(number):
            threading.Thread(target=self._work, name=f"pointsman-stack-{n}", daemon=True).start()

    def run(self, job: Callable[[], R]) -> asyncio.Future[R]:
        """Have a job done; returns what will be its result."""
        loop = asyncio.get_running_loop()
        result: asyncio.Future[R] = loop.create_future()
        self._jobs.put((job, loop, result))
        return result

    def close(self) -> None:
        """End the threads, each after the job that it is at."""
        for _ in range(self._number):
            self._jobs.put(None)

    def _work(self) -> None:
        while (given := self._jobs.get()) is not None:
            job, loop, result = given
            try:
                tell, value = result.set_result, job()
            except StopIteration as error:  # which no future takes
                tell, value = result.set_exception, RuntimeError(f"StopIteration: {error}")
            except Exception as error:
                tell, value = result.set_exception, error
            with contextlib.suppress(RuntimeError):  # the loop is closed: the server has ended
                loop.call_soon_threadsafe(_tell, result, tell, value)
            del given, job, result, tell, value  # no request is kept while it waits


def _tell(result: asyncio.Future[Any], tell: Callable[[Any], None], value: Any) -> None:
    if not result.done():
        tell(value)
