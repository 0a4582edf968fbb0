"""What a vLLM server needs to be told to serve experts by their names, and which adapters it does not take.

Takes `Experts` and the facts of their adapters, gives flags and a command; asks no server.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pointsman.backbones.backbone import ALIASES
from pointsman.errors import ConfigError

if TYPE_CHECKING:
    from pointsman.experts.registry import Expert, Experts

RANKS = (8, 16, 32, 64, 128, 256, 320, 512)
"""What `--max-lora-rank` may be (`MaxLoRARanks` of vLLM 0.14 to 0.22, but for 1); 16 without the flag."""


def refused(config: Mapping[str, Any], rank: int) -> list[str]:
    """Return why vLLM refuses an adapter of this configuration, or would run another one than was trained."""
    problems = []
    if config.get("use_dora"):
        problems.append("a DoRA: vLLM takes none; use 'backend: local', or train without use_dora")
    for name in ("rank_pattern", "alpha_pattern"):
        if config.get(name):
            problems.append(f"it has a {name}, which vLLM leaves out: its answers would be others; train without")
    if rank > RANKS[-1]:
        problems.append(f"rank {rank}: vLLM takes at most {RANKS[-1]}")
    return problems


def vllm_flags(experts: Experts, ranks: Mapping[str, int] | None = None) -> list[str]:
    """Return the flags that a vLLM server needs to serve every expert by its name.

    Args:
        experts: whose adapters it serves.
        ranks: of the experts, where they are known already.

    Raises:
        ConfigError: an adapter's rank cannot be told, or is more than vLLM takes.
    """
    if ranks is None:
        from pointsman.experts.adapters import base_of, check_adapter

        base = base_of(experts.base)
        ranks = {expert.name: check_adapter(expert, base).rank for expert in experts.experts}
    if unknown := [name for name, rank in ranks.items() if rank < 1]:
        raise ConfigError(f"the rank of '{unknown[0]}' cannot be told: see 'pointsman experts check'")
    highest = max(ranks.values())
    fitting = [rank for rank in RANKS if rank >= highest]
    if not fitting:
        raise ConfigError(f"rank {highest} of an expert: vLLM takes at most {RANKS[-1]}")
    flags = ["--enable-lora", "--max-lora-rank", str(fitting[0]), "--max-loras", str(len(experts.experts))]
    return [*flags, "--lora-modules", *(_module(expert) for expert in experts.experts)]


def _module(expert: Expert) -> str:
    path = str(expert.path.resolve())
    # NAME=PATH is split at '=', and taken for JSON where it holds a comma.
    return json.dumps({"name": expert.name, "path": path}) if set("=,") & set(path) else f"{expert.name}={path}"


def vllm_command(experts: Experts, ranks: Mapping[str, int] | None = None) -> str:
    """Return the command of a vLLM server for these experts, for a shell.

    Raises:
        ConfigError: as `vllm_flags`.
    """
    alias = ALIASES.get(experts.base)
    command = shlex.join(["vllm", "serve", alias.repo if alias else experts.base, *vllm_flags(experts, ranks)])
    return f"VLLM_ALLOW_RUNTIME_LORA_UPDATING=True {command}" if experts.backend.load_adapters else command
