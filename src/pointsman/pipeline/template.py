"""How requests are put to a model: `--template` and what goes with it, as typed, to a `Template`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pointsman.encoding.conversation import SLOT, Template
from pointsman.errors import ConfigError
from pointsman.pipeline.options import RequestOptions
from pointsman.tasks import Task

LABELS = "{labels}"
"""Where a template takes the labels, in training."""

NAME_TEMPLATE = f"Which of these takes the request below: {LABELS}? Answer with the name alone.\n\n{SLOT}"
"""The labels come first: what all requests share is then read once."""

_LONGEST = 100_000


def template_of(
    text: str | None = None, system: str = "", min_pixels: int = 0, max_pixels: int = 0, max_tokens: int = 0
) -> Template:
    """Return a template.

    Args:
        text: the user's turn with `{text}` in it, or the path of a file that holds it; None or `default`: `{text}`.
        system, min_pixels, max_pixels, max_tokens: see `Template`.

    Raises:
        ConfigError: no such file, or a template that cannot be used.
    """
    if max_tokens < 0:
        raise ConfigError(f"--max-tokens {max_tokens}: use a number of tokens, or 0 for the model's limit")
    if text is None or text == "default":
        text = SLOT
    elif SLOT not in text:
        text = _read(Path(text))
    return Template(text, system, min_pixels, max_pixels, max_tokens)


def template_for(strategy: str, request: RequestOptions, task: Task) -> Template:
    """Return how a router of a task puts requests to its model, the labels filled in.

    Raises:
        ConfigError: a template that cannot be used.
    """
    typed = template_of(
        NAME_TEMPLATE if strategy == "generate" and request.template in (None, "default") else request.template,
        request.system,
        request.min_pixels,
        request.max_pixels,
        request.max_tokens,
    )
    return replace(typed, text=typed.text.replace(LABELS, ", ".join(task.labels)))


def _read(file: Path) -> str:
    try:
        if file.is_file() and file.stat().st_size > _LONGEST:
            raise ConfigError(f"--template {file}: more than {_LONGEST:,} bytes: that is no template")
        return file.read_text(encoding="utf-8").rstrip("\r\n")
    except FileNotFoundError:
        raise ConfigError(f"--template {file}: no such file, and no {SLOT} in it: give one of them") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"--template {file}: cannot be read ({error})") from None
