"""The step that encodes texts: each distinct one once through the frozen trunk of an encoder, kept for `train`.

Takes files of rows, more than memory holds. The rows' texts (of a token task: windows of them) are cut into blocks,
the same ones in every run; a block becomes one shard of the store, named after what is in it. Depth, length and
precision are those that `train` would choose. The model is opened only where something is missing.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import torch

from pointsman import __version__, tasks
from pointsman.backbones import Backbone, resolve
from pointsman.backbones import hardware as hw
from pointsman.backbones.cut import load_tokenizer
from pointsman.data import build_folder, storage
from pointsman.data.corpus import CorpusBlock, CorpusFields, cut, find_files
from pointsman.data.corpus_reader import CorpusReader
from pointsman.data.files import PART_NAMES
from pointsman.data.formats import data_extension
from pointsman.encoding.store import ShelfKey, shard_stem, text_key
from pointsman.encoding.trunk import SHARD_TOKENS, Trunk, length_of, trunk_key
from pointsman.encoding.windows import windows
from pointsman.errors import ConfigError, DataError
from pointsman.pipeline.feature_store import KIND, check_kept, settled_hardware, store_in, write_summary
from pointsman.pipeline.named import named
from pointsman.pipeline.options import Progress, TrainOptions, stage
from pointsman.pipeline.pace import elapsed
from pointsman.pipeline.step import Block, MapStep, Plan, Report, run_map, where
from pointsman.tasks.task import Kind
from pointsman.training import recipe as recipes

_ROWS = 512
"""Rows of a block at most: what a kill may lose. Where texts are long they are fewer, see `SHARD_TOKENS`."""


@dataclass(frozen=True)
class EncodeTextsOptions:
    """What to encode.

    Attributes:
        data: a file of rows, a folder with one for each part, or any folder or pattern of such files.
        out: folder of the store; None: the user's own.
        model: alias, folder or Hub id of an encoder; None: that of `train`.
        task: whose rows they are: name or YAML file; None: that of a folder of `data build`, else any that decides one
            label for a text.
        depths: upper layers that `train` is to adapt, one shelf each; none: as many as it would.
        max_length: tokens after which a text is cut off; 0: as `train` does.
        text_field: of the rows.
        device: `auto`, `cpu` or `cuda`.
        precision: `auto`, `bf16` or `fp32`, of the trunk and what is kept.
        kind: of the task; settled by the plan.
    """

    data: Path
    out: Path | None = None
    model: str | None = None
    task: str | None = None
    depths: tuple[int, ...] = ()
    max_length: int = 0
    text_field: str = "text"
    device: hw.Device = "auto"
    precision: hw.Precision = "auto"
    kind: Kind | None = None


@dataclass(frozen=True)
class EncodeTextsResult:
    """What the store holds now.

    Attributes:
        path: the store's folder.
        shelves: for each depth, the name of the folder in it.
        summary: what is told and, with `--out`, written to encode.json for each shelf.
    """

    path: Path
    shelves: Mapping[int, str]
    summary: Mapping[str, Any]


def encode_texts(options: EncodeTextsOptions, progress: Progress | None = None) -> EncodeTextsResult:
    """Encode texts into a store, in this process.

    Raises:
        PointsmanError: anything wrong with options, rows or the place; what was encoded before stays.
    """
    return run_map(STEP, options, progress)


class Texts:
    """The texts of the rows as the trunk is given them: whole, or for a token task in windows.

    Args:
        options: with everything settled.
        backbone: whose windows.
    """

    def __init__(self, options: EncodeTextsOptions, backbone: Backbone) -> None:
        self._base = Path(storage.base_of(storage.absolute(str(options.data))))
        # No id is asked for: the text stands for one.
        self.fields = CorpusFields(options.text_field, id=options.text_field)
        self._reader = CorpusReader(self.fields)
        self._length = options.max_length
        self._tokenizer = load_tokenizer(backbone) if options.kind == "token" else None

    def place_of(self, block: CorpusBlock) -> dict[str, Any]:
        """Return where a block's rows stand, as plain values that hold on another machine."""
        return {**block.to_dict(), "path": Path(block.path).relative_to(self._base).as_posix()}

    def at(self, place: Mapping[str, Any]) -> list[str]:
        """Return the texts there, in their order.

        Raises:
            DataError: a row at fault, or the file cannot be read.
        """
        block = replace(CorpusBlock(**place), path=str(self._base / place["path"]))
        rows, bad = self._reader.read(block)
        if bad:
            more = f" (rows at fault near it: {len(bad) - 1:,})" if len(bad) > 1 else ""
            raise DataError(f"{block.path}: row {bad[0].row:,}: {bad[0].reason}{more}")
        texts = [row.text for row in rows]
        if self._tokenizer is None:
            return texts
        return [part.text for row in windows(self._tokenizer, texts, self._length) for part in row]


