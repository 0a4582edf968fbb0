"""A stack of experts as two deployments of Ray Serve: one decides, one answers; what `/api/v1/route` asks them through.

A replica that decides holds the router, and the base where the router stands on it: an ordinary `Stack` whose backend
asks the experts' deployment by handle. A replica that answers holds the base and some adapters; Serve keeps account of
which (multiplexing) and sends a request to a replica that has its expert's adapter, where there is one with time.

What the split costs: a replica that answers sees the image itself, and reads the prompt itself. In one process
(`--launcher local`, or `open_stack`) router and expert share the image's features; that is the quick one for one
machine. The split is for more experts, or more requests, than one machine holds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ray import serve
from ray.exceptions import RayError, RayTaskError
from ray.serve.exceptions import RayServeException

from pointsman.data.pictures import Picture
from pointsman.errors import ExpertError, PointsmanError
from pointsman.experts.backend import Answered, Question
from pointsman.experts.checks import check_experts
from pointsman.experts.registry import Experts, read_experts
from pointsman.experts.stack import open_experts, open_stack
from pointsman.inference.stacked import Routed, StackRequest
from pointsman.launchers.ray_remote import Surroundings
from pointsman.tasks import Task

if TYPE_CHECKING:
    from pointsman.backbones import Backbone
    from pointsman.inference.shared_base import SharedBase

AT_ONCE = 16
"""Requests that a replica that decides may have: it waits for experts most of the time."""


@dataclass(frozen=True)
class Card:
    """What a stack tells of itself.

    Attributes:
        task: its name.
        labels: the experts, in label order.
        digest: of the router.
    """

    task: str
    labels: tuple[str, ...]
    digest: str


@dataclass(frozen=True)
class Holding:
    """What a replica that answers has in memory.

    Attributes:
        replica: its id.
        adapters: least used first.
        loads: how often it has read one.
    """

    replica: str
    adapters: tuple[str, ...]
    loads: int


class RemoteStack:
    """A stack whose parts are deployments; see `inference.stacked.Stacked`.

    Args:
        deciding: handle of the deployment that decides.
        card: of it.
        seconds: that an answer may take.
    """

    def __init__(self, deciding: Any, card: Card, seconds: float) -> None:
        self._deciding, self._seconds = deciding, seconds
        self.task, self.digest = Task(card.task, card.labels), card.digest

    def route(self, request: StackRequest, *, on_text: Callable[[str], None] | None = None) -> Routed:
        """See `Stacked`; the answer comes in one piece."""
        found: Routed = _result(self._deciding.route.remote(request), self._seconds)
        if on_text is not None and found.text is not None:
            on_text(found.text)
        return found

    def close(self) -> None:
        """Nothing is held here."""


class HandleBackend:
    """Asks the experts of another deployment; see `experts.backend.Backend`.

    Args:
        answering: its handle.
        backbone: the experts' base.
        seconds: that an answer may take.
    """

    def __init__(self, answering: Any, backbone: Backbone, seconds: float) -> None:
        self._answering, self.backbone, self._seconds = answering, backbone, seconds

    def answer(
        self,
        expert_name: str,
        text: str,
        image: Picture | None,
        *,
        system: str,
        max_new_tokens: int,
        on_text: Callable[[str], None] | None,
    ) -> Answered:
        """See `Backend`; the answer comes in one piece."""
        question = Question(expert_name, text, image, system, max_new_tokens)
        asked = self._answering.options(multiplexed_model_id=expert_name).answer.remote(question)
        found: Answered = _result(asked, self._seconds)
        if on_text is not None:
            on_text(found.text)
        return found

    def close(self) -> None:
        """Nothing is held here."""


class Deciding:
    """A replica that decides, and has an expert answer.

    Args:
        around: what it takes over from who started it; None: nothing.
        file: `experts.yaml`.
        device: `cpu` or `cuda`; None: as it is by default.
        seconds: that an expert's answer may take.
        answering: handle of the experts' deployment; None: the file names a server that has them.
    """

    def __init__(
        self,
        around: Surroundings | None,
        file: Path,
        device: str | None,
        seconds: float,
        answering: Any | None = None,
    ) -> None:
        if around is not None:
            around.enter()

        def elsewhere(backbone: Backbone) -> HandleBackend:
            return HandleBackend(answering, backbone, seconds)

        self._stack = open_stack(file, elsewhere=None if answering is None else elsewhere, **_on(device))
        self._threads = ThreadPoolExecutor(AT_ONCE)

    async def card(self) -> Card:
        """Return what it decides."""
        stack = self._stack
        return Card(stack.task.name, stack.task.labels, stack.digest)

    async def route(self, request: StackRequest) -> Routed:
        """See `Stacked`."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._stack.route, request)


class Answering:
    """A replica that answers: the base, and the adapters that it has been asked for.

    Args:
        around: what it takes over from who started it; None: nothing.
        file: `experts.yaml`; its `memory_mb` says how many adapters a replica holds.
        device: `cpu` or `cuda`; None: as it is by default.
    """

    def __init__(self, around: Surroundings | None, file: Path, device: str | None) -> None:
        if around is not None:
            around.enter()
        experts = read_experts(file, tools=False)
        most = held_at_once(experts)
        self._backend = open_experts(file, **_on(device))
        base = self._backend.base

        async def held(name: str) -> _Adapter:
            return await asyncio.to_thread(_Adapter, base, name)

        self._held = serve.multiplexed(max_num_models_per_replica=most)(held)

    async def answer(self, question: Question) -> Answered:
        """Let the expert that the request is marked with answer."""
        await self._held(serve.get_multiplexed_model_id())
        return await asyncio.to_thread(self._backend.ask, question)

    async def holding(self) -> Holding:
        """Return which adapters it has."""
        base = self._backend.base
        return Holding(serve.get_replica_context().replica_id.unique_id, base.held, base.loads)


class _Adapter:
    """An adapter that Serve has a replica hold, until it is told to let go of it."""

    def __init__(self, base: SharedBase, name: str) -> None:
        self._base, self._name, self._gone = base, name, True
        base.ensure(name)
        self._gone = False

    def __del__(self) -> None:  # Serve calls it, and later the interpreter once more
        if not self._gone:
            self._gone = True
            self._base.release(self._name)


def held_at_once(experts: Experts) -> int:
    """Return how many adapters of a stack a replica may hold: what `memory_mb` has room for, and at least one."""
    largest = max(facts.bytes for facts in check_experts(experts).adapters.values())
    return max(1, min(len(experts.names), experts.memory_bytes // max(1, largest)))


def _on(device: str | None) -> dict[str, str]:
    return {} if device is None else {"device": device}


def _result(response: Any, seconds: float) -> Any:
    """Wait for what another deployment answers, in a thread without an event loop.

    Raises:
        PointsmanError: what was raised there.
        ExpertError: it cannot be asked, has died, or takes too long.
    """
    try:
        return response.result(timeout_s=seconds)
    except TimeoutError:
        response.cancel()
        raise ExpertError(f"the stack's deployments did not answer within {seconds:g} s") from None
    except RayTaskError as error:
        if isinstance(error.cause, PointsmanError):
            raise error.cause from None
        raise
    except (RayError, RayServeException) as error:
        raise ExpertError(f"the stack's deployment was lost: {' '.join(str(error).split())[:200]}") from None
