"""`experts.yaml`: one base, the experts on it, and how they are asked; read, and checked for sense.

Takes a YAML or JSON file, gives `Experts`. Paths in it are relative to the file. Looks at no adapter and no artifact,
but for where an adapter lies (a `final/` sub-folder) and, where the file names no base, which one the adapters name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pointsman.backbones.backbone import ALIASES
from pointsman.encoding.conversation import SLOT
from pointsman.errors import ConfigError, nearest
from pointsman.experts.adapters import declared_base, find_adapter
from pointsman.experts.strict_json import StrictJsonError, decode
from pointsman.experts.tools import Tool, read_tools

NO_TOOLS = "none"
"""What `tools` says of an expert that answers in plain text."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Expert:
    """One LoRA expert.

    Attributes:
        name: the router's label, the served model's name and the adapter's.
        path: folder of the adapter.
        tools: that it may call; empty: it answers in plain text; None: the file does not say, or was read without.
        system: the system turn of its requests; "": none.
        template: its user turn; `{text}` stands for the request's text.
        tools_file: where its tools stand; None: it has none, or the file does not say.
        data: its training rows, which a router is built from; None: the file does not say.
    """

    name: str
    path: Path
    tools: tuple[Tool, ...] | None = None
    system: str = ""
    template: str = SLOT
    tools_file: Path | None = None
    data: Path | None = None


@dataclass(frozen=True)
class BackendSettings:
    """What runs the experts.

    Attributes:
        kind: `local`: in this process; `vllm`: a server with vLLM's HTTP interface.
        url: of the server, with `/v1`; "" for local.
        key_env: environment variable that holds the server's key; None: it wants none.
        timeout_seconds: to wait for an answer.
        load_adapters: whether the server may be told to load and unload adapters.
    """

    kind: Literal["local", "vllm"] = "local"
    url: str = ""
    key_env: str | None = None
    timeout_seconds: float = 60.0
    load_adapters: bool = False


@dataclass(frozen=True)
class Experts:
    """What an `experts.yaml` says.

    Attributes:
        file: where it stands.
        base: the model that all share: alias, Hub id, or folder.
        router: artifact that decides; None: the file names none.
        default: expert that takes what the router is not sure of; None: such requests are refused.
        experts: in the file's order, at least one.
        backend: what runs them.
        max_new_tokens: most tokens of an answer.
        memory_bytes: of adapters held in memory at once (local).
    """

    file: Path
    base: str
    router: Path | None
    default: str | None
    experts: tuple[Expert, ...]
    backend: BackendSettings = BackendSettings()
    max_new_tokens: int = 512
    memory_bytes: int = 2_000_000_000

    @property
    def names(self) -> tuple[str, ...]:
        """The experts' names, in the file's order."""
        return tuple(expert.name for expert in self.experts)

    def get(self, name: str) -> Expert:
        """Return an expert.

        Raises:
            ConfigError: there is none of this name.
        """
        for expert in self.experts:
            if expert.name == name:
                return expert
        raise ConfigError(f"unknown expert '{name}'{nearest(name, self.names)} (known: {', '.join(self.names)})")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Entry(_Part):
    path: str = Field(min_length=1)
    volume: str | None = Field(default=None, min_length=1)
    tools: str | None = Field(default=None, min_length=1)
    data: str | None = Field(default=None, min_length=1)  # its training rows, for `pointsman data build adapter`
    system: str = ""
    template: str = SLOT


class _Backend(_Part):
    url: str
    key_env: str | None = None
    timeout_seconds: float = Field(default=60.0, gt=0, le=3600)
    load_adapters: bool = False


class _File(_Part):
    base: str | None = Field(default=None, min_length=1)
    router: str | None = Field(default=None, min_length=1)
    default: str | None = None
    max_new_tokens: int = Field(default=512, ge=1)
    memory_mb: float = Field(default=2000, gt=0)
    backend: Any = "local"
    experts: dict[Any, Any]


