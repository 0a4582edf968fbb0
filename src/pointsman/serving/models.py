"""The models that a server answers from: opened, checked, and told of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pointsman.inference.panel import Panel


@dataclass(frozen=True)
class Router:
    """One task that is served, and by what.

    Attributes:
        task: its name.
        kind: `sequence` or `token`.
        labels: in index order.
        path: folder that holds it.
        form: `router`, `merged`, `onnx` or `bundle`.
        digest: of what answers: the one in its decisions.
        backbone: name of its backbone.
        precision: fp32, fp16 or int8.
        max_length: tokens that it reads.
        threshold: below which it is not sure.
        temperature: its logits are divided by.
        rank: of its LoRA.
        primary_metric: the figure that is quoted first.
        metrics: measured on its test rows.
        tools: that a label suggests.
        positive: label that is looked for, where there is one.
    """

    task: str
    kind: str
    labels: tuple[str, ...]
    path: Path
    form: str
    digest: str
    backbone: str
    precision: str
    max_length: int
    threshold: float
    temperature: float
    rank: int
    primary_metric: str
    metrics: Mapping[str, Any]
    tools: Mapping[str, tuple[str, ...]]
    positive: str | None = None


@dataclass(frozen=True)
class Models:
    """Everything that is served at one time.

    Attributes:
        panel: what answers.
        routers: by task.
        digest: of all of it.
        loaded: when, RFC 3339.
        seconds: loading and checking took.
    """

    panel: Panel
    routers: Mapping[str, Router]
    digest: str
    loaded: str
    seconds: float
