"""What turns logits into a decision one can act on: a temperature, and the rule for "not sure".

Both are chosen elsewhere (evaluation, on validation rows), stored in `calibration.json` and applied here, the
same for every runtime.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pointsman.artifacts import layout
from pointsman.artifacts.mappings import read_json
from pointsman.errors import ArtifactError
from pointsman.inference.rule import Rule

Floats = npt.NDArray[np.floating[Any]]


def log_softmax(logits: Floats, temperature: float = 1.0) -> npt.NDArray[np.float64]:
    """Return log probabilities [n, classes] of logits [n, classes] at a temperature, in float64."""
    scaled = np.asarray(logits, np.float64) / temperature
    shifted = scaled - scaled.max(axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)))


def softmax(logits: Floats, temperature: float = 1.0) -> npt.NDArray[np.float64]:
    """Return probabilities [n, classes] of logits [n, classes] at a temperature, in float64."""
    return np.exp(log_softmax(logits, temperature))


@dataclass(frozen=True, slots=True)
class Calibration:
    """`calibration.json`: the temperature, the rule, and how they were found.

    Attributes:
        temperature: logits are divided by it before the softmax.
        rule: when the answer is "not sure".
        n_validation: rows that both were fitted on.
        validation: what the temperature changed on these rows (ECE and NLL before and after).
    """

    temperature: float
    rule: Rule
    n_validation: int
    validation: Mapping[str, float]

    def write(self, folder: Path) -> None:
        """Write `calibration.json`."""
        content = {
            "temperature": self.temperature,
            "rule": self.rule.to_dict(),
            "n_validation": self.n_validation,
            "validation": dict(self.validation),
        }
        (folder / layout.CALIBRATION).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Calibration:
        """Read `calibration.json`.

        Raises:
            ArtifactError: missing or damaged.
        """
        content = read_json(folder / layout.CALIBRATION)
        try:
            return cls(
                temperature=float(content["temperature"]),
                rule=Rule.from_dict(content["rule"]),
                n_validation=int(content["n_validation"]),
                validation=dict(content["validation"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ArtifactError(f"{folder / layout.CALIBRATION}: {error}: the artifact is damaged") from None
