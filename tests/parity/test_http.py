"""The runtime `http:URL` against real servers on this machine: right ones, wrong ones, broken ones."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pointsman
from pointsman.artifacts import GoldenRow, read_golden
from pointsman.errors import ConfigError
from pointsman.inference.calibration import softmax
from pointsman.inference.predictor import ArtifactPredictor
from pointsman.parity.checks import replay
from pointsman.parity.http_runtime import PATH, HttpRuntime, address
from pointsman.parity.result import Check
from pointsman.tasks import get

Router = Callable[[str, str], Path]
Answer = Callable[[dict[str, Any]], tuple[int, Any]]


@contextmanager
def serving(answer: Answer) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Serve the batch endpoint; gives the address and the bodies that were posted."""
    bodies: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args: Any) -> None:
            pass

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            bodies.append({"path": self.path, **body})
            status, content = answer(body)
            data = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", bodies
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def batch(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The whole batch shape around results."""
    return {"results": rows, "total_count": len(rows), "processing_time_ms": 1, "statistics": {}}


def answers(
    router: ArtifactPredictor, *, temperature: float | None = None, probabilities: bool = True, **rename: str
) -> Answer:
    """Answer by a real router, with names and temperature of the server's own."""

    def answer(body: dict[str, Any]) -> tuple[int, Any]:
        out = []
        for text, decision in zip(body["texts"], router.predict(body["texts"], probabilities=True), strict=True):
            label, p, every = decision.label, decision.probability, decision.probabilities or {}
            if temperature is not None:
                values = softmax(router.logits([text])[0], temperature)[0]
                every = dict(zip(router.task.labels, map(float, values), strict=True))
                p = every[label]
            row: dict[str, Any] = {"category": rename.get(label, label), "confidence": p, "processing_time_ms": 1}
            if probabilities and router.task.kind == "sequence":
                row["probabilities"] = {rename.get(name, name): value for name, value in every.items()}
            out.append(row)
        return 200, batch(out)

    return answer


@pytest.fixture(scope="module", params=["sequence", "token"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def predictor(router: Router, kind: str) -> ArtifactPredictor:
    return pointsman.load(router("bert", kind))


@pytest.fixture(scope="module")
def rows(router: Router, kind: str) -> list[GoldenRow]:
    return read_golden(router("bert", kind))


def _replayed(
    url: str, predictor: ArtifactPredictor, rows: list[GoldenRow], *, uncalibrated: bool = False
) -> dict[str, Check]:
    runtime = HttpRuntime(url, predictor.task, predictor.calibration.temperature, timeout=20)
    return {check.name: check for check in replay(runtime, rows, uncalibrated=uncalibrated)}


def _failed(checks: dict[str, Check]) -> set[str]:
    return {check.name for check in checks.values() if check.status == "failed"}


@pytest.mark.parametrize("probabilities", [True, False])
def test_a_server_with_the_same_router_passes(
    predictor: ArtifactPredictor, rows: list[GoldenRow], probabilities: bool
) -> None:
    with serving(answers(predictor, probabilities=probabilities)) as (url, bodies):
        found = _replayed(url, predictor, rows)
    assert _failed(found) == set()
    assert {"single vs batched", "probabilities", "decisions"} <= {
        c.name for c in found.values() if c.status == "passed"
    }
    assert found["tokenisation"].detail == "a server tells no token ids"
    assert found["decisions"].n == found["probabilities"].n == len(rows)
    assert {body["path"] for body in bodies} == {PATH}
    assert {body["task_type"] for body in bodies} == {predictor.task.name}
    assert max(len(body["texts"]) for body in bodies) == 32
    assert all(body["options"] == {"return_probabilities": True} for body in bodies)
    asked = {text for body in bodies for text in body["texts"]}
    assert asked == {row.text for row in rows}


@pytest.mark.parametrize("kind", ["sequence"], indirect=True)
def test_a_server_without_the_temperature(predictor: ArtifactPredictor, rows: list[GoldenRow]) -> None:
    assert abs(predictor.calibration.temperature - 1) > 0.01
    with serving(answers(predictor, temperature=1.0)) as (url, _):
        found = _replayed(url, predictor, rows)
        assert _failed(found) == {"probabilities"}
        assert "--uncalibrated compares with those" in found["probabilities"].detail
        found = _replayed(url, predictor, rows, uncalibrated=True)
        assert _failed(found) == set()
        assert "without the temperature" in found["probabilities"].detail
    with serving(answers(predictor, temperature=1.5)) as (url, _):
        found = _replayed(url, predictor, rows)
        assert _failed(found) == {"probabilities"}
        assert "--uncalibrated" not in found["probabilities"].detail


@pytest.mark.parametrize("kind", ["sequence"], indirect=True)
def test_a_server_that_decides_otherwise_fails(predictor: ArtifactPredictor, rows: list[GoldenRow]) -> None:
    with serving(answers(predictor, animal="tool", tool="animal")) as (url, _):
        found = _replayed(url, predictor, rows)
    assert _failed(found) == {"probabilities", "decisions"}
    assert found["decisions"].rows[0].expected != found["decisions"].rows[0].found


@pytest.mark.parametrize("kind", ["sequence"], indirect=True)
def test_another_label_set_is_named(predictor: ArtifactPredictor, rows: list[GoldenRow]) -> None:
    message = r"label set for task_type 'support' \(only there: beast, device; only in 'support' here: animal, tool\)"
    with (
        serving(answers(predictor, animal="beast", tool="device")) as (url, _),
        pytest.raises(ConfigError, match=message),
    ):
        _replayed(url, predictor, rows)
    message = r"only there: beast; only in 'support' here: none"
    with (  # categories alone
        serving(answers(predictor, probabilities=False, animal="beast")) as (url, _),
        pytest.raises(ConfigError, match=message),
    ):
        _replayed(url, predictor, rows)


@pytest.mark.parametrize(
    ("status", "content", "message"),
    [
        (
            503,
            {"error": {"code": "NO_MODEL", "message": "no model for it"}},
            f"POST {PATH} answers 503: NO_MODEL: no model for it",
        ),
        (500, b"<html><h1>Oh\nno</h1></html>", "answers 500: Oh no"),
        (404, b"", "answers 404"),
        (302, b"", "answers 302"),
        (200, b"<html>", "not of the batch shape"),
        (200, {"results": [{"label": "x"}]}, "not of the batch shape"),
        (200, {"results": [{"category": "animal", "confidence": 7}]}, "not of the batch shape"),
        (
            200,
            {"results": [{"category": "animal", "confidence": 0.5, "probabilities": {"a": "b"}}]},
            "not of the batch",
        ),
        (200, {"results": {}}, "32 texts were sent, 0 results came back"),
    ],
)
@pytest.mark.parametrize("kind", ["sequence"], indirect=True)
def test_servers_that_answer_something_else(
    predictor: ArtifactPredictor, rows: list[GoldenRow], status: int, content: Any, message: str
) -> None:
    with serving(lambda body: (status, content)) as (url, _), pytest.raises(ConfigError) as caught:
        _replayed(url, predictor, rows)
    assert message in str(caught.value)
    assert str(caught.value).startswith(f"--runtime {url}")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("kind", ["sequence"], indirect=True)
def test_nobody_there_and_nobody_answering(predictor: ArtifactPredictor, rows: list[GoldenRow]) -> None:
    with serving(answers(predictor)) as (url, _):
        pass
    with pytest.raises(ConfigError, match=r"cannot be reached \(.*refused\): is the server up"):
        _replayed(url, predictor, rows)
    gone = threading.Event()

    def waits(body: dict[str, Any]) -> tuple[int, Any]:
        gone.wait(20)
        return 200, batch([])

    with serving(waits) as (url, _):
        runtime = HttpRuntime(url, predictor.task, 1.0, timeout=0.2)
        try:
            with pytest.raises(ConfigError, match=r"no answer within 0\.2 s \(--timeout\)"):
                runtime.decide(["one"])
        finally:
            gone.set()


@pytest.mark.parametrize(
    ("task", "asked"), [("domain", "intent"), ("intent", "tool"), ("jailbreak", "security"), ("modality", "modality")]
)
def test_tasks_have_the_names_of_the_api(task: str, asked: str) -> None:
    label = get(task).labels[0]
    with serving(lambda body: (200, batch([{"category": label, "confidence": 0.9}] * len(body["texts"])))) as (
        url,
        bodies,
    ):
        (said,) = HttpRuntime(url, get(task), 1.0).decide(["text"])
    assert bodies[0]["task_type"] == asked
    assert said is not None
    assert said.label == label


def test_safe_is_what_is_no_threat() -> None:
    told = {"ok": {"category": "safe", "confidence": 0.9}, "bad": {"category": "jailbreak", "confidence": 0.8}}
    with serving(lambda body: (200, batch([told[text] for text in body["texts"]]))) as (url, _):
        first, second = HttpRuntime(url, get("jailbreak"), 1.0).decide(["ok", "bad"])
    assert first is not None
    assert second is not None
    assert (first.label, second.label) == ("benign", "jailbreak")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("http://localhost:8080", "http://localhost:8080"),
        ("http:http://localhost:8080/", "http://localhost:8080"),
        ("http:localhost:8080", "http://localhost:8080"),
        ("http:https://router.example/base/", "https://router.example/base"),
        (f"http://localhost:8080{PATH}", "http://localhost:8080"),
    ],
)
def test_addresses(typed: str, expected: str) -> None:
    assert address(typed) == expected


@pytest.mark.parametrize("typed", ["http:", "http://", "http://x:99999", "http://a b", "http://u:p@x", "http://x?y=1"])
def test_addresses_that_are_none(typed: str) -> None:
    with pytest.raises(ConfigError, match="use an address such as"):
        address(typed)


def test_numbers_are_compared_by_label() -> None:
    """The order in which a server writes its probabilities plays no part."""
    task = get("modality")
    values = {"BOTH": 0.1, "AR": 0.7, "DIFFUSION": 0.2}
    row = {"category": "AR", "confidence": 0.7, "probabilities": values}
    with serving(lambda body: (200, batch([row] * len(body["texts"])))) as (url, _):
        (said,) = HttpRuntime(url, task, 1.0).decide(["text"])
    assert said is not None
    assert said.probabilities == {"AR": 0.7, "DIFFUSION": 0.2, "BOTH": 0.1}
    assert list(said.probabilities) == list(task.labels)
    assert np.isclose(sum(said.probabilities.values()), 1)
