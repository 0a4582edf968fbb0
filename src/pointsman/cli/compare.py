"""`pointsman compare`: two artifacts on the same rows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from pointsman.cli import arguments as args
from pointsman.cli.console import Console


def command(
    a: Annotated[Path, typer.Argument(help="One artifact.")],
    b: Annotated[Path, typer.Argument(help="Another artifact for the same labels.")],
    data: args.Data = None,
    split: Annotated[str | None, typer.Option(help="Part to judge. [default: test, or all rows]")] = None,
    text_field: args.TextField = None,
    label_field: args.LabelField = None,
    split_field: args.SplitField = None,
    exclude_label: args.ExcludeLabel = None,
    spans_field: args.SpansField = None,
    label_map: args.LabelMap = None,
    device: Annotated[str, typer.Option(help="cpu or cuda.")] = "cpu",
    json_: args.Json = False,
    quiet: args.Quiet = False,
) -> None:
    """Compare two artifacts: paired difference with interval and p-value, and where they differ."""
    from pointsman.pipeline.evaluate import compare

    options = args.data_options(
        data, text_field, label_field, split_field, None, exclude_label, None, spans_field, label_map
    )
    with Console(quiet=quiet) as console:
        found = compare(a, b, options, part=split, device=device, progress=console)
    if json_:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    for warning in found["warnings"]:
        typer.echo(f"warning: {warning}")
    typer.echo(f"{found['n']:,} rows of {found['data']} ({found['split']})")
    for name, path in (("a", a), ("b", b)):
        side = found[name]
        figure = "accuracy" if "accuracy" in side else "f1"
        low, high = side[f"{figure}_interval"]
        typer.echo(
            f"  {name}: {'accuracy' if figure == 'accuracy' else 'entity F1'} {100 * side[figure]:.1f} % "
            f"({100 * low:.1f} to {100 * high:.1f}), "
            f"macro F1 {100 * side['macro_f1']:.1f} %  {path}"
        )
    paired = found["paired"]
    low, high = paired["difference_interval"]
    sure = "a difference" if paired["p_value"] < 0.05 else "no difference that these rows can show"
    typer.echo(
        f"  a less b: {100 * paired['difference']:+.2f} points (95 % interval {100 * low:+.2f} to {100 * high:+.2f}), "
        f"{'paired bootstrap' if figure == 'f1' else 'McNemar'} p = {paired['p_value']:.3g}: {sure}"
    )
    typer.echo(
        f"  only a right: {found['a_only']}, only b right: {found['b_only']}, they differ on {found['disagreements']}"
    )
    for row in found["differences"][:10]:
        text = " ".join(row["text"].split())[:70]
        typer.echo(f"    {row['label']}: a says {row['a']}, b says {row['b']}  | {text}")
