"""The whole of it on a small pretrained model: routers of both kinds and experts trained on synthetic screens, the stack
in this process, over HTTP, and with its experts on a server. Judged on screens of layouts that nothing was trained on.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from pointsman.backbones import Backbone
from pointsman.data.embedded import screens
from pointsman.data.example import Example
from pointsman.experts.stack import Stack
from pointsman.inference.stacked import Routed, StackRequest
from tests.serving.servers import Running, running
from tests.serving.stacks import FORM, form

KINDS = screens.KINDS
PER_KIND, UNSEEN, ASKED = 200, 300, 18
# Of the base: enough to see by; the demo's learns for longer.
STEPS = 800
ROUTERS = ("head", "lora")
# A narrow model needs a harder push than a large one.
LORA = {"epochs": 6, "learning_rate": 2e-3, "batch_size": 16}
MOST = 64


@dataclass(frozen=True)
class World:
    """What was made, all of it once.

    Attributes:
        base: the small pretrained model.
        sources: training file of each expert; its tools lie beside.
        unseen: file of routing rows of other layouts.
        routers: artifacts.
        experts: adapters.
    """

    base: Backbone
    sources: dict[str, Path]
    unseen: Path
    routers: dict[str, Path]
    experts: dict[str, Path]

    def file(self, folder: Path, router: str = "head", **changes: Any) -> Path:
        """Write an `experts.yaml`."""
        content = {
            "base": self.base.name,
            "router": str(self.routers[router]),
            "default": KINDS[0],
            "max_new_tokens": MOST,
            "experts": {
                name: {"path": str(self.experts[name]), "tools": str(self.sources[name].parent / "tools.json")}
                for name in KINDS
            },
        }
        file = folder / "experts.yaml"
        file.write_text(yaml.safe_dump({**content, **changes}, sort_keys=False), encoding="utf-8")
        return file


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    from pointsman.backbones import resolve
    from pointsman.data.routing_build import Cut
    from pointsman.pipeline.options import DataOptions, TrainOptions
    from pointsman.pipeline.route_data import RouteDataOptions, route_data
    from pointsman.pipeline.train import train
    from pointsman.pipeline.train_expert import train_expert
    from pointsman.training.sft_recipe import SftRecipe
    from pointsman.training.tiny import TinyPlan, pretrained

    folder = tmp_path_factory.mktemp("world")
    base = resolve(str(pretrained(plan=TinyPlan(steps=STEPS))))
    sources = screens.write_sources(folder / "sources", PER_KIND, 11, same_size=True, telling=0.0)
    named = tuple(f"{name}={file}" for name, file in sources.items())
    data = route_data(RouteDataOptions(named, folder / "data", Cut(eval_share=0.05))).path
    routers = {}
    for router, strategy, more in (("head", "head", {}), ("lora", "generate", LORA)):
        options = TrainOptions(
            "adapter",
            strategy=strategy,  # type: ignore[arg-type]
            data=DataOptions(path=data),
            overrides={"model": base.name, **more},
            device="cpu",
            precision="fp32",
            out=folder / router,
        )
        routers[router] = train(options).artifact.path
    recipe = SftRecipe(rank=64, alpha=128, dropout=0.0, epochs=40, batch_size=8, learning_rate=3e-3)
    experts = {
        name: train_expert(file, folder / "experts" / name, base.name, recipe=recipe, device="cpu", precision="fp32")
        for name, file in sources.items()
    }
    return World(base, sources, _unseen(folder / "unseen"), routers, experts)


def _unseen(folder: Path) -> Path:
    """Write routing rows of screens of other layouts."""
    lines = []
    for name, file in screens.write_sources(
        folder, UNSEEN // len(KINDS), 12, layouts="test", same_size=True, telling=0.0
    ).items():
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            lines.append(json.dumps({**row, "adapter": name, "image": f"{name}/{row['image']}"}))
    file = folder / "unseen.jsonl"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def rows() -> list[Example]:
    return screens.sample_rows(ASKED, 13, layouts="test", telling=0.0)


@pytest.fixture(scope="module")
def requests(rows: list[Example]) -> list[StackRequest]:
    return [StackRequest(row.text, row.image) for row in rows]


@pytest.fixture(scope="module")
def stack(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    from pointsman.experts.stack import open_stack

    with open_stack(world.file(tmp_path_factory.mktemp("local"))) as opened:
        assert opened.shares
        yield opened


@pytest.fixture(scope="module")
def local(stack: Stack, requests: list[StackRequest]) -> list[Routed]:
    """What the stack in this process makes of the requests."""
    return [stack.route(one) for one in requests]


def told(routed: Routed) -> dict[str, Any]:
    """What came of a request, without times; probabilities are floats, compared apart."""
    found = routed.to_dict()
    del found["timing_ms"]
    return found


def same(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Assert that two answers are the same, but for the last bits of probabilities."""
    for name in ("probability", "margin"):
        assert one["decision"][name] == pytest.approx(other["decision"][name], abs=1e-4)
    drop = {"probability", "margin"}
    for found in (one, other):
        found["decision"] = {k: v for k, v in found["decision"].items() if k not in drop}
    assert one == other


