"""One router as an ONNX graph in several precisions, each compared with the fp32 model before it is handed over.

Writes graphs alone: the files beside them are the export step's.
"""

from __future__ import annotations

import math
import tempfile
import time
import warnings
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pointsman.artifacts import Artifact, ExportRecord, layout
from pointsman.export.classifier import Branch, add_classifier
from pointsman.export.cost import Cost, Reference, forward_of, forwards_of
from pointsman.export.graph import Graph, producer, save
from pointsman.export.quantize import FP32, LEVELS, Roundings, Setting, Terms
from pointsman.inference.onnx_session import open_session

if TYPE_CHECKING:
    from onnx import ModelProto
    from onnxruntime import InferenceSession
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

    @property
    def trunk(self) -> int:
        """How many layers, from the lowest, it does not adapt."""
        return int(self.model.config.num_hidden_layers) - self.artifact.manifest.adapt_layers

    @property
    def branch(self) -> float:
        """How many layers it adapts, by their work: a sequence task's last one computes little but keys and values."""
        return self.artifact.manifest.adapt_layers - (5 / 6 if self.artifact.task.kind == "sequence" else 0)


@dataclass(frozen=True)
class Written:
    """The graphs of one or several routers.

    Attributes:
        branches: of each router, by output.
        record: what was made and what it cost.
        some: makes the first precision's graph of some of the routers alone, named by their outputs.
    """

    branches: Mapping[str, Branch]
    record: ExportRecord
    some: Callable[[Collection[str]], ModelProto]


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
    maker = _Maker(routers, opset)
    _, branches, fused = maker.graph(FP32, "fp32")
    notes = [f"fused operators: {fused}"]
    figures: dict[str, Any] = {}
    makes: dict[str, Callable[[Collection[str]], ModelProto]] = {}
    missing = [name for name, reference in references.items() if not reference.golden]
    if missing and "int8" in precisions:
        of = f" in {', '.join(missing)}" if len(routers) > 1 else ""
        plainly = "weights are rounded plainly and " if len(missing) == len(routers) else ""
        notes.append(f"no golden rows{of}: int8 {plainly}was not chosen by decisions")
        say(notes[-1])
    for precision in precisions:
        setting, found = _choose(maker, references, say) if precision == "int8" else (FP32, None)
        makes[precision] = partial(maker.make, setting, precision)
        file = folder / layout.GRAPHS[precision]
        save(makes[precision](references), file)
        costs = found or _costs(makes[precision], references, file, precision)
        megabytes = file.stat().st_size / 1e6
        figures[precision] = {
            "megabytes": round(megabytes, 1),
            "int8": str(setting),
            "cost": {output: cost.to_dict() for output, cost in costs.items()},
        }
        notes.append(f"{precision}: {megabytes:.1f} MB" + (f", {setting} in int8" if setting != FP32 else ""))
        say(notes[-1])
        for output, cost in costs.items():
            of = f", {output}" if len(routers) > 1 else ""
            notes.append(f"{precision}{of}: {cost.told()}")
            say(notes[-1])
    record = ExportRecord(
        precisions=list(precisions),
        opset=opset,
        producer=producer(),
        notes=notes,
        figures={"fused": fused, "precisions": figures},
    )
    return Written(branches, record, makes[precisions[0]])


class _Maker:
    """Makes graphs of routers.

    Attributes:
        roundings: for each output, of its model's weights.
    """

    def __init__(self, routers: Sequence[Router], opset: int) -> None:
        self.routers = {router.output: router for router in routers}
        self.roundings: Mapping[str, Roundings] = {}
        self._opset = opset

    def graph(
        self, setting: Setting, precision: str, outputs: Collection[str] | None = None
    ) -> tuple[ModelProto, dict[str, Branch], str]:
        """Return the graph of these outputs, its branches, and its fused operators in words."""
        graph = Graph(self._opset)
        routers = [r for name, r in self.routers.items() if outputs is None or name in outputs]
        branches = {
            router.output: add_classifier(
                graph,
                router.model,
                router.artifact.task.kind,
                router.output,
                setting,
                trunk=router.trunk,
                roundings=self.roundings.get(router.output, {}),
            )
            for router in routers
        }
        facts = {
            "precision": precision,
            "tasks": ",".join(router.artifact.task.name for router in routers),
            "backbone": routers[0].artifact.manifest.backbone.name,
        }
        fused = ", ".join(f"{n} {kind}" for kind, n in graph.counts().items() if kind in _FUSED)
        return graph.model(facts=facts), branches, fused

    def make(self, setting: Setting, precision: str, outputs: Collection[str]) -> ModelProto:
        """Return the graph of these outputs."""
        model, _, _ = self.graph(setting, precision, outputs)
        return _half(model) if precision == "fp16" else model

    def observe(self, references: Mapping[str, Reference]) -> int:
        """See on golden rows how weights are best rounded; returns how many texts there were.

        A router without such rows is run on the others', so that layers they share stay equal.
        """
        from pointsman.export.gptq import observe

        texts = {name: reference.typical() for name, reference in references.items()}
        every = [row for rows in texts.values() for row in rows]
        if every:
            found = observe([r.model for r in self.routers.values()], [rows or every for rows in texts.values()])
            self.roundings = dict(zip(self.routers, found, strict=True))
        return len(every)


