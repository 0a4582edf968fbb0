"""Scoring a block: its rows read, decided for every task in one pass, and written as one Parquet file.

A part file's bytes follow from rows, models and settings alone, whoever wrote it and when; what is counted over its
rows stands in the file itself. Rows at fault go to a file beside it, written before.
"""

from __future__ import annotations

import io
import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any

from pointsman.artifacts import read_kind
from pointsman.data import storage
from pointsman.data.corpus import CorpusBlock
from pointsman.data.corpus_reader import BadRow, CorpusReader, CorpusRow
from pointsman.errors import ArtifactError
from pointsman.inference.entities import names
from pointsman.pipeline.score_plan import ScoreOptions
from pointsman.pipeline.step import Block, Report
from pointsman.serving.opening import open_models
from pointsman.serving.settings import Settings
from pointsman.tasks import Decision, Task

PART, REJECTED = "part-{}.parquet", "rejected-{}.jsonl"
BINS = 20
_METADATA = b"pointsman.score"
_BATCH_ROWS, _BATCH_CHARACTERS = 1024, 1 << 19
_EXAMPLES, _FAULTS, _SHOWN = 5, 3, 160
_BLOCK = tuple(one.name for one in fields(CorpusBlock))


def model_settings(options: ScoreOptions) -> Settings:
    """Return how the models are opened."""
    graphs = all(read_kind(path) in ("bundle", "onnx") for path in options.models)
    return Settings(
        paths=options.models,
        runtime="onnx" if graphs else "torch",
        precision=options.precision,
        threads=options.threads,
        device=options.device,
        backbone=options.backbone,
    )


class Scorer:
    """Holds the models and scores blocks.

    Args:
        options: those of the plan.

    Raises:
        PointsmanError: a model does not load, or is not the one that the plan was made with.
    """

    def __init__(self, options: ScoreOptions) -> None:
        assert options.settled is not None
        self._options, self._settled = options, options.settled
        models = open_models(model_settings(options))
        for name, digest in self._settled.digests.items():
            if models.routers[name].digest != digest:
                raise ArtifactError(
                    f"{models.routers[name].path} is not the model for '{name}' that this run began with: give every "
                    "worker the same files"
                )
        self._panel = models.panel
        self._tasks = {name: models.panel.tasks[name] for name in self._settled.digests}
        self._reader = CorpusReader(options.fields)
        self._place = storage.folder(options.output)

    def __call__(self, block: Block) -> Report:
        """Score a block and write its files.

        Raises:
            DataError: its file cannot be read, or has changed.
            OutputError: the place cannot be written.
        """
        begun = time.time()
        at = CorpusBlock(**{name: block[name] for name in _BLOCK})
        rows, bad = self._reader.read(at)
        decisions = self._decide(rows)
        name = str(block["name"])
        told = self._told(name, at, rows, bad, decisions)
        if bad:
            lines = [{"file": at.source, "row": row.row, "reason": row.reason} for row in bad]
            text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
            self._place.write(REJECTED.format(name), text.encode())
        self._place.write(PART.format(name), self._part(rows, decisions, told))
        return {**told, "begun": begun, "ended": time.time()}

    def _decide(self, rows: Sequence[CorpusRow]) -> dict[str, list[Decision]]:
        """Decide all rows; batches hold texts of like length, equal ones side by side."""
        out: dict[str, list[Any]] = {name: [None] * len(rows) for name in self._tasks}
        for batch in _batches([row.text for row in rows]):
            found = self._panel.predict_all(
                [rows[place].text for place in batch],
                tasks=list(self._tasks),
                probabilities=self._options.probabilities,
            )
            for name, decisions in out.items():
                for place, decision in zip(batch, found[name], strict=True):
                    decisions[place] = decision
        return out

    def _told(
        self,
        name: str,
        block: CorpusBlock,
        rows: Sequence[CorpusRow],
        bad: Sequence[BadRow],
        decisions: Mapping[str, Sequence[Decision]],
    ) -> dict[str, Any]:
        kept = self._options.fields.keep
        text = kept.index(self._options.fields.text) if self._options.fields.text in kept else None
        return {
            "name": name,
            "rows": block.rows,
            "rejected": len(bad),
            "run": self._settled.run,
            "faults": [{"file": block.source, "row": row.row, "reason": row.reason} for row in bad[:_FAULTS]],
            "tasks": {task: _counted(rows, found, text is not None) for task, found in decisions.items()},
        }

    def _part(
        self, rows: Sequence[CorpusRow], decisions: Mapping[str, Sequence[Decision]], told: Mapping[str, Any]
    ) -> bytes:
        import pyarrow
        import pyarrow.parquet

        columns: dict[str, Any] = {"id": pyarrow.array([row.id for row in rows], pyarrow.string())}
        for index, name in enumerate(self._options.fields.keep):
            columns[name] = pyarrow.array([row.kept[index] for row in rows], pyarrow.string())
        for name, task in self._tasks.items():
            columns |= self._columns(task, decisions[name])
        metadata = {
            _METADATA: json.dumps(told, ensure_ascii=False, sort_keys=True).encode(),
            b"pointsman.models": json.dumps(dict(self._settled.digests), sort_keys=True).encode(),
        }
        table = pyarrow.table(columns).replace_schema_metadata(metadata)
        out = io.BytesIO()
        pyarrow.parquet.write_table(table, out, compression="zstd")
        return out.getvalue()

    def _columns(self, task: Task, found: Sequence[Decision]) -> dict[str, Any]:
        import pyarrow as pa

        small, text = pa.float32(), pa.string()
        out = {
            "label": pa.array([one.label for one in found], text),
            "confidence": pa.array([one.probability for one in found], small),
            "margin": pa.array([one.margin for one in found], small),
            "runner_up": pa.array([one.runner_up for one in found], text),
            "abstained": pa.array([one.abstained for one in found], pa.bool_()),
            "truncated": pa.array([one.truncated for one in found], pa.bool_()),
        }
        if task.kind == "token":
            kinds = [("type", text), ("start", pa.int32()), ("end", pa.int32()), ("score", small)]
            kinds += [("text", text)] if self._options.entity_text else []
            named = [name for name, _ in kinds]
            spans = [[{name: getattr(span, name) for name in named} for span in one.spans or ()] for one in found]
            out["entities"] = pa.array(spans, pa.list_(pa.struct(kinds)))
            out["count"] = pa.array([len(one) for one in spans], pa.int32())
        if self._options.probabilities:
            labels = names(task) if task.kind == "token" else task.labels
            every = [[(one.probabilities or {})[label] for label in labels] for one in found]
            each = [pa.array([row[index] for row in every], small) for index in range(len(labels))]
            out["probabilities"] = pa.StructArray.from_arrays(each, names=list(labels))
        return {f"{task.name}_{name}": column for name, column in out.items()}


