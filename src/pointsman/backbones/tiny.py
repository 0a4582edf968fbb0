"""Small generating models with random weights, built from a config: Qwen3 (text) and Qwen3-VL (images and text).

They are the stock architectures with few and narrow layers, a byte-level tokenizer learnt from given texts, and the
folder layout of a model from the Hub, so everything that loads one from the Hub loads these. What they know is only
what they are trained on here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pointsman.backbones.cut import quiet_transformers

SPECIAL = ("<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|vision_start|>", "<|vision_end|>", "<|image_pad|>")
_PLAIN = ("<tool_call>", "</tool_call>")

# ChatML, the format of the Qwen models: turns between <|im_start|> and <|im_end|>, an image as its three tokens.
CHAT_TEMPLATE = """\
{%- macro said(content) -%}
{%- if content is string -%}{{ content }}{%- else -%}
{%- for part in content -%}
{%- if part.type == 'image' -%}<|vision_start|><|image_pad|><|vision_end|>{%- else -%}{{ part.text }}{%- endif -%}
{%- endfor -%}
{%- endif -%}
{%- endmacro -%}
{%- if tools -%}
<|im_start|>system
{{ 'Tools:' }}
{% for tool in tools %}{{ tool | tojson }}
{% endfor %}<|im_end|>
{% endif -%}
{%- for turn in messages -%}
<|im_start|>{{ turn.role }}
{{ said(turn.content) }}<|im_end|>
{% endfor -%}
{%- if add_generation_prompt -%}
<|im_start|>assistant
{% endif -%}
"""


@dataclass(frozen=True)
class TinyShape:
    """How large a small model is.

    Attributes:
        width, layers, heads, kv_heads, head_dim, intermediate: of the language model.
        vision_width, vision_layers, vision_heads, vision_intermediate: of the vision tower.
        vocabulary: most tokens of the tokenizer.
        positions: longest input in tokens.
        patch: pixels along the side of a patch; two by two patches become one token.
        max_pixels: an image is scaled down to.
    """

    width: int = 64
    layers: int = 2
    heads: int = 4
    kv_heads: int = 2
    head_dim: int = 16
    intermediate: int = 128
    vision_width: int = 64
    vision_layers: int = 2
    vision_heads: int = 4
    vision_intermediate: int = 128
    vocabulary: int = 600
    positions: int = 2048
    patch: int = 16
    max_pixels: int = 224 * 160


def write_tiny(
    folder: Path, texts: Iterable[str], *, shape: TinyShape | None = None, sees: bool = True, seed: int = 0
) -> Path:
    """Write a model with random weights, its tokenizer and its image processor.

    Args:
        folder: to write, made if it is not there.
        texts: that the tokenizer learns its words from.
        shape: how large; None: `TinyShape()`.
        sees: Qwen3-VL; else Qwen3.
        seed: of the weights.

    Returns:
        The folder.
    """
    import torch
    import transformers

    shape = shape or TinyShape()
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer = _tokenizer(texts, shape.vocabulary)
    config = _config(shape, tokenizer, sees=sees)
    name = "Qwen3VLForConditionalGeneration" if sees else "Qwen3ForCausalLM"
    with quiet_transformers():
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            model = getattr(transformers, name)(config)
        model.generation_config.eos_token_id = tokenizer.convert_tokens_to_ids("<|im_end|>")
        model.generation_config.pad_token_id = tokenizer.pad_token_id
        model.save_pretrained(folder)
        tokenizer.save_pretrained(folder)
        if sees:
            _image_processor(shape).save_pretrained(folder)
    return folder


def _tokenizer(texts: Iterable[str], vocabulary: int) -> Any:
    import tokenizers
    from tokenizers import decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = tokenizers.Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary - len(_PLAIN),
        special_tokens=list(SPECIAL),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(["system user assistant\n\n", *texts], trainer)
    wrapped = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="<|im_end|>", pad_token="<|endoftext|>", padding_side="left"
    )
    wrapped.add_tokens(list(_PLAIN))
    wrapped.chat_template = CHAT_TEMPLATE
    return wrapped


def _config(shape: TinyShape, tokenizer: Any, *, sees: bool) -> Any:
    from transformers import Qwen3Config, Qwen3VLConfig

    ids = tokenizer.convert_tokens_to_ids
    text = {
        "vocab_size": len(tokenizer),
        "hidden_size": shape.width,
        "intermediate_size": shape.intermediate,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "num_key_value_heads": shape.kv_heads,
        "head_dim": shape.head_dim,
        "max_position_embeddings": shape.positions,
        "pad_token_id": tokenizer.pad_token_id,
        "eos_token_id": ids("<|im_end|>"),
        # The library's 0.02 is for wide models: in narrow ones next to nothing would pass through a layer.
        "initializer_range": shape.width**-0.5,
    }
    if not sees:
        return Qwen3Config(**text, tie_word_embeddings=True)
    half = shape.head_dim // 2
    sections = [half - 2 * (half // 3), half // 3, half // 3]
    return Qwen3VLConfig(
        text_config={
            **text,
            "rope_parameters": {
                "rope_type": "default",
                "rope_theta": 10_000.0,
                "mrope_section": sections,
                "mrope_interleaved": True,
            },
        },
        vision_config={
            "hidden_size": shape.vision_width,
            "depth": shape.vision_layers,
            "num_heads": shape.vision_heads,
            "intermediate_size": shape.vision_intermediate,
            "out_hidden_size": shape.width,
            "patch_size": shape.patch,
            "spatial_merge_size": 2,
            "temporal_patch_size": 2,
            "num_position_embeddings": 256,
            "initializer_range": shape.vision_width**-0.5,
            "deepstack_visual_indexes": [0] if shape.vision_layers > 1 else [],
        },
        image_token_id=ids("<|image_pad|>"),
        video_token_id=ids("<|endoftext|>"),
        vision_start_token_id=ids("<|vision_start|>"),
        vision_end_token_id=ids("<|vision_end|>"),
        tie_word_embeddings=True,
    )


def _image_processor(shape: TinyShape) -> Any:
    from transformers import Qwen2VLImageProcessorPil

    side = 2 * shape.patch
    return Qwen2VLImageProcessorPil(
        patch_size=shape.patch,
        temporal_patch_size=2,
        merge_size=2,
        size={"shortest_edge": side * side, "longest_edge": shape.max_pixels},
        image_mean=[0.5, 0.5, 0.5],
        image_std=[0.5, 0.5, 0.5],
    )
