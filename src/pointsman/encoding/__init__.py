"""Texts to token ids (needs no torch), the trunk's forward pass, and the activation store (both need it)."""

from typing import TYPE_CHECKING, Any

from pointsman.encoding.tokens import length_batches, tokenize

if TYPE_CHECKING:
    from pointsman.encoding.activations import Activations, pad
    from pointsman.encoding.store import ActivationStore
    from pointsman.encoding.trunk import encode, features

__all__ = ["ActivationStore", "Activations", "encode", "features", "length_batches", "pad", "tokenize"]

_WITH_TORCH = {
    "ActivationStore": "store",
    "Activations": "activations",
    "pad": "activations",
    "encode": "trunk",
    "features": "trunk",
}


def __getattr__(name: str) -> Any:
    """Import what needs torch when it is asked for: a runtime without torch uses the rest."""
    if name not in _WITH_TORCH:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(f"{__name__}.{_WITH_TORCH[name]}"), name)
