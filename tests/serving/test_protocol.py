from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serving.guarded import JSON, Guarded, guarded


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    folder: Path = tmp_path_factory.mktemp("protocol")
    with guarded(folder, limits={"header_seconds": 0.3}) as running:
        yield running


def test_half_of_the_headers(server: Guarded) -> None:
    connection, began = server.connect(), time.monotonic()
    connection.send(b"POST /echo HTTP/1.1\r\nContent-Ty")
    reply = connection.reply()
    assert (reply.status, reply.code) == (408, "REQUEST_TIMEOUT")
    assert connection.closed()
    assert 0.2 < time.monotonic() - began < 1.5


def test_headers_that_drip(server: Guarded) -> None:
    connection, began = server.connect(), time.monotonic()
    connection.socket.settimeout(0.02)
    connection.send(b"GET /health HTTP/1.1\r\nX: ")
    while True:
        try:
            answer = connection.socket.recv(12)
            break
        except TimeoutError:
            connection.send(b"x")
    assert answer == b"HTTP/1.1 408"
    assert time.monotonic() - began < 1.5


def test_half_of_a_second_request(server: Guarded) -> None:
    connection = server.connect()
    assert connection.ask("GET", "/health").status == 200
    connection.send(b"GET /hea")
    assert connection.reply().status == 408


def test_a_connection_that_says_nothing_is_closed(server: Guarded) -> None:
    connection, began = server.connect(), time.monotonic()
    assert connection.closed()
    assert time.monotonic() - began < 1.5


def test_a_connection_that_was_used_may_rest(server: Guarded) -> None:
    connection = server.connect()
    assert connection.ask("GET", "/health").status == 200
    connection.socket.settimeout(0.6)  # twice the time for headers
    with pytest.raises(TimeoutError):
        connection.socket.recv(1)
    connection.socket.settimeout(5)
    assert connection.ask("GET", "/health").status == 200


def test_a_request_may_take_longer_than_its_headers(server: Guarded) -> None:
    connection = server.connect()
    connection.send(b"POST /waits HTTP/1.1\r\nHost: x\r\n\r\n")
    assert server.app.entered.wait(5)
    time_of_headers = connection.socket
    time_of_headers.settimeout(0.6)
    with pytest.raises(TimeoutError):
        time_of_headers.recv(1)
    server.app.go_on.set()
    time_of_headers.settimeout(5)
    assert time_of_headers.recv(15) == b"HTTP/1.1 200 OK"


def test_endless_headers(server: Guarded) -> None:
    connection = server.connect()
    connection.send(b"GET /health HTTP/1.1\r\n")
    answer = b""
    try:
        for _ in range(200):
            connection.send(b"X: " + b"x" * 1000 + b"\r\n")
        answer = connection.socket.recv(12)
    except OSError:
        pass  # it was closed while we sent
    assert answer in (b"", b"HTTP/1.1 431")
    assert server.ask("GET", "/health").status == 200


def test_the_body_of_a_refused_request_must_come_to_an_end(server: Guarded) -> None:
    connection, began = server.connect(), time.monotonic()
    connection.send(b"POST /echo HTTP/1.1\r\nContent-Type: text/plain\r\nContent-Length: 1000\r\n\r\nx")
    assert connection.reply().status == 415
    connection.send(b"x")
    assert connection.closed()
    assert time.monotonic() - began < 1.5


@pytest.mark.parametrize(
    "sent",
    [
        b"\x00\xff\x16\x03\x01 nonsense\r\n\r\n",
        b"POST /echo HTTP/1.1\r\nContent-Length: nine\r\n\r\n",
        b"POST /echo HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST /echo HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\n\r\n",
        b"CONNECT x:1 HTTP/1.1\r\n\r\n",
    ],
)
def test_what_is_no_http_is_told_so_in_the_contracts_form(server: Guarded, sent: bytes) -> None:
    connection = server.connect()
    connection.send(sent)
    reply = connection.reply()
    assert (reply.status, reply.code, reply.headers["content-type"]) == (400, "INVALID_INPUT", "application/json")
    assert connection.closed()


def test_a_broken_chunk(server: Guarded) -> None:
    connection = server.connect()
    connection.send(b"POST /echo HTTP/1.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
    connection.send(b"zz\r\n")
    assert connection.reply().code == "INVALID_INPUT"
    assert connection.closed()


def test_requests_sent_together_are_answered_in_order(server: Guarded) -> None:
    connection = server.connect()
    one = b"POST /echo HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
    connection.send(b"".join(one % (n, b"x" * n) for n in range(1, 20)))
    assert [connection.reply().json["bytes"] for _ in range(1, 20)] == list(range(1, 20))


def test_many_requests_on_one_connection(server: Guarded) -> None:
    connection = server.connect()
    for _ in range(200):
        assert connection.ask("POST", "/echo", b"{}", JSON).status == 200


_OFFER = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAA\r\n"
_OFFERED = b"POST /echo HTTP/1.1\r\nContent-Type: application/json\r\n" + _OFFER + b"Content-Length: %d\r\n\r\n%b"


@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_an_offer_of_another_protocol_is_passed_over(server: Guarded, size: int) -> None:
    body = b'{"text": "x"}\r\nUpgrade: h2c\r\n\r\nGET /health HTTP/1.1\r\nUpgrade: h2c\r\n\r\n'
    connection = server.connect()
    for _ in range(3):
        whole = _OFFERED % (len(body), body)
        for at in range(0, len(whole), size):
            connection.send(whole[at : at + size])
        reply = connection.reply()
        assert (reply.status, reply.json) == (200, {"bytes": len(body)})


def test_what_stands_behind_an_offer_is_never_a_request(server: Guarded) -> None:
    hidden = b"GET /health HTTP/1.1\r\n\r\n"
    connection = server.connect()
    connection.send(hidden + _OFFERED % (len(hidden), hidden))
    assert connection.reply().json == {}
    assert connection.reply().json != {}
    assert connection.closed()
