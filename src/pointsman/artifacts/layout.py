"""Names in an artifact directory, and of the directory itself."""

from __future__ import annotations

MANIFEST = "manifest.json"
CONFIG = "config.json"
ADAPTER_CONFIG = "adapter_config.json"
ADAPTER_WEIGHTS = "adapter_model.safetensors"
FULL_WEIGHTS = "model.safetensors"
HEAD_WEIGHTS = "head.safetensors"
LABEL_MAPPING = "label_mapping.json"
LORA_CONFIG = "lora_config.json"
EVAL_RESULTS = "eval_results.json"
CALIBRATION = "calibration.json"
VALIDATION = "validation.safetensors"
BASELINES = "baselines.safetensors"
HISTORY = "history.json"
GOLDEN = "parity.jsonl"
TOKENIZER = "tokenizer.json"
ROUTER = "router.json"
SIGNATURE = "model.sig"

CARD = "README.md"

HUB_FILES = frozenset({CARD, ".gitattributes"})
"""What the Hub keeps at the root of a repository beside an artifact's own files: no manifest names them, no signature
covers them, and nothing here reads them."""

GRAPHS = {"fp32": "onnx/model.onnx", "fp16": "onnx/model_fp16.onnx", "int8": "onnx/model_int8.onnx"}
"""File of an ONNX graph by its precision, as transformers.js names them."""

FORMAT_VERSION = 1


def directory_name(stem: str, architecture: str, rank: int, *, token: bool = False) -> str:
    """Return the conventional directory name: of an adapter of a rank, or of a full checkpoint (rank 0)."""
    return f"{stem}_{architecture}_{f'r{rank}' if rank else 'full'}{'_token' if token else ''}_model"
