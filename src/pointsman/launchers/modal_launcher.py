"""The Modal launcher."""

from __future__ import annotations

from typing import Any

from pointsman.errors import ConfigError
from pointsman.launchers.settings import LauncherSettings
from pointsman.pipeline.options import Progress
from pointsman.pipeline.step import Step


def launch_on_modal(
    step: Step[Any, Any], options: Any, settings: LauncherSettings, progress: Progress | None = None
) -> Any:
    """Run a step on Modal."""
    raise ConfigError("--launcher modal is not in this version: use local")
