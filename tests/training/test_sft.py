from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from pointsman.backbones import Backbone, resolve
from pointsman.backbones.generating import load_generating
from pointsman.backbones.hardware import Hardware
from pointsman.data.example import Example
from pointsman.encoding.conversation import Preparer, Template
from pointsman.encoding.multimodal import FrozenModel
from pointsman.errors import ConfigError, DataError
from pointsman.inference.shared_base import SharedBase
from pointsman.training.adapter import save_adapter
from pointsman.training.crew import Progress
from pointsman.training.kept_images import KeptImages
from pointsman.training.loop import FitResult
from pointsman.training.sft import Lesson, answer_loss, fit_sft, stock
from pointsman.training.sft_model import build_sft, save_whole, score_labels
from pointsman.training.sft_recipe import SftRecipe
from tests.generating import NAMES, shown, spoken

FP32 = Hardware("cpu", "fp32", ())
# 24 rows in batches of 8: three updates an epoch, six in all.
RECIPE = SftRecipe(rank=8, alpha=16, epochs=2, learning_rate=1e-2, patience=0, seed=5)


class KilledError(Exception):
    """Stands for a kill."""


def _kill_after(step: int) -> Progress:
    def progress(done: int, total: int, text: str) -> None:
        if done == step:
            raise KilledError

    return progress


@dataclass
class School:
    """A tiny model's requests, ready to be learnt."""

    backbone: Backbone
    preparer: Preparer
    draw: Callable[..., list[Example]]

    @property
    def names(self) -> list[list[int]]:
        return [self.preparer.answer_ids(name) for name in NAMES]

    def lessons(self, n: int, seed: int = 0) -> list[Lesson]:
        return [self.lesson(example) for example in self.draw(n, seed)]

    def lesson(self, example: Example) -> Lesson:
        answer = tuple(self.preparer.answer_ids(str(example.label)))
        return Lesson(self.preparer.prepare(example, Template()), answer)

    def run(self, recipe: SftRecipe, work: Path, *, n: int = 24, **options: Any) -> tuple[Any, FitResult]:
        model = build_sft(load_generating(self.backbone), self.backbone, recipe)
        return model, fit_sft(model, self.preparer, self.lessons(n), recipe, FP32, work, **options)


@pytest.fixture(scope="module")
def text(tiny_qwen3: Backbone) -> School:
    return School(tiny_qwen3, Preparer(tiny_qwen3), spoken)


@pytest.fixture(scope="module")
def vision(tiny_qwen3_vl: Backbone) -> School:
    return School(tiny_qwen3_vl, Preparer(tiny_qwen3_vl), shown)


@pytest.fixture(params=["text", "vision"])
def school(request: pytest.FixtureRequest) -> School:
    return request.getfixturevalue(request.param)


def _weights(model: Any) -> dict[str, torch.Tensor]:
    return {name: p.detach().clone() for name, p in model.named_parameters() if p.requires_grad}


def _equal(a: Any, b: Any) -> bool:
    found, expected = _weights(a), _weights(b)
    return found.keys() == expected.keys() and all(torch.equal(found[name], w) for name, w in expected.items())


def _figures(result: FitResult, name: str) -> list[float]:
    return [entry[name] for entry in result.history if name in entry]


def _stock_loss(model: Any, lesson: Lesson) -> torch.Tensor:
    """Return the summed loss of an answer's tokens, by the stock forward pass over the one whole row."""
    ids = torch.tensor([*lesson.prepared.input_ids.tolist(), *lesson.answer])[None]
    more: dict[str, Any] = {}
    if lesson.prepared.pixel_values is not None:
        assert lesson.prepared.grid is not None
        more["pixel_values"] = torch.from_numpy(lesson.prepared.pixel_values)
        more["image_grid_thw"] = torch.from_numpy(lesson.prepared.grid)
        more["mm_token_type_ids"] = (ids == model.config.image_token_id).int()
    logs = model(input_ids=ids, attention_mask=torch.ones_like(ids), **more).logits[0].log_softmax(-1)
    start = len(lesson.prepared.input_ids)
    return -sum(logs[start + i - 1, token] for i, token in enumerate(lesson.answer))  # type: ignore[return-value]


def _mixed(school: School) -> list[Lesson]:
    """Return rows of many lengths, with one without an image where the model sees."""
    rows = [*school.lessons(5), school.lesson(Example("and one that is told in more words", label="provider-select"))]
    assert len({len(row.prepared.input_ids) for row in rows}) > 1
    assert len({len(row.answer) for row in rows}) > 1
    return rows


