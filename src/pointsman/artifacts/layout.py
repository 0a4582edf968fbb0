"""Names in an artifact directory, and of the directory itself."""

from __future__ import annotations

from pointsman.tasks import Task

MANIFEST = "manifest.json"
CONFIG = "config.json"
ADAPTER_CONFIG = "adapter_config.json"
ADAPTER_WEIGHTS = "adapter_model.safetensors"
FULL_WEIGHTS = "model.safetensors"
LABEL_MAPPING = "label_mapping.json"
LORA_CONFIG = "lora_config.json"
EVAL_RESULTS = "eval_results.json"
CALIBRATION = "calibration.json"
VALIDATION = "validation.safetensors"
BASELINES = "baselines.safetensors"
HISTORY = "history.json"

FORMAT_VERSION = 1


def directory_name(task: Task, architecture: str, rank: int) -> str:
    """Return the conventional name of an adapter's directory (CONTRACTS: discovery reads it)."""
    return f"{task.stem}_{architecture}_r{rank}_model"
