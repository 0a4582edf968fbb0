"""The preprocess step: routing rows to tensors on disk, once, on the CPU: chat template, tokens, image patches.

It loads tokenizer and image processor alone. What it writes is what serving would make of the same request, bit for
bit; `encode` reads it on another machine. A run that was killed goes on where it stopped.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
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
from pointsman.pipeline.options import Progress, Silent
from pointsman.pipeline.pace import Pace

DEFAULT_MODEL = "qwen3-vl-8b"


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
        workers: threads that prepare; None: one for each core.
        overwrite: remove what an earlier run wrote there.
    """

    data: Path
    out: Path
    model: str = DEFAULT_MODEL
    template: Template = Template()  # noqa: RUF009 - frozen
    shard_mb: int = shards.SHARD_BYTES // 1_000_000
    workers: int | None = None
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
    """Prepare every row that the folder does not hold yet.

    Raises:
        PointsmanError: anything wrong with options, rows or the place; what was prepared before stays.
    """
    from pointsman.backbones import resolve

    if options.shard_mb < 1:
        raise ConfigError(f"--shard-mb {options.shard_mb}: use at least 1")
    if options.workers is not None and options.workers < 1:
        raise ConfigError(f"--workers {options.workers}: use at least 1")
    data = read_routing_rows(options.data)
    backbone = resolve(options.model)
    return prepare_rows(data, Preparer(backbone), options, progress or Silent())


def prepare_rows(data: RoutingRows, preparer: Preparer, options: PreprocessOptions, tell: Progress) -> PreprocessResult:
    """Prepare rows that were read; see `preprocess`."""
    started = time.perf_counter()
    out, backbone = options.out, preparer.backbone
    settings = shards.Settings.of(backbone, options.template)
    content: dict[str, Any] = {
        "complete": False,
        "settings": settings.to_dict(),
        "backbone": {"name": backbone.name, "digest": backbone.digest, "source": backbone.source},
        "labels": list(data.labels),
        "data": {"path": str(data.path), "digest": data.digest},
        "versions": {"pointsman": __version__, **{name: version(name) for name in ("transformers", "pillow", "numpy")}},
    }
    _begin(options, settings, data, content)
    there = _there(out, tell)
    index = {label: number for number, label in enumerate(data.labels)}
    every = list(data.rows)
    writer = shards.ShardWriter(out, preparer.image_token, options.shard_mb * 1_000_000)

    def make(row: tuple[str, Example]) -> tuple[shards.TensorRow, Prepared] | None:
        part, example = row
        key = request_key(example)
        label = shards.NO_LABEL if example.label is None else index[example.label]
        if (key, part, example.source, label) in there:
            return None
        made = preparer.prepare(example, options.template)
        return shards.row_of(key, example.source, part, label, made), made

    computed, pace = 0, Pace(tell, "preprocess")
    try:
        with room_for(out):
            for number, made in enumerate(in_order(make, every, options.workers or cores()), start=1):
                if made is not None:
                    writer.add(*made)
                    computed += 1
                pace(number, len(every))
    finally:
        writer.flush()  # what was prepared before a faulty row, or an interrupt, is not prepared again
    seconds = time.perf_counter() - started
    description = shards.write_description(out, {**content, "complete": True, **_counted(out, data.labels)})
    if computed:
        tell.say(f"preprocess: {computed:,} of {len(every):,} rows in {seconds:.1f} s, {computed / seconds:.1f} rows/s")
    else:
        tell.say(f"preprocess: all {len(every):,} rows were there already")
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


def _there(out: Path, tell: Progress) -> set[tuple[bytes, str, str, int]]:
    """Return the rows that are there; what a shard that cannot be read held is made anew."""
    found: set[tuple[bytes, str, str, int]] = set()
    for shard in shards.shard_files(out):
        try:
            found |= {(row.key, row.part, row.id, row.label) for row in shards.read_rows(shard)}
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
