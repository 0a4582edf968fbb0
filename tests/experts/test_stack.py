from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import pointsman
from pointsman.backbones import Backbone
from pointsman.data.example import Example
from pointsman.data.pictures import Picture
from pointsman.errors import ConfigError, DataError, ExpertError
from pointsman.experts import open_stack, read_experts
from pointsman.experts.backend import Answered
from pointsman.experts.local_backend import LocalBackend
from pointsman.experts.stack import Router, Stack, open_experts
from pointsman.inference.generating_predictor import GeneratingPredictor
from pointsman.inference.stacked import Routed, Stacked, StackRequest
from pointsman.tasks import Decision, Task
from tests.experts.openai_server import OpenAIServer
from tests.experts.stack_server import StackServer
from tests.experts.stacks import CALLS, World, random_adapter, reading, say, seeing
from tests.experts.test_local_backend import alone
from tests.generating import NAMES

__all__ = ["reading", "seeing"]

KINDS = [
    ("seeing", "head"),
    ("seeing", "generate"),
    ("reading", "head"),
    ("reading", "generate"),
    ("reading", "branch"),
]


@pytest.fixture(params=KINDS, ids=lambda kind: "-".join(kind))
def setting(request: pytest.FixtureRequest) -> tuple[World, str]:
    """Screenshots and texts, with each kind of router."""
    kind, router = request.param
    return request.getfixturevalue(kind), router


def answers(found: Sequence[Routed]) -> list[tuple[Any, ...]]:
    """What of results does not depend on the clock, but for the last digits of probabilities."""
    return [
        (one.outcome, one.expert, one.fell_back, one.text, one.tool_call, one.tokens, one.truncated, one.decision.label)
        for one in found
    ]


class Bent:
    """A router whose decisions are changed."""

    def __init__(self, router: Router, **changes: Any) -> None:
        self._router, self._changes = router, changes

    @property
    def task(self) -> Task:
        return self._router.task

    @property
    def digest(self) -> str:
        return self._router.digest

    def predict(self, rows: Sequence[str | Example], *, probabilities: bool = False) -> list[Decision]:
        return [replace(one, **self._changes) for one in self._router.predict(rows, probabilities=probabilities)]


def bent(stack: Stack, **changes: Any) -> Stack:
    """The stack with another router."""
    return Stack(stack.experts, Bent(stack.router, **changes), stack.backend, stack.tools)


def test_router_and_expert_answer_as_they_do_alone(setting: tuple[World, str], tmp_path: Path) -> None:
    world, router = setting
    requests = world.requests(6, 5, probabilities=True)
    decided = pointsman.load(world.routers[router]).predict(
        [Example(one.text, image=one.image) for one in requests], probabilities=True
    )
    with open_stack(world.file(tmp_path, router, default="provider-select")) as stack:
        protocol: Stacked = stack
        assert protocol.task.labels == NAMES
        assert stack.digest == decided[0].digest
        assert stack.shares == (router != "branch")
        for number, (request, decision) in enumerate(zip(requests, decided, strict=True), start=1):
            found = stack.route(request)
            assert found.outcome == "answered"
            assert found.decision.label == decision.label
            assert found.decision.probabilities == pytest.approx(decision.probabilities, abs=1e-5)
            assert found.expert == ("provider-select" if decision.abstained else decision.label)
            assert found.fell_back == decision.abstained
            question = stack._question(stack.experts.get(found.expert), request, None)
            assert found.text == alone(world, question)
            if router != "branch":
                assert isinstance(stack.backend, LocalBackend)
                assert stack.backend.base.seen_images == (number if world.sees else 0)
            assert {"route", "switch", "answer", "total"} <= set(found.seconds)
            assert (
                sum(found.seconds[stage] for stage in found.seconds if stage not in ("total", "first_token"))
                <= (found.seconds["total"])
            )


def test_a_call_is_handed_on_only_when_it_fits(reading: World, tmp_path: Path) -> None:
    tools = {name: str(path) for name, path in reading.tools.items()}
    wrong = {
        "calendar": {"path": str(reading.experts["calendar"]), "tools": tools["claim-window"]},
        "claim-window": {"path": str(reading.experts["claim-window"]), "tools": tools["claim-window"]},
        "provider-select": {"path": str(reading.experts["provider-select"]), "tools": "none"},
    }
    [asked] = reading.requests(1)
    with open_stack(reading.file(tmp_path, experts=wrong)) as stack:
        good = stack.route(replace(asked, expert="claim-window"))
        assert good.text == say(CALLS["claim-window"])
        assert good.tool_call is not None
        assert (good.tool_call.status, good.tool_call.arguments) == ("valid", {"number": 7})
        off = stack.route(replace(asked, expert="calendar")).tool_call
        assert off is not None
        assert (off.status, off.arguments) == ("off_schema", None)
        assert "unknown tool 'open_month'" in off.problem
        cut = stack.route(replace(asked, expert="claim-window", max_new_tokens=12))
        assert cut.tool_call is not None
        assert (cut.tool_call.status, cut.tool_call.arguments, cut.truncated) == ("malformed", None, True)
        assert cut.tokens == 12


