from __future__ import annotations

import itertools
import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from pointsman.launchers import LauncherSettings, launch
from pointsman.pipeline.pace import Pace, duration
from tests.launchers.squares import SQUARES, SquareOptions
from tests.pipeline.tells import Tells


class Hears(Tells):
    def __init__(self) -> None:
        super().__init__()
        self.heard: list[tuple[str, int, int, str]] = []

    def advance(self, stage: str, done: int, total: int, text: str = "") -> None:
        self.heard.append((stage, done, total, text))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A clock of the pace's own, which stands unless its `now` is set."""
    found = SimpleNamespace(now=100.0)
    found.perf_counter = lambda: found.now
    monkeypatch.setattr("pointsman.pipeline.pace.time", found)
    return found


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.4, "0 s"), (89.0, "89 s"), (90.0, "2 min"), (5300.0, "88 min"), (5400.0, "1 h 30 min"), (90e3, "25 h 0 min")],
)
def test_times_in_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_the_rate_is_that_of_this_run(clock: SimpleNamespace) -> None:
    hears = Hears()
    pace = Pace(hears, "score")
    for seconds, done in ((0, 400), (5, 450), (20, 500), (21, 505), (40, 980)):  # 400 were done by the run before
        clock.now = 100.0 + seconds
        pace(done, 1000)
    told = ["", "", "5.0 rows/s, 2 min left", "5.0 rows/s, 2 min left", "14.5 rows/s, 1 s left"]
    assert [text for *_, text in hears.heard] == told
    assert hears.heard[-1][:3] == ("score", 980, 1000)


def test_a_step_of_blocks_tells_its_pace(tmp_path: Path, clock: SimpleNamespace) -> None:
    ticks = itertools.count(0.0, 11.0)
    clock.perf_counter = lambda: next(ticks)
    numbers = tmp_path / "numbers"
    numbers.write_text("".join(f"{number}\n" for number in range(20)))
    hears = Hears()
    launch(SQUARES, SquareOptions(numbers, tmp_path / "out"), LauncherSettings(), hears)
    told = [(done, text) for stage, done, _, text in hears.heard if stage == SQUARES.name]
    assert [done for done, _ in told] == [5, 10, 15, 20]  # from the first on: loading is no part of the pace
    assert all(re.fullmatch(r"0\.5 rows/s, \d+ s left", text) for _, text in told[1:])
    assert told[-1][1] == "0.5 rows/s, 0 s left"
