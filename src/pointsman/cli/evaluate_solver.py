"""`pointsman evaluate SOLVER`: a solver and its untouched base on the same questions; or a router with its solvers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from pointsman.cli import arguments as args
from pointsman.cli import launcher_arguments as where
from pointsman.cli.console import Console


def command(
    solver: Annotated[
        Path, typer.Argument(help="Folder written by 'pointsman train solver'; with --router also one of --all.")
    ],
    data: Annotated[Path, typer.Option("--data", help="Questions with options, such as MMLU-Pro's: JSONL or Parquet.")],
    router: Annotated[
        Path | None,
        typer.Option(help="Artifact of the task domain: judge what it routes, beside the base and perfect routing."),
    ] = None,
    max_samples: Annotated[
        int, typer.Option(help="Most questions, drawn evenly from the categories; 0: all.", envvar="MAX_SAMPLES")
    ] = 0,
    style: Annotated[
        str | None, typer.Option(help="reasoned or direct. [default: as most of what it was taught]")
    ] = None,
    max_new_tokens: Annotated[
        int | None, typer.Option(help="Most tokens of an answer. [default: as the solver says]")
    ] = None,
    batch: Annotated[int, typer.Option(help="Most questions answered together.")] = 16,
    seed: Annotated[int, typer.Option(help="Of the draw.")] = 0,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
    precision: Annotated[str, typer.Option(help="auto, bf16 or fp32.")] = "auto",
    backbone: args.Backbone = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for eval_results.json, answers.jsonl and training_comparison.json.")
    ] = None,
    overwrite: args.Overwrite = False,
    launcher: where.Launcher = None,
    address: where.Address = None,
    workers: where.Workers = None,
    gpu: where.Gpu = None,
    launcher_config: where.LauncherConfig = None,
    json_: args.Json = False,
    quiet: args.Quiet = False,
) -> None:
    """Let base and solver answer the same questions: accuracy, McNemar's difference, what could not be read, time."""
    from pointsman.launchers import launch
    from pointsman.pipeline.evaluate_solver import STEP, EvaluateSolverOptions, SolverExam

    exam = SolverExam(
        data,
        max_samples,
        style,  # type: ignore[arg-type]  # checked there
        max_new_tokens,
        batch,
        seed,
        device,  # type: ignore[arg-type]
        precision,  # type: ignore[arg-type]
        backbone,
        out,
        overwrite,
    )
    settings = where.settings_of(launcher, address, workers, gpu, launcher_config)
    with Console(quiet=quiet) as console:
        results = launch(STEP, EvaluateSolverOptions(solver, exam, router), settings, console)
    if json_:
        typer.echo(json.dumps(results, ensure_ascii=False))
        return
    if router is None:
        _print(results)
    else:
        _print_routed(results)
    if out is not None:
        typer.echo(f"  written: {out}")


def _print_routed(results: dict[str, Any]) -> None:
    typer.echo(
        f"{len(results['solvers'])} solvers on {results['data']} ({results['n']:,} questions, {results['sample']})"
    )
    for name, one in results["solvers"].items():
        typer.echo(f"  {name}: {one['told']}")
    low, high = results["routing"]["accuracy_interval"]
    typer.echo(
        f"  sent to the right expert {100 * results['routing']['accuracy']:.1f} % (95 % interval {100 * low:.1f} to "
        f"{100 * high:.1f}); router not sure of {results['routing']['not_sure']:,}, to an expert without a solver "
        f"{results['routing']['without_solver']:,} (the base answers)"
    )
    typer.echo(f"  {'by chance':<16} {100 * results['random']:5.1f} %")
    for name, title in (("base", "base alone"), ("routed", "routed"), ("perfect", "perfect routing")):
        low, high = results[name]["accuracy_interval"]
        typer.echo(
            f"  {title:<16} {100 * results[name]['accuracy']:5.1f} %  (95 % interval {100 * low:.1f} to "
            f"{100 * high:.1f}); unreadable {100 * results[name]['unreadable']:.1f} %"
        )
    for key, title in (("routed_against_base", "over the base"), ("perfect_against_routed", "left to gain")):
        low, high = results[key]["difference_interval"]
        typer.echo(
            f"  {title:<16} {100 * results[key]['difference']:+5.1f} points (95 % interval {100 * low:+.1f} to "
            f"{100 * high:+.1f}, McNemar p = {results[key]['p_value']:.2g})"
        )


def _print(results: dict[str, Any]) -> None:
    typer.echo(f"{results['name']} on {results['data']} ({results['n']:,} questions, {results['sample']})")
    typer.echo(f"  {results['told']}")
    for why, n in results["left_out"].items():
        typer.echo(f"  left out: {n:,} {why}")
    typer.echo(f"  {'by chance':<10} {100 * results['random']:5.1f} %")
    for name in ("base", "expert"):
        row = results[name]
        low, high = row["accuracy_interval"]
        typer.echo(
            f"  {name:<10} {100 * row['accuracy']:5.1f} %  (95 % interval {100 * low:.1f} to {100 * high:.1f}); "
            f"unreadable {100 * row['unreadable']:.1f} %, cut {row['truncated']}; "
            f"{row['tokens_per_question']:.0f} tokens, {row['seconds_per_question']:.3f} s a question"
        )
    gain = results["difference"]
    low, high = gain["difference_interval"]
    typer.echo(
        f"  difference {100 * gain['difference']:+5.1f} points (95 % interval {100 * low:+.1f} to {100 * high:+.1f}, "
        f"McNemar p = {gain['p_value']:.2g})"
    )
    for category, row in results["expert"]["per_category"].items():
        before = results["base"]["per_category"][category]
        typer.echo(
            f"    {category:<18} {row['n']:>6,} questions  base {100 * before['accuracy']:5.1f} %  "
            f"expert {100 * row['accuracy']:5.1f} %"
        )
