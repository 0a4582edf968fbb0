"""What runs on Modal, and with what: `modal.yaml` to `ModalSettings`.

Takes a YAML file, or nothing at all: every setting has a default. Reads no volume and knows nothing of an account.
"""

from __future__ import annotations

import json
import platform
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, TypeVar

import yaml

from pointsman import __version__
from pointsman.errors import ConfigError, nearest
from pointsman.launchers.modal_gpus import check_gpu
from pointsman.launchers.modal_volumes import check_volumes, is_on_volume
from pointsman.pipeline.steps import STEPS

FILE = Path("modal.yaml")
_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")

T = TypeVar("T")


@dataclass(frozen=True)
class Resources:
    """What a step gets.

    Attributes:
        gpu: of each container, such as `L40S` or `H100:2`; None: none.
        cpu: cores of each.
        memory_gb: of each.
        timeout_minutes: of a step as a whole, or of one block of a map step.
        workers: containers that do blocks of a map step at once.
        retries: of a block whose container went away.
    """

    gpu: str | None = None
    cpu: float = 2.0
    memory_gb: float = 8.0
    timeout_minutes: int = 240
    workers: int = 1
    retries: int = 2

    def __post_init__(self) -> None:
        for name in ("cpu", "memory_gb", "timeout_minutes", "workers"):
            if getattr(self, name) <= 0:
                raise ConfigError(f"{name} {getattr(self, name)}: use a number above 0")
        if self.timeout_minutes > 24 * 60:
            raise ConfigError(f"timeout_minutes {self.timeout_minutes}: Modal stops a function after 1440")
        if not 0 <= self.retries <= 10:
            raise ConfigError(f"retries {self.retries}: use 0 to 10")
        if self.gpu is not None:
            check_gpu(self.gpu)

    @property
    def gpus(self) -> int:
        """How many GPUs a container has."""
        return 0 if self.gpu is None else int(self.gpu.partition(":")[2] or 1)


_LARGE = Resources(gpu="L40S", cpu=8.0, memory_gb=32.0, timeout_minutes=480)
_DEFAULTS = {
    "preprocess": Resources(cpu=8.0, memory_gb=16.0),
    "score": Resources(cpu=4.0, workers=4, timeout_minutes=60),
    "encode": _LARGE,
    "encode texts": _LARGE,
    "train": replace(_LARGE, timeout_minutes=1440),
    "train solver": replace(_LARGE, timeout_minutes=1440),
    "evaluate": _LARGE,
    "evaluate solver": _LARGE,
    "stack evaluate": _LARGE,
}
"""What steps get by default; those that are not named here: `Resources()`."""


@dataclass(frozen=True)
class ImageSettings:
    """What is installed where a step runs.

    Attributes:
        python: version.
        pointsman: requirement for pip, or a folder with its source; None: the source that runs here, or this version
            where there is none.
        extras: of Pointsman; None: what the steps need.
        pip: further packages.
        apt: packages of Debian.
    """

    python: str = ".".join(platform.python_version_tuple()[:2])
    pointsman: str | None = None
    extras: tuple[str, ...] | None = None
    pip: tuple[str, ...] = ()
    apt: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not re.fullmatch(r"3\.\d+(\.\d+)?", self.python):
            raise ConfigError(f"python {self.python!r}: write a version in quotes, such as '3.11'")

    @property
    def source(self) -> Path | None:
        """Folder whose source is installed; None: a requirement is."""
        if self.pointsman is None:
            here = Path(__file__).resolve().parents[3]
            return here if (here / "pyproject.toml").is_file() and (here / "src" / "pointsman").is_dir() else None
        folder = Path(self.pointsman).expanduser()
        is_path = "/" in self.pointsman or folder.is_dir()
        if is_path and not (folder / "pyproject.toml").is_file():
            raise ConfigError(f"image.pointsman {self.pointsman}: no folder with Pointsman's pyproject.toml")
        return folder if is_path else None

    @property
    def requirement(self) -> str:
        """What pip installs where there is no source, without extras."""
        return self.pointsman or f"pointsman=={__version__}"


@dataclass(frozen=True)
class Volumes:
    """Names of the volumes; each is mounted at `/volumes/NAME`.

    Attributes:
        data: routing data and preprocessed features.
        checkpoints: experts.
        sources: the experts' training rows.
        output: heads and logs.
        more: any others.
    """

    data: str = "moe-lora-data"
    checkpoints: str = "moe-lora-checkpoints"
    sources: str = "claimhawk-training-data"
    output: str = "routing-output"
    more: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in (self.data, self.checkpoints, self.sources, self.output, *self.more):
            if not _NAME.fullmatch(name):
                raise ConfigError(f"volume {name!r}: use 1 to 64 letters, digits, '-', '_' and '.'")

    @property
    def names(self) -> tuple[str, ...]:
        """Every name, once."""
        return tuple(dict.fromkeys((self.data, self.checkpoints, self.sources, self.output, *self.more)))


