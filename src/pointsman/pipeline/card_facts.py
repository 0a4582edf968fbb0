"""What a model card is written from: an artifact, an export or a bundle, opened and checked, as one shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pointsman.artifacts import BackboneRecord, ExportRecord, layout, open_artifact, open_bundle, read_kind
from pointsman.artifacts.manifest import BundleManifest, DataRecord, Manifest
from pointsman.artifacts.mappings import read_json
from pointsman.backbones.backbone import ALIASES
from pointsman.inference.calibration import Calibration
from pointsman.inference.rule import Rule
from pointsman.tasks import Task


@dataclass(frozen=True)
class Router:
    """One router of the card.

    Attributes:
        task: labels in index order.
        digest: of the artifact that holds it, or that a bundle took it from.
        adapt_layers: how many layers were trained.
        rank: of the LoRA; 0: none.
        max_length: tokens it reads.
        temperature: logits are divided by it.
        rule: when it is not sure.
        metrics: headline figures with `intervals`, `split` and `n`.
        results: content of its eval_results.json; empty for a router in a bundle.
        data: what it was trained on; None for a router in a bundle.
        precision: of the model that the figures are of.
    """

    task: Task
    digest: str
    adapt_layers: int
    rank: int
    max_length: int
    temperature: float
    rule: Rule
    metrics: Mapping[str, Any]
    results: Mapping[str, Any] = field(default_factory=dict)
    data: DataRecord | None = None
    precision: str = "fp32"


@dataclass(frozen=True)
class Facts:
    """All that a card says.

    Attributes:
        path: the folder.
        kind: router, merged, onnx or bundle.
        full: whether a router's folder holds the whole model in place of an adapter.
        digest: sha256 of its manifest.
        backbone: the base model, as recorded.
        base: the base model's Hub id; None where it is not from there.
        revision: of the base model, where one is known.
        routers: one, or a bundle's, in order.
        export: how an export was made; None for a router.
        manifest: what else is recorded.
    """

    path: Path
    kind: str
    full: bool
    digest: str
    backbone: BackboneRecord
    base: str | None
    revision: str | None
    routers: tuple[Router, ...]
    export: ExportRecord | None
    manifest: Manifest | BundleManifest

    @property
    def strategy(self) -> str:
        """What answers: a `branch`, a `head` on a frozen generating model, or a model that says the label."""
        return self.manifest.strategy if isinstance(self.manifest, Manifest) else "branch"

    @property
    def images(self) -> bool:
        """Whether requests with an image were trained on."""
        return any("image_size" in router.results.get("baselines", {}) for router in self.routers)


def read_facts(path: Path) -> Facts:
    """Open an artifact, an export or a bundle.

    Raises:
        ArtifactError: it is not whole.
    """
    if read_kind(path) == "bundle":
        from pointsman.inference.bundle import calibration_of

        folder = open_bundle(path)
        manifest: Manifest | BundleManifest = folder.manifest
        routers = tuple(
            Router(
                task=record.task.task(),
                digest=record.digest,
                adapt_layers=record.adapt_layers,
                rank=record.rank,
                max_length=record.max_length,
                temperature=record.temperature,
                rule=calibration_of(record, path).rule,
                metrics=record.metrics,
            )
            for record in folder.manifest.routers
        )
        return _facts(path, folder.digest, manifest, routers, folder.manifest.export, full=False)
    artifact = open_artifact(path)
    one, calibration = artifact.manifest, Calibration.read(path)
    router = Router(
        task=artifact.task,
        digest=artifact.digest,
        adapt_layers=one.adapt_layers,
        rank=one.rank,
        max_length=one.max_length,
        temperature=calibration.temperature,
        rule=calibration.rule,
        metrics=one.metrics,
        results=read_json(path / layout.EVAL_RESULTS),
        data=one.data,
        precision=one.request.precision if one.request is not None else "fp32",
    )
    return _facts(path, artifact.digest, one, (router,), one.export, full=one.adapt == "full")


def _facts(
    path: Path,
    digest: str,
    manifest: Manifest | BundleManifest,
    routers: tuple[Router, ...],
    export: ExportRecord | None,
    *,
    full: bool,
) -> Facts:
    base, revision = hub_model(manifest.backbone)
    return Facts(path, manifest.kind, full, digest, manifest.backbone, base, revision, routers, export, manifest)


def hub_model(backbone: BackboneRecord) -> tuple[str | None, str | None]:
    """Return a base model's Hub id and revision; (None, None) for one from a folder."""
    if (alias := ALIASES.get(backbone.name)) is not None:
        _, _, revision = backbone.source.partition("@")
        return alias.repo, alias.revision or revision or None
    if backbone.source.startswith("hub "):
        repo, _, revision = backbone.source.removeprefix("hub ").partition("@")
        return repo, revision or None
    return None, None


def base_name(facts: Facts) -> str:
    """Return how the base model is named to people: its Hub id, or its folder's name without the way there."""
    return facts.base or Path(facts.backbone.name).name
