from __future__ import annotations

import gc
import logging
import threading
import weakref
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from pointsman.serving.engine import Batch
from pointsman.serving.shadow import Shadow
from pointsman.tasks import Decision
from tests.serving.panels import WAIT, Recorder, decision, models, spans


class Told:
    """Who is told of comparisons; `texts(n)` waits for so many."""

    def __init__(self) -> None:
        self.agreed: list[dict[str, tuple[int, int]]] = []
        self.live: list[float] = []
        self.candidate: list[float] = []
        self._changed = threading.Condition()

    def shadowed(self, agreed: dict[str, tuple[int, int]], live: Sequence[float], candidate: Sequence[float]) -> None:
        with self._changed:
            self.agreed.append(agreed)
            self.live += live
            self.candidate += candidate
            self._changed.notify_all()

    def texts(self, n: int) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.live) >= n, WAIT), f"{len(self.live)} of {n} came"


class Running:
    """A shadow beside nothing, closed at the end."""

    def __init__(self, panel: Recorder, share: float = 1.0, **options: Any) -> None:
        self.panel, self.told = panel, Told()
        self.shadow = Shadow(models(panel), share, self.told, **options)

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_: object) -> None:
        self.panel.free()
        self.shadow.close()


def batch(*texts: str, tasks: Sequence[str] = ("kind",), seconds: float = 0.5) -> Batch:
    rows = tuple({name: decision(text, name, "live") for name in tasks} for text in texts)
    return Batch(texts, rows, (0.0,) * len(texts), seconds)


def test_a_candidate_that_agrees() -> None:
    with Running(Recorder(("kind", "tone"))) as run:
        run.shadow(batch("a", "b", tasks=("kind", "tone")))
        run.shadow(batch("c"))
        run.told.texts(3)
        stats = run.shadow.stats()
    assert stats["tasks"] == {
        "kind": {"texts": 3, "alike": 3, "differences": []},
        "tone": {"texts": 2, "alike": 2, "differences": []},
    }
    assert (stats["digest"], stats["texts"], stats["dropped"], stats["failed"], stats["waiting"]) == (
        "candidate",
        3,
        0,
        0,
        0,
    )
    assert stats["seconds_per_text"]["live"] == pytest.approx((0.25 * 2 + 0.5) / 3)
    assert stats["seconds_per_text"]["candidate"] > 0
    assert run.told.live == [0.25, 0.25, 0.5]
    assert all(seconds > 0 for seconds in run.told.candidate)


def test_nothing_was_compared_yet() -> None:
    with Running(Recorder()) as run:
        stats = run.shadow.stats()
    assert stats["texts"] == 0
    assert stats["seconds_per_text"] == {"live": None, "candidate": None}


def _changed(**changes: Any) -> Callable[[str, str], Decision]:
    return lambda text, task: decision(text, task, **changes)


TEXT = "ask Ann Smith"
LIVE = spans(("PERSON", 4, 13), text=TEXT)


@pytest.mark.parametrize(
    ("live", "candidate", "difference"),
    [
        ({}, {}, None),
        ({}, {"probability": 0.6, "margin": 0.2, "probabilities": None, "threshold": 0.1}, None),
        ({}, {"label": "other"}, ("long", "other")),
        ({}, {"abstained": True}, ("long", "long (not sure)")),
        ({"spans": LIVE}, {"spans": LIVE, "candidates": LIVE}, None),
        ({"spans": LIVE}, {"spans": spans(("PERSON", 4, 7), text=TEXT)}, ("long", "long")),
        ({"spans": LIVE}, {"spans": spans(("GPE", 4, 13), text=TEXT), "label": "GPE"}, ("long", "GPE")),
        ({"spans": LIVE}, {"spans": (), "label": "no"}, ("long", "no")),
        ({"spans": ()}, {"spans": ()}, None),
    ],
)
def test_what_is_alike(live: dict[str, Any], candidate: dict[str, Any], difference: tuple[str, str] | None) -> None:
    with Running(Recorder(decide=_changed(**candidate))) as run:
        run.shadow(Batch((TEXT,), ({"kind": decision(TEXT, **live)},), (0.0,), 0.1))
        run.told.texts(1)
        found = run.shadow.stats()["tasks"]["kind"]
    assert run.told.agreed == [{"kind": (1, 0) if difference is None else (0, 1)}]
    assert found["alike"] == (difference is None)
    pairs = [(row["live"], row["candidate"], row["texts"]) for row in found["differences"]]
    assert pairs == ([] if difference is None else [(*difference, 1)])


