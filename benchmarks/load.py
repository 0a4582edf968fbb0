"""Load on a server from a process of its own: closed-loop clients over kept-alive connections.

    python benchmarks/load.py --url http://127.0.0.1:8080 --clients 64 --seconds 60 --texts texts.json

Prints one JSON object: requests by status, seconds of answered ones (quantiles), requests a second, broken connections.
Written on plain asyncio streams, so that the load costs the machine little beside what is measured. A client that is
sent away (429, 503) waits as long as Retry-After says. Traffic goes to loopback only, for a bounded time.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import random
import time
import urllib.parse
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MOST_SECONDS, MOST_CLIENTS = 900, 512


class Tally:
    """What all clients saw."""

    def __init__(self) -> None:
        self.statuses: Counter[int] = Counter()
        self.seconds: list[float] = []
        self.broken: Counter[str] = Counter()
        self.first_good: float | None = None


async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> tuple[int, float | None]:
    """Send a request and read its answer; returns the status and what Retry-After says."""
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    headers = {k.strip().lower(): v.strip() for k, _, v in (line.partition(":") for line in lines[1:])}
    await reader.readexactly(int(headers.get("content-length", "0")))
    retry = headers.get("retry-after")
    return int(lines[0].split()[1]), float(retry) if retry else None


async def client(host: str, port: int, requests: Iterator[bytes], until: float, tally: Tally, seed: int) -> None:
    """Ask one request after another until the time is over."""
    rng = random.Random(seed)
    reader = writer = None
    while time.perf_counter() < until:
        try:
            if writer is None:
                reader, writer = await asyncio.open_connection(host, port)
            assert reader is not None
            started = time.perf_counter()
            status, retry = await one(reader, writer, next(requests))
        except (OSError, asyncio.IncompleteReadError) as error:
            tally.broken[type(error).__name__] += 1
            if writer is not None:
                writer.close()
            writer = None
            await asyncio.sleep(0.05)
            continue
        tally.statuses[status] += 1
        if status == 200:
            tally.seconds.append(time.perf_counter() - started)
        elif retry is not None:
            await asyncio.sleep(min(retry * (0.5 + rng.random()), max(0.0, until - time.perf_counter())))
    if writer is not None:
        writer.close()


async def load(url: str, path: str, texts: list[str], clients: int, seconds: float) -> dict[str, Any]:
    """Return what `clients` saw in some seconds."""
    parts = urllib.parse.urlsplit(url)
    host, port = parts.hostname or "", parts.port or 80
    if host not in ("127.0.0.1", "::1", "localhost"):
        raise SystemExit(f"{url}: load goes to loopback only")
    every = []
    for text in texts:
        body = json.dumps({"text": text}).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        )
        every.append(head.encode() + b"\r\n" + body)
    tally = Tally()
    requests = itertools.cycle(every)
    started = time.perf_counter()
    until = started + min(seconds, MOST_SECONDS)
    await asyncio.gather(*(client(host, port, requests, until, tally, n) for n in range(min(clients, MOST_CLIENTS))))
    spent = time.perf_counter() - started
    ordered = sorted(tally.seconds)

    def at(share: float) -> float | None:
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else None

    return {
        "clients": clients,
        "seconds": spent,
        "statuses": {str(status): count for status, count in sorted(tally.statuses.items())},
        "broken": dict(tally.broken),
        "per_second": len(ordered) / spent,
        "p50_ms": at(0.5),
        "p90_ms": at(0.9),
        "p99_ms": at(0.99),
        "max_ms": 1000 * ordered[-1] if ordered else None,
    }


def main() -> None:
    flags = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    flags.add_argument("--url", required=True)
    flags.add_argument("--path", default="/api/v1/classify/combined")
    flags.add_argument("--clients", type=int, default=1)
    flags.add_argument("--seconds", type=float, default=10)
    flags.add_argument("--texts", type=Path, required=True, help="JSON list of texts, sent in turns")
    args = flags.parse_args()
    texts = json.loads(args.texts.read_text(encoding="utf-8"))
    print(json.dumps(asyncio.run(load(args.url, args.path, texts, args.clients, args.seconds))))


if __name__ == "__main__":
    main()
