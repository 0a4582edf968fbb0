"""BERT and what has its architecture (MiniLM): CLS token, pooler, classifier."""

from types import MappingProxyType

from pointsman.backbones.family import Family

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
)
