from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.serving.guarded import JSON, Guarded, guarded, until

KEYS = [
    {"name": "app", "sha256": hashlib.sha256(b"app-key").hexdigest()},
    {"name": "boss", "sha256": hashlib.sha256(b"boss-key").hexdigest(), "admin": True},
]


LIMITS = {"body_bytes": 1000, "concurrent": 2, "header_seconds": 0.4, "seconds": 5}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    with guarded(tmp_path_factory.mktemp("running"), limits=LIMITS) as server:
        yield server


@pytest.fixture
def server(running: Guarded) -> Guarded:
    running.fresh()
    return running


@pytest.fixture(scope="module")
def running_with_keys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    with guarded(tmp_path_factory.mktemp("keys"), keys=KEYS) as server:
        yield server


@pytest.fixture
def locked(running_with_keys: Guarded) -> Guarded:
    running_with_keys.fresh()
    return running_with_keys


def test_a_request_is_answered_counted_and_logged(server: Guarded) -> None:
    reply = server.ask("POST", "/echo", b"{}", JSON)
    assert (reply.status, reply.json) == (200, {"bytes": 2})
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["cache-control"] == "no-store"
    (line,) = server.requests(1)
    assert line["request_id"] == reply.headers["x-request-id"]
    assert line | {"ms": 0, "time": "", "request_id": ""} == {
        "event": "request",
        "time": "",
        "request_id": "",
        "method": "POST",
        "endpoint": "/echo",
        "status": 200,
        "ms": 0,
        "texts": 3,
        "client": "127.0.0.1",
    }
    assert 0 < line["ms"] < 5000
    assert server.counted("requests_total", endpoint="/echo", status="200") == 1
    for stage in ("read", "queue", "compute", "write"):
        assert server.counted("stage_seconds_count", stage=stage) == 1
        assert stage == "write" or f"{stage};dur=" in reply.headers["server-timing"]


def test_a_handler_is_told_deadline_key_and_body(server: Guarded) -> None:
    server.ask("POST", "/echo", b'{"a": 1}', JSON)
    server.ask("POST", "/echo", b"{}", JSON | {"X-Request-Timeout-Ms": "20"})
    server.ask("POST", "/echo", b"{}", JSON | {"X-Request-Timeout-Ms": "999999999"})
    usual, short, capped = server.app.states
    assert usual["body"] == b'{"a": 1}'
    assert usual["key"] is None
    assert 4.9 < usual["deadline"] - short["deadline"] + 0.02 < 5.5
    assert 0 <= capped["deadline"] - usual["deadline"] < 1


@pytest.mark.parametrize("given", ["0", "-1", "1.5", "soon", "99999999999", "1e3", ""])
def test_a_timeout_that_is_none_is_refused(server: Guarded, given: str) -> None:
    reply = server.ask("POST", "/echo", b"{}", JSON | {"X-Request-Timeout-Ms": given})
    assert (reply.status, reply.code) == (400, "INVALID_INPUT")


def test_the_template_is_the_endpoint(server: Guarded) -> None:
    assert server.ask("POST", "/things/somebody%20secret", b"{}", JSON).status == 200
    server.ask("GET", "/nowhere/secret")
    assert [line["endpoint"] for line in server.requests(2)] == ["/things/{name}", "other"]
    assert b"secret" not in server.service.metrics.render()[0]


@pytest.mark.parametrize(("given", "kept"), [("abc-1.2_Z", True), ("a" * 64, True), ("a" * 65, False), ("a b", False)])
def test_the_request_id_is_taken_over_where_it_is_one(server: Guarded, given: str, kept: bool) -> None:
    reply = server.ask("GET", "/health", headers={"X-Request-Id": given})
    assert (reply.headers["x-request-id"] == given) is kept
    assert len(reply.headers["x-request-id"]) in (16, len(given))


def test_unknown_paths_and_methods(server: Guarded) -> None:
    missing = server.ask("GET", "/nowhere")
    assert (missing.status, missing.code) == (404, "NOT_FOUND")
    for method in ("GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
        reply = server.ask(method, "/echo")
        assert (reply.status, reply.code, reply.headers["allow"]) == (405, "METHOD_NOT_ALLOWED", "POST")
    reply = server.ask("POST", "/health", b"x", {"Content-Type": "text/plain"})
    assert (reply.status, reply.headers["allow"]) == (405, "GET, HEAD")
    assert server.ask("HEAD", "/health").status == 200
    assert server.ask("HEAD", "/echo").status == 405
    server.requests(10)
    assert server.counted("rejected_total", code="NOT_FOUND") == 1


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ({"Content-Type": ""}, 415),
        ({}, 415),
        (JSON | {"Content-Encoding": "gzip"}, 415),
        ({"Content-Type": "application/json; charset=utf-8"}, 200),
        ({"Content-Type": "Application/JSON"}, 200),
    ],
)
def test_content_types(server: Guarded, headers: dict[str, str], status: int) -> None:
    connection = server.connect()
    reply = connection.ask("POST", "/echo", b"{}", headers)
    assert reply.status == status
    assert status == 200 or reply.code == "UNSUPPORTED_MEDIA_TYPE"
    assert connection.ask("GET", "/health").status == 200  # the same connection goes on


