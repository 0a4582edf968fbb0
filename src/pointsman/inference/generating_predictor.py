"""Routers that stand on a generating model: a head on its frozen hidden state, or an adapter that says the label.

Both are asked the same way and decide the same way; the base may be shared with others (experts, other routers).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import torch

from pointsman.artifacts import Artifact, layout, open_artifact
from pointsman.data.example import Example
from pointsman.encoding.conversation import Prepared, Template
from pointsman.encoding.multimodal import Pooling, Seen
from pointsman.encoding.pooled import rounded
from pointsman.errors import ArtifactError, ConfigError, DataError
from pointsman.inference.calibration import Calibration
from pointsman.inference.head import load_head
from pointsman.inference.logits import Floats32
from pointsman.inference.predictor import decide
from pointsman.inference.shared_base import SharedBase
from pointsman.inference.torch_predictor import find_backbone
from pointsman.tasks import Decision

ADAPTER = "router:"
"""Prefix of the name by which a router's own adapter is known on its base: no expert can have it."""

# Tokens of a batch, padding counted.
_TOKENS = 4096


class GeneratingPredictor(ABC):
    """A loaded router that answers; thread-safe once built.

    Attributes:
        artifact, task, calibration, digest: see `ArtifactPredictor`.
        base: what it stands on.
        template: how a request is put to it.
    """

    def __init__(self, artifact: Artifact, base: SharedBase) -> None:
        self.artifact, self.base = artifact, base
        self.task, self.digest = artifact.task, artifact.digest
        self.calibration = Calibration.read(artifact.path)
        self.template = template_of(artifact)

    @property
    def weight_bytes(self) -> int:
        """What base and router take in memory together."""
        own = (self.artifact.path / name for name in (layout.HEAD_WEIGHTS, layout.ADAPTER_WEIGHTS))
        return self.base.weight_bytes + sum(file.stat().st_size for file in own if file.is_file())

    def prepare(self, example: Example) -> Prepared:
        """Make one request ready.

        Raises:
            DataError: blank text, or an image that cannot be taken.
        """
        return self.base.preparer.prepare(example, self.template)

    @abstractmethod
    def scores(self, prepared: Sequence[Prepared], seen: Sequence[Seen | None] | None = None) -> Floats32:
        """Return logits, float32 [rows, classes].

        Args:
            prepared: requests.
            seen: what the base's `see` gave for them; None: images are looked at now.
        """
        ...

    def __call__(self, rows: Sequence[Example]) -> tuple[Floats32, list[bool]]:
        """Return logits [rows, classes] and whether each text was cut off."""
        prepare = [partial(self.prepare, row) for row in rows]
        return score_rows(prepare, self.scores, len(self.task.labels))

    def predict(self, rows: Sequence[str | Example], *, probabilities: bool = False) -> list[Decision]:
        """Decide each request.

        Args:
            rows: texts, or examples with text and image.
            probabilities: put every label's probability into the decisions.

        Raises:
            DataError: blank text, or an image that cannot be taken.
        """
        logits, truncated = self(examples_of(rows))
        return self.decide(logits, truncated, probabilities=probabilities)

    def decide(self, logits: Floats32, truncated: Sequence[bool], *, probabilities: bool = False) -> list[Decision]:
        """Turn logits [rows, classes] into decisions."""
        return decide(logits, truncated, self.task, self.calibration, self.digest, probabilities=probabilities)


class HeadPredictor(GeneratingPredictor):
    """A head on a hidden state of the frozen base."""

    def __init__(self, artifact: Artifact, base: SharedBase) -> None:
        super().__init__(artifact, base)
        assert artifact.manifest.request is not None
        self.pooling = Pooling(artifact.manifest.request.tokens, artifact.manifest.request.layer)
        self.head = load_head(artifact.path / layout.HEAD_WEIGHTS)

    def scores(self, prepared: Sequence[Prepared], seen: Sequence[Seen | None] | None = None) -> Floats32:
        """See `GeneratingPredictor`."""
        return self.of_hidden(self.base.hidden(prepared, seen, self.pooling))

    def of_hidden(self, hidden: torch.Tensor) -> Floats32:
        """Return logits of the base's last hidden states, float [rows, width]."""
        with torch.inference_mode():
            found: Floats32 = self.head(rounded(hidden.cpu())).numpy()
        return found


