from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointsman.serving.errors import ApiError
from pointsman.serving.requests import BatchRequest, InputsRequest, Options, TextRequest, read
from pointsman.serving.settings import Limits

LIMITS = Limits(texts=4, text_characters=20)


def _error(body: bytes, model: type[Any] = TextRequest) -> str:
    with pytest.raises(ApiError) as caught:
        read(body, model, LIMITS)
    error = caught.value
    assert (error.status, error.code, error.retry_after) == (400, "INVALID_INPUT", None)
    assert "\n" not in error.message
    error.message.encode()
    return error.message


def test_a_text_with_its_options() -> None:
    body = b'{"text": " Hallo ", "options": {"return_probabilities": true, "confidence_threshold": 1}, "x": [1]}'
    request = read(body, TextRequest, LIMITS)
    assert request.text == " Hallo "
    assert request.options == Options(return_probabilities=True, confidence_threshold=1.0)


@pytest.mark.parametrize("options", [b"", b', "options": null', b', "options": {}', b', "options": {"unknown": {}}'])
def test_no_options_are_the_default_ones(options: bytes) -> None:
    assert read(b'{"text": "a"' + options + b"}", TextRequest, LIMITS).options == Options()


def test_a_batch_is_for_intent_unless_it_says_otherwise() -> None:
    assert read(b'{"texts": ["a", "b"]}', BatchRequest, LIMITS).task_type == "intent"
    assert read(b'{"texts": ["a"], "task_type": "all"}', BatchRequest, LIMITS).task_type == "all"


def test_inputs_are_a_text_or_several() -> None:
    assert read(b'{"inputs": "a"}', InputsRequest, LIMITS).inputs == "a"
    assert read(b'{"inputs": ["a"]}', InputsRequest, LIMITS).inputs == ["a"]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "the body is empty"),
        (b" \n", "the body is empty"),
        (b"{", "the body is no JSON: Expecting property name"),
        (b'{"text": "a"', "the body is no JSON: Expecting ',' delimiter"),
        (b'{"text": "a"} x', "the body is no JSON: Extra data (line 1, column 15)"),
        (b"{'text': 'a'}", "the body is no JSON"),
        (b'\xef\xbb\xbf{"text": "a"}', "the body is no JSON"),
        (b'{"text": "\xff"}', "the body is not UTF-8 (byte 10)"),
        ('{"text": "a"}'.encode("utf-16"), "the body is not UTF-8 (byte 0)"),
        (b"[" * 100_000, "the body is nested too deeply"),
        (b'{"text": "a", "x": ' + b'{"x": ' * 100_000, "the body is nested too deeply"),
        (b'{"text": "a", "x": ' + b"9" * 5_000 + b"}", "the body is no JSON that can be read"),
        (b"null", "the body: expected a JSON object, found null"),
        (b'"text"', "the body: expected a JSON object, found a string"),
        (b'[{"text": "a"}]', "the body: expected a JSON object, found a list"),
        (b"{}", "'text' is missing"),
        (b'{"Text": "a"}', "'text' is missing"),
        (b'{"text": null}', "'text': expected a string, found null"),
        (b'{"text": 1}', "'text': expected a string, found a number"),
        (b'{"text": true}', "'text': expected a string, found a truth value"),
        (b'{"text": ["a"]}', "'text': expected a string, found a list"),
        (b'{"text": {"a": "a"}}', "'text': expected a string, found an object"),
        (b'{"text": ""}', "'text' is empty"),
        (b'{"text": " \\t\\n\\u3000\\u001c"}', "'text' is blank"),
        (b'{"text": "aaaaaaaaaaaaaaaaaaaaa"}', "'text' has 21 characters, 20 are allowed"),
        (b'{"text": "a", "options": []}', "'options': expected an object, found a list"),
        (b'{"text": "a", "options": "x"}', "'options': expected an object, found a string"),
        (
            b'{"text": "a", "options": {"return_probabilities": "true"}}',
            "'options.return_probabilities': expected true or false, found a string",
        ),
        (
            b'{"text": "a", "options": {"mask_entities": 1}}',
            "'options.mask_entities': expected true or false, found a number",
        ),
        (
            b'{"text": "a", "options": {"mask_entities": null}}',
            "'options.mask_entities': expected true or false, found null",
        ),
        (
            b'{"text": "a", "options": {"confidence_threshold": "1"}}',
            "'options.confidence_threshold': expected a number, found a string",
        ),
        (
            b'{"text": "a", "options": {"confidence_threshold": true}}',
            "'options.confidence_threshold': expected a number, found a truth value",
        ),
        (
            b'{"text": "a", "options": {"confidence_threshold": 1.1}}',
            "'options.confidence_threshold': input should be less than or equal to 1",
        ),
        (
            b'{"text": "a", "options": {"confidence_threshold": 1e999}}',
            "'options.confidence_threshold': input should be",
        ),
        (b'{"text": "a", "options": {"confidence_threshold": NaN}}', "NaN is no number"),
        (b'{"text": "a", "x": -Infinity}', "-Infinity is no number"),
        (
            b'{"text": "a", "options": {"entity_types": "PERSON"}}',
            "'options.entity_types': expected a list of strings, found a string",
        ),
        (
            b'{"text": "a", "options": {"entity_types": ["PERSON", 1]}}',
            "'options.entity_types[1]': expected a string, found a number",
        ),
    ],
)
def test_a_text_that_cannot_be_read(body: bytes, says: str) -> None:
    assert says in _error(body)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b'{"task_type": "pii"}', "'texts' is missing"),
        (b'{"texts": null}', "'texts': expected a list of strings, found null"),
        (b'{"texts": "a"}', "'texts': expected a list of strings, found a string"),
        (b'{"texts": {}}', "'texts': expected a list of strings, found an object"),
        (b'{"texts": []}', "'texts' is empty: name one text at least"),
        (b'{"texts": ["a", null]}', "'texts[1]': expected a string, found null"),
        (b'{"texts": ["a", " "]}', "'texts[1]' is blank"),
        (b'{"texts": ["aaaaaaaaaaaaaaaaaaaaa"]}', "'texts[0]' has 21 characters"),
        (b'{"texts": ["a", "a", "a", "a", "a"]}', "'texts' has 5 texts, 4 are allowed"),
        (b'{"texts": ["a"], "task_type": null}', "'task_type': expected a string, found null"),
        (b'{"texts": ["a"], "task_type": 3}', "'task_type': expected a string, found a number"),
    ],
)
def test_a_batch_that_cannot_be_read(body: bytes, says: str) -> None:
    assert says in _error(body, BatchRequest)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b'{"inputs": 3}', "'inputs': expected a string or a list of strings, found a number"),
        (b'{"inputs": ""}', "'inputs' is empty"),
        (b'{"inputs": []}', "'inputs' is empty"),
        (b'{"inputs": [["a", "b"]]}', "'inputs[0]': expected a string, found a list"),
        (b'{"text": "a"}', "'inputs' is missing"),
    ],
)
def test_inputs_that_cannot_be_read(body: bytes, says: str) -> None:
    assert says in _error(body, InputsRequest)


