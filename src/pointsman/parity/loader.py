"""What the Go/Rust semantic router would read from a merged export, and why it would not load or would misread it.

A folder is read as that loader reads it: its name, JSON, and the header of the safetensors file; no model is built.
The rules are those of vllm-project/semantic-router in August 2026: model_discovery_scan.go, mapping.go (below
src/semantic-router/pkg/classification) and candle-binding/src.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pointsman.artifacts import layout
from pointsman.artifacts.directory import tensor_shapes
from pointsman.errors import ArtifactError
from pointsman.export.merged import LORA_MARKS
from pointsman.export.names import discovered_architecture
from pointsman.parity.loader_tensors import Shapes, expected_tensors
from pointsman.tasks.task import Kind

CAP = 512
"""Tokens after which that runtime cuts every text off."""

_NAME = re.compile(
    r"(?P<stem>lora_[\w-]+?_(?:classifier|detector|router))_(?P<architecture>.+)_"
    r"(?:r(?P<rank>\d+)|full)(?P<token>_token)?_model_rust"
)
# Stem -> the mapping file that is read for it.
_MAPPINGS = {
    "lora_intent_classifier": "category_mapping.json",
    "lora_tool_intent_classifier": "category_mapping.json",
    "lora_pii_detector": "pii_type_mapping.json",
    "lora_jailbreak_classifier": "jailbreak_type_mapping.json",
    "lora_modality_router": "modality_mapping.json",
}
_MODALITIES = ("AR", "DIFFUSION", "BOTH")
_LABEL_PAIRS = (("label_to_id", "id_to_label"), ("label2id", "id2label"))
_CATEGORY_PAIRS = (("category_to_idx", "idx_to_category"),)
_INDEX_PAIRS = (("label_to_idx", "idx_to_label"), ("label_to_id", "id_to_label"))

_FAMILIES = {"bert": "bert", "roberta": "roberta", "xlm-roberta": "roberta", "modernbert": "modernbert"}
_SIZES = (
    "vocab_size",
    "hidden_size",
    "num_hidden_layers",
    "num_attention_heads",
    "intermediate_size",
    "max_position_embeddings",
    "pad_token_id",
)
_COUNTS = {
    "bert": (*_SIZES, "type_vocab_size"),
    "roberta": (*_SIZES, "type_vocab_size"),
    "modernbert": (*_SIZES, "global_attn_every_n_layers", "local_attention"),
}
_RATES = {
    "bert": ("layer_norm_eps", "hidden_dropout_prob", "initializer_range"),
    "roberta": ("layer_norm_eps", "hidden_dropout_prob", "initializer_range"),
    "modernbert": ("layer_norm_eps", "global_rope_theta", "local_rope_theta"),
}
_ACTIVATIONS = ("gelu", "geluapproximate", "relu")


@dataclass(frozen=True)
class Problem:
    """One reason why that loader would not load a folder, or would take it for something else.

    Attributes:
        rule: `files`, `name`, `config`, `labels`, `lora` or `tensors`.
        told: what is wrong and where, one line.
    """

    rule: str
    told: str

    def __str__(self) -> str:
        return self.told


@dataclass(frozen=True)
class LoaderView:
    """What that loader would see in a folder.

    Attributes:
        name: the directory's name, lower-cased.
        stem: its part before the architecture, which says the task.
        architecture: as read from the name.
        rank: of the LoRA that was merged, from the name; 0: all weights were trained.
        kind: a label for the text, or for each token.
        labels: in index order.
        mapping_file: the task's own.
        layers, width: of the model.
        max_tokens: after which texts are cut off there.
        notes: where its answers can differ from the router's own, though it loads.
    """

    name: str
    stem: str
    architecture: str
    rank: int
    kind: Kind
    labels: tuple[str, ...]
    mapping_file: str
    layers: int
    width: int
    max_tokens: int
    notes: tuple[str, ...]


def check_loader(folder: Path, *, name: str | None = None) -> list[Problem]:
    """Return every reason why that loader would not load a merged export as what it is; none: it would.

    Args:
        folder: the export.
        name: what the folder is going to be called, where it has another name while it is written.
    """
    return _Reading(folder, name or folder.resolve().name).problems


def read_as_loader(folder: Path, *, name: str | None = None) -> LoaderView:
    """Return what that loader would see.

    Raises:
        ArtifactError: it would not load the folder; the first reason is given.
    """
    reading = _Reading(folder, name or folder.resolve().name)
    if reading.problems or reading.view is None:
        raise ArtifactError(f"{folder} would not load in the Go/Rust router: {reading.problems[0]}")
    return reading.view


class _Reading:
    """One pass over a folder; each check adds to `problems`, and those that need what failed are left out."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder = folder
        self.problems: list[Problem] = []
        self.view: LoaderView | None = None
        named = self._read_name(name.lower())
        config, lora = self._json(layout.CONFIG), self._json(layout.LORA_CONFIG)
        tokenizer, tokenizer_config = self._json(layout.TOKENIZER), self._json("tokenizer_config.json")
        if tokenizer is not None and not isinstance(tokenizer.get("model"), dict):
            self._add("files", f"{layout.TOKENIZER}: holds no 'model': it is no fast tokenizer")
        kind = self._read_lora(lora, named)
        family = self._read_config(config, named, kind)
        labels = self._read_labels(config)
        mapping = self._read_mappings(labels, named)
        shapes = self._shapes()
        if shapes is not None and family is not None and labels is not None and config is not None:
            self._compare_tensors(shapes, expected_tensors(family, kind, config, len(labels)))
        if self.problems or named is None or labels is None or config is None or family is None:
            return
        self.view = LoaderView(
            name=name.lower(),
            stem=named["stem"],
            architecture=discovered_architecture(name),
            rank=int(named["rank"] or 0),
            kind=kind,
            labels=tuple(labels),
            mapping_file=mapping or "",
            layers=config["num_hidden_layers"],
            width=config["hidden_size"],
            max_tokens=CAP,
            notes=tuple(_differences(config, tokenizer_config or {}, kind, family)),
        )

    def _add(self, rule: str, told: str) -> None:
        self.problems.append(Problem(rule, told))

    def _json(self, name: str) -> dict[str, Any] | None:
        try:
            content = json.loads((self.folder / name).read_text(encoding="utf-8"))
        except FileNotFoundError:
            self._add("files", f"{name} is missing")
            return None
        except (OSError, ValueError) as error:
            self._add("files", f"{name} cannot be read: {' '.join(str(error).split())}")
            return None
        if not isinstance(content, dict):
            self._add("files", f"{name}: no JSON object")
            return None
        return content

    def _read_name(self, name: str) -> re.Match[str] | None:
        named = _NAME.fullmatch(name)
        if named is None:
            self._add(
                "name",
                f"directory name {name!r}: not of the form lora_…_{{architecture}}_r{{rank}}[_token]_model_rust, "
                "by which it is discovered",
            )
        elif "category" in named["stem"] and named["stem"].endswith("_classifier"):
            self._add("name", f"directory name {name!r}: a 'category … classifier' is taken for a domain classifier")
        return named

    def _read_lora(self, lora: Mapping[str, Any] | None, named: re.Match[str] | None) -> Kind:
        """Check lora_config.json and return what kind of head it tells of."""
        file, token = layout.LORA_CONFIG, named is not None and named["token"] is not None
        if lora is None:
            return "token" if token else "sequence"
        for one, other in (("rank", "r"), ("alpha", "lora_alpha"), ("dropout", "lora_dropout")):
            missing = [key for key in (one, other) if not _is_number(lora.get(key))]
            if missing:
                self._add("lora", f"{file}: '{missing[0]}' is missing or no number (readers look for either spelling)")
            elif lora[one] != lora[other]:
                self._add("lora", f"{file}: '{one}' is {lora[one]}, '{other}' is {lora[other]}")
        if named is not None and named["rank"] is not None and lora.get("rank") != int(named["rank"]):
            self._add("lora", f"{file}: 'rank' is {lora.get('rank')}, the directory's name says r{named['rank']}")
        targets = lora.get("target_modules")
        if not isinstance(targets, list) or not all(isinstance(target, str) for target in targets):
            self._add("lora", f"{file}: 'target_modules' is no list of names")
        task_type = lora.get("task_type")
        if task_type not in ("SEQ_CLS", "TOKEN_CLS"):
            self._add("lora", f"{file}: 'task_type' is {task_type!r}, not SEQ_CLS or TOKEN_CLS")
            return "token" if token else "sequence"
        if named is not None and token != (task_type == "TOKEN_CLS"):
            self._add("name", f"directory name: {'_token' if token else 'no _token'}, but {file} says {task_type}")
        read_as = {"lora_pii_detector": "TOKEN_CLS"} if named is not None and named["stem"] in _MAPPINGS else None
        if named is not None and read_as is not None and read_as.get(named["stem"], "SEQ_CLS") != task_type:
            self._add("name", f"directory name: {named['stem']} is not read as {task_type}")
        return "token" if task_type == "TOKEN_CLS" else "sequence"

    def _read_config(self, config: Mapping[str, Any] | None, named: re.Match[str] | None, kind: Kind) -> str | None:
        """Check config.json and return the model's family, or None where its sizes cannot be relied on."""
        if config is None:
            return None
        file, model_type = layout.CONFIG, config.get("model_type")
        family = _FAMILIES.get(str(model_type))
        if family is None:
            self._add("config", f"{file}: 'model_type' is {model_type!r}, not one of {', '.join(_FAMILIES)}")
            return None
        if named is not None and (read := discovered_architecture(named.string)) != family:
            self._add("name", f"directory name: read as {read}, {file} says {model_type}")
        whole = [key for key in _COUNTS[family] if not _is_count(config.get(key))]
        for key in whole:
            self._add("config", f"{file}: '{key}' is missing or no whole number")
        for key in _RATES[family]:
            if not _is_number(config.get(key)):
                self._add("config", f"{file}: '{key}' is missing or no number")
        if family == "modernbert":
            self._read_modernbert(config, kind)
        elif config.get("hidden_act") not in _ACTIVATIONS:
            self._add("config", f"{file}: 'hidden_act' is {config.get('hidden_act')!r}, not {', '.join(_ACTIVATIONS)}")
        return None if whole else family

    def _read_modernbert(self, config: Mapping[str, Any], kind: Kind) -> None:
        """Check that the former keys, which that loader reads, say the same as those of Transformers 5."""
        file, rope = layout.CONFIG, _rope(config)
        if kind == "sequence" and config.get("classifier_pooling") != "mean":
            self._add(
                "config", f"{file}: 'classifier_pooling' is {config.get('classifier_pooling')!r}: it pools 'mean'"
            )
        pairs = [("layer_norm_eps", "norm_eps", config.get("norm_eps"))]
        for key, part in (("global_rope_theta", "full_attention"), ("local_rope_theta", "sliding_attention")):
            theta = rope.get(part, {}).get("rope_theta")
            pairs.append((key, f"rope_parameters.{part}.rope_theta", theta))
        for key, other, value in pairs:
            if value is not None and key in config and config[key] != value:
                self._add("config", f"{file}: '{key}' is {config[key]}, '{other}' is {value}")
        types, period = config.get("layer_types"), config.get("global_attn_every_n_layers")
        if isinstance(types, list) and _is_count(period) and period:
            read = ["sliding_attention" if number % period else "full_attention" for number in range(len(types))]
            if read != types:
                self._add("config", f"{file}: 'global_attn_every_n_layers' {period} and 'layer_types' differ")

    def _read_labels(self, config: Mapping[str, Any] | None) -> list[str] | None:
        """Return the labels in index order, as config.json has them."""
        if config is None:
            return None
        labels = _in_order(config.get("id2label"))
        if labels is None:
            self._add("labels", f"{layout.CONFIG}: 'id2label' is missing or not contiguous from \"0\"")
            return None
        self._compare_forward(layout.CONFIG, "label2id", config.get("label2id"), labels)
        return labels

    def _read_mappings(self, labels: Sequence[str] | None, named: re.Match[str] | None) -> str | None:
        """Check label_mapping.json and the task's own mapping file, and return the latter's name."""
        stem = named["stem"] if named is not None else ""
        name = _MAPPINGS.get(stem)
        if name is None:
            found = sorted(p.name for p in self.folder.glob("*_mapping.json") if p.name != layout.LABEL_MAPPING)
            if not found:
                self._add("files", "the task's own mapping file (…_mapping.json) is missing")
            name = found[0] if found else None
        for file in (layout.LABEL_MAPPING, name):
            content = self._json(file) if file is not None else None
            if file is None or content is None or labels is None:
                continue
            for forward, backward in _pairs_of(file):
                self._compare_forward(file, forward, content.get(forward), labels)
                if _in_order(content.get(backward)) != list(labels):
                    self._add("labels", f"{file}: '{backward}' is missing or in another order than {layout.CONFIG}")
        if stem == "lora_modality_router" and labels is not None and tuple(labels) != _MODALITIES:
            self._add("labels", f"labels are {', '.join(labels)}: their order is fixed there: {', '.join(_MODALITIES)}")
        return name

    def _compare_forward(self, file: str, key: str, found: object, labels: Sequence[str]) -> None:
        whole = isinstance(found, dict) and all(_is_count(index) for index in found.values())
        if not whole or found != {label: index for index, label in enumerate(labels)}:
            self._add(
                "labels", f"{file}: '{key}' is missing, not of whole numbers, or in another order than 'id2label'"
            )

    def _shapes(self) -> Shapes | None:
        for name in (layout.ADAPTER_CONFIG, layout.ADAPTER_WEIGHTS):
            if (self.folder / name).exists():
                self._add("files", f"{name}: adapters are not read there: it has no place beside a merged checkpoint")
        try:
            return tensor_shapes(self.folder / layout.FULL_WEIGHTS)
        except ArtifactError as error:
            self._add("files", str(error).removeprefix(f"{self.folder}/"))
            return None

    def _compare_tensors(self, found: Shapes, expected: Shapes) -> None:
        file = layout.FULL_WEIGHTS
        for name in sorted(found.keys() - expected.keys()):
            lora = any(mark in name for mark in LORA_MARKS)
            why = "it is of an adapter that was not merged" if lora else "that loader would run another model"
            self._add("tensors", f"{file}: {name} is not read: {why}")
        for name, shape in expected.items():
            if name not in found:
                self._add("tensors", f"{file}: {name} is missing")
            elif found[name] != shape:
                self._add("tensors", f"{file}: {name} is {found[name]}, {layout.CONFIG} says {shape}")


