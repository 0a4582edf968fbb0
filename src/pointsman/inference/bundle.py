"""A bundle: several routers on one backbone in one ONNX graph, all answered by one call; no torch.

Rows that several routers read alike (the same token ids) are computed once. Each row is computed for all tasks of the
graph, also one that a single task reads (a long text's windows): ONNX Runtime does not leave out what is not asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from pointsman.artifacts import BundleFolder, layout, open_bundle
from pointsman.artifacts.manifest import RouterRecord
from pointsman.data.example import Example
from pointsman.encoding.tokens import Ints, Tokenizers, length_batches, pad_ids, read_tokenizer
from pointsman.encoding.windows import Window
from pointsman.errors import ArtifactError, ConfigError, nearest
from pointsman.inference.calibration import Calibration
from pointsman.inference.entities import decide_entities
from pointsman.inference.logits import Floats32, Logits, gather
from pointsman.inference.onnx_predictor import check_output, pad_id_of
from pointsman.inference.onnx_session import open_session, precision_of, run
from pointsman.inference.predictor import LocalPredictor, decide, texts_of
from pointsman.inference.rule import Rule
from pointsman.tasks import Decision, Task

_TOKENS = 1024
_ROWS = 64


class BundlePredictor:
    """A loaded bundle that answers; thread-safe once built.

    Attributes:
        folder: what was opened.
        precision: of the graph that answers.
        tasks: by name, in the bundle's order.
    """

    def __init__(self, folder: BundleFolder, *, precision: str | None = None, threads: int | None = None) -> None:
        self.folder = folder
        path, manifest = folder.path, folder.manifest
        self.precision = precision_of(precision, manifest.export.precisions, path)
        file = path / layout.GRAPHS[self.precision]
        self._session = open_session(file, threads=threads)
        self._pad_id = pad_id_of(path)
        tokenizer = Tokenizers(read_tokenizer(path / layout.TOKENIZER))
        self._routers: dict[str, LocalPredictor] = {}
        for record in manifest.routers:
            task = record.task.task()
            check_output(file, self._session, task.name, len(task.labels))
            logits = Logits(self._forward(task.name), tokenizer, record.max_length, len(task.labels), self._pad_id)
            self._routers[task.name] = LocalPredictor(task, calibration_of(record, path), folder.digest, logits)
        self.tasks: Mapping[str, Task] = {name: router.task for name, router in self._routers.items()}

    def _forward(self, name: str) -> Callable[[Ints, Ints], Floats32]:
        session = self._session  # not `self`: a cycle would keep a bundle that nobody uses any more
        return lambda ids, mask: run(session, [name], ids, mask)[0]

    def router(self, name: str) -> LocalPredictor:
        """Return one router, to be asked alone.

        Raises:
            ConfigError: the bundle has no such task.
        """
        if name not in self._routers:
            raise ConfigError(
                f"{self.folder.path} holds no task '{name}'{nearest(name, self._routers)} "
                f"(tasks: {', '.join(self._routers)})"
            )
        return self._routers[name]

    def predict_all(
        self, texts: Sequence[str | Example], *, tasks: Sequence[str] | None = None, probabilities: bool = False
    ) -> dict[str, list[Decision]]:
        """Decide each text for every task, the trunk computed once.

        Args:
            texts: any number, in any order of length.
            tasks: these alone; None: all of the bundle.
            probabilities: put every label's probability into the decisions.

        Returns:
            For each task, in the bundle's order, a decision for each text.

        Raises:
            DataError: a text is not a string, or blank.
            ConfigError: the bundle has no such task.
        """
        plain = texts_of(texts)
        wanted = {name: self.router(name) for name in (self.tasks if tasks is None else tasks)}
        asked = _Rows()
        # Routers of one length read the same rows: a text is tokenised once, for token tasks, which read all of it.
        whole: dict[int, tuple[list[list[int]], list[bool]]] = {}
        parts: dict[int, tuple[list[list[Window]], list[list[int]]]] = {}
        places = {}
        for name, router in sorted(wanted.items(), key=lambda one: one[1].task.kind != "token"):
            n, reads = router.logits.max_length, router.logits
            if router.task.kind == "token":
                if n not in parts:
                    parts[n] = reads.windows(plain)
                places[name] = asked.add(parts[n][1], name)
            else:
                if n not in whole:
                    whole[n] = reads.ids_beside(plain, parts[n][0]) if n in parts else reads.ids(plain)
                places[name] = asked.add(whole[n][0], name)
        scores = self._answer(asked)
        out: dict[str, list[Decision]] = {}
        for name, router in wanted.items():
            n, about = router.logits.max_length, (router.task, router.calibration, self.folder.digest)
            given = [scores[name][place] for place in places[name]]
            if router.task.kind == "token":
                pieces = gather(plain, parts[n][0], given)
                out[name] = decide_entities(pieces, *about, probabilities=probabilities)
            else:
                logits = np.stack(given) if given else np.zeros((0, len(router.task.labels)), np.float32)
                out[name] = decide(logits, whole[n][1], *about, probabilities=probabilities)
        return out

    def _answer(self, asked: _Rows) -> dict[str, dict[int, Floats32]]:
        """Run the graph once for each batch of rows that are asked for by the same tasks."""
        scores: dict[str, dict[int, Floats32]] = {}
        for names, places in asked.by_tasks().items():
            rows = [asked.ids[place] for place in places]
            for batch in length_batches([len(row) for row in rows], max_tokens=_TOKENS, max_rows=_ROWS):
                found = run(self._session, list(names), *pad_ids([rows[i] for i in batch], self._pad_id))
                for name, values in zip(names, found, strict=True):
                    mine = scores.setdefault(name, {})
                    token = self._routers[name].task.kind == "token"
                    for position, i in enumerate(batch):
                        mine[places[i]] = values[position, : len(rows[i])] if token else values[position]
        return scores


class _Rows:
    """Distinct rows of token ids, and which tasks ask for each."""

    def __init__(self) -> None:
        self.ids: list[list[int]] = []
        self._places: dict[tuple[int, ...], int] = {}
        self._tasks: list[dict[str, None]] = []

    def add(self, ids: Sequence[list[int]], name: str) -> list[int]:
        """Ask for rows on behalf of a task; returns their places."""
        places = []
        for row in ids:
            place = self._places.setdefault(tuple(row), len(self.ids))
            if place == len(self.ids):
                self.ids.append(row)
                self._tasks.append({})
            self._tasks[place][name] = None
            places.append(place)
        return places

    def by_tasks(self) -> dict[tuple[str, ...], list[int]]:
        """Return the places of the rows that each set of tasks asks for."""
        out: dict[tuple[str, ...], list[int]] = {}
        for place, names in enumerate(self._tasks):
            out.setdefault(tuple(names), []).append(place)
        return out


def calibration_of(record: RouterRecord, folder: Path) -> Calibration:
    """Return a bundled router's calibration.

    Raises:
        ArtifactError: the manifest's rule is damaged.
    """
    try:
        return Calibration(record.temperature, Rule.from_dict(record.rule), 0, {})
    except (KeyError, TypeError, ValueError) as error:
        raise ArtifactError(f"{folder / layout.MANIFEST}: rule of {record.task.name}: {error}: damaged") from None


def load(path: str | Path, *, precision: str | None = None, threads: int | None = None) -> BundlePredictor:
    """Open a bundle, check it whole, and load its graph.

    Args:
        path: its folder.
        precision: fp32 or int8; None: the bundle's default.
        threads: for one call; None: see `open_session`.

    Raises:
        PointsmanError: no whole bundle, no such precision, or it does not load.
    """
    return BundlePredictor(open_bundle(path), precision=precision, threads=threads)
