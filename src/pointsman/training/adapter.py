"""A LoRA adapter on disk, as PEFT and the servers that read its format expect it."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

from safetensors.torch import save_file

from pointsman.artifacts import layout
from pointsman.backbones import ALIASES, Backbone


def save_adapter(model: Any, folder: Path, backbone: Backbone) -> None:
    """Write `adapter_config.json` and `adapter_model.safetensors` (fp32).

    Args:
        model: PEFT model with one adapter, named `default`.
        folder: to write into, made if it is not there.
        backbone: the adapter's base; servers compare its name with that of the model that they serve.
    """
    from peft import get_peft_model_state_dict

    folder.mkdir(parents=True, exist_ok=True)
    state = get_peft_model_state_dict(model, save_embedding_layers=False)
    tensors = {k: v.detach().float().cpu().contiguous().clone() for k, v in state.items()}
    save_file(tensors, folder / layout.ADAPTER_WEIGHTS, metadata={"format": "pt"})
    config: Any = copy.copy(model.peft_config["default"])
    config.inference_mode = True
    config.base_model_name_or_path, config.revision = _base(backbone)
    for name, value in vars(config).items():
        if isinstance(value, set):  # PEFT writes sets in the order of this process's hashes
            setattr(config, name, sorted(value))
    config.save_pretrained(folder)


def _base(backbone: Backbone) -> tuple[str, str | None]:
    """Return the base's name on the Hub, or its folder, and its revision."""
    alias = ALIASES.get(backbone.name)
    if alias is not None:
        return alias.repo, alias.revision
    if Path(backbone.name).is_dir():  # a folder's name may hold an "@" of its own
        return backbone.name, None
    repo, _, revision = backbone.name.partition("@")
    return repo, revision or None
