"""Bases of both kinds with LoRA adapters of random weights, which peft writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import torch

from pointsman.backbones import Backbone
from pointsman.backbones.generating import load_generating
from pointsman.data.example import Example
from pointsman.encoding.conversation import Prepared, Preparer, Template
from pointsman.inference.shared_base import SharedBase
from tests.generating import shown, spoken


def write_adapter(backbone: Backbone, folder: Path, seed: int, rank: int = 4) -> Path:
    """Write a LoRA of a model whose both matrices are random: a fresh one changes nothing."""
    from peft import LoraConfig, get_peft_model

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        config = LoraConfig(
            r=rank, lora_alpha=2 * rank, task_type="CAUSAL_LM", target_modules=backbone.family.lora_targets[0]
        )
        model = get_peft_model(load_generating(backbone), config)
        for name, weight in model.named_parameters():
            if "lora_" in name:
                torch.nn.init.normal_(weight, std=0.2)
    model.save_pretrained(folder)
    return folder


@dataclass
class Kind:
    """A tiny model, three adapters on it, and requests to ask."""

    backbone: Backbone
    adapters: dict[str, Path]
    draw: Callable[..., list[Example]]

    def base(self, **options: Any) -> SharedBase:
        """Open the base with its adapters known."""
        base = SharedBase.open(self.backbone, **options)
        for name, path in self.adapters.items():
            base.add(name, path)
        return base

    def prepared(self, n: int, seed: int = 0, template: Template | None = None) -> list[Prepared]:
        """Make `n` requests ready."""
        preparer = Preparer(self.backbone)
        return [preparer.prepare(example, template or Template()) for example in self.draw(n, seed)]

    def stock(self, adapter: str | None) -> Any:
        """Load the model anew, with an adapter or alone: what any other software would do."""
        from peft import PeftModel

        model: Any = load_generating(self.backbone)
        return model if adapter is None else PeftModel.from_pretrained(model, self.adapters[adapter]).eval()

    def arguments(self, one: Prepared, more: list[int] | None = None) -> dict[str, Any]:
        """Return the arguments of the stock forward pass over one request, and what follows it."""
        ids = torch.tensor([[*one.input_ids.tolist(), *(more or [])]])
        given: dict[str, Any] = {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
        if one.pixel_values is not None:
            assert one.grid is not None
            given["pixel_values"] = torch.from_numpy(one.pixel_values)
            given["image_grid_thw"] = torch.from_numpy(one.grid)
            token = Preparer(self.backbone).image_token
            assert token is not None
            given["mm_token_type_ids"] = torch.eq(ids, token).int()
        return given


def _kind(factory: pytest.TempPathFactory, backbone: Backbone, draw: Callable[..., list[Example]]) -> Kind:
    root = factory.mktemp("loras")
    names = ("one", "two", "three")
    return Kind(backbone, {name: write_adapter(backbone, root / name, seed) for seed, name in enumerate(names)}, draw)


@pytest.fixture(scope="session")
def texts(tmp_path_factory: pytest.TempPathFactory, tiny_qwen3: Backbone) -> Kind:
    """Text alone."""
    return _kind(tmp_path_factory, tiny_qwen3, spoken)


@pytest.fixture(scope="session")
def images(tmp_path_factory: pytest.TempPathFactory, tiny_qwen3_vl: Backbone) -> Kind:
    """Text and images of several sizes."""
    return _kind(tmp_path_factory, tiny_qwen3_vl, shown)


@pytest.fixture(params=["texts", "images"])
def kind(request: pytest.FixtureRequest) -> Kind:
    """Each in turn."""
    found: Kind = request.getfixturevalue(request.param)
    return found
