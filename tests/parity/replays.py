"""Folders to replay, for the tests of parity: exports that hold golden rows, whole and broken."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from pointsman.artifacts import GoldenRow, layout, read_golden, write_golden, write_manifest
from pointsman.artifacts.manifest import read_bundle, read_kind, read_manifest
from tests import forms


def sign_off(folder: Path) -> Path:
    """Write the manifest again, so that a folder that was changed is whole as far as digests tell."""
    write_manifest(folder, read_bundle(folder) if read_kind(folder) == "bundle" else read_manifest(folder))
    return folder


def onnx(source: Path, out: Path) -> Path:
    """One fp32 graph with the artifact's golden rows."""
    forms.onnx(source, out)
    shutil.copy(source / layout.GOLDEN, out)
    return sign_off(out)


def bundle(sources: Sequence[Path], out: Path) -> Path:
    """One fp32 graph of several routers with the golden rows of all."""
    forms.bundle(sources, out)
    write_golden(out, [row for source in sources for row in read_golden(source)])
    return sign_off(out)


def rewritten(folder: Path, change: Callable[[list[GoldenRow]], list[GoldenRow]]) -> Path:
    """Change a folder's golden rows."""
    write_golden(folder, change(read_golden(folder)))
    return sign_off(folder)


def spoil_weight(graph: Path) -> None:
    """Change one number in the largest product of a graph's head."""
    import numpy as np
    import onnx as library
    from onnx import numpy_helper

    model = library.load(graph)
    tensors = [t for t in model.graph.initializer if t.data_type == 1 and len(t.dims) == 1 and t.dims[0] < 16]
    head = numpy_helper.to_array(tensors[-1]).copy()
    head[np.argmax(np.abs(head))] += 0.5
    tensors[-1].CopyFrom(numpy_helper.from_array(head, tensors[-1].name))
    library.save(model, graph)
