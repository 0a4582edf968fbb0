"""BERT and what has its architecture (MiniLM): CLS token, pooler, classifier."""

from types import MappingProxyType
from typing import Any

from pointsman.backbones.family import Family


def _first_token_only(layer: Any) -> None:
    from pointsman.backbones.first_token import read_first_token_only  # torch is not needed to know a family

    read_first_token_only(layer)


FAMILY = Family(
    name="bert",
    model_types=("bert",),
    base="bert",
    layers="encoder.layer",
    lora_targets=(
        "attention.self.query",
        "attention.self.value",
        "attention.output.dense",
        "intermediate.dense",
        "output.dense",
    ),
    # PEFT by itself saves only `classifier`: an unsaved pooler would differ silently after reload.
    head=("pooler", "classifier"),
    base_extras=MappingProxyType({"add_pooling_layer": False}),
    dropout_settings=("hidden_dropout_prob", "attention_probs_dropout_prob", "classifier_dropout"),
    shorten_last=_first_token_only,
)
