"""Pretrained models: found, verified, and cut into trunk and branch."""

from pointsman.backbones.backbone import ALIASES, Backbone, resolve
from pointsman.backbones.family import Family, all_families

__all__ = ["ALIASES", "Backbone", "Family", "all_families", "resolve"]
