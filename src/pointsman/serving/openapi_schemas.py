"""JSON schemas of what the API takes and gives, for the tasks that are loaded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pointsman.serving.masking import HIDDEN, types_of
from pointsman.serving.models import Models, Router
from pointsman.serving.names import ALL, shape_of
from pointsman.serving.requests import MOST_ENTITY_TYPES
from pointsman.serving.settings import Limits

Schema = dict[str, Any]

SHARE: Schema = {"type": "number", "minimum": 0, "maximum": 1}
TEXT: Schema = {"type": "string"}
FLAG: Schema = {"type": "boolean"}
COUNT: Schema = {"type": "integer", "minimum": 0}
NUMBER: Schema = {"type": "number"}
MILLISECONDS: Schema = {**COUNT, "description": "Whole milliseconds."}
NOT_BLANK = r"[^\u0009-\u000d\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
"""Anything but white space: written out, for dialects of regular expressions differ in what they take for it."""

DIGEST: Schema = {**TEXT, "description": "sha256 of a manifest, which names every file."}


def object_(properties: Mapping[str, Schema], optional: Iterable[str] = (), description: str = "") -> Schema:
    """Return the schema of an object; its fields are there but for the optional ones."""
    left_out = set(optional)
    made: Schema = {
        "type": "object",
        "properties": dict(properties),
        "required": [name for name in properties if name not in left_out],
    }
    return {"description": description, **made} if description else made


def ref(name: str) -> Schema:
    """Return a reference to a schema of the document."""
    return {"$ref": f"#/components/schemas/{name}"}


def array(items: Schema) -> Schema:
    """Return the schema of a list."""
    return {"type": "array", "items": items}


def one_of(names: Sequence[str]) -> Schema:
    """Return the schema of one of some strings."""
    return {"type": "string", "enum": list(names)}


def answer_name(task: str) -> str:
    """Return what the schema of a task's answers is called: only characters that may stand in such a name."""
    return "Answer." + re.sub(r"[^A-Za-z0-9-]", lambda found: f"_{ord(found[0]):x}_", task)


def components(models: Models, limits: Limits) -> dict[str, Schema]:
    """Return the schemas of the document, by name."""
    routers = list(models.routers.values())
    made = {
        "Error": object_(
            {
                "error": object_(
                    {
                        "code": {**TEXT, "description": "For programs: INVALID_INPUT, INVALID_TASK_TYPE, …"},
                        "message": {**TEXT, "description": "For people: what was wrong, where, what to do."},
                        "timestamp": {"type": "string", "format": "date-time"},
                    }
                )
            }
        ),
        "Text": {
            "type": "string",
            "minLength": 1,
            "maxLength": limits.text_characters,
            "pattern": NOT_BLANK,
            "description": "Not blank. Lone surrogates are read as U+FFFD.",
        },
        "Options": _options([]),
        OPTIONS_OF_ALL: _options([kind for router in routers for kind in types_of(router)]),
        "Entity": _ENTITY,
        "Score": object_({"label": TEXT, "score": SHARE}),
        "BatchRow": _row(),
        "Statistics": _STATISTICS,
        "BatchAnswer": object_({"results": array(ref("BatchRow")), **_ALL_ROWS, "statistics": ref("Statistics")}),
        "BatchAllAnswer": object_(
            {
                "results": array(object_({router.task: ref("BatchRow") for router in routers})),
                **_ALL_ROWS,
                "statistics": object_({router.task: ref("Statistics") for router in routers}),
            },
            description=f"What `task_type` '{ALL}' gives: results and statistics by task.",
        ),
        "CombinedAnswer": object_(
            {
                "results": object_({router.task: ref(answer_name(router.task)) for router in routers}),
                "processing_time_ms": MILLISECONDS,
                "timing": {
                    "type": "object",
                    "additionalProperties": {"type": "number", "minimum": 0},
                    "description": "Milliseconds of its parts.",
                },
            }
        ),
        "Models": _MODELS,
        "Classifier": _CLASSIFIER,
    }
    for router in routers:
        made[answer_name(router.task)] = _answer(router)
        if types := types_of(router):
            made[options_name(router)] = _options(types)
    return made


OPTIONS_OF_ALL = "OptionsOfAll"
"""Of all tasks together: any of their entity types."""


