"""Personal data: strict entity F1 on the Presidio synthetic set, and false positives on ordinary requests.

    make bench-presidio     .venv/bin/python benchmarks/presidio.py [--runs generator folds rows] [--folds 0 1 ...]

`folds`: five folds by template of pii_presidio_synth_v2.jsonl.gz; each fold's training templates (a tenth of them
held out for validation) and the generator's rows train, its own templates are the test. `rows`: the same without the
generator. `generator`: the generator's rows alone train, all rows of the file (and of the older
pii_presidio_generated_large.jsonl.gz, its types mapped) are the test. The threshold is the artifact's own, chosen on
its validation rows. Every router of `generator` and `folds` then reads modality_text_prompts.jsonl.gz (no template of
which is in any training data), where each structured entity counts as false, and the generator's held-out rows.

Bars: folds, mean strict F1 >= 0.78; generator alone >= 0.55; structured types at most 0.5 false entities per 1,000
words of the requests, and reported in at most 2 % of the generator's rows without personal data.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import common

NAME = "presidio"
FOLDS = 5
VALIDATION = 0.1
BARS = {"folds": 0.78, "generator": 0.55}
FALSE_BAR, FLAGGED_BAR = 0.5, 0.02


def order(template: int) -> str:
    """Return a template's place in the fixed order that folds are dealt from."""
    return hashlib.sha256(f"presidio:{template}".encode()).hexdigest()


def fold_file(rows: Sequence[common.Row], fold: int, out: Path) -> Path:
    """Write a fold's rows with their parts, by whole templates."""
    templates = sorted({row["template_id"] for row in rows}, key=order)
    test = set(templates[fold::FOLDS])
    rest = [template for template in templates if template not in test]
    validation = set(rest[: round(VALIDATION * len(rest))])
    parts = {t: "test" if t in test else "validation" if t in validation else "train" for t in templates}
    kept = [
        {key: row[key] for key in ("text", "spans", "template_id")} | {"split": parts[row["template_id"]]}
        for row in rows
    ]
    return common.write_jsonl(out / f"fold{fold}.jsonl", kept)


def judged(results: common.Row) -> common.Row:
    """Return the figures of one judged part that the tables need."""
    keys = ("n", "f1", "precision", "recall", "macro_f1", "intervals", "partial", "token", "text_level", "per_class")
    return {key: results[key] for key in keys} | {
        key: results[key] for key in ("coarse", "false_positives", "baselines", "confused_pairs") if key in results
    }


def on_file(artifact: Path, path: Path) -> common.Row:
    """Judge an artifact on all rows of a file."""
    from pointsman.data.files import Fields
    from pointsman.pipeline.evaluate import evaluate
    from pointsman.pipeline.options import DataOptions

    fields = Fields(split="", group="template_id")
    out = artifact.parent / f"{artifact.name}-{path.name.split('.')[0]}"
    results, _ = evaluate(artifact, DataOptions(path=path, fields=fields), out=out, overwrite=True)
    return judged(results)


WELL_FORMED = {
    "DOMAIN_NAME": r"(?:https?://\S+|(?:[\w-]+\.)+(?:com|org|net|edu|gov|io|uk|de)(?:/\S*)?)",
    "EMAIL_ADDRESS": r"[\w.+-]+@(?:[\w-]+\.)+\w+",
    "IP_ADDRESS": r"\d{1,3}(?:\.\d{1,3}){3}",
    "PHONE_NUMBER": r"\+?\(?\d{1,4}\)?(?:[ .-]?\d{2,4}){2,4}",
}
"""Values that a request does hold, by their form alone: the file is not free of web addresses, mails and numbers."""


def false_positives(artifact: Path, path: Path) -> common.Row:
    """Count structured entities reported in ordinary requests: each as false, and how many are well formed."""
    import pointsman
    from pointsman.evaluation.entities import entities

    texts = [row["text"] for row in common.read_jsonl(path)]
    predictor = pointsman.load(artifact)
    found = [decision.spans or () for decision in predictor.predict(texts)]
    figures = entities(texts, [()] * len(texts), found, predictor.task.entities).to_dict()
    spans = [one for some in found for one in some]
    well_formed = sum(bool(re.fullmatch(WELL_FORMED.get(one.type, "(?!)"), one.text.strip())) for one in spans)
    return dict(figures["false_positives"]) | {"well_formed": well_formed}


def hard_negatives(artifact: Path) -> common.Row:
    """Count the generator's held-out rows without personal data in which a structured type is reported."""
    import pointsman
    from pointsman.evaluation.entities import entities
    from pointsman.pipeline.dataset import load_dataset
    from pointsman.pipeline.options import DataOptions

    rows = [row for row in load_dataset("pii", None, DataOptions()).split.test if not row.spans]
    texts = [row.text for row in rows]
    predictor = pointsman.load(artifact)
    found = [decision.spans or () for decision in predictor.predict(texts)]
    figures = entities(
        texts,
        [()] * len(texts),
        found,
        predictor.task.entities,
        groups=[row.group for row in rows],
        categories=[row.category for row in rows],
    ).to_dict()
    return dict(figures["false_positives"])


