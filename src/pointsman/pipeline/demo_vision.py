"""The demo of screenshots: experts' files drawn, a router and three experts trained on one base, six screens routed.

Composes the steps that a person would run one by one, and leaves behind all that they make. The base is the small
pretrained model unless another one is named; with it the figures show that the parts fit together, and no more.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from pointsman.artifacts import check_output
from pointsman.backbones import Backbone, resolve
from pointsman.backbones import hardware as hw
from pointsman.backbones.generating import require_generating
from pointsman.data.embedded import screens
from pointsman.data.example import Example
from pointsman.data.pictures import Picture
from pointsman.errors import ConfigError, OutputError
from pointsman.experts.stack import Stack, open_stack
from pointsman.experts.tools import parse_tool_call
from pointsman.inference.stacked import Routed, StackRequest
from pointsman.pipeline.demo import summary_row
from pointsman.pipeline.options import DataOptions, Progress, Silent, Strategy, TrainOptions, stage
from pointsman.pipeline.route_data import RouteDataOptions, RouteDataResult, route_data
from pointsman.pipeline.run import TrainResult
from pointsman.pipeline.stack_evaluate import json_equal
from pointsman.pipeline.train import train
from pointsman.pipeline.train_expert import train_expert
from pointsman.tasks import Decision
from pointsman.training.sft_recipe import SftRecipe

PER_KIND = 200
"""Training screens of each kind."""

LEAST = 12
"""Fewest of them from which parts can be cut that hold something of each kind."""

SHOWN = 6
"""Screens that are routed."""

STACK = "experts.yaml"
_SUMMARY = "summary.json"
_PARTS = ("sources", "data", "router", "router-lora", "experts", "screens", STACK)
_MAX_NEW_TOKENS = 96


@dataclass(frozen=True)
class VisionDemoOptions:
    """What to show.

    Attributes:
        out: folder of everything that is made.
        model: base: alias, Hub id or folder; None: the small pretrained one.
        both: train the LoRA router beside the head.
        device: of training and answering.
        per_kind: training screens of each kind.
        seed: of everything random.
        overwrite: replace what is there.
    """

    out: Path
    model: str | None = None
    both: bool = False
    device: hw.Device = "auto"
    per_kind: int = PER_KIND
    seed: int = 0
    overwrite: bool = False


@dataclass(frozen=True)
class Shown:
    """One screen that was routed.

    Attributes:
        image: its file.
        text: what was asked.
        truth: the expert that it is for.
        routed: what came of it.
        exact: the tool call is the right one, arguments and all.
        other: the LoRA router's decision; None where there is none.
    """

    image: Path
    text: str
    truth: str
    routed: Routed
    exact: bool
    other: Decision | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready dictionary."""
        out = {"image": str(self.image), "request": self.text, "truth": self.truth, "exact": self.exact}
        if self.other is not None:
            out["lora"] = self.other.to_dict()
        return {**out, **self.routed.to_dict()}


