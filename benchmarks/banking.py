"""BANKING77: accuracy at the default depth and on all layers, against logistic regression; and with few rows.

    make bench-banking          .venv/bin/python benchmarks/banking.py [--seeds 0 1 2] [--depths default all]
                                .venv/bin/python benchmarks/banking.py --shots 10      (few rows alone)

Trains on the official training rows (banking77.jsonl.gz; validation is cut from them) and reports official-test
accuracy as the mean of the seeds, beside logistic regression and nearest neighbours on frozen features of the
same training rows, with paired tests by seed and of the mean. With --shots N only N rows a class are trained
on: a seeded draw for each of --seeds, validation drawn from the other training rows (--shots-validation a
class), and logistic regression fitted on exactly the same rows.

Bars: default depth >= 93.0 %, all layers >= 93.4 %, better than logistic regression in a paired test (here or on
CLINC150); with 10 rows a class above logistic regression.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import common
import numpy as np

NAME = "banking"
BARS = {"default": 0.93, "all": 0.934}


def draw(rows: list[common.Row], shots: int, held: int, seed: int) -> list[common.Row]:
    """Draw `shots` training and `held` validation rows a class from the training rows; test stays whole.

    Texts that also stand in test, and second copies of a text, are left out before drawing, so that each class
    has exactly its share.
    """
    from pointsman.data.conflicts import normalised

    seen = {normalised(row["text"]) for row in rows if row["split"] == "test"}
    by_label: dict[str, list[str]] = {}
    for row in rows:
        text = normalised(row["text"])
        if row["split"] == "train" and text not in seen:
            seen.add(text)
            by_label.setdefault(row["label"], []).append(row["text"])
    rng = np.random.default_rng(seed)
    out = []
    for label in sorted(by_label):
        texts = by_label[label]
        order = rng.permutation(len(texts))
        held_here = min(held, len(texts) - shots)
        if held_here < 1:
            common.stop(f"--shots {shots}: class {label} has only {len(texts)} training rows")
        for place, index in enumerate(order[: shots + held_here]):
            part = "train" if place < shots else "validation"
            out.append({"text": texts[index], "label": label, "split": part})
    return out + [row for row in rows if row["split"] == "test"]


def main() -> None:
    flags = common.parser(__doc__, NAME, depths=("default", "all"))
    flags.add_argument(
        "--shots",
        type=int,
        nargs="+",
        default=[0, 10],
        help="train on this many rows a class, one after the other (0: all rows; default 0 10)",
    )
    flags.add_argument(
        "--shots-validation", type=int, default=10, help="validation rows a class with few shots (default 10)"
    )
    args = flags.parse_args()
    path = common.data_file("banking77.jsonl.gz")
    common.set_threads(args.threads)

    overrides = common.settings(args.overrides)
    results = common.Results(args.out, NAME, args.threads, resume=args.resume)
    table: list[list[str]] = []
    verdicts: list[str] = []
    for shots in args.shots:
        for depth in args.depths:
            kind = f"{shots} a class, {depth}" if shots else depth
            runs = []
            for seed in args.seeds:
                key = {
                    "depth": depth,
                    "seed": seed,
                    "overrides": overrides,
                    "shots": shots,
                    "shots_validation": args.shots_validation if shots else 0,
                    "threads": args.threads,
                }
                run = results.find(key) or results.add(key, one(args, path, shots, depth, seed, overrides))
                print(common.one_line(f"{kind}, seed {seed}", run), flush=True)
                runs.append(run)
            table += common.baseline_rows(runs, kind)
            accuracy = common.Spread.of([run["accuracy"] for run in runs])
            against = common.against_baselines(runs)
            results.summarise(kind, {"accuracy": accuracy.__dict__, "mean_of_seeds_against": against})
            verdicts.append(f"{kind}: {accuracy.percent()}")
            if depth in BARS and not shots:
                verdicts[-1] += f"; {common.bar(accuracy.mean, BARS[depth])}"
            verdicts += [f"{kind}: {common.told(name, test)}" for name, test in against.items()]
            verdicts.append(f"{kind}: {_compared(against['logistic_regression'])}")
    common.table(("rows, depth", "model", "test accuracy, %", "paired test by seed"), table)
    print("\n".join(verdicts))
    print(f"\nwritten: {args.out}")


def _compared(test: common.Row) -> str:
    if test["difference"] <= 0:
        return "NOT above logistic regression"
    if test["p_value"] < 0.05:
        return "above logistic regression in a paired test"
    return "above logistic regression, but the paired test does not tell them apart"


def one(args: Any, path: Path, shots: int, depth: str, seed: int, overrides: common.Row) -> common.Row:
    """Train and judge one seed at one depth; with `shots` the seed draws the rows too."""
    from pointsman.pipeline.options import DataOptions

    kind = NAME
    if shots:
        kind = f"{NAME}-{shots}shot"
        drawn = draw(common.read_jsonl(path), shots, args.shots_validation, seed)
        path = common.write_jsonl(args.out.parent / "data" / f"{kind}-{seed}.jsonl", drawn)
    options = DataOptions(path=path)
    out = args.out.parent / kind / f"{depth}-seed{seed}"
    figures = common.train(
        out,
        name=NAME,
        data=options,
        overrides={**overrides, **common.depth_of(depth), "seed": seed},
        verbose=args.verbose,
    )
    data = common.load_rows(NAME, options)
    figures["wrong_rows"] = common.wrong_rows(common.correct_by_row(out, data.split.test, data.task))
    return figures


if __name__ == "__main__":
    main()
