"""Examples in: files, embedded data, conflicts, leakage-safe splits. Torch-free."""

from pointsman.data.example import Example, Split
from pointsman.data.files import Fields, load_examples

__all__ = ["Example", "Fields", "Split", "load_examples"]
