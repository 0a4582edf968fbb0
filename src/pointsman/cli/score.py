"""`pointsman score`: decisions for a corpus, in Parquet files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from pointsman.cli import arguments as args
from pointsman.cli import launcher_arguments as where
from pointsman.cli.console import Console


def command(
    models: Annotated[
        list[Path],
        typer.Argument(help="A bundle, or exports and artifacts of different tasks.", metavar="BUNDLE|ARTIFACT…"),
    ],
    data: Annotated[
        list[str],
        typer.Option(
            "--data",
            help="JSONL, CSV or Parquet: a file, a folder or a pattern, local or a URL such as s3://…; repeatable.",
        ),
    ],
    out: Annotated[str, typer.Option(help="Folder or URL for the parts; a run that was stopped goes on there.")],
    task: Annotated[
        list[str] | None, typer.Option("--task", help="Decide this task alone; repeatable. [default: all]")
    ] = None,
    text_field: args.TextField = None,
    id_field: Annotated[
        str | None,
        typer.Option(help="Field that names a row. [default: id where there is one, else its file and number]"),
    ] = None,
    keep: Annotated[list[str] | None, typer.Option("--keep", help="Write this field as well; repeatable.")] = None,
    block_rows: Annotated[int, typer.Option(help="Rows of a part file.")] = 4096,
    probabilities: Annotated[bool, typer.Option("--probabilities", help="Write every label's probability.")] = False,
    entity_text: Annotated[
        bool, typer.Option("--entity-text", help="Write the text of entities, not only where they stand.")
    ] = False,
    precision: Annotated[
        str | None, typer.Option(help="fp32, fp16 or int8 (ONNX exports and bundles). [default: the export's first]")
    ] = None,
    threads: Annotated[
        int | None, typer.Option(help="Threads of each worker. [default: OMP_NUM_THREADS, or all cores]")
    ] = None,
    device: Annotated[str, typer.Option(help="cpu or cuda (artifacts and merged exports).")] = "cpu",
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
    """Score a corpus: any number of files, more than memory holds. Exit 1: all is done, but rows were rejected."""
    from pointsman.data.corpus import CorpusFields
    from pointsman.data.storage import absolute
    from pointsman.launchers import launch
    from pointsman.pipeline.score import STEP, ScoreOptions

    settings = where.settings_of(launcher, address, workers, gpu, launcher_config)
    options = ScoreOptions(
        models=tuple(models),
        inputs=tuple(absolute(name) for name in data),
        output=absolute(out),
        tasks=tuple(dict.fromkeys(task or ())),
        fields=CorpusFields(text_field or "text", id_field, tuple(dict.fromkeys(keep or ()))),
        block_rows=block_rows,
        precision=precision,
        threads=threads,
        device=device,
        backbone=backbone,
        probabilities=probabilities,
        entity_text=entity_text,
        overwrite=overwrite,
    )
    with Console(quiet=quiet) as console:
        found = launch(STEP, options, settings, console)
    if json_:
        typer.echo(json.dumps({"path": found.path, **found.summary}, ensure_ascii=False))
    else:
        _print(found.path, found.summary)
    if found.summary["rejected"]:
        raise typer.Exit(1)


def _print(path: str, summary: Any) -> None:
    rate = f"{summary['rows_per_second']:,.1f} rows/s, " if summary["rows_per_second"] else ""
    typer.echo(
        f"{path}: {summary['scored']:,} rows in {summary['parts']:,} parts; {summary['scored_now']:,} rows now, "
        f"{rate}{summary['seconds']:.1f} s"
    )
    scored = max(1, summary["scored"])
    for name, found in summary["tasks"].items():
        shares = [f"{label} {100 * one['share']:.1f} %" for label, one in found["labels"].items()]
        more = f" and {len(shares) - 5} more" if len(shares) > 5 else ""
        typer.echo(f"  {name}: {', '.join(shares[:5])}{more}; not sure {100 * found['abstained'] / scored:.1f} %")
    if summary["rejected"]:
        some = f"{summary['rejected']:,} row{'' if summary['rejected'] == 1 else 's'}"
        typer.echo(f"  rejected: {some}, see {path}/rejected-*.jsonl; the first:")
        for fault in summary["faults"][:3]:
            typer.echo(f"    {fault['file']}, row {fault['row']:,}: {fault['reason']}")
    typer.echo(f"  page: {path}/summary.html")
