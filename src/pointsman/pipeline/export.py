"""The export step: artifacts to merged checkpoints, ONNX graphs or one bundle, each folder whole or not there at all.

Everything that can be wrong is looked at before anything is written; what was written is opened again, and a merged
checkpoint is read as the Go/Rust router would read it, before its folder takes its name.
"""

from __future__ import annotations

import contextlib
import datetime
import importlib.metadata
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pointsman.artifacts import (
    Artifact,
    BundleManifest,
    ExportRecord,
    Manifest,
    check_output,
    open_artifact,
    open_bundle,
    read_kind,
    staged,
    write_manifest,
)
from pointsman.backbones import Backbone
from pointsman.errors import ArtifactError, ConfigError, OutputError, nearest
from pointsman.export import names, semantic_router
from pointsman.pipeline.options import Progress, Silent

FORMATS = ("merged", "onnx", "bundle")
PRECISIONS = {"onnx": ("fp32", "fp16", "int8"), "bundle": ("fp32", "int8")}
"""Number formats of graphs, those that are written unless told otherwise."""
READERS = ("semantic-router", "vllm")


@dataclass(frozen=True)
class ExportOptions:
    """What to export to, and where.

    Attributes:
        format: `merged` and `onnx`: a folder for each artifact; `bundle`: all of them in one.
        out: the bundle's folder; for the others the folder in which theirs are made, named by convention.
        precisions: of the graphs, the default one first; none: all that the format has.
        opset: of the graphs; None: the one that suits.
        for_: `semantic-router`: write that router's configuration beside merged exports.
        overwrite: replace what is there.
        backbone: where the artifacts' backbone is now, when not where it was at training.
        sign_key: private key that signs each folder.
    """

    format: str
    out: Path
    precisions: tuple[str, ...] = ()
    opset: int | None = None
    for_: str | None = None
    overwrite: bool = False
    backbone: str | None = None
    sign_key: Path | None = None


@dataclass(frozen=True)
class ExportResult:
    """What was written.

    Attributes:
        path: its folder.
        manifest: what it says of itself.
        digest: sha256 of manifest.json.
        seconds: it took.
        notes: what to know of it, one line each.
    """

    path: Path
    manifest: Manifest | BundleManifest
    digest: str
    seconds: float
    notes: tuple[str, ...]

    @property
    def tasks(self) -> tuple[str, ...]:
        """Names of the tasks in it."""
        one = self.manifest
        return (one.task.name,) if isinstance(one, Manifest) else tuple(router.task.name for router in one.routers)


@dataclass(frozen=True)
class Exports:
    """What one call wrote.

    Attributes:
        results: a folder each.
        fragment: the semantic router's configuration beside them, where it was asked for.
    """

    results: tuple[ExportResult, ...]
    fragment: Path | None = None


@dataclass(frozen=True)
class _Job:
    artifacts: tuple[Artifact, ...]
    target: Path


def export(paths: Sequence[str | Path], options: ExportOptions, *, progress: Progress | None = None) -> Exports:
    """Export artifacts.

    Args:
        paths: folders written by training.
        options: what to export to, and where.
        progress: told what is done.

    Raises:
        PointsmanError: anything the user can mend; no folder is left half-written.
    """
    tell = progress or Silent()
    options = replace(options, precisions=_check_options(paths, options))
    out, overwrite = options.out, options.overwrite
    artifacts = [_open(Path(path)) for path in paths]
    jobs = _jobs(artifacts, options.format, out)
    for job in jobs:
        check_output(job.target, overwrite=overwrite, reads=[Path(path) for path in paths])
    fragment = out / semantic_router.FILE if options.for_ == "semantic-router" else None
    if fragment is not None and fragment.exists() and not overwrite:
        raise OutputError(f"{fragment} exists already: choose another --out, or pass --overwrite to replace it")
    from pointsman.inference.torch_predictor import find_backbone

    found: dict[tuple[str, str, str], Backbone] = {}
    for artifact in artifacts:
        if (key := _stands_on(artifact)) not in found:
            found[key] = find_backbone(artifact, options.backbone)
    results = []
    with _leaving_no_empty(out):
        for number, job in enumerate(jobs):
            tell.advance("exporting", number, len(jobs), job.target.name)
            results.append(_run(job, found[_stands_on(job.artifacts[0])], options, tell))
        tell.advance("exporting", len(jobs), len(jobs))
        if fragment is not None:
            exports = [(job.artifacts[0], result.path) for job, result in zip(jobs, results, strict=True)]
            _write_fragment(fragment, exports, tell)
    return Exports(tuple(results), fragment)


