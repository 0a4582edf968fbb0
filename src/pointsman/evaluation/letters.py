"""Which option an answer in words chooses: read from explicit statements, never guessed.

Takes the text that a model wrote and the question's options (2 to 26), gives a `Reading`. The rules, in this order:

1. Statements that name a letter ("The answer is D.", "(B) is correct", "\\boxed{C}", "I choose option E", a letter
   alone on a line): the last one wins. One that names several letters ("A or B"), or a letter beyond the options,
   cannot be read, whatever was said before it. Denials, questions and suppositions are no statements.
2. A text that begins with a letter ("C) Paris"), when it doesn't go on to list the others.
3. The text of an option, as what an answer cue names, or as what the whole text consists of, begins or ends with.

Reasoning between <think> tags is not part of the answer. The articles "a" and "A" and the pronoun "I" count as letters
only where nothing follows that they could belong to. English only. Knows nothing of models and of the right answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from pointsman.evaluation import letter_patterns as pattern
from pointsman.evaluation.option_text import OptionTexts, cleaned
from pointsman.tasks.answer import LETTERS

How = Literal["statement", "letter", "option text", "several", "none"]


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read.

    Attributes:
        letter: of the option chosen; None: unreadable.
        how: the rule that read it (`statement`, `letter`, `option text`); `several`: the text contradicts itself or
            leaves it open; `none`: it names no option.
        conflicts: other letters that the text stated; of an unreadable text all of them.
    """

    letter: str | None
    how: How
    conflicts: tuple[str, ...] = ()

    @property
    def readable(self) -> bool:
        """Whether an option was read."""
        return self.letter is not None


def read_answer(text: str, options: Sequence[str]) -> Reading:
    """Return which option a text chooses.

    Args:
        text: what the model wrote.
        options: the question's options in the order of their letters, 2 to 26.

    Raises:
        ValueError: fewer than two options, or more than there are letters.
    """
    if not 2 <= len(options) <= len(LETTERS):
        raise ValueError(f"{len(options)} options; letters name 2 to {len(LETTERS)}")
    known = LETTERS[: len(options)]
    texts = OptionTexts(options)
    said = _without_emphasis(cleaned(_answer_part(text)))
    spoken = [*_statements(said, known, texts)]
    named = [(end, _letters(places)) for end, places in _named_options(said, texts)]
    if spoken:
        return _decide(spoken, named, known, texts)
    leading = _leading(said, known, texts)
    if leading is not None:
        return leading
    if named:
        return _reading(named[-1][1], "option text", (letter for _, letters in named for letter in letters))
    return _reading(_letters(texts.free(said)), "option text", ())


def random_baseline(options: Sequence[int]) -> float:
    """Return the accuracy of drawing an option by chance: the mean of 1 / options.

    Args:
        options: how many options each question has.

    Raises:
        ValueError: no question, or one without options.
    """
    if not options or min(options) < 1:
        raise ValueError("a random baseline needs questions with options")
    return sum(1 / count for count in options) / len(options)


# --- deciding ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Statement:
    """Letters that are stated together, and where; `adds`: to what was stated before ("or maybe C")."""

    start: int
    letters: frozenset[str]
    adds: bool = False


def _decide(
    spoken: Sequence[_Statement], named: Sequence[tuple[int, frozenset[str]]], known: str, texts: OptionTexts
) -> Reading:
    last = frozenset[str]()
    for one in sorted(spoken, key=lambda one: one.start):
        last = last | one.letters if one.adds else one.letters
    stated = {letter for one in spoken for letter in one.letters}
    if len(last) == 1 and not last <= set(known):
        as_text = texts.equal(next(iter(last)))  # "The answer is H." of four elements
        return _reading(_letters(as_text), "option text", stated & set(known))
    latest = max(one.start for one in spoken)
    for start, letters in named:
        if start > latest and not letters & last:
            last = last | letters
    return _reading(last & set(known) if last <= set(known) else frozenset(), "statement", stated & set(known))


