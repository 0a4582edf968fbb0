"""Examples to what a model reads: the trunk's stored outputs, token ids, or frozen features for the baselines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from pointsman.backbones import Backbone
from pointsman.backbones import hardware as hw
from pointsman.backbones.cut import load_tokenizer
from pointsman.data.example import Example
from pointsman.encoding import Activations, ActivationStore, encode, features, tokenize
from pointsman.pipeline.judge import labels_of
from pointsman.pipeline.options import Progress, stage
from pointsman.tasks import Task
from pointsman.training.batches import Rows
from pointsman.training.recipe import Recipe


@dataclass
class Inputs:
    """Examples to model inputs, through the trunk or the tokenizer."""

    backbone: Backbone
    recipe: Recipe
    hardware: hw.Hardware
    task: Task
    store: ActivationStore
    tell: Progress

    def activations(self, examples: Sequence[Example], depth: int, name: str = "trunk") -> Activations:
        """Return the trunk's outputs, leaving `depth` upper layers to the branch."""
        return encode(
            self.backbone,
            [e.text for e in examples],
            depth=depth,
            max_length=self.recipe.max_length,
            dtype=self.hardware.dtype,
            device=self.hardware.device,
            store=self.store,
            progress=stage(self.tell, name),
        )

    def rows(self, examples: Sequence[Example], depth: int) -> Rows:
        """Return rows for a branch of `depth` layers, and tell where they came from."""
        found = self.activations(examples, depth)
        if found.computed:
            self.tell.say(
                f"trunk: {found.computed:,} of {len(examples):,} texts computed in {found.seconds:.1f} s, "
                f"{sum(found.lengths):,} tokens"
            )
        else:
            self.tell.say(f"trunk: {len(examples):,} texts found in the store ({found.seconds:.1f} s)")
        if cut := sum(found.truncated):
            self.tell.say(f"{cut:,} texts are longer than {self.recipe.max_length} tokens: their ends are not read")
        return Rows(found.rows, labels_of(examples, self.task).tolist())

    def token_rows(self, examples: Sequence[Example]) -> Rows:
        """Return rows of token ids, for training a whole model."""
        ids, _ = tokenize(load_tokenizer(self.backbone), [e.text for e in examples], self.recipe.max_length)
        return Rows([torch.tensor(i) for i in ids], labels_of(examples, self.task).tolist())

    def features(self, examples: Sequence[Example], depth: int) -> npt.NDArray[np.float32]:
        """Return frozen mean-pooled features, float32 [examples, width]."""
        found = self.activations(examples, depth, "features")
        return features(self.backbone, found, dtype=self.hardware.dtype, device=self.hardware.device)
