from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from pointsman.errors import ConfigError
from pointsman.training.head_recipe import HEAD_RECIPES, HeadRecipe, at_width, resolve_head


def test_classic_is_the_fields() -> None:
    recipe = resolve_head("classic", {})
    assert recipe == HeadRecipe()
    assert (recipe.epochs, recipe.batch_size, recipe.learning_rate) == (100, 8, 1e-4)
    assert (recipe.evaluate_every, recipe.patience, recipe.label_smoothing) == (20, 5, 0.0)


@pytest.mark.parametrize("name", HEAD_RECIPES)
def test_a_recipe_is_json_and_its_lower_rate_gets_a_chance(name: str) -> None:
    recipe = resolve_head(name, {})
    assert json.loads(json.dumps(recipe.to_dict()))["name"] == name
    assert recipe.lr_patience + 1 < recipe.patience


@pytest.mark.parametrize(
    ("overrides", "says"),
    [
        ({"epochs": 0}, "--epochs 0"),
        ({"batch_size": 0}, "--batch-size 0"),
        ({"learning_rate": 1.0}, "--learning-rate 1.0"),
        ({"learning_rate": -1e-3}, "--learning-rate -0.001"),
        ({"learning_rate": float("nan")}, "--learning-rate nan"),
        ({"weight_decay": -1.0}, "--weight-decay"),
        ({"lr_factor": 0.0}, "--lr-factor 0.0"),
        ({"lr_factor": 1.5}, "--lr-factor 1.5"),
        ({"lr_patience": -1}, "--lr-patience -1"),
        ({"lr_patience": 4}, "--lr-patience 4: .* after 5 evaluations .* stops after 5"),
        ({"evaluate_every": -1}, "--evaluate-every -1"),
        ({"patience": -1}, "--patience -1"),
        ({"best_by": "f1"}, "--best-by f1: use one of loss, accuracy"),
        ({"label_smoothing": 1.0}, "--label-smoothing 1.0"),
        ({"hidden": -1}, "--head-hidden -1"),
        ({"dropout": 1.0}, "--dropout 1.0"),
    ],
)
def test_a_setting_out_of_its_range_names_the_flag(overrides: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigError, match=says) as error:
        resolve_head("classic", overrides)
    assert "\n" not in str(error.value)


def test_an_unknown_recipe() -> None:
    with pytest.raises(
        ConfigError, match=r"unknown recipe 'clasic', did you mean 'classic'\? \(recipes: fast, classic"
    ):
        resolve_head("clasic", {})


@pytest.mark.parametrize(("patience", "lr_patience"), [(1, 0), (2, 0), (3, 1), (5, 2), (10, 4), (0, 2)])
def test_the_rates_patience_follows_the_users(patience: int, lr_patience: int) -> None:
    assert resolve_head("fast", {"patience": patience}).lr_patience == lr_patience


def test_both_patiences_of_the_user_stay() -> None:
    assert resolve_head("fast", {"patience": 9, "lr_patience": 1}).lr_patience == 1
    assert resolve_head("fast", {"patience": 2, "lr_patience": 8, "lr_factor": 1.0}).lr_patience == 8
    assert resolve_head("fast", {"patience": 0, "lr_patience": 8}).lr_patience == 8


def test_the_rate_of_fast_goes_by_the_width() -> None:
    recipe, lines = at_width(resolve_head("fast", {}), 4096)
    assert recipe.learning_rate == pytest.approx(0.4 / 4096)
    assert lines == ["learning rate 9.8e-05 (features of width 4,096)"]
    assert at_width(recipe, 64) == (recipe, [])
    assert at_width(HeadRecipe(learning_rate=0.0), 2)[0].learning_rate == 1e-2


def test_settings_are_checked_without_torch() -> None:
    code = "import sys, pointsman.training.head_recipe; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
