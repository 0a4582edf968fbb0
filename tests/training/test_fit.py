from __future__ import annotations

import math
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from pointsman.backbones import Backbone
from pointsman.backbones.cut import load_classifier
from pointsman.backbones.hardware import Hardware
from pointsman.errors import ConfigError
from pointsman.training import loop as module
from pointsman.training.batches import Rows
from pointsman.training.branch import Branch, build
from pointsman.training.fit import FitResult, Progress, fit
from pointsman.training.recipe import Recipe
from pointsman.training.weights import class_weights

LABELS = ("animal", "fruit", "tool")
FP32 = Hardware("cpu", "fp32", ())
# 24 rows in batches of 8: three steps an epoch, nine in all.
RECIPE = Recipe(
    lora_rank=8, lora_alpha=8, epochs=3, batch_size=8, learning_rate=3e-3, patience=0, max_length=32, seed=5
)


class KilledError(Exception):
    """Stands for a kill."""


def _kill_after(step: int) -> Progress:
    def progress(done: int, total: int, text: str) -> None:
        if done == step:
            raise KilledError

    return progress


def _run(
    backbone: Backbone,
    make_rows: Callable[..., Rows],
    recipe: Recipe,
    work: Path,
    *,
    depth: int | None = 2,
    n: int = 24,
    **options: Any,
) -> tuple[Branch, FitResult]:
    branch = build(backbone, LABELS, recipe, 4 if depth is None else depth, torch.float32)
    train, validation = make_rows(backbone, n, depth), make_rows(backbone, 12, depth, 1)
    return branch, fit(branch, train, validation, recipe, FP32, work, primary_metric="macro_f1", **options)


def _weights(branch: Branch) -> dict[str, torch.Tensor]:
    return {name: p.detach().clone() for name, p in branch.model.named_parameters() if p.requires_grad}


def _figures(result: FitResult, name: str = "eval_loss") -> list[float]:
    return [entry[name] for entry in result.history if name in entry]


@pytest.mark.parametrize(
    ("family", "adapt", "depth", "bar"),
    [("modernbert", "lora", 2, 0.8), ("bert", "full", None, 0.7), ("roberta", "full", None, 0.7)],
)
def test_training_learns(
    tmp_path: Path,
    backbones: dict[str, Backbone],
    make_rows: Callable[..., Rows],
    family: str,
    adapt: Any,
    depth: int | None,
    bar: float,
) -> None:
    recipe = replace(RECIPE, adapt=adapt, epochs=8, learning_rate=3e-3 if depth else 2e-3)
    _, result = _run(backbones[family], make_rows, recipe, tmp_path, depth=depth, n=96)
    assert result.best_metric > bar
    assert (result.steps, result.epochs, result.metric, result.resumed_from) == (96, 8.0, "macro_f1", 0)
    losses = _figures(result)
    assert losses[-1] < 0.9 * losses[0]


def test_what_is_frozen_stays(tmp_path: Path, backbone: Backbone, make_rows: Callable[..., Rows]) -> None:
    fresh = build(backbone, LABELS, RECIPE, 2, torch.float32)
    before = {name: p.detach().clone() for name, p in fresh.model.named_parameters()}
    branch, _ = _run(backbone, make_rows, RECIPE, tmp_path)
    for name, parameter in branch.model.named_parameters():
        assert torch.equal(before[name], parameter) is not parameter.requires_grad, name


# Recorded once with torch 2.13 on a CPU; another machine's arithmetic may differ in the fourth place.
REFERENCE = {
    "bert": (1.1002, 1.0918),
    "roberta": (1.1280, 1.1201),
    "modernbert": (0.7986, 0.6976),
}


def test_reference_losses(tmp_path: Path, family: str, backbone: Backbone, make_rows: Callable[..., Rows]) -> None:
    _, result = _run(backbone, make_rows, RECIPE, tmp_path)
    losses = _figures(result)
    assert len(losses) == 3
    assert (losses[0], losses[-1]) == pytest.approx(REFERENCE[family], abs=3e-4)


