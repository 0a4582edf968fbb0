"""A job for a crew, of which one member does not come to the end. Imports little: every member does."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from pathlib import Path

from pointsman.errors import ConfigError
from pointsman.training.crew import Member, Progress


@dataclass(frozen=True)
class Doomed:
    """One of its members does not come to the end."""

    how: str
    device: str = "cpu"
    work: Path | None = None

    def run(self, member: Member, progress: Progress | None) -> None:
        member.agree(lambda: 1)
        if member.rank == 1:
            if self.how == "killed":
                os.kill(os.getpid(), signal.SIGKILL)
            raise ConfigError("--learning-rate 9: lower it")
        member.agree(lambda: 2)
        member.gather(3)
