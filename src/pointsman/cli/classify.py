"""`pointsman classify`: decide texts by asking a server; takes them as `pointsman predict` does."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pointsman.cli import arguments as args
from pointsman.cli.predict import batches, short
from pointsman.errors import ConfigError

if TYPE_CHECKING:
    from pointsman.serving.client import Client
    from pointsman.serving.client_results import BatchRow

_KEY = "POINTSMAN_API_KEY"


def command(
    texts: Annotated[list[str], typer.Argument(help="Texts, or - for lines or JSONL on standard input.")],
    url: Annotated[str, typer.Option(help="Address of the server.")] = "http://127.0.0.1:8080",
    task: Annotated[
        list[str] | None,
        typer.Option(
            "--task",
            help="intent (domain), tool, security, pii, modality or any task of the server; repeatable. [default: all]",
        ),
    ] = None,
    text_field: args.TextField = None,
    probabilities: Annotated[bool, typer.Option("--probabilities", help="Print every label's probability.")] = False,
    api_key_env: Annotated[
        str | None, typer.Option(help=f"Variable that holds the API key. [default: {_KEY}, if it is set]")
    ] = None,
    ca_file: Annotated[
        Path | None, typer.Option(help="PEM file of the authority behind the server's certificate. [default: system's]")
    ] = None,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds for one request, its retries included.")] = 30.0,
    retries: Annotated[int, typer.Option(min=0, help="When the server is busy or the connection fails.")] = 3,
    chunk: Annotated[int, typer.Option(min=1, help="Texts in one request.")] = 64,
    json_: args.Json = False,
) -> None:
    """Decide texts by asking a running server. With --json, one JSON object a line, in the order of the texts."""
    from pointsman.serving.client import Client

    if "all" in (task or ()):
        raise ConfigError("--task all: name no --task for every task")
    key = _key(api_key_env)
    with Client(url, api_key=key, timeout=timeout, retries=retries, ca_file=ca_file) as client:
        for batch in batches(texts, text_field or "text"):
            found = _decided(client, [text for text, _ in batch], task or [], probabilities, chunk)
            for (text, row), decisions in zip(batch, found, strict=True):
                if json_:
                    told = {name: _told(one) for name, one in decisions.items()}
                    more = next(iter(told.values())) if len(task or ()) == 1 else {"decisions": told}
                    typer.echo(json.dumps({**row, "text": text, **more}, ensure_ascii=False))
                elif len(task or ()) == 1:
                    _print("", f"  | {short(text)}", next(iter(decisions.values())), text)
                else:
                    typer.echo(short(text))
                    for name, one in decisions.items():
                        _print(f"    {name}: ", "", one, text)


def _key(variable: str | None) -> str | None:
    if variable is None:
        return os.environ.get(_KEY)
    if not os.environ.get(variable):
        raise ConfigError(f"--api-key-env {variable}: the variable is not set")
    return os.environ[variable]


def _decided(
    client: Client, texts: Sequence[str], tasks: Sequence[str], probabilities: bool, chunk: int
) -> list[Mapping[str, BatchRow]]:
    """Return each text's answers by task."""
    wanted: dict[str, Any] = {"return_probabilities": probabilities, "return_positions": True}
    if len(tasks) == 1:
        return [{tasks[0]: row} for row in client.batch(texts, tasks[0], chunk=chunk, **wanted).results]
    found = client.batch_all(texts, chunk=chunk, **wanted).results
    return [{name: _of(row, name) for name in tasks} if tasks else row for row in found]


def _of(row: Mapping[str, BatchRow], name: str) -> BatchRow:
    """Return a task's answer by its name, or by what the API calls it."""
    from pointsman.serving.names import TASK_OF

    task = TASK_OF.get(name, name)
    if task not in row:
        raise ConfigError(f"--task {name}: the server answers for {', '.join(row)}")
    return row[task]


def _told(row: BatchRow) -> dict[str, Any]:
    """Return a row for JSON, its answer first, without what the server does not tell."""
    told = {"category": row.category, "confidence": row.confidence, **dataclasses.asdict(row)}
    if row.entities is not None:
        told["entities"] = [_known(dataclasses.asdict(entity)) for entity in row.entities]
    return _known(told)


def _known(told: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if value is not None and value != ()}


def _print(before: str, after: str, row: BatchRow, text: str) -> None:
    then = f"  (then {row.runner_up}, margin {row.margin:.3f})" if row.margin is not None and not row.entities else ""
    mark = ("  not sure" if row.abstained else "") + ("  truncated" if row.truncated else "")
    tools = f"  tools: {', '.join(row.tools)}" if row.tools else ""
    typer.echo(f"{before}{row.category}  {row.confidence:.3f}{then}{mark}{tools}{after}")
    indent = " " * (len(before) - len(before.lstrip()) + 4)
    for entity in row.entities or ():
        place = ""
        if entity.start_position is not None and entity.end_position is not None:
            found = " ".join(text[entity.start_position : entity.end_position].split())
            place = f"  {entity.start_position}-{entity.end_position}  {found}"
        typer.echo(f"{indent}{entity.type:<18} {entity.confidence:.3f}{place}")
    if row.probabilities is not None:
        ranked = sorted(row.probabilities.items(), key=lambda item: -item[1])
        typer.echo(indent + ", ".join(f"{label} {p:.3f}" for label, p in ranked))
