"""Every endpoint over a real socket: what comes back is what the models here say, in the contract's shapes."""

from __future__ import annotations

import json
import socket
import threading
from pathlib import Path

import pytest

import pointsman
from tests.serving.servers import Running

TEXT = "please refund my order, Anna lives in Paris"
ODD = ["a\u0000b", "\ud800 half a pair", "😀" * 50, "\u202eright to left", "a" * 3000, "\u0000", "é" * 400, "\t x \n"]


def test_one_task_answers_as_the_model_here_does(server: Running, served_bundle: Path) -> None:
    (expected,) = pointsman.load_bundle(served_bundle).predict_all([TEXT], probabilities=True)["support"]
    status, body = server.ask(
        "/api/v1/classify/support", {"text": TEXT, "options": {"return_probabilities": True}, "unknown": 1}
    )
    assert status == 200
    assert body["classification"]["category"] == expected.label
    assert body["classification"]["confidence"] == pytest.approx(expected.probability, abs=1e-6)
    assert body["probabilities"] == pytest.approx(expected.probabilities, abs=1e-6)
    told = {key: body[key] for key in ("margin", "runner_up", "threshold", "abstained", "truncated", "digest")}
    assert told["runner_up"] == expected.runner_up
    assert told["digest"] == expected.digest
    assert told["margin"] == pytest.approx(expected.margin, abs=1e-6)


def test_combined_answers_every_task(server: Running) -> None:
    status, body = server.ask("/api/v1/classify/combined", {"text": TEXT})
    assert status == 200
    assert set(body["results"]) == {"support", "pii"}
    assert {"queue_ms", "compute_ms", "other_ms"} == set(body["timing"])


def test_batch_answers_each_text_in_order(server: Running, served_bundle: Path) -> None:
    texts = [TEXT, "cancel my subscription", "hello " * 40]
    expected = pointsman.load_bundle(served_bundle).predict_all(texts)["support"]
    status, body = server.ask("/api/v1/classify/batch", {"texts": texts, "task_type": "support"})
    assert status == 200
    assert [row["category"] for row in body["results"]] == [decision.label for decision in expected]
    assert body["total_count"] == 3
    assert sum(body["statistics"]["category_distribution"].values()) == 3
    status, body = server.ask("/api/v1/classify/batch", {"texts": texts, "task_type": "all"})
    assert [set(row) for row in body["results"]] == [{"support", "pii"}] * 3


def test_scores_sum_to_one(server: Running) -> None:
    status, one = server.ask("/classify?task=support", {"inputs": TEXT})
    assert status == 200
    assert sum(row["score"] for row in one) == pytest.approx(1)
    status, two = server.ask("/classify?task=support", {"inputs": [TEXT, "bye"]})
    assert status == 200
    assert [len(rows) for rows in two] == [len(one)] * 2


@pytest.mark.parametrize("text", ODD)
def test_odd_texts_are_answered(server: Running, text: str) -> None:
    for path, body in (
        ("/api/v1/classify/combined", {"text": text}),
        ("/api/v1/classify/batch", {"texts": [text, TEXT], "task_type": "all"}),
        ("/classify?task=pii", {"inputs": text}),
    ):
        assert server.ask(path, body)[0] == 200


@pytest.mark.parametrize(
    ("path", "body", "status", "code", "message"),
    [
        ("/api/v1/classify/combined", b"{", 400, "INVALID_INPUT", "JSON"),
        ("/api/v1/classify/combined", {"text": None}, 400, "INVALID_INPUT", "text"),
        ("/api/v1/classify/combined", {"text": " \n"}, 400, "INVALID_INPUT", "text"),
        ("/api/v1/classify/combined", [], 400, "INVALID_INPUT", "object"),
        ("/api/v1/classify/nothing", {"text": TEXT}, 400, "INVALID_TASK_TYPE", "support"),
        ("/api/v1/classify/security", {"text": TEXT}, 503, "", "support"),
        ("/api/v1/classify/batch", b'{"texts": [' + b"1," * 999_999 + b"1]}", 400, "INVALID_INPUT", "256"),
        ("/api/v1/classify/batch", {"texts": [TEXT], "task_type": "poems"}, 400, "INVALID_TASK_TYPE", "support"),
        ("/api/v1/classify/combined", {"text": "x" * 10_000_000}, 413, "BODY_TOO_LARGE", "4194304"),
        ("/api/v1/classify/combined", {"text": "x" * 40_000}, 400, "INVALID_INPUT", "32,768"),
        ("/nowhere", {"text": TEXT}, 404, "NOT_FOUND", "/docs"),
    ],
)
def test_bad_requests_are_told(server: Running, path: str, body: object, status: int, code: str, message: str) -> None:
    found, answer = server.ask(path, body)
    assert found == status, answer
    error = answer["error"]
    assert code in error["code"]
    assert message.replace(",", "") in error["message"].replace(",", "")
    assert error["timestamp"].endswith("Z")
    assert "Traceback" not in json.dumps(answer)


def test_information(server: Running) -> None:
    assert server.ask("/health")[1]["status"] == "healthy"
    assert server.ask("/ready")[1] == {"status": "ready", "tasks": ["support", "pii"]}
    names = {model["task"] for model in server.ask("/info/models")[1]["models"]}
    assert names == {"support", "pii"}
    assert server.ask("/info/classifier")[0] == 200
    document = server.ask("/openapi.json")[1]
    assert document["openapi"].startswith("3.1")
    assert "/api/v1/classify/combined" in document["paths"]


def test_metrics_count(server: Running) -> None:
    server.ask("/api/v1/classify/support", {"text": "count this one"})
    text = server.ask("/metrics")[1]
    assert 'pointsman_requests_total{endpoint="/api/v1/classify/{name}",status="200"}' in text
    assert "pointsman_batch_rows_bucket" in text
    assert "count this one" not in text


def test_texts_are_not_logged(server: Running) -> None:
    server.ask("/api/v1/classify/support", {"text": "my secret sentence"})
    server.ask("/api/v1/classify/support", {"texts": "my secret sentence"})
    assert "my secret" not in server.written()


def test_a_client_that_leaves_and_one_that_never_ends_do_no_harm(server: Running) -> None:
    host, port = server.url.removeprefix("http://").split(":")
    body = json.dumps({"texts": [f"{TEXT} {n}" for n in range(64)], "task_type": "all"}).encode()
    head = b"POST /api/v1/classify/batch HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    with socket.create_connection((host, int(port))) as leaves:
        leaves.sendall(head % len(body) + body)
    with socket.create_connection((host, int(port))) as half:
        half.sendall(head % len(body) + body[:20])
        assert server.ask("/api/v1/classify/support", {"text": TEXT})[0] == 200


def test_many_at_once_all_get_their_own_answer(server: Running, served_bundle: Path) -> None:
    texts = [f"{TEXT} number {n} {'word ' * (n % 30)}" for n in range(48)]
    expected = pointsman.load_bundle(served_bundle).predict_all(texts)["support"]
    answers: dict[int, str] = {}

    def ask(n: int) -> None:
        status, body = server.ask("/api/v1/classify/support", {"text": texts[n]})
        answers[n] = body["classification"]["category"] if status == 200 else str(body)

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(len(texts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answers[n] for n in range(len(texts))] == [decision.label for decision in expected]
