"""The service on a real Ray Serve: what it answers, who answers, what a lost replica, a reload and a stop do."""

from __future__ import annotations

import hashlib
import http.client
import json
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from pointsman.backbones import Backbone
from pointsman.errors import ConfigError
from tests.conftest import Run
from tests.experts.stacks import random_adapter
from tests.generating import NAMES, screen, spoken
from tests.serving.conftest import served_bundle
from tests.serving.servers import Running, running
from tests.serving.stacks import FORM, form

__all__ = ["served_bundle"]

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:ray")

TEXT = "please refund my order, Anna lives in Paris"
BOSS = {"Authorization": "Bearer boss"}
REPLICA = "pointsman-replica"
CLOCKS = {"processing_time_ms", "timing", "timing_ms", "timestamp", "loaded", "loaded_at", "seconds"}
_LONG = 60.0


@pytest.fixture(scope="module")
def config(
    served_bundle: Path, head_router: Path, tiny_qwen3_vl: Backbone, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Settings of a bundle of its own and a stack, whose experts fit into a replica one at a time."""
    folder = tmp_path_factory.mktemp("on-ray")
    shutil.copytree(served_bundle, folder / "bundle")
    experts = {name: random_adapter(folder / name, tiny_qwen3_vl, seed=seed) for seed, name in enumerate(NAMES)}
    size = (folder / NAMES[0] / "adapter_model.safetensors").stat().st_size
    stack = {
        "base": str(tiny_qwen3_vl.path),
        "router": str(head_router),
        "default": NAMES[2],
        "max_new_tokens": 12,
        "memory_mb": 1.5 * size / 1e6,
        "experts": {name: {"path": str(path), "tools": "none"} for name, path in experts.items()},
    }
    (folder / "experts.yaml").write_text(yaml.safe_dump(stack), encoding="utf-8")
    keys = [{"name": "boss", "sha256": hashlib.sha256(b"boss").hexdigest(), "admin": True}]
    settings = {"paths": ["bundle"], "stack": "experts.yaml", "port": 0, "threads": 1, "keys": keys, "log": "off"}
    file = folder / "serve.yaml"
    file.write_text(json.dumps(settings))
    return file


@pytest.fixture(scope="module")
def ordinary(config: Path) -> Iterator[Running]:
    """The server as it is without Ray."""
    with running("--config", config, log=config.parent / "ordinary.log") as found:
        yield found


@pytest.fixture(scope="module")
def served(ray_runtime: str, config: Path) -> Iterator[Running]:
    """The same on Ray, two replicas of each part."""
    elsewhere = ("--launcher", "ray", "--address", ray_runtime, "--replicas", "2")
    with running("--config", config, *elsewhere, log=config.parent / "ray.log") as found:
        yield found
        assert found.stop(_LONG) == 0, found.written()


def asked(
    server: Running, path: str, body: Any = None, headers: dict[str, str] | None = None
) -> tuple[int, Any, dict[str, str]]:
    """Return status, body and headers of an answer."""
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    with closing(http.client.HTTPConnection(str(urlsplit(server.url).netloc), timeout=_LONG)) as line:
        line.request(
            "GET" if data is None else "POST",
            path,
            data,
            {"Content-Type": "application/json", **BOSS, **(headers or {})},
        )
        answer = line.getresponse()
        raw = answer.read().decode()
        known = answer.headers.get_content_type() == "application/json"
        return answer.status, json.loads(raw) if known else raw, {k.lower(): v for k, v in answer.getheaders()}


def timeless(body: Any) -> Any:
    """Return what a body should be: no clocks, and numbers but for their last digits, which depend on a batch's others."""
    if isinstance(body, dict):
        return {key: timeless(value) for key, value in body.items() if key not in CLOCKS}
    if isinstance(body, float):
        return pytest.approx(body, abs=1e-5)
    return [timeless(one) for one in body] if isinstance(body, list) else body


def plain(body: Any) -> Any:
    """Return a body without what depends on the clock."""
    if isinstance(body, dict):
        return {key: plain(value) for key, value in body.items() if key not in CLOCKS}
    return [plain(one) for one in body] if isinstance(body, list) else body


def seen(server: Running, path: str, number: int) -> dict[str, Any]:
    """Ask until so many replicas have answered; returns the body of each."""
    found: dict[str, Any] = {}
    until = time.monotonic() + _LONG
    while len(found) < number:
        assert time.monotonic() < until, found
        status, body, headers = asked(server, path)
        if status == 200:
            found[headers[REPLICA]] = body
    return found


OPTIONS = {"return_probabilities": True}
REQUESTS: dict[str, tuple[str, Any]] = {
    "one": ("/api/v1/classify/support", {"text": TEXT, "options": OPTIONS}),
    "combined": ("/api/v1/classify/combined", {"text": TEXT}),
    "entities": ("/api/v1/classify/pii", {"text": TEXT, "options": {"return_positions": True, "mask_entities": True}}),
    "batch": ("/api/v1/classify/batch", {"texts": [TEXT, "the cat"] * 20, "task_type": "support"}),
    "batch of all": ("/api/v1/classify/batch", {"texts": [TEXT, "\ud800 half a pair"], "task_type": "all"}),
    "scores": ("/classify?task=support", {"inputs": [TEXT, "the cat"]}),
    "health": ("/health", None),
    "ready": ("/ready", None),
    "models": ("/info/models", None),
    "classifier": ("/info/classifier", None),
    "document": ("/openapi.json", None),
    "no text": ("/api/v1/classify/support", {}),
    "no JSON": ("/api/v1/classify/support", b"{"),
    "no task": ("/api/v1/classify/nonsense", {"text": TEXT}),
    "not loaded": ("/api/v1/classify/security", {"text": TEXT}),
    "too many texts": ("/api/v1/classify/batch", {"texts": ["a"] * 257, "task_type": "support"}),
    "too long": ("/api/v1/classify/support", b'{"text": "' + b"a" * 5_000_000 + b'"}'),
    "no path": ("/nowhere", None),
    "no method": ("/health", {}),
    "page": ("/", None),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_it_answers_as_the_ordinary_server(name: str, ordinary: Running, served: Running) -> None:
    path, body = REQUESTS[name]
    expected, found = asked(ordinary, path, body), asked(served, path, body)
    assert found[0] == expected[0]
    assert plain(found[1]) == timeless(expected[1])
    mine = {key: found[2].get(key) for key in ("content-type", "x-content-type-options", "allow", "retry-after")}
    assert mine == {key: expected[2].get(key) for key in mine}


def test_keys_names_of_requests_and_deadlines_are_the_services(served: Running) -> None:
    assert asked(served, "/info/models", headers={"Authorization": "Bearer nobody"})[0] == 401
    _, _, headers = asked(served, "/api/v1/classify/support", {"text": TEXT}, {"X-Request-Id": "mine-1"})
    assert headers["x-request-id"] == "mine-1"
    status, body, _ = asked(served, "/api/v1/classify/support", {"text": TEXT}, {"X-Request-Timeout-Ms": "soon"})
    assert (status, body["error"]["code"]) == (400, "INVALID_INPUT")


def test_both_replicas_answer_and_count_for_themselves(served: Running) -> None:
    told = seen(served, "/metrics", 2)
    assert len({re.search(r"^process_start_time_seconds (.*)", text, re.MULTILINE)[1] for text in told.values()}) == 2  # type: ignore[index]


def route(server: Running, number: int, **more: str) -> tuple[int, Any, dict[str, str]]:
    row = spoken(15, 9)[number]
    parts: list[Any] = [
        ("text", row.text),
        *more.items(),
        ("image", screen(str(row.label), number).read(), "screen.png"),
    ]
    return asked(server, "/api/v1/route", form(*parts), FORM)


def test_the_stack_answers_as_in_one_process(ordinary: Running, served: Running) -> None:
    for number in range(6):
        expected, found = route(ordinary, number), route(served, number)
        assert found[0] == expected[0] == 200
        assert plain(found[1]) == timeless(expected[1])
        assert {"prepare", "see", "route", "switch", "answer", "total", "queue"} <= found[1]["timing_ms"].keys()


@pytest.mark.parametrize("more", [{"decide_only": "true"}, {"expert": "nobody"}, {"max_new_tokens": "999"}])
def test_what_else_a_client_may_ask_of_the_stack(ordinary: Running, served: Running, more: dict[str, str]) -> None:
    expected, found = route(ordinary, 0, **more), route(served, 0, **more)
    assert found[0] == expected[0]
    if found[0] != 200:
        assert plain(found[1]) == timeless(expected[1])
    else:
        assert (found[1]["outcome"], found[1]["expert"]) == (expected[1]["outcome"], expected[1]["expert"])


def test_an_experts_requests_go_to_the_replica_that_holds_it(served: Running, ray_runtime: str) -> None:
    from ray import serve

    experts = serve.get_deployment_handle("answer", "pointsman")

    def loads() -> tuple[int, list[tuple[str, ...]]]:
        held = experts.broadcast("holding").results(timeout_s=_LONG)
        return sum(one.loads for one in held), sorted(one.adapters for one in held)

    def round_of_both() -> None:
        for name in NAMES[:2]:
            assert route(served, 0, expert=name)[1]["expert"] == name

    until, before, quiet = time.monotonic() + _LONG, loads(), 0
    # A replica has room for one: had requests gone anywhere, adapters would be read again and again.
    while quiet < 6:
        assert time.monotonic() < until, before
        round_of_both()
        after = loads()
        quiet, before = (quiet + 1 if after == before else 0), after
    assert before[1] == sorted((name,) for name in NAMES[:2])


def reloads(server: Running, result: str) -> list[float]:
    """Return how many reloads each of two replicas has counted."""
    found = [
        re.search(rf'reloads_total{{result="{result}"}} (\S+)', text) for text in seen(server, "/metrics", 2).values()
    ]
    return [float(one[1]) if one else 0.0 for one in found]


def test_a_reload_reaches_every_replica(served: Running, config: Path) -> None:
    status, told, _ = asked(served, "/admin/reload", {})
    assert (status, told["tasks"], told["digest"] == told["previous"]) == (200, ["support", "pii"], True)
    assert reloads(served, "switched") == [1, 1]
    manifest = config.parent / "bundle" / "manifest.json"
    whole = manifest.read_bytes()
    manifest.write_bytes(whole[:-9])
    status, told, _ = asked(served, "/admin/reload", {})
    assert (status, told["error"]["code"]) == (422, "RELOAD_REFUSED")
    assert str(manifest) in told["error"]["message"]
    assert asked(served, "/api/v1/classify/support", {"text": TEXT})[0] == 200
    manifest.write_bytes(whole)
    served.process.send_signal(signal.SIGHUP)
    wait_for(served, "reloaded on 2 replicas: support, pii")
    assert reloads(served, "switched") == [2, 2]
    assert reloads(served, "refused") == [1, 1]


@pytest.mark.parametrize("deployment", ["classify", "answer"])
def test_a_replica_that_is_lost_is_made_anew_and_the_others_go_on(
    served: Running, ray_runtime: str, deployment: str
) -> None:
    import ray
    from ray.util import list_named_actors

    prefix = f"SERVE_REPLICA::pointsman#{deployment}#"
    actors = [one for one in list_named_actors(all_namespaces=True) if one["name"].startswith(prefix)]
    assert len(actors) == 2
    ray.kill(ray.get_actor(actors[0]["name"], namespace=actors[0]["namespace"]), no_restart=True)
    failed = 0
    for number in range(12):
        if deployment == "classify":
            status, _, _ = asked(served, "/api/v1/classify/support", {"text": f"{TEXT} {number}"})
        else:
            status, _, _ = route(served, number, expert=NAMES[number % 2])
        failed += status != 200
    assert failed <= 2  # what was on its way to the lost one
    if deployment == "classify":
        old, names, until = {one["name"] for one in actors}, set[str](), time.monotonic() + _LONG
        while not names - old:
            assert time.monotonic() < until, names
            names |= {f"{prefix}{name}" for name in seen(served, "/health", 1)}


def test_a_second_server_on_the_cluster_is_refused(served: Running, config: Path, run: Run) -> None:
    code, _, told = run("serve", "--config", config, "--launcher", "ray")
    assert code == 2
    assert "Ray Serve runs on this cluster already (applications: pointsman): deploy there with 'serve deploy" in told


def wait_for(server: Running, words: str) -> None:
    """Follow what the server writes until the words have come."""
    command = ["tail", "-n", "+1", "-F", f"--pid={server.process.pid}", str(server.log)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as tail:
        assert tail.stdout is not None
        assert any(words in line for line in tail.stdout), server.written()
        tail.kill()


def test_a_stop_answers_what_was_taken_in(served: Running, ray_runtime: str) -> None:
    """The last test of this server."""
    from ray.util import list_named_actors

    place, body = urlsplit(served.url), json.dumps({"text": TEXT}).encode()
    head = f"POST /api/v1/classify/support HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n"
    head += "Content-Type: application/json\r\nAuthorization: Bearer boss\r\n\r\n"
    with socket.create_connection((str(place.hostname), place.port or 0), timeout=_LONG) as line:
        line.sendall(head.encode() + body[:9])
        seen(served, "/health", 2)  # what came before has reached its replica
        served.process.send_signal(signal.SIGTERM)
        wait_for(served, "stopping: what was taken in is answered")
        line.sendall(body[9:])
        answer = http.client.HTTPResponse(line)
        answer.begin()
        assert (answer.status, json.loads(answer.read())["task"]) == (200, "support")
    assert served.process.wait(_LONG) == 0, served.written()
    assert not [one for one in list_named_actors(all_namespaces=True) if one["name"].startswith("SERVE_")]
    with pytest.raises(OSError, match="refused"):
        socket.create_connection((str(place.hostname), place.port or 0))


def test_what_the_cluster_has_no_room_for(ray_runtime: str, config: Path, run: Run) -> None:
    code, _, told = run("serve", "--config", config, "--launcher", "ray", "--replicas", "3")
    assert code == 2
    assert (
        "--replicas 3: 3 that classify, 3 that decide, 3 that answer, of 1 core(s) each, need 9 cores, and the Ray cluster has 6: use fewer"
        in told
    )


def test_a_port_that_is_taken(ray_runtime: str, served_bundle: Path, run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, _, told = run("serve", served_bundle, "--launcher", "ray", "--port", port)
    assert code == 2
    assert f"--host 127.0.0.1 --port {port}: cannot listen there: Address already in use" in told


def test_models_that_are_no_good_are_told_before_anything_is_deployed(
    ray_runtime: str, served_bundle: Path, tmp_path: Path, run: Run
) -> None:
    from ray.util import list_named_actors

    broken = Path(shutil.copytree(served_bundle, tmp_path / "bundle"))
    (broken / "manifest.json").write_text("{")
    code, _, told = run("serve", broken, "--launcher", "ray", "--port", "0")
    assert code == 2
    assert str(broken / "manifest.json") in told.splitlines()[-1]
    assert "Traceback" not in told
    assert not [one for one in list_named_actors(all_namespaces=True) if one["name"].startswith("SERVE_")]


def test_ray_that_is_not_installed(served_bundle: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    code, _, told = run("serve", served_bundle, "--launcher", "ray")
    assert code == 2
    assert "'ray': pip install 'pointsman[ray]'" in told


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (("--replicas", "2"), "--replicas goes with --launcher ray; --workers computes side by side in one server"),
        (("--launcher", "modal"), "--launcher modal: a server runs here (local) or on ray"),
        (("--launcher", "rays"), "did you mean 'ray'?"),
        (("--launcher", "ray", "--runtime", "torch", "--device", "cuda"), "--device cuda: say how much of a GPU"),
    ],
)
def test_flags_that_make_no_sense(served_bundle: Path, run: Run, given: tuple[str, ...], words: str) -> None:
    code, _, told = run("serve", served_bundle, *given)
    assert code == 2
    assert words in told


def test_no_cluster_at_the_address(served_bundle: Path, tmp_path: Path) -> None:
    program = "from pointsman.cli import main; main()"
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{one.getsockname()[1]}"
        flags = ["serve", str(served_bundle), "--launcher", "ray", "--address", place]
        done = subprocess.run([sys.executable, "-c", program, *flags], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert f"--address {place}: no Ray cluster there" in done.stderr


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ({"replicas": 0}, "args of pointsman: 'replicas': Input should be greater than or equal to 1"),
        ({"replica": 2}, "args of pointsman: 'replica': Extra inputs are not permitted"),
        ({"settings": {"stakc": "x"}}, "serve: no setting 'stakc', did you mean 'stack'?"),
        ({}, "name a bundle, an export or an artifact to serve"),
    ],
)
def test_arguments_of_a_deployment_that_make_no_sense(args: dict[str, Any], words: str) -> None:
    from pointsman.launchers.ray_serve import application

    with pytest.raises(ConfigError, match=re.escape(words)):
        application(args)


def test_the_file_of_the_guide_is_one_that_serve_takes(served_bundle: Path) -> None:
    from ray.serve.schema import ServeDeploySchema

    from pointsman.launchers.ray_serve import application

    guide = (Path(__file__).parents[2] / "docs" / "scale.md").read_text(encoding="utf-8")
    [text] = re.findall(r"```text\n(# serve\.yaml.*?)```", guide, re.DOTALL)
    given = ServeDeploySchema.model_validate(yaml.safe_load(text)).applications[0]
    assert given.import_path == "pointsman.launchers.ray_serve:application"
    made = application({**given.args, "settings": {"paths": [str(served_bundle)]}})
    assert (given.name, type(made).__name__) == ("pointsman", "Application")
