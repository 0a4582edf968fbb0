"""From flags to options: what `pointsman train` and a pipeline file have in common.

Takes values by flag name (dashes as underscores), as typed or as YAML gives them; gives `TrainOptions`. It does not
know where a value was written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pointsman.data.files import Fields
from pointsman.data.synthesis import SynthesisOptions
from pointsman.errors import ConfigError
from pointsman.pipeline.options import DataOptions, RequestOptions, TrainOptions
from pointsman.pipeline.strategies import strategy_of

_CHOICES = {
    "adapt": ("lora", "full"),
    "device": ("auto", "cpu", "cuda"),
    "precision": ("auto", "bf16", "fp32"),
    "on_conflict": ("refuse", "drop"),
    "pooling": ("last", "mean"),
}
_REQUEST: dict[str, Any] = {
    "strategy": None,
    "template": None,
    "system": "",
    "min_pixels": 0,
    "max_pixels": 0,
    "max_tokens": 0,
    "pooling": "last",
    "hidden_layer": -1,
    "features": None,
    "quantised": False,
}
_RECIPE: dict[str, Any] = {
    "model": str,
    "adapt": str,
    "adapt_layers": str,
    "lora_rank": int,
    "lora_alpha": int,
    "lora_dropout": float,
    "target_modules": str,
    "epochs": int,
    "batch_size": int,
    "gradient_accumulation": int,
    "gradient_checkpointing": bool,
    "learning_rate": float,
    "weight_decay": float,
    "label_smoothing": float,
    "max_length": int,
    "max_samples": int,
    "patience": int,
    "evaluate_every": int,
    "head_hidden": int,
    "refit": bool,
    "seed": int,
}
_DATA: dict[str, Any] = {
    "data": None,
    "labels": None,
    "text_field": None,
    "label_field": None,
    "split_field": None,
    "group_field": None,
    "exclude_label": None,
    "spans_field": None,
    "label_map": None,
    "oos_label": None,
    "on_conflict": "refuse",
    "no_generator": False,
    "shifted": None,
    "allow_leakage": False,
    "vllm_endpoint": None,
    "synthesize_both": None,
    "synthesis_model": None,
}
DEFAULTS: Mapping[str, Any] = {
    "task": None,
    "name": None,
    **_DATA,
    "recipe": "fast",
    **dict.fromkeys(_RECIPE),
    **_REQUEST,
    "device": "auto",
    "precision": "auto",
    "target": "default",
    "out": None,
    "resume": False,
    "overwrite": False,
}
"""Every flag that says what and how to train, and what stands for one that is not given."""

# In a pipeline file; recipe settings are converted to their own kind.
SWITCHES = frozenset(
    {"no_generator", "allow_leakage", "gradient_checkpointing", "quantised", "refit", "resume", "overwrite"}
)
LISTS = frozenset({"labels", "exclude_label", "label_map", "target_modules"})
_OF_REQUEST = frozenset(name for name, usual in _REQUEST.items() if isinstance(usual, int) and usual is not False)
WHOLE_NUMBERS = (
    frozenset(name for name, kind in _RECIPE.items() if kind is int) | {"adapt_layers", "synthesize_both"} | _OF_REQUEST
)
NUMBERS = WHOLE_NUMBERS | {name for name, kind in _RECIPE.items() if kind is float}


def train_options(values: Mapping[str, Any]) -> TrainOptions:
    """Return the options that these flags mean; flags that are not in `values` have their default.

    Raises:
        ConfigError: a value that is no choice, or no number where one belongs.
    """
    given = {**DEFAULTS, **values}
    for key, allowed in _CHOICES.items():
        if given[key] is not None and given[key] not in allowed:
            raise ConfigError(f"--{key.replace('_', '-')} {given[key]}: use {', '.join(allowed)}")
    if given["synthesis_model"] is not None and given["vllm_endpoint"] is None:
        raise ConfigError("--synthesis-model names a model of an endpoint: give --vllm-endpoint URL, or leave it out")
    return TrainOptions(
        task=given["task"],
        name=given["name"],
        data=data_options(
            Path(given["data"]) if given["data"] is not None else None,
            given["text_field"],
            given["label_field"],
            given["split_field"],
            given["group_field"],
            as_list(given["exclude_label"] or ()),
            given["oos_label"],
            given["spans_field"],
            as_list(given["label_map"] or ()),
            generator=not given["no_generator"],
            allow_leakage=bool(given["allow_leakage"]),
            shifted=Path(given["shifted"]) if given["shifted"] is not None else None,
            synthesis=SynthesisOptions.asked(
                given["vllm_endpoint"], given["synthesize_both"], model=given["synthesis_model"]
            ),
            on_conflict=given["on_conflict"],
            labels=as_list(given["labels"] or ()),
        ),
        recipe=given["recipe"],
        overrides=_overrides(given),
        device=given["device"],
        precision=given["precision"],
        target=given["target"],
        out=Path(given["out"]) if given["out"] is not None else None,
        overwrite=bool(given["overwrite"]),
        resume=bool(given["resume"]),
        strategy=strategy_of(given["strategy"], given["task"]),
        request=_request(given),
    )


def _request(given: Mapping[str, Any]) -> RequestOptions:
    """Return how requests are put to a generating model; a template that is a file is read."""
    template = given["template"]
    if template is not None:
        from pointsman.pipeline.template import template_of

        template = None if template == "default" else template_of(str(template)).text
    numbers = {name: _whole(name, given[name]) for name in _OF_REQUEST}
    return RequestOptions(
        template=template,
        system=str(given["system"] or ""),
        min_pixels=numbers["min_pixels"],
        max_pixels=numbers["max_pixels"],
        max_tokens=numbers["max_tokens"],
        tokens=given["pooling"],
        layer=numbers["hidden_layer"],
        features=Path(given["features"]) if given["features"] is not None else None,
        quantised=bool(given["quantised"]),
    )


def _whole(name: str, value: Any) -> int:
    try:
        if int(value) == float(value):
            return int(value)
    except (TypeError, ValueError):
        pass
    raise ConfigError(f"--{name.replace('_', '-')} {value}: use a whole number")


def _overrides(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of the recipe that are given, each of its own kind."""
    overrides = {key: given[key] for key in _RECIPE if given[key] is not None}
    if (layers := overrides.get("adapt_layers")) is not None and layers not in ("all", "auto"):
        if not str(layers).isdecimal():
            raise ConfigError(f"--adapt-layers {layers}: use a number of layers, all or auto")
        overrides["adapt_layers"] = int(layers)
    for key, kind in _RECIPE.items():
        if key in overrides and kind is not str:
            try:
                made = kind(overrides[key])
            except (TypeError, ValueError):
                raise ConfigError(f"{key.replace('_', '-')}: {overrides[key]!r} is not a number") from None
            overrides[key] = _whole(key, overrides[key]) if kind is int else made
    if "target_modules" in overrides:
        overrides["target_modules"] = as_list(overrides["target_modules"])
    return overrides


