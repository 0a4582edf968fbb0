"""Opening whatever decides: an artifact of any strategy, or an export of one, by what its manifest says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pointsman.artifacts import read_kind
from pointsman.artifacts.manifest import read_manifest
from pointsman.errors import ConfigError, MissingExtraError

if TYPE_CHECKING:
    from pointsman.inference.generating_predictor import GeneratingPredictor
    from pointsman.inference.predictor import ArtifactPredictor

    AnyPredictor = ArtifactPredictor | GeneratingPredictor


def load(
    path: str | Path,
    *,
    device: str = "cpu",
    backbone: str | None = None,
    precision: str | None = None,
    threads: int | None = None,
) -> AnyPredictor:
    """Open an artifact or an export of one and load its model; see `pointsman.load`.

    Raises:
        PointsmanError: the folder is not whole, its backbone cannot be had, or an option does not apply to what it
            holds.
    """
    folder = Path(path)
    kind = read_kind(folder)
    if kind == "bundle":
        raise ConfigError(f"{folder} is a bundle of several routers: load it with pointsman.load_bundle")
    if kind == "onnx":
        if device != "cpu" or backbone is not None:
            raise ConfigError(f"{folder}: an ONNX graph runs on the CPU and holds its backbone: leave both options out")
        from pointsman.inference.onnx_predictor import load as load_onnx

        return load_onnx(folder, precision=precision, threads=threads)
    if precision is not None or threads is not None:
        raise ConfigError(f"{folder}: precision and threads are for ONNX exports and bundles")
    try:
        from pointsman.inference import generating_predictor, torch_predictor
    except ModuleNotFoundError as error:
        raise MissingExtraError("train", error.name or "torch") from None
    if kind == "merged":
        return torch_predictor.load_merged(folder, device=device)
    if read_manifest(folder).strategy != "branch":
        return generating_predictor.load(folder, device=device, backbone=backbone)
    return torch_predictor.load(folder, device=device, backbone=backbone)
