"""`pointsman classify` against a real server, and against none."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import pointsman
from tests.conftest import Run
from tests.data.chat_server import serving, status
from tests.forms import exported
from tests.serving.servers import Running, running

TEXTS = ["the dog chased a cat", "please find the hammer 7 and a sheep"]


@pytest.fixture(autouse=True)
def _no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("POINTSMAN_API_KEY", raising=False)


@pytest.fixture(scope="module")
def bundle(router: Callable[[str, str], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle of `support` and `pii`."""
    out = tmp_path_factory.mktemp("classify") / "bundle"
    return exported([router("bert", "sequence"), router("bert", "token")], "bundle", out, precisions=("fp32",)).path


@pytest.fixture(scope="module")
def server(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(bundle, log=tmp_path_factory.mktemp("classify-server") / "log") as found:
        yield found


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Put bytes on standard input."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))


def test_it_says_what_predict_says(run: Run, server: Running, bundle: Path) -> None:
    ours = pointsman.load_bundle(bundle).predict_all(TEXTS)
    code, out, err = run("classify", *TEXTS, "--url", server.url, "--json")
    assert (code, err) == (0, "")
    for number, line in enumerate(out.splitlines()):
        told = json.loads(line)
        assert told["text"] == TEXTS[number]
        assert set(told["decisions"]) == {"support", "pii"}
        for task, answer in told["decisions"].items():
            assert answer["category"] == ours[task][number].label
            assert answer["confidence"] == pytest.approx(ours[task][number].probability, abs=1e-5)
            assert answer["digest"] == ours[task][number].digest
        found = [(one["start_position"], one["end_position"]) for one in told["decisions"]["pii"]["entities"]]
        assert found == [(one.start, one.end) for one in ours["pii"][number].spans or ()]
    code, out, _ = run("classify", *TEXTS, "--url", server.url, "--task", "support", "--probabilities")
    assert code == 0
    assert out.splitlines()[0].startswith(f"{ours['support'][0].label}  {ours['support'][0].probability:.3f}  (then ")
    assert all(label in out.splitlines()[1] for label in ("animal", "fruit", "tool"))
    code, out, _ = run("classify", *TEXTS, "--url", server.url)
    assert code == 0
    assert out.splitlines()[0] == TEXTS[0]
    for span in (one for decision in ours["pii"] for one in decision.spans or ()):
        assert f"{span.start}-{span.end}  {span.text}" in out


def test_rows_come_from_standard_input(run: Run, server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [json.dumps({"id": n, "body": f"the dog {n}"}) for n in range(7)]
    typed(monkeypatch, "\n".join(rows))
    code, out, err = run(
        *("classify", "-", "--url", server.url, "--text-field", "body", "--task", "support", "--chunk", 3, "--json")
    )
    assert code == 0, err
    told = [json.loads(line) for line in out.splitlines()]
    assert [(one["id"], one["text"]) for one in told] == [(n, f"the dog {n}") for n in range(7)]
    assert {"category", "confidence", "margin", "threshold", "digest"} <= told[0].keys()
    typed(monkeypatch, "one line\n\nanother\n")
    code, out, _ = run("classify", "-", "--url", server.url, "--task", "pii", "--task", "support")
    assert code == 0
    assert [line for line in out.splitlines() if not line.startswith(" ")] == ["one line", "another"]
    assert out.index("pii:") < out.index("support:")
    typed(monkeypatch, '{"id": 1}\n')
    assert "standard input:1: no text in field 'text'" in run("classify", "-", "--url", server.url)[2]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["a", "--task", "nope"], "400 INVALID_TASK_TYPE: unknown task 'nope'"),
        (["a", "--task", "nope", "--task", "pii"], "--task nope: the server answers for support, pii"),
        (["a", "--task", "all"], "name no --task for every task"),
        (["a", " "], "text 1 (from 0) is blank"),
        (["a", "--api-key-env", "NO_SUCH_VARIABLE"], "--api-key-env NO_SUCH_VARIABLE: the variable is not set"),
        (["a", "--ca-file", "no.pem"], "no.pem"),
    ],
)
def test_mistakes_are_one_line_and_exit_2(run: Run, server: Running, arguments: list[str], message: str) -> None:
    code, out, err = run("classify", *arguments, "--url", server.url)
    assert (code, out) == (2, "")
    assert err.startswith("pointsman: ")
    assert err.count("\n") == 1
    assert message in err


def test_nobody_there_and_no_address(run: Run) -> None:
    with serving(status(503)) as gone:
        pass
    code, out, err = run("classify", "a", "--url", gone.address, "--retries", 0)
    assert (code, out) == (2, "")
    assert "cannot be reached" in err
    assert run("classify", "a", "--url", "localhost:8080")[2].startswith("pointsman: --url 'localhost:8080': use an")


def test_the_key_comes_from_the_environment(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    body: dict[str, Any] = {"results": [{"category": "math", "confidence": 0.9}], "processing_time_ms": 1}
    monkeypatch.setenv("POINTSMAN_API_KEY", "first")
    monkeypatch.setenv("OTHER_KEY", "second")
    with serving(status(200, body)) as server:
        plain = ("classify", "2 + 2?", "--task", "intent", "--url", server.address)
        assert run(*plain) == (0, "math  0.900  | 2 + 2?\n", "")
        assert run(*plain, "--api-key-env", "OTHER_KEY")[0] == 0
    assert [headers["Authorization"] for headers in server.headers] == ["Bearer first", "Bearer second"]
    assert server.posts[0]["options"] == {"return_probabilities": False, "return_positions": True}


def test_a_busy_server_is_asked_again(run: Run) -> None:
    body = {"results": [{"category": "math", "confidence": 0.9}], "processing_time_ms": 1}
    with serving(status(429, b"", Retry_After="0"), status(200, body)) as server:
        code, out, _ = run("classify", "2 + 2?", "--task", "intent", "--url", server.address, "--json")
    assert code == 0
    assert json.loads(out)["category"] == "math"
    assert len(server.posts) == 2
