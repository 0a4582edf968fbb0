"""The client against a small real HTTP server that misbehaves, and against the real one."""

from __future__ import annotations

import asyncio
import email.utils
import hashlib
import json
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import pointsman
from pointsman import AsyncClient, Client, ServerError
from pointsman.errors import ConfigError, DataError
from pointsman.patience import FaultError, Patience, retry_after
from pointsman.serving import client_calls
from pointsman.serving.client_faults import judged
from pointsman.serving.client_results import (
    Classification,
    ModalityResult,
    PiiEntity,
    PiiResult,
    Score,
    SecurityResult,
    ToolResult,
)
from tests.data.chat_server import Answer, cut_connection, hangs, send, serving, status
from tests.serving.servers import Running, running

TRUST = {
    "task": "domain",
    "margin": 0.5,
    "runner_up": "law",
    "threshold": 0.6,
    "abstained": False,
    "truncated": True,
    "digest": "ab" * 32,
}
INTENT = {
    "classification": {"category": "math", "confidence": 0.75, "processing_time_ms": 3},
    "probabilities": {"math": 0.75, "law": 0.25},
    **TRUST,
    "processing_time_ms": 3,
}
PII = {
    "has_pii": True,
    "entities": [{"type": "PERSON", "value": "Ada", "confidence": 0.9, "start_position": 3, "end_position": 6}],
    "masked_text": "ask [PERSON_0]",
    "security_recommendation": "block",
    "processing_time_ms": 4,
}
SECURITY = {
    "is_jailbreak": True,
    "risk_score": 0.93,
    "detection_types": ["jailbreak"],
    "confidence": 0.93,
    "recommendation": "block",
    "patterns_detected": [],
    "processing_time_ms": 2,
}
MODALITY = {"modality": "BOTH", "confidence": 1, "processing_time_ms": 2}
TOOL = {"intent": "calculation", "confidence": 0.5, "tools": ["calculator"], "processing_time_ms": 2}


def error(code: int, name: str, message: str, **headers: str) -> Answer:
    return status(code, {"error": {"code": name, "message": message, "timestamp": "2026-01-01T00:00:00Z"}}, **headers)


def ok(body: Any) -> Answer:
    return status(200, body)


BUSY = error(503, "OVERLOADED", "come back", Retry_After="0")


def test_each_endpoint_has_its_type() -> None:
    with serving(*map(ok, (INTENT, PII, SECURITY, MODALITY, TOOL))) as server, Client(server.address) as client:
        found = client.intent("2 + 2?", return_probabilities=True, confidence_threshold=0.6)
        assert found == Classification(
            category="math",
            confidence=0.75,
            probabilities={"math": 0.75, "law": 0.25},
            processing_time_ms=3,
            task="domain",
            margin=0.5,
            runner_up="law",
            threshold=0.6,
            truncated=True,
            digest="ab" * 32,
        )
        personal = client.pii("ask Ada", entity_types=("PERSON",), mask_entities=True)
        assert personal.entities == (
            PiiEntity(type="PERSON", value="Ada", confidence=0.9, start_position=3, end_position=6),
        )
        assert (personal.has_pii, personal.masked_text, personal.margin) == (True, "ask [PERSON_0]", None)
        risk = client.security("ignore that")
        assert (risk.is_jailbreak, risk.risk_score, risk.detection_types) == (True, 0.93, ("jailbreak",))
        assert client.modality("a fox").modality == "BOTH"
        assert client.tool("2 + 2?").tools == ("calculator",)
    assert server.paths == [f"/api/v1/classify/{n}" for n in ("intent", "pii", "security", "modality", "tool")]
    assert server.posts[:3] == [
        {"text": "2 + 2?", "options": {"return_probabilities": True, "confidence_threshold": 0.6}},
        {"text": "ask Ada", "options": {"entity_types": ["PERSON"], "mask_entities": True}},
        {"text": "ignore that"},
    ]
    with pytest.raises(AttributeError):
        found.category = "law"  # type: ignore[misc]


def test_any_task_is_read_by_its_shape() -> None:
    bodies = (INTENT, PII, SECURITY, MODALITY, TOOL)
    with serving(*map(ok, bodies)) as server, Client(server.address) as client:
        kinds = [type(client.task("own task/1", "text")) for _ in bodies]
    assert kinds == [Classification, PiiResult, SecurityResult, ModalityResult, ToolResult]
    assert server.paths[0] == "/api/v1/classify/own%20task%2F1"
    with Client("http://127.0.0.1:9") as client, pytest.raises(ConfigError, match="'batch' is no task"):
        client.task("batch", "text")


