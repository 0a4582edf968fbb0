"""The calibrate step: temperature and rule for "not sure", from validation rows, now or later."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pointsman.artifacts import Artifact, layout, open_artifact, staged, write_manifest
from pointsman.evaluation import calibration as calibrating
from pointsman.evaluation.thresholds import Target, choose_threshold, parse_target
from pointsman.inference import Calibration, softmax
from pointsman.pipeline.judge import Floats, labels_of
from pointsman.pipeline.options import DataOptions, Progress, Silent
from pointsman.tasks import Task


def calibration_of(task: Task, logits: Floats, y: npt.NDArray[np.int64], target: Target) -> Calibration:
    """Fit temperature, then choose the rule, on validation rows: logits [n, classes], labels [n]."""
    temperature = calibrating.fit_temperature(logits, y)
    probabilities = softmax(logits, temperature)
    positive = task.labels.index(task.positive) if task.positive is not None else None
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


def write_validation(folder: Path, logits: Floats, y: npt.NDArray[np.int64]) -> None:
    """Keep the validation rows' logits and labels (no text), so that a rule can be chosen later."""
    from safetensors.numpy import save_file

    save_file({"logits": np.ascontiguousarray(logits, np.float32), "y": y}, folder / layout.VALIDATION)


def calibrate(
    path: Path, target: str, data: DataOptions | None = None, progress: Progress | None = None
) -> tuple[Artifact, Calibration]:
    """Choose another rule for an artifact and store it there, all or nothing.

    Args:
        path: the artifact.
        target: `fpr=0.01`, `precision=0.95`, `coverage=0.9` or `default`.
        data: other rows to fit on (its validation part, or all rows of a file without parts); None: the
            validation rows of training, whose logits the artifact keeps.
        progress: told what is done.

    Raises:
        ConfigError: the target is out of reach on these rows.
    """
    tell = progress or Silent()
    wanted = parse_target(target)
    artifact = open_artifact(path)
    if data is not None and data.path is not None:
        from pointsman.inference.torch_predictor import TorchPredictor
        from pointsman.pipeline.dataset import as_trained, load_rows

        rows, _, _, _, notes = load_rows(data.path, artifact.task, as_trained(data, artifact), None, usual="validation")
        for note in notes:
            tell.say(f"data: {note}")
        logits = TorchPredictor(artifact).logits([row.text for row in rows])[0]
        y = labels_of(rows, artifact.task)
    else:
        from safetensors.numpy import load_file

        kept = load_file(path / layout.VALIDATION)
        logits, y = kept["logits"], kept["y"]
    calibration = calibration_of(artifact.task, logits, y, wanted)
    with staged(path) as folder:
        shutil.copytree(path, folder, dirs_exist_ok=True)
        calibration.write(folder)
        _mark_stale(folder, calibration)
        write_manifest(folder, artifact.manifest)
    return open_artifact(path), calibration


def _mark_stale(folder: Path, calibration: Calibration) -> None:
    """Say in `eval_results.json` that its figures about "not sure" are those of the rule before."""
    file = folder / layout.EVAL_RESULTS
    results = json.loads(file.read_text(encoding="utf-8"))
    note = "the rule for 'not sure' has changed since"
    warnings = [w for w in results.get("warnings", []) if not w.startswith(note)]
    warnings.append(
        f"{note} (now {calibration.rule.target}): figures about abstaining here and in report.html are the former "
        "rule's; run pointsman evaluate for new ones"
    )
    file.write_text(
        json.dumps({**results, "warnings": warnings}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
