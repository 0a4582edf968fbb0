"""How fast a long stage goes, told now and then: rows a second and the time left."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from pointsman.pipeline.options import Progress

_EVERY = 10.0


class Pace:
    """Tells a stage's progress; call it with (done, total).

    Args:
        progress: what is told.
        stage: its name.
        every: seconds after which rate and time left are worked out again.
    """

    def __init__(self, progress: Progress, stage: str, *, every: float = _EVERY) -> None:
        self._tell, self._stage, self._every = progress, stage, every
        self._begun: tuple[float, int] | None = None
        self._told = 0.0
        self._text = ""

    def __call__(self, done: int, total: int) -> None:
        """Tell how far it is. Rows that were done before the first call do not count for the rate."""
        now = time.perf_counter()
        if self._begun is None:
            self._begun, self._told = (now, done), now
        elif now - self._told >= self._every and done > self._begun[1]:
            rate = (done - self._begun[1]) / (now - self._begun[0])
            self._text = f"{rate:.1f} rows/s, {duration((total - done) / rate)} left"
            self._told = now
        self._tell.advance(self._stage, done, total, self._text)


def duration(seconds: float) -> str:
    """Return a time in words: `45 s`, `12 min`, `3 h 20 min`."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"


def elapsed(reports: Sequence[Mapping[str, Any]]) -> float:
    """Return the seconds from the beginning of the first block to the end of the last, of reports that say both."""
    told = [report for report in reports if "begun" in report]
    return max((r["ended"] for r in told), default=0.0) - min((r["begun"] for r in told), default=0.0)