@dataclass(frozen=True)
class _Group:
    """Texts that are put into batches together: those of `places` among the texts that stand `at` one place."""

    at: Mapping[str, Any]
    places: list[int]
    keys: list[bytes]


@dataclass
class _Found:
    """What the data hold."""

    digest: str
    rows: int
    distinct: set[bytes]
    groups: list[_Group]


def plan(options: EncodeTextsOptions, tell: Progress) -> Plan[EncodeTextsOptions]:
    """Read the rows, and cut the distinct texts that the store lacks into blocks.

    Raises:
        PointsmanError: anything wrong with options, rows or the place.
    """
    hardware = settled_hardware(options.out, options.device, options.precision)
    store = store_in(options.out)
    work, backbone, task = _settled(options, hardware)
    found = _read(work, backbone, tell)
    blocks: list[Block] = []
    shelves: list[dict[str, Any]] = []
    for depth in work.depths:
        key = _key(work, backbone, depth)
        held = store.held(key, found.distinct)
        blocks += _blocks(found.groups, held.truncated, key)
        shelves.append(
            {
                "depth": depth,
                "shelf": key.name,
                "rows": len(held.truncated),
                "truncated": sum(held.truncated.values()),
                "shards": dict(held.shards),
            }
        )
    rows, done = len(found.distinct) * len(work.depths), sum(shelf["rows"] for shelf in shelves)
    if blocks:
        for reason in hardware.reasons:
            tell.say(reason)
        many = f"depth{'s' * (len(work.depths) > 1)} {', '.join(map(str, work.depths))}"
        tell.say(
            f"{backbone.name}: {rows - done:,} of {rows:,} to encode ({len(found.distinct):,} distinct "
            f"{'windows' if work.kind == 'token' else 'texts'}, {many}, {work.max_length} tokens)"
        )
    if task is not None and task.generator:
        tell.say(f"rows of {task.name}'s generator are not among them: train computes those, or --no-generator")
    there = {
        "name": "there",
        "rows": done,
        "shelves": shelves,
        "summary": {
            "kind": KIND,
            "pointsman": __version__,
            "data": {"path": named(options.data), "digest": found.digest, "from": "texts"},
            "backbone": {"name": backbone.name, "digest": backbone.digest, "tokenizer": backbone.tokenizer_digest},
            "task": task.name if task is not None else None,
            "max_length": work.max_length,
            "precision": hardware.precision,
            "device": hardware.device,
            "width": backbone.width,
            "rows": found.rows,
            "distinct": len(found.distinct),
        },
    }
    return Plan(work, blocks, rows, done, (there,))


def _settled(
    options: EncodeTextsOptions, hardware: hw.Hardware
) -> tuple[EncodeTextsOptions, Backbone, tasks.Task | None]:
    """Choose what is left open as `train` does.

    Raises:
        ConfigError: no encoder, or a depth or length that it does not have.
    """
    task = _task(options)
    kind: Kind = task.kind if task is not None else "sequence"
    given: dict[str, Any] = {"max_length": options.max_length}
    if options.model is not None:
        given["model"] = options.model
    recipe = recipes.resolve(TrainOptions().recipe, given)
    recipe, _ = recipes.size(recipe, 1, 1, given, kind=kind)  # the numbers of rows and classes settle no depth
    backbone = resolve(recipe.model)
    if backbone.family.generates:
        raise ConfigError(
            f"--model {recipe.model} is a generating model, which has no trunk: leave out --task, --depth, "
            "--max-length and --text-field"
        )
    depths = tuple(dict.fromkeys(options.depths))
    if not depths:
        if not isinstance(recipe.adapt_layers, int):
            raise ConfigError(
                f"train adapts all layers for a {kind} task, and embeddings alone are not kept: name a --depth, and "
                "the same to train with --adapt-layers"
            )
        depths = (recipe.adapt_layers,)
    for depth in depths:
        if not 0 <= depth < backbone.layers:
            raise ConfigError(
                f"--depth {depth}: of {backbone.name} use 0 to {backbone.layers - 1} (embeddings alone are not kept)"
            )
    settled = replace(
        options,
        model=backbone.name,
        depths=depths,
        max_length=length_of(backbone, recipe.max_length),
        precision=cast(hw.Precision, hardware.precision),
        kind=kind,
    )
    return settled, backbone, task