def test_combined_and_scores() -> None:
    together = {"results": {"domain": INTENT, "pii": PII}, "processing_time_ms": 9, "timing": {"queue_ms": 0.5}}
    scores = [{"label": "math", "score": 0.75}, {"label": "law", "score": 0.25}]
    with serving(ok(together), ok(scores)) as server, Client(server.address) as client:
        found = client.combined("text", return_positions=True)
        assert {task: type(answer) for task, answer in found.results.items()} == {
            "domain": Classification,
            "pii": PiiResult,
        }
        assert found.timing == {"queue_ms": 0.5}
        assert client.scores("text", task="domain") == (Score("math", 0.75), Score("law", 0.25))
    assert server.paths[1] == "/classify?task=domain"
    assert server.posts[1] == {"inputs": "text"}


def in_batches(handler: BaseHTTPRequestHandler, body: dict[str, Any]) -> None:
    """Say of each text how long it is; of `all`, for two tasks."""
    rows = [{"category": f"c{len(t)}", "confidence": 0.6 if len(t) > 1 else 0.9} for t in body["texts"]]
    every = body["task_type"] == "all"
    results = [{"domain": row, "pii": {**row, "entities": PII["entities"]}} for row in rows] if every else rows
    send(handler, 200, {"results": results, "total_count": len(rows), "processing_time_ms": 5})


def test_a_batch_is_cut_into_requests_and_put_together() -> None:
    with serving(in_batches) as server, Client(server.address) as client:
        found = client.batch(["a", "bb", "cc", "ddd", "e"], "security", chunk=2, return_probabilities=True)
        assert [row.category for row in found.results] == ["c1", "c2", "c2", "c3", "c1"]
        assert (found.total_count, found.processing_time_ms) == (5, 15)
        assert found.statistics.category_distribution == {"c1": 2, "c2": 2, "c3": 1}
        assert found.statistics.low_confidence_count == 3
        assert found.statistics.avg_confidence == pytest.approx(0.72)
        assert [len(post["texts"]) for post in server.posts] == [2, 2, 1]
        assert server.posts[0]["task_type"] == "security"
        every = client.batch_all(iter(["a", "bb"]))
        assert every.results[1]["domain"].category == "c2"
        assert every.results[1]["pii"].entities == (
            PiiEntity(type="PERSON", value="Ada", confidence=0.9, start_position=3, end_position=6),
        )
        assert every.statistics["pii"].category_distribution == {"c1": 1, "c2": 1}
        before = len(server.posts)
        assert client.batch([]).results == ()
        for texts, message in ((["a", " "], "text 1 .* is blank"), (["a", 3], "text 1 .* no string but int")):
            with pytest.raises(DataError, match=message):
                client.batch(texts)  # type: ignore[arg-type]
        with pytest.raises(DataError, match="one string"):
            client.batch("abc")
        with pytest.raises(ConfigError, match="batch_all"):
            client.batch(["a"], "all")
        assert len(server.posts) == before


@given(st.lists(st.text(min_size=1).filter(str.strip), max_size=30), st.integers(1, 7))
def test_chunks_hold_all_texts_in_order(texts: list[str], chunk: int) -> None:
    parts = [call.body["texts"] for call in client_calls.batch(texts, "pii", chunk, {})]
    assert [text for part in parts for text in part] == texts
    assert all(1 <= len(part) <= chunk for part in parts)


def test_long_texts_go_in_requests_of_their_own() -> None:
    calls = client_calls.batch(["x" * 200_000, "y" * 200_000, "z", "w" * 400_000], "pii", 64, {})
    assert [[text[0] for text in call.body["texts"]] for call in calls] == [["x"], ["y", "z"], ["w"]]


def drops(handler: BaseHTTPRequestHandler, _: Any) -> None:
    """Close without an answer."""
    handler.close_connection = True


