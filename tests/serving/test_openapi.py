from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from pointsman.serving import answers
from pointsman.serving.errors import ApiError
from pointsman.serving.names import names_of, task_named
from pointsman.serving.openapi import document
from pointsman.serving.openapi_schemas import NOT_BLANK
from pointsman.serving.requests import BatchRequest, InputsRequest, Options, TextRequest, read
from pointsman.serving.settings import Key, Settings
from pointsman.tasks import Decision
from tests.serving.values import FIVE, decided, entity, found, models, router

TEXT = "Write to Maria Keller in Lyon."
SEEN = [entity(TEXT, "Maria Keller", "PERSON", 0.9), entity(TEXT, "Lyon", "GPE", 0.4)]
SETTINGS = Settings(paths=(Path("bundle"),))
KEYS = Settings(paths=(Path("bundle"),), keys=(Key(name="a", sha256="0" * 64, admin=True),))
TASKS = (*FIVE, "support", "places")
EVERYTHING = Options(
    return_probabilities=True,
    confidence_threshold=0.2,
    return_positions=True,
    mask_entities=True,
    reveal_entity_text=True,
)


def _made(settings: Settings = SETTINGS) -> dict[str, Any]:
    return json.loads(json.dumps(document(models(*TASKS), settings, "1.2.3"), allow_nan=False))


MADE = _made()


