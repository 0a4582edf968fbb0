"""The fp32 path: an artifact's adapter on its stock backbone, in torch. Every reported figure comes from here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from pointsman.artifacts import Artifact, layout, open_artifact
from pointsman.backbones import Backbone, resolve
from pointsman.backbones import hardware as hw
from pointsman.backbones.cut import classifier_class, load_classifier, load_tokenizer, quiet_transformers
from pointsman.encoding.tokens import Ints, read_tokenizer
from pointsman.errors import ArtifactError, ConfigError
from pointsman.inference.logits import Floats32, Forward, Logits
from pointsman.inference.predictor import ArtifactPredictor
from pointsman.tasks.task import Kind

if TYPE_CHECKING:
    from transformers import PreTrainedModel


def load_model(
    folder: Path,
    backbone: Backbone,
    labels: tuple[str, ...],
    adapt: str,
    device: str = "cpu",
    kind: Kind = "sequence",
) -> PreTrainedModel:
    """Load the trained model from an artifact's weights, fp32, unmerged, in eval mode."""
    if adapt == "full":
        with quiet_transformers():
            model = classifier_class(kind).from_pretrained(
                folder, dtype=torch.float32, local_files_only=True, use_safetensors=True
            )
    else:
        from peft import PeftModel

        stock = load_classifier(backbone, labels, kind=kind)
        with quiet_transformers():
            model = PeftModel.from_pretrained(stock, folder)
    model.requires_grad_(False)
    return model.to(device).eval()


def torch_forward(model: PreTrainedModel) -> Forward:
    """Return what runs a loaded model on token ids."""
    device = next(model.parameters()).device

    def forward(ids: Ints, mask: Ints) -> Floats32:
        with torch.inference_mode():
            out = model(
                input_ids=torch.from_numpy(ids).to(device), attention_mask=torch.from_numpy(mask).to(device)
            ).logits
        logits: Floats32 = out.float().cpu().numpy()
        return logits

    return forward


def torch_logits(model: PreTrainedModel, tokenizer: Any, max_length: int) -> Logits:
    """Return texts to logits through a loaded stock classifier, with or without a PEFT adapter."""
    most = hw.tokens_at_once(model.device.type, int(model.config.hidden_size), torch.float32)
    return Logits(torch_forward(model), tokenizer, max_length, int(model.config.num_labels), most=most)


class TorchPredictor(ArtifactPredictor):
    """A loaded artifact that answers; thread-safe once built.

    Attributes:
        backbone: what it stands on.
        weight_bytes: of the model in memory.
        artifact, task, calibration, digest, logits: see `ArtifactPredictor`.
    """

    def __init__(self, artifact: Artifact, *, device: str = "cpu", backbone: str | None = None) -> None:
        check_device(device)
        self.backbone = find_backbone(artifact, backbone)
        manifest, task = artifact.manifest, artifact.task
        model = load_model(artifact.path, self.backbone, task.labels, manifest.adapt, device, task.kind)
        self.weight_bytes = weight_bytes(model)
        logits = torch_logits(model, load_tokenizer(self.backbone), manifest.max_length)
        super().__init__(artifact, logits)


def weight_bytes(model: torch.nn.Module) -> int:
    """Return what a model's weights take in memory, those that are shared once."""
    return sum(one.numel() * one.element_size() for one in (*model.parameters(), *model.buffers()))


class MergedPredictor(ArtifactPredictor):
    """A loaded merged export that answers; thread-safe once built. See `ArtifactPredictor`."""

    def __init__(self, artifact: Artifact, *, device: str = "cpu") -> None:
        check_device(device)
        folder, manifest = artifact.path, artifact.manifest
        if manifest.kind != "merged":
            raise ArtifactError(f"{folder} is no merged export: make one with 'pointsman export … --format merged'")
        with quiet_transformers():
            model = classifier_class(artifact.task.kind).from_pretrained(
                folder, dtype=torch.float32, local_files_only=True, use_safetensors=True
            )
        model.requires_grad_(False)
        logits = torch_logits(model.to(device).eval(), read_tokenizer(folder / layout.TOKENIZER), manifest.max_length)
        super().__init__(artifact, logits)


def check_device(device: str) -> None:
    """Refuse a device that is not there.

    Raises:
        ConfigError: unknown, or not visible to torch.
    """
    if device not in ("cpu", "cuda"):
        raise ConfigError(f"--device {device}: use cpu or cuda")
    if device == "cuda" and not torch.cuda.is_available():
        raise ConfigError("--device cuda: no CUDA device is visible to torch; use --device cpu")


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


def load_merged(path: str | Path, *, device: str = "cpu") -> MergedPredictor:
    """Open a merged export and load its model with Transformers.

    Args:
        path: its folder.
        device: `cpu` or `cuda`.

    Raises:
        ArtifactError: the folder is no whole merged export.
    """
    return MergedPredictor(open_artifact(path), device=device)