def test_it_learns(tmp_path: Path, school: School) -> None:
    recipe = replace(RECIPE, epochs=8, rank=16, alpha=32, patience=3)
    model = build_sft(load_generating(school.backbone), school.backbone, recipe)
    images = KeptImages(FrozenModel(stock(model), school.preparer))
    rows = school.draw(30, 1)
    prepared = [school.preparer.prepare(row, Template()) for row in rows]
    truth = [NAMES.index(str(row.label)) for row in rows]

    def validate() -> float:
        assert not model.training
        assert not torch.is_grad_enabled()
        return float((score_labels(images, prepared, school.names).argmax(1) == truth).mean())

    lessons = school.lessons(96)
    result = fit_sft(model, school.preparer, lessons, recipe, FP32, tmp_path, validate=validate, images=images)
    assert (result.best_metric, result.metric) == (1.0, "accuracy")
    with torch.no_grad():
        assert validate() == 1.0
    losses = _figures(result, "loss")
    assert losses[-1] < 0.1 * losses[0]
    # Each of the two parts' images went through the tower once.
    seen = sum(row.prepared.pixel_values is not None for row in lessons) + sum(row.image is not None for row in rows)
    assert images.computed == seen


def test_the_loss_is_that_of_the_answers_tokens(school: School) -> None:
    model = load_generating(school.backbone)
    frozen = FrozenModel(model, school.preparer)
    rows = [replace(row, weight=weight) for row, weight in zip(_mixed(school), (1, 1, 2, 0.5, 1, 3), strict=True)]
    with torch.no_grad():
        found = answer_loss(frozen, rows, frozen.see([row.prepared for row in rows]))
        expected = sum(row.weight * _stock_loss(model, row) for row in rows)
    assert found.dtype == torch.float32
    assert float(found) == pytest.approx(float(expected), rel=1e-5)


def test_an_updates_loss_is_the_mean_over_answer_tokens(tmp_path: Path, school: School) -> None:
    rows = _mixed(school)
    model = build_sft(load_generating(school.backbone), school.backbone, replace(RECIPE, dropout=0.0))
    inner = stock(model)
    with torch.no_grad():
        expected = sum(float(_stock_loss(inner, row)) for row in rows) / sum(len(row.answer) for row in rows)
    recipe = replace(RECIPE, epochs=1, dropout=0.0, batch_size=2, gradient_accumulation=3)
    result = fit_sft(model, school.preparer, rows, recipe, FP32, tmp_path)
    assert _figures(result, "loss") == [pytest.approx(expected, rel=1e-5)]
    assert (result.steps, result.metric) == (1, "")
    assert math.isnan(result.best_metric)


def test_padding_changes_no_gradient(school: School) -> None:
    model = build_sft(load_generating(school.backbone), school.backbone, replace(RECIPE, dropout=0.0))
    frozen = FrozenModel(stock(model), school.preparer)
    rows = _mixed(school)
    answer_loss(frozen, rows, frozen.see([row.prepared for row in rows])).backward()
    together = [p.grad.clone() for p in model.parameters() if p.grad is not None]
    model.zero_grad()
    for row in rows:
        answer_loss(frozen, [row], frozen.see([row.prepared])).backward()
    alone = [p.grad for p in model.parameters() if p.grad is not None]
    assert any(g.abs().max() > 1e-3 for g in together)
    torch.testing.assert_close(together, alone, atol=2e-5, rtol=1e-4)


def test_the_output_layer_sees_answers_alone(school: School) -> None:
    model = load_generating(school.backbone)
    frozen = FrozenModel(model, school.preparer)
    rows = _mixed(school)
    shapes: list[tuple[int, ...]] = []
    handle = model.get_output_embeddings().register_forward_hook(lambda _, __, out: shapes.append(tuple(out.shape)))
    with torch.no_grad():
        answer_loss(frozen, rows, frozen.see([row.prepared for row in rows]))
    handle.remove()
    assert shapes == [(sum(len(row.answer) for row in rows), model.config.get_text_config().vocab_size)]


