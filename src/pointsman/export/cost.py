"""What a graph costs against the models it was made of: probabilities, decisions, time."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from pointsman.artifacts import Artifact, GoldenRow, layout, read_golden
from pointsman.encoding.tokens import Ints, read_tokenizer
from pointsman.errors import ArtifactError
from pointsman.inference.calibration import Calibration, softmax
from pointsman.inference.entities import decide_entities
from pointsman.inference.logits import Floats32, Forward, Logits
from pointsman.inference.onnx_session import run
from pointsman.inference.predictor import decide
from pointsman.tasks import Decision

if TYPE_CHECKING:
    from transformers import PreTrainedModel

LEAST_MARGIN = 0.02
"""Decisions closer to a border than this are not counted: a runtime of lower precision may take them otherwise."""

FAULT = 1e-4
"""An fp32 graph whose probabilities differ by more than this computes something else."""


@dataclass(frozen=True)
class Cost:
    """One router in one precision against its fp32 model.

    Attributes:
        delta: largest difference of a probability.
        on: what that was measured on: `random token ids`, or `golden rows`.
        decisions: golden rows whose margin is at least `LEAST_MARGIN`; 0 where the artifact has none.
        alike: how many of these are decided alike.
    """

    delta: float
    on: str
    decisions: int = 0
    alike: int = 0

    def told(self) -> str:
        """Return it in words."""
        counted = f", {self.alike} of {self.decisions} decisions alike" if self.decisions else ""
        return f"|Δp| at most {self.delta:.1e} on {self.on}{counted}"

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready dictionary."""
        return asdict(self)


def forward_of(session: Any, output: str) -> Forward:
    """Return what computes one output of a loaded graph."""
    return lambda ids, mask: run(session, [output], ids, mask)[0]


class Reference:
    """What a router's graphs are compared with: its model on random token ids, and its golden rows.

    Args:
        artifact: its golden rows are read where it has them.
        model: its merged model, fp32.
    """

    def __init__(self, artifact: Artifact, model: PreTrainedModel) -> None:
        self.artifact = artifact
        self.model = model
        self.pad_id = int(model.config.pad_token_id or 0)
        self.golden = golden_of(artifact)
        self._calibration = Calibration.read(artifact.path)

    def cost(self, forward: Forward, *, fp32: bool) -> Cost:
        """Return what a way to compute the logits costs.

        Raises:
            ArtifactError: it should be fp32 and computes something else.
        """
        if fp32 or not self.golden:
            cost = Cost(self._on_random(forward), "random token ids")
        if fp32 and not cost.delta <= FAULT:  # NaN is a fault too
            import onnxruntime
            import transformers

            raise ArtifactError(
                f"{self.artifact.path}: the graph's probabilities differ from the model's by {cost.delta:.1e} "
                f"(transformers {transformers.__version__}, onnxruntime {onnxruntime.__version__}): it is not right "
                "for this model, please report it; --format merged is not concerned"
            )
        return self._on_golden(forward) if self.golden else cost

    def _on_random(self, forward: Forward) -> float:
        worst = 0.0
        for ids, mask, expected in self._answers:
            apart = np.abs(softmax(forward(ids, mask)) - expected)
            if apart.ndim == 3:
                apart = apart[mask.astype(bool)]  # nobody reads what is said of padding
            worst = max(worst, float(apart.max()))
        return worst

    @cached_property
    def _answers(self) -> list[tuple[Ints, Ints, npt.NDArray[np.float64]]]:
        from pointsman.inference.torch_predictor import torch_forward

        forward = torch_forward(self.model)
        batches = probes(self.model.config.vocab_size, self.artifact.manifest.max_length, self.pad_id)
        return [(ids, mask, softmax(forward(ids, mask))) for ids, mask in batches]

    def _on_golden(self, forward: Forward) -> Cost:
        """Decide each golden row again, alone: int8 activations have one scale for a whole batch."""
        artifact, task = self.artifact, self.artifact.task
        tokenizer = read_tokenizer(artifact.path / layout.TOKENIZER)
        logits = Logits(forward, tokenizer, artifact.manifest.max_length, len(task.labels), self.pad_id)
        worst, counted, alike = 0.0, 0, 0
        for row in self.golden:
            found: Floats32
            if task.kind == "token":
                pieces = logits.pieces([row.text])
                found = pieces[0].logits
                (decision,) = decide_entities(pieces, task, self._calibration, "")
            else:
                found, cut = logits([row.text])
                (decision,) = decide(found, cut, task, self._calibration, "")
            if row.logits:
                apart = softmax(found) - softmax(np.asarray(row.logits, np.float32))
                worst = max(worst, float(np.abs(apart).max()))
            if row.margin >= LEAST_MARGIN:
                counted += 1
                alike += _alike(decision, row.decision)
        return Cost(worst, "golden rows", counted, alike)


def golden_of(artifact: Artifact) -> list[GoldenRow]:
    """Return an artifact's golden rows; none of one that was made before there were such."""
    return read_golden(artifact.path) if (artifact.path / layout.GOLDEN).is_file() else []


def probes(vocabulary: int, longest: int, pad_id: int) -> list[tuple[Ints, Ints]]:
    """Return batches of random token ids of many lengths, padded rows among them; the same ones every time."""
    rng = np.random.default_rng(0)
    out = []
    for rows, tokens in ((1, 1), (1, 5), (3, 17), (4, 64), (2, longest)):
        tokens = min(tokens, longest)
        ids = rng.integers(0, vocabulary, (rows, tokens))
        ids[ids == pad_id] = (pad_id + 1) % vocabulary
        mask = np.ones_like(ids)
        for row in range(1, rows):
            length = int(rng.integers(1, tokens + 1))
            ids[row, length:], mask[row, length:] = pad_id, 0
        out.append((ids, mask))
    return out


def _alike(one: Decision, other: Decision) -> bool:
    def entities(decision: Decision) -> set[tuple[str, int, int]]:
        return {(span.type, span.start, span.end) for span in decision.spans or ()}

    return (one.label, one.abstained, entities(one)) == (other.label, other.abstained, entities(other))


def seconds(session: Any, asked: Sequence[Sequence[str]], vocabulary: int, *, tokens: int = 64) -> list[float]:
    """Return the median time of one text for each set of outputs, taken in turns.

    Args:
        session: a loaded graph.
        asked: sets of outputs.
        vocabulary: of the tokenizer.
        tokens: length of the text.
    """
    ids = np.random.default_rng(0).integers(0, vocabulary, (1, tokens))
    mask = np.ones_like(ids)
    times: list[list[float]] = [[] for _ in asked]
    for _ in range(_REPEATS):
        for place, names in enumerate(asked):
            started = time.perf_counter()
            run(session, list(names), ids, mask)
            times[place].append(time.perf_counter() - started)
    return [statistics.median(row[_WARM_UP:]) for row in times]


_WARM_UP, _REPEATS = 2, 13
