"""`pointsman train`: train a router and write its artifact."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from pointsman.cli import arguments as args
from pointsman.cli import launcher_arguments as where
from pointsman.cli import template_arguments as how
from pointsman.cli.console import Console
from pointsman.errors import ConfigError

Option = typer.Option


def command(
    context: typer.Context,
    task: Annotated[str | None, typer.Argument(help="A task (see 'pointsman tasks') or a YAML task file.")] = None,
    name: Annotated[str | None, Option(help="Name of a new task; its labels are those of --data.")] = None,
    all_: Annotated[
        bool, Option("--all", help="Train every task of the pipeline file in --config, one after the other.")
    ] = False,
    data: args.Data = None,
    out: Annotated[Path | None, Option(help="Folder of the artifact. [default: runs/ and a conventional name]")] = None,
    strategy: Annotated[
        str | None,
        Option(
            help="branch of an encoder; or on a generating model: a head on its frozen states, or a lora that says the "
            "label (generate). [default: head for adapter, else branch]"
        ),
    ] = None,
    config: Annotated[Path | None, Option(help="YAML file with any of these options; flags win.")] = None,
    recipe: Annotated[
        str, Option(help="fast (ours), classic, lora-classic or modality-classic (the field's own).")
    ] = "fast",
    model: Annotated[
        str | None,
        Option(
            help="Backbone: minilm, bert-base-uncased, roberta-base, modernbert-base, mmbert-base, mmbert-32k, "
            "qwen3-0.6b, qwen3-vl-8b, a Hub id (@revision) or a folder. "
            "[default: minilm; of head and lora qwen3-vl-8b, or qwen3-0.6b for rows without images]",
            envvar="MODEL",
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
    epochs: Annotated[
        int | None, Option(help="Passes over the training rows. [default: by data size]", envvar="EPOCHS")
    ] = None,
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
    max_samples: Annotated[
        int | None, Option(help="Most training rows, classes as equal as possible.", envvar="MAX_SAMPLES")
    ] = None,
    patience: Annotated[int | None, Option(help="Evaluations without a gain before stopping; 0: never.")] = None,
    evaluate_every: Annotated[
        int | None, Option(help="Steps between evaluations (head, lora); 0: each epoch. [default: by recipe]")
    ] = None,
    refit: Annotated[
        bool | None,
        Option("--refit", help="Fit once more with the chosen settings, on validation rows too (branch)."),
    ] = None,
    head_hidden: Annotated[
        int | None, Option(help="Units of the head's hidden layer; 0: a linear head. [default: 0]")
    ] = None,
    hidden_layer: Annotated[
        int, Option(help="Layers of the model below the state that a head reads; -1: all of them.")
    ] = -1,
    pooling: Annotated[
        str, Option(help="State of a request that a head reads: of its last token, or the mean.")
    ] = "last",
    template: how.Template = None,
    system: how.System = "",
    max_pixels: how.MaxPixels = 0,
    min_pixels: how.MinPixels = 0,
    max_tokens: how.MaxTokens = 0,
    features: Annotated[
        Path | None,
        Option(help="Folder of 'pointsman encode --out' that a head's features are taken from. [default: the store]"),
    ] = None,
    quantised: Annotated[
        bool, Option("--quantised", help="The model in four bits while a LoRA is trained (lora, CUDA).")
    ] = False,
    seed: Annotated[int | None, Option(help="Seed of everything random.")] = None,
    device: Annotated[str, Option(help="auto, cpu or cuda.")] = "auto",
    precision: Annotated[str, Option(help="auto, bf16 or fp32.")] = "auto",
    labels: Annotated[str | None, Option(help="Train only these labels of the task, comma-separated.")] = None,
    text_field: args.TextField = None,
    label_field: args.LabelField = None,
    split_field: args.SplitField = None,
    group_field: args.GroupField = None,
    exclude_label: args.ExcludeLabel = None,
    spans_field: args.SpansField = None,
    label_map: args.LabelMap = None,
    oos_label: args.OosLabel = None,
    on_conflict: Annotated[str, Option(help="A text with different labels: refuse, or drop it.")] = "refuse",
    no_generator: Annotated[
        bool, Option("--no-generator", help="Train on --data alone, without the rows of the task's generator (pii).")
    ] = False,
    shifted: Annotated[
        Path | None, Option(help="Test rows of another source: every report shows their figures beside the others.")
    ] = None,
    allow_leakage: Annotated[
        bool, Option("--allow-leakage", help="Train on a split that leaks; the report begins with a warning.")
    ] = False,
    vllm_endpoint: Annotated[
        str | None,
        Option(help="OpenAI-compatible endpoint that writes more BOTH rows for modality.", envvar="VLLM_ENDPOINT"),
    ] = None,
    synthesize_both: Annotated[
        int | None, Option(help="BOTH rows to ask of it. [default: 2000 with an endpoint, else 0]")
    ] = None,
    synthesis_model: Annotated[str | None, Option(help="Model to ask there. [default: the first it serves]")] = None,
    target: Annotated[
        str, Option(help="When to say 'not sure': default, fpr=0.01, precision=0.95 or coverage=0.9.")
    ] = "default",
    resume: Annotated[bool, Option("--resume", help="Go on with an interrupted run.")] = False,
    overwrite: args.Overwrite = False,
    launcher: where.Launcher = None,
    address: where.Address = None,
    workers: where.Workers = None,
    gpu: where.Gpu = None,
    launcher_config: where.LauncherConfig = None,
    json_: args.Json = False,
    quiet: args.Quiet = False,
) -> None:
    """Train a router: what is frozen is computed once, then what is trained; judge it; write the artifact."""
    given = dict(context.params)
    if given.pop("all_"):
        _all(context, given)
        return
    if config is not None:
        known = set(given) - {"config"}
        for key, value in args.read_config(config, known | {"json"}).items():
            key = "json_" if key == "json" else key
            source = context.get_parameter_source(key)
            if source is None or source.name not in _TYPED:
                given[key] = value
    from pointsman.pipeline.flags import train_options

    options = train_options(given)
    settings = where.settings_of(*(given[name] for name in _LAUNCHER))
    from pointsman.launchers import launch
    from pointsman.pipeline.exam import told
    from pointsman.pipeline.train import STEP

    with Console(quiet=bool(given["quiet"])) as console:
        result = launch(STEP, options, settings, console)
    row = result.results
    if given["json_"]:
        typer.echo(json.dumps({**row, "artifact": str(result.artifact.path), "seconds": result.seconds}))
        return
    for warning in row["warnings"]:
        typer.echo(f"warning: {warning}")
    typer.echo(f"{result.artifact.path}\n  {row['split']}: {told(row)}, {result.seconds['total']:.0f} s")
    if shifted_row := row.get("shifted"):
        typer.echo(f"  {shifted_row['data']} (another source): {told(shifted_row)}")
    if row.get("verdict"):
        typer.echo(f"  {row['verdict']}")
    image = " --image FILE" if "image_size" in row.get("baselines", {}) else ""
    typer.echo(
        f"  report: {result.artifact.path}/report.html\n"
        f'  next: pointsman predict {result.artifact.path} "your text"{image}'
    )


# Where a value comes from that wins over a file.
_TYPED = ("COMMANDLINE", "ENVIRONMENT")
_LAUNCHER = ("launcher", "address", "workers", "gpu", "launcher_config")


def _all(context: typer.Context, given: dict[str, Any]) -> None:
    """Train every router of a pipeline file."""
    from pointsman.cli.summary_table import print_table
    from pointsman.pipeline.flags import DEFAULTS
    from pointsman.pipeline.plan import read_plan
    from pointsman.pipeline.train_all import train_all

    if given["config"] is None:
        raise ConfigError("--all needs --config FILE: a YAML file with 'out' and 'tasks' (see examples/pipeline.yaml)")
    for name in _LAUNCHER:
        if given[name] is not None:
            raise ConfigError(
                f"--all trains here, one router after the other: leave out --{name.replace('_', '-')}, or train one "
                "router at a time"
            )
    if given["task"] is not None or given["name"] is not None:
        raise ConfigError("--all trains the tasks of --config: name none beside it")
    typed = {}
    for key, value in given.items():
        source = context.get_parameter_source(key)
        if key in DEFAULTS and key not in ("resume", "overwrite") and source is not None and source.name in _TYPED:
            typed[key] = value
    plan = read_plan(given["config"], typed)
    with Console(quiet=bool(given["quiet"])) as console:
        found = train_all(plan, resume=given["resume"], overwrite=given["overwrite"], progress=console)
    if given["json_"]:
        typer.echo(found.summary.read_text(encoding="utf-8"), nl=False)
        return
    print_table(f"Routers of {plan.path}", found.rows)
    typer.echo(f"{found.seconds:.0f} s in all; figures: {found.summary}; each router's folder holds a report.html")
