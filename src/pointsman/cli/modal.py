"""`pointsman modal`: files to and from volumes, steps run there, their logs, experts put there, the app as it is."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pointsman.cli import arguments as args
from pointsman.cli.console import Console
from pointsman.errors import ConfigError, nearest

if TYPE_CHECKING:
    from pointsman.experts.adapters import AdapterFacts
    from pointsman.experts.registry import Expert
    from pointsman.launchers.modal_settings import ModalSettings
    from pointsman.launchers.modal_volumes import VolumePath

File = Annotated[
    Path | None, typer.Option("--file", help="Settings of the app. [default: modal.yaml, if there is one]")
]
Place = Annotated[str, typer.Argument(metavar="NAME/PATH", help="Volume and path on it; volume:NAME/PATH is the same.")]

_FILES = ("adapter_config.json", "adapter_model.safetensors", "README.md")


def upload(
    local: Annotated[Path, typer.Argument(help="File, or folder whose files are copied.")],
    place: Place,
    file: File = None,
    overwrite: args.Overwrite = False,
    json_: args.Json = False,
    quiet: args.Quiet = False,
) -> None:
    """Copy a file, or what a folder holds, to a Modal volume, which is made if it is missing."""
    from pointsman.launchers import modal_transfer
    from pointsman.launchers.modal_errors import speaking

    settings = _settings(file)
    to = _place(place, settings)
    if local.is_file() and (not to.path or place.endswith("/")):
        to = type(to)(to.volume, f"{to.path}/{local.name}".lstrip("/"))
    if not local.exists():
        raise ConfigError(f"{local}: no such file or folder")
    _log_in()
    with Console(quiet=quiet) as console, speaking("upload"):
        store = modal_transfer.open_volume(to.volume, create=True)
        moved = modal_transfer.upload(store, local, to, console, overwrite=overwrite)
    if json_:
        typer.echo(json.dumps({"to": str(to), "files": moved.files, "bytes": moved.bytes}))
    else:
        typer.echo(f"{to}: {_files(moved.files)}, {moved.bytes / 1e6:,.1f} MB")


def download(
    place: Place,
    local: Annotated[Path, typer.Argument(help="What it becomes; a file goes into a folder that is there.")],
    file: File = None,
    overwrite: args.Overwrite = False,
    json_: args.Json = False,
    quiet: args.Quiet = False,
) -> None:
    """Copy a file or folder of a Modal volume here, whole or not at all."""
    from pointsman.launchers import modal_transfer
    from pointsman.launchers.modal_errors import speaking

    at = _place(place, _settings(file))
    _log_in()
    with Console(quiet=quiet) as console, speaking("download"):
        moved = modal_transfer.download(modal_transfer.open_volume(at.volume), at, local, console, overwrite=overwrite)
    if json_:
        typer.echo(json.dumps({"path": str(local), "files": moved.files, "bytes": moved.bytes}))
    else:
        typer.echo(f"{local}: {_files(moved.files)}, {moved.bytes / 1e6:,.1f} MB")


def run(
    step: Annotated[
        list[str],
        typer.Argument(metavar="STEP [FLAGS]…", help="A verb with its own flags, as without 'modal run'."),
    ],
) -> None:
    """Run a step on Modal: the same as its verb with --launcher modal, so --help after it is the verb's own."""
    from pointsman.cli import main

    main(as_verb(step))


run.context_settings = {"ignore_unknown_options": True, "allow_interspersed_args": False}  # type: ignore[attr-defined]


def logs(
    name: Annotated[str | None, typer.Argument(help="Of a log; without one they are listed, newest last.")] = None,
    last: Annotated[bool, typer.Option("--last", help="Print the newest.")] = False,
    file: File = None,
    json_: args.Json = False,
) -> None:
    """List the logs of steps that ran on Modal, or print one; they lie in logs/ on the output volume."""
    from pointsman.launchers import modal_transfer
    from pointsman.launchers.modal_errors import speaking
    from pointsman.launchers.modal_volumes import VolumePath

    settings = _settings(file)
    folder = VolumePath(settings.volumes.output, "logs")
    _log_in()
    with speaking("logs"):
        store = modal_transfer.open_volume(folder.volume)
        found = [entry for entry in modal_transfer.entries(store, folder.path) if entry.type.name == "FILE"]
        names = {entry.path.rsplit("/", 1)[-1]: entry for entry in found}
        if last and names and name is None:
            name = max(names)
        if name is None:
            _list_logs(names, json_=json_)
            return
        if name not in names:
            raise ConfigError(f"{folder}: no log '{name}'{nearest(name, names)}; 'pointsman modal logs' lists them")
        text = b"".join(store.read_file(names[name].path)).decode("utf-8", errors="replace")
    typer.echo(json.dumps({"name": name, "text": text}) if json_ else text.rstrip("\n"))


