"""Label mapping files, in every key spelling that readers of them use, and the check that they agree."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pointsman.artifacts import layout
from pointsman.errors import ArtifactError
from pointsman.tasks import Task
from pointsman.tasks.task import MappingStyle

# label -> index, index -> label
_PAIRS: dict[str, tuple[tuple[str, str], ...]] = {
    "label": (("label_to_id", "id_to_label"), ("label2id", "id2label")),
    "category": (("category_to_idx", "idx_to_category"),),
    "index": (("label_to_idx", "idx_to_label"), ("label_to_id", "id_to_label")),
}
_KNOWN_PAIRS = tuple(dict.fromkeys(pair for pairs in _PAIRS.values() for pair in pairs))


def _mapping(labels: Sequence[str], style: str) -> dict[str, Any]:
    forward = {label: index for index, label in enumerate(labels)}
    backward = {str(index): label for index, label in enumerate(labels)}
    out: dict[str, Any] = {}
    for to_index, to_label in _PAIRS[style]:
        out |= {to_index: forward, to_label: backward}
    return out


def write_mappings(folder: Path, task: Task, *, instruction_template: str | None = None) -> None:
    """Write `label_mapping.json` and the task's own mapping file.

    Args:
        folder: of the artifact.
        task: whose labels.
        instruction_template: of a model that says the label: goes into `label_mapping.json`.
    """
    style: MappingStyle = task.mapping_style
    more = {} if instruction_template is None else {"instruction_template": instruction_template}
    files = {
        layout.LABEL_MAPPING: {**_mapping(task.labels, "label"), **more},
        task.mapping_file: _mapping(task.labels, style),
    }
    for name, mapping in files.items():
        (folder / name).write_text(json.dumps(mapping, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def check_label_order(folder: Path, task: Task) -> None:
    """Compare the task's label order with config.json and with every mapping file.

    Raises:
        ArtifactError: a file is missing or unreadable, or says another order (both are named).
    """
    for name in (layout.CONFIG, layout.LABEL_MAPPING, task.mapping_file):
        content = read_json(folder / name)
        pairs = [pair for pair in _KNOWN_PAIRS if pair[0] in content or pair[1] in content]
        if not pairs:
            raise ArtifactError(f"{folder / name}: holds no label mapping; the artifact is damaged")
        for to_index, to_label in pairs:
            _compare(folder / name, to_label, _from_backward(content.get(to_label)), task.labels)
            _compare(folder / name, to_index, _from_forward(content.get(to_index)), task.labels)


def _compare(file: Path, key: str, found: list[str] | None, expected: Sequence[str]) -> None:
    if found is None:
        raise ArtifactError(f"{file}: '{key}' is missing or is no contiguous label mapping")
    if found != list(expected):
        raise ArtifactError(
            f"{file}: '{key}' orders the labels [{', '.join(found)}], the manifest orders them "
            f"[{', '.join(expected)}]: refusing to guess; train or export again"
        )


def _from_forward(mapping: object) -> list[str] | None:
    if not isinstance(mapping, Mapping):
        return None
    return _from_backward({str(index): label for label, index in mapping.items()})


def _from_backward(mapping: object) -> list[str] | None:
    if not isinstance(mapping, Mapping):
        return None
    try:
        return [str(mapping[str(index)]) for index in range(len(mapping))]
    except KeyError:
        return None


def read_json(file: Path) -> dict[str, Any]:
    """Read a JSON object.

    Raises:
        ArtifactError: missing, unreadable, or something else than an object.
    """
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ArtifactError(f"{file} is missing: the artifact is not whole") from None
    except (OSError, ValueError, RecursionError) as error:
        raise ArtifactError(f"{file} cannot be read: {error}") from None
    if not isinstance(content, dict):
        raise ArtifactError(f"{file}: expected a JSON object")
    return content