def test_a_million_texts_are_counted_not_read() -> None:
    body = json.dumps({"texts": [""] * 1_000_000}).encode()
    started = time.process_time()
    assert "'texts' has 1,000,000 texts" in _error(body, BatchRequest)
    assert time.process_time() - started < 0.5


def test_a_long_text_is_not_repeated() -> None:
    assert len(_error(json.dumps({"text": "secret " * 1_000_000}).encode())) < 100


def test_characters_are_counted_not_bytes() -> None:
    assert read(json.dumps({"text": "😀" * 20}, ensure_ascii=False).encode(), TextRequest, LIMITS).text == "😀" * 20


def test_lone_surrogates_are_replaced_one_for_one() -> None:
    body = b'{"text": "a\\ud800b\\udc00\\ud83d\\ude00\\u0000"}'
    assert read(body, TextRequest, LIMITS).text == "a\ufffdb\ufffd😀\x00"
    assert read(b'{"texts": ["\\udfff"]}', BatchRequest, LIMITS).texts == ["\ufffd"]
    assert read(b'{"inputs": "\\udfff"}', InputsRequest, LIMITS).inputs == "\ufffd"


# Of any Unicode, lone surrogates too: what `json.dumps` writes of them is what a careless client sends.
ANY_TEXT = st.text(st.characters(), min_size=1, max_size=20)


@given(ANY_TEXT)
def test_any_text_comes_through_with_its_offsets(text: str) -> None:
    body = json.dumps({"text": text}).encode()
    if text.isspace():
        assert "blank" in _error(body)
        return
    joined = json.loads(json.dumps(text))  # two halves side by side are one character
    got = read(body, TextRequest, LIMITS).text
    assert len(got) == len(joined)
    assert all(a == b or (b == "\ufffd" and "\ud800" <= a <= "\udfff") for a, b in zip(joined, got, strict=True))
    got.encode()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=30),
    lambda inner: (
        st.lists(inner, max_size=6)
        | st.dictionaries(
            st.sampled_from(["text", "texts", "inputs", "options", "task_type", "confidence_threshold", "entity_types"])
            | st.text(max_size=3),
            inner,
            max_size=5,
        )
    ),
)


@given(JSON, st.sampled_from([TextRequest, BatchRequest, InputsRequest]))
def test_whatever_json_comes_is_read_or_refused(content: Any, model: type[Any]) -> None:
    _read_or_refused(json.dumps(content).encode(), model)


@given(st.binary(max_size=60), st.sampled_from([TextRequest, BatchRequest, InputsRequest]))
def test_whatever_bytes_come_are_read_or_refused(body: bytes, model: type[Any]) -> None:
    _read_or_refused(body, model)


def _read_or_refused(body: bytes, model: type[Any]) -> None:
    refused = None
    try:
        assert isinstance(read(body, model, LIMITS), model)
    except ApiError as error:
        refused = error
    if refused is not None:
        assert (refused.status, refused.code) == (400, "INVALID_INPUT")
        assert "\n" not in refused.message
        json.dumps(refused.body(), ensure_ascii=False).encode()