def test_the_same_seed_gives_the_same_weights(
    tmp_path: Path, backbones: dict[str, Backbone], make_rows: Callable[..., Rows]
) -> None:
    recipe = replace(RECIPE, lora_dropout=0.2, dropout=0.1)
    first, same = (_weights(_run(backbones["bert"], make_rows, recipe, tmp_path / str(i))[0]) for i in range(2))
    other = _weights(_run(backbones["bert"], make_rows, replace(recipe, seed=6), tmp_path / "2")[0])
    assert all(torch.equal(first[name], same[name]) for name in first)
    assert any(not torch.equal(first[name], other[name]) for name in first)


def test_gradient_accumulation_is_one_large_batch(
    tmp_path: Path, backbone: Backbone, make_rows: Callable[..., Rows]
) -> None:
    # Twelve rows make one update an epoch either way, so that the order of rows plays no part.
    one, _ = _run(backbone, make_rows, replace(RECIPE, batch_size=12), tmp_path / "a", n=12)
    two, result = _run(
        backbone, make_rows, replace(RECIPE, batch_size=6, gradient_accumulation=2), tmp_path / "b", n=12
    )
    assert result.steps == 3
    expected, found = _weights(one), _weights(two)
    start = _weights(build(backbone, LABELS, RECIPE, 2, torch.float32))
    assert max(float((expected[n] - start[n]).abs().max()) for n in expected) > 1e-3
    for name in expected:
        torch.testing.assert_close(found[name], expected[name], atol=2e-5, rtol=1e-4)


@pytest.mark.parametrize("depth", [2, None], ids=["branch", "whole"])
@pytest.mark.parametrize("token", [False, True], ids=["sequence", "token"])
def test_a_batch_in_parts_is_the_whole_batch(
    tmp_path: Path,
    backbone: Backbone,
    make_rows: Callable[..., Rows],
    monkeypatch: pytest.MonkeyPatch,
    depth: int | None,
    token: bool,
) -> None:
    fused = load_classifier(backbone, LABELS).config._attn_implementation
    assert fused == "sdpa"
    recipe = replace(RECIPE, adapt="lora" if depth else "full", label_smoothing=0.1, epochs=2, learning_rate=1e-3)
    rows = make_rows(backbone, 24, depth)
    # Unequal classes, so that the weights of a part's rows are not the batch's; no label for the first token.
    labels: Any = [min(label, 1) if n % 4 else 2 for n, label in enumerate(rows.labels)]
    if token:
        labels = [[-100, *[label] * (len(row) - 1)] for row, label in zip(rows.inputs, labels, strict=True)]

    def trained(
        name: str, most: int, longest: int
    ) -> tuple[dict[str, torch.Tensor], list[float], set[tuple[int, str]]]:
        seen = set()
        kind: Any = "token" if token else "sequence"
        branch = build(backbone, LABELS, recipe, depth or backbone.layers, torch.float32, kind=kind)
        base = branch.model.get_base_model() if branch.lora else branch.model  # type: ignore[operator]

        def watch(_: Any, __: Any, inputs: dict[str, Any]) -> None:
            if torch.is_grad_enabled():
                seen.add((inputs["attention_mask"].numel(), base.config._attn_implementation))

        branch.model.register_forward_pre_hook(watch, with_kwargs=True)
        monkeypatch.setattr("pointsman.training.fit.tokens_at_once", lambda *_: most)
        monkeypatch.setattr("pointsman.training.fit._PLAIN_ATTENTION", longest)
        given = Rows(rows.inputs, labels)
        result = fit(branch, given, None, recipe, FP32, tmp_path / name, primary_metric="f1" if token else "macro_f1")
        return _weights(branch), _figures(result, "loss"), seen

    whole, losses, seen = trained("whole", 10_000, 0)
    assert {how for _, how in seen} == {"sdpa"}
    parts, same, in_parts = trained("parts", 24, 1_000)
    assert {how for _, how in in_parts} == {"eager"}
    longest = max(len(row) for row in rows.inputs)
    assert max(size for size, _ in in_parts) <= max(24, longest) < max(size for size, _ in seen)
    assert same == pytest.approx(losses, abs=1e-5)
    start = _weights(
        build(backbone, LABELS, recipe, depth or backbone.layers, torch.float32, kind="token" if token else "sequence")
    )
    assert max(float((whole[n] - start[n]).abs().max()) for n in whole) > 1e-3
    for name in whole:
        if name.endswith("key.bias"):  # softmax takes no notice of it: its gradient is rounding alone
            continue
        torch.testing.assert_close(parts[name], whole[name], atol=2e-5, rtol=1e-3)


