"""The runtime `merged`: a merged export in stock Transformers, with its own tokenizer, padding and positions.

Nothing of Pointsman's own forward pass is used: what is proved is that whoever loads the folder by the
library's `Auto…` classes has the same answers. Long texts of a token task are cut into windows by `encoding`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch

from pointsman.artifacts import Artifact
from pointsman.artifacts import layout as files
from pointsman.artifacts.mappings import read_json
from pointsman.backbones.cut import classifier_class, quiet_transformers
from pointsman.encoding.windows import windows
from pointsman.errors import ArtifactError
from pointsman.inference.calibration import Calibration, softmax
from pointsman.inference.logits import Floats32
from pointsman.parity import aspects
from pointsman.parity.runtimes import Floats, Layout, Reading, Said, chunks, decided, no_left, offsets_of, own_scores

_BATCH = Layout(16)


class MergedRuntime:
    """A merged export in stock Transformers; see `Runtime`.

    Args:
        artifact: the opened export.

    Raises:
        ArtifactError: Transformers does not load it, or loads a part of it only.
    """

    def __init__(self, artifact: Artifact) -> None:
        from transformers import AutoTokenizer

        self.name, self.precision = "merged", "fp32"
        self.task = artifact.task
        self.calibration = Calibration.read(artifact.path)
        self.temperature = self.calibration.temperature
        self.notes: dict[str, str] = {}
        self._longest = artifact.manifest.max_length
        try:
            with quiet_transformers():
                self._tokenizer: Any = AutoTokenizer.from_pretrained(artifact.path, local_files_only=True)
                self._model, info = classifier_class(self.task.kind).from_pretrained(
                    artifact.path,
                    dtype=torch.float32,
                    local_files_only=True,
                    use_safetensors=True,
                    output_loading_info=True,
                )
        except (OSError, ValueError, RuntimeError, KeyError) as error:
            reason = " ".join(str(error).split())[:200]
            raise ArtifactError(f"{artifact.path}: Transformers does not load it: {reason}; export again") from None
        if missing := sorted(info["missing_keys"]):
            raise ArtifactError(
                f"{artifact.path / files.FULL_WEIGHTS}: {', '.join(missing[:5])} missing: Transformers would draw "
                "them at random; export again"
            )
        self._model.eval()
        self._positions = self._model.config.model_type == "bert"
        why = no_left(read_json(artifact.path / files.CONFIG), self.task.kind, positions=True)
        self.unable: Mapping[str, str] = {} if why is None else {aspects.LEFT: why}

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """See `Runtime`."""
        if self.task.kind == "sequence":
            return [Reading((tuple(ids),), cut) for ids, cut in zip(*self._encoded(texts), strict=True)]
        out = []
        for row in windows(self._tokenizer, texts, self._longest):
            ids, _ = self._encoded([window.text for window in row])
            out.append(Reading(tuple(map(tuple, ids)), False, offsets_of(row)))
        return out

    def logits(self, texts: Sequence[str], layout: Layout | None = None) -> list[Floats32 | None]:
        """See `Runtime`."""
        if self.task.kind == "sequence":
            return list(self._scores(texts, layout or _BATCH))
        found = windows(self._tokenizer, texts, self._longest)
        scores = self._scores([window.text for row in found for window in row], layout or _BATCH)
        out: list[Floats32 | None] = []
        at = 0
        for row in found:
            out.append(own_scores(row, scores[at : at + len(row)]))
            at += len(row)
        return out

    def probabilities(self, texts: Sequence[str], layout: Layout) -> list[Floats | None]:
        """See `Runtime`."""
        return [None if row is None else softmax(row, self.temperature) for row in self.logits(texts, layout)]

    def decide(self, texts: Sequence[str]) -> list[Said | None]:
        """See `Runtime`."""
        token = self.task.kind == "token"
        more = [reading.offsets if token else reading.truncated for reading in self.read(texts)]
        return decided(self.task, self.calibration, texts, self.logits(texts), more)

    def close(self) -> None:
        """See `Runtime`."""

    def _encoded(self, units: Sequence[str]) -> tuple[list[list[int]], list[bool]]:
        with quiet_transformers():
            found = self._tokenizer(list(units), truncation=True, max_length=self._longest)
        return found["input_ids"], [bool(encoding.overflowing) for encoding in found.encodings]

    def _scores(self, units: Sequence[str], layout: Layout) -> list[Floats32]:
        """Return the logits of texts that each fit, [1, classes] or [tokens, labels]."""
        out: list[Floats32] = []
        for batch in chunks(len(units), layout.batch):
            ids, _ = self._encoded([units[i] for i in batch])
            widest = max(map(len, ids))
            with quiet_transformers():
                given = self._tokenizer.pad(
                    {"input_ids": ids},
                    padding="max_length",
                    max_length=max(widest, min(widest + layout.extra, self._longest)),
                    padding_side="left" if layout.left else "right",
                    return_tensors="pt",
                )
            mask = given["attention_mask"]
            more = {"position_ids": (mask.cumsum(1) - 1).clamp(min=0)} if layout.left and self._positions else {}
            with torch.inference_mode():
                logits = self._model(input_ids=given["input_ids"], attention_mask=mask, **more).logits
            values = np.asarray(logits.float().numpy())
            for row, there in zip(values, mask.bool().numpy(), strict=True):
                out.append(row[there] if self.task.kind == "token" else row[None])
        return out