def test_a_batch_is_routed_as_one_by_one(setting: tuple[World, str], tmp_path: Path) -> None:
    world, router = setting
    requests = world.requests(9, 6)
    requests[2] = replace(requests[2], expert="calendar", max_new_tokens=7)
    requests[3] = replace(requests[3], decide_only=True)
    requests[4] = replace(requests[4], probabilities=True)
    with open_stack(world.file(tmp_path, router, default="claim-window")) as stack:
        one_by_one = [stack.route(request) for request in requests]
        together = stack.route_all(requests)
        assert answers(together) == answers(one_by_one)
        assert [one.decision.probabilities is not None for one in together] == [i == 4 for i in range(9)]
        assert together[0].seconds["total"] > 0
        assert stack.route_all([]) == []
        with pytest.raises(DataError, match="blank"):
            stack.route_all([*requests, StackRequest(" ")])


def test_eight_threads_get_the_answers_of_one(setting: tuple[World, str], tmp_path: Path) -> None:
    world, router = setting
    file = world.file(tmp_path, router, default="provider-select", memory_mb=0.02)  # adapters come and go meanwhile
    requests = world.requests(16, 7)
    requests = [replace(one, expert=NAMES[i % 3]) if i % 2 else one for i, one in enumerate(requests)]
    with open_stack(file) as stack:
        one_by_one = [stack.route(request) for request in requests]
    with open_stack(file) as stack, ThreadPoolExecutor(8) as pool:
        ready = threading.Barrier(8)

        def ask(numbers: range) -> list[Routed]:
            ready.wait(30)
            return [stack.route(requests[i]) for i in numbers]

        found: dict[int, Routed] = {}
        parts = [range(i, 16, 8) for i in range(8)]
        for numbers, some in zip(parts, pool.map(ask, parts), strict=True):
            found |= dict(zip(numbers, some, strict=True))
    assert answers([found[i] for i in range(16)]) == answers(one_by_one)
    for i, one in enumerate(one_by_one):
        assert found[i].decision.probability == pytest.approx(one.decision.probability, abs=1e-5)


def test_what_the_router_is_not_sure_of(reading: World, tmp_path: Path) -> None:
    request = StackRequest("find a doctor for anna")
    with open_stack(reading.file(tmp_path)) as stack:
        refused = bent(stack, abstained=True).route(request)
        assert (refused.outcome, refused.expert, refused.text, refused.tool_call) == ("refused", None, None, None)
        asked = bent(stack, abstained=True).route(replace(request, expert="calendar"))
        assert (asked.outcome, asked.expert, asked.fell_back) == ("answered", "calendar", False)
    with open_stack(reading.file(tmp_path, default="claim-window")) as stack:
        taken = bent(stack, abstained=True).route(request)
        assert (taken.outcome, taken.expert, taken.fell_back) == ("answered", "claim-window", True)
        decided = bent(stack, abstained=True).route_all([replace(request, decide_only=True)])[0]
        assert (decided.outcome, decided.expert, decided.text) == ("decided", "claim-window", None)
        sure = bent(stack, abstained=False, label="calendar").route(request)
        assert (sure.expert, sure.fell_back) == ("calendar", False)


def test_requests_that_are_refused(seeing: World, reading: World, tmp_path: Path) -> None:
    with open_stack(seeing.file(tmp_path)) as stack:
        request = seeing.requests(1)[0]
        broken = Picture(data=request.image.read()[:200] if request.image else b"")
        for bad, error, message in (
            (replace(request, text=" \n", image=None), DataError, "the text is blank"),
            (replace(request, expert="calender"), ConfigError, "unknown expert 'calender', did you mean 'calendar'?"),
            (replace(request, max_new_tokens=0), ConfigError, "max_new_tokens 0: use 1 to 48"),
            (replace(request, max_new_tokens=49), ConfigError, "max_new_tokens 49: use 1 to 48"),
            (replace(request, image=broken), DataError, "is damaged"),
            (replace(request, image=Picture(data=b"no image")), DataError, "no image that can be read"),
            (replace(request, image=Picture(path=tmp_path / "none.png")), DataError, "there is no such image"),
        ):
            with pytest.raises(error, match="^.*" + message.replace("?", r"\?")):
                stack.route(bad)
            with pytest.raises(error):
                stack.route_all([request, bad])
        assert stack.route(request).outcome in ("answered", "refused")
        assert stack.route(replace(request, text="", expert="calendar")).outcome == "answered"  # a screenshot alone
    for router in ("head", "branch"):
        refused = pytest.raises(DataError, match=r"an image was sent, and .*tiny-qwen3' takes text alone")
        with open_stack(reading.file(tmp_path, router)) as stack, refused:
            stack.route(StackRequest("look", request.image, decide_only=True))


