"""A small vision-language model that has learnt to look at screens: what stands for a pretrained one where none can be had.

Built from a config, trained end to end on synthetic screens to say what is on them; which expert should take a screen is
never asked. It is for trying things out without a network or a GPU, and for tests; it says nothing of a real model.
"""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pointsman.backbones import resolve
from pointsman.backbones.generating import load_generating
from pointsman.backbones.hardware import Hardware
from pointsman.backbones.tiny import TinyShape, write_tiny
from pointsman.data.embedded import screens
from pointsman.data.example import Example
from pointsman.data.pictures import Picture
from pointsman.encoding.conversation import Preparer, Template
from pointsman.training.loop import Progress
from pointsman.training.sft import Lesson, build_sft, fit_sft, save_whole
from pointsman.training.sft_recipe import SftRecipe

SIZES = ((224, 160), (192, 160), (224, 128), (160, 160))
"""Width and height of the screens it learns from, in pixels."""

_PARTS = {
    "calendar": "the days of a month in a grid",
    "claim-window": "labelled boxes to be filled in",
    "provider-select": "people, one below the other, to choose from",
}
_SHAPE = TinyShape(
    width=96,
    layers=3,
    heads=4,
    kv_heads=2,
    head_dim=24,
    intermediate=256,
    vision_width=96,
    vision_layers=3,
    vision_heads=4,
    vision_intermediate=256,
    vocabulary=700,
)


@dataclass(frozen=True)
class TinyPlan:
    """How a small model is pretrained.

    Attributes:
        shape: how large it is.
        screens: how many it sees.
        epochs: passes over them.
        batch_size: questions a step.
        learning_rate: peak.
        seed: of weights and screens.
    """

    shape: TinyShape = field(default_factory=lambda: _SHAPE)
    screens: int = 3000
    epochs: int = 4
    batch_size: int = 32
    learning_rate: float = 1.5e-3
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
    lessons_of = list(_questions(plan))
    with tempfile.TemporaryDirectory() as temporary:
        raw = write_tiny(
            Path(temporary) / "raw", _words(lessons_of), shape=plan.shape, sees=True, seed=plan.seed
        )
        backbone = resolve(str(raw))
        preparer = Preparer(backbone)
        lessons = [
            Lesson(preparer.prepare(example, Template()), tuple(preparer.answer_ids(answer)))
            for example, answer in lessons_of
        ]
        recipe = SftRecipe(
            adapt="full",
            epochs=plan.epochs,
            batch_size=plan.batch_size,
            learning_rate=plan.learning_rate,
            weight_decay=0.01,
            warmup=0.1,
            seed=plan.seed,
        )
        model = build_sft(load_generating(backbone), backbone, recipe)
        hardware = Hardware("cpu", "fp32", ())
        fit_sft(model, preparer, lessons, recipe, hardware, Path(temporary) / "work", progress=progress)
        shutil.rmtree(folder, ignore_errors=True)
        save_whole(model, folder, backbone)
    return folder


def _questions(plan: TinyPlan) -> Iterator[tuple[Example, str]]:
    """Yield screens, each with a question about it and its answer."""
    choose = random.Random(f"tiny:{plan.seed}")
    for number in range(plan.screens):
        size = choose.choice(SIZES)
        kind = choose.choice(screens.KINDS)
        seed = choose.getrandbits(40)
        layouts = [name for names in screens.TRAIN_LAYOUTS.values() for name in names]
        screen = screens.draw(kind, seed, layouts=layouts, size=size, telling=0.0)
        facts = screen.facts
        asked = {
            "What does the main part show?": _PARTS[kind],
            "What stands at the side?": str(facts["side"]),
            "What stands at the top?": str(facts["top"]),
            "Is a dialog open?": "yes" if facts["dialog"] else "no",
        }
        # What the main part shows is asked every other time: it is what there is most to see of.
        question = "What does the main part show?" if number % 2 else choose.choice(list(asked))
        picture = Picture(data=screens._png(screen.image))
        text = f"{screen.instruction}\n{question}" if number % 4 < 2 else question
        yield Example(text, image=picture), asked[question]


def _words(lessons: list[tuple[Example, str]]) -> list[str]:
    """Return what the tokenizer learns its words from: the lessons', and the tool calls of all experts."""
    calls = [screen.answer for screen in screens.sample(300, 1, size=(96, 64))]
    told = [screen.instruction for screen in screens.sample(300, 2, size=(96, 64), telling=0.5)]
    return [*(example.text for example, _ in lessons), *(answer for _, answer in lessons), *calls, *told]
