"""The queue alone, on an event loop of the test's own."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from pointsman.inference.stacked import Routed, StackRequest
from pointsman.serving.errors import ApiError
from pointsman.serving.stack_queue import Asked, StackQueue
from tests.serving.stacks import Stack


def asked(queue: StackQueue, text: str, deadline: float | None = None) -> asyncio.Task[Asked]:
    async def ask() -> Asked:
        with queue.place():
            if deadline is None:
                return await queue.ask(StackRequest(text))
            return await queue.ask(StackRequest(text), asyncio.get_running_loop().time() + deadline)

    return asyncio.ensure_future(ask())


async def entered(stack: Stack) -> None:
    await asyncio.to_thread(stack.entered)


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(asyncio.wait_for(test(), 20))


def test_they_are_answered_in_order_and_so_many_at_once() -> None:
    async def test() -> None:
        stack = Stack()
        stack.hold()
        queue = StackQueue(stack, workers=2, waiting=3)
        tasks = [asked(queue, f"rooms {n}") for n in range(5)]
        await entered(stack)
        await entered(stack)
        assert (queue.running, queue.waiting) == (2, 3)
        with pytest.raises(ApiError, match="wait already"):
            await asked(queue, "one more")
        stack.release(5)
        await asyncio.gather(*tasks)
        assert [one.text for one in stack.asked] == [f"rooms {n}" for n in range(5)]
        assert (queue.running, queue.waiting) == (0, 0)
        assert tasks[4].result().queued > 0
        assert await queue.close(5)
        assert stack.closed.is_set()

    run(test)


def test_after_the_end_nobody_is_let_in() -> None:
    async def test() -> None:
        queue = StackQueue(Stack(), workers=1, waiting=1)
        assert await queue.close(1)
        with pytest.raises(ApiError, match="being stopped"):
            await asked(queue, "rooms")

    run(test)


def test_those_whose_deadline_passes_are_sent_away_at_once_and_never_begun() -> None:
    async def test() -> None:
        stack = Stack()
        stack.hold()
        queue = StackQueue(stack, workers=1, waiting=4)
        first = asked(queue, "rooms 0", deadline=0.05)
        await entered(stack)
        rest = [asked(queue, f"rooms {n}", deadline=0.05) for n in (1, 2)]
        for task in (first, *rest):
            with pytest.raises(ApiError, match="deadline"):
                await task
        assert (queue.running, queue.waiting) == (1, 0)
        stack.release()
        last = asked(queue, "rooms 3")
        stack.release()
        await last
        assert [one.text for one in stack.asked] == ["rooms 0", "rooms 3"]
        assert await queue.close(5)

    run(test)


def test_an_error_of_time_of_the_stack_is_no_deadline() -> None:
    async def test() -> None:
        class Late(Stack):
            def route(self, request: StackRequest, *, on_text: Callable[[str], None] | None = None) -> Routed:
                raise TimeoutError("mine")

        queue = StackQueue(Late(), workers=1, waiting=1)
        with pytest.raises(TimeoutError, match="mine"):
            await asked(queue, "rooms")
        assert await queue.close(5)

    run(test)


def test_how_long_to_stay_away_is_told_by_the_last_answer() -> None:
    async def test() -> None:
        queue = StackQueue(Stack(), workers=1, waiting=1)
        for last, expected in ((0.0, 1), (3.2, 4), (500.0, 30)):
            queue._last, queue._places = last, 2
            with pytest.raises(ApiError) as caught:
                queue.admit()
            assert caught.value.retry_after == expected
        queue._places = 0
        assert await queue.close(5)

    run(test)


def test_no_request_is_kept_after_its_answer() -> None:
    async def test() -> None:
        class Text(str):
            pass

        queue = StackQueue(stack := Stack(), workers=1, waiting=1)
        text = Text("rooms")
        gone = weakref.ref(text)
        await asked(queue, text)
        stack.asked.clear()
        del text
        await asked(queue, "calendar")
        gc.collect()
        assert gone() is None
        assert await queue.close(5)

    run(test)


def test_a_stack_that_does_not_close_does_not_hold_up_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pointsman.serving.stack_queue._CLOSE_SECONDS", 0.05)
    free = threading.Event()

    async def test() -> None:
        class Stuck(Stack):
            def close(self) -> None:
                free.wait(20)

        assert await StackQueue(Stuck(), workers=1, waiting=1).close(5)

    run(test)
    free.set()