def _reading(letters: frozenset[str], how: How, others: Iterable[str]) -> Reading:
    if len(letters) == 1:
        letter = next(iter(letters))
        return Reading(letter, how, tuple(sorted(set(others) - {letter})))
    conflicts = tuple(sorted({*letters, *others}))
    return Reading(None, "several" if conflicts else "none", conflicts)


def _letters(places: Iterable[int]) -> frozenset[str]:
    return frozenset(LETTERS[place] for place in places)


# --- statements -------------------------------------------------------------------------------------------------------

_THINK = re.compile(r"<think>.*?(?:</think>|\Z)", re.S | re.I)
_TAG = re.compile(r"<(/?)answer>", re.I)


def _answer_part(text: str) -> str:
    """Return the text after its reasoning; a block that was never closed holds no answer."""
    text = _TAG.sub(lambda tag: "\n" if tag[1] else "\nAnswer: ", text)
    if "</think>" in text.lower() and "<think>" not in text.lower():
        return re.split(r"</think>", text, flags=re.I)[-1]
    return _THINK.sub(" ", text)


def _without_emphasis(text: str) -> str:
    """Drop single stars and underscores around a word or letter; products and names keep theirs."""
    return re.sub(r"(?<![\w*])([*_])(?=\S)([^*_\n]{1,200}?)(?<=\S)\1(?![\w*])", r"\2", text)


def _statements(text: str, known: str, texts: OptionTexts) -> Iterator[_Statement]:
    for match in pattern.STATED.finditer(text):
        if _held_back(text, match.start()):
            continue
        if match["deny"] or match["not"]:
            but = pattern.BUT.match(text, match.end("close"))
            if but is not None and _stands(text, but, known, texts):
                yield _Statement(but.start("letter"), _listed(text, but, known, texts))
        elif _stands(text, match, known, texts):
            yield _Statement(match.start("letter"), _listed(text, match, known, texts))
    for match in pattern.PLAIN.finditer(text):
        if _capital(match) and not _held_back(text, match.start()) and _ends(text, match):
            yield _Statement(match.start("letter"), _listed(text, match, known, texts))
    for match in pattern.REVISED.finditer(text):
        if _capital(match) and _ends(text, match):
            yield _Statement(match.start("letter"), _listed(text, match, known, texts), adds=bool(match["adds"]))
    for match in pattern.SUBJECT.finditer(text):
        if pattern.NO_OPTION.search(text[max(0, match.start() - 20) : match.start()]) or _held_back(
            text, match.start()
        ):
            continue
        more = re.findall(r"\b[A-Za-z]\b", match["list"])
        yield _Statement(match.start("letter"), frozenset(letter.upper() for letter in (match["letter"], *more)))
    for match in pattern.BOXED.finditer(text):
        inner = re.match(rf"\s*(?:(?:option|choice)\s+)?{pattern.TOKEN}", match[1], re.I)
        first = _leading(match[1], known, texts) if inner is not None else None
        if first is not None:
            yield _Statement(match.start(), frozenset({*first.conflicts, *(first.letter or "")}))
        elif inner is not None and not match[1][inner.end() :].strip(" ."):
            yield _Statement(match.start(), frozenset({inner["letter"].upper()}))
    alone = list(pattern.ALONE.finditer(text))
    letters = frozenset(match["letter"].upper() for match in alone)
    if alone and (letters & set(known) or len(alone) == 1):
        yield _Statement(alone[-1].start("letter"), letters)


def _held_back(text: str, start: int) -> bool:
    """Tell whether the clause before a cue denies, asks or supposes what follows."""
    before = text[max(0, start - 120) : start]
    ends = [match.end() for match in pattern.CLAUSE.finditer(before)]
    return bool(pattern.HELD_BACK.search(before[ends[-1] if ends else 0 :]))


def _capital(match: re.Match[str]) -> bool:
    return match["letter"].isupper() or bool(match["open"] and match["close"])


def _ends(text: str, match: re.Match[str]) -> bool:
    """Tell whether nothing follows a letter that it could belong to."""
    after = text[match.end() : match.end() + 80]
    if pattern.ASKED.match(after) or pattern.DENIED.match(after):
        return False
    if match["open"] and match["close"]:
        return True
    if match["letter"] in "Ii" and pattern.I_SPEAKS.match(after):
        return False
    return bool(pattern.END.match(after)) or pattern.LISTED.match(after) is not None


