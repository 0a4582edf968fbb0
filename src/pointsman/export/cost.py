"""What a graph costs against the models it was made of: probabilities, decisions, time."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property, partial
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

_AT_ONCE = 512
"""Tokens that `forward_of` computes at once: 4,096 take 1.7 times as long (one thread, hidden size 384)."""

_TYPICAL = 4096
"""Tokens of golden rows that `Reference.typical` gives, about."""

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

    @property
    def kept(self) -> float:
        """Share of the decisions that are alike; 1 where there are none."""
        return self.alike / self.decisions if self.decisions else 1.0

    def told(self) -> str:
        """Return it in words."""
        counted = f", {self.alike} of {self.decisions} decisions alike" if self.decisions else ""
        return f"|Δp| at most {self.delta:.1e} on {self.on}{counted}"

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready dictionary."""
        return asdict(self)


def forward_of(session: Any, output: str) -> Forward:
    """Return what computes one output of a loaded graph, so many rows at once as a processor's cache holds."""

    def forward(ids: Ints, mask: Ints) -> Floats32:
        n = max(1, _AT_ONCE // ids.shape[1])
        parts = [run(session, [output], ids[at : at + n], mask[at : at + n])[0] for at in range(0, len(ids), n)]
        return np.concatenate(parts)

    return forward


def forwards_of(session: Any, outputs: Sequence[str]) -> dict[str, Forward]:
    """Return the same for several outputs that are asked for the same rows: these are computed once."""
    found: dict[bytes, list[Floats32]] = {}

    def forward(place: int, ids: Ints, mask: Ints) -> Floats32:
        key = ids.tobytes() + mask.tobytes()
        if key not in found:
            found[key] = run(session, list(outputs), ids, mask)
        return found[key][place]

    return {output: partial(forward, place) for place, output in enumerate(outputs)}


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

    def check(self, forward: Forward) -> None:
        """Stop where a way to compute the logits in fp32 computes something else.

        Raises:
            ArtifactError: it does.
        """
        delta = self._on_random(forward)
        if not delta <= FAULT:  # NaN is a fault too
            import onnxruntime
            import transformers

            raise ArtifactError(
                f"{self.artifact.path}: the graph's probabilities differ from the model's by {delta:.1e} "
                f"(transformers {transformers.__version__}, onnxruntime {onnxruntime.__version__}): it is not right "
                "for this model, please report it; --format merged is not concerned"
            )

    def cost(self, forward: Forward) -> Cost:
        """Return what a way to compute the logits costs."""
        return self._on_golden(forward) if self.golden else Cost(self._on_random(forward), "random token ids")

    def typical(self) -> list[tuple[int, ...]]:
        """Return token ids of golden rows, to see on them what layers read; none where there are no such rows."""
        out, tokens = [], 0
        for row in sorted(self.golden, key=lambda row: row.use == "count"):  # chosen rows first, drawn ones after
            if tokens < _TYPICAL:
                out.append(row.ids[0])
                tokens += len(row.ids[0])
        return out

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
        """Decide the golden rows again, texts of like length together."""
        artifact, task = self.artifact, self.artifact.task
        tokenizer = read_tokenizer(artifact.path / layout.TOKENIZER)
        logits = Logits(forward, tokenizer, artifact.manifest.max_length, len(task.labels), self.pad_id)
        texts = [row.text for row in self.golden]
        found: list[Floats32]
        if task.kind == "token":
            pieces = logits.pieces(texts)
            found = [piece.logits for piece in pieces]
            decisions = decide_entities(pieces, task, self._calibration, "")
        else:
            rows, cut = logits(texts)
            found, decisions = list(rows), decide(rows, cut, task, self._calibration, "")
        worst, counted, alike = 0.0, 0, 0
        for row, scores, decision in zip(self.golden, found, decisions, strict=True):
            if row.logits:
                expected = np.asarray(row.logits, np.float32).reshape(scores.shape)
                worst = max(worst, float(np.abs(softmax(scores) - softmax(expected)).max()))
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


def seconds(sessions: Sequence[Any], vocabulary: int, *, tokens: int) -> list[float]:
    """Return the median time of one text for each of these graphs, taken in turns.

    Args:
        sessions: loaded graphs.
        vocabulary: of the tokenizer.
        tokens: length of the text.
    """
    ids = np.random.default_rng(0).integers(0, vocabulary, (1, tokens))
    given = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
    times: list[list[float]] = [[] for _ in sessions]
    for _ in range(_REPEATS):
        for place, session in enumerate(sessions):
            started = time.perf_counter()
            session.run(None, given)
            times[place].append(time.perf_counter() - started)
    return [statistics.median(row[_WARM_UP:]) for row in times]


_WARM_UP, _REPEATS = 2, 11
