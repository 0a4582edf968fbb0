from __future__ import annotations


class Tells:
    """Keeps what a step says."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def say(self, line: str) -> None:
        self.lines.append(line)

    def advance(self, stage: str, done: int, total: int, text: str = "") -> None: ...