def read_experts(path: str | Path, *, tools: bool = True) -> Experts:
    """Read an `experts.yaml`, or JSON of the same shape.

    Args:
        path: the file; `.json` is read as JSON, everything else as YAML.
        tools: read the experts' tool schemas as well.

    Raises:
        ConfigError: unreadable, unknown keys (the nearest is named), names that do not serve, or senseless values.
    """
    file = Path(path)
    return _experts(file, _content(file), tools)


def _experts(file: Path, content: Mapping[str, Any], tools: bool) -> Experts:
    given = {("experts" if key == "loras" else key): value for key, value in content.items()}
    if "loras" in content and "experts" in content:
        raise ConfigError(f"{file}: 'experts' and 'loras' mean the same: keep one of them")
    if not given.get("experts"):
        raise ConfigError(f"{file} names no experts: add one with 'pointsman experts add NAME PATH --file {file}'")
    found = _validated(_File, given, f"{file}: ")
    experts = tuple(_expert(file, name, entry, tools) for name, entry in found.experts.items())
    _check_names(file, experts)
    if found.default is not None and found.default not in (names := [expert.name for expert in experts]):
        known = ", ".join(names)
        raise ConfigError(
            f"{file}: default: no expert '{found.default}'{nearest(found.default, names)} (known: {known})"
        )
    return Experts(
        file=file,
        base=_base(file, found.base, experts),
        router=_place(file, found.router) if found.router is not None else None,
        default=found.default,
        experts=experts,
        backend=_backend(file, found.backend),
        max_new_tokens=found.max_new_tokens,
        memory_bytes=int(found.memory_mb * 1_000_000),
    )


def _content(file: Path) -> dict[str, Any]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(
            f"{file}: no such file; make it with 'pointsman experts add NAME PATH --file {file}'"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} cannot be read: {error}") from None
    is_json = file.suffix.lower() == ".json"
    try:
        content = decode(text) if is_json else yaml.load(text, Loader=_Loader)
    except (StrictJsonError, yaml.YAMLError, RecursionError) as error:
        raise ConfigError(
            f"{file} is no {'JSON' if is_json else 'YAML'}: {' '.join(str(error).split())[:200]}"
        ) from None
    if not isinstance(content, dict):
        raise ConfigError(f"{file}: expected a mapping with 'base' and 'experts'")
    if odd := [key for key in content if not isinstance(key, str)]:
        raise ConfigError(f"{file}: the key {odd[0]!r} is no text")
    return content


