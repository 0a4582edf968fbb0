"""Examining a router: calibrating it on validation rows and judging it on others, whatever kind its task is of.

`exam_sequences` and `exam_entities` are the two kinds; steps know this face alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from pointsman.data.example import Example, Split
from pointsman.evaluation.thresholds import Target
from pointsman.inference.calibration import Calibration
from pointsman.inference.logits import Logits
from pointsman.pipeline.baselines import FeatureBaselines, Features
from pointsman.tasks import Task

Answer = Callable[[Sequence[Example]], tuple[npt.NDArray[np.floating[Any]], list[bool]]]
"""Rows to logits [rows, classes], and whether the model missed the end of each text."""


class Exam(Protocol):
    """One router under examination."""

    def calibrate(self, rows: Sequence[Example], target: Target, folder: Path) -> Calibration:
        """Fit temperature and rule on validation rows, and keep in `folder` what choosing another rule needs.

        Raises:
            FloatingPointError: the model's scores are no numbers.
            ConfigError: the target is out of reach.
        """
        ...

    def recalibrate(self, folder: Path, calibration: Calibration, target: Target) -> Calibration:
        """Choose another rule from what `calibrate` kept in `folder`."""
        ...

    def learn_baselines(self, split: Split, folder: Path) -> None:
        """Fit the baselines on the training rows, and keep in `folder` those that hold no text."""
        ...

    def recall_baselines(self, folder: Path) -> None:
        """Take the baselines that `learn_baselines` kept."""
        ...

    def judge(
        self,
        rows: Sequence[Example],
        out_of_scope: Sequence[Example],
        calibration: Calibration,
        history: Sequence[dict[str, Any]],
    ) -> tuple[dict[str, Any], dict[str, str]]:
        """Return the content of `eval_results.json` (but provenance) and the report's pictures."""
        ...


def exam_of(task: Task, answer: Logits | None, features: Features | None, *, refit: bool = False) -> Exam:
    """Return the examination of an encoder's router, by the task's kind.

    Args:
        task: what is decided.
        answer: the model; None where only `recalibrate` is called.
        features: of the frozen backbone, for the baselines of sequence tasks; None: none are measured.
        refit: the router was fitted on validation rows too, and so are the baselines.
    """
    if task.kind == "token":
        from pointsman.pipeline.exam_entities import EntityExam

        return EntityExam(task, answer, refit)
    from pointsman.pipeline.exam_sequences import SequenceExam

    def ask(rows: Sequence[Example]) -> tuple[npt.NDArray[np.floating[Any]], list[bool]]:
        assert answer is not None
        return answer([row.text for row in rows])

    return SequenceExam(task, ask, FeatureBaselines(features, refit) if features is not None else None)


HEADLINE = {
    "sequence": (("accuracy", "accuracy"), ("macro_f1", "macro F1"), ("weighted_f1", "weighted F1")),
    "token": (("f1", "entity F1"), ("precision", "precision"), ("recall", "recall"), ("macro_f1", "macro F1")),
}
"""The figures that stand first, by the task's kind: key, and name for people."""


def told(results: Mapping[str, Any]) -> str:
    """Return the first figure with its interval, macro F1 and rows, in one line for people."""
    (key, name), *_ = headline(results)
    low, high = results["intervals"][key]
    return (
        f"{name} {100 * results[key]:.1f} % (95 % interval {100 * low:.1f} to {100 * high:.1f}), "
        f"macro F1 {100 * results['macro_f1']:.1f} %, {results['n']:,} rows"
    )


def headline(results: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return the figures that stand first in these results."""
    return HEADLINE["sequence" if "accuracy" in results else "token"]
