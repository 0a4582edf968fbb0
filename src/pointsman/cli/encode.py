"""`pointsman encode`: rows once through a frozen model; a generating one whole, or the trunk of a text encoder."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from pointsman.cli import arguments as args
from pointsman.cli import launcher_arguments as where
from pointsman.cli import template_arguments as how
from pointsman.cli.console import Console
from pointsman.errors import ConfigError

_OF_TEXTS = ("task", "depth", "max_length", "text_field")
_OF_REQUESTS = ("template", "system", "max_pixels", "min_pixels", "max_tokens", "pooling", "hidden_layer", "threads")


def command(
    context: typer.Context,
    data: Annotated[
        Path,
        typer.Argument(
            help="For a text encoder rows of texts: JSONL, CSV or Parquet (gzipped or not), a file or a folder of any "
            "size. For a generating model a folder of 'pointsman data build adapter', a file of its rows, or what "
            "'preprocess' made."
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            help="Folder for the features; rows that it holds are kept. Of a text encoder, train finds them there with "
            "POINTSMAN_STORE=FOLDER. [default: your store, where train looks]"
        ),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            help="Alias, folder or Hub id. [default: the model of the tensors, else qwen3-vl-8b; minilm with --task, "
            "--depth, --max-length or --text-field]"
        ),
    ] = None,
    task: Annotated[
        str | None,
        typer.Option(
            help="Text encoder: whose rows they are, or a YAML task file. [default: as 'data build' says, else any of "
            "one label a text]"
        ),
    ] = None,
    depth: Annotated[
        list[int] | None,
        typer.Option(
            "--depth",
            help="Text encoder: upper layers that 'train --adapt-layers' is to adapt; repeatable. [default: as train]",
        ),
    ] = None,
    max_length: Annotated[
        int | None, typer.Option(help="Text encoder: tokens a text may have. [default: as train]")
    ] = None,
    text_field: args.TextField = None,
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
    """Run each row once through a frozen model and keep what comes out; a second run computes nothing."""
    from pointsman.launchers import launch

    settings = where.settings_of(launcher, address, workers, gpu, launcher_config)
    choices: dict[str, Any] = {
        "device": how.one_of("--device", device, ("auto", "cpu", "cuda")),
        "precision": how.one_of("--precision", precision, ("auto", "bf16", "fp32")),
    }
    step: Any
    options: Any
    if _reads_texts(data, model, bool(list(_given(context, _OF_TEXTS))), settings.launcher):
        from pointsman.pipeline import encode_texts

        _refuse(context, _OF_REQUESTS, "a generating model's, and these are texts for an encoder")
        step = encode_texts.STEP
        options = encode_texts.EncodeTextsOptions(
            data, out, model, task, tuple(depth or ()), max_length or 0, text_field or "text", **choices
        )
    else:
        from pointsman.encoding.multimodal import Pooling
        from pointsman.pipeline import encode
        from pointsman.pipeline.template import template_of

        _refuse(context, _OF_TEXTS, "a text encoder's, and these are requests for a generating model")
        tokens: Any = how.one_of("--pooling", pooling, ("last", "mean"))
        asked = template is not None or system or max_pixels or min_pixels or max_tokens
        put = template_of(template, system, min_pixels, max_pixels, max_tokens) if asked else None
        step = encode.STEP
        options = encode.EncodeOptions(data, out, model, put, Pooling(tokens, hidden_layer), threads, **choices)
    with Console(quiet=quiet) as console:
        found = launch(step, options, settings, console)
    told = found.summary
    if json_:
        typer.echo(json.dumps({"path": str(found.path), **told}, ensure_ascii=False))
        return
    place = found.path if "shelves" in told else f"{found.path}/{found.shelf}"
    rate = f", {told['rows_per_second']:,.1f} rows/s" if told["rows_per_second"] else ""
    typer.echo(
        f"{place}: {told['rows']:,} rows, {told['distinct']:,} of them distinct; "
        f"{told['computed']:,} computed now{rate}, {told['seconds']:.1f} s"
    )
    for shelf in told.get("shelves", ()):
        typer.echo(f"  depth {shelf['depth']}: {shelf['shelf']}, {shelf['computed']:,} computed now")
    if "shelves" in told and out is not None and found.path.is_dir():
        typer.echo(f"  next: POINTSMAN_STORE={found.path} pointsman train …")


def _reads_texts(data: Path, model: str | None, asked: bool, launcher: str) -> bool:
    """Tell whether rows of texts are to be read by an encoder, and not requests by a generating model."""
    from pointsman.backbones import ALIASES, resolve
    from pointsman.data.routing import is_routing
    from pointsman.encoding.shards import is_tensor_folder

    if is_tensor_folder(data) or is_routing(data):
        return False
    if asked or model is None:
        return asked
    if launcher == "modal":  # the model is there, and not here
        from pointsman.pipeline.preprocess import DEFAULT_MODEL
        from pointsman.pipeline.train_generating import TEXT_MODEL

        return model in ALIASES and model not in (DEFAULT_MODEL, TEXT_MODEL)
    return not resolve(model).family.generates


def _given(context: typer.Context, names: Sequence[str]) -> Iterator[str]:
    """Yield those of some options that were typed."""
    for name in names:
        source = context.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE":
            yield f"--{name.replace('_', '-')}"


def _refuse(context: typer.Context, names: Sequence[str], why: str) -> None:
    """Refuse options that would do nothing.

    Raises:
        ConfigError: one was typed.
    """
    for flag in _given(context, names):
        raise ConfigError(f"{flag} is {why}: leave it out")
