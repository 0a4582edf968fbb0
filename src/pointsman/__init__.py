"""Pointsman: train, prove and serve the small models that decide where a request goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__all__ = ["AsyncClient", "Client", "ServerError", "__version__", "load", "load_bundle"]
__version__ = "0.1.0"

if TYPE_CHECKING:
    from pathlib import Path

    from pointsman.inference.bundle import BundlePredictor
    from pointsman.inference.loading import AnyPredictor
    from pointsman.serving.client import AsyncClient, Client, ServerError


def __getattr__(name: str) -> Any:
    """Import the client of a server when it is first named."""
    if name in ("AsyncClient", "Client", "ServerError"):
        from pointsman.serving import client

        return getattr(client, name)
    raise AttributeError(f"module 'pointsman' has no attribute '{name}'")


def load(
    path: str | Path,
    *,
    device: str = "cpu",
    backbone: str | None = None,
    precision: str | None = None,
    threads: int | None = None,
    verify_key: str | Path | None = None,
) -> AnyPredictor:
    """Open an artifact or an export of one, check it whole, and load its model: `load(path).predict(["…"])`.

    Args:
        path: folder written by `pointsman train`, or by `pointsman export --format merged` or `onnx`. A router of
            screenshots takes `data.Example(text, image=Picture(path=…))` beside plain texts.
        device: `cpu` or `cuda`, where torch answers (an artifact, a merged export).
        backbone: where an artifact's backbone is now, when not where it was at training.
        precision: of an ONNX export: fp32, fp16 or int8; None: its default.
        threads: for one call of an ONNX graph; None: OMP_NUM_THREADS, or one for each core.
        verify_key: public key that must have signed it; None: signatures are not looked at.

    Raises:
        PointsmanError: the folder is not whole or not signed by that key, its backbone cannot be had, or an option
            does not apply to what it holds.
    """
    from pointsman.inference.loading import load as load_any

    folder, _ = _checked(path, verify_key)
    return load_any(folder, device=device, backbone=backbone, precision=precision, threads=threads)


def load_bundle(
    path: str | Path,
    *,
    precision: str | None = None,
    threads: int | None = None,
    verify_key: str | Path | None = None,
) -> BundlePredictor:
    """Open a bundle, check it whole, and load its graph: `load_bundle(path).predict_all(["…"])`.

    Args:
        path: folder written by `pointsman export --format bundle`.
        precision: fp32 or int8; None: its default.
        threads: for one call; None: OMP_NUM_THREADS, or one for each core.
        verify_key: public key that must have signed it; None: signatures are not looked at.

    Raises:
        PointsmanError: no whole bundle, or not signed by that key.
    """
    folder, _ = _checked(path, verify_key)
    from pointsman.inference.bundle import load as load_graph

    return load_graph(folder, precision=precision, threads=threads)


def _checked(path: str | Path, verify_key: str | Path | None) -> tuple[Path, str]:
    """Return the folder and what it holds, its signature checked where a key is given."""
    from pathlib import Path

    from pointsman.artifacts import read_kind

    folder = Path(path)
    if verify_key is not None:
        from pointsman.artifacts.signing import require_signature

        require_signature(folder, Path(verify_key))
    return folder, read_kind(folder)
