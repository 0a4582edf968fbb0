"""`pointsman experts`: add experts to an `experts.yaml`, list them, take one out, check them all."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from pointsman.cli import arguments as args
from pointsman.errors import ConfigError

if TYPE_CHECKING:
    from pointsman.experts.checks import Examined
    from pointsman.experts.registry import Experts

File = Annotated[
    Path, typer.Option("--file", help="YAML, or JSON where it is named so; paths in it are relative to it.")
]
_FILE = Path("experts.yaml")


def add(
    name: Annotated[str, typer.Argument(help="What the router and clients call it.")],
    path: Annotated[Path, typer.Argument(help="Folder of its LoRA adapter; a final/ in it is found.")],
    tools: Annotated[
        str | None,
        typer.Option(help="JSON file of the tools it may call, or none: it answers in plain text. Has to be given."),
    ] = None,
    system: Annotated[str, typer.Option(help="System turn of its requests.")] = "",
    template: Annotated[str, typer.Option(help="Its user turn; {text} stands for the request's text.")] = "{text}",
    data: Annotated[
        Path | None,
        typer.Option(help="Its training rows, for data build adapter --experts FILE. [default: not said]"),
    ] = None,
    base: Annotated[
        str | None, typer.Option(help="Alias, Hub id or folder, for a new file. [default: as the adapter says]")
    ] = None,
    file: File = _FILE,
    json_: args.Json = False,
) -> None:
    """Check an expert and add it to the file, which is made where it is missing; comments in the file are lost."""
    from pointsman.experts import editing

    if tools is None:
        raise ConfigError("--tools is missing: name the JSON file of its tools, or pass --tools none for plain text")
    given: Path | Literal["none"] = "none" if tools == "none" else Path(tools)
    changed = editing.add(file, name, path, tools=given, system=system, template=template, data=data, base=base)
    found = _examined(changed)
    if wrong := found.of[name]:
        raise ConfigError(f"'{name}' is not added: {'; '.join(wrong)}")
    is_new = not file.exists()
    editing.write(changed)
    facts = found.adapters[name]
    if json_:
        typer.echo(json.dumps({"file": str(file), "experts": changed.names, "added": _row(changed, found, name)}))
        return
    count = len(found.tools[name] or ())
    typer.echo(
        f"{name}: rank {facts.rank}, {_size(facts.bytes)}, {_tools(count)}, on {changed.base}; "
        f"{'made' if is_new else 'added to'} {file}"
    )
    for note in facts.notes:
        typer.echo(f"note: {note}")
    _tell_router(changed)


def remove(
    name: Annotated[str, typer.Argument(help="Of the expert.")],
    file: File = _FILE,
    json_: args.Json = False,
) -> None:
    """Take an expert out of the file; its adapter stays where it is, comments in the file are lost."""
    from pointsman.experts import editing

    changed = editing.remove(file, name)
    editing.write(changed)
    if json_:
        typer.echo(json.dumps({"file": str(file), "experts": changed.names, "removed": name}))
        return
    typer.echo(f"{name} is out of {file}; left: {', '.join(changed.names)}")
    _tell_router(changed)


def list_(file: File = _FILE, json_: args.Json = False) -> None:
    """List the experts with rank, size, tools, base and state."""
    from pointsman.experts.registry import read_experts

    experts = read_experts(file, tools=False)
    found = _examined(experts)
    rows = [_row(experts, found, name) for name in experts.names]
    if json_:
        about = {"base": experts.base, "router": _text(experts.router), "default": experts.default}
        typer.echo(json.dumps({**about, "experts": rows}, ensure_ascii=False))
        return
    _print(rows, experts)


def check(
    file: File = _FILE,
    vllm: Annotated[bool, typer.Option("--vllm", help="Print the command of a vLLM server for them.")] = False,
    json_: args.Json = False,
) -> None:
    """Check adapters, tool schemas and the router's labels; exits 1 when something is wrong, each on a line."""
    from pointsman.experts.registry import read_experts
    from pointsman.experts.vllm_server import vllm_command

    experts = read_experts(file, tools=False)
    found = _examined(experts)
    command = None
    ranks = {name: facts.rank for name, facts in found.adapters.items()}
    if not found.problems and (vllm or (experts.backend.kind == "vllm" and all(ranks.values()))):
        command = vllm_command(experts, ranks)
    if json_:
        about = {"problems": found.problems, "notes": found.notes, "vllm": command}
        typer.echo(json.dumps({"file": str(file), **about}, ensure_ascii=False))
    else:
        for problem in found.problems:
            typer.echo(f"wrong: {problem}")
        for note in found.notes:
            typer.echo(f"note: {note}")
        if not found.problems:
            count = len(experts.names)
            typer.echo(f"{file}: {count} expert{'s' * (count != 1)} on {experts.base}, nothing wrong")
        if command is not None:
            typer.echo(command)
    if found.problems:
        raise typer.Exit(1)


def _examined(experts: Experts) -> Examined:
    from pointsman.experts.checks import examine

    return examine(experts)


def _row(experts: Experts, found: Examined, name: str) -> dict[str, Any]:
    expert, facts, tools = experts.get(name), found.adapters[name], found.tools[name]
    return {
        "name": name,
        "path": str(expert.path),
        "rank": facts.rank,
        "alpha": facts.alpha,
        "targets": facts.targets,
        "bytes": facts.bytes,
        "tools": None if tools is None else [tool.name for tool in tools],
        "base": facts.base,
        "digest": facts.digest,
        "problems": found.of[name],
        "notes": facts.notes,
    }


def _print(rows: list[dict[str, Any]], experts: Experts) -> None:
    from rich import box
    from rich.console import Console as Rich
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in ("name", "rank", "size", "tools", "base", "state"):
        table.add_column(heading, justify="right" if heading in ("rank", "size") else "left", overflow="fold")
    for row in rows:
        tools = "?" if row["tools"] is None else ", ".join(row["tools"]) or "none"
        wrong = len(row["problems"])
        good = "good" if row["digest"] else "on the server"
        state = good if not wrong else f"{wrong} problem{'s' * (wrong != 1)}"
        mark = " (default)" if row["name"] == experts.default else ""
        rank = str(row["rank"] or "?")
        cells = (row["name"] + mark, rank, _size(row["bytes"]), tools, row["base"], state)
        table.add_row(*(Text(cell) for cell in cells))
    Rich(highlight=False, width=None if sys.stdout.isatty() else 200).print(table)
    for row in rows:
        for problem in row["problems"]:
            typer.echo(f"{row['name']}: {problem}")


def _tell_router(experts: Experts) -> None:
    """Say that a router that knows other experts has to be trained again."""
    from pointsman.artifacts.manifest import read_manifest
    from pointsman.errors import PointsmanError
    from pointsman.experts.checks import check_labels

    if experts.router is None:
        return
    try:
        check_labels(read_manifest(experts.router).task.labels, experts)
    except PointsmanError as error:
        typer.echo(f"note: {error}")


def _tools(count: int) -> str:
    return "no tools" if not count else f"{count} tool{'s' * (count != 1)}"


def _size(count: int) -> str:
    return f"{count / 1_000_000:,.1f} MB" if count >= 1_000_000 else f"{count / 1000:,.1f} kB"


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)
