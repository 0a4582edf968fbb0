"""Small screens and experts' training files for tests: every number gives other pixels and another instruction."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw


def screen(number: int, size: tuple[int, int] = (160, 120)) -> Image.Image:
    """Return a picture of bars, different for each number."""
    draw_from = random.Random(number)
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    width, height = size
    for line in range(6):
        left, length = draw_from.randint(4, width // 2), draw_from.randint(8, width // 2 - 6)
        top, thick = 4 + line * (height - 8) // 6, draw_from.randint(3, (height - 8) // 8)
        colour = tuple(draw_from.randint(0, 160) for _ in range(3))
        draw.rectangle((left, top, left + length, top + thick), fill=colour)
    return image


def row(number: int, image: str | None, text: str, **more: Any) -> dict[str, Any]:
    """Return a row as an expert's file has it."""
    marker = "<image>\n" if image is not None else ""
    out: dict[str, Any] = {
        "id": f"r{number}",
        "conversations": [
            {"from": "human", "value": f"{marker}{text}"},
            {"from": "gpt", "value": f"SECRET-ANSWER {number}"},
        ],
        "metadata": {"n": number},
    }
    return out | ({"image": image} if image is not None else {}) | more


def write_rows(file: Path, rows: Iterable[Any]) -> Path:
    """Write rows as JSONL; a row that is a string is written as it is."""
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = [one if isinstance(one, str) else json.dumps(one) for one in rows]
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return file


def expert(folder: Path, numbers: Iterable[int], size: tuple[int, int] = (160, 120), **more: Any) -> Path:
    """Write an expert's file with one screen a row, and return it."""
    (folder / "images").mkdir(parents=True, exist_ok=True)
    rows = []
    for number in numbers:
        screen(number, size).save(folder / "images" / f"{number}.png")
        rows.append(row(number, f"images/{number}.png", f"do thing number {number}", **more))
    return write_rows(folder / "train.jsonl", rows)


def read_rows(file: Path) -> list[dict[str, Any]]:
    """Return the rows of a JSONL file."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
