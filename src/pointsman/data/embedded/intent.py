"""Embedded rows of the intent task: which kind of tool a request wants, or none.

Takes a seed, gives distinct rows; the patterns stand in `intent_tools` and `intent_none`, their words in
`intent_words`, `intent_words_more` and `intent_none`.
"""

from __future__ import annotations

import random
from dataclasses import replace

from pointsman.data.embedded import intent_none, intent_tools, intent_words, intent_words_more
from pointsman.data.embedded.grammar import Template, expand
from pointsman.data.example import Example

__all__ = ["rows"]

NONE = "no_function_needed"


def _templates(label: str, patterns: str) -> list[Template]:
    """One template a line; `\\n` in a line stands for a line break."""
    return [Template(label, line.replace(r"\n", "\n")) for line in patterns.strip().splitlines()]


def _as_typed(text: str, rng: random.Random) -> str:
    """Return `text` as a hurried person types it, for one row in seven: lower case, no full stop, a typo."""
    if rng.random() > 1 / 7:
        return text
    if "\n" not in text and rng.random() < 0.7:
        text = text.lower()
    text = text.rstrip(".")
    if len(text) > 25 and rng.random() < 0.4:
        at = rng.randrange(5, len(text) - 5)
        if text[at : at + 2].isalpha():
            text = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text


def rows(seed: int = 0) -> list[Example]:
    """Return distinct rows of all eight labels; the same seed gives the same rows."""
    words = intent_words.FILLERS | intent_words_more.FILLERS
    made: list[Example] = []
    for label, patterns in intent_tools.PATTERNS.items():
        templates = _templates(label, patterns)
        made += expand(templates, words, per_template=max(4, 480 // len(templates)), seed=seed)
    made += expand(
        _templates(NONE, intent_none.PATTERNS),
        intent_none.FILLERS,
        per_template=intent_none.PER_TEMPLATE,
        seed=seed,
    )
    rng = random.Random(f"{seed}:typing")
    seen: set[str] = set()
    kept: list[Example] = []
    for row in made:
        text = _as_typed(row.text.strip(), rng).replace("⟦", "{").replace("⟧", "}")
        if text.casefold() not in seen:
            seen.add(text.casefold())
            kept.append(replace(row, text=text))
    return kept
