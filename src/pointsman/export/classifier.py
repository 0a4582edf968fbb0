"""A stock classifier into a graph, whatever its family."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pointsman.errors import BackboneError
from pointsman.export import bert, modernbert
from pointsman.export.graph import Array, Graph
from pointsman.export.linear import Linear
from pointsman.export.quantize import Roundings, Setting
from pointsman.tasks.task import Kind

if TYPE_CHECKING:
    from transformers import PreTrainedModel


@dataclass(frozen=True)
class Branch:
    """One router within a graph.

    Attributes:
        output: name of its logits.
        layers: what each of its layers computes, lowest first: equal names are shared.
    """

    output: str
    layers: tuple[str, ...]


def add_classifier(
    graph: Graph,
    model: PreTrainedModel,
    kind: Kind,
    output: str,
    setting: Setting,
    *,
    trunk: int = 0,
    roundings: Roundings = MappingProxyType({}),
) -> Branch:
    """Add a stock model and name its logits as an output of the graph.

    Args:
        graph: to add to; what it holds already is not added twice.
        model: fp32, LoRA folded in.
        kind: of its head.
        output: name of its logits.
        setting: what is int8.
        trunk: how many layers, from the lowest, the router does not adapt.
        roundings: of its layers' weights, by name; what is not in it is rounded plainly.

    Raises:
        BackboneError: no graph is known for its family, or for how it is configured.
    """
    config = model.config
    tensors = {name: value.detach().numpy() for name, value in model.state_dict().items()}
    linear = Linear(graph, tensors, trunk, setting.of(output, trunk), roundings)
    if config.model_type in ("bert", "roberta", "xlm-roberta"):
        logits, layers = bert.add(linear, config, kind)
    elif config.model_type == "modernbert":
        logits, layers = modernbert.add(linear, config, kind, _rotary(model))
    else:
        raise BackboneError(f"no ONNX graph is known for models of type '{config.model_type}': use --format merged")
    graph.output(logits, output, ("batch", *(["tokens"] if kind == "token" else []), config.num_labels))
    return Branch(output, layers)


def _rotary(model: Any) -> dict[str, tuple[Array, Array]]:
    import torch

    positions = torch.arange(model.config.max_position_embeddings)[None]
    tables = {}
    with torch.no_grad():
        for type_ in sorted(set(model.config.layer_types)):
            both: Callable[..., Any] = model.model.rotary_emb
            cos, sin = (table[0].numpy() for table in both(torch.zeros(1), positions, layer_type=type_))
            half = cos.shape[1] // 2  # the second half repeats the first
            tables[type_] = (cos[:, :half], sin[:, :half])
    return tables