def _stands(text: str, match: re.Match[str], known: str, texts: OptionTexts) -> bool:
    """Tell whether the letter after a cue names an option and isn't an article, a pronoun or part of a word."""
    if _ends(text, match):
        return True
    after = text[match.end() : match.end() + 400]
    if pattern.ASKED.match(after) or pattern.DENIED.match(after):
        return False
    place = known.find(match["letter"].upper())
    if place >= 0 and place in texts.led(after.lstrip()):
        return True  # "The answer is B Paris", and Paris is B
    return (
        match["letter"] not in "aiI"
        and not texts.led(text[match.start("letter") :])
        and bool(pattern.GOES_ON.match(after))
    )


def _listed(text: str, match: re.Match[str], known: str, texts: OptionTexts) -> frozenset[str]:
    return frozenset(letter.upper() for letter in (match["letter"], *_chain(text, match.end(), match["letter"])))


def _chain(text: str, at: int, first: str = "") -> Iterator[str]:
    """Yield the letters that are listed after one: "A or B", "A, B and C"."""
    for _ in LETTERS:
        more = pattern.LISTED.match(text, at)
        if more is None:
            return
        lower_after_capital = more["letter"].islower() and first.isupper() and not more["open"]
        if lower_after_capital or not _ends(text, more):
            return
        yield more["letter"]
        at = more.end()


# --- the beginning, and options by their text -------------------------------------------------------------------------


def _leading(text: str, known: str, texts: OptionTexts) -> Reading | None:
    """Read a text that begins with a letter: "C) Paris", "(C) because …", "b. 4"; None where it doesn't."""
    match = pattern.LEAD.match(text)
    if match is None or match["letter"].upper() not in known:
        return None
    letter, after = match["letter"].upper(), text[match.end() :]
    if pattern.ASKED.match(after) or pattern.DENIED.match(after):
        return None
    closed = bool(match["close"])
    rest = after.lstrip(" .:;,)-–—\t")
    own = known.index(letter) in texts.led(rest)
    if not (
        closed or own or not rest.strip() or (match["letter"].isupper() and _ends(text, match)) or _delimited(after)
    ):
        return None
    if (
        letter in "AI"
        and rest.strip()
        and not (own or match["open"])
        and not re.match(r"(?:because|since)\b", rest, re.I)
        and ")" not in match["close"]
    ):
        return None  # "A: Let's think …", "I. Introduction", "A, as in …"
    others = {
        name
        for label in pattern.LABEL.finditer(text, match.end())
        if (name := next(filter(None, label.groups())).upper()) in known and name != letter
        if not pattern.DENIED.match(text, label.end()) and not _held_back(text, label.start())
    }
    others |= {name.upper() for name in _chain(text, match.end(), match["letter"]) if name.upper() in known}
    if (only := re.fullmatch(rf"\s*{pattern.TOKEN}[\s.]*", rest)) is not None and only["letter"].upper() in known:
        others.add(only["letter"].upper())
    others.discard(letter)
    return _reading(frozenset({letter, *others}), "letter", others)


def _delimited(after: str) -> bool:
    return re.match(r"[.:)](?=\s)|\s+[-–—]\s", after) is not None


def _named_options(text: str, texts: OptionTexts) -> Iterator[tuple[int, frozenset[int]]]:
    """Yield where a cue names options by their text, and which."""
    for match in pattern.CUED.finditer(text):
        if match["deny"] or _held_back(text, match.start()):
            continue
        rest = text[match.end() : match.end() + 2000]
        if re.match(r"\s*(?:not|neither)\b", rest, re.I):
            continue
        places = texts.led(rest)
        if not places:
            places = texts.led(re.sub(rf"^{pattern.FILL}\s*", "", rest, count=1, flags=re.I))
        if places:
            yield match.end(), places
    for match in pattern.BOXED.finditer(text):
        places = texts.equal(match[1])
        if places:
            yield match.end(), places
