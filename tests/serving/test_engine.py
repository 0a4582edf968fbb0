from __future__ import annotations

import asyncio
import contextlib
import gc
import math
import weakref
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pointsman.serving.engine import Answered, Batch, Engine, EngineOptions
from pointsman.serving.errors import ApiError
from tests.serving.panels import WAIT, Recorder, decision

KIND = ("kind",)


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a test on an event loop of its own; give it up after a while."""

    async def limited() -> None:
        await asyncio.wait_for(test(), WAIT)

    asyncio.run(limited())


@contextlib.asynccontextmanager
async def working(panel: Recorder, **options: Any) -> AsyncIterator[Engine]:
    engine = Engine(panel, EngineOptions(**{"delay": 0.0, **options}))
    engine.start()
    try:
        yield engine
    finally:
        panel.free()
        await engine.close(WAIT)


async def entered(panel: Recorder) -> None:
    await asyncio.to_thread(panel.entered)


async def asked(engine: Engine, *texts: str, **options: Any) -> asyncio.Task[Answered]:
    """Ask, and come back when the texts wait for their turn."""
    task = asyncio.create_task(engine.decide(texts, KIND, **options))
    await asyncio.sleep(0)
    return task


async def plugged(panel: Recorder, engine: Engine) -> asyncio.Task[Answered]:
    """Hold the panel up with a text of its own."""
    panel.hold()
    task = await asked(engine, "plug")
    await entered(panel)
    return task


def test_one_text_is_decided_alone_and_at_once() -> None:
    async def test() -> None:
        panel = Recorder()
        async with working(panel, delay=WAIT * 2) as engine:  # nothing to wait for when idle
            answered = await engine.decide(["a text"], KIND)
            assert answered.rows == ({"kind": decision("a text")},)
            assert answered.cached == 0
            assert answered.queued >= 0
            assert answered.computed > 0
            await engine.decide(["another"], KIND)  # nor after one that was alone
            assert panel.batches == [["a text"], ["another"]]
            assert (engine.waiting, engine.busy) == (0, 0)

    run(test)


def test_probabilities_and_tasks_are_asked_for() -> None:
    async def test() -> None:
        given: list[bool] = []

        class Asked(Recorder):
            def predict_all(self, texts: Any, *, tasks: Any = None, probabilities: bool = False) -> Any:
                given.append(probabilities)
                return super().predict_all(texts, tasks=tasks)

        panel = Asked(("kind", "tone", "more"))
        async with working(panel) as engine:
            answered = await engine.decide(["a text"], ("tone", "kind"))
            assert answered.rows == ({"kind": decision("a text"), "tone": decision("a text", "tone")},)
            assert panel.asked == [("kind", "tone")]
            assert given == [True]

    run(test)


def test_texts_that_wait_are_decided_together_and_each_gets_its_own() -> None:
    async def test() -> None:
        panel = Recorder(("kind", "tone"))
        async with working(panel) as engine:
            await plugged(panel, engine)
            one = await asked(engine, "b", "a long text", "c")
            other = asyncio.create_task(engine.decide(["d"], ("tone",)))
            await asyncio.sleep(0)
            panel.free()
            rows = (await one).rows
            assert [row["kind"].label for row in rows] == ["short", "long", "short"]
            assert all(row.keys() == {"kind"} for row in rows)
            assert (await other).rows == ({"tone": decision("d", "tone")},)
            assert [sorted(batch) for batch in panel.batches[1:]] == [["a long text", "b", "c", "d"]]

    run(test)


def test_a_single_text_does_not_wait_for_a_batch_of_a_hundred() -> None:
    async def test() -> None:
        panel = Recorder()
        async with working(panel, max_batch=8) as engine:
            panel.hold()
            many = await asked(engine, *(f"text {n:03}" for n in range(100)))
            await entered(panel)
            single = await asked(engine, "the single")
            panel.release()
            await entered(panel)
            assert "the single" in panel.batches[1]
            panel.release()
            await single
            assert not many.done()
            panel.free()
            assert len((await many).rows) == 100
            assert len(panel.batches) == 13  # nothing was asked twice

    run(test)


def test_long_requests_take_turns() -> None:
    async def test() -> None:
        panel = Recorder()
        async with working(panel, max_batch=8) as engine:
            await plugged(panel, engine)
            first = await asked(engine, *(f"first {n:02}" for n in range(40)))
            second = await asked(engine, *(f"other {n:02}" for n in range(40)))
            panel.free()
            await first
            await second
            for batch in panel.batches[1:]:
                assert sum(text.startswith("first") for text in batch) == 4

    run(test)


def test_a_long_request_is_not_kept_waiting_by_single_texts_without_end() -> None:
    async def test() -> None:
        panel = Recorder()
        async with working(panel, max_batch=2, max_queue=1000) as engine:
            await plugged(panel, engine)
            many = await asked(engine, *(f"text {n:02}" for n in range(10)))
            singles = [await asked(engine, f"single {n}") for n in range(4)]
            rounds = 0
            while not many.done():
                panel.release()
                await entered(panel)  # the next batch has begun; four singles at least wait beside it
                singles += [await asked(engine, f"single {rounds} {n}") for n in range(2)]
                rounds += 1
                assert rounds < 40, "it starves"
            panel.free()
            await asyncio.gather(*singles)

    run(test)


def test_a_batch_holds_texts_of_like_length() -> None:
    async def test() -> None:
        panel = Recorder()
        short, long = [f"short {n}" for n in range(4)], [f"{'long ' * 100}{n}" for n in range(4)]
        async with working(panel) as engine:
            await plugged(panel, engine)
            mixed = await asked(engine, *(text for pair in zip(short, long, strict=True) for text in pair))
            panel.free()
            await mixed
            assert [sorted(batch) for batch in panel.batches[1:]] == [short, long]

    run(test)


def test_a_batch_is_bounded_in_texts_and_characters() -> None:
    async def test() -> None:
        panel = Recorder()
        async with working(panel, max_batch=3) as engine:
            await plugged(panel, engine)
            small, large = await asked(engine, *"abcdefg"), await asked(engine, *(c * 20_000 for c in "xyz"))
            panel.free()
            await small
            await large
            sizes = sorted((len(batch), max(map(len, batch))) for batch in panel.batches[1:])
            assert sizes == [(1, 1), (1, 20_000), (1, 20_000), (1, 20_000), (3, 1), (3, 1)]

    run(test)


def test_a_batch_waits_for_company_when_there_was_some() -> None:
    async def test() -> None:
        panel = Recorder()
        async with working(panel, delay=WAIT * 2, max_batch=2) as engine:
            await plugged(panel, engine)
            before = await asked(engine, "c", "d")
            panel.free()
            await before
            first = await asked(engine, "e")
            assert engine.busy == 0
            second = await asked(engine, "f")
            await asyncio.gather(first, second)
            assert panel.batches[-1] == ["e", "f"]

    run(test)


def test_nobody_waits_for_company_of_long_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test() -> None:
        loop, panel = asyncio.get_running_loop(), Recorder()
        clock, passed = loop.time, 0.0
        monkeypatch.setattr(loop, "time", lambda: clock() + passed, raising=False)
        async with working(panel, delay=WAIT * 2, max_batch=2) as engine:
            await plugged(panel, engine)
            before = await asked(engine, "c", "d")
            panel.free()
            await before
            passed = 1.0
            await engine.decide(["e"], KIND)
            assert panel.batches[-1] == ["e"]

    run(test)


def test_what_is_known_is_not_computed_again() -> None:
    async def test() -> None:
        panel = Recorder(("kind", "tone"))
        async with working(panel) as engine:
            await engine.decide(["a", "b"], KIND)
            again = await engine.decide(["c", "b", "a"], KIND)
            assert again.cached == 2
            assert [row["kind"] for row in again.rows] == [decision(text) for text in "cba"]
            known = await engine.decide(["b"], KIND)
            assert (known.cached, known.queued, known.computed) == (1, 0.0, 0.0)
            assert (await engine.decide(["b"], ("kind", "tone"))).cached == 0  # of another task nothing is known
            assert panel.batches == [["a", "b"], ["c"], ["b"]]

    run(test)


def test_without_a_cache_everything_is_computed() -> None:
    async def test() -> None:
        panel = Recorder()
        async with working(panel, cache=0) as engine:
            for _ in range(2):
                assert (await engine.decide(["a"], KIND)).cached == 0
            assert panel.batches == [["a"], ["a"]]

    run(test)


def test_no_texts_no_rows() -> None:
    async def test() -> None:
        async with working(Recorder()) as engine:
            assert (await engine.decide([], KIND)).rows == ()

    run(test)


def test_what_its_client_left_is_not_computed() -> None:
    async def test() -> None:
        panel = Recorder()
        async with working(panel) as engine:
            plug = await plugged(panel, engine)
            gone = await asked(engine, "gone", "gone as well")
            assert engine.waiting == 2
            gone.cancel()
            with pytest.raises(asyncio.CancelledError):
                await gone
            stays = await asked(engine, "stays")
            panel.free()
            await stays
            await plug
            assert panel.batches == [["plug"], ["stays"]]

    run(test)


def test_what_is_past_its_deadline_is_not_computed() -> None:
    async def test() -> None:
        panel = Recorder()
        async with working(panel) as engine:
            await plugged(panel, engine)
            with pytest.raises(ApiError, match="deadline") as caught:
                await engine.decide(["late"], KIND, deadline=asyncio.get_running_loop().time())
            assert (caught.value.status, caught.value.code, caught.value.retry_after) == (503, "OVERLOADED", 1)
            stays = await asked(engine, "stays", deadline=asyncio.get_running_loop().time() + WAIT)
            panel.free()
            await stays
            assert panel.batches == [["plug"], ["stays"]]

    run(test)


def test_a_deadline_passes_while_a_text_is_computed() -> None:
    async def test() -> None:
        panel = Recorder()
        async with working(panel) as engine:
            panel.hold()
            late = await asked(engine, "late", deadline=asyncio.get_running_loop().time() + 0.01)
            await entered(panel)
            with pytest.raises(ApiError, match="deadline"):
                await late
            panel.free()
            assert (await engine.decide(["next"], KIND)).rows == ({"kind": decision("next")},)

    run(test)


def test_more_than_may_wait_is_sent_away() -> None:
    async def test() -> None:
        panel = Recorder()
        async with working(panel, max_queue=3) as engine:
            await plugged(panel, engine)
            one, two = await asked(engine, "a", "b"), await asked(engine, "c")
            with pytest.raises(ApiError, match="3 texts wait already and 3 may") as caught:
                await engine.decide(["d"], KIND)
            assert (caught.value.status, caught.value.code, caught.value.retry_after) == (503, "OVERLOADED", 1)
            one.cancel()
            await asyncio.gather(one, return_exceptions=True)
            three = await asked(engine, "e", "f")  # in the place of what nobody waits for
            panel.free()
            await asyncio.gather(two, three)
            assert sorted(text for batch in panel.batches for text in batch) == ["c", "e", "f", "plug"]

    run(test)


def test_a_text_that_cannot_be_decided_spoils_no_other() -> None:
    async def test() -> None:
        panel = Recorder()
        async with working(panel) as engine:
            await plugged(panel, engine)
            good, bad, mixed = await asked(engine, "a"), await asked(engine, "bad 1"), await asked(engine, "b", "bad 2")
            panel.free()
            assert (await good).rows == ({"kind": decision("a")},)
            with pytest.raises(ValueError, match="cannot decide bad 1"):
                await bad
            with pytest.raises(ValueError, match="cannot decide bad 2"):
                await mixed
            assert (await engine.decide(["b"], KIND)).rows == ({"kind": decision("b")},)

    run(test)


def test_when_one_text_of_a_request_fails_the_others_are_not_computed() -> None:
    async def test() -> None:
        panel = Recorder()
        async with working(panel, max_batch=1) as engine:
            await plugged(panel, engine)
            request = await asked(engine, "bad", "a", "b")
            panel.release(2)
            with pytest.raises(ValueError, match="cannot decide bad"):
                await request
            panel.free()
            await engine.decide(["c"], KIND)
            assert "b" not in {text for batch in panel.batches for text in batch}

    run(test)


def test_another_panel_answers_from_the_next_batch_on() -> None:
    async def test() -> None:
        old, new = Recorder(digest="old"), Recorder(digest="new")
        async with working(old) as engine:
            await engine.decide(["known"], KIND)
            await entered(old)
            old.hold()
            begun = await asked(engine, "begun")
            await entered(old)
            waits = await asked(engine, "waits")
            swapping = asyncio.create_task(engine.swap(new))
            await asyncio.sleep(0)
            assert engine.panel is new
            assert not swapping.done()
            old.free()
            assert (await begun).rows[0]["kind"].digest == "old"
            assert (await waits).rows[0]["kind"].digest == "old"  # the models that it met, whatever came since
            await swapping
            for text in ("known", "begun"):  # the old one's answers are not kept for the new one
                answered = await engine.decide([text], KIND)
                assert (answered.cached, answered.rows[0]["kind"].digest) == (0, "new")

    run(test)


def test_who_waits_for_a_task_that_is_gone_is_answered_by_the_models_before() -> None:
    async def test() -> None:
        old, new = Recorder(("kind", "tone"), digest="old"), Recorder(("kind",), digest="new")
        async with working(old) as engine:
            await plugged(old, engine)
            gone = asyncio.create_task(engine.decide(["gone"], ("tone",)))
            await asyncio.sleep(0)
            swapping = asyncio.create_task(engine.swap(new))
            await asyncio.sleep(0)
            later = await asked(engine, "later")
            old.free()
            assert (await gone).rows[0]["tone"].digest == "old"
            assert (await later).rows[0]["kind"].digest == "new"
            await swapping
            assert ["gone", "later"] not in old.batches + new.batches

    run(test)


def test_nothing_is_lost_while_panels_are_swapped() -> None:
    async def test() -> None:
        async with working(Recorder(digest="0"), max_batch=4, workers=2, max_queue=1000) as engine:
            tasks, swaps = [], []
            for n in range(20):
                tasks += [await asked(engine, f"text {n} {m}", f"more {n} {m}") for m in range(10)]
                swaps.append(asyncio.create_task(engine.swap(Recorder(digest=str(n + 1)))))
                await tasks[n]
            for task in tasks:
                assert len((await task).rows) == 2
            await asyncio.gather(*swaps)

    run(test)


def test_a_panel_that_was_replaced_is_let_go_of() -> None:
    async def test() -> None:
        old = Recorder()
        gone = weakref.ref(old)
        async with working(Recorder()) as engine:
            await engine.swap(old)
            await engine.decide(["a", "b"], KIND)
            await engine.swap(Recorder())
            del old
            gc.collect()
            assert gone() is None

    run(test)


def test_workers_compute_side_by_side() -> None:
    async def test() -> None:
        panel = Recorder()
        async with working(panel, workers=2, max_batch=1) as engine:
            panel.hold()
            both = await asked(engine, "a", "b")
            await entered(panel)
            await entered(panel)
            assert engine.busy == 2
            panel.free()
            assert len((await both).rows) == 2

    run(test)


def test_who_watches_is_told_of_every_batch_and_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    async def test() -> None:
        panel, told = Recorder(), list[Batch]()
        async with working(panel) as engine:
            engine.watchers += [lambda batch: 1 / 0, told.append]
            await engine.decide(["a", "b"], KIND)
            await engine.decide(["a", "c"], KIND)
            with pytest.raises(ValueError, match="bad"):
                await engine.decide(["bad"], KIND)
            assert [batch.texts for batch in told] == [("a", "b"), ("c",)]  # what is known is no batch
            (row,) = told[1].decisions
            assert row == {"kind": decision("c")}
            assert all(wait >= 0 for batch in told for wait in batch.waits)
            assert all(batch.seconds > 0 for batch in told)
        assert "a watcher of the engine failed" in caplog.text

    run(test)


def test_closing_finishes_what_waits_and_takes_nothing_in() -> None:
    async def test() -> None:
        panel = Recorder()
        engine = Engine(panel, EngineOptions(max_batch=1))
        engine.start()
        plug = await plugged(panel, engine)
        waits = await asked(engine, "a", "b")
        closing = asyncio.create_task(engine.close(WAIT))
        await asyncio.sleep(0)
        with pytest.raises(ApiError, match="being stopped") as caught:
            await engine.decide(["c"], KIND)
        assert (caught.value.status, caught.value.code) == (503, "OVERLOADED")
        panel.free()
        assert await closing
        assert len((await plug).rows) == 1
        assert len((await waits).rows) == 2
        assert panel.batches == [["plug"], ["a"], ["b"]]

    run(test)


def test_closing_without_the_time_to_finish_leaves_nobody_waiting() -> None:
    async def test() -> None:
        panel = Recorder()
        engine = Engine(panel, EngineOptions(max_batch=1))
        engine.start()
        begun = await plugged(panel, engine)
        waits = await asked(engine, "a", "b")
        assert not await engine.close(0.0)
        for task in (begun, waits):
            with pytest.raises(ApiError, match="being stopped"):
                await task
        panel.free()
        assert panel.batches == [["plug"]]

    run(test)


def test_closing_at_rest_takes_no_time() -> None:
    async def test() -> None:
        engine = Engine(Recorder())
        engine.start()
        await engine.decide(["a"], KIND)
        assert await engine.close(0.0)

    run(test)


@given(
    requests=st.lists(st.lists(st.text("abc ", min_size=1, max_size=300), min_size=1, max_size=6), max_size=12),
    max_batch=st.integers(1, 5),
    workers=st.integers(1, 3),
    cache=st.sampled_from([0, 2, 100]),
)
@settings(max_examples=40, deadline=None)
def test_every_text_gets_its_own_decision(requests: list[list[str]], max_batch: int, workers: int, cache: int) -> None:
    async def test() -> None:
        panel = Recorder()
        async with working(panel, max_batch=max_batch, workers=workers, cache=cache) as engine:
            found = await asyncio.gather(*(engine.decide(texts, KIND, deadline=math.inf) for texts in requests))
        for texts, answered in zip(requests, found, strict=True):
            assert [row["kind"] for row in answered.rows] == [decision(text) for text in texts]
        assert all(len(batch) <= max_batch for batch in panel.batches)

    run(test)
