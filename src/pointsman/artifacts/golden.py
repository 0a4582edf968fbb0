"""Golden rows (`parity.jsonl`): texts with everything the fp32 path makes of them, to be replayed elsewhere.

The format alone: which rows are chosen is `evaluation`'s, replaying them is `parity`'s.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pointsman.artifacts import layout
from pointsman.errors import ArtifactError
from pointsman.tasks import Decision, Entity


@dataclass(frozen=True)
class GoldenRow:
    """One text and what the fp32 path makes of it.

    Attributes:
        text: as it is given to the router.
        use: `golden`: every number is compared; `count`: decisions alone are counted.
        why: what it was chosen for: `short`, `long`, `unicode`, `threshold`, `class:NAME`, `joined`, `drawn`.
        ids: token ids of what the model reads, special tokens included: one list for a sequence task, one for
            each window of a token task.
        logits: float32 values: one row of a sequence task; one for each word piece of a token task (all windows
            together), and none in its `count` rows.
        decision: with every label's probability.
        task: name of its task.
        offsets: of a token task, characters of each word piece: first, and after the last.
        margin: how far the decision is from changing, as a probability: the least of all distances to a border at
            which it would (another label, "not sure", an entity more or less). Rows that lie far from every border
            are those that a runtime of lower precision has to decide alike.
    """

    text: str
    use: Literal["golden", "count"]
    why: tuple[str, ...]
    ids: tuple[tuple[int, ...], ...]
    logits: tuple[tuple[float, ...], ...]
    decision: Decision
    task: str
    offsets: tuple[tuple[int, int], ...] | None = None
    margin: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready dictionary; the digest is left out: an artifact cannot hold its own."""
        decision = self.decision.to_dict()
        decision.pop("digest")
        out: dict[str, Any] = {
            "task": self.task,
            "text": self.text,
            "use": self.use,
            "why": list(self.why),
            "ids": [list(row) for row in self.ids],
            "logits": [[float(f"{value:.9g}") for value in row] for row in self.logits],
            "probabilities": decision.pop("probabilities", {}),
            "decision": decision,
            "margin": self.margin,
        }
        if self.offsets is not None:
            out["offsets"] = [list(pair) for pair in self.offsets]
        return out

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> GoldenRow:
        """Return the row that `to_dict` wrote."""
        decision = dict(data["decision"])
        spans = decision.pop("spans", None)
        tools = tuple(decision.pop("tools", ()))
        return cls(
            text=data["text"],
            use=data["use"],
            why=tuple(data["why"]),
            ids=tuple(tuple(row) for row in data["ids"]),
            logits=tuple(tuple(row) for row in data["logits"]),
            decision=Decision(
                **decision,
                digest="",
                probabilities=dict(data["probabilities"]),
                tools=tools,
                spans=None if spans is None else tuple(Entity(**span) for span in spans),
            ),
            task=data["task"],
            offsets=tuple((pair[0], pair[1]) for pair in data["offsets"]) if "offsets" in data else None,
            margin=float(data["margin"]),
        )


def write_golden(folder: Path, rows: Iterable[GoldenRow]) -> None:
    """Write `parity.jsonl`."""
    with (folder / layout.GOLDEN).open("w", encoding="utf-8") as stream:
        for row in rows:
            stream.write(json.dumps(row.to_dict(), ensure_ascii=False) + "\n")


def read_golden(folder: Path) -> list[GoldenRow]:
    """Read `parity.jsonl`.

    Raises:
        ArtifactError: missing (an artifact of an earlier Pointsman has none) or damaged.
    """
    file = folder / layout.GOLDEN
    try:
        lines = file.read_text(encoding="utf-8").split("\n")  # not splitlines: texts hold other line separators
    except FileNotFoundError:
        raise ArtifactError(
            f"{file} is missing: there are no golden rows to compare with; train the router again to have them"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ArtifactError(f"{file} cannot be read: {error}") from None
    rows = []
    for number, line in enumerate(lines, start=1):
        if not line:
            continue
        try:
            rows.append(GoldenRow.from_dict(json.loads(line)))
        except (ValueError, RecursionError, KeyError, TypeError, IndexError, AttributeError) as error:
            raise ArtifactError(f"{file}:{number}: no golden row ({error}): the artifact is damaged") from None
    return rows
