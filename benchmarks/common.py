"""What every benchmark shares: the data folder, flags, one training run, means over seeds, and a result file
that is rewritten after each run, so that a killed benchmark keeps what it has.

Nothing here knows a benchmark's figures or bars.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import json
import math
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from pointsman.data.example import Example
    from pointsman.pipeline.dataset import Dataset
    from pointsman.pipeline.options import DataOptions
    from pointsman.tasks import Task

ROOT = Path(__file__).resolve().parents[1]
OUT = Path("runs") / "bench"
_FIGURES = ("n", "accuracy", "f1", "macro_f1", "weighted_f1", "intervals", "split")
Row = dict[str, Any]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


# --- data ---------------------------------------------------------------------------------------------------


def data_folder() -> Path:
    """Return the folder of real data: `POINTSMAN_DATA`, or `shared/data` beside the repository."""
    named = os.environ.get("POINTSMAN_DATA")
    return Path(named) if named else ROOT.parent / "shared" / "data"


def data_file(name: str) -> Path:
    """Return a file of the data folder, or end the script with exit code 0 where it is absent."""
    path = data_folder() / name
    if not path.is_file():
        print(f"skipped: {path} is absent (point POINTSMAN_DATA at the folder that holds {name})")
        raise SystemExit(0)
    return path


def read_jsonl(path: Path) -> list[Row]:
    """Return the rows of a JSONL file, gzipped or not."""
    if path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8") as stream:
            return [json.loads(line) for line in stream]
    with path.open(encoding="utf-8") as plain:
        return [json.loads(line) for line in plain]


def write_jsonl(path: Path, rows: Iterable[Row]) -> Path:
    """Write rows as JSONL, all or nothing, and return the path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    _replace(path, text)
    return path


def _replace(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)


# --- flags --------------------------------------------------------------------------------------------------


def parser(
    doc: str | None, name: str, *, depths: Sequence[str] = (), seeds: Sequence[int] = (0, 1, 2), recipe: bool = True
) -> argparse.ArgumentParser:
    """Return a parser with the flags that all benchmarks take.

    Args:
        doc: the script's docstring, shown by --help.
        name: of the result file.
        depths: defaults of `--depths`; empty: the script has no such flag.
        seeds: defaults of `--seeds`; empty: the script has no such flag.
        recipe: whether `--set` and `--verbose` have something to act on.
    """
    out = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    if seeds:
        out.add_argument("--seeds", type=int, nargs="+", default=list(seeds), help="training seeds")
    if depths:
        out.add_argument(
            "--depths",
            nargs="+",
            default=list(depths),
            help="values of --adapt-layers: numbers, 'all', 'auto', or 'default' (the recipe's)",
        )
    out.add_argument("--threads", type=int, default=cores(), help="torch threads (default: all cores)")
    out.add_argument("--out", type=Path, default=OUT / f"{name}.json", help="result file")
    out.add_argument("--continue", dest="resume", action="store_true", help="keep the runs that --out holds already")
    if recipe:
        out.add_argument(
            "--set",
            dest="overrides",
            metavar="KEY=VALUE",
            action="append",
            default=[],
            help="any setting of the recipe, such as --set epochs=3 or --set learning_rate=5e-4",
        )
        out.add_argument("--verbose", action="store_true", help="show what the training step says")
    return out


def depth_of(text: str) -> Mapping[str, Any]:
    """Return the override that a value of `--depths` means; none for `default`."""
    if text == "default":
        return {}
    return {"adapt_layers": text if text in ("all", "auto") else int(text)}


def settings(pairs: Sequence[str]) -> dict[str, Any]:
    """Read `--set KEY=VALUE` flags."""
    out: dict[str, Any] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals:
            raise SystemExit(f"--set {pair}: write KEY=VALUE")
        try:
            out[key] = json.loads(value)
        except ValueError:
            out[key] = value
        if isinstance(out[key], list):
            out[key] = tuple(out[key])
    return out


# --- machine ------------------------------------------------------------------------------------------------