def _task(options: EncodeTextsOptions) -> tasks.Task | None:
    """Return the task whose rows they are, where one is named; a folder of `data build` names its own."""
    if options.task is not None:
        return tasks.get(options.task)
    build = build_folder.check(options.data) if options.data.is_dir() else None
    return tasks.get(build.task) if build is not None and build.task in tasks.names() else None


def _key(options: EncodeTextsOptions, backbone: Backbone, depth: int) -> ShelfKey:
    dtype = torch.bfloat16 if options.precision == "bf16" else torch.float32
    return trunk_key(backbone, depth=depth, max_length=options.max_length, dtype=dtype)


def _read(options: EncodeTextsOptions, backbone: Backbone, tell: Progress) -> _Found:
    """Read all rows once, with no more than a block's texts in memory.

    Raises:
        DataError: nothing to read, or a row at fault.
    """
    texts = Texts(options, backbone)
    files = find_files([str(file) for file in _parts(options.data)] or [str(options.data)])
    digest, told = hashlib.sha256(), stage(tell, "reading")
    found = _Found("", 0, set(), [])
    size, done = sum(file.size for file in files), 0
    for file in files:
        file, blocks = cut(file, texts.fields, _ROWS)
        digest.update(f"{file.name} {file.digest}\n".encode())
        for block in blocks:
            place = texts.place_of(block)
            found.groups += _groups(place, texts.at(place), found.distinct, options.max_length)
            found.rows += block.rows
            told(done + min(block.end, file.size), size)  # of a gzipped file the end is that of its text
        done += file.size
        told(done, size)
    if not found.rows:
        raise DataError(f"{options.data} holds no rows: give files with rows")
    found.digest = digest.hexdigest()
    return found


def _parts(data: Path) -> list[Path]:
    """Return the files of a folder that `train` takes for its parts; none: the data are others."""
    found = []
    for file in sorted(data.iterdir()) if data.is_dir() else ():
        extension = data_extension(file)
        stem = file.name.lower().removesuffix(".gz").removesuffix(extension or "")
        if extension is not None and stem in PART_NAMES and file.is_file():
            found.append(file)
    return found


def _groups(place: Mapping[str, Any], texts: Sequence[str], seen: set[bytes], max_length: int) -> Iterator[_Group]:
    """Yield the texts at one place that were not seen before, as many together as their tokens allow."""
    group, tokens = _Group(place, [], []), 0
    for number, text in enumerate(texts):
        key = text_key(text)
        if key in seen:
            continue
        seen.add(key)
        most = min(max_length, len(text.encode("utf-8", "surrogatepass")) + 2)  # a token has a byte at least
        if group.keys and tokens + most > SHARD_TOKENS:
            yield group
            group, tokens = _Group(place, [], []), 0
        group.places.append(number)
        group.keys.append(key)
        tokens += most
    if group.keys:
        yield group


def _blocks(groups: Sequence[_Group], held: Mapping[bytes, bool], key: ShelfKey) -> Iterator[Block]:
    """Yield a block for each group of which the shelf lacks some."""
    for group in groups:
        missing = [(number, k) for number, k in zip(group.places, group.keys, strict=True) if k not in held]
        if missing:
            stem = shard_stem([k for _, k in missing])
            yield {
                "name": f"depth-{key.depth}-{stem}",
                "rows": len(missing),
                "shelf": key.name,
                "depth": key.depth,
                "stem": stem,
                "at": group.at,
                "places": [number for number, _ in missing],
            }


