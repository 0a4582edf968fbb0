"""`pointsman train solver`: experts that answer exam questions, one or all six."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pointsman.cli import arguments as args
from pointsman.cli import launcher_arguments as where
from pointsman.cli.console import Console
from pointsman.errors import ConfigError

if TYPE_CHECKING:
    from pointsman.pipeline.solver_artifact import Solver

Option = typer.Option


def command(
    context: typer.Context,
    task: Annotated[str, typer.Argument(help="solver")],
    expert: Annotated[
        str | None,
        Option(help="math-reasoner, science-expert, social-sciences, humanities, law or generalist."),
    ] = None,
    all_: Annotated[bool, Option("--all", help="Train the six in turn, each below --out.")] = False,
    in_domain: Annotated[
        bool,
        Option(
            "--in-domain/--no-leakage",
            help="Train on a part of MMLU-Pro itself, cut by question group (every output says so); or on external "
            "sets and MMLU-Pro's validation part alone.",
        ),
    ] = False,
    data: Annotated[
        list[str] | None,
        Option(
            "--data",
            metavar="SET=FILE",
            help="A set as a file or a Hub id, repeatable: mmlu_pro (what is judged on), mmlu_pro_validation, gsm8k, "
            "openmathreasoning, arc, openbookqa, sciq, commonsenseqa, strategyqa, truthfulqa. Where one that trains "
            "is named, only those named train. [default: the expert's sets from the Hub]",
        ),
    ] = None,
    out: Annotated[Path | None, Option(help="Folder to write. [default: runs/solver_EXPERT, runs/solvers]")] = None,
    model: Annotated[
        str, Option(help="Base: any causal model by alias, Hub id (@revision) or folder.", envvar="MODEL")
    ] = "qwen3-0.6b",
    template: Annotated[
        list[str] | None,
        Option(
            metavar="STYLE=FILE",
            help="How questions are put (reasoned, direct or open): a file with {question} and, but for open, "
            "{options} in it; repeatable.",
        ),
    ] = None,
    system: Annotated[str, Option(help="System turn.")] = "",
    lora_rank: Annotated[int | None, Option(help="LoRA rank. [default: 32]")] = None,
    lora_alpha: Annotated[int | None, Option(help="LoRA alpha. [default: 64]")] = None,
    lora_dropout: Annotated[float | None, Option(help="Dropout before LoRA. [default: 0.05]")] = None,
    target_modules: Annotated[
        str | None, Option(help="Projections that LoRA adapts, comma-separated. [default: all seven]")
    ] = None,
    epochs: Annotated[int | None, Option(help="Passes over the rows. [default: 3]", envvar="EPOCHS")] = None,
    batch_size: Annotated[int | None, Option(help="Rows a step. [default: 8]")] = None,
    gradient_accumulation: Annotated[int | None, Option(help="Steps added up before an update.")] = None,
    gradient_checkpointing: Annotated[
        bool | None, Option("--gradient-checkpointing", help="Less memory, more time.")
    ] = None,
    learning_rate: Annotated[float | None, Option(help="Peak learning rate. [default: 2e-4]")] = None,
    weight_decay: Annotated[float | None, Option(help="Weight decay.")] = None,
    max_samples: Annotated[
        int, Option(help="Most rows, drawn evenly from the sets; 0: all.", envvar="MAX_SAMPLES")
    ] = 0,
    max_new_tokens: Annotated[
        int | None, Option(help="Most tokens of an answer. [default: 512 with reasoning, else 16]")
    ] = None,
    seed: Annotated[int | None, Option(help="Seed of everything random.")] = None,
    device: Annotated[str, Option(help="auto, cpu or cuda.")] = "auto",
    precision: Annotated[str, Option(help="auto, bf16 or fp32.")] = "auto",
    resume: Annotated[
        bool, Option("--resume", help="Go on with what was interrupted; with --all keep the solvers that are whole.")
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
    """Train a LoRA that answers exam questions; those that the evaluation set holds are always removed and listed."""
    if (expert is None) == (not all_):
        raise ConfigError("name one expert with --expert NAME, or pass --all for the six")
    from pointsman.launchers import launch
    from pointsman.pipeline.train_solver import STEP, SolverOptions, SolverTraining, TrainedSolvers
    from pointsman.training.sft_recipe import FLAGS

    given = {name: value for name, value in context.params.items() if value is not None}
    overrides: dict[str, Any] = {setting: given[name] for name, setting in FLAGS.items() if name in given}
    if target_modules is not None:
        overrides["targets"] = tuple(part for name in target_modules.split(",") if (part := name.strip()))
    options = SolverOptions(
        data=_pairs("--data", data),
        in_domain=in_domain,
        model=model,
        overrides=overrides,
        prompts=_prompts(_pairs("--template", template), system),
        max_samples=max_samples,
        max_new_tokens=max_new_tokens,
        device=device,  # type: ignore[arg-type]  # refused where it is chosen
        precision=precision,  # type: ignore[arg-type]
        overwrite=overwrite,
        resume=resume,
    )
    asked = SolverTraining(expert, out or Path("runs") / (f"solver_{expert}" if expert else "solvers"), options)
    settings = where.settings_of(launcher, address, workers, gpu, launcher_config)
    with Console(quiet=quiet) as console:
        found = launch(STEP, asked, settings, console)
    if not isinstance(found, TrainedSolvers):
        typer.echo(json.dumps(_row(found), ensure_ascii=False) if json_ else _told(found))
        return
    if json_:
        typer.echo(found.summary.read_text(encoding="utf-8"), nl=False)
        return
    for name, row in found.rows.items():
        kept = "  (kept)" if name in found.kept else ""
        typer.echo(
            f"  {name:<16} {row['rows']:>8,} rows  {row['removed_as_contaminated']:>6,} removed  "
            f"{row['seconds']:8.0f} s{kept}"
        )
    typer.echo(f"{next(iter(found.rows.values()))['told']}\n{found.seconds:.0f} s in all; figures: {found.summary}")


def _pairs(flag: str, given: list[str] | None) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in given or []:
        name, equals, value = one.partition("=")
        if not name or not equals or not value:
            raise ConfigError(f"{flag} {one!r}: write NAME=FILE")
        if name in found:
            raise ConfigError(f"{flag} {name}=… is given twice: keep one")
        found[name] = value
    return found


def _prompts(files: Mapping[str, str], system: str) -> Any:
    from pointsman.pipeline.solver_prompts import STYLES, Prompts

    texts = {}
    for style, file in files.items():
        if style not in STYLES:
            raise ConfigError(f"--template {style}=…: no such style (known: {', '.join(STYLES)})")
        try:
            texts[style] = Path(file).read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"--template {style}={file}: cannot be read ({error})") from None
    return Prompts(**texts, system=system)


def _row(made: Solver) -> dict[str, Any]:
    return {"artifact": str(made.path), **{k: v for k, v in made.record.items() if k not in ("held", "files")}}


def _told(made: Solver) -> str:
    record = made.record
    styles = ", ".join(f"{n:,} {style}" for style, n in record["rows"]["styles"].items())
    found = record["contamination"]
    kinds = ", ".join(f"{n:,} {kind}" for kind, n in found["by_kind"].items())
    return (
        f"{made.path}\n  {made.told}\n  {record['rows']['count']:,} rows ({styles}); {found['removed']:,} removed "
        f"because the evaluation set holds them ({kinds}): {made.path}/decontamination.json\n"
        f"  next: pointsman evaluate {made.path} --data FILE"
    )