def _pairs_of(file: str) -> tuple[tuple[str, str], ...]:
    if file == layout.LABEL_MAPPING:
        return _LABEL_PAIRS
    return _CATEGORY_PAIRS if file.startswith("category") else _INDEX_PAIRS


def _in_order(mapping: object) -> list[str] | None:
    """Return the values of a mapping with the keys "0", "1", …, or None where it is none."""
    if not isinstance(mapping, dict) or not mapping:
        return None
    values = [mapping.get(str(index)) for index in range(len(mapping))]
    return [str(value) for value in values] if all(isinstance(value, str) for value in values) else None


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _differences(
    config: Mapping[str, Any], tokenizer_config: Mapping[str, Any], kind: Kind, family: str
) -> Iterator[str]:
    """Yield where that runtime's answers can differ from the router's own."""
    own = tokenizer_config.get("model_max_length")
    if kind == "token":
        yield f"that runtime cuts texts off after {CAP} tokens; here long texts are read to their end, in windows"
    elif _is_count(own) and own != CAP:
        yield f"that runtime cuts texts off after {CAP} tokens; here after {own}: texts between them are read otherwise"
    positions = config["max_position_embeddings"] - (2 if family == "roberta" else 0)
    if family != "modernbert" and positions < CAP:
        yield f"the model has {positions} positions: that runtime fails on texts of more tokens, up to its {CAP}"
    if scaled := {
        str(kind) for part in _rope(config).values() if (kind := part.get("rope_type", "default")) != "default"
    }:
        yield f"rotary positions are scaled ({', '.join(sorted(scaled))}); that runtime takes the plain ones"
    if family == "roberta":
        yield "that runtime discovers RoBERTa, but its Candle binding of August 2026 has no code for it"
    if family == "modernbert":
        yield "that runtime computes GELU in the head of ModernBERT by tanh: scores differ a little"


def _rope(config: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the settings of rotary positions for each kind of attention."""
    found = config.get("rope_parameters")
    return {kind: part for kind, part in found.items() if isinstance(part, dict)} if isinstance(found, dict) else {}
