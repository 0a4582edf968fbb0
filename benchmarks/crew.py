"""Training shared by two workers against one: the same figure, the same losses, the seconds.

    make bench-crew             .venv/bin/python benchmarks/crew.py [--task intent] [--samples N] [--precision bf16]
                                                                     [--halves]

Trains a built-in task's router on its embedded data by the default recipe (which has no dropout), by one worker and
by two processes of this machine that share every batch; all of them compute with one thread. Training loss is logged at
the same steps by both; the largest difference of the two curves is reported, and each one's figure with its interval.
In fp32, so that the curves differ by what is shared out alone: in bf16 every member's gradients are rounded to three
digits before they are added up. `--halves` is the control: one worker that shares nothing, whose every batch is
computed as two halves with the gradients added.

Bars: two workers' figure within one worker's interval; no loss further than 1e-3 from one worker's.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from typing import Any

import common

NAME = "crew"
CLOSE = 1e-3


@contextlib.contextmanager
def in_halves() -> Iterator[None]:
    """Compute each training batch's loss as the weighted mean of two halves', rows dealt as to two workers."""
    from pointsman.training import fit

    trainer: Any = fit._BranchTrainer
    whole = trainer.compute_loss

    def halved(self: Any, model: Any, inputs: dict[str, Any], return_outputs: bool = False, **more: Any) -> Any:
        rows = len(inputs["labels"])
        if not model.training or return_outputs or rows < 2:
            return whole(self, model, inputs, return_outputs, **more)
        parts = ({name: value[first::2] for name, value in inputs.items()} for first in (0, 1))
        return sum(whole(self, model, part, **more) * (len(part["labels"]) / rows) for part in parts)

    trainer.compute_loss = halved
    try:
        yield
    finally:
        trainer.compute_loss = whole


def apart(one: common.Row, other: common.Row) -> float:
    """Return the largest difference of two runs' logged losses."""
    steps = [[step for step, _ in run["losses"]] for run in (one, other)]
    if steps[0] != steps[1]:
        common.stop("the two runs logged their losses at other steps")
    return float(max(abs(a - b) for (_, a), (_, b) in zip(one["losses"], other["losses"], strict=True)))


def main() -> None:
    flags = common.parser(__doc__, NAME, seeds=())
    flags.add_argument("--task", default="intent", help="a built-in task (default intent)")
    flags.add_argument("--precision", default="fp32", choices=("fp32", "bf16"), help="of what is frozen (default fp32)")
    flags.add_argument("--samples", type=int, default=0, help="most training rows (0: all)")
    flags.add_argument("--halves", action="store_true", help="a third run: one worker, each batch as two halves")
    args = flags.parse_args()
    common.set_threads(1)

    from pointsman.artifacts import layout
    from pointsman.pipeline.options import TrainOptions
    from pointsman.pipeline.step import Where, running
    from pointsman.pipeline.train import train
    from pointsman.training.crew import Processes

    overrides = {**common.settings(args.overrides), **({"max_samples": args.samples} if args.samples else {})}
    results = common.Results(args.out, NAME, 1, resume=args.resume)
    runs = {}
    for workers, halves in ((1, False), (2, False), *([(1, True)] if args.halves else [])):
        key = {"task": args.task, "workers": workers, "precision": args.precision, "overrides": overrides}
        if halves:
            key["halves"] = True
        run = results.find(key)
        if run is None:
            out = args.out.parent / f"{NAME}-{workers}"
            options = TrainOptions(
                task=args.task,
                overrides=overrides,
                device="cpu",
                precision=args.precision,
                out=out,
                overwrite=True,
            )
            with running(Where("local", workers)), in_halves() if halves else contextlib.nullcontext():
                made = train(options, common.Tell(args.verbose), Processes(workers, threads=1))
            found, recipe = made.results, made.artifact.manifest.recipe
            metric = made.artifact.manifest.task.primary_metric
            history = json.loads((out / layout.HISTORY).read_text(encoding="utf-8"))
            run = results.add(
                key,
                {
                    "metric": metric,
                    "value": found[metric],
                    "interval": found["intervals"][metric],
                    "n": found["n"],
                    "launcher": recipe["launcher"],
                    "steps": recipe["steps"],
                    "losses": [[one["step"], one["loss"]] for one in history if "loss" in one],
                    "seconds": made.seconds,
                },
            )
        runs["halves" if halves else str(workers)] = run
    one, two = runs["1"], runs["2"]
    between = apart(one, two)
    low, high = one["interval"]
    results.summarise(
        "two workers",
        {"largest_loss_difference": between, "within": low <= two["value"] <= high, "losses": len(one["losses"])},
    )
    common.table(
        ["workers", one["metric"], "interval", "steps", "last loss", "fit s", "whole step s"],
        [
            [
                name,
                f"{100 * run['value']:.2f}",
                f"{100 * run['interval'][0]:.2f}-{100 * run['interval'][1]:.2f} (n {run['n']})",
                run["steps"],
                f"{run['losses'][-1][1]:.4f}",
                f"{run['seconds']['fit']:.1f}",
                f"{run['seconds']['total']:.1f}",
            ]
            for name, run in runs.items()
        ],
    )
    print(f"figure within one worker's interval: {'met' if low <= two['value'] <= high else 'MISSED'}")
    print(
        f"largest difference of {len(one['losses'])} logged losses: {between:.2e}; "
        f"bar {CLOSE:g}: {'met' if between <= CLOSE else 'MISSED'}"
    )
    if args.halves:
        print(f"one worker against itself with each batch in halves: {apart(one, runs['halves']):.2e}")


if __name__ == "__main__":
    main()
