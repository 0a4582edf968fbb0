from __future__ import annotations

import json
import time
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from pointsman.data.chat_client import ChatClient, RequestFailedError
from pointsman.errors import DataError
from tests.data.chat_server import Answer, Server, completion, cut_connection, hangs, says, serving, status


def client(server: Server, **more: Any) -> tuple[ChatClient, list[float]]:
    """A client that notes its waiting instead of waiting."""
    waits: list[float] = []
    return ChatClient(server.address, **{"timeout": 5.0, "sleep": waits.append, **more}), waits


QUESTION = [{"role": "user", "content": "hello"}]


def test_a_question_and_its_answer() -> None:
    with serving(says("four", model="tiny-2")) as server:
        asker, waits = client(server, key=" secret\n")
        reply = asker.ask(QUESTION, "1", model="tiny", max_tokens=7)
    assert (reply.text, reply.model, reply.id, reply.tokens, reply.retries) == ("four", "tiny-2", "chat-1", 150, 0)
    assert server.posts == [{"messages": QUESTION, "model": "tiny", "max_tokens": 7}]
    assert server.paths == ["/v1/chat/completions"]
    assert server.headers[0]["Authorization"] == "Bearer secret"
    assert waits == []


def test_no_key_no_header_and_no_usage_no_count() -> None:
    with serving(says(None, tokens=None)) as server:
        reply = client(server)[0].ask(QUESTION, "1", model="tiny")
    assert (reply.text, reply.tokens) == ("", None)
    assert "Authorization" not in server.headers[0]


def drops(handler: BaseHTTPRequestHandler, _: Any) -> None:
    """Promise more than comes, then hang up."""
    handler.send_response(200)
    handler.send_header("Content-Length", "4000")
    handler.end_headers()
    handler.wfile.write(b'{"id": "chat-1", "choices": [')
    handler.wfile.flush()
    cut_connection(handler)


def ends_early(handler: BaseHTTPRequestHandler, _: Any) -> None:
    """Promise more than comes, and end in an orderly way where the JSON happens to be whole."""
    handler.send_response(200)
    handler.send_header("Content-Length", "4000")
    handler.end_headers()
    handler.wfile.write(json.dumps(completion("half")).encode())


@pytest.mark.parametrize(
    "fault",
    [
        status(500, b"<h1>oops</h1>"),
        status(503),
        status(429, {"error": {"message": "slow down"}}),
        status(408),
        status(200, b'{"choices": ['),
        status(200, b"[]"),
        status(200, {"choices": []}),
        status(200, {"choices": [{"message": {"content": 7}}]}),
        drops,
        ends_early,
        lambda handler, _: cut_connection(handler),
    ],
)
def test_what_may_pass_is_tried_again(fault: Answer) -> None:
    with serving(fault, fault, says("there")) as server:
        asker, waits = client(server)
        reply = asker.ask(QUESTION, "1")
    assert (reply.text, reply.retries, len(server.posts)) == ("there", 2, 3)
    assert 0.5 <= waits[0] <= 1.0 <= waits[1] <= 2.0


def test_time_outs_are_tried_again() -> None:
    with serving(hangs, says("there")) as server:
        reply = client(server, timeout=0.2)[0].ask(QUESTION, "1")
    assert (reply.text, reply.retries) == ("there", 1)


def test_a_body_that_drips_for_ever_is_a_time_out() -> None:
    def drip(handler: BaseHTTPRequestHandler, _: Any) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not server.closing.wait(0.02):
            handler.wfile.write(b" ")
            handler.wfile.flush()

    with serving(drip) as server:
        started = time.monotonic()
        with pytest.raises(RequestFailedError, match=r"no answer within 0\.3 s"):
            client(server, timeout=0.3, retries=0)[0].ask(QUESTION, "1")
        assert time.monotonic() - started < 3


