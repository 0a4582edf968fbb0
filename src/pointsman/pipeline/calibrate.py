"""The calibrate step: temperature and rule for "not sure", from validation rows, now or later."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from pointsman.artifacts import Artifact, layout, open_artifact, read_golden, staged, write_golden, write_manifest
from pointsman.errors import ArtifactError, ConfigError
from pointsman.evaluation.thresholds import parse_target
from pointsman.inference import Calibration
from pointsman.pipeline.exam import exam_of
from pointsman.pipeline.options import DataOptions, Progress, Silent


def calibrate(
    path: Path,
    target: str,
    data: DataOptions | None = None,
    progress: Progress | None = None,
    *,
    device: str = "cpu",
    backbone: str | None = None,
) -> tuple[Artifact, Calibration]:
    """Choose another rule for an artifact and store it there, all or nothing.

    The model is loaded where it is asked: about other rows, or again about golden rows that the rule may touch.

    Args:
        path: the artifact.
        target: `fpr=0.01`, `precision=0.95`, `coverage=0.9` or `default`.
        data: other rows to fit on (its validation part, or all rows of a file without parts); None: the
            validation rows of training, whose logits the artifact keeps.
        progress: told what is done.
        device: `cpu` or `cuda`.
        backbone: where the artifact's backbone is now, when not where it was at training.

    Raises:
        ConfigError: the target is out of reach on these rows.
    """
    tell = progress or Silent()
    wanted = parse_target(target)
    artifact = open_artifact(path)
    if artifact.manifest.kind != "router":
        raise ArtifactError(
            f"{path} is an export: calibrate the artifact that 'pointsman train' wrote, and export it anew"
        )
    kept = Calibration.read(path)
    with staged(path) as folder:
        shutil.copytree(path, folder, dirs_exist_ok=True)
        if data is not None and data.path is not None:
            from pointsman.pipeline.examinee import Bases, examinee
            from pointsman.pipeline.routing_dataset import fitted_on, rows_of

            found = rows_of(artifact, data, None, usual="validation")
            for note in found.notes:
                tell.say(f"data: {note}")
            if fitted_on(artifact, found):
                rows = "rows" if found.part == "all" else f"{found.part} rows"
                raise ConfigError(
                    f"--data {data.path}: its {rows} were trained on, so their scores flatter the router: "
                    "leave --data out (the validation scores of training are kept), or give other rows"
                )
            exam = examinee(artifact, Bases(device, backbone), tell).exam
            calibration = exam.calibrate(found.rows, wanted, folder)
        else:
            calibration = exam_of(artifact.task, None, None).recalibrate(folder, kept, wanted)
        calibration.write(folder)
        if (folder / layout.GOLDEN).is_file():  # artifacts of earlier versions, and of requests, have none
            from pointsman.inference.torch_predictor import TorchPredictor
            from pointsman.pipeline.golden import decided_anew

            logits = TorchPredictor(artifact, device=device, backbone=backbone).logits
            write_golden(folder, decided_anew(read_golden(folder), artifact.task, calibration, logits))
        _mark_stale(folder, calibration)
        write_manifest(folder, artifact.manifest)
    if (path / layout.SIGNATURE).is_file():
        tell.say(
            f"{path / layout.SIGNATURE} is the signature of the files before, and no key verifies it now: sign again "
            f"with 'pointsman sign {path} --sign-key KEY'"
        )
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
