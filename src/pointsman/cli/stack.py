"""`pointsman stack evaluate`: a router with its experts, or its solvers, judged on rows whose answer is known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from pointsman.cli import arguments as args
from pointsman.cli import launcher_arguments as where
from pointsman.cli import route
from pointsman.cli.console import Console
from pointsman.errors import ConfigError

_FIGURES = (
    ("tool_call_validity", "tool call valid", "asking"),
    ("exact_arguments", "exact arguments", "known_arguments"),
)


def evaluate(
    data: Annotated[
        Path,
        typer.Argument(help="Folder of 'pointsman data build adapter', or a file of its rows; for solvers, questions."),
    ],
    stack: Annotated[
        Path, typer.Option("--stack", help="experts.yaml: base, router and experts; or a folder of solvers.")
    ] = Path("experts.yaml"),
    split: Annotated[
        str | None, typer.Option(help="Part to judge: train, validation or test. [default: test, or all rows]")
    ] = None,
    max_samples: Annotated[int, typer.Option(min=0, help="Most rows, drawn evenly from the experts; 0: all.")] = 0,
    batch: Annotated[
        int, typer.Option(min=0, help="Requests routed together; 0: one at a time, which latency is about.")
    ] = 0,
    seed: Annotated[int, typer.Option(help="Of the draw, and of the order of requests.")] = 0,
    router: route.Router = None,
    out: Annotated[Path | None, typer.Option(help="Folder for stack_results.json.")] = None,
    device: route.Device = "cpu",
    precision: route.Precision = None,
    backbone: route.Backbone = None,
    overwrite: args.Overwrite = False,
    launcher: where.Launcher = None,
    address: where.Address = None,
    workers: where.Workers = None,
    gpu: where.Gpu = None,
    launcher_config: where.LauncherConfig = None,
    json_: args.Json = False,
    quiet: args.Quiet = False,
) -> None:
    """Judge a stack: routing, tool calls, latency by stage, and the same figures with perfect routing.

    With --stack naming a folder of solvers, and DATA a file of questions: accuracy of router and solvers beside the
    base alone and perfect routing.
    """
    if stack.is_dir():
        from pointsman.cli import evaluate_solver

        if split is not None:
            raise ConfigError("--split is of routing data: questions have no parts")
        if router is None:
            raise ConfigError(f"--router ARTIFACT is missing: it is what chooses between the solvers in {stack}")
        evaluate_solver.command(
            stack,
            data,
            router,
            max_samples,
            batch=batch or 16,
            seed=seed,
            device=device,
            precision=precision or "auto",
            backbone=backbone,
            out=out,
            overwrite=overwrite,
            launcher=launcher,
            address=address,
            workers=workers,
            gpu=gpu,
            launcher_config=launcher_config,
            json_=json_,
            quiet=quiet,
        )
        return
    from pointsman.launchers import launch
    from pointsman.pipeline.stack_evaluate import RESULTS, STEP, EvaluateStackOptions, StackExam

    exam = StackExam(data, split, max_samples, batch, seed, out, overwrite)
    options = EvaluateStackOptions(exam, stack, router, device, precision, backbone)
    settings = where.settings_of(launcher, address, workers, gpu, launcher_config)
    with Console(quiet=quiet) as console:
        results = launch(STEP, options, settings, console)
    if json_:
        typer.echo(json.dumps(results, ensure_ascii=False))
        return
    _print(results)
    if out is not None:
        typer.echo(f"  results: {out / RESULTS}")


def _print(results: dict[str, Any]) -> None:
    routing, routed, perfect = results["routing"], results["routed"], results["perfect_routing"]
    typer.echo(
        f"{results['stack']} on {results['data']} ({results['part']}, {results['n']:,} of {results['rows']:,} rows)"
    )
    typer.echo(f"  routing accuracy   {_share(routing, 'accuracy')}")
    typer.echo(
        f"  own expert asked   {_share(routing, 'sent_right')}; not sure {routing['not_sure']}, of these "
        f"to the default {routing['fell_back']}, refused {routing['refused']}"
    )
    for name, row in routing["per_expert"].items():
        typer.echo(f"    {name:<18} {_share(row, 'accuracy')}, {row['n']} rows")
    for pair in routing["confused"][:5]:
        typer.echo(f"    {pair['true']} taken for {pair['predicted']}, {pair['count']} rows")
    for key, title, count in _FIGURES:
        if not routed[count]:
            typer.echo(
                f"  {title:<18} not known: no row has {'a call' if key == 'exact_arguments' else 'tools'} to compare"
            )
            continue
        gain = results["difference"][key]
        low, high = gain["difference_interval"]
        typer.echo(f"  {title:<18} {_share(routed, key)}, {routed[count]} rows")
        typer.echo(f"    perfect routing  {_share(perfect, key)}")
        typer.echo(
            f"    difference       {100 * gain['difference']:+.1f} points ({100 * low:+.1f} to {100 * high:+.1f})"
        )
    told = ", ".join(f"{status.replace('_', ' ')} {n}" for status, n in routed["tool_calls"].items())
    typer.echo(f"  tool calls: {told}; needless {routed['needless_calls']}; answers cut {routed['truncated']}")
    for stage, spent in routed["latency_ms"].items():
        more = (
            f"p50 {spent['p50']:8.1f} ms, p95 {spent['p95']:8.1f} ms"
            if "p50" in spent
            else f"{spent['mean']:8.1f} ms a request"
        )
        typer.echo(f"  {stage:<12} {more}")
    typer.echo(f"  {results['requests_per_second']:.1f} requests/s")


def _share(row: dict[str, Any], name: str) -> str:
    if row[name] is None:
        return "not known"
    low, high = row[f"{name}_interval"]
    return f"{100 * row[name]:5.1f} % (95 % interval {100 * low:.1f} to {100 * high:.1f})"