def test_long_rows_keep_the_fused_attention_in_validation_too(
    tmp_path: Path, backbones: dict[str, Backbone], make_rows: Callable[..., Rows], monkeypatch: pytest.MonkeyPatch
) -> None:
    train, validation = make_rows(backbones["bert"], 24, 2), make_rows(backbones["bert"], 12, 2, 1)
    limit = int(train.lengths.max())
    rows = [torch.cat([row] * 4) if n % 2 else row for n, row in enumerate(validation.inputs)]
    monkeypatch.setattr("pointsman.training.fit.tokens_at_once", lambda *_: limit)
    monkeypatch.setattr("pointsman.training.fit._PLAIN_ATTENTION", limit)
    branch = build(backbones["bert"], LABELS, RECIPE, 2, torch.float32)
    base = branch.model.get_base_model()  # type: ignore[operator]
    seen = set()

    def watch(model: Any, _: Any, inputs: dict[str, Any]) -> None:
        long = inputs["attention_mask"].shape[1] > limit
        seen.add((model.training, long, base.config._attn_implementation))

    branch.model.register_forward_pre_hook(watch, with_kwargs=True)
    fit(branch, train, Rows(rows, validation.labels), RECIPE, FP32, tmp_path, primary_metric="macro_f1")
    assert seen == {(True, False, "eager"), (False, False, "eager"), (False, True, "sdpa")}


@pytest.mark.parametrize(
    ("family", "adapt", "depth"),
    [
        ("bert", "lora", 2),
        ("bert", "lora", 4),
        ("bert", "full", 2),
        ("bert", "full", None),
        ("roberta", "lora", 2),
        ("modernbert", "lora", 2),
        ("modernbert", "full", None),
    ],
)
def test_gradient_checkpointing_changes_nothing(
    tmp_path: Path,
    backbones: dict[str, Backbone],
    make_rows: Callable[..., Rows],
    family: str,
    adapt: Any,
    depth: int | None,
) -> None:
    recipe = replace(RECIPE, adapt=adapt, epochs=1, learning_rate=1e-3)
    plain, without = _run(backbones[family], make_rows, recipe, tmp_path / "a", depth=depth)
    thrifty = replace(recipe, gradient_checkpointing=True)
    saving, with_ = _run(backbones[family], make_rows, thrifty, tmp_path / "b", depth=depth)
    assert any(getattr(m, "gradient_checkpointing", False) for m in saving.model.modules())
    assert _figures(with_, "loss") == pytest.approx(_figures(without, "loss"), abs=1e-6)
    expected, found = _weights(plain), _weights(saving)
    assert all(torch.allclose(found[name], expected[name], atol=1e-6) for name in expected)


def test_padding_to_the_longest_row_changes_little(
    tmp_path: Path, backbone: Backbone, make_rows: Callable[..., Rows]
) -> None:
    _, short = _run(backbone, make_rows, RECIPE, tmp_path / "a")
    _, long = _run(backbone, make_rows, replace(RECIPE, pad_to_longest=True), tmp_path / "b")
    assert _figures(long) == pytest.approx(_figures(short), abs=1e-4)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([25_000, 8_000], [1.0, 3.125]),
        ([100, 100], None),
        ([120, 100], None),
        ([121, 100], [1.0, 1.21]),
        ([10, 0, 40], [4.0, 0.0, 1.0]),
    ],
)
def test_class_weights(counts: list[int], expected: list[float] | None) -> None:
    labels = [i for i, n in enumerate(counts) for _ in range(n)]
    assert class_weights(labels, len(counts)) == expected


