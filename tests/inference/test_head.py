from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file

from pointsman.errors import ArtifactError
from pointsman.inference.head import Head, HeadShape, load_head, save_head

SHAPES = [HeadShape(6, 3), HeadShape(6, 3, hidden=4), HeadShape(6, 3, normalise=False), HeadShape(6, 3, 4, False)]


def _trained(shape: HeadShape, seed: int = 0) -> Head:
    torch.manual_seed(seed)
    head = Head(shape)
    head.measure(torch.randn(50, shape.width) * 3 + 1)
    with torch.no_grad():
        for parameter in head.parameters():
            parameter.normal_()
    return head


def _features(n: int = 5, width: int = 6) -> np.ndarray:
    return np.random.default_rng(1).normal(size=(n, width)).astype(np.float32)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_saved_head_answers_the_same(shape: HeadShape, tmp_path: Path) -> None:
    head = _trained(shape)
    save_head(head, tmp_path / "head.safetensors")
    loaded = load_head(tmp_path / "head.safetensors", expected=shape)
    assert loaded.shape == shape
    assert not loaded.training
    assert not any(p.requires_grad for p in loaded.parameters())
    assert np.array_equal(loaded.logits(_features()), head.logits(_features()))
    save_head(loaded, tmp_path / "again.safetensors")
    assert (tmp_path / "head.safetensors").read_bytes() == (tmp_path / "again.safetensors").read_bytes()


def test_logits_are_those_of_numpy() -> None:
    head, x = _trained(HeadShape(6, 3)), _features()
    weights = {name: tensor.numpy() for name, tensor in head.state_dict().items()}
    by_hand = (x - weights["mean"]) / weights["scale"] @ weights["output.weight"].T + weights["output.bias"]
    np.testing.assert_allclose(head.logits(x), by_hand, rtol=1e-5, atol=1e-5)
    assert head.logits(x).dtype == np.float32
    assert head.logits(x[:0]).shape == (0, 3)


@pytest.mark.parametrize("shape", SHAPES)
def test_untrained_it_answers_every_class_alike(shape: HeadShape) -> None:
    assert not Head(shape).logits(_features()).any()


def test_features_are_standardised_and_constant_dimensions_are_not_blown_up() -> None:
    x = torch.randn(2000, 4) * torch.tensor([1.0, 1000.0, 0.0, 1e-7]) + torch.tensor([0.0, 5e4, 7.0, 2.0])
    head = Head(HeadShape(4, 2))
    head.measure(x)
    z = head.standardised(x)
    assert z[:, :2].mean(0).abs().max() < 1e-2
    assert (z[:, :2].std(0) - 1).abs().max() < 1e-2
    # A change of 0.5 in a dimension that never varied is a change of about the size of the others' spread, at most.
    changed = head.standardised(x[:1] + torch.tensor([0.0, 0.0, 0.5, 0.5])) - z[:1]
    assert changed.abs().max() < 1


def test_one_row_and_equal_rows_can_be_measured() -> None:
    for rows in (1, 3):
        head = Head(HeadShape(4, 2))
        head.measure(torch.full((rows, 4), 3.0))
        assert head.scale.tolist() == [1.0] * 4
        assert head.mean.tolist() == [3.0] * 4


def test_given_features_are_left_as_they_were() -> None:
    head, x = _trained(HeadShape(6, 3)), _features()
    before = x.copy()
    head.logits(x)
    assert np.array_equal(x, before)
    x.setflags(write=False)
    head.logits(x)


def test_features_of_another_encoder_are_refused() -> None:
    head = _trained(HeadShape(6, 3))
    with pytest.raises(ArtifactError, match=r"shape \[5, 7\] for a head that reads \[n, 6\]: .*another encoder"):
        head.logits(_features(width=7))
    with pytest.raises(ArtifactError, match=r"shape \[6\]"):
        head.logits(np.zeros(6, np.float32))


def test_another_shape_than_the_manifest_says(tmp_path: Path) -> None:
    file = tmp_path / "head.safetensors"
    save_head(_trained(HeadShape(6, 3)), file)
    with pytest.raises(ArtifactError) as error:
        load_head(file, expected=HeadShape(6, 4, hidden=8))
    assert str(error.value) == (
        f"{file}: holds a head of width 6, 3 classes, no hidden layer, standardised, but the manifest says "
        "width 6, 4 classes, 8 hidden units, standardised"
    )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"output.bias": torch.zeros(4)}, r"output.bias has shape \[4\], but .* has \[3\]"),
        ({"hidden.bias": None}, r"hidden.bias has shape none, but .* has \[4\]"),
        ({"hidden.weight": torch.zeros(5, 6)}, r"hidden.bias has shape \[4\], but .* has \[5\]"),
        ({"scale": None}, r"scale has shape none, but .* has \[6\]"),
        ({"mean": torch.zeros(5)}, r"mean has shape \[5\], but .* has \[6\]"),
        ({"scale": torch.zeros(6)}, "scale is not above 0"),
        ({"scale": torch.full((6,), float("nan"))}, "scale is not float32 throughout, or not finite"),
        ({"output.bias": torch.zeros(3, dtype=torch.bfloat16)}, "output.bias is not float32"),
        ({"more": torch.zeros(2)}, r"more has shape \[2\], but .* has none"),
        ({"output.weight": None}, "no weights of a head"),
        ({"output.weight": torch.zeros(3)}, "no weights of a head"),
        ({"hidden.weight": torch.zeros(3)}, "no weights of a head"),
    ],
)
def test_tensors_that_disagree(change: dict[str, torch.Tensor | None], says: str, tmp_path: Path) -> None:
    file = tmp_path / "head.safetensors"
    save_head(_trained(HeadShape(6, 3, hidden=4)), file)
    tensors = load_file(file) | change
    save_file({name: tensor for name, tensor in tensors.items() if tensor is not None}, file)
    with pytest.raises(ArtifactError, match=says) as error:
        load_head(file)
    assert str(file) in str(error.value)
    assert "\n" not in str(error.value)


@given(content=st.binary(max_size=64) | st.integers(0, 200))
def test_a_damaged_file_is_one_clear_error(content: bytes | int, tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("head") / "head.safetensors"
    save_head(_trained(HeadShape(6, 3)), file)
    file.write_bytes(content if isinstance(content, bytes) else file.read_bytes()[:content])
    with pytest.raises(ArtifactError, match=r"head\.safetensors") as error:
        load_head(file)
    assert "\n" not in str(error.value)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match=r"head.safetensors: no such file"):
        load_head(tmp_path / "head.safetensors")