def serve_command(paths: Sequence[str | Path]) -> str:
    """Return the command line with which vLLM serves generating adapters; see `export.vllm`."""
    from pointsman.export import vllm

    return vllm.serve_command([Path(path) for path in paths])


def _check_options(paths: Sequence[str | Path], options: ExportOptions) -> tuple[str, ...]:
    """Return the number formats to write, after looking at everything that needs no artifact."""
    format, for_ = options.format, options.for_
    if not paths:
        raise ConfigError("name at least one artifact to export")
    if format not in FORMATS:
        raise ConfigError(f"--format {format}: use {', '.join(FORMATS)}{nearest(format, FORMATS)}")
    if for_ is not None and for_ not in READERS:
        raise ConfigError(f"--for {for_}: use {' or '.join(READERS)}{nearest(for_, READERS)}")
    if for_ == "vllm":
        raise ConfigError(f"--for vllm serves generating adapters as they are: leave out --format {format}")
    if for_ is not None and format != "merged":
        raise ConfigError(f"--for {for_} goes with --format merged: that router loads merged checkpoints")
    if options.sign_key is not None and not options.sign_key.is_file():
        raise ConfigError(f"--sign-key {options.sign_key}: no such file")
    if format == "merged":
        for flag, value in (("--precision", options.precisions), ("--opset", options.opset)):
            if value:
                raise ConfigError(f"{flag} is about ONNX graphs; a merged checkpoint is fp32: leave it out")
        return ()
    known = PRECISIONS[format]
    chosen = tuple(dict.fromkeys(options.precisions)) or known
    for precision in chosen:
        if precision not in known:
            raise ConfigError(f"--precision {precision}: --format {format} has {', '.join(known)}")
    if options.opset is not None:
        from pointsman.export.graph import OPSETS

        if not OPSETS[0] <= options.opset <= OPSETS[1]:
            raise ConfigError(f"--opset {options.opset}: graphs are written for opsets {OPSETS[0]} to {OPSETS[1]}")
    return chosen


def _open(path: Path) -> Artifact:
    if (kind := read_kind(path)) != "router":
        what = {"merged": "a merged export", "onnx": "an ONNX export", "bundle": "a bundle"}[kind]
        raise ArtifactError(f"{path} is {what} already: exports are made of the artifact that 'pointsman train' wrote")
    artifact = open_artifact(path)
    if (strategy := artifact.manifest.strategy) != "branch":
        form = (
            "a LoRA adapter that servers of that model load as it is" if strategy == "generate" else "a head beside it"
        )
        raise ArtifactError(
            f"{path} stands on the generating model {artifact.manifest.backbone.name} and is {form}: there is "
            "nothing to export; answer with pointsman.load, or name it as the router of experts.yaml"
        )
    return artifact


def _jobs(artifacts: Sequence[Artifact], format: str, out: Path) -> list[_Job]:
    """Return which folders are to be written, of what."""
    if format == "bundle":
        _check_bundle(artifacts)
        return [_Job(tuple(artifacts), out)]
    named = names.merged_name if format == "merged" else names.onnx_name
    jobs: dict[str, _Job] = {}
    for artifact in artifacts:
        name = named(artifact.manifest)
        if name in jobs:
            raise ConfigError(
                f"{jobs[name].artifacts[0].path} and {artifact.path} would both be written to {out / name}: "
                "export them with different --out"
            )
        jobs[name] = _Job((artifact,), out / name)
    return list(jobs.values())


def _check_bundle(artifacts: Sequence[Artifact]) -> None:
    first = artifacts[0]
    for place, artifact in enumerate(artifacts):
        if _stands_on(artifact)[1:] != _stands_on(first)[1:]:
            raise ConfigError(
                f"{first.path} stands on {_backbone_told(first)}, {artifact.path} on {_backbone_told(artifact)}: "
                "a bundle has one trunk; make a bundle for each backbone"
            )
        for other in artifacts[:place]:
            if other.task.name == artifact.task.name:
                raise ConfigError(
                    f"{other.path} and {artifact.path} both decide '{artifact.task.name}': a bundle has each task once"
                )


def _stands_on(artifact: Artifact) -> tuple[str, str, str]:
    record = artifact.manifest.backbone
    return record.name, record.digest, record.tokenizer_digest


