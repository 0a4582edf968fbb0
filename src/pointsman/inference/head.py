"""The head of a frozen encoder: pooled features to logits, and its file; the same object in training and serving.

A linear layer, or one hidden layer before it. Large encoders have a few dimensions that are hundreds of times the
others, so features are standardised by the training rows' mean and scale, which are part of the file. Everything is
fp32. Knows nothing of encoders, labels' names or artifacts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from pointsman.errors import ArtifactError

Floats32 = npt.NDArray[np.float32]

# A dimension whose spread in training is below this share of the typical one counts as constant, and is scaled as
# the typical one: divided by its own spread, a small change at serving would drown all others.
_LEAST_SPREAD = 1e-3


@dataclass(frozen=True)
class HeadShape:
    """What a head is made of.

    Attributes:
        width: numbers a row of features has.
        classes: labels.
        hidden: units of the hidden layer (GELU); 0: linear.
        normalise: features are standardised first.
    """

    width: int
    classes: int
    hidden: int = 0
    normalise: bool = True

    def tensors(self) -> dict[str, tuple[int, ...]]:
        """Return the shape of each tensor of the head's file."""
        last = self.hidden or self.width
        shapes: dict[str, tuple[int, ...]] = {"output.weight": (self.classes, last), "output.bias": (self.classes,)}
        if self.hidden:
            shapes |= {"hidden.weight": (self.hidden, self.width), "hidden.bias": (self.hidden,)}
        if self.normalise:
            shapes |= {"mean": (self.width,), "scale": (self.width,)}
        return shapes


class Head(nn.Module):
    """Features float32 [n, width] to logits [n, classes]; without training it answers every class alike.

    Attributes:
        shape: what it is made of.
        mean, scale: float32 [width], of the training rows; absent unless `shape.normalise`.
    """

    mean: Tensor
    scale: Tensor

    def __init__(self, shape: HeadShape, *, dropout: float = 0.0) -> None:
        """Make an untrained head.

        Args:
            shape: what it is made of.
            dropout: share of the output layer's inputs that is dropped while training.
        """
        super().__init__()
        self.shape = shape
        self.dropout = dropout
        self.hidden = nn.Linear(shape.width, shape.hidden) if shape.hidden else None
        self.output = nn.Linear(shape.hidden or shape.width, shape.classes)
        nn.init.zeros_(self.output.weight)
        nn.init.zeros_(self.output.bias)
        if shape.normalise:
            self.register_buffer("mean", torch.zeros(shape.width))
            self.register_buffer("scale", torch.ones(shape.width))

    def measure(self, features: Tensor) -> None:
        """Take mean and scale from the training rows [n, width]; nothing without `shape.normalise`."""
        if not self.shape.normalise:
            return
        variance, mean = torch.var_mean(features, dim=0, correction=0)
        spread = variance.sqrt()
        varies = spread[spread > 0]
        typical = float(varies.median()) if len(varies) else 1.0
        self.mean.copy_(mean)
        self.scale.copy_(torch.where(spread < _LEAST_SPREAD * typical, typical, spread))

    def standardised(self, features: Tensor) -> Tensor:
        """Return features [n, width] as the layers read them."""
        return (features - self.mean).div_(self.scale) if self.shape.normalise else features

    def layers(self, standardised: Tensor) -> Tensor:
        """Return logits [n, classes] of features that are standardised already."""
        inner = standardised if self.hidden is None else nn.functional.gelu(self.hidden(standardised))
        if self.dropout and self.training:
            inner = nn.functional.dropout(inner, self.dropout)
        logits: Tensor = self.output(inner)
        return logits

    def forward(self, features: Tensor) -> Tensor:
        """Return logits [n, classes] of features [n, width]."""
        return self.layers(self.standardised(features))

    def logits(self, features: Floats32) -> Floats32:
        """Return logits [n, classes] of features [n, width], both float32 arrays.

        Raises:
            ArtifactError: features of another width: another encoder's.
        """
        if features.ndim != 2 or features.shape[1] != self.shape.width:
            raise ArtifactError(
                f"features of shape {list(features.shape)} for a head that reads [n, {self.shape.width}]: "
                "they come from another encoder than the one it was trained on"
            )
        with torch.inference_mode():
            inputs = torch.tensor(features, dtype=torch.float32, device=self.output.weight.device)
            out: Floats32 = self(inputs).cpu().numpy()
        return out


def save_head(head: Head, file: Path) -> None:
    """Write a head as safetensors; the same weights give the same bytes."""
    save_file({name: tensor.detach().cpu().contiguous() for name, tensor in head.state_dict().items()}, file)


def load_head(file: Path, expected: HeadShape | None = None) -> Head:
    """Read a head, in eval mode and without gradients.

    Args:
        file: safetensors file that `save_head` wrote.
        expected: shape that the manifest says; None takes the file's own.

    Raises:
        ArtifactError: missing or damaged, tensors that are no head or disagree with each other, or another shape.
    """
    try:
        tensors = load_file(file)
    except (OSError, SafetensorError) as error:
        missing = isinstance(error, FileNotFoundError)
        what = "no such file" if missing else f"not readable as safetensors ({' '.join(str(error).split())})"
        raise ArtifactError(f"{file}: {what}: the artifact is damaged") from None
    shape = _shape_of(tensors, file)
    if expected is not None and shape != expected:
        raise ArtifactError(f"{file}: holds a head of {_listed(shape)}, but the manifest says {_listed(expected)}")
    head = Head(shape)
    head.load_state_dict(tensors)
    head.requires_grad_(False)
    return head.eval()


def _shape_of(tensors: Mapping[str, Tensor], file: Path) -> HeadShape:
    """Read the shape off the tensors, and check that they are exactly a head's."""
    output, hidden = tensors.get("output.weight"), tensors.get("hidden.weight")
    if output is None or output.dim() != 2 or (hidden is not None and hidden.dim() != 2):
        raise ArtifactError(f"{file}: no weights of a head in it (found: {', '.join(sorted(tensors)) or 'nothing'})")
    shape = HeadShape(
        width=(output if hidden is None else hidden).shape[1],
        classes=output.shape[0],
        hidden=0 if hidden is None else hidden.shape[0],
        normalise="mean" in tensors,
    )
    wanted: dict[str, Any] = shape.tensors()
    found = {name: tuple(tensor.shape) for name, tensor in tensors.items()}
    for name in sorted(wanted.keys() | found.keys()):
        if found.get(name) != wanted.get(name):
            raise ArtifactError(
                f"{file}: {name} has shape {_size(found, name)}, but a head of {_listed(shape)} "
                f"has {_size(wanted, name)}: the artifact is damaged"
            )
        if tensors[name].dtype != torch.float32 or not torch.isfinite(tensors[name]).all():
            raise ArtifactError(f"{file}: {name} is not float32 throughout, or not finite: the artifact is damaged")
    if shape.normalise and not (tensors["scale"] > 0).all():
        raise ArtifactError(f"{file}: scale is not above 0 everywhere: the artifact is damaged")
    return shape


def _size(shapes: Mapping[str, tuple[int, ...]], name: str) -> str:
    return str(list(shapes[name])) if name in shapes else "none"


def _listed(shape: HeadShape) -> str:
    layers = f"{shape.hidden} hidden units" if shape.hidden else "no hidden layer"
    return f"width {shape.width}, {shape.classes} classes, {layers}, {'' if shape.normalise else 'not '}standardised"
