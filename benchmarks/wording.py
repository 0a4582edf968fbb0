"""The classifier that answers in words: labels scored against names written freely, and beside the encoder's branch.

    .venv/bin/python benchmarks/wording.py [--task domain] [--rows 200] [--encoder runs/demo/domain]

The base is a small Qwen3, trained here as a whole on the training part to say the label; `pointsman train TASK
--strategy lora` then trains a LoRA on it. On the same test rows, one by one and in batches of 16:

scoring   probabilities of all names, as the router decides
greedy    the project's own decoding of the name, which reads a prompt's known beginning as rarely as scoring does
generate  `generate` of transformers, as the field's scripts call it (no prompt kept, at most 10 tokens)

A text that is no label is a wrong answer. Bar: scoring at least 3 times faster than free generation of the names, with
the same or better accuracy. With --encoder, `pointsman evaluate` judges both on the same rows.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import common

NAME = "wording"


def base_of(task: Any, template: Any, work: Path, rows: int, epochs: int) -> Path:
    """Train the small base on the training part, and return its folder."""
    from pointsman.backbones import hardware, resolve
    from pointsman.backbones.generating import load_generating
    from pointsman.backbones.tiny import TinyShape, write_tiny
    from pointsman.encoding.conversation import Preparer
    from pointsman.pipeline.dataset import load_dataset
    from pointsman.pipeline.options import DataOptions
    from pointsman.training.sft import Lesson, fit_sft, stock
    from pointsman.training.sft_model import build_sft, save_whole
    from pointsman.training.sft_recipe import SftRecipe

    train = load_dataset(task.name, None, DataOptions(), max_samples=rows).split.train
    texts = [*task.labels, template.text, *(row.text for row in train)]
    shape = TinyShape(
        width=128, layers=4, heads=4, kv_heads=2, head_dim=32, intermediate=384, vocabulary=4000, positions=1024
    )
    backbone = resolve(str(write_tiny(work / "random", texts, shape=shape, sees=False)))
    preparer = Preparer(backbone)
    names = {label: tuple(preparer.answer_ids(label)) for label in task.labels}
    lessons = [Lesson(preparer.prepare(row, template), names[str(row.label)]) for row in train]
    recipe = SftRecipe(adapt="full", epochs=epochs, batch_size=32, learning_rate=1.5e-3)
    model = build_sft(load_generating(backbone), backbone, recipe)
    fit_sft(model, preparer, lessons, recipe, hardware.choose("cpu", "fp32"), work / "fit", progress=told)
    print()
    save_whole(stock(model), work / "base", backbone)
    return work / "base"


def told(done: int, total: int, text: str) -> None:
    print(f"\rbase: {done}/{total} {text}", end="", flush=True)


def router_of(task: Any, base: Path, work: Path, rows: int) -> Any:
    """Train the classifier that answers in words, and return the step's result."""
    from pointsman.pipeline.options import TrainOptions
    from pointsman.pipeline.train import train

    overrides: dict[str, Any] = {
        "model": str(base),
        "epochs": 2,
        "lora_rank": 16,
        "lora_alpha": 32,
        "learning_rate": 1e-3,
    }
    overrides["max_samples"] = rows
    return train(
        TrainOptions(task=task.name, strategy="generate", overrides=overrides, precision="fp32", out=work / "router")
    )


def generate(router: Any, model: Any, tokenizer: Any, rows: Sequence[Any]) -> list[str]:
    """Return what transformers' own `generate` writes."""
    import torch

    prepared = [router.prepare(row) for row in rows]
    ids = [torch.from_numpy(one.input_ids) for one in prepared]
    longest = max(len(one) for one in ids)
    padded = torch.stack([torch.nn.functional.pad(one, (longest - len(one), 0), value=0) for one in ids])
    mask = torch.stack([torch.arange(longest) >= longest - len(one) for one in ids]).long()
    with torch.inference_mode():
        out = model.generate(
            input_ids=padded,
            attention_mask=mask,
            max_new_tokens=10,
            do_sample=False,
            eos_token_id=router.base.preparer.end_id,
            pad_token_id=0,
        )
    return [str(tokenizer.decode(row[longest:], skip_special_tokens=True)) for row in out]


