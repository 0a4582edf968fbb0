"""One router as an ONNX graph in several precisions, each compared with the fp32 model before it is handed over.

Writes graphs alone: the files beside them are the export step's.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pointsman.artifacts import Artifact, ExportRecord, layout
from pointsman.export.classifier import Branch, add_classifier
from pointsman.export.cost import Cost, Reference, forward_of
from pointsman.export.graph import Graph, producer, save
from pointsman.export.quantize import FP32, INT8, Setting
from pointsman.inference.onnx_session import open_session

if TYPE_CHECKING:
    from onnx import ModelProto
    from transformers import PreTrainedModel

OPSET = 17
"""Of a graph where nobody says: the lowest, which the oldest runtimes read."""

ENOUGH = 0.99
"""Share of golden decisions that int8 has to keep; a costlier setting is tried where it does not."""


@dataclass(frozen=True)
class Router:
    """What becomes part of a graph.

    Attributes:
        artifact: it comes from.
        model: its merged model, fp32.
        output: name of its logits.
    """

    artifact: Artifact
    model: PreTrainedModel
    output: str


@dataclass(frozen=True)
class Written:
    """The graphs of one or several routers.

    Attributes:
        branches: of each router, by output.
        record: what was made and what it cost.
    """

    branches: Mapping[str, Branch]
    record: ExportRecord


def write_onnx(
    artifact: Artifact,
    model: PreTrainedModel,
    folder: Path,
    *,
    precisions: Sequence[str],
    opset: int | None = None,
    say: Callable[[str], None],
) -> ExportRecord:
    """Write `onnx/*.onnx` of one router.

    Args:
        artifact: it comes from.
        model: its merged model, fp32.
        folder: of the export.
        precisions: of fp32, fp16 and int8.
        opset: of the graphs; None: the lowest that serves.
        say: told what each precision costs.

    Raises:
        PointsmanError: an opset or a model that no graph is known for.
    """
    return write_graphs([Router(artifact, model, "logits")], folder, precisions, opset or OPSET, say).record


def write_graphs(
    routers: Sequence[Router], folder: Path, precisions: Sequence[str], opset: int, say: Callable[[str], None]
) -> Written:
    """Write the graphs of routers on one backbone, and find what each precision costs each of them."""
    references = {router.output: Reference(router.artifact, router.model) for router in routers}
    say(f"writing the graph (opset {opset}) and comparing it with the model")
    fp32, branches, fused = _graph(routers, opset, FP32, "fp32")
    notes = [f"fused operators: {fused}"]
    figures: dict[str, Any] = {}
    for precision in precisions:
        file = folder / layout.GRAPHS[precision]
        setting = FP32
        if precision == "int8":
            setting, costs = _choose(routers, references, file, opset)
        else:
            save(fp32 if precision == "fp32" else _half(fp32), file)
            costs = _costs(references, file, fp32=precision == "fp32")
        megabytes = file.stat().st_size / 1e6
        figures[precision] = {
            "megabytes": round(megabytes, 1),
            "int8": setting.name,
            "cost": {output: cost.to_dict() for output, cost in costs.items()},
        }
        notes.append(f"{precision}: {megabytes:.1f} MB" + (f", {setting.name} in int8" if setting != FP32 else ""))
        say(notes[-1])
        for output, cost in costs.items():
            of = f", {output}" if len(routers) > 1 else ""
            notes.append(f"{precision}{of}: {cost.told()}")
            say(notes[-1])
    missing = [name for name, reference in references.items() if not reference.golden]
    if missing and "int8" in precisions:
        of = f" in {', '.join(missing)}" if len(routers) > 1 else ""
        notes.append(f"no golden rows{of}: no decisions were compared, and what is int8 was not chosen by them")
        say(notes[-1])
    record = ExportRecord(
        precisions=list(precisions),
        opset=opset,
        producer=producer(),
        notes=notes,
        figures={"fused": fused, "precisions": figures},
    )
    return Written(branches, record)


def _graph(
    routers: Sequence[Router], opset: int, setting: Setting, precision: str
) -> tuple[ModelProto, dict[str, Branch], str]:
    """Return the graph, its branches, and its fused operators in words."""
    graph = Graph(opset)
    branches = {
        router.output: add_classifier(graph, router.model, router.artifact.task.kind, router.output, setting)
        for router in routers
    }
    facts = {
        "precision": precision,
        "tasks": ",".join(router.artifact.task.name for router in routers),
        "backbone": routers[0].artifact.manifest.backbone.name,
    }
    fused = ", ".join(f"{n} {kind}" for kind, n in graph.counts().items() if kind in _FUSED)
    return graph.model(facts=facts), branches, fused


_FUSED = ("MultiHeadAttention", "BiasGelu", "FastGelu", "Gelu", "LayerNormalization", "RotaryEmbedding")


def _costs(references: Mapping[str, Reference], file: Path, *, fp32: bool = False) -> dict[str, Cost]:
    session = open_session(file)
    return {name: one.cost(forward_of(session, name), fp32=fp32) for name, one in references.items()}


def _choose(
    routers: Sequence[Router], references: Mapping[str, Reference], file: Path, opset: int
) -> tuple[Setting, dict[str, Cost]]:
    """Write the cheapest int8 graph that keeps enough decisions, or of all of them the one that keeps most."""

    def write(setting: Setting) -> None:
        save(_graph(routers, opset, setting, "int8")[0], file)

    tried: list[tuple[float, Setting, dict[str, Cost]]] = []
    for setting in INT8:
        write(setting)
        costs = _costs(references, file)
        kept = min((cost.alike / cost.decisions for cost in costs.values() if cost.decisions), default=1.0)
        tried.append((kept, setting, costs))
        if kept >= ENOUGH:
            return setting, costs
    _, setting, costs = max(tried, key=lambda one: one[0])
    write(setting)
    return setting, costs


def _half(model: ModelProto) -> ModelProto:
    """Return a graph in fp16, logits float32 as before."""
    from onnxruntime.transformers.float16 import convert_float_to_float16

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a warning for each tensor whose smallest values become 0
        return convert_float_to_float16(model, keep_io_types=True)
