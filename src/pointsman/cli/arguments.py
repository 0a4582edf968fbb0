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


def data_options(
    data: Path | None,
    text_field: str | None,
    label_field: str | None,
    split_field: str | None,
    group_field: str | None,
    exclude_label: list[str] | None,
    oos_label: str | None,
    **more: Any,
) -> Any:
    """Return `DataOptions` from the flags."""
    from pointsman.data.files import Fields
    from pointsman.pipeline.options import DataOptions

    return DataOptions(
        path=data,
        fields=Fields(text=text_field or "text", label=label_field or "label", split=split_field, group=group_field),
        exclude_labels=tuple(exclude_label or ()),
        oos_label=oos_label,
        **more,
    )


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