@dataclass(frozen=True)
class VisionDemo:
    """What the demo made.

    Attributes:
        out: the folder.
        base: what everything stands on.
        data: the routing data.
        routers: results by `head` and `lora`.
        shown: screens of layouts that nothing was trained on.
        seconds: by stage, and `total`.
    """

    out: Path
    base: Backbone
    data: RouteDataResult
    routers: Mapping[str, TrainResult]
    shown: Sequence[Shown]
    seconds: Mapping[str, float]

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready dictionary: the content of `summary.json`."""
        return {
            "complete": True,
            "base": self.base.name,
            "seconds": dict(self.seconds),
            "baselines": self.data.metadata["baselines"],
            "routers": {name: summary_row(result) for name, result in self.routers.items()},
            "stack": str(self.out / STACK),
            "screens": [one.to_dict() for one in self.shown],
        }


@dataclass(frozen=True)
class _Plan:
    """How long things are trained.

    Attributes:
        expert: recipe of each expert.
        lora: settings of the LoRA router.
        precision: of the base.
    """

    expert: SftRecipe
    lora: Mapping[str, Any] = field(default_factory=dict)
    precision: hw.Precision = "auto"


# A narrow model has to be pushed much harder than a large one to say anything new.
_SMALL = _Plan(
    SftRecipe(rank=64, alpha=128, dropout=0.0, epochs=40, batch_size=8, learning_rate=3e-3),
    {"learning_rate": 2e-3, "epochs": 6, "batch_size": 16},
    "fp32",
)
_OTHER = _Plan(SftRecipe(epochs=1), {"epochs": 1})


def demo_vision(options: VisionDemoOptions, progress: Progress | None = None) -> VisionDemo:
    """Draw screens, build routing data, train router and experts, and route unseen screens through the stack.

    Raises:
        PointsmanError: options, model or output that do not serve.
    """
    tell, out = progress or Silent(), options.out
    started = time.perf_counter()
    clock: dict[str, float] = {}
    if options.per_kind < LEAST:
        raise ConfigError(f"--screens {options.per_kind}: use {LEAST} of each kind or more")
    if options.device not in ("auto", "cpu", "cuda"):
        raise ConfigError(f"--device {options.device}: use auto, cpu or cuda")
    hardware = hw.choose(options.device, "fp32")
    _clear(out, overwrite=options.overwrite)
    with _stage(clock, "base"):
        base, plan = _base(options.model, tell)
    with _stage(clock, "screens"):
        tell.say(f"[screens] {options.per_kind} of each kind, all of one size; the words of no request tell the kind")
        files = screens.write_sources(out / "sources", options.per_kind, options.seed, same_size=True, telling=0.0)
    with _stage(clock, "data"):
        tell.say("[data]")
        data = route_data(RouteDataOptions(tuple(f"{name}={file}" for name, file in files.items()), out / "data"), tell)
        _tell_baselines(data.metadata["baselines"], tell)
    routers: dict[str, TrainResult] = {}
    for name in ("head", "lora") if options.both else ("head",):
        with _stage(clock, f"router: {name}"):
            tell.say(f"[router: {name}]")
            routers[name] = train(_router(options, name, base, plan), tell)
    for name, file in files.items():
        with _stage(clock, f"expert: {name}"):
            tell.say(f"[expert: {name}]")
            train_expert(
                file,
                out / "experts" / name,
                str(base.name),
                recipe=plan.expert,
                device=options.device,
                precision=plan.precision,
                progress=tell,
            )
    with _stage(clock, "routing"):
        tell.say(f"[stack] {SHOWN} screens of layouts that neither router nor experts have seen")
        _write_stack(out, base)
        shown = _route(options, hardware.device)
    clock["total"] = time.perf_counter() - started
    made = VisionDemo(out, base, data, routers, shown, clock)
    _summary(out, made.to_dict())
    return made


def _clear(out: Path, *, overwrite: bool) -> None:
    """Make the folder, and take away what an earlier demo left in it."""
    check_output(out, overwrite=overwrite, several=True)
    try:
        for name in _PARTS:
            place = out / name
            if place.is_dir():
                shutil.rmtree(place)
            else:
                place.unlink(missing_ok=True)
        out.mkdir(parents=True, exist_ok=True)
        # So that an interrupted demo is known for one, and may be overwritten.
        _summary(out, {"complete": False})
    except OSError as error:
        raise OutputError(f"{out} cannot be written: {error.strerror}; choose another --out") from None


def _base(model: str | None, tell: Progress) -> tuple[Backbone, _Plan]:
    if model is not None:
        found = resolve(model)
        require_generating(found)
        if not found.family.sees:
            raise ConfigError(f"--model {model}: it takes text alone; the demo is about screens: use one that sees")
        tell.say(f"[base] {found.name}")
        return found, _OTHER
    from pointsman.training.tiny import pretrained

    tell.say(
        "[base] a small Qwen3-VL, pretrained on this machine to say what is on synthetic screens (some minutes, once); "
        "its figures say nothing of a real model"
    )
    return resolve(str(pretrained(stage(tell, "pretraining")))), _SMALL


def _tell_baselines(found: Mapping[str, Any], tell: Progress) -> None:
    for name, row in found.items():
        if row["accuracy"] is None:
            tell.say(f"baseline {name}: not measured: {row['reason']}")
            continue
        low, high = row["interval"]
        tell.say(f"baseline {name}: {row['accuracy']:.1%} of {row['n']} (95 % interval {low:.1%} to {high:.1%})")


def _router(options: VisionDemoOptions, name: str, base: Backbone, plan: _Plan) -> TrainOptions:
    strategy: Strategy = "head" if name == "head" else "generate"
    return TrainOptions(
        task="adapter",
        strategy=strategy,
        data=DataOptions(path=options.out / "data"),
        overrides={"model": base.name, "seed": options.seed, **(plan.lora if name == "lora" else {})},
        device=options.device,
        precision=plan.precision,
        out=options.out / ("router" if name == "head" else "router-lora"),
    )


def _write_stack(out: Path, base: Backbone) -> None:
    content = {
        "base": base.name,
        "router": "router",
        "max_new_tokens": _MAX_NEW_TOKENS,
        "experts": {
            name: {
                "path": f"experts/{name}",
                "tools": f"sources/{name}/tools.json",
                "data": f"sources/{name}/train.jsonl",
            }
            for name in screens.KINDS
        },
    }
    (out / STACK).write_text(yaml.safe_dump(content, sort_keys=False, width=120), encoding="utf-8")


def _route(options: VisionDemoOptions, device: str) -> list[Shown]:
    out = options.out
    rows = screens.sample_rows(SHOWN, options.seed + 1, layouts="test", telling=0.0)
    (out / "screens").mkdir()
    files = []
    for number, row in enumerate(rows, start=1):
        assert row.image is not None
        files.append(out / "screens" / f"{number}.png")
        files[-1].write_bytes(row.image.read())
    requests = [StackRequest(row.text, Picture(path=file)) for row, file in zip(rows, files, strict=True)]
    others: list[Decision | None] = [None] * len(rows)
    if options.both:
        with open_stack(out / STACK, router=out / "router-lora", device=device) as stack:
            others = [stack.route(StackRequest(one.text, one.image, decide_only=True)).decision for one in requests]
    with open_stack(out / STACK, device=device) as stack:
        [other] = screens.sample_rows(1, options.seed + 2, layouts="test", telling=0.0)
        for name in screens.KINDS:  # what an expert's first request pays for is not a request's time
            stack.route(StackRequest(other.text, other.image, expert=name))
        found = [stack.route(one) for one in requests]
        return [
            Shown(file, row.text, str(row.label), routed, _exact(stack, row, routed), other)
            for file, row, routed, other in zip(files, rows, found, others, strict=True)
        ]


def _exact(stack: Stack, row: Example, routed: Routed) -> bool:
    wanted, call = parse_tool_call(row.answer or "", stack.tools[str(row.label)]), routed.tool_call
    if call is None or call.status != "valid":
        return False
    return call.name == wanted.name and json_equal(call.arguments, wanted.arguments)


def _summary(out: Path, content: Mapping[str, Any]) -> None:
    (out / _SUMMARY).write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


@contextlib.contextmanager
def _stage(clock: dict[str, float], name: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    clock[name] = time.perf_counter() - started
