"""The runtime `node`: the npm package @huggingface/transformers over an ONNX export or a bundle.

Its tokenizer is an implementation of its own, which is what is put to the test; its graphs run in onnxruntime-node.
`node/answer.mjs` does it, one JSON line a request. Long texts of a token task are cut into windows here.
"""

from __future__ import annotations

import base64
import contextlib
import json
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pointsman.artifacts import layout as files
from pointsman.artifacts import open_artifact, open_bundle
from pointsman.artifacts.mappings import read_json
from pointsman.encoding.tokens import read_tokenizer
from pointsman.encoding.windows import Window, windows
from pointsman.errors import ConfigError
from pointsman.inference.bundle import calibration_of
from pointsman.inference.calibration import Calibration, softmax
from pointsman.inference.logits import Floats32
from pointsman.inference.onnx_session import cores
from pointsman.parity import aspects
from pointsman.parity.runtimes import Floats, Layout, Reading, Said, decided, no_left, offsets_of, own_scores
from pointsman.tasks import Task

FOLDER = Path(__file__).parent / "node"
_LEAST_VERSION = 20
_BATCH = Layout(16)
_TEXTS = 64
_SECONDS = 300.0


def check_node() -> str:
    """Return the path of a Node.js that is new enough, with the packages installed.

    Raises:
        ConfigError: no node, too old a one, or no packages; says what to run.
    """
    install = f"install Node.js {_LEAST_VERSION} or newer (https://nodejs.org), or leave node out of --runtime"
    node = shutil.which("node")
    if node is None:
        raise ConfigError(f"--runtime node: no 'node' on the PATH: {install}")
    try:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=30, check=True).stdout
        version = int(said.strip().removeprefix("v").split(".")[0])
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise ConfigError(
            f"--runtime node: {node} --version fails ({' '.join(str(error).split())}): {install}"
        ) from None
    if version < _LEAST_VERSION:
        raise ConfigError(f"--runtime node: {node} is Node.js {version}: {install}")
    wanted = read_json(FOLDER / "package.json")["dependencies"]
    for package, number in wanted.items():
        file = FOLDER / "node_modules" / package / "package.json"
        found = read_json(file)["version"] if file.is_file() else None
        if found != number:
            state = "is not installed" if found is None else f"is {found}, expected {number}"
            raise ConfigError(
                f"--runtime node: the npm package {package} {state}: run 'make parity-node', or "
                f"'ONNXRUNTIME_NODE_INSTALL_CUDA=skip npm ci' in {FOLDER}"
            )
    return node


