"""A small vision-language model that has learnt to look at screens: it stands for a pretrained one where there is none.

Built from a config, trained end to end on synthetic screens to say what is on them; which expert should take one is
never asked. It is for trying things out without a network or a GPU, and for tests; it says nothing of a real model.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import os
import random
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch

from pointsman.backbones import resolve
from pointsman.backbones.generating import load_generating
from pointsman.backbones.tiny import TinyShape, write_tiny
from pointsman.data.embedded import screens
from pointsman.data.example import Example
from pointsman.data.pictures import Picture
from pointsman.encoding.conversation import Preparer, Template
from pointsman.encoding.multimodal import FrozenModel
from pointsman.training.crew import Progress
from pointsman.training.sft import Lesson, answer_loss
from pointsman.training.sft_model import save_whole

_VERSION = 4  # of the questions: another one is another model

_READ = 4000
"""Questions that the tokenizer learns its words from, where there is no end of them."""

SIZE = (224, 160)
"""Width and height of the screens it learns from, in pixels."""

QUESTION = "What does the main part show?"
_PARTS = {
    "calendar": "days",
    "claim-window": "boxes",
    "provider-select": "people",
}


@dataclass(frozen=True)
class TinyPlan:
    """How a small model is pretrained.

    Attributes:
        shape: how large it is.
        screens: how many it learns from, each more than once; 0: each question is about a new one, and none is known by
            heart.
        layouts: sets of layouts that the screens are of, see `screens.sample`.
        steps: updates made.
        batch_size: questions a step.
        learning_rate: peak, of embeddings, norms and biases (AdamW).
        matrix_rate: peak, of matrices (Muon).
        weight_decay: of matrices.
        seed: of weights, screens and order.
    """

    shape: TinyShape = field(default_factory=TinyShape)
    screens: int = 6000
    layouts: str = "train"
    steps: int = 1500
    batch_size: int = 16
    learning_rate: float = 1e-3
    matrix_rate: float = 0.02
    weight_decay: float = 0.05
    seed: int = 0


def pretrain_tiny(folder: Path, plan: TinyPlan | None = None, progress: Progress | None = None) -> Path:
    """Build a small Qwen3-VL, train it to say what is on screens, and write it as models from the Hub are written.

    Args:
        folder: to write.
        plan: how; None: `TinyPlan()`.
        progress: told each step.

    Returns:
        The folder.
    """
    plan = plan or TinyPlan()
    known = list(itertools.islice(_questions(plan), plan.screens or _READ))
    with tempfile.TemporaryDirectory() as temporary:
        raw = write_tiny(Path(temporary) / "raw", _words(known), shape=plan.shape, sees=True, seed=plan.seed)
        backbone = resolve(str(raw))
        preparer = Preparer(backbone)
        ready = (
            Lesson(preparer.prepare(example, Template()), tuple(preparer.answer_ids(answer)))
            for example, answer in (known if plan.screens else _questions(plan))
        )
        lessons = _again(list(ready), plan.seed) if plan.screens else ready
        model = load_generating(backbone)
        _fit(model, preparer, lessons, plan, progress)
        shutil.rmtree(folder, ignore_errors=True)
        save_whole(model, folder, backbone)
    return folder


def _again(lessons: list[Lesson], seed: int) -> Iterator[Lesson]:
    """Yield lessons without end, in a new order each time."""
    order = random.Random(seed)
    while True:
        yield from reversed(order.sample(lessons, len(lessons)))


def _fit(model: Any, preparer: Preparer, lessons: Iterator[Lesson], plan: TinyPlan, progress: Progress | None) -> None:
    """Train every weight. Muon for matrices: with AdamW alone the tower took twice the steps to begin to see."""
    model.requires_grad_(True).train()
    frozen = FrozenModel(model, preparer)
    matrices = [p for name, p in model.named_parameters() if p.dim() == 2 and "embed" not in name]
    known = {id(p) for p in matrices}
    others = [p for p in model.parameters() if id(p) not in known]
    optimisers: list[torch.optim.Optimizer] = [
        torch.optim.Muon(matrices, lr=plan.matrix_rate, weight_decay=plan.weight_decay),
        torch.optim.AdamW(others, lr=plan.learning_rate, betas=(0.9, 0.98), weight_decay=0.0),
    ]
    schedules = [
        torch.optim.lr_scheduler.OneCycleLR(one, rate, total_steps=plan.steps, pct_start=0.1, cycle_momentum=False)
        for one, rate in zip(optimisers, (plan.matrix_rate, plan.learning_rate), strict=True)
    ]
    for step in range(1, plan.steps + 1):
        batch = list(itertools.islice(lessons, plan.batch_size))
        seen = frozen.see([lesson.prepared for lesson in batch], grad=True)
        loss = answer_loss(frozen, batch, seen) / sum(lesson.counted for lesson in batch)
        model.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for one, schedule in zip(optimisers, schedules, strict=True):
            one.step()
            schedule.step()
        if progress is not None:
            progress(step, plan.steps, f"loss {loss.item():.3f}" if step % 50 == 0 else "")
    model.eval()


def pretrained(progress: Progress | None = None, plan: TinyPlan | None = None) -> Path:
    """Return the small model, made when it is first asked for and kept in the user's cache.

    The folder is `$POINTSMAN_TINY`, or below the user's cache; its name follows from the plan.

    Args:
        progress: told each step, where it has to be made.
        plan: how; None: `TinyPlan()`.
    """
    plan = plan or TinyPlan()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pointsman" / "tiny"
    told = json.dumps([_VERSION, asdict(plan)], sort_keys=True)
    folder = Path(os.environ.get("POINTSMAN_TINY") or cache) / hashlib.sha256(told.encode()).hexdigest()[:16]
    if not (folder / "config.json").is_file():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as stage:
            made = pretrain_tiny(Path(stage) / "model", plan, progress)
            with contextlib.suppress(OSError):  # another process was quicker: its model is the same
                made.rename(folder)
    return folder


def _questions(plan: TinyPlan) -> Iterator[tuple[Example, str]]:
    """Yield screens, each with a question about it and its answer."""
    choose = random.Random(f"tiny:{plan.seed}")
    layouts = screens.names_of(plan.layouts)
    for number in range(plan.screens) if plan.screens else itertools.count():
        kind = choose.choice(screens.KINDS)
        screen = screens.draw(kind, choose.getrandbits(40), layouts=layouts, size=SIZE, telling=0.0)
        # Half of all requests ask for something else: what is on the screen is to be seen whatever is asked.
        text, answer = screen.instruction, _PARTS[kind]
        if number % 8 == 7:
            text, answer = "What stands at the side?", str(screen.facts["side"])
        elif number % 2:
            text = QUESTION
        yield Example(text, image=Picture(data=screens.png(screen.image))), answer


def _words(lessons: list[tuple[Example, str]]) -> list[str]:
    """Return what the tokenizer learns its words from: the lessons', and the tool calls of all experts."""
    calls = [screen.answer for screen in screens.sample(300, 1, size=(96, 64))]
    told = [screen.instruction for screen in screens.sample(300, 2, size=(96, 64), telling=0.5)]
    return [*(example.text for example, _ in lessons), *(answer for _, answer in lessons), *calls, *told]