def half(handler: BaseHTTPRequestHandler, _: Any) -> None:
    """Promise more than is sent."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"modality"')


@pytest.mark.parametrize(
    "first",
    [
        BUSY,
        error(429, "TOO_MANY_REQUESTS", "slower"),
        error(503, "TASK_NOT_LOADED", "not any more", Retry_After="0"),
        status(502, b"<html>bad gateway</html>"),
        lambda handler, _: cut_connection(handler),
        drops,
        half,
    ],
    ids=["503", "429", "swapped", "502", "reset", "closed", "half"],
)
def test_what_passes_is_tried_again(first: Answer) -> None:
    with serving(first, first, ok(MODALITY)) as server:
        with Client(server.address) as client:
            assert client.modality("a fox").modality == "BOTH"
        assert len(server.posts) == 3

    async def ask() -> str:
        async with AsyncClient(server.address) as client:
            return (await client.modality("a fox")).modality

    with serving(first, first, ok(MODALITY)) as server:
        assert asyncio.run(ask()) == "BOTH"
        assert len(server.posts) == 3


@pytest.mark.parametrize(
    ("answer", "name", "message"),
    [
        (error(400, "INVALID_INPUT", "'text' is blank", X_Request_Id="r1"), "INVALID_INPUT", "'text' is blank"),
        (error(401, "UNAUTHORIZED", "no"), "UNAUTHORIZED", "this server wants an API key"),
        (error(413, "BODY_TOO_LARGE", "large"), "BODY_TOO_LARGE", "large"),
        (error(503, "TASK_NOT_LOADED", "loaded: pii"), "TASK_NOT_LOADED", "loaded: pii"),
        (error(500, "INTERNAL", "oops", X_Request_Id="r1"), "INTERNAL", r"oops \(request r1\)"),
        (status(404, b"<h1>nothing  here</h1>"), "NOT_FOUND", "answers 404 NOT_FOUND: nothing here"),
        (status(307, b"", Location="https://else"), "TEMPORARY_REDIRECT", "redirects to https://else: give that"),
        (status(599, b""), "ERROR", "answers 599 ERROR"),
    ],
)
def test_what_is_refused_is_asked_once(answer: Answer, name: str, message: str) -> None:
    with serving(answer) as server, Client(server.address) as client:
        with pytest.raises(ServerError, match=message) as caught:
            client.modality("a fox")
        assert len(server.posts) == 1
    told = caught.value
    assert told.code == name
    assert told.status in (307, 400, 401, 404, 413, 500, 503, 599)
    assert told.request_id in (None, "r1")
    assert f"{server.address}: POST /api/v1/classify/modality" in str(told)
    assert "\n" not in str(told)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"{not json", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b"", "no JSON"),
        ([], "expected an object, found a list"),
        ({"modality": "AR"}, "'confidence': Field required"),
        ({"modality": "AR", "confidence": "high"}, "'confidence': Input should be a valid number"),
        ({"modality": "AR", "confidence": 7}, "'confidence': Input should be less than"),
        ({"modality": None, "confidence": 0.5}, "'modality': Input should be a valid string"),
    ],
)
def test_an_answer_of_another_shape_is_an_error_that_says_where(body: Any, message: str) -> None:
    with serving(ok(body)) as server, Client(server.address) as client:
        with pytest.raises(ServerError, match=message) as caught:
            client.modality("a fox")
        assert len(server.posts) == 1
    assert (caught.value.code, caught.value.status) == ("WRONG_ANSWER", 200)


@pytest.mark.parametrize(
    ("ask", "body", "message"),
    [
        (lambda c: c.batch(["a", "b"]), {"results": [{"category": "x", "confidence": 1}]}, "2 texts were sent, 1 res"),
        (lambda c: c.batch(["a"]), {"results": None}, "'results' is null"),
        (lambda c: c.batch(["a"]), {"results": [{"category": "x"}]}, r"results\[0\]: 'confidence'"),
        (lambda c: c.batch(["a"]), {"results": [1]}, r"results\[0\]: expected an object, found a number"),
        (lambda c: c.batch_all(["a"]), {"results": [3]}, r"results\[0\]: expected an answer for each task"),
        (lambda c: c.batch_all(["a"]), {"results": [{"pii": 3}]}, r"results\[0\].pii: expected an object"),
        (lambda c: c.combined("a"), {"results": {"pii": {"x": 1}}}, "results.pii: none of the fields"),
        (lambda c: c.combined("a"), {}, "'results' is missing"),
        (lambda c: c.combined("a"), {"results": {}, "timing": [1]}, "'timing' is no object"),
        (lambda c: c.combined("a"), {"results": {}, "processing_time_ms": "3"}, "'processing_time_ms' is a string"),
        (lambda c: c.task("x", "a"), [1], "expected an object, found a list"),
        (lambda c: c.scores("a"), {"label": 1}, "expected a list of scores, found an object"),
        (lambda c: c.scores("a"), [{"label": "x"}], "'score': Field required"),
    ],
)
def test_other_shapes_of_other_answers(ask: Callable[[Client], Any], body: Any, message: str) -> None:
    with serving(ok(body)) as server, Client(server.address) as client, pytest.raises(ServerError, match=message):
        ask(client)


def test_it_gives_up_after_its_retries() -> None:
    with serving(BUSY) as server, Client(server.address, retries=2) as client:
        with pytest.raises(ServerError, match="OVERLOADED: come back") as caught:
            client.modality("a fox")
        assert len(server.posts) == 3
    assert (caught.value.status, caught.value.code, caught.value.message) == (503, "OVERLOADED", "come back")


def test_it_does_not_wait_longer_than_it_may() -> None:
    late = email.utils.format_datetime(email.utils.parsedate_to_datetime("Fri, 01 Jan 2100 00:00:00 GMT"))
    for asked in ("3600", late):
        with serving(error(429, "SLOWER", "an hour", Retry_After=asked)) as server:
            started = time.monotonic()
            with Client(server.address, timeout=5) as client, pytest.raises(ServerError, match="an hour"):
                client.modality("a fox")
            assert time.monotonic() - started < 2
            assert len(server.posts) == 1


def drips(handler: BaseHTTPRequestHandler, _: Any) -> None:
    """Send a byte now and then."""
    handler.send_response(200)
    handler.end_headers()
    while not handler.server.closing.wait(0.05):  # type: ignore[attr-defined]
        handler.wfile.write(b" ")


@pytest.mark.parametrize("answer", [hangs, drips])
def test_a_slow_answer_ends_with_the_time(answer: Answer) -> None:
    with serving(answer) as server:
        started = time.monotonic()
        with Client(server.address, timeout=0.3) as client, pytest.raises(ServerError, match=r"within 0\.3") as caught:
            client.modality("a fox")

        async def ask() -> None:
            async with AsyncClient(server.address, timeout=0.3) as client:
                await client.modality("a fox")

        with pytest.raises(ServerError, match=r"within 0\.3"):
            asyncio.run(ask())
        assert time.monotonic() - started < 2
        assert len(server.posts) == 2
    assert (caught.value.code, caught.value.status) == ("NO_ANSWER", None)
    assert 1 <= int(server.headers[0]["X-Request-Timeout-Ms"]) <= 300


def test_nobody_there() -> None:
    with serving(BUSY) as server:
        address = server.address
    with Client(address, retries=1) as client:
        with pytest.raises(ServerError, match=f"{address}: POST .* cannot be reached .*: is the server up") as caught:
            client.intent("a")
        assert (caught.value.code, caught.value.status) == ("UNREACHABLE", None)
        assert client.ready() is False


def test_a_key_goes_with_each_request_and_into_no_error() -> None:
    with serving(error(401, "UNAUTHORIZED", "'hunter2' is no key")) as server:
        with Client(server.address, api_key=" hunter2\n") as client, pytest.raises(ServerError) as caught:
            client.intent("a")
        assert server.headers[0]["Authorization"] == "Bearer hunter2"
        assert server.headers[0]["User-Agent"] == f"pointsman/{pointsman.__version__}"
    assert "hunter2" not in str(caught.value) + caught.value.message
    assert "look at the API key" in str(caught.value)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("http://host:8080", "http://host:8080"),
        (" https://host/prefix/ ", "https://host/prefix"),
        ("http://[::1]:8080/api/v1/classify", "http://[::1]:8080"),
    ],
)
def test_addresses(url: str, address: str) -> None:
    assert client_calls.address(url) == address


@pytest.mark.parametrize(
    "url", ["", "host:8080", "ftp://host", "http://", "http://h:99999", "http://h?a=1", "http://a:b@h", "http://h h"]
)
def test_no_addresses(url: str) -> None:
    with pytest.raises(ConfigError, match="--url"):
        Client(url)


def test_options_out_of_range(tmp_path: Path) -> None:
    for more in ({"timeout": 0}, {"retries": -1}, {"api_key": "a\nb"}, {"api_key": "ü"}):
        with pytest.raises(ConfigError):
            Client("http://h", **more)  # type: ignore[arg-type]
    (tmp_path / "bad.pem").write_text("no PEM", encoding="utf-8")
    for name in ("none.pem", "bad.pem"):
        with pytest.raises(ConfigError, match=name):
            AsyncClient("https://h", ca_file=tmp_path / name)
    with pytest.raises(ConfigError, match="no certificate to check"):
        Client("http://h", ca_file=tmp_path / "bad.pem")
    with Client("http://h") as client:
        with pytest.raises(TypeError, match="no option 'probabilities', did you mean 'return_probabilities'"):
            client.intent("a", probabilities=True)  # type: ignore[call-arg]
        with pytest.raises(DataError, match="a text is a string, this is int"):
            client.intent(3)  # type: ignore[arg-type]
        with pytest.raises(ConfigError, match="chunk 0"):
            client.batch(["a"], chunk=0)


def _fault(**more: Any) -> FaultError:
    return FaultError(ServerError("told", status=503, code="X", message="", request_id=None), **{"again": True, **more})


def test_waits_grow_with_jitter_and_honour_the_server() -> None:
    now = 100.0
    waits: dict[float, list[float]] = {}
    for draw in (0.0, 1.0):
        patience = Patience(1000, 8, clock=lambda: now, draw=lambda draw=draw: draw)  # type: ignore[misc]
        waits[draw] = [patience.wait_after(_fault()) for _ in range(8)]
    assert waits[1.0] == pytest.approx([0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0])
    assert waits[0.0] == pytest.approx([wait / 2 for wait in waits[1.0]])
    patience = Patience(3.0, 9, clock=lambda: now, draw=lambda: 0.0)
    assert patience.wait_after(_fault(wait=2.0)) == pytest.approx(2.05)
    now = 102.5
    assert patience.left == pytest.approx(0.5)
    with pytest.raises(ServerError, match="told"):
        patience.wait_after(_fault(wait=2.0))


@given(st.one_of(st.none(), st.text()), st.integers(300, 599), st.binary())
def test_no_answer_whatever_is_more_than_an_error(retry_after: str | None, code: int, body: bytes) -> None:
    headers = {} if retry_after is None else {"retry-after": retry_after}
    with pytest.raises(FaultError) as caught:
        judged("here", code, headers, body)
    assert caught.value.wait >= 0
    assert "\n" not in str(caught.value)


def test_a_date_to_come_back() -> None:
    soon = email.utils.formatdate(time.time() + 60, usegmt=True)
    with pytest.raises(FaultError) as caught:
        judged("here", 503, {"retry-after": soon}, b"")
    assert caught.value.wait == pytest.approx(60, abs=3)
    assert retry_after("soon") is None


def test_an_untrusted_certificate_is_told_once_and_a_named_authority_is_trusted(tmp_path: Path) -> None:
    files = certificate(tmp_path)
    with serving(ok(MODALITY)) as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*files)
        server.http.socket = context.wrap_socket(server.http.socket, server_side=True)
        url = server.address.replace("http:", "https:")
        with Client(url) as client, pytest.raises(ServerError, match=r"certificate is not trusted .*ca_file") as caught:
            client.modality("a fox")
        assert caught.value.code == "UNREACHABLE"
        with Client(url, ca_file=files[0]) as client:
            assert client.modality("a fox").modality == "BOTH"


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate of 127.0.0.1 that nobody but itself has signed, and its key."""
    import datetime
    import ipaddress

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=True)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = folder / "cert.pem", folder / "key.pem"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    files[1].write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    return files


