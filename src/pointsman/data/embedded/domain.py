"""The embedded rows of the `domain` task: questions of fourteen fields, exam-like and chatty.

The field modules `domain_*` hold the knowledge: `SEEDS` (whole questions with slots) and `FACTS` (terms with
what they are). This module turns both into rows; one seed or one fact is one group.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from types import ModuleType

from pointsman.data.embedded import (
    domain_exams,
    domain_formal,
    domain_life,
    domain_matter,
    domain_money,
    domain_passages,
    domain_society,
    domain_world,
)
from pointsman.data.embedded.grammar import Template, expand
from pointsman.data.example import Example
from pointsman.tasks.domain import TASK

__all__ = ["LABELS", "rows"]

LABELS = TASK.labels

_FIELDS: tuple[ModuleType, ...] = (
    domain_life,
    domain_matter,
    domain_formal,
    domain_money,
    domain_society,
    domain_exams,
    domain_world,
    domain_passages,
)

# Rows of one seed: enough that its slots are seen at work, few enough that no single seed leads its label.
_ROWS_PER_SEED = 4

# Slots that any field may use. A field's own table may add to them, never change them.
_NUMBERS: dict[str, Sequence[str]] = {
    "n": [str(i) for i in range(2, 10)],
    "nn": [str(i) for i in range(11, 96)],
    "nnn": [str(i) for i in range(110, 980, 15)],
    "nnnn": [f"{i:,}" for i in range(1_200, 9_900, 350)],
    "big": [f"{i:,}" for i in range(12_000, 950_000, 8_500)],
    "f": [f"{i / 10:.1f}" for i in range(11, 99, 3)],
    "dec": [f"{i / 100:.2f}" for i in range(3, 98, 4)],
    "pct": [str(i) for i in (2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 20, 25, 30, 35, 40)],
    "age": [str(i) for i in range(19, 88, 3)],
    "year": [str(i) for i in range(2004, 2025)],
}

# The same frames for every field, so that what the text is about decides and not how it asks.
_TERM_FRAMES = (
    "What is meant by {term}?",
    "Which of the following statements about {term} is true?",
    "Which of the following best describes {term}?",
    "Define {term} and give an example.",
    "{Term} refers to",
    "{Term} is best characterized by which of the following?",
    "All of the following are true of {term} EXCEPT",
    "can you explain {term} to me in simple words?",
    "I have an exam tomorrow and I still don't get {term}. Help?",
    "Discuss the significance of {term}.",
    "Write a short paragraph about {term}.",
    "Give me a quick summary of {term}, please.",
    "Why does {term} matter?",
)
_GIST_FRAMES = (
    "What is the name for {gist}?",
    "Which of the following terms refers to {gist}?",
    "_______ is {gist}.",
    "{Gist} is known as",
    "{Gist} is called _______.",
    "What do you call {gist}?",
    "I forgot the word for {gist}. What is it?",
    "Name {gist}.",
)
_BOTH_FRAMES = (
    "Is it correct to say that {term} is {gist}? Explain.",
    "Statement 1| {Term} is {gist}. Statement 2| There is no exception to this.",
    "Our textbook describes {term} as {gist}. What follows from that?",
    "Given that {term} is {gist}, which of the following conclusions is justified?",
    "My notes say {term} means {gist}. Could you check that and add an example?",
    "{Term}: {gist}. Give one example and one counterexample.",
)


def _lines(block: str) -> list[str]:
    return [line.strip() for line in block.splitlines() if line.strip()]


def _upper_first(text: str) -> str:
    return text[:1].upper() + text[1:]


def _templates() -> Iterator[Template]:
    for field in _FIELDS:
        for label, block in field.SEEDS.items():
            for pattern in _lines(block):
                yield Template(label, pattern)


def _fillers() -> Mapping[str, Sequence[str]]:
    table = dict(_NUMBERS)
    for field in _FIELDS:
        for slot, words in field.FILLERS.items():
            if table.setdefault(slot, words) != words:
                raise ValueError(f"slot '{slot}' of {field.__name__} already stands for something else")
    return table


def _facts(seed: int) -> Iterator[Example]:
    for field in _FIELDS:
        for label, block in getattr(field, "FACTS", {}).items():
            for line in _lines(block):
                term, gist = line.split(" :: ")
                rng = random.Random(f"{seed}:{label}:{term}")
                for frames in (_TERM_FRAMES, _GIST_FRAMES, _BOTH_FRAMES):
                    text = rng.choice(frames)
                    for slot, words in (("term", term), ("gist", gist)):
                        text = text.replace(f"{{{slot}}}", words)
                        text = text.replace(f"{{{slot.title()}}}", _upper_first(words))
                    yield Example(text, label, f"{label}/{term}", "embedded")


def rows(seed: int = 0) -> list[Example]:
    """Return the rows of the domain task, shuffled; the same seed gives the same rows.

    No text stands twice, and all rows of one seed or fact carry the same group.
    """
    made = [*expand(_templates(), _fillers(), per_template=_ROWS_PER_SEED, seed=seed), *_facts(seed)]
    distinct = list({row.text.casefold(): row for row in made}.values())
    random.Random(seed).shuffle(distinct)
    return distinct