def test_no_body_needs_no_content_type(server: Guarded) -> None:
    assert server.ask("POST", "/echo").json == {"bytes": 0}


def test_a_handler_that_fails_tells_the_log_alone(server: Guarded) -> None:
    reply = server.ask("POST", "/fails", b"my secret text", JSON)
    assert (reply.status, reply.code) == (500, "INTERNAL_ERROR")
    assert b"secret" not in reply.body
    assert b"Error" not in reply.body
    assert reply.headers["x-request-id"] in reply.json["error"]["message"]
    failure = next(line for line in server.lines(1) if line["event"] == "failure")
    assert failure["request_id"] == reply.headers["x-request-id"]
    assert "guarded.py" in failure["traceback"]
    assert "ValueError" in failure["traceback"]
    assert "secret" not in json.dumps(server.lines(1))


def test_texts_are_logged_where_that_is_switched_on(tmp_path: Path) -> None:
    with guarded(tmp_path, log_texts=True) as server:
        server.ask("POST", "/echo", b'{"text": "hello"}', JSON)
        server.ask("POST", "/fails", b"my secret text", JSON)
        assert server.requests(2)[0]["body"] == '{"text": "hello"}'
        assert "ValueError: my secret text" in json.dumps(server.lines(2))


def test_texts_are_not_logged_otherwise(server: Guarded) -> None:
    server.ask("POST", "/echo", b'{"text": "hello"}', JSON)
    assert "hello" not in json.dumps(server.lines(1))


def test_a_handler_that_fails_half_way_closes_the_connection(server: Guarded) -> None:
    connection = server.connect()
    connection.send(b"POST /breaks HTTP/1.1\r\nHost: x\r\n\r\n")
    assert connection.socket.recv(15) == b"HTTP/1.1 200 OK"
    while connection.socket.recv(4096):
        pass
    assert server.ask("GET", "/health").status == 200


def test_a_handler_that_says_nothing_is_a_failure(server: Guarded) -> None:
    assert server.ask("POST", "/silent").code == "INTERNAL_ERROR"


def test_errors_of_handlers(server: Guarded) -> None:
    reply = server.ask("POST", "/refuses")
    assert (reply.status, reply.code, reply.headers["retry-after"]) == (503, "OVERLOADED", "7")
    reply = server.ask("POST", "/plain")
    assert (reply.status, reply.code) == (418, "IM_A_TEAPOT")
    assert [line["code"] for line in server.requests(2)] == ["OVERLOADED", "IM_A_TEAPOT"]


def test_an_answer_keeps_its_own_headers(server: Guarded) -> None:
    reply = server.ask("GET", "/")
    assert (reply.body, reply.headers["cache-control"]) == (b"page", "no-cache")


