"""RoBERTa: first token, a head of two dense layers inside `classifier`."""

from types import MappingProxyType
from typing import Any

from pointsman.backbones.family import Family


def _first_token_only(layer: Any) -> None:
    from pointsman.backbones.first_token import read_first_token_only  # torch is not needed to know a family

    read_first_token_only(layer)


FAMILY = Family(
    name="roberta",
    model_types=("roberta", "xlm-roberta"),
    base="roberta",
    layers="encoder.layer",
    lora_targets=(
        "attention.self.query",
        "attention.self.value",
        "attention.output.dense",
        "intermediate.dense",
        "output.dense",
    ),
    head=("classifier",),
    base_extras=MappingProxyType({"add_pooling_layer": False}),
    dropout_settings=("hidden_dropout_prob", "attention_probs_dropout_prob", "classifier_dropout"),
    shorten_last=_first_token_only,
    # Positions count from padding_idx + 1, and padding_idx is 1.
    reserved_positions=2,
)
