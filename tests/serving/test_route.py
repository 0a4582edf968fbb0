"""The stack's endpoint over a real socket, before a stack that decides by a rule: it is the server that is tested."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tests.serving.guarded import until
from tests.serving.servers import running
from tests.serving.stacks import ADDRESS, DIGEST, EXPERTS, FORM, Served, Stack, bomb, form, png, served

IMAGE = png()
ASK = {"text": "open my calendar"}


def url(data: bytes, kind: str = "image/png") -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("shared")) as server:
        yield server


@pytest.fixture
def server(shared: Served) -> Served:
    shared.stack.asked.clear()
    return shared


class TestAnswers:
    def test_text(self, server: Served) -> None:
        reply = server.route({**ASK, "unknown": [1]})
        assert reply.status == 200
        assert reply.headers["content-type"] == "application/json"
        told = reply.json
        assert isinstance(told.pop("processing_time_ms"), int)
        assert told.pop("timing_ms").keys() == {"queue", "prepare", "route", "answer", "total"}
        assert told == {
            "decision": {
                "task": "adapter",
                "label": "calendar",
                "probability": 0.9,
                "margin": pytest.approx(0.85),
                "runner_up": "claims",
                "threshold": 0.5,
                "abstained": False,
                "truncated": False,
                "digest": DIGEST,
            },
            "outcome": "answered",
            "expert": "calendar",
            "fell_back": False,
            "text": "<done>",
            "truncated": False,
            "tokens": 4,
            "tool_call": {"status": "valid", "name": "open", "arguments": {"day": 3}},
        }
        (asked,) = server.stack.asked
        assert (asked.text, asked.image, asked.decide_only, asked.max_new_tokens) == (ASK["text"], None, False, None)

    def test_decision_alone(self, server: Served) -> None:
        told = server.route({**ASK, "decide_only": True, "options": {"return_probabilities": True}}).json
        assert (told["outcome"], told["expert"]) == ("decided", "calendar")
        assert "text" not in told
        assert sum(told["decision"]["probabilities"].values()) == pytest.approx(1)

    def test_not_sure(self, server: Served) -> None:
        told = server.route({"text": "hello"}).json
        assert (told["outcome"], told["expert"], told["decision"]["abstained"]) == ("refused", None, True)

    def test_an_image_as_data_url(self, server: Served) -> None:
        assert server.route({**ASK, "image": url(IMAGE), "max_new_tokens": 7.0, "expert": "rooms"}).status == 200
        (asked,) = server.stack.asked
        assert asked.image.read() == IMAGE
        assert (asked.max_new_tokens, asked.expert) == (7, "rooms")

    @pytest.mark.parametrize("image", [("image", IMAGE, "screen.png"), ("image", url(IMAGE))], ids=["file", "data URL"])
    def test_a_form(self, server: Served, image: Any) -> None:
        given = [("decide_only", "TRUE"), ("max_new_tokens", "9"), ("return_probabilities", "true"), ("other", "x")]
        reply = server.route(form(("text", "größe of claims"), image, *given), FORM)
        assert reply.status == 200, reply.body
        assert reply.json["decision"]["probabilities"].keys() == set(EXPERTS)
        (asked,) = server.stack.asked
        assert (asked.text, asked.image.read()) == ("größe of claims", IMAGE)
        assert (asked.decide_only, asked.max_new_tokens) == (True, 9)

    def test_a_form_in_which_no_file_was_chosen(self, server: Served) -> None:
        assert server.route(form(("text", "claims"), ("image", b"", "")), FORM).status == 200
        assert server.stack.asked[0].image is None

    def test_half_a_pair_of_surrogates(self, server: Served) -> None:
        assert server.route(b'{"text": "claims \\ud800"}').status == 200
        assert server.stack.asked[0].text == "claims \ufffd"


def _many(*parts: Any) -> bytes:
    return form(("text", "claims"), *parts)


# What is sent, the status, and a part of the message; the stack is not asked.
REFUSED: list[tuple[Any, int, str]] = [
    ({}, 400, "'text' is missing"),
    ({"text": " "}, 400, "'text' is blank"),
    ({"text": 3}, 400, "'text': expected a string"),
    ({"text": "x" * 40_000}, 400, "32,768"),
    ([], 400, "expected a JSON object"),
    (b"{", 400, "no JSON"),
    ({**ASK, "decide_only": "yes"}, 400, "'decide_only': expected true or false"),
    ({**ASK, "options": []}, 400, "'options'"),
    ({**ASK, "options": {"return_probabilities": 1}}, 400, "'options.return_probabilities'"),
    *(({**ASK, "max_new_tokens": n}, 400, "whole number of 1 to 2,048") for n in (0, -1, 2049, 1.5, True, "9", [])),
    (b'{"text": "a", "max_new_tokens": 1e999}', 400, "whole number"),
    ({**ASK, "expert": "calender"}, 400, "there is no 'calender', did you mean 'calendar'?"),
    ({**ASK, "expert": 1}, 400, "'expert': expected a string"),
    ({**ASK, "image": 1}, 400, "'image': expected a string"),
    ({**ASK, "image": [url(IMAGE), url(IMAGE)]}, 400, "'image': expected a string"),
    ({**ASK, "image": ""}, 400, "'image'"),
    ({**ASK, "image": "http://example.org/a.png"}, 400, "not fetched"),
    ({**ASK, "image": "HTTPS://example.org/a.png"}, 400, "not fetched"),
    ({**ASK, "image": "file:///etc/passwd"}, 400, "not fetched"),
    ({**ASK, "image": "/etc/passwd"}, 400, "not fetched"),
    ({**ASK, "image": "data:image/png;base64,@@@@"}, 400, "not valid base64"),
    ({**ASK, "image": "data:image/png;base64,iVBORw0KGgo"}, 400, "not valid base64"),
    ({**ASK, "image": "data:image/png," + "a" * 40}, 400, "has to be base64"),
    ({**ASK, "image": url(b"GIF89")}, 400, "no image that can be read"),
    ({**ASK, "image": url(bomb())}, 400, "make it smaller"),
    ({**ASK, "image": url(bomb(8000, 8000))}, 400, "8000 x 8000 pixels"),
    ({**ASK, "image": url(png(1, 1))}, 400, "1 x 1 pixels"),
    (form(("image", IMAGE, "a.png")), 400, "'text' is missing"),
    (_many(("image", IMAGE, "a.png"), ("image", IMAGE, "b.png")), 400, "'image' comes twice"),
    (_many(("text", "again")), 400, "'text' comes twice"),
    (_many(("image", bomb(), "a.png")), 400, "make it smaller"),
    (_many(("image", b"", "a.png")), 400, "no image that can be read"),
    (_many(("image", "http://example.org/a.png")), 400, "not fetched"),
    (_many(("image", b"\x89PNG")), 400, "'image' is not UTF-8"),
    (_many(("decide_only", "maybe")), 400, "'decide_only': expected true or false"),
    (_many(("max_new_tokens", "many")), 400, "whole number"),
    (_many(("max_new_tokens", "9" * 5000)), 400, "whole number"),
    (_many(("expert", "nobody")), 400, "there is no 'nobody'"),
    (form(("text", b"\xff")), 400, "'text' is not UTF-8"),
    (_many(*((f"n{n}", "x") for n in range(16))), 400, "more than 16 parts"),
    (form(("text", "claims"), end=""), 400, "cut off"),
    (_many()[:40], 400, "cut off"),
    (b"", 400, "cut off"),
    (b"nothing of a form", 400, "no form"),
    (_many(("", "x")), 400, "has no name"),
    (_many().replace(b"\r\n\r\n", b"\r\nContent-Transfer-Encoding: base64\r\n\r\n"), 400, "'text' is encoded"),
]


@pytest.mark.parametrize(("sent", "status", "message"), REFUSED)
def test_what_cannot_be_asked_is_told(server: Served, sent: Any, status: int, message: str) -> None:
    headers = FORM if isinstance(sent, bytes) and not sent.startswith(b"{") else {}
    reply = server.route(sent, headers)
    assert (reply.status, reply.code) == (status, "INVALID_INPUT"), reply.body
    assert message in reply.json["error"]["message"]
    assert server.stack.asked == []


def test_a_form_needs_a_boundary(server: Served) -> None:
    for kind in ("multipart/form-data", "multipart/form-data; boundary=", f"multipart/form-data; boundary={'b' * 71}"):
        reply = server.route(form(("text", "claims")), {"Content-Type": kind})
        assert reply.status == 400
        assert "boundary" in reply.json["error"]["message"]


def test_other_kinds_of_bodies(server: Served) -> None:
    reply = server.route(b"text=claims", {"Content-Type": "application/x-www-form-urlencoded"})
    assert (reply.status, reply.code) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert "multipart/form-data" in reply.json["error"]["message"]
    assert server.ask("/api/v1/classify/kind", form(("text", "claims")), FORM).status == 415
    assert server.connect().ask("GET", "/api/v1/route").status == 405


@pytest.mark.parametrize(
    ("text", "status", "code", "message"),
    [
        ("config", 400, "INVALID_INPUT", "no expert 'x'"),
        ("data", 400, "INVALID_INPUT", "too long"),
        ("away", 502, "EXPERT_UNAVAILABLE", "cannot be asked now"),
        ("bug", 500, "INTERNAL_ERROR", "internal error"),
        ("stop", 500, "INTERNAL_ERROR", "internal error"),
    ],
)
def test_what_the_stack_raises(server: Served, text: str, status: int, code: str, message: str) -> None:
    reply = server.route({"text": text}, {"X-Request-Id": f"raised-{text}"})
    assert (reply.status, reply.code) == (status, code)
    assert message in reply.json["error"]["message"]
    assert ADDRESS not in reply.body.decode()
    assert "secret" not in reply.body.decode()
    assert server.route(ASK).status == 200


def test_why_an_expert_cannot_be_asked_is_in_the_log(server: Served) -> None:
    server.route({"text": "away"}, {"X-Request-Id": "looked-for"})

    def told() -> list[dict[str, Any]]:
        lines = map(json.loads, server.log.read_text().splitlines())
        return [one for one in lines if one["event"] == "expert unavailable" and one["request_id"] == "looked-for"]

    until(lambda: bool(told()))
    assert told()[0]["reason"] == f"{ADDRESS} is away"


def test_a_damaged_image_is_told(server: Served) -> None:
    reply = server.route({**ASK, "image": url(IMAGE[:-40])})
    assert (reply.status, reply.code) == (400, "INVALID_INPUT")
    assert "damaged" in reply.json["error"]["message"]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    limits = {"body_bytes": 1000, "image_bytes": 3000, "header_seconds": 5}
    with served(tmp_path_factory.mktemp("small"), limits=limits) as server:
        yield server


class TestLimits:
    def test_a_body_may_be_as_large_as_an_image(self, small: Served) -> None:
        image = png(48, 48)
        assert 1000 < len(image) <= 3000
        assert small.route({**ASK, "image": url(image)}).status == 200
        assert small.route(form(("text", "claims"), ("image", image, "a.png")), FORM).status == 200

    def test_a_larger_image(self, small: Served) -> None:
        image = IMAGE.ljust(3001, b"\0")
        for sent, headers in (
            ({**ASK, "image": url(image)}, {}),
            (form(("text", "claims"), ("image", image, "a.png")), FORM),
            (form(("text", "claims"), ("image", url(image))), FORM),
        ):
            reply = small.route(sent, headers)
            assert (reply.status, reply.code) == (413, "BODY_TOO_LARGE")
            assert "more than 3,000 bytes" in reply.json["error"]["message"]

    def test_a_larger_body_is_not_even_read(self, small: Served) -> None:
        connection = small.connect()
        connection.send(
            b"POST /api/v1/route HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99999\r\n\r\n"
        )
        reply = connection.reply()
        assert (reply.status, reply.code) == (413, "BODY_TOO_LARGE")
        assert "smaller image (3,000 bytes" in reply.json["error"]["message"]

    def test_other_endpoints_keep_theirs(self, small: Served) -> None:
        assert small.ask("/api/v1/classify/kind", {"text": "x" * 1000}).status == 413


def test_keys(tmp_path: Path) -> None:
    keys = [{"name": "app", "sha256": hashlib.sha256(b"app-key").hexdigest()}]
    with served(tmp_path, keys=keys) as server:
        assert server.route(ASK).code == "UNAUTHORIZED"
        assert server.route(ASK, {"X-API-Key": "app-key"}).status == 200


def test_without_a_stack_it_says_so(tmp_path: Path) -> None:
    server = Served(tmp_path, None)
    try:
        until(lambda: server._server.started)
        reply = server.route({**ASK, "image": url(IMAGE)})
        assert (reply.status, reply.code) == (503, "TASK_NOT_LOADED")
        assert "--stack" in reply.json["error"]["message"]
        assert "retry-after" not in reply.headers
        assert "/api/v1/route" not in server.get("/openapi.json")["paths"]
        assert "stack" not in server.get("/info/models")
    finally:
        server.stop()


class TestWaiting:
    @pytest.fixture
    def busy(self, tmp_path: Path) -> Iterator[Served]:
        """A server with room for one request that is answered and one that waits."""
        with served(tmp_path, limits={"route_queue": 1}) as server:
            server.stack.hold()
            yield server

    def _begin(self, server: Served, text: str, headers: str = "") -> Any:
        connection = server.connect()
        body = json.dumps({"text": text}).encode()
        head = f"POST /api/v1/route HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n{headers}"
        connection.send(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        return connection

    def _waits(self, server: Served) -> None:
        assert server.service.stack is not None
        queue = server.service.stack
        until(lambda: queue.waiting == 1)

    def test_beyond_its_room_requests_are_sent_away(self, busy: Served) -> None:
        first = self._begin(busy, "calendar")
        busy.stack.entered()
        second = self._begin(busy, "claims")
        self._waits(busy)
        reply = busy.route(ASK)
        assert (reply.status, reply.code, reply.headers["retry-after"]) == (503, "OVERLOADED", "1")
        headers_alone = busy.connect()
        headers_alone.send(
            b"POST /api/v1/route HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 20000000\r\n\r\n"
        )
        assert headers_alone.reply().code == "OVERLOADED"
        assert busy.counted("route_queue_length") == 1
        assert busy.counted("route_busy") == 1
        assert busy.counted("route_requests_total", outcome="overloaded") == 2
        busy.stack.release(2)
        assert [first.reply().json["expert"], second.reply().json["expert"]] == ["calendar", "claims"]
        busy.stack.release()
        assert busy.route(ASK).status == 200

    def test_classification_goes_on_meanwhile(self, busy: Served) -> None:
        waiting = self._begin(busy, "calendar")
        busy.stack.entered()
        assert busy.ask("/api/v1/classify/kind", {"text": "short"}).status == 200
        busy.stack.release()
        assert waiting.reply().status == 200

    def test_who_goes_while_waiting_is_not_answered(self, busy: Served) -> None:
        first = self._begin(busy, "calendar")
        busy.stack.entered()
        second = self._begin(busy, "claims")
        self._waits(busy)
        second.close()
        until(lambda: busy.counted("route_requests_total", outcome="gone") == 1)
        third = self._begin(busy, "rooms")
        self._waits(busy)
        busy.stack.release(2)
        assert first.reply().status == third.reply().status == 200
        assert [one.text for one in busy.stack.asked] == ["calendar", "rooms"]

    def test_who_goes_while_being_answered_is_finished_first(self, busy: Served) -> None:
        first = self._begin(busy, "calendar")
        busy.stack.entered()
        first.close()
        until(lambda: busy.counted("route_requests_total", outcome="gone") == 1)
        second = self._begin(busy, "claims")
        self._waits(busy)
        assert busy.route(ASK).status == 503  # the first one keeps its place until it is done
        assert [one.text for one in busy.stack.asked] == ["calendar"]
        busy.stack.release(2)
        assert second.reply().status == 200
        assert busy.counted("route_busy") == 0

    def test_a_deadline(self, busy: Served) -> None:
        first = self._begin(busy, "calendar")
        busy.stack.entered()
        reply = self._begin(busy, "claims", "X-Request-Timeout-Ms: 40\r\n").reply()
        assert (reply.status, reply.code) == (503, "OVERLOADED")
        assert "deadline" in reply.json["error"]["message"]
        busy.stack.release()
        assert first.reply().status == 200
        late = self._begin(busy, "rooms", "X-Request-Timeout-Ms: 40\r\n")
        assert late.reply().code == "OVERLOADED"
        busy.stack.release(2)
        assert busy.route(ASK).status == 200
        assert [one.text for one in busy.stack.asked] == ["calendar", "rooms", ASK["text"]]

    def test_a_request_has_longer_than_a_decision(self, tmp_path: Path) -> None:
        with served(tmp_path, limits={"seconds": 0.05}) as server:
            server.stack.hold()
            connection = self._begin(server, "calendar")
            server.stack.entered()
            threading.Timer(0.2, server.stack.release).start()
            assert connection.reply().status == 200

    def test_a_stop_waits_for_answers(self, tmp_path: Path) -> None:
        stack = Stack()
        with served(tmp_path, stack, stop_seconds=10) as server:
            stack.hold()
            connection = self._begin(server, "calendar")
            stack.entered()
            server.asked_to_stop()
            until(lambda: not server._server.servers or not server._server.servers[0].is_serving())
            assert not stack.closed.is_set()
            stack.release()
            assert connection.reply().status == 200
            assert server.stop() is True
            assert stack.closed.is_set()

    def test_a_stop_does_not_wait_for_ever(self, tmp_path: Path) -> None:
        stack = Stack()
        with served(tmp_path, stack, stop_seconds=0.2) as server:
            stack.hold()
            connection = self._begin(server, "calendar")
            stack.entered()
            server.asked_to_stop()
            assert connection.reply().status == 503
            assert server.stop() is False
            assert stack.closed.is_set()


def test_metrics(tmp_path: Path) -> None:
    with served(tmp_path) as server:
        server.route(ASK)
        server.route({"text": "claims"})
        server.route({"text": "claims", "decide_only": True})
        server.route({"text": "hello"})
        server.route({"text": ""})
        server.route({"text": "away"})
        server.route({"text": "bug"})
        outcomes = ("answered", "decided", "refused", "invalid", "unavailable", "error")
        assert [server.counted("route_requests_total", outcome=one) for one in outcomes] == [2, 1, 1, 1, 1, 1]
        assert [server.counted("route_experts_total", expert=one) for one in EXPERTS] == [1, 2, 0]
        assert server.counted("route_tool_calls_total", status="valid") == 1
        assert server.counted("route_tool_calls_total", status="none") == 1
        assert server.counted("route_seconds_count", stage="total") == 4
        assert server.counted("route_seconds_count", stage="answer") == 2
        assert server.counted("decisions_total", task="adapter", label="calendar") == 2
        assert server.counted("abstentions_total", task="adapter") == 1
        assert server.counted("requests_total", endpoint="/api/v1/route", status="200") == 4
        assert server.counted("stack_info", digest=DIGEST, expert="rooms") == 1
        assert "hello" not in server.connect().ask("GET", "/metrics").body.decode()


def test_texts_and_images_are_not_logged_unless_texts_are_wanted(tmp_path: Path) -> None:
    for wanted in (False, True):
        folder = tmp_path / str(wanted)
        folder.mkdir()
        with served(folder, log_texts=wanted) as server:
            server.route({"text": "my secret claims", "image": url(IMAGE)})
        assert ("my secret claims" in server.log.read_text()) is wanted
        assert "base64" not in server.log.read_text()


def test_information(server: Served) -> None:
    stack = server.get("/info/models")["stack"]
    assert stack == {
        "task": "adapter",
        "endpoint": "/api/v1/route",
        "experts": list(EXPERTS),
        "digest": DIGEST,
        "limits": {"image_bytes": 20_000_000, "max_new_tokens": 2048, "queue": 16, "seconds": 120},
    }


PRELUDE = "from tests.serving.stacks import install; install()"


def test_a_stack_alone_as_a_process(tmp_path: Path) -> None:
    file = tmp_path / "experts.yaml"
    file.touch()
    with running("--stack", file, "--stack-device", "cuda", log=tmp_path / "log", prelude=PRELUDE) as server:
        status, told = server.ask("/api/v1/route", {"text": "calendar"})
        assert (status, told["expert"]) == (200, "calendar")
        assert server.ask("/ready")[1] == {"status": "ready", "tasks": []}
        assert server.ask("/info/models")[1]["models"] == []
        for path, body in (
            ("/api/v1/classify/combined", {"text": "a"}),
            ("/api/v1/classify/batch", {"texts": ["a"], "task_type": "all"}),
            ("/api/v1/classify/intent", {"text": "a"}),
        ):
            status, told = server.ask(path, body)
            assert (status, told["error"]["code"]) == (503, "TASK_NOT_LOADED")
        assert server.ask("/openapi.json")[0] == 200
        assert server.stop() == 0
    assert 'stack opened with {"device": "cuda"}' in server.written()
    assert "serving a stack (calendar, claims, rooms) on http" in server.written()
    assert "stack closed" in server.written()


def test_a_process_ends_while_an_expert_writes_for_ever(tmp_path: Path) -> None:
    file = tmp_path / "experts.yaml"
    file.touch()
    with running("--stack", file, "--stop-seconds", "1", log=tmp_path / "log", prelude=PRELUDE) as server:
        told: list[int] = []
        asking = threading.Thread(target=lambda: told.append(server.ask("/api/v1/route", {"text": "forever"})[0]))
        asking.start()
        until(lambda: "pointsman_route_busy 1.0" in server.ask("/metrics")[1])
        assert server.stop(seconds=15) == 1
        asking.join()
    assert told == [503]


def test_a_stack_beside_a_bundle_stays_when_that_is_loaded_anew(served_bundle: Path, tmp_path: Path) -> None:
    (tmp_path / "experts.yaml").touch()
    config = tmp_path / "serve.yaml"
    digest = hashlib.sha256(b"boss").hexdigest()
    config.write_text(
        f"paths: ['{served_bundle}']\nstack: experts.yaml\nkeys: [{{name: boss, sha256: {digest}, admin: true}}]\n"
    )
    boss = {"X-API-Key": "boss"}
    with running("--config", config, log=tmp_path / "log", prelude=PRELUDE) as server:
        assert server.ask("/admin/reload", b"", headers=boss)[0] == 200
        assert server.ask("/api/v1/route", {"text": "calendar"}, headers=boss)[0] == 200
        assert server.ask("/api/v1/classify/support", {"text": "refund"}, headers=boss)[0] == 200
        assert "/api/v1/route" in server.ask("/openapi.json", headers=boss)[1]["paths"]
        assert server.stop() == 0
    assert server.written().count("stack opened with {}") == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--stack-device", "cuda"), "--stack"),
        (("{bundle}", "--stack-device", "cuda"), "name its experts with --stack"),
        (("--stack", "experts.yaml", "--shadow", "{bundle}"), "--shadow"),
        (("--stack", "experts.yaml", "--device", "cuda"), "--stack-device"),
        (("--stack", "experts.yaml", "--max-image-bytes", "30000000"), "image_bytes"),
    ],
)
def test_what_cannot_be_served_is_said(run: Run, served_bundle: Path, arguments: tuple[str, ...], message: str) -> None:
    code, out, error = run("serve", *(argument.format(bundle=served_bundle) for argument in arguments))
    assert (code, out) == (2, "")
    assert message in error
    assert error.count("\n") == 1