class TextEncoder:
    """The frozen trunk, loaded once for each depth; encodes blocks into the store.

    Args:
        options: those of the plan.
    """

    def __init__(self, options: EncodeTextsOptions) -> None:
        assert options.model is not None
        self._options = options
        self._backbone = resolve(options.model)
        self._hardware = hw.choose(options.device, options.precision)
        self._store = store_in(options.out)
        self._texts = Texts(options, self._backbone)
        self._trunks: dict[int, Trunk] = {}
        self._loading = 0.0

    def __call__(self, block: Block) -> Report:
        """Encode the texts of a block and write them as one shard of the store.

        Raises:
            ConfigError: the model here is not that of the plan.
            DataError: the data are not those of the plan.
            OutputError: the place cannot be written.
        """
        options, trunk = self._options, self._trunk(block["depth"])
        begun = time.time()
        if block["shelf"] != trunk.key.name:
            raise ConfigError(f"--model {options.model}: on this machine it is another one: use the same files on all")
        texts = self._chosen(block)
        keys = [text_key(text) for text in texts]
        rows: list[Any] = [None] * len(texts)
        for batch in trunk.batches(texts):
            for number, row, is_cut in batch:
                rows[number] = (row, is_cut)
        self._store.write(trunk.key, dict(zip(keys, rows, strict=True)))
        loading, self._loading = self._loading, 0.0
        return {
            "name": block["name"],
            "rows": block["rows"],
            "shelf": block["shelf"],
            "stem": block["stem"],
            "truncated": sum(is_cut for _, is_cut in rows),
            "tokens": sum(len(row) for row, _ in rows),
            "device": self._hardware.device,
            "loading": loading,
            "begun": begun,
            "ended": time.time(),
        }

    def _chosen(self, block: Block) -> list[str]:
        """Read the texts of a block, and see that they are those of the plan."""
        try:
            texts = self._texts.at(block["at"])
            chosen = [texts[number] for number in block["places"]]
        except (DataError, IndexError):  # whole when it was planned
            chosen = []
        if shard_stem([text_key(text) for text in chosen]) != block["stem"]:
            raise DataError(
                f"{self._options.data} is not what it was when the work was planned: see that all machines have the "
                "same files, and run the same command again"
            )
        return chosen

    def _trunk(self, depth: int) -> Trunk:
        if depth not in self._trunks:
            begun, how = time.perf_counter(), self._hardware
            self._trunks[depth] = Trunk(
                self._backbone,
                depth=depth,
                max_length=self._options.max_length,
                dtype=how.dtype,
                device=how.device,
            )
            self._loading += time.perf_counter() - begun
        return self._trunks[depth]


def finish(work: Plan[EncodeTextsOptions], reports: Sequence[Report], tell: Progress) -> EncodeTextsResult:
    """See that the store holds all, and say what it came to.

    Raises:
        OutputError: it let go of some.
    """
    store = store_in(work.options.out)
    there = next(report for report in reports if "summary" in report)
    made = [report for report in reports if report is not there]
    common = there["summary"]
    shelves = {}
    for shelf in there["shelves"]:
        mine = [report for report in made if report["shelf"] == shelf["shelf"]]
        shards = {**shelf["shards"], **{f"{report['stem']}.safetensors": report["rows"] for report in mine}}
        check_kept(store, shelf["shelf"], shards, common["distinct"])
        shelves[shelf["shelf"]] = {
            "depth": shelf["depth"],
            "shelf": shelf["shelf"],
            "computed": sum(report["rows"] for report in mine),
            "truncated": shelf["truncated"] + sum(report["truncated"] for report in mine),
        }
    cut_off = max(shelf["truncated"] for shelf in shelves.values())
    if cut_off:
        tell.say(f"{cut_off:,} texts are longer than {common['max_length']} tokens: their ends are not read")
    computed, seconds = sum(report["rows"] for report in made), elapsed(made)
    summary = {
        **common,
        "device": ", ".join(sorted({report["device"] for report in made})) or common["device"],
        "computed": computed,
        "tokens": sum(report["tokens"] for report in made),
        "seconds": round(seconds, 3),
        "loading_seconds": round(max((report["loading"] for report in made), default=0.0), 3),
        "rows_per_second": round(computed / max(seconds, 1e-6), 2) if computed else None,
        "launcher": where().to_dict(),
    }
    if work.options.out is not None:
        write_summary(store.folder, {name: {**summary, **own} for name, own in shelves.items()})
    depths = {own["depth"]: name for name, own in shelves.items()}
    return EncodeTextsResult(store.folder, depths, {**summary, "shelves": list(shelves.values())})


STEP = MapStep(
    "encode texts",
    EncodeTextsOptions,
    encode_texts,
    reads=("data",),
    names=("model", "task"),
    writes="out",
    needs=("train",),
    plan=plan,
    worker=TextEncoder,
    finish=finish,
)