def test_threads_share_a_client() -> None:
    found: list[str] = []
    with serving(ok(MODALITY)) as server, Client(server.address) as client:
        threads = [threading.Thread(target=lambda: found.append(client.modality("a").modality)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == ["BOTH"] * 8


def test_both_clients_have_the_same_methods() -> None:
    import inspect

    def public(kind: type) -> dict[str, inspect.Signature]:
        found = inspect.getmembers(kind, inspect.isfunction)
        return {
            name: method.replace(return_annotation=None)
            for name, method in ((name, inspect.signature(f)) for name, f in found)
            if not name.startswith("_")
        }

    assert public(Client) == public(AsyncClient)


def test_the_clients_come_with_the_package_when_named_and_not_before() -> None:
    code = (
        "import sys\nfor name in ('torch', 'starlette', 'uvicorn', 'onnxruntime'): sys.modules[name] = None\n"
        "import pointsman\nassert 'httpx2' not in sys.modules\n"
        "pointsman.Client('http://h').close(); print(pointsman.AsyncClient.__name__)\n"
        "try: pointsman.Clinet\nexcept AttributeError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == ["AsyncClient", "module 'pointsman' has no attribute 'Clinet'"], done.stderr


def test_a_text_of_any_characters_arrives_as_it_is() -> None:
    texts = ["naïve 😀", "a\x00b", "\u2028", "lone \ud800 half"]
    with serving(ok(MODALITY)) as server, Client(server.address) as client:
        for text in texts:
            client.modality(text)
    assert [json.loads(json.dumps(post))["text"] for post in server.posts] == texts


def test_against_the_real_server(server: Running, served_bundle: Path) -> None:
    texts = ["the dog chased a cat", "an apple and a ripe pear", "please find the hammer 7 and a sheep"]
    bundle = pointsman.load_bundle(served_bundle)
    known = bundle.predict_all(texts, probabilities=True)
    with Client(server.url) as client:
        assert client.ready() is True
        assert client.health()["version"] == pointsman.__version__
        assert {model["task"] for model in client.info()["models"]} == set(known)
        for number, text in enumerate(texts):
            together = client.combined(text, return_probabilities=True, return_positions=True).results
            decision, answer = known["support"][number], together["support"]
            assert isinstance(answer, Classification)
            assert (answer.category, answer.abstained, answer.task) == (decision.label, decision.abstained, "support")
            assert answer.confidence == pytest.approx(decision.probability, abs=1e-5)
            assert answer.probabilities == pytest.approx(decision.probabilities, abs=1e-5)
            assert client.task("support", text).digest == decision.digest
            personal = together["pii"]
            assert isinstance(personal, PiiResult)
            found = [(one.type, one.start_position, one.end_position) for one in personal.entities]
            assert found == [(one.type, one.start, one.end) for one in known["pii"][number].spans or ()]
            assert client.pii(text).has_pii is personal.has_pii
        rows = client.batch(texts, "support", chunk=2)
        assert [row.category for row in rows.results] == [one.label for one in known["support"]]
        every = client.batch_all(texts, chunk=2, return_positions=True)
        assert [row["pii"].category for row in every.results] == [one.label for one in known["pii"]]
        assert sum(every.statistics["support"].category_distribution.values()) == 3
        scores = client.scores(texts[0], task="support")
        assert scores[0].label == known["support"][0].label
        assert sum(score.score for score in scores) == pytest.approx(1)
        for ask, name, code in (
            (lambda: client.intent("a"), "TASK_NOT_LOADED", 503),
            (lambda: client.task("nothing", "a"), "INVALID_TASK_TYPE", 400),
            (lambda: client.task("support", " "), "INVALID_INPUT", 400),
            (lambda: client.pii("a", entity_types=["NICK"]), "INVALID_INPUT", 400),
            (client.reload, "FORBIDDEN", 403),
        ):
            with pytest.raises(ServerError) as caught:
                ask()
            assert (caught.value.code, caught.value.status) == (name, code)
            assert caught.value.request_id


def test_many_clients_of_a_server_with_room_for_few_are_all_answered(served_bundle: Path, tmp_path: Path) -> None:
    config = tmp_path / "serve.yaml"
    digests = {name: hashlib.sha256(name.encode()).hexdigest() for name in ("ours", "admin")}
    config.write_text(
        f"paths: ['{served_bundle}']\ncache: 0\nlimits: {{concurrent: 2}}\nkeys:\n"
        f"  - {{name: gateway, sha256: {digests['ours']}}}\n"
        f"  - {{name: operator, sha256: {digests['admin']}, admin: true}}\n",
        encoding="utf-8",
    )

    async def ask(url: str) -> list[str]:
        async with AsyncClient(url, api_key="ours", timeout=60, retries=20) as client:
            found = await asyncio.gather(*(client.task("support", f"the dog {n}") for n in range(40)))
            with pytest.raises(ServerError, match="403 FORBIDDEN"):
                await client.reload()
        async with AsyncClient(url, api_key="admin") as client:
            done = await client.reload()
        assert done.digest == done.previous
        assert set(done.tasks) == {"support", "pii"}
        return [one.category for one in found if isinstance(one, Classification)]

    with running("--config", config, log=tmp_path / "log") as server:
        with Client(server.url, api_key="wrong") as client, pytest.raises(ServerError, match="look at the API key"):
            client.task("support", "a")
        assert len(asyncio.run(ask(server.url))) == 40
        _, told = server.ask("/metrics", headers={"X-API-Key": "ours"})
        assert 'pointsman_rejected_total{code="TOO_MANY_REQUESTS"}' in told
        assert server.stop() == 0
    with Client(server.url) as client:
        assert client.ready() is False
