"""A router about to be judged, whatever it stands on: what answers, what it is measured against, how long it takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch

from pointsman.artifacts import Artifact
from pointsman.data.example import Example
from pointsman.encoding import ActivationStore, encode, features
from pointsman.errors import ArtifactError, ConfigError, DataError
from pointsman.inference.calibration import Calibration
from pointsman.inference.torch_predictor import TorchPredictor, check_device, find_backbone
from pointsman.pipeline.baselines import Baselines, FeatureBaselines, Features
from pointsman.pipeline.exam import Answer, Exam
from pointsman.pipeline.exam_sequences import SequenceExam
from pointsman.pipeline.judge import latency
from pointsman.pipeline.options import Progress, stage
from pointsman.pipeline.request_baselines import ROUTER, baselines_for

if TYPE_CHECKING:
    from pointsman.inference.shared_base import SharedBase

# What is timed: a large model on a processor takes seconds for one request.
_TIMED = {"branch": (40, 64), "head": (20, 64), "generate": (20, 64)}


@dataclass(frozen=True)
class Examinee:
    """One router, loaded.

    Attributes:
        artifact: what was opened.
        calibration: its temperature and rule.
        exam: examines it.
        answer: rows to logits, of a router of one label a row.
        baselines: of such a router; recalled by the one who asks for their guesses.
        timed: what its time is measured by: rows to anything.
        weight_bytes: of all that it needs in memory to answer.
    """

    artifact: Artifact
    calibration: Calibration
    exam: Exam
    answer: Answer
    baselines: Baselines | None
    timed: Callable[[list[Example]], Any]
    weight_bytes: int

    def latency(self, rows: Sequence[Example]) -> dict[str, Any]:
        """Measure one row at a time, and a batch, with the real model."""
        return latency(self.timed, rows, *_TIMED[self.artifact.manifest.strategy])


@dataclass
class Bases:
    """Generating models that are loaded already: routers of one base share it.

    Attributes:
        device: `cpu` or `cuda`.
        backbone: where the routers' backbone is now, when not where it was at training.
    """

    device: str = "cpu"
    backbone: str | None = None
    _held: dict[tuple[str, ...], SharedBase] = field(default_factory=dict)

    def of(self, artifact: Artifact) -> SharedBase:
        """Return a router's base."""
        from pointsman.inference.shared_base import SharedBase

        manifest = artifact.manifest
        assert manifest.request is not None
        record, precision = manifest.backbone, manifest.request.precision
        key = (record.digest, record.tokenizer_digest, precision)
        if key not in self._held:
            found = find_backbone(artifact, self.backbone)
            self._held[key] = SharedBase.open(found, device=self.device, precision=precision)
        return self._held[key]


def examinee(artifact: Artifact, bases: Bases, tell: Progress) -> Examinee:
    """Load a router to be judged.

    Args:
        artifact: of any strategy.
        bases: where generating models are; also says device and backbone of others.
        tell: told how far the baselines' features are.

    Raises:
        ArtifactError: an export, or another backbone than it was trained on.
        BackboneError: its backbone cannot be had.
    """
    check_device(bases.device)
    if artifact.manifest.kind != "router":
        raise ArtifactError(f"{artifact.path} is an export: this needs the artifact that 'pointsman train' wrote")
    if artifact.manifest.strategy != "branch":
        return _of_requests(artifact, bases, tell)
    predictor = TorchPredictor(artifact, device=bases.device, backbone=bases.backbone)

    def answer(rows: Sequence[Example]) -> tuple[npt.NDArray[np.floating[Any]], list[bool]]:
        return predictor.logits([row.text for row in _texts(rows)])

    if artifact.task.kind == "token":
        from pointsman.pipeline.exam_entities import EntityExam

        exam: Exam = EntityExam(artifact.task, predictor.logits)
        pieces = predictor.logits.pieces
        return Examinee(
            artifact,
            predictor.calibration,
            exam,
            answer,
            None,
            lambda rows: pieces([r.text for r in rows]),
            predictor.weight_bytes,
        )
    baselines = FeatureBaselines(_features(predictor, bases.device, tell))
    exam = SequenceExam(artifact.task, answer, baselines)
    return Examinee(artifact, predictor.calibration, exam, answer, baselines, answer, predictor.weight_bytes)


def _of_requests(artifact: Artifact, bases: Bases, tell: Progress) -> Examinee:
    from pointsman.inference import generating_predictor

    predictor = generating_predictor.load(artifact.path, base=bases.of(artifact))
    baselines = baselines_for(False, tell)  # whether there are images is recalled
    exam = SequenceExam(artifact.task, predictor, baselines, ROUTER)
    return Examinee(artifact, predictor.calibration, exam, predictor, baselines, predictor, predictor.weight_bytes)


def _texts(rows: Sequence[Example]) -> Sequence[Example]:
    if (seen := next((row for row in rows if row.image is not None), None)) is not None:
        raise DataError(f"{seen.source}: the row has an image, and this router takes text alone")
    return rows


def _features(predictor: TorchPredictor, device: str, tell: Progress) -> Features:
    """Return what makes the features that an artifact's baselines were fitted on."""
    manifest, backbone = predictor.artifact.manifest, predictor.backbone
    dtype = torch.bfloat16 if manifest.recipe.get("precision") == "bf16" else torch.float32

    def made(rows: Sequence[Example]) -> npt.NDArray[np.float32]:
        activations = encode(
            backbone,
            [row.text for row in rows],
            depth=manifest.adapt_layers,
            max_length=manifest.max_length,
            dtype=dtype,
            device=device,
            store=ActivationStore(),
            progress=stage(tell, "features"),
        )
        return features(backbone, activations, dtype=dtype, device=device)

    return made


def with_images_shuffled(rows: Sequence[Example], seed: int) -> tuple[Example, ...]:
    """Return the rows with their images dealt out anew: the control that a router which looks must fail.

    Raises:
        ConfigError: fewer than two rows have an image.
    """
    at = [number for number, row in enumerate(rows) if row.image is not None]
    if len(at) < 2:
        raise ConfigError(
            f"--shuffle-images: {len(at)} of {len(rows):,} rows have an image: there is nothing to shuffle"
        )
    found = list(rows)
    for number, other in zip(at, np.random.default_rng(seed).permutation(at), strict=True):
        found[number] = replace(rows[number], image=rows[int(other)].image)
    return tuple(found)
