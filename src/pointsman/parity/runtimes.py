"""What answers golden rows again: the face that every runtime shows the checks, and how rows are laid out for it.

A runtime that cannot tell something says so in `unable`; the checks then say why nothing was compared, and pass
nothing that was not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from pointsman.data.alignment import Offsets
from pointsman.encoding.tokens import Ints, pad_ids
from pointsman.encoding.windows import Window
from pointsman.inference.calibration import Calibration
from pointsman.inference.entities import Pieces, decide_entities
from pointsman.inference.logits import Floats32, Forward
from pointsman.inference.predictor import decide
from pointsman.tasks import Decision, Task
from pointsman.tasks.task import Kind

Floats = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Layout:
    """How rows are put into one call.

    Attributes:
        batch: rows in a call, taken in order.
        extra: tokens of padding beyond the longest row (as far as the model reads).
        left: pad on the left.
    """

    batch: int
    extra: int = 0
    left: bool = False


ALONE = Layout(1)


@dataclass(frozen=True)
class Reading:
    """What a runtime reads of a text.

    Attributes:
        ids: token ids, special tokens included: one row of a sequence task, one for each window of a token task.
        truncated: the text's end was cut off.
        offsets: of a token task, where each word piece stands; None: it does not say.
    """

    ids: tuple[tuple[int, ...], ...]
    truncated: bool
    offsets: tuple[Offsets, ...] | None = None


@dataclass(frozen=True)
class Said:
    """What a runtime decides; None is what it does not tell.

    Attributes:
        label: as `Decision.label`.
        probability: of that label.
        probabilities: of every label.
        abstained: "not sure".
        spans: type, start and end of each entity; None for sequence tasks too.
    """

    label: str
    probability: float | None
    probabilities: Mapping[str, float] | None
    abstained: bool | None
    spans: tuple[tuple[str, int, int], ...] | None

    @classmethod
    def of(cls, decision: Decision) -> Said:
        """Return all that a decision says."""
        spans = None if decision.spans is None else tuple((e.type, e.start, e.end) for e in decision.spans)
        return cls(decision.label, decision.probability, decision.probabilities, decision.abstained, spans)

    def told(self) -> str:
        """Return it in words."""
        unsure = ", not sure" if self.abstained else ""
        sure = "" if self.probability is None else f" {self.probability:.6f}"
        found = "" if not self.spans else ": " + ", ".join(f"{t} {a}-{b}" for t, a, b in self.spans[:8])
        return f"{self.label}{sure}{unsure}{found}"


class Runtime(Protocol):
    """One form of one router, in one runtime.

    Attributes:
        name: as typed: `torch`, `onnx`, …
        precision: fp32, fp16 or int8.
        task: labels in index order.
        temperature: that probabilities are made with.
        unable: one of `aspects` -> why it does not apply here.
        notes: one of `aspects` -> what is told beside its figures.
    """

    name: str
    precision: str
    task: Task
    temperature: float
    unable: Mapping[str, str]
    notes: dict[str, str]

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """Return what it reads of each text, as its own tokenizer has it."""
        ...

    def logits(self, texts: Sequence[str], layout: Layout | None = None) -> list[Floats32 | None]:
        """Return each text's logits, float32 [1, classes] or [pieces, labels]; laid out as it likes for None.

        A text that it reads in other word pieces than the tokenizer of Rust gives None.
        """
        ...

    def probabilities(self, texts: Sequence[str], layout: Layout) -> list[Floats | None]:
        """Return each text's probabilities, [1, classes] or [pieces, labels]."""
        ...

    def decide(self, texts: Sequence[str]) -> list[Said | None]:
        """Decide each text; None where its word pieces are others."""
        ...

    def close(self) -> None:
        """Let go of whatever answers."""
        ...


def chunks(count: int, size: int) -> list[range]:
    """Return the indices of `count` rows in batches, in order."""
    return [range(at, min(at + size, count)) for at in range(0, count, size)]


def laid_out(
    forward: Forward, ids: Sequence[Sequence[int]], layout: Layout, *, pad_id: int, longest: int, token: bool
) -> list[Floats32]:
    """Run rows of token ids through a model in a given layout.

    Args:
        forward: runs it.
        ids: rows of token ids.
        layout: batches and padding.
        pad_id: the model's own padding token.
        longest: tokens that the model reads at most.
        token: its output has a row for each token.

    Returns:
        Logits of each row, padding left out: [1, classes] or [tokens, labels].
    """
    out: list[Floats32] = []
    for batch in chunks(len(ids), layout.batch):
        rows = [ids[i] for i in batch]
        widest = max(len(row) for row in rows)
        found = forward(*padded(rows, max(widest, min(widest + layout.extra, longest)), pad_id, left=layout.left))
        for row, values in zip(rows, found, strict=True):
            if not token:
                out.append(values[None])
            else:
                out.append(values[-len(row) :] if layout.left else values[: len(row)])
    return out


def padded(rows: Sequence[Sequence[int]], width: int, pad_id: int, *, left: bool) -> tuple[Ints, Ints]:
    """Pad rows of token ids to a width on either side; returns ids and mask, int64 [rows, width]."""
    ids, mask = pad_ids([*rows, [pad_id] * width], pad_id)
    ids, mask = ids[:-1], mask[:-1]
    if left:
        for number, row in enumerate(rows):
            ids[number], mask[number] = np.roll(ids[number], width - len(row)), np.roll(mask[number], width - len(row))
    return ids, mask


def no_left(config: Mapping[str, Any], kind: Kind, *, positions: bool) -> str | None:
    """Return why padding on the left means nothing to a model; None where it must not change an answer.

    Args:
        config: the model's config.json.
        kind: of its task.
        positions: the runtime can be told each token's position.
    """
    family = config.get("model_type")
    if kind == "sequence" and not (family == "modernbert" and config.get("classifier_pooling") == "mean"):
        return "the head reads the first position, which would be padding"
    if family == "bert" and not positions:
        return "positions are counted from the left, and there is no position_ids input"
    return None


def decided(
    task: Task, calibration: Calibration, texts: Sequence[str], logits: Sequence[Floats32 | None], more: Sequence[Any]
) -> list[Said | None]:
    """Turn logits that another runtime computed into decisions, by the rules of `inference`.

    Args:
        task: labels in index order.
        calibration: temperature and rule.
        texts: as given.
        logits: of each text; None: other word pieces.
        more: of each text, whether it was cut off; of a token task, the offsets of its pieces.
    """
    out: list[Said | None] = []
    for text, scores, extra in zip(texts, logits, more, strict=True):
        if scores is None:
            out.append(None)
        elif task.kind == "token":
            (found,) = decide_entities([Pieces(text, extra, scores)], task, calibration, "", probabilities=True)
            out.append(Said.of(found))
        else:
            (found,) = decide(scores, [extra], task, calibration, "", probabilities=True)
            out.append(Said.of(found))
    return out


def offsets_of(found: Sequence[Window]) -> tuple[Offsets, ...]:
    """Return where the word pieces of a text's windows stand."""
    return tuple(pair for window in found for i in window.own if (pair := window.pieces[i]) is not None)


def own_scores(found: Sequence[Window], scores: Sequence[Floats32]) -> Floats32 | None:
    """Return the scores of a text's word pieces from those of its windows' tokens; None for other tokens."""
    if any(len(window.pieces) != len(values) for window, values in zip(found, scores, strict=True)):
        return None
    return np.concatenate([values[window.own] for window, values in zip(found, scores, strict=True)])
