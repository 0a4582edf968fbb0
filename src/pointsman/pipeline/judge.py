"""Judging a router on rows: all figures of `eval_results.json` and the report's pictures, from logits."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pointsman.artifacts import layout
from pointsman.artifacts.directory import Artifact
from pointsman.data.example import Example
from pointsman.evaluation import calibration as calibrating
from pointsman.evaluation import plots
from pointsman.evaluation.coverage import oos_recall, risk_coverage
from pointsman.evaluation.metrics import Figure, classification, metric_value, two_class
from pointsman.evaluation.paired import BRANCH, mcnemar, verdict
from pointsman.evaluation.report import render_report
from pointsman.evaluation.thresholds import measure_rule
from pointsman.inference.calibration import Calibration, softmax
from pointsman.inference.rule import Rule
from pointsman.tasks import Task

Floats = npt.NDArray[np.floating[Any]]
REPORT = "report.html"


@dataclass(frozen=True)
class Judged:
    """Rows with what the router said of them.

    Attributes:
        task: labels in index order.
        logits: float32 [n, classes].
        y: int [n].
        categories: finer kind of each row, or None.
        truncated: rows whose end the model did not see.
        oos_logits: float32 [m, classes] of rows that belong to no class.
    """

    task: Task
    logits: Floats
    y: npt.NDArray[np.int64]
    categories: Sequence[str | None]
    truncated: Sequence[bool]
    oos_logits: Floats | None = None


def judge(
    rows: Judged,
    calibration: Calibration,
    guesses: Mapping[str, npt.NDArray[np.int64]],
    *,
    history: Sequence[dict[str, Any]] = (),
    what: str = BRANCH,
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the content of `eval_results.json` (but provenance) and the report's pictures.

    Args:
        rows: with the router's scores.
        calibration: its temperature and rule.
        guesses: what each baseline says of the rows, label indices [n] by the baseline's name; may be empty.
        history: of training, for the learning curves.
        what: how the verdict calls the router.
    """
    task, y = rows.task, rows.y
    probabilities = softmax(rows.logits, calibration.temperature)
    predicted = probabilities.argmax(axis=1)
    correct = predicted == y
    confidence = probabilities.max(axis=1)
    positive = task.labels.index(task.positive) if task.positive is not None else None
    figures = classification(y, probabilities, task.labels)
    results: dict[str, Any] = {
        "task": task.name,
        "labels": list(task.labels),
        **figures.to_dict(),
        "warnings": [],
    }
    if guesses:
        tests = {}
        results["baselines"] = {}
        for name, guess in guesses.items():
            test = mcnemar(correct, guess == y)
            accuracy = Figure.share(int((guess == y).sum()), len(y))
            results["baselines"][name] = {
                "accuracy": accuracy.value,
                "accuracy_interval": accuracy.interval,
                "macro_f1": metric_value("macro_f1", y, guess, len(task.labels)),
                **test.to_dict(),
            }
            if name != "majority":
                tests[name] = test
        results["verdict"] = verdict(figures.accuracy.value, tests, what=what)
    results["calibration"] = calibrating.measure(
        rows.logits, y, calibration.temperature, calibration.n_validation
    ).to_dict()
    rule = calibration.rule
    results["abstention"] = {
        "target": rule.target,
        "threshold": rule.threshold,
        "applies_to": rule.applies_to,
        "validation": rule.effect.to_dict(),
        **measure_rule(rule, probabilities, y, positive).to_dict(),
    }
    if positive is not None:
        scores = probabilities[:, positive]
        if (found := two_class(scores, y == positive, str(task.positive), rows.categories)) is not None:
            results["two_class"] = found
    if rows.oos_logits is not None and len(rows.oos_logits):
        oos = softmax(rows.oos_logits, calibration.temperature).max(axis=1)
        results["out_of_scope"] = oos_recall(confidence, correct, oos, rule.threshold).to_dict()
    if cut := sum(rows.truncated):
        results["truncated"] = cut
        results["warnings"].append(f"{cut} of {len(y)} texts are longer than the model sees: their ends were not read")
    before, after = softmax(rows.logits), probabilities
    pictures = {
        "confusion_matrix": plots.confusion_plot(figures.confusion, task.labels),
        "reliability": plots.reliability_plot(calibrating.reliability(after, y), calibrating.reliability(before, y)),
        "precision_recall": plots.precision_recall_plot(y, probabilities, task.labels, positive),
        "risk_coverage": plots.risk_coverage_plot(
            risk_coverage(confidence, correct), rule.threshold if rule.applies_to == "winner" else None
        ),
        "learning_curves": plots.learning_curves_plot(list(history), task.primary_metric),
    }
    return results, pictures


def latency(
    answer: Callable[[list[Any]], Any], rows: Sequence[Any], singles: int = 20, most: int = 64
) -> dict[str, Any]:
    """Measure one row at a time, and a batch, on this machine as it is.

    Args:
        answer: rows (texts, or requests) to logits.
        rows: real ones; the first `singles` of a fixed draw are timed alone.
        singles: how many.
        most: rows of the batch.
    """
    import torch

    order = np.random.default_rng(0).permutation(len(rows))
    drawn = [rows[i] for i in order[: max(singles, most)]]
    answer(drawn[:2])
    times = []
    for row in drawn[:singles]:
        started = time.perf_counter()
        answer([row])
        times.append((time.perf_counter() - started) * 1000)
    started = time.perf_counter()
    answer(drawn)
    seconds = time.perf_counter() - started
    return {
        "single_ms_p50": float(np.percentile(times, 50)),
        "single_ms_p95": float(np.percentile(times, 95)),
        "batch_texts_per_second": len(drawn) / seconds,
        "threads": torch.get_num_threads(),
    }


def rule_told(rule: Rule) -> str:
    """Return the rule for "not sure" and what it does on validation, in words."""
    effect = rule.effect
    if rule.applies_to == "span":
        return (
            f"entities below {rule.threshold:.3f} are not reported ({rule.target}; on validation "
            f"{100 * effect.accuracy_answered:.1f} % of those reported are right, "
            f"{100 * (effect.recall or 0):.1f} % of all are found)"
        )
    return f"not sure below {rule.threshold:.3f} ({rule.target}; answers {100 * effect.coverage:.1f} % of validation)"


def provenance(artifact: Artifact, data: str, data_digest: str | None) -> dict[str, Any]:
    """Return what the figures rest on."""
    manifest = artifact.manifest
    return {
        "artifact": artifact.digest,
        "data": data,
        "data_digest": data_digest or "embedded",
        "trained_on": manifest.data.source,
        "backbone": f"{manifest.backbone.name} ({manifest.backbone.digest[:12]})",
        "recipe": manifest.recipe.get("name"),
        "adapt_layers": manifest.adapt_layers,
        "seed": manifest.seed,
        "versions": manifest.versions,
    }


def write_report(folder: Path, title: str, results: dict[str, Any], pictures: dict[str, str]) -> None:
    """Write `eval_results.json` and the report."""
    (folder / layout.EVAL_RESULTS).write_text(
        json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    (folder / REPORT).write_text(render_report(title, results, pictures), encoding="utf-8")


def labels_of(rows: Sequence[Example], task: Task) -> npt.NDArray[np.int64]:
    """Return each row's label index."""
    return np.array([task.index(str(row.label)) for row in rows], dtype=np.int64)