@pytest.mark.parametrize("router", ROUTERS)
def test_a_router_looks_at_the_screen(world: World, router: str) -> None:
    from pointsman.pipeline.evaluate import evaluate
    from pointsman.pipeline.options import DataOptions

    unseen = DataOptions(path=world.unseen)
    judged, _ = evaluate(world.routers[router], unseen)
    shuffled, _ = evaluate(world.routers[router], unseen, shuffle_images=0)
    low, _ = judged["intervals"]["accuracy"]
    chance = 1 / len(KINDS)
    # All screens are of one size and no text tells the kind: without the right image there is nothing to go by.
    assert judged["n"] == UNSEEN
    for name in ("image_size", "text_alone", "majority"):
        assert judged["baselines"][name]["accuracy"] < chance + 0.1
        assert judged["baselines"][name]["accuracy"] < low
    below, above = shuffled["intervals"]["accuracy"]
    assert low > 1.5 * chance
    assert below < chance < above
    assert above < low


def test_experts_emit_their_own_tool_calls(stack: Stack, rows: list[Example], local: list[Routed]) -> None:
    calls = [one.tool_call for one in local]
    assert all(one.outcome == "answered" for one in local)
    valid = [call for call in calls if call is not None and call.status == "valid"]
    assert len(valid) >= 0.6 * len(rows)
    asked = [stack.route(StackRequest(row.text, row.image, expert=str(row.label))) for row in rows]
    names: dict[str, set[str]] = {name: set() for name in KINDS}
    for one in asked:
        if one.tool_call is not None and one.tool_call.status == "valid":
            assert one.tool_call.name is not None
            names[str(one.expert)].add(one.tool_call.name)
    for name, found in names.items():
        assert found
        own = {tool.name for tool in stack.tools[name] or ()}
        assert found <= own
    shared = {"close_window", "scroll"}
    distinct = [found - shared for found in names.values()]
    assert all(distinct)
    assert sum(map(len, distinct)) == len(set.union(*distinct))


def test_sharing_changes_no_answer(
    world: World, rows: list[Example], requests: list[StackRequest], local: list[Routed]
) -> None:
    """Router and experts as two programs would run them: loaded apart, each looking at the image for itself."""
    from pointsman.encoding.conversation import Template
    from pointsman.inference.generating_predictor import load
    from pointsman.inference.shared_base import SharedBase

    alone = load(world.routers["head"])
    separate = SharedBase.open(world.base, keep_prompts=0)
    for name, path in world.experts.items():
        separate.add(name, path)
    for row, one in zip(rows, local, strict=True):
        [decision] = alone.predict([row])
        assert (decision.label, decision.abstained) == (one.decision.label, one.decision.abstained)
        assert decision.probability == pytest.approx(one.decision.probability, abs=1e-5)
        [made] = separate.generate([separate.preparer.prepare(row, Template())], [one.expert], max_new_tokens=MOST)
        assert made.text == one.text


