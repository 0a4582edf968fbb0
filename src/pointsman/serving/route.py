"""`POST /api/v1/route`: a request to the stack, which says the expert and, where that is wanted, the expert's answer.

Bodies are read by `route_requests`; who waits and who is sent away is the matter of `stack_queue`. Without a stack the
path is there all the same and says so, as a task without a model does.
"""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from pointsman.errors import ConfigError, DataError, ExpertError
from pointsman.inference.stacked import Routed, Stacked
from pointsman.serving.body import JSON, Bodies
from pointsman.serving.errors import ApiError, invalid
from pointsman.serving.guard import Allowance
from pointsman.serving.logs import AccessLog
from pointsman.serving.metrics import Metrics
from pointsman.serving.openapi_route import PATH
from pointsman.serving.route_requests import most_bytes, read_route
from pointsman.serving.settings import Limits
from pointsman.serving.stack_queue import Asked, StackQueue

_AT_ONCE = 8
_MOST_LOGGED = 300
_CAME_OF_IT = {400: "invalid", 413: "invalid", 502: "unavailable", 503: "overloaded"}


class RouteEndpoint:
    """Answers requests to the stack.

    Args:
        queue: before the stack; None: there is none.
        limits: of a request.
        metrics: told what came of each.
        log: told why an expert could not be asked.
    """

    def __init__(self, queue: StackQueue | None, limits: Limits, metrics: Metrics, log: AccessLog) -> None:
        self._queue, self._limits, self._metrics, self._log = queue, limits, metrics, log

    def allowance(self) -> Allowance:
        """Return what a request may take: an image is larger than texts, an answer takes longer than a decision."""
        limits = self._limits
        less = f"send a smaller image ({limits.image_bytes:,} bytes at most)"
        bodies = Bodies(most_bytes(limits), limits.header_seconds, forms=True, less=less, at_once=_AT_ONCE)
        return Allowance(bodies, limits.route_seconds, self._admit)

    async def __call__(self, request: Request) -> Response:
        """Answer a request."""
        started = time.perf_counter()
        try:
            asked = await self._asked(request)
        except ApiError as error:
            self._metrics.route_failed(_CAME_OF_IT.get(error.status, "error"))
            raise
        except asyncio.CancelledError:
            self._metrics.route_failed("gone")
            raise
        except Exception:
            self._metrics.route_failed("error")
            raise
        self._metrics.routed(asked)
        spent = round(1000 * (time.perf_counter() - started))
        content = json.dumps(body(asked, spent), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        return Response(content.encode("utf-8", "replace"), media_type="application/json")

    async def _asked(self, request: Request) -> Asked:
        queue = self._there()
        with queue.place():
            kind = request.headers.get("content-type", JSON.decode()).encode("latin-1", "replace")
            experts = queue.stack.task.labels
            wanted = await asyncio.to_thread(read_route, kind, request.state.body, self._limits, experts)
            request.state.body = wanted.text.encode("utf-8", "replace")  # the image is held once, and never logged
            try:
                return await queue.ask(wanted, request.state.deadline)
            except (DataError, ConfigError) as error:
                raise invalid(str(error)) from None
            except ExpertError as error:
                number = request.state.request_id
                # What it says may name machines and folders: that is for the log.
                told = " ".join(str(error).split())[:_MOST_LOGGED]
                self._log.event("expert unavailable", level="error", request_id=number, reason=told)
                raise ApiError(
                    502, "EXPERT_UNAVAILABLE", f"the expert cannot be asked now, see the log for request {number}"
                ) from None

    def _admit(self) -> None:
        try:
            self._there().admit()
        except ApiError as error:
            self._metrics.route_failed(_CAME_OF_IT[error.status])
            raise

    def _there(self) -> StackQueue:
        if self._queue is None:
            raise ApiError(503, "TASK_NOT_LOADED", "no stack is loaded: the server is started with --stack for that")
        return self._queue


def body(asked: Asked, ms: int) -> dict[str, Any]:
    """Return what a client is told.

    Args:
        asked: the stack's answer.
        ms: whole milliseconds that all took.
    """
    told = _shared(asked.routed)
    told["timing_ms"] = {"queue": round(1000 * asked.queued, 3), **told["timing_ms"]}
    return {**told, "processing_time_ms": ms}


def _shared(routed: Routed) -> dict[str, Any]:
    """Return an answer as a dictionary, its probabilities without what rounding put beyond 0 and 1."""
    told = routed.to_dict()
    decision = told["decision"]
    for name in ("probability", "margin"):
        decision[name] = _share(decision[name])
    if "probabilities" in decision:
        decision["probabilities"] = {label: _share(p) for label, p in decision["probabilities"].items()}
    return told


def _share(p: float) -> float:
    return min(max(float(p), 0.0), 1.0)


def card(stack: Stacked, limits: Limits) -> dict[str, Any]:
    """Return what `GET /info/models` tells of a stack."""
    return {
        "task": stack.task.name,
        "endpoint": PATH,
        "experts": list(stack.task.labels),
        "digest": stack.digest,
        "limits": {
            "image_bytes": limits.image_bytes,
            "max_new_tokens": limits.new_tokens,
            "queue": limits.route_queue,
            "seconds": limits.route_seconds,
        },
    }
