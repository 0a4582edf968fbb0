"""The flags of every verb that can run elsewhere: which launcher, where, how many workers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pointsman.launchers.settings import LauncherSettings

Launcher = Annotated[
    str | None, typer.Option(help="Where it runs: local, ray or modal. [default: local]", rich_help_panel="Elsewhere")
]
Address = Annotated[
    str | None,
    typer.Option(help="Ray cluster: auto, local, HOST:PORT or ray://HOST:10001.", rich_help_panel="Elsewhere"),
]
Workers = Annotated[
    int | None, typer.Option(help="Workers that share the work. [default: 1]", rich_help_panel="Elsewhere")
]
Gpu = Annotated[
    str | None, typer.Option(help="GPU of each worker on Modal, such as L40S.", rich_help_panel="Elsewhere")
]
LauncherConfig = Annotated[
    Path | None, typer.Option(help="YAML file of the launcher's settings; flags win.", rich_help_panel="Elsewhere")
]


def settings_of(
    launcher: str | None, address: str | None, workers: int | None, gpu: str | None, launcher_config: Path | None
) -> LauncherSettings:
    """Return the launcher's settings.

    Raises:
        ConfigError: what cannot be.
    """
    from pointsman.launchers.settings import read_settings

    given = {"launcher": launcher, "address": address, "workers": workers, "gpu": gpu}
    return read_settings(launcher_config, given)
