"""Small generating models and requests for tests: code paths only, for what they know is random."""

from __future__ import annotations

import io
import json
import random
from pathlib import Path
from typing import Any

from pointsman.backbones import Backbone, resolve
from pointsman.backbones.tiny import TinyShape, write_tiny
from pointsman.data.example import Example
from pointsman.data.pictures import Picture

TEXTS = ["show the calendar of may", "open the claim of a client", "which provider is near", "click the second row"]
LABELS = ("calendar", "claim-window")


def tiny(folder: Path, *, sees: bool = True, seed: int = 0, **shape: Any) -> Backbone:
    """Write a tiny model, its weights as small as the library's own at first (0.02), and resolve it.

    Bounds on rounding are those of weights of this size.
    """
    from safetensors.torch import load_file, save_file

    made = TinyShape(**shape)
    file = write_tiny(folder, TEXTS * 4, shape=made, sees=sees, seed=seed) / "model.safetensors"
    weights = {}
    for name, weight in load_file(file).items():
        width = made.vision_width if "visual" in name else made.width
        weights[name] = weight * (0.02 * width**0.5) if weight.dim() > 1 else weight
    save_file(weights, file, metadata={"format": "pt"})
    return resolve(str(folder))


def png(seed: int, size: tuple[int, int] = (96, 64)) -> bytes:
    """Draw coloured blocks, other ones for each seed."""
    from PIL import Image

    rng = random.Random(seed)
    image = Image.new("RGB", size)
    for x in range(0, size[0], 16):
        for y in range(0, size[1], 16):
            colour = (rng.randrange(256), rng.randrange(256), rng.randrange(256))
            image.paste(colour, (x, y, x + 16, y + 16))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def picture(seed: int, size: tuple[int, int] = (96, 64)) -> Picture:
    return Picture(data=png(seed, size))


def requests(
    count: int, *, images: bool = True, sizes: tuple[tuple[int, int], ...] = ((96, 64), (64, 128))
) -> list[Example]:
    """Return requests that differ in text, label and image; without images every fourth has none either way."""
    return [
        Example(
            text=f"{TEXTS[i % len(TEXTS)]} {i}" + " and so on" * (i % 3),
            label=LABELS[i % 2],
            source=f"train.jsonl:{i + 1}",
            image=picture(i, sizes[i % len(sizes)]) if images and i % 4 != 3 else None,
        )
        for i in range(count)
    ]


def write_routing(folder: Path, count: dict[str, int]) -> Path:
    """Write a routing folder, `count` rows in each part, images beside."""
    (folder / "images").mkdir(parents=True)
    number = 0
    for part, rows in count.items():
        with (folder / f"{part}.jsonl").open("w", encoding="utf-8") as file:
            for _ in range(rows):
                name = LABELS[number % 2]
                image = f"images/{name}_{number:05d}.png"
                (folder / image).write_bytes(png(number))
                row = {
                    "id": f"{name}_{number:05d}",
                    "image": image,
                    "conversations": [
                        {"from": "human", "value": f"<image>\n{TEXTS[number % len(TEXTS)]} {number}"},
                        {"from": "gpt", "value": '<tool_call>{"name": "open", "arguments": {}}</tool_call>'},
                    ],
                    "metadata": {},
                    "label": LABELS.index(name),
                    "adapter": name,
                }
                file.write(json.dumps(row) + "\n")
                number += 1
    metadata = {"labels": list(LABELS)}
    (folder / "metadata.json").write_text(json.dumps(metadata), encoding="utf-8")
    return folder
