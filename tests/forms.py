"""The forms that a trained router takes (merged, ONNX, bundle), made small and real for tests that only read them; and
`exported`: one as the export step makes it."""

from __future__ import annotations

import json
import shutil
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pointsman.artifacts import BundleManifest, ExportRecord, RouterRecord, layout, open_artifact, write_manifest
from pointsman.inference import Calibration
from pointsman.pipeline.export import ExportOptions, ExportResult, export
from pointsman.pipeline.options import Progress

_SHARED = ("config.json", "tokenizer.json", "tokenizer_config.json", "label_mapping.json", "lora_config.json")


def _model(source: Path) -> Any:
    from pointsman.inference.torch_predictor import find_backbone, load_model

    artifact = open_artifact(source)
    labels, kind = artifact.task.labels, artifact.task.kind
    return load_model(source, find_backbone(artifact), labels, artifact.manifest.adapt, kind=kind).merge_and_unload()


def _copy(source: Path, out: Path) -> None:
    out.mkdir(parents=True)
    mapping = open_artifact(source).task.mapping_file
    for name in {*_SHARED, mapping, "calibration.json", "eval_results.json"}:
        shutil.copy(source / name, out / name)


def _graph(models: Sequence[Any], names: Sequence[str], file: Path) -> None:
    import torch

    class Together(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.models = torch.nn.ModuleList(models)

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> tuple[torch.Tensor, ...]:
            return tuple(m(input_ids=input_ids, attention_mask=attention_mask).logits for m in self.models)

    file.parent.mkdir()
    given = torch.tensor([[1, 5, 6, 7], [1, 5, 6, 2]])
    inputs = ("input_ids", "attention_mask")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Together().eval(),
            (given, torch.ones_like(given)),
            str(file),
            input_names=list(inputs),
            output_names=list(names),
            dynamic_axes={name: {0: "batch", 1: "tokens"} for name in inputs},
            dynamo=False,
            opset_version=17,
        )


def _record(source: Path) -> ExportRecord:
    return ExportRecord(
        source_digest=open_artifact(source).digest,
        precisions=["fp32"],
        opset=17,
        producer="torch.onnx",
        notes=["int8 was left out: it is not needed here"],
    )


def merged(source: Path, out: Path) -> Path:
    """A stock checkpoint."""
    _copy(source, out)
    _model(source).save_pretrained(out)
    update = {"kind": "merged", "export": _record(source)}
    write_manifest(out, open_artifact(source).manifest.model_copy(update=update))
    return out


def onnx(source: Path, out: Path) -> Path:
    """One graph."""
    _copy(source, out)
    _graph([_model(source)], ["logits"], out / layout.GRAPHS["fp32"])
    update = {"kind": "onnx", "export": _record(source)}
    write_manifest(out, open_artifact(source).manifest.model_copy(update=update))
    return out


def bundle(sources: Sequence[Path], out: Path) -> Path:
    """Several routers in one graph."""
    out.mkdir(parents=True)
    artifacts = [open_artifact(source) for source in sources]
    for name in ("tokenizer.json", "tokenizer_config.json", "config.json"):
        shutil.copy(sources[0] / name, out / name)
    (out / layout.ROUTER).write_text(json.dumps([a.task.name for a in artifacts]), encoding="utf-8")
    _graph([_model(s) for s in sources], [a.task.name for a in artifacts], out / layout.GRAPHS["fp32"])
    first = artifacts[0].manifest
    routers = []
    for artifact in artifacts:
        one, calibration = artifact.manifest, Calibration.read(artifact.path)
        routers.append(
            RouterRecord(
                task=one.task,
                digest=artifact.digest,
                adapt_layers=one.adapt_layers,
                rank=one.rank,
                max_length=one.max_length,
                temperature=calibration.temperature,
                rule=calibration.rule.to_dict(),
                metrics=artifact.measured(),
            )
        )
    record = _record(sources[0]).model_copy(update={"source_digest": ""})
    manifest = BundleManifest(
        backbone=first.backbone, routers=routers, export=record, versions=first.versions, created=first.created
    )
    write_manifest(out, manifest)
    return out


def exported(
    sources: Sequence[Path], format: str, out: Path, *, progress: Progress | None = None, **options: Any
) -> ExportResult:
    """The one folder that the export step makes, with `ExportOptions`."""
    (result,) = export(sources, ExportOptions(format, out, **options), progress=progress).results
    return result
