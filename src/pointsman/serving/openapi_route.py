"""The part of the OpenAPI document that tells of the stack: `POST /api/v1/route`."""

from __future__ import annotations

from typing import Any

from pointsman.serving.openapi_schemas import (
    COUNT,
    FLAG,
    MILLISECONDS,
    SHARE,
    TEXT,
    TRUST,
    Schema,
    object_,
    one_of,
    ref,
)

PATH = "/api/v1/route"

_IMAGE = "PNG, JPEG, WebP, GIF or BMP. Looked at before it is decoded; nothing is fetched from elsewhere."


def bodies(stack: dict[str, Any]) -> dict[str, Schema]:
    """Return what can be sent, with an example, by content type.

    Args:
        stack: what `GET /info/models` tells of it.
    """
    experts = one_of(stack["experts"])
    most = stack["limits"]["max_new_tokens"]
    fields: dict[str, Schema] = {
        "text": ref("Text"),
        "image": {
            "type": ["string", "null"],
            "pattern": "^data:image/[a-z+.-]+;base64,",
            "description": f"Data URL. {_IMAGE}",
        },
        "decide_only": {**FLAG, "default": False, "description": "Tell the expert, do not ask it."},
        "max_new_tokens": {
            "type": ["integer", "null"],
            "minimum": 1,
            "maximum": most,
            "description": "Of the expert's answer; the stack's own setting where it is left out.",
        },
        "expert": {
            "type": ["string", "null"],
            "enum": [*stack["experts"], None],
            "description": "Is asked whatever the router says; the decision is made all the same.",
        },
        "options": {"anyOf": [ref("RouteOptions"), {"type": "null"}]},
    }
    form: dict[str, Schema] = {
        "text": ref("Text"),
        "image": {"type": "string", "contentMediaType": "application/octet-stream", "description": f"File. {_IMAGE}"},
        "decide_only": {**FLAG, "default": False},
        "max_new_tokens": {"type": "integer", "minimum": 1, "maximum": most},
        "expert": experts,
        "return_probabilities": {**FLAG, "default": False},
    }
    sent = {"text": "Which rooms are free on Friday at ten?", "options": {"return_probabilities": True}}
    return {
        "application/json": {"schema": object_(fields, [name for name in fields if name != "text"]), "example": sent},
        "multipart/form-data": {"schema": object_(form, [name for name in form if name != "text"])},
    }


def schemas(stack: dict[str, Any]) -> dict[str, Schema]:
    """Return the schemas of what comes and goes, by name."""
    experts = one_of(stack["experts"])
    chances = {"type": "object", "additionalProperties": SHARE, "description": "There where they are asked for."}
    decision = object_(
        {
            **TRUST,
            "label": {**experts, "description": "The likeliest expert, even where it is not sure."},
            "probability": SHARE,
            "probabilities": chances,
        },
        optional=("probabilities",),
    )
    call = object_(
        {
            "status": {
                **one_of(["valid", "none", "malformed", "off_schema"]),
                "description": "Only a valid one may be acted on: it is as the expert's tools want it.",
            },
            "name": {**TEXT, "description": "Of the tool."},
            "arguments": {"type": "object", "description": "There where the call is valid."},
            "problem": {**TEXT, "description": "What is wrong with it, for people."},
        },
        optional=("name", "arguments", "problem"),
    )
    answer = object_(
        {
            "decision": decision,
            "outcome": {
                **one_of(["answered", "decided", "refused"]),
                "description": "decided: only that was asked for; refused: the router is not sure and there is no "
                "default expert.",
            },
            "expert": {"type": ["string", "null"], "description": "That answered, or would; null when refused."},
            "fell_back": {**FLAG, "description": "The router is not sure, and the default expert took the request."},
            "text": {"type": ["string", "null"], "description": "The expert's answer."},
            "truncated": {**FLAG, "description": "It was cut at the most tokens allowed."},
            "tokens": {**COUNT, "description": "That the expert wrote."},
            "tool_call": {"anyOf": [ref("ToolCall"), {"type": "null"}]},
            "timing_ms": {
                "type": "object",
                "additionalProperties": {"type": "number", "minimum": 0},
                "description": "Milliseconds of its parts: queue, prepare, see, route, switch, answer, total.",
            },
            "processing_time_ms": MILLISECONDS,
        },
        optional=("text", "truncated", "tokens", "tool_call"),
        description="`text`, `truncated`, `tokens` and `tool_call` are there where the outcome is 'answered'.",
    )
    options = object_(
        {"return_probabilities": {**FLAG, "default": False, "description": "Tell every expert's probability."}},
        optional=("return_probabilities",),
    )
    return {"RouteOptions": options, "ToolCall": call, "RouteAnswer": answer}


def told(stack: dict[str, Any]) -> dict[str, Any]:
    """Return an answer as an example."""
    experts = stack["experts"]
    rest = 0.04 / max(1, len(experts) - 1)
    chances = dict.fromkeys(experts, rest) | {experts[0]: 0.96}
    return {
        "decision": {
            "task": stack["task"],
            "label": experts[0],
            "probability": 0.96,
            "margin": round(0.96 - rest, 4),
            "runner_up": experts[1] if len(experts) > 1 else "",
            "threshold": 0.5,
            "abstained": False,
            "truncated": False,
            "digest": stack["digest"],
            "probabilities": chances,
        },
        "outcome": "answered",
        "expert": experts[0],
        "fell_back": False,
        "text": '<tool_call>{"name": "find_room", "arguments": {"day": "Friday", "hour": 10}}</tool_call>',
        "truncated": False,
        "tokens": 24,
        "tool_call": {"status": "valid", "name": "find_room", "arguments": {"day": "Friday", "hour": 10}},
        "timing_ms": {"queue": 0.1, "prepare": 3.5, "route": 41.0, "switch": 0.8, "answer": 620.0, "total": 665.3},
        "processing_time_ms": 667,
    }
