"""The local launcher: a step in this process."""

from __future__ import annotations

from typing import TypeVar

from pointsman.errors import ConfigError
from pointsman.launchers.settings import LauncherSettings
from pointsman.pipeline.options import Progress
from pointsman.pipeline.step import Step

O = TypeVar("O")  # noqa: E741 - options
R = TypeVar("R")


def launch_here(step: Step[O, R], options: O, settings: LauncherSettings, progress: Progress | None = None) -> R:
    """Run a step in this process.

    Raises:
        ConfigError: more than one worker was asked for.
        PointsmanError: what the step raises.
    """
    if (settings.workers or 1) > 1:
        raise ConfigError(f"--workers {settings.workers}: one process has one worker: add --launcher ray")
    return step.run(options, progress)
