"""The preprocess step: routing rows to tensors on disk, once, on the CPU: chat template, tokens, image patches.

It loads tokenizer and image processor alone. What it writes is what serving would make of the same request, bit for
bit; `encode` reads it on another machine. A run that was killed goes on where it stopped: which rows stand in which
shard is decided before any is made, by the images' sizes, so that it matters neither who makes a shard nor when.
"""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

from pointsman import __version__
from pointsman.artifacts.directory import room_for
from pointsman.data.example import Example
from pointsman.encoding import shards
from pointsman.encoding.ahead import cores, in_order
from pointsman.encoding.conversation import Prepared, Preparer, Template
from pointsman.encoding.pooled import request_key
from pointsman.errors import ConfigError, DataError, OutputError
from pointsman.pipeline.named import named
from pointsman.pipeline.options import Progress
from pointsman.pipeline.pace import Pace, elapsed
from pointsman.pipeline.step import Block, MapStep, Plan, Report, run_map, where

DEFAULT_MODEL = "qwen3-vl-8b"

_SHARD_ROWS = 8192
"""Most rows of a shard, however small they are: what a kill may lose."""
_TOGETHER = 4
"""Most shards of a block."""
_BLOCKS = 8
"""Blocks that there are at least, for workers to share, before any has several shards."""

_Identity = tuple[bytes, str, str, int]
"""Key, part, place in the data, and label of a row."""


@dataclass(frozen=True)
class RoutingRows:
    """Rows to prepare, from a routing folder or one file of its rows.

    Attributes:
        path: where they come from.
        labels: in index order.
        parts: rows by part.
        digest: of all of it.
    """

    path: Path
    labels: tuple[str, ...]
    parts: Mapping[str, tuple[Example, ...]]
    digest: str

    @property
    def rows(self) -> Iterator[tuple[str, Example]]:
        """Each row with the name of its part."""
        return ((part, example) for part, examples in self.parts.items() for example in examples)


@dataclass(frozen=True)
class PreprocessOptions:
    """What to prepare.

    Attributes:
        data: routing folder, or a file of routing rows.
        out: folder to write; one that holds a part of the same work is completed.
        model: alias, folder or Hub id.
        template: how a request is put to the model.
        shard_mb: megabytes of a shard.
        threads: that prepare, of each worker; None: one for each core.
        overwrite: remove what an earlier run wrote there.
    """

    data: Path
    out: Path
    model: str = DEFAULT_MODEL
    template: Template = Template()  # noqa: RUF009 - frozen
    shard_mb: int = shards.SHARD_BYTES // 1_000_000
    threads: int | None = None
    overwrite: bool = False


@dataclass(frozen=True)
class PreprocessResult:
    """What was written.

    Attributes:
        path: its folder.
        description: the content of preprocess.json.
        computed: rows prepared now; the others were there already.
        seconds: what it took.
    """

    path: Path
    description: Mapping[str, Any]
    computed: int
    seconds: float


def read_routing_rows(path: Path) -> RoutingRows:
    """Read a routing folder, or one file of routing rows; rows need no label.

    Raises:
        DataError: a row or file at fault.
    """
    from pointsman.data import routing

    found = routing.read_routing(path, need_label=False)
    return RoutingRows(path, found.labels, found.parts, found.digest)


def preprocess(options: PreprocessOptions, progress: Progress | None = None) -> PreprocessResult:
    """Prepare every row that the folder does not hold yet, in this process.

    Raises:
        PointsmanError: anything wrong with options, rows or the place; what was prepared before stays.
    """
    return run_map(STEP, options, progress)


def prepare_rows(data: RoutingRows, preparer: Preparer, options: PreprocessOptions, tell: Progress) -> PreprocessResult:
    """Prepare rows that were read; see `preprocess`."""
    work = plan_rows(data, preparer, options, tell)
    make = ShardMaker(work.options, data, preparer)
    return finish(work, [*work.reports, *(make(block) for block in work.blocks)], tell)


def plan(options: PreprocessOptions, tell: Progress) -> Plan[PreprocessOptions]:
    """Begin the folder, or look what it holds, and decide which rows go into which shard.

    Raises:
        PointsmanError: anything wrong with options, rows or the place.
    """
    from pointsman.backbones import resolve

    if options.shard_mb < 1:
        raise ConfigError(f"--shard-mb {options.shard_mb}: use at least 1")
    if options.threads is not None and options.threads < 1:
        raise ConfigError(f"--threads {options.threads}: use at least 1")
    return plan_rows(read_routing_rows(options.data), Preparer(resolve(options.model)), options, tell)


