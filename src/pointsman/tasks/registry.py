"""Finding tasks by name: installed ones (entry points `pointsman.tasks`) or a YAML file's."""

from __future__ import annotations

from importlib.metadata import entry_points

from pointsman.errors import TaskError, nearest
from pointsman.tasks.task import Task

GROUP = "pointsman.tasks"


def names() -> list[str]:
    """Return the names of the installed tasks, sorted."""
    return sorted({point.name for point in entry_points(group=GROUP)})


def get(name: str) -> Task:
    """Return the task of that name, or the one in the YAML file of that path.

    Raises:
        TaskError: nothing of that name is installed (the message names the nearest), or the file is bad.
    """
    if name.endswith((".yaml", ".yml")):
        from pointsman.tasks.yaml_file import load_task  # pydantic is not needed for installed tasks

        return load_task(name)
    for point in entry_points(group=GROUP):
        if point.name == name:
            task = point.load()
            if not isinstance(task, Task):
                raise TaskError(f"entry point '{name}' of group {GROUP} is not a pointsman Task")
            return task
    raise TaskError(
        f"unknown task '{name}'{nearest(name, names())} (installed: {', '.join(names())}; "
        "your own: --name NAME --data FILE, or a YAML task file)"
    )
