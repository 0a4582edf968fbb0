"""Any causal language model without a file of its own (Llama, Mistral, Gemma, …): text alone."""

from pointsman.backbones.family import Family

FAMILY = Family(
    name="causal",
    model_types=(),
    base="model",
    layers="model.layers",
    lora_targets=(r".*\.(q_proj|k_proj|v_proj|o_proj|gate_proj|up_proj|down_proj)",),
    generates=True,
)