def timed(ask: Callable[[Sequence[Any]], list[str]], rows: Sequence[Any], batch: int) -> tuple[list[str], float]:
    """Return answers and the median of a row's milliseconds, asked in batches."""
    ask(rows[:batch])
    answers: list[str] = []
    spent = []
    for start in range(0, len(rows), batch):
        some = rows[start : start + batch]
        begun = time.perf_counter()
        answers += ask(some)
        spent.append(1000 * (time.perf_counter() - begun) / len(some))
    return answers, statistics.median(spent)


def main() -> None:
    parser = common.parser(__doc__, NAME, seeds=(), recipe=False)
    parser.add_argument("--task", default="domain")
    parser.add_argument("--rows", type=int, default=200, help="test rows")
    parser.add_argument("--train-rows", type=int, default=2000, help="that base and LoRA learn from")
    parser.add_argument("--epochs", type=int, default=8, help="of the base")
    parser.add_argument("--encoder", type=Path, help="artifact of an encoder's branch for the same task")
    parser.add_argument("--work", type=Path, default=Path("runs") / "wording", help="folder of the models; kept")
    args = parser.parse_args()
    import torch

    torch.set_num_threads(args.threads)
    from pointsman import tasks
    from pointsman.backbones import resolve
    from pointsman.inference import generating_predictor
    from pointsman.pipeline.dataset import load_dataset
    from pointsman.pipeline.evaluate_many import evaluate_many
    from pointsman.pipeline.options import DataOptions, RequestOptions
    from pointsman.pipeline.template import template_for

    task = tasks.get(args.task)
    template = template_for("generate", RequestOptions(), task)
    if not (args.work / "base").is_dir():
        base_of(task, template, args.work, args.train_rows, args.epochs)
    if not (args.work / "router").is_dir():
        router_of(task, args.work / "base", args.work, args.train_rows)
    router = generating_predictor.load(args.work / "router", base=None)
    rows = list(load_dataset(task.name, None, DataOptions()).split.test)[: args.rows]
    truth = [str(row.label) for row in rows]
    from peft import PeftModel

    from pointsman.backbones.generating import load_generating

    base = resolve(str(args.work / "base"))
    model = PeftModel.from_pretrained(load_generating(base), str(args.work / "router")).eval()
    tokenizer = router.base.preparer.tokenizer

    def greedy(some: Sequence[Any]) -> list[str]:
        prepared = [router.prepare(row) for row in some]
        made = router.base.generate(prepared, [router.adapter] * len(some), max_new_tokens=10)
        return [one.text for one in made]

    ways: dict[str, Callable[[Sequence[Any]], list[str]]] = {
        "scoring": lambda some: [one.label for one in router.predict(some)],
        "greedy": greedy,
        "generate": lambda some: generate(router, model, tokenizer, some),
    }
    tokens = [len(name) for name in router.names]
    results: dict[str, Any] = {
        "task": task.name,
        "rows": len(rows),
        "tokens_of_names": {"mean": statistics.mean(tokens), "most": max(tokens)},
        "tokens_of_prompts": statistics.median(len(router.prepare(row).input_ids) for row in rows),
    }
    for batch in (1, 16):
        for name, ask in ways.items():
            answers, spent = timed(ask, rows, batch)
            right = sum(answer.strip() == label for answer, label in zip(answers, truth, strict=True))
            none = sum(answer.strip() not in task.labels for answer in answers)
            results[f"{name}, batch {batch}"] = {"ms": spent, "accuracy": right / len(rows), "no_label": none}
        for name in ("greedy", "generate"):
            key = f"{name} / scoring, batch {batch}"
            results[key] = results[f"{name}, batch {batch}"]["ms"] / results[f"scoring, batch {batch}"]["ms"]
    if args.encoder is not None:
        found = evaluate_many([args.work / "router", args.encoder], DataOptions(), part="test")
        results["beside_the_encoder"] = found["routers"]
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(common.json.dumps(results, indent=1) + "\n", encoding="utf-8")
    print(common.json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