def test_class_weights_reach_the_loss(
    tmp_path: Path, backbones: dict[str, Backbone], make_rows: Callable[..., Rows]
) -> None:
    backbone, plain = backbones["bert"], replace(RECIPE, class_weights=False)
    rows, validation = make_rows(backbone, 24, 2), make_rows(backbone, 12, 2, 1)
    rows = Rows(rows.inputs[:20], rows.labels[:20])  # 8, 8 and 4 rows
    found = {}
    for name, recipe in (("weighted", RECIPE), ("plain", plain)):
        branch = build(backbone, LABELS, recipe, 2, torch.float32)
        found[name] = fit(branch, rows, validation, recipe, FP32, tmp_path / name, primary_metric="accuracy")
    assert found["weighted"].weights == [1.0, 1.0, 2.0]
    assert found["plain"].weights is None
    assert _figures(found["weighted"]) != _figures(found["plain"])


@pytest.mark.parametrize(
    ("best_by", "metric"), [("primary", "macro_f1"), ("weighted_f1", "weighted_f1"), ("loss", "loss")]
)
def test_the_best_checkpoint_is_left_in_the_model(
    tmp_path: Path, backbones: dict[str, Backbone], make_rows: Callable[..., Rows], best_by: Any, metric: str
) -> None:
    backbone = backbones["modernbert"]
    recipe = replace(RECIPE, best_by=best_by, epochs=6)
    branch = build(backbone, LABELS, recipe, 2, torch.float32)
    train, right = make_rows(backbone, 48, 2), make_rows(backbone, 12, 2, 1)
    # What is learnt is wrong on these rows: figures fall, and the last weights are not the best.
    wrong = Rows(right.inputs, [(label + 1) % 3 for label in right.labels])
    result = fit(branch, train, wrong, recipe, FP32, tmp_path, primary_metric="macro_f1")
    figures = _figures(result, f"eval_{metric}")
    best = min(figures) if metric == "loss" else max(figures)
    assert (result.metric, result.best_metric) == (metric, best)
    assert figures.index(best) < 5
    step = 6 * (figures.index(best) + 1)
    saved = module.load_file(tmp_path / f"checkpoint-{step}" / "trained.safetensors")
    assert all(torch.equal(saved[name], p) for name, p in _weights(branch).items())


def test_early_stopping_stops(tmp_path: Path, backbones: dict[str, Backbone], make_rows: Callable[..., Rows]) -> None:
    # Nothing is learnt at this rate, so the first evaluation is never beaten.
    recipe = replace(RECIPE, epochs=9, patience=2, learning_rate=1e-12, weight_decay=0.0)
    _, result = _run(backbones["bert"], make_rows, recipe, tmp_path)
    assert (result.steps, len(_figures(result))) == (9, 3)
    _, patient = _run(backbones["bert"], make_rows, replace(recipe, patience=0), tmp_path / "b")
    assert len(_figures(patient)) == 9


def test_evaluating_by_steps(tmp_path: Path, backbones: dict[str, Backbone], make_rows: Callable[..., Rows]) -> None:
    _, result = _run(backbones["bert"], make_rows, replace(RECIPE, evaluate_every=2), tmp_path)
    assert [entry["step"] for entry in result.history if "eval_loss" in entry] == [2, 4, 6, 8, 9]
    _, seldom = _run(backbones["bert"], make_rows, replace(RECIPE, evaluate_every=100), tmp_path / "b")
    assert [entry["step"] for entry in seldom.history if "eval_loss" in entry] == [3, 6, 9]


def test_a_diverging_run_says_what_to_do(tmp_path: Path, backbone: Backbone, make_rows: Callable[..., Rows]) -> None:
    with pytest.raises(ConfigError, match=r"training diverged .*: lower --learning-rate \(now 1e\+30\)"):
        _run(backbone, make_rows, replace(RECIPE, learning_rate=1e30, warmup=0.0), tmp_path)