def test_waiting_grows_is_bounded_and_repeats_with_the_seed() -> None:
    with serving(status(500, {"message": "no memory"})) as server:
        asker, waits = client(server, retries=9)
        with pytest.raises(RequestFailedError, match=r"^500 Internal Server Error: no memory$") as failed:
            asker.ask(QUESTION, "7")
        again, other = client(server, retries=9), client(server, retries=9, seed=1)
        for asker, _ in (again, other):
            with pytest.raises(RequestFailedError):
                asker.ask(QUESTION, "7")
    assert failed.value.retries == len(waits) == 9
    assert all(2**n / 2 <= wait <= 2**n for n, wait in enumerate(waits[:6]))
    assert all(30 <= wait <= 60 for wait in waits[6:])
    assert again[1] == waits != other[1]


def test_retry_after_is_honoured() -> None:
    date = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 40))
    slow = [status(429, Retry_After="17"), status(503, Retry_After=date), status(429, Retry_After="soon")]
    with serving(*slow, says("there")) as server:
        asker, waits = client(server)
        asker.ask(QUESTION, "1")
    assert waits[0] == 17.0
    assert 35 <= waits[1] <= 41
    assert 2 <= waits[2] <= 4


def test_a_server_that_wants_to_rest_for_an_hour_is_not_waited_for() -> None:
    with serving(status(429, {"error": "quota"}, Retry_After="3600")) as server:
        asker, waits = client(server)
        with pytest.raises(RequestFailedError, match="429 Too Many Requests: quota"):
            asker.ask(QUESTION, "1")
    assert waits == []


@pytest.mark.parametrize(
    ("code", "body", "told"),
    [
        (400, {"error": {"message": "max_tokens is too large"}}, "answers 400 Bad Request: max_tokens is too large"),
        (
            401,
            {"error": {"message": "key hush1234 is wrong"}},
            r"401 Unauthorized: key \*\*\* is wrong; look at OPENAI",
        ),
        (404, {"detail": "no model x"}, "404 Not Found: no model x; look at the address and at the name of the model"),
        (422, {"object": "error"}, '422 Unprocessable (Entity|Content): {"object": "error"}'),
    ],
)
def test_what_the_server_refuses_is_one_clear_error(code: int, body: Any, told: str) -> None:
    with serving(status(code, body)) as server:
        asker, waits = client(server, key="hush1234")
        with pytest.raises(DataError, match=told) as error:
            asker.ask(QUESTION, "1")
    assert (len(server.posts), waits) == (1, [])
    assert "\n" not in str(error.value)
    assert server.address in str(error.value)


def test_the_key_does_not_follow_a_redirect() -> None:
    with serving(says("mine")) as thief:
        there = status(307, Location=f"{thief.address}/v1/chat/completions")
        with serving(there) as server, pytest.raises(DataError, match=r"307 .*it redirects to http.*give that address"):
            client(server, key="hush1234")[0].ask(QUESTION, "1")
    assert thief.posts == []


def test_nobody_there() -> None:
    with serving(says("")) as server:
        pass
    with pytest.raises(DataError, match=r"cannot be reached .*is the server up"):
        client(server)[0].ask(QUESTION, "1")


def test_a_server_that_goes_away_later_may_come_back() -> None:
    with serving(says("there")) as server:
        asker, waits = client(server, retries=2)
        asker.ask(QUESTION, "1")
    with pytest.raises(RequestFailedError, match="the connection broke"):
        asker.ask(QUESTION, "2")
    assert len(waits) == 2


def test_the_first_model() -> None:
    with serving(says("")) as server:
        asker, _ = client(server)
        assert asker.first_model() == "tiny"
        assert server.paths == ["/v1/models"]
        for nothing in ({"data": []}, {}, {"data": [{"id": ""}]}, {"data": "tiny"}):
            server.models = nothing
            with pytest.raises(DataError, match="names no model: name the one to ask"):
                asker.first_model()