def _backbone_told(artifact: Artifact) -> str:
    record = artifact.manifest.backbone
    return f"{record.name} (weights {record.digest[:12]}…, tokenizer {record.tokenizer_digest[:12]}…)"


def _run(job: _Job, backbone: Backbone, options: ExportOptions, tell: Progress) -> ExportResult:
    """Write one folder, whole or not at all."""
    started = time.perf_counter()
    format = options.format
    with staged(job.target) as folder:
        manifest: Manifest | BundleManifest
        if format == "merged":
            manifest = write_manifest(folder, _merged(job, backbone, folder, tell))
        elif format == "onnx":
            manifest = write_manifest(folder, _onnx(job, backbone, folder, options, tell.say))
        else:
            from pointsman.export.bundle import write_bundle

            made = write_bundle(
                job.artifacts, backbone, folder, precisions=options.precisions, opset=options.opset, say=tell.say
            )
            manifest = write_manifest(folder, made)
        if options.sign_key is not None:
            from pointsman.artifacts.signing import sign

            sign(folder, options.sign_key)
        opened = open_bundle(folder) if format == "bundle" else open_artifact(folder)
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    seconds = time.perf_counter() - started
    tell.say(f"{job.target}: {format}, {size / 1e6:.1f} MB, {seconds:.1f} s")
    notes = manifest.export.notes if manifest.export is not None else []
    return ExportResult(job.target, manifest, opened.digest, seconds, tuple(notes))


def _merged(job: _Job, backbone: Backbone, folder: Path, tell: Progress) -> Manifest:
    from pointsman.export.merged import merge, write_merged
    from pointsman.parity.loader import check_loader, read_as_loader

    (artifact,) = job.artifacts
    manifest = artifact.manifest
    if manifest.adapt == "lora":
        tell.say(f"{artifact.task.name}: folding LoRA of rank {manifest.rank} into the fp32 weights of {backbone.name}")
    write_merged(artifact, merge(artifact, backbone), folder)
    if problems := check_loader(folder, name=job.target.name):
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise ArtifactError(
            f"{artifact.path}: its merged export would not load in the Go/Rust router: {problems[0]}{more}"
        )
    notes = list(read_as_loader(folder, name=job.target.name).notes)
    for note in notes:
        tell.say(f"{artifact.task.name}: {note}")
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("torch", "transformers", "peft"))
    record = ExportRecord(producer=f"pointsman {importlib.metadata.version('pointsman')} ({versions})", notes=notes)
    return _as_export(artifact, "merged", record)


def _onnx(job: _Job, backbone: Backbone, folder: Path, options: ExportOptions, say: Callable[[str], None]) -> Manifest:
    from pointsman.export.files import copy_side_files
    from pointsman.export.merged import merge
    from pointsman.export.onnx import write_onnx

    (artifact,) = job.artifacts
    copy_side_files(artifact, folder)
    merged = merge(artifact, backbone)
    record = write_onnx(artifact, merged, folder, precisions=options.precisions, opset=options.opset, say=say)
    return _as_export(artifact, "onnx", record)


def _as_export(artifact: Artifact, kind: str, record: ExportRecord) -> Manifest:
    return artifact.manifest.model_copy(
        update={
            "kind": kind,
            "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            "export": record.model_copy(update={"source_digest": artifact.digest}),
        }
    )


def _write_fragment(file: Path, exports: Sequence[tuple[Artifact, Path]], tell: Progress) -> None:
    made = semantic_router.fragment(exports)
    draft = file.with_name(f".{file.name}.{os.getpid()}.tmp")
    try:
        draft.write_text(made.text, encoding="utf-8")
        draft.replace(file)
    except OSError as error:
        raise OutputError(f"{file} cannot be written: {error.strerror}; choose another --out") from None
    finally:
        draft.unlink(missing_ok=True)
    for note in made.notes:
        tell.say(f"{file.name}: {note}")
    tell.say(f"{file}: configuration of the semantic router")


@contextlib.contextmanager
def _leaving_no_empty(out: Path) -> Iterator[None]:
    """Remove the folders that were made for an export which then failed."""
    made = [folder for folder in (out, *out.parents) if not folder.exists()]
    try:
        yield
    except BaseException:
        for folder in made:
            with contextlib.suppress(OSError):
                folder.rmdir()  # what holds something stays
        raise
