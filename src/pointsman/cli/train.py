"""`pointsman train`: train a router and write its artifact."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from pointsman.cli import arguments as args
from pointsman.cli.console import Console
from pointsman.errors import ConfigError

Option = typer.Option


def command(
    context: typer.Context,
    task: Annotated[str | None, typer.Argument(help="A task (see 'pointsman tasks') or a YAML task file.")] = None,
    name: Annotated[str | None, Option(help="Name of a new task; its labels are those of --data.")] = None,
    data: args.Data = None,
    out: Annotated[Path | None, Option(help="Folder of the artifact. [default: runs/ and a conventional name]")] = None,
    config: Annotated[Path | None, Option(help="YAML file with any of these options; flags win.")] = None,
    recipe: Annotated[
        str, Option(help="fast (ours), classic, lora-classic or modality-classic (the field's own).")
    ] = "fast",
    model: Annotated[
        str | None,
        Option(
            help="Backbone: minilm, bert-base-uncased, roberta-base, modernbert-base, mmbert-base, mmbert-32k, "
            "a Hub id (@revision) or a folder. [default: minilm]"
        ),
    ] = None,
    adapt: Annotated[str | None, Option(help="lora, or full fine-tuning. [default: lora]")] = None,
    adapt_layers: Annotated[
        str | None,
        Option(help="Upper layers to adapt: a number, all, or auto (tried on validation); 0: the head alone."),
    ] = None,
    lora_rank: Annotated[int | None, Option(help="LoRA rank.")] = None,
    lora_alpha: Annotated[int | None, Option(help="LoRA alpha; the update is scaled by alpha / rank.")] = None,
    lora_dropout: Annotated[float | None, Option(help="Dropout before LoRA.")] = None,
    target_modules: Annotated[
        str | None, Option(help="Module name suffixes that LoRA adapts, comma-separated.")
    ] = None,
    epochs: Annotated[int | None, Option(help="Passes over the training rows. [default: by data size]")] = None,
    batch_size: Annotated[int | None, Option(help="Rows a step. [default: by data size]")] = None,
    gradient_accumulation: Annotated[int | None, Option(help="Steps added up before an update.")] = None,
    gradient_checkpointing: Annotated[
        bool | None, Option("--gradient-checkpointing", help="Less memory, more time.")
    ] = None,
    learning_rate: Annotated[float | None, Option(help="Peak learning rate. [default: by depth]")] = None,
    weight_decay: Annotated[float | None, Option(help="Weight decay.")] = None,
    label_smoothing: Annotated[float | None, Option(help="Share of the target spread over all labels.")] = None,
    max_length: Annotated[
        int | None, Option(help="Tokens a text may have. [default: 512 or the model's limit]")
    ] = None,
    max_samples: Annotated[int | None, Option(help="Most training rows, classes as equal as possible.")] = None,
    patience: Annotated[int | None, Option(help="Evaluations without a gain before stopping; 0: never.")] = None,
    seed: Annotated[int | None, Option(help="Seed of everything random.")] = None,
    device: Annotated[str, Option(help="auto, cpu or cuda.")] = "auto",
    precision: Annotated[str, Option(help="auto, bf16 or fp32.")] = "auto",
    labels: Annotated[str | None, Option(help="Train only these labels of the task, comma-separated.")] = None,
    text_field: args.TextField = None,
    label_field: args.LabelField = None,
    split_field: args.SplitField = None,
    group_field: args.GroupField = None,
    exclude_label: args.ExcludeLabel = None,
    oos_label: args.OosLabel = None,
    on_conflict: Annotated[str, Option(help="A text with different labels: refuse, or drop it.")] = "refuse",
    target: Annotated[
        str, Option(help="When to say 'not sure': default, fpr=0.01, precision=0.95 or coverage=0.9.")
    ] = "default",
    resume: Annotated[bool, Option("--resume", help="Go on with an interrupted run.")] = False,
    overwrite: args.Overwrite = False,
    json_: args.Json = False,
    quiet: args.Quiet = False,
) -> None:
    """Train a router: the trunk's activations once, then the branch; judge it; write the artifact."""
    given = dict(context.params)
    if config is not None:
        known = set(given) - {"config"}
        for key, value in args.read_config(config, known | {"json"}).items():
            key = "json_" if key == "json" else key
            source = context.get_parameter_source(key)
            if source is None or source.name != "COMMANDLINE":
                given[key] = value
    options = _options(given)
    from pointsman.pipeline.train import train

    with Console(quiet=bool(given["quiet"])) as console:
        result = train(options, console)
    row = result.results
    if given["json_"]:
        typer.echo(json.dumps({**row, "artifact": str(result.artifact.path), "seconds": result.seconds}))
        return
    low, high = row["intervals"]["accuracy"]
    typer.echo(
        f"{result.artifact.path}\n"
        f"  {row['split']}: accuracy {100 * row['accuracy']:.1f} % (95 % interval {100 * low:.1f} to "
        f"{100 * high:.1f}), "
        f"macro F1 {100 * row['macro_f1']:.1f} %, {row['n']:,} rows, {result.seconds['total']:.0f} s"
    )
    for warning in row["warnings"]:
        typer.echo(f"  warning: {warning}")
    if row.get("verdict"):
        typer.echo(f"  {row['verdict']}")
    typer.echo(
        f'  report: {result.artifact.path}/report.html\n  next: pointsman predict {result.artifact.path} "your text"'
    )


