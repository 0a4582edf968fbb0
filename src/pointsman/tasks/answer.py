"""The answer of a solver: one of a question's options, or "could not be read".

Holds the letters that options are named by; knows nothing of how a letter is read out of a text.
"""

from __future__ import annotations

import string
from dataclasses import asdict, dataclass
from typing import Any

LETTERS = string.ascii_uppercase
"""Names of the options, in their order."""

MOST_OPTIONS = 10
"""Options that a question may have where nothing else is said: A to J."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to one question.

    Attributes:
        letter: of the option chosen; None when the text could not be read, or the question has no options.
        text: what the model wrote.
        option: the option's text; None without a letter.
        confidence: probability of the letter among the options, 0..1; None where it was not measured.
        expert: name of the expert that answered; None: the base alone.
        readable: whether an option was read out of the text: an unreadable answer is never a guess.
        tokens: tokens generated.
    """

    letter: str | None
    text: str
    option: str | None
    confidence: float | None
    expert: str | None
    readable: bool
    tokens: int

    def __post_init__(self) -> None:
        if self.readable != (self.letter is not None):
            raise ValueError(f"an answer with letter {self.letter!r} says readable={self.readable}")

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready dictionary."""
        return asdict(self)
