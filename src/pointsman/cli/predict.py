"""`pointsman predict`: decide texts, or texts with images: arguments, lines or JSONL on standard input, or a file."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from pointsman.cli import arguments as args
from pointsman.data.example import Example
from pointsman.data.pictures import Picture
from pointsman.errors import ConfigError, DataError
from pointsman.tasks import Decision

_BATCH = 512


def command(
    artifact: Annotated[Path, typer.Argument(help="Folder written by 'pointsman train' or 'pointsman export'.")],
    texts: Annotated[list[str] | None, typer.Argument(help="Texts, or - for lines or JSONL on standard input.")] = None,
    image: Annotated[Path | None, typer.Option(help="Image that the one text is sent with.")] = None,
    input_: Annotated[
        Path | None, typer.Option("--input", help="File of routing rows (text and image), of JSONL rows or of lines.")
    ] = None,
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
    """Decide texts, or texts with images. With --json, one JSON object a line, in their order."""
    from pointsman.artifacts import read_kind

    rows = _asked(texts or [], image, input_, text_field or "text")
    bundle = read_kind(artifact) == "bundle"
    if bundle:
        if device != "cpu" or backbone is not None:
            raise ConfigError(f"{artifact}: a bundle runs on the CPU and holds its backbone: leave both options out")
        answer = _of_bundle(artifact, task, precision, threads, verify_key)
    elif task:
        raise ConfigError(f"--task is for bundles; {artifact} holds one router")
    else:
        answer = _of_one(artifact, device, backbone, precision, threads, verify_key)
    for batch in rows:
        for (asked, row), decisions in zip(batch, answer([asked for asked, _ in batch], probabilities), strict=True):
            told = {name: decision.to_dict() for name, decision in decisions.items()}
            text = asked if isinstance(asked, str) else asked.text
            if json_:
                more = {"decisions": told} if bundle else next(iter(told.values()))
                typer.echo(json.dumps({**row, "text": text, **more}, ensure_ascii=False))
            elif bundle:
                typer.echo(short(text))
                for name, decision in decisions.items():
                    _print(f"    {name}: ", "", decision)
            else:
                _print("", f"  | {short(text)}", next(iter(decisions.values())))


Asked = str | Example
Row = tuple[Asked, dict[str, Any]]
"""A text, or text and image, and what else stood in its row."""

Answer = Callable[[list[Asked], bool], list[dict[str, Decision]]]
"""Requests, and whether every label's probability is wanted, to each one's decisions by task."""


def _asked(texts: list[str], image: Path | None, file: Path | None, field: str) -> Iterator[Sequence[Row]]:
    """Return batches of what is to be decided.

    Raises:
        ConfigError: nothing is given, or things that do not go together.
    """
    if file is not None:
        if texts or image is not None:
            raise ConfigError("--input names a file of rows: give no texts and no --image beside it")
        return _of_file(file, field)
    if not texts:
        raise ConfigError("nothing to decide: give texts, - for standard input, or --input FILE")
    if image is not None:
        if len(texts) != 1 or texts == ["-"]:
            raise ConfigError(f"--image goes with one text, and {len(texts)} are given: put rows into a file (--input)")
        picture = Picture(path=image)
        picture.size()  # whatever is wrong with it is said before a model is loaded
        return iter([[(Example(texts[0], image=picture), {"image": str(image)})]])
    return batches(texts, field)


def _of_file(file: Path, field: str) -> Iterator[Sequence[Row]]:
    from pointsman.data.routing import is_routing, read_routing

    if is_routing(file):
        found = read_routing(file, need_label=False)
        every: list[Row] = [(row, _place(row)) for rows in found.parts.values() for row in rows]
        yield from (every[start : start + _BATCH] for start in range(0, len(every), _BATCH))
        return
    try:
        if file.name.lower().endswith(_TABLES):
            raise DataError(f"--input {file}: rows are read from JSONL, or from lines of text; convert it first")
        with file.open("rb") as lines:
            yield from _rows_of(lines, str(file), field, strict=file.name.lower().endswith((".jsonl", ".ndjson")))
    except OSError as error:
        raise DataError(f"--input {file}: {(error.strerror or 'it cannot be read').lower()}") from None


def _place(row: Example) -> dict[str, Any]:
    image = {"image": str(row.image.path)} if row.image is not None else {}
    return {"source": row.source, **image}


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

    def answer(texts: list[Asked], probabilities: bool) -> list[dict[str, Decision]]:
        return [{found.task: found} for found in router.predict(texts, probabilities=probabilities)]

    return answer


def _of_bundle(
    path: Path, tasks: list[str] | None, precision: str | None, threads: int | None, verify_key: Path | None
) -> Answer:
    import pointsman

    routers = pointsman.load_bundle(path, precision=precision, threads=threads, verify_key=verify_key)

    def answer(texts: list[Asked], probabilities: bool) -> list[dict[str, Decision]]:
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
    yield from _rows_of(sys.stdin.buffer, "standard input", field)


_TABLES = (".csv", ".tsv", ".json", ".parquet", ".gz")


def _rows_of(
    lines: Iterable[bytes], name: str, field: str, *, strict: bool = False
) -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """Yield rows of lines; `strict`: each is a row of JSONL, else one that is none is a text itself."""
    batch: list[tuple[str, dict[str, Any]]] = []
    for number, raw in enumerate(lines, start=1):
        try:
            line = raw.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
        except UnicodeDecodeError as error:
            raise DataError(f"{name}:{number}: not UTF-8 at byte {error.start}: convert it first") from None
        if not line.strip():
            continue
        batch.append(_row(line, f"{name}:{number}", field, strict))
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _row(line: str, place: str, field: str, strict: bool) -> tuple[str, dict[str, Any]]:
    if not line.lstrip().startswith("{") and not strict:
        return line, {}
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        if strict:
            raise DataError(f"{place}: no row of JSONL: mend it, or name a file of lines .txt") from None
        return line, {}  # a line of text that begins with a brace
    if not isinstance(row, dict):
        raise DataError(f'{place}: no object: write {{"{field}": …}} in each line')
    if not isinstance(row.get(field), str):
        raise DataError(f"{place}: no text in field '{field}' (fields: {', '.join(row)}): name it with --text-field")
    return row[field], {key: value for key, value in row.items() if key != field}