def plan_rows(
    data: RoutingRows, preparer: Preparer, options: PreprocessOptions, tell: Progress
) -> Plan[PreprocessOptions]:
    """Plan for rows that were read; see `plan`."""
    out, backbone = options.out, preparer.backbone
    settings = shards.Settings.of(backbone, options.template)
    content: dict[str, Any] = {
        "complete": False,
        "settings": settings.to_dict(),
        "backbone": {"name": backbone.name, "digest": backbone.digest, "source": backbone.source},
        "labels": list(data.labels),
        "data": {"path": named(data.path), "digest": data.digest},
        "versions": {"pointsman": __version__, **{name: version(name) for name in ("transformers", "pillow", "numpy")}},
    }
    _begin(options, settings, data, content)
    there = _there(out, tell)
    index = _index(data)
    every = list(data.rows)
    threads = options.threads or cores()
    held: list[str | None] = [None] * len(every)
    if there:
        held = list(in_order(lambda row: there.get(_identity(*row, index)), every, threads))
    missing = [place for place, shard in enumerate(held) if shard is None]
    blocks: list[Block] = []
    if missing:
        limits = preparer.image_size(options.template)
        pace = Pace(tell, "images")
        sizes = []
        for size in in_order(lambda row: shards.expected_bytes(row[1], options.template, limits), every, threads):
            sizes.append(size)
            pace(len(sizes), len(every))
        blocks = _blocks(_cut(sizes, options.shard_mb * 1_000_000), held, data.digest)
    done = len(every) - len(missing)
    settled = replace(options, model=backbone.name, overwrite=False)
    return Plan(settled, blocks, len(every), done, ({"name": "there", "rows": done, "content": content},))


def _cut(sizes: Sequence[int], limit: int) -> list[tuple[int, int]]:
    """Cut rows into shards of at most `limit` bytes (a larger row has one of its own): (start, stop) of each."""
    cuts, held = [0], 0
    for place, size in enumerate(sizes):
        if place > cuts[-1] and (held + size > limit or place - cuts[-1] == _SHARD_ROWS):
            cuts.append(place)
            held = 0
        held += size
    return list(pairwise([*cuts, len(sizes)]))


