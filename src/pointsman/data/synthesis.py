"""BOTH prompts (requests that want words and an image) from a language model behind an OpenAI-compatible endpoint.

Takes options and seeds, appends rows to `synthesis.jsonl` in a folder, and gives a `Synthesis` that says what was
asked, kept, dropped and why it stopped. A run that was cut off goes on where it was. It does not know whether a row
deserves its label: the model was told to write such requests, and nobody has looked.
"""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pointsman.data import synthesis_prompt as prompt
from pointsman.data.chat_client import ChatClient
from pointsman.data.example import Example
from pointsman.data.synthesis_journal import ROWS, opened, read_rows
from pointsman.data.synthesis_run import Run
from pointsman.data.synthesis_values import DEFAULT_N, ORIGIN, Advance, Synthesis, SynthesisOptions, group_of
from pointsman.errors import ConfigError, DataError

__all__ = ["DEFAULT_N", "Synthesis", "SynthesisOptions", "examples_of", "group_of", "synthesize"]

KEY_VARIABLE = "OPENAI_API_KEY"


def synthesize(
    options: SynthesisOptions,
    seeds: Sequence[str],
    out: Path,
    progress: Advance | None = None,
    *,
    overwrite: bool = False,
    sleep: Callable[[float], None] = time.sleep,
) -> Synthesis:
    """Make BOTH prompts until there are enough, and write them to `out`.

    Args:
        options: what to ask.
        seeds: requests of the kind wanted; each request shows the model one of them.
        out: folder; what an earlier run with the same options left there is gone on with.
        progress: told (rows kept, rows wanted, a word).
        overwrite: begin anew.
        sleep: how to wait before a retry.

    Raises:
        ConfigError: options that make no sense.
        DataError: the endpoint cannot be reached, refuses, or keeps failing.
        OutputError: the folder holds rows of other options, or cannot be written.
    """
    if options.n == 0:
        return Synthesis(out / ROWS)
    if not seeds:
        raise ConfigError("synthesis needs seeds: a few requests of the kind wanted")
    over = threading.Event()
    client = ChatClient(
        options.endpoint,
        timeout=options.timeout,
        retries=options.retries,
        seed=options.seed,
        key=os.environ.get(KEY_VARIABLE),
        sleep=sleep,
        stopped=over.is_set,
    )
    with opened(out, overwrite=overwrite) as journal:
        model = options.model or (journal.header or {}).get("model") or client.first_model()
        journal.begin(_decisive(options, model, seeds))
        try:
            return Run(options, seeds, model, client, journal, progress).until_done()
        finally:
            over.set()


def examples_of(out: Path) -> tuple[Example, ...]:
    """Read the rows of a synthesis as examples; each is in the group of the seed that its request showed.

    Raises:
        DataError: there are no rows, or a line is damaged.
    """
    file = out / ROWS
    found = []
    for number, row in enumerate(read_rows(out), 1):
        try:
            found.append(
                Example(
                    str(row["text"]), str(row["label"]), group=row["group"], source=f"{file}:{number}", origin=ORIGIN
                )
            )
        except KeyError as error:
            raise DataError(f"{file}:{number}: no field {error}: not a row of a synthesis") from None
    return tuple(found)


def _decisive(options: SynthesisOptions, model: str, seeds: Sequence[str]) -> dict[str, Any]:
    """The options that the rows depend on; how many, how fast and where from may change between runs."""
    return {
        "template": prompt.TEMPLATE,
        "model": model,
        "seeds": hashlib.sha256("\0".join(seeds).encode()).hexdigest(),
        "per_request": options.per_request,
        "max_tokens": options.max_tokens,
        "temperature": options.temperature,
        "seed": options.seed,
    }
