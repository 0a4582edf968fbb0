"""Pointsman: train, prove and serve the small models that decide where a request goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["__version__", "load"]
__version__ = "0.1.0"

if TYPE_CHECKING:
    from pathlib import Path

    from pointsman.inference.torch_predictor import TorchPredictor


def load(path: str | Path, *, device: str = "cpu", backbone: str | None = None) -> TorchPredictor:
    """Open an artifact, check it whole, and load its model: `load(path).predict(["…"])`.

    Args:
        path: folder written by `pointsman train`.
        device: `cpu` or `cuda`.
        backbone: where the backbone is now, when not where it was at training.

    Raises:
        PointsmanError: the folder is no whole artifact, or its backbone cannot be had.
    """
    try:
        from pointsman.inference.torch_predictor import load as load_torch
    except ModuleNotFoundError as error:
        from pointsman.errors import MissingExtraError

        raise MissingExtraError("train", error.name or "torch") from None
    return load_torch(path, device=device, backbone=backbone)
