"""Training shared by two workers against one: the same figure, the same losses, the seconds.

    make bench-crew             .venv/bin/python benchmarks/crew.py [--task intent] [--samples N] [--precision bf16]

Trains a built-in task's router on its embedded data by the default recipe (which has no dropout), by one worker and
by two processes of this machine that share every batch; all of them compute with one thread. Training loss is logged at
the same steps by both; the largest difference of the two curves is reported, and each one's figure with its interval.
In fp32, so that the curves differ by what is shared out alone: in bf16 every member's gradients are rounded to three
digits before they are added up.

Bars: two workers' figure within one worker's interval; no loss further than 1e-3 from one worker's.
"""

from __future__ import annotations

import json

import common

NAME = "crew"
CLOSE = 1e-3


def main() -> None:
    flags = common.parser(__doc__, NAME, seeds=())
    flags.add_argument("--task", default="intent", help="a built-in task (default intent)")
    flags.add_argument("--precision", default="fp32", choices=("fp32", "bf16"), help="of what is frozen (default fp32)")
    flags.add_argument("--samples", type=int, default=0, help="most training rows (0: all)")
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
    for workers in (1, 2):
        key = {"task": args.task, "workers": workers, "precision": args.precision, "overrides": overrides}
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
            with running(Where("local", workers)):
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
        runs[workers] = run
    one, two = runs[1], runs[2]
    steps = [[step for step, _ in run["losses"]] for run in (one, two)]
    if steps[0] != steps[1]:
        common.stop("the two runs logged their losses at other steps")
    apart = max(abs(a - b) for (_, a), (_, b) in zip(one["losses"], two["losses"], strict=True))
    low, high = one["interval"]
    results.summarise(
        "two workers",
        {"largest_loss_difference": apart, "within": low <= two["value"] <= high, "losses": len(steps[0])},
    )
    common.table(
        ["workers", one["metric"], "interval", "steps", "last loss", "fit s", "whole step s"],
        [
            [
                workers,
                f"{100 * run['value']:.2f}",
                f"{100 * run['interval'][0]:.2f}-{100 * run['interval'][1]:.2f} (n {run['n']})",
                run["steps"],
                f"{run['losses'][-1][1]:.4f}",
                f"{run['seconds']['fit']:.1f}",
                f"{run['seconds']['total']:.1f}",
            ]
            for workers, run in runs.items()
        ],
    )
    print(f"figure within one worker's interval: {'met' if low <= two['value'] <= high else 'MISSED'}")
    print(
        f"largest difference of {len(steps[0])} logged losses: {apart:.2e}; "
        f"bar {CLOSE:g}: {'met' if apart <= CLOSE else 'MISSED'}"
    )


if __name__ == "__main__":
    main()