class NamePredictor(GeneratingPredictor):
    """An adapter that says the label; every label's words are scored, no text is trusted."""

    def __init__(self, artifact: Artifact, base: SharedBase) -> None:
        super().__init__(artifact, base)
        self.adapter = f"{ADAPTER}{artifact.digest}"
        base.add(self.adapter, artifact.path, pinned=True)
        self.names = [base.preparer.answer_ids(label) for label in self.task.labels]

    def scores(self, prepared: Sequence[Prepared], seen: Sequence[Seen | None] | None = None) -> Floats32:
        """See `GeneratingPredictor`."""
        return self.base.score(prepared, self.names, self.adapter, seen)


def score_rows(
    prepare: Sequence[Callable[[], Prepared]], scores: Callable[[Sequence[Prepared]], Floats32], classes: int
) -> tuple[Floats32, list[bool]]:
    """Return logits [rows, classes] and whether each text was cut off, in batches of a bounded number of tokens.

    Args:
        prepare: for each row what makes it ready; called in turn, so that few images are in memory at once.
        scores: a batch to logits.
        classes: labels of the task.
    """
    logits = np.zeros((len(prepare), classes), np.float32)
    truncated: list[bool] = []
    waiting: list[Prepared] = []

    def flush() -> None:
        if waiting:
            end = len(truncated)
            logits[end - len(waiting) : end] = scores(waiting)
            waiting.clear()

    for make in prepare:
        one = make()
        longest = max(len(one.input_ids), *(len(other.input_ids) for other in waiting), 0)
        if longest * (len(waiting) + 1) > _TOKENS:
            flush()
        truncated.append(one.truncated)
        waiting.append(one)
    flush()
    return logits, truncated


def template_of(artifact: Artifact) -> Template:
    """Return how a request is put to a router.

    Raises:
        ArtifactError: it does not stand on a generating model, or its manifest does not say.
    """
    request = artifact.manifest.request
    if artifact.manifest.strategy == "branch" or request is None:
        raise ArtifactError(f"{artifact.path / layout.MANIFEST}: this router does not stand on a generating model")
    return Template(request.text, request.system, request.min_pixels, request.max_pixels, request.max_tokens)


def examples_of(rows: Sequence[str | Example]) -> list[Example]:
    """Return requests as examples.

    Raises:
        DataError: one is neither text nor an example; a single string was given for a list.
    """
    if isinstance(rows, str | Example):
        raise DataError("predict takes a list of requests, not one: predict([request])")
    found = []
    for number, row in enumerate(rows, start=1):
        if isinstance(row, str):
            row = Example(row, source=f"request {number}")
        if not isinstance(row, Example):
            raise DataError(f"request {number}: expected a text or an Example, found {type(row).__name__}")
        found.append(row)
    return found


def load(
    path: str | Path, *, device: str = "cpu", backbone: str | None = None, base: SharedBase | None = None
) -> GeneratingPredictor:
    """Open a router that stands on a generating model, and load the model unless one is given.

    Args:
        path: the artifact's folder.
        device: `cpu` or `cuda`.
        backbone: where its base is now, when not where it was at training.
        base: a loaded one to share.

    Raises:
        ArtifactError: the folder is no whole artifact of this kind.
        ConfigError: the base given is another one.
        BackboneError: the base cannot be had.
    """
    artifact = open_artifact(path)
    template_of(artifact)
    manifest = artifact.manifest
    if base is None:
        assert manifest.request is not None
        base = SharedBase.open(find_backbone(artifact, backbone), device=device, precision=manifest.request.precision)
    record, given = manifest.backbone, base.backbone
    if (given.digest, given.tokenizer_digest) != (record.digest, record.tokenizer_digest):
        raise ConfigError(
            f"{artifact.path}: the router stands on {record.name} (weights {record.digest[:12]}…, processor "
            f"{record.tokenizer_digest[:12]}…), the base given is {given.name} ({given.digest[:12]}…, "
            f"{given.tokenizer_digest[:12]}…): use the base that the router was trained on"
        )
    kind = HeadPredictor if manifest.strategy == "head" else NamePredictor
    return kind(artifact, base)
