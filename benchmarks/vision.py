"""Vision routers and the stack: make bench-vision (`--parts head screens gui stack`; an hour for the small base, then
half an hour, on two cores).

head     training a head on stored states against running the encoder at each step; how often the encoder runs
screens  a head and a LoRA on synthetic screens of one size and of layouts that neither they nor the base have seen;
         (`held`: base and settings were chosen by them; `fresh`: nothing was, they have been judged on once)
gui      the same on real screenshots of three applications, images held out
stack    switching experts at the Qwen3-0.6B shape; one shared base against two separate models

The base is the small Qwen3-VL of `training.tiny`, pretrained on other questions; ratios are what these figures are for.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from common import OUT, data_file, read_jsonl

KINDS = ("calendar", "claim-window", "provider-select")
SIZE = (224, 160)
TAUGHT = "train+test+more"
"""Layouts that base and routers learn from."""
SEEDS = {TAUGHT: 0, "held": 2, "fresh": 3}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", nargs="+", default=["head", "screens", "gui", "stack"])
    parser.add_argument("--base", type=Path, help="folder of a pretrained model; default: the small one, made here")
    parser.add_argument("--per-kind", type=int, default=500, help="training and validation screens of each kind")
    parser.add_argument("--unseen", type=int, default=600, help="screens judged on")
    parser.add_argument("--layouts", choices=("held", "fresh"), default="held", help="of the screens judged on")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=20, help="of the comparison with the naive loop")
    args = parser.parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    import torch

    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    OUT.mkdir(parents=True, exist_ok=True)
    results: dict[str, Any] = {}
    work = Path(tempfile.mkdtemp(prefix="pointsman-vision-"))
    os.environ["POINTSMAN_STORE"] = str(work / "store")
    try:
        base = args.base or tiny(work)
        for part in args.parts:
            results[part] = PARTS[part](base, work, args)
            print(json.dumps({part: results[part]}, indent=1), flush=True)
            (OUT / "vision.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    finally:
        shutil.rmtree(work, ignore_errors=True)


def tiny(work: Path) -> Path:
    """Return the small pretrained base."""
    from pointsman.backbones.tiny import TinyShape
    from pointsman.training.tiny import TinyPlan, pretrained

    started = time.perf_counter()
    plan = TinyPlan(shape=TinyShape(vision_layers=3), screens=0, layouts=TAUGHT, steps=10_000)
    folder = pretrained(lambda done, total, text: print(f"\rbase: {done}/{total}", end="", flush=True), plan)
    print(f"\nbase: {folder} ({time.perf_counter() - started:.0f} s)", flush=True)
    return folder


def built(
    work: Path, name: str, kinds: Sequence[str], per_kind: int, unseen: int, seed: int = 0, judged: str = "held"
) -> Path:
    """Build routing data from screens of one size whose text tells nothing; the judged ones are of unseen layouts."""
    from pointsman.data.embedded import screens
    from pointsman.data.routing_build import Cut
    from pointsman.pipeline.route_data import RouteDataOptions, route_data

    def sources(part: str, n: int) -> dict[str, Path]:
        return screens.write_sources(
            work / f"{name}-{part.replace('+', '-')}-sources",
            n,
            seed + SEEDS[part],
            layouts=part,
            size=SIZE,
            telling=0.0,
        )

    def build(part: str, places: dict[str, Path], **cut: Any) -> Path:
        options = RouteDataOptions(
            tuple(f"{kind}={places[kind]}" for kind in kinds), work / f"{name}-{part}", Cut(seed=seed, **cut)
        )
        return route_data(options).path

    data = build("taught", sources(TAUGHT, per_kind), eval_share=0.05, validation_share=0.2)
    if unseen:
        # Judged on other layouts alone: the parts of a second folder, all of them, in place of the first one's.
        other = build(judged, sources(judged, unseen // len(kinds)), eval_share=0.05, validation_share=0.05)
        lines = [line for file in sorted(other.glob("*.jsonl")) for line in file.read_text("utf-8").splitlines()]
        rows = [json.loads(line) for line in lines]
        for row in rows:
            target = data / "images" / f"unseen_{Path(row['image']).name}"
            shutil.copyfile(other / row["image"], target)
            row["image"], row["id"] = f"images/{target.name}", f"unseen_{row['id']}"
        (data / "eval.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        (data / "metadata.json").unlink()
    return data


def trained(base: Path, data: Path, out: Path, strategy: str, seed: int = 0, **overrides: Any) -> Any:
    """Train a router and return the step's result."""
    from pointsman.pipeline.options import DataOptions, TrainOptions
    from pointsman.pipeline.train import train

    return train(
        TrainOptions(
            task="adapter",
            strategy=strategy,  # type: ignore[arg-type]
            data=DataOptions(path=data),
            overrides={"model": str(base), "seed": seed, **overrides},
            precision="fp32",
            out=out,
            overwrite=True,
        )
    )


