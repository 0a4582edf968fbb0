"""Loading what writes: a generating model whole, and the image processor of one that sees."""

from __future__ import annotations

from types import MethodType
from typing import TYPE_CHECKING, Any

import torch
from safetensors import SafetensorError

from pointsman.backbones.backbone import Backbone
from pointsman.backbones.cut import quiet_transformers
from pointsman.errors import BackboneError, ConfigError, MissingExtraError

if TYPE_CHECKING:
    from transformers import PreTrainedModel


def load_generating(
    backbone: Backbone,
    *,
    dtype: torch.dtype = torch.float32,
    device: str = "cpu",
    quantised: bool = False,
) -> PreTrainedModel:
    """Load a generating model with its own head, frozen, in eval mode.

    Args:
        backbone: of a family that generates.
        dtype: of its weights.
        device: `cpu` or `cuda`.
        quantised: keep its matrices in four bits (NF4, bitsandbytes; CUDA).

    Raises:
        BackboneError: it does not generate, or its weights do not load.
        ConfigError: four bits without CUDA.
        MissingExtraError: four bits without bitsandbytes.
    """
    import transformers

    require_generating(backbone)
    more: dict[str, Any] = {}
    if quantised:
        if device != "cuda":
            raise ConfigError("--quantised: four-bit weights need --device cuda")
        try:
            import bitsandbytes  # noqa: F401
        except ModuleNotFoundError:
            raise MissingExtraError("quantised", "bitsandbytes") from None
        more["quantization_config"] = transformers.BitsAndBytesConfig(
            load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=dtype
        )
    try:
        with quiet_transformers():
            model, told = getattr(transformers, backbone.family.model_class).from_pretrained(
                backbone.path,
                dtype=dtype,
                local_files_only=True,
                use_safetensors=True,
                output_loading_info=True,
                **more,
            )
    except (OSError, ValueError, RuntimeError, SafetensorError) as error:
        raise BackboneError(
            f"{backbone.path}: the model cannot be loaded: {' '.join(str(error).split())[:200]}"
        ) from None
    if missing := sorted(told["missing_keys"]):  # the library fills them with random numbers
        raise BackboneError(
            f"{backbone.path}: its weights lack {len(missing):,} tensors ({missing[0]}, …): the folder is not whole; "
            "copy it again"
        )
    if backbone.family.vision is not None:
        multiply_patches(model.get_submodule(backbone.family.vision))
    model.requires_grad_(False)
    model.config.use_cache = True
    return model if quantised else model.to(device).eval()


def multiply_patches(tower: Any) -> None:
    """Have a vision tower embed its patches by one matrix product, in place.

    Its convolution steps as far as it is wide, so it is such a product; written as one it is 3.5 to 4 times as fast on
    a CPU (docs/log.md), and equal to rounding. Parameters keep their names.
    """
    embed = tower.patch_embed
    if tuple(embed.proj.kernel_size) == tuple(embed.proj.stride) and embed.proj.groups == 1:
        embed.forward = MethodType(_embed_patches, embed)


def _embed_patches(self: Any, hidden_states: torch.Tensor) -> torch.Tensor:
    weight = self.proj.weight.flatten(1)
    flat = hidden_states.reshape(-1, weight.shape[1]).to(weight.dtype)
    return torch.nn.functional.linear(flat, weight, self.proj.bias)


def require_generating(backbone: Backbone) -> None:
    """Refuse an encoder where a model that writes is needed.

    Raises:
        BackboneError: naming models that do.
    """
    if not backbone.family.generates:
        raise BackboneError(
            f"'{backbone.name}' is an encoder ({backbone.family.name}): this needs a generating model, such as "
            "qwen3-vl-8b (images and text) or qwen3-0.6b (text)"
        )


def load_image_processor(backbone: Backbone) -> Any:
    """Load the image processor of a model that sees (the Pillow one: it needs no torchvision).

    Raises:
        BackboneError: its settings are missing or damaged.
    """
    from transformers import Qwen2VLImageProcessorPil

    try:
        with quiet_transformers():
            return Qwen2VLImageProcessorPil.from_pretrained(backbone.path, local_files_only=True)
    except (OSError, ValueError, TypeError) as error:
        raise BackboneError(
            f"{backbone.path}: its image processor cannot be loaded ({' '.join(str(error).split())[:160]}): "
            "the folder needs preprocessor_config.json"
        ) from None
