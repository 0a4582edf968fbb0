"""The frozen model's pass against the stock model called as its makers do, and the traps of pooling."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from pointsman.backbones import Backbone
from pointsman.backbones.generating import load_generating
from pointsman.data.example import Example
from pointsman.encoding.conversation import Prepared, Preparer, Template
from pointsman.encoding.multimodal import FrozenModel, Pooling
from pointsman.errors import BackboneError, ConfigError
from tests import seeing

PLAIN = Template()
LAST = Pooling()


@pytest.fixture(scope="module")
def backbone(tmp_path_factory: pytest.TempPathFactory) -> Backbone:
    return seeing.tiny(tmp_path_factory.mktemp("vl") / "vl", layers=3, vision_layers=3)


@pytest.fixture(scope="module")
def model(backbone: Backbone) -> FrozenModel:
    return FrozenModel(load_generating(backbone), Preparer(backbone))


@pytest.fixture(scope="module")
def writer(tmp_path_factory: pytest.TempPathFactory) -> FrozenModel:
    found = seeing.tiny(tmp_path_factory.mktemp("text") / "text", sees=False)
    return FrozenModel(load_generating(found), Preparer(found))


def _prepared(model: FrozenModel, rows: list[Example]) -> list[Prepared]:
    return [model.preparer.prepare(row, PLAIN) for row in rows]


def _stock(model: FrozenModel, one: Prepared) -> dict[str, Any]:
    """Return the arguments with which the stock model is called for one request."""
    ids = torch.from_numpy(one.input_ids)[None]
    given: dict[str, Any] = {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
    if one.pixel_values is not None and one.grid is not None:
        given |= {
            "pixel_values": torch.from_numpy(one.pixel_values),
            "image_grid_thw": torch.from_numpy(one.grid),
            "mm_token_type_ids": torch.eq(ids, model.preparer.image_token or -1).to(torch.int64),
        }
    return given


@pytest.mark.parametrize("images", [True, False])
def test_pooled_states_are_the_stock_models(model: FrozenModel, writer: FrozenModel, images: bool) -> None:
    used = model if images else writer
    prepared = _prepared(used, seeing.requests(7, images=images))
    found = used.pooled(used.batch(prepared), LAST)
    core: Any = used.model.model
    for state, one in zip(found, prepared, strict=True):
        with torch.inference_mode():
            expected = core(**_stock(used, one)).last_hidden_state[0, -1]
        torch.testing.assert_close(state, expected, atol=1e-6, rtol=0)


@pytest.mark.parametrize("pooling", [LAST, Pooling("mean"), Pooling("last", 1), Pooling("mean", 2)])
def test_batch_and_single_differ_by_rounding_alone(model: FrozenModel, pooling: Pooling) -> None:
    prepared = _prepared(model, seeing.requests(9))
    together = model.pooled(model.batch(prepared), pooling)
    alone = torch.cat([model.pooled(model.batch([one]), pooling) for one in prepared])
    assert together.dtype == torch.float32
    assert float((together - alone).abs().max()) <= 1e-6


@pytest.mark.parametrize("tokens", ["last", "mean"])
def test_lower_layers_are_those_of_the_stock_model(model: FrozenModel, tokens: Any) -> None:
    (one,) = _prepared(model, seeing.requests(1))
    with torch.inference_mode():
        states = model.model(**_stock(model, one), output_hidden_states=True).hidden_states
    for layer in (1, 2):
        expected = states[layer][0, -1] if tokens == "last" else states[layer][0].mean(0)
        found = model.pooled(model.batch([one]), Pooling(tokens, layer))[0]
        torch.testing.assert_close(found, expected, atol=1e-6, rtol=0)
    top = model.pooled(model.batch([one]), Pooling(tokens, 3))[0]
    assert not torch.allclose(top, model.pooled(model.batch([one]), Pooling(tokens))[0])  # the final norm


def test_an_image_changes_the_last_token_and_never_the_first(model: FrozenModel) -> None:
    rows = [Example(text="what is this", image=seeing.picture(seed)) for seed in (1, 2)]
    prepared = _prepared(model, rows)
    assert np.array_equal(prepared[0].input_ids, prepared[1].input_ids)
    states = model.hidden(model.batch(prepared), use_cache=False).last_hidden_state
    assert torch.equal(states[0, 0], states[1, 0])  # the trap: a causal model's first token has seen nothing
    assert float((states[0, -1] - states[1, -1]).abs().max()) > 1e-4
    pooled = model.pooled(model.batch(prepared), LAST)
    assert float((pooled[0] - pooled[1]).abs().max()) > 1e-4


def test_without_the_image_the_state_is_another(model: FrozenModel) -> None:
    prepared = _prepared(model, [Example(text="go", image=seeing.picture(1)), Example(text="go")])
    pooled = model.pooled(model.batch(prepared), LAST)
    assert float((pooled[0] - pooled[1]).abs().max()) > 1e-4


def test_what_was_seen_before_gives_the_same_bits(model: FrozenModel) -> None:
    prepared = _prepared(model, seeing.requests(6))
    seen = model.see(prepared)
    assert [one is None for one in seen] == [one.pixel_values is None for one in prepared]
    assert torch.equal(model.pooled(model.batch(prepared, seen), LAST), model.pooled(model.batch(prepared), LAST))


def test_nothing_of_one_request_reaches_the_next(model: FrozenModel) -> None:
    first, second, third = _prepared(model, seeing.requests(3))
    before = model.pooled(model.batch([first]), LAST)
    for other in (second, third):
        model.pooled(model.batch([other]), LAST)
    assert torch.equal(model.pooled(model.batch([first]), LAST), before)


def test_padding_is_never_attended_to(model: FrozenModel) -> None:
    short, long = _prepared(model, [Example(text="go"), Example(text="go on and on " * 20, image=seeing.picture(1))])
    batch = model.batch([short, long])
    assert batch.mask[0].sum() == len(short.input_ids)
    assert batch.mask[0, -len(short.input_ids) :].all()
    changed = batch.ids.clone()
    changed[0, 0] = 7  # in the padding
    states = model.pooled(batch, LAST)
    other = model.pooled(type(batch)(changed, batch.mask, batch.positions, batch.types, batch.seen), LAST)
    assert torch.equal(states, other)


@pytest.mark.parametrize("layer", [0, 4, -2, 99])
def test_a_layer_that_is_not_there_is_refused(layer: int) -> None:
    with pytest.raises(ConfigError, match=rf"--hidden-layer {layer}: use 1 to 3, or -1 for the last"):
        Pooling("last", layer).check(3)


def test_layers_that_are_there_pass() -> None:
    for layer in (-1, 1, 3):
        Pooling("last", layer).check(3)


def test_the_model_is_frozen_and_in_eval_mode(model: FrozenModel) -> None:
    assert not model.model.training
    assert not any(parameter.requires_grad for parameter in model.model.parameters())


def test_bf16_is_near_fp32(backbone: Backbone, model: FrozenModel) -> None:
    half = FrozenModel(load_generating(backbone, dtype=torch.bfloat16), model.preparer)
    prepared = _prepared(model, seeing.requests(6))
    found = half.pooled(half.batch(prepared), LAST)
    assert found.dtype == torch.float32
    expected = model.pooled(model.batch(prepared), LAST)
    assert float(torch.nn.functional.cosine_similarity(found, expected).min()) > 0.99


def test_four_bits_need_cuda(backbone: Backbone) -> None:
    with pytest.raises(ConfigError, match="--quantised: four-bit weights need --device cuda"):
        load_generating(backbone, quantised=True)


def test_damaged_weights_are_one_line(backbone: Backbone, tmp_path: Any) -> None:
    import shutil

    from pointsman.backbones import resolve

    folder = shutil.copytree(backbone.path, tmp_path / "model")
    (folder / "model.safetensors").write_bytes(b"\x08\0\0\0\0\0\0\0{}      ")
    with pytest.raises(BackboneError, match=r"model: its weights lack .* tensors"):
        load_generating(resolve(str(folder)))
