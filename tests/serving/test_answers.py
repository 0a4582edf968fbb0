"""One test for each row of the API's shapes."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointsman.serving import answers
from pointsman.serving.errors import ApiError
from pointsman.serving.requests import Options
from pointsman.tasks import Decision
from tests.serving.values import DIGEST, FIVE, decided, entity, found, models, router, task

TRUST = {"task", "label", "margin", "runner_up", "threshold", "abstained", "truncated", "digest"}
TEXT = "Write to Maria Keller in Lyon, then to Maria Keller again."
MARIA = entity(TEXT, "Maria Keller", "PERSON", 0.9)
LYON = entity(TEXT, "Lyon", "GPE", 0.6)
AGAIN = entity(TEXT, "Maria Keller", "PERSON", 0.4, after=20)
ALL = Options(return_probabilities=True)


def _one(decision: Decision, options: Options = Options(), ms: float = 3.7, text: str = TEXT) -> dict[str, Any]:  # noqa: B008
    body = answers.one(decision, router(decision.task), options, ms, text)
    assert body["processing_time_ms"] == 4
    assert isinstance(body["processing_time_ms"], int)
    assert body.keys() >= TRUST
    json.dumps(body, allow_nan=False)
    return body


def test_intent() -> None:
    body = _one(decided("domain", 0.9, "law"))
    assert body.keys() - TRUST == {"classification", "processing_time_ms"}
    assert body["classification"] == {"category": "law", "confidence": 0.9, "processing_time_ms": 4}
    probabilities = _one(decided("domain", 0.9, "law"), ALL)["probabilities"]
    assert tuple(probabilities) == task("domain").labels
    assert probabilities["law"] == 0.9


def test_beside_the_contract_each_answer_says_what_it_is_worth() -> None:
    body = _one(replace(decided("domain", 0.4, "law", threshold=0.5), truncated=True))
    assert {name: body[name] for name in TRUST} == {
        "task": "domain",
        "label": "law",
        "margin": pytest.approx(0.4 - 0.6 / 13),
        "runner_up": "biology",
        "threshold": 0.5,
        "abstained": True,
        "truncated": True,
        "digest": DIGEST,
    }


@pytest.mark.parametrize(("threshold", "unsure"), [(0.0, False), (0.4, False), (0.41, True), (1.0, True)])
def test_a_threshold_of_the_request_goes_before_the_artifacts(threshold: float, unsure: bool) -> None:
    body = _one(decided("domain", 0.4, "law"), Options(confidence_threshold=threshold))
    assert (body["threshold"], body["abstained"]) == (threshold, unsure)
    assert body["classification"]["category"] == "law"


def test_pii() -> None:
    body = _one(found([MARIA, LYON, AGAIN]))
    assert body.keys() - TRUST == {"has_pii", "entities", "security_recommendation", "processing_time_ms"}
    assert body["has_pii"] is True
    assert body["security_recommendation"] == "block"
    assert body["entities"] == [
        {"type": "PERSON", "value": "[DETECTED]", "confidence": 0.9},
        {"type": "GPE", "value": "[DETECTED]", "confidence": 0.6},
    ]


def test_pii_with_all_options() -> None:
    options = Options(
        confidence_threshold=0.3,
        entity_types=["PERSON"],
        return_positions=True,
        mask_entities=True,
        reveal_entity_text=True,
    )
    body = _one(found([MARIA, LYON, AGAIN]), options)
    first, last = body["entities"]
    assert first == {
        "type": "PERSON",
        "value": "Maria Keller",
        "confidence": 0.9,
        "start_position": 9,
        "end_position": 21,
        "masked_value": "[PERSON_0]",
    }
    assert (last["start_position"], last["masked_value"]) == (39, "[PERSON_0]")
    assert TEXT[last["start_position"] : last["end_position"]] == "Maria Keller"
    assert body["masked_text"] == "Write to [PERSON_0] in Lyon, then to [PERSON_0] again."
    assert (body["threshold"], body["label"]) == (0.3, "PERSON")


def test_pii_without_any() -> None:
    body = _one(found([], none=0.98), ALL)
    assert (body["has_pii"], body["entities"], body["security_recommendation"]) == (False, [], "allow")
    assert body["label"] == "no_pii"
    assert body["probabilities"] == {"no_pii": 0.98, "pii_detected": pytest.approx(0.02)}


def test_pii_of_a_type_that_there_is_not() -> None:
    with pytest.raises(ApiError, match="unknown type 'PLANET'") as caught:
        _one(found([MARIA]), Options(entity_types=["PLANET"]))
    assert (caught.value.status, caught.value.code) == (400, "INVALID_INPUT")


def test_security_of_an_attack() -> None:
    body = _one(decided("jailbreak", 0.8, "jailbreak"), ALL)
    assert {name: body[name] for name in body.keys() - TRUST} == {
        "is_jailbreak": True,
        "risk_score": 0.8,
        "detection_types": ["jailbreak"],
        "confidence": 0.8,
        "recommendation": "block",
        "patterns_detected": [],
        "probabilities": {"benign": pytest.approx(0.2), "jailbreak": 0.8},
        "processing_time_ms": 4,
    }


def test_the_risk_is_the_attacks_probability_not_the_winners() -> None:
    body = _one(decided("jailbreak", 0.9, "benign"))
    assert body["risk_score"] == pytest.approx(0.1)
    assert body["confidence"] == pytest.approx(0.9)
    assert (body["is_jailbreak"], body["recommendation"], body["detection_types"]) == (False, "allow", [])


def test_security_that_is_not_sure_lets_pass_and_says_so() -> None:
    body = _one(decided("jailbreak", 0.6, "jailbreak", threshold=0.7))
    assert (body["is_jailbreak"], body["recommendation"], body["abstained"]) == (False, "allow", True)
    assert (body["risk_score"], body["confidence"]) == (0.6, 0.4)
    assert body["label"] == "jailbreak"


@pytest.mark.parametrize(
    ("risk", "threshold", "blocked", "unsure"),
    [
        (0.3, 0.3, True, False),  # whoever won
        (0.3, 0.31, False, False),
        (0.6, 0.6, True, False),
        (0.6, 0.61, False, True),
        (0.0, 0.0, True, False),
    ],
)
def test_security_with_a_threshold_of_the_request(risk: float, threshold: float, blocked: bool, unsure: bool) -> None:
    label = "jailbreak" if risk > 0.5 else "benign"
    decision = decided("jailbreak", max(risk, 1 - risk), label, threshold=0.9)
    decision = replace(decision, probabilities={"benign": 1 - risk, "jailbreak": risk})
    body = _one(decision, Options(confidence_threshold=threshold))
    assert (body["is_jailbreak"], body["abstained"], body["threshold"]) == (blocked, unsure, threshold)
    assert body["recommendation"] == ("block" if blocked else "allow")


def test_modality() -> None:
    body = _one(decided("modality", 0.7, "DIFFUSION"))
    assert body.keys() - TRUST == {"modality", "confidence", "processing_time_ms"}
    assert (body["modality"], body["confidence"]) == ("DIFFUSION", 0.7)
    assert tuple(_one(decided("modality", 0.7), ALL)["probabilities"]) == ("AR", "DIFFUSION", "BOTH")


def test_tool() -> None:
    body = _one(decided("intent", 0.7, "calculation"))
    assert body.keys() - TRUST == {"intent", "confidence", "tools", "processing_time_ms"}
    assert (body["intent"], body["confidence"]) == ("calculation", 0.7)
    assert body["tools"] == ["calculator", "math_solver", "statistics"]
    assert len(_one(decided("intent", 0.7), ALL)["probabilities"]) == 8


def test_a_task_of_a_users_own() -> None:
    body = _one(decided("support", 0.7, "refund"))
    assert body["classification"] == {"category": "refund", "confidence": 0.7, "processing_time_ms": 4}
    text = "from Lyon to Rome"
    places = found([entity(text, "Lyon", "CITY", 0.9)], name="places")
    body = _one(places, Options(mask_entities=True), text=text)
    assert (body["has_pii"], body["masked_text"], body["label"]) == (True, "from [CITY_0] to Rome", "CITY")


def _row() -> dict[str, Decision]:
    return {
        "domain": decided("domain", 0.9, "law"),
        "intent": decided("intent", 0.7, "calculation"),
        "jailbreak": decided("jailbreak", 0.8, "jailbreak"),
        "modality": decided("modality", 0.7),
        "pii": found([MARIA, LYON, AGAIN]),
    }


def test_combined() -> None:
    stages = {"queue_ms": 0.5, "compute_ms": 3.0, "other_ms": 0.2}
    body = answers.combined(_row(), models(), ALL, 3.7, stages, TEXT)
    assert body.keys() == {"results", "processing_time_ms", "timing"}
    assert body["results"] == {name: _one(decision, ALL) for name, decision in _row().items()}
    assert (body["processing_time_ms"], body["timing"]) == (4, stages)


def test_combined_with_the_types_of_one_task() -> None:
    options = Options(entity_types=["gpe"])
    body = answers.combined(_row(), models(), options, 3.7, {}, TEXT)
    assert [one["type"] for one in body["results"]["pii"]["entities"]] == ["GPE"]
    with pytest.raises(ApiError, match="unknown type"):
        answers.combined(_row(), models(), Options(entity_types=["PLANET"]), 3.7, {}, TEXT)


def _batch(decisions: list[Decision], options: Options = Options(), text: str = TEXT) -> dict[str, Any]:  # noqa: B008
    return answers.batch(decisions, router(decisions[0].task), options, 10.0, [text] * len(decisions))


def test_batch() -> None:
    body = _batch([decided("domain", 0.9, "law"), decided("domain", 0.6, "law"), decided("domain", 0.7, "math")])
    assert body.keys() == {"results", "total_count", "processing_time_ms", "statistics"}
    first = body["results"][0]
    assert first.keys() - TRUST == {"category", "confidence", "processing_time_ms"}
    assert (first["category"], first["confidence"], first["processing_time_ms"]) == ("law", 0.9, 3)
    assert (body["total_count"], body["processing_time_ms"]) == (3, 10)
    assert body["statistics"] == {
        "category_distribution": {"law": 2, "math": 1},
        "avg_confidence": pytest.approx(2.2 / 3),
        "low_confidence_count": 1,
    }
    assert len(_batch([decided("domain", 0.9)], ALL)["results"][0]["probabilities"]) == 14


@pytest.mark.parametrize(
    ("seen", "category", "confidence"),
    [([], "no_pii", 0.01), ([LYON], "GPE", 0.6), ([MARIA, AGAIN], "PERSON", 0.9), ([MARIA, LYON], "pii_detected", 0.9)],
)
def test_batch_of_pii(seen: list[Any], category: str, confidence: float) -> None:
    (row,) = _batch([found(seen)])["results"]
    assert (row["category"], row["confidence"]) == (category, confidence)
    assert [one["type"] for one in row["entities"]] == [one.type for one in seen if one.score >= 0.5]


def test_batch_of_pii_takes_its_options() -> None:
    options = Options(mask_entities=True, entity_types=["GPE"], return_positions=True)
    (row,) = _batch([found([MARIA, LYON])], options)["results"]
    assert row["category"] == "GPE"
    assert row["masked_text"] == TEXT.replace("Lyon", "[GPE_0]")


def test_batch_of_security() -> None:
    decisions = [
        decided("jailbreak", 0.8, "jailbreak"),
        decided("jailbreak", 0.9, "benign"),
        decided("jailbreak", 0.6, "jailbreak", threshold=0.7),
    ]
    body = _batch(decisions)
    assert [row["category"] for row in body["results"]] == ["jailbreak", "safe", "safe"]
    assert [row["confidence"] for row in body["results"]] == pytest.approx([0.8, 0.9, 0.4])
    assert [row["abstained"] for row in body["results"]] == [False, False, True]
    assert body["statistics"]["category_distribution"] == {"jailbreak": 1, "safe": 2}


def test_batch_of_tools() -> None:
    (row,) = _batch([decided("intent", 0.7, "scheduling")])["results"]
    assert (row["category"], row["tools"]) == ("scheduling", ["calendar_api", "reminder_system"])


def test_batch_of_all() -> None:
    body = answers.batch_all([_row(), _row()], models(), Options(), 10.0, [TEXT, TEXT])
    assert body.keys() == {"results", "total_count", "processing_time_ms", "statistics"}
    assert (body["total_count"], len(body["results"])) == (2, 2)
    for result in body["results"]:
        assert list(result) == list(FIVE)
        assert {name: row["category"] for name, row in result.items()} == {
            "domain": "law",
            "intent": "calculation",
            "jailbreak": "jailbreak",
            "modality": "AR",
            "pii": "pii_detected",
        }
    assert body["statistics"]["modality"] == {
        "category_distribution": {"AR": 2},
        "avg_confidence": 0.7,
        "low_confidence_count": 0,
    }


def test_scores() -> None:
    told = answers.scores(decided("modality", 0.6, "DIFFUSION"))
    assert told == [
        {"label": "DIFFUSION", "score": 0.6},
        {"label": "AR", "score": 0.2},
        {"label": "BOTH", "score": 0.2},
    ]
    assert [one["label"] for one in answers.scores(found([MARIA]))] == ["pii_detected", "no_pii"]


@given(st.lists(st.floats(0, 1), min_size=14, max_size=14).filter(any))
def test_scores_are_sorted_and_sum_to_one(weights: list[float]) -> None:
    total = math.fsum(weights)
    shares = {label: weight / total for label, weight in zip(task("domain").labels, weights, strict=True)}
    told = [one["score"] for one in answers.scores(replace(decided("domain", 0.5), probabilities=shares))]
    assert told == sorted(told, reverse=True)
    assert math.fsum(told) == pytest.approx(1)


def test_what_rounding_put_beyond_one_is_taken_off() -> None:
    over = 1 + 2**-23
    decision = replace(decided("jailbreak", 1.0, "jailbreak"), probability=over, margin=over)
    decision = replace(decision, probabilities={"benign": -(2**-30), "jailbreak": over})
    body = _one(decision, ALL)
    assert (body["risk_score"], body["confidence"], body["margin"]) == (1.0, 1.0, 1.0)
    assert body["probabilities"] == {"benign": 0.0, "jailbreak": 1.0}


def test_a_decision_without_probabilities_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="ask for them"):
        answers.scores(replace(decided("domain", 0.9), probabilities=None))


def test_options_can_be_checked_before_anything_is_computed() -> None:
    answers.check_options(Options(entity_types=["person"]), models().routers.values())
    with pytest.raises(ApiError, match="unknown type"):
        answers.check_options(Options(entity_types=["planet"]), models().routers.values())