def cores() -> int:
    """Return the cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def set_threads(n: int) -> None:
    """Let torch and the libraries below it use `n` threads."""
    import torch

    torch.set_num_threads(n)
    with contextlib.suppress(ImportError):
        from threadpoolctl import threadpool_limits

        threadpool_limits(n)


def machine(threads: int) -> dict[str, Any]:
    """Return what the figures were measured on."""
    from importlib.metadata import PackageNotFoundError, version

    versions = {"python": platform.python_version()}
    for name in ("torch", "transformers", "peft", "pointsman"):
        with contextlib.suppress(PackageNotFoundError):
            versions[name] = version(name)
    return {
        "cpu": cpu_name(),
        "cores": cores(),
        "threads": threads,
        "load_at_start": round(os.getloadavg()[0], 2),
        "versions": versions,
        "commit": _commit(),
    }


def cpu_name() -> str:
    """Return the processor's name as the system tells it."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def machine_line(facts: Mapping[str, Any]) -> str:
    """Return the machine in one line."""
    versions = facts["versions"]
    return (
        f"{facts['cpu']}, {facts['cores']} cores, {facts['threads']} threads, load {facts['load_at_start']}; "
        f"torch {versions.get('torch', 'absent')}, transformers {versions.get('transformers', 'absent')}; "
        f"commit {facts['commit']}"
    )