class _Loader(yaml.SafeLoader):
    """YAML in which a key that stands twice is an error: the first expert of a name would be gone without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.tag != "tag:yaml.org,2002:merge":
                if key.value in seen:
                    line = key.start_mark.line + 1
                    raise yaml.YAMLError(f"line {line}: the key '{key.value}' stands twice")
                seen.add(key.value)
        return dict(super().construct_mapping(node, deep))


_Model = TypeVar("_Model", bound=_Part)


def _validated(model: type[_Model], content: object, where: str) -> _Model:
    try:
        return model.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        if first["type"] == "extra_forbidden":
            known = ", ".join(model.model_fields)
            raise ConfigError(
                f"{where}unknown key '{place}'{nearest(place, model.model_fields)} (known: {known})"
            ) from None
        if first["type"] in ("model_type", "dict_type"):
            told = f"'{place}': expected a mapping" if place else "expected a mapping"
            raise ConfigError(f"{where}{told}") from None
        if first["type"] == "missing":
            raise ConfigError(f"{where}'{place}' is missing") from None
        raise ConfigError(f"{where}'{place}': {first['msg']}") from None


def _expert(file: Path, name: object, entry: object, tools: bool) -> Expert:
    if not isinstance(name, str):
        raise ConfigError(f"{file}: the expert's name {name!r} is no text: put it in quotes")
    where = f"{file}: experts.{name}: "
    found = _validated(_Entry, entry, where)
    if found.template.count(SLOT) != 1:
        raise ConfigError(f"{where}'template' has to hold {SLOT} once")
    path = _place(file, found.path if found.volume is None else f"{found.volume}/{found.path}")
    tools_file = _place(file, found.tools) if found.tools not in (None, NO_TOOLS) else None
    known: tuple[Tool, ...] | None = () if found.tools == NO_TOOLS else None
    if tools_file is not None and tools:
        known = read_tools(tools_file)
    data = _place(file, found.data) if found.data is not None else None
    return Expert(name, find_adapter(path), known, found.system, found.template, tools_file, data)


def _check_names(file: Path, experts: tuple[Expert, ...]) -> None:
    taken: dict[str, str] = {}
    for expert in experts:
        check_name(expert.name, f"{file}: ")
        other = taken.setdefault(expert.name.casefold(), expert.name)
        if other != expert.name:
            raise ConfigError(f"{file}: '{other}' and '{expert.name}' differ in case alone: rename one of them")


def check_name(name: str, where: str = "") -> None:
    """Refuse a name that is no label, no served model's name, or no file's.

    Raises:
        ConfigError: it is none.
    """
    if not _NAME.fullmatch(name):
        raise ConfigError(
            f"{where}'{name[:80]}' cannot name an expert: use 1 to 64 letters, digits, '-', '_' and '.', a letter "
            "or a digit first (it is a label, a served model's name and part of file names)"
        )


def _backend(file: Path, given: object) -> BackendSettings:
    if given == "local":
        return BackendSettings()
    where = f"{file}: backend: "
    if not isinstance(given, Mapping):
        raise ConfigError(f"{where}write 'local', or the address of a vLLM server: {{url: http://HOST:8000/v1}}")
    found = _validated(_Backend, given, where)
    scheme, _, rest = found.url.partition("://")
    if scheme not in ("http", "https") or not rest.strip("/"):
        raise ConfigError(f"{where}'url' has to begin with http:// or https:// and name a host")
    if "@" in rest.partition("/")[0]:
        raise ConfigError(f"{where}'url' holds a user or password: name a variable with 'key_env' instead")
    if found.key_env is not None and not _VARIABLE.fullmatch(found.key_env):
        # Not repeated in the message: it may be the key.
        raise ConfigError(f"{where}'key_env' has to name an environment variable; the key itself does not belong here")
    return BackendSettings("vllm", found.url.rstrip("/"), found.key_env, found.timeout_seconds, found.load_adapters)


def _place(file: Path, given: str) -> Path:
    return file.parent / Path(given).expanduser()


def known_base(given: str, folder: Path, where: str) -> str:
    """Return a base as `Experts` has it: an alias, a Hub id, or a folder whole.

    Args:
        given: as it was written.
        folder: what a folder is relative to.
        where: what an error begins with.

    Raises:
        ConfigError: it is none of these.
    """
    if given in ALIASES:
        return given
    place = folder / Path(given).expanduser()
    if place.is_dir() or given.startswith((".", "/", "~")):
        return str(place.resolve())
    if "/" not in given:
        told = f"'{given}' is no alias, no folder and no Hub id like org/name{nearest(given, ALIASES)}"
        raise ConfigError(f"{where}{told}")
    return given


def _base(file: Path, given: str | None, experts: tuple[Expert, ...]) -> str:
    """Return the base that the file names, or where it names none the one that every adapter does."""
    if given is not None:
        return known_base(given, file.parent, f"{file}: base: ")
    named = {expert.name: declared_base(expert.path) for expert in experts}
    if silent := [name for name, base in named.items() if not base]:
        raise ConfigError(f"{file}: 'base' is missing, and the adapter of '{silent[0]}' names none: add 'base'")
    if len(distinct := dict.fromkeys(named.values())) > 1:
        raise ConfigError(f"{file}: 'base' is missing, and the adapters name {' and '.join(distinct)}: add 'base'")
    return next(iter(distinct))
