"""The examination of token tasks: entities in a text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pointsman.artifacts import layout
from pointsman.data.alignment import labels_of
from pointsman.data.example import Example, Split
from pointsman.evaluation import calibration as calibrating
from pointsman.evaluation import plots
from pointsman.evaluation.entities import entities
from pointsman.evaluation.entity_baseline import SeenEntities, baseline_row, entity_verdict, paired_f1
from pointsman.evaluation.entity_thresholds import candidates as laid_out
from pointsman.evaluation.entity_thresholds import choose_entity_threshold, measure_entity_rule
from pointsman.evaluation.thresholds import Target
from pointsman.inference import Calibration
from pointsman.inference.entities import Pieces, candidates, flat, kept
from pointsman.inference.logits import Logits
from pointsman.inference.predictor import ArtifactPredictor
from pointsman.tasks import Entity, Span, Task

_Found = list[list[Entity]]


@dataclass
class EntityExam:
    """See `Exam`."""

    task: Task
    answer: Logits | None
    refit: bool = False
    seen: SeenEntities | None = None

    def calibrate(self, rows: Sequence[Example], target: Target, folder: Path) -> Calibration:
        """See `Exam`."""
        pieces = self._pieces(rows)
        logits, y = flat(pieces, _labels(rows, pieces), self.task)
        if not np.isfinite(logits).all():
            raise FloatingPointError
        temperature = calibrating.fit_temperature(logits, y)
        found = self._found(pieces, temperature)
        self._keep(folder, rows, found)
        rule = choose_entity_threshold(target, _gold(rows), found)
        measured = calibrating.measure(logits, y, temperature, len(y)).to_dict()
        figures = {key: measured[key] for key in ("ece_before", "ece_after", "nll_before", "nll_after")}
        return Calibration(temperature, rule, len(rows), figures)

    def recalibrate(self, folder: Path, calibration: Calibration, target: Target) -> Calibration:
        """See `Exam`."""
        from safetensors.numpy import load_file

        table = load_file(folder / layout.VALIDATION)
        types = self.task.entities
        gold: list[list[Span]] = [[] for _ in range(int(table["texts"][0]))]
        found: _Found = [[] for _ in gold]
        for text, start, end, kind in table["gold"].tolist():
            gold[text].append(Span(start, end, types[kind]))
        for (text, start, end, kind), score in zip(table["found"].tolist(), table["score"].tolist(), strict=True):
            found[text].append(Entity(types[kind], start, end, "", score))
        rule = choose_entity_threshold(target, gold, found)
        return Calibration(calibration.temperature, rule, calibration.n_validation, calibration.validation)

    def learn_baselines(self, split: Split, folder: Path) -> None:
        """See `Exam`. It is made of texts, so nothing is kept: only training itself measures it."""
        rows = (*split.train, *split.validation) if self.refit else split.train
        self.seen = SeenEntities.fit([row.text for row in rows], _gold(rows))

    def recall_baselines(self, folder: Path) -> None:
        """See `Exam`."""

    def judge(
        self,
        rows: Sequence[Example],
        out_of_scope: Sequence[Example],
        calibration: Calibration,
        history: Sequence[dict[str, Any]],
    ) -> tuple[dict[str, Any], dict[str, str]]:
        """See `Exam`."""
        types, texts, gold = self.task.entities, [row.text for row in rows], _gold(rows)
        groups = [row.group for row in rows]
        pieces = self._pieces(rows)
        every = self._found(pieces, calibration.temperature)
        found = [kept(row, calibration.rule.threshold) for row in every]
        figures = entities(texts, gold, found, types, groups=groups, categories=[row.category for row in rows])
        results: dict[str, Any] = {
            "task": self.task.name,
            "labels": list(self.task.labels),
            **figures.to_dict(),
            "warnings": [],
        }
        if self.seen is not None:
            theirs = [self.seen.predict(text) for text in texts]
            test = paired_f1(texts, gold, found, theirs, types, groups=groups)
            results["baselines"] = {
                "seen_entities": baseline_row(entities(texts, gold, theirs, types, groups=groups), test)
            }
            results["verdict"] = entity_verdict(test)
        logits, y = flat(pieces, _labels(rows, pieces), self.task)
        results["calibration"] = calibrating.measure(
            logits, y, calibration.temperature, calibration.n_validation
        ).to_dict()
        rule = calibration.rule
        results["abstention"] = {
            "target": rule.target,
            "threshold": rule.threshold,
            "applies_to": rule.applies_to,
            "validation": rule.effect.to_dict(),
            **measure_entity_rule(rule, gold, every).to_dict(),
        }
        pictures = {
            "type_confusion": plots.type_confusion_plot(figures.confusion, types),
            "entity_precision_recall": plots.entity_precision_recall_plot(laid_out(gold, every), rule.threshold),
            "learning_curves": plots.learning_curves_plot(list(history), self.task.primary_metric),
        }
        return results, pictures

    def _pieces(self, rows: Sequence[Example]) -> list[Pieces]:
        assert self.answer is not None
        return self.answer.pieces([row.text for row in rows])

    def _found(self, pieces: Sequence[Pieces], temperature: float) -> _Found:
        return [candidates(row, self.task, temperature)[0] for row in pieces]

    def _keep(self, folder: Path, rows: Sequence[Example], found: _Found) -> None:
        """Write where true and found entities stand, with scores and no text."""
        from safetensors.numpy import save_file

        index = {kind: number for number, kind in enumerate(self.task.entities)}
        gold = [[n, s.start, s.end, index[s.label]] for n, row in enumerate(_gold(rows)) for s in row]
        there = [[n, e.start, e.end, index[e.type]] for n, row in enumerate(found) for e in row]
        save_file(
            {
                "texts": np.array([len(rows)], np.int64),
                "gold": np.array(gold, np.int64).reshape(-1, 4),
                "found": np.array(there, np.int64).reshape(-1, 4),
                "score": np.array([e.score for row in found for e in row], np.float64),
            },
            folder / layout.VALIDATION,
        )


def _gold(rows: Sequence[Example]) -> list[tuple[Span, ...]]:
    return [row.spans or () for row in rows]


def _labels(rows: Sequence[Example], pieces: Sequence[Pieces]) -> list[list[str | None]]:
    return [labels_of(spans, row.offsets) for spans, row in zip(_gold(rows), pieces, strict=True)]


def compare_entities(a: ArtifactPredictor, b: ArtifactPredictor, rows: Sequence[Example]) -> dict[str, Any]:
    """Judge two token routers on the same rows; see `pipeline.evaluate.compare`."""
    types, texts, gold = a.task.entities, [row.text for row in rows], _gold(rows)
    groups = [row.group for row in rows]
    sides: dict[str, Any] = {}
    answers = []
    for name, predictor in (("a", a), ("b", b)):
        found = [decision.spans or () for decision in predictor.predict(texts)]
        figures = entities(texts, gold, found, types, groups=groups)
        sides[name] = {
            "artifact": str(predictor.artifact.path),
            "digest": predictor.artifact.digest,
            "f1": figures.strict.f1.value,
            "f1_interval": figures.strict.f1.interval,
            "macro_f1": figures.macro_f1.value,
        }
        answers.append([{Span(e.start, e.end, e.type) for e in row} for row in found])
    right = [[found == set(true) for found, true in zip(answer, gold, strict=True)] for answer in answers]
    differ = [n for n in range(len(rows)) if answers[0][n] != answers[1][n]]
    told = [[_told(text, sorted(found)) for text, found in zip(texts, answer, strict=True)] for answer in answers]
    ours, theirs = ([sorted(found) for found in answer] for answer in answers)
    return {
        **sides,
        "paired": paired_f1(texts, gold, ours, theirs, types, groups=groups).to_dict(),
        "a_only": sum(x and not y for x, y in zip(*right, strict=True)),
        "b_only": sum(y and not x for x, y in zip(*right, strict=True)),
        "disagreements": len(differ),
        "differences": [
            {"text": texts[n], "label": _told(texts[n], gold[n]), "a": told[0][n], "b": told[1][n]} for n in differ[:20]
        ],
    }


def _told(text: str, spans: Sequence[Span]) -> str:
    return "; ".join(f"{span.label} {text[span.start : span.end]!r}" for span in spans) or "nothing"
