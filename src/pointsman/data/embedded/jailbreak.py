"""Embedded data of the `jailbreak` task: attack wrappers around harmless payloads, and benign prompts of all kinds.

`rows(seed)` gives about as many rows of either label, chosen so that the lengths of the two labels agree:
a classifier must not learn that long means attack. Knows nothing of models.
"""

from __future__ import annotations

import hashlib
import math
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence

from pointsman.data.embedded import (
    jailbreak_attacks,
    jailbreak_benign,
    jailbreak_benign_long,
    jailbreak_long,
    jailbreak_missions,
)
from pointsman.data.embedded.grammar import Template, expand, fill
from pointsman.data.embedded.jailbreak_long import Family
from pointsman.data.example import Example

_PER_ATTACK = 6
_PER_OPENER = 10
_PER_BENIGN = 6
_PER_FORM = 4


def rows(seed: int = 0) -> list[Example]:
    """Return the rows of both labels: distinct, grouped by template, matched in length."""
    attacks = [Template("jailbreak", text, category=kind) for kind, text in jailbreak_attacks.ATTACKS]
    benign = [Template("benign", text) for text in jailbreak_benign.BENIGN]
    bad = expand(attacks, jailbreak_attacks.FILLERS, per_template=_PER_ATTACK, seed=seed)
    good = expand(benign, jailbreak_benign.FILLERS, per_template=_PER_BENIGN, seed=seed)
    for family in (*jailbreak_long.FAMILIES, *jailbreak_missions.MISSIONS):
        bad += _compose(family, "jailbreak", jailbreak_attacks.FILLERS, _PER_OPENER, seed)
    for family in jailbreak_benign_long.FAMILIES:
        good += _compose(family, "benign", jailbreak_benign.FILLERS, _PER_FORM, seed)
    return _match_lengths(_distinct(bad), _distinct(good), seed)


def _compose(
    family: Family, label: str, fillers: Mapping[str, Sequence[str]], per_opener: int, seed: int
) -> list[Example]:
    """Return rows made of an opener and sentences drawn from each part; one group per opener."""
    made = []
    for opener in family.openers:
        rng = random.Random(f"{seed}:{label}:{opener}")
        group = f"{label}/{hashlib.sha256(opener.encode()).hexdigest()[:12]}"
        for _ in range(per_opener):
            pieces = [opener]
            for part in family.parts:
                most = min(part.high, len(part.pool))
                pieces += rng.sample(part.pool, rng.randint(min(part.low, most), most))
            text = fill(rng.choice(family.glue).join(pieces), fillers, rng)
            for mark, name in (("@B", "bot"), ("@M", "model"), ("@F", "firm")):
                if mark in text:
                    text = text.replace(mark, rng.choice(fillers[name]))
            made.append(Example(text, label, group, "embedded", family.category or None))
    return made


def _distinct(examples: Sequence[Example]) -> list[Example]:
    """Return the rows without repeats, with `‹` and `›` turned into the braces that they stand for."""
    seen: dict[str, Example] = {}
    for row in examples:
        text = row.text.replace("‹", "{").replace("›", "}").strip()
        seen.setdefault(text.casefold(), Example(text, row.label, row.group, row.source, row.category))
    return list(seen.values())


def _match_lengths(bad: Sequence[Example], good: Sequence[Example], seed: int) -> list[Example]:
    """Return as many rows of either label in each length bin (a third of an octave), spread over the groups."""
    bins: dict[int, tuple[list[Example], list[Example]]] = defaultdict(lambda: ([], []))
    for side, examples in enumerate((bad, good)):
        for row in examples:
            bins[int(3 * math.log2(len(row.text)))][side].append(row)
    rng = random.Random(seed)
    kept: list[Example] = []
    for _, (one, other) in sorted(bins.items()):
        count = min(len(one), len(other))
        kept += _spread(one, count, rng) + _spread(other, count, rng)
    rng.shuffle(kept)
    return kept


def _spread(examples: Sequence[Example], count: int, rng: random.Random) -> list[Example]:
    """Return `count` rows, taken in turn from each group."""
    groups: dict[str | None, list[Example]] = defaultdict(list)
    for row in examples:
        groups[row.group].append(row)
    queues = list(groups.values())
    rng.shuffle(queues)
    ranked = sorted(((place, order) for order, queue in enumerate(queues) for place in range(len(queue))))
    return [queues[order][place] for place, order in ranked[:count]]
