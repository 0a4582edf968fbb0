"""Which launcher, and how it is to run: from flags and a YAML file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, get_args

import yaml

from pointsman.errors import ConfigError, nearest

LAUNCHERS = ("local", "ray", "modal")


@dataclass(frozen=True)
class LauncherSettings:
    """Where a step runs.

    Attributes:
        launcher: `local` (this process), `ray` or `modal`.
        address: of the Ray cluster: `auto` (the one that this machine belongs to), `local` (one of its own, for as long
            as the step takes), `HOST:PORT`, or `ray://HOST:10001`.
        workers: that share the work; None: one.
        cpus: cores that each has, and threads that it uses.
        gpus: of each worker, on Ray; fractions share one.
        memory_gb: of each worker, on Ray: it starts where that much is free; None: wherever cores are.
        gpu: what Modal is to give each worker, such as `L40S` or `H100:2`; None: as modal.yaml says.
        modal: file of the Modal app's settings; None: `modal.yaml`, if there is one.
    """

    launcher: str = "local"
    address: str | None = None
    workers: int | None = None
    cpus: int = 1
    gpus: float = 0.0
    memory_gb: float | None = None
    gpu: str | None = None
    modal: Path | None = None

    def __post_init__(self) -> None:
        if self.launcher not in LAUNCHERS:
            raise ConfigError(
                f"--launcher {self.launcher}{nearest(self.launcher, LAUNCHERS)}: use {', '.join(LAUNCHERS)}"
            )
        if self.workers is not None and self.workers < 1:
            raise ConfigError(f"--workers {self.workers}: use at least 1")
        if self.cpus < 1:
            raise ConfigError(f"cpus {self.cpus} of a worker: use at least 1")
        if self.gpus < 0 or (self.memory_gb is not None and self.memory_gb <= 0):
            raise ConfigError(f"gpus {self.gpus}, memory_gb {self.memory_gb} of a worker: use positive numbers")
        for flag, value, owner in (("--address", self.address, "ray"), ("--gpu", self.gpu, "modal")):
            if value is not None and self.launcher != owner:
                raise ConfigError(f"{flag} goes with --launcher {owner}")
        for name, given, owner, instead in (
            ("gpus", self.gpus > 0, "ray", "on Modal --gpu says it"),
            ("memory_gb", self.memory_gb is not None, "ray", "on Modal modal.yaml says it"),
            ("modal", self.modal is not None, "modal", "it names the file of the Modal app's settings"),
        ):
            if given and self.launcher != owner:
                raise ConfigError(f"{name} is a setting of the launcher {owner}, not of {self.launcher}: {instead}")


def read_settings(file: Path | None, given: Mapping[str, Any]) -> LauncherSettings:
    """Return the settings of a YAML file, with those that were given by flag in their place.

    Args:
        file: a mapping of the fields of `LauncherSettings`; None: none.
        given: by name of the field; None: not given.

    Raises:
        ConfigError: the file cannot be read, or holds what is no setting.
    """
    found: dict[str, Any] = {}
    if file is not None:
        try:
            found = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
        except OSError as error:
            raise ConfigError(f"--launcher-config {file}: {error.strerror}") from None
        except (yaml.YAMLError, UnicodeDecodeError):
            raise ConfigError(f"--launcher-config {file} is no YAML: write lines such as 'launcher: ray'") from None
        if not isinstance(found, dict):
            raise ConfigError(f"--launcher-config {file}: write lines such as 'launcher: ray'")
    known = {one.name: one for one in fields(LauncherSettings)}
    for name, value in found.items():
        if name not in known:
            raise ConfigError(f"{file}: no setting '{name}'{nearest(str(name), known)} (settings: {', '.join(known)})")
        _check(file, name, value)
    if "modal" in found and found["modal"] is not None:
        found["modal"] = Path(found["modal"])
    more = {name: value for name, value in given.items() if value is not None}
    return replace(LauncherSettings(), **{**found, **more})


def _check(file: Path | None, name: str, value: Any) -> None:
    wanted = _KINDS[name]
    right = isinstance(value, wanted) and not (isinstance(value, bool) and bool not in get_args(wanted))
    if not right:
        raise ConfigError(f"{file}: {name} is {value!r}: use {_WORDS[name]}")


_TEXT, _MAYBE_TEXT = str, str | None
_KINDS: dict[str, Any] = {
    "launcher": _TEXT,
    "address": _MAYBE_TEXT,
    "workers": int | None,
    "cpus": int,
    "gpus": int | float,
    "memory_gb": int | float | None,
    "gpu": _MAYBE_TEXT,
    "modal": _MAYBE_TEXT,
}
_WORDS = {
    name: "a text" if kind in (_TEXT, _MAYBE_TEXT) else "a whole number" if name in ("workers", "cpus") else "a number"
    for name, kind in _KINDS.items()
}
