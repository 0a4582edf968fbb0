"""A user's own task as a YAML file: name, labels in index order, and what else a `Task` has."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pointsman.errors import TaskError
from pointsman.tasks.task import Task


class _TaskFile(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    name: str
    labels: list[str] = Field(min_length=2)
    description: str = ""
    primary_metric: Literal["accuracy", "macro_f1", "weighted_f1"] = "macro_f1"
    positive: str | None = None
    aliases: dict[str, str] = Field(default_factory=dict)
    tools: dict[str, list[str]] = Field(default_factory=dict)


def load_task(path: str | Path) -> Task:
    """Read a task from a YAML file.

    Raises:
        TaskError: the file is missing, is no YAML mapping, or a field is wrong (the message names it).
    """
    path = Path(path)
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise TaskError(f"task file {path} does not exist") from None
    except (OSError, UnicodeDecodeError) as error:
        raise TaskError(f"task file {path} cannot be read: {error}") from None
    except yaml.YAMLError as error:
        raise TaskError(f"task file {path} is not YAML: {' '.join(str(error).split())}") from None
    if not isinstance(raw, dict):
        raise TaskError(f"task file {path}: expected a mapping with 'name' and 'labels'")
    try:
        spec = _TaskFile.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise TaskError(f"task file {path}: field '{where}': {first['msg']}") from None
    return Task(
        name=spec.name,
        labels=tuple(spec.labels),
        description=spec.description,
        primary_metric=spec.primary_metric,
        positive=spec.positive,
        aliases=MappingProxyType(dict(spec.aliases)),
        tools=MappingProxyType({label: tuple(tools) for label, tools in spec.tools.items()}),
    )