class TestBodies:
    def test_larger_than_the_limit_by_its_length(self, server: Guarded) -> None:
        connection = server.connect()
        reply = connection.ask("POST", "/echo", b"x" * 10_000_000, JSON)  # all of it sent before the answer is read
        assert (reply.status, reply.code, reply.headers["connection"]) == (413, "BODY_TOO_LARGE", "close")
        assert connection.closed()
        assert server.app.states == []

    def test_is_refused_before_it_is_sent(self, server: Guarded) -> None:
        connection = server.connect()
        connection.send(b"POST /echo HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n")
        connection.send(b"Expect: 100-continue\r\n\r\n")
        assert connection.reply().code == "BODY_TOO_LARGE"
        assert connection.closed()

    def test_larger_than_the_limit_in_chunks(self, server: Guarded) -> None:
        connection = server.connect()
        connection.send(b"POST /echo HTTP/1.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
        connection.send((b"190\r\n" + b"x" * 400 + b"\r\n") * 100)
        reply = connection.reply()
        assert (reply.code, reply.headers["connection"]) == ("BODY_TOO_LARGE", "close")

    def test_as_large_as_the_limit(self, server: Guarded) -> None:
        assert server.ask("POST", "/echo", b"x" * 1000, JSON).json == {"bytes": 1000}
        assert server.ask("POST", "/echo", b"x" * 1001, JSON).code == "BODY_TOO_LARGE"

    def test_in_chunks_and_in_pieces(self, server: Guarded) -> None:
        connection = server.connect()
        connection.send(b"POST /echo HTTP/1.1\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(5):
            connection.send(b"3\r\nabc\r\n")
        connection.send(b"0\r\n\r\n")
        assert connection.reply().json == {"bytes": 15}

    def test_that_never_ends(self, server: Guarded) -> None:
        connection, began = server.connect(), time.monotonic()
        connection.send(b"POST /echo HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\nhalf")
        reply = connection.reply()
        assert (reply.status, reply.code) == (408, "REQUEST_TIMEOUT")
        assert connection.closed()
        assert 0.3 < time.monotonic() - began < 1.5
        assert [line["status"] for line in server.requests(1)] == [408]
        assert server.counted("requests_total", endpoint="/echo", status="408") == 1

    def test_that_drips(self, server: Guarded) -> None:
        connection, began = server.connect(), time.monotonic()
        connection.send(b"POST /echo HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n")
        connection.socket.settimeout(0.02)
        while True:
            try:
                answer = connection.socket.recv(12)
                break
            except TimeoutError:
                connection.send(b"x")
        assert answer == b"HTTP/1.1 408"
        assert time.monotonic() - began < 1.5

    def test_whose_client_goes(self, server: Guarded) -> None:
        connection = server.connect()
        connection.send(b"POST /echo HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\nhalf")
        connection.close()
        assert [line["status"] for line in server.requests(1)] == [499]
        assert server.counted("requests_total", endpoint="/echo", status="499") == 1
        assert server.app.states == []

    def test_too_many_at_once(self, tmp_path: Path) -> None:
        with guarded(tmp_path, limits={"body_bytes": 1000}) as server:
            connections = [server.connect() for _ in range(18)]
            for connection in connections:
                connection.send(b"POST /echo HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n")
            for number, connection in enumerate(connections, 1):
                connection.send(b"x" * 990)
                until(lambda number=number: self._held(server) >= 990 * min(number, 16))
            refused = [connection for connection in connections if self._refused(connection)]
            assert 1 <= len(refused) <= 2
            for connection in set(connections) - set(refused):
                connection.send(b"x" * 9)
                assert connection.reply().json == {"bytes": 999}

    @staticmethod
    def _held(server: Guarded) -> int:
        guard: Any = server._server.config.app
        return guard._bodies._held

    @staticmethod
    def _refused(connection: Any) -> bool:
        connection.socket.settimeout(0.05)
        try:
            return connection.socket.recv(12) == b"HTTP/1.1 429"
        except TimeoutError:
            return False
        finally:
            connection.socket.settimeout(10)


class TestDisconnect:
    def test_cancels_the_handler(self, server: Guarded) -> None:
        connection = server.connect()
        connection.send(b"POST /waits HTTP/1.1\r\nHost: x\r\n\r\n")
        assert server.app.entered.wait(5)
        connection.close()
        assert server.app.cancelled.wait(5)
        assert [line["status"] for line in server.requests(1)] == [499]
        assert server.counted("requests_total", endpoint="/waits", status="499") == 1
        assert server.ask("GET", "/health").status == 200

    def test_frees_its_place(self, server: Guarded) -> None:
        for _ in range(5):
            server.app.entered.clear()
            connection = server.connect()
            connection.send(b"POST /waits HTTP/1.1\r\nHost: x\r\n\r\n")
            assert server.app.entered.wait(5)
            connection.close()
        until(lambda: server.counted("requests_total", endpoint="/waits", status="499") == 5)
        assert server.ask("POST", "/echo").status == 200


def test_more_than_may_be_answered_at_once(server: Guarded) -> None:
    waiting = [server.connect() for _ in range(2)]
    for connection in waiting:
        connection.send(b"POST /waits HTTP/1.1\r\nHost: x\r\n\r\n")
    until(lambda: server.counted("requests_running") == 2)
    connection = server.connect()
    reply = connection.ask("POST", "/echo", b"{}", JSON)
    assert (reply.status, reply.code, reply.headers["retry-after"]) == (429, "TOO_MANY_REQUESTS", "1")
    assert connection.ask("GET", "/health").status == 200  # probes are answered, and the connection goes on
    server.app.go_on.set()
    assert [one.reply().status for one in waiting] == [200, 200]
    assert connection.ask("POST", "/echo", b"{}", JSON).status == 200


def test_a_stop_that_has_no_more_time_is_told(tmp_path: Path) -> None:
    with guarded(tmp_path) as server:
        connection = server.connect()
        connection.send(b"POST /waits HTTP/1.1\r\nHost: x\r\n\r\n")
        assert server.app.entered.wait(5)
        server._server.should_exit = True
        reply = connection.reply()
        assert (reply.status, reply.code) == (503, "OVERLOADED")


class TestKeys:
    def test_without_keys_admin_paths_are_shut(self, server: Guarded) -> None:
        for path in ("/admin/reload", "/admin/nothing"):
            reply = server.ask("POST", path, headers={"X-API-Key": "app-key"})
            assert (reply.status, reply.code) == (403, "FORBIDDEN")

    @pytest.mark.parametrize(
        "headers",
        [
            {"Authorization": "Bearer app-key"},
            {"Authorization": "bearer  app-key"},
            {"X-API-Key": "app-key"},
            {"Authorization": "Basic eDp5", "X-API-Key": "boss-key"},
        ],
    )
    def test_open(self, locked: Guarded, headers: dict[str, str]) -> None:
        assert locked.ask("POST", "/echo", headers=headers).status == 200
        assert locked.requests(1)[0]["key"] in ("app", "boss")

    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"Authorization": "Bearer wrong"},
            {"Authorization": "Bearer "},
            {"Authorization": "Basic app-key"},
            {"Authorization": "app-key"},
            {"X-API-Key": ""},
            {"X-API-Key": "app-ke"},
            {"X-API-Key": KEYS[0]["sha256"]},
            {"X-API-Key": "\udcff".encode("utf-8", "surrogateescape").decode("latin-1")},
        ],
    )
    def test_shut(self, locked: Guarded, headers: dict[str, str]) -> None:
        for path in ("/echo", "/admin/reload", "/nowhere"):
            reply = locked.ask("POST", path, b"{}", JSON | headers)
            assert (reply.status, reply.code) == (401, "UNAUTHORIZED")
            assert reply.headers["www-authenticate"].startswith("Bearer")
        assert locked.ask("GET", "/metrics").status == 401
        assert locked.app.states == []

    def test_probes_and_page_stay_open(self, locked: Guarded) -> None:
        assert locked.ask("GET", "/health").status == 200
        assert locked.ask("GET", "/").status == 200
        assert locked.ask("GET", "/page/missing.js").status == 404

    def test_admin(self, locked: Guarded) -> None:
        reply = locked.ask("POST", "/admin/reload", headers={"X-API-Key": "app-key"})
        assert (reply.status, reply.code) == (403, "FORBIDDEN")
        assert locked.ask("POST", "/admin/reload", headers={"X-API-Key": "boss-key"}).status == 200

    def test_a_large_body_without_a_key_is_not_read(self, locked: Guarded) -> None:
        connection = locked.connect()
        assert connection.ask("POST", "/echo", b"x" * 1_000_000, JSON).status == 401
        assert connection.closed()

    def test_keys_are_not_logged(self, locked: Guarded) -> None:
        locked.ask("POST", "/echo", headers={"X-API-Key": "app-key"})
        locked.ask("POST", "/echo", headers={"X-API-Key": "guess"})
        told = json.dumps(locked.lines(2))
        assert "app-key" not in told
        assert "guess" not in told