def _commit() -> str:
    try:
        done = subprocess.run(
            ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return done.stdout.strip()


# --- results ------------------------------------------------------------------------------------------------


class Results:
    """The result file: machine, command, every run, and a summary; written anew after each change.

    Args:
        path: of the JSON file.
        name: of the benchmark.
        threads: torch threads, for the machine's line.
        resume: keep the runs that the file holds.
    """

    def __init__(self, path: Path, name: str, threads: int, *, resume: bool = False) -> None:
        self.path = path
        self.facts = machine(threads)
        self.content: dict[str, Any] = {
            "benchmark": name,
            "command": " ".join([Path(sys.argv[0]).name, *sys.argv[1:]]),
            "machine": self.facts,
            "runs": [],
            "summary": {},
        }
        if resume and path.is_file():
            self.content["runs"] = json.loads(path.read_text(encoding="utf-8"))["runs"]
        print(f"{name}: {machine_line(self.facts)}", flush=True)

    @property
    def runs(self) -> list[Row]:
        """All runs so far, oldest first."""
        runs: list[Row] = self.content["runs"]
        return runs

    def find(self, key: Mapping[str, Any]) -> Row | None:
        """Return the run of exactly these settings that `--continue` brought along, or that was just made."""
        plain = json.loads(json.dumps(key))
        return next((run for run in self.runs if run["key"] == plain), None)

    def add(self, key: Mapping[str, Any], figures: Mapping[str, Any]) -> Row:
        """Keep one run and write the file."""
        run = json.loads(json.dumps({"key": dict(key), **figures}, default=_plain))
        self.runs.append(run)
        self.write()
        return dict(run)

    def summarise(self, name: str, figures: Any) -> None:
        """Keep a figure over several runs and write the file."""
        self.content["summary"][name] = json.loads(json.dumps(figures, default=_plain))
        self.write()

    def write(self) -> None:
        """Write the file, all or nothing."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        _replace(self.path, json.dumps(self.content, indent=1, ensure_ascii=False) + "\n")


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in a result file")


@dataclass(frozen=True)
class Spread:
    """A figure over seeds: mean, standard deviation (0 for one seed), smallest, largest, how many."""

    mean: float
    sd: float
    low: float
    high: float
    n: int

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """Return the spread of at least one value."""
        sd = statistics.stdev(values) if len(values) > 1 else 0.0
        return cls(statistics.fmean(values), sd, min(values), max(values), len(values))

    def percent(self, digits: int = 2) -> str:
        """Write shares in percent: 95.50 ± 0.12 (95.4-95.6, 3 seeds)."""
        if math.isnan(self.mean):
            return "-"
        seeds = "1 run" if self.n == 1 else f"{self.n} runs"
        if self.n == 1:
            return f"{100 * self.mean:.{digits}f} ({seeds})"
        return (
            f"{100 * self.mean:.{digits}f} ± {100 * self.sd:.{digits}f} "
            f"({100 * self.low:.{digits}f}-{100 * self.high:.{digits}f}, {seeds})"
        )


def bar(value: float, least: float, digits: int = 2) -> str:
    """Say whether a share reaches its bar."""
    verdict = "met" if value >= least - 1e-12 else "MISSED"
    return f"bar {100 * least:.{digits}f}: {verdict} ({100 * (value - least):+.{digits}f})"


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table, columns aligned."""
    cells = [[str(cell) for cell in row] for row in (header, *rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(header))]
    print()
    for number, row in enumerate(cells):
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
        if number == 0:
            print("  ".join("-" * width for width in widths))
    print(flush=True)


# --- training -----------------------------------------------------------------------------------------------


class Tell:
    """What the training step tells: its lines when asked for, never its progress."""

    def __init__(self, verbose: bool) -> None:
        self.verbose = verbose

    def say(self, line: str) -> None:
        if self.verbose:
            print(f"    {line}", flush=True)

    def advance(self, stage: str, done: int, total: int, text: str = "") -> None:
        """Show nothing: a benchmark's output is a file's worth of lines."""


def train(
    out: Path,
    *,
    task: str | None = None,
    name: str | None = None,
    data: DataOptions | None = None,
    overrides: Mapping[str, Any],
    verbose: bool = False,
) -> Row:
    """Train one router into `out` through the public training step, and return its figures.

    Returns:
        `accuracy` (of a token task `f1`), `intervals`, `macro_f1`, `n`, `baselines` (each with its paired test),
        `calibration`, `out_of_scope` where there is one, `depth`, `epochs`, `seconds` by stage, `artifact`.
    """
    from pointsman.pipeline.options import DataOptions, TrainOptions
    from pointsman.pipeline.train import train as step

    started = time.perf_counter()
    done = step(
        TrainOptions(
            task=task,
            name=name,
            data=data or DataOptions(),
            overrides=dict(overrides),
            out=out,
            overwrite=True,
        ),
        Tell(verbose),
    )
    results, manifest = done.results, done.artifact.manifest
    return {
        **{key: results[key] for key in _FIGURES if key in results},
        "baselines": results.get("baselines", {}),
        "verdict": results.get("verdict"),
        "calibration": results["calibration"],
        "out_of_scope": results.get("out_of_scope"),
        "depth": manifest.adapt_layers,
        "recipe": manifest.recipe,
        "rows": manifest.data.rows,
        "notes": manifest.data.notes,
        "seconds": {**done.seconds, "wall": time.perf_counter() - started},
        "artifact": str(out),
    }


def one_line(label: str, run: Row) -> str:
    """Return a run in one line."""
    low, high = run["intervals"]["accuracy"]
    parts = [f"{label}: {100 * run['accuracy']:.2f} % [{100 * low:.2f}, {100 * high:.2f}]"]
    for name, short in (("logistic_regression", "LR"), ("nearest_neighbours", "kNN")):
        if found := run["baselines"].get(name):
            parts.append(f"{short} {100 * found['accuracy']:.2f} (p {found['p_value']:.2g})")
    parts.append(f"depth {run['depth']}, {run['seconds']['wall']:.0f} s")
    return ", ".join(parts)


def baseline_rows(runs: Sequence[Row], label: str) -> list[list[str]]:
    """Return the table rows of one depth: ours and both baselines, with the paired tests by seed."""
    ours = Spread.of([run["accuracy"] for run in runs])
    rows = [[label, "trained branch", ours.percent(), ""]]
    for name in ("logistic_regression", "nearest_neighbours"):
        found = [run["baselines"][name] for run in runs if name in run["baselines"]]
        if found:
            spread = Spread.of([f["accuracy"] for f in found])
            tests = ", ".join(f"{100 * f['difference']:+.2f} (p {f['p_value']:.2g})" for f in found)
            rows.append([label, name.replace("_", " "), spread.percent(), f"ours {tests}"])
    return rows


# --- rows judged one by one ---------------------------------------------------------------------------------


def load_rows(name: str, data: DataOptions) -> Dataset:
    """Return the rows of a new task exactly as the training step split them."""
    from pointsman.pipeline.dataset import load_dataset

    return load_dataset(None, name, data)


def correct_by_row(artifact: Path, rows: Sequence[Example], task: Task) -> dict[str, Bools]:
    """Return which rows the artifact and its stored baselines get right: name -> bool [n]."""
    import pointsman
    from pointsman.backbones import hardware as hw
    from pointsman.encoding import ActivationStore, encode, features
    from pointsman.pipeline.baselines import FeatureBaselines
    from pointsman.pipeline.judge import labels_of

    predictor = pointsman.load(artifact)
    texts = [row.text for row in rows]
    y = labels_of(rows, task)
    hardware = hw.choose()
    manifest = predictor.artifact.manifest
    found = encode(
        predictor.backbone,
        texts,
        depth=manifest.adapt_layers,
        max_length=manifest.max_length,
        dtype=hardware.dtype,
        store=ActivationStore(),
    )
    frozen = features(predictor.backbone, found, dtype=hardware.dtype)
    baselines = FeatureBaselines(lambda asked: frozen)
    baselines.recall(artifact)
    guesses = baselines.guesses(rows)
    return {
        "ours": predictor.logits(texts)[0].argmax(axis=1) == y,
        **{name: guesses[name] == y for name in ("logistic_regression", "nearest_neighbours")},
    }


def wrong_rows(right: Mapping[str, Bools]) -> dict[str, list[int]]:
    """Return the indices of the rows each model got wrong: what a result file keeps."""
    return {name: np.flatnonzero(~ok).tolist() for name, ok in right.items()}


def right_rows(run: Row) -> dict[str, Bools]:
    """Return what `wrong_rows` kept of a run: name -> bool [n]."""
    out = {}
    for name, wrong in run["wrong_rows"].items():
        out[name] = np.ones(run["n"], dtype=np.bool_)
        out[name][wrong] = False
    return out


def against_baselines(runs: Sequence[Row]) -> dict[str, Row]:
    """Compare the mean of the seeds with each baseline's on the same rows."""
    right = [right_rows(run) for run in runs]
    return {
        name: mean_difference([r["ours"] for r in right], [r[name] for r in right])
        for name in ("logistic_regression", "nearest_neighbours")
    }


def told(name: str, test: Row) -> str:
    """Return a comparison of means in words."""
    low, high = test["interval"]
    return (
        f"mean of seeds less {name.replace('_', ' ')} {100 * test['difference']:+.2f} points "
        f"[{100 * low:+.2f}, {100 * high:+.2f}], p {test['p_value']:.2g}"
    )


def mean_difference(ours: Sequence[Bools], theirs: Sequence[Bools], resamples: int = 10_000) -> Row:
    """Compare the means over seeds of two models on the same rows, rows drawn anew (paired bootstrap).

    Args:
        ours: for each seed, bool [n], rows that ours got right.
        theirs: the same of the other.
        resamples: draws of n rows.

    Returns:
        `difference` of the mean accuracies, its 95 % `interval`, and a two-sided `p_value`.
    """
    per_row = np.mean(ours, axis=0) - np.mean(theirs, axis=0)
    values, counts = np.unique(per_row, return_counts=True)
    drawn = np.random.default_rng(0).multinomial(len(per_row), counts / len(per_row), size=resamples)
    means = drawn @ values / len(per_row)
    tail = min(float((means <= 0).mean()), float((means >= 0).mean()))
    low, high = np.quantile(means, [0.025, 0.975])
    return {
        "difference": float(per_row.mean()),
        "interval": [float(low), float(high)],
        "p_value": min(1.0, 2 * max(tail, 1 / resamples)),
        "n": len(per_row),
    }


def stop(message: str) -> NoReturn:
    """End the script with one line and exit code 2."""
    print(message, file=sys.stderr)
    raise SystemExit(2)
