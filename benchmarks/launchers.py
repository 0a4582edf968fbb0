"""Every step on Ray against the same step here: what it writes, and its seconds; and the pace of `encode`.

    make bench-launchers        .venv/bin/python benchmarks/launchers.py [--parts text vision pace] [--texts 12000]

Each step is one command, given twice: as it is, and with `--launcher ray` (`--workers 2` where the step can be shared)
on a cluster of two cores that is started here and stopped at the end. Files are compared byte by byte; those that
differ, by their numbers: the largest difference of weights, and the fields of JSON files that are neither clocks nor
the launcher's name. Files of other kinds that differ (pages, rows) are named as not compared.

- text: data build, encode, train (LoRA on the upper layers of MiniLM), evaluate, score. What a step reads is what the
  one before it wrote here.
- vision: data build adapter, preprocess, encode, train (a head), stack evaluate, on what `pointsman demo vision` makes.
- pace: texts a second of `encode` on MiniLM at the default depth, here, and on Ray with one worker and with two. One
  thread a worker.

Bar: the same bytes of data, tensors, features and scores; figures of training and judging the same to 1e-3.
"""

from __future__ import annotations

import functools
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import common
import yaml
from bundle import texts

NAME = "launchers"
PARTS = ("text", "vision", "pace")
CLOSE = 1e-3
CLOCKS = (
    "second",
    "_ms",
    "time",
    "date",
    "created",
    "launcher",
    "latency",
    "speed",
    "memory",
    "sha256",
    "bytes",
    "path",
)
BIN = Path(sys.executable).parent

_HEAD = """
import sys
import ray
address = ray.init(address="local", num_cpus=2, include_dashboard=False).address_info["gcs_address"]
print(address, flush=True)
sys.stdin.read()
"""


@contextmanager
def cluster() -> Iterator[str]:
    """Start a Ray cluster of two cores on this machine; gives its address."""
    quiet = {**os.environ, "RAY_USAGE_STATS_ENABLED": "0", "RAY_worker_niceness": "0"}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen([sys.executable, "-c", _HEAD], env=quiet, text=True, **pipes) as head:
        assert head.stdin is not None
        assert head.stdout is not None
        yield head.stdout.readline().strip() or common.stop("Ray did not start")
        head.stdin.close()


def told(*words: object, store: Path | None = None) -> tuple[float, dict[str, Any]]:
    """Give a command; returns its seconds and what it printed."""
    around = {**os.environ, "OMP_NUM_THREADS": "1", **({"POINTSMAN_STORE": str(store)} if store else {})}
    began = time.perf_counter()
    done = subprocess.run(
        [str(BIN / "pointsman"), *map(str, words), "--json"], capture_output=True, text=True, env=around
    )
    if done.returncode:
        common.stop(f"pointsman {words[0]}: {done.stderr.strip().splitlines()[-1]}")
    return time.perf_counter() - began, json.loads(done.stdout)


def compared(here: Path, there: Path) -> common.Row:
    """Compare two folders, file by file."""
    names = sorted({str(f.relative_to(at)) for at in (here, there) for f in at.rglob("*") if f.is_file()})
    row: common.Row = {"files": len(names), "same": 0, "absent": [], "weights": 0.0, "figures": 0.0, "fields": []}
    row["unread"] = []
    for name in names:
        one, other = here / name, there / name
        if name.startswith("tensorboard/"):
            row["files"] -= 1  # named after the second, the machine and the process
        elif not (one.is_file() and other.is_file()):
            row["absent"].append(name)
        elif one.read_bytes() == other.read_bytes():
            row["same"] += 1
        elif name.endswith(".safetensors"):
            row["weights"] = _farther(row["weights"], _weights(one, other))
        elif name.endswith(".json"):
            a, b = (json.loads(file.read_text("utf-8")) for file in (one, other))
            for field, apart in _fields(a, b, name):
                row["figures"] = _farther(row["figures"], apart)
                if not apart <= CLOSE:
                    row["fields"].append(field)
        else:
            row["unread"].append(name)
    return row


def _farther(one: float, other: float) -> float:
    """Return the larger; what is no number is infinitely far."""
    return float("inf") if math.isnan(other) else max(one, other)


def _weights(one: Path, other: Path) -> float:
    from safetensors.numpy import load_file

    a, b = load_file(one), load_file(other)
    if a.keys() != b.keys() or any(a[key].shape != b[key].shape for key in a):
        return float("inf")
    return max(float(abs(a[key].astype("float64") - b[key]).max()) for key in a)


