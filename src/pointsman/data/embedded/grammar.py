"""A small template grammar: patterns with slots, expanded to distinct rows, one `group` per template.

A pattern such as `"Who {discovered|first described} {thing}?"` has named slots (looked up in a table of
fillers) and inline alternatives separated by `|`. Fillers may hold slots themselves. Expansion is
seeded: the same seed gives the same rows in the same order.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pointsman.data.example import Example

_SLOT = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class Template:
    """One pattern; every row that it makes carries the same group.

    Attributes:
        label: the label of its rows.
        pattern: text with `{slot}` and `{this|that}`.
        group: name shared by templates that say nearly the same; by default a digest of the pattern.
        category: finer kind for reports (`Example.category`).
    """

    label: str
    pattern: str
    group: str | None = None
    category: str | None = None


def fill(pattern: str, fillers: Mapping[str, Sequence[str]], rng: random.Random) -> str:
    """Return `pattern` with every slot filled at random, nested slots included.

    Raises:
        KeyError: a slot has no fillers.
    """

    def one(match: re.Match[str]) -> str:
        body: str = match.group(1)
        choices: Sequence[str] = body.split("|") if "|" in body else fillers[body]
        return rng.choice(choices)

    while _SLOT.search(pattern):
        pattern = _SLOT.sub(one, pattern)
    return pattern


def expand(
    templates: Iterable[Template],
    fillers: Mapping[str, Sequence[str]],
    *,
    per_template: int,
    seed: int = 0,
) -> list[Example]:
    """Return up to `per_template` distinct rows of each template, no text twice overall."""
    seen: set[str] = set()
    rows: list[Example] = []
    for template in templates:
        group = template.group or hashlib.sha256(template.pattern.encode()).hexdigest()[:12]
        rng = random.Random(f"{seed}:{template.label}:{template.pattern}")
        made = 0
        for _ in range(per_template * 4):
            if made == per_template:
                break
            text = fill(template.pattern, fillers, rng)
            key = text.casefold()
            if key in seen:
                if "{" not in template.pattern:
                    break
                continue
            seen.add(key)
            made += 1
            rows.append(Example(text, template.label, f"{template.label}/{group}", "embedded", template.category))
    return rows
