"""RoBERTa: first token, a head of two dense layers inside `classifier`."""

from types import MappingProxyType

from pointsman.backbones.family import Family

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
    # Positions count from padding_idx + 1, and padding_idx is 1.
    reserved_positions=2,
)
