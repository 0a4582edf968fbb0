"""LoRA folded into the original fp32 weights: the stock model of the family, and the checkpoint of it on disk.

Takes an opened artifact and its backbone; torch and PEFT are imported when called.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pointsman.artifacts import Artifact, layout
from pointsman.backbones import Backbone
from pointsman.errors import ArtifactError
from pointsman.export.files import copy_side_files

if TYPE_CHECKING:
    from transformers import PreTrainedModel

# No reader of a merged checkpoint knows what to do with a tensor of these.
LORA_MARKS = ("lora_A", "lora_B", "adapter", "delta_weight", "scaling")


def merge(artifact: Artifact, backbone: Backbone) -> PreTrainedModel:
    """Return the artifact's model as its stock class, fp32, without LoRA, in eval mode and without gradients.

    Args:
        artifact: as written by training, LoRA or full.
        backbone: the verified bytes it was trained on.

    Raises:
        ArtifactError: the adapter holds no finite numbers.
    """
    from pointsman.inference.torch_predictor import load_model

    manifest, task = artifact.manifest, artifact.task
    model = load_model(artifact.path, backbone, task.labels, manifest.adapt, kind=task.kind)
    if manifest.adapt == "lora":
        try:
            model = model.merge_and_unload(safe_merge=True)
        except ValueError:
            raise ArtifactError(
                f"{artifact.path / layout.ADAPTER_WEIGHTS}: merged weights are not finite: train the router again"
            ) from None
    model.requires_grad_(False)
    return model.eval()


def write_merged(artifact: Artifact, model: PreTrainedModel, folder: Path) -> None:
    """Write the stock checkpoint and every file that stands beside it, but no manifest.

    Args:
        artifact: where the files beside the weights come from.
        model: what `merge` returned.
        folder: where to.

    Raises:
        ArtifactError: a name among the weights would make a reader take the checkpoint for an adapter.
    """
    from safetensors.torch import save_file

    tensors = {name: value.contiguous().clone() for name, value in model.state_dict().items()}
    if odd := sorted(name for name in tensors if any(mark in name for mark in LORA_MARKS)):
        raise ArtifactError(
            f"{artifact.path}: merged weights hold {odd[0]}, a name that readers take for an unmerged adapter"
        )
    save_file(tensors, folder / layout.FULL_WEIGHTS, metadata={"format": "pt"})
    copy_side_files(artifact, folder)