def save_lora(
    name: Annotated[str, typer.Argument(help="What the router calls the expert.")],
    path: Annotated[Path, typer.Argument(help="Folder of its LoRA adapter; a final/ in it is found.")],
    base: Annotated[str | None, typer.Option(help="Base that it must fit. [default: as the adapter says]")] = None,
    tools: Annotated[Path | None, typer.Option(help="JSON file of its tools, which is put beside it.")] = None,
    file: File = None,
    overwrite: args.Overwrite = False,
    json_: args.Json = False,
    quiet: args.Quiet = False,
) -> None:
    """Check a LoRA expert and put it on the checkpoint volume; prints its lines for an experts.yaml there."""
    from pointsman.launchers import modal_transfer
    from pointsman.launchers.modal_errors import speaking
    from pointsman.launchers.modal_volumes import VolumePath

    settings = _settings(file)
    expert, facts = _checked(name, path, base, tools)
    _log_in()
    to = VolumePath(settings.volumes.checkpoints, name)
    with Console(quiet=quiet) as console, speaking("save-lora"):
        store = modal_transfer.open_volume(to.volume, create=True)
        moved = modal_transfer.upload(store, expert.path, to, console, overwrite=overwrite, only=_FILES)
        if tools is not None:
            beside = VolumePath(to.volume, f"{name}/tools.json")
            modal_transfer.upload(store, tools, beside, console, overwrite=overwrite)
    lines = lines_of(name, facts.base, has_tools=tools is not None)
    if json_:
        about = {"expert": name, "to": str(to), "files": moved.files, "bytes": moved.bytes, "rank": facts.rank}
        typer.echo(json.dumps({**about, "base": facts.base, "experts_yaml": "\n".join(lines)}))
        return
    typer.echo(f"{to}: rank {facts.rank}, {moved.bytes / 1e6:,.1f} MB, on {facts.base}")
    typer.echo(f"lines of volume:{to.volume}/experts.yaml:")
    for line in lines:
        typer.echo(f"  {line}")


def show(file: File = None, json_: args.Json = False) -> None:
    """Print the app as it would be made: functions, image, volumes, secrets; asks nobody and needs no account."""
    from pointsman.launchers.modal_app import extras_of, plan_functions

    settings = _settings(file)
    functions = [plan.to_dict() for plan in plan_functions(settings)]
    image = settings.image
    about: dict[str, Any] = {
        "app": settings.app,
        "settings": None if settings.file is None else str(settings.file),
        "image": {
            "python": image.python,
            "pointsman": str(image.source or image.requirement),
            "extras": list(extras_of(image)),
            "pip": list(image.pip),
            "apt": list(image.apt),
        },
        "volumes": {name: f"/volumes/{name}" for name in settings.volumes.names},
        "hub_cache": settings.cache,
        "secrets": list(settings.secrets),
        "functions": functions,
    }
    if json_:
        typer.echo(json.dumps(about, ensure_ascii=False))
    else:
        _print(about)


def as_verb(words: Sequence[str]) -> list[str]:
    """Return the command line of a verb for `modal run STEP …`: the same words with `--launcher modal`.

    Raises:
        ConfigError: no step begins like this, or another launcher is asked for.
    """
    from pointsman.pipeline.steps import STEPS

    at = words.index("--") if "--" in words else len(words)
    rest = [*words[:at], *words[at + 1 :]]
    if not any(rest[: len(name.split())] == name.split() for name in STEPS):
        is_group = any(name.split()[:1] == rest[:1] for name in STEPS)
        typed = " ".join(rest[: 2 if is_group else 1])
        raise ConfigError(f"no step '{typed}'{nearest(typed, STEPS)} (steps: {', '.join(STEPS)})")
    for index, word in enumerate(rest):
        given = word.partition("=")[2] if "=" in word else "".join(rest[index + 1 : index + 2])
        if word.partition("=")[0] == "--launcher" and given != "modal":
            raise ConfigError(f"modal run: leave out --launcher {given}")
    if "--help" in rest or any(word.partition("=")[0] == "--launcher" for word in rest):
        return rest
    return [*rest, "--launcher", "modal"]


