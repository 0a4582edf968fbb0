"""`pointsman export`: artifacts in the forms that other runtimes load."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from pointsman.cli import arguments as args
from pointsman.cli.console import Console
from pointsman.errors import ConfigError


def command(
    artifacts: Annotated[list[Path], typer.Argument(help="Folders written by 'pointsman train'.")],
    format_: Annotated[
        str | None,
        typer.Option(
            "--format",
            help="merged: the stock checkpoint of each, LoRA folded in; onnx: graphs of each; "
            "bundle: all of them in one graph, on one backbone.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            help="bundle: its folder. merged, onnx: the folder in which each gets its own, named by convention: "
            "lora_…_model_rust, lora_…_model_onnx.",
        ),
    ] = None,
    precision: Annotated[
        list[str] | None,
        typer.Option(
            "--precision",
            help="fp32, fp16 or int8 graphs; several with commas, or repeated; the first is what loads by default. "
            "[default: all that the format has]",
        ),
    ] = None,
    opset: Annotated[int | None, typer.Option(help="Of the graphs. [default: one that suits]")] = None,
    for_: Annotated[
        str | None,
        typer.Option(
            "--for",
            help="semantic-router: write its configuration beside merged exports; "
            "vllm: print how it serves generating adapters (no --format, no --out).",
        ),
    ] = None,
    backbone: args.Backbone = None,
    sign_key: Annotated[
        Path | None, typer.Option("--sign-key", help="Private key (PEM) that signs each folder.")
    ] = None,
    overwrite: args.Overwrite = False,
    json_: args.Json = False,
    quiet: args.Quiet = False,
) -> None:
    """Write artifacts in the forms that other runtimes load; print the folders."""
    from pointsman.pipeline.export import FORMATS, ExportOptions, export, serve_command

    if for_ == "vllm" and format_ is None:
        line = serve_command(artifacts)
        typer.echo(json.dumps({"command": line}) if json_ else line)
        return
    if format_ is None:
        raise ConfigError(f"--format is missing: {', '.join(FORMATS)}")
    if out is None:
        raise ConfigError("--out is missing: name the folder to write to")
    options = ExportOptions(
        format=format_,
        out=out,
        precisions=args.listed(precision, "--precision"),
        opset=opset,
        for_=for_,
        overwrite=overwrite,
        backbone=backbone,
        sign_key=sign_key,
    )
    with Console(quiet=quiet) as console:
        exports = export(artifacts, options, progress=console)
    if json_:
        rows = [
            {
                "path": str(result.path),
                "format": result.manifest.kind,
                "tasks": list(result.tasks),
                "digest": result.digest,
                "seconds": round(result.seconds, 3),
                "notes": list(result.notes),
            }
            for result in exports.results
        ]
        fragment = str(exports.fragment) if exports.fragment is not None else None
        typer.echo(json.dumps({"exports": rows, "fragment": fragment}, ensure_ascii=False))
        return
    for result in exports.results:
        typer.echo(str(result.path))
    if exports.fragment is not None:
        typer.echo(str(exports.fragment))
