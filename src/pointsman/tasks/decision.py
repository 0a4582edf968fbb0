"""The answer of a router: one label with what is needed to trust it or not."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from pointsman.tasks.span import Entity


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision about one text.

    Attributes:
        task: name of the task that was asked.
        label: the most probable label (named even when abstained).
        probability: its calibrated probability, 0..1.
        margin: probability less the runner-up's, 0..1.
        runner_up: the second most probable label.
        threshold: the probability below which the router is not sure (rule stored in the artifact).
        abstained: True when the probability is below the threshold: "not sure" is an answer.
        truncated: True when the model did not see the end of the text.
        digest: digest of the artifact that answered (sha256 of its manifest).
        probabilities: every label's calibrated probability, in label order; None unless asked for.
        tools: tools that the label suggests (tool intents only).
        spans: entities found, in order of their start (token tasks only).
        candidates: every entity that the scores tell of, however weak (token tasks, where `probabilities` were asked
            for): what another threshold would choose from.

    Of a token task `label` is `no_{task}` when nothing was found, the entity type when all that was found is of one,
    else `{task}_detected`; `probability` is that of the surest entity, or that there is none.
    """

    task: str
    label: str
    probability: float
    margin: float
    runner_up: str
    threshold: float
    abstained: bool
    truncated: bool
    digest: str
    probabilities: dict[str, float] | None = None
    tools: tuple[str, ...] = ()
    spans: tuple[Entity, ...] | None = None
    candidates: tuple[Entity, ...] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready dictionary without `candidates`; empty `tools`, absent `probabilities` and `spans` are
        left out."""
        out = asdict(self)
        del out["candidates"]
        if self.probabilities is None:
            del out["probabilities"]
        if not self.tools:
            del out["tools"]
        if self.spans is None:
            del out["spans"]
        return out
