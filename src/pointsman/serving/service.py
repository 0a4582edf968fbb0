"""What stands behind the endpoints: the live models, the engine before them, their replacement while it runs."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Sequence
from typing import Any

from pointsman.errors import PointsmanError
from pointsman.inference.stacked import Stacked
from pointsman.serving.engine import Answered, Engine, EngineOptions
from pointsman.serving.errors import ApiError
from pointsman.serving.logs import AccessLog
from pointsman.serving.memory import give_back
from pointsman.serving.metrics import Metrics
from pointsman.serving.models import Models
from pointsman.serving.opening import open_models
from pointsman.serving.settings import Settings
from pointsman.serving.shadow import Shadow
from pointsman.serving.stack_queue import StackQueue
from pointsman.serving.telemetry import Tracer


class Service:
    """Everything that answers; made before the server listens, started on its event loop.

    Args:
        settings: how it is run.
        models: opened and checked.
        candidate: that runs beside them, where the settings name one.
        stack: of experts, where the settings name one; it stays through reloads and is closed with the service.
        log: where requests are told.
        tracer: of spans, or None.

    Attributes:
        models: that answer now.
        engine: that asks them.
        stack: the queue before the stack; None: there is none.
        metrics: of everything.
        stopping: no new request is taken in.
    """

    def __init__(
        self,
        settings: Settings,
        models: Models,
        *,
        candidate: Models | None = None,
        stack: Stacked | None = None,
        log: AccessLog,
        tracer: Tracer | None = None,
    ) -> None:
        self.settings, self.models, self.log, self.tracer = settings, models, log, tracer
        options = EngineOptions(
            workers=settings.workers,
            max_batch=settings.max_batch,
            delay=settings.batch_delay_ms / 1000,
            max_queue=settings.limits.queue,
            cache=settings.cache,
        )
        self.engine = Engine(models.panel, options)
        self.metrics = Metrics()
        self.metrics.gauges(queue=lambda: self.engine.waiting, busy=lambda: self.engine.busy)
        self.metrics.models(models)
        self.shadow = Shadow(candidate, settings.shadow_share, self.metrics) if candidate is not None else None
        if self.shadow is not None:
            self.metrics.shadow_dropped(lambda: self.shadow.dropped if self.shadow is not None else 0)
        self.stack: StackQueue | None = None
        if stack is not None:
            self.stack = waiting = StackQueue(
                stack, workers=settings.stack_workers, waiting=settings.limits.route_queue
            )
            self.metrics.stack(stack, queue=lambda: waiting.waiting, busy=lambda: waiting.running)
        self.engine.watchers += [self.metrics.watch, *([self.shadow] if self.shadow is not None else [])]
        self.stopping = False
        self._reloading = asyncio.Lock()

    async def decide(self, texts: Sequence[str], tasks: Sequence[str], deadline: float = math.inf) -> Answered:
        """Decide texts; see `Engine.decide`."""
        found = await self.engine.decide(texts, tasks, deadline=deadline)
        self.metrics.answered(found)
        return found

    async def reload(self) -> dict[str, Any]:
        """Open the models anew beside the old ones, check them, then answer from them.

        Returns:
            Digests of the new and of the old ones, tasks, seconds.

        Raises:
            ApiError: 409 while another reload runs; 422 where the new models are no good: the old ones go on.
        """
        if self._reloading.locked():
            raise ApiError(409, "RELOAD_RUNNING", "the models are being replaced already: wait for that", retry_after=5)
        async with self._reloading:
            started = time.perf_counter()
            try:
                models = await asyncio.to_thread(open_models, self.settings)
            except Exception as error:  # whatever is wrong with a folder, the old models go on and the log says why
                reason = str(error) if isinstance(error, PointsmanError) else f"{type(error).__name__}: {error}"
                reason = " ".join(reason.split())
                self.metrics.reloaded("refused")
                self.log.event("reload refused", level="error", reason=reason, digest=self.models.digest)
                raise ApiError(
                    422, "RELOAD_REFUSED", f"the new models are refused, the old ones go on: {reason}"
                ) from None
            previous, self.models = self.models.digest, models
            self.metrics.models(models)
            await self.engine.swap(models.panel)
            self.metrics.reloaded("switched")
            seconds = time.perf_counter() - started
            told = {
                "digest": models.digest,
                "previous": previous,
                "tasks": list(models.routers),
                "seconds": round(seconds, 3),
            }
            await asyncio.to_thread(give_back)
            self.log.event("reloaded", **told)
            return told

    async def close(self, seconds: float) -> bool:
        """Finish what was taken in; returns whether it was done in time."""
        self.stopping = True
        done = await self._closed(seconds)
        if self.shadow is not None:
            self.shadow.close()
        if self.tracer is not None:
            await asyncio.to_thread(self.tracer.close)  # what is left is sent
        self.log.close()
        return done

    async def _closed(self, seconds: float) -> bool:
        if self.stack is None:
            return await self.engine.close(seconds)
        return all(await asyncio.gather(self.engine.close(seconds), self.stack.close(seconds)))
