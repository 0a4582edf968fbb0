"""Options that several verbs share, and reading them from a YAML file (`--config`); flags win."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from pointsman.errors import ConfigError, nearest

Data = Annotated[
    Path | None,
    typer.Option("--data", help="JSONL, CSV or Parquet file (gzipped or not), or a folder with one for each split."),
]
TextField = Annotated[str | None, typer.Option(help="Column that holds the text. [default: text]")]
LabelField = Annotated[str | None, typer.Option(help="Column that holds the label. [default: label]")]
SplitField = Annotated[
    str | None,
    typer.Option(
        help="Column that says train, validation or test; '' to ignore one. [default: split, if there is one]"
    ),
]
GroupField = Annotated[
    str | None,
    typer.Option(help="Column whose equal values never cross splits. [default: group, if there is one]"),
]
ExcludeLabel = Annotated[list[str] | None, typer.Option("--exclude-label", help="Leave out rows of this label.")]
SpansField = Annotated[
    str | None,
    typer.Option(help="Column that holds the entities of a token task. [default: spans]"),
]
LabelMap = Annotated[
    list[str] | None,
    typer.Option(
        "--label-map", help="OLD=NEW: a label or entity type as the rows write it, and the task's; repeatable."
    ),
]
OosLabel = Annotated[
    str | None,
    typer.Option(help="Label of rows that belong to no class: not trained, their recall is reported."),
]
Backbone = Annotated[
    str | None, typer.Option(help="Where the artifact's backbone is now, if not where it was at training.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON on standard output.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors and the result.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace the output if it is there.")]


def listed(given: list[str] | None, flag: str) -> tuple[str, ...]:
    """Return the names of a flag that takes several, with commas or repeated, each once.

    Raises:
        ConfigError: an empty name.
    """
    names = tuple(dict.fromkeys(name.strip() for value in given or () for name in value.split(",")))
    if "" in names:
        raise ConfigError(f"{flag} {','.join(given or ())!r}: an empty name")
    return names


def data_options(*given: Any, **more: Any) -> Any:
    """Return `DataOptions` from the flags; see `pipeline.flags.data_options`."""
    from pointsman.pipeline.flags import data_options as made

    return made(*given, **more)


def pairs(given: list[str]) -> dict[str, str]:
    """Read `--label-map OLD=NEW` flags; see `pipeline.flags.pairs`."""
    from pointsman.pipeline.flags import pairs as read

    return read(given)


def read_config(path: Path, known: set[str]) -> dict[str, Any]:
    """Read a YAML file of options, named as the flags are, with dashes or underscores.

    Raises:
        ConfigError: missing, no YAML mapping, or an option that does not exist (the nearest is named).
    """
    import yaml

    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"--config {path}: no such file") from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError(f"--config {path}: not readable as YAML: {' '.join(str(error).split())}") from None
    if not isinstance(content, dict):
        raise ConfigError(f"--config {path}: expected a mapping of options, like 'epochs: 3'")
    options = {}
    for key, value in content.items():
        name = str(key).replace("-", "_")
        if name not in known:
            raise ConfigError(f"--config {path}: unknown option '{key}'{nearest(name, known)}")
        options[name] = value
    return options
