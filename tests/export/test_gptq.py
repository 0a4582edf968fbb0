"""Rounding by what is multiplied: less is lost than by rounding each weight, and what is equal stays equal."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch

from pointsman.artifacts import open_artifact
from pointsman.backbones import Backbone
from pointsman.export.gptq import gptq, observe, scaling
from pointsman.export.merged import merge
from pointsman.export.quantize import MIDDLE, Rounded, Rounding, plain

Router = Callable[[str, str], Path]
TEXTS = [[5 + (7 * i + j) % 40 for j in range(9)] for i in range(20)]


def _drawn(inputs: int, outputs: int, rows: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return inputs that go together, one far louder than the rest, and weights."""
    draw = torch.Generator().manual_seed(0)
    x = torch.randn(rows, inputs // 2, generator=draw, dtype=torch.float64)
    x = x @ torch.randn(inputs // 2, inputs, generator=draw, dtype=torch.float64)
    x[:, 3] *= 30
    return x, torch.randn(outputs, inputs, generator=draw, dtype=torch.float64)


def test_products_change_less_than_with_each_weight_to_the_nearest() -> None:
    x, weights = _drawn(300, 7, 500)  # several blocks
    values, scales = gptq(weights, x.T @ x)
    near = plain(weights.float().numpy())
    nearest = torch.from_numpy((near.values * near.scales).T).double()
    assert values.dtype == torch.int8
    assert torch.allclose(scales, weights.abs().amax(1) / 127)

    def lost(rounded: torch.Tensor) -> float:
        return float((x @ (rounded - weights).T).square().mean())

    assert lost(values * scales[:, None]) < lost(nearest) / 4


def test_with_inputs_that_do_not_go_together_it_is_the_nearest() -> None:
    _, weights = _drawn(20, 5, 10)
    values, _ = gptq(weights, torch.eye(20, dtype=torch.float64))
    assert np.array_equal(values.numpy().T, plain(weights.float().numpy()).values)


def test_blocks_change_nothing() -> None:
    """The same as one input after the other, each error handed to all that come later."""
    x, weights = _drawn(150, 3, 400)
    moment = x.T @ x
    order = torch.argsort(torch.diag(moment), descending=True)
    damped = moment[order][:, order] + 0.01 * torch.diag(moment).mean() * torch.eye(150, dtype=torch.float64)
    left, scales = weights[:, order].clone(), weights.abs().amax(1) / 127
    expected = torch.zeros_like(left)
    for j in range(150):
        inverse = torch.linalg.inv(damped[j:, j:])
        expected[:, j] = (left[:, j] / scales).round().clamp(-127, 127)
        error = (left[:, j] - expected[:, j] * scales) / inverse[0, 0]
        left[:, j + 1 :] -= error[:, None] * inverse[0, 1:]
    values, _ = gptq(weights, moment)
    assert (values[:, order] != expected).double().mean() < 0.01  # a tie may fall to either side


def _of(found: Mapping[str, Rounding], model: Any, name: str) -> Rounded:
    return found[name].rounded(model.get_submodule(name).weight.detach().numpy(), 1)


def test_what_two_models_share_is_rounded_alike(router: Router, backbones: dict[str, Backbone]) -> None:
    """Equal up to a weight of layer 2: below, all is equal whatever texts each was run on; above, inputs differ."""
    one: Any = merge(open_artifact(router("bert", "sequence")), backbones["bert"])
    other = copy.deepcopy(one)
    other.get_submodule("bert.encoder.layer.2.attention.self.value").weight.data *= 2
    found = observe([one, other], [TEXTS[:12], TEXTS[12:]])

    def both(part: str) -> list[Rounded]:
        name = f"bert.encoder.layer.{part}"
        return [_of(*pair, name) for pair in zip(found, (one, other), strict=True)]

    for part in ("0.attention.output.dense", "1.attention.self.value", "1.output.dense", "2.attention.self.key"):
        left, right = both(part)
        assert left is right
    left, right = both("2.attention.self.value")
    assert left.factors is right.factors  # they read the same
    assert np.array_equal(left.values, right.values)
    assert np.allclose(2 * left.scales, right.scales)
    left, right = both("3.output.dense")
    assert left.factors is not None
    assert right.factors is not None
    assert not np.array_equal(left.factors, right.factors)


def test_what_reads_one_input_is_scaled_alike(router: Router, backbones: dict[str, Backbone]) -> None:
    model = merge(open_artifact(router("bert", "sequence")), backbones["bert"])
    (found,) = observe([model], [TEXTS])
    name = "bert.encoder.layer.0.attention.self"
    query, key = (_of(found, model, f"{name}.{part}") for part in ("query", "key"))
    assert query.factors is key.factors
    assert query.factors is not None
    assert np.log(query.factors).mean() < 1e-5
    assert not np.array_equal(query.values, key.values)


def test_loud_inputs_are_divided_and_a_lopsided_row_gets_a_lopsided_zero() -> None:
    """What the graph will compute is nearer to the products than without: GELU's outputs reach far to one side."""
    draw = torch.Generator().manual_seed(0)
    x = torch.nn.functional.gelu(2 * torch.randn(400, 64, generator=draw))
    x[:, :3] *= 20
    weights = torch.randn(32, 64, generator=draw)
    factors, zero = scaling(weights, x, 1)
    assert factors[:3].min() > 2 * factors[3:].max()
    assert zero < MIDDLE

    def lost(rows: torch.Tensor, wide: torch.Tensor, zero: int) -> float:
        reach = torch.maximum(rows.amax(1), rows.amin(1) * (zero - 255) / zero)[:, None]
        bytes_ = (rows / reach * (255 - zero)).round() + zero
        assert bytes_.min() >= 0
        assert bytes_.max() <= 255
        seen = (bytes_ - zero) * reach / (255 - zero)
        return float(((seen - rows) @ wide.T).square().mean())

    assert lost(x / factors, weights * factors, zero) < lost(x, weights, MIDDLE) / 10
    even = torch.randn(400, 64, generator=draw)
    assert scaling(weights, even, 1)[1] == MIDDLE
    assert scaling(weights, x, 2)[1] == MIDDLE  # a second term leaves nothing to gain
