"""The evaluate and compare steps: artifacts against rows, with intervals, baselines and a report."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from pointsman.artifacts import Artifact, check_output, layout, open_artifact, staged
from pointsman.errors import ConfigError
from pointsman.evaluation.metrics import Figure, metric_value
from pointsman.evaluation.paired import mcnemar
from pointsman.inference import softmax
from pointsman.inference.torch_predictor import TorchPredictor
from pointsman.pipeline.dataset import PartRows, as_trained, load_dataset
from pointsman.pipeline.examinee import Bases, examinee, with_images_shuffled
from pointsman.pipeline.judge import labels_of, provenance, write_report
from pointsman.pipeline.mentioned import bases_of
from pointsman.pipeline.named import named
from pointsman.pipeline.options import DataOptions, Progress, Silent
from pointsman.pipeline.routing_dataset import fitted_on, request_rows, rows_of
from pointsman.pipeline.solver_artifact import is_solver
from pointsman.pipeline.step import Step, where


@dataclass(frozen=True)
class EvaluateOptions:
    """What to judge, and on what.

    Attributes:
        artifacts: one, or several of the same labels; each is then compared with the first.
        data: rows; without a path the embedded test part.
        part: which part of the file; None: test where there is one, else all rows.
        out: folder to write; None: of one artifact a folder beside it, named by data and time; of several nothing.
        overwrite: replace `out`.
        device: `cpu` or `cuda`.
        backbone: where the artifacts' backbone is now, when not where it was at training.
        shuffle_images: seed by which the images are dealt out anew among the rows: a control, not the router's figures.
    """

    artifacts: tuple[Path, ...]
    data: DataOptions = field(default_factory=DataOptions)
    part: str | None = None
    out: Path | None = None
    overwrite: bool = False
    device: str = "cpu"
    backbone: str | None = None
    shuffle_images: int | None = None

    def __post_init__(self) -> None:
        if not self.artifacts:
            raise ConfigError("no artifact to evaluate: name a folder written by 'pointsman train'")
        if len(self.artifacts) > 1 and self.data.shifted is not None:
            raise ConfigError("--shifted goes with one artifact: judge each by itself")


@dataclass(frozen=True)
class Evaluated:
    """What came of an evaluation.

    Attributes:
        results: of one artifact see `evaluate`, of several `evaluate_many`.
        folder: where they stand; None: nowhere.
    """

    results: Mapping[str, Any]
    folder: Path | None


def evaluate_artifacts(options: EvaluateOptions, progress: Progress | None = None) -> Evaluated:
    """Judge one artifact, or several side by side.

    Raises:
        PointsmanError: anything wrong with artifacts, data or output.
    """
    _refuse_solvers(options.artifacts)
    how: dict[str, Any] = {
        "part": options.part,
        "out": options.out,
        "overwrite": options.overwrite,
        "device": options.device,
        "backbone": options.backbone,
        "shuffle_images": options.shuffle_images,
        "progress": progress,
    }
    if len(options.artifacts) == 1:
        return Evaluated(*evaluate(options.artifacts[0], options.data, **how))
    from pointsman.pipeline.evaluate_many import evaluate_many

    return Evaluated(evaluate_many(options.artifacts, options.data, **how), options.out)


def rows_for(artifact: Artifact, data: DataOptions, part: str | None, progress: Progress) -> PartRows:
    """Return the rows named by `data`, or the embedded test part that an artifact's task was held out of.

    Raises:
        ConfigError: no data is named, and the artifact was trained on a file.
    """
    task, trained = artifact.task, artifact.manifest.data.source
    if data.path is None:
        if trained != "embedded":
            raise ConfigError(f"--data is needed: this artifact was trained on {trained}, which it does not hold")
        name = part or "test"
        if name not in ("train", "validation", "test"):
            raise ConfigError(f"--split {name}: use train, validation or test")
        dataset = load_dataset(task.name, None, DataOptions(labels=task.names))
        return PartRows(getattr(dataset.split, name), (), name, "embedded", None)
    found = rows_of(artifact, data, part)
    for note in found.notes:
        progress.say(f"data: {note}")
    return found


def evaluate(
    path: Path,
    data: DataOptions,
    *,
    part: str | None = None,
    out: Path | None = None,
    overwrite: bool = False,
    device: str = "cpu",
    backbone: str | None = None,
    shuffle_images: int | None = None,
    progress: Progress | None = None,
) -> tuple[dict[str, Any], Path]:
    """Judge an artifact on rows and write `eval_results.json` and `report.html`.

    Args:
        path: the artifact.
        data: rows; without a path the embedded test part.
        part: which part of the file; None: test where there is one, else all rows.
        out: folder to write; None: one beside the artifact, named by data and time.
        overwrite: replace `out`.
        device: `cpu` or `cuda`.
        backbone: where the artifact's backbone is now, when not where it was at training.
        shuffle_images: seed by which the images are dealt out anew among the rows: a control, not the router's figures.
        progress: told how far it is.

    Returns:
        The results and the folder.

    Raises:
        PointsmanError: anything wrong with artifact, data or output.
    """
    tell = progress or Silent()
    if out is not None:
        check_output(out, overwrite=overwrite, reads=[path, *data.reads])
    elif named(path) != str(path):
        raise ConfigError(f"--out is missing: beside {named(path)} nothing is written without it")
    artifact = open_artifact(path)
    task, manifest = artifact.task, artifact.manifest
    found = rows_for(artifact, data, part, tell)
    if shuffle_images is not None:
        found = replace(found, rows=with_images_shuffled(found.rows, shuffle_images))
    one = examinee(artifact, Bases(device, backbone), tell)
    exam, calibration = one.exam, one.calibration
    exam.recall_baselines(path)
    history = json.loads((path / layout.HISTORY).read_text(encoding="utf-8"))
    n = len(found.rows) + len(found.out_of_scope)
    tell.advance("judging", 0, n)
    results, pictures = exam.judge(
        found.rows, found.out_of_scope, calibration, history if isinstance(history, list) else []
    )
    tell.advance("judging", n, n)
    if data.shifted is not None:
        other = request_rows(data.shifted, task, replace(as_trained(data, artifact), oos_label=None), None)
        tell.advance(f"judging on {other.source}", 0, len(other.rows))
        figures, _ = exam.judge(other.rows, (), calibration, ())
        results["shifted"] = {"data": other.source, "split": other.part, **figures}
        if other.digest is not None and other.digest == manifest.data.digest:
            told = f"--shifted {other.source}: the router was trained from these very rows: not another source"
            results["warnings"].insert(0, told)
    if fitted_on(artifact, found):
        results["warnings"].insert(0, f"these rows ({found.part}) of {found.source} were trained on: not a test")
    results["split"] = found.part
    results["data"] = found.source
    results["launcher"] = where().to_dict()
    if manifest.strategy != "branch":
        results["strategy"] = manifest.strategy
    if shuffle_images is not None:
        results["shuffled_images"] = shuffle_images
        results["warnings"].insert(0, f"images were shuffled among the rows (seed {shuffle_images}): this is a control")
    results["latency"] = one.latency(found.rows)
    results["provenance"] = provenance(artifact, found.source, found.digest)
    if out is None:
        stamp = datetime.datetime.now().strftime("%Y%m%d-%H%M%S")
        stem = found.source.split(".")[0]
        out = path.parent / f"{path.name}.evaluations" / f"{stem}-{found.part}-{stamp}"
    with staged(out) as folder:
        write_report(folder, f"{task.name} on {found.source} ({found.part})", results, pictures)
    return results, out


def compare(
    a: Path,
    b: Path,
    data: DataOptions,
    *,
    part: str | None = None,
    device: str = "cpu",
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Judge two artifacts on the same rows.

    Returns:
        `n`, `warnings`, for `a` and `b` accuracy with interval and macro F1; `paired`: difference with interval and
        p-value (McNemar); `a_only`, `b_only`: rows that one alone got right; `differences`: up to 20 rows
        where they differ. Of a token task F1 of entities in place of accuracy (paired bootstrap).

    Raises:
        ConfigError: they decide different labels.
    """
    tell = progress or Silent()
    first, second = open_artifact(a), open_artifact(b)
    if set(first.task.labels) != set(second.task.labels):
        only_a = sorted(set(first.task.labels) - set(second.task.labels))
        only_b = sorted(set(second.task.labels) - set(first.task.labels))
        raise ConfigError(
            f"{a} and {b} decide different labels (only the first: {', '.join(only_a[:5]) or 'none'}; "
            f"only the second: {', '.join(only_b[:5]) or 'none'}): they cannot be compared"
        )
    task = first.task
    found = rows_for(first, data, part, tell)
    bases = Bases(device)
    texts = [row.text for row in found.rows]
    named = {
        "task": task.name,
        "data": found.source,
        "split": found.part,
        "n": len(texts),
        "warnings": [
            f"these rows ({found.part}) of {found.source} trained {one.path}: not a test of it"
            for one in (first, second)
            if fitted_on(one, found)
        ],
    }
    if task.kind == "token":
        from pointsman.pipeline.exam_entities import compare_entities

        return {
            **named,
            **compare_entities(TorchPredictor(first, device=device), TorchPredictor(second, device=device), found.rows),
        }
    y = labels_of(found.rows, task)
    answers, sides = [], {}
    for name, artifact in (("a", first), ("b", second)):
        one = examinee(artifact, bases, tell)
        tell.advance(f"asking {artifact.path.name}", 0, len(texts))
        p = softmax(one.answer(found.rows)[0], one.calibration.temperature)
        tell.advance(f"asking {artifact.path.name}", len(texts), len(texts))
        # Indices in the first artifact's label order.
        order = np.array([task.labels.index(label) for label in artifact.task.labels])
        guess = order[p.argmax(axis=1)]
        answers.append((guess, p.max(axis=1)))
        accuracy = Figure.share(int((guess == y).sum()), len(y))
        sides[name] = {
            "artifact": str(artifact.path),
            "digest": artifact.digest,
            "accuracy": accuracy.value,
            "accuracy_interval": accuracy.interval,
            "macro_f1": metric_value("macro_f1", y, guess, len(task.labels)),
        }
    (guess_a, sure_a), (guess_b, sure_b) = answers
    test = mcnemar(guess_a == y, guess_b == y)
    differ = np.flatnonzero(guess_a != guess_b)
    order = differ[np.argsort(-np.maximum(sure_a[differ], sure_b[differ]), kind="stable")]
    return {
        **named,
        **sides,
        "paired": test.to_dict(),
        "a_only": test.a_only,
        "b_only": test.b_only,
        "disagreements": len(differ),
        "differences": [
            {
                "text": texts[i],
                "label": task.labels[y[i]],
                "a": task.labels[guess_a[i]],
                "a_probability": float(sure_a[i]),
                "b": task.labels[guess_b[i]],
                "b_probability": float(sure_b[i]),
            }
            for i in order[:20]
        ],
    }


def _refuse_solvers(paths: Sequence[Path]) -> None:
    """Refuse a solver's folder: on a volume or another machine, nobody could see before that it is one."""
    for path in paths:
        if is_solver(path) or any(is_solver(folder) for folder in path.glob("*/")):
            raise ConfigError(
                f"{named(path)} holds a solver, which is known as one on this machine and at URLs: copy it here, and "
                "name that folder and questions with options as --data"
            )


def _bases(options: EvaluateOptions) -> Iterator[Path]:
    if options.backbone is None:
        yield from bases_of(options.artifacts)


STEP = Step(
    "evaluate",
    EvaluateOptions,
    evaluate_artifacts,
    reads=("artifacts", "data.path", "data.shifted"),
    writes="out",
    names=("backbone",),
    within=_bases,
    needs=("vision",),
)