def test_a_saved_adapter_answers_as_the_model_in_memory(tmp_path: Path, school: School) -> None:
    model, _ = school.run(RECIPE, tmp_path / "work")
    save_adapter(model, tmp_path / "router", school.backbone)
    prepared = [row.prepared for row in school.lessons(9, 2)]
    expected = score_labels(KeptImages(FrozenModel(stock(model), school.preparer)), prepared, school.names)
    base = SharedBase.open(school.backbone)
    plain = base.score(prepared, school.names, None)
    base.add("router", tmp_path / "router")
    found = base.score(prepared, school.names, "router")
    assert np.abs(found - expected).max() < 1e-4
    assert np.abs(found - plain).max() > 0.1
    # Trained on one image at a time, asked many at once, and the other way round: nothing else differs.
    single = np.concatenate([base.score([one], school.names, "router") for one in prepared])
    np.testing.assert_allclose(single, expected, atol=1e-4)


def test_what_is_saved(tmp_path: Path, school: School) -> None:
    model = build_sft(load_generating(school.backbone), school.backbone, RECIPE)
    save_adapter(model, tmp_path, school.backbone)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["adapter_config.json", "adapter_model.safetensors"]
    config = json.loads((tmp_path / "adapter_config.json").read_text())
    assert config["base_model_name_or_path"] == school.backbone.name
    assert (config["task_type"], config["r"], config["lora_alpha"]) == ("CAUSAL_LM", 8, 16)
    assert (config["inference_mode"], config["modules_to_save"]) == (True, None)
    saved = load_file(tmp_path / "adapter_model.safetensors")
    layers = f"base_model.model.{school.backbone.family.layers}."
    assert all(name.startswith(layers) for name in saved)
    assert len(saved) == 2 * 7 * school.backbone.layers
    assert {w.dtype for w in saved.values()} == {torch.float32}
    assert not any("visual" in name for name in saved)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("qwen3-vl-8b", ("Qwen/Qwen3-VL-8B-Instruct", None)),
        ("Qwen/Qwen3-0.6B@abc", ("Qwen/Qwen3-0.6B", "abc")),
        ("Qwen/Qwen3-0.6B", ("Qwen/Qwen3-0.6B", None)),
    ],
)
def test_the_base_is_named_as_servers_name_it(
    tmp_path: Path, tiny_qwen3: Backbone, name: str, expected: tuple[str, str | None]
) -> None:
    backbone = replace(tiny_qwen3, name=name)
    save_adapter(build_sft(load_generating(backbone), backbone, RECIPE), tmp_path, backbone)
    config = json.loads((tmp_path / "adapter_config.json").read_text())
    assert (config["base_model_name_or_path"], config["revision"]) == expected


def test_what_is_frozen_stays(tmp_path: Path, school: School) -> None:
    before = {name: p.clone() for name, p in load_generating(school.backbone).named_parameters()}
    model, _ = school.run(RECIPE, tmp_path)
    after = {name.replace(".base_layer", ""): p for name, p in stock(model).named_parameters()}
    for name, parameter in before.items():
        assert torch.equal(after[name], parameter), name
        assert not after[name].requires_grad, name
    trained = {name for name in after if name not in before}
    assert all("lora_" in name and "visual" not in name for name in trained)
    fresh = build_sft(load_generating(school.backbone), school.backbone, RECIPE)
    assert all(not torch.equal(w, dict(model.named_parameters())[name]) for name, w in _weights(fresh).items())
    assert not model.training
    assert stock(model).config.use_cache


def test_gradient_accumulation_is_one_large_batch(tmp_path: Path, school: School) -> None:
    # Eight rows make one update an epoch either way, so that the order of rows plays no part.
    recipe = replace(RECIPE, epochs=3, dropout=0.0)
    one, whole = school.run(recipe, tmp_path / "a", n=8)
    two, parts = school.run(replace(recipe, batch_size=4, gradient_accumulation=2), tmp_path / "b", n=8)
    assert whole.steps == parts.steps == 3
    assert _figures(parts, "loss") == pytest.approx(_figures(whole, "loss"), rel=1e-5)
    start = _weights(build_sft(load_generating(school.backbone), school.backbone, recipe))
    expected, found = _weights(one), _weights(two)
    assert max(float((expected[n] - start[n]).abs().max()) for n in expected) > 1e-2
    for name in expected:
        torch.testing.assert_close(found[name], expected[name], atol=1e-5, rtol=1e-4)


