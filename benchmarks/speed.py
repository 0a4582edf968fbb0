"""Training speed on CLINC150: ours to the accuracy of the field's script, against the steps of that script.

    make bench-speed            .venv/bin/python benchmarks/speed.py [--depths 2] [--seeds 0 1 2] [--recipe-epochs 3]
                                .venv/bin/python benchmarks/speed.py --theirs only      (the whole run alone, ~20 min)

Three ways to train MiniLM on the 15,000 in-scope rows, all in fp32 unless said otherwise:

- theirs: transformers Trainer + PEFT as the field writes it (`lora-classic`): LoRA rank 16, alpha 32, dropout 0.1
  on all layers, every row padded to the longest row of the data set, batch 8, learning rate 2e-4, 100 warm-up
  steps, 3 epochs, best by evaluation loss. Run whole once for its accuracy and time; the result is kept in
  --theirs-json and used again.
- tuned: the same model in a well-tuned Trainer: dynamic padding, grouped by length, batch 32, 3 epochs.
- ours: the recipe `fast` at --depths, from a list of texts to trained weights.

What is inside the clock. Theirs and tuned: optimiser steps only (from the end of the last warm-up step to the end
of the last timed one, loading of batches included), times their number of steps in 3 epochs; building the model,
tokenising and evaluating are not counted, in their favour. Ours: everything from resolving and hashing the
backbone, tokenising and the trunk's pass into an empty activation store, through building the branch to the end
of an epoch with its validation and checkpoint; Python imports are not counted for anybody. The end of an epoch
is when the first step of the next one is done, or when fitting returns. The test accuracy after each epoch comes
from copies of the weights, judged by the fp32 inference path after the clock has stopped.

A block is one seed: steps of theirs and of tuned, ours whole, steps of theirs and of tuned again; ratios are
those of medians over the blocks. The first blocks run ours once more on the store they filled (--warm).
Also measured in each block: the matrix-product peak (2048 cubed, bf16 and fp32) and the share of it that a branch
step reaches: matrix-product FLOPs counted by torch.utils.flop_counter over forward and backward of the
very batches timed. Attention's inner products are counted where torch has a formula for them.

Bars: at least 12 times faster than theirs (aim 20), at least 5 times faster than tuned; warm faster than cold.
"""

from __future__ import annotations

import gc
import json
import statistics
import tempfile
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import common
import numpy as np
from rivals import BATCH, EPOCHS, MAX_LENGTH, TUNED_BATCH, WARM_UP, Data, Rivals, accuracy, whole

if TYPE_CHECKING:
    import torch

    from pointsman.backbones.hardware import Hardware
    from pointsman.data.example import Example
    from pointsman.training.branch import Branch
    from pointsman.training.recipe import Recipe

NAME = "speed"
LEAST_THEIRS, AIM_THEIRS, LEAST_TUNED = 12.0, 20.0, 5.0


def load(rows: int) -> Data:
    """Return the in-scope rows; `rows` cuts the training rows down (0: all)."""
    from pointsman.pipeline.judge import labels_of
    from pointsman.pipeline.options import DataOptions

    path = common.data_file("clinc150.jsonl.gz")
    found = common.load_rows("clinc", DataOptions(path=path, oos_label="oos"))

    def part(examples: Sequence[Example]) -> tuple[list[str], list[int]]:
        return [e.text for e in examples], labels_of(examples, found.task).tolist()

    train = found.split.train
    if rows and rows < len(train):
        train = tuple(train[i] for i in np.random.default_rng(0).permutation(len(train))[:rows])
    return Data(found.task.labels, part(train), part(found.split.validation), part(found.split.test))


# --- ours ---------------------------------------------------------------------------------------------------


@dataclass
class Epoch:
    """An epoch of ours: seconds from the start to its end, validation figure, copies of what was trained."""

    seconds: float
    validation_accuracy: float
    weights: dict[str, torch.Tensor]


@dataclass
class Ours:
    """One whole run of ours."""

    branch: Branch
    recipe: Recipe
    epochs: list[Epoch]
    seconds: float
    encode_seconds: float
    fit_seconds: float
    computed: int
    rows: Any
    hardware: Hardware


