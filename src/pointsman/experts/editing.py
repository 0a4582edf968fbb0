"""Changing an `experts.yaml`: one more expert, one fewer, and writing the file whole or not at all.

Takes and gives `Experts`; comments in a file are lost when it is written.
"""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import yaml

from pointsman.encoding.conversation import SLOT
from pointsman.errors import ConfigError, OutputError
from pointsman.experts.adapters import declared_base, find_adapter, same_model
from pointsman.experts.registry import NO_TOOLS, BackendSettings, Expert, Experts, check_name, known_base, read_experts
from pointsman.experts.tools import read_tools


def add(
    file: Path,
    name: str,
    adapter: Path,
    *,
    tools: Path | Literal["none"] | None,
    system: str = "",
    template: str = SLOT,
    data: Path | None = None,
    base: str | None = None,
) -> Experts:
    """Return what the file would say with one more expert; `write` makes it so.

    Args:
        file: an `experts.yaml`; need not exist.
        name: of the expert.
        adapter: its folder, relative to the working directory.
        tools: its tool schemas; "none": it answers in plain text; None: not said, which the checks refuse.
        system, template: see `Expert`.
        data: its training rows, relative to the working directory; None: not said.
        base: for a new file. None: as the adapter says.

    Raises:
        ConfigError: the file is wrong, the name is taken, there are no such rows, or `base` is not that of the file.
    """
    check_name(name)
    known = read_experts(file, tools=False) if file.exists() else None
    if known is not None:
        if (same := {n.casefold(): n for n in known.names}.get(name.casefold())) is not None:
            raise ConfigError(f"{file}: the expert '{same}' is there already: remove it first, or choose another name")
        if base is not None and not same_model(known_base(base, Path(), "--base: "), known.base):
            raise ConfigError(f"--base {base}: {file} has the base {known.base}, and all experts share one")
    folder = find_adapter(adapter)
    file_of_tools = None if tools in (None, NO_TOOLS) else Path(tools)
    schemas = read_tools(file_of_tools) if file_of_tools is not None else () if tools == NO_TOOLS else None
    if data is not None and not data.exists():
        raise ConfigError(f"--data {data}: no such file or folder: name the expert's training rows")
    tools_at, data_at = (place and place.absolute() for place in (file_of_tools, data))
    made = Expert(name, folder.absolute(), schemas, system, template, tools_at, data_at)
    if known is not None:
        return replace(known, experts=(*known.experts, made))
    declared = base or declared_base(folder)
    if not declared:
        raise ConfigError(f"{file} does not exist yet, and {folder} names no base: pass --base")
    where = "--base: " if base else f"{folder}: its base: "
    return Experts(file, known_base(declared, Path(), where), None, None, (made,))


def remove(file: Path, name: str) -> Experts:
    """Return what the file would say without an expert; `write` makes it so.

    Raises:
        ConfigError: the file is wrong, or the expert is unknown, the default, or the only one.
    """
    known = read_experts(file, tools=False)
    gone = known.get(name)
    if known.default == name:
        raise ConfigError(f"{file}: '{name}' is the default expert: change 'default' first")
    if len(known.experts) == 1:
        raise ConfigError(f"{file}: '{name}' is the only expert: delete the file instead")
    return replace(known, experts=tuple(expert for expert in known.experts if expert is not gone))


def write(experts: Experts) -> None:
    """Write the file whole or not at all: YAML, or JSON where it is named so. Comments in it are lost.

    Places below the file's folder are written relative to it, others absolute; what is as by default is left out.

    Raises:
        OutputError: the place cannot be written.
    """
    content = _plain(experts, experts.file.absolute().parent)
    file = experts.file.resolve()
    if file.suffix.lower() == ".json":
        text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    else:
        text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=120)
    stage = file.parent / f".{file.name}.{os.getpid()}.tmp"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        stage.write_text(text, encoding="utf-8")
        stage.replace(file)
    except OSError as error:
        raise OutputError(f"{experts.file} cannot be written: {error.strerror}; choose another --file") from None
    finally:
        with contextlib.suppress(OSError):
            stage.unlink(missing_ok=True)


def _plain(experts: Experts, folder: Path) -> dict[str, Any]:
    out: dict[str, Any] = {
        "base": _told(Path(experts.base), folder) if Path(experts.base).is_absolute() else experts.base
    }
    if experts.router is not None:
        out["router"] = _told(experts.router, folder)
    if experts.default is not None:
        out["default"] = experts.default
    usual = Experts(experts.file, "", None, None, ())
    if experts.max_new_tokens != usual.max_new_tokens:
        out["max_new_tokens"] = experts.max_new_tokens
    if experts.memory_bytes != usual.memory_bytes:
        megabytes = experts.memory_bytes / 1_000_000
        out["memory_mb"] = int(megabytes) if megabytes.is_integer() else megabytes
    if experts.backend.kind != "local":
        backend = {"url": experts.backend.url}
        names = ("key_env", "timeout_seconds", "load_adapters")
        usual_backend = BackendSettings()
        out["backend"] = backend | {
            name: getattr(experts.backend, name)
            for name in names
            if getattr(experts.backend, name) != getattr(usual_backend, name)
        }
    out["experts"] = {expert.name: _entry(expert, folder) for expert in experts.experts}
    return out


def _entry(expert: Expert, folder: Path) -> dict[str, str]:
    out = {"path": _told(expert.path, folder)}
    if expert.tools_file is not None:
        out["tools"] = _told(expert.tools_file, folder)
    elif expert.tools:
        raise ConfigError(
            f"expert '{expert.name}': its tools stand in no file: write them to one, and name it in 'tools_file'"
        )
    elif expert.tools is not None:
        out["tools"] = NO_TOOLS
    if expert.data is not None:
        out["data"] = _told(expert.data, folder)
    if expert.system:
        out["system"] = expert.system
    if expert.template != SLOT:
        out["template"] = expert.template
    return out


def _told(place: Path, folder: Path) -> str:
    absolute = place.absolute()  # not resolved: a link that the user chose stays one
    for root in (folder, folder.resolve()):
        if absolute.is_relative_to(root):
            return absolute.relative_to(root).as_posix()
    return str(absolute)
