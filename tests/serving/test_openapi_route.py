from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from pointsman.inference.stacked import Routed, StackRequest, ToolCall
from pointsman.serving import info, route
from pointsman.serving.errors import ApiError
from pointsman.serving.openapi import document
from pointsman.serving.route_requests import read_route
from pointsman.serving.settings import Limits, Settings
from pointsman.serving.stack_queue import Asked
from tests.serving.stacks import EXPERTS, Stack, png
from tests.serving.test_openapi import _closed
from tests.serving.values import models

LIMITS = Limits()
CARD = route.card(Stack(), LIMITS)
SETTINGS = Settings(stack=Path("experts.yaml"))


def made(*tasks: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(document(models(*tasks), SETTINGS, "1.2.3", CARD)))
    return found


MADE = made("domain", "pii")
POST = MADE["paths"]["/api/v1/route"]["post"]


def _check(schema: Any, value: Any) -> None:
    whole = {**_closed(schema), "components": _closed(MADE["components"])}
    jsonschema_rs.Draft202012Validator(whole, validate_formats=True).validate(json.loads(json.dumps(value)))


def _answer(path: str, method: str = "post") -> Any:
    return MADE["paths"][path][method]["responses"]["200"]["content"]["application/json"]["schema"]


def test_it_is_an_openapi_document() -> None:
    import schemathesis

    schemathesis.openapi.from_dict(MADE).validate()
    alone = document(models("domain").__class__(**{**vars(models("domain")), "routers": {}}), SETTINGS, "1", CARD)
    schemathesis.openapi.from_dict(alone).validate()
    assert "/api/v1/classify/combined" not in alone["paths"]
    assert "/api/v1/route" in alone["paths"]


@pytest.mark.parametrize("text", ["open calendar", "claims", "hello"])
@pytest.mark.parametrize("decide_only", [True, False])
@pytest.mark.parametrize("probabilities", [True, False])
def test_answers_are_as_they_are_told(text: str, decide_only: bool, probabilities: bool) -> None:
    routed = Stack().route(StackRequest(text, decide_only=decide_only, probabilities=probabilities))
    _check(_answer("/api/v1/route"), route.body(Asked(routed, 0.01), 12))


@pytest.mark.parametrize(
    "call",
    [ToolCall("none"), ToolCall("malformed", problem="no JSON"), ToolCall("off_schema", "open", problem="no 'day'")],
)
def test_tool_calls_are_as_they_are_told(call: ToolCall) -> None:
    decision = Stack().route(StackRequest("rooms")).decision
    routed = Routed(decision, "answered", "rooms", True, "x", call, True, 3, {"see": 0.1, "switch": 0.0})
    _check(_answer("/api/v1/route"), route.body(Asked(routed, 0.01), 12))


def test_rounding_beyond_one_is_not_told() -> None:
    routed = Stack().route(StackRequest("rooms", probabilities=True))
    object.__setattr__(routed.decision, "probability", 1.0000001)
    routed.decision.probabilities["claims"] = -1e-9  # type: ignore[index]
    _check(_answer("/api/v1/route"), route.body(Asked(routed, 0.01), 12))


def test_what_is_told_of_the_stack_is_as_it_is_told() -> None:
    _check(_answer("/info/models", "get"), info.info_models(models("domain"), CARD))


def test_examples_are_what_they_are_examples_of() -> None:
    sent = POST["requestBody"]["content"]["application/json"]
    _check(sent["schema"], sent["example"])
    told = POST["responses"]["200"]["content"]["application/json"]
    _check(told["schema"], told["example"])


URL = "data:image/png;base64," + base64.b64encode(png()).decode()
SENT = [
    {"text": "a"},
    {},
    {"text": " "},
    {"text": "a", "image": None},
    {"text": "a", "image": URL},
    {"text": "a", "image": "http://example.org/a.png"},
    {"text": "a", "image": 1},
    *({"text": "a", "decide_only": value} for value in (True, None, 1, "true")),
    *({"text": "a", "max_new_tokens": value} for value in (1, 2048, 2049, 0, 1.0, 1.5, None, True, "1")),
    *({"text": "a", "expert": value} for value in (*EXPERTS, "nobody", None, 1)),
    *({"text": "a", "options": value} for value in ({}, None, [], {"return_probabilities": 1})),
    {"text": "a", "options": {"return_probabilities": True}, "other": 1},
]


@pytest.mark.parametrize("sent", SENT)
def test_requests_are_read_exactly_where_they_are_told(sent: Any) -> None:
    schema = POST["requestBody"]["content"]["application/json"]["schema"]
    told = jsonschema_rs.Draft202012Validator({**schema, "components": MADE["components"]}).is_valid(sent)
    try:
        read_route(b"application/json", json.dumps(sent).encode(), LIMITS, EXPERTS)
        accepted = True
    except ApiError:
        accepted = False
    assert told == accepted
