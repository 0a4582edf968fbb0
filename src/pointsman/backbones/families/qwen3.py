"""Qwen3: a causal language model, text alone."""

from pointsman.backbones.family import Family

FAMILY = Family(
    name="qwen3",
    model_types=("qwen3",),
    base="model",
    layers="model.layers",
    lora_targets=(r".*\.(q_proj|k_proj|v_proj|o_proj|gate_proj|up_proj|down_proj)",),
    generates=True,
)
