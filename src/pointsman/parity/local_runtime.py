"""Runtimes that answer in this process by Pointsman's own predictors: `torch`, `onnx` and `bundle`.

Takes folders, gives `Runtime`s; needs torch for `torch` alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pointsman.artifacts import layout as files
from pointsman.artifacts import open_artifact
from pointsman.artifacts.mappings import read_json
from pointsman.inference.calibration import softmax
from pointsman.inference.logits import Floats32, gather
from pointsman.inference.predictor import LocalPredictor
from pointsman.parity import aspects
from pointsman.parity.runtimes import Floats, Layout, Reading, Said, laid_out, no_left, offsets_of
from pointsman.tasks import Decision

Decide = Callable[[Sequence[str]], list[Decision]]


class LocalRuntime:
    """A predictor of `inference` as a `Runtime`; see there.

    Args:
        name: as typed.
        precision: of what answers.
        predictor: the router.
        config: the model's config.json.
        decide: asks it, where that is not `predictor.predict`.
    """

    def __init__(
        self,
        name: str,
        precision: str,
        predictor: LocalPredictor,
        config: Mapping[str, Any],
        decide: Decide | None = None,
    ) -> None:
        self.name = name
        self.precision = precision
        self.task = predictor.task
        self.temperature = predictor.calibration.temperature
        self.notes: dict[str, str] = {}
        self._predictor = predictor
        self._decide = decide or (lambda texts: predictor.predict(texts, probabilities=True))
        # Of a family that counts positions past padding tokens: padding on the left has to be of its own.
        pad_id = config.get("pad_token_id")
        self._pad_id = pad_id if isinstance(pad_id, int) else predictor.logits.pad_id
        reason = no_left(config, self.task.kind, positions=False)
        self.unable: Mapping[str, str] = {} if reason is None else {aspects.LEFT: reason}

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """See `Runtime`."""
        if self.task.kind == "sequence":
            ids, cut = self._predictor.logits.ids(texts)
            return [Reading((tuple(row),), end) for row, end in zip(ids, cut, strict=True)]
        found, ids = self._predictor.logits.windows(texts)
        at, out = 0, []
        for row in found:
            out.append(Reading(tuple(map(tuple, ids[at : at + len(row)])), False, offsets_of(row)))
            at += len(row)
        return out

    def logits(self, texts: Sequence[str], layout: Layout | None = None) -> list[Floats32 | None]:
        """See `Runtime`."""
        answer, token = self._predictor.logits, self.task.kind == "token"
        if layout is None:
            return [p.logits for p in answer.pieces(texts)] if token else [row[None] for row in answer(texts)[0]]
        found, ids = answer.windows(texts) if token else ([], answer.ids(texts)[0])
        scores = laid_out(answer.forward, ids, layout, pad_id=self._pad_id, longest=answer.max_length, token=token)
        return [p.logits for p in gather(texts, found, scores)] if token else list(scores)

    def probabilities(self, texts: Sequence[str], layout: Layout) -> list[Floats | None]:
        """See `Runtime`."""
        return [None if row is None else softmax(row, self.temperature) for row in self.logits(texts, layout)]

    def decide(self, texts: Sequence[str]) -> list[Said | None]:
        """See `Runtime`."""
        return [Said.of(decision) for decision in self._decide(texts)]

    def close(self) -> None:
        """See `Runtime`."""


def torch_runtime(folder: Path, *, backbone: str | None = None) -> LocalRuntime:
    """Return an artifact's adapter, unmerged, in torch.

    Raises:
        PointsmanError: no whole artifact, or its backbone cannot be had.
    """
    from pointsman.inference.torch_predictor import load

    return LocalRuntime("torch", "fp32", load(folder, backbone=backbone), read_json(folder / files.CONFIG))


def onnx_runtime(folder: Path, precision: str, *, threads: int | None = None) -> LocalRuntime:
    """Return one graph of an ONNX export in ONNX Runtime.

    Raises:
        PointsmanError: no whole export, no such graph, or it does not load.
    """
    from pointsman.inference.onnx_predictor import OnnxPredictor

    predictor = OnnxPredictor(open_artifact(folder), precision=precision, threads=threads)
    return LocalRuntime("onnx", precision, predictor, read_json(folder / files.CONFIG))


def bundle_runtimes(folder: Path, precision: str, *, threads: int | None = None) -> list[LocalRuntime]:
    """Return each router of a bundle, all over one loaded graph, asked by the call that answers for all.

    Raises:
        PointsmanError: no whole bundle, no such graph, or it does not load.
    """
    from pointsman.inference.bundle import load

    bundle = load(folder, precision=precision, threads=threads)
    config = read_json(folder / files.CONFIG)

    def asks(name: str) -> Decide:
        return lambda texts: bundle.predict_all(texts, tasks=[name], probabilities=True)[name]

    return [LocalRuntime("bundle", precision, bundle.router(name), config, asks(name)) for name in bundle.tasks]