@dataclass(frozen=True)
class ModalSettings:
    """A Modal app's settings.

    Attributes:
        app: its name.
        image: what is installed in its containers.
        volumes: that they see.
        secrets: names of Modal secrets whose values they get as environment variables.
        hub_cache: where models of the Hugging Face Hub are kept between runs, on a volume.
        steps: what differs from the defaults, by name of the step.
        file: where this was read; None: nowhere.
    """

    app: str = "pointsman"
    image: ImageSettings = field(default_factory=ImageSettings)
    volumes: Volumes = field(default_factory=Volumes)
    secrets: tuple[str, ...] = ()
    hub_cache: str | None = None
    steps: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    file: Path | None = None

    def resources(self, step: str) -> Resources:
        """Return what a step gets."""
        return replace(_DEFAULTS.get(step, Resources()), **self.steps.get(step, {}))

    def with_resources(self, step: str, **given: Any) -> ModalSettings:
        """Return the settings with other resources of a step; those that are None stay."""
        more = {name: value for name, value in given.items() if value is not None}
        return replace(self, steps={**self.steps, step: {**self.steps.get(step, {}), **more}})

    @property
    def cache(self) -> str:
        """Where models of the Hub are kept: `volume:NAME/path`."""
        return self.hub_cache or f"volume:{self.volumes.checkpoints}/huggingface"


def read_modal_settings(file: Path | None = None) -> ModalSettings:
    """Read a modal.yaml.

    Args:
        file: where it is; None: `modal.yaml` in the working directory if there is one, else defaults.

    Raises:
        ConfigError: it cannot be read, or holds what is no setting; the nearest is named.
    """
    if file is None:
        if not FILE.is_file():
            return ModalSettings()
        file = FILE
    try:
        found = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    except OSError as error:
        raise ConfigError(f"{file}: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} is no YAML: {' '.join(str(error).split())}") from None
    if not isinstance(found, dict):
        raise ConfigError(f"{file}: write lines such as 'app: pointsman'")
    try:
        return _settings(file, found)
    except ConfigError as error:
        raise ConfigError(f"{file}: {error}") from None


def _settings(file: Path, found: dict[str, Any]) -> ModalSettings:
    found = dict(found)
    steps = found.pop("steps", None) or {}
    if not isinstance(steps, dict):
        raise ConfigError("steps: write a step's name and below it lines such as 'gpu: L40S'")
    given: dict[str, Any] = {}
    for name, one in steps.items():
        if name not in STEPS:
            raise ConfigError(f"no step '{name}'{nearest(str(name), STEPS)} (steps: {', '.join(STEPS)})")
        read = _read(Resources, one, f"steps.{name}")
        given[name] = {key: asdict(read)[key] for key in one or {}}
    image = _read(ImageSettings, found.pop("image", None), "image")
    volumes = _read(Volumes, found.pop("volumes", None), "volumes")
    known = {one.name for one in fields(ModalSettings)} - {"file"}
    _known("", found, known)
    settings = _read(ModalSettings, found, "")
    if not _NAME.fullmatch(settings.app):
        raise ConfigError(f"app {settings.app!r}: use 1 to 64 letters, digits, '-', '_' and '.'")
    settings = replace(settings, image=image, volumes=volumes, steps=given, file=file)
    if settings.image.pointsman is not None and "/" in settings.image.pointsman:
        place = file.absolute().parent / Path(settings.image.pointsman).expanduser()
        settings = replace(settings, image=replace(image, pointsman=str(place)))
    if not is_on_volume(settings.cache):
        raise ConfigError(f"hub_cache {settings.cache}: name a place on a volume, such as volume:NAME/huggingface")
    check_volumes([settings.cache], volumes)
    return settings


def _known(where: str, given: Mapping[str, Any], known: set[str]) -> None:
    for name in given:
        if name not in known:
            told = f"{where}.{name}" if where else str(name)
            raise ConfigError(f"no setting '{told}'{nearest(str(name), known)} (settings: {', '.join(sorted(known))})")


def _read(kind: type[T], given: Any, where: str) -> T:
    """Return a section of the file as its dataclass."""
    from pydantic import TypeAdapter, ValidationError

    if given is None:
        return kind()
    if not isinstance(given, dict):
        raise ConfigError(f"{where}: write lines below it, each 'name: value'")
    _known(where, given, {one.name for one in fields(kind)})  # type: ignore[arg-type]
    if given.get("gpu") in ("none", "None"):
        given = {**given, "gpu": None}
    try:
        return TypeAdapter(kind).validate_json(json.dumps(given, default=str), strict=True)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in (where, *first["loc"]) if part != "")
        raise ConfigError(f"{place} is {first['input']!r}: {first['msg'].lower()}") from None
    except ConfigError as error:
        raise ConfigError(f"{where}.{error}" if where else str(error)) from None