def _closed(schema: Any) -> Any:
    """The same, but no field may be there that the document does not tell of."""
    if isinstance(schema, list):
        return [_closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    out = {name: _closed(one) for name, one in schema.items()}
    if schema.get("type") == "object" and "properties" in schema:
        out["additionalProperties"] = False
    return out


def _check(schema: Any, value: Any) -> None:
    whole = {**_closed(schema), "components": _closed(MADE["components"])}
    jsonschema_rs.Draft202012Validator(whole, validate_formats=True).validate(json.loads(json.dumps(value)))


def _fits(schema: Any, value: Any) -> bool:
    return bool(jsonschema_rs.Draft202012Validator({**schema, "components": MADE["components"]}).is_valid(value))


def _answer(path: str, method: str = "post", status: str = "200") -> Any:
    return MADE["paths"][path][method]["responses"][status]["content"]["application/json"]["schema"]


def _body(path: str) -> Any:
    return MADE["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]


def _decision(task: str) -> Decision:
    return found(SEEN) if task == "pii" else found([], name="places") if task == "places" else decided(task, 0.6)


@pytest.mark.parametrize("settings", [SETTINGS, KEYS], ids=["open", "keys"])
def test_it_is_an_openapi_document(settings: Settings) -> None:
    import schemathesis

    schemathesis.openapi.from_dict(_made(settings)).validate()


def test_every_name_of_every_task_is_an_address() -> None:
    paths = {path.removeprefix("/api/v1/classify/") for path in MADE["paths"] if path.startswith("/api")}
    assert paths == {*names_of(TASKS), "combined", "batch"}
    others = {path for path in MADE["paths"] if not path.startswith("/api")}
    info = {"/info/models", "/info/classifier", "/health", "/ready", "/metrics", "/openapi.json"}
    assert others == {"/classify", "/", "/docs", *info}


def test_the_page_is_told_of_where_it_is_served() -> None:
    without = _made(Settings(paths=(Path("bundle"),), page=False))
    assert MADE["paths"].keys() - without["paths"].keys() == {"/", "/docs"}


def test_keys_are_told_of_where_there_are_any() -> None:
    assert "security" not in MADE
    made = _made(KEYS)
    assert made["security"] == [{"bearer": []}, {"key": []}]
    assert made["paths"].keys() - MADE["paths"].keys() == {"/admin/reload"}
    for path, operations in made["paths"].items():
        (operation,) = operations.values()
        open_ = path in ("/health", "/ready", "/", "/docs")
        assert ("401" in operation["responses"]) != open_, path
        assert ("security" in operation) == open_, path


@pytest.mark.parametrize("options", [Options(), EVERYTHING], ids=["plain", "everything"])
@pytest.mark.parametrize("name", names_of(TASKS))
def test_answers_are_as_they_are_told(name: str, options: Options) -> None:
    task = names_of(TASKS)[name]
    body = answers.one(_decision(task), router(task), options, 3.7, TEXT)
    _check(_answer(f"/api/v1/classify/{name}"), body)


@pytest.mark.parametrize("options", [Options(), EVERYTHING], ids=["plain", "everything"])
def test_answers_about_many_texts_are_as_they_are_told(options: Options) -> None:
    row = {task: _decision(task) for task in TASKS}
    schema = _answer("/api/v1/classify/batch")
    for task in TASKS:
        _check(schema, answers.batch([row[task]] * 2, router(task), options, 3.7, [TEXT] * 2))
    _check(schema, answers.batch_all([row] * 2, models(*TASKS), options, 3.7, [TEXT] * 2))
    _check(_answer("/api/v1/classify/combined"), answers.combined(row, models(*TASKS), options, 3.7, {"a": 1.5}, TEXT))


def test_scores_are_as_they_are_told() -> None:
    told = answers.scores(decided("domain", 0.6))
    _check(_answer("/classify"), told)
    _check(_answer("/classify"), [told, told])


def test_what_is_told_of_models_is_as_it_is_told() -> None:
    _check(_answer("/info/models", "get"), answers.info_models(models(*TASKS)))
    _check(_answer("/info/classifier", "get"), answers.info_classifier(models(*TASKS), SETTINGS))


def test_errors_are_as_they_are_told() -> None:
    for operations in MADE["paths"].values():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                if status != "200":
                    error = ApiError(int(status), "CODE", "what, where, what to do")
                    _check(response["content"]["application/json"]["schema"], error.body())


def test_examples_are_what_they_are_examples_of() -> None:
    looked = 0
    for operations in MADE["paths"].values():
        for operation in operations.values():
            contents = [operation.get("requestBody", {}), operation["responses"]["200"]]
            for content in contents:
                for media in content.get("content", {}).values():
                    if "example" in media:
                        _check(media["schema"], media["example"])
                        looked += 1
    assert looked == 2 * (len(names_of(TASKS)) + 3)


# What is sent, and which of the requests it is for; whether it is read is what the document has to say as well.
SENT: list[tuple[str, Any, Any]] = [
    *(
        ("/api/v1/classify/intent", TextRequest, sent)
        for sent in (
            {"text": "a"},
            {"text": "\u00ad\u200b\ufeff\x00"},
            {"text": ""},
            {"text": "\t\x1c\x85\u2028\u3000"},
            {"text": "a" * 32_768},
            {"text": "😀" * 32_769},
            {"text": None},
            {},
            [],
            {"text": "a", "unknown": []},
            {"text": "a", "options": None},
            {"text": "a", "options": []},
            {"text": "a", "options": {"unknown": 1}},
            *(
                {"text": "a", "options": {"confidence_threshold": value}}
                for value in (0, 1, 0.5, 1.5, -0.1, None, "0.5", True)
            ),
            *({"text": "a", "options": {"return_positions": value}} for value in (True, None, 1, "true")),
            *(
                {"text": "a", "options": {"entity_types": value}}
                for value in (None, [], ["PERSON"], "PERSON", [1], ["PERSON"] * 256, ["PERSON"] * 257, ["PLANET"])
            ),
        )
    ),
    *(
        (f"/api/v1/classify/{name}", TextRequest, {"text": "a", "options": {"entity_types": [kind]}})
        for name in ("pii", "places", "combined")
        for kind in ("PERSON", "CITY", "PLANET")
    ),
    *(
        ("/api/v1/classify/batch", BatchRequest, {"texts": ["a"], **kind, "options": {"entity_types": [value]}})
        for kind in ({}, {"task_type": "pii"}, {"task_type": "places"}, {"task_type": "all"}, {"task_type": "tool"})
        for value in ("PERSON", "CITY", "PLANET")
    ),
    *(
        ("/api/v1/classify/batch", BatchRequest, sent)
        for sent in (
            {"texts": ["a"]},
            {"texts": []},
            {"texts": "a"},
            {"texts": ["a"] * 256},
            {"texts": ["a"] * 257},
            {"texts": ["a", " "]},
            {"texts": ["a"], "task_type": "all"},
            {"texts": ["a"], "task_type": None},
            {"task_type": "pii"},
        )
    ),
    *(
        ("/classify", InputsRequest, sent)
        for sent in ({"inputs": "a"}, {"inputs": ["a"]}, {"inputs": []}, {"inputs": " "}, {"inputs": 1}, {})
    ),
]


@pytest.mark.parametrize(("path", "model", "sent"), SENT)
def test_requests_are_read_exactly_where_they_are_told(path: str, model: Any, sent: Any) -> None:
    try:
        _read(path, model, sent)
        accepted = True
    except ApiError:
        accepted = False
    assert _fits(_body(path), sent) == accepted


def _read(path: str, model: Any, sent: Any) -> None:
    """As the endpoints do before they ask for decisions."""
    got, routers = read(json.dumps(sent).encode(), model, SETTINGS.limits), models(*TASKS).routers
    if isinstance(got, InputsRequest):
        return
    name = got.task_type if isinstance(got, BatchRequest) else path.rpartition("/")[2]
    asked = routers.values() if name in ("all", "combined") else [routers[task_named(name, routers)]]
    answers.check_options(got.options, asked)


def test_white_space_is_what_python_takes_for_it() -> None:
    told = re.compile(NOT_BLANK)
    for code in range(sys.maxunicode + 1):
        assert bool(told.match(chr(code))) != chr(code).isspace(), hex(code)


def test_a_server_without_the_domain_asks_for_a_task() -> None:
    made = document(models("support", "places"), SETTINGS, "1.2.3")
    assert made["paths"]["/classify"]["post"]["parameters"][0]["required"]
    body = made["paths"]["/api/v1/classify/batch"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert all("task_type" in one["required"] for one in body["anyOf"])
    one = document(models("support"), SETTINGS, "1.2.3")
    assert not one["paths"]["/classify"]["post"]["parameters"][0]["required"]


def test_a_task_may_be_called_what_may_not_stand_in_a_reference() -> None:
    import schemathesis

    made = document(models("größe", "support"), SETTINGS, "1.2.3")
    schemathesis.openapi.from_dict(made).validate()
    assert "/api/v1/classify/gr%C3%B6%C3%9Fe" in made["paths"]
