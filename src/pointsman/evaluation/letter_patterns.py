"""The words by which an answer states a letter: patterns that `letters.py` puts together.

Each is matched without regard to letter case. Repetitions are bounded, so that no text takes long. Whether a match is
a statement (and not a denial, a supposition, an article) is judged there, not here.
"""

from __future__ import annotations

import re

from pointsman.evaluation.option_text import CONNECTORS


def _any(*phrases: str) -> str:
    """Return a pattern for any of some phrases; a blank stands for white space."""
    return "(?:" + "|".join(phrase.replace(" ", r"\s+") for phrase in phrases) + ")"


def _words(words: str) -> str:
    """Return a pattern for any of some words, given with blanks between them."""
    return f"(?:{words.replace(' ', '|')})"


OPEN, CLOSE = r"[(\[{<\"'“‘]{0,2}", r"[)\]}>\"'”’]{0,2}"
TOKEN = rf"(?P<open>{OPEN})(?P<letter>[A-Za-z])(?![A-Za-z0-9'’]*[A-Za-z0-9])(?P<close>{CLOSE})"
"""One letter by itself, with what encloses it."""

_ADVERBS = (
    "clearly definitely probably most likely therefore thus indeed surely obviously certainly simply just actually "
    "hence then also options? choices? letters? number the answer either both only given\\s+by"
)
FILL = rf"(?:\s*\b{_words(_ADVERBS)}\b[:,]?){{0,6}}"
_BE_WORDS = ("is", "are", "was", "would be", "should be", "must be", "has to be", "will be", "seems to be")
_BE = _any(*_BE_WORDS, "appears to be", "turns out to be", "remains", "becomes")
_BE_NOT = _any(
    r"(?:is|are|was|would|could|can|should|does|did|will|must)\s*(?:n['’]t|not)(?:\s+be)?", "cannot be", "can never be"
)
_NOUN = (
    rf"\b{_words('answers? ans[.]? choice option selection pick response verdict conclusion solution letter')}"
    rf"(?:\s+{_any('choice', 'option', 'letter', 'here', '(?:to|for) (?:the|this) (?:question|problem)')}){{0,3}}"
)
_CHOOSE = _words(
    r"choose chose chosen choosing pick picked picking select selected selecting go(?:ing)?\s+with went\s+with "
    r"opt(?:ed)?\s+for vote\s+for answer say settle\s+on conclude"
)
_SPEAKER = (
    r"\b(?:(?:I|we)(?:\s*['’](?:d|ll|m|re|ve)"
    rf"|\s+{_words('would will shall must can therefore thus also have am are then')}){{0,3}}|let['’]s|let\s+us)\s+"
)
CUE = (
    rf"(?:(?:{_NOUN}|\b(?:correct|right|best)\s+one)(?:,\s*\w+,)?[\"'”]?\s*"
    rf"(?:(?:[:=]|-+>|→|⇒|=>)|(?P<deny>{_BE_NOT})|{_BE}\b\s*:?)"
    r"|\b(?:correct|right)\s*:"
    rf"|{_SPEAKER}{_CHOOSE}\b(?:\s+(?:with|that|for|it\s+is|it['’]s))?\s*:?)"
)
"""What comes before an answer: "the answer is", "answer:", "I choose"; group `deny` where it says what it is not."""

STATED = re.compile(rf"{CUE}{FILL}\s*(?P<not>\bnot\b{FILL}\s*|\bneither\b\s*)?{TOKEN}", re.I)
CUED = re.compile(rf"{CUE}\s*", re.I)
BUT = re.compile(rf"[^.\n]{{0,40}}?\bbut\s+(?:rather\s+)?(?:it\s+is\s+)?{FILL}\s*{TOKEN}", re.I)
"""The other half of "not A but B"."""

_IT_IS = r"(?:it\s+is|it['’]s|it\s+(?:must|has\s+to|should)\s+be)"
PLAIN = re.compile(
    rf"(?:\b(?:{_any('therefore', 'thus', 'hence', 'so', 'consequently', 'must be', 'answer')}|{_IT_IS})\b"
    rf"|=>|→|⇒|∴)\s*[,:]?\s*(?:{_IT_IS})?{FILL}\s*{TOKEN}",
    re.I,
)
"""Weaker cues, after which only a capital or enclosed letter at a clause's end counts: "so C.", "it must be (B)"."""

