"""The OpenAPI document of a server: every endpoint for the tasks that are loaded, every status that can come."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from pointsman.serving import answers, openapi_route
from pointsman.serving.models import Models, Router
from pointsman.serving.names import ALL, names_of
from pointsman.serving.openapi_examples import about, example
from pointsman.serving.openapi_schemas import (
    COUNT,
    DIGEST,
    NUMBER,
    OPTIONS_OF_ALL,
    TEXT,
    Schema,
    answer_name,
    array,
    components,
    object_,
    one_of,
    options_name,
    ref,
)
from pointsman.serving.requests import BatchRequest, Options
from pointsman.serving.settings import Settings

API = "/api/v1/classify"
DEFAULT = BatchRequest.model_fields["task_type"].default

_ABOUT = """\
Decisions about requests to a large model, all tasks from one pass. Errors have the body
`{"error": {"code", "message", "timestamp"}}`; unknown fields of a request are ignored.

Headers of any request: `X-Request-Id` (letters, digits, `._-`, 64 at most) comes back with its answer, or one is made;
`X-Request-Timeout-Ms` is how long its client will wait: what is not decided by then is not computed (503).
Answers tell in `Server-Timing` where their time went.
"""

_ERRORS = {
    400: "INVALID_INPUT: the request makes no sense, or is beyond a limit; INVALID_TASK_TYPE: no such task.",
    401: "UNAUTHORIZED: a key is needed.",
    403: "FORBIDDEN: not for this key, or not without keys.",
    408: "REQUEST_TIMEOUT: the request did not come whole in time.",
    409: "RELOAD_RUNNING: the models are being replaced already.",
    413: "BODY_TOO_LARGE.",
    415: "UNSUPPORTED_MEDIA_TYPE: JSON alone is read.",
    422: "RELOAD_REFUSED: the new models are no good; the old ones go on.",
    429: "TOO_MANY_REQUESTS: come back after Retry-After seconds.",
    500: "INTERNAL_ERROR: see the server's log for the request's id.",
    502: "EXPERT_UNAVAILABLE: the expert cannot be asked; the server's log says why.",
    503: "OVERLOADED, STOPPING: come back after Retry-After seconds; TASK_NOT_LOADED: no model for it is loaded.",
}
_GET = (400, 500, 503)
_POST = (400, 408, 413, 415, 429, 500, 503)


def document(models: Models, settings: Settings, version: str, stack: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document.

    Args:
        models: that are served.
        settings: limits, keys, page.
        version: of the server.
        stack: what `GET /info/models` tells of it; None: there is none.
    """
    made: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "Pointsman", "version": version, "description": _ABOUT},
        "tags": [{"name": name} for name in ("classify", *_route_tag(stack), "info", "health", "admin", "page")],
        "paths": _Paths(models, settings, stack).all(),
        "components": {
            "schemas": components(models, settings.limits) | (openapi_route.schemas(stack) if stack else {}),
            "headers": {
                "X-Request-Id": {"schema": {**TEXT, "pattern": "^[A-Za-z0-9._-]{1,64}$"}},
                "Retry-After": {"schema": {**COUNT, "description": "Seconds."}},
            },
        },
    }
    if settings.keys:
        made["components"]["securitySchemes"] = {
            "bearer": {"type": "http", "scheme": "bearer"},
            "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
        }
        made["security"] = [{"bearer": []}, {"key": []}]
    return made


