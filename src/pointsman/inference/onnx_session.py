"""Opening an ONNX graph with ONNX Runtime: threads, options, and errors in one line."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from pointsman.encoding.tokens import Ints
from pointsman.errors import ArtifactError, ConfigError, MissingExtraError
from pointsman.inference.logits import Floats32

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

INPUTS = ("input_ids", "attention_mask")


def open_session(file: Path, *, threads: int | None = None) -> InferenceSession:
    """Load a graph on the CPU.

    Args:
        file: an `.onnx` file with the inputs `input_ids` and `attention_mask`.
        threads: for one call; None: what OMP_NUM_THREADS says, else one for each core this process may use.

    Raises:
        MissingExtraError: ONNX Runtime is not installed.
        ArtifactError: missing, damaged, with other inputs, or of an opset or with an operator that this ONNX
            Runtime does not know.
    """
    try:
        import onnxruntime as ort
    except ModuleNotFoundError:
        raise MissingExtraError("runtime", "onnxruntime") from None
    if not file.is_file():
        raise ArtifactError(f"{file} is missing: the export is not whole; export again")
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads or cores()
    options.inter_op_num_threads = 1
    options.enable_mem_reuse = False  # planning it takes half of the time of loading; memory and speed are the same
    options.log_severity_level = 4  # what is wrong is raised, in one line
    try:
        session = ort.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the library has no common base for what it raises
        reason = " ".join(str(error).split())[:200]
        raise ArtifactError(
            f"{file} does not load in ONNX Runtime {ort.__version__}: {reason}; upgrade onnxruntime, or export again "
            "with a lower --opset"
        ) from None
    found = [given.name for given in session.get_inputs()]
    if sorted(found) != sorted(INPUTS):
        raise ArtifactError(
            f"{file}: inputs {', '.join(found)}, expected {', '.join(INPUTS)}: no export of Pointsman's"
        )
    return session


def cores() -> int:
    """Return how many threads a session gets when nobody says.

    Raises:
        ConfigError: OMP_NUM_THREADS is no number.
    """
    given = os.environ.get("OMP_NUM_THREADS")
    if given is None:
        return len(os.sched_getaffinity(0))
    try:
        return max(1, int(given.split(",")[0]))
    except ValueError:
        raise ConfigError(f"OMP_NUM_THREADS={given!r}: expected a number of threads") from None


def run(session: Any, outputs: list[str], ids: Ints, mask: Ints) -> list[Floats32]:
    """Return these outputs as float32. ONNX Runtime computes all of the graph, whichever are asked for."""
    found = session.run(outputs, {"input_ids": ids, "attention_mask": mask})
    return [np.asarray(value, np.float32) for value in found]


def precision_of(given: str | None, there: list[str], where: Path) -> str:
    """Return the precision that was asked for, or the export's default (its first).

    Raises:
        ConfigError: it is not in the export.
    """
    if given is None:
        return there[0]
    if given not in there:
        raise ConfigError(
            f"--precision {given}: {where} holds {', '.join(there)}; export again with --precision {given}"
        )
    return given
