"""The service under load: one client, many, twice too many, beside what people put up first; soak and fuzzing.

    make bench-serve ARGS="--routers runs/demo"
    .venv/bin/python benchmarks/serve.py --routers runs/demo [--parts one many rival soak fuzz schema] [--seconds 60]

Servers are real processes on loopback (`pointsman serve`, cache off unless said), load comes from another
(benchmarks/load.py): on a machine of two cores the load itself costs the server some of its own time. Texts have 64
tokens, all different. `--routers` holds the five artifacts of `pointsman demo`.

- one: a client asks for all five tasks, one text after another; the same texts through the engine in this process
  (graph, tokeniser and decisions, no HTTP) in turns with it. Bars: p50 at most 15 ms, p99 at most 40 ms, and at most
  2 ms above the engine's p50.
- many: 64 clients for --seconds; bar: at least 80 % of the engine's best batch throughput (batches of 32 and 64 of the
  same texts, measured just before and just after), no error. Then 128 clients against a server that lets 64 texts
  wait: it answers 503 with Retry-After; bar: a single client is served as before within 2 s after they have gone.
- rival: five Transformers pipelines behind FastAPI (benchmarks/rival_server.py), the same clients; blocks in turns.
  Bars: 6 times its throughput with 64 clients, a sixth of its p50 with one.
- soak: 10 minutes of 8 clients with a reload each 30 s; bars: no failed request, resident memory after the second
  minute grows by less than 5 %.
- fuzz: 2,000 requests of random and spoiled bytes; bar: no 500, the server lives.
- schema: schemathesis against /openapi.json; bar: no server error, no violation.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import common
from bundle import TASKS, clock, export, quantiles, texts

NAME = "serve"
HERE = Path(__file__).parent
P50, P99, ADDED = 15.0, 40.0, 2.0
SHARE, RECOVERY = 0.8, 2.0
RIVAL, GROWTH = 6.0, 0.05
PARTS = ("one", "many", "rival", "soak", "fuzz", "schema")


@contextlib.contextmanager
def server(arguments: Sequence[str], log: Path, **environment: str) -> Iterator[tuple[str, int]]:
    """Run a server until the block ends; gives its address and process id."""
    with log.open("wb") as stream:
        child = subprocess.Popen(
            list(arguments), stdout=stream, stderr=subprocess.STDOUT, env={**os.environ, **environment}
        )
    try:
        yield _address(child, log), child.pid
        child.send_signal(signal.SIGTERM)
        child.wait(60)
        if child.returncode not in (0, -signal.SIGTERM):
            common.stop(f"the server ended with exit code {child.returncode}: see {log}")
    finally:
        child.kill()
        child.wait()


def _address(child: subprocess.Popen[bytes], log: Path) -> str:
    until = time.monotonic() + 120
    while time.monotonic() < until and child.poll() is None:
        if found := re.search(r"http://127\.0\.0\.1:\d+", log.read_text(encoding="utf-8", errors="replace")):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(found[0] + "/ready", timeout=5).close()
                return found[0]
        time.sleep(0.05)
    return common.stop(f"the server does not come up: see {log}")


def ours(bundle: Path, log: Path, *flags: str, cache: int = 0) -> contextlib.AbstractContextManager[tuple[str, int]]:
    """Run `pointsman serve` on a free port."""
    program = str(Path(sys.executable).parent / "pointsman")
    arguments = [program, "serve", str(bundle), "--port", "0", "--precision", "int8", "--log", "off"]
    return server([*arguments, "--cache", str(cache), *flags], log)


def load(url: str, rows: Path, clients: int, seconds: float, path: str = "/api/v1/classify/combined") -> common.Row:
    """Return what clients of another process saw."""
    arguments = [sys.executable, str(HERE / "load.py"), "--url", url, "--texts", str(rows), "--path", path]
    arguments += ["--clients", str(clients), "--seconds", str(seconds)]
    row: common.Row = json.loads(subprocess.run(arguments, check=True, capture_output=True).stdout)
    return row


def resident(pid: int) -> int:
    """Return the resident memory of a process in bytes."""
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return 1024 * int(found[1]) if found else 0


class Bench:
    """What all parts share: an int8 bundle, distinct texts, a folder for logs."""

    def __init__(self, routers: Path, work: Path, args: Any) -> None:
        import pointsman
        from pointsman.artifacts import layout
        from pointsman.encoding.tokens import read_tokenizer

        paths = [routers / task for task in TASKS]
        self.work, self.args, self.paths = work, args, paths
        self.bundle = args.bundle or export(paths, "bundle", work / "bundle")[0]
        self.engine = pointsman.load_bundle(self.bundle, precision="int8", threads=args.threads)
        self.texts = texts(read_tokenizer(self.bundle / layout.TOKENIZER), 512)
        self.rows = work / "texts.json"
        self.rows.write_text(json.dumps(self.texts), encoding="utf-8")

    def one(self) -> common.Row:
        """One client, in turns with the engine alone."""
        blocks = []
        for number in range(5):
            at = clock({"engine": lambda n: self.engine.predict_all([self.texts[n % 512]], probabilities=True)}, 200)
            with ours(self.bundle, self.work / f"one{number}.log") as (url, _):
                load(url, self.rows, 1, 2)
                blocks.append({"engine": quantiles(at["engine"]), "http": load(url, self.rows, 1, 5)})
        engine = statistics.median(block["engine"]["p50_ms"] for block in blocks)
        p50, p99 = (statistics.median(block["http"][key] for block in blocks) for key in ("p50_ms", "p99_ms"))
        added = statistics.median(block["http"]["p50_ms"] - block["engine"]["p50_ms"] for block in blocks)
        return {
            "blocks": blocks,
            "bars": [
                ("one client, p50", f"{p50:.1f} ms", p50 <= P50, f"{P50} ms"),
                ("one client, p99", f"{p99:.1f} ms", p99 <= P99, f"{P99} ms"),
                ("above the engine's p50", f"{added:.2f} ms (engine {engine:.2f})", added <= ADDED, f"{ADDED} ms"),
            ],
        }

    def best(self) -> float:
        """Return the engine's best throughput, texts a second."""
        asked = {
            str(size): (lambda n, size=size: self.engine.predict_all(self.texts[:size], probabilities=True))
            for size in (32, 64)
        }
        return max(int(size) / statistics.median(found) for size, found in clock(asked, 9, 1).items())

    def many(self) -> common.Row:
        """64 clients, then twice as many against a short queue."""
        before = self.best()
        with ours(self.bundle, self.work / "many.log") as (url, _):
            load(url, self.rows, 64, 5)
            busy = load(url, self.rows, 64, self.args.seconds)
        after = self.best()
        engine = (before + after) / 2
        share = busy["per_second"] / engine
        clean = set(busy["statuses"]) == {"200"} and not busy["broken"]
        with ours(self.bundle, self.work / "shed.log", "--max-queue", "64", "--max-texts", "64") as (url, _):
            calm = load(url, self.rows, 1, 5)
            arguments = [sys.executable, str(HERE / "load.py"), "--url", url, "--texts", str(self.rows)]
            crowd = subprocess.Popen(
                [*arguments, "--clients", "128", "--seconds", "15"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
            told, _ = crowd.communicate()
            recovered = _recovery(url, self.texts, 2 * calm["p50_ms"])
        shed = json.loads(told)
        sent_away = sum(count for status, count in shed["statuses"].items() if status in ("429", "503"))
        others = set(shed["statuses"]) - {"200", "429", "503"}
        return {
            "engine_per_second": [before, after],
            "busy": busy,
            "shed": shed,
            "recovery_seconds": recovered,
            "bars": [
                (
                    "64 clients",
                    f"{busy['per_second']:.0f}/s of {engine:.0f}/s: {share:.2f}",
                    share >= SHARE,
                    f"{SHARE}",
                ),
                ("64 clients, errors", f"{'none' if clean else busy['statuses']}", clean, "none"),
                ("64 clients, p99", f"{busy['p99_ms']:.0f} ms", busy["p99_ms"] <= 10_000, "bounded"),
                ("128 clients, sent away", f"{sent_away}", sent_away > 0 and not others, "429/503 only"),
                ("recovery", f"{recovered:.2f} s", recovered <= RECOVERY, f"{RECOVERY} s"),
            ],
        }

    def rival(self) -> common.Row:
        """The same clients against the plain server, in turns."""
        merged = [export([path], "merged", self.work / "merged")[0] for path in self.paths]
        named = [f"{task}={folder}" for task, folder in zip(TASKS, merged, strict=True)]
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        arguments = [sys.executable, str(HERE / "rival_server.py"), str(port), str(self.args.threads), *named]
        blocks = []
        for number in range(3):
            log = self.work / f"rival{number}.log"
            log.write_text("")
            with server(["sh", "-c", f'echo "http://127.0.0.1:{port}"; exec "$0" "$@"', *arguments], log) as (url, _):
                load(url, self.rows, 1, 3)
                theirs = {"one": load(url, self.rows, 1, 10), "many": load(url, self.rows, 64, 20)}
            with ours(self.bundle, self.work / f"beside{number}.log") as (url, _):
                load(url, self.rows, 1, 3)
                mine = {"one": load(url, self.rows, 1, 10), "many": load(url, self.rows, 64, 20)}
            blocks.append({"theirs": theirs, "ours": mine})
        faster = statistics.median(b["theirs"]["one"]["p50_ms"] / b["ours"]["one"]["p50_ms"] for b in blocks)
        more = statistics.median(b["ours"]["many"]["per_second"] / b["theirs"]["many"]["per_second"] for b in blocks)
        return {
            "blocks": blocks,
            "bars": [
                ("throughput, 64 clients", f"{more:.1f} times the plain server's", more >= RIVAL, f"{RIVAL}"),
                ("p50, one client", f"{faster:.1f} times sooner", faster >= RIVAL, f"{RIVAL}"),
            ],
        }

    def soak(self) -> common.Row:
        """Steady load with reloads."""
        minutes = self.args.soak_minutes
        with ours(self.bundle, self.work / "soak.log", cache=1024) as (url, pid):
            arguments = [sys.executable, str(HERE / "load.py"), "--url", url, "--texts", str(self.rows)]
            crowd = subprocess.Popen(
                [*arguments, "--clients", "8", "--seconds", str(60 * minutes)], stdout=subprocess.PIPE
            )
            memory, reloads = [], 0
            started = time.monotonic()
            while crowd.poll() is None:
                time.sleep(5)
                memory.append([time.monotonic() - started, resident(pid)])
                if memory[-1][0] // 30 > reloads and memory[-1][0] < 60 * minutes - 10:
                    reloads += 1
                    os.kill(pid, signal.SIGHUP)
            told, _ = crowd.communicate()
            metrics = urllib.request.urlopen(url + "/metrics", timeout=10).read().decode()
        done = sum(float(m) for m in re.findall(r'pointsman_reloads_total\{result="switched"\} (\S+)', metrics))
        found = json.loads(told)
        clean = set(found["statuses"]) == {"200"} and not found["broken"]
        early = [m for t, m in memory if 120 <= t < 180] or [m for t, m in memory if t < 60]
        late = [m for t, m in memory if t > 60 * minutes - 60]
        growth = statistics.median(late) / statistics.median(early) - 1
        return {
            "load": found,
            "memory": memory,
            "reloads": done,
            "bars": [
                (f"soak of {minutes:g} min, failed", f"{'none' if clean else found}", clean, "none"),
                ("reloads", f"{done:.0f} of {reloads}", done == reloads, "all"),
                ("memory", f"{100 * growth:+.1f} %", growth < GROWTH, "+5 %"),
            ],
        }

    def fuzz(self) -> common.Row:
        """Spoiled requests, raw."""
        rng = random.Random(0)
        with ours(self.bundle, self.work / "fuzz.log", "--read-timeout", "1") as (url, _):
            port = int(url.rsplit(":", 1)[1])
            seen: Counter[str] = Counter()
            for _ in range(2000):
                seen[raw(port, spoiled(rng))] += 1
            urllib.request.urlopen(url + "/ready", timeout=5).close()
        worst = sum(count for status, count in seen.items() if status.startswith("5"))
        return {
            "answers": dict(seen),
            "bars": [("2,000 spoiled requests, 5xx", f"{worst}", worst == 0, "0"), ("server", "lives", True, "lives")],
        }

    def schema(self) -> common.Row:
        """Schemathesis over every endpoint."""
        with ours(self.bundle, self.work / "schema.log") as (url, _):
            program = str(Path(sys.executable).parent / "schemathesis")
            arguments = [program, "run", f"{url}/openapi.json", "--max-examples", "50", "--workers", "1", "--no-color"]
            done = subprocess.run(arguments, capture_output=True, text=True, timeout=1500)
        return {
            "output": done.stdout[-4000:],
            "bars": [("schemathesis", f"exit {done.returncode}", done.returncode == 0, "exit 0")],
        }


def _recovery(url: str, rows: Sequence[str], least_ms: float) -> float:
    """Return the seconds until a single client is served as quickly as before."""
    started = time.perf_counter()
    for text in rows:
        began = time.perf_counter()
        body = json.dumps({"text": text}).encode()
        request = urllib.request.Request(
            url + "/api/v1/classify/combined", data=body, headers={"Content-Type": "application/json"}
        )
        with contextlib.suppress(OSError), urllib.request.urlopen(request, timeout=10) as answer:
            answer.read()
            if 1000 * (time.perf_counter() - began) <= least_ms:
                break
    return time.perf_counter() - started


def spoiled(rng: random.Random) -> bytes:
    """Return one request that something is wrong with, often."""
    paths = [
        "/api/v1/classify/" + name for name in ("intent", "pii", "security", "batch", "combined", "nothing", "%00")
    ]
    path = rng.choice([*paths, "/classify", "/classify?task=pii", "/", "/info/models", "/admin/reload", "/%ff", "//"])
    bodies = [
        b'{"text": "hello"}', b'{"text": null}', b'{"text": "\\ud800"}', b'{"text": "a\\u0000b"}', b"{", b"[]", b"null",
        b'{"texts": ["a", "", 3]}', b'{"inputs": [["x"]]}', b'{"text": "x", "options": {"confidence_threshold": 9}}',
        b"[" * 5000, b'{"text": ' + b"9" * 5000 + b"}", b"\xff\xfe", json.dumps({"text": "x " * 4000}).encode(),
        b'{"texts": [' + b'"a",' * 2000 + b'"a"]}', b'{"text": "x", "options": []}', b"", rng.randbytes(200),
    ]  # fmt: skip
    body = rng.choice(bodies)
    if rng.random() < 0.3 and body:
        at = rng.randrange(len(body))
        body = body[:at] + rng.randbytes(1) + body[at + 1 :]
    length = len(body) if rng.random() < 0.9 else rng.choice([0, len(body) // 2, len(body) + 5, 10**12, -1])
    kind = rng.choice(["application/json", "application/json; charset=utf-8", "text/plain", "", "\x01"])
    method = rng.choice(["POST"] * 6 + ["GET", "PUT", "DELETE", "OPTIONS", "HEAD", "BREW", "\x00"])
    lines = [f"{method} {path} HTTP/1.1", "Host: x", "Connection: close", f"Content-Type: {kind}"]
    request = "\r\n".join([*lines, f"Content-Length: {length}", "", ""]).encode("latin-1") + body
    if rng.random() < 0.1:
        at = rng.randrange(len(request))
        request = request[:at] + rng.randbytes(3) + request[at + 3 :]
    return request


def raw(port: int, request: bytes) -> str:
    """Send bytes, say no more, and return the status that comes back, or what came instead."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(request)
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_WR)
            answer = b""
            while chunk := connection.recv(65_536):
                answer += chunk
    except TimeoutError:
        return "no answer within 5 s"
    except OSError as error:
        return type(error).__name__
    found = re.match(rb"HTTP/1\.1 (\d+)", answer)
    return found[1].decode() if found else "closed"


def main() -> None:
    flags = common.parser(__doc__, NAME, seeds=(), recipe=False)
    flags.add_argument("--routers", type=Path, default=Path("runs/demo"), help="folder of the five artifacts")
    flags.add_argument("--bundle", type=Path, help="their bundle, where it is exported already")
    flags.add_argument("--parts", nargs="+", default=list(PARTS), choices=PARTS)
    flags.add_argument("--seconds", type=float, default=60, help="of the many clients (default 60)")
    flags.add_argument("--soak-minutes", type=float, default=10)
    args = flags.parse_args()
    if not (args.routers / TASKS[0] / "manifest.json").is_file():
        common.stop(f"{args.routers} holds no artifacts: run 'pointsman demo --out {args.routers}' first")
    results = common.Results(args.out, NAME, args.threads, resume=args.resume)
    with tempfile.TemporaryDirectory(prefix="bench-serve-") as work:
        bench = Bench(args.routers, Path(work), args)
        for part in args.parts:
            if results.find({"part": part}) is None:
                run = results.add({"part": part}, getattr(bench, part)())
                common.table(
                    (part, "measured", "bar", ""), [[a, b, d, "met" if c else "MISSED"] for a, b, c, d in run["bars"]]
                )
    print(f"written: {args.out}")


if __name__ == "__main__":
    main()
