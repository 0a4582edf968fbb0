"""The trunk's forward pass and the activation store."""

from pointsman.encoding.activations import Activations, length_batches, pad
from pointsman.encoding.store import ActivationStore
from pointsman.encoding.trunk import encode, features, tokenize

__all__ = ["ActivationStore", "Activations", "encode", "features", "length_batches", "pad", "tokenize"]
