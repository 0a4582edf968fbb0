from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from pointsman.backbones import resolve
from pointsman.backbones.tiny import TinyShape
from pointsman.data.embedded import screens
from pointsman.training.tiny import SIZE, TinyPlan, pretrain_tiny

SHAPE = TinyShape(width=16, layers=1, heads=2, kv_heads=1, head_dim=8, intermediate=16, vision_layers=1)


@pytest.mark.parametrize("some", [6, 0])
def test_the_same_plan_gives_the_same_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, some: int) -> None:
    """Of six screens each is seen more than once; of no number of them, every question is about another."""
    drawn: list[int] = []
    draw = screens.draw

    def counted(kind: str, seed: int, **how: Any) -> screens.Screen:
        if how["size"] == SIZE:  # others are drawn for the tokenizer's words alone
            drawn.append(seed)
        return draw(kind, seed, **how)

    monkeypatch.setattr(screens, "draw", counted)
    monkeypatch.setattr("pointsman.training.tiny._READ", 5)
    told: list[tuple[int, int]] = []
    torch.set_num_threads(1)
    plan = TinyPlan(shape=SHAPE, screens=some, steps=3, batch_size=4)
    one = pretrain_tiny(tmp_path / "one", plan, lambda *at: told.append(at[:2]))
    assert len(drawn) == (6 if some else 5 + 3 * 4)  # the first five are read for their words too
    assert len(set(drawn)) == (6 if some else 3 * 4)
    two = pretrain_tiny(tmp_path / "two", plan)
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert (one / "model.safetensors").read_bytes() == (two / "model.safetensors").read_bytes()
    assert resolve(str(one)).family.sees
