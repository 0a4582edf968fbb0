"""`pointsman predict`: decide texts given as arguments, or as lines or JSONL on standard input."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from pointsman.cli import arguments as args
from pointsman.errors import ConfigError, DataError
from pointsman.tasks import Decision

_BATCH = 512


def command(
    artifact: Annotated[Path, typer.Argument(help="Folder written by 'pointsman train' or 'pointsman export'.")],
    texts: Annotated[list[str], typer.Argument(help="Texts, or - for lines or JSONL on standard input.")],
    task: Annotated[
        list[str] | None, typer.Option("--task", help="Of a bundle: this task alone; repeatable. [default: all]")
    ] = None,
    text_field: args.TextField = None,
    probabilities: Annotated[bool, typer.Option("--probabilities", help="Print every label's probability.")] = False,
    device: Annotated[str, typer.Option(help="cpu or cuda (artifacts and merged exports).")] = "cpu",
    backbone: args.Backbone = None,
    precision: Annotated[
        str | None, typer.Option(help="fp32, fp16 or int8 (ONNX exports and bundles). [default: the export's first]")
    ] = None,
    threads: Annotated[
        int | None, typer.Option(min=1, help="Threads of an ONNX graph. [default: OMP_NUM_THREADS, or all cores]")
    ] = None,
    verify_key: Annotated[Path | None, typer.Option(help="Public key that must have signed the folder.")] = None,
    json_: args.Json = False,
) -> None:
    """Decide texts. With --json, one JSON object a line, in the order of the texts."""
    from pointsman.artifacts import read_kind

    bundle = read_kind(artifact) == "bundle"
    if bundle:
        if device != "cpu" or backbone is not None:
            raise ConfigError(f"{artifact}: a bundle runs on the CPU and holds its backbone: leave both options out")
        answer = _of_bundle(artifact, task, precision, threads, verify_key)
    elif task:
        raise ConfigError(f"--task is for bundles; {artifact} holds one router")
    else:
        answer = _of_one(artifact, device, backbone, precision, threads, verify_key)
    for batch in batches(texts, text_field or "text"):
        for (text, row), decisions in zip(batch, answer([text for text, _ in batch], probabilities), strict=True):
            told = {name: decision.to_dict() for name, decision in decisions.items()}
            if json_:
                more = {"decisions": told} if bundle else next(iter(told.values()))
                typer.echo(json.dumps({**row, "text": text, **more}, ensure_ascii=False))
            elif bundle:
                typer.echo(short(text))
                for name, decision in decisions.items():
                    _print(f"    {name}: ", "", decision)
            else:
                _print("", f"  | {short(text)}", next(iter(decisions.values())))


Answer = Callable[[list[str], bool], list[dict[str, Decision]]]
"""Texts, and whether every label's probability is wanted, to each text's decisions by task."""


def _of_one(
    path: Path,
    device: str,
    backbone: str | None,
    precision: str | None,
    threads: int | None,
    verify_key: Path | None,
) -> Answer:
    import pointsman

    router = pointsman.load(
        path, device=device, backbone=backbone, precision=precision, threads=threads, verify_key=verify_key
    )

    def answer(texts: list[str], probabilities: bool) -> list[dict[str, Decision]]:
        return [{found.task: found} for found in router.predict(texts, probabilities=probabilities)]

    return answer


def _of_bundle(
    path: Path, tasks: list[str] | None, precision: str | None, threads: int | None, verify_key: Path | None
) -> Answer:
    import pointsman

    routers = pointsman.load_bundle(path, precision=precision, threads=threads, verify_key=verify_key)

    def answer(texts: list[str], probabilities: bool) -> list[dict[str, Decision]]:
        found = routers.predict_all(texts, tasks=tasks, probabilities=probabilities)
        return [{name: rows[number] for name, rows in found.items()} for number in range(len(texts))]

    return answer


def short(text: str) -> str:
    """Return a text on one line, cut off."""
    line = " ".join(text.split())
    return f"{line[:80]}{'…' if len(line) > 80 else ''}"


def _print(before: str, after: str, decision: Decision) -> None:
    mark = "  not sure" if decision.abstained else ""
    mark += "  truncated" if decision.truncated else ""
    indent = " " * (len(before) - len(before.lstrip()) + 4)
    if decision.spans is not None:
        typer.echo(f"{before}{decision.label}  {decision.probability:.3f}{mark}{after}")
        for entity in decision.spans:
            found = " ".join(entity.text.split())
            typer.echo(f"{indent}{entity.type:<18} {entity.start}-{entity.end}  {entity.score:.3f}  {found}")
        return
    tools = f"  tools: {', '.join(decision.tools)}" if decision.tools else ""
    typer.echo(
        f"{before}{decision.label}  {decision.probability:.3f}  (then {decision.runner_up}, margin "
        f"{decision.margin:.3f}){mark}{tools}{after}"
    )
    if decision.probabilities is not None:
        ranked = sorted(decision.probabilities.items(), key=lambda item: -item[1])
        typer.echo(indent + ", ".join(f"{label} {p:.3f}" for label, p in ranked))


def batches(texts: list[str], field: str) -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """Yield batches of (text, the rest of its JSON row)."""
    if texts != ["-"]:
        yield [(text, {}) for text in texts]
        return
    batch: list[tuple[str, dict[str, Any]]] = []
    for number, raw in enumerate(sys.stdin.buffer, start=1):
        try:
            line = raw.decode("utf-8").rstrip("\r\n")
        except UnicodeDecodeError as error:
            raise DataError(f"standard input:{number}: not UTF-8 at byte {error.start}: convert it first") from None
        if not line.strip():
            continue
        batch.append(_row(line, number, field))
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _row(line: str, number: int, field: str) -> tuple[str, dict[str, Any]]:
    if not line.lstrip().startswith("{"):
        return line, {}
    try:
        row = json.loads(line)
    except ValueError:
        return line, {}  # a line of text that begins with a brace
    if not isinstance(row.get(field), str):
        raise DataError(
            f"standard input:{number}: no text in field '{field}' (fields: {', '.join(row)}): name it with --text-field"
        )
    return row[field], {key: value for key, value in row.items() if key != field}
