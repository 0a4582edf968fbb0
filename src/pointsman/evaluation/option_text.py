"""Which option a text names by its words, where it names none by its letter.

Takes the text of an answer as `letters.py` cleaned it, gives the options' indices: one is an answer, several are none.
An option counts whole and between boundaries ("2" is not in "2.5"), the longest first ("5 million" before "5"), with
its letter case wherever options differ in nothing else. Guesses nothing: an option that is merely spoken of counts for
nothing, it has to be what the text consists of, begins with, or ends with.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

MARKUP = re.compile(r"\*\*|__|`|\\[()\[\]]|\$|\\(?:left|right|displaystyle|,|;|!)(?![a-zA-Z])")
CONNECTORS = (
    "because|since|as|for|due|which|is|are|was|and|with|given|based|from|but|although|though|while|so|thus|therefore|"
    "hence|when|where|if|by|in|according|rather|instead|over|not|or|would|per|at|on|to|among|here|too|then|after|of"
)
_WRAPPED = re.compile(r"\\(?:text|mathrm|mathbf|textbf|mathsf|textit|mathit|boldsymbol|rm|bf)\s*\{([^{}]*)\}")
_INVISIBLE = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_ENDS = " \t\n\"'“”‘’.,;:!"
_ARTICLE = re.compile(r"(?:the|an?)\s+", re.I)
_AFTER = re.compile(rf"\s*$|[\"'”’)\]]*(?:[.,;:!?)\]](?![\d\w])|\s*\n|\s+[-–—(]|\s+(?:{CONNECTORS})\b)", re.I)
_ALSO = re.compile(r"\s*(?:,\s*(?:or|and)?\b|\bor\b|\band\b|/|&)\s*(?=\S)", re.I)
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_NEGATED = re.compile(
    r"\b(?:not|never|neither|nor|no|cannot|wrong|incorrect|false|unlike|except|without|if|maybe|perhaps|might|could)\b"
    r"|n['’]t\b",
    re.I,
)
_ADJACENT = frozenset("%/^*+-=−°_\\{}")


def cleaned(text: str) -> str:
    """Return a text without the marks of Markdown and LaTeX, in plain letters (full-width ones too)."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    for _ in range(3):
        text = _WRAPPED.sub(r"\1", text)
    return MARKUP.sub("", text)


class OptionTexts:
    """The options' texts, ready to be looked for."""

    def __init__(self, options: Sequence[str]) -> None:
        plain = [" ".join(cleaned(option).split()).strip(_ENDS) for option in options]
        folded = [text.casefold() for text in plain]
        self._cased = len(set(folded)) < len(folded)
        self._texts = plain if self._cased else folded

    def equal(self, text: str) -> frozenset[int]:
        """Return the options that a text consists of."""
        key = self._key(text)
        found = self._same(key)
        return found or self._same(_ARTICLE.sub("", key, count=1), drop_article=True)

    def led(self, text: str) -> frozenset[int]:
        """Return the option that a text begins with, the longest there is, and the next where it lists several."""
        found, rest = self._led(text)
        more = _ALSO.match(rest)
        return found | self._led(rest[more.end() :])[0] if more is not None else found

    def _led(self, text: str) -> tuple[frozenset[int], str]:
        """Return the options that a text begins with, if something ends them, and what follows."""
        whole = self.equal(text.split("\n", 1)[0])
        if whole:
            return whole, ""
        key = self._fold(text).lstrip(" \t\n\"'“‘(")
        for start in (key, _ARTICLE.sub("", key, count=1) if _ARTICLE.match(key) else ""):
            ends = [
                (len(option), place)
                for place, option in enumerate(self._texts)
                if option and start.startswith(option) and _AFTER.match(start[len(option) :])
            ]
            if ends:
                most = max(ends)[0]
                return frozenset(place for end, place in ends if end == most), start[most:]
        return frozenset(), ""

    def free(self, text: str) -> frozenset[int]:
        """Return the options that a text without an answer cue commits itself to."""
        text = text.strip()
        if whole := self.equal(text):
            return whole
        named = frozenset(place for _, place in self._mentions(text))
        if len(named) != 1:
            return named if len(named) > 1 and self._committed(text) else frozenset()
        return named if self._committed(text) == named else frozenset()

    def _committed(self, text: str) -> frozenset[int]:
        first = re.match(r"[^\n]*", text)
        begins = self.led(text) if first is not None else frozenset()
        if begins and re.match(r"[.,;:!\n)]|\s*$", self._fold(text).lstrip(_ENDS)[self._longest(begins) :]):
            return begins
        last = [one for one in _SENTENCE.split(text) if one.strip(_ENDS)][-1:]
        if not last or _NEGATED.search(last[0]) or last[0].rstrip().endswith("?"):
            return frozenset()
        closing = self._key(last[0])
        return frozenset(place for end, place in self._mentions(last[0]) if end == len(closing))

    def _longest(self, places: frozenset[int]) -> int:
        return max(len(self._texts[place]) for place in places)

    def _mentions(self, text: str) -> list[tuple[int, int]]:
        """Return (end, option) of each mention that is not part of a longer option's, in the folded text."""
        key = self._key(text)
        covered, out = bytearray(len(key)), []
        for length in sorted({len(option) for option in self._texts if option}, reverse=True):
            spans = [
                (start, place)
                for place, option in enumerate(self._texts)
                if len(option) == length
                for start in _found(option, key)
                if not (covered[start] and covered[start + length - 1])
            ]
            for start, place in spans:
                covered[start : start + length] = b"\1" * length
                out.append((start + length, place))
        return out

    def _same(self, key: str, *, drop_article: bool = False) -> frozenset[int]:
        if not key:
            return frozenset()
        return frozenset(
            place
            for place, option in enumerate(self._texts)
            if (_ARTICLE.sub("", option, count=1) if drop_article and _ARTICLE.match(option) else option) == key
        )

    def _fold(self, text: str) -> str:
        return text if self._cased else text.casefold()

    def _key(self, text: str) -> str:
        key = self._fold(" ".join(text.split())).strip(_ENDS)
        if key.startswith("(") and key.endswith(")") and key.count("(") == 1 and key not in self._texts:
            key = key[1:-1].strip(_ENDS)
        return key


def _found(option: str, key: str) -> Iterator[int]:
    """Yield where an option stands in a text, with nothing that would make it another word or number."""
    start = key.find(option) if option else -1
    while start >= 0:
        before, after = key[:start][-1:], key[start + len(option) :][:2]
        joined = (
            (before.isalnum() or before in _ADJACENT or before == ".") if before else False,
            bool(after) and (after[0].isalnum() or after[0] in _ADJACENT),
            len(after) == 2 and after[0] in ".,'’" and after[1].isalnum(),
        )
        if not any(joined):
            yield start
        start = key.find(option, start + 1)