def test_progress_and_scalars(tmp_path: Path, backbones: dict[str, Backbone], make_rows: Callable[..., Rows]) -> None:
    told: list[tuple[int, int, str]] = []
    _run(
        backbones["bert"],
        make_rows,
        RECIPE,
        tmp_path / "work",
        progress=lambda *now: told.append(now),
        tensorboard=tmp_path / "board",
    )
    assert [(done, total) for done, total, _ in told] == [(i, 9) for i in range(1, 10)]
    assert told[0][2] == ""
    assert told[-1][2].startswith("epoch 2: validation macro_f1 0.")
    assert list((tmp_path / "board").glob("events.out.tfevents.*"))


def _assert_same_run(found: tuple[Branch, FitResult], expected: tuple[Branch, FitResult], *, resumed_from: int) -> None:
    assert found[1].resumed_from == resumed_from
    assert (found[1].best_metric, found[1].steps) == (expected[1].best_metric, expected[1].steps)
    assert _figures(found[1]) == _figures(expected[1])
    weights = _weights(found[0])
    assert all(torch.equal(weights[name], w) for name, w in _weights(expected[0]).items())


@pytest.mark.parametrize("depth", [2, None])
def test_resumed_from_an_epochs_end(
    tmp_path: Path, backbone: Backbone, make_rows: Callable[..., Rows], depth: int | None
) -> None:
    recipe = replace(RECIPE, adapt="lora" if depth else "full", dropout=0.1, lora_dropout=0.1, learning_rate=2e-3)
    whole = _run(backbone, make_rows, recipe, tmp_path / "whole", depth=depth)
    with pytest.raises(KilledError):
        _run(backbone, make_rows, recipe, tmp_path / "work", depth=depth, progress=_kill_after(5))
    torch.manual_seed(99)  # a new process has another random state
    resumed = _run(backbone, make_rows, recipe, tmp_path / "work", depth=depth, resume=True)
    _assert_same_run(resumed, whole, resumed_from=3)


@pytest.mark.parametrize(
    ("accumulation", "killed", "checkpoint"), [(1, 1, 0), (1, 5, 4), (1, 9, 8), (2, 3, 2), (2, 8, 6)]
)
def test_resumed_amid_an_epoch(
    tmp_path: Path,
    backbones: dict[str, Backbone],
    make_rows: Callable[..., Rows],
    killed: int,
    checkpoint: int,
    accumulation: int,
) -> None:
    recipe = replace(
        RECIPE,
        evaluate_every=2,
        batch_size=8 // accumulation,
        gradient_accumulation=accumulation,
        dropout=0.1,
        best_by="loss",
    )
    whole = _run(backbones["bert"], make_rows, recipe, tmp_path / "whole")
    with pytest.raises(KilledError):
        _run(backbones["bert"], make_rows, recipe, tmp_path / "work", progress=_kill_after(killed))
    torch.manual_seed(99)
    resumed = _run(backbones["bert"], make_rows, recipe, tmp_path / "work", resume=True)
    _assert_same_run(resumed, whole, resumed_from=checkpoint)


