"""What a run of `score` is: its options, and `plan.json`, which says of what it is made and in which blocks.

A later run may go on with a folder only when models, settings and inputs are the same; the digest of all of them stands
in every part. Knows files and numbers, no models.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from pointsman import __version__
from pointsman.data import storage
from pointsman.data.corpus import BLOCK_ROWS, CorpusBlock, CorpusFields, CorpusFile, cut, with_digest
from pointsman.errors import ConfigError, DataError, OutputError

PLAN = "plan.json"
FORMAT = 1


@dataclass(frozen=True)
class Settled:
    """What the plan decides for every worker.

    Attributes:
        run: digest of models, settings and inputs.
        digests: of the model that answers for each task.
        begun: when the plan was made, seconds since 1970.
    """

    run: str
    digests: Mapping[str, str]
    begun: float


@dataclass(frozen=True)
class ScoreOptions:
    """What to score, with what.

    Attributes:
        models: folders of bundles, exports or artifacts; no two answer for one task.
        inputs: files, folders and patterns, as absolute paths or URLs.
        output: folder to write, as an absolute path or URL; one that holds a part of the same run is completed.
        tasks: to decide; none: all that the models answer for.
        fields: of the rows.
        block_rows: rows of a part file, and of what a kill may lose.
        precision: of ONNX graphs; None: each one's default.
        threads: of each worker; None: see `inference.onnx_session.cores`.
        device: for artifacts and merged exports.
        backbone: where artifacts' backbone is now.
        probabilities: write every label's probability.
        entity_text: write the text of entities.
        overwrite: remove what an earlier run wrote there.
        settled: set by the plan.
    """

    models: tuple[Path, ...]
    inputs: tuple[str, ...]
    output: str
    tasks: tuple[str, ...] = ()
    fields: CorpusFields = CorpusFields()  # noqa: RUF009 - frozen
    block_rows: int = BLOCK_ROWS
    precision: str | None = None
    threads: int | None = None
    device: str = "cpu"
    backbone: str | None = None
    probabilities: bool = False
    entity_text: bool = False
    overwrite: bool = False
    settled: Settled | None = None

    @property
    def data(self) -> tuple[Path, ...]:
        """What is read, as launchers look whether workers see it: of a pattern the folder that it begins in."""
        return tuple(Path(storage.base_of(name)) for name in self.inputs)

    @property
    def out(self) -> Path:
        """What is written, as launchers look at it."""
        return Path(self.output)


@dataclass(frozen=True)
class ModelRecord:
    """A folder that answers.

    Attributes:
        path: of it, for people.
        digest: sha256 of its manifest.
        tasks: that it is asked for.
        precision: of its graph.
    """

    path: str
    digest: str
    tasks: tuple[str, ...]
    precision: str


@dataclass(frozen=True)
class RunRecord:
    """The content of `plan.json`.

    Attributes:
        models: that answer.
        settings: that change what is written.
        inputs: files, each with its digest.
        rows: of each input.
        blocks: (index of the input, first row, rows, first byte, last byte), in order.
    """

    models: tuple[ModelRecord, ...]
    settings: Mapping[str, Any]
    inputs: tuple[CorpusFile, ...]
    rows: tuple[int, ...] = ()
    blocks: tuple[tuple[int, int, int, int, int], ...] = field(default=(), repr=False)

    @property
    def digest(self) -> str:
        """What names the run, wherever its files stand."""
        inputs = [[file.name, file.size, file.digest] for file in self.inputs]
        models = [[model.digest, list(model.tasks), model.precision] for model in self.models]
        content = {"format": FORMAT, "models": models, "settings": self.settings, "inputs": inputs}
        return hashlib.sha256(json.dumps([content, self.blocks], sort_keys=True).encode()).hexdigest()

    def named_blocks(self) -> list[dict[str, Any]]:
        """Return the blocks as a map step hands them on: by the name of their part, with the file they stand in."""
        width = max(6, len(str(len(self.blocks) - 1)))
        out = []
        for number, (index, row, rows, start, end) in enumerate(self.blocks):
            file = self.inputs[index]
            block = CorpusBlock(file.path, file.name, row, rows, start, end)
            out.append({"name": f"{number:0{width}d}", **block.to_dict()})
        return out

    def to_json(self) -> str:
        """Return it as text, a block a line."""
        inputs = [{**asdict(file), "rows": rows} for file, rows in zip(self.inputs, self.rows, strict=True)]
        head = {
            "kind": "pointsman score",
            "format": FORMAT,
            "version": __version__,
            "digest": self.digest,
            "models": [asdict(model) for model in self.models],
            "settings": self.settings,
            "inputs": inputs,
        }
        text = json.dumps(head, ensure_ascii=False, indent=1).removesuffix("\n}")
        blocks = ",\n".join(f"  {json.dumps(block)}" for block in self.blocks)
        return f'{text},\n "blocks": [\n{blocks}\n ]\n}}\n'


def read_record(place: storage.Folder) -> RunRecord:
    """Read `plan.json`.

    Raises:
        OutputError: damaged, of another version, or no plan of a run.
    """
    file = f"{place.name}/{PLAN}"
    try:
        found = json.loads(storage.read_bytes(place, PLAN))
        if found["kind"] != "pointsman score" or found["format"] != FORMAT:
            raise ValueError(f"format {found['format']!r}, this version reads {FORMAT}")
        rows = tuple(int(one.pop("rows")) for one in found["inputs"])
        return RunRecord(
            models=tuple(ModelRecord(**{**one, "tasks": tuple(one["tasks"])}) for one in found["models"]),
            settings=found["settings"],
            inputs=tuple(CorpusFile(**one) for one in found["inputs"]),
            rows=rows,
            blocks=tuple(_block(one) for one in found["blocks"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise OutputError(
            f"{file} cannot be used ({' '.join(str(error).split())[:120]}): choose another --out, or begin anew with "
            "--overwrite"
        ) from None


def _block(found: Sequence[int]) -> tuple[int, int, int, int, int]:
    index, row, rows, start, end = (int(number) for number in found)
    return index, row, rows, start, end


def settings_of(options: ScoreOptions, tasks: Sequence[str]) -> dict[str, Any]:
    """Return the settings that change what is written."""
    return {
        "tasks": list(tasks),
        "text_field": options.fields.text,
        "id_field": options.fields.id,
        "keep": list(options.fields.keep),
        "block_rows": options.block_rows,
        "device": options.device,
        "probabilities": options.probabilities,
        "entity_text": options.entity_text,
    }


def new_record(
    models: Sequence[ModelRecord],
    settings: Mapping[str, Any],
    files: Sequence[CorpusFile],
    options: ScoreOptions,
    seen: Callable[[int, int], None],
) -> RunRecord:
    """Scan the inputs and cut them into blocks.

    Args:
        models, settings, files: of the run.
        options: say how large blocks are and which fields there must be.
        seen: told (bytes read, bytes in all).

    Raises:
        DataError: a file cannot be read or holds rows that cannot be told apart, or there is no row at all.
    """
    total, before = sum(file.size for file in files), 0
    inputs, rows, blocks = [], [], []
    for index, file in enumerate(files):
        past = before
        found, own = cut(file, options.fields, options.block_rows, lambda size, past=past: seen(past + size, total))  # type: ignore[misc]
        before += file.size
        inputs.append(found)
        rows.append(sum(block.rows for block in own))
        blocks += [(index, block.row, block.rows, block.start, block.end) for block in own]
    if not blocks:
        raise DataError(f"no row in {len(files):,} file{'s' if len(files) > 1 else ''}: check --data")
    return RunRecord(tuple(models), dict(settings), tuple(inputs), tuple(rows), tuple(blocks))


def continued(
    found: RunRecord,
    models: Sequence[ModelRecord],
    settings: Mapping[str, Any],
    files: Sequence[CorpusFile],
    out: str,
) -> RunRecord:
    """Return the run that a folder holds, its inputs where they are now.

    Args:
        found: what the folder says.
        models, settings, files: of the run that is asked for.
        out: the folder.

    Raises:
        ConfigError: that is another run; what differs is named.
    """

    def refuse(what: str) -> ConfigError:
        return ConfigError(f"{out} holds a run with {what}: choose another --out, or begin anew with --overwrite")

    for name, value in settings.items():
        if (old := found.settings.get(name)) != value:
            raise refuse(f"other settings ({name.replace('_', ' ')} {_told(old)}, now {_told(value)})")
    for one in models:
        same = [old for old in found.models if old.tasks == one.tasks]
        if not same:
            raise refuse(f"other models (none of them was asked for {', '.join(one.tasks)})")
        if same[0].digest != one.digest:
            raise refuse(f"another model for {', '.join(one.tasks)} ({one.path} is not the same)")
        if same[0].precision != one.precision:
            raise refuse(f"another precision for {', '.join(one.tasks)} ({same[0].precision}, now {one.precision})")
    if len(found.models) != len(models):
        raise refuse("other models")
    old_inputs = {file.name: file for file in found.inputs}
    inputs = []
    for file in files:
        old = old_inputs.pop(file.name, None)
        if old is None:
            raise refuse(f"other inputs ({file.name} is new)")
        inputs.append(_same_input(old, file, refuse))
    if old_inputs:
        raise refuse(f"other inputs ({next(iter(old_inputs))} is not among them now)")
    order = {file.name: file for file in inputs}
    return replace(found, inputs=tuple(order[file.name] for file in found.inputs))


def _same_input(old: CorpusFile, file: CorpusFile, refuse: Callable[[str], ConfigError]) -> CorpusFile:
    if file.size == old.size:
        if file.stamp and file.stamp == old.stamp:
            return replace(file, digest=old.digest)
        now = with_digest(file)
        if now.digest == old.digest:
            return now
    raise refuse(f"other inputs ({file.path} has changed since)")


def _told(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return "none" if value is None else str(value)