def test_differences_stand_by_how_often_they_came() -> None:
    def decide(text: str, task: str) -> Decision:
        return decision(text, task, label="x" if text.startswith("x") else "y")

    with Running(Recorder(decide=decide)) as run:
        run.shadow(batch("x1", "y1", "x2"))
        run.told.texts(3)
        rows = run.shadow.stats()["tasks"]["kind"]["differences"]
    assert rows == [
        {"live": "short", "candidate": "x", "texts": 2},
        {"live": "short", "candidate": "y", "texts": 1},
    ]


def test_a_share_of_the_texts_is_taken() -> None:
    texts = [f"text {n}" for n in range(2000)]
    with Running(Recorder(), 0.25, queue=2000) as run:
        run.panel.hold()
        run.shadow(batch("none of them"))  # may be taken or not
        run.shadow(batch(*texts))
        taken = run.shadow.stats()["waiting"]
        assert 400 < taken < 620
    with Running(Recorder(), 0.0) as run:
        run.shadow(batch(*texts))
        assert (run.shadow.stats()["waiting"], run.panel.batches) == (0, [])


def test_a_slow_candidate_holds_nobody_up() -> None:
    with Running(Recorder(), queue=3, batch=2) as run:
        run.panel.hold()
        run.shadow(batch("a"))
        run.panel.entered()
        run.shadow(batch("b", "c"))
        run.shadow(batch("d", "e", "f"))  # there is room for one
        assert (run.shadow.dropped, run.shadow.stats()["waiting"]) == (2, 3)
        run.panel.free()
        run.told.texts(4)
        assert run.panel.batches == [["a"], ["b", "c"], ["d"]]
        assert run.shadow.stats()["texts"] == 4


def test_tasks_of_one_side_alone_are_not_compared() -> None:
    with Running(Recorder(("kind", "new"))) as run:
        run.shadow(batch("a", tasks=("old",)))
        run.shadow(batch("b", tasks=("old", "kind")))
        run.told.texts(1)
        assert run.panel.batches == [["b"]]
        assert run.panel.asked == [("kind",)]
        assert run.shadow.stats()["tasks"]["new"]["texts"] == 0


def test_a_candidate_that_fails_is_counted_and_told_once_without_texts(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "pointsman.serving")
    with Running(Recorder(), batch=1) as run:
        for text in ("bad secret", "bad news", "good"):
            run.shadow(batch(text))
        run.told.texts(1)
        stats = run.shadow.stats()
    assert (stats["failed"], stats["texts"]) == (2, 1)
    (record,) = caplog.records
    assert "the candidate (--shadow) failed: ValueError at" in record.getMessage()
    assert "secret" not in caplog.text


def test_who_counts_may_fail_too(caplog: pytest.LogCaptureFixture) -> None:
    class Failing(Told):
        def shadowed(self, *given: Any) -> None:
            super().shadowed(*given)
            raise KeyError("label")

    told, panel = Failing(), Recorder()
    shadow = Shadow(models(panel), 1.0, told)
    shadow(batch("a"))
    told.texts(1)
    shadow(batch("b"))
    told.texts(2)
    shadow.close()
    assert caplog.text.count("KeyError") == 1


def test_closing_forgets_what_waits() -> None:
    panel = Recorder()
    run = Running(panel)
    panel.hold()
    run.shadow(batch("a"))
    panel.entered()
    run.shadow(batch("b"))
    run.shadow.close(0.0)
    assert run.shadow.stats()["waiting"] == 0
    run.shadow(batch("c"))
    assert run.shadow.stats()["waiting"] == 0
    panel.free()
    run.shadow.close()
    assert panel.batches == [["a"]]
    assert "pointsman-shadow" not in {thread.name for thread in threading.enumerate()}


def test_no_text_outlives_its_turn() -> None:
    class Text(str):
        __slots__ = ("__weakref__",)

    with Running(Recorder()) as run:
        text = Text("a text that is looked after")
        gone = threading.Event()
        weakref.finalize(text, gone.set)
        run.shadow(batch(text))
        run.told.texts(1)
        run.panel.batches.clear()
        del text
        gc.collect()
        assert gone.wait(WAIT)
        assert run.shadow.stats()["texts"] == 1
