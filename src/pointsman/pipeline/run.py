"""What every training run has, whatever it trains: its result, its checkpoints' folder, its records in the manifest."""

from __future__ import annotations

import importlib.metadata
import json
import platform
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pointsman import tasks
from pointsman.artifacts import Artifact, BackboneRecord, DataRecord, layout, open_artifact
from pointsman.backbones import Backbone
from pointsman.backbones import hardware as hw
from pointsman.errors import ConfigError, OutputError
from pointsman.pipeline.dataset import Dataset
from pointsman.pipeline.exam import headline
from pointsman.pipeline.options import Progress, TrainOptions
from pointsman.pipeline.step import where


@dataclass(frozen=True)
class TrainResult:
    """What the step made.

    Attributes:
        artifact: opened and checked.
        results: content of its `eval_results.json`; figures of the test part, or of validation where
            there is no test part (it says so).
        seconds: of the whole step, and of its stages.
        resumed: whether it went on with an interrupted run.
    """

    artifact: Artifact
    results: dict[str, Any]
    seconds: dict[str, float]
    resumed: bool = False


def work_folder(out: Path) -> Path:
    """Return where a run that is to become `out` keeps its checkpoints."""
    return out.parent / f".{out.name}.work"


def settled_out(options: TrainOptions, usual: Callable[[], str]) -> Path:
    """Return the artifact's folder: as asked, or of the usual name below `runs`.

    Raises:
        ConfigError: nothing was asked, and `runs` would be that of another machine.
    """
    if options.out is not None:
        return options.out
    if (launcher := where().launcher) != "local":
        raise ConfigError(f"--out is missing: with --launcher {launcher} say where the artifact is to be written")
    return Path("runs") / usual()


def finished(out: Path, options: TrainOptions, tell: Progress) -> TrainResult:
    """Return what a run that is done has made, for `--resume` where nothing is left to do.

    Raises:
        ConfigError: it is another run's: of another task, data or settings.
    """
    artifact = open_artifact(out)
    manifest = artifact.manifest
    wanted = options.name if options.name is not None else tasks.get(str(options.task)).name
    source = options.data.path.name if options.data.path is not None else "embedded"
    changed = ["task"] if manifest.task.name != wanted else []
    changed += ["data"] if manifest.data.source != source else []
    # What stands for a choice by data or model has been settled since.
    asked = {key: value for key, value in options.overrides.items() if value not in (0, "auto") and key != "model"}
    asked = json.loads(json.dumps({key: value for key, value in asked.items() if key in manifest.recipe}))
    changed += [key.replace("_", "-") for key, value in asked.items() if manifest.recipe[key] != value]
    if changed:
        raise ConfigError(
            f"--resume: {out} is complete, and was made with another {', '.join(changed)}: choose another --out, or "
            "pass --overwrite to start anew"
        )
    tell.say(f"{out} is complete already: nothing to resume")
    results = json.loads((out / layout.EVAL_RESULTS).read_text(encoding="utf-8"))
    return TrainResult(artifact, results, {"total": 0.0}, resumed=True)


def identity(
    recipe: Mapping[str, Any], dataset: Dataset, backbone: Backbone, hardware: hw.Hardware, **more: Any
) -> dict[str, Any]:
    """Return what has to be the same for a run to go on."""
    found = {
        "recipe": dict(recipe),
        "labels": list(dataset.task.labels),
        "split": dataset.split_digest,
        "backbone": backbone.digest,
        "precision": hardware.precision,
        **more,
    }
    plain: dict[str, Any] = json.loads(json.dumps(found))
    return plain


def prepare_work(out: Path, options: TrainOptions, run: Mapping[str, Any]) -> Path:
    """Make the folder of checkpoints, or check that an interrupted run there is the same run.

    Args:
        out: what the run is to become.
        options: whether to go on, or to start anew.
        run: of `identity`.

    Raises:
        OutputError: an interrupted run is there, or the place cannot be written.
        ConfigError: there is nothing to go on with, or it is another run.
    """
    work = work_folder(out)
    file = work / "run.json"
    if work.exists():
        if not options.resume and not options.overwrite:
            raise OutputError(
                f"{work} holds an interrupted run of {out}: pass --resume to go on with it, "
                "or --overwrite to start anew"
            )
        if options.resume and file.is_file():
            found = json.loads(file.read_text(encoding="utf-8"))
            changed = [key for key in run if found.get(key) != run[key]]
            if changed:
                raise ConfigError(
                    f"--resume: the interrupted run at {work} had another {', '.join(changed)}: "
                    "use the same options and data, or --overwrite to start anew"
                )
            return work
        shutil.rmtree(work)
    elif options.resume:
        raise ConfigError(f"--resume: no interrupted run of {out} (looked for {work}); leave --resume out")
    try:
        work.mkdir(parents=True)
        file.write_text(json.dumps(dict(run)) + "\n", encoding="utf-8")
    except OSError as error:
        raise OutputError(f"{work} cannot be written: {error.strerror}; choose another --out") from None
    return work


def backbone_record(backbone: Backbone) -> BackboneRecord:
    """Return which pretrained model an artifact stands on."""
    return BackboneRecord(
        name=backbone.name,
        source=backbone.source,
        licence=backbone.licence,
        family=backbone.family.name,
        architecture=backbone.architecture,
        digest=backbone.digest,
        tokenizer_digest=backbone.tokenizer_digest,
        layers=backbone.layers,
        width=backbone.width,
    )


def data_record(options: TrainOptions, dataset: Dataset) -> DataRecord:
    """Return which rows were used, by digest; no text."""
    return DataRecord(
        source=dataset.source,
        digest=dataset.digest,
        split_digest=dataset.split_digest,
        rows=dataset.counts,
        # Notes quote texts to a person; the artifact keeps none.
        notes=[re.split(r": ['\"]", note)[0] for note in dataset.notes],
        oos_label=options.data.oos_label,
        excluded_labels=list(options.data.exclude_labels),
        label_map=dict(options.data.label_map),
        generator_rows=dataset.generator_rows,
        shifted=dataset.shifted.source if dataset.shifted is not None else None,
        shifted_digest=dataset.shifted.digest if dataset.shifted is not None else None,
        leakage=dataset.leakage,
    )


def versions() -> dict[str, str]:
    """Return the versions of what trains."""
    found = {name: importlib.metadata.version(name) for name in ("torch", "transformers", "peft", "pointsman")}
    return {**found, "python": platform.python_version()}


def headline_of(results: Mapping[str, Any]) -> dict[str, Any]:
    """Return the figures that a manifest carries."""
    return {
        "split": results["split"],
        "n": results["n"],
        **{name: results[name] for name, _ in headline(results)},
        "intervals": results["intervals"],
        "ece": results["calibration"]["ece_after"],
    }