def lines_of(name: str, base: str, *, has_tools: bool) -> list[str]:
    """Return an expert's lines for an experts.yaml at the root of the checkpoint volume."""
    import yaml

    entry = {"path": name, "tools": f"{name}/tools.json" if has_tools else "none"}
    text = yaml.safe_dump({"base": base, "experts": {name: entry}}, sort_keys=False, allow_unicode=True)
    return text.rstrip("\n").splitlines()


def _checked(name: str, path: Path, base: str | None, tools: Path | None) -> tuple[Expert, AdapterFacts]:
    """Look at an adapter as `experts add` does, and refuse any problem."""
    from pointsman.experts.adapters import Base, base_of, check_adapter, declared_base, find_adapter
    from pointsman.experts.registry import Expert, check_name
    from pointsman.experts.tools import read_tools

    check_name(name)
    if not path.is_dir():
        raise ConfigError(f"{path}: no such folder: name the folder of the LoRA adapter that is to be saved")
    folder = find_adapter(path)
    expert = Expert(name, folder.absolute(), () if tools is None else read_tools(tools))
    named = base or declared_base(folder)
    facts = check_adapter(expert, base_of(named) if named else Base(named))  # none: that is one of its problems
    if facts.problems:
        raise ConfigError(f"'{name}' is not saved: {'; '.join(facts.problems)}")
    return expert, facts


def _settings(file: Path | None) -> ModalSettings:
    from pointsman.launchers.modal_settings import read_modal_settings

    return read_modal_settings(file)


def _place(typed: str, settings: ModalSettings) -> VolumePath:
    from pointsman.launchers.modal_volumes import check_volumes, volume_path

    found = volume_path(typed)
    check_volumes([str(found)], settings.volumes)
    return found


def _log_in() -> None:
    from pointsman.launchers.modal_errors import check_extra, check_token

    check_extra()
    check_token()


def _list_logs(names: dict[str, Any], *, json_: bool) -> None:
    rows = [{"name": name, "bytes": names[name].size} for name in sorted(names)]
    if json_:
        typer.echo(json.dumps(rows))
        return
    for row in rows:
        typer.echo(f"{row['name']}  {row['bytes'] / 1000:,.1f} kB")
    if not rows:
        typer.echo("no step has written a log yet")


def _print(about: dict[str, Any]) -> None:
    from rich import box
    from rich.console import Console as Rich
    from rich.table import Table

    image = about["image"]
    typer.echo(f"app {about['app']} ({about['settings'] or 'no modal.yaml: defaults'})")
    typer.echo(
        f"image: Python {image['python']}, {image['pointsman']} with {', '.join(image['extras']) or 'no extras'}"
    )
    for what in ("pip", "apt"):
        if image[what]:
            typer.echo(f"  {what}: {', '.join(image[what])}")
    typer.echo(f"volumes: {', '.join(f'{name} at {place}' for name, place in about['volumes'].items())}")
    typer.echo(f"models of the Hub: {about['hub_cache']}")
    typer.echo(f"secrets: {', '.join(about['secrets']) or 'none'}")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("function", "step", "GPU", "cores", "GB", "minutes", "workers", "retries"):
        table.add_column(heading, justify="left" if heading in ("function", "step", "GPU") else "right")
    for one in about["functions"]:
        numbers = (f"{one['cpu']:g}", f"{one['memory_gb']:g}", str(one["timeout_minutes"]))
        more = tuple(str(one.get(name, "")) for name in ("workers", "retries"))
        table.add_row(one["name"], one["step"], one["gpu"] or "", *numbers, *more)
    Rich(highlight=False, width=None if sys.stdout.isatty() else 160).print(table)


def _files(count: int) -> str:
    return f"{count:,} file{'s' * (count != 1)}"
