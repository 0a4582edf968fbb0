"""Small routing folders drawn by hand, and routers of both strategies trained on them, once a session.

What such a router knows of is colours: it is for code paths, and for figures that two paths have to agree on.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.generating import NAMES, screen, spoken

if TYPE_CHECKING:
    from pointsman.backbones import Backbone
    from pointsman.pipeline.options import TrainOptions

PARTS = {"train": 36, "validation": 18, "eval": 18}

NAMING = {"epochs": 5, "learning_rate": 1e-2, "lora_rank": 8, "lora_alpha": 16}
"""Settings with which a tiny model learns to say names in seconds."""


def write_screens(
    folder: Path, parts: Mapping[str, int] = PARTS, names: Sequence[str] = NAMES, *, images: bool = True, seed: int = 0
) -> Path:
    """Write a routing folder: screens whose colour tells the expert under one and the same text, or texts alone."""
    (folder / "images").mkdir(parents=True)
    texts = [example.text for example in spoken(sum(parts.values()), seed)]
    number = 0
    for part, rows in parts.items():
        lines = []
        for _ in range(rows):
            name = names[number % len(names)]
            said = "<image>\nclick the button" if images else texts[number]
            row: dict[str, Any] = {
                "id": f"{name}_{number:05d}",
                "conversations": [
                    {"from": "human", "value": said},
                    {"from": "gpt", "value": '<tool_call>{"name": "open", "arguments": {}}</tool_call>'},
                ],
                "metadata": {},
                "label": list(names).index(name),
                "adapter": name,
            }
            if images:
                row["image"] = f"images/{name}_{number:05d}.png"
                colour = NAMES[list(names).index(name) % len(NAMES)]
                size = (96, 64) if list(names).index(name) < len(NAMES) else (64, 128)
                (folder / row["image"]).write_bytes(screen(colour, 10_000 * seed + number, size).read())
            lines.append(json.dumps(row) + "\n")
            number += 1
        (folder / f"{part}.jsonl").write_text("".join(lines), encoding="utf-8")
    return folder


def add_expert(source: Path, folder: Path, name: str, parts: Mapping[str, int]) -> Path:
    """Write a routing folder that holds another's rows, and those of one more expert at each part's end."""
    (folder / "images").mkdir(parents=True)
    number = 50_000
    for part, rows in parts.items():
        old = [json.loads(line) for line in (source / f"{part}.jsonl").read_text(encoding="utf-8").splitlines()]
        for row in old:
            (folder / row["image"]).write_bytes((source / row["image"]).read_bytes())
        for _ in range(rows):
            image = f"images/{name}_{number:05d}.png"
            pixels = np.random.default_rng(number).integers(180, 255, (64, 96, 3)).astype(np.uint8)
            _save(pixels, folder / image)
            said = [{"from": "human", "value": "<image>\nclick the button"}, {"from": "gpt", "value": "done"}]
            old.append({"id": f"{name}_{number}", "image": image, "conversations": said, "label": 3, "adapter": name})
            number += 1
        (folder / f"{part}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in old), encoding="utf-8")
    return folder


def _save(pixels: Any, file: Path) -> None:
    from PIL import Image

    Image.fromarray(pixels).save(file)


def routing_options(data: Path, backbone: Backbone, out: Path, strategy: str, **overrides: Any) -> TrainOptions:
    """Return options of a small fp32 run of the task `adapter`."""
    from pointsman.pipeline.options import DataOptions, TrainOptions

    settings = {**(NAMING if strategy == "generate" else {}), **overrides}
    return TrainOptions(
        task="adapter",
        data=DataOptions(path=data),
        overrides={"model": str(backbone.path), **settings},
        device="cpu",
        precision="fp32",
        strategy=strategy,  # type: ignore[arg-type]
        out=out,
    )


@pytest.fixture(scope="session")
def screens(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A routing folder of 72 screens, three experts, one text."""
    return write_screens(tmp_path_factory.mktemp("routing") / "screens")


@pytest.fixture(scope="session")
def requests_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A routing folder of texts alone whose words tell the expert."""
    return write_screens(tmp_path_factory.mktemp("routing") / "texts", images=False)


def _trained(factory: pytest.TempPathFactory, strategy: str, data: Path, backbone: Backbone) -> Path:
    from pointsman.pipeline.train import train

    out = factory.mktemp("routers") / strategy
    return train(routing_options(data, backbone, out, strategy)).artifact.path


@pytest.fixture(scope="session")
def head_router(tmp_path_factory: pytest.TempPathFactory, screens: Path, tiny_qwen3_vl: Backbone) -> Path:
    """The artifact of a head on the frozen tiny Qwen3-VL; copy it before changing it."""
    return _trained(tmp_path_factory, "head", screens, tiny_qwen3_vl)


@pytest.fixture(scope="session")
def name_router(tmp_path_factory: pytest.TempPathFactory, screens: Path, tiny_qwen3_vl: Backbone) -> Path:
    """The artifact of a LoRA with which the tiny Qwen3-VL says the expert's name; copy it before changing it."""
    return _trained(tmp_path_factory, "generate", screens, tiny_qwen3_vl)


@pytest.fixture(scope="session")
def text_router(tmp_path_factory: pytest.TempPathFactory, requests_folder: Path, tiny_qwen3: Backbone) -> Path:
    """The artifact of a head on the frozen tiny Qwen3: text alone; copy it before changing it."""
    return _trained(tmp_path_factory, "head", requests_folder, tiny_qwen3)
