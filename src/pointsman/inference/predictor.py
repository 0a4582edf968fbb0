"""One way to ask any model: `Predictor`, and how logits become decisions, the same for every runtime."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from pointsman.artifacts import Artifact
from pointsman.data.example import Example
from pointsman.errors import DataError
from pointsman.inference.calibration import Calibration, Floats, softmax
from pointsman.inference.entities import decide_entities
from pointsman.inference.logits import Logits
from pointsman.tasks import Decision, Task


class Predictor(Protocol):
    """Whatever answers: a torch adapter, a merged model, an ONNX graph, a server."""

    def predict(self, texts: Sequence[str | Example], *, probabilities: bool = False) -> list[Decision]:
        """Decide each text; `probabilities` asks for every label's.

        Raises:
            DataError: a text is not a string, or blank.
        """
        ...


class LocalPredictor:
    """A router in this process: texts through its `Logits` to decisions.

    Attributes:
        task: labels in index order.
        calibration: its temperature and its rule for "not sure".
        digest: of what answers (sha256 of its manifest).
        logits: texts to logits.
    """

    def __init__(self, task: Task, calibration: Calibration, digest: str, logits: Logits) -> None:
        self.task = task
        self.calibration = calibration
        self.digest = digest
        self.logits = logits

    def predict(self, texts: Sequence[str | Example], *, probabilities: bool = False) -> list[Decision]:
        """Decide each text.

        Args:
            texts: any number, in any order of length.
            probabilities: put every label's probability into the decisions (of a token task: whether the text
                holds an entity).

        Raises:
            DataError: a text is not a string, or blank.
        """
        plain, digest = texts_of(texts), self.digest
        if self.task.kind == "token":
            pieces = self.logits.pieces(plain)
            return decide_entities(pieces, self.task, self.calibration, digest, probabilities=probabilities)
        logits, truncated = self.logits(plain)
        return decide(logits, truncated, self.task, self.calibration, digest, probabilities=probabilities)


class ArtifactPredictor(LocalPredictor):
    """One that answers from an artifact, or from an export of one.

    Attributes:
        artifact: what was opened.
        task, calibration, digest, logits: see `LocalPredictor`.
    """

    def __init__(self, artifact: Artifact, logits: Logits) -> None:
        super().__init__(artifact.task, Calibration.read(artifact.path), artifact.digest, logits)
        self.artifact = artifact


def texts_of(texts: Sequence[str | Example]) -> list[str]:
    """Return the plain texts.

    Raises:
        DataError: one is not a string, is blank or has an image; a single string was given for a list.
    """
    if isinstance(texts, str):
        raise DataError("predict takes a list of texts, not one string: predict([text])")
    plain = []
    for number, text in enumerate(texts, start=1):
        if isinstance(text, Example) and text.image is not None:
            place = f"{text.source}: " if text.source else ""
            raise DataError(f"{place}text {number} comes with an image, and this router takes text alone")
        value = text.text if isinstance(text, Example) else text
        if not isinstance(value, str):
            raise DataError(f"text {number}: expected a string, found {type(value).__name__}")
        if not value.strip():
            raise DataError(f"text {number} is blank: there is nothing to decide")
        # Lone surrogates (from broken JSON escapes) cannot be tokenised; U+FFFD is what they are.
        plain.append(value.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    return plain


def decide(
    logits: Floats,
    truncated: Sequence[bool],
    task: Task,
    calibration: Calibration,
    digest: str,
    *,
    probabilities: bool = False,
) -> list[Decision]:
    """Turn logits [n, classes] into decisions."""
    if len(logits) == 0:
        return []
    p = softmax(logits, calibration.temperature)
    positive = task.labels.index(task.positive) if task.positive is not None else None
    unsure = calibration.rule.abstains(p, positive)
    order = np.argsort(-p, axis=1, kind="stable")
    out = []
    for row, (first, second) in enumerate(order[:, :2]):
        label = task.labels[first]
        out.append(
            Decision(
                task=task.name,
                label=label,
                probability=float(p[row, first]),
                margin=float(p[row, first] - p[row, second]),
                runner_up=task.labels[second],
                threshold=calibration.rule.threshold,
                abstained=bool(unsure[row]),
                truncated=bool(truncated[row]),
                digest=digest,
                probabilities={n: float(x) for n, x in zip(task.labels, p[row], strict=True)}
                if probabilities
                else None,
                tools=tuple(task.tools.get(label, ())),
            )
        )
    return out