def train(out: Path, path: Path | None, depth: str, seed: int, overrides: common.Row, *, generator: bool) -> common.Row:
    """Train one router and return its figures on its own test part."""
    from pointsman.data.files import Fields
    from pointsman.pipeline.options import DataOptions, TrainOptions
    from pointsman.pipeline.train import train as step

    # Some templates of the file are alike enough to be near duplicates; the bar is by template, so they may cross.
    data = DataOptions(
        path=path, fields=Fields(group="template_id" if path else None), generator=generator, allow_leakage=True
    )
    done = step(
        TrainOptions(
            task="pii",
            data=data,
            overrides={**overrides, **common.depth_of(depth), "seed": seed},
            out=out,
            overwrite=True,
        ),
        common.Tell(False),
    )
    recipe = done.artifact.manifest.recipe
    return {
        **judged(done.results),
        "rows": done.artifact.manifest.data.rows,
        "epochs": recipe["epochs"],
        "seconds": done.seconds,
        "threshold": done.results["abstention"]["threshold"],
        "artifact": str(out),
    }


def told(label: str, run: common.Row) -> str:
    """Return a run in one line."""
    low, high = run["intervals"]["f1"]
    return (
        f"{label}: strict F1 {run['f1']:.3f} [{low:.3f}, {high:.3f}], precision {run['precision']:.3f}, recall "
        f"{run['recall']:.3f}, partial {run['partial']['f1']:.3f}, token {run['token']['f1']:.3f}"
    )


def told_false(label: str, run: common.Row) -> str:
    """Return false positives in one line."""
    counts = {name: row["count"] for name, row in run["per_class"].items() if row["count"]}
    return (
        f"{label}: {run['per_1000_words']:.2f} per 1,000 words {counts}, {run.get('well_formed', 0)} well formed, "
        f"{100 * run['clean_texts_flagged']:.2f} % of the texts without personal data"
    )


def main() -> None:
    flags = common.parser(__doc__, NAME, depths=("default",))
    flags.add_argument("--runs", nargs="+", choices=("generator", "folds", "rows"), default=["generator", "folds"])
    flags.add_argument("--folds", type=int, nargs="+", default=list(range(FOLDS)), choices=range(FOLDS))
    args = flags.parse_args()
    path = common.data_file("pii_presidio_synth_v2.jsonl.gz")
    older = common.data_file("pii_presidio_generated_large.jsonl.gz")
    requests = common.data_file("modality_text_prompts.jsonl.gz")
    common.set_threads(args.threads)
    overrides = common.settings(args.overrides)
    results = common.Results(args.out, NAME, args.threads, resume=args.resume)
    rows = common.read_jsonl(path)
    verdicts = []
    for kind in args.runs:
        for depth in args.depths:
            runs: list[Any] = []
            for seed in args.seeds:
                for fold in args.folds if kind != "generator" else [None]:
                    label = f"{kind}, {depth}, seed {seed}" + (f", fold {fold}" if fold is not None else "")
                    key = {"kind": kind, "depth": depth, "seed": seed, "fold": fold, "overrides": overrides}
                    run = results.find(key)
                    if run is None:
                        out = args.out.parent / NAME / label.replace(", ", "-").replace(" ", "")
                        file = None if fold is None else fold_file(rows, fold, args.out.parent / "data")
                        run = train(out, file, depth, seed, overrides, generator=kind != "rows")
                        if fold is None:
                            run = {**run, "own_test": judged(run), **on_file(out, path), "older": on_file(out, older)}
                        if kind != "rows":
                            run["requests"] = false_positives(out, requests)
                            run["hard_negatives"] = hard_negatives(out)
                        run = results.add(key, run)
                    print(told(label, run), flush=True)
                    if fold is None:
                        print(told("    its own held-out templates", run["own_test"]))
                        print(told("    the older file", run["older"]))
                    for name in ("requests", "hard_negatives"):
                        if name in run:
                            print(told_false(f"    {name}", run[name]))
                    runs.append(run)
            spread = common.Spread.of([run["f1"] for run in runs])
            results.summarise(f"{kind}-{depth}", {"f1": spread.__dict__})
            verdict = f"{kind}, {depth}: strict F1 {spread.percent()}"
            if kind in BARS:
                verdict += f"; {common.bar(spread.mean, BARS[kind])}"
            verdicts.append(verdict)
    print("\n".join(verdicts))
    print(f"\nwritten: {args.out}")


if __name__ == "__main__":
    main()