@pytest.mark.parametrize("killed", [4, 7, 8])
def test_early_stopping_counts_on_after_a_kill(
    tmp_path: Path, backbones: dict[str, Backbone], make_rows: Callable[..., Rows], killed: int
) -> None:
    recipe = replace(RECIPE, epochs=9, patience=2, learning_rate=1e-12, weight_decay=0.0)
    whole = _run(backbones["bert"], make_rows, recipe, tmp_path / "whole")
    with pytest.raises(KilledError):
        _run(backbones["bert"], make_rows, recipe, tmp_path / "work", progress=_kill_after(killed))
    resumed = _run(backbones["bert"], make_rows, recipe, tmp_path / "work", resume=True)
    _assert_same_run(resumed, whole, resumed_from=killed // 3 * 3)


@pytest.mark.parametrize("patience", [0, 2])
def test_killed_after_the_last_step_trains_no_more(
    tmp_path: Path, backbones: dict[str, Backbone], make_rows: Callable[..., Rows], patience: int
) -> None:
    recipe = replace(RECIPE, patience=patience, epochs=9 if patience else 3, learning_rate=1e-12)
    whole = _run(backbones["bert"], make_rows, recipe, tmp_path)
    steps: list[int] = []
    again = _run(
        backbones["bert"], make_rows, recipe, tmp_path, resume=True, progress=lambda done, *_: steps.append(done)
    )
    assert steps == []
    _assert_same_run(again, whole, resumed_from=9)


def test_a_checkpoint_that_is_not_whole_is_ignored(
    tmp_path: Path, backbones: dict[str, Backbone], make_rows: Callable[..., Rows]
) -> None:
    whole = _run(backbones["bert"], make_rows, RECIPE, tmp_path / "whole")
    with pytest.raises(KilledError):
        _run(backbones["bert"], make_rows, RECIPE, tmp_path / "work", progress=_kill_after(5))
    half = tmp_path / "work" / "checkpoint-6"
    shutil.copytree(tmp_path / "work" / "checkpoint-3", half)
    (half / "WHOLE").unlink()
    (half / "optimizer.pt").write_bytes(b"half")
    resumed = _run(backbones["bert"], make_rows, RECIPE, tmp_path / "work", resume=True)
    _assert_same_run(resumed, whole, resumed_from=3)


def test_killed_while_a_checkpoint_is_written(
    tmp_path: Path, backbones: dict[str, Backbone], make_rows: Callable[..., Rows], monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = replace(RECIPE, best_by="loss")
    whole = _run(backbones["bert"], make_rows, recipe, tmp_path / "whole")
    with monkeypatch.context() as patch:

        def die(self: Any, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            if state.global_step == 6:
                raise KilledError

        # Everything of the second checkpoint is written but its mark.
        mark = module._Marks.on_save
        patch.setattr(module._Marks, "on_save", lambda s, *a, **k: (die(s, *a, **k), mark(s, *a, **k))[1])
        with pytest.raises(KilledError):
            _run(backbones["bert"], make_rows, recipe, tmp_path / "work")
    assert (tmp_path / "work" / "checkpoint-6" / "trainer_state.json").exists()
    resumed = _run(backbones["bert"], make_rows, recipe, tmp_path / "work", resume=True)
    _assert_same_run(resumed, whole, resumed_from=3)


def test_a_fresh_run_starts_anew(
    tmp_path: Path, backbones: dict[str, Backbone], make_rows: Callable[..., Rows]
) -> None:
    whole = _run(backbones["bert"], make_rows, RECIPE, tmp_path / "whole")
    with pytest.raises(KilledError):
        _run(backbones["bert"], make_rows, RECIPE, tmp_path / "work", progress=_kill_after(7))
    again = _run(backbones["bert"], make_rows, RECIPE, tmp_path / "work")
    _assert_same_run(again, whole, resumed_from=0)


def test_a_moved_run_is_resumed(tmp_path: Path, backbones: dict[str, Backbone], make_rows: Callable[..., Rows]) -> None:
    recipe = replace(RECIPE, epochs=6, learning_rate=0.3, schedule="constant", best_by="loss")
    whole = _run(backbones["bert"], make_rows, recipe, tmp_path / "whole")
    with pytest.raises(KilledError):
        _run(backbones["bert"], make_rows, recipe, tmp_path / "work", progress=_kill_after(16))
    (tmp_path / "work").rename(tmp_path / "moved")
    resumed = _run(backbones["bert"], make_rows, recipe, tmp_path / "moved", resume=True)
    _assert_same_run(resumed, whole, resumed_from=15)


def test_only_what_is_needed_is_kept_on_disk(
    tmp_path: Path, backbones: dict[str, Backbone], make_rows: Callable[..., Rows]
) -> None:
    recipe = replace(RECIPE, epochs=6)
    branch, result = _run(backbones["bert"], make_rows, recipe, tmp_path)
    left = {int(p.name.split("-")[1]) for p in tmp_path.glob("checkpoint-*")}
    assert 18 in left
    assert len(left) <= 2
    file = tmp_path / "checkpoint-18" / "trained.safetensors"
    assert file.stat().st_size < 4 * branch.trainable + 10_000
    assert not list(tmp_path.rglob("model.safetensors"))
    assert math.isfinite(result.best_metric)
