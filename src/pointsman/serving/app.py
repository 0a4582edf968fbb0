"""The endpoints: each reads its request, asks the service, and gives the contract's body back.

Bodies are read by `requests`, written by `answers`; limits, keys, errors and logs are the matter of `guard`, which
stands before all of this.
"""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp

from pointsman import __version__
from pointsman.serving import answers, pages, requests
from pointsman.serving.engine import Answered
from pointsman.serving.errors import ApiError
from pointsman.serving.guard import Guard
from pointsman.serving.models import Models
from pointsman.serving.openapi_route import PATH
from pointsman.serving.route import RouteEndpoint, card
from pointsman.serving.service import Service

Handler = Callable[[Request], Awaitable[Response]]

API = "/api/v1/classify"


def create_app(service: Service) -> ASGIApp:
    """Return the whole application: guard, endpoints and page."""
    handlers = Handlers(service)
    route = RouteEndpoint(service.stack, service.settings.limits, service.metrics, service.log)
    routes = [
        Route(f"{API}/combined", handlers.combined, methods=["POST"]),
        Route(f"{API}/batch", handlers.batch, methods=["POST"]),
        Route(f"{API}/{{name}}", handlers.one, methods=["POST"]),
        Route("/classify", handlers.scores, methods=["POST"]),
        Route(PATH, route.__call__, methods=["POST"]),
        Route("/info/models", handlers.info_models),
        Route("/info/classifier", handlers.info_classifier),
        Route("/health", handlers.health),
        Route("/ready", handlers.ready),
        Route("/metrics", handlers.metrics),
        Route("/openapi.json", handlers.document),
        Route("/admin/reload", handlers.reload, methods=["POST"]),
        *(pages.routes() if service.settings.page else ()),
    ]
    return Guard(Router(routes), service, {PATH: route.allowance()})


class Handlers:
    """One method for each endpoint."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._limits = service.settings.limits
        self._documents: dict[str, bytes] = {}
        queue = service.stack
        self._stack = None if queue is None else card(queue.stack, self._limits)

    async def one(self, request: Request) -> Response:
        """`POST /api/v1/classify/{name}`."""
        started, models = time.perf_counter(), self._service.models
        task = answers.task_named(request.path_params["name"], models.panel.tasks)
        given = requests.read(request.state.body, requests.TextRequest, self._limits)
        answers.check_options(given.options, [models.routers[task]])
        found = await self._decide(request, [given.text], [task])
        body = answers.one(found.rows[0][task], models.routers[task], given.options, _ms(started), given.text)
        return _json(body)

    async def combined(self, request: Request) -> Response:
        """`POST /api/v1/classify/combined`."""
        started, models = time.perf_counter(), self._service.models
        given = requests.read(request.state.body, requests.TextRequest, self._limits)
        answers.check_options(given.options, models.routers.values())
        _check_loaded(models)
        found = await self._decide(request, [given.text], list(models.panel.tasks))
        ms = _ms(started)
        return _json(answers.combined(found.rows[0], models, given.options, ms, _stages(found, ms), given.text))

    async def batch(self, request: Request) -> Response:
        """`POST /api/v1/classify/batch`."""
        started, models = time.perf_counter(), self._service.models
        given = requests.read(request.state.body, requests.BatchRequest, self._limits)
        request.state.texts = len(given.texts)
        if given.task_type == "all":
            answers.check_options(given.options, models.routers.values())
            _check_loaded(models)
            found = await self._decide(request, given.texts, list(models.panel.tasks))
            return _json(answers.batch_all(found.rows, models, given.options, _ms(started), given.texts))
        task = answers.task_named(given.task_type, models.panel.tasks)
        answers.check_options(given.options, [models.routers[task]])
        found = await self._decide(request, given.texts, [task])
        rows = [row[task] for row in found.rows]
        router = models.routers[task]
        return _json(answers.batch(rows, router, given.options, _ms(started), given.texts))

    async def scores(self, request: Request) -> Response:
        """`POST /classify`."""
        models = self._service.models
        default = next(iter(models.panel.tasks)) if len(models.panel.tasks) == 1 else "domain"
        task = answers.task_named(request.query_params.get("task", default), models.panel.tasks)
        given = requests.read(request.state.body, requests.InputsRequest, self._limits)
        texts = [given.inputs] if isinstance(given.inputs, str) else given.inputs
        request.state.texts = len(texts)
        found = await self._decide(request, texts, [task])
        told = [answers.scores(row[task]) for row in found.rows]
        return _json(told[0] if isinstance(given.inputs, str) else told)

    async def info_models(self, _: Request) -> Response:
        """`GET /info/models`."""
        return _json(answers.info_models(self._service.models, self._stack))

    async def info_classifier(self, _: Request) -> Response:
        """`GET /info/classifier`."""
        return _json(answers.info_classifier(self._service.models, self._service.settings))

    async def health(self, _: Request) -> Response:
        """`GET /health`: it lives."""
        return _json({"status": "healthy", "service": "pointsman", "version": __version__})

    async def ready(self, _: Request) -> Response:
        """`GET /ready`: it takes requests."""
        if self._service.stopping:
            raise ApiError(503, "STOPPING", "the server is being stopped: ask another one", retry_after=1)
        return _json({"status": "ready", "tasks": list(self._service.models.routers)})

    async def metrics(self, _: Request) -> Response:
        """`GET /metrics`."""
        content, kind = self._service.metrics.render()
        return Response(content, media_type=kind)

    async def document(self, _: Request) -> Response:
        """`GET /openapi.json`."""
        models = self._service.models
        if models.digest not in self._documents:
            from pointsman.serving import openapi

            made = openapi.document(models, self._service.settings, __version__, self._stack)
            self._documents = {models.digest: json.dumps(made).encode()}
        return Response(self._documents[models.digest], media_type="application/json")

    async def reload(self, _: Request) -> Response:
        """`POST /admin/reload`."""
        return _json(await self._service.reload())

    async def _decide(self, request: Request, texts: list[str], tasks: list[str]) -> Answered:
        found = await self._service.decide(texts, tasks, request.state.deadline)
        request.state.stages = {"queue": found.queued, "compute": found.computed}
        return found


def _check_loaded(models: Models) -> None:
    """See that there is a task at all: beside a stack there need not be one.

    Raises:
        ApiError: 503 TASK_NOT_LOADED.
    """
    if not models.routers:
        raise ApiError(503, "TASK_NOT_LOADED", "no task is loaded: the server answers from a stack alone")


def _ms(started: float) -> float:
    return round(1000 * (time.perf_counter() - started), 3)


def _stages(found: Answered, ms: float) -> dict[str, float]:
    queue, compute = round(1000 * found.queued, 3), round(1000 * found.computed, 3)
    return {"queue_ms": queue, "compute_ms": compute, "other_ms": round(max(0.0, ms - queue - compute), 3)}


def _json(body: Any) -> Response:
    content = json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Response(content.encode("utf-8", "replace"), media_type="application/json")
