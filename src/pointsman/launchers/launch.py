"""Running a step where the settings say: the one door to the launchers."""

from __future__ import annotations

from typing import Any, TypeVar

from pointsman.launchers.settings import LauncherSettings
from pointsman.launchers.url_options import check_urls
from pointsman.pipeline.options import Progress
from pointsman.pipeline.step import Step

O = TypeVar("O")  # noqa: E741 - options
R = TypeVar("R")


def launch(
    step: Step[O, R], options: O, settings: LauncherSettings | None = None, progress: Progress | None = None
) -> R:
    """Run a step and return its result, whichever machine made it.

    Args:
        step: what to run.
        options: of it. Paths may be local, of another file system (`s3://…`), or on a Modal volume (`volume:NAME/…`).
        settings: where; None: here.
        progress: told what it does, also from elsewhere.

    Raises:
        PointsmanError: what the step raises, or what is wrong with the place.
    """
    settings = settings or LauncherSettings()
    check_urls(step, options)
    found: Any
    if settings.launcher == "ray":
        from pointsman.launchers.ray_launcher import launch_on_ray

        found = launch_on_ray(step, options, settings, progress)
    elif settings.launcher == "modal":
        from pointsman.launchers.modal_launcher import launch_on_modal

        found = launch_on_modal(step, options, settings, progress)
    else:
        from pointsman.launchers.local import launch_here

        found = launch_here(step, options, settings, progress)
    result: R = found
    return result
