"""The manifest: what an artifact is, what made it, and the sha256 of every file beside it."""

from __future__ import annotations

import json
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pointsman.artifacts import layout
from pointsman.errors import ArtifactError, TaskError
from pointsman.tasks import Task
from pointsman.tasks.task import Kind, MappingStyle


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TaskRecord(_Part):
    """A task as it was when the artifact was made; loading needs no task file."""

    name: str
    labels: list[str]
    description: str = ""
    kind: Kind = "sequence"
    primary_metric: str = "macro_f1"
    mapping_file: str
    mapping_style: MappingStyle
    directory_stem: str = ""
    positive: str | None = None
    aliases: dict[str, str] = {}
    tools: dict[str, list[str]] = {}
    embedded: bool = False
    generator: bool = False

    @classmethod
    def of(cls, task: Task) -> TaskRecord:
        """Record a task."""
        return cls(
            name=task.name,
            labels=list(task.labels),
            description=task.description,
            kind=task.kind,
            primary_metric=task.primary_metric,
            mapping_file=task.mapping_file,
            mapping_style=task.mapping_style,
            directory_stem=task.directory_stem,
            positive=task.positive,
            aliases=dict(task.aliases),
            tools={label: list(tools) for label, tools in task.tools.items()},
            embedded=task.embedded,
            generator=task.generator,
        )

    def task(self) -> Task:
        """Return the recorded task."""
        return Task(
            name=self.name,
            labels=tuple(self.labels),
            description=self.description,
            kind=self.kind,
            primary_metric=self.primary_metric,
            mapping_file=self.mapping_file,
            mapping_style=self.mapping_style,
            directory_stem=self.directory_stem,
            positive=self.positive,
            aliases=MappingProxyType(dict(self.aliases)),
            tools=MappingProxyType({label: tuple(tools) for label, tools in self.tools.items()}),
            embedded=self.embedded,
            generator=self.generator,
        )


class BackboneRecord(_Part):
    """Which pretrained model the artifact stands on."""

    name: str
    source: str
    licence: str
    family: str
    architecture: str
    digest: str
    tokenizer_digest: str
    layers: int
    width: int


class DataRecord(_Part):
    """Which rows were used, by digest; no text."""

    source: str
    digest: str | None
    split_digest: str
    rows: dict[str, int]
    notes: list[str] = []
    oos_label: str | None = None
    excluded_labels: list[str] = []
    label_map: dict[str, str] = {}
    generator_rows: int = 0
    shifted: str | None = None
    shifted_digest: str | None = None
    leakage: str | None = None


class RequestRecord(_Part):
    """How a request is put to a generating model: of routers that stand on one.

    Attributes:
        text, system, min_pixels, max_pixels, max_tokens: see `encoding.conversation.Template`.
        tokens, layer: which hidden state a head reads, see `encoding.multimodal.Pooling`.
        precision: of the model's weights when it was trained and judged.
    """

    text: str
    system: str = ""
    min_pixels: int = 0
    max_pixels: int = 0
    max_tokens: int = 0
    tokens: Literal["last", "mean"] = "last"
    layer: int = -1
    precision: Literal["fp32", "bf16"] = "fp32"


class ExportRecord(_Part):
    """How an export was made.

    Attributes:
        source_digest: digest of the artifact it was made from; of a bundle: "".
        precisions: of the graphs in it, the default one first (ONNX exports and bundles).
        opset: of the graphs.
        producer: what wrote the graphs, with its version.
        notes: what was chosen and what it cost, for people.
        figures: what was measured while exporting.
    """

    source_digest: str = ""
    precisions: list[str] = []
    opset: int | None = None
    producer: str = ""
    notes: list[str] = []
    figures: dict[str, Any] = {}


