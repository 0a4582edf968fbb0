"""A pipeline file: which routers to train, each with its data and options; everything that can be wrong with it.

    out: runs/all
    defaults: {recipe: fast, seed: 1}
    tasks:
      - domain
      - {task: jailbreak, target: fpr=0.01}
      - {name: support, data: support.csv, text_field: message}

Options are named as the flags of `pointsman train` are. Takes a path, gives a `Plan`; trains nothing, reads no rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pointsman import tasks
from pointsman.backbones import resolve
from pointsman.data import build_folder, embedded
from pointsman.errors import ConfigError, PointsmanError, nearest
from pointsman.evaluation.thresholds import parse_target
from pointsman.pipeline import flags
from pointsman.pipeline.options import TrainOptions
from pointsman.pipeline.strategies import check_strategy
from pointsman.training import recipe as recipes

_TOP = ("out", "defaults", "tasks")
# Of the whole file, not of one of its routers.
_WHOLE = {"out", "resume", "overwrite"}
_KNOWN = flags.DEFAULTS.keys() - _WHOLE


@dataclass(frozen=True)
class Plan:
    """What a pipeline file asks for.

    Attributes:
        path: the file.
        out: folder that holds a folder for each router, and `summary.json`.
        runs: options by the name of the router's folder, in the order of the file; their `out` is set.
    """

    path: Path
    out: Path
    runs: Mapping[str, TrainOptions]


def read_plan(path: Path, typed: Mapping[str, Any] | None = None) -> Plan:
    """Read and check a pipeline file.

    Args:
        path: YAML file.
        typed: flags of the command line by name; they win over the file, for every router, and `out` for all.

    Raises:
        ConfigError: not such a file, or something in it that cannot be trained; the message says where.
    """
    typed = dict(typed or {})
    where = f"--config {path}"
    content = _read(path, where)
    if unknown := next((key for key in content if key not in _TOP), None):
        hint = "; options of all tasks go under 'defaults'" if _flag(unknown) in _KNOWN else nearest(str(unknown), _TOP)
        raise ConfigError(f"{where}: unknown key '{unknown}'{hint}")
    out = typed.pop("out", None) or content.get("out")
    if not isinstance(out, str | Path) or not str(out).strip():
        raise ConfigError(f"{where}: 'out' is missing: the folder for the routers and summary.json")
    defaults = _options(content.get("defaults") or {}, f"{where}: defaults")
    for key in ("task", "name"):
        if key in defaults:
            raise ConfigError(f"{where}: defaults: '{key}' belongs to one of the tasks")
    typed = _options(typed, "the command line")
    entries = _entries(content.get("tasks"), where)
    runs: dict[str, TrainOptions] = {}
    for place, (folder, entry) in entries.items():
        at = f"{where}: {place}"
        options = _options(entry, at)
        if folder is not None and not options.get("task") and not options.get("name"):
            options["task"] = folder
        try:
            made = flags.train_options({**defaults, **options, **typed})
            task = _check_task(made)
            _check(made)
        except PointsmanError as error:
            raise ConfigError(f"{at}: {error}") from None
        name = folder or task
        if Path(name).name != name or name.startswith("."):
            raise ConfigError(f"{at}: '{name}' is no name for a folder")
        if name in runs:
            raise ConfigError(
                f"{at}: a second '{name}': write 'tasks' as a mapping, with a name of its own for each folder"
            )
        runs[name] = replace(made, out=Path(out) / name)
    return Plan(path, Path(out), runs)


def _read(path: Path, where: str) -> dict[Any, Any]:
    import yaml

    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{where}: no such file") from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError(f"{where}: not readable as YAML: {' '.join(str(error).split())}") from None
    if not isinstance(content, dict):
        raise ConfigError(f"{where}: expected a mapping with 'out' and 'tasks'")
    return content


def _entries(listed: Any, where: str) -> dict[str, tuple[str | None, Any]]:
    """Return (name of the folder, options) by place in the file; the name is None where a list gives none."""
    if isinstance(listed, dict) and listed:
        return {f"tasks.{key}": (str(key), {} if value is None else value) for key, value in listed.items()}
    if isinstance(listed, list) and listed:
        return {
            f"tasks[{index}]": (None, {"task": item} if isinstance(item, str) else item)
            for index, item in enumerate(listed)
        }
    raise ConfigError(f"{where}: 'tasks' is missing: a list like [domain, jailbreak], or a mapping of names to options")


def _flag(key: Any) -> str:
    return str(key).replace("-", "_")


def _options(given: Any, at: str) -> dict[str, Any]:
    """Check names and kinds of options, and name them as flags are."""
    if not isinstance(given, Mapping):
        raise ConfigError(f"{at}: expected a mapping of options, like {{task: domain, epochs: 3}}")
    found = {}
    for key, value in given.items():
        name = _flag(key)
        if name in _WHOLE:
            raise ConfigError(f"{at}: '{key}' holds for the whole file, not for one task")
        if name not in _KNOWN:
            raise ConfigError(f"{at}: unknown option '{key}'{nearest(name, _KNOWN)}")
        found[name] = flags.DEFAULTS[name] if value is None else _of_kind(name, value, f"{at}: {key}")
    return found


def _of_kind(name: str, value: Any, at: str) -> Any:
    if name in flags.SWITCHES:
        if not isinstance(value, bool):
            raise ConfigError(f"{at}: {value!r}: write true or false")
    elif name in flags.NUMBERS:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise ConfigError(f"{at}: {value!r} is not a number")
        if isinstance(value, float) and name in flags.WHOLE_NUMBERS and not value.is_integer():
            raise ConfigError(f"{at}: {value!r} is not a whole number")
    elif name in flags.LISTS:
        if name == "label_map" and isinstance(value, dict):
            return [f"{old}={new}" for old, new in value.items()]
        if isinstance(value, list | tuple):
            if any(isinstance(item, bool) or not isinstance(item, str | int | float) for item in value):
                raise ConfigError(f"{at}: {value!r}: a list of texts; quote words like 'no' and 'on'")
        elif not isinstance(value, str):
            raise ConfigError(f"{at}: {value!r}: write a list, or a text with commas")
    elif not isinstance(value, str | Path):
        raise ConfigError(f"{at}: {value!r} is not text; quote it if it is meant")
    return value


def _check_task(options: TrainOptions) -> str:
    """Return the name of the task that is trained."""
    if (options.task is None) == (options.name is None):
        raise ConfigError("name a task ('task: domain') or a new one ('name: support' and 'data: FILE'), not both")
    if options.name is not None:
        if options.data.path is None:
            raise ConfigError(f"'name: {options.name}' needs 'data: FILE': a new task takes its labels from the file")
        return options.name
    assert options.task is not None
    task = tasks.get(options.task)
    if options.data.path is None and not embedded.available(task.name):
        raise ConfigError(f"task '{task.name}' has no embedded data: give it 'data: FILE'")
    if options.data.labels:
        task.subset(options.data.labels)
    return task.name


def _check(options: TrainOptions) -> None:
    """Look at everything that can be wrong without reading rows, as training would."""
    for key, file in (("data", options.data.path), ("shifted", options.data.shifted)):
        if file is not None and not file.exists():
            raise ConfigError(f"'{key}: {file}': no such file or folder")
        if file is not None and file.is_dir():
            build_folder.check(file)
    parse_target(options.target)
    check_strategy(options)
    if options.strategy != "branch":
        from pointsman.pipeline.train_generating import check  # needs torch

        check(options)
        return
    recipe = recipes.resolve(options.recipe, options.overrides)
    backbone = resolve(recipe.model)
    if recipe.max_length > backbone.max_length:
        raise ConfigError(f"'max_length: {recipe.max_length}': {backbone.name} reads at most {backbone.max_length}")
