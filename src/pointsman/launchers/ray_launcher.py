"""The Ray launcher: a step on a cluster, or on a runtime of this process.

A map step's blocks go through Ray Data; any other step is one task, and a fit with several workers shares its fitting
with a crew. Through a client's port (`ray://`) the whole step is driven by a task on the cluster, whose paths it uses.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from pointsman.errors import ConfigError
from pointsman.launchers.places import staged_step
from pointsman.launchers.ray_cluster import cluster
from pointsman.launchers.ray_map import run_map_on_ray
from pointsman.launchers.ray_nodes import require_paths, require_room, require_versions, resources_of
from pointsman.launchers.ray_remote import Surroundings, run_in_task
from pointsman.launchers.settings import LauncherSettings
from pointsman.pipeline.options import Progress, Silent
from pointsman.pipeline.step import MapStep, Step, Where, running


def launch_on_ray(
    step: Step[Any, Any], options: Any, settings: LauncherSettings, progress: Progress | None = None
) -> Any:
    """Run a step on a Ray cluster.

    Raises:
        ConfigError: no cluster, one of other versions, without room for a worker, or whose nodes lack a path.
        WorkerError: workers that ended before their work was done.
        PointsmanError: what the step raises.
    """
    tell = progress or Silent()
    if step.kind == "single" and (settings.workers or 1) > 1:
        raise ConfigError(f"--workers {settings.workers}: '{step.name}' runs in one worker: leave it out")
    with cluster(settings, tell) as place:
        require_room(settings, tell)
        if place.own:
            return _run(step, options, settings, tell)
        require_versions(settings)
        if place.client:
            work = partial(_checked_run, step, options, settings)
            return run_in_task(work, tell, Surroundings.here(settings.cpus), {"num_cpus": 0}, step.name)
        return _checked_run(step, options, settings, tell)


def _checked_run(step: Step[Any, Any], options: Any, settings: LauncherSettings, tell: Progress) -> Any:
    require_paths(step, options, settings)
    return _run(step, options, settings, tell)


def _run(step: Step[Any, Any], options: Any, settings: LauncherSettings, tell: Progress) -> Any:
    if isinstance(step, MapStep):
        return run_map_on_ray(step, options, settings, tell)
    shared = step.kind == "fit" and (settings.workers or 1) > 1
    resources = {"num_cpus": 0} if shared else resources_of(settings)
    work = partial(_run_whole, step, options, settings, shared)
    return run_in_task(work, tell, Surroundings.here(settings.cpus), resources, step.name)


def _run_whole(step: Step[Any, Any], options: Any, settings: LauncherSettings, shared: bool, progress: Progress) -> Any:
    """Run a step that is no map, in a task."""
    more = {}
    if shared:
        from pointsman.launchers.ray_crew import RayCrew

        more["crew"] = RayCrew(settings)
    with running(Where("ray", settings.workers or 1)), staged_step(step, options, progress) as place:
        return place.run(**more)