def run_ours(data: Data, overrides: common.Row, store: Path) -> Ours:
    """Train ours from texts to weights, against the clock; keep each epoch's end and weights."""
    from pointsman.backbones import hardware as hw
    from pointsman.backbones import resolve
    from pointsman.encoding import ActivationStore, encode
    from pointsman.training import recipe as recipes
    from pointsman.training.batches import Rows
    from pointsman.training.branch import build
    from pointsman.training.fit import fit

    started = time.perf_counter()
    recipe, _ = recipes.size(recipes.resolve("fast", overrides), len(data.train[0]), len(data.labels), overrides)
    backbone = resolve(recipe.model)
    recipe = replace(recipe, max_length=recipe.max_length or min(MAX_LENGTH, backbone.max_length))
    if recipe.adapt_layers == "auto":
        common.stop("--depths: give numbers or 'all'; 'auto' is the training step's")
    depth = backbone.layers if recipe.adapt_layers == "all" else int(recipe.adapt_layers)
    recipe, _ = recipes.at_depth(recipe, depth)
    hardware = hw.choose("cpu")
    computed, parts = 0, []
    for texts, labels in (data.train, data.validation):
        found = encode(
            backbone,
            texts,
            depth=depth,
            max_length=recipe.max_length,
            dtype=hardware.dtype,
            store=ActivationStore(store, limit_gb=20),
        )
        computed += found.computed
        parts.append(Rows(found.rows, labels))
    encoded = time.perf_counter()
    branch = build(backbone, data.labels, recipe, depth, hardware.dtype)
    steps = -(-len(parts[0]) // (recipe.batch_size * recipe.gradient_accumulation))
    copies: list[dict[str, torch.Tensor]] = []
    ends: list[float] = []

    def progress(done: int, total: int, text: str) -> None:
        if len(ends) < len(copies):
            ends.append(time.perf_counter() - started)
        if done % steps == 0:
            copies.append({n: p.detach().clone() for n, p in branch.model.named_parameters() if p.requires_grad})

    with tempfile.TemporaryDirectory(prefix="bench-speed-") as work:
        result = fit(
            branch, parts[0], parts[1], recipe, hardware, Path(work), primary_metric="accuracy", progress=progress
        )
    seconds = time.perf_counter() - started
    ends += [seconds] * (len(copies) - len(ends))
    figures = [entry["eval_accuracy"] for entry in result.history if "eval_accuracy" in entry]
    return Ours(
        branch,
        recipe,
        [Epoch(*each) for each in zip(ends, figures, copies, strict=True)],
        seconds,
        encoded - started,
        result.seconds,
        computed,
        parts[0],
        hardware,
    )


def test_accuracy(ours: Ours, epoch: Epoch, data: Data) -> float:
    """Judge the weights after an epoch as an artifact of them would be judged: written, loaded, fp32."""
    import torch

    from pointsman.inference.torch_predictor import load_model
    from pointsman.training.branch import save

    branch = ours.branch
    with torch.no_grad():
        for name, parameter in branch.model.named_parameters():
            if name in epoch.weights:
                parameter.copy_(epoch.weights[name])
    with tempfile.TemporaryDirectory(prefix="bench-speed-") as folder:
        save(branch, Path(folder), ours.recipe, ours.recipe.max_length)
        model = load_model(Path(folder), branch.backbone, data.labels, ours.recipe.adapt)
        return accuracy(model, branch.backbone, data.test)


def reach(ours: Ours, data: Data, target: common.Row) -> common.Row:
    """Find the first epoch whose validation, and the first whose test accuracy reaches theirs."""
    by_validation = next(
        (n for n, e in enumerate(ours.epochs) if e.validation_accuracy >= target["validation_accuracy"]), None
    )
    tested: list[float] = []
    for epoch in ours.epochs:
        tested.append(test_accuracy(ours, epoch, data))
        if tested[-1] >= target["test_accuracy"]:
            break
    reached = len(tested) - 1 if tested[-1] >= target["test_accuracy"] else None
    return {
        "epoch_ends": [epoch.seconds for epoch in ours.epochs],
        "validation_accuracy": [epoch.validation_accuracy for epoch in ours.epochs],
        "test_accuracy": tested,
        "epochs_to_theirs_on_validation": None if by_validation is None else by_validation + 1,
        "seconds_to_theirs_on_validation": None if by_validation is None else ours.epochs[by_validation].seconds,
        "test_accuracy_there": test_accuracy(ours, ours.epochs[by_validation], data)
        if by_validation is not None
        else None,
        "epochs_to_theirs": None if reached is None else reached + 1,
        "seconds_to_theirs": None if reached is None else ours.epochs[reached].seconds,
        "seconds": ours.seconds,
        "encode_seconds": ours.encode_seconds,
        "fit_seconds": ours.fit_seconds,
        "texts_computed": ours.computed,
        "epochs": len(ours.epochs),
        "batch_size": ours.recipe.batch_size,
        "precision": ours.hardware.precision,
        "trainable": ours.branch.trainable,
    }


# --- the peak, and the share of it --------------------------------------------------------------------------


def peak(dtype_name: str, size: int = 2048, repeats: int = 15) -> float:
    """Return the matrix product's median speed in FLOP/s at size cubed."""
    import torch

    a, b = (torch.randn(size, size).to(getattr(torch, dtype_name)) for _ in range(2))
    times = []
    for number in range(repeats + 3):
        started = time.perf_counter()
        torch.mm(a, b)
        if number >= 3:
            times.append(time.perf_counter() - started)
    return 2 * size**3 / statistics.median(times)


def branch_step(ours: Ours, n_batches: int) -> common.Row:
    """Time bare steps of the branch on real batches and count their matrix products.

    A step: forward under autocast, loss, backward, AdamW, gradients cleared; batches are padded beforehand.
    """
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    from pointsman.training.batches import Collate, LengthBatches

    rows, recipe, model = ours.rows, ours.recipe, ours.branch.model
    sampler = LengthBatches(rows.lengths, recipe.batch_size, seed=0)
    drawn = list(sampler)[: n_batches + WARM_UP]
    collate = Collate()
    batches = [collate([rows[i] for i in batch]) for batch in drawn]
    trained = [p for p in model.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(trained, lr=1e-4, fused=True)
    model.train()

    def once(batch: dict[str, torch.Tensor]) -> None:
        inputs = {key: value for key, value in batch.items() if key != "labels"}
        with torch.autocast("cpu", torch.bfloat16, enabled=ours.hardware.precision == "bf16"):
            logits = model(**inputs).logits
        torch.nn.functional.cross_entropy(logits.float(), batch["labels"]).backward()

    times = []
    for number, batch in enumerate(batches):
        started = time.perf_counter()
        once(batch)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        if number >= WARM_UP:
            times.append(time.perf_counter() - started)
    with FlopCounterMode(display=False) as counter:
        for batch in batches[WARM_UP:]:
            once(batch)
            optimiser.zero_grad(set_to_none=True)
    flops = counter.get_total_flops()
    tokens = sum(int(batch["attention_mask"].numel()) for batch in batches[WARM_UP:])
    return {
        "batches": len(times),
        "seconds_a_step": statistics.fmean(times),
        "seconds_a_step_median": statistics.median(times),
        "gflop_a_step": flops / len(times) / 1e9,
        "padded_tokens_a_step": tokens / len(times),
        "tokens_a_second": tokens / sum(times),
        "flop_per_second": flops / sum(times),
        "by_operator_gflop": {
            str(op): n / len(times) / 1e9 for op, n in counter.get_flop_counts().get("Global", {}).items()
        },
    }


# --- the run ------------------------------------------------------------------------------------------------


def block(args: Any, data: Data, rivals: Rivals, target: common.Row, depth: str, seed: int, warm: bool) -> common.Row:
    """Run one block: theirs, tuned, ours whole, theirs, tuned; then warm, the peak and the share."""
    overrides = {**common.settings(args.overrides), **common.depth_of(depth), "seed": seed}
    if args.recipe_epochs:
        overrides["epochs"] = args.recipe_epochs
    theirs, tuned = [], []

    def rivals_now(turn: int) -> None:
        theirs.append(rivals.theirs(args.steps, seed=10 * seed + turn))
        tuned.append(rivals.tuned(args.tuned_steps, seed=10 * seed + turn))

    rivals_now(0)
    with tempfile.TemporaryDirectory(prefix="bench-speed-store-") as store:
        ours = run_ours(data, overrides, Path(store))
        rivals_now(1)
        speeds = {name: peak(name) for name in ("bfloat16", "float32")}
        cold = reach(ours, data, target)
        figures: common.Row = {
            "theirs_step": theirs,
            "tuned_step": tuned,
            "ours": cold,
            "peak_flop_per_second": speeds,
            "store_mb": sum(f.stat().st_size for f in Path(store).rglob("*") if f.is_file()) / 1e6,
        }
        step = branch_step(ours, args.step_batches)
        per_epoch = -(-len(ours.rows) // ours.recipe.batch_size)
        whole_flops = step["gflop_a_step"] * 1e9 * per_epoch * len(ours.epochs)
        of = speeds["bfloat16" if ours.hardware.precision == "bf16" else "float32"]
        figures["branch_step"] = {
            **step,
            "share_of_peak": step["flop_per_second"] / of,
            "share_of_peak_in_fit": whole_flops / ours.fit_seconds / of,
        }
        del ours
        gc.collect()
        if warm:
            again = run_ours(data, overrides, Path(store))
            figures["warm"] = {
                "epoch_ends": [epoch.seconds for epoch in again.epochs],
                "seconds": again.seconds,
                "encode_seconds": again.encode_seconds,
                "texts_computed": again.computed,
            }
    return figures


def main() -> None:
    flags = common.parser(__doc__, NAME, depths=("2",))
    flags.add_argument(
        "--recipe-epochs",
        type=int,
        default=0,
        help="epochs that ours is run for (its schedule's length; 0: the recipe's own)",
    )
    flags.add_argument(
        "--theirs",
        choices=("auto", "full", "only", "none"),
        default="auto",
        help="the whole run of theirs: used again if --theirs-json is there (auto), made anew (full), made anew and "
        "nothing else (only), or replaced by --target-accuracy (none)",
    )
    flags.add_argument(
        "--theirs-json", type=Path, default=common.OUT / "speed-theirs.json", help="its result, kept and used again"
    )
    flags.add_argument(
        "--target-accuracy", type=float, help="test (and validation) accuracy to reach, with --theirs none"
    )
    flags.add_argument("--steps", type=int, default=60, help="timed steps of theirs, twice a block")
    flags.add_argument("--tuned-steps", type=int, default=50, help="timed steps of tuned, twice a block")
    flags.add_argument("--step-batches", type=int, default=40, help="bare branch steps timed for the share of the peak")
    flags.add_argument("--warm", type=int, default=1, help="first blocks that run ours again on the warm store")
    flags.add_argument("--rows", type=int, default=0, help="cut the training rows down (to try the script; 0: all)")
    args = flags.parse_args()
    common.data_file("clinc150.jsonl.gz")
    common.set_threads(args.threads)
    # transformers warns of names that change in its next major version, once a model.
    warnings.simplefilter("ignore", FutureWarning)

    from pointsman.backbones import resolve

    results = common.Results(args.out, NAME, args.threads, resume=args.resume)
    data = load(args.rows)
    backbone = resolve(str(common.settings(args.overrides).get("model", "minilm")))
    if args.theirs == "none":
        if args.target_accuracy is None:
            common.stop("--theirs none: say what to reach with --target-accuracy 0.95")
        target: common.Row = {"test_accuracy": args.target_accuracy, "validation_accuracy": args.target_accuracy}
    elif args.theirs == "auto" and args.theirs_json.is_file():
        target = json.loads(args.theirs_json.read_text(encoding="utf-8"))
        print(f"theirs, whole: from {args.theirs_json}")
    else:
        target = whole(backbone, data, args.theirs_json, results.facts)
    if "seconds" in target:
        print(
            f"theirs, whole: test {100 * target['test_accuracy']:.2f} %, validation "
            f"{100 * target['validation_accuracy']:.2f} %, {target['seconds']:.0f} s, {target['steps']:,} steps of "
            f"{1000 * target['step_seconds_mean']:.0f} ms, rows padded to {target['padded_to']} tokens",
            flush=True,
        )
    results.summarise("theirs", target)
    if args.theirs == "only":
        return

    rivals = Rivals(backbone, data)
    n = len(data.train[0])
    steps = {"theirs": EPOCHS * -(-n // BATCH), "tuned": EPOCHS * -(-n // TUNED_BATCH)}
    for depth in args.depths:
        runs = []
        for number, seed in enumerate(args.seeds):
            key = {
                "depth": depth,
                "seed": seed,
                "epochs": args.recipe_epochs,
                "overrides": common.settings(args.overrides),
                "target": target["test_accuracy"],
                "rows": n,
                "threads": args.threads,
            }
            run = results.find(key)
            if run is None:
                run = results.add(key, block(args, data, rivals, target, depth, seed, number < args.warm))
            told(f"depth {depth}, seed {seed}", run, steps)
            runs.append(run)
        results.summarise(f"depth {depth}", summary(runs, steps, depth))
    print(f"\nwritten: {args.out}")


def told(label: str, run: common.Row, steps: dict[str, int]) -> None:
    """Print one block."""
    ours, step = run["ours"], run["branch_step"]
    reached = ours["seconds_to_theirs"]
    end = f"reached after epoch {ours['epochs_to_theirs']}, {reached:.1f} s" if reached else "NOT reached"
    print(
        f"{label}: theirs {1000 * statistics.fmean(run['theirs_step']):.0f} ms a step "
        f"({steps['theirs'] * statistics.fmean(run['theirs_step']):.0f} s in all), "
        f"tuned {1000 * statistics.fmean(run['tuned_step']):.0f} ms "
        f"({steps['tuned'] * statistics.fmean(run['tuned_step']):.0f} s); ours {ours['seconds']:.1f} s for "
        f"{ours['epochs']} epochs (trunk and texts {ours['encode_seconds']:.1f} s), theirs' accuracy {end}"
    )
    tests = ", ".join(f"{100 * a:.2f}" for a in ours["test_accuracy"])
    validations = ", ".join(f"{100 * a:.2f}" for a in ours["validation_accuracy"])
    print(f"    test accuracy by epoch {tests}; validation {validations}")
    if warm := run.get("warm"):
        print(f"    warm store: {warm['seconds']:.1f} s (texts {warm['encode_seconds']:.1f} s)")
    print(
        f"    branch step {1000 * step['seconds_a_step']:.0f} ms, {step['gflop_a_step']:.1f} GFLOP, "
        f"{step['tokens_a_second']:,.0f} tokens/s: {100 * step['share_of_peak']:.1f} % of the peak of "
        f"{run['peak_flop_per_second']['bfloat16'] / 1e9:.0f} GFLOP/s bf16 "
        f"({run['peak_flop_per_second']['float32'] / 1e9:.0f} fp32); "
        f"{100 * step['share_of_peak_in_fit']:.1f} % in fitting",
        flush=True,
    )


def summary(runs: list[common.Row], steps: dict[str, int], depth: str) -> common.Row:
    """Print and return the ratios of medians over the blocks of one depth."""
    totals = {
        name: statistics.median(steps[name] * statistics.fmean(run[f"{name}_step"]) for run in runs)
        for name in ("theirs", "tuned")
    }
    out: common.Row = {"seconds": totals, "blocks": len(runs)}
    reached = [run["ours"]["seconds_to_theirs"] for run in runs if run["ours"]["seconds_to_theirs"]]
    whole_runs = statistics.median(run["ours"]["seconds"] for run in runs)
    lines = [["theirs", f"{totals['theirs']:.0f}", "1.0", ""]]
    lines.append(["tuned", f"{totals['tuned']:.0f}", f"{totals['theirs'] / totals['tuned']:.1f}", ""])

    def line(name: str, seconds: float, judged: bool) -> None:
        ratios = {rival: total / seconds for rival, total in totals.items()}
        out[name] = {"seconds": seconds, **{f"times_faster_than_{r}": x for r, x in ratios.items()}}
        verdict = ""
        if judged:
            verdict = (
                f"bar {LEAST_THEIRS:g}: {'met' if ratios['theirs'] >= LEAST_THEIRS else 'MISSED'}"
                f"{', aim 20 met' if ratios['theirs'] >= AIM_THEIRS else ''}; "
                f"{ratios['tuned']:.1f} x tuned, bar {LEAST_TUNED:g}: "
                f"{'met' if ratios['tuned'] >= LEAST_TUNED else 'MISSED'}"
            )
        lines.append([name, f"{seconds:.1f}", f"{ratios['theirs']:.1f}", verdict])

    if len(reached) == len(runs):
        line("ours to theirs' test accuracy", statistics.median(reached), judged=True)
    by_validation = [run["ours"]["seconds_to_theirs_on_validation"] for run in runs]
    if all(by_validation):
        line("ours to theirs' validation accuracy", statistics.median(by_validation), judged=False)
        out["test_accuracy_there"] = statistics.fmean(run["ours"]["test_accuracy_there"] for run in runs)
    line("ours, all its epochs", whole_runs, judged=False)
    if warm := [(run["warm"]["seconds"], run["ours"]["seconds"]) for run in runs if "warm" in run]:
        line("ours, all its epochs, warm store", statistics.median(again for again, _ in warm), judged=False)
        ratio = statistics.median(cold / again for again, cold in warm)
        out["warm_times_faster_than_cold"] = ratio
        lines[-1][-1] = f"{ratio:.2f} x cold: {'met' if ratio > 1 else 'MISSED'}"
    common.table((f"depth {depth}", "seconds", "times theirs", ""), lines)
    if len(reached) < len(runs):
        best = max(max(run["ours"]["test_accuracy"]) for run in runs)
        print(
            f"depth {depth}: {len(runs) - len(reached)} of {len(runs)} seeds do not reach theirs' test accuracy "
            f"(best {100 * best:.2f} %): give more --recipe-epochs, or the depth that reaches it with --depths"
        )
    out["reached"] = len(reached)
    for name in ("share_of_peak", "share_of_peak_in_fit"):
        out[name] = statistics.median(run["branch_step"][name] for run in runs)
    print(
        f"depth {depth}: a branch step reaches {100 * out['share_of_peak']:.1f} % of the matrix-product peak "
        f"({100 * out['share_of_peak_in_fit']:.1f} % over all of fitting, validation and checkpoints included)"
    )
    return out


if __name__ == "__main__":
    main()