def data_options(
    data: Path | None,
    text_field: str | None,
    label_field: str | None,
    split_field: str | None,
    group_field: str | None,
    exclude_label: Sequence[str] | None,
    oos_label: str | None,
    spans_field: str | None = None,
    label_map: Sequence[str] | None = None,
    **more: Any,
) -> DataOptions:
    """Return `DataOptions` from the flags that say where rows are and how to read them."""
    return DataOptions(
        path=data,
        fields=Fields(
            text=text_field or "text",
            label=label_field or "label",
            split=split_field,
            group=group_field,
            spans=spans_field,
        ),
        exclude_labels=tuple(exclude_label or ()),
        oos_label=oos_label,
        label_map=pairs(label_map or ()),
        **more,
    )


def pairs(given: Sequence[str]) -> dict[str, str]:
    """Read `OLD=NEW` of `--label-map`.

    Raises:
        ConfigError: one is not of that form.
    """
    found: dict[str, str] = {}
    for typed in given:
        old, equals, new = typed.partition("=")
        if not equals or not old.strip() or not new.strip():
            raise ConfigError(f"--label-map {typed!r}: write OLD=NEW")
        if found.setdefault(old.strip(), new.strip()) != new.strip():
            raise ConfigError(f"--label-map {typed}: '{old.strip()}' is mapped to {found[old.strip()]} already")
    return found


def as_list(value: Any) -> tuple[str, ...]:
    """Return the items of a list, or of a text with commas."""
    if isinstance(value, str):
        value = value.split(",")
    return tuple(str(item).strip() for item in value if str(item).strip())