REVISED = re.compile(
    rf"\b(?:(?P<adds>or\s+(?:maybe|perhaps|possibly|else)|(?:could|might|may)\s+also\s+be)|"
    rf"{_any('actually', 'wait', 'sorry', 'no', 'correction', 'rather', 'scratch that', 'make that', 'I mean')}"
    rf"|on\s+second\s+thought)\b[\s,:.!—–-]{{0,20}}(?:{_IT_IS}|make\s+that)?{FILL}\s*{TOKEN}",
    re.I,
)
"""Corrections ("no, B"), and what leaves it open ("or maybe C": group `adds`)."""

_AFTER_CORRECT = _words("answer choice option one response because since as here in for among of and so but")
SUBJECT = re.compile(
    rf"(?<![A-Za-z0-9'’.+-])(?:(?:options?|choices?|answers?)\s+)?{TOKEN}"
    rf"(?P<list>(?:\s*(?:,|/|&|\band\b|\bor\b)\s*{OPEN}[A-Za-z]\b{CLOSE}){{0,9}})\s+{_BE}"
    rf"(?:\s+{_words('clearly definitely therefore thus obviously indeed most likely probably also both all')}"
    r"|\s+(?:the|an?|my|our|only|single)){0,4}"
    rf"\s+(?:(?:correct|right|best|final)(?=\s*(?:$|[.,;:!)\]\n]|{_AFTER_CORRECT}\b))|(?:answer|choice|solution)\b)",
    re.I,
)
"""A letter that is called correct: "(C) is the right choice"; group `list` holds those named with it."""

LISTED = re.compile(
    rf"(?:\s*(?:,\s*(?:and|or)?|/|&|\+|\band\b|\bor\b|\bas\s+well\s+as\b|\band/or\b)\s*(?:(?:option|choice|answer)s?\s+)?"
    rf"|\s*(?=\()){TOKEN}",
    re.I,
)
"""The next letter of a list: ", B", " or C", "(D)"."""

ALONE = re.compile(rf"^[ \t#>-]*(?:(?:option|choice|letter)[ \t]+)?{TOKEN}[ \t]*[.!:,]?[ \t]*$", re.I | re.M)
LEAD = re.compile(rf"[\s#>*-]*(?:(?:option|choice|letter)\s+)?{TOKEN}", re.I)
BOXED = re.compile(r"\\(?:boxed|fbox)\s*\{((?:[^{}]|\{[^{}]*\}){0,200})\}")
LABEL = re.compile(r"(?<![A-Za-z0-9'’])(?:[(\[]([A-Za-z])[)\]]|([A-Z])\)|^[ \t]*([A-Z])[.:](?=\s))", re.M)
"""The letter before an option in a list of options."""

END = re.compile(
    r"\s*$|\s*\n|\s*[,;:!)\]—–]|\s*\.(?![A-Za-z0-9])|\s+-+\s|\s+\("
    r"|\s+(?:because|since|as\s+(?:it|the|this|they|he|she|we))\b"
)
GOES_ON = re.compile(rf"\s+(?:{CONNECTORS})\b", re.I)
ASKED = re.compile(r"[\s\"'”’)\].]*\?")
DENIED = re.compile(
    r"\s*[,-]?\s*(?:(?:is|was|are|would\s+be|must\s+be|seems?|being)\s+(?:\w+ly\s+)?"
    r"(?:not|wrong|incorrect|false|out|eliminated|ruled|too|im\w+)\b"
    r"|(?:is|was|are|does|do|would|could|can)n['’]t\b|can(?:not|\s+never)\b|does\s+not\b)",
    re.I,
)
_WITHDRAWN = (
    "not never doubt unlikely wrong incorrect false if whether suppose supposing assume assuming unless eliminate "
    r"tempting might rule\s+out"
)
HELD_BACK = re.compile(rf"\b{_words(_WITHDRAWN)}\b|n['’]t\b", re.I)
"""Words before a cue, in its clause, that take back what it says."""

CLAUSE = re.compile(r"[.!?;:,\n]|\b(?:so|therefore|thus|hence|but|then|and|because|however)\b", re.I)
_NAMES_A_THING = "statement type part phase class stage group vitamin hepatitis case figure table step point"
NO_OPTION = re.compile(rf"\b{_words(_NAMES_A_THING)}\s*$", re.I)
I_SPEAKS = re.compile(r"\s*,\s*(?:as|being|an?|like|personally|too|myself)\b", re.I)
