"""The command line: how soon it answers, and the memory that training CLINC150 takes.

    make bench-cli              .venv/bin/python benchmarks/cli.py [--epochs 1] [--depths default all]
                                .venv/bin/python benchmarks/cli.py --no-training

- `pointsman --help`: wall time of the whole process, median of --repeats runs after one that is not counted.
  Bar: at most 0.5 s.
- `import pointsman`: time of the import alone inside a fresh interpreter, median. Bar: at most 0.2 s.
- Memory: the largest resident set (ru_maxrss) of `pointsman train --name clinc --data clinc150.jsonl.gz
  --oos-label oos` in a child process, with an empty activation store, so that the trunk's pass is part of it.
  Bar: at most 2.5 GB (2.5e9 bytes). ru_maxrss counts pages that are mapped from shared libraries and files too.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import common

NAME = "cli"
HELP_BAR, IMPORT_BAR, MEMORY_BAR = 0.5, 0.2, 2.5e9
_IMPORT = "import time; t = time.perf_counter(); import pointsman; print(time.perf_counter() - t)"


def command() -> list[str]:
    """Return the installed `pointsman` of this interpreter's environment."""
    script = Path(sys.executable).parent / "pointsman"
    if not script.is_file():
        common.stop(f"{script} is absent: install the package into this environment first (pip install -e .)")
    return [str(script)]


def wall(arguments: Sequence[str], repeats: int) -> list[float]:
    """Return the wall time of each run of a command, the first left out."""
    times = []
    for _ in range(repeats + 1):
        started = time.perf_counter()
        subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - started)
    return times[1:]


def imports(repeats: int) -> list[float]:
    """Return the time of `import pointsman` in each of several fresh interpreters, the first left out."""
    runs = (
        subprocess.run([sys.executable, "-c", _IMPORT], check=True, capture_output=True, text=True)
        for _ in range(repeats + 1)
    )
    return [float(run.stdout) for run in runs][1:]


def resident(arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> common.Row:
    """Run a command to its end and return its exit code, seconds and largest resident set in bytes."""
    log.parent.mkdir(parents=True, exist_ok=True)
    started = time.perf_counter()
    with log.open("wb") as stream:
        child = subprocess.Popen(arguments, env=dict(environment), stdout=stream, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return {
        "exit_code": child.returncode,
        "seconds": time.perf_counter() - started,
        "max_rss_bytes": usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024),
        "user_seconds": usage.ru_utime,
        "system_seconds": usage.ru_stime,
    }


def main() -> None:
    flags = common.parser(__doc__, NAME, depths=("default",), seeds=(), recipe=False)
    flags.add_argument("--repeats", type=int, default=5, help="runs of --help and of the import (default 5)")
    flags.add_argument("--epochs", type=int, default=1, help="epochs trained (memory does not grow with them)")
    flags.add_argument("--no-training", action="store_true", help="measure the start alone")
    args = flags.parse_args()
    results = common.Results(args.out, NAME, args.threads, resume=args.resume)
    program = command()
    table: list[list[str]] = []

    for name, least, times in (
        ("pointsman --help", HELP_BAR, wall([*program, "--help"], args.repeats)),
        ("import pointsman", IMPORT_BAR, imports(args.repeats)),
    ):
        median = statistics.median(times)
        results.add({"what": name}, {"seconds": times, "median": median})
        results.summarise(name, {"median_seconds": median, "largest": max(times), "bar": least})
        table.append([name, f"{median:.3f} s", f"{max(times):.3f} s", _at_most(median, least, "s")])

    for depth in () if args.no_training else args.depths:
        key = {"what": "memory", "depth": depth, "epochs": args.epochs, "threads": args.threads}
        run = results.find(key)
        if run is None:
            run = results.add(key, training(program, args.epochs, depth, args.threads, args.out.parent / NAME))
        if run["exit_code"]:
            common.stop(f"training ended with exit code {run['exit_code']}: see {run['log']}")
        used = run["max_rss_bytes"]
        results.summarise(f"memory, depth {depth}", {"max_rss_bytes": used, "bar": MEMORY_BAR})
        label = f"train CLINC150, depth {depth}, {args.epochs} epoch{'s' if args.epochs > 1 else ''}"
        table.append(
            [label, f"{used / 1e9:.2f} GB", f"({run['seconds']:.0f} s)", _at_most(used / 1e9, MEMORY_BAR / 1e9, "GB")]
        )
    common.table(("what", "median or peak", "largest", ""), table)
    print(f"written: {args.out}")


def training(program: list[str], epochs: int, depth: str, threads: int, folder: Path) -> common.Row:
    """Train CLINC150 in a child process with an empty store."""
    data = common.data_file("clinc150.jsonl.gz")
    out = folder / f"{depth}-artifact"
    arguments = [*program, "train", "--name", "clinc", "--data", str(data), "--oos-label", "oos"]
    arguments += ["--epochs", str(epochs), "--out", str(out), "--overwrite"]
    if depth != "default":
        arguments += ["--adapt-layers", depth]
    log = folder / f"{depth}.log"
    with tempfile.TemporaryDirectory(prefix="bench-cli-store-") as store:
        environment = {**os.environ, "POINTSMAN_STORE": store, "OMP_NUM_THREADS": str(threads)}
        found = resident(arguments, environment, log)
    return {**found, "command": " ".join(arguments), "log": str(log)}


def _at_most(value: float, most: float, unit: str) -> str:
    return f"bar {most:g} {unit}: {'met' if value <= most else 'MISSED'}"


if __name__ == "__main__":
    main()
