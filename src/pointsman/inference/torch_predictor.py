"""The fp32 path: an artifact's adapter on its stock backbone, in torch. Every reported figure comes from here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import torch

from pointsman.artifacts import Artifact, layout, open_artifact
from pointsman.backbones import Backbone, resolve
from pointsman.backbones.cut import load_classifier, load_tokenizer, quiet_transformers
from pointsman.data.example import Example
from pointsman.encoding import length_batches, pad, tokenize
from pointsman.errors import ArtifactError, ConfigError
from pointsman.inference.calibration import Calibration
from pointsman.inference.predictor import decide, texts_of
from pointsman.tasks import Decision

if TYPE_CHECKING:
    from transformers import PreTrainedModel

_TOKENS = 8192
_ROWS = 128


def load_model(
    folder: Path, backbone: Backbone, labels: tuple[str, ...], adapt: str, device: str = "cpu"
) -> PreTrainedModel:
    """Load the trained model from an artifact's weights, fp32, unmerged, in eval mode."""
    if adapt == "full":
        from transformers import AutoModelForSequenceClassification

        with quiet_transformers():
            model = AutoModelForSequenceClassification.from_pretrained(
                folder, dtype=torch.float32, local_files_only=True, use_safetensors=True
            )
    else:
        from peft import PeftModel

        stock = load_classifier(backbone, labels)
        with quiet_transformers():
            model = PeftModel.from_pretrained(stock, folder)
    model.requires_grad_(False)
    return model.to(device).eval()


class Logits:
    """Texts to logits through one loaded model.

    Args:
        model: a stock classifier, with or without a PEFT adapter.
        backbone: whose tokenizer is used.
        max_length: tokens after which a text is cut off.
    """

    def __init__(self, model: PreTrainedModel, backbone: Backbone, max_length: int) -> None:
        self.model = model
        self.tokenizer = load_tokenizer(backbone)
        self.max_length = max_length

    def __call__(self, texts: Sequence[str]) -> tuple[npt.NDArray[np.float32], list[bool]]:
        """Return logits float32 [texts, classes], and which texts were cut off."""
        ids, truncated = tokenize(self.tokenizer, texts, self.max_length)
        device = next(self.model.parameters()).device
        out = np.zeros((len(ids), int(self.model.config.num_labels)), dtype=np.float32)
        for batch in length_batches([len(i) for i in ids], max_tokens=_TOKENS, max_rows=_ROWS):
            inputs, mask = pad([torch.tensor(ids[i]) for i in batch])
            with torch.inference_mode():
                logits = self.model(input_ids=inputs.to(device), attention_mask=mask.to(device)).logits
            out[batch] = logits.float().cpu().numpy()
        return out, truncated


class TorchPredictor:
    """A loaded artifact that answers; thread-safe once built.

    Attributes:
        artifact: what was opened.
        backbone: what it stands on.
        calibration: its temperature and its rule for "not sure".
    """

    def __init__(self, artifact: Artifact, *, device: str = "cpu", backbone: str | None = None) -> None:
        if device not in ("cpu", "cuda"):
            raise ConfigError(f"--device {device}: use cpu or cuda")
        if device == "cuda" and not torch.cuda.is_available():
            raise ConfigError("--device cuda: no CUDA device is visible to torch; use --device cpu")
        self.artifact = artifact
        self.task = artifact.task
        self.backbone = find_backbone(artifact, backbone)
        self.calibration = Calibration.read(artifact.path)
        manifest = artifact.manifest
        model = load_model(artifact.path, self.backbone, self.task.labels, manifest.adapt, device)
        self.logits = Logits(model, self.backbone, manifest.max_length)

    def predict(self, texts: Sequence[str | Example], *, probabilities: bool = False) -> list[Decision]:
        """Decide each text.

        Args:
            texts: any number, in any order of length.
            probabilities: put every label's probability into the decisions.

        Raises:
            DataError: a text is not a string, or blank.
        """
        logits, truncated = self.logits(texts_of(texts))
        return decide(logits, truncated, self.task, self.calibration, self.artifact.digest, probabilities=probabilities)


def find_backbone(artifact: Artifact, override: str | None = None) -> Backbone:
    """Find the backbone that an artifact was trained on, and check that it is the same bytes.

    Raises:
        BackboneError: it cannot be had.
        ArtifactError: what was found is not what the artifact was trained on.
    """
    record = artifact.manifest.backbone
    backbone = resolve(override or record.name)
    same = backbone.digest == record.digest and backbone.tokenizer_digest == record.tokenizer_digest
    if not same:
        raise ArtifactError(
            f"{artifact.path / layout.MANIFEST}: trained on {record.name} (weights {record.digest[:12]}…), but "
            f"{backbone.path} holds other weights or another tokenizer ({backbone.digest[:12]}…): "
            "name the right one with --backbone (in Python: load(path, backbone=…))"
        )
    return backbone


def load(path: str | Path, *, device: str = "cpu", backbone: str | None = None) -> TorchPredictor:
    """Open an artifact and load its model.

    Args:
        path: the artifact's folder.
        device: `cpu` or `cuda`.
        backbone: where its backbone is now, when not where it was at training.

    Raises:
        ArtifactError: the folder is no whole artifact.
        BackboneError: its backbone cannot be had.
    """
    return TorchPredictor(open_artifact(path), device=device, backbone=backbone)
