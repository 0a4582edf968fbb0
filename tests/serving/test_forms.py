from __future__ import annotations

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointsman.serving.errors import ApiError
from pointsman.serving.forms import MOST_PARTS, read_form
from tests.serving.stacks import BOUNDARY, FORM, form

KIND = FORM["Content-Type"].encode()


@given(
    st.dictionaries(
        st.from_regex(r"[a-z][a-z_ ]{0,20}", fullmatch=True), st.binary(max_size=300), min_size=1, max_size=MOST_PARTS
    ),
    st.from_regex(r"[a-zA-Z0-9 ._-]{1,40}", fullmatch=True),
)
def test_what_a_client_sends_comes_out(fields: dict[str, bytes], file: str) -> None:
    request = httpx2.Request("POST", "http://x", files={name: (file, content) for name, content in fields.items()})
    found = read_form(request.headers["content-type"].encode(), request.read())
    assert {name: part.content for name, part in found.items()} == fields
    assert {part.file for part in found.values()} == {file}


def refused(kind: bytes, body: bytes) -> ApiError | None:
    try:
        read_form(kind, body)
    except ApiError as error:
        return error
    return None


@given(st.binary(max_size=400))
def test_any_bytes_are_a_form_or_an_error_of_the_client(body: bytes) -> None:
    for sent in (body, form()[:-4] + body, form(("a", "b"), end="") + body):
        error = refused(KIND, sent)
        assert error is None or (error.status == 400 and error.message.isprintable())


@given(st.binary(max_size=100))
def test_any_content_type_is_one_or_an_error_of_the_client(kind: bytes) -> None:
    error = refused(b"multipart/form-data; boundary=" + kind, form(("a", "b")))
    assert error is None or error.status == 400


def test_what_looks_like_a_boundary_is_content() -> None:
    content = f"\r\n--{BOUNDARY[:-1]}\r\n\r\r\n--\n".encode() * 3
    assert read_form(KIND, form(("a", content)))["a"].content == content


def test_names_that_are_long_or_odd_are_told_safely() -> None:
    with pytest.raises(ApiError) as caught:
        read_form(KIND, form(("x\u202e" * 100, "1"), ("x\u202e" * 100, "2")))
    assert caught.value.message.isascii()
    assert len(caught.value.message) < 300