def options_name(router: Router) -> str:
    """Return what the schema of a task's options is called; token tasks have one each, with their types."""
    return "Options" if router.kind != "token" else answer_name(router.task).replace("Answer.", "Options.", 1)


def _options(types: Sequence[str]) -> Schema:
    kinds = one_of(list(dict.fromkeys(types))) if types else TEXT
    properties: dict[str, Schema] = {
        "return_probabilities": {**FLAG, "default": False, "description": "Tell every label's probability."},
        "confidence_threshold": {
            **SHARE,
            "type": ["number", "null"],
            "description": "Instead of the artifact's own: below it an answer is 'not sure' (abstained), an entity "
            "is not told of; a text whose risk_score reaches it is a jailbreak.",
        },
        "entity_types": {
            "type": ["array", "null"],
            "items": kinds,
            "maxItems": MOST_ENTITY_TYPES,
            "description": "Entities of these types alone (in any case); none named: all.",
        },
        "return_positions": {**FLAG, "default": False, "description": "Tell where entities stand."},
        "mask_entities": {**FLAG, "default": False, "description": "Give the text with entities masked."},
        "reveal_entity_text": {
            **FLAG,
            "default": False,
            "description": f"Give the entities' words instead of {HIDDEN}.",
        },
    }
    told = "How an answer is wanted; what an endpoint has no use for is without effect."
    return object_(properties, optional=properties, description=told)


TRUST: dict[str, Schema] = {
    "task": {**TEXT, "description": "Task that decided."},
    "label": {**TEXT, "description": "Its most probable label, even where it is not sure."},
    "margin": {**SHARE, "description": "Probability of that label less the runner-up's."},
    "runner_up": TEXT,
    "threshold": {**NUMBER, "description": "Below which it is not sure, or does not tell of an entity."},
    "abstained": {**FLAG, "description": "It is not sure."},
    "truncated": {**FLAG, "description": "It did not see the end of the text."},
    "digest": {**DIGEST, "description": "Of the artifact that decided."},
}

_ENTITY = object_(
    {
        "type": TEXT,
        "value": {**TEXT, "description": f"{HIDDEN}, or the entity's words where `reveal_entity_text` is set."},
        "confidence": SHARE,
        "start_position": {**COUNT, "description": "Of its first character (code point) in the text as sent."},
        "end_position": {**COUNT, "description": "After its last character."},
        "masked_value": {**TEXT, "description": "Such as [PERSON_0]; the same words have the same number."},
    },
    optional=("start_position", "end_position", "masked_value"),
)

_ENTITIES: dict[str, Schema] = {
    "entities": {**array(ref("Entity")), "description": "In order of their start; they do not overlap."},
    "masked_text": {**TEXT, "description": "There where `mask_entities` is set."},
}

_STATISTICS = object_(
    {
        "category_distribution": {"type": "object", "additionalProperties": COUNT},
        "avg_confidence": SHARE,
        "low_confidence_count": {**COUNT, "description": "Answers whose confidence is below 0.7."},
    }
)

_ALL_ROWS: dict[str, Schema] = {"total_count": COUNT, "processing_time_ms": MILLISECONDS}

_ADVICE = one_of(["block", "allow"])


def _row() -> Schema:
    return object_(
        {
            "category": {
                **TEXT,
                "description": "Label; of a token task no_{task}, the one type, or {task}_detected; of security 'safe' "
                "or the threat's label.",
            },
            "confidence": SHARE,
            "processing_time_ms": {**MILLISECONDS, "description": "Its share of the batch's milliseconds."},
            "probabilities": _probabilities([]),
            "tools": array(TEXT),
            **_ENTITIES,
            **TRUST,
        },
        optional=("probabilities", "tools", *_ENTITIES),
    )


def _probabilities(labels: Sequence[str]) -> Schema:
    told = "There where `return_probabilities` is set."
    if not labels:
        return {"type": "object", "additionalProperties": SHARE, "description": told}
    return {**object_(dict.fromkeys(labels, SHARE)), "additionalProperties": False, "description": told}


