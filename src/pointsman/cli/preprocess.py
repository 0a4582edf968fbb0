"""`pointsman preprocess`: routing rows to tensors on disk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from pointsman.cli import arguments as args
from pointsman.cli import launcher_arguments as where
from pointsman.cli import template_arguments as how
from pointsman.cli.console import Console


def command(
    data: Annotated[Path, typer.Argument(help="Folder of 'pointsman data build adapter', or a file of its rows.")],
    out: Annotated[Path, typer.Option(help="Folder for the tensors; a run that was stopped goes on there.")],
    model: Annotated[
        str, typer.Option(help="Whose tokenizer, chat template and image processor: alias, folder or Hub id.")
    ] = "qwen3-vl-8b",
    template: how.Template = None,
    system: how.System = "",
    max_pixels: how.MaxPixels = 0,
    min_pixels: how.MinPixels = 0,
    max_tokens: how.MaxTokens = 0,
    shard_mb: Annotated[int, typer.Option(help="Megabytes of a file.")] = 256,
    threads: Annotated[int | None, typer.Option(help="Threads of a worker. [default: one for each core]")] = None,
    overwrite: args.Overwrite = False,
    launcher: where.Launcher = None,
    address: where.Address = None,
    workers: where.Workers = None,
    gpu: where.Gpu = None,
    launcher_config: where.LauncherConfig = None,
    json_: args.Json = False,
    quiet: args.Quiet = False,
) -> None:
    """Make rows ready for a generating model, once: chat template, tokens, image patches. Needs no accelerator."""
    from pointsman.launchers import launch
    from pointsman.pipeline.preprocess import STEP, PreprocessOptions
    from pointsman.pipeline.template import template_of

    options = PreprocessOptions(
        data=data,
        out=out,
        model=model,
        template=template_of(template, system, min_pixels, max_pixels, max_tokens),
        shard_mb=shard_mb,
        threads=threads,
        overwrite=overwrite,
    )
    settings = where.settings_of(launcher, address, workers, gpu, launcher_config)
    with Console(quiet=quiet) as console:
        found = launch(STEP, options, settings, console)
    if json_:
        told = {"path": str(found.path), "computed": found.computed, "seconds": found.seconds, **found.description}
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    about = found.description
    typer.echo(
        f"{found.path}: {about['rows']:,} rows, {about['images']:,} images, {about['tokens']:,} tokens, "
        f"{about['bytes'] / 1e6:,.1f} MB in {len(about['shards']):,} files; {found.computed:,} rows made now"
    )