class _Paths:
    """The endpoints, each as one operation."""

    def __init__(self, models: Models, settings: Settings, stack: dict[str, Any] | None) -> None:
        self._models, self._settings, self._stack = models, settings, stack
        self._routers = models.routers

    def all(self) -> dict[str, Any]:
        """Return all of them, by path."""
        paths: dict[str, Any] = {}
        for name, task in names_of(self._routers).items():
            if name not in ("combined", "batch"):
                paths[f"{API}/{quote(name)}"] = {"post": self._one(self._routers[task])}
        if self._routers:
            paths |= {
                f"{API}/combined": {"post": self._combined()},
                f"{API}/batch": {"post": self._batch()},
                "/classify": {"post": self._scores()},
            }
        if self._stack is not None:
            paths[openapi_route.PATH] = {"post": self._route(self._stack)}
        paths |= {
            "/info/models": {"get": self._get("info", "What is loaded.", ref("Models"))},
            "/info/classifier": {
                "get": self._get("info", "What can be asked, and how much at once.", ref("Classifier"))
            },
            "/health": {"get": self._get("health", "It lives.", _HEALTH, open_=True)},
            "/ready": {"get": self._get("health", "It takes requests.", _READY, open_=True)},
            "/metrics": {"get": self._get("health", "Figures for Prometheus.", TEXT, kind="text/plain")},
            "/openapi.json": {"get": self._get("info", "This document.", {"type": "object"})},
        }
        if self._settings.keys:  # there is nothing to be had without
            paths["/admin/reload"] = {"post": self._reload()}
        if self._settings.page:
            paths["/"] = {"get": self._get("page", "The page for people.", TEXT, open_=True, kind="text/html")}
            paths["/docs"] = {"get": self._get("page", "This, to be read.", TEXT, open_=True, kind="text/html")}
        return paths

    def _one(self, router: Router) -> Schema:
        text, decision = example(router)
        plain = Options(return_probabilities=True)
        options = plain.model_copy(update={"return_positions": True, "mask_entities": True})
        wanted = options if router.kind == "token" else plain
        sent = {"text": text, "options": wanted.model_dump(exclude_defaults=True)}
        told = answers.one(decision, router, wanted, 4.0, text)
        what = "Entities in a text" if router.kind == "token" else "One label for a text"
        return self._post(
            f"{what}: the task '{router.task}'.",
            _text(options_name(router)),
            sent,
            ref(answer_name(router.task)),
            told,
        )

    def _combined(self) -> Schema:
        text, _ = example(next(iter(self._routers.values())))
        row = {task: about(text, router) for task, router in self._routers.items()}
        stages = {"queue_ms": 0.1, "compute_ms": 6.2, "other_ms": 0.4}
        told = answers.combined(row, self._models, Options(), 7.0, stages, text)
        return self._post(
            "Every loaded task about a text, from one pass.",
            _text(OPTIONS_OF_ALL),
            {"text": text},
            ref("CombinedAnswer"),
            told,
        )

    def _batch(self) -> Schema:
        body = {"anyOf": [self._texts(*one) for one in self._task_types()]}
        name, task = next(iter(names_of(self._routers).items()))
        router = self._routers[task]
        text, decision = example(router)
        told = answers.batch([decision], router, Options(), 4.0, [text])
        return self._post(
            f"Many texts: one task about each, or '{ALL}'.",
            body,
            {"texts": [text], "task_type": name},
            {"anyOf": [ref("BatchAnswer"), ref("BatchAllAnswer")]},
            told,
        )

    def _task_types(self) -> Iterable[tuple[list[str], str]]:
        """Return the values of `task_type` that take the same options, and these options."""
        names = {name: options_name(self._routers[task]) for name, task in names_of(self._routers).items()}
        alike: dict[str, list[str]] = {}
        for name, options in {**names, ALL: OPTIONS_OF_ALL}.items():
            alike.setdefault(options, []).append(name)
        return [(found, options) for options, found in alike.items()]

    def _texts(self, names: list[str], options: str) -> Schema:
        texts: Schema = {**array(ref("Text")), "minItems": 1, "maxItems": self._settings.limits.texts}
        kind, left_out = one_of(names), ["options"]
        if DEFAULT in names:
            kind["default"] = DEFAULT
            left_out.append("task_type")
        return object_({"texts": texts, "task_type": kind, "options": _options(options)}, left_out)

    def _scores(self) -> Schema:
        limits = self._settings.limits
        several = {**array(ref("Text")), "minItems": 1, "maxItems": limits.texts}
        body = object_({"inputs": {"anyOf": [ref("Text"), several]}})
        default = "domain" in self._routers or len(self._routers) == 1
        text, decision = example(next(iter(self._routers.values())))
        one = array(ref("Score"))
        made = self._post(
            "Every label's score, the likeliest first; for several texts a list for each.",
            body,
            {"inputs": text},
            {"anyOf": [{**one, "minItems": 2}, {**array({**one, "minItems": 2}), "minItems": 1}]},
            answers.scores(decision),
        )
        schema = one_of(list(names_of(self._routers)))
        told = "Which task; the domain, or the only one that is loaded."
        return {
            "parameters": [
                {"name": "task", "in": "query", "required": not default, "schema": schema, "description": told}
            ],
            **made,
        }

    def _route(self, stack: dict[str, Any]) -> Schema:
        return {
            "tags": _route_tag(stack),
            "summary": "Which expert takes a request, and that expert's answer.",
            "requestBody": {"required": True, "content": openapi_route.bodies(stack)},
            "responses": {"200": self._answer(ref("RouteAnswer"), "Decided, or answered.", openapi_route.told(stack))}
            | self._errors((*_POST, 502)),
        }

    def _reload(self) -> Schema:
        told = object_({"digest": DIGEST, "previous": DIGEST, "tasks": array(TEXT), "seconds": NUMBER})
        return {
            "tags": ["admin"],
            "summary": "Load the models anew, check them, and answer from them; with an admin key alone.",
            "requestBody": {"required": False, "content": {"application/json": {"schema": {}}}},
            "responses": {"200": self._answer(told, "They answer now.")}
            | self._errors((400, 403, 408, 409, 413, 415, 422, 429, 500, 503)),
        }

    def _post(self, summary: str, body: Schema, sent: Any, answer: Schema, told: Any) -> Schema:
        return {
            "tags": ["classify"],
            "summary": summary,
            "requestBody": {"required": True, "content": {"application/json": {"schema": body, "example": sent}}},
            "responses": {"200": self._answer(answer, "Decided.", told)} | self._errors(_POST),
        }

    def _get(
        self, tag: str, summary: str, answer: Schema, *, open_: bool = False, kind: str = "application/json"
    ) -> Schema:
        made = {
            "tags": [tag],
            "summary": summary,
            "responses": {"200": self._answer(answer, summary, kind=kind)} | self._errors(_GET, open_=open_),
        }
        return {**made, "security": []} if open_ and self._settings.keys else made

    def _answer(self, schema: Schema, told: str, example: Any = None, kind: str = "application/json") -> Schema:
        content = {"schema": schema} if example is None else {"schema": schema, "example": example}
        return {"description": told, "headers": _headers("X-Request-Id"), "content": {kind: content}}

    def _errors(self, statuses: Iterable[int], *, open_: bool = False) -> dict[str, Schema]:
        closed = (401,) if self._settings.keys and not open_ else ()
        return {
            str(status): {
                "description": _ERRORS[status],
                "headers": _headers("X-Request-Id", *(["Retry-After"] if status in (409, 429, 503) else [])),
                "content": {"application/json": {"schema": ref("Error")}},
            }
            for status in sorted({*statuses, *closed})
        }


_HEALTH = object_({"status": {"const": "healthy"}, "service": {"const": "pointsman"}, "version": TEXT})
_READY = object_({"status": {"const": "ready"}, "tasks": array(TEXT)})


def _route_tag(stack: dict[str, Any] | None) -> list[str]:
    return [] if stack is None else ["route"]


def _headers(*names: str) -> Schema:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _options(name: str) -> Schema:
    return {"anyOf": [ref(name), {"type": "null"}]}


def _text(options: str) -> Schema:
    return object_({"text": ref("Text"), "options": _options(options)}, optional=["options"])
