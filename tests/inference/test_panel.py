from __future__ import annotations

from collections.abc import Sequence

import pytest

from pointsman.data.example import Example
from pointsman.errors import ConfigError
from pointsman.inference.panel import OneRouter, Panel, Side
from pointsman.tasks import Decision, Task

TEXTS = ["one", "another"]


def _decision(task: str, text: str, *, probabilities: bool) -> Decision:
    every = {"a": 0.75, "b": 0.25} if probabilities else None
    return Decision(task, "a", 0.75, 0.5, "b", 0.5, False, False, f"digest of {text}", every)


class _Predictor:
    def __init__(self, task: str) -> None:
        self.task, self.asked = task, list[list[str | Example]]()

    def predict(self, texts: Sequence[str | Example], *, probabilities: bool = False) -> list[Decision]:
        self.asked.append(list(texts))
        return [_decision(self.task, str(text), probabilities=probabilities) for text in texts]


class _Bundle:
    """Several tasks from one call."""

    def __init__(self, *names: str) -> None:
        self.tasks = {name: Task(name, ("a", "b")) for name in names}
        self.asked: list[tuple[str, ...]] = []

    def predict_all(
        self, texts: Sequence[str], *, tasks: Sequence[str] | None = None, probabilities: bool = False
    ) -> dict[str, list[Decision]]:
        assert tasks is not None
        self.asked.append(tuple(tasks))
        return {name: [_decision(name, text, probabilities=probabilities) for text in texts] for name in tasks}


def _one(name: str) -> tuple[OneRouter, _Predictor]:
    predictor = _Predictor(name)
    return OneRouter(Task(name, ("a", "b")), predictor), predictor


@pytest.mark.parametrize("probabilities", [False, True])
@pytest.mark.parametrize("tasks", [None, ["tone"]])
def test_one_router(tasks: list[str] | None, probabilities: bool) -> None:
    panel, predictor = _one("tone")
    expected = [_decision("tone", text, probabilities=probabilities) for text in TEXTS]
    assert panel.predict_all(TEXTS, tasks=tasks, probabilities=probabilities) == {"tone": expected}
    assert predictor.asked == [TEXTS]
    assert list(panel.tasks) == ["tone"]


@pytest.mark.parametrize("probabilities", [False, True])
def test_side_by_side(probabilities: bool) -> None:
    bundle, (one, predictor) = _Bundle("kind", "place"), _one("tone")
    panel: Panel = Side([bundle, one])
    assert list(panel.tasks) == ["kind", "place", "tone"]
    found = panel.predict_all(TEXTS, probabilities=probabilities)
    assert found == {n: [_decision(n, text, probabilities=probabilities) for text in TEXTS] for n in panel.tasks}
    assert bundle.asked == [("kind", "place")]  # both from one call
    assert predictor.asked == [TEXTS]


def test_who_is_not_asked_for_is_not_asked() -> None:
    bundle, (one, predictor) = _Bundle("kind", "place"), _one("tone")
    panel = Side([bundle, one])
    assert list(panel.predict_all(TEXTS, tasks=["place"])) == ["place"]
    assert (bundle.asked, predictor.asked) == ([("place",)], [])
    assert set(panel.predict_all(TEXTS, tasks=["tone", "kind"])) == {"tone", "kind"}
    assert (bundle.asked[1:], predictor.asked) == ([("kind",)], [TEXTS])
    assert panel.predict_all(TEXTS, tasks=[]) == one.predict_all(TEXTS, tasks=[]) == {}


def test_sides_within_sides() -> None:
    panel = Side([Side([_Bundle("kind"), _one("tone")[0]]), _one("place")[0]])
    assert list(panel.predict_all(TEXTS)) == ["kind", "tone", "place"]


def test_two_for_one_task_are_refused() -> None:
    with pytest.raises(ConfigError, match="two of the models answer for 'tone': load one of them"):
        Side([_Bundle("kind", "tone"), _one("tone")[0]])


def test_an_unknown_task_is_named_and_nothing_is_computed() -> None:
    bundle, (one, predictor) = _Bundle("kind", "place"), _one("tone")
    for panel in (one, Side([bundle, one])):
        with pytest.raises(ConfigError, match=r"no task 'tome' is loaded, did you mean 'tone'\? \(tasks: .*tone\)"):
            panel.predict_all(TEXTS, tasks=["tome", "tone"])
    assert (bundle.asked, predictor.asked) == ([], [])