def column_names(task: str, *, token: bool, probabilities: bool) -> list[str]:
    """Return the columns that a task has in a part."""
    own = ["label", "confidence", "margin", "runner_up", "abstained", "truncated"]
    own += (["entities", "count"] if token else []) + (["probabilities"] if probabilities else [])
    return [f"{task}_{name}" for name in own]


def _batches(texts: Sequence[str]) -> Iterator[list[int]]:
    """Yield the places of texts, shortest first, so many at a time as fit into memory well."""
    batch: list[int] = []
    size = 0
    for place in sorted(range(len(texts)), key=lambda i: (len(texts[i]), texts[i])):
        if batch and (len(batch) == _BATCH_ROWS or size + len(texts[place]) > _BATCH_CHARACTERS):
            yield batch
            batch, size = [], 0
        batch.append(place)
        size += len(texts[place])
    if batch:
        yield batch


def _counted(rows: Sequence[CorpusRow], found: Sequence[Decision], with_text: bool) -> dict[str, Any]:
    """Count a task's decisions; texts of examples only where texts are kept."""
    confidence = [0] * BINS
    examples: dict[str, list[dict[str, Any]]] = {}
    for row, one in zip(rows, found, strict=True):
        confidence[min(BINS - 1, int(BINS * one.probability))] += 1
        shown = examples.setdefault(one.label, [])
        if len(shown) < _EXAMPLES:
            text = {"text": " ".join(row.text[: 2 * _SHOWN].split())[:_SHOWN]} if with_text else {}
            shown.append({"id": row.id[:_SHOWN], "confidence": round(one.probability, 4), **text})
    return {
        "labels": dict(Counter(one.label for one in found)),
        "abstained": sum(one.abstained for one in found),
        "truncated": sum(one.truncated for one in found),
        "entities": dict(Counter(span.type for one in found for span in one.spans or ())),
        "confidence": confidence,
        "examples": examples,
    }


def read_report(place: storage.Folder, file: str) -> dict[str, Any] | None:
    """Return what a part says of its block; None: it cannot be read."""
    import pyarrow
    import pyarrow.parquet

    try:
        with place.open(file) as stream:
            found = json.loads(pyarrow.parquet.read_metadata(stream).metadata[_METADATA])
    except (pyarrow.ArrowException, OSError, KeyError, TypeError, ValueError):
        return None
    return found if isinstance(found, dict) else None
