"""`pointsman encode`: rows, or tensors of them, once through a frozen generating model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from pointsman.cli import arguments as args
from pointsman.cli import launcher_arguments as where
from pointsman.cli import template_arguments as how
from pointsman.cli.console import Console


def command(
    data: Annotated[
        Path,
        typer.Argument(help="Folder of 'pointsman data build adapter', a file of its rows, or what 'preprocess' made."),
    ],
    out: Annotated[
        Path | None, typer.Option(help="Folder for the features; rows that it holds are kept. [default: your store]")
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(help="Alias, folder or Hub id. [default: the model of the tensors, else qwen3-vl-8b]"),
    ] = None,
    template: how.Template = None,
    system: how.System = "",
    max_pixels: how.MaxPixels = 0,
    min_pixels: how.MinPixels = 0,
    max_tokens: how.MaxTokens = 0,
    pooling: Annotated[
        str, typer.Option(help="Which tokens' state stands for a row: the last's, or all tokens' mean.")
    ] = "last",
    hidden_layer: Annotated[int, typer.Option(help="Layers below the state; -1: all of them.")] = -1,
    threads: Annotated[
        int | None,
        typer.Option(help="Threads of a worker that make rows ready. [default: one for each core]"),
    ] = None,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
    precision: Annotated[str, typer.Option(help="Of the frozen model: auto, bf16 or fp32.")] = "auto",
    launcher: where.Launcher = None,
    address: where.Address = None,
    workers: where.Workers = None,
    gpu: where.Gpu = None,
    launcher_config: where.LauncherConfig = None,
    json_: args.Json = False,
    quiet: args.Quiet = False,
) -> None:
    """Run each row once through a frozen model and keep its pooled hidden state; a second run computes nothing."""
    from pointsman.encoding.multimodal import Pooling
    from pointsman.launchers import launch
    from pointsman.pipeline.encode import STEP, EncodeOptions
    from pointsman.pipeline.template import template_of

    choices: dict[str, Any] = {
        "device": how.one_of("--device", device, ("auto", "cpu", "cuda")),
        "precision": how.one_of("--precision", precision, ("auto", "bf16", "fp32")),
    }
    tokens: Any = how.one_of("--pooling", pooling, ("last", "mean"))
    asked = template is not None or system or max_pixels or min_pixels or max_tokens
    options = EncodeOptions(
        data=data,
        out=out,
        model=model,
        template=template_of(template, system, min_pixels, max_pixels, max_tokens) if asked else None,
        pooling=Pooling(tokens, hidden_layer),
        threads=threads,
        **choices,
    )
    settings = where.settings_of(launcher, address, workers, gpu, launcher_config)
    with Console(quiet=quiet) as console:
        found = launch(STEP, options, settings, console)
    told = found.summary
    if json_:
        typer.echo(json.dumps({"path": str(found.path), **told}, ensure_ascii=False))
        return
    rate = f", {told['rows_per_second']:,.1f} rows/s" if told["rows_per_second"] else ""
    typer.echo(
        f"{found.path}/{found.shelf}: {told['rows']:,} rows, {told['distinct']:,} of them distinct; "
        f"{told['computed']:,} computed now{rate}, {told['seconds']:.1f} s"
    )