def _blocks(cuts: Sequence[tuple[int, int]], held: Sequence[str | None], digest: str) -> list[Block]:
    """Return the shards that lack rows, a few to a block: threads then go on while a shard is written.

    Args:
        cuts: rows of each shard.
        held: for each row the shard that holds it.
        digest: of the data.
    """
    todo: list[dict[str, Any]] = []
    for start, stop in cuts:
        rows, own = range(start, stop), shards.shard_name(start, stop)
        if any(held[i] is None for i in rows):
            elsewhere = [i for i in rows if held[i] not in (None, own)]
            todo.append({"start": start, "stop": stop, "elsewhere": elsewhere})
    together = min(_TOGETHER, max(1, len(todo) // _BLOCKS))
    blocks: list[Block] = []
    for first in range(0, len(todo), together):
        some = todo[first : first + together]
        start, stop = some[0]["start"], some[-1]["stop"]
        missing = sum(held[i] is None for one in some for i in range(one["start"], one["stop"]))
        blocks.append({"name": f"{start:08d}-{stop:08d}", "rows": missing, "data": digest, "shards": some})
    return blocks


class ShardMaker:
    """Prepares the rows of a block and writes its shards; what an earlier run left in them is kept.

    Args:
        options: those of the plan.
        data: the rows; None: read here.
        preparer: None: loaded here.
    """

    def __init__(
        self, options: PreprocessOptions, data: RoutingRows | None = None, preparer: Preparer | None = None
    ) -> None:
        from pointsman.backbones import resolve

        self._options = options
        self._data = data or read_routing_rows(options.data)
        self._preparer = preparer or Preparer(resolve(options.model))
        self._rows = list(self._data.rows)
        self._index = _index(self._data)

    def __call__(self, block: Block) -> Report:
        """Make the shards of a block.

        Raises:
            DataError: a row at fault, or the data are not those of the plan; rows before it are written.
            OutputError: the place cannot be written.
        """
        if block["data"] != self._data.digest:
            raise DataError(f"{self._data.path} has changed since the work was planned: run the same command again")
        begun, computed = time.time(), 0
        paths = [self._options.out / shards.shard_name(one["start"], one["stop"]) for one in block["shards"]]
        kept = {_identity_of(row): made for path in paths if path.exists() for row, made in shards.read_shard(path)}
        places = [
            [place for place in range(one["start"], one["stop"]) if place not in set(one["elsewhere"])]
            for one in block["shards"]
        ]

        def make(place: int) -> tuple[shards.TensorRow, Prepared, bool]:
            part, example = self._rows[place]
            key, _, source, label = identity = _identity(part, example, self._index)
            made = kept.get(identity) or self._preparer.prepare(example, self._options.template)
            return shards.row_of(key, source, part, label, made), made, identity not in kept

        ahead = in_order(make, [place for some in places for place in some], self._options.threads or cores())
        with room_for(self._options.out), contextlib.closing(ahead):
            for path, some in zip(paths, places, strict=True):
                computed += self._write(path, islice(ahead, len(some)))
        return {
            "name": block["name"],
            "rows": block["rows"],
            "computed": computed,
            "begun": begun,
            "ended": time.time(),
        }

    def _write(self, path: Path, rows: Iterable[tuple[shards.TensorRow, Prepared, bool]]) -> int:
        """Write a shard; returns how many of its rows are new."""
        found, new = [], 0
        try:
            for row, made, fresh in rows:
                found.append((row, made))
                new += fresh
        finally:
            if new:  # what was prepared before a faulty row, or an interrupt, is not prepared again
                shards.write_shard(path, found, self._preparer.image_token)
        return new


def finish(work: Plan[PreprocessOptions], reports: Sequence[Report], tell: Progress) -> PreprocessResult:
    """Describe what the folder holds now."""
    out = work.options.out
    content = next(report["content"] for report in reports if "content" in report)
    computed = sum(report.get("computed", 0) for report in reports)
    before = shards.read_description(out)
    launcher = (
        where().to_dict() if computed or not before.get("complete") else before.get("launcher", where().to_dict())
    )
    whole = {**content, "complete": True, **_counted(out, content["labels"]), "launcher": launcher}
    description = shards.write_description(out, whole)
    seconds = elapsed(reports)
    if computed:
        rate = computed / max(seconds, 1e-6)
        tell.say(f"preprocess: {computed:,} of {work.rows:,} rows in {seconds:.1f} s, {rate:.1f} rows/s")
    else:
        tell.say(f"preprocess: all {work.rows:,} rows were there already")
    return PreprocessResult(out, description, computed, seconds)


def _begin(
    options: PreprocessOptions, settings: shards.Settings, data: RoutingRows, content: Mapping[str, Any]
) -> None:
    """Make the folder, or see that what it holds is a part of the same work."""
    out = options.out
    try:
        out.mkdir(parents=True, exist_ok=True)
        ours = shards.is_tensor_folder(out)
        if not ours and any(file for file in out.iterdir() if not file.name.endswith(".tmp")):
            raise OutputError(f"{out} holds something else: choose another --out")
        if ours and options.overwrite:
            shards.remove_tensors(out)
        elif ours:
            _same_work(out, settings, data)
            return  # whole or not, it says what it is
        shards.write_description(out, content)
    except (FileExistsError, NotADirectoryError):
        raise OutputError(f"{out} is a file: choose another --out") from None
    except OSError as error:
        raise OutputError(f"{out} cannot be written: {error.strerror}; choose another --out") from None


def _same_work(out: Path, settings: shards.Settings, data: RoutingRows) -> None:
    description = shards.read_description(out)
    wrong = shards.settings_in(description).differences(settings)
    if description["labels"] != list(data.labels):
        wrong.append(f"the labels {', '.join(description['labels'])} (here {', '.join(data.labels)})")
    if description["data"]["digest"] != data.digest:
        wrong.append("other data")
    if wrong:
        raise ConfigError(
            f"{out} holds tensors made with {'; '.join(wrong)}: choose another --out, or pass --overwrite to make "
            "them anew"
        )


def _index(data: RoutingRows) -> dict[str, int]:
    return {label: number for number, label in enumerate(data.labels)}


def _identity(part: str, example: Example, index: Mapping[str, int]) -> _Identity:
    label = shards.NO_LABEL if example.label is None else index[example.label]
    return request_key(example), part, example.source, label


def _identity_of(row: shards.TensorRow) -> _Identity:
    return row.key, row.part, row.id, row.label


def _there(out: Path, tell: Progress) -> dict[_Identity, str]:
    """Return the rows that are there, with their shard's name; what one that cannot be read held is made anew."""
    found: dict[_Identity, str] = {}
    for shard in shards.shard_files(out):
        try:
            found |= {_identity_of(row): shard.name for row in shards.read_rows(shard)}
        except DataError as error:
            tell.say(f"{error}; removed")
            shard.unlink()
    for stray in out.glob(".*.tmp"):
        stray.unlink(missing_ok=True)
    return found


def _counted(out: Path, labels: Sequence[str]) -> dict[str, Any]:
    files = shards.shard_files(out)
    rows = [row for file in files for row in shards.read_rows(file)]
    counts: dict[str, Counter[str]] = {}
    for row in rows:
        name = labels[row.label] if row.label != shards.NO_LABEL else ""
        counts.setdefault(row.part, Counter())[name] += 1
    size = sum(file.stat().st_size for file in files)
    return {
        "rows": len(rows),
        "images": sum(row.patches > 0 for row in rows),
        "tokens": sum(row.tokens for row in rows),
        "truncated": sum(row.truncated for row in rows),
        "counts": {part: dict(found) for part, found in counts.items()},
        "bytes": size,
        "shards": [file.name for file in files],
    }


STEP = MapStep(
    "preprocess",
    PreprocessOptions,
    preprocess,
    reads=("data",),
    writes="out",
    names=("model",),
    needs=("vision",),
    plan=plan,
    worker=ShardMaker,
    finish=finish,
)
