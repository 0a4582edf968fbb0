"""Several routers on one backbone in one graph: the trunk once, a branch each, and all that a program in any language
needs beside it.

Writes everything of the bundle but its manifest, which names every other file.
"""

from __future__ import annotations

import datetime
import importlib.metadata
import json
import shutil
import statistics
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pointsman.artifacts import Artifact, BundleManifest, RouterRecord, layout, write_golden
from pointsman.artifacts.integrity import file_digest
from pointsman.artifacts.mappings import read_json
from pointsman.backbones import Backbone
from pointsman.errors import ArtifactError, ConfigError
from pointsman.export.classifier import Branch
from pointsman.export.cost import golden_of, seconds
from pointsman.export.graph import INPUTS
from pointsman.export.merged import merge
from pointsman.export.onnx import OPSET, Router, Written, session_of, write_graphs
from pointsman.inference.calibration import Calibration
from pointsman.inference.onnx_session import open_session

TOKENS = 64
"""Length of the text on which the cost of each task is measured."""


def write_bundle(
    artifacts: Sequence[Artifact],
    backbone: Backbone,
    folder: Path,
    *,
    precisions: Sequence[str],
    opset: int | None = None,
    say: Callable[[str], None],
) -> BundleManifest:
    """Write everything of a bundle but manifest.json.

    Args:
        artifacts: of different tasks, all on `backbone`.
        backbone: the verified bytes.
        folder: where to.
        precisions: of the graphs, the default one first.
        opset: of the graphs; None: the lowest that serves.
        say: told what each precision costs, and each task.

    Returns:
        The manifest, its files not yet named.

    Raises:
        PointsmanError: artifacts that do not go together, or no graph for such models.
    """
    _check(artifacts, backbone)
    routers = []
    for artifact in artifacts:
        say(f"{artifact.task.name}: folding its weights")
        routers.append(Router(artifact, merge(artifact, backbone), artifact.task.name))
    written = write_graphs(routers, folder, precisions, opset or OPSET, say)
    vocabulary = int(routers[0].model.config.vocab_size)
    depths = _depths(written, folder / layout.GRAPHS[precisions[0]], vocabulary)
    notes = _told(depths, written.branches, precisions[0])
    for note in notes:
        say(note)
    shutil.copyfile(backbone.path / layout.CONFIG, folder / layout.CONFIG)
    for name in (layout.TOKENIZER, "tokenizer_config.json"):
        shutil.copyfile(_present(artifacts[0].path / name), folder / name)
    if golden := [row for artifact in artifacts for row in golden_of(artifact)]:
        write_golden(folder, golden)
    records = [_record(artifact) for artifact in artifacts]
    _write_router(folder, records, precisions, _special_tokens(artifacts[0]))
    record = written.record.model_copy(
        update={
            "notes": [*written.record.notes, *notes],
            "figures": {**written.record.figures, "tasks": depths},
        }
    )
    first = artifacts[0].manifest
    return BundleManifest(
        backbone=first.backbone,
        routers=records,
        export=record,
        versions={
            name: importlib.metadata.version(name)
            for name in ("pointsman", "onnx", "onnxruntime", "torch", "transformers", "peft")
        },
        created=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
    )


def _check(artifacts: Sequence[Artifact], backbone: Backbone) -> None:
    for number, artifact in enumerate(artifacts):
        record = artifact.manifest.backbone
        if (record.digest, record.tokenizer_digest) != (backbone.digest, backbone.tokenizer_digest):
            raise ConfigError(
                f"{artifact.path} stands on {record.name} (weights {record.digest[:12]}…), not on {backbone.name} "
                f"({backbone.digest[:12]}…): a bundle has one trunk; make a bundle for each backbone"
            )
        if any(other.task.name == artifact.task.name for other in artifacts[:number]):
            raise ConfigError(
                f"{artifact.path}: the bundle has a task '{artifact.task.name}' already: each goes in once"
            )
        if artifact.task.name in INPUTS:
            raise ConfigError(f"{artifact.path}: task '{artifact.task.name}' has the name of an input of the graph")