def _options(given: dict[str, Any]) -> Any:
    from pointsman.pipeline.options import TrainOptions

    for key, allowed in _CHOICES.items():
        if given[key] is not None and given[key] not in allowed:
            raise ConfigError(f"--{key.replace('_', '-')} {given[key]}: use {', '.join(allowed)}")
    overrides = {key: given[key] for key in _RECIPE if given[key] is not None}
    if (layers := overrides.get("adapt_layers")) is not None and layers not in ("all", "auto"):
        if not str(layers).isdecimal():
            raise ConfigError(f"--adapt-layers {layers}: use a number of layers, all or auto")
        overrides["adapt_layers"] = int(layers)
    for key, kind in _RECIPE.items():
        if key in overrides and kind is not str:
            try:
                overrides[key] = kind(overrides[key])
            except (TypeError, ValueError):
                raise ConfigError(f"{key.replace('_', '-')}: {overrides[key]!r} is not a number") from None
    if "target_modules" in overrides:
        overrides["target_modules"] = _list(overrides["target_modules"])
    data = given["data"]
    return TrainOptions(
        task=given["task"],
        name=given["name"],
        data=args.data_options(
            Path(data) if data is not None else None,
            given["text_field"],
            given["label_field"],
            given["split_field"],
            given["group_field"],
            list(_list(given["exclude_label"] or [])),
            given["oos_label"],
            on_conflict=given["on_conflict"],
            labels=_list(given["labels"] or ()),
        ),
        recipe=given["recipe"],
        overrides=overrides,
        device=given["device"],
        precision=given["precision"],
        target=given["target"],
        out=Path(given["out"]) if given["out"] is not None else None,
        overwrite=bool(given["overwrite"]),
        resume=bool(given["resume"]),
    )


_CHOICES = {
    "adapt": ("lora", "full"),
    "device": ("auto", "cpu", "cuda"),
    "precision": ("auto", "bf16", "fp32"),
    "on_conflict": ("refuse", "drop"),
}
_RECIPE: dict[str, Any] = {
    "model": str,
    "adapt": str,
    "adapt_layers": str,
    "lora_rank": int,
    "lora_alpha": int,
    "lora_dropout": float,
    "target_modules": str,
    "epochs": int,
    "batch_size": int,
    "gradient_accumulation": int,
    "gradient_checkpointing": bool,
    "learning_rate": float,
    "weight_decay": float,
    "label_smoothing": float,
    "max_length": int,
    "max_samples": int,
    "patience": int,
    "seed": int,
}


def _list(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        value = value.split(",")
    return tuple(str(item).strip() for item in value if str(item).strip())
