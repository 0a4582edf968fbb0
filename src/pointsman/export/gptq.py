"""Rounding weights by what their inputs look like: GPTQ, with the scaling of SmoothQuant, its strength searched for.

GPTQ (Frantar et al. 2023, arXiv 2210.17323, algorithm 1) rounds one input's weights after the other and lets those
that come later make up for the error, as far as the inputs go together. SmoothQuant (Xiao et al. 2023, arXiv
2211.10438, section 4) divides loud inputs and multiplies their weights, so that one scale serves a whole row; how far
it goes is chosen for each input by what both roundings do to the products, as AWQ does for weights (Lin et al. 2024,
arXiv 2306.00978, section 3.2).

Takes stock models and token ids, gives int8 weights. Weights that read the same input, in one model or in several
that share their lower layers, are rounded by the same statistics: what is equal stays equal.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from pointsman.export.quantize import MIDDLE, Floats32, Rounded, Rounding

if TYPE_CHECKING:
    from transformers import PreTrainedModel

DAMPING = 0.01
"""Of the mean square of the inputs, added to each."""

_BLOCK = 128

_ROWS = 1024
"""Tokens that are computed and counted at once, about: a few at a time would take most of the time."""

_LEAST = 1e-5

_SEEN = 16
"""Of so many tokens one is kept, to try on."""

STRENGTHS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
"""How much of the difference in loudness goes from inputs to weights; 0: none of it, 1: all."""

ZEROS = (MIDDLE, 64, 32)
"""What may stand for 0: the second and third are for inputs that reach further above it than below (GELU's)."""

_MENDED = 0.7
"""What GPTQ leaves of the error of plain rounding, about: of 0.4, 0.7, 1.0 and 1.5 the one with which the logits of
`pii` came closest (docs/log.md)."""


def observe(models: Sequence[PreTrainedModel], texts: Sequence[Sequence[Sequence[int]]]) -> list[dict[str, Rounding]]:
    """Run each model on its texts and return how its linear layers are rounded, by name.

    Args:
        models: stock classifiers, fp32.
        texts: for each model token ids.
    """
    inputs: dict[str, _Input] = {}
    return [dict(_Watch(model, inputs).run(rows)) for model, rows in zip(models, texts, strict=True)]


class _Input:
    """What some weights are multiplied by: its statistics, and the weights."""

    def __init__(self, width: int) -> None:
        self.moment = torch.zeros(width, width)
        self.seen: list[torch.Tensor] = []
        self.weights: dict[str, torch.Tensor] = {}
        self._waiting: list[torch.Tensor] = []
        self._done: dict[int, dict[str, Rounded]] = {}

    def add(self, x: torch.Tensor) -> None:
        self._waiting.append(x.flatten(0, -2))
        if sum(map(len, self._waiting)) >= _ROWS:
            self._count()

    def _count(self) -> None:
        rows = torch.cat(self._waiting)
        self._waiting.clear()
        self.moment.addmm_(rows.T, rows)
        self.seen.append(rows[::_SEEN].clone())

    def rounded(self, weight: Floats32, terms: int) -> Rounded:
        """Return a weight, [outputs, inputs], in int8; all that read this input are rounded together, once."""
        if terms not in self._done:
            self._done[terms] = self._round(terms)
        return self._done[terms][_digest(torch.from_numpy(weight))]

    def _round(self, terms: int) -> dict[str, Rounded]:
        if self._waiting:
            self._count()
        every = torch.cat(list(self.weights.values()))
        factors, zero = scaling(every, torch.cat(self.seen), terms)
        wide = factors.double()
        values, scales = gptq(every.double() * wide, self.moment.double() / wide / wide[:, None])
        out, start, divided = {}, 0, factors.numpy()
        for key, weight in self.weights.items():
            mine = slice(start, start + len(weight))
            start += len(weight)
            columns = np.ascontiguousarray(values[mine].T.numpy())
            out[key] = Rounded(columns, scales[mine].float().numpy(), divided, zero)
        return out


class _Watch:
    """Runs a model and adds what its linear layers read to inputs that other models may have in common."""

    def __init__(self, model: PreTrainedModel, inputs: dict[str, _Input]) -> None:
        self._model, self._inputs = model, inputs
        self._mine: dict[str, _Input] = {}
        self._before = hashlib.sha256()  # all weights that were used so far: equal ones made equal inputs
        self._last: tuple[torch.Tensor | None, _Input | None] = (None, None)

    def run(self, rows: Sequence[Sequence[int]]) -> dict[str, _Input]:
        hooks = [
            module.register_forward_pre_hook(self._hook(name))
            for name, module in self._model.named_modules()
            if any(True for _ in module.parameters(recurse=False))
        ]
        try:
            with torch.no_grad():
                for batch in _batches(rows):
                    ids = torch.tensor(batch)
                    self._last = (None, None)
                    self._model(input_ids=ids, attention_mask=torch.ones_like(ids))
        finally:
            for hook in hooks:
                hook.remove()
        return self._mine

    def _hook(self, name: str) -> Any:
        met = False

        def hook(module: torch.nn.Module, given: tuple[Any, ...]) -> None:
            nonlocal met
            if isinstance(module, torch.nn.Linear):
                self._linear(name, module, given[0])
            if not met:
                met = True
                for parameter in module.parameters(recurse=False):
                    self._before.update(_digest(parameter).encode())

        return hook

    def _linear(self, name: str, module: torch.nn.Linear, x: torch.Tensor) -> None:
        last, seen = self._last
        if name not in self._mine:
            if x is not last or seen is None:
                seen = self._inputs.setdefault(self._before.hexdigest(), _Input(module.in_features))
            self._mine[name] = seen
            weight = module.weight.detach()
            seen.weights.setdefault(_digest(weight), weight)
        if x is not last:
            self._mine[name].add(x)
            self._last = (x, self._mine[name])


def _batches(rows: Sequence[Sequence[int]]) -> Iterator[list[list[int]]]:
    """Yield rows of equal length together: nothing is padded."""
    for _, same in itertools.groupby(sorted(map(list, rows), key=len), key=len):
        group = list(same)
        n = max(1, _ROWS // len(group[0]))
        yield from (group[start : start + n] for start in range(0, len(group), n))


def scaling(weights: torch.Tensor, rows: torch.Tensor, terms: int) -> tuple[torch.Tensor, int]:
    """Find by what inputs are best divided, and what stands for 0: what both roundings do to the products is least.

    Args:
        weights: float32 [outputs, inputs].
        rows: typical inputs, [tokens, inputs].
        terms: how many int8 values stand for an input; two are exact beside the weights' rounding.

    Returns:
        What each input is divided by, [inputs], and the value for 0.
    """
    loud = rows.square().mean(0).sqrt().clamp(min=_LEAST)
    heavy = weights.square().mean(0).sqrt().clamp(min=_LEAST)
    found: list[tuple[float, int, torch.Tensor]] = []
    for strength in STRENGTHS:
        factors = loud**strength / heavy ** (1 - strength)
        factors /= factors.log().mean().exp()
        divided, wide = rows / factors, weights * factors
        steps = wide.abs().amax(1, keepdim=True) / 127
        lost = _MENDED**2 * _lost(divided, (wide / steps).round() * steps - wide)
        if terms > 1:
            found.append((lost, MIDDLE, factors))
        else:
            found += [(lost + _lost(_quantised(divided, zero) - divided, wide), zero, factors) for zero in ZEROS]
    _, zero, factors = min(found, key=lambda way: way[0])
    return factors, zero


def _lost(rows: torch.Tensor, weights: torch.Tensor) -> float:
    return float((rows @ weights.T).square().sum())


def _quantised(rows: torch.Tensor, zero: int) -> torch.Tensor:
    """Return rows as the graph will see them."""
    above = 255 - zero
    reach = torch.maximum(rows.amax(1, keepdim=True), rows.amin(1, keepdim=True) * (-above / zero))
    steps = reach.clamp(min=_LEAST) / above
    return (rows / steps).round() * steps


def gptq(weights: torch.Tensor, moment: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Round weights so that their products with typical inputs change least.

    Args:
        weights: float64 [outputs, inputs].
        moment: sum of the inputs' outer products, float64 [inputs, inputs].

    Returns:
        int8 [outputs, inputs], and the scale of each output.
    """
    scales = weights.abs().amax(1) / 127
    scales = torch.where(scales > 0, scales, 1.0).float().double()  # as they are stored
    order = torch.argsort(torch.diag(moment), descending=True, stable=True)
    left, moment = weights[:, order], moment[order][:, order]
    moment = moment + torch.eye(len(order), dtype=moment.dtype) * (DAMPING * torch.diag(moment).mean() + 1e-12)
    inverse = torch.cholesky_inverse(torch.linalg.cholesky(moment))
    upper = torch.linalg.cholesky(inverse, upper=True)
    values = torch.zeros_like(left)
    for start in range(0, len(order), _BLOCK):
        end = min(start + _BLOCK, len(order))
        block, own = left[:, start:end].clone(), upper[start:end, start:end]
        errors = torch.zeros_like(block)
        for j in range(end - start):
            values[:, start + j] = (block[:, j] / scales).round().clamp(-127, 127)
            errors[:, j] = (block[:, j] - values[:, start + j] * scales) / own[j, j]
            block[:, j + 1 :] -= errors[:, j, None] * own[j, j + 1 :]
        left[:, end:] -= errors @ upper[start:end, end:]
    return values[:, torch.argsort(order)].to(torch.int8), scales


def _digest(tensor: torch.Tensor) -> str:
    array = np.ascontiguousarray(tensor.detach().numpy())
    return hashlib.sha256(str(array.shape).encode() + array.tobytes()).hexdigest()
