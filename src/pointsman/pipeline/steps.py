"""The steps that launchers run: one line each. A step's module is imported when it is asked for."""

from __future__ import annotations

import importlib
from typing import Any

from pointsman.errors import ConfigError, nearest
from pointsman.pipeline.step import Step

STEPS = {
    "preprocess": "pointsman.pipeline.preprocess:STEP",
    "encode": "pointsman.pipeline.encode:STEP",
    "encode texts": "pointsman.pipeline.encode_texts:STEP",
    "score": "pointsman.pipeline.score:STEP",
    "data build": "pointsman.pipeline.build:STEP",
    "data build adapter": "pointsman.pipeline.route_data:STEP",
    "train": "pointsman.pipeline.train:STEP",
    "train solver": "pointsman.pipeline.train_solver:STEP",
    "evaluate": "pointsman.pipeline.evaluate:STEP",
    "evaluate solver": "pointsman.pipeline.evaluate_solver:STEP",
    "stack evaluate": "pointsman.pipeline.stack_evaluate:STEP",
}
"""Name, as on the command line -> where its `STEP` is."""


def get(name: str) -> Step[Any, Any]:
    """Return a step by name.

    Raises:
        ConfigError: there is none.
    """
    if name not in STEPS:
        raise ConfigError(f"no step '{name}'{nearest(name, STEPS)} (steps: {', '.join(STEPS)})")
    module, _, attribute = STEPS[name].partition(":")
    found: Step[Any, Any] = getattr(importlib.import_module(module), attribute)
    return found
