"""Stacked inference: decide the LoRA expert, run it, judge its tool call."""

from pointsman.experts.adapters import AdapterFacts, check_adapter
from pointsman.experts.checks import Examined, check_experts, check_labels, examine
from pointsman.experts.registry import BackendSettings, Expert, Experts, read_experts
from pointsman.experts.tools import Tool, parse_tool_call, read_tools
from pointsman.experts.vllm_server import vllm_command, vllm_flags

__all__ = [
    "AdapterFacts",
    "BackendSettings",
    "Examined",
    "Expert",
    "Experts",
    "Tool",
    "check_adapter",
    "check_experts",
    "check_labels",
    "examine",
    "parse_tool_call",
    "read_experts",
    "read_tools",
    "vllm_command",
    "vllm_flags",
]
