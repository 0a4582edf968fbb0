"""Qwen3-VL: a causal language model that sees images. LoRA adapts the language model alone: servers leave out adapters
of the vision tower without a word."""

from pointsman.backbones.family import Family

FAMILY = Family(
    name="qwen3_vl",
    model_types=("qwen3_vl",),
    base="model",
    layers="model.language_model.layers",
    lora_targets=(r".*\.language_model\..*\.(q_proj|k_proj|v_proj|o_proj|gate_proj|up_proj|down_proj)",),
    generates=True,
    sees=True,
    model_class="Qwen3VLForConditionalGeneration",
    vision="model.visual",
)
