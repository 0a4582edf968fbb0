"""An ONNX export of one router, answered by ONNX Runtime and the `tokenizers` library: no torch."""

from __future__ import annotations

from pathlib import Path

from pointsman.artifacts import Artifact, layout, open_artifact
from pointsman.artifacts.mappings import read_json
from pointsman.encoding.tokens import Ints, read_tokenizer
from pointsman.errors import ArtifactError
from pointsman.inference.logits import Floats32, Logits
from pointsman.inference.onnx_session import open_session, precision_of, run
from pointsman.inference.predictor import ArtifactPredictor


class OnnxPredictor(ArtifactPredictor):
    """A loaded ONNX export that answers; thread-safe once built.

    Attributes:
        precision: of the graph that answers.
        artifact, task, calibration, digest, logits: see `ArtifactPredictor`.
    """

    def __init__(self, artifact: Artifact, *, precision: str | None = None, threads: int | None = None) -> None:
        folder, export = artifact.path, artifact.manifest.export
        if artifact.manifest.kind != "onnx" or export is None:
            raise ArtifactError(f"{folder} is no ONNX export: make one with 'pointsman export {folder} --format onnx'")
        self.precision = precision_of(precision, export.precisions, folder)
        file = folder / layout.GRAPHS[self.precision]
        session = open_session(file, threads=threads)
        check_output(file, session, "logits", len(artifact.task.labels))

        def forward(ids: Ints, mask: Ints) -> Floats32:
            return run(session, ["logits"], ids, mask)[0]

        tokenizer = read_tokenizer(folder / layout.TOKENIZER)
        super().__init__(
            artifact,
            Logits(forward, tokenizer, artifact.manifest.max_length, len(artifact.task.labels), pad_id_of(folder)),
        )


def check_output(file: Path, session: object, name: str, classes: int) -> None:
    """Compare an output's width with the number of labels.

    Raises:
        ArtifactError: no such output, or another width.
    """
    shapes = {output.name: output.shape for output in session.get_outputs()}  # type: ignore[attr-defined]
    if name not in shapes:
        raise ArtifactError(f"{file}: no output '{name}' (outputs: {', '.join(shapes)}): export again")
    width = shapes[name][-1]
    if isinstance(width, int) and width != classes:
        raise ArtifactError(f"{file}: output '{name}' has {width} classes, the task has {classes} labels: export again")


def pad_id_of(folder: Path) -> int:
    """Return the padding token's id by the export's config.json; 0 where it names none (padding is masked)."""
    found = read_json(folder / layout.CONFIG).get("pad_token_id")
    return found if isinstance(found, int) else 0


def load(path: str | Path, *, precision: str | None = None, threads: int | None = None) -> OnnxPredictor:
    """Open an ONNX export, check it whole, and load its graph.

    Args:
        path: its folder.
        precision: fp32, fp16 or int8; None: the export's default.
        threads: for one call; None: see `open_session`.

    Raises:
        PointsmanError: no whole ONNX export, no such precision, or it does not load.
    """
    return OnnxPredictor(open_artifact(path), precision=precision, threads=threads)
