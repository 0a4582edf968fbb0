"""`pointsman route`: one request through router and expert."""

from __future__ import annotations

import json
import sys
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pointsman.cli import arguments as args
from pointsman.errors import ConfigError

if TYPE_CHECKING:
    from pointsman.inference.stacked import Routed

REFUSED, NOT_TO_ACT_ON = 3, 4
"""Exit codes: nobody was asked; the expert's tool call must not be acted on."""

Stack = Annotated[Path, typer.Option("--stack", help="experts.yaml: base, router and experts.")]
Router = Annotated[Path | None, typer.Option(help="Artifact that decides. [default: as the file says]")]
Device = Annotated[str, typer.Option(help="cpu or cuda, for models in this process.")]
Precision = Annotated[
    str | None, typer.Option(help="fp32 or bf16, of the experts' base (local backend). [default: as the router's]")
]
Backbone = Annotated[
    str | None,
    typer.Option(help="Where the experts' base is now, if not where the file says (with a server: the router's)."),
]


def command(
    request: Annotated[str | None, typer.Argument(metavar="TEXT", help="What is asked; or pass --text.")] = None,
    text: Annotated[str | None, typer.Option(help="What is asked.")] = None,
    image: Annotated[Path | None, typer.Option(help="Screenshot: PNG, JPEG, WEBP, GIF or BMP.")] = None,
    stack: Stack = Path("experts.yaml"),
    expert: Annotated[str | None, typer.Option(help="Ask this one, whatever the router says.")] = None,
    decide_only: Annotated[bool, typer.Option("--decide-only", help="Ask the router alone.")] = False,
    max_new_tokens: Annotated[
        int | None, typer.Option(help="Most tokens of the answer. [default: as the file says]")
    ] = None,
    probabilities: Annotated[bool, typer.Option("--probabilities", help="Print every expert's probability.")] = False,
    stream: Annotated[
        bool | None,
        typer.Option("--stream/--no-stream", help="Print the answer as it is written. [default: if a terminal]"),
    ] = None,
    router: Router = None,
    device: Device = "cpu",
    precision: Precision = None,
    backbone: Backbone = None,
    json_: args.Json = False,
    quiet: args.Quiet = False,
) -> None:
    """Let the router choose an expert and the expert answer. Exit 3: the router was not sure and nobody was asked;
    4: the expert's tool call is malformed or off its schema, so it must not be acted on."""
    if request is not None and text is not None:
        raise ConfigError("name what is asked once: TEXT, or --text TEXT")
    if request is None and text is None and image is None:
        raise ConfigError("nothing is asked: pointsman route TEXT, --image FILE, or both")
    from pointsman.data.pictures import Picture
    from pointsman.experts.stack import open_stack
    from pointsman.inference.stacked import StackRequest

    asked = StackRequest(
        request if request is not None else text or "",
        Picture(path=image) if image is not None else None,
        decide_only,
        max_new_tokens,
        expert,
        probabilities,
    )
    with open_stack(stack, router=router, device=device, precision=precision, backbone=backbone) as opened:
        if not quiet:
            for note in opened.notes:
                typer.echo(f"note: {note}", err=True)
        live = not json_ and (sys.stdout.isatty() if stream is None else stream)
        found = opened.route(asked, on_text=_write if live else None)
    if json_:
        typer.echo(json.dumps({"request": asked.text, **found.to_dict()}, ensure_ascii=False))
    else:
        _print(found, written=live)
    if found.outcome == "refused":
        raise typer.Exit(REFUSED)
    if found.tool_call is not None and found.tool_call.status in ("malformed", "off_schema"):
        raise typer.Exit(NOT_TO_ACT_ON)


def _write(piece: str) -> None:
    sys.stdout.write(harmless(piece))
    sys.stdout.flush()


def _print(found: Routed, *, written: bool) -> None:
    if found.text is not None:
        typer.echo("" if written else harmless(found.text))
    made = found.decision
    told = {"answered": found.expert, "decided": found.expert, "refused": "refused: no default expert"}[found.outcome]
    mark = "  not sure" if made.abstained else ""
    mark += "  (the default takes it)" if found.fell_back else ""
    mark += "  truncated" if made.truncated else ""
    typer.echo(
        f"expert: {told}  | router: {made.label}  {made.probability:.3f}  (then {made.runner_up}, margin "
        f"{made.margin:.3f}){mark}"
    )
    if made.probabilities is not None:
        ranked = sorted(made.probabilities.items(), key=lambda item: -item[1])
        typer.echo("    " + ", ".join(f"{label} {p:.3f}" for label, p in ranked))
    if (call := found.tool_call) is not None:
        told = {"valid": "valid", "none": "none", "malformed": "MALFORMED", "off_schema": "OFF SCHEMA"}[call.status]
        more = (
            f"  {call.name} {json.dumps(dict(call.arguments), ensure_ascii=False)}"
            if call.arguments is not None
            else ""
        )
        typer.echo(f"tool call: {told}{harmless(more)}{': ' + harmless(call.problem) if call.problem else ''}")
    if found.truncated:
        typer.echo(f"cut at {found.tokens} tokens")
    typer.echo("  ".join(f"{stage} {1000 * spent:.1f} ms" for stage, spent in found.seconds.items()))


def harmless(text: str) -> str:
    """Return a model's text for a terminal: what would steer it (escapes, direction marks) as U+FFFD."""
    return "".join(
        char if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cf", "Cs") else "\ufffd" for char in text
    )
