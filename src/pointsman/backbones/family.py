"""What Pointsman must know of a model family: where to cut, what LoRA adapts, what the head is.

A family is one file in `families/` that names a `FAMILY`; the stock Transformers classes do the rest.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any

from pointsman.errors import BackboneError


@dataclass(frozen=True)
class Family:
    """One model family: encoders that are cut, or generating models that are used whole (`generates`).

    Attributes:
        name: as recorded in manifests.
        model_types: values of `model_type` in a config.json that belong to it.
        base: attribute of the classification model that holds the encoder.
        layers: dotted path of the layer list below the encoder.
        embeddings: attribute of the embeddings below the encoder.
        final_norm: attribute of a norm after the last layer, which belongs to the branch; None if none.
        lora_targets: module name suffixes that LoRA adapts.
        head: modules of the stock sequence head, all trained and saved (dotted suffixes).
        token_head: the same of the stock token head.
        base_extras: constructor arguments of the bare encoder (no pooler).
        config_overrides: settings of config.json that the trained model must carry.
        dropout_settings: names of the config's dropout rates.
        shorten_last: makes the last layer compute only what a sequence head reads, in place; None: it reads all.
        reserved_positions: position embeddings that no token can use (RoBERTa: padding index + 1).
        generates: it writes text; `lora_targets` is then one pattern over full module names, and nothing is cut.
        sees: it takes images.
        model_class: name of the stock Transformers class of a generating model.
        vision: prefix of the names of the vision tower's modules, which no adapter may touch.
    """

    name: str
    model_types: tuple[str, ...]
    base: str
    layers: str
    lora_targets: tuple[str, ...]
    head: tuple[str, ...] = ()
    token_head: tuple[str, ...] = ("classifier",)
    embeddings: str = "embeddings"
    final_norm: str | None = None
    base_extras: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    config_overrides: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    dropout_settings: tuple[str, ...] = ()
    shorten_last: Callable[[Any], None] | None = None
    reserved_positions: int = 0
    generates: bool = False
    sees: bool = False
    model_class: str = "AutoModelForCausalLM"
    vision: str | None = None

    @property
    def layers_pattern(self) -> str:
        """The layer list's last name, as PEFT's `layers_pattern` wants it."""
        return self.layers.rsplit(".", 1)[-1]

    def __reduce__(self) -> tuple[Callable[[str], Family], tuple[str]]:
        """Travel by name: every process knows the families."""
        return _named, (self.name,)


@cache
def all_families() -> tuple[Family, ...]:
    """Return every family that the package knows: one for each file in `families/`."""
    package = importlib.import_module("pointsman.backbones.families")

    found = []
    for module in sorted(pkgutil.iter_modules(package.__path__), key=lambda m: m.name):
        found.append(importlib.import_module(f"{package.__name__}.{module.name}").FAMILY)
    return tuple(found)


def _named(name: str) -> Family:
    return next(family for family in all_families() if family.name == name)


def family_of(model_type: str, where: str, architectures: Sequence[str] = ()) -> Family:
    """Return the family of a config's `model_type`; of a causal model without a family of its own: `causal`.

    Raises:
        BackboneError: the type belongs to no known family.
    """
    for family in all_families():
        if model_type in family.model_types:
            return family
    if any(name.endswith("ForCausalLM") for name in architectures):
        return next(family for family in all_families() if family.name == "causal")
    known = ", ".join(t for f in all_families() for t in f.model_types)
    raise BackboneError(f"{where}: model type '{model_type}' is of no family known here (known: {known})")
