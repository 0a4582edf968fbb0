"""The flags with which vLLM serves generating LoRA adapters; reads adapter_config.json alone.

vLLM takes an adapter as a directory and calls it by its name; ranks above 16 need `--max-lora-rank`, which has fixed
steps (vllm-project/vllm, vllm/config/lora.py), and adapters with whole modules, DoRA or a bias are not taken
(vllm/lora/peft_helper.py).
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pointsman.artifacts import layout
from pointsman.artifacts.mappings import read_json
from pointsman.errors import ArtifactError, ConfigError

DEFAULT_MAX_RANK = 16
_STEPS = (1, 8, 16, 32, 64, 128, 256, 320, 512)


@dataclass(frozen=True)
class _Adapter:
    path: Path
    base: str
    revision: str | None
    rank: int


def serve_command(folders: Sequence[Path]) -> str:
    """Return the command line that serves adapters of one base model with vLLM.

    Args:
        folders: of generating PEFT adapters; clients choose one by its folder's name.

    Raises:
        ArtifactError: a folder is no adapter, or one that vLLM does not take.
        ConfigError: a classifier, adapters of different base models, or of the same name.
    """
    adapters = [_read(folder) for folder in folders]
    first = adapters[0]
    for other in adapters[1:]:
        if (other.base, other.revision) != (first.base, first.revision):
            raise ConfigError(
                f"{other.path} stands on {_named(other)}, {first.path} on {_named(first)}: "
                "one server serves adapters of one base model"
            )
    names = [adapter.path.resolve().name for adapter in adapters]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ConfigError(f"two adapters are called {twice[0]}: clients choose by that name; rename one of the folders")
    words = ["vllm", "serve", first.base]
    if first.revision is not None:
        words += ["--revision", first.revision]
    words += ["--enable-lora", "--lora-modules"]
    words += [f"{name}={adapter.path}" for name, adapter in zip(names, adapters, strict=True)]
    rank = max(adapter.rank for adapter in adapters)
    if rank > DEFAULT_MAX_RANK:
        words += ["--max-lora-rank", str(next(step for step in _STEPS if step >= rank))]
    return " ".join(shlex.quote(word) for word in words)


def _read(folder: Path) -> _Adapter:
    file = folder / layout.ADAPTER_CONFIG
    if not file.is_file():
        raise ArtifactError(f"{folder} is no adapter: it has no {layout.ADAPTER_CONFIG}")
    config = read_json(file)
    if config.get("task_type") in ("SEQ_CLS", "TOKEN_CLS"):
        raise ConfigError(
            f"--for vllm: {folder} is a classifier ({config['task_type']}), and vLLM serves generating adapters: "
            "use --format merged, onnx or bundle"
        )
    if config.get("peft_type") != "LORA" or config.get("task_type") != "CAUSAL_LM":
        raise ArtifactError(
            f"{file}: 'peft_type' is {config.get('peft_type')!r}, 'task_type' {config.get('task_type')!r}: "
            "vLLM serves LORA adapters of CAUSAL_LM models"
        )
    if not (folder / layout.ADAPTER_WEIGHTS).is_file():
        raise ArtifactError(f"{folder / layout.ADAPTER_WEIGHTS} is missing: the adapter is not whole")
    base = config.get("base_model_name_or_path")
    if not isinstance(base, str) or not base:
        raise ArtifactError(f"{file}: 'base_model_name_or_path' is missing: it must name the served base model")
    if config.get("modules_to_save"):
        raise ArtifactError(f"{file}: 'modules_to_save' is {config['modules_to_save']}: vLLM takes LoRA weights alone")
    if config.get("use_dora"):
        raise ArtifactError(f"{file}: 'use_dora' is set: vLLM does not take DoRA adapters")
    if config.get("bias") not in (None, "none"):
        raise ArtifactError(f"{file}: 'bias' is {config['bias']!r}: vLLM takes LoRA weights alone")
    return _Adapter(folder, base, config.get("revision"), _rank(config, file))


def _rank(config: dict[str, Any], file: Path) -> int:
    """Return the highest rank in an adapter: single modules may have one of their own."""
    ranks = [config.get("r"), *(config.get("rank_pattern") or {}).values()]
    whole = [rank for rank in ranks if isinstance(rank, int)]
    if len(whole) != len(ranks) or not 0 < max(whole) <= _STEPS[-1]:
        raise ArtifactError(f"{file}: rank {config.get('r')!r}: vLLM takes ranks from 1 to {_STEPS[-1]}")
    return max(whole)


def _named(adapter: _Adapter) -> str:
    return adapter.base + (f" at {adapter.revision}" if adapter.revision else "")
