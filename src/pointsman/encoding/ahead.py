"""Work in threads, results in order, and few of them ahead of who takes them: for what is large once it is made."""

from __future__ import annotations

import itertools
import os
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

_A = TypeVar("_A")
_B = TypeVar("_B")


def cores() -> int:
    """Return the processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_order(make: Callable[[_A], _B], items: Iterable[_A], workers: int) -> Generator[_B, None, None]:
    """Yield what is made of each item, in order; the first error ends it.

    Args:
        make: safe to call from several threads where there are several workers.
        items: any number.
        workers: threads; 1: none, each item is made when it is asked for. At most twice as many results wait.
    """
    if workers == 1:
        yield from map(make, items)
        return
    waiting: deque[Future[_B]] = deque()
    left = iter(items)
    with ThreadPoolExecutor(workers) as pool:
        try:
            waiting.extend(pool.submit(make, item) for item in itertools.islice(left, 2 * workers))
            while waiting:
                result = waiting.popleft().result()
                waiting.extend(pool.submit(make, item) for item in itertools.islice(left, 1))
                yield result
        finally:
            for future in waiting:
                future.cancel()
