"""How a question is put to a solver, and what it is to answer: prompt and target always of one kind.

`reasoned`: options, and a worked solution before the answer; `direct`: options, and the letter at once; `open`: a
worked solution to a question without options. Takes a `Question`; gives texts. A solver's artifact keeps its `Prompts`,
so that it is asked as it was taught.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

from pointsman.data.questions import Question
from pointsman.errors import ArtifactError, ConfigError, DataError
from pointsman.evaluation.letters import read_answer
from pointsman.tasks.answer import LETTERS

Style = Literal["reasoned", "direct", "open"]

STYLES: tuple[Style, ...] = ("reasoned", "direct", "open")
ASKED: tuple[Style, ...] = ("reasoned", "direct")
"""Styles in which a question with options can be put."""

_SLOT = re.compile(r"\{(question|options)\}")


@dataclass(frozen=True)
class Prompts:
    """The user's turn in each style; `{question}` and `{options}` (a line each, with its letter) are filled in.

    Raises:
        ConfigError: a template without its question, or that loses the options.
    """

    reasoned: str = (
        "{question}\n\nOptions:\n{options}\n\nWork it out step by step. Then end with the line: The answer is LETTER."
    )
    direct: str = "{question}\n\nOptions:\n{options}\n\nDo not explain. Reply with one line: The answer is LETTER."
    open: str = "{question}\n\nWork it out step by step. Then end with the line: The answer is RESULT."
    system: str = ""

    def __post_init__(self) -> None:
        for style in STYLES:
            text = getattr(self, style)
            if text.count("{question}") != 1:
                raise ConfigError(f"the template '{style}' has to hold {{question}} once: it reads {text[:80]!r}")
            wanted = 0 if style == "open" else 1
            if text.count("{options}") < wanted:
                raise ConfigError(
                    f"the template '{style}' loses the options: put {{options}} into it once (it reads {text[:80]!r})"
                )
            if text.count("{options}") > wanted:
                raise ConfigError(f"the template '{style}' has {{options}} too often: it reads {text[:80]!r}")

    @classmethod
    def of(cls, given: Any, where: str) -> Prompts:
        """Return prompts as JSON has them.

        Args:
            given: what was read.
            where: what an error begins with.

        Raises:
            ArtifactError: they are not whole.
        """
        known = {field.name for field in fields(cls)}
        if not isinstance(given, Mapping) or set(given) != known or not all(isinstance(v, str) for v in given.values()):
            raise ArtifactError(f"{where}: 'templates' has to hold the texts {', '.join(sorted(known))}")
        try:
            return cls(**given)
        except ConfigError as error:
            raise ArtifactError(f"{where}: {error}") from None

    def to_dict(self) -> dict[str, str]:
        """Return a JSON-ready dictionary."""
        return asdict(self)

    def render(self, question: Question, style: Style) -> str:
        """Return the user's turn.

        Raises:
            DataError: the style needs options and the question has none, or more than there are letters.
        """
        if style != "open" and not 2 <= len(question.options) <= len(LETTERS):
            raise DataError(f"question '{question.id}' has {len(question.options)} options: use 2 to {len(LETTERS)}")
        listed = "\n".join(f"{letter}. {text}" for letter, text in zip(LETTERS, question.options, strict=False))
        # In one pass: a question may hold the words "{options}" itself.
        return _SLOT.sub(lambda m: question.question if m[1] == "question" else listed, getattr(self, style))


def style_of(question: Question) -> Style:
    """Return the style in which a row teaches: with its solution where it has one, else the answer alone."""
    if not question.options:
        return "open"
    return "reasoned" if (question.solution or "").strip() else "direct"


def statement(question: Question, number: int) -> str:
    """Return the sentence that names an option as the answer."""
    return f"The answer is {LETTERS[number]}."


def target(question: Question) -> str:
    """Return what a row teaches to answer, in the style of `style_of`.

    Raises:
        DataError: it has no answer, no solution where it has no options either, or a solution that ends in another
            answer than its own.
    """
    solution = (question.solution or "").strip()
    if not question.options:
        if not solution or question.final is None:
            raise DataError(f"question '{question.id}' has neither options nor a worked solution: it teaches nothing")
        return f"{solution}\nThe answer is {question.final}."
    if question.answer is None:
        raise DataError(f"question '{question.id}' has no answer: it teaches nothing")
    said = statement(question, question.answer)
    if not solution:
        return said
    found = read_answer(solution, question.options)
    if found.letter is not None and found.letter != LETTERS[question.answer]:
        raise DataError(
            f"question '{question.id}': its solution ends in {found.letter}, its answer is {LETTERS[question.answer]}"
        )
    return solution if solution.endswith(said) else f"{solution}\n{said}"