def _answer(router: Router) -> Schema:
    shape, labels = shape_of(router), list(router.labels)
    trust, optional = dict(TRUST), ["probabilities"]
    if shape == "entities":
        labels = [f"no_{router.task}", f"{router.task}_detected"]
        trust["label"] = one_of([labels[0], *types_of(router), labels[1]])
        fields = {
            "has_pii": {**FLAG, "description": "Whether anything was found."},
            **_ENTITIES,
            "security_recommendation": {**_ADVICE, "description": "'block' where anything was found."},
        }
        optional.append("masked_text")
    elif shape == "security":
        fields = {
            "is_jailbreak": {**FLAG, "description": "Whether the text attacks; not where it is not sure (abstained)."},
            "risk_score": {**SHARE, "description": f"Calibrated probability of '{router.positive}', whoever won."},
            "detection_types": {**array(one_of([str(router.positive)])), "maxItems": 1},
            "confidence": {**SHARE, "description": "Probability of what was decided."},
            "recommendation": _ADVICE,
            "patterns_detected": {
                **array(TEXT),
                "maxItems": 0,
                "description": "Always empty: nothing is matched by pattern here.",
            },
        }
    elif shape == "modality":
        fields = {"modality": one_of(labels), "confidence": SHARE}
    elif shape == "tool":
        tools = sorted({tool for tools in router.tools.values() for tool in tools})
        fields = {
            "intent": one_of(labels),
            "confidence": SHARE,
            "tools": {**array(one_of(tools) if tools else TEXT), "description": "That the category suggests."},
        }
    else:
        told = {"category": one_of(labels), "confidence": SHARE, "processing_time_ms": MILLISECONDS}
        fields = {"classification": object_(told)}
    if shape != "entities":
        trust |= {"label": one_of(labels), "runner_up": one_of(labels)}
    return object_(
        {**fields, "probabilities": _probabilities(labels), **trust, "processing_time_ms": MILLISECONDS}, optional
    )


_MODELS = object_(
    {
        "models": array(
            object_(
                {
                    "name": TEXT,
                    "endpoint": {**TEXT, "description": "Its name in addresses and in `task_type`."},
                    "type": one_of(["category", "entities", "security", "modality", "tool"]),
                    "kind": one_of(["sequence", "token"]),
                    "loaded": {"const": True},
                    "task": TEXT,
                    "labels": {**array(TEXT), "description": "In index order."},
                    "tools": {"type": "object", "additionalProperties": array(TEXT)},
                    "positive": {"type": ["string", "null"]},
                    "digest": DIGEST,
                    "form": one_of(["router", "merged", "onnx", "bundle"]),
                    "path": {**TEXT, "description": "Name of its folder."},
                    "backbone": TEXT,
                    "precision": TEXT,
                    "max_length": COUNT,
                    "rank": COUNT,
                    "threshold": NUMBER,
                    "temperature": NUMBER,
                    "primary_metric": TEXT,
                    "metrics": {"type": "object", "description": "Measured on its test rows."},
                }
            )
        ),
        "digest": DIGEST,
        "loaded_at": {"type": "string", "format": "date-time"},
        "seconds": {**NUMBER, "description": "That loading and checking took."},
        "system": object_({"version": TEXT, "python": TEXT, "os": TEXT, "architecture": TEXT, "cores": COUNT}),
        "stack": object_(
            {
                "task": {**TEXT, "description": "What the router decides."},
                "endpoint": {**TEXT, "description": "Address."},
                "experts": array(TEXT),
                "digest": {**DIGEST, "description": "sha256 of the router's manifest."},
                "limits": object_({"image_bytes": COUNT, "max_new_tokens": COUNT, "queue": COUNT, "seconds": NUMBER}),
            },
            description="What answers at /api/v1/route; there where a stack is loaded.",
        ),
    },
    optional=("stack",),
)

_CLASSIFIER = object_(
    {
        "status": {"const": "active"},
        "version": TEXT,
        "digest": DIGEST,
        "tasks": array(TEXT),
        "capabilities": {**array(TEXT), "description": "Last part of addresses below /api/v1/classify/."},
        "categories": {**array(TEXT), "description": "Labels of the domain task."},
        "entity_types": {"type": "object", "additionalProperties": array(TEXT)},
        "limits": object_(
            {
                "body_bytes": COUNT,
                "texts": COUNT,
                "text_characters": COUNT,
                "concurrent": COUNT,
                "queue": COUNT,
                "seconds": NUMBER,
            }
        ),
        "engine": object_(
            {"runtime": TEXT, "workers": COUNT, "max_batch": COUNT, "batch_delay_ms": NUMBER, "cache": COUNT}
        ),
    }
)
