from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointsman.data.chat_protocol import base_address, said
from pointsman.errors import ConfigError


def base(endpoint: str) -> str:
    return base_address(endpoint, named="--there", key_in="THE_KEY")


@pytest.mark.parametrize(
    ("endpoint", "address"),
    [
        ("http://host:8000", "http://host:8000/v1"),
        ("http://host:8000/", "http://host:8000/v1"),
        (" http://host:8000/v1/ ", "http://host:8000/v1"),
        ("https://host/api/v1/chat/completions", "https://host/api/v1"),
        ("https://host/proxy", "https://host/proxy/v1"),
        ("https://host/v1beta/openai", "https://host/v1beta/openai"),
        ("http://[::1]:8000", "http://[::1]:8000/v1"),
    ],
)
def test_addresses(endpoint: str, address: str) -> None:
    assert base(endpoint) == address


@pytest.mark.parametrize(
    "endpoint", ["host:8000", "", "ftp://host", "http://", "http://host:99999", "http://host/v1?a=b", "http://a b/v1"]
)
def test_what_is_no_address(endpoint: str) -> None:
    with pytest.raises(ConfigError, match=r"--there .*use an address such as"):
        base(endpoint)


def test_a_password_in_the_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(ConfigError, match=r"--there.*THE_KEY") as error:
        base("http://user:hush@host/v1")
    assert "hush" not in str(error.value)


@pytest.mark.parametrize(
    ("body", "message", "names"),
    [
        ({"error": {"message": "no\n such model", "type": "NotFoundError", "code": 404}}, "no such model", {"NotFoundError", "404"}),
        ({"object": "error", "message": "too long", "type": "BadRequestError", "code": 400}, "too long", {"BadRequestError", "400"}),
        ({"error": {"message": "m", "type": None, "code": "model_not_found"}}, "m", {"model_not_found"}),
        ({"error": "Unauthorized"}, "Unauthorized", set()),
        ({"detail": "Not Found"}, "Not Found", set()),
        ([1], "[1]", set()),
    ],
)  # fmt: skip
def test_the_shapes_of_an_error(body: object, message: str, names: set[str]) -> None:
    assert said(json.dumps(body).encode()) == (message, names)


def test_a_page_loses_its_tags_and_a_key_is_not_repeated() -> None:
    assert said(b"<html><h1>502</h1>\n<p>Bad gateway</p>") == ("502 Bad gateway", set())
    assert said(b'{"error": {"message": "key hush-hush is wrong"}}', key="hush-hush")[0] == "key *** is wrong"
    assert "hush" not in said(b"x" * 290 + b" hush-hush-hush-hush", key="hush-hush-hush-hush")[0]


@given(st.one_of(st.binary(), st.text().map(str.encode), st.recursive(st.none() | st.text(), lambda inner: st.dictionaries(st.sampled_from(["error", "message", "detail", "code"]), inner)).map(lambda found: json.dumps(found).encode())))  # fmt: skip
def test_whatever_a_server_says_is_one_short_line(body: bytes) -> None:
    message, _ = said(body)
    assert len(message) <= 300
    assert message == " ".join(message.split())
