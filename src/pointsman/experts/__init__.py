"""Stacked inference: decide the LoRA expert, run it, judge its tool call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pointsman.experts.adapters import AdapterFacts, check_adapter
from pointsman.experts.checks import Examined, check_experts, check_labels, examine
from pointsman.experts.registry import BackendSettings, Expert, Experts, read_experts
from pointsman.experts.tools import Tool, parse_tool_call, read_tools
from pointsman.experts.vllm_server import vllm_command, vllm_flags

if TYPE_CHECKING:
    from pointsman.experts.stack import Stack, open_stack

__all__ = [
    "AdapterFacts",
    "BackendSettings",
    "Examined",
    "Expert",
    "Experts",
    "Stack",
    "Tool",
    "check_adapter",
    "check_experts",
    "check_labels",
    "examine",
    "open_stack",
    "parse_tool_call",
    "read_experts",
    "read_tools",
    "vllm_command",
    "vllm_flags",
]


def __getattr__(name: str) -> Any:
    """Import what needs the inference room when it is first named."""
    if name in ("Stack", "open_stack"):
        from pointsman.experts import stack

        return getattr(stack, name)
    raise AttributeError(f"module 'pointsman.experts' has no attribute '{name}'")
