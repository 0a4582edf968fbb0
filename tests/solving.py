"""A toy exam that a tiny model can learn: two-digit addition worked out digit by digit, answered by a range."""

from __future__ import annotations

import atexit
import json
import random
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from pointsman.backbones.tiny import TinyShape, write_tiny
from pointsman.pipeline.solver_artifact import Solver
from pointsman.pipeline.solver_prompts import Prompts
from pointsman.pipeline.train_solver import SolverOptions, train_solver

RANGES = ("below 60", "60 to 99", "100 to 139", "140 and more")
ASKED = "What sum do {} and {} make together ?"
"""Eight words, the numbers amid them: questions with other numbers share too few runs of words to be near."""
BRIEF = Prompts(reasoned="{question}\n{options}", direct="{question}\n{options}\nsay the letter", open="{question}")
"""Short turns: a tiny model reads them quickly."""

WORDS = (
    *("amber", "brook", "cedar", "dune", "ember", "fjord", "grove", "heath"),
    *("inlet", "jetty", "knoll", "lagoon", "marsh", "north", "oasis", "prairie"),
)
"""For questions that are not alike."""

LEARNT = {"epochs": 5, "batch_size": 16, "learning_rate": 5e-3, "dropout": 0.0, "warmup": 0.05}


def addition(number: int, a: int, b: int, *, worked: bool = True, category: str = "math") -> dict[str, Any]:
    """Return a question in MMLU-Pro's fields; `worked`: with its solution."""
    right = sum(a + b >= least for least in (60, 100, 140))
    units, tens = a % 10 + b % 10, a // 10 + b // 10
    row = {
        "question_id": number,
        "question": ASKED.format(a, b),
        "options": list(RANGES),
        "answer": "ABCD"[right],
        "answer_index": right,
        "category": category,
        "src": "toy",
    }
    if worked:
        carried = tens + units // 10
        row["cot_content"] = (
            f"{a % 10}+{b % 10}={units}, {a // 10}+{b // 10}={tens}, {tens}+{units // 10}={carried}, sum {a + b}"
        )
    return row


def additions(n: int, seed: int, *, start: int = 0, **more: Any) -> list[dict[str, Any]]:
    """Draw `n` questions."""
    rng = random.Random(seed)
    return [addition(start + i, rng.randint(10, 99), rng.randint(10, 99), **more) for i in range(n)]


def write(file: Path, rows: list[dict[str, Any]]) -> Path:
    """Write rows as JSONL."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


def tiny_base(folder: Path) -> Path:
    """Write a Qwen3 of two layers with random weights whose tokenizer keeps digits apart."""
    words = [*RANGES, "What sum do and make together ?", "The answer is A.", "say the letter"]
    plain = ["".join(char for char in text if not char.isdigit()) for text in words]
    shape = TinyShape(width=64, layers=2, heads=4, kv_heads=4, intermediate=128, vocabulary=320)
    return write_tiny(folder, plain * 5, sees=False, shape=shape)


@cache
def school() -> tuple[Path, Solver, Path, Path]:
    """Return the base, a solver of additions trained on it, its training file, and an exam of other additions."""
    folder = Path(tempfile.mkdtemp(prefix="solver-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    base = tiny_base(folder / "base")
    train = write(folder / "train.jsonl", additions(3000, 0, start=10_000))
    exam = write(folder / "exam.jsonl", additions(120, 1))
    options = SolverOptions(
        data={"mmlu_pro": str(exam), "mmlu_pro_validation": str(train)},
        model=str(base),
        overrides=LEARNT,
        prompts=BRIEF,
        max_new_tokens=60,
        device="cpu",
        precision="fp32",
    )
    return base, train_solver("math-reasoner", folder / "math-reasoner", options), train, exam
