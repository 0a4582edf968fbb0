"""A replica of the service on Ray Serve: the project's own application, whole, made where it runs.

Everything of the API is `serving.app`'s; what is another's here is the life of the service (it starts and ends with its
replica), a header that names the replica, and a reload, which reaches every replica.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from ray import serve
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pointsman.launchers.ray_remote import Surroundings
from pointsman.launchers.ray_serve_stack import Card, RemoteStack
from pointsman.serving.app import create_app
from pointsman.serving.errors import ApiError
from pointsman.serving.logs import AccessLog
from pointsman.serving.opening import open_models, open_shadow
from pointsman.serving.service import Service
from pointsman.serving.settings import Settings
from pointsman.serving.telemetry import open_tracer

REPLICA = "pointsman-replica"
"""Header of every answer: which replica gave it, and so whose `/metrics` these are."""

RELOAD_SECONDS = 300.0


@dataclass(frozen=True)
class Reloaded:
    """What came of a reload of one replica.

    Attributes:
        replica: its id.
        told: as `Service.reload` returns it; None: refused.
        problem: why; "": it was not.
        status, code: of the error.
    """

    replica: str
    told: dict[str, Any] | None
    problem: str = ""
    status: int = 422
    code: str = "RELOAD_REFUSED"


class Classifying:
    """A replica. It takes requests as an ASGI application: see `deployment`.

    Args:
        around: what it takes over from who started it; None: nothing.
        settings: as `pointsman serve` has them.
        deciding: handle of the deployment that decides for the stack; None: there is none.
    """

    async def __init__(  # type: ignore[misc]  # Serve awaits it
        self, around: Surroundings | None, settings: Settings, deciding: Any | None = None
    ) -> None:
        if around is not None:
            around.enter()
        models = await asyncio.to_thread(open_models, settings)
        candidate = await asyncio.to_thread(open_shadow, settings)
        stack = None
        if deciding is not None:
            card: Card = await deciding.card.remote()
            stack = RemoteStack(deciding, card, settings.limits.route_seconds)
        log = AccessLog(settings.log, settings.log_file, texts=settings.log_texts)
        self._service = _Shared(settings, models, candidate=candidate, stack=stack, log=log, tracer=open_tracer())
        _APPLICATION.set(_Lasting(create_app(self._service), self._service))

    async def load_anew(self) -> Reloaded:
        """Load this replica's models anew."""
        replica = _replica()
        try:
            return Reloaded(replica, await self._service.reload_here())
        except ApiError as error:
            return Reloaded(replica, None, error.message, error.status, error.code)


def deployment() -> Any:
    """Return the class that Serve is to run: `Classifying`, behind HTTP."""
    return serve.ingress(_application)(Classifying)


_APPLICATION: ContextVar[ASGIApp] = ContextVar("application")


def _application() -> ASGIApp:
    """Return what the replica that is being made has just made; Serve asks in the same context."""
    return _APPLICATION.get()


class _Shared(Service):
    """The service of a replica that has others beside it."""

    async def reload(self) -> dict[str, Any]:
        """Have every replica load its models anew."""
        context = serve.get_replica_context()
        handle = serve.get_deployment_handle(context.deployment, context.app_name)
        check_broadcast(handle)
        found = await handle.broadcast("load_anew").results_async(timeout_s=RELOAD_SECONDS, return_exceptions=True)
        return together(found)

    async def reload_here(self) -> dict[str, Any]:
        """Have this one do so."""
        return await super().reload()


def check_broadcast(handle: Any) -> None:
    """See that this version of Ray can ask every replica.

    Raises:
        ApiError: it cannot.
    """
    if not hasattr(handle, "broadcast"):
        raise ApiError(
            409,
            "RELOAD_REFUSED",
            "this version of Ray reaches one replica alone: install a newer one, or start 'pointsman serve' anew",
        )


def together(found: Sequence[Any]) -> dict[str, Any]:
    """Return what a reload of all replicas has come to, as one of `Service.reload`.

    Args:
        found: `Reloaded` of each, or what it raised.

    Raises:
        ApiError: one has refused, or they do not hold the same models now.
    """
    done = [one for one in found if isinstance(one, Reloaded) and one.told is not None]
    failed = [one for one in found if one not in done]
    if failed or not done:
        first = failed[0] if failed else None
        known = first if isinstance(first, Reloaded) else None
        why = known.problem if known else " ".join(str(first).split())[:200] if failed else "no replica was there"
        if failed and not done:
            raise ApiError(known.status if known else 422, known.code if known else "RELOAD_REFUSED", why)
        raise ApiError(
            known.status if known else 422,
            known.code if known else "RELOAD_REFUSED",
            f"{len(failed)} of {len(found)} replicas go on with the old models, the others have new ones: {why}",
        )
    told = [one.told for one in done if one.told is not None]
    digests = sorted({one["digest"] for one in told})
    if len(digests) > 1:
        raise ApiError(
            422,
            "RELOAD_REFUSED",
            f"the replicas hold different models now ({', '.join(one[:12] for one in digests)}): the folder is not "
            "the same on every machine: make it so and reload again",
        )
    return {**told[0], "seconds": max(one["seconds"] for one in told)}


class _Lasting:
    """An application whose service begins and ends with it.

    Args:
        app: of the service.
        service: whose engine runs on the event loop that the application is asked on.
    """

    def __init__(self, app: ASGIApp, service: Service) -> None:
        self._app, self._service = app, service
        self._header = (REPLICA.encode(), _replica().encode())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        # Serve has named the request where its client has not, and writes that name into every answer.
        given = [value for name, value in scope.get("headers", ()) if name == b"x-request-id"]

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [(n, v) for n, v in message["headers"] if n != b"x-request-id" or v not in given]
                message = {**message, "headers": [*kept, self._header]}
            await send(message)

        await self._app(scope, receive, named)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self._service.engine.start()
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await self._service.close(self._service.settings.stop_seconds)
                await send({"type": "lifespan.shutdown.complete"})
                return


def _replica() -> str:
    found: str = serve.get_replica_context().replica_id.unique_id
    return found
