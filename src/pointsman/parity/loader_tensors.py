"""Which tensors the Go/Rust loader asks a merged checkpoint for, by family and head: names and shapes.

Knows config.json alone. Sources, of vllm-project/semantic-router in August 2026, below
candle-binding/src/model_architectures: lora/bert_lora.rs, traditional/modernbert.rs and
traditional/candle_models/modernbert.rs. That runtime has no code for RoBERTa: its names are those of Transformers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pointsman.tasks.task import Kind

Shapes = dict[str, list[int]]


def expected_tensors(family: str, kind: Kind, config: Mapping[str, Any], classes: int) -> Shapes:
    """Return the shape of every tensor by its name.

    Args:
        family: `bert`, `roberta` or `modernbert`.
        kind: a label for the text, or for each token.
        config: content of config.json; its sizes must be there.
        classes: number of labels.
    """
    if family == "modernbert":
        return _modernbert(config) | _linear("classifier", classes, config["hidden_size"])
    return _bert(family, config) | _head(family, kind, config["hidden_size"], classes)


def _head(family: str, kind: Kind, width: int, classes: int) -> Shapes:
    if kind == "token":
        return _linear("classifier", classes, width)
    if family == "roberta":
        return _linear("classifier.dense", width, width) | _linear("classifier.out_proj", classes, width)
    return _linear("bert.pooler.dense", width, width) | _linear("classifier", classes, width)


def _bert(prefix: str, config: Mapping[str, Any]) -> Shapes:
    width, inner = config["hidden_size"], config["intermediate_size"]
    below = f"{prefix}.embeddings"
    shapes: Shapes = {
        f"{below}.word_embeddings.weight": [config["vocab_size"], width],
        f"{below}.position_embeddings.weight": [config["max_position_embeddings"], width],
        f"{below}.token_type_embeddings.weight": [config["type_vocab_size"], width],
        **_norm(f"{below}.LayerNorm", width),
    }
    for number in range(config["num_hidden_layers"]):
        layer = f"{prefix}.encoder.layer.{number}"
        for name in ("query", "key", "value"):
            shapes |= _linear(f"{layer}.attention.self.{name}", width, width)
        shapes |= _linear(f"{layer}.attention.output.dense", width, width)
        shapes |= _norm(f"{layer}.attention.output.LayerNorm", width)
        shapes |= _linear(f"{layer}.intermediate.dense", inner, width)
        shapes |= _linear(f"{layer}.output.dense", width, inner)
        shapes |= _norm(f"{layer}.output.LayerNorm", width)
    return shapes


def _modernbert(config: Mapping[str, Any]) -> Shapes:
    width, inner = config["hidden_size"], config["intermediate_size"]
    shapes: Shapes = {
        "model.embeddings.tok_embeddings.weight": [config["vocab_size"], width],
        "model.embeddings.norm.weight": [width],
        "model.final_norm.weight": [width],
        "head.dense.weight": [width, width],
        "head.norm.weight": [width],
    }
    for number in range(config["num_hidden_layers"]):
        layer = f"model.layers.{number}"
        shapes |= {
            f"{layer}.attn.Wqkv.weight": [3 * width, width],
            f"{layer}.attn.Wo.weight": [width, width],
            f"{layer}.mlp.Wi.weight": [2 * inner, width],
            f"{layer}.mlp.Wo.weight": [width, inner],
            f"{layer}.mlp_norm.weight": [width],
        }
        if number:  # the first layer's attention follows the embeddings' own norm
            shapes[f"{layer}.attn_norm.weight"] = [width]
    return shapes


def _linear(name: str, rows: int, columns: int) -> Shapes:
    return {f"{name}.weight": [rows, columns], f"{name}.bias": [rows]}


def _norm(name: str, width: int) -> Shapes:
    return {f"{name}.weight": [width], f"{name}.bias": [width]}
