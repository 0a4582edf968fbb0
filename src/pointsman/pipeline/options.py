"""What a step is told: where the data is and how to read it, and how to train."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

from pointsman.backbones.hardware import Device, Precision
from pointsman.data.files import Fields
from pointsman.data.synthesis import SynthesisOptions


class Progress(Protocol):
    """How a step tells a person what it does."""

    def say(self, line: str) -> None:
        """Tell one decision or finding."""
        ...

    def advance(self, stage: str, done: int, total: int, text: str = "") -> None:
        """Tell how far a stage is."""
        ...


class Silent:
    """Tells nothing."""

    def say(self, line: str) -> None:
        """Tell nothing."""

    def advance(self, stage: str, done: int, total: int, text: str = "") -> None:
        """Tell nothing."""


def stage(progress: Progress, name: str) -> Callable[..., None]:
    """Return `progress.advance` for one stage."""
    return lambda done, total, text="": progress.advance(name, done, total, text)


@dataclass(frozen=True)
class DataOptions:
    """Where rows come from.

    Attributes:
        path: file or folder; None: the task's embedded data.
        fields: names of its columns.
        exclude_labels: rows of these labels are left out.
        oos_label: rows of this label belong to no class.
        on_conflict: about a text that stands with different labels.
        labels: train these labels of the task only; empty: all.
        label_map: label or entity type as written -> the task's.
        generator: add the rows of the task's generator, if it has one, to those of `path`.
        allow_leakage: train on a given split that leaks; the report then begins with a warning.
        shifted: test rows of another source, judged beside the test part.
        synthesis: endpoint that writes more rows for the task (modality only).
    """

    path: Path | None = None
    fields: Fields = field(default_factory=Fields)
    exclude_labels: tuple[str, ...] = ()
    oos_label: str | None = None
    on_conflict: Literal["refuse", "drop"] = "refuse"
    labels: tuple[str, ...] = ()
    label_map: Mapping[str, str] = field(default_factory=dict)
    generator: bool = True
    allow_leakage: bool = False
    shifted: Path | None = None
    synthesis: SynthesisOptions | None = None

    @property
    def reads(self) -> tuple[Path, ...]:
        """Files and folders of rows."""
        return tuple(path for path in (self.path, self.shifted) if path is not None)


Strategy = Literal["branch", "head", "generate"]


@dataclass(frozen=True)
class RequestOptions:
    """How requests are put to a generating model, and what is taken of it (strategies `head` and `generate`).

    Attributes:
        template: the user's turn with `{text}` for the request's text (`{labels}`: the labels); None: by strategy.
        system: the system turn; "": none.
        min_pixels, max_pixels: an image is scaled to between these; 0: as the model's own processor does.
        max_tokens: of text and image together; 0: the model's limit.
        tokens, layer: which hidden state a head reads, see `encoding.multimodal.Pooling`.
        features: folder of stored features (`pointsman encode --out`); None: the user's store.
        quantised: the base in four bits while an adapter is trained (CUDA).
    """

    template: str | None = None
    system: str = ""
    min_pixels: int = 0
    max_pixels: int = 0
    max_tokens: int = 0
    tokens: Literal["last", "mean"] = "last"
    layer: int = -1
    features: Path | None = None
    quantised: bool = False


@dataclass(frozen=True)
class TrainOptions:
    """What to train.

    Attributes:
        task: name of a known task or a YAML task file; None with `name`.
        name: name of a new task whose labels are those of the data.
        data: its rows.
        recipe: name of a recipe.
        overrides: settings of the recipe that the user set.
        device, precision: `auto` or a choice.
        target: rule for "not sure".
        out: folder of the artifact; None: a conventional name below `runs/`.
        overwrite: replace what is there.
        resume: go on with an interrupted run.
        strategy: what is trained: the `branch` of an encoder, a `head` on a frozen generating model, or an adapter
            with which such a model says the label (`generate`).
        request: for the last two.
    """

    task: str | None = None
    name: str | None = None
    data: DataOptions = field(default_factory=DataOptions)
    recipe: str = "fast"
    overrides: Mapping[str, Any] = field(default_factory=dict)
    device: Device = "auto"
    precision: Precision = "auto"
    target: str = "default"
    out: Path | None = None
    overwrite: bool = False
    resume: bool = False
    strategy: Strategy = "branch"
    request: RequestOptions = field(default_factory=RequestOptions)

    def __post_init__(self) -> None:
        object.__setattr__(self, "overrides", as_given(self.overrides))


def as_given(overrides: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings with tuples for lists: JSON, in which options travel, knows lists alone."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in overrides.items()}
