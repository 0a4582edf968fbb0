"""`pointsman evaluate`: judge an artifact on rows, or several on the same ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from pointsman.cli import arguments as args
from pointsman.cli import launcher_arguments as where
from pointsman.cli.console import Console, unsure


def command(
    artifacts: Annotated[
        list[Path],
        typer.Argument(help="Folder written by 'pointsman train'; several give one table.", metavar="ARTIFACT…"),
    ],
    data: args.Data = None,
    split: Annotated[
        str | None,
        typer.Option(help="Part to judge: train, validation or test. [default: test, or all rows]"),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for eval_results.json and report.html; of several comparison.json.")
    ] = None,
    text_field: args.TextField = None,
    label_field: args.LabelField = None,
    split_field: args.SplitField = None,
    group_field: args.GroupField = None,
    exclude_label: args.ExcludeLabel = None,
    spans_field: args.SpansField = None,
    label_map: args.LabelMap = None,
    shifted: Annotated[Path | None, typer.Option(help="Rows of another source, judged beside --data.")] = None,
    oos_label: args.OosLabel = None,
    shuffle_images: Annotated[
        int | None,
        typer.Option(
            help="Seed by which images are dealt out anew to the rows: a control, at chance where texts tell nothing.",
            metavar="SEED",
        ),
    ] = None,
    device: Annotated[str, typer.Option(help="cpu or cuda.")] = "cpu",
    backbone: args.Backbone = None,
    overwrite: args.Overwrite = False,
    launcher: where.Launcher = None,
    address: where.Address = None,
    workers: where.Workers = None,
    gpu: where.Gpu = None,
    launcher_config: where.LauncherConfig = None,
    json_: args.Json = False,
    quiet: args.Quiet = False,
) -> None:
    """Judge an artifact: figures with 95 % intervals, baselines, calibration, operating points, report; or several."""
    from pointsman.launchers import launch
    from pointsman.pipeline.evaluate import STEP, EvaluateOptions

    rows = args.data_options(
        data,
        text_field,
        label_field,
        split_field,
        group_field,
        exclude_label,
        oos_label,
        spans_field,
        label_map,
        shifted=shifted,
    )
    options = EvaluateOptions(
        artifacts=tuple(artifacts),
        data=rows,
        part=split,
        out=out,
        overwrite=overwrite,
        device=device,
        backbone=backbone,
        shuffle_images=shuffle_images,
    )
    settings = where.settings_of(launcher, address, workers, gpu, launcher_config)
    with Console(quiet=quiet) as console:
        found = launch(STEP, options, settings, console)
    results = dict(found.results)
    if len(artifacts) > 1:
        _several(results, out, json_=json_)
    else:
        _one(artifacts[0], results, found.folder, json_=json_)


def _several(found: dict[str, Any], out: Path | None, *, json_: bool) -> None:
    from pointsman.cli.comparison_table import print_comparison
    from pointsman.pipeline.evaluate_many import COMPARISON

    if json_:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    for warning in found["warnings"]:
        typer.echo(f"warning: {warning}")
    print_comparison(found)
    if out is not None:
        typer.echo(f"written: {out}/{COMPARISON}")


def _one(artifact: Path, results: dict[str, Any], folder: Path | None, *, json_: bool) -> None:
    from pointsman.pipeline.exam import headline, told

    if json_:
        typer.echo(json.dumps({**results, "report": f"{folder}/report.html"}, ensure_ascii=False))
        return
    for warning in results["warnings"]:
        typer.echo(f"warning: {warning}")
    typer.echo(f"{artifact} on {results['data']} ({results['split']}, {results['n']:,} rows)")
    for name, title in headline(results):
        low, high = results["intervals"][name]
        typer.echo(f"  {title:<12} {100 * results[name]:5.1f} %   95 % interval {100 * low:.1f} to {100 * high:.1f}")
    for name, row in results.get("baselines", {}).items():
        typer.echo(f"  {name.replace('_', ' '):<24} {100 * row[headline(results)[0][0]]:5.1f} %")
    if "text_level" in results:
        _entities(results)
    if other := results.get("shifted"):
        typer.echo(f"  {other['data']} (another source): {told(other)}")
    if results.get("verdict"):
        typer.echo(f"  {results['verdict']}")
    found = results["calibration"]
    typer.echo(
        f"  calibration: temperature {found['temperature']:.3f}, ECE {found['ece_before']:.4f} before, "
        f"{found['ece_after']:.4f} after; NLL {found['nll_before']:.4f}, {found['nll_after']:.4f}"
    )
    rule = results["abstention"]
    when = unsure(rule["threshold"], rule["applies_to"], rule["target"])
    if rule["applies_to"] == "span":
        typer.echo(f"  {when}")
    else:
        typer.echo(
            f"  {when}: answers {100 * rule['coverage']:.1f} %, {100 * rule['accuracy_answered']:.1f} % of them right"
        )
    if oos := results.get("out_of_scope"):
        typer.echo(
            f"  out of scope: {100 * oos['recall']:.1f} % of {oos['n']:,} rows are 'not sure'; in-scope accuracy "
            f"after abstaining {100 * oos['in_scope_accuracy_after_abstaining']:.1f} %"
        )
    if two := results.get("two_class"):
        points = two["recall_at_fpr"]
        typer.echo(
            f"  {two['positive']}: AUC {two['auc']:.3f}, recall {100 * points['0.01']['recall']:.1f} % at 1 % false "
            f"positives, {100 * points['0.05']['recall']:.1f} % at 5 %"
        )
        for category, row in two.get("per_category", {}).items():
            typer.echo(f"    {category}: recall {100 * row['recall']:.1f} % of {row['n']}")
    for pair in [] if "text_level" in results else results["confused_pairs"][:5]:
        typer.echo(f"  confused: {pair['true']} taken for {pair['predicted']}, {pair['count']} rows")
    speed = results["latency"]
    what = "request" if "strategy" in results else "text"
    typer.echo(
        f"  latency: {speed['single_ms_p50']:.1f} ms a {what} (p95 {speed['single_ms_p95']:.1f}), "
        f"{speed['batch_texts_per_second']:.0f} {what}s/s in a batch, {speed['threads']} threads"
    )
    typer.echo(f"  report: {folder}/report.html")


def _entities(results: dict[str, Any]) -> None:
    """Print what token tasks have beside the headline."""
    for key, title in (("partial", "partial overlap"), ("token", "by word"), ("coarse", "coarse types")):
        if row := results.get(key):
            typer.echo(
                f"  {title:<16} F1 {100 * row['f1']:.1f} %, precision {100 * row['precision']:.1f} %, "
                f"recall {100 * row['recall']:.1f} %"
            )
    text = results["text_level"]
    typer.echo(
        f"  texts that hold entities: precision {100 * text['precision']:.1f} %, recall {100 * text['recall']:.1f} %"
    )
    if found := results.get("false_positives"):
        low, high = found["per_1000_words_interval"]
        typer.echo(
            f"  false entities of structured types: {found['per_1000_words']:.2f} per 1,000 words "
            f"(95 % interval {low:.2f} to {high:.2f})"
        )
    for name, row in results["per_class"].items():
        low, high = row["f1_interval"]
        typer.echo(
            f"    {name:<18} F1 {100 * row['f1']:5.1f} % ({100 * low:.1f} to {100 * high:.1f}), precision "
            f"{100 * row['precision']:5.1f} %, recall {100 * row['recall']:5.1f} %, {row['support']} entities"
        )
    for pair in results["confused_pairs"][:5]:
        typer.echo(
            f"  often: {pair['kind']}: {pair['true'] or 'nothing'} -> {pair['predicted'] or 'nothing'}, {pair['count']}"
        )
