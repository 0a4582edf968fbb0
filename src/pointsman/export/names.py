"""What an export's folder is called, so that the Go/Rust router's discovery takes it for what it is.

That discovery lower-cases a directory's name and reads the model architecture from it, never from config.json:
vllm-project/semantic-router, src/semantic-router/pkg/classification/model_discovery.go and model_discovery_scan.go.
"""

from __future__ import annotations

from pointsman.artifacts import Manifest, directory_name

# Architecture -> what in a name stands for it, in the order in which that discovery looks.
_SIGNS = {
    "bert": ("bert-base-uncased",),
    "roberta": ("roberta-base",),
    "modernbert": ("modernbert-base", "mmbert32k"),
}


def discovered_architecture(name: str) -> str:
    """Return `bert`, `roberta` or `modernbert`, as that discovery reads a directory's name: BERT where nothing says."""
    name = name.lower()
    return next((family for family, signs in _SIGNS.items() if any(sign in name for sign in signs)), "bert")


def readable_architecture(architecture: str, family: str) -> str:
    """Return an architecture's name by which its family is discovered, with the sign put first where it needs one.

    Args:
        architecture: as the backbone is called: `bert-minilm-l6`, `mmbert-base`.
        family: what it is.
    """
    if family not in _SIGNS or discovered_architecture(architecture) == family:
        return architecture
    sign = _SIGNS[family][0]
    both = f"{sign}-{architecture}"
    return both if discovered_architecture(both) == family else sign


def merged_name(manifest: Manifest) -> str:
    """Return the folder's name of an artifact's merged export."""
    return f"{_name(manifest, readable_architecture(manifest.backbone.architecture, manifest.backbone.family))}_rust"


def onnx_name(manifest: Manifest) -> str:
    """Return the folder's name of an artifact's ONNX export."""
    return f"{_name(manifest, manifest.backbone.architecture)}_onnx"


def _name(manifest: Manifest, architecture: str) -> str:
    task = manifest.task.task()
    return directory_name(task.stem, architecture, manifest.rank, token=task.kind == "token")
