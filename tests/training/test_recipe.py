from __future__ import annotations

import json
from typing import Any

import pytest

from pointsman.errors import ConfigError
from pointsman.training.recipe import RECIPES, at_depth, resolve, size

BELOW_1000 = {
    "epochs": 2,
    "batch_size": 4,
    "learning_rate": 1e-5,
    "weight_decay": 0.15,
    "warmup": 0.1,
    "patience": 1,
    "evaluate_every": 0,
}
BELOW_5000 = {
    "epochs": 3,
    "batch_size": 8,
    "learning_rate": 2e-5,
    "weight_decay": 0.1,
    "warmup": 0.06,
    "patience": 2,
    "evaluate_every": 100,
}
ABOVE = {
    "epochs": 4,
    "batch_size": 16,
    "learning_rate": 3e-5,
    "weight_decay": 0.05,
    "warmup": 0.03,
    "patience": 3,
    "evaluate_every": 200,
}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (1, BELOW_1000),
        (999, BELOW_1000),
        (1000, BELOW_5000),
        (4999, BELOW_5000),
        (5000, ABOVE),
        (100_000, ABOVE),
    ],
)
def test_classic_goes_by_data_size(rows: int, expected: dict[str, Any]) -> None:
    recipe, lines = size(resolve("classic", {}), rows, 3, {})
    assert {key: getattr(recipe, key) for key in expected} == expected
    assert (recipe.adapt, recipe.adapt_layers, recipe.best_by) == ("full", "all", "weighted_f1")
    assert lines[0].startswith("recipe classic: epochs ")


def test_the_users_settings_win_over_the_size_table() -> None:
    overrides = {"epochs": 9, "learning_rate": 5e-5, "adapt_layers": 2}
    recipe, lines = size(resolve("classic", overrides), 500, 3, overrides)
    expected = BELOW_1000 | overrides
    assert {key: getattr(recipe, key) for key in expected} == expected
    assert "epochs" not in lines[0]
    assert "batch size 4" in lines[0]


def test_lora_classic() -> None:
    overrides: dict[str, Any] = {}
    recipe, lines = size(resolve("lora-classic", overrides), 20_000, 3, overrides)
    expected = {
        "adapt": "lora",
        "adapt_layers": "all",
        "lora_rank": 16,
        "lora_alpha": 32,
        "lora_dropout": 0.1,
        "epochs": 3,
        "batch_size": 8,
        "learning_rate": 2e-4,
        "warmup": 100,
        "evaluate_every": 0,
        "best_by": "loss",
    }
    assert {key: getattr(recipe, key) for key in expected} == expected
    assert lines == []


def test_modality_classic() -> None:
    recipe, _ = size(resolve("modality-classic", {}), 6000, 3, {})
    expected = {
        "model": "mmbert-32k",
        "adapt": "lora",
        "lora_rank": 32,
        "lora_alpha": 64,
        "epochs": 8,
        "batch_size": 32,
        "learning_rate": 2e-5,
        "max_samples": 6000,
    }
    assert {key: getattr(recipe, key) for key in expected} == expected


def test_fast_is_the_default_on_minilm() -> None:
    recipe = resolve("fast", {})
    assert (recipe.model, recipe.adapt, recipe.adapt_layers) == ("minilm", "lora", 2)


@pytest.mark.parametrize("rows", [1, 20, 500, 1500, 6000, 50_000])
def test_fast_leaves_nothing_open(rows: int) -> None:
    recipe, lines = size(resolve("fast", {}), rows, 3, {})
    assert recipe.epochs >= 1
    assert recipe.batch_size >= 1
    assert len(lines) == 1
    chosen, said = size(resolve("fast", {"epochs": 3, "batch_size": 7}), rows, 3, {"epochs": 3, "batch_size": 7})
    assert (chosen.epochs, chosen.batch_size, said) == (3, 7, [])


@pytest.mark.parametrize("name", RECIPES)
def test_recipes_are_json(name: str) -> None:
    assert json.loads(json.dumps(RECIPES[name].to_dict()))["name"] == name


def test_unknown_recipe_names_the_nearest() -> None:
    with pytest.raises(ConfigError, match=r"unknown recipe 'clasic', did you mean 'classic'\?"):
        resolve("clasic", {})


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("adapt_layers", -1),
        ("lora_rank", 0),
        ("lora_alpha", 0),
        ("lora_dropout", 1.0),
        ("epochs", -1),
        ("batch_size", -4),
        ("gradient_accumulation", 0),
        ("learning_rate", -0.1),
        ("learning_rate", 2.0),
        ("weight_decay", -0.1),
        ("max_length", 3),
        ("max_samples", -1),
        ("label_smoothing", 1.0),
    ],
)
def test_settings_out_of_range_are_named(setting: str, value: float) -> None:
    with pytest.raises(ConfigError, match=rf"^--{setting.replace('_', '-')} {value}: use "):
        resolve("fast", {setting: value})


@pytest.mark.parametrize(
    ("adapt", "depth", "rate"), [("lora", 2, 2e-3), ("lora", 6, 1e-3), ("full", 2, 3e-4), ("full", 6, 5e-5)]
)
def test_learning_rate_by_depth_unless_set(adapt: str, depth: int, rate: float) -> None:
    settled, lines = at_depth(resolve("fast", {"adapt": adapt}), depth)
    assert settled.learning_rate == rate
    assert len(lines) == 1
    assert at_depth(resolve("fast", {"learning_rate": 5e-4}), depth)[0].learning_rate == 5e-4


def test_a_token_task_adapts_all_layers_unless_told_otherwise() -> None:
    recipe, lines = size(resolve("fast", {}), 6000, 17, {}, kind="token")
    assert (recipe.adapt_layers, recipe.epochs, recipe.warmup) == ("all", 5, 0.2)
    assert lines[0].startswith("all layers adapted: a token task")
    asked = {"adapt_layers": 2, "epochs": 1}
    recipe, _ = size(resolve("fast", asked), 6000, 17, asked, kind="token")
    assert (recipe.adapt_layers, recipe.epochs) == (2, 1)
    assert size(resolve("fast", {}), 900, 17, {}, kind="token")[0].epochs == 20
    assert size(resolve("fast", {}), 10_000, 17, {}, kind="token")[0].epochs == 2
    assert size(resolve("fast", {"warmup": 0.1}), 900, 17, {"warmup": 0.1}, kind="token")[0].warmup == 0.1
    assert size(resolve("fast", {}), 900, 17, {})[0].warmup == 0.06
    assert size(resolve("classic", {}), 900, 17, {}, kind="token")[0].adapt_layers == "all"
