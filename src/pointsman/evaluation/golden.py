"""Golden rows: which texts another runtime has to answer alike, and how far each decision is from changing.

Takes what is known of candidate texts (lengths, labels, margins); gives indices with reasons. Knows nothing of models,
tokenizers or files.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pointsman.inference.rule import Rule
from pointsman.tasks import Decision, Entity

GOLDEN = 64
"""Rows of which every number is compared, at least."""
COUNT = 256
"""More rows, of which decisions alone are counted."""
TOO_CLOSE = 3e-5
"""Nearer to a border than this a decision is no test: probabilities that differ by the 1e-5 that rounding is allowed
(a type's is the sum of two, a margin the difference of two) may stand on either side of it."""

_NEAR = 12
_EACH_CLASS = 2
_LONG = 2
_DRAWN = 8

SHORT = ("a", "7", "?", "Hello", "photosynthesis", "sudo", "...", "?!?!", "-- ;; --", "(((( ))))")
"""A single character, a single word, punctuation alone."""

UNICODE = (
    "Où est le café déjà vu à Göteborg?",  # composed accents
    "Ou\u0300 est le cafe\u0301 de\u0301ja\u0300 vu a\u0300 Go\u0308teborg?",  # the same, decomposed
    "Straße, İstanbul, ŁÓDŹ, Ǆ and ſ in one line",  # lower-casing changes lengths
    "\ufb01nd the o\ufb03ce at 3\u00bd \u33a1, x\u00b2 + y\u00b3 = \u2167",  # compatibility forms
    "My family \U0001f468\u200d\U0001f469\u200d\U0001f467 waves \U0001f44b\U0001f3fd",  # joiners, skin tone
    "I \u2764\ufe0f this, not \u2764\ufe0e; flags \U0001f1ef\U0001f1f5\U0001f1e7\U0001f1f7",  # variation selectors
    "\U0001f600",
    "请帮我写一封给银行的信，电话是13800138000。",
    "東京の天気はどうですか？ｶﾀｶﾅも。",  # with half-width kana
    "내일 회의 시간을 알려 주세요",
    "\u1102\u1162\u110b\u1175\u11af means tomorrow",  # Hangul as single letters
    "اكتب رسالة إلى أحمد على الرقم ٠١٢٣٤٥٦٧٨٩",
    "שלום, מה מזג האוויר בתל אביב?",
    "Order \u202bמספר 42\u202c for \u2067اليوم\u2069 please",  # directions within a line
    "कृपया मुझे क्षत्रिय इतिहास के बारे में बताइए",
    "ช่วยแปลประโยคนี้ให้หน่อย",  # no spaces between words
    "Мой адрес: улица Ленина, дом 5, почта ivan@example.com",
    "zero\u200bwidth\u200bspace and\u00adsoft\u00adhyphen and\ufeffmark",
    "first line\u2028second line\u2029third line\u0085fourth line",
    "tab\there\r\nnew line\x0bvertical\x0cform\x1ffeed",
    "bell\x07 escape\x1b[31m delete\x7f and c1\x9b",
    "Call \uff11\uff12\uff13\uff0d\uff14\uff15\uff16\uff17 or pay \uff04\uff15\uff10",  # full-width digits
    "pаypal lоgin with Cyrillic letters among Latin ones, ρlease",  # scripts mixed in a word
    "\U0001d4d7\U0001d4ee\U0001d4f5\U0001d4f5\U0001d4f8 \U0001d54e\U0001d560\U0001d563\U0001d55d\U0001d555",
    "non\u00a0breaking\u202fspaces\u3000of\u2003every\u2009width",
    "∀x∈ℝ: ∫₀^∞ e^(−x²) dx = √π⁄2 ≈ 0,886",
    "unassigned \U000e0041 private \ue000 and replaced \ufffd",
)
"""Accents, joiners, scripts from right to left, invisible and control characters. None holds a NUL: programs that
take texts as C strings end there."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is known of a text that may be chosen.

    Attributes:
        use: `fixed` texts are always chosen, for `reason` (of `long` ones the first two); `row`s as they serve;
            `spare` ones where rows are too few.
        length: tokens (of a token task: word pieces).
        classes: what the router says of it: its label, or each entity type that it reports.
        margin: how far the decision is from changing.
        distance: how far it is from the rule's threshold; infinite where the rule does not look at it.
        cut: longer than the model reads at once.
        reason: why a `fixed` text is there.
    """

    use: Literal["fixed", "row", "spare"]
    length: int
    classes: tuple[str, ...]
    margin: float
    distance: float
    cut: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Chosen:
    """One candidate, and what for."""

    index: int
    use: Literal["golden", "count"]
    why: tuple[str, ...]


def choose(
    candidates: Sequence[Candidate],
    *,
    golden: int = GOLDEN,
    count: int = COUNT,
    longest: int | None = None,
    seed: int = 0,
) -> list[Chosen]:
    """Choose golden rows, then rows to count decisions on; no candidate twice.

    Decisions nearer than `TOO_CLOSE` to a border are passed over, unless too few others are left (an untrained
    router wavers everywhere): then the furthest are taken.

    Args:
        candidates: in a fixed order.
        golden: rows at least, where there are so many; more where the classes need them.
        count: rows at most.
        longest: prefer golden rows up to this length (those of a token task hold numbers for each piece).
        seed: of what is drawn.
    """
    usable = [i for i, c in enumerate(candidates) if c.margin >= TOO_CLOSE]
    if len(usable) < golden:
        usable = sorted(sorted(range(len(candidates)), key=lambda i: -candidates[i].margin)[:golden])
    rows = [i for i in usable if candidates[i].use == "row"]
    random.Random(seed).shuffle(rows)
    by_length = sorted(rows, key=lambda i: candidates[i].length)
    near = rows
    if longest is not None:
        near = [i for i in rows if candidates[i].length <= longest]
        if len(near) < golden:
            near = by_length[:golden]
    why: dict[int, list[str]] = {}

    def take(indices: Sequence[int], reason: str) -> None:
        for index in indices:
            why.setdefault(index, []).append(reason)

    fixed = [i for i in usable if candidates[i].use == "fixed"]
    for i in fixed:
        if (reason := candidates[i].reason) != "long":
            take([i], reason)
    take([i for i in fixed if candidates[i].reason == "long"][:_LONG], "long")
    take([i for i in near if candidates[i].cut][:_LONG], "long")
    close = [i for i in near if candidates[i].distance < math.inf]
    # Rounded: what two machines' rounding makes of a distance is not to change the order.
    take(sorted(close, key=lambda i: round(candidates[i].distance, 6))[:_NEAR], "threshold")
    for name in sorted({name for i in usable for name in candidates[i].classes}):
        for among in (near, by_length, usable):
            if holders := [i for i in among if name in candidates[i].classes][:_EACH_CLASS]:
                take(holders, f"class:{name}")
                break
    wanted = max(golden - len(why), _DRAWN)
    take([i for i in near if i not in why][:wanted], "drawn")
    take([i for i in by_length if i not in why][: max(0, golden - len(why))], "drawn")
    spare = [i for i in usable if candidates[i].use == "spare" and i not in why]
    take(spare[: max(0, golden - len(why))], "joined")
    left = [i for i in rows if i not in why][:count]
    return [
        *(Chosen(i, "golden", tuple(reasons)) for i, reasons in why.items()),
        *(Chosen(i, "count", ("drawn",)) for i in left),
    ]


def label_margin(decision: Decision, rule: Rule, positive: str | None) -> tuple[float, float]:
    """Return how far a sequence task's decision is from changing, and how far it is from the rule's threshold.

    Args:
        decision: of one text.
        rule: that it was taken by.
        positive: label that a rule for positives looks at.
    """
    looked = rule.applies_to == "winner" or decision.label == positive
    distance = abs(decision.probability - rule.threshold) if looked else math.inf
    return min(decision.margin, distance), distance


def entity_margin(found: Sequence[Entity], any_: float, threshold: float, borders: float) -> tuple[float, float]:
    """Return how far a token task's decision is from changing, and how far it is from the threshold.

    The latter is the least distance of a score from it; where nothing was found that of the surest word's probability
    to be of any type.

    Args:
        found: every entity, however weak.
        any_: probability that there is any.
        threshold: from which on they are reported.
        borders: how far other entities are from being found.
    """
    distance = min((abs(entity.score - threshold) for entity in found), default=abs(any_ - threshold))
    return min(distance, borders), distance
