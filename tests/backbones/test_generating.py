"""Loading what writes: the patches of an image by one matrix product are those of the stock convolution."""

from __future__ import annotations

import copy
from pathlib import Path

import torch

from pointsman.backbones import Backbone
from pointsman.backbones.generating import load_generating


def _tower(folder: Path) -> torch.nn.Module:
    import transformers

    return transformers.Qwen3VLForConditionalGeneration.from_pretrained(folder).eval().model.visual


def test_patches_are_those_of_the_stock_model(tiny_qwen3_vl: Backbone) -> None:
    model = load_generating(tiny_qwen3_vl)
    pixels, grid = torch.randn(24, 1536, generator=torch.Generator().manual_seed(0)), torch.tensor([[1, 4, 6]])
    with torch.inference_mode():
        ours = model.model.visual(pixels, grid_thw=grid)
        stock = _tower(tiny_qwen3_vl.path)(pixels, grid_thw=grid)
    scale = stock.pooler_output.abs().max()
    assert (ours.pooler_output - stock.pooler_output).abs().max() <= 1e-5 * scale
    assert "patch_embed.proj.weight" in model.model.visual.state_dict()


def test_a_copy_embeds_with_weights_of_its_own(tiny_qwen3_vl: Backbone) -> None:
    tower = load_generating(tiny_qwen3_vl).model.visual
    other = copy.deepcopy(tower)
    with torch.no_grad():
        other.patch_embed.proj.weight.zero_()
        other.patch_embed.proj.bias.zero_()
    assert other.patch_embed(torch.ones(4, 1536)).abs().max() == 0
    assert tower.patch_embed(torch.ones(4, 1536)).abs().max() > 0
