"""Loading what writes: the patches of an image by one matrix product are those of the stock convolution."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import torch

from pointsman.backbones import Backbone
from pointsman.backbones.generating import load_generating


def _tower(folder: Path) -> Any:
    import transformers

    return transformers.Qwen3VLForConditionalGeneration.from_pretrained(folder).eval().model.visual


def test_patches_are_those_of_the_stock_model(tiny_qwen3_vl: Backbone) -> None:
    tower = load_generating(tiny_qwen3_vl).model.visual
    pixels = torch.randn(24, 1536, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        ours, stock = tower.patch_embed(pixels), _tower(tiny_qwen3_vl.path).patch_embed(pixels)
    assert (ours - stock).abs().max() <= 1e-5 * stock.abs().max()
    assert "patch_embed.proj.weight" in tower.state_dict()


def test_a_copy_embeds_with_weights_of_its_own(tiny_qwen3_vl: Backbone) -> None:
    tower = load_generating(tiny_qwen3_vl).model.visual
    other = copy.deepcopy(tower)
    with torch.no_grad():
        other.patch_embed.proj.weight.zero_()
        other.patch_embed.proj.bias.zero_()
    assert other.patch_embed(torch.ones(4, 1536)).abs().max() == 0
    assert tower.patch_embed(torch.ones(4, 1536)).abs().max() > 0