class NodeProcess:
    """One running `answer.mjs`: a request a line, an answer a line.

    Args:
        setup: its first line.
        seconds: that one request may take.

    Raises:
        ConfigError: node or its packages are missing, or the folder does not load there.
    """

    def __init__(self, setup: Mapping[str, Any], *, seconds: float = _SECONDS) -> None:
        node = check_node()
        self._where = str(setup["folder"])
        self._seconds = seconds
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self._process = subprocess.Popen(
            [node, str(FOLDER / "answer.mjs")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
        )
        try:
            self.versions = self.ask(setup)
        except BaseException:
            self.close()
            raise

    def ask(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Send one request.

        Raises:
            ConfigError: it failed there, or took too long.
        """
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        timer = threading.Timer(self._seconds, process.kill)
        timer.start()
        try:
            # ASCII: node's line reader takes other line separators for ends of lines.
            process.stdin.write(json.dumps(request).encode("ascii") + b"\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except OSError:
            line = b""
        finally:
            timer.cancel()
        try:
            found: dict[str, Any] = json.loads(line)
        except ValueError:
            raise ConfigError(f"--runtime node: {self._where}: {self._why()}") from None
        if "error" in found:
            raise ConfigError(f"--runtime node: {self._where}: {found['error']}")
        return found

    def _why(self) -> str:
        code = self._process.wait(timeout=10)
        self._errors.seek(0)
        said = " ".join(self._errors.read(65_536).decode(errors="replace").split())[-300:]
        return f"node stopped (exit {code}): {said or f'no answer within {self._seconds:g} s'}"

    def close(self) -> None:
        """End the process."""
        process = self._process
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        process.kill()
        process.wait()
        self._errors.close()


class NodeRuntime:
    """One router's graph in transformers.js; see `Runtime`.

    Args:
        process: has the graph loaded.
        task: labels in index order.
        calibration: temperature and rule, applied here.
        precision: of the graph.
        longest: tokens that it reads at most.
        folder: of the export.
    """

    def __init__(
        self, process: NodeProcess, task: Task, calibration: Calibration, precision: str, longest: int, folder: Path
    ) -> None:
        self.name, self.precision, self.task = "node", precision, task
        self.calibration = calibration
        self.temperature = calibration.temperature
        self.notes: dict[str, str] = {}
        self._process = process
        self._longest = longest
        self._tokenizer = read_tokenizer(folder / files.TOKENIZER) if task.kind == "token" else None
        unable = {}
        if task.kind == "token":
            unable[aspects.OFFSETS] = (
                "this tokenizer tells no characters: word pieces are placed by tokenizer.json in Python"
            )
        if (reason := no_left(read_json(folder / files.CONFIG), task.kind, positions=False)) is not None:
            unable[aspects.LEFT] = reason
        self.unable: Mapping[str, str] = unable

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """See `Runtime`."""
        found = self._windows(texts)
        rows = self._ask([unit for row in found for unit, _ in row], None)
        if lost := sum(row["cut"] and not row["own"] for row in rows):
            self.notes[aspects.TRUNCATION] = (
                f"the library's own truncation loses the closing token ({lost} of {sum(r['cut'] for r in rows)} long "
                "rows); answer.mjs keeps it"
            )
        out, at = [], 0
        for units in found:
            mine = rows[at : at + len(units)]
            cut = self.task.kind == "sequence" and mine[0]["cut"]
            out.append(Reading(tuple(tuple(row["ids"]) for row in mine), cut))
            at += len(units)
        return out

    def logits(self, texts: Sequence[str], layout: Layout | None = None) -> list[Floats32 | None]:
        """See `Runtime`."""
        found = self._windows(texts)
        rows = self._ask([unit for row in found for unit, _ in row], layout or _BATCH)
        scores = [np.frombuffer(base64.b64decode(row["data"]), np.float32).reshape(row["shape"]) for row in rows]
        out: list[Floats32 | None] = []
        at = 0
        for units in found:
            mine = scores[at : at + len(units)]
            cuts = [window for _, window in units if window is not None]
            out.append(own_scores(cuts, mine) if self.task.kind == "token" else mine[0])
            at += len(units)
        return out

    def probabilities(self, texts: Sequence[str], layout: Layout) -> list[Floats | None]:
        """See `Runtime`."""
        return [None if row is None else softmax(row, self.temperature) for row in self.logits(texts, layout)]

    def decide(self, texts: Sequence[str]) -> list[Said | None]:
        """See `Runtime`."""
        if self.task.kind == "token":
            more: list[Any] = [
                offsets_of([window for _, window in row if window is not None]) for row in self._windows(texts)
            ]
        else:
            more = [reading.truncated for reading in self.read(texts)]
        return decided(self.task, self.calibration, texts, self.logits(texts), more)

    def close(self) -> None:
        """See `Runtime`."""
        self._process.close()

    def _windows(self, texts: Sequence[str]) -> list[list[tuple[str, Window | None]]]:
        if self._tokenizer is None:
            return [[(text, None)] for text in texts]
        found = windows(self._tokenizer, texts, self._longest)
        return [[(window.text, window) for window in row] for row in found]

    def _ask(self, units: Sequence[str], layout: Layout | None) -> list[dict[str, Any]]:
        how: dict[str, Any] = {"run": layout is not None}
        if layout is not None:
            how |= {"batch": layout.batch, "extra": layout.extra, "left": layout.left}
        rows: list[dict[str, Any]] = []
        for at in range(0, len(units), _TEXTS):
            rows += self._process.ask({"texts": list(units[at : at + _TEXTS]), **how})["rows"]
        return rows


def node_runtime(folder: Path, precision: str, *, threads: int | None = None) -> NodeRuntime:
    """Return one graph of an ONNX export in transformers.js, by its own model class.

    Raises:
        PointsmanError: no whole export; node is missing or cannot load it.
    """
    artifact = open_artifact(folder)
    manifest = artifact.manifest
    process = NodeProcess(_setup(folder, precision, None, artifact.task, manifest.max_length, threads))
    calibration = Calibration.read(artifact.path)
    return NodeRuntime(process, artifact.task, calibration, precision, manifest.max_length, folder)


def node_bundle_runtimes(folder: Path, precision: str, *, threads: int | None = None) -> Iterator[NodeRuntime]:
    """Yield each router of a bundle, loaded when it is asked for: tokenizer of transformers.js, graph in
    onnxruntime-node.

    Raises:
        PointsmanError: no whole bundle; node is missing or cannot load it.
    """
    for record in open_bundle(folder).manifest.routers:
        task = record.task.task()
        process = NodeProcess(_setup(folder, precision, task.name, task, record.max_length, threads))
        yield NodeRuntime(process, task, calibration_of(record, folder), precision, record.max_length, folder)


def _setup(
    folder: Path, precision: str, output: str | None, task: Task, longest: int, threads: int | None
) -> dict[str, Any]:
    return {
        "folder": str(folder.resolve()),
        "graph": files.GRAPHS[precision],
        "dtype": precision,
        "output": output,
        "kind": task.kind,
        "maxLength": longest,
        "threads": threads or cores(),
    }
