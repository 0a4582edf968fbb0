"""Real adapters that peft writes, on a tiny Qwen3 and a tiny Qwen3-VL built from configs."""

from __future__ import annotations

import functools
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

TEXT = {
    "vocab_size": 64,
    "hidden_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "num_key_value_heads": 1,
    "head_dim": 8,
    "intermediate_size": 24,
}
TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "create_event",
            "description": "puts an event into the calendar",
            "parameters": {
                "type": "object",
                "properties": {"date": {"type": "string", "format": "date"}, "title": {"type": "string"}},
                "required": ["date"],
                "additionalProperties": False,
            },
        },
    }
]


def _qwen3() -> Any:
    from transformers import Qwen3Config, Qwen3ForCausalLM

    return Qwen3ForCausalLM(Qwen3Config(**TEXT))


def _qwen3_vl() -> Any:
    from transformers import Qwen3VLConfig, Qwen3VLForConditionalGeneration

    rope = {"rope_type": "default", "mrope_section": [2, 1, 1], "rope_theta": 10000.0}
    vision = {"depth": 1, "hidden_size": 16, "num_heads": 2, "intermediate_size": 16, "out_hidden_size": 16}
    config = Qwen3VLConfig(
        text_config={**TEXT, "rope_scaling": rope, "rope_parameters": rope},
        vision_config={**vision, "num_position_embeddings": 16, "deepstack_visual_indexes": [0]},
    )
    return Qwen3VLForConditionalGeneration(config)


@pytest.fixture(scope="session")
def base_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the tiny Qwen3."""
    folder = tmp_path_factory.mktemp("bases") / "Tiny-Qwen3"
    _qwen3().save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory, base_folder: Path) -> Callable[..., Path]:
    """Return what gives the folder of an adapter: `made(rank=4, sees=False, **lora)`; copy it before changing it."""
    import torch
    from peft import LoraConfig, get_peft_model

    root = tmp_path_factory.mktemp("adapters")

    @functools.cache
    def give(rank: int, sees: bool, lora: str) -> Path:
        torch.manual_seed(rank)
        options = {"target_modules": ["q_proj", "v_proj"], "task_type": "CAUSAL_LM", "lora_alpha": 8} | json.loads(lora)
        model = get_peft_model(_qwen3_vl() if sees else _qwen3(), LoraConfig(r=rank, **options))
        model.peft_config["default"].base_model_name_or_path = str(base_folder)
        folder = root / f"{rank}-{sees}-{len(list(root.iterdir()))}"
        model.save_pretrained(folder)
        return folder

    return lambda rank=4, sees=False, **lora: give(rank, sees, json.dumps(lora, sort_keys=True))


@pytest.fixture
def adapter(made: Callable[..., Path], tmp_path: Path) -> Callable[..., Path]:
    """Return what gives the test its own copy of an adapter: `adapter("calendar", rank=4, **lora)`."""

    def give(name: str, **options: Any) -> Path:
        return Path(shutil.copytree(made(**options), tmp_path / "experts" / name))

    return give


@pytest.fixture
def tools_file(tmp_path: Path) -> Path:
    """A file of one tool, `create_event`."""
    file = tmp_path / "tools.json"
    file.write_text(json.dumps(TOOLS), encoding="utf-8")
    return file


@pytest.fixture
def experts_file(adapter: Callable[..., Path], base_folder: Path, tools_file: Path, tmp_path: Path) -> Path:
    """An `experts.yaml` of two good experts, one with a tool."""
    adapter("calendar", rank=4)
    adapter("claim-window", rank=12)
    file = tmp_path / "experts.yaml"
    file.write_text(
        f"base: {base_folder}\n"
        "default: calendar\n"
        "experts:\n"
        "  calendar: {path: experts/calendar, tools: tools.json, system: Be brief.}\n"
        "  claim-window: {path: experts/claim-window, tools: none}\n",
        encoding="utf-8",
    )
    return file


def edit(file: Path, **changes: Any) -> None:
    """Change keys of a JSON file."""
    content = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**content, **changes}), encoding="utf-8")
