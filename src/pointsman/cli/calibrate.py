"""`pointsman calibrate`: choose when an artifact says "not sure"."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from pointsman.cli import arguments as args
from pointsman.cli.console import Console, unsure


def command(
    artifact: Annotated[Path, typer.Argument(help="Folder written by 'pointsman train'.")],
    target: Annotated[
        str,
        typer.Option(help="default, fpr=0.01, precision=0.95 or coverage=0.9, reached on validation rows."),
    ] = "default",
    data: args.Data = None,
    text_field: args.TextField = None,
    label_field: args.LabelField = None,
    split_field: args.SplitField = None,
    exclude_label: args.ExcludeLabel = None,
    spans_field: args.SpansField = None,
    label_map: args.LabelMap = None,
    device: Annotated[str, typer.Option(help="cpu or cuda.")] = "cpu",
    backbone: args.Backbone = None,
    json_: args.Json = False,
    quiet: args.Quiet = False,
) -> None:
    """Choose the threshold on validation (training's, or --data) and store the rule with its measured effect."""
    from pointsman.pipeline.calibrate import calibrate

    options = args.data_options(
        data, text_field, label_field, split_field, None, exclude_label, None, spans_field, label_map
    )
    with Console(quiet=quiet) as console:
        _, calibration = calibrate(artifact, target, options, console, device=device, backbone=backbone)
    rule = calibration.rule
    if json_:
        typer.echo(json.dumps({"temperature": calibration.temperature, **rule.to_dict()}))
        return
    effect = rule.effect
    low, high = effect.accuracy_answered_interval
    if rule.applies_to == "span":
        typer.echo(
            f"{artifact}: {unsure(rule.threshold, rule.applies_to, rule.target)}\n"
            f"  on {effect.n:,} validation rows: {100 * effect.accuracy_answered:.1f} % of the entities reported are "
            f"right (95 % interval {100 * low:.1f} to {100 * high:.1f}), "
            f"{100 * (effect.recall or 0):.1f} % of all are found"
        )
        if effect.false_positive_rate is not None:
            typer.echo(
                f"  something is reported in {100 * effect.false_positive_rate:.2f} % of the rows without entities"
            )
        return
    typer.echo(
        f"{artifact}: {unsure(rule.threshold, rule.applies_to, rule.target)}\n"
        f"  on {effect.n:,} validation rows: answers {100 * effect.coverage:.1f} %, "
        f"{100 * effect.accuracy_answered:.1f} % of them right (95 % interval {100 * low:.1f} to {100 * high:.1f})"
    )
    if effect.false_positive_rate is not None and effect.recall is not None:
        typer.echo(f"  false positives {100 * effect.false_positive_rate:.2f} %, recall {100 * effect.recall:.1f} %")
