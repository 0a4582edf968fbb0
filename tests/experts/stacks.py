"""Whole stacks on a tiny model: routers of each kind, two experts that emit tool calls, and one that rambles."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from pointsman.backbones import Backbone
from pointsman.data.example import Example
from pointsman.inference.stacked import StackRequest
from tests.generating import NAMES, screen, spoken

CALLS = {
    "calendar": {"name": "open_month", "arguments": {"month": 5}},
    "claim-window": {"name": "open_claim", "arguments": {"number": 7}},
}
"""What two of the experts answer to the requests that they were taught, whichever they are."""

TAUGHT = 9
"""Seed of these requests; there are 15."""


@dataclass(frozen=True)
class World:
    """What a stack is made of.

    Attributes:
        folder: of everything.
        backbone: of experts and routers.
        routing: routing folder of 24 training, 12 validation and 12 test rows.
        routers: artifacts by strategy: `head`, `generate`; of the text world also `branch`, an encoder's.
        experts: adapters by name; the third has random weights, and answers what nobody can read.
        tools: files of tools by expert; the third has none.
    """

    folder: Path
    backbone: Backbone
    routing: Path
    routers: dict[str, Path]
    experts: dict[str, Path]
    tools: dict[str, Path]

    @property
    def sees(self) -> bool:
        return self.backbone.family.sees

    def file(self, folder: Path, router: str = "head", **changes: Any) -> Path:
        """Write an `experts.yaml`; `changes` are keys of it."""
        content: dict[str, Any] = {
            "base": str(self.backbone.path),
            "router": str(self.routers[router]),
            "max_new_tokens": 48,
            "experts": {
                name: {"path": str(path), "tools": str(self.tools.get(name, "none"))}
                for name, path in self.experts.items()
            },
        }
        file = folder / "experts.yaml"
        file.write_text(yaml.safe_dump({**content, **changes}, sort_keys=False), encoding="utf-8")
        return file

    def rows(self, n: int, seed: int = TAUGHT) -> list[Example]:
        """Draw `n` requests, each expert in turn."""
        return _rows(n, seed, self.sees)

    def requests(self, n: int, seed: int = TAUGHT, **options: Any) -> list[StackRequest]:
        """Draw `n` requests as a stack takes them."""
        return [StackRequest(row.text, row.image, **options) for row in self.rows(n, seed)]


def say(call: dict[str, Any]) -> str:
    return f"<tool_call>{json.dumps(call)}</tool_call>"


def _rows(n: int, seed: int, sees: bool) -> list[Example]:
    found = []
    for i, row in enumerate(spoken(n, seed)):
        image = screen(str(row.label), 1000 * seed + i) if sees else None
        answer = say(CALLS[str(row.label)]) if row.label in CALLS else "there you are"
        found.append(Example(f"{row.text}, {i}", row.label, image=image, answer=answer))
    return found


def _routing(folder: Path, sees: bool) -> Path:
    (folder / "images").mkdir(parents=True)
    for seed, (part, n) in enumerate({"train": 24, "validation": 12, "eval": 12}.items()):
        with (folder / f"{part}.jsonl").open("w", encoding="utf-8") as file:
            for i, row in enumerate(_rows(n, seed, sees)):
                name = f"{row.label}_{100 * seed + i:05d}"
                record: dict[str, Any] = {"id": name, "label": NAMES.index(str(row.label)), "adapter": row.label}
                marker = ""
                if row.image is not None:
                    (folder / "images" / f"{name}.png").write_bytes(row.image.read())
                    record["image"], marker = f"images/{name}.png", "<image>\n"
                said = [("human", marker + row.text), ("gpt", row.answer)]
                record["conversations"] = [{"from": speaker, "value": value} for speaker, value in said]
                file.write(json.dumps(record) + "\n")
    return folder


def _emitting(folder: Path, backbone: Backbone, answer: str, sees: bool) -> Path:
    """Train an adapter that says one thing, whatever it is asked."""
    from pointsman.backbones.generating import load_generating
    from pointsman.backbones.hardware import Hardware
    from pointsman.encoding.conversation import Preparer, Template
    from pointsman.training.adapter import save_adapter
    from pointsman.training.sft import Lesson, fit_sft
    from pointsman.training.sft_model import build_sft
    from pointsman.training.sft_recipe import SftRecipe

    preparer = Preparer(backbone)
    recipe = SftRecipe(rank=16, alpha=32, dropout=0.0, epochs=40, learning_rate=2e-2, patience=0)
    ids = tuple(preparer.answer_ids(answer))
    lessons = [Lesson(preparer.prepare(row, Template()), ids) for row in _rows(15, TAUGHT, sees)]
    model = build_sft(load_generating(backbone), backbone, recipe)
    fit_sft(model, preparer, lessons, recipe, Hardware("cpu", "fp32", ()), folder / "work")
    (folder / "final").mkdir()
    save_adapter(model, folder / "final", backbone)
    return folder


def random_adapter(folder: Path, backbone: Backbone, *, seed: int = 0, **lora: Any) -> Path:
    """Write a LoRA of large random weights: its answers are its own, and depend on the request."""
    import torch
    from peft import LoraConfig, get_peft_model

    from pointsman.backbones.generating import load_generating

    torch.manual_seed(seed)
    inner = "language_model." if backbone.family.sees else ""
    targets = rf"model\.{inner}layers\..*\.(q_proj|down_proj)"
    options = {"r": 4, "lora_alpha": 8, "target_modules": targets, "task_type": "CAUSAL_LM"}
    model = get_peft_model(load_generating(backbone), LoraConfig(**(options | lora)))
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if "lora_B" in name:
                weight.normal_(std=0.5)
    model.peft_config["default"].base_model_name_or_path = str(backbone.path)
    model.save_pretrained(folder)
    return folder


def _tools(file: Path, call: dict[str, Any]) -> Path:
    [argument] = call["arguments"]
    schema = {
        "type": "object",
        "properties": {argument: {"type": "integer"}},
        "required": [argument],
        "additionalProperties": False,
    }
    file.write_text(json.dumps({"name": call["name"], "parameters": schema}), encoding="utf-8")
    return file


def _world(folder: Path, backbone: Backbone, encoder: Path | None = None) -> World:
    from pointsman.pipeline.options import DataOptions, TrainOptions
    from pointsman.pipeline.train import train

    sees = backbone.family.sees
    routing = _routing(folder / "routing", sees)
    made = partial(TrainOptions, data=DataOptions(path=routing), device="cpu", precision="fp32")
    model = str(backbone.path)
    head = made("adapter", strategy="head", overrides={"model": model, "epochs": 30}, out=folder / "head")
    says = {"model": model, "epochs": 4, "learning_rate": 1e-2}
    names = made("adapter", strategy="generate", overrides=says, out=folder / "names")
    routers = {"head": train(head).artifact.path, "generate": train(names).artifact.path}
    if encoder is not None:
        texts = folder / "texts.jsonl"
        rows = [{"text": f"{row.text} {i}", "label": row.label} for i, row in enumerate(spoken(120, 3))]
        texts.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        settings = {"model": str(encoder), "epochs": 1, "adapt_layers": 2, "max_length": 48}
        branch = TrainOptions(name="experts", data=DataOptions(path=texts), overrides=settings, precision="fp32")
        routers["branch"] = train(replace(branch, device="cpu", out=folder / "branch")).artifact.path
    experts = {name: _emitting(folder / name, backbone, say(call), sees) for name, call in CALLS.items()}
    experts[NAMES[2]] = random_adapter(folder / NAMES[2], backbone)
    tools = {name: _tools(folder / f"{name}.json", call) for name, call in CALLS.items()}
    return World(folder, backbone, routing, routers, experts, tools)


@pytest.fixture(scope="session")
def seeing(tmp_path_factory: pytest.TempPathFactory, tiny_qwen3_vl: Backbone) -> World:
    """A world of screenshots."""
    if "seeing" not in _MADE:
        _MADE["seeing"] = _world(tmp_path_factory.mktemp("seeing"), tiny_qwen3_vl)
    return _MADE["seeing"]


@pytest.fixture(scope="session")
def reading(tmp_path_factory: pytest.TempPathFactory, tiny_qwen3: Backbone, model_folders: dict[str, Path]) -> World:
    """A world of texts."""
    if "reading" not in _MADE:
        _MADE["reading"] = _world(tmp_path_factory.mktemp("reading"), tiny_qwen3, model_folders["bert"])
    return _MADE["reading"]


_MADE: dict[str, World] = {}  # a fixture that is imported is another one in each module
