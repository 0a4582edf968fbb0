"""Paths on Modal volumes: `volume:NAME/path` here, `/volumes/NAME/path` inside a function on Modal.

Takes and gives texts, paths and values that hold them. Opens nothing and knows no account.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from pointsman.errors import ConfigError, nearest

if TYPE_CHECKING:
    from pointsman.launchers.modal_settings import Volumes

ROOT = Path("/volumes")
"""Where volumes are mounted in a function on Modal."""

_SCHEME = "volume:"
_MENTION = re.compile(r"(?<![\w/.-])volume:/*([A-Za-z0-9._-]+)")


@dataclass(frozen=True)
class VolumePath:
    """A place on a volume.

    Attributes:
        volume: its name.
        path: within it, without a slash in front; "": the whole of it.
    """

    volume: str
    path: str = ""

    def __str__(self) -> str:
        return f"{_SCHEME}{self.short}"

    @property
    def short(self) -> str:
        """`NAME/path`, as `pointsman modal upload` takes it."""
        return f"{self.volume}/{self.path}" if self.path else self.volume


def is_on_volume(path: str | Path) -> bool:
    """Return whether a path names a place on a volume."""
    return str(path).startswith(_SCHEME)


def volume_path(typed: str | Path) -> VolumePath:
    """Read `volume:NAME/path` or `NAME/path`.

    Raises:
        ConfigError: it names no volume, or leads out of it.
    """
    name, _, path = str(typed).removeprefix(_SCHEME).lstrip("/").partition("/")
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if not re.fullmatch(r"[A-Za-z0-9._-]+", name) or ".." in parts:
        raise ConfigError(f"{typed}: write volume:NAME/path, such as volume:routing-output/head")
    return VolumePath(name, str(PurePosixPath(*parts)) if parts else "")


def mentioned(text: str) -> tuple[str, ...]:
    """Return the names of the volumes that a text, such as options as JSON, has paths of."""
    return tuple(dict.fromkeys(_MENTION.findall(text)))


def check_volumes(texts: Iterable[str], volumes: Volumes) -> None:
    """Refuse a path of a volume that the app does not have.

    Raises:
        ConfigError: there is one; the nearest name is told.
    """
    for text in texts:
        for name in mentioned(text):
            if name not in volumes.names:
                raise ConfigError(
                    f"volume:{name}: no such volume{nearest(name, volumes.names)} (volumes: "
                    f"{', '.join(volumes.names)}; name yours in modal.yaml, under volumes)"
                )


def mounted(value: Any, names: Collection[str]) -> Any:
    """Return plain values, such as options, with `volume:NAME` of these volumes turned into where it is mounted."""
    if isinstance(value, str):
        return _MENTION.sub(lambda found: str(ROOT / found[1]) if found[1] in names else found[0], value)
    if isinstance(value, Mapping):
        return {key: mounted(each, names) for key, each in value.items()}
    return [mounted(each, names) for each in value] if isinstance(value, list | tuple) else value


def names_of(volumes: Iterable[str]) -> dict[str, str]:
    """Return where each volume is mounted, with what a user calls that place: see `pipeline.named`."""
    return {str(ROOT / name): f"{_SCHEME}{name}" for name in volumes}
