"""Options that say how a request is put to a generating model, for the verbs that prepare, encode and train."""

from __future__ import annotations

from typing import Annotated

import typer

from pointsman.errors import ConfigError

Template = Annotated[
    str | None,
    typer.Option(
        help="The user's turn with {text} where the row's text goes, or a file that holds it. [default: {text}]"
    ),
]
System = Annotated[str, typer.Option(help="The system turn. [default: none]", show_default=False)]
MaxPixels = Annotated[
    int, typer.Option(help="Images are scaled down to. [default: the model's own limit]", show_default=False)
]
MinPixels = Annotated[
    int, typer.Option(help="Images are scaled up to. [default: the model's own limit]", show_default=False)
]
MaxTokens = Annotated[
    int,
    typer.Option(
        help="Of text and image; longer texts lose their end. [default: the model's limit]", show_default=False
    ),
]


def one_of(flag: str, value: str, choices: tuple[str, ...]) -> str:
    """Return a value that is among the choices.

    Raises:
        ConfigError: it is not.
    """
    if value not in choices:
        raise ConfigError(f"{flag} {value}: use {', '.join(choices)}")
    return value