def test_stock_libraries_give_the_same_answers(world: World, rows: list[Example], local: list[Routed]) -> None:
    """An expert is an ordinary adapter of an ordinary model: transformers and peft alone say what the stack says."""
    import torch
    from peft import PeftModel
    from transformers import AutoModelForImageTextToText

    from pointsman.encoding.conversation import Preparer, Template

    preparer = Preparer(world.base)
    for name in KINDS:
        plain = AutoModelForImageTextToText.from_pretrained(world.base.path)
        model = PeftModel.from_pretrained(plain, world.experts[name]).eval()
        of_it = [(row, one) for row, one in zip(rows, local, strict=True) if one.expert == name][:3]
        for row, one in of_it:
            prepared = preparer.prepare(row, Template())
            assert prepared.pixel_values is not None
            assert prepared.grid is not None
            assert preparer.image_token is not None
            ids = torch.from_numpy(prepared.input_ids)[None]
            with torch.inference_mode():
                made = model.generate(
                    input_ids=ids,
                    attention_mask=torch.ones_like(ids),
                    mm_token_type_ids=torch.eq(ids, preparer.image_token).int(),
                    pixel_values=torch.from_numpy(prepared.pixel_values),
                    image_grid_thw=torch.from_numpy(prepared.grid),
                    max_new_tokens=MOST,
                    do_sample=False,
                )
            said = preparer.tokenizer.decode(made[0, ids.shape[1] :], skip_special_tokens=True)
            assert said == one.text


def test_the_other_router_in_the_same_stack(
    world: World, requests: list[StackRequest], local: list[Routed], tmp_path: Path
) -> None:
    from pointsman.experts.stack import open_stack

    with open_stack(world.file(tmp_path, "lora")) as opened:
        assert opened.shares
        for request, by_head in zip(requests, local, strict=True):
            found = opened.route(replace(request, probabilities=True))
            assert found.decision.probabilities is not None
            assert sum(found.decision.probabilities.values()) == pytest.approx(1)
            if found.expert == by_head.expert:
                assert found.text == by_head.text


@pytest.fixture(scope="module")
def server(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("serving")
    environment = {"OMP_NUM_THREADS": "1"}
    with running("--stack", world.file(folder), log=folder / "log", environment=environment) as process:
        yield process


def test_over_http(server: Running, rows: list[Example], local: list[Routed]) -> None:
    for number, (row, one) in enumerate(zip(rows, local, strict=True)):
        assert row.image is not None
        image = row.image.read()
        if number % 2:
            body = form(("text", row.text), ("image", image, "screen.png"))
            status, answer = server.ask("/api/v1/route", body, headers=FORM)
        else:
            data_url = f"data:image/png;base64,{base64.b64encode(image).decode()}"
            status, answer = server.ask("/api/v1/route", {"text": row.text, "image": data_url})
        assert status == 200, answer
        for name in ("timing_ms", "processing_time_ms"):
            del answer[name]
        same(answer, told(one))
    status, answer = server.ask("/api/v1/route", {"text": "click", "image": "data:image/png;base64,iVBORw0KGgo="})
    assert (status, answer["error"]["code"]) == (400, "INVALID_INPUT")


def test_experts_on_a_server(world: World, requests: list[StackRequest], local: list[Routed], tmp_path: Path) -> None:
    from pointsman.experts.stack import open_stack
    from tests.experts.stack_server import StackServer

    with StackServer(world.base, world.experts) as server:
        file = world.file(tmp_path, backend={"url": server.url, "timeout_seconds": 60})
        with open_stack(file) as remote:
            assert not remote.shares
            for request, one in zip(requests, local, strict=True):
                same(told(remote.route(request)), told(one))
            pieces: list[str] = []
            streamed = remote.route(requests[0], on_text=pieces.append)
            assert "".join(pieces) == streamed.text == local[0].text
    assert {body["model"] for body in server.requests} == {one.expert for one in local}
