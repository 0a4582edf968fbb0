"""The examination of sequence tasks: one label for a text, or for a text and an image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pointsman.artifacts import layout
from pointsman.data.example import Example, Split
from pointsman.evaluation import calibration as calibrating
from pointsman.evaluation.paired import BRANCH
from pointsman.evaluation.thresholds import Target, choose_threshold
from pointsman.inference import Calibration, softmax
from pointsman.pipeline.baselines import Baselines
from pointsman.pipeline.exam import Answer
from pointsman.pipeline.judge import Floats, Judged, judge, labels_of
from pointsman.tasks import Task


@dataclass
class SequenceExam:
    """See `Exam`."""

    task: Task
    answer: Answer | None
    baselines: Baselines | None
    what: str = BRANCH

    def calibrate(self, rows: Sequence[Example], target: Target, folder: Path) -> Calibration:
        """See `Exam`."""
        from safetensors.numpy import save_file

        logits, y = self._logits(rows)[0], labels_of(rows, self.task)
        if not np.isfinite(logits).all():
            raise FloatingPointError
        # No text: a rule can be chosen later from scores and labels alone.
        save_file({"logits": np.ascontiguousarray(logits, np.float32), "y": y}, folder / layout.VALIDATION)
        return self._calibration(logits, y, target)

    def recalibrate(self, folder: Path, calibration: Calibration, target: Target) -> Calibration:
        """See `Exam`."""
        from safetensors.numpy import load_file

        kept = load_file(folder / layout.VALIDATION)
        return self._calibration(kept["logits"], kept["y"], target)

    def learn_baselines(self, split: Split, folder: Path) -> None:
        """See `Exam`."""
        assert self.baselines is not None
        self.baselines.learn(split, self.task, folder)

    def recall_baselines(self, folder: Path) -> None:
        """See `Exam`."""
        assert self.baselines is not None
        self.baselines.recall(folder)

    def judge(
        self,
        rows: Sequence[Example],
        out_of_scope: Sequence[Example],
        calibration: Calibration,
        history: Sequence[dict[str, Any]],
    ) -> tuple[dict[str, Any], dict[str, str]]:
        """See `Exam`."""
        logits, truncated = self._logits(rows)
        return judge(
            Judged(
                self.task,
                logits,
                labels_of(rows, self.task),
                [row.category for row in rows],
                truncated,
                self._logits(out_of_scope)[0] if out_of_scope else None,
            ),
            calibration,
            self.baselines.guesses(rows) if self.baselines is not None else {},
            history=history,
            what=self.what,
        )

    def _logits(self, rows: Sequence[Example]) -> tuple[Floats, list[bool]]:
        assert self.answer is not None
        return self.answer(rows)

    def _calibration(self, logits: Floats, y: npt.NDArray[np.int64], target: Target) -> Calibration:
        """Fit the temperature, then choose the rule: logits [n, classes], labels [n]."""
        temperature = calibrating.fit_temperature(logits, y)
        probabilities = softmax(logits, temperature)
        positive = self.task.labels.index(self.task.positive) if self.task.positive is not None else None
        rule = choose_threshold(
            target,
            probabilities.max(axis=1),
            probabilities.argmax(axis=1) == y,
            None if positive is None else probabilities[:, positive],
            None if positive is None else y == positive,
        )
        measured = calibrating.measure(logits, y, temperature, len(y)).to_dict()
        figures = {key: measured[key] for key in ("ece_before", "ece_after", "nll_before", "nll_after")}
        return Calibration(temperature, rule, len(y), figures)
