"""A bundle of five routers: time of one text and of a batch, loading, memory and size, beside stock models.

    make bench-bundle ARGS="--routers runs/demo"
    .venv/bin/python benchmarks/bundle.py --routers runs/demo [--depths 1 3 all] [--threads 2]

`--routers` holds the five depth-2 artifacts that `pointsman demo` writes. They are exported as a bundle (fp32, int8),
as single int8 graphs, and as merged checkpoints for stock Transformers. For `--depths` five routers are trained for one
epoch on the embedded rows: their figures say nothing, their shape is what is timed.

Whatever is compared is a process of its own, so that nobody's waiting threads stand in another's way; the processes run
in turns, --rounds times, and each tells the median of its calls, from text to decision (tokenising and deciding are
inside the clock). Figures are medians over the rounds, ratios those of one round. The text has 64 tokens, the batch 32
different texts of 64 tokens. A process that holds the bundle alone tells the seconds of loading (imports of onnxruntime
and tokenizers before; also with them) and its resident memory after 100 texts.

Bars: five tasks, one text, int8: p50 at most 10 ms, at most 2.6 times a single int8 graph (a sequence task's), five
stock models at least 8 times slower; batch at least 180 texts/s; graph at most 45 MB; loaded in under 0.5 s; under
250 MB resident.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import common

NAME = "bundle"
TASKS = ("domain", "intent", "jailbreak", "modality", "pii")
ONE_MS, OF_SINGLE, OF_STOCK, TEXTS, SIZE, LOAD, MEMORY = 10.0, 2.6, 8.0, 180.0, 45e6, 0.5, 250e6
TOKENS, BATCH = 64, 32
_TEXT = (
    "please find the second largest city near river and compare its weather with last year before we book trains "
    "from there to see our friends who moved away because their work changed after winter"
)
_WORDS = _TEXT.split()

_CHILD = """
import sys, time
began = time.perf_counter()
import onnxruntime, tokenizers, pointsman
imported = time.perf_counter()
bundle = pointsman.load_bundle(sys.argv[1], precision="int8", threads=int(sys.argv[2]))
loaded = time.perf_counter()
for n in range(100):
    bundle.predict_all([sys.argv[3]])
with open("/proc/self/status") as status:
    lines = dict(line.split(":", 1) for line in status)
import json
print(json.dumps({"load": loaded - imported, "with_imports": loaded - began,
                  "resident": 1024 * int(lines["VmRSS"].split()[0]), "peak": 1024 * int(lines["VmHWM"].split()[0])}))
