"""Scoring a corpus: rows a second in this process, on Ray with one worker and with two; and ten kills.

    make bench-score ARGS="--bundle runs/bundle"
    .venv/bin/python benchmarks/score.py --bundle DIR [--parts local ray kills] [--rows 20000] [--rounds 3]

`--bundle` holds the five routers of `pointsman demo`, exported by `pointsman export … --format bundle`; without it the
artifacts in `--routers` are exported first. Texts have 64 tokens and a number, all different, in four JSONL files.

- speed: `pointsman.launchers.launch`, each run a process of its own with an output of its own, one thread a worker, the
  ways in turns, --rounds times. A run has spans: imports, the start of a Ray runtime of its own, the plan, loading
  (workers and their models, until the first block is begun), scoring (until the last block's end), what comes after.
  Ratios are those of one round's scoring, the figure is their median. Bars: with one Ray worker at most 15 % longer
  than in this process; two workers at least 1.5 times as fast as one; every part the same bytes, whoever wrote it.
- kills: the same rows in small blocks through `pointsman score`, killed (SIGKILL) ten times at moments drawn anew, run
  to the end after. Bar: every row once, and the bytes of a run that nobody killed.
"""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import common
from bundle import TASKS, export, texts

NAME = "score"
PARTS = ("local", "ray", "kills")
OVERHEAD, FASTER, KILLS = 0.15, 1.5, 10

_CHILD = """
import json, sys, time
began = time.time()
from pathlib import Path
from pointsman.launchers import LauncherSettings, launch
from pointsman.pipeline.score import STEP, ScoreOptions
imported = time.time()
bundle, data, out, launcher, workers, block_rows, precision = sys.argv[1:]
options = ScoreOptions((Path(bundle),), (data,), out, block_rows=int(block_rows), precision=precision, threads=1)
class Tell:
    at = {}
    def say(self, line):
        self.at.setdefault(line.partition(":")[0], time.time())
    def advance(self, *told): ...
tell = Tell()
address = "local" if launcher == "ray" else None
settings = LauncherSettings(launcher=launcher, address=address, workers=int(workers), cpus=1)
found = launch(STEP, options, settings, tell)
started, ended = tell.at.get("ray", imported), time.time()
row = {"imports": imported - began, "start": started - imported, "plan": tell.at["score"] - started}
row["loading"] = started + found.summary["startup_seconds"] - tell.at["score"]
row["scoring"] = found.summary["scoring_seconds"]
row["after"] = ended - began - sum(row.values())
row |= {key: found.summary[key] for key in ("rows_per_second", "rows_per_worker_second", "parts")}
print(json.dumps(row))
"""


def write_rows(folder: Path, rows: Sequence[str]) -> Path:
    """Write rows in four JSONL files."""
    folder.mkdir(parents=True)
    for number in range(4):
        some = [{"id": str(i), "text": rows[i]} for i in range(number, len(rows), 4)]
        common.write_jsonl(folder / f"rows-{number}.jsonl", some)
    return folder


def digest(out: Path) -> str:
    """Return a digest of all parts, names and bytes."""
    found = hashlib.sha256()
    for part in sorted(out.glob("part-*.parquet")):
        found.update(part.name.encode() + part.read_bytes())
    return found.hexdigest()


def run_once(bundle: Path, data: Path, work: Path, launcher: str, workers: int, args: Any) -> common.Row:
    """Score everything in a process of its own; returns its spans in seconds."""
    out = Path(tempfile.mkdtemp(dir=work)) / "out"
    told = [bundle, data, out, launcher, workers, args.block_rows, args.precision]
    done = subprocess.run([sys.executable, "-c", _CHILD, *map(str, told)], capture_output=True, text=True)
    if done.returncode:
        common.stop(f"scoring with {launcher} failed: {done.stderr.strip().splitlines()[-1]}")
    row: common.Row = {**json.loads(done.stdout.strip().splitlines()[-1]), "digest": digest(out)}
    shutil.rmtree(out.parent)
    return row