def _depths(written: Written, file: Path, vocabulary: int) -> dict[str, dict[str, Any]]:
    """Return of each task: layers that it adds to the others' pass, time of a text for it alone, and time it adds.

    ONNX Runtime computes all of a graph whatever is asked of it, so that each time is that of a graph of its own.
    """
    branches = written.branches
    users = Counter(layer for branch in branches.values() for layer in branch.layers)
    whole = open_session(file, threads=1)
    out = {}
    for name, branch in branches.items():
        others = [other for other in branches if other != name]
        graphs = [whole, session_of(written.some([name])), *([session_of(written.some(others))] if others else [])]
        every, alone, *rest = (1000 * s for s in seconds(graphs, vocabulary, tokens=TOKENS))
        out[name] = {
            "layers_added": sum(users[layer] == 1 for layer in branch.layers) if others else len(branch.layers),
            "ms_alone": round(alone, 2),
            "ms_added": round(every - rest[0] if rest else every, 2),
            "ms_all": round(every, 2),
        }
    return out


def _told(depths: Mapping[str, Mapping[str, Any]], branches: Mapping[str, Branch], precision: str) -> list[str]:
    layers = [branch.layers for branch in branches.values()]
    once, apart = len({layer for row in layers for layer in row}), sum(map(len, layers))
    whole = statistics.median(cost["ms_all"] for cost in depths.values())
    head = (
        f"{len(layers)} tasks in {once} layers, apart they have {apart}; one text of {TOKENS} tokens, {precision}, one "
        f"thread: {whole:.1f} ms for all"
    )
    return [head] + [
        f"{name}: adds {cost['layers_added']} layers, {cost['ms_added']:.1f} ms ({cost['ms_alone']:.1f} ms alone)"
        for name, cost in depths.items()
    ]


def _record(artifact: Artifact) -> RouterRecord:
    manifest, calibration = artifact.manifest, Calibration.read(artifact.path)
    return RouterRecord(
        task=manifest.task,
        digest=artifact.digest,
        adapt_layers=manifest.adapt_layers,
        rank=manifest.rank,
        max_length=manifest.max_length,
        temperature=calibration.temperature,
        rule=calibration.rule.to_dict(),
        metrics=artifact.measured(),
    )


def _write_router(folder: Path, routers: Sequence[RouterRecord], precisions: Sequence[str], special: int) -> None:
    """Write `router.json`: what a program in any language has to know to use the graph."""
    config = read_json(folder / layout.CONFIG)
    content = {
        "format_version": layout.FORMAT_VERSION,
        "graphs": {
            precision: {"file": layout.GRAPHS[precision], "sha256": file_digest(folder / layout.GRAPHS[precision])}
            for precision in precisions
        },
        "default_precision": precisions[0],
        "tokenizer": layout.TOKENIZER,
        "pad_id": config.get("pad_token_id") or 0,
        "inputs": {name: {"type": "int64", "shape": ["batch", "tokens"]} for name in INPUTS},
        "how": {
            "probabilities": "softmax(logits / temperature) over the last axis",
            "sequence": "tokenise and cut off at max_length; the label with the greatest probability; below the "
            "threshold it is 'not sure': always where the rule applies to 'winner', only for the positive label where "
            "it applies to 'positive'",
            "token": "a label for each token; texts longer than max_length are read in windows; an entity is reported "
            "where the mean probability of its type over its words reaches the threshold",
        },
        "tasks": [_task(router, special) for router in routers],
    }
    text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
    (folder / layout.ROUTER).write_text(text, encoding="utf-8")


def _task(router: RouterRecord, special: int) -> dict[str, Any]:
    task, token = router.task, router.task.kind == "token"
    out: dict[str, Any] = {
        "name": task.name,
        "output": task.name,
        "shape": ["batch", *(["tokens"] if token else []), len(task.labels)],
        "kind": task.kind,
        "labels": task.labels,
        "temperature": router.temperature,
        "threshold": router.rule["threshold"],
        "applies_to": router.rule["applies_to"],
        "positive": task.positive,
        "tools": task.tools,
        "max_length": router.max_length,
        "adapt_layers": router.adapt_layers,
        "rank": router.rank,
        "digest": router.digest,
    }
    if token:
        out["windows"] = {
            "tokens": router.max_length,
            "special_tokens": special,
            "overlap": (router.max_length - special) // 4,
            "cut": "before a word, at most half the overlap before the window is full; the next window begins the "
            "overlap earlier, at a word; each window is tokenised by itself",
            "answers": "a character is answered for by one window: neighbours share their overlap at its middle, moved "
            "to the nearest white space",
        }
    return out


def _special_tokens(artifact: Artifact) -> int:
    """Return how many special tokens the tokenizer puts around a text."""
    from pointsman.encoding.tokens import read_tokenizer

    return int(read_tokenizer(artifact.path / layout.TOKENIZER).num_special_tokens_to_add(False))


def _present(file: Path) -> Path:
    if not file.is_file():
        raise ArtifactError(f"{file} is missing: the artifact is not whole")
    return file
