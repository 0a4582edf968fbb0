"""`pointsman demo`: five routers from the embedded data and eight prompts routed, or the same for screenshots."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pointsman.cli import arguments as args
from pointsman.cli.console import Console
from pointsman.cli.route import harmless
from pointsman.errors import ConfigError, nearest

if TYPE_CHECKING:
    from pointsman.inference.stacked import Routed
    from pointsman.pipeline.demo_vision import Shown, VisionDemo
    from pointsman.tasks import Decision

_KINDS = ("text", "vision")


def command(
    kind: Annotated[
        str, typer.Argument(metavar="[text|vision]", help="text: five routers; vision: a router and its LoRA experts.")
    ] = "text",
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for what is made and summary.json. [default: runs/demo, runs/demo-vision]"),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(help="vision: base of router and experts. [default: a small model, pretrained here once]"),
    ] = None,
    both: Annotated[bool, typer.Option("--both", help="vision: train the LoRA router too.")] = False,
    screens: Annotated[int | None, typer.Option(help="vision: training screens of each kind. [default: 200]")] = None,
    device: Annotated[str | None, typer.Option(help="vision: auto, cpu or cuda. [default: auto]")] = None,
    overwrite: args.Overwrite = False,
    json_: args.Json = False,
    quiet: args.Quiet = False,
) -> None:
    """Train domain, intent, jailbreak, modality and pii from embedded data, judge them on held-out groups, use them.
    Or (vision) draw screens, train a router and three LoRA experts on one base, and send unseen screens through."""
    if kind not in _KINDS:
        raise ConfigError(f"demo {kind}{nearest(kind, _KINDS)}: use text or vision")
    more = {"model": model, "both": both or None, "per_kind": screens, "device": device}
    given = {name: value for name, value in more.items() if value is not None}
    if kind == "vision":
        _vision(out or Path("runs/demo-vision"), given, overwrite, json_, quiet)
        return
    for name in given:
        flag = "--screens" if name == "per_kind" else f"--{name}"
        raise ConfigError(f"{flag} is for the demo of screenshots: pointsman demo vision {flag} …")
    _text(out or Path("runs/demo"), overwrite, json_, quiet)


def _text(out: Path, overwrite: bool, json_: bool, quiet: bool) -> None:
    from rich.console import Console as Rich

    from pointsman.cli.summary_table import print_table
    from pointsman.pipeline.demo import PROMPTS, demo, summary_row

    with Console(quiet=quiet) as console:
        found = demo(out, overwrite=overwrite, progress=console)
    if json_:
        typer.echo((out / "summary.json").read_text(encoding="utf-8"), nl=False)
        return
    rich = Rich(highlight=False)
    rows = {name: summary_row(result) for name, result in found.trained.items()}
    print_table("Judged on template groups that training never saw", rows)
    for text, decisions in zip(PROMPTS, found.decisions, strict=True):
        rich.print(f"\n{text}", markup=False, soft_wrap=True)
        parts = []
        for name, d in decisions.items():
            tools = f" -> {', '.join(d.tools)}" if d.tools and d.tools != ("none",) else ""
            if d.spans:
                tools = f" -> {', '.join(f'{e.type} {e.text!r}' for e in d.spans)}"
            parts.append(f"{name}: {d.label} {d.probability:.2f}{' (not sure)' if d.abstained else ''}{tools}")
        rich.print("  " + "; ".join(parts), markup=False, soft_wrap=True)
    rich.print(
        "\nThe demo trains short (domain and jailbreak two epochs; jailbreak, modality and pii on a part of the rows; "
        "pii two layers, three epochs): pointsman train takes all and does better.\n"
        f"{found.seconds:.0f} s in all. Five routers are in {out}; each holds a report.html. Try next:\n"
        f'  pointsman predict {out}/domain "why is the sky blue?"\n'
        f"  pointsman evaluate {out}/jailbreak --data your_rows.jsonl\n"
        "  pointsman train --name support --data your_rows.csv",
        markup=False,
        soft_wrap=True,
    )


def _vision(out: Path, given: dict[str, Any], overwrite: bool, json_: bool, quiet: bool) -> None:
    from pointsman.pipeline.demo_vision import VisionDemoOptions, demo_vision

    options = VisionDemoOptions(out, overwrite=overwrite, **given)
    with Console(quiet=quiet) as console:
        found = demo_vision(options, console)
    if json_:
        typer.echo(json.dumps(found.to_dict(), ensure_ascii=False))
        return
    _print(found)
    if options.model is None:
        typer.echo("The base is a small model made for trying this out: its figures say nothing of a real one.")
    told = ", ".join(f"{name} {spent:.0f} s" for name, spent in found.seconds.items() if name != "total")
    first, stack = found.shown[0], found.out / "experts.yaml"
    data = found.out / "data"
    typer.echo(
        f"{found.seconds['total']:.0f} s in all: {told}\n"
        f"Everything is in {found.out}. Try next:\n"
        f'  pointsman route "{first.text}" --image {first.image} --stack {stack}\n'
        f"  pointsman stack evaluate {data} --stack {stack} --max-samples 60\n"
        f"  pointsman serve --stack {stack}\n"
        f"  pointsman train adapter --data {data} --strategy lora --model qwen3-vl-8b"
    )


def _print(found: VisionDemo) -> None:
    """Print the routers' figures, what became of each screen, and how long it took."""
    from rich.console import Console as Rich
    from rich.table import Table
    from rich.text import Text

    from pointsman.cli.summary_table import print_table
    from pointsman.pipeline.demo import summary_row

    rows = {name: summary_row(result) for name, result in found.routers.items()}
    print_table("Routers, judged on held-out screens", rows)
    alone = {name: row["accuracy"] for name, row in found.data.metadata["baselines"].items()}
    told = ", ".join(f"{name.replace('_', ' ')} {share:.1%}" for name, share in alone.items() if share is not None)
    typer.echo(f"Without a router: {told}\n")
    table = Table(title="Screens of layouts that nothing was trained on")
    others = ["lora"] if "lora" in found.routers else []
    for heading in ("screen", "truth", "head", *others, "tool call of the expert", "status"):
        table.add_column(heading, overflow="fold")
    for one in found.shown:
        cells = [one.image.name, one.truth, _decided(one.routed.decision)]
        cells += [_decided(one.other)] if one.other is not None else []
        table.add_row(*(Text(cell) for cell in (*cells, _called(one.routed), _status(one))))
    times = Table(title="Milliseconds by stage")
    stages = list(dict.fromkeys(name for one in found.shown for name in one.routed.seconds))
    times.add_column("screen")
    for name in stages:
        times.add_column(name, justify="right")
    for one in found.shown:
        spent = one.routed.seconds
        times.add_row(one.image.name, *(f"{1000 * spent[s]:.1f}" if s in spent else "" for s in stages))
    rich = Rich(highlight=False, width=None if sys.stdout.isatty() else 120)
    rich.print(table)
    rich.print(times)


def _decided(made: Decision) -> str:
    return f"{made.label} {made.probability:.3f}{' (not sure)' if made.abstained else ''}"


def _called(routed: Routed) -> str:
    call = routed.tool_call
    if call is None:
        return "nobody was asked"
    if call.arguments is None:
        return harmless(call.problem or routed.text or "")
    return harmless(f"{call.name} {json.dumps(dict(call.arguments), ensure_ascii=False)}")


def _status(one: Shown) -> str:
    call = one.routed.tool_call
    if call is None:
        return one.routed.outcome
    right = ", as the data" if one.exact else ", other arguments" if call.status == "valid" else ""
    return f"{call.status.replace('_', ' ')}{right}"
