"""Stacked inference: the router names a request's expert, the expert answers, its tool call is judged.

`open_stack` makes one from an `experts.yaml`; `Stack` is what answers (`inference.stacked.Stacked`).
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol, TypeVar

from pointsman.artifacts.manifest import read_manifest
from pointsman.data.example import Example
from pointsman.errors import ConfigError, DataError
from pointsman.experts.backend import Answered, Backend
from pointsman.experts.checks import check_experts, check_labels
from pointsman.experts.local_backend import LocalBackend, Question, Sight
from pointsman.experts.registry import Expert, Experts, read_experts
from pointsman.experts.tools import Tool, parse_tool_call
from pointsman.inference.generating_predictor import GeneratingPredictor
from pointsman.inference.loading import load as load_any
from pointsman.inference.stacked import Routed, StackRequest
from pointsman.tasks import Decision, Task

T = TypeVar("T")


class Router(Protocol):
    """What decides: any predictor, of text alone or of text and image."""

    @property
    def task(self) -> Task:
        """Whose labels are the experts' names."""
        ...

    @property
    def digest(self) -> str:
        """Of the artifact."""
        ...

    def predict(self, rows: Sequence[str | Example], *, probabilities: bool = False) -> list[Decision]:
        """Decide each request."""
        ...


class Stack:
    """A router, experts, and what runs them. Safe to ask from several threads.

    Args:
        experts: as read and checked.
        router: that decides between them.
        backend: that runs them.
        tools: of each expert, by its name.

    Raises:
        ConfigError: the router decides between others than the experts.
    """

    def __init__(
        self, experts: Experts, router: Router, backend: Backend, tools: Mapping[str, tuple[Tool, ...] | None]
    ) -> None:
        check_labels(router.task.labels, experts)
        self.experts, self.router, self.backend = experts, router, backend
        self._tools = tools

    @property
    def task(self) -> Task:
        """What the router decides."""
        return self.router.task

    @property
    def digest(self) -> str:
        """The router's digest."""
        return self.router.digest

    @property
    def shares(self) -> bool:
        """Whether router and experts stand on one base in this process."""
        return (
            isinstance(self.router, GeneratingPredictor)
            and isinstance(self.backend, LocalBackend)
            and self.router.base is self.backend.base
        )

    def route(self, request: StackRequest, *, on_text: Callable[[str], None] | None = None) -> Routed:
        """Decide a request's expert and let it answer; see `Stacked`."""
        started = time.perf_counter()
        self._check(request)
        decision, sight, clock = self._decide(request)
        expert, fell_back = self._chosen(request, decision)
        if expert is None or request.decide_only:
            clock["total"] = time.perf_counter() - started
            return _unanswered(decision, expert, fell_back, clock)
        answered = self._ask(expert, request, sight, on_text)
        for stage, spent in answered.seconds.items():
            clock[stage] = clock.get(stage, 0.0) + spent
        clock["total"] = time.perf_counter() - started
        return self._routed(decision, expert, fell_back, answered, clock)

    def route_all(self, requests: Sequence[StackRequest]) -> list[Routed]:
        """Route requests together: where router and experts share a base, one batch of decisions and one of answers.

        Times of a batch are its own divided by its requests.

        Raises:
            PointsmanError: see `Stacked.route`; one request that cannot be taken fails all.
        """
        if not self.shares or not requests:
            return [self.route(request) for request in requests]
        router, backend = self.router, self.backend
        assert isinstance(router, GeneratingPredictor)
        assert isinstance(backend, LocalBackend)
        started = time.perf_counter()
        for request in requests:
            self._check(request)
        prepared = [router.prepare(_example(request)) for request in requests]
        clock = {"prepare": time.perf_counter() - started}
        seen = _timed(clock, "see", lambda: router.base.see(prepared))
        scores = _timed(clock, "route", lambda: router.scores(prepared, seen))
        decisions = router.decide(scores, [one.truncated for one in prepared], probabilities=True)
        chosen = []
        for request, made in zip(requests, decisions, strict=True):
            decision = made if request.probabilities else replace(made, probabilities=None)
            chosen.append((decision, *self._chosen(request, decision)))
        asked = [
            i
            for i, (request, (_, expert, _)) in enumerate(zip(requests, chosen, strict=True))
            if expert is not None and not request.decide_only
        ]
        questions, most = [], 1
        for i in asked:
            expert = chosen[i][1]
            assert expert is not None
            questions.append(_question(expert, requests[i], Sight(prepared[i], seen[i])))
            most = max(most, self._most(requests[i]))
        answers = iter(_timed(clock, "answer", lambda: backend.ask_all(questions, max_new_tokens=most)))
        share = {stage: spent / len(requests) for stage, spent in clock.items()}
        share["total"] = (time.perf_counter() - started) / len(requests)
        out = []
        for i, (decision, expert, fell_back) in enumerate(chosen):
            if i in asked:
                assert expert is not None
                made_ = next(answers)
                answered = Answered(made_.text, made_.tokens, made_.truncated)
                out.append(self._routed(decision, expert, fell_back, answered, share))
            else:
                out.append(_unanswered(decision, expert, fell_back, share))
        return out

    def close(self) -> None:
        """Let go of what the backend holds."""
        self.backend.close()

    def _check(self, request: StackRequest) -> None:
        if not request.text.strip():
            raise DataError("the text is blank: nothing is asked")
        if request.expert is not None:
            self.experts.get(request.expert)
        self._most(request)

    def _most(self, request: StackRequest) -> int:
        most = self.experts.max_new_tokens
        wanted = request.max_new_tokens
        if wanted is None:
            return most
        if not 1 <= wanted <= most:
            raise ConfigError(f"max_new_tokens {wanted}: use 1 to {most}, which {self.experts.file} allows")
        return wanted

    def _decide(self, request: StackRequest) -> tuple[Decision, Sight | None, dict[str, float]]:
        clock: dict[str, float] = {}
        router = self.router
        if not isinstance(router, GeneratingPredictor):
            [decision] = _timed(
                clock, "route", lambda: router.predict([_example(request)], probabilities=request.probabilities)
            )
            return decision, None, clock
        prepared = _timed(clock, "prepare", lambda: router.prepare(_example(request)))
        [seen] = _timed(clock, "see", lambda: router.base.see([prepared]))
        scores = _timed(clock, "route", lambda: router.scores([prepared], [seen]))
        [decision] = router.decide(scores, [prepared.truncated], probabilities=request.probabilities)
        return decision, Sight(prepared, seen) if self.shares else None, clock

    def _chosen(self, request: StackRequest, decision: Decision) -> tuple[Expert | None, bool]:
        """Return the expert that answers, None for a refusal, and whether the default had to take it."""
        if request.expert is not None:
            return self.experts.get(request.expert), False
        if not decision.abstained:
            return self.experts.get(decision.label), False
        if self.experts.default is not None:
            return self.experts.get(self.experts.default), True
        return None, False

    def _ask(
        self, expert: Expert, request: StackRequest, sight: Sight | None, on_text: Callable[[str], None] | None
    ) -> Answered:
        question = _question(expert, request, sight)
        if isinstance(self.backend, LocalBackend):
            return self.backend.ask(question, max_new_tokens=self._most(request), on_text=on_text)
        return self.backend.answer(
            expert.name,
            question.text,
            question.image,
            system=question.system,
            max_new_tokens=self._most(request),
            on_text=on_text,
        )

    def _routed(
        self, decision: Decision, expert: Expert, fell_back: bool, answered: Answered, clock: Mapping[str, float]
    ) -> Routed:
        return Routed(
            decision,
            "answered",
            expert.name,
            fell_back,
            answered.text,
            parse_tool_call(answered.text, self._tools.get(expert.name)),
            answered.truncated,
            answered.tokens,
            dict(clock),
        )


