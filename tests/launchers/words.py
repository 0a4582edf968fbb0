"""Steps over the words of a file: a single one and a map step, importable where workers run."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pointsman.errors import DataError, OutputError
from pointsman.pipeline.named import named
from pointsman.pipeline.options import Progress
from pointsman.pipeline.step import Block, MapStep, Plan, Report, Step, run_map
from tests.launchers.buckets import BUCKET, Bucket


@dataclass(frozen=True)
class Inner:
    path: Path | None = None


@dataclass(frozen=True)
class Options:
    data: Inner = field(default_factory=Inner)
    typed: tuple[str, ...] = ()
    out: Path | None = None
    other: Path | None = None
    fail: int = -1
    overwrite: bool = False


@dataclass(frozen=True)
class Result:
    path: Path
    text: str


def _lines(options: Options) -> list[str]:
    assert options.data.path is not None
    return options.data.path.read_text().split()


def copy(options: Options, progress: Progress | None = None) -> Result:
    """Write each word of the data to a file of its own, and a manifest in the middle of it."""
    out = options.out
    assert out is not None
    if out.exists() and not options.overwrite:
        raise OutputError(f"{out} exists already: choose another --out")
    if out.exists():
        shutil.rmtree(out)
    words = _lines(options)
    (out / "deep").mkdir(parents=True, exist_ok=True)
    (out / "manifest.json").write_text(json.dumps({"data": named(str(options.data.path)), "words": words}))
    (out / "deep" / "metadata.json").write_text("{}")
    for number, word in enumerate(words):
        if number == options.fail:
            raise DataError(f"{options.data.path}:{number}: wrong")
        (out / "deep" / f"{number}.txt").write_text(word)
    return Result(out, f"{out}: {len(words)} words of {options.data.path}")


def plan(options: Options, tell: Progress) -> Plan[Options]:
    out = options.out
    assert out is not None
    out.mkdir(parents=True, exist_ok=True)
    if not (out / "summary.json").exists():
        (out / "summary.json").write_text('{"complete": false}')
    there = {file.stem for file in out.glob("*.txt")}
    blocks = [{"name": f"{n}", "rows": 1} for n in range(len(_lines(options))) if f"{n}" not in there]
    tell.say(f"{out}: {len(blocks)} left")
    return Plan(options, blocks, len(_lines(options)), len(there))


class Upper:
    """Writes a word in capitals."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.words = _lines(options)

    def __call__(self, block: Block) -> Report:
        number = int(block["name"])
        if number == self.options.fail:
            raise DataError(f"{self.options.data.path}:{number}: wrong")
        assert self.options.out is not None
        temporary = self.options.out / f".{number}.tmp"
        temporary.write_text(self.words[number].upper())
        temporary.replace(self.options.out / f"{number}.txt")
        return {**block, "data": named(str(self.options.data.path))}


def finish(work: Plan[Options], reports: Sequence[Report], tell: Progress) -> Result:
    out = work.options.out
    assert out is not None
    (out / "summary.json").write_text('{"complete": true}')
    return Result(out, " ".join((out / f"{n}.txt").read_text() for n in range(work.rows)))


COPY = Step("copy", Options, copy, reads=("data.path", "typed"), writes="out")
UPPER: MapStep[Options, Result] = MapStep(
    "upper",
    Options,
    lambda options, progress=None: run_map(UPPER, options, progress),
    reads=("data.path",),
    writes="out",
    plan=plan,
    worker=Upper,
    finish=finish,
)


def options_for(bucket: Bucket, words: str = "one two three", **more: Any) -> Options:
    url = bucket.write("in/words.txt", words)
    return Options(Inner(Path(url)), out=Path(f"s3://{BUCKET}/out/made"), **more)
