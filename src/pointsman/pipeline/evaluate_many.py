"""Several routers of one decision on the same rows, side by side: figures with intervals, baselines beside them, the
time of a request with the real model, and the paired test of each against the first.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pointsman.artifacts import Artifact, check_output, open_artifact, staged
from pointsman.errors import ConfigError
from pointsman.evaluation import calibration as calibrating
from pointsman.evaluation.intervals import Bools
from pointsman.evaluation.metrics import Figure, classification, metric_value
from pointsman.evaluation.paired import mcnemar
from pointsman.evaluation.thresholds import measure_rule
from pointsman.inference import softmax
from pointsman.pipeline.dataset import PartRows
from pointsman.pipeline.evaluate import rows_for
from pointsman.pipeline.examinee import Bases, Examinee, examinee, with_images_shuffled
from pointsman.pipeline.judge import labels_of
from pointsman.pipeline.named import named
from pointsman.pipeline.options import DataOptions, Progress, Silent
from pointsman.pipeline.step import where

COMPARISON = "comparison.json"


def evaluate_many(
    paths: Sequence[Path],
    data: DataOptions,
    *,
    part: str | None = None,
    out: Path | None = None,
    overwrite: bool = False,
    device: str = "cpu",
    backbone: str | None = None,
    shuffle_images: int | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Judge several artifacts on the same rows; with `out` the result is written there as comparison.json.

    Args:
        paths: artifacts of the same labels; each is compared with the first.
        data, part, device, backbone, shuffle_images, overwrite: see `evaluate`.
        out: folder to write; None writes nothing.
        progress: told how far it is.

    Returns:
        `task`, `labels`, `data`, `split`, `n`, `shuffled_images`, `launcher`; `routers`: for each its figures;
        `baselines`: those of the first artifact, by name; `warnings`.

    Raises:
        PointsmanError: anything wrong with artifacts, data or output.
    """
    tell = progress or Silent()
    if out is not None:
        check_output(out, overwrite=overwrite, reads=paths)
    artifacts = [open_artifact(path) for path in paths]
    first = artifacts[0]
    for other in artifacts:
        _check(first, other)
    found = rows_for(first, data, part, tell)
    if not found.rows:
        raise ConfigError(f"{found.source}: no rows of a class in {found.part}: nothing to judge")
    if shuffle_images is not None:
        found = replace(found, rows=with_images_shuffled(found.rows, shuffle_images))
    bases = Bases(device, backbone)
    routers: list[dict[str, Any]] = []
    right: list[Bools] = []
    baselines: dict[str, Any] = {}
    for artifact in artifacts:
        one = examinee(artifact, bases, tell)
        tell.advance(f"asking {artifact.path.name}", 0, len(found.rows))
        figures, correct = _figures(one, found)
        if right:
            figures["paired"] = _paired(correct, right[0])
        else:
            baselines = _baselines(one, found, correct)
        routers.append(figures)
        right.append(correct)
        tell.advance(f"asking {artifact.path.name}", len(found.rows), len(found.rows))
    result = {
        "task": first.task.name,
        "labels": list(first.task.labels),
        "data": found.source,
        "data_digest": found.digest,
        "split": found.part,
        "n": len(found.rows),
        "shuffled_images": shuffle_images,
        "launcher": where().to_dict(),
        "warnings": _warnings(artifacts, found, shuffle_images),
        "routers": routers,
        "baselines": baselines,
    }
    if out is not None:
        with staged(out) as folder:
            (folder / COMPARISON).write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return result


def _check(first: Artifact, other: Artifact) -> None:
    if other.task.kind == "token":
        raise ConfigError(
            f"{other.path} finds entities: judge it by itself, or compare two with 'pointsman compare {other.path} B'"
        )
    if set(first.task.labels) != set(other.task.labels):
        raise ConfigError(
            f"{other.path} decides between {', '.join(other.task.labels)}, {first.path} between "
            f"{', '.join(first.task.labels)}: routers are compared on the same labels"
        )


def _figures(one: Examinee, found: PartRows) -> tuple[dict[str, Any], Bools]:
    """Return a router's figures, and which rows it got right (bool [rows])."""
    artifact, task, calibration = one.artifact, one.artifact.task, one.calibration
    y = labels_of(found.rows, task)  # in this router's own order
    logits, truncated = one.answer(found.rows)
    p = softmax(logits, calibration.temperature)
    judged = classification(y, p, task.labels).to_dict()
    positive = task.labels.index(task.positive) if task.positive is not None else None
    effect = measure_rule(calibration.rule, p, y, positive)
    correct: npt.NDArray[np.bool_] = p.argmax(axis=1) == y
    return {
        "artifact": named(artifact.path),
        "digest": artifact.digest,
        "strategy": artifact.manifest.strategy,
        "backbone": Path(artifact.manifest.backbone.name).name,
        "accuracy": judged["accuracy"],
        "accuracy_interval": judged["intervals"]["accuracy"],
        "macro_f1": judged["macro_f1"],
        "macro_f1_interval": judged["intervals"]["macro_f1"],
        "ece": calibrating.measure(logits, y, calibration.temperature, calibration.n_validation).to_dict()["ece_after"],
        "abstained": 1 - effect.coverage,
        "accuracy_answered": effect.accuracy_answered,
        "truncated": sum(truncated),
        "latency": one.latency(found.rows),
        "weights_mb": one.weight_bytes / 1e6,
    }, correct


def _paired(correct: Bools, first: Bools) -> dict[str, Any]:
    test = mcnemar(correct, first)
    return {**test.to_dict(), "only_this": test.a_only, "only_first": test.b_only}


def _baselines(one: Examinee, found: PartRows, correct: Bools) -> dict[str, Any]:
    """Return what the first router's baselines make of the rows, each compared with that router."""
    if one.baselines is None:
        return {}
    one.baselines.recall(one.artifact.path)
    y, classes = labels_of(found.rows, one.artifact.task), len(one.artifact.task.labels)
    rows = {}
    for name, guess in one.baselines.guesses(found.rows).items():
        accuracy = Figure.share(int((guess == y).sum()), len(y))
        rows[name] = {
            "accuracy": accuracy.value,
            "accuracy_interval": accuracy.interval,
            "macro_f1": metric_value("macro_f1", y, guess, classes),
            "paired": _paired(guess == y, correct),
        }
    return rows


def _warnings(artifacts: Sequence[Artifact], found: PartRows, shuffle_images: int | None) -> list[str]:
    out = []
    if shuffle_images is not None:
        out.append(f"images were shuffled among the rows (seed {shuffle_images}): this is a control")
    if found.part in ("train", "all"):
        out += [
            f"these rows ({found.part}) of {found.source} were trained on by {artifact.path.name}: not a test"
            for artifact in artifacts
            if found.digest is not None and found.digest == artifact.manifest.data.digest
        ]
    return out