class Manifest(_Part):
    """All of it: of an artifact (`router`), or of an export of one (`merged`, `onnx`), which says how it was made.

    `strategy` says what answers: a trained branch of an encoder (`branch`), a head on a frozen generating model
    (`head`), or a generating model whose adapter says the label (`generate`). The last two have a `request`.
    """

    format_version: int = layout.FORMAT_VERSION
    kind: Literal["router", "merged", "onnx"] = "router"
    task: TaskRecord
    backbone: BackboneRecord
    strategy: Literal["branch", "head", "generate"] = "branch"
    request: RequestRecord | None = None
    adapt: Literal["lora", "full", "head"]
    adapt_layers: int
    rank: int
    max_length: int = Field(ge=1)
    data: DataRecord
    recipe: dict[str, Any]
    seed: int
    versions: dict[str, str]
    metrics: dict[str, Any]
    created: str
    export: ExportRecord | None = None
    files: dict[str, str] = {}


class RouterRecord(_Part):
    """One router within a bundle."""

    task: TaskRecord
    digest: str
    adapt_layers: int
    rank: int
    max_length: int = Field(ge=1)
    temperature: float
    rule: dict[str, Any]
    metrics: dict[str, Any]


class BundleManifest(_Part):
    """Of a bundle: several routers on one backbone in one graph."""

    format_version: int = layout.FORMAT_VERSION
    kind: Literal["bundle"] = "bundle"
    backbone: BackboneRecord
    routers: list[RouterRecord]
    export: ExportRecord
    versions: dict[str, str]
    created: str
    files: dict[str, str] = {}


def read_kind(folder: Path) -> str:
    """Return what a folder holds by its manifest: `router`, `merged`, `onnx` or `bundle`.

    Raises:
        ArtifactError: it has no manifest that can be read, or one of a newer format or of an unknown kind.
    """
    file = folder / layout.MANIFEST
    raw = _read(folder)
    _check_version(file, raw)
    try:
        kind = json.loads(raw)["kind"]
    except (ValueError, KeyError, TypeError, RecursionError):
        kind = None
    if kind not in ("router", "merged", "onnx", "bundle"):
        raise ArtifactError(f"{file}: kind {kind!r} is unknown: the artifact is damaged or of another version")
    return str(kind)


def read_bundle(folder: Path) -> BundleManifest:
    """Read and check the manifest of a bundle.

    Raises:
        ArtifactError: the folder is no bundle, or of a format this version does not know.
    """
    return _validated(BundleManifest, folder, _read(folder))


def read_manifest(folder: Path) -> Manifest:
    """Read and check `manifest.json`.

    Raises:
        ArtifactError: the folder is no artifact, or of a format this version does not know.
    """
    manifest = _validated(Manifest, folder, _read(folder))
    try:
        manifest.task.task()
    except TaskError as error:
        raise ArtifactError(f"{folder / layout.MANIFEST}: {error}; the artifact is damaged") from None
    return manifest


def _read(folder: Path) -> str:
    file = folder / layout.MANIFEST
    if not folder.is_dir():
        raise ArtifactError(f"{folder} is no folder: expected an artifact written by 'pointsman train'")
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ArtifactError(
            f"{folder} is no artifact: it has no {layout.MANIFEST} (written by 'pointsman train' when all else is)"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ArtifactError(f"{file} cannot be read: {error}") from None


_Model = TypeVar("_Model", bound=_Part)


def _validated(model: type[_Model], folder: Path, raw: str) -> _Model:
    file = folder / layout.MANIFEST
    _check_version(file, raw)
    try:
        return model.model_validate_json(raw)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "file"
        raise ArtifactError(f"{file}: {where}: {first['msg']}; the artifact is damaged or of another version") from None


def _check_version(file: Path, raw: str) -> None:
    """Refuse a newer format before its fields are looked at: it may have others."""
    try:
        version = json.loads(raw)["format_version"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return  # no manifest at all, or one without the field: the fields' own check says what is wrong
    if isinstance(version, int) and version > layout.FORMAT_VERSION:
        raise ArtifactError(
            f"{file}: format version {version} is newer than this Pointsman knows "
            f"({layout.FORMAT_VERSION}): upgrade with pip install -U pointsman"
        )
