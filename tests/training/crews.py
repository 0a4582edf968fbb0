"""A job that tests give to a crew: several fittings in one group, with the gradients of every step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import TrainerCallback

from pointsman.training import fit, head, sft
from pointsman.training.crew import Job, Member, Progress


class _Keeps(TrainerCallback):
    """Keeps what every step is made with."""

    def __init__(self, steps: list[dict[str, torch.Tensor]]) -> None:
        self.steps = steps

    def on_pre_optimizer_step(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        model = kwargs["model"]
        self.steps.append({n: p.grad.clone() for n, p in model.named_parameters() if p.grad is not None})


@dataclass(frozen=True)
class Watched:
    """Fittings, one after the other, each with the gradients that its optimizer was given."""

    jobs: Sequence[Job]
    device: str = "cpu"
    work: Path | None = None

    def run(self, member: Member, progress: Progress | None) -> list[tuple[Any, list[dict[str, torch.Tensor]]]]:
        found = []
        for job in self.jobs:
            steps: list[dict[str, torch.Tensor]] = []
            usual = fit.callbacks, sft.callbacks, head._Autograd.__call__, head._LinearGradient.__call__
            fit.callbacks = lambda *a, s=steps, u=usual[0]: [*u(*a), _Keeps(s)]  # type: ignore[attr-defined]
            sft.callbacks = lambda *a, s=steps, u=usual[1]: [*u(*a), _Keeps(s)]  # type: ignore[attr-defined]

            def autograd(self: Any, *a: Any, s: Any = steps, u: Any = usual[2]) -> float:
                loss: float = u(self, *a)
                s.append({n: p.grad.clone() for n, p in self.head.named_parameters()})
                return loss

            def linear(self: Any, *a: Any, s: Any = steps, u: Any = usual[3]) -> float:
                loss: float = u(self, *a)
                s.append({"weight": self.weight.grad.clone(), "bias": self.bias.grad.clone()})
                return loss

            head._Autograd.__call__ = autograd  # type: ignore[method-assign]
            head._LinearGradient.__call__ = linear  # type: ignore[method-assign]
            try:
                found.append((job.run(member, progress), steps))
            finally:
                fit.callbacks, sft.callbacks = usual[:2]  # type: ignore[attr-defined]
                head._Autograd.__call__, head._LinearGradient.__call__ = usual[2:]  # type: ignore[method-assign]
        return found
