"""Opening what a server answers from: which folders, whole and signed, loaded, and proved by their golden rows.

Takes `Settings`, gives `Models`. It blocks for seconds: run it in a thread while another set answers. What was asked
for and cannot be had is an error; what is merely worth knowing is told.
"""

from __future__ import annotations

import datetime
import hashlib
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pointsman
from pointsman.artifacts import GoldenRow, Manifest, layout, read_golden
from pointsman.artifacts.discovery import discover, preferred
from pointsman.artifacts.integrity import read_any
from pointsman.artifacts.manifest import BundleManifest, RouterRecord
from pointsman.artifacts.signing import require_signature
from pointsman.errors import ArtifactError, ConfigError, MissingExtraError, nearest
from pointsman.inference.bundle import BundlePredictor
from pointsman.inference.onnx_predictor import OnnxPredictor
from pointsman.inference.onnx_session import cores
from pointsman.inference.panel import OneRouter, Panel, Side
from pointsman.inference.predictor import ArtifactPredictor, LocalPredictor
from pointsman.serving.memory import give_back
from pointsman.serving.models import Models, Router
from pointsman.serving.proving import prove, sample, warm_up
from pointsman.serving.settings import Settings
from pointsman.tasks import Decision, Task

Tell = Callable[[str], None]

_GRAPHS = ("bundle", "onnx")
_KINDS = {"onnx": _GRAPHS, "torch": ("router", "merged", "onnx", "bundle")}
_WHAT = {"router": "an artifact", "merged": "a merged export"}


@dataclass(frozen=True)
class Place:
    """A folder to be served.

    Attributes:
        path: of it.
        kind: `router`, `merged`, `onnx` or `bundle`.
        tasks: that it is to answer for; a bundle may hold others.
        every: whether these are all that it holds.
    """

    path: Path
    kind: str
    tasks: tuple[str, ...]
    every: bool = True


@dataclass(frozen=True)
class _Opened:
    """A folder that was loaded: what answers, what to say of it, and the digest of its manifest."""

    place: Place
    panel: Panel
    routers: Mapping[str, Router]
    digest: str


