"""Tiny generating models with random weights, and toy requests that tell names apart."""

from __future__ import annotations

import io
import random
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from pointsman.data.example import Example
from pointsman.data.pictures import Picture

if TYPE_CHECKING:
    from pointsman.backbones import Backbone

NAMES = ("calendar", "claim-window", "provider-select")

_SAYS = {
    "calendar": ("show the month of {}", "which day is the {}", "open week {}"),
    "claim-window": ("file a claim for {}", "the form asks for {}", "submit amount {}"),
    "provider-select": ("find a doctor for {}", "list clinics near {}", "choose provider {}"),
}
_THINGS = ("march", "knee", "main street", "seven", "anna", "monday", "the roof", "number 12")


def _tiny(root: Path, *, sees: bool) -> Backbone:
    from safetensors.torch import load_file, save_file

    from pointsman.backbones import resolve
    from pointsman.backbones.tiny import write_tiny

    texts = [*NAMES, *_THINGS, *(text for some in _SAYS.values() for text in some)]
    file = write_tiny(root, texts * 3, sees=sees) / "model.safetensors"
    # Wider than a fresh model's weights (a deviation of 0.2 in place of 0.125): its layers have to matter, and its frozen
    # output layer be able to insist.
    save_file({k: w * 1.6 if w.dim() > 1 else w for k, w in load_file(file).items()}, file, metadata={"format": "pt"})
    return resolve(str(root))


@pytest.fixture(scope="session")
def tiny_qwen3(tmp_path_factory: pytest.TempPathFactory) -> Backbone:
    """A Qwen3 of two layers with random weights: text alone."""
    return _tiny(tmp_path_factory.mktemp("generating") / "tiny-qwen3", sees=False)


@pytest.fixture(scope="session")
def tiny_qwen3_vl(tmp_path_factory: pytest.TempPathFactory) -> Backbone:
    """A Qwen3-VL of two layers and a vision tower of two, with random weights."""
    return _tiny(tmp_path_factory.mktemp("generating") / "tiny-qwen3-vl", sees=True)


def spoken(n: int, seed: int = 0) -> list[Example]:
    """Draw `n` requests, each name in turn, whose words tell which."""
    rng = random.Random(seed)
    names = [NAMES[i % len(NAMES)] for i in range(n)]
    return [Example(rng.choice(_SAYS[name]).format(rng.choice(_THINGS)), label=name) for name in names]


def screen(name: str, seed: int, size: tuple[int, int] = (96, 64)) -> Picture:
    """Paint a picture of a name's colour and stripes, with noise."""
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, 60, (size[1], size[0], 3))
    pixels[:, :, NAMES.index(name)] += 180
    pixels[:: 4 + 4 * NAMES.index(name)] //= 3
    file = io.BytesIO()
    Image.fromarray(pixels.astype(np.uint8)).save(file, "PNG")
    return Picture(data=file.getvalue())


def shown(n: int, seed: int = 0) -> list[Example]:
    """Draw `n` requests of the same words, each name in turn, whose pictures tell which; sizes differ."""
    names = [NAMES[i % len(NAMES)] for i in range(n)]
    sizes = ((96, 64), (64, 96), (128, 64))
    return [
        Example(
            "click the button", label=name, image=screen(name, 1000 * seed + i, sizes[i // len(NAMES) % len(sizes)])
        )
        for i, name in enumerate(names)
    ]
