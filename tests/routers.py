"""Tiny trained routers of both kinds for the tests of exports and parity, each trained once a session."""

from __future__ import annotations

import functools
import json
import random
from pathlib import Path

_VALUES = {"PERSON": ("dog", "cat", "horse", "sheep"), "GPE": ("saw 3", "hammer 7", "screw 1", "wrench 9")}


@functools.cache
def token_router(model: Path, root: Path) -> Path:
    """Train a PII router on a tiny model, in which animals are persons and tools places; return its folder."""
    from pointsman.pipeline.options import DataOptions, TrainOptions
    from pointsman.pipeline.train import train

    root.mkdir(parents=True, exist_ok=True)
    file = root / "rows.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in _rows()), encoding="utf-8")
    options = TrainOptions(
        task="pii",
        data=DataOptions(path=file, generator=False, labels=("PERSON", "GPE")),
        overrides={
            "model": str(model),
            "epochs": 3,
            "batch_size": 8,
            "adapt_layers": "all",
            "max_length": 32,
            "lora_rank": 4,
            "learning_rate": 1e-2,
        },
        precision="fp32",
        device="cpu",
        out=root / model.name,
    )
    return train(options).artifact.path


def _rows() -> list[dict[str, object]]:
    rng = random.Random(3)
    rows: list[dict[str, object]] = []
    for number in range(90):
        text, spans = "please", []
        for _ in range(rng.randint(0, 3)):
            text += " " + rng.choice(("find the", "tell me of", "and", "about one")) + " "
            label = rng.choice(sorted(_VALUES))
            value = rng.choice(_VALUES[label])
            spans.append({"start": len(text), "end": len(text) + len(value), "label": label, "value": value})
            text += value
        rows.append({"text": f"{text} {number % 10}", "spans": spans, "group": f"g{number % 30}"})
    return rows
