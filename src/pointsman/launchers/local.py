"""The local launcher: a step in this process; a fitting may be shared by several of this machine."""

from __future__ import annotations

import os
from typing import Any, TypeVar

from pointsman.errors import ConfigError
from pointsman.launchers.places import staged_step
from pointsman.launchers.settings import LauncherSettings
from pointsman.pipeline.options import Progress
from pointsman.pipeline.step import Step, Where, running

O = TypeVar("O")  # noqa: E741 - options
R = TypeVar("R")


def launch_here(step: Step[O, R], options: O, settings: LauncherSettings, progress: Progress | None = None) -> R:
    """Run a step in this process.

    Raises:
        ConfigError: more than one worker was asked for, of a step that is no fit.
        PointsmanError: what the step raises.
    """
    workers = settings.workers or 1
    if workers > 1 and step.kind != "fit":
        raise ConfigError(f"--workers {settings.workers}: one process has one worker: add --launcher ray")
    if settings.cpus > 1 and workers == 1:
        raise ConfigError(f"cpus {settings.cpus}: of workers that share a step; in this process --threads says it")
    more: dict[str, Any] = {}
    if workers > 1:
        from pointsman.training.crew import Processes

        more["crew"] = Processes(workers, max(settings.cpus, (os.cpu_count() or 1) // workers))
    with running(Where("local", workers)), staged_step(step, options, progress) as place:
        return place.run(**more)
