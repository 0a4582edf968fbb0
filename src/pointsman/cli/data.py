"""`pointsman data sources` and `pointsman data build`: where rows come from, and a folder of them to train on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from pointsman.cli import arguments as args
from pointsman.cli import launcher_arguments as where
from pointsman.cli.console import Console
from pointsman.errors import ConfigError

Option = typer.Option


def sources(
    task: Annotated[str | None, typer.Argument(help="A task (see 'pointsman tasks'). [default: all]")] = None,
    json_: args.Json = False,
) -> None:
    """List the sources with licence, home and conversion."""
    from pointsman import tasks
    from pointsman.data.sources import known

    name = tasks.get(task).name if task is not None else None
    found = [source for source in known() if name is None or source.serves(name)]
    if json_:
        rows = [
            {
                "source": s.id,
                "tasks": {t: line for t, line in s.tasks.items() if name is None or t in (name, "*")},
                "licence": s.licence,
                "home": s.home,
                "streamed": s.large,
            }
            for s in found
        ]
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    for s in found:
        typer.echo(f"{s.id}\n    {s.home}; licence: {s.licence}{'; read as a stream' if s.large else ''}")
        for t, line in s.tasks.items():
            if name is None or t in (name, "*"):
                typer.echo(f"    {'any task' if t == '*' else t}: {line}")
    typer.echo(
        "\nID@REVISION pins a data set of the Hub, ID=PATH reads a local copy of it; "
        "pointsman data build TASK --source ID --out DIR"
    )


def build(
    context: typer.Context,
    task: Annotated[
        str, typer.Argument(help="A task (see 'pointsman tasks') or a YAML task file; adapter has options of its own.")
    ],
    source: Annotated[
        list[str],
        Option(
            "--source",
            help="embedded, file:PATH, synthesis, a data set's ID or ID@REVISION, or ID=PATH (a local copy); "
            "once for each source. See 'pointsman data sources'.",
        ),
    ],
    out: Annotated[Path, Option(help="Folder for train.jsonl, validation.jsonl, test.jsonl, metadata.json.")],
    seed: Annotated[int, Option(help="Seed of the split, the draw and generated rows.")] = 0,
    max_samples: Annotated[
        int, Option(help="Most training rows, drawn after splitting, classes as equal as possible; 0: all.")
    ] = 0,
    balance: Annotated[
        bool, Option("--balance", help="Draw as many training rows of each class as the smallest has.")
    ] = False,
    max_rows: Annotated[
        int | None, Option(help="Rows taken from each data set at most; 0: all. [default: its own limit, if any]")
    ] = None,
    on_conflict: Annotated[str, Option(help="A text with different labels: refuse, or drop it.")] = "refuse",
    revision: Annotated[str | None, Option(help="Commit, tag or branch of the one Hub source.")] = None,
    vllm_endpoint: Annotated[
        str | None,
        Option(envvar="VLLM_ENDPOINT", help="OpenAI-compatible endpoint that writes BOTH prompts (task modality)."),
    ] = None,
    synthesize_both: Annotated[
        int | None, Option(help="Prompts that it shall write. [default: 2000 with an endpoint, else 0]")
    ] = None,
    model: Annotated[str | None, Option(help="Model to ask the endpoint for. [default: the first it names]")] = None,
    text_field: args.TextField = None,
    label_field: args.LabelField = None,
    split_field: args.SplitField = None,
    group_field: args.GroupField = None,
    spans_field: args.SpansField = None,
    label_map: args.LabelMap = None,
    exclude_label: args.ExcludeLabel = None,
    overwrite: args.Overwrite = False,
    launcher: where.Launcher = None,
    address: where.Address = None,
    workers: where.Workers = None,
    gpu: where.Gpu = None,
    launcher_config: where.LauncherConfig = None,
    json_: args.Json = False,
    quiet: args.Quiet = False,
) -> None:
    """Read the sources, keep their own splits, cut the rest by whole groups, and write the folder at once."""
    from pointsman.data.sources import Reading
    from pointsman.launchers import launch
    from pointsman.pipeline.build import STEP, BuildOptions

    if on_conflict not in ("refuse", "drop"):
        raise ConfigError(f"--on-conflict {on_conflict}: use refuse, drop")
    given = context.get_parameter_source("vllm_endpoint")
    if task != "modality" and given is not None and given.name == "ENVIRONMENT":
        vllm_endpoint = None  # it is set for the builds of modality
    if vllm_endpoint is None and (synthesize_both or model):
        raise ConfigError("--synthesize-both and --model are for an endpoint: give --vllm-endpoint URL")
    files = args.data_options(
        None,
        text_field,
        label_field,
        split_field,
        group_field,
        exclude_label,
        None,
        spans_field=spans_field,
        label_map=label_map,
    )
    options = BuildOptions(
        task=task,
        sources=tuple(source),
        out=out,
        seed=seed,
        max_samples=max_samples,
        balance=balance,
        on_conflict="drop" if on_conflict == "drop" else "refuse",
        revision=revision,
        reading=Reading(
            fields=files.fields,
            exclude_labels=files.exclude_labels,
            label_map=files.label_map,
            max_rows=max_rows,
            endpoint=vllm_endpoint,
            endpoint_model=model,
            synthesize=synthesize_both,
        ),
        overwrite=overwrite,
    )
    settings = where.settings_of(launcher, address, workers, gpu, launcher_config)
    with Console(quiet=quiet) as console:
        result = launch(STEP, options, settings, console)
    if json_:
        typer.echo(json.dumps({"out": str(result.path), **result.metadata}, ensure_ascii=False))
        return
    _print(result.path, result.metadata)


def _print(path: Path, metadata: Any) -> None:
    """Print the table of parts, what was drawn, what was left out, and the licences."""
    counts = metadata["counts"]
    what = "entities" if "entities" in counts["train"] else "labels"
    names = [name for name in metadata["labels"] if any(part[what].get(name) for part in counts.values())]
    width = max([10, *(len(name) for name in names)])
    typer.echo(f"{path}")
    typer.echo(f"  {'':<{width}}" + "".join(f"{part:>12}" for part in counts))
    typer.echo(f"  {'rows':<{width}}" + "".join(f"{part['rows']:>12,}" for part in counts.values()))
    for name in names:
        typer.echo(f"  {name:<{width}}" + "".join(f"{part[what].get(name, 0):>12,}" for part in counts.values()))
    if what == "entities":
        typer.echo(
            f"  {'no entity':<{width}}" + "".join(f"{part['rows_without_entities']:>12,}" for part in counts.values())
        )
    if metadata["drawn"]:
        typer.echo(f"  training part: {metadata['drawn']}")
    for row in metadata["dropped"]:
        typer.echo(f"  left out: {row['rows']:,} {'of ' + row['source'] if row['source'] else 'rows'}: {row['reason']}")
    for one in metadata["sources"]:
        for table, counted in one["tables"].items():
            most = ", ".join(f"{key} {n:,}" for key, n in list(counted["most"].items())[:5])
            typer.echo(f"  {one['source']}: {table}: {counted['total']:,} of {counted['different']:,} kinds ({most})")
    for licence, ids in metadata["licences"].items():
        typer.echo(f"  licence of {', '.join(ids)}: {licence}")
    typer.echo(f"  next: pointsman train {metadata['task']} --data {path}")