_FUSED = ("MultiHeadAttention", "BiasGelu", "FastGelu", "Gelu", "LayerNormalization", "RotaryEmbedding")


def _costs(
    make: Callable[[Collection[str]], ModelProto], references: Mapping[str, Reference], file: Path, precision: str
) -> dict[str, Cost]:
    """Compare a written graph, in fp32, and then each router's part of it, which computes the same sooner."""
    whole = open_session(file, threads=1)
    if precision == "fp32":
        forwards = forwards_of(whole, list(references))
        for name, reference in references.items():
            reference.check(forwards[name])
    if len(references) == 1:
        return {name: one.cost(forward_of(whole, name)) for name, one in references.items()}
    return {name: one.cost(forward_of(session_of(make([name])), name)) for name, one in references.items()}


def session_of(model: ModelProto) -> InferenceSession:
    """Load a graph that is in memory, for one thread."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "model.onnx"
        save(model, file)
        return open_session(file, threads=1)


def _choose(
    maker: _Maker, references: Mapping[str, Reference], say: Callable[[str], None]
) -> tuple[Setting, dict[str, Cost]]:
    """Return the cheapest setting that keeps enough decisions of every router, or the dearest trunk and for each router
    what keeps most.

    What the trunk leaves out reaches every router; what a branch leaves out is its own. So for each way to compute the
    trunk each router takes the cheapest branch that keeps enough. A router's part of the graph is compared alone: it
    computes the same. Equal parts are compared once.
    """
    started = time.perf_counter()
    if texts := maker.observe(references):
        say(f"int8: read {texts} texts of golden rows in {time.perf_counter() - started:.0f} s to round weights by")
    known: dict[tuple[Any, ...], Cost] = {}

    def cost(name: str, trunk: Terms, branch: Terms) -> Cost:
        setting = Setting(trunk, {name: branch})
        key = (name, *setting.of(name, maker.routers[name].trunk))
        if key not in known:
            model = maker.make(setting, "int8", [name])
            known[key] = references[name].cost(forward_of(session_of(model), name))
        return known[key]

    def work(trunk: Terms, branches: Mapping[str, Terms]) -> float:
        """Return what products take; a branch that is not named takes the least."""
        layers = max(router.trunk for router in maker.routers.values())
        own = (router.branch * branches.get(name, Terms()).work for name, router in maker.routers.items())
        return layers * trunk.work + sum(own)

    # Token tasks are the first to lose decisions: they have one for each word.
    order = sorted(references, key=lambda name: references[name].artifact.task.kind != "token")
    chosen: Setting | None = None
    least = math.inf
    for trunk in LEVELS:
        branches: dict[str, Terms] = {}
        for name in order:
            enough = (terms for terms in LEVELS if cost(name, trunk, terms).kept >= ENOUGH)
            if work(trunk, branches) >= least or (terms := next(enough, None)) is None:
                break
            branches[name] = terms
        else:
            if work(trunk, branches) < least:
                least, chosen = work(trunk, branches), Setting(trunk, {name: branches[name] for name in references})
    if chosen is None:
        trunk = LEVELS[-1]
        best = {name: max(LEVELS, key=lambda terms: cost(name, trunk, terms).kept) for name in references}
        chosen = Setting(trunk, best)
    say(f"int8: chosen by {len(known)} trials in {time.perf_counter() - started:.0f} s")
    assert chosen.trunk is not None
    return chosen, {name: cost(name, chosen.trunk, terms) for name, terms in chosen.branches.items()}


def _half(model: ModelProto) -> ModelProto:
    """Return a graph in fp16, logits float32 as before."""
    from onnxruntime.transformers.float16 import convert_float_to_float16

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a warning for each tensor whose smallest values become 0
        return convert_float_to_float16(model, keep_io_types=True)