def kills(bundle: Path, data: Path, work: Path, args: Any) -> common.Row:
    """Kill the command ten times at random moments; returns what was found in the end."""
    import pyarrow.parquet as pq

    program = [str(Path(sys.executable).parent / "pointsman"), "score", str(bundle), "--data", str(data), "--quiet"]
    program += ["--precision", args.precision, "--threads", "1", "--block-rows", "64"]
    whole = work / "whole"
    began = time.monotonic()
    subprocess.run([*program, "--out", str(whole)], check=True, capture_output=True)
    seconds = time.monotonic() - began
    rng, moments, wrong, out, runs = random.Random(args.seed), [], 0, work / "killed-0", 0
    while len(moments) < KILLS:
        child = subprocess.Popen([*program, "--out", str(out)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        moment = rng.uniform(0, seconds)
        try:
            child.wait(moment)
            wrong += digest(out) != digest(whole)
            runs += 1
            out = work / f"killed-{runs}"
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
            moments.append({"second": round(moment, 2), "parts": len(list(out.glob("part-*.parquet")))})
    subprocess.run([*program, "--out", str(out)], check=True, capture_output=True)
    ids = [i for part in sorted(out.glob("part-*.parquet")) for i in pq.read_table(part)["id"].to_pylist()]
    expected = sum(len(file.read_text().splitlines()) for file in data.iterdir())
    return {
        "whole_seconds": seconds,
        "kills": moments,
        "rows": len(ids),
        "expected": expected,
        "distinct": len(set(ids)),
        "same_bytes": wrong == 0 and digest(out) == digest(whole),
    }


def main() -> None:
    flags = common.parser(__doc__, NAME, seeds=(), recipe=False)
    flags.add_argument("--routers", type=Path, default=Path("runs/demo"), help="folder of the five artifacts")
    flags.add_argument("--bundle", type=Path, help="their bundle, where it is exported already")
    flags.add_argument("--parts", nargs="+", default=list(PARTS), choices=PARTS)
    flags.add_argument("--rows", type=int, default=20_000, help="rows to score (default 20,000)")
    flags.add_argument("--kill-rows", type=int, default=4_000, help="rows of the part 'kills' (default 4,000)")
    flags.add_argument("--rounds", type=int, default=3, help="runs of each way, in turns (default 3)")
    flags.add_argument("--block-rows", type=int, default=512, help="rows of a block (default 512)")
    flags.add_argument("--precision", default="int8", help="of the graph (default int8)")
    flags.add_argument("--seed", type=int, default=8, help="of the moments of the kills")
    args = flags.parse_args()
    args.out = args.out.resolve()
    results = common.Results(args.out, NAME, 1, resume=args.resume)
    with tempfile.TemporaryDirectory(prefix="bench-score-") as place:
        work = Path(place)
        bundle = args.bundle or export([args.routers / task for task in TASKS], "bundle", work / "bundle")[0]
        from pointsman.artifacts import layout
        from pointsman.encoding.tokens import read_tokenizer

        base = texts(read_tokenizer(bundle / layout.TOKENIZER), 512)
        rows = [f"{base[n % len(base)]} {n}" for n in range(max(args.rows, args.kill_rows))]
        if speeds := [part for part in args.parts if part != "kills"]:
            measure(results, bundle, write_rows(work / "data", rows[: args.rows]), work, args, ray="ray" in speeds)
        if "kills" in args.parts:
            key = {"part": "kills", "rows": args.kill_rows, "seed": args.seed}
            if results.find(key) is None:
                results.add(key, kills(bundle, write_rows(work / "few", rows[: args.kill_rows]), work, args))
    _report(results)
    print(f"written: {args.out}")


def measure(results: common.Results, bundle: Path, data: Path, work: Path, args: Any, *, ray: bool) -> None:
    """Run every way in turns."""
    ways = [("local", 1), *([("ray", 1), ("ray", 2)] if ray else [])]
    for number in range(args.rounds):
        for launcher, workers in ways if number % 2 == 0 else ways[::-1]:
            key = {"part": "speed", "round": number, "launcher": launcher, "workers": workers, "rows": args.rows}
            if results.find(key) is None:
                row = results.add(key, run_once(bundle, data, work, launcher, workers, args))
                print(f"  {launcher}, {workers}: {row['rows_per_second']:.0f} rows/s, scoring {row['scoring']:.1f} s")


def _report(results: common.Results) -> None:
    speed = [run for run in results.runs if run["key"]["part"] == "speed"]
    spans = ("imports", "start", "plan", "loading", "scoring", "after")
    ways = list(dict.fromkeys((run["key"]["launcher"], run["key"]["workers"]) for run in speed))
    rows, bars = [], []
    by_way = {
        way: {r["key"]["round"]: r for r in speed if (r["key"]["launcher"], r["key"]["workers"]) == way} for way in ways
    }
    for (launcher, workers), runs in by_way.items():
        middle = {name: statistics.median(run[name] for run in runs.values()) for name in (*spans, "rows_per_second")}
        rows.append(
            [launcher, workers, *(f"{middle[name]:.1f} s" for name in spans), f"{middle['rows_per_second']:.0f}"]
        )
    if rows:
        common.table(("launcher", "workers", "imports", "start", "plan", "loading", "scoring", "after", "rows/s"), rows)

    def ratio(of: tuple[str, int], to: tuple[str, int]) -> float | None:
        both = by_way.get(of, {}).keys() & by_way.get(to, {}).keys()
        return statistics.median(by_way[of][n]["scoring"] / by_way[to][n]["scoring"] for n in both) if both else None

    if (over := ratio(("ray", 1), ("local", 1))) is not None:
        bars.append(
            (
                "Ray, one worker, over local",
                f"{100 * (over - 1):+.1f} %",
                over - 1 <= OVERHEAD,
                f"{100 * OVERHEAD:.0f} %",
            )
        )
    if (gain := ratio(("ray", 1), ("ray", 2))) is not None:
        bars.append(("Ray, two workers over one", f"{gain:.2f}", gain >= FASTER, f"{FASTER}"))
    if len(ways) > 1:
        same = len({run["digest"] for run in speed}) == 1
        bars.append(("the same bytes", "yes" if same else "no", same, "yes"))
    for run in results.runs:
        if run["key"]["part"] == "kills":
            once = run["rows"] == run["distinct"] == run["expected"] and run["same_bytes"]
            told = f"{run['distinct']:,} of {run['expected']:,} rows, {run['rows'] - run['distinct']} double"
            bars.append((f"{len(run['kills'])} kills", told, once, "every row once"))
    common.table(("what", "measured", "bar", ""), [[a, b, d, "met" if c else "MISSED"] for a, b, c, d in bars])
    results.summarise("bars", {a: {"measured": b, "met": c, "bar": d} for a, b, c, d in bars})


if __name__ == "__main__":
    main()