def open_stack(
    file: str | Path,
    *,
    router: str | Path | None = None,
    device: str = "cpu",
    precision: str | None = None,
    backbone: str | None = None,
) -> Stack:
    """Open a stack: check everything, load the router and, for the local backend, the base; adapters come when asked.

    Args:
        file: `experts.yaml`.
        router: artifact that decides; None: the one that the file names.
        device: `cpu` or `cuda`, for what runs in this process.
        precision: `fp32` or `bf16` of the base; None: as the router was judged.
        backbone: where the base is now, when not where the file says.

    Raises:
        PointsmanError: anything in the file, the adapters, the router or the base that does not hold.
    """
    experts = read_experts(file, tools=False)
    if router is not None:
        experts = replace(experts, router=Path(router))
    if experts.router is None:
        raise ConfigError(f"{experts.file} names no router: add 'router: FOLDER', or pass --router FOLDER")
    examined = check_experts(experts)
    if experts.backend.kind != "local":
        from pointsman.experts.openai_backend import OpenAIBackend
        from pointsman.experts.vllm_server import vllm_flags

        settings = experts.backend
        key = os.environ.get(settings.key_env) if settings.key_env else None
        if settings.key_env and not key:
            raise ConfigError(f"{experts.file}: the environment variable {settings.key_env} (key_env) is not set")
        remote = OpenAIBackend(
            settings.url,
            key=key,
            timeout_seconds=settings.timeout_seconds,
            load_adapters=settings.load_adapters,
            adapters={expert.name: expert.path for expert in experts.experts},
        )
        try:
            remote.check(experts.names, vllm_flags(experts, {n: f.rank for n, f in examined.adapters.items()}))
            decides = load_any(experts.router, device=device, backbone=backbone)
        except BaseException:
            remote.close()
            raise
        return Stack(experts, decides, remote, examined.tools)
    from pointsman.backbones import resolve
    from pointsman.inference.generating_predictor import load, template_of
    from pointsman.inference.shared_base import SharedBase

    manifest = read_manifest(experts.router)
    recorded = manifest.request.precision if manifest.request is not None else "fp32"
    base = SharedBase.open(
        resolve(backbone or experts.base),
        device=device,
        precision=precision or recorded,
        adapter_bytes=experts.memory_bytes,
    )
    same = manifest.backbone.digest == base.backbone.digest
    pixels = (0, 0)
    chosen: Router
    if manifest.strategy != "branch" and same:
        shared = load(experts.router, base=base)
        template = template_of(shared.artifact)
        chosen, pixels = shared, (template.min_pixels, template.max_pixels)
    else:
        chosen = load_any(experts.router, device=device)
    local = LocalBackend(base, experts, min_pixels=pixels[0], max_pixels=pixels[1])
    return Stack(experts, chosen, local, examined.tools)


def _unanswered(decision: Decision, expert: Expert | None, fell_back: bool, clock: Mapping[str, float]) -> Routed:
    if expert is None:
        return Routed(decision, "refused", None, fell_back, seconds=clock)
    return Routed(decision, "decided", expert.name, fell_back, seconds=clock)


def _example(request: StackRequest) -> Example:
    return Example(request.text, image=request.image)


def _question(expert: Expert, request: StackRequest, sight: Sight | None) -> Question:
    text = expert.template.replace("{text}", request.text)
    return Question(expert.name, text, request.image, expert.system, sight)


def _timed(clock: dict[str, float], stage: str, work: Callable[[], T]) -> T:
    started = time.perf_counter()
    made = work()
    clock[stage] = clock.get(stage, 0.0) + time.perf_counter() - started
    return made
