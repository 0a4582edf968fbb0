"""CLINC150: in-scope accuracy at the default depth and on all layers, and out-of-scope recall.

    make bench-clinc            .venv/bin/python benchmarks/clinc.py [--seeds 0 1 2] [--depths default all]

Trains on the official split (clinc150.jsonl.gz; rows labelled "oos" train nothing) and reports in-scope test
accuracy as the mean of the seeds, beside logistic regression and nearest neighbours on frozen features with
paired tests. The threshold for "not sure" is chosen on validation: the largest one at which the share
--oos-accuracy of in-scope validation rows is still answered and right; on test, in-scope accuracy after
abstaining ("not sure" counts as wrong) and the recall of out-of-scope rows are reported.

Bars: default depth >= 95.5 %, all layers >= 96.2 %, out-of-scope recall >= 60 % at in-scope accuracy >= 95 %.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import common
import numpy as np
import numpy.typing as npt

NAME = "clinc"
BARS = {"default": 0.955, "all": 0.962}
OOS_BAR, IN_SCOPE_BAR = 0.60, 0.95
# Asked for on validation: the figures beside the chosen one say how much it matters.
ALSO = (0.945, 0.95, 0.9525, 0.955, 0.9575, 0.96)


def scores_of(logits: npt.NDArray[Any], temperature: float) -> dict[str, common.Floats]:
    """Return ways to say how sure a row is, each [n]; `probability` is what an artifact's rule goes by."""
    from pointsman.inference.calibration import softmax

    wide = logits.astype(np.float64)
    top = wide.max(axis=1)
    return {
        "probability": softmax(logits, temperature).max(axis=1),
        "probability_uncalibrated": softmax(logits).max(axis=1),
        "largest_logit": top,
        "energy": top + np.log(np.exp(wide - top[:, None]).sum(axis=1)),
    }


def out_of_scope(artifact: Path, data: Any, asked: float) -> common.Row:
    """Choose the threshold on validation and measure it on test, for every asked-for accuracy and score."""
    from safetensors.numpy import load_file

    import pointsman
    from pointsman.artifacts import layout
    from pointsman.errors import ConfigError
    from pointsman.evaluation.coverage import oos_recall
    from pointsman.evaluation.thresholds import threshold_keeping
    from pointsman.pipeline.judge import labels_of

    predictor = pointsman.load(artifact)
    temperature = predictor.calibration.temperature

    def part(rows: Sequence[Any]) -> npt.NDArray[np.float32]:
        return predictor.logits([row.text for row in rows])[0]

    # As the artifact's own rule was chosen: by what was said of these rows before a refit learnt them.
    kept = load_file(artifact / layout.VALIDATION)
    validation, test, oos = kept["logits"], part(data.split.test), data.split.out_of_scope
    oos_test, oos_validation = part(oos["test"]), part(oos.get("validation", ()))
    right_validation = validation.argmax(axis=1) == kept["y"]
    right_test = test.argmax(axis=1) == labels_of(data.split.test, data.task)
    on = {
        kind: scores_of(logits, temperature)
        for kind, logits in (("validation", validation), ("test", test), ("oos_test", oos_test))
    }
    sure_oos_validation = scores_of(oos_validation, temperature) if len(oos_validation) else None

    def measured(score: str, accuracy: float) -> common.Row:
        try:
            threshold = threshold_keeping(on["validation"][score], right_validation, accuracy)
        except ConfigError as error:
            return {"asked": accuracy, "out_of_reach": str(error)}
        figures = oos_recall(on["test"][score], right_test, on["oos_test"][score], threshold).to_dict()
        if sure_oos_validation is not None:
            figures["validation_recall"] = float((sure_oos_validation[score] < threshold).mean())
        return {"asked": accuracy, **figures}

    return {
        "validation_accuracy": float(right_validation.mean()),
        "test_accuracy": float(right_test.mean()),
        "chosen": measured("probability", asked),
        "asked_otherwise": [measured("probability", accuracy) for accuracy in ALSO],
        "other_scores": {s: measured(s, asked) for s in on["test"] if s != "probability"},
    }


