from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from pointsman.errors import ConfigError, DataError
from pointsman.evaluation.plots import learning_curves_plot
from pointsman.inference.head import Head, HeadShape, save_head
from pointsman.training.crew import SINGLE
from pointsman.training.head import HeadRecipe, HeadResult, _Autograd, _LinearGradient, fit_head, resolve_head

Data = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]

CLASSIC, FAST = resolve_head("classic", {}), resolve_head("fast", {})


def _data(n: int = 300, width: int = 24, classes: int = 3, *, apart: float = 1.0, seed: int = 0) -> Data:
    """Return gaussian clouds, one a class, `apart` standard deviations in every dimension, and as many to validate."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(classes, width)) * apart
    labels = rng.integers(0, classes, 2 * n)
    features = (centres[labels] + rng.normal(size=(2 * n, width))).astype(np.float32)
    return features[:n], labels[:n], features[n:], labels[n:]


def _evaluations(result: HeadResult) -> list[dict[str, Any]]:
    return [entry for entry in result.history if "eval_loss" in entry]


def _accuracy(result: HeadResult, features: np.ndarray, labels: np.ndarray) -> float:
    return float((result.head.logits(features).argmax(1) == labels).mean())


@pytest.mark.parametrize(
    "recipe", [replace(CLASSIC, epochs=20), FAST, replace(FAST, hidden=16), replace(FAST, normalise=False)]
)
def test_what_can_be_separated_is(recipe: HeadRecipe) -> None:
    x, y, vx, vy = _data(apart=2.0)
    result = fit_head(x, y, vx, vy, 3, recipe)
    assert _accuracy(result, vx, vy) == 1.0
    assert not result.head.training


@pytest.mark.parametrize("recipe", [replace(CLASSIC, learning_rate=1e-3), FAST])
def test_as_good_as_logistic_regression(recipe: HeadRecipe) -> None:
    from sklearn.linear_model import LogisticRegression

    x, y, vx, vy = _data(600, 24, 5, apart=0.5)
    regression = LogisticRegression(C=1.0, max_iter=500).fit(x, y).score(vx, vy)
    assert 0.7 < regression < 0.95
    assert _accuracy(fit_head(x, y, vx, vy, 5, recipe), vx, vy) > regression - 0.01


def test_a_hidden_layer_learns_what_a_line_cannot() -> None:
    rng = np.random.default_rng(0)
    x = rng.uniform(-1, 1, (1200, 2)).astype(np.float32)
    y = (x[:, 0] * x[:, 1] > 0).astype(np.int64)
    recipe = resolve_head("fast", {"epochs": 60})
    figures = [
        _accuracy(fit_head(x[:800], y[:800], x[800:], y[800:], 2, replace(recipe, hidden=hidden)), x[800:], y[800:])
        for hidden in (0, 32)
    ]
    assert figures[0] < 0.7
    assert figures[1] > 0.95


def test_scale_and_offset_of_the_features_do_not_matter() -> None:
    x, y, vx, vy = _data(apart=1.0)
    factors, offsets = np.full(24, 1e-3, np.float32), np.zeros(24, np.float32)
    factors[:2], offsets[:2] = 300.0, 3000.0
    moved = (x * factors + offsets, y, vx * factors + offsets, vy)
    recipe = resolve_head("fast", {"epochs": 20, "learning_rate": 1e-2})
    plain, same = fit_head(x, y, vx, vy, 3, recipe), fit_head(*moved, 3, recipe)
    assert _accuracy(plain, vx, vy) > 0.98
    assert same.best_metric == pytest.approx(plain.best_metric, rel=1e-2)
    raw = fit_head(*moved, 3, replace(recipe, normalise=False))
    assert _accuracy(raw, *moved[2:]) < 0.9


def test_the_first_step_moves_every_weight_by_the_learning_rate() -> None:
    """AdamW's first step from zero is the gradient's sign times the rate; the bias of a balanced batch stays put."""
    x, y, vx, vy = _data(60)
    recipe = HeadRecipe(epochs=1, batch_size=60, learning_rate=1e-3)
    weight = fit_head(x, y, vx, vy, 3, recipe).head.output.weight
    torch.testing.assert_close(weight.abs(), torch.full_like(weight, 1e-3), rtol=1e-3, atol=0)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("weights", [None, [1.0, 3.0, 0.5, 7.0]])
def test_the_closed_form_is_autograds_gradient(weights: list[float] | None, smoothing: float) -> None:
    torch.manual_seed(0)
    inputs, targets = torch.randn(9, 5), torch.tensor([0, 1, 2, 3, 0, 1, 2, 0, 0])
    found = []
    for way in (_LinearGradient, _Autograd):
        head = Head(HeadShape(5, 4))
        with torch.no_grad():
            head.output.weight.copy_(torch.linspace(-2, 2, 20).view(4, 5))
        gradient = way(head, torch.tensor(weights) if weights else None, smoothing, SINGLE)
        # Twice: gradients of the batch before must not add up.
        losses = [gradient(inputs, targets, torch.arange(9)) for _ in range(2)]
        assert losses[0] == losses[1]
        found.append((torch.tensor(losses), head.output.weight.grad, head.output.bias.grad))
    for closed, autograd in zip(*found, strict=True):
        torch.testing.assert_close(closed, autograd, rtol=1e-5, atol=1e-6)


def _contrary(n: int = 64) -> Data:
    """Return data whose validation labels are the others: its loss rises from the first evaluation on."""
    x, y, _, _ = _data(n, 8, 2, apart=2.0)
    return x, y, x, 1 - y


def test_patience_counts_evaluations_and_the_best_weights_come_back() -> None:
    data = _contrary()
    recipe = resolve_head("classic", {"evaluate_every": 3, "learning_rate": 1e-3})
    result = fit_head(*data, 2, recipe)
    # The first evaluation is the best; five without a gain follow. The third of them halves the rate.
    assert [entry["step"] for entry in _evaluations(result)] == [3, 6, 9, 12, 15, 18]
    losses = [entry["eval_loss"] for entry in _evaluations(result)]
    assert losses == sorted(losses)
    assert [e["learning_rate"] for e in result.history if "loss" in e] == [1e-3, 1e-3, 1e-3, 1e-3, 5e-4, 5e-4]
    assert (result.steps, result.evaluations, result.best_step, result.metric) == (18, 6, 3, "loss")
    assert result.epochs == 18 / 8
    assert result.best_metric == losses[0]
    with torch.no_grad():
        logits = torch.from_numpy(result.head.logits(data[2]))
        loss = torch.nn.functional.cross_entropy(logits, torch.from_numpy(data[3])).item()
    assert loss == pytest.approx(losses[0], rel=1e-5)


@pytest.mark.parametrize(("patience", "stops_at"), [(1, 2), (2, 3), (7, 8)])
def test_the_users_patience(patience: int, stops_at: int) -> None:
    recipe = resolve_head("classic", {"patience": patience, "evaluate_every": 2})
    assert fit_head(*_contrary(), 2, recipe).evaluations == stops_at


def test_patience_0_goes_to_the_end_with_the_best_weights() -> None:
    recipe = resolve_head("classic", {"patience": 0, "epochs": 3, "evaluate_every": 0, "lr_factor": 1.0})
    result = fit_head(*_contrary(), 2, recipe)
    assert (result.steps, result.evaluations, result.best_step) == (24, 3, 8)
    assert {entry["learning_rate"] for entry in result.history if "loss" in entry} == {1e-4}


def test_a_gain_is_what_best_by_says() -> None:
    x, y, vx, vy = _data(apart=2.0)
    recipe = resolve_head("fast", {"best_by": "accuracy", "evaluate_every": 1, "learning_rate": 1e-3})
    result = fit_head(x, y, vx, vy, 3, recipe)
    figures = [entry["eval_accuracy"] for entry in _evaluations(result)]
    best = figures.index(max(figures))
    assert (result.metric, result.best_metric, result.best_step) == ("accuracy", max(figures), best + 1)
    assert result.evaluations == best + 1 + recipe.patience
    assert _accuracy(result, vx, vy) == max(figures)


def test_the_last_step_is_evaluated() -> None:
    result = fit_head(*_data(20), 3, resolve_head("classic", {"epochs": 2, "patience": 0}))
    assert [entry["step"] for entry in _evaluations(result)] == [6]
    result = fit_head(*_data(20), 3, resolve_head("classic", {"epochs": 2, "evaluate_every": 4, "patience": 0}))
    assert [entry["step"] for entry in _evaluations(result)] == [4, 6]


def test_the_history_is_drawn_as_the_trainers() -> None:
    result = fit_head(*_data(), 3, resolve_head("fast", {"epochs": 3}))
    losses, evaluations = result.history[::2], result.history[1::2]
    assert [set(entry) for entry in losses] == [{"loss", "learning_rate", "epoch", "step"}] * 3
    assert [entry["epoch"] for entry in evaluations] == [1.0, 2.0, 3.0]
    assert set(evaluations[0]) == {"eval_loss", "eval_accuracy", "eval_macro_f1", "eval_weighted_f1", "epoch", "step"}
    assert losses[0]["loss"] > losses[2]["loss"]
    picture = learning_curves_plot(result.history, "accuracy")
    assert picture.startswith("<svg")


def test_the_seed_decides_everything_and_nothing_else_is_touched(tmp_path: Path) -> None:
    data = _data()
    recipe = resolve_head("fast", {"epochs": 4, "hidden": 8, "dropout": 0.2, "seed": 3})
    files = []
    for index, seed in enumerate((3, 3, 4)):
        torch.manual_seed(index)
        before = torch.random.get_rng_state()
        result = fit_head(*data, 3, replace(recipe, seed=seed))
        assert torch.equal(before, torch.random.get_rng_state())
        files.append(tmp_path / f"{index}.safetensors")
        save_head(result.head, files[-1])
    first, second, other = (file.read_bytes() for file in files)
    assert first == second
    assert first != other


def test_given_arrays_are_left_as_they_were() -> None:
    data = _data()
    before = [array.copy() for array in data]
    for array in data:
        array.setflags(write=False)
    fit_head(*data, 3, resolve_head("fast", {"epochs": 1}))
    assert all(np.array_equal(a, b) for a, b in zip(data, before, strict=True))


def test_rare_classes_count_more() -> None:
    x, y, vx, vy = _data(1500, 6, 2, apart=0.5)
    keep = (y == 0) | (np.arange(len(y)) % 10 == 0)
    x, y = x[keep], y[keep]
    weighted, plain = (fit_head(x, y, vx, vy, 2, replace(FAST, class_weights=on)) for on in (True, False))
    counts = np.bincount(y)
    assert weighted.weights == [1.0, counts[0] / counts[1]]
    assert plain.weights is None
    rare = [_accuracy(result, vx[vy == 1], vy[vy == 1]) for result in (weighted, plain)]
    assert rare[0] > rare[1] + 0.1
    assert fit_head(vx, vy, vx, vy, 2, resolve_head("fast", {"epochs": 1})).weights is None


def test_a_class_without_rows_is_never_answered() -> None:
    x, y, vx, vy = _data()
    result = fit_head(x, np.where(y == 1, 3, y), vx, np.where(vy == 1, 3, vy), 4, FAST)
    assert set(result.head.logits(vx).argmax(1)) == {0, 2, 3}


def test_scalars_for_tensorboard(tmp_path: Path) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    result = fit_head(*_data(), 3, resolve_head("fast", {"epochs": 3}), tensorboard=tmp_path)
    events = EventAccumulator(str(tmp_path))
    events.Reload()
    assert {"train/loss", "train/learning_rate", "eval/loss", "eval/accuracy"} <= set(events.Tags()["scalars"])
    written = [event.value for event in events.Scalars("eval/loss")]
    assert written == pytest.approx([entry["eval_loss"] for entry in _evaluations(result)], rel=1e-6)
    assert [event.step for event in events.Scalars("train/loss")] == [5, 10, 15]


def test_progress_is_told_and_may_interrupt() -> None:
    told: list[tuple[int, int, str]] = []
    result = fit_head(*_data(), 3, resolve_head("fast", {"epochs": 2}), progress=lambda *told_: told.append(told_))
    assert [(done, total) for done, total, _ in told] == [(5, 10), (10, 10)]
    assert told[1][2] == f"epoch 2: validation loss {result.best_metric:.4f}"

    def interrupt(done: int, total: int, text: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit_head(*_data(), 3, FAST, progress=interrupt)


def test_a_rate_left_open_goes_by_the_width() -> None:
    result = fit_head(*_data(width=400), 3, replace(FAST, epochs=1))
    assert result.recipe.learning_rate == pytest.approx(1e-3)
    assert result.history[0]["learning_rate"] == pytest.approx(1e-3)


@pytest.mark.parametrize("hidden", [0, 8])
def test_a_loss_that_is_no_number(hidden: int) -> None:
    recipe = replace(CLASSIC, learning_rate=1e38, hidden=hidden)
    with pytest.raises(ConfigError, match=r"training diverged .* lower --learning-rate \(now 1e\+38\)"):
        fit_head(*_data(), 3, recipe)


def _broken(data: Data, **changed: Any) -> list[np.ndarray]:
    names = ("features", "labels", "validation_features", "validation_labels")
    return [changed.get(name, array) for name, array in zip(names, data, strict=True)]


def test_data_that_cannot_be_trained_on() -> None:
    data = _data(20)
    x, y, vx, vy = data
    holed = vx.copy()
    holed[7, 2] = np.inf
    cases: list[tuple[dict[str, np.ndarray], str]] = [
        ({"features": x[:0], "labels": y[:0]}, "there are no training rows"),
        ({"validation_features": vx[:0], "validation_labels": vy[:0]}, "there are no validation rows"),
        ({"labels": np.zeros_like(y)}, "same label"),
        ({"labels": np.minimum(y, 1), "validation_labels": np.full_like(vy, 2)}, "no validation row has a label"),
        ({"labels": y[1:]}, r"training features of shape \[20, 24\] for 19 labels"),
        ({"labels": y + 1}, "training labels go from 1 to 3, but there are 3 classes"),
        ({"validation_labels": vy - 1}, "validation labels go from -1"),
        ({"validation_features": holed}, "validation row 7: its features are not finite"),
        ({"validation_features": vx[:, 1:]}, "validation features are 23 wide, those of training 24"),
    ]
    for changed, says in cases:
        with pytest.raises(DataError, match=says):
            fit_head(*_broken(data, **changed), 3, FAST)
