"""The head of a model card: what the Hub reads of it (YAML front matter)."""

from __future__ import annotations

import re
from typing import Any

from pointsman.pipeline.card_facts import Facts, Router

# Figures of a router as the Hub names them: key in its results, type there, name there. The mean over classes is `f1`
# with its name, as the Hub has no type of its own for it.
_FIGURES = (
    ("accuracy", "accuracy", "Accuracy"),
    ("f1", "f1", "F1 of whole entities"),
    ("precision", "precision", "Precision of whole entities"),
    ("recall", "recall", "Recall of whole entities"),
    ("macro_f1", "f1", "Macro F1"),
    ("weighted_f1", "f1", "Weighted F1"),
)


def front_matter(facts: Facts) -> str:
    """Return the YAML between the lines of dashes; what is not known is left out."""
    import yaml

    tags = pipeline_tags(facts)
    data: dict[str, Any] = {}
    if facts.backbone.licence:
        data["license"] = facts.backbone.licence
    if facts.base is not None:
        data["base_model"] = facts.base
        if facts.kind == "router":
            data["base_model_relation"] = "finetune" if facts.full else "adapter"
        elif facts.kind == "merged":
            data["base_model_relation"] = "finetune"
    data["pipeline_tag"] = tags[0]
    data["library_name"] = _library(facts)
    data["tags"] = _tags(facts)
    data["model-index"] = [{"name": facts.path.resolve().name, "results": [_result(r, tags) for r in facts.routers]}]
    head = yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=1000)
    return f"---\n{head}---\n"


def pipeline_tags(facts: Facts) -> list[str]:
    """Return the Hub's names of what is decided: a bundle may do both."""
    if facts.images:
        return ["image-classification"]
    kinds = dict.fromkeys(router.task.kind for router in facts.routers)
    return [f"{'token' if kind == 'token' else 'text'}-classification" for kind in sorted(kinds)]


def _library(facts: Facts) -> str:
    if facts.kind in ("onnx", "bundle"):
        return "onnx"
    if facts.strategy == "head":
        return "pointsman"
    return "transformers" if facts.kind == "merged" or facts.full else "peft"


def _tags(facts: Facts) -> list[str]:
    tags = ["pointsman", "router", *pipeline_tags(facts), *(router.task.name for router in facts.routers)]
    if _library(facts) == "peft":
        tags.append("lora")
    if facts.kind in ("onnx", "bundle"):
        tags.append("onnx")
    return list(dict.fromkeys(tags))


def _result(router: Router, tags: list[str]) -> dict[str, Any]:
    """Return one entry of `model-index`."""
    metrics, source = router.metrics, router.data.source if router.data is not None else "see its own card"
    found = [
        {"type": kind, "value": round(float(metrics[key]), 6), "name": name}
        for key, kind, name in _FIGURES
        if key in metrics
    ]
    tag = tags[0] if len(tags) == 1 else f"{'token' if router.task.kind == 'token' else 'text'}-classification"
    slug = re.sub(r"[^a-z0-9._-]+", "-", source.lower()).strip("-")
    return {
        "task": {"type": tag, "name": router.task.name},
        "dataset": {
            "type": "pointsman-embedded" if source == "embedded" else slug,
            "name": "rows of the package" if source == "embedded" else source,
            "split": str(metrics.get("split", "test")),
        },
        "metrics": found,
    }