def head(base: Path, work: Path, args: argparse.Namespace) -> dict[str, Any]:
    """Time a head on stored states against the encoder run at each step, and count the encoder's rows."""
    import torch

    from pointsman.backbones import resolve
    from pointsman.encoding.conversation import Template
    from pointsman.encoding.multimodal import Pooling
    from pointsman.encoding.pooled import pooled, shelf_key
    from pointsman.inference.shared_base import SharedBase
    from pointsman.pipeline.options import DataOptions
    from pointsman.pipeline.routing_dataset import load_routing
    from pointsman.tasks import registry
    from pointsman.training.head import fit_head
    from pointsman.training.head_recipe import resolve_head

    options = DataOptions(path=built(work, "speed", KINDS, 200, 0))
    dataset = load_routing(registry.get("adapter"), options)
    rows, held = list(dataset.split.train), list(dataset.split.validation)
    y = np.array([dataset.task.index(str(row.label)) for row in rows])
    held_y = np.array([dataset.task.index(str(row.label)) for row in held])
    model = SharedBase.open(resolve(str(base)), keep_prompts=0)
    recipe = resolve_head("classic", {"epochs": args.epochs, "patience": 0})

    started = time.perf_counter()
    prepared = [model.preparer.prepare(row, Template()) for row in (*rows, *held)]
    preparing = (time.perf_counter() - started) * len(rows) / len(prepared)

    def encode(some: Sequence[Any]) -> Any:
        keys = [str(id(one)).encode() for one in some]
        ready = {key: partial(lambda one: one, one) for key, one in zip(keys, some, strict=True)}
        key = shelf_key(model.backbone, Template(), "fp32", Pooling())
        return pooled(key, keys, ready, model.hidden).features.numpy()

    encode(prepared[:8])
    held_x = encode(prepared[len(rows) :])  # for both, so for neither
    started = time.perf_counter()
    x = encode(prepared[: len(rows)])
    encoding = time.perf_counter() - started
    started = time.perf_counter()
    fit_head(x, y, held_x, held_y, len(KINDS), recipe)
    fitting = time.perf_counter() - started
    # The naive loop: the same batches of the same tensors, the encoder run for each; it looks at no validation rows.
    linear = torch.nn.Linear(x.shape[1], len(KINDS))
    optimiser = torch.optim.AdamW(linear.parameters(), lr=1e-4)
    order = np.random.default_rng(0)
    started = time.perf_counter()
    for _ in range(args.epochs):
        for batch in np.array_split(order.permutation(len(rows)), -(-len(rows) // recipe.batch_size)):
            hidden = model.hidden([prepared[i] for i in batch]).clone()
            loss = torch.nn.functional.cross_entropy(linear(hidden), torch.from_numpy(y[batch]))
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    naive = time.perf_counter() - started
    return {
        "rows": len(rows),
        "epochs": args.epochs,
        "prepare_seconds": preparing,
        "encode_seconds": encoding,
        "fit_seconds": fitting,
        "naive_seconds": naive,
        "times_faster": naive / (encoding + fitting),
        "times_faster_preparing_each_time": (naive + args.epochs * preparing) / (preparing + encoding + fitting),
        "fit_share_of_naive": fitting / naive,
        "calls": calls(base, work),
    }


def calls(base: Path, work: Path) -> dict[str, int]:
    """Count the rows that go through the encoder over two trainings, the second with one expert more."""
    from pointsman.data.routing import read_routing

    two = built(work, "two", KINDS[:2], 60, 0)
    three = built(work, "three", KINDS, 60, 0)
    found = {}
    for name, data in (("first", two), ("second", three)):
        result = trained(base, data, work / f"calls-{name}", "head")
        found[name] = int(result.results["encoder"]["computed"])
        found[f"{name}_rows"] = sum(len(rows) for rows in read_routing(data).parts.values())
    again = trained(base, three, work / "calls-again", "head")
    return {**found, "again": int(again.results["encoder"]["computed"])}


def screens(base: Path, work: Path, args: argparse.Namespace) -> dict[str, Any]:
    """Judge both strategies on unseen screens of unseen layouts, beside what must stay at chance."""
    found: dict[str, Any] = {"layouts": args.layouts, "head": [], "lora": []}
    for seed in range(args.seeds):
        data = built(work, f"screens-{seed}", KINDS, args.per_kind, args.unseen, seed * 100, args.layouts)
        for strategy, name, options in (("head", "head", {}), ("generate", "lora", LORA)):
            started = time.perf_counter()
            out = work / f"{name}-{seed}"
            result = trained(base, data, out, strategy, seed, **options)
            found[name].append({**figures(result.results), "seconds": time.perf_counter() - started})
            found[name][-1]["shuffled_images"] = shuffled(out, data)
            print(name, seed, json.dumps(found[name][-1]), flush=True)
    for name in ("head", "lora"):
        found[f"{name}_mean"] = statistics.mean(row["accuracy"] for row in found[name])
    return found


LORA = {"learning_rate": 2e-3, "epochs": 12, "lora_rank": 16, "lora_alpha": 32, "batch_size": 16}


def shuffled(artifact: Path, data: Path) -> float:
    """Return the accuracy with each text given another row's image."""
    from pointsman.pipeline.evaluate import evaluate
    from pointsman.pipeline.options import DataOptions

    out = artifact.with_name(f"{artifact.name}-shuffled")
    return float(evaluate(artifact, DataOptions(path=data), shuffle_images=0, out=out)[0]["accuracy"])


def figures(results: dict[str, Any]) -> dict[str, Any]:
    """Return the figures that are logged."""
    return {
        "n": results["n"],
        "accuracy": results["accuracy"],
        "interval": results["intervals"]["accuracy"],
        "ece": results["calibration"]["ece_after"],
        "baselines": {name: row["accuracy"] for name, row in results.get("baselines", {}).items()},
    }


def gui(base: Path, work: Path, args: argparse.Namespace) -> dict[str, Any]:
    """Judge both strategies on real screenshots in folds, images held out."""
    from pointsman.data.routing_build import Cut
    from pointsman.pipeline.route_data import RouteDataOptions, route_data

    file = data_file("gui/screenshots.jsonl.gz")
    texts: dict[str, list[str]] = {}
    for row in read_jsonl(data_file("gui/instructions.jsonl.gz")):
        texts.setdefault(row["label"], []).append(row["text"])
    sources = work / "gui-sources"
    for label in texts:
        (sources / label).mkdir(parents=True, exist_ok=True)
    lines: dict[str, list[str]] = {label: [] for label in texts}
    for number, row in enumerate(read_jsonl(file)):
        label = row["label"]
        for turn in range(3):
            said = [*row["instructions"], *texts[label]][(number + turn) % len([*row["instructions"], *texts[label]])]
            name = f"{number:03d}_{turn}"
            shutil.copyfile(file.parent / row["image"], sources / label / f"{name}.png")
            turns = [{"from": "human", "value": f"<image>\n{said}"}, {"from": "gpt", "value": "done"}]
            lines[label].append(
                json.dumps({"id": name, "image": f"{name}.png", "conversations": turns, "metadata": {}})
            )
    for label, some in lines.items():
        (sources / label / "train.jsonl").write_text("\n".join(some) + "\n", encoding="utf-8")
    found: dict[str, Any] = {"head": [], "lora": []}
    for fold in range(args.seeds):
        options = RouteDataOptions(
            tuple(f"{label}={sources / label}" for label in sorted(lines)), work / f"gui-{fold}", Cut(seed=fold)
        )
        data = route_data(options).path
        for strategy, name, more in (("head", "head", {}), ("generate", "lora", LORA)):
            result = trained(base, data, work / f"gui-{name}-{fold}", strategy, fold, **more)
            found[name].append(figures(result.results))
            print("gui", name, fold, json.dumps(found[name][-1]), flush=True)
    for name in ("head", "lora"):
        found[f"{name}_mean"] = statistics.mean(row["accuracy"] for row in found[name])
    return found


def stack(base: Path, work: Path, args: argparse.Namespace) -> dict[str, Any]:
    """Time switching at the shape of Qwen3-0.6B, and a shared base against two models."""
    return {"switch": switching(work), "shared": shared(base, work)}


def switching(work: Path) -> dict[str, Any]:
    """Time a switch between two adapters in memory, beside opening a base anew."""
    from pointsman.backbones import resolve
    from pointsman.backbones.tiny import TinyShape, write_tiny
    from pointsman.inference.shared_base import SharedBase

    shape = TinyShape(
        width=1024, layers=28, heads=16, kv_heads=8, head_dim=128, intermediate=3072, vocabulary=2000, positions=4096
    )
    backbone = resolve(str(write_tiny(work / "qwen3-0.6b-shape", ["a few words"], shape=shape, sees=False)))
    for name in ("one", "two"):
        adapter(backbone, work / "adapters" / name, rank=16)
    started = time.perf_counter()
    model = SharedBase.open(backbone)
    opening = time.perf_counter() - started
    for name in ("one", "two"):
        model.add(name, work / "adapters" / name)
    started = time.perf_counter()
    model.switch("one")
    first = time.perf_counter() - started
    model.switch("two")
    loads = model.loads
    spent = [1000 * model.switch(name) for _ in range(50) for name in ("one", "two")]
    return {
        "switch_ms_p50": statistics.median(spent),
        "switch_ms_max": max(spent),
        "reads_while_switching": model.loads - loads,
        "first_use_ms": 1000 * first,
        "fresh_base_seconds": opening,
    }


def adapter(backbone: Any, folder: Path, rank: int, seed: int = 0) -> None:
    """Write an adapter with random weights."""
    import torch

    from pointsman.backbones.generating import load_generating
    from pointsman.training.adapter import save_adapter
    from pointsman.training.sft_model import build_sft
    from pointsman.training.sft_recipe import SftRecipe

    model = build_sft(load_generating(backbone), backbone, SftRecipe(rank=rank, seed=seed))
    torch.manual_seed(seed)
    for name, weight in model.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(weight, std=0.02)
    save_adapter(model, folder, backbone)


def shared(base: Path, work: Path) -> dict[str, Any]:
    """Compare one base under router and experts with two models of their own: answers and times."""
    from pointsman.backbones import resolve
    from pointsman.data.embedded import screens as drawn
    from pointsman.encoding.conversation import Template
    from pointsman.experts.stack import open_stack
    from pointsman.inference.generating_predictor import load
    from pointsman.inference.shared_base import SharedBase
    from pointsman.inference.stacked import StackRequest

    data = built(work, "stack", KINDS, 80, 0)
    router = work / "stack-router"
    trained(base, data, router, "head")
    backbone = resolve(str(base))
    for number, kind in enumerate(KINDS):
        adapter(backbone, work / "stack-experts" / kind, rank=8, seed=number)
    file = work / "experts.json"
    file.write_text(
        json.dumps(
            {
                "base": str(base),
                "router": str(router),
                "default": KINDS[0],
                "max_new_tokens": 16,
                "experts": {k: {"path": str(work / "stack-experts" / k), "tools": "none"} for k in KINDS},
            }
        ),
        encoding="utf-8",
    )
    one = open_stack(file)
    alone, expert_base = load(router), SharedBase.open(backbone, keep_prompts=0)
    for kind in KINDS:
        expert_base.add(kind, work / "stack-experts" / kind)
    rows = drawn.sample_rows(40, 7, layouts="train", size=(448, 320), telling=0.0)
    times: dict[str, list[float]] = {"shared": [], "separate": []}
    same = 0
    for row in rows:
        started = time.perf_counter()
        routed = one.route(StackRequest(row.text, row.image))
        times["shared"].append(time.perf_counter() - started)
        started = time.perf_counter()
        [decision] = alone.predict([row])
        name = KINDS[0] if decision.abstained else decision.label
        prepared = expert_base.preparer.prepare(row, Template())
        [made] = expert_base.generate([prepared], [name], max_new_tokens=16)
        times["separate"].append(time.perf_counter() - started)
        same += routed.decision == decision and routed.expert == name and routed.text == made.text
    p50 = {name: 1000 * statistics.median(some[4:]) for name, some in times.items()}
    return {
        "requests": len(rows),
        "equal_answers": same,
        "shared_ms_p50": p50["shared"],
        "separate_ms_p50": p50["separate"],
        "times_faster": p50["separate"] / p50["shared"],
    }


PARTS = {"head": head, "screens": screens, "gui": gui, "stack": stack}

if __name__ == "__main__":
    main()
