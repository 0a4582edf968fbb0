"""`pointsman data build adapter`: the experts' own training rows to a folder that a router is trained on."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from pointsman.cli import arguments as args
from pointsman.cli import launcher_arguments as where
from pointsman.cli.console import Console
from pointsman.errors import ConfigError

Option = typer.Option


def one_by_one(arguments: Sequence[str]) -> list[str]:
    """Write `--experts A=x B=y` as `--experts A=x --experts B=y`, which is how typer reads several values."""
    out: list[str] = []
    taking = False
    for argument in arguments:
        if argument == "--experts":
            taking = True
            out.append(argument)
        elif taking and (out[-1] == "--experts" or _is_expert(argument)):
            if out[-1] != "--experts":
                out.append("--experts")
            out.append(argument)
        else:
            taking = False
            out.append(argument)
    return out


def _is_expert(argument: str) -> bool:
    return not argument.startswith("-") and ("=" in argument or argument.endswith((".yaml", ".yml", ".json")))


def command(
    task: Annotated[str, typer.Argument(help="adapter")],
    experts: Annotated[
        list[str],
        Option(
            "--experts",
            help="NAME=PATH, once for each expert or several in a row: a JSONL file of its training rows, or a folder "
            "with train.jsonl; or a file of experts (experts.yaml) with 'data: PATH' for each. Their order is the "
            "label order.",
        ),
    ],
    out: Annotated[
        Path | None,
        Option(
            help="Folder for train.jsonl, validation.jsonl, eval.jsonl, images. [default: datasets/routing_DATE_TIME]"
        ),
    ] = None,
    train_samples: Annotated[int, Option(help="Rows of each expert for training and validation together; 0: all.")] = 0,
    eval_samples: Annotated[int, Option(help="Rows of each expert held out; 0: --eval-share of them.")] = 0,
    eval_share: Annotated[float, Option(help="Share of the rows held out.")] = 0.2,
    validation_share: Annotated[float, Option(help="Share of the rest that validates.")] = 0.2,
    balance: Annotated[
        bool, Option("--balance", help="Draw as many training rows of each expert as the one with the fewest has.")
    ] = False,
    seed: Annotated[int, Option(help="Seed of the split and the draw.")] = 0,
    copy_images: Annotated[
        bool, Option("--copy-images", help="Copy images; else they are hard links where the disk allows.")
    ] = False,
    skip_bad: Annotated[
        bool, Option("--skip-bad", help="Leave out rows that cannot be used (a broken image, …) and list them.")
    ] = False,
    overwrite: args.Overwrite = False,
    launcher: where.Launcher = None,
    address: where.Address = None,
    workers: where.Workers = None,
    gpu: where.Gpu = None,
    launcher_config: where.LauncherConfig = None,
    json_: args.Json = False,
    quiet: args.Quiet = False,
) -> None:
    """Group rows by what their images show, cut them into parts by whole groups, and write the folder at once."""
    from pointsman.data.routing_build import Cut
    from pointsman.launchers import launch
    from pointsman.pipeline.route_data import STEP, RouteDataOptions, default_folder

    if task != "adapter":
        raise ConfigError(f"--experts is for the task adapter, not '{task}': pointsman data build adapter --experts …")
    options = RouteDataOptions(
        experts=tuple(experts),
        out=out or default_folder(),
        cut=Cut(
            seed=seed,
            eval_share=eval_share,
            eval_samples=eval_samples,
            validation_share=validation_share,
            train_samples=train_samples,
            balance=balance,
        ),
        copy_images=copy_images,
        skip_bad=skip_bad,
        overwrite=overwrite,
    )
    settings = where.settings_of(launcher, address, workers, gpu, launcher_config)
    with Console(quiet=quiet) as console:
        result = launch(STEP, options, settings, console)
    if json_:
        typer.echo(json.dumps({"out": str(result.path), **result.metadata}, ensure_ascii=False))
        return
    _print(result.path, result.metadata)


def _print(path: Path, metadata: Mapping[str, Any]) -> None:
    """Print the table of parts, the images, what was left out, and the baselines."""
    counts = metadata["counts"]
    width = max([16, *(len(name) for name in metadata["labels"])])
    typer.echo(f"{path}")
    typer.echo(f"  {'':<{width}}" + "".join(f"{part:>12}" for part in ("train", "validation", "eval")))
    for name in metadata["labels"]:
        typer.echo(f"  {name:<{width}}" + "".join(f"{part['experts'][name]:>12,}" for part in counts.values()))
    for key, told in (("rows", "rows"), ("images", "different images"), ("text_only", "text alone")):
        if any(part[key] for part in counts.values()):
            typer.echo(f"  {told:<{width}}" + "".join(f"{part[key]:>12,}" for part in counts.values()))
    images = metadata["images"]
    if images["different"]:
        near = images["near_copies"]["groups"]
        typer.echo(
            f"  images: {images['different']:,} different in {images['groups']:,} groups, near copies in {near:,}; "
            f"{images['hard_links']:,} hard links, {images['copies']:,} copies"
        )
    for one in metadata["left_out"]:
        typer.echo(f"  left out: {one['rows']:,} rows: {one['reason']}")
    typer.echo("  accuracy on eval without a router (95 % interval):")
    named = {"majority": "majority", "image_size": "image size alone", "text": "text alone"}
    for key, figure in metadata["baselines"].items():
        if figure["accuracy"] is None:
            typer.echo(f"    {named[key]:<18} not measured: {figure['reason']}")
            continue
        low, high = figure["interval"]
        detail = {
            "majority": f"always '{figure.get('label')}'",
            "image_size": f"nearest {figure.get('neighbours')} by width and height",
            "text": f"logistic regression on {figure.get('features')}",
        }[key]
        typer.echo(f"    {named[key]:<18} {figure['accuracy']:6.1%}  [{low:.1%}, {high:.1%}]  {detail}")
    typer.echo(f"  next: pointsman train adapter --data {path}")