"""


def texts(tokenizer: Any, n: int) -> list[str]:
    """Return different texts of exactly `TOKENS` tokens, special tokens included."""
    out = []
    for number in range(n):
        words: list[str] = []
        while len(tokenizer.encode(" ".join(words)).ids) < TOKENS:
            words.append(_WORDS[(number * 7 + len(words) * (number % 5 + 1)) % len(_WORDS)])
        out.append(" ".join(words))
        assert len(tokenizer.encode(out[-1]).ids) == TOKENS
    return out


def clock(asked: Mapping[str, Callable[[int], object]], repeats: int, warm_up: int = 5) -> dict[str, list[float]]:
    """Return the seconds of each way, asked in turns with the number of the round."""
    times: dict[str, list[float]] = {name: [] for name in asked}
    for number in range(repeats + warm_up):
        for name, call in asked.items():
            started = time.perf_counter()
            call(number)
            if number >= warm_up:
                times[name].append(time.perf_counter() - started)
    return times


def quantiles(seconds: Sequence[float]) -> dict[str, float]:
    """Return p50, p90 and the least in milliseconds."""
    ordered = sorted(1000 * s for s in seconds)
    return {"p50_ms": statistics.median(ordered), "p90_ms": ordered[int(0.9 * len(ordered))], "min_ms": ordered[0]}


def stock(folders: Sequence[Path]) -> Callable[[Sequence[str]], object]:
    """Return what asks five stock models, loaded by Transformers alone, one after another."""
    import torch
    from transformers import AutoModelForSequenceClassification, AutoModelForTokenClassification, AutoTokenizer

    loaded = []
    for folder in folders:
        kind = AutoModelForTokenClassification if "token_model" in folder.name else AutoModelForSequenceClassification
        loaded.append((AutoTokenizer.from_pretrained(folder), kind.from_pretrained(folder).eval()))

    def ask(rows: Sequence[str]) -> object:
        with torch.inference_mode():
            return [
                model(**tokenizer(list(rows), return_tensors="pt", padding=True, truncation=True)).logits.softmax(-1)
                for tokenizer, model in loaded
            ]

    return ask


def export(paths: Sequence[Path], format: str, out: Path, **options: Any) -> list[Path]:
    """Export artifacts; returns the folders."""
    from pointsman.pipeline.export import ExportOptions
    from pointsman.pipeline.export import export as step

    return [result.path for result in step(paths, ExportOptions(format=format, out=out, **options)).results]


def told_by(arguments: Sequence[object]) -> dict[str, Any]:
    """Return what this script tells as a child."""
    command = [sys.executable, __file__, *(str(argument) for argument in arguments)]
    found: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return found


def child(kind: str, rows: Sequence[str], threads: int, repeats: int, folders: Sequence[Path]) -> dict[str, Any]:
    """Time one way to decide: `int8` or `fp32` of a bundle, a `single` int8 graph, or `stock` models."""
    import pointsman

    if kind == "stock":
        common.set_threads(threads)
        ask = stock(folders)
    elif kind == "single":
        ask = pointsman.load(folders[0], precision="int8", threads=threads).predict
    else:
        ask = pointsman.load_bundle(folders[0], precision=kind, threads=threads).predict_all
    one = clock({"one": lambda n: ask([rows[n % BATCH]])}, repeats)["one"]
    batch = clock({"batch": lambda _: ask(rows)}, max(3, repeats // 12), 1)["batch"]
    return {"one": quantiles(one), "batch": quantiles(batch)}


def measure(
    routers: Sequence[Path], work: Path, args: Any, *, beside: bool, bundle: Path | None = None
) -> dict[str, Any]:
    """Time a bundle of these routers, and beside it single graphs and stock models where asked for."""
    from pointsman.artifacts import layout
    from pointsman.encoding.tokens import read_tokenizer

    started = time.perf_counter()
    folder = bundle or export(routers, "bundle", work / "bundle")[0]
    found: dict[str, Any] = {"export_seconds": None if bundle else time.perf_counter() - started}
    found["size_bytes"] = (folder / layout.GRAPHS["int8"]).stat().st_size
    found["fp32_size_bytes"] = (folder / layout.GRAPHS["fp32"]).stat().st_size
    rows = texts(read_tokenizer(folder / layout.TOKENIZER), BATCH)
    file = work / "texts.json"
    file.write_text(json.dumps(rows), encoding="utf-8")
    ways: dict[str, list[object]] = {f"bundle {p}": [p, folder] for p in ("int8", "fp32")}
    if beside:
        for path in routers:
            (single,) = export([path], "onnx", work / "onnx", precisions=("int8",))
            ways[f"single {path.name}"] = ["single", single]
        ways["stock"] = ["stock", *(export([path], "merged", work / "merged")[0] for path in routers)]
    rounds: list[dict[str, Any]] = []
    for _ in range(args.rounds):
        rounds.append(
            {name: told_by(["--child", file, args.threads, args.repeats, *way]) for name, way in ways.items()}
        )
    found["rounds"] = rounds
    for what in ("one", "batch"):
        found[what] = {
            name: {key: statistics.median(r[name][what][key] for r in rounds) for key in rounds[0][name][what]}
            for name in ways
        }
    loaded = [
        json.loads(
            subprocess.run(
                [sys.executable, "-c", _CHILD, str(folder), str(args.threads), rows[0]], check=True, capture_output=True
            ).stdout
        )
        for _ in range(6)
    ][1:]
    found["child"] = {key: statistics.median(row[key] for row in loaded) for key in loaded[0]}
    return found


def trained(depth: str, work: Path) -> list[Path]:
    """Train five routers of a depth, briefly: what their layers cost does not depend on what they know."""
    out = []
    for task in TASKS:
        common.train(
            work / task, task=task, overrides={**common.depth_of(depth), "epochs": 1, "max_samples": 1500, "seed": 1}
        )
        out.append(work / task)
    return out


def main() -> None:
    if sys.argv[1:2] == ["--child"]:
        file, threads, repeats, kind, *folders = sys.argv[2:]
        rows = json.loads(Path(file).read_text(encoding="utf-8"))
        print(json.dumps(child(kind, rows, int(threads), int(repeats), [Path(folder) for folder in folders])))
        return
    flags = common.parser(__doc__, NAME, seeds=(), recipe=False)
    flags.add_argument("--routers", type=Path, default=Path("runs/demo"), help="folder of the five artifacts")
    flags.add_argument("--bundle", type=Path, help="their bundle, where it is exported already")
    flags.add_argument("--depths", nargs="*", default=["1", "3", "all"], help="other depths to time")
    flags.add_argument("--rounds", type=int, default=5, help="processes of each kind, in turns (default 5)")
    flags.add_argument("--repeats", type=int, default=60, help="calls in each (default 60)")
    args = flags.parse_args()
    paths = [args.routers / task for task in TASKS]
    for path in paths:
        if not (path / "manifest.json").is_file():
            common.stop(f"{path} is no artifact: run 'pointsman demo --out {args.routers}' first")
    results = common.Results(args.out, NAME, args.threads, resume=args.resume)
    for depth in ["2", *args.depths]:
        key = {"depth": depth, "threads": args.threads}
        if results.find(key) is None:
            with tempfile.TemporaryDirectory(prefix="bench-bundle-") as work:
                routers = paths if depth == "2" else trained(depth, Path(work) / "routers")
                shallow = depth == "2"
                bundle = args.bundle if shallow else None
                results.add(key, measure(routers, Path(work), args, beside=shallow, bundle=bundle))
    _report(results)
    print(f"written: {args.out}")


def _report(results: common.Results) -> None:
    runs = {run["key"]["depth"]: run for run in results.runs}
    common.table(
        ("depth", "one text int8", "fp32", "batch int8", "fp32", "int8 size", "loaded", "resident"),
        [
            [
                depth,
                *(f"{run['one'][f'bundle {p}']['p50_ms']:.1f} ms" for p in ("int8", "fp32")),
                *(f"{1000 * BATCH / run['batch'][f'bundle {p}']['p50_ms']:.0f}/s" for p in ("int8", "fp32")),
                f"{run['size_bytes'] / 1e6:.1f} MB",
                f"{run['child']['load']:.2f} s",
                f"{run['child']['resident'] / 1e6:.0f} MB",
            ]
            for depth, run in runs.items()
        ],
    )
    run = runs["2"]
    rounds = run["rounds"]

    def ratio(of: str, to: str) -> float:
        return statistics.median(r[of]["one"]["p50_ms"] / r[to]["one"]["p50_ms"] for r in rounds)

    single = statistics.median(ratio("bundle int8", f"single {task}") for task in TASKS if task != "pii")
    slower = ratio("stock", "bundle int8")
    rate = 1000 * BATCH / run["batch"]["bundle int8"]["p50_ms"]
    ours, size, child = run["one"]["bundle int8"]["p50_ms"], run["size_bytes"], run["child"]
    rows = [
        ("five tasks, one text, int8, p50", f"{ours:.2f} ms", ours <= ONE_MS, f"{ONE_MS} ms"),
        ("of a single int8 graph (sequence)", f"{single:.2f}", single <= OF_SINGLE, f"{OF_SINGLE}"),
        ("five stock models of it", f"{slower:.1f}", slower >= OF_STOCK, f"{OF_STOCK}"),
        ("batch of 32, five tasks", f"{rate:.0f} texts/s", rate >= TEXTS, f"{TEXTS:.0f} texts/s"),
        ("int8 graph", f"{size / 1e6:.1f} MB", size <= SIZE, f"{SIZE / 1e6:.0f} MB"),
        ("loaded", f"{child['load']:.2f} s", child["load"] < LOAD, f"{LOAD} s"),
        ("resident", f"{child['resident'] / 1e6:.0f} MB", child["resident"] < MEMORY, f"{MEMORY / 1e6:.0f} MB"),
    ]
    common.table(("what", "measured", "bar", ""), [[a, b, d, "met" if c else "MISSED"] for a, b, c, d in rows])
    results.summarise("bars", {a: {"measured": b, "met": c, "bar": d} for a, b, c, d in rows})


if __name__ == "__main__":
    main()