def test_gradient_checkpointing_changes_nothing(tmp_path: Path, school: School) -> None:
    plain, without = school.run(RECIPE, tmp_path / "a")
    thrifty, with_ = school.run(replace(RECIPE, gradient_checkpointing=True), tmp_path / "b")
    assert any(getattr(m, "gradient_checkpointing", False) for m in thrifty.modules())
    assert _figures(with_, "loss") == pytest.approx(_figures(without, "loss"), rel=1e-6)
    expected, found = _weights(plain), _weights(thrifty)
    assert all(torch.allclose(found[name], expected[name], atol=1e-6) for name in expected)


def test_the_same_seed_gives_the_same_weights(tmp_path: Path, school: School) -> None:
    first, _ = school.run(RECIPE, tmp_path / "a")
    torch.manual_seed(99)
    same, _ = school.run(RECIPE, tmp_path / "b")
    other, _ = school.run(replace(RECIPE, seed=6), tmp_path / "c")
    assert _equal(first, same)
    assert not _equal(first, other)


def _with_memory(school: School, lessons: list[Lesson], keep: int, work: Path) -> tuple[Any, KeptImages]:
    model = build_sft(load_generating(school.backbone), school.backbone, RECIPE)
    images = KeptImages(FrozenModel(stock(model), school.preparer), keep)
    fit_sft(model, school.preparer, lessons, RECIPE, FP32, work, images=images)
    return model, images


