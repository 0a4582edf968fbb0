from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointsman.serving.errors import ApiError
from pointsman.serving.masking import HIDDEN, check_types, entities, masked, masks, reread
from pointsman.serving.requests import Options
from pointsman.tasks import Entity
from tests.serving.values import decided, entity, found, router

TEXT = "Ann Lee met Bob in Rome; Ann Lee paid, Bob slept in Rome."
FOUND = [
    entity(TEXT, "Ann Lee", "PERSON", 0.9),
    entity(TEXT, "Bob", "PERSON", 0.8),
    entity(TEXT, "Rome", "GPE", 0.7),
    entity(TEXT, "Ann Lee", "PERSON", 0.6, after=10),
    entity(TEXT, "Bob", "ORGANIZATION", 0.4, after=20),
    entity(TEXT, "Rome", "GPE", 0.3, after=40),
]


def test_the_same_words_of_the_same_type_have_the_same_number() -> None:
    assert masks(FOUND) == ["[PERSON_0]", "[PERSON_1]", "[GPE_0]", "[PERSON_0]", "[ORGANIZATION_0]", "[GPE_0]"]
    assert masked(TEXT, FOUND) == (
        "[PERSON_0] met [PERSON_1] in [GPE_0]; [PERSON_0] paid, [ORGANIZATION_0] slept in [GPE_0]."
    )


def test_words_are_hidden_unless_they_are_to_be_revealed() -> None:
    assert entities(TEXT, FOUND[:1], Options()) == {
        "entities": [{"type": "PERSON", "value": HIDDEN, "confidence": 0.9}]
    }
    assert entities(TEXT, FOUND[:1], Options(reveal_entity_text=True))["entities"][0]["value"] == "Ann Lee"


def test_positions_are_character_offsets() -> None:
    text = "😀é Bob"
    (one,) = entities(text, [entity(text, "Bob", "PERSON", 0.9)], Options(return_positions=True))["entities"]
    assert (one["start_position"], one["end_position"]) == (3, 6)
    assert text[3:6] == "Bob"


def test_a_text_without_entities_is_its_own_mask() -> None:
    assert entities("nothing here", [], Options(mask_entities=True)) == {"entities": [], "masked_text": "nothing here"}


@st.composite
def _texts(draw: st.DrawFn) -> tuple[str, list[Entity]]:
    """A text cut at some places, some of its parts entities."""
    parts = draw(st.lists(st.text(st.characters(exclude_characters="[]"), min_size=1, max_size=6), max_size=12))
    out, at = [], 0
    for part in parts:
        kind = draw(st.sampled_from(["", "PERSON", "GPE"]))
        if kind:
            out.append(Entity(kind, at, at + len(part), part, draw(st.floats(0, 1))))
        at += len(part)
    return "".join(parts), out


@given(_texts())
def test_masks_can_be_taken_back(given_: tuple[str, list[Entity]]) -> None:
    text, inside = given_
    words = dict(zip(masks(inside), (one.text for one in inside), strict=True))
    assert re.sub(r"\[[A-Z]+_\d+\]", lambda mask: words[mask[0]], masked(text, inside)) == text
    assert len(words) == len({(one.type, one.text) for one in inside})
    numbers: dict[str, list[int]] = {}
    for mask in words:  # in order of the first that has it: from 0 without a gap
        kind, number = mask[1:-1].rsplit("_", 1)
        numbers.setdefault(kind, []).append(int(number))
    assert all(found == list(range(len(found))) for found in numbers.values())


@given(_texts(), st.booleans())
def test_nothing_of_an_entity_is_told_unless_asked(given_: tuple[str, list[Entity]], positions: bool) -> None:
    text, inside = given_
    told = entities(text, inside, Options(mask_entities=True, return_positions=positions))
    assert [one["value"] for one in told["entities"]] == [HIDDEN] * len(inside)
    assert ["start_position" in one for one in told["entities"]] == [positions] * len(inside)


def test_the_decision_stands_where_nothing_else_is_asked() -> None:
    decision = found(FOUND)
    assert reread(decision, Options(entity_types=[])) is decision


@pytest.mark.parametrize(("threshold", "kept"), [(0.0, 6), (0.35, 5), (0.6, 4), (0.9, 1), (0.95, 0), (1.0, 0)])
def test_another_threshold_chooses_among_all_that_was_seen(threshold: float, kept: int) -> None:
    mine = reread(found(FOUND), Options(confidence_threshold=threshold))
    assert mine.threshold == threshold
    assert mine.spans is not None
    assert len(mine.spans) == kept
    assert mine.abstained == (kept == 0)
    # The very decision that the task would have made with that threshold.
    assert mine == found(FOUND, threshold=threshold)


def test_types_are_filtered_in_any_case() -> None:
    mine = reread(found(FOUND), Options(entity_types=["gpe"]))
    assert mine.spans == (FOUND[2],)
    assert (mine.label, mine.probability, mine.abstained) == ("GPE", 0.7, False)


def test_none_of_the_types_asked_for() -> None:
    mine = reread(found(FOUND), Options(entity_types=["AGE"]))
    assert (mine.spans, mine.label, mine.abstained) == ((), "no_pii", False)
    assert mine.probability == 1.0  # although there surely are others


def test_a_weak_one_of_the_types_asked_for_is_not_sure() -> None:
    mine = reread(found(FOUND), Options(entity_types=["ORGANIZATION"]))
    assert (mine.spans, mine.label, mine.abstained, mine.probability) == ((), "no_pii", True, 0.6)


def test_a_decision_without_candidates_cannot_be_read_otherwise() -> None:
    with pytest.raises(ValueError, match="ask for probabilities"):
        reread(replace(found(FOUND), candidates=None), Options(confidence_threshold=0.1))


def test_an_unknown_type_names_the_nearest_and_all() -> None:
    with pytest.raises(ApiError) as caught:
        check_types(Options(entity_types=["person", "PERSN"]), [router("domain"), router("pii")])
    assert (caught.value.status, caught.value.code) == (400, "INVALID_INPUT")
    assert caught.value.message.startswith(
        "'options.entity_types[1]': unknown type 'PERSN', did you mean 'PERSON'? (known: AGE, CREDIT_CARD, "
    )


def test_a_type_that_one_of_the_tasks_knows_will_do() -> None:
    check_types(Options(entity_types=["city", "PERSON"]), [router("places"), router("pii")])
    with pytest.raises(ApiError, match="known: CITY, RIVER"):
        check_types(Options(entity_types=["city", "PERSON"]), [router("places")])


def test_tasks_without_entities_ask_for_none() -> None:
    check_types(Options(entity_types=["whatever"]), [router("domain")])


@given(st.lists(st.text(st.characters(), max_size=100), max_size=5))
def test_an_unknown_type_is_an_error_that_can_be_sent(types: list[str]) -> None:
    if types:  # none of them by chance the name of one
        with pytest.raises(ApiError) as caught:
            check_types(Options(entity_types=types), [router("pii")])
        caught.value.message.encode()
        assert "\n" not in caught.value.message


def test_a_sequence_decision_is_not_asked() -> None:
    assert reread(decided("domain", 0.9), Options()) == decided("domain", 0.9)