def main() -> None:
    flags = common.parser(__doc__, NAME, depths=("default", "all"))
    flags.add_argument(
        "--oos-accuracy",
        type=float,
        default=0.955,
        help="in-scope accuracy the threshold keeps on validation (default 0.955: a margin over 0.95 on test)",
    )
    args = flags.parse_args()
    path = common.data_file("clinc150.jsonl.gz")
    common.set_threads(args.threads)

    from pointsman.pipeline.options import DataOptions

    options = DataOptions(path=path, oos_label="oos")
    overrides = common.settings(args.overrides)
    results = common.Results(args.out, NAME, args.threads, resume=args.resume)
    data = common.load_rows(NAME, options)
    table: list[list[str]] = []
    verdicts: list[str] = []
    for depth in args.depths:
        runs = []
        for seed in args.seeds:
            key = {
                "depth": depth,
                "seed": seed,
                "overrides": overrides,
                "oos_accuracy": args.oos_accuracy,
                "threads": args.threads,
            }
            run = results.find(key)
            if run is None:
                out = args.out.parent / NAME / f"{depth}-seed{seed}"
                figures = common.train(
                    out,
                    name=NAME,
                    data=options,
                    overrides={**overrides, **common.depth_of(depth), "seed": seed},
                    verbose=args.verbose,
                )
                mark = time.perf_counter()
                figures["oos"] = out_of_scope(out, data, args.oos_accuracy)
                rows = common.correct_by_row(out, data.split.test, data.task)
                figures["wrong_rows"] = common.wrong_rows(rows)
                figures["seconds"]["judging_again"] = time.perf_counter() - mark
                run = results.add(key, figures)
            print(common.one_line(f"depth {depth}, seed {seed}", run), flush=True)
            found = run["oos"]["chosen"]
            if "recall" in found:
                print(
                    f"    out of scope: recall {100 * found['recall']:.1f} %, in-scope accuracy "
                    f"{100 * found['in_scope_accuracy_after_abstaining']:.2f} % (threshold {found['threshold']:.3f})"
                )
            else:
                print(f"    out of scope: {found['out_of_reach']}")
            runs.append(run)
        table += common.baseline_rows(runs, depth)
        accuracy = common.Spread.of([run["accuracy"] for run in runs])
        against = common.against_baselines(runs)
        chosen = [run["oos"]["chosen"] for run in runs if "recall" in run["oos"]["chosen"]]
        summary: common.Row = {"accuracy": accuracy.__dict__, "mean_of_seeds_against": against}
        verdicts.append(f"{depth}: in scope {accuracy.percent()}")
        if depth in BARS:
            verdicts[-1] += f"; {common.bar(accuracy.mean, BARS[depth])}"
        verdicts += [f"{depth}: {common.told(name, test)}" for name, test in against.items()]
        if chosen:
            recall = common.Spread.of([c["recall"] for c in chosen])
            kept = common.Spread.of([c["in_scope_accuracy_after_abstaining"] for c in chosen])
            summary |= {"oos_recall": recall.__dict__, "in_scope_after_abstaining": kept.__dict__}
            verdicts.append(
                f"{depth}: out-of-scope recall {recall.percent(1)}; {common.bar(recall.mean, OOS_BAR, 1)}; "
                f"in scope after abstaining {kept.percent()}; {common.bar(kept.mean, IN_SCOPE_BAR)}"
            )
        if len(chosen) < len(runs):
            verdicts.append(
                f"{depth}: {len(runs) - len(chosen)} of {len(runs)} seeds cannot keep "
                f"{args.oos_accuracy:g} on validation: lower --oos-accuracy"
            )
        results.summarise(depth, summary)
    common.table(("depth", "model", "in-scope test accuracy, %", "paired test by seed"), table)
    print("\n".join(verdicts))
    print(f"\nwritten: {args.out}")


if __name__ == "__main__":
    main()