TOKENS = st.sampled_from(
    (
        *(b"POST ", b"GET ", b"/echo ", b"/things/%ff%00 ", b"HTTP/1.1\r\n", b"HTTP/9\r\n", b"\r\n", b"\r\n\r\n"),
        *(b"Host: x\r\n", b"Content-Length: 3\r\n", b"Content-Length: -1\r\n", b"Transfer-Encoding: chunked\r\n"),
        *(b"Expect: 100-continue\r\n", b"Content-Type: application/json\r\n", b"X-Request-Timeout-Ms: 10\r\n"),
        *(b"Upgrade: websocket\r\nConnection: Upgrade\r\n", b"X-Request-Id: \xc3\xa9\r\n", b"2\r\n{}\r\n0\r\n\r\n"),
        *(b"{}", b"\x00", b"\xff\xfe", b"zz\r\n", b"x" * 2000),
    )
)


STARTS = st.sampled_from(
    (b"", b"POST /echo HTTP/1.1\r\n", b"POST /echo HTTP/1.1\r\nContent-Type: application/json\r\n")
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(start=STARTS, parts=st.lists(TOKENS | st.binary(max_size=20), max_size=12), body=st.binary(max_size=20))
def test_whatever_is_sent_is_no_server_error(running: Guarded, start: bytes, parts: list[bytes], body: bytes) -> None:
    connection = running.connect()
    try:
        connection.send(start + b"".join(parts) + body)
        connection.socket.settimeout(0.01)
        answer = connection.socket.recv(65_536)
    except OSError:
        answer = b""
    finally:
        connection.close()
    assert not answer.startswith(b"HTTP/1.1 5")
    assert running.ask("GET", "/health").status == 200