def open_models(settings: Settings, *, tell: Tell | None = None) -> Models:
    """Open, check and load everything that the settings name, and have it prove itself; nothing, where that is a stack.

    Args:
        settings: which folders, how loaded, how proved.
        tell: told what is worth knowing, a line at a time; None: the `pointsman.serving` log.

    Raises:
        PointsmanError: a folder is not whole, not signed as demanded, does not load, fits the settings badly, decides
            its golden rows otherwise than it did, or two answer for one task.
    """
    started = time.perf_counter()
    tell = tell or logging.getLogger("pointsman.serving").warning
    places = choose(settings, tell) if settings.paths or settings.models is not None else []
    check_options(settings, places)
    threads = settings.threads or max(1, cores() // settings.workers)
    if any(place.kind not in _GRAPHS for place in places):
        _share_torch(threads)
    opened = [_open(place, settings, threads) for place in places]
    panel = opened[0].panel if len(opened) == 1 else Side([one.panel for one in opened])
    routers = {name: router for one in opened for name, router in one.routers.items()}
    for one in opened:
        prove(panel, one.routers, one.place.path, _golden(one, settings.golden, tell))
    if routers:
        warm_up(panel)
    give_back()  # golden rows, and the graphs as they were read
    return Models(
        panel=panel,
        routers=routers,
        digest=_digest([one.digest for one in opened]),
        loaded=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        seconds=time.perf_counter() - started,
    )


def open_shadow(settings: Settings, *, tell: Tell | None = None) -> Models | None:
    """Open the candidate that the settings name, or return None; it computes on one core, so that the live models keep
    theirs.

    Raises:
        PointsmanError: as `open_models`.
    """
    if settings.shadow is None:
        return None
    only = {"paths": (settings.shadow,), "models": None, "threads": 1}
    return open_models(settings.model_copy(update=only), tell=tell)


def choose(settings: Settings, tell: Tell) -> list[Place]:
    """Return the folders to be served: those that were named, or the preferred ones below `--models`.

    Raises:
        PointsmanError: not for this runtime, no artifact, nothing found, or two named ones for one task.
    """
    return _named(settings) if settings.models is None else _found(settings.models, settings, tell)


def _refuse_generating(path: Path, manifest: Manifest | BundleManifest) -> None:
    if isinstance(manifest, Manifest) and manifest.strategy != "branch":
        raise ConfigError(
            f"{path} stands on a generating model: serve it as the router of a stack (--stack experts.yaml)"
        )


def _named(settings: Settings) -> list[Place]:
    places: list[Place] = []
    for path in settings.paths:
        manifest = read_any(path)
        _refuse_generating(path, manifest)
        if manifest.kind not in _KINDS[settings.runtime]:
            raise ConfigError(
                f"{path} is {_WHAT[manifest.kind]}: --runtime torch serves it, or make a bundle of it with "
                f"'pointsman export {path} --format bundle'"
            )
        mine = _tasks_of(manifest)
        for other in places:
            if both := [name for name in mine if name in other.tasks]:
                raise ConfigError(f"{other.path} and {path} both answer for '{both[0]}': serve one of them")
        places.append(Place(path, manifest.kind, mine))
    return places


def _tasks_of(manifest: Manifest | BundleManifest) -> tuple[str, ...]:
    records = [r.task for r in manifest.routers] if isinstance(manifest, BundleManifest) else [manifest.task]
    return tuple(record.name for record in records)


def _found(root: Path, settings: Settings, tell: Tell) -> list[Place]:
    """Choose as `pointsman artifacts` does; for ONNX Runtime a bundle goes before exports of single routers."""
    kinds = _KINDS[settings.runtime]
    found = [one for one in discover(root) if one.kind in kinds or one.kind == "unknown"]
    whole = [one for one in found if one.problem is None]
    turns = [[one for one in whole if one.kind == kind] for kind in kinds] if settings.runtime == "onnx" else [whole]
    chosen: dict[Path, list[str]] = {}
    for name in sorted({served.task for one in found for served in one.tasks}):
        best = next((one for turn in turns if (one := preferred(turn, name, settings.prefer)) is not None), None)
        if best is None:
            broken = next(one for one in found if one.serves(name))
            raise ArtifactError(f"--models {root}: nothing whole serves '{name}': {broken.problem}")
        chosen.setdefault(best.path, []).append(name)
    for one in found:
        if one.problem is not None:
            tell(f"--models {root}: not whole, left out: {one.problem}")
    if not chosen:
        what = "bundle or ONNX export" if settings.runtime == "onnx" else "artifact, export or bundle"
        hint = " ('--runtime torch' serves artifacts and merged exports)" if settings.runtime == "onnx" else ""
        raise ArtifactError(f"--models {root}: no whole {what} there or below{hint}")
    by_path = {one.path: one for one in whole}
    return [
        Place(path, by_path[path].kind, tuple(names), every=len(names) == len(by_path[path].tasks))
        for path, names in chosen.items()
    ]


def check_options(settings: Settings, places: Sequence[Place]) -> None:
    """Refuse what would be without effect.

    Raises:
        ConfigError: an option that nothing to be served can take.
    """
    graphs = [place for place in places if place.kind in _GRAPHS]
    if settings.precision is not None and not graphs:
        raise ConfigError(f"--precision {settings.precision} is for ONNX graphs, and none is served: leave it out")
    if settings.device != "cpu" and graphs:
        raise ConfigError(f"--device {settings.device}: {graphs[0].path} is an ONNX graph, which runs on the CPU")
    if settings.backbone is not None and all(place.kind != "router" for place in places):
        raise ConfigError(f"--backbone {settings.backbone}: exports hold their backbone: leave it out")


def _open(place: Place, settings: Settings, threads: int) -> _Opened:
    path = place.path
    signed = None if settings.verify_key is None else require_signature(path, settings.verify_key)
    if place.kind == "bundle":
        opened = _bundle(place, pointsman.load_bundle(path, precision=settings.precision, threads=threads))
    elif place.kind == "onnx":
        opened = _single(place, pointsman.load(path, precision=settings.precision, threads=threads))
    else:
        _refuse_generating(path, read_any(path))
        backbone = settings.backbone if place.kind == "router" else None
        opened = _single(place, pointsman.load(path, device=settings.device, backbone=backbone))
    if signed is not None and opened.digest != signed:
        raise ArtifactError(f"{path} was replaced while it was opened: load again")
    return opened


def _bundle(place: Place, bundle: BundlePredictor) -> _Opened:
    folder = bundle.folder
    name = folder.manifest.backbone.name
    routers = {
        record.task.name: _router(place, bundle.router(record.task.name), record, name, bundle.precision)
        for record in folder.manifest.routers
        if record.task.name in place.tasks
    }
    return _Opened(place, bundle if place.every else Chosen(bundle, place.tasks), routers, folder.digest)


def _single(place: Place, predictor: object) -> _Opened:
    assert isinstance(predictor, ArtifactPredictor)  # others are refused before they are loaded
    manifest, task = predictor.artifact.manifest, predictor.task
    precision = predictor.precision if isinstance(predictor, OnnxPredictor) else "fp32"
    router = _router(place, predictor, manifest, manifest.backbone.name, precision)
    router = replace(router, metrics=predictor.artifact.measured())
    return _Opened(place, OneRouter(task, predictor), {task.name: router}, predictor.digest)


def _router(
    place: Place, predictor: LocalPredictor, record: Manifest | RouterRecord, backbone: str, precision: str
) -> Router:
    task, calibration = predictor.task, predictor.calibration
    return Router(
        task=task.name,
        kind=task.kind,
        labels=task.labels,
        path=place.path,
        form=place.kind,
        digest=predictor.digest,
        backbone=backbone,
        precision=precision,
        max_length=record.max_length,
        threshold=calibration.rule.threshold,
        temperature=calibration.temperature,
        rank=record.rank,
        primary_metric=task.primary_metric,
        metrics=record.metrics,
        tools=task.tools,
        positive=task.positive,
    )


class Chosen:
    """Some of a panel's tasks: of a bundle of which others serve the rest.

    Args:
        panel: that holds them all.
        tasks: names of those that it is asked for.
    """

    def __init__(self, panel: Panel, tasks: Sequence[str]) -> None:
        self.tasks: Mapping[str, Task] = {name: task for name, task in panel.tasks.items() if name in tasks}
        self._panel = panel

    def predict_all(
        self, texts: Sequence[str], *, tasks: Sequence[str] | None = None, probabilities: bool = False
    ) -> dict[str, list[Decision]]:
        """See `Panel`."""
        wanted = tuple(self.tasks) if tasks is None else tasks
        for name in wanted:
            if name not in self.tasks:
                raise ConfigError(f"no task '{name}' is loaded{nearest(name, self.tasks)}")
        return self._panel.predict_all(texts, tasks=wanted, probabilities=probabilities)


def _golden(one: _Opened, most: int, tell: Tell) -> dict[str, list[GoldenRow]]:
    """Return the golden rows of each task that a folder answers for, so many at most.

    Raises:
        ArtifactError: damaged.
    """
    rows: dict[str, list[GoldenRow]] = {name: [] for name in one.routers}
    if not most:
        return rows
    path = one.place.path
    if not (path / layout.GOLDEN).is_file():
        tell(f"{path} has no golden rows ({layout.GOLDEN}): what it decides was not compared with what it should")
        return rows
    for row in read_golden(path):
        if row.task in rows:
            rows[row.task].append(row)
        elif one.place.every:
            raise ArtifactError(f"{path / layout.GOLDEN}: a row of task {row.task!r}, which is not in it: damaged")
    for name, mine in rows.items():
        if not mine:
            tell(f"{path} has no golden rows of '{name}': what it decides was not compared with what it should")
        rows[name] = sample(mine, most)
    return rows


def _share_torch(threads: int) -> None:
    """Give every pass of a torch model so many threads, as graphs have: it is a setting of the whole process.

    Raises:
        MissingExtraError: torch is not installed.
    """
    try:
        import torch
    except ModuleNotFoundError as error:
        raise MissingExtraError("train", error.name or "torch") from None
    torch.set_num_threads(threads)


def _digest(digests: Sequence[str]) -> str:
    """Return what names a set of folders: the only one's digest, or one over all, in whatever order."""
    return digests[0] if len(digests) == 1 else hashlib.sha256(" ".join(sorted(digests)).encode()).hexdigest()