def test_images_kept_or_not_give_the_same_weights(tmp_path: Path, vision: School) -> None:
    lessons = vision.lessons(24)
    kept, all_ = _with_memory(vision, lessons, 10**9, tmp_path / "all")
    assert all_.computed == 24
    assert 0 < all_.held_bytes < 10**6
    without, none = _with_memory(vision, lessons, 0, tmp_path / "none")
    assert (none.computed, none.held_bytes) == (48, 0)
    partly, some = _with_memory(vision, lessons, all_.held_bytes // 2, tmp_path / "some")
    assert 24 < some.computed < 48
    assert 0 < some.held_bytes <= all_.held_bytes // 2
    assert _equal(kept, without)
    assert _equal(kept, partly)


def test_the_same_image_is_looked_at_once(tmp_path: Path, vision: School) -> None:
    image = shown(1)[0].image
    rows = [
        Example(text, label=NAMES[i % 3], image=image) for i, text in enumerate(["open", "file it", "a doctor"] * 4)
    ]
    _, images = _with_memory(vision, [vision.lesson(row) for row in rows], 10**9, tmp_path)
    assert images.computed == 1


def test_full_training_reaches_the_vision_tower(vision: School) -> None:
    recipe = replace(RECIPE, adapt="full")
    ours, theirs = (build_sft(load_generating(vision.backbone), vision.backbone, recipe) for _ in range(2))
    frozen = FrozenModel(ours, vision.preparer)
    rows = vision.lessons(3)
    answer_loss(frozen, rows, frozen.see([row.prepared for row in rows], grad=True)).backward()
    sum(_stock_loss(theirs, row) for row in rows).backward()  # type: ignore[union-attr]
    expected = {name: p.grad for name, p in theirs.named_parameters()}
    for name, p in ours.named_parameters():
        torch.testing.assert_close(p.grad, expected[name], atol=1e-4, rtol=1e-3)
    towers = [
        g for name, g in expected.items() if name.startswith(str(vision.backbone.family.vision)) and g is not None
    ]
    assert any(g.abs().max() > 1e-3 for g in towers)


def test_a_whole_model_is_trained_saved_and_found_again(tmp_path: Path, school: School) -> None:
    recipe = replace(RECIPE, adapt="full", learning_rate=3e-3)
    start = _weights(build_sft(load_generating(school.backbone), school.backbone, recipe))
    model = build_sft(load_generating(school.backbone), school.backbone, recipe)
    images = KeptImages(FrozenModel(model, school.preparer))
    prepared = [row.prepared for row in school.lessons(6, 2)]
    before = score_labels(images, prepared, school.names)
    fit_sft(model, school.preparer, school.lessons(24), recipe, FP32, tmp_path / "work", images=images)
    assert [n for n, w in _weights(model).items() if torch.equal(w, start[n])] == []
    found = score_labels(images, prepared, school.names)
    assert images.held_bytes == 0
    assert np.abs(found - before).max() > 0.1
    save_whole(model, tmp_path / "model", school.backbone)
    again = SharedBase.open(resolve(str(tmp_path / "model")))
    np.testing.assert_allclose(again.score(prepared, school.names, None), found, atol=1e-4)
    assert again.backbone.tokenizer_digest == school.backbone.tokenizer_digest
    assert again.backbone.digest != school.backbone.digest


def _falling(figures: list[float]) -> Callable[[], float]:
    rest = iter(figures)
    return lambda: next(rest)


def test_the_best_checkpoint_is_left_in_the_model(tmp_path: Path, text: School) -> None:
    recipe = replace(RECIPE, epochs=4)
    _, two = text.run(
        replace(recipe, epochs=4, evaluate_every=3), tmp_path / "a", validate=_falling([0.1, 0.9, 0.2, 0.3])
    )
    model, result = text.run(recipe, tmp_path / "b", validate=_falling([0.1, 0.9, 0.2, 0.3]), metric="macro_f1")
    assert (result.best_metric, result.metric, two.metric) == (0.9, "macro_f1", "accuracy")
    assert _figures(result, "eval_macro_f1") == _figures(two, "eval_accuracy") == [0.1, 0.9, 0.2, 0.3]
    saved = load_file(tmp_path / "b" / "checkpoint-6" / "trained.safetensors")
    assert all(torch.equal(saved[name], w) for name, w in _weights(model).items())
    assert {int(p.name.split("-")[1]) for p in (tmp_path / "b").glob("checkpoint-*")} == {6, 12}


def test_early_stopping_counts_evaluations(tmp_path: Path, text: School) -> None:
    recipe = replace(RECIPE, epochs=9, patience=2)
    model, result = text.run(recipe, tmp_path / "a", validate=_falling([0.5, 0.7, 0.7, 0.6]))
    assert (result.steps, result.best_metric) == (12, 0.7)
    _, unwatched = text.run(replace(recipe, epochs=4), tmp_path / "b")
    assert unwatched.steps == 12
    # Resumed after it has stopped, it trains no more.
    again, same = text.run(recipe, tmp_path / "a", validate=_falling([]), resume=True)
    assert (same.resumed_from, same.steps) == (12, 12)
    assert _equal(model, again)


@pytest.mark.parametrize(
    ("school", "every", "accumulation", "killed", "checkpoint"),
    [
        ("text", 0, 1, 1, 0),
        ("text", 0, 1, 5, 3),
        ("text", 2, 1, 5, 4),
        ("text", 2, 1, 6, 4),
        ("text", 2, 2, 3, 2),
        ("vision", 0, 1, 4, 3),
        ("vision", 2, 2, 3, 2),
    ],
    indirect=["school"],
)
def test_killed_and_resumed_it_ends_at_the_same_weights(
    tmp_path: Path, school: School, every: int, accumulation: int, killed: int, checkpoint: int
) -> None:
    recipe = replace(RECIPE, evaluate_every=every, batch_size=8 // accumulation, gradient_accumulation=accumulation)
    whole, expected = school.run(recipe, tmp_path / "whole")
    with pytest.raises(KilledError):
        school.run(recipe, tmp_path / "work", progress=_kill_after(killed))
    torch.manual_seed(99)  # a new process has another random state
    resumed, found = school.run(recipe, tmp_path / "work", resume=True)
    assert (found.resumed_from, found.steps) == (checkpoint, expected.steps)
    assert _figures(found, "loss") == _figures(expected, "loss")
    assert _equal(resumed, whole)


def test_a_run_that_is_done_is_not_trained_on(tmp_path: Path, text: School) -> None:
    whole, _ = text.run(RECIPE, tmp_path)
    steps: list[int] = []
    again, result = text.run(RECIPE, tmp_path, resume=True, progress=lambda done, *_: steps.append(done))
    assert (steps, result.resumed_from) == ([], 6)
    assert _equal(again, whole)


@pytest.mark.parametrize("validated", [True, False])
def test_a_diverging_run_says_what_to_do(tmp_path: Path, school: School, validated: bool) -> None:
    recipe = replace(RECIPE, learning_rate=1e30, warmup=0.0)
    with pytest.raises(ConfigError, match=r"training diverged .*: lower --learning-rate \(now 1e\+30\)"):
        school.run(recipe, tmp_path, validate=(lambda: 0.5) if validated else None)


def test_one_update_that_diverges_is_seen_too(tmp_path: Path, text: School) -> None:
    model = build_sft(load_generating(text.backbone), text.backbone, RECIPE)
    with torch.no_grad():
        stock(model).get_output_embeddings().weight.fill_(float("nan"))
    recipe = replace(RECIPE, epochs=1, batch_size=24)
    with pytest.raises(ConfigError, match="--learning-rate"):
        fit_sft(model, text.preparer, text.lessons(24), recipe, FP32, tmp_path, validate=lambda: 0.5)


def test_bf16_keeps_what_is_trained_in_fp32(tmp_path: Path, school: School) -> None:
    bf16 = Hardware("cpu", "bf16", ())
    model = build_sft(load_generating(school.backbone, dtype=bf16.dtype), school.backbone, RECIPE)
    result = fit_sft(model, school.preparer, school.lessons(24), RECIPE, bf16, tmp_path)
    types = {p.requires_grad: p.dtype for p in model.parameters()}
    assert types == {True: torch.float32, False: torch.bfloat16}
    losses = _figures(result, "loss")
    assert losses[-1] < losses[0]
    _, exact = school.run(RECIPE, tmp_path / "exact")
    assert losses[0] == pytest.approx(_figures(exact, "loss")[0], rel=0.03)


def test_progress_and_scalars(tmp_path: Path, text: School) -> None:
    told: list[tuple[int, int, str]] = []
    text.run(
        RECIPE,
        tmp_path / "work",
        validate=lambda: 0.25,
        progress=lambda *now: told.append(now),
        tensorboard=tmp_path / "board",
    )
    assert [(done, total) for done, total, _ in told] == [(i, 6) for i in range(1, 7)]
    assert (told[0][2], told[-1][2]) == ("", "epoch 1: validation accuracy 0.2500")
    assert list((tmp_path / "board").glob("events.out.tfevents.*"))


def test_own_targets(text: School, vision: School) -> None:
    for school in (text, vision):
        model = build_sft(
            load_generating(school.backbone), school.backbone, replace(RECIPE, targets=("q_proj", "v_proj"))
        )
        names = set(_weights(model))
        assert len(names) == 2 * 2 * school.backbone.layers
        assert all(".q_proj." in name or ".v_proj." in name for name in names)
    with pytest.raises(ConfigError, match=r"--target-modules q_pro: .* did you mean 'q_proj'"):
        build_sft(load_generating(text.backbone), text.backbone, replace(RECIPE, targets=("v_proj", "q_pro")))
    # A module of the vision tower alone.
    with pytest.raises(ConfigError, match="--target-modules qkv: the language model's layers have none"):
        build_sft(load_generating(vision.backbone), vision.backbone, replace(RECIPE, targets=("qkv",)))


def test_no_rows_no_answer_no_weight(tmp_path: Path, text: School) -> None:
    with pytest.raises(DataError, match="no row to learn from"):
        text.run(RECIPE, tmp_path, n=0)
    prepared = text.lessons(1)[0].prepared
    with pytest.raises(DataError, match="has no answer"):
        Lesson(prepared, ())
    for weight in (0.0, -1.0, math.nan, math.inf):
        with pytest.raises(DataError, match="has the weight"):
            Lesson(prepared, (1,), weight)


@pytest.mark.parametrize(
    ("setting", "value", "flag"),
    [
        ("rank", 0, "--lora-rank 0"),
        ("alpha", 0, "--lora-alpha 0"),
        ("dropout", 1.0, "--lora-dropout 1.0"),
        ("epochs", 0, "--epochs 0"),
        ("batch_size", 0, "--batch-size 0"),
        ("gradient_accumulation", 0, "--gradient-accumulation 0"),
        ("learning_rate", 0.0, "--learning-rate 0.0"),
        ("weight_decay", -0.1, "--weight-decay -0.1"),
        ("warmup", -1, "--warmup -1"),
        ("evaluate_every", -1, "--evaluate-every -1"),
        ("patience", -1, "--patience -1"),
        ("schedule", "step", "--schedule step: use linear, cosine or constant"),
        ("adapt", "all", "--adapt all: use lora or full"),
    ],
)
def test_settings_out_of_range(setting: str, value: Any, flag: str) -> None:
    with pytest.raises(ConfigError, match=flag):
        SftRecipe.of({setting: value})


def test_a_setting_that_there_is_not() -> None:
    with pytest.raises(ConfigError, match=r"unknown setting 'ranks'.* did you mean 'rank'"):
        SftRecipe.of({"ranks": 4})
    assert SftRecipe.of({"rank": 4}).to_dict()["rank"] == 4
