from __future__ import annotations

import math
import random
import unicodedata
from collections import Counter

import pytest

from pointsman.evaluation.golden import (
    SHORT,
    TOO_CLOSE,
    UNICODE,
    Candidate,
    choose,
    entity_margin,
    label_margin,
)
from pointsman.inference import Effect, Rule
from pointsman.tasks import Decision, Entity


def _row(
    margin: float = 0.5, label: str = "a", length: int = 10, distance: float = math.inf, cut: bool = False
) -> Candidate:
    return Candidate("row", length, (label,), margin, distance, cut)


def _fixed(reason: str, margin: float = 0.5) -> Candidate:
    return Candidate("fixed", 5, ("a",), margin, 0.3, reason=reason)


def _many(n: int = 500) -> list[Candidate]:
    rng = random.Random(1)
    return [_row(rng.uniform(0.1, 1), rng.choice("abc"), rng.randint(3, 90), rng.uniform(0.01, 1)) for _ in range(n)]


def test_sixty_four_and_two_hundred_and_fifty_six_and_none_twice() -> None:
    chosen = choose(_many())
    uses = Counter(one.use for one in chosen)
    assert uses == {"golden": 64, "count": 256}
    assert len({one.index for one in chosen}) == len(chosen)
    assert all(one.why for one in chosen)


def test_the_same_candidates_give_the_same_rows_and_another_seed_others() -> None:
    assert choose(_many()) == choose(_many())
    assert choose(_many(), seed=1) != choose(_many())


def test_fixed_texts_are_all_there_and_two_long_ones() -> None:
    candidates = [_fixed("short"), _fixed("unicode"), _fixed("long"), _fixed("long"), _fixed("long"), *_many()]
    why = {one.index: one.why for one in choose(candidates) if one.use == "golden"}
    assert [why[i][0] for i in range(4)] == ["short", "unicode", "long", "long"]
    assert 4 not in why


def test_a_long_text_too_close_to_a_border_gives_way_to_the_next() -> None:
    candidates = [_fixed("long", margin=1e-6), _fixed("long"), _fixed("long"), *_many()]
    assert [one.index for one in choose(candidates) if "long" in one.why] == [1, 2]


def test_the_nearest_to_the_threshold_are_there() -> None:
    candidates = _many()
    nearest = sorted(range(len(candidates)), key=lambda i: candidates[i].distance)[:12]
    assert {one.index for one in choose(candidates) if "threshold" in one.why} == set(nearest)


def test_rows_that_the_rule_does_not_look_at_are_near_no_threshold() -> None:
    assert not [one for one in choose([_row() for _ in range(200)]) if "threshold" in one.why]


def test_every_class_is_there_whatever_its_rows_are_like() -> None:
    candidates = [*_many(), _row(label="rare", length=900), Candidate("fixed", 1, ("odd",), 0.5, 1.0, reason="short")]
    why = [reason for one in choose(candidates, longest=64) if one.use == "golden" for reason in one.why]
    assert Counter(why)["class:a"] == 2
    assert "class:rare" in why
    assert "class:odd" in why


def test_more_classes_than_rows_give_more_rows() -> None:
    candidates = [_row(label=f"class {number % 100}") for number in range(400)]
    chosen = choose(candidates)
    assert {f"class:class {n}" for n in range(100)} <= {why for one in chosen for why in one.why}
    assert sum(one.use == "golden" for one in chosen) == 208
    assert sum(one.use == "count" for one in chosen) == 192


def test_shorter_rows_are_preferred_where_there_are_enough() -> None:
    candidates = _many()
    golden = [one for one in choose(candidates, longest=40) if one.use == "golden"]
    assert max(candidates[one.index].length for one in golden) <= 40
    long = [_row(length=100 + n) for n in range(200)]
    golden = [one for one in choose(long, longest=40) if one.use == "golden"]
    assert len(golden) == 64
    assert max(long[one.index].length for one in golden) == 163


def test_decisions_that_rounding_could_change_are_passed_over() -> None:
    candidates = [_row(margin=TOO_CLOSE / 2, distance=TOO_CLOSE / 2) for _ in range(50)] + _many(100)
    assert all(one.index >= 50 for one in choose(candidates))


def test_where_all_waver_the_furthest_are_taken() -> None:
    candidates = [_row(margin=number * 1e-8) for number in range(100)]
    chosen = choose(candidates)
    assert {one.index for one in chosen} == set(range(36, 100))
    assert all(one.use == "golden" for one in chosen)


def test_few_rows_are_made_up_with_joined_ones() -> None:
    candidates = [_row() for _ in range(10)] + [Candidate("spare", 20, ("a",), 0.5, 0.3) for _ in range(100)]
    chosen = choose(candidates)
    assert Counter(one.use for one in chosen) == {"golden": 64}
    assert sum(one.why == ("joined",) for one in chosen) == 54
    assert choose([]) == []
    assert len(choose([_row()] * 3)) == 3


def test_our_own_texts_are_what_they_say() -> None:
    texts = [*SHORT, *UNICODE]
    assert len(set(texts)) == len(texts)
    assert all(text.strip() and "\0" not in text for text in texts)
    assert any(len(text) == 1 for text in SHORT)
    assert any(text.isalpha() and len(text) > 1 for text in SHORT)
    assert any(not any(c.isalnum() for c in text) for text in SHORT)
    together = "".join(UNICODE)
    assert {"\u200d", "\ufe0f", "\u200b", "\u2028", "\u0301", "\uff11", "\x1b"} <= set(together)
    assert {"R", "AL", "NSM", "AN"} <= {unicodedata.bidirectional(c) for c in together}
    for script in ("CJK", "HANGUL", "ARABIC", "HEBREW", "DEVANAGARI", "CYRILLIC", "THAI", "HIRAGANA"):
        assert any(unicodedata.name(c, "").startswith(script) for c in together), script
    composed, apart = UNICODE[:2]
    assert unicodedata.normalize("NFC", apart) == composed != apart


def _decision(probability: float, runner_up: float, label: str = "b") -> Decision:
    return Decision("t", label, probability, probability - runner_up, "a", 0.6, False, False, "")


def _rule(applies_to: str, threshold: float = 0.6) -> Rule:
    return Rule("default", threshold, applies_to, Effect(1, 1.0, 1.0, (0.0, 1.0)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("decision", "rule", "expected"),
    [
        (_decision(0.7, 0.1), _rule("winner"), (0.1, 0.1)),
        (_decision(0.45, 0.4), _rule("winner"), (0.05, 0.15)),
        (_decision(0.7, 0.1), _rule("positive"), (0.1, 0.1)),
        (_decision(0.7, 0.1, "a"), _rule("positive"), (0.6, math.inf)),
    ],
)
def test_margin_of_a_label(decision: Decision, rule: Rule, expected: tuple[float, float]) -> None:
    assert label_margin(decision, rule, "b") == pytest.approx(expected)


def test_margin_of_entities() -> None:
    found = [Entity("GPE", 0, 3, "abc", 0.9), Entity("GPE", 4, 7, "def", 0.45)]
    assert entity_margin(found, 0.9, 0.5, 1.0) == pytest.approx((0.05, 0.05))
    assert entity_margin([], 0.1, 0.5, 1.0) == pytest.approx((0.4, 0.4))
    assert entity_margin([], 0.1, 0.5, 0.03) == pytest.approx((0.03, 0.4))