def _fields(one: Any, other: Any, at: str) -> Iterator[tuple[str, float]]:
    """Give each field that differs, and by how much: infinitely where it is no number."""
    last = at.rsplit("/", 1)[-1].lower()
    if one == other or at == "manifest.json/files" or any(clock in last for clock in CLOCKS):  # files' own digests
        return
    if isinstance(one, dict) and isinstance(other, dict):
        for key in one.keys() | other.keys():
            yield from _fields(one.get(key), other.get(key), f"{at}/{key}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for a, b in zip(one, other, strict=True):
            yield from _fields(a, b, at)
    elif isinstance(one, float | int) and isinstance(other, float | int):
        yield at, abs(one - other)
    else:
        yield at, float("inf")


def both(results: common.Results, address: str, work: Path, name: str, *words: object, shared: bool = True) -> Path:
    """Do a step here and on the cluster, by two workers where they can share it; returns what it wrote here."""
    outs = work / f"{name.replace(' ', '-')}-here", work / f"{name.replace(' ', '-')}-ray"
    ray = ("--launcher", "ray", "--address", address, *(("--workers", "2") if shared else ()))
    # Neither way finds what the other one has computed.
    stores = (None, None) if "encode" in words else (work / "store-here", work / "store-ray")
    here, _ = told(*words, "--out", outs[0], store=stores[0])
    there, _ = told(*words, "--out", outs[1], *ray, store=stores[1])
    row = results.add({"step": name}, {"here": here, "ray": there, **compared(*outs)})
    print(json.dumps(row), flush=True)
    return outs[0]


def text(results: common.Results, address: str, work: Path) -> None:
    """Compare the steps of a text router."""
    step = functools.partial(both, results, address, work)
    cpu = ("--device", "cpu")
    data = step("data build", "data", "build", "intent", "--source", "embedded", "--max-samples", 600, shared=False)
    step("encode", "encode", data, "--model", "minilm", *cpu)
    router = step("train", "train", "intent", "--data", data, "--precision", "fp32", *cpu)
    step("evaluate", "evaluate", router, "--data", data, shared=False)
    bundle = work / "bundle"
    told("export", router, "--format", "bundle", "--out", bundle)
    step("score", "score", bundle, "--data", data / "train.jsonl", "--block-rows", 64)


def vision(results: common.Results, address: str, work: Path) -> None:
    """Compare the steps of a vision router and its stack."""
    step = functools.partial(both, results, address, work)
    demo = work / "demo"
    told("demo", "vision", "--out", demo, "--screens", 60, "--device", "cpu")
    sources = [f"{folder.name}={folder}" for folder in sorted((demo / "sources").iterdir())]
    flags = [word for source in sources for word in ("--experts", source)]
    base = yaml.safe_load((demo / "experts.yaml").read_text("utf-8"))["base"]
    data = step("data build adapter", "data", "build", "adapter", *flags, shared=False)
    tensors = step("preprocess", "preprocess", data, "--model", base, "--threads", 1)
    step("encode of tensors", "encode", tensors, "--device", "cpu", "--precision", "fp32")
    step("train a head", "train", "adapter", "--data", data, "--model", base, "--device", "cpu", "--precision", "fp32")
    step(
        "stack evaluate",
        "stack",
        "evaluate",
        demo / "data",
        "--stack",
        demo / "experts.yaml",
        "--max-samples",
        12,
        shared=False,
    )


def pace(results: common.Results, address: str, work: Path, count: int) -> None:
    """Measure how many texts a second `encode` takes."""
    from pointsman.backbones import resolve
    from pointsman.encoding.tokens import read_tokenizer

    tokenizer = read_tokenizer(resolve("minilm").path / "tokenizer.json")
    tokenizer.no_padding()
    tokenizer.no_truncation()
    base = texts(tokenizer, 512)
    rows = ({"text": f"{base[number % len(base)]} {number}"} for number in range(count))
    data = common.write_jsonl(work / "pace.jsonl", rows)
    found = {}
    for name, flags in {
        "here": (),
        "ray 1": ("--launcher", "ray", "--address", address, "--workers", "1"),
        "ray 2": ("--launcher", "ray", "--address", address, "--workers", "2"),
    }.items():
        words = ("encode", data, "--model", "minilm", "--device", "cpu")
        seconds, made = told(*words, "--out", work / f"pace-{name.replace(' ', '-')}", *flags)
        found[name] = results.add({"pace": name}, {"seconds": seconds, "rows_per_second": made["rows_per_second"]})
        print(json.dumps(found[name]), flush=True)
    one = found["ray 1"]["rows_per_second"]
    print(f"two workers: {found['ray 2']['rows_per_second'] / one:.2f} times one")


def main() -> None:
    flags = common.parser(__doc__, NAME, seeds=(), recipe=False)
    flags.add_argument("--parts", nargs="+", default=list(PARTS), choices=PARTS)
    flags.add_argument("--texts", type=int, default=12_000, help="texts of the part 'pace' (default 12,000)")
    args = flags.parse_args()
    results = common.Results(args.out, NAME, 1, resume=args.resume)
    work = Path(tempfile.mkdtemp(prefix="pointsman-launchers-"))
    try:
        with cluster() as address:
            if "text" in args.parts:
                text(results, address, work)
            if "vision" in args.parts:
                vision(results, address, work)
            if "pace" in args.parts:
                pace(results, address, work, args.texts)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    steps = [run for run in results.runs if "step" in run["key"]]
    if steps:
        common.table(
            ["step", "here s", "Ray s", "files", "same bytes", "weights", "figures", "others"],
            [
                [
                    run["key"]["step"],
                    f"{run['here']:.1f}",
                    f"{run['ray']:.1f}",
                    run["files"],
                    run["same"],
                    f"{run['weights']:.1e}",
                    f"{run['figures']:.1e}",
                    ", ".join([*run["absent"], *run["fields"], *(f"{name}: not compared" for name in run["unread"])])
                    or "-",
                ]
                for run in steps
            ],
        )


if __name__ == "__main__":
    main()
