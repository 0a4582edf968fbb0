"""`pointsman solve`: a question with options through router and solver."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from pointsman.cli import arguments as args
from pointsman.cli.route import harmless

UNREADABLE = 3
"""Exit code: the answer names no option, or several."""


def command(
    question: Annotated[str, typer.Argument(help="What is asked.")],
    options: Annotated[list[str], typer.Option("--options", help="An option, in order; once for each.")],
    solvers: Annotated[
        list[Path] | None,
        typer.Option(
            "--solvers", help="Folder of 'pointsman train solver', --all or one; repeatable. [default: runs/solvers]"
        ),
    ] = None,
    router: Annotated[Path | None, typer.Option(help="Artifact of the task domain that chooses the expert.")] = None,
    expert: Annotated[str | None, typer.Option(help="Ask this expert, without a router.")] = None,
    max_new_tokens: Annotated[
        int | None, typer.Option(min=1, help="Most tokens of the answer. [default: as the solver says]")
    ] = None,
    device: Annotated[str, typer.Option(help="cpu or cuda.")] = "cpu",
    precision: Annotated[str, typer.Option(help="fp32 or bf16, of the solvers' base.")] = "fp32",
    backbone: Annotated[
        str | None, typer.Option(help="Where the solvers' base is now, if not where it was at training.")
    ] = None,
    json_: args.Json = False,
    quiet: args.Quiet = False,
) -> None:
    """Let the domain router choose a solver and the solver answer. Exit 3: the answer could not be read."""
    from pointsman.errors import ConfigError
    from pointsman.pipeline.solve import open_solving

    if (router is None) == (expert is None):
        raise ConfigError("say who chooses: --router ARTIFACT (task domain), or --expert NAME for one of the solvers")
    folders = solvers or [Path("runs") / "solvers"]
    opened = open_solving(folders, router=router, device=device, precision=precision, backbone=backbone)
    found = opened.solve(question, options, expert=expert, max_new_tokens=max_new_tokens)
    if json_:
        typer.echo(json.dumps({"question": question, "options": options, **found.to_dict()}, ensure_ascii=False))
    else:
        answer = found.answer
        if not quiet:
            typer.echo(harmless(answer.text))
        chosen = f"{answer.letter}. {answer.option}" if answer.readable else "unreadable"
        sure = f"  {answer.confidence:.3f}" if answer.confidence is not None else ""
        typer.echo(f"answer: {harmless(chosen)}{sure}")
        made = found.decision
        by = "named" if made is None else f"router: {made.label}  {made.probability:.3f}"
        mark = "  not sure" if made is not None and made.abstained else ""
        typer.echo(f"expert: {found.expert}  | {by}{mark}  | {found.told}")
        if found.truncated:
            typer.echo(f"cut at {answer.tokens} tokens")
        typer.echo("  ".join(f"{stage} {1000 * spent:.1f} ms" for stage, spent in found.seconds.items()))
    if not found.answer.readable:
        raise typer.Exit(UNREADABLE)
