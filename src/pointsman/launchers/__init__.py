"""Where a step runs: in this process, on a Ray cluster, on Modal. One function: `launch`."""

from pointsman.launchers.launch import launch
from pointsman.launchers.settings import LauncherSettings, read_settings

__all__ = ["LauncherSettings", "launch", "read_settings"]