def test_stacks_that_are_not_opened(
    seeing: World, reading: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(file: Path, **options: Any) -> str:
        with pytest.raises(ConfigError) as caught:
            open_stack(file, **options)
        return str(caught.value)

    entries = {name: {"path": str(path), "tools": "none"} for name, path in reading.experts.items()}
    assert "no such file" in refused(tmp_path / "none.yaml")
    assert "router: " in refused(reading.file(tmp_path), router=tmp_path / "away")
    other = random_adapter(tmp_path / "other", seeing.backbone)
    told = refused(reading.file(tmp_path, experts=entries | {"calendar": {"path": str(other), "tools": "none"}}))
    assert "calendar: " in told
    assert "tiny-qwen3-vl" in told
    bare = entries | {"calendar": {"path": str(reading.experts["calendar"])}}
    assert "tool schema missing" in refused(reading.file(tmp_path, experts=bare))
    fourth = entries | {"fourth": entries["calendar"]}
    told = refused(reading.file(tmp_path, experts=fourth))
    assert f"decides between [{', '.join(NAMES)}]" in told
    assert "it never chooses fourth" in told
    away = entries | {"calendar": {"path": str(tmp_path / "nowhere"), "tools": "none"}}
    assert "no such folder" in refused(reading.file(tmp_path, experts=away))
    assert "use fp32 or bf16" in refused(reading.file(tmp_path), precision="fp8")
    server = {"url": "http://127.0.0.1:9/v1", "key_env": "STACK_TEST_KEY"}
    monkeypatch.delenv("STACK_TEST_KEY", raising=False)
    assert "STACK_TEST_KEY (key_env) is not set" in refused(reading.file(tmp_path, backend=server))
    assert "the experts are on a server" in refused(reading.file(tmp_path, backend=server), precision="bf16")


class Elsewhere:
    """Hands questions on to experts that were opened without a router."""

    def __init__(self, backbone: Backbone, backend: LocalBackend) -> None:
        self.backbone, self.backend = backbone, backend

    def answer(self, *given: Any, **options: Any) -> Answered:
        return self.backend.answer(*given, **options)

    def close(self) -> None:
        self.backend.close()


def test_router_and_experts_apart_answer_as_together(setting: tuple[World, str], tmp_path: Path) -> None:
    world, router = setting
    file = world.file(tmp_path, router, default="provider-select")
    requests = world.requests(6, 5)
    with open_stack(file) as together:
        expected = answers([together.route(request) for request in requests])
    experts = open_experts(file)
    with open_stack(file, elsewhere=lambda base: Elsewhere(base, experts)) as apart:
        assert not apart.shares
        assert answers([apart.route(request) for request in requests]) == expected
        if not world.sees:
            with pytest.raises(DataError, match=r"an image was sent, and the experts' base '.*tiny-qwen3' takes text"):
                apart.route(replace(requests[0], image=Picture(data=b""), decide_only=True))


def test_experts_on_a_server_are_not_opened_here(reading: World, tmp_path: Path) -> None:
    file = reading.file(tmp_path, backend={"url": "http://127.0.0.1:9/v1"})
    with pytest.raises(ConfigError, match=r"the experts are on a server \(http://127.0.0.1:9/v1\): ask it for them"):
        open_experts(file)


def test_a_router_of_another_base_has_a_model_of_its_own(reading: World, seeing: World, tmp_path: Path) -> None:
    with open_stack(seeing.file(tmp_path), router=reading.routers["head"]) as stack:
        assert not stack.shares
        assert isinstance(stack.router, GeneratingPredictor)
        [note] = stack.notes
        assert note.startswith("two models in memory: the router stands on ")
        request = seeing.requests(1, expert="calendar")[0]
        with pytest.raises(DataError, match="takes text alone"):  # this router does
            stack.route(request)
        found = stack.route(replace(request, image=None))
        question = stack._question(stack.experts.get("calendar"), replace(request, image=None), None)
        assert found.text == alone(seeing, question)


def test_a_router_of_texts_decides_by_the_text_and_the_image_goes_to_the_expert(
    reading: World, seeing: World, tmp_path: Path
) -> None:
    router = pointsman.load(reading.routers["branch"])
    requests = seeing.requests(4, 2)
    with open_stack(seeing.file(tmp_path, default="provider-select"), router=reading.routers["branch"]) as stack:
        decided = router.predict([request.text for request in requests])
        for request, found, decision in zip(requests, stack.route_all(requests), decided, strict=True):
            assert request.image is not None
            assert found.decision.label == decision.label
            assert found.expert is not None
            assert found.text == alone(seeing, stack._question(stack.experts.get(found.expert), request, None))


@pytest.mark.parametrize("pixels", [0, 3072])
def test_experts_on_a_server_answer_as_those_here(
    setting: tuple[World, str], tmp_path: Path, pixels: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, router = setting
    if pixels and not world.sees:
        pytest.skip("texts have no size")
    if pixels:
        monkeypatch.setattr("pointsman.inference.generating_predictor.template_of", _smaller(pixels))
    requests = world.requests(7, 8)
    requests[1] = replace(requests[1], expert="provider-select")
    here = open_stack(world.file(tmp_path, router, default="provider-select"))
    with StackServer(world.backbone, world.experts) as server, here:
        file = world.file(tmp_path, router, default="provider-select", backend={"url": server.url})
        with open_stack(file) as there:
            assert not there.shares
            wanted = [here.route(request) for request in requests]
            found = [there.route(request) for request in requests]
            assert answers(found) == answers(wanted)
            assert answers(there.route_all(requests)) == answers(wanted)
            pieces: list[str] = []
            assert there.route(requests[1], on_text=pieces.append).text == wanted[1].text == "".join(pieces)
            assert len(pieces) > 3
        body = server.requests[0]
        assert body["chat_template_kwargs"] == {"enable_thinking": False}
        size = {"mm_processor_kwargs": {"size": {"shortest_edge": 1024, "longest_edge": pixels}}} if pixels else {}
        assert {key: body[key] for key in body if key.startswith("mm_")} == size


def _smaller(pixels: int) -> Callable[..., Any]:
    """Let routers be as if they had been trained on smaller images."""
    from pointsman.inference.generating_predictor import template_of

    return lambda artifact: replace(template_of(artifact), max_pixels=pixels)


def test_a_server_is_given_the_adapters_that_it_lacks(reading: World, tmp_path: Path) -> None:
    [request] = reading.requests(1, expert="claim-window")
    with StackServer(reading.backbone, {"calendar": reading.experts["calendar"]}) as server:
        with pytest.raises(ExpertError, match=r"does not serve expert 'claim-window', 'provider-select'.*vllm serve"):
            open_stack(reading.file(tmp_path, backend={"url": server.url}))
        file = reading.file(tmp_path, backend={"url": server.url, "load_adapters": True})
        with open_stack(file) as stack:
            assert server.served[-2:] == ["claim-window", "provider-select"]
            assert stack.route(request).text == say(CALLS["claim-window"])


def test_adapters_that_lie_on_the_server_alone_are_noted(reading: World, tmp_path: Path) -> None:
    entries = {name: {"path": f"/srv/experts/{name}", "tools": "none"} for name in NAMES}
    [request] = reading.requests(1, expert="calendar")
    with StackServer(reading.backbone, reading.experts) as server:
        stack = open_stack(reading.file(tmp_path, experts=entries, backend={"url": server.url}))
        assert stack.route(request).text == say(CALLS["calendar"])
        assert stack.notes[0] == (
            "calendar: /srv/experts/calendar is not on this machine: it is the server's, and not looked at: "
            "neither its base nor its rank is known here"
        )
        stack.close()
    with OpenAIServer(lambda *_: iter(()), ["base", "calendar"]) as server:
        file = reading.file(tmp_path, experts=entries, backend={"url": server.url})
        with pytest.raises(ExpertError, match=r"--lora-modules claim-window=/srv/experts/claim-window provider"):
            open_stack(file)
    with pytest.raises(ConfigError, match="no such folder"):
        open_stack(reading.file(tmp_path, experts=entries))


def test_pieces_of_an_answer_come_as_they_are_written(seeing: World, tmp_path: Path) -> None:
    with open_stack(seeing.file(tmp_path)) as stack:
        [request] = seeing.requests(1, expert="provider-select")
        pieces: list[str] = []
        found = stack.route(request, on_text=pieces.append)
        assert len(pieces) > 3
        assert "".join(pieces) == found.text
        assert found.seconds["first_token"] <= found.seconds["answer"]


def test_a_stack_of_an_onnx_router_and_a_server_needs_no_torch() -> None:
    code = "import sys, pointsman.experts as e; e.open_stack, e.Stack; print('torch' in sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert out.stdout == "False\n"


def test_no_router_no_stack(experts_file: Path) -> None:
    assert read_experts(experts_file).router is None
    with pytest.raises(ConfigError, match="names no router: add 'router: FOLDER', or pass --router FOLDER"):
        open_stack(experts_file)
