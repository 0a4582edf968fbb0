"""Stacked inference: the router names a request's expert, the expert answers, its tool call is judged.

`open_stack` makes one from an `experts.yaml`; `Stack` is what answers (`inference.stacked.Stacked`). Needs torch only
where a model runs in this process: a router that is an ONNX export and experts on a server do without. `open_experts`
opens the experts alone: for a stack whose router decides in another process, and asks them `elsewhere`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, runtime_checkable

from pointsman.artifacts.manifest import Manifest, read_manifest
from pointsman.data.example import Example
from pointsman.errors import ConfigError, DataError
from pointsman.experts.backend import Answered, Backend, Question, Sight
from pointsman.experts.checks import Examined, check_experts, check_labels
from pointsman.experts.registry import Expert, Experts, read_experts
from pointsman.experts.tools import Tool, parse_tool_call
from pointsman.inference.loading import load as load_any
from pointsman.inference.predictor import LocalPredictor
from pointsman.inference.stacked import Routed, StackRequest
from pointsman.tasks import Decision, Task

if TYPE_CHECKING:
    from pointsman.backbones import Backbone
    from pointsman.encoding.conversation import Prepared
    from pointsman.encoding.multimodal import Seen
    from pointsman.experts.local_backend import LocalBackend
    from pointsman.inference.logits import Floats32
    from pointsman.inference.shared_base import SharedBase

T = TypeVar("T")

_AT_ONCE = 8
"""Requests of a batch that a server is asked at the same time."""


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

    def predict(self, rows: Sequence[str | Example], /, *, probabilities: bool = False) -> list[Decision]:
        """Decide each request."""
        ...


@runtime_checkable
class StagedRouter(Router, Protocol):
    """A router on a generating model, which can be asked stage by stage; see `GeneratingPredictor`."""

    base: SharedBase

    def prepare(self, example: Example) -> Prepared:
        """Make one request ready."""
        ...

    def scores(self, prepared: Sequence[Prepared], seen: Sequence[Seen | None] | None = None) -> Floats32:
        """Return logits, float32 [rows, classes]."""
        ...

    def decide(self, logits: Floats32, truncated: Sequence[bool], *, probabilities: bool = False) -> list[Decision]:
        """Turn logits [rows, classes] into decisions."""
        ...


@runtime_checkable
class BasedBackend(Backend, Protocol):
    """A backend whose experts' base is known here, wherever it runs."""

    @property
    def backbone(self) -> Backbone:
        """What the base is."""
        ...


@runtime_checkable
class SightedBackend(BasedBackend, Protocol):
    """A backend in this process, which takes what the router has made of a request; see `LocalBackend`."""

    base: SharedBase

    def ask(self, question: Question, *, on_text: Callable[[str], None] | None = None) -> Answered:
        """Let an expert answer."""
        ...

    def ask_all(self, questions: Sequence[Question]) -> list[Answered]:
        """Let each question's expert answer, together."""
        ...


class Stack:
    """A router, experts, and what runs them. Safe to ask from several threads; each waits for the model in turn.

    Args:
        experts: as read and checked.
        router: that decides between them.
        backend: that runs them.
        tools: of each expert, by its name.
        notes: what a person should know of them, one line each.

    Raises:
        ConfigError: the router decides between others than the experts.
    """

    def __init__(
        self,
        experts: Experts,
        router: Router,
        backend: Backend,
        tools: Mapping[str, tuple[Tool, ...] | None],
        *,
        notes: Sequence[str] = (),
    ) -> None:
        check_labels(router.task.labels, experts)
        self.experts, self.router, self.backend = experts, router, backend
        self.tools, self.notes = dict(tools), tuple(notes)

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
        router, backend = self.router, self.backend
        if not isinstance(router, StagedRouter) or not isinstance(backend, SightedBackend):
            return False
        return router.base is backend.base

    def route(self, request: StackRequest, *, on_text: Callable[[str], None] | None = None) -> Routed:
        """Decide a request's expert and let it answer; see `Stacked`."""
        started = time.perf_counter()
        clock: dict[str, float] = {}
        self._check(request)
        [decision], [sight] = self._decide([request], clock)
        expert, fell_back = self._chosen(request, decision)
        if expert is None or request.decide_only:
            clock["total"] = time.perf_counter() - started
            return _unanswered(decision, expert, fell_back, clock)
        answered = self._ask(self._question(expert, request, sight), on_text)
        for stage, spent in answered.seconds.items():
            clock[stage] = clock.get(stage, 0.0) + spent
        clock["total"] = time.perf_counter() - started
        return self._routed(decision, expert, fell_back, answered, clock)

    def route_all(self, requests: Sequence[StackRequest]) -> list[Routed]:
        """Route requests together: one batch of decisions, one of answers (a server is asked for several at a time).

        Times are the batch's own divided by its requests.

        Raises:
            PointsmanError: see `Stacked.route`; one request that cannot be taken fails all.
        """
        if not requests:
            return []
        started = time.perf_counter()
        clock: dict[str, float] = {}
        for request in requests:
            self._check(request)
        decisions, sights = self._decide(requests, clock)
        chosen = [self._chosen(request, made) for request, made in zip(requests, decisions, strict=True)]
        questions = {
            i: self._question(expert, request, sights[i])
            for i, (request, (expert, _)) in enumerate(zip(requests, chosen, strict=True))
            if expert is not None and not request.decide_only
        }
        made = _timed(clock, "answer", lambda: self._ask_all(list(questions.values())))
        answers = dict(zip(questions, made, strict=True))
        clock["total"] = time.perf_counter() - started
        share = {stage: spent / len(requests) for stage, spent in clock.items()}
        out = []
        for i, (decision, (expert, fell_back)) in enumerate(zip(decisions, chosen, strict=True)):
            if expert is not None and i in answers:
                out.append(self._routed(decision, expert, fell_back, answers[i], share))
            else:
                out.append(_unanswered(decision, expert, fell_back, share))
        return out

    def close(self) -> None:
        """Let go of what the backend holds."""
        self.backend.close()

    def __enter__(self) -> Stack:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _check(self, request: StackRequest) -> None:
        if not request.text.strip() and request.image is None:
            raise DataError("the text is blank: nothing is asked")
        if request.expert is not None:
            self.experts.get(request.expert)
        self._most(request)
        if request.image is not None and isinstance(self.backend, BasedBackend):
            model = self.backend.backbone
            if not model.family.sees:
                raise DataError(f"an image was sent, and the experts' base '{model.name}' takes text alone")

    def _most(self, request: StackRequest) -> int:
        most = self.experts.max_new_tokens
        wanted = request.max_new_tokens
        if wanted is None:
            return most
        if not 1 <= wanted <= most:
            raise ConfigError(f"max_new_tokens {wanted}: use 1 to {most}, which {self.experts.file} allows")
        return wanted

    def _decide(
        self, requests: Sequence[StackRequest], clock: dict[str, float]
    ) -> tuple[list[Decision], list[Sight | None]]:
        """Return each request's decision, and what the experts need not make again."""
        router = self.router
        # An encoder of texts decides by the text alone; the image goes to the expert.
        blind = isinstance(router, LocalPredictor)
        rows = [Example(request.text, image=None if blind else request.image) for request in requests]
        wanted = any(request.probabilities for request in requests)
        sights: list[Sight | None] = [None] * len(rows)
        if isinstance(router, StagedRouter):
            prepared = _timed(clock, "prepare", lambda: [router.prepare(row) for row in rows])
            seen = _timed(clock, "see", lambda: router.base.see(prepared))
            scores = _timed(clock, "route", lambda: router.scores(prepared, seen))
            made = router.decide(scores, [one.truncated for one in prepared], probabilities=wanted)
            if self.shares:
                sights = [Sight(one, found) for one, found in zip(prepared, seen, strict=True)]
        else:
            made = _timed(clock, "route", lambda: router.predict(rows, probabilities=wanted))
        return [
            decision if request.probabilities else replace(decision, probabilities=None)
            for request, decision in zip(requests, made, strict=True)
        ], sights

    def _chosen(self, request: StackRequest, decision: Decision) -> tuple[Expert | None, bool]:
        """Return the expert that answers, None for a refusal, and whether the default had to take it."""
        if request.expert is not None:
            return self.experts.get(request.expert), False
        if not decision.abstained:
            return self.experts.get(decision.label), False
        if self.experts.default is not None:
            return self.experts.get(self.experts.default), True
        return None, False

    def _question(self, expert: Expert, request: StackRequest, sight: Sight | None) -> Question:
        text = expert.template.replace("{text}", request.text)
        return Question(expert.name, text, request.image, expert.system, self._most(request), sight)

    def _ask(self, question: Question, on_text: Callable[[str], None] | None = None) -> Answered:
        if isinstance(self.backend, SightedBackend):
            return self.backend.ask(question, on_text=on_text)
        return self.backend.answer(
            question.expert,
            question.text,
            question.image,
            system=question.system,
            max_new_tokens=question.max_new_tokens,
            on_text=on_text,
        )

    def _ask_all(self, questions: Sequence[Question]) -> list[Answered]:
        if isinstance(self.backend, SightedBackend):
            return self.backend.ask_all(questions)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return list(pool.map(self._ask, questions))

    def _routed(
        self, decision: Decision, expert: Expert, fell_back: bool, answered: Answered, clock: Mapping[str, float]
    ) -> Routed:
        return Routed(
            decision,
            "answered",
            expert.name,
            fell_back,
            answered.text,
            parse_tool_call(answered.text, self.tools.get(expert.name)),
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
    elsewhere: Callable[[Backbone], Backend] | None = None,
) -> Stack:
    """Open a stack: check everything, load the router and, for the local backend, the base; adapters come when asked.

    Args:
        file: `experts.yaml`.
        router: artifact that decides; None: the one that the file names.
        device: `cpu` or `cuda`, for what runs in this process.
        precision: `fp32` or `bf16` of the local backend's base; None: as the router was judged.
        backbone: where the experts' base is now, when not where the file says; with experts on a server: the router's.
        elsewhere: makes what asks experts of the local backend that another process has opened (`open_experts`), given
            their base; None: they run in this one.

    Raises:
        PointsmanError: anything in the file, the adapters, the router or the base that does not hold.
    """
    experts, examined, manifest = _read(file, router, precision)
    if experts.backend.kind == "local":
        return _local(experts, examined, manifest, device, precision, backbone, elsewhere)
    if precision is not None:
        raise ConfigError("--precision is of a base in this process: the experts are on a server")
    return _served(experts, examined, manifest, device, backbone)


def open_experts(
    file: str | Path, *, device: str = "cpu", precision: str | None = None, backbone: str | None = None
) -> LocalBackend:
    """Open the experts of a local backend without their router; adapters come when asked.

    They answer as in `open_stack`, but see each image themselves.

    Args:
        file: `experts.yaml`; its router need not be loaded, but says how images are scaled and how the base is held.
        device: `cpu` or `cuda`.
        precision: `fp32` or `bf16` of the base; None: as the router was judged.
        backbone: where the base is now, when not where the file says.

    Raises:
        ConfigError: the experts are on a server.
        PointsmanError: as `open_stack`.
    """
    experts, examined, manifest = _read(file, None, precision)
    if experts.backend.kind != "local":
        raise ConfigError(f"{experts.file}: the experts are on a server ({experts.backend.url}): ask it for them")
    found, same = _found_base(experts, manifest, backbone)
    return _backend(experts, examined, manifest, _open_base(experts, manifest, found, same, device, precision), same)


def _read(file: str | Path, router: str | Path | None, precision: str | None) -> tuple[Experts, Examined, Manifest]:
    """Return what a file says of experts and router, checked; loads no weights."""
    experts = read_experts(file, tools=False)
    if router is not None:
        experts = replace(experts, router=Path(router))
    if experts.router is None:
        raise ConfigError(f"{experts.file} names no router: add 'router: FOLDER', or pass --router FOLDER")
    if precision not in (None, "fp32", "bf16"):
        raise ConfigError(f"--precision {precision}: use fp32 or bf16")
    return experts, check_experts(experts), read_manifest(experts.router)


def _local(
    experts: Experts,
    examined: Examined,
    manifest: Manifest,
    device: str,
    precision: str | None,
    backbone: str | None,
    elsewhere: Callable[[Backbone], Backend] | None,
) -> Stack:
    from pointsman.inference.generating_predictor import load

    assert experts.router is not None
    found, same = _found_base(experts, manifest, backbone)
    notes = list(examined.notes)
    base = _open_base(experts, manifest, found, same, device, precision) if same or elsewhere is None else None
    if elsewhere is not None:
        asked = elsewhere(found)
    else:
        assert base is not None
        asked = _backend(experts, examined, manifest, base, same)
    if same:
        return Stack(experts, load(experts.router, base=base), asked, examined.tools, notes=notes)
    if manifest.strategy != "branch":
        notes.append(
            f"two models in memory: the router stands on {manifest.backbone.name} "
            f"({manifest.backbone.digest[:12]}…), the experts on {found.name} ({found.digest[:12]}…)"
        )
    return Stack(experts, _load_router(experts.router, manifest, device, None), asked, examined.tools, notes=notes)


def _found_base(experts: Experts, manifest: Manifest, backbone: str | None) -> tuple[Backbone, bool]:
    """Return the experts' base, and whether the router stands on it too."""
    from pointsman.backbones import resolve

    found = resolve(backbone or experts.base)
    return found, manifest.strategy != "branch" and manifest.backbone.digest == found.digest


def _open_base(
    experts: Experts, manifest: Manifest, found: Backbone, same: bool, device: str, precision: str | None
) -> SharedBase:
    from pointsman.inference.shared_base import SharedBase

    recorded = manifest.request.precision if same and manifest.request is not None else "fp32"
    return SharedBase.open(found, device=device, precision=precision or recorded, adapter_bytes=experts.memory_bytes)


def _backend(experts: Experts, examined: Examined, manifest: Manifest, base: SharedBase, same: bool) -> LocalBackend:
    from pointsman.experts.local_backend import LocalBackend

    # A router on the same base has said how large images are; what it has seen can only be used in that size.
    request = manifest.request if same else None
    least, most = (request.min_pixels, request.max_pixels) if request is not None else (0, 0)
    unmixed = [name for name, facts in examined.adapters.items() if facts.use_dora]
    return LocalBackend(base, experts, min_pixels=least, max_pixels=most, unmixed=unmixed)


def _served(experts: Experts, examined: Examined, manifest: Manifest, device: str, backbone: str | None) -> Stack:
    from pointsman.experts.openai_backend import OpenAIBackend
    from pointsman.experts.vllm_server import vllm_flags

    assert experts.router is not None
    settings = experts.backend
    key = os.environ.get(settings.key_env) if settings.key_env else None
    if settings.key_env and not key:
        raise ConfigError(f"{experts.file}: the environment variable {settings.key_env} (key_env) is not set")
    ranks = {name: facts.rank for name, facts in examined.adapters.items()}
    flags = vllm_flags(experts, ranks) if all(ranks.values()) else []

    def server(**more: Any) -> OpenAIBackend:
        return OpenAIBackend(
            settings.url,
            key=key,
            timeout_seconds=settings.timeout_seconds,
            load_adapters=settings.load_adapters,
            adapters={expert.name: expert.path for expert in experts.experts},
            **more,
        )

    with server() as first:  # before a router is loaded, which may take minutes
        first.check(experts.names, flags)
    decides = _load_router(experts.router, manifest, device, backbone)
    # As prompts are made here: no thinking before an answer, and images in the router's size.
    remote = server(extra={"chat_template_kwargs": {"enable_thinking": False}}, extra_of_images=_image_size(decides))
    return Stack(experts, decides, remote, examined.tools, notes=examined.notes)


def _load_router(path: Path, manifest: Manifest, device: str, backbone: str | None) -> Router:
    if manifest.kind == "onnx":
        return load_any(path)
    return load_any(path, device=device, backbone=backbone)


def _image_size(router: Router) -> dict[str, Any]:
    """Return what tells a server to scale images as the router's are, where the router has limits of its own."""
    template = getattr(router, "template", None)
    if not isinstance(router, StagedRouter) or template is None:
        return {}
    if not template.min_pixels and not template.max_pixels:
        return {}
    size = router.base.preparer.image_size(template)
    return {"mm_processor_kwargs": {"size": {edge: int(size[edge]) for edge in ("shortest_edge", "longest_edge")}}}


def _unanswered(decision: Decision, expert: Expert | None, fell_back: bool, clock: Mapping[str, float]) -> Routed:
    if expert is None:
        return Routed(decision, "refused", None, fell_back, seconds=dict(clock))
    return Routed(decision, "decided", expert.name, fell_back, seconds=dict(clock))


def _timed(clock: dict[str, float], stage: str, work: Callable[[], T]) -> T:
    started = time.perf_counter()
    made = work()
    clock[stage] = clock.get(stage, 0.0) + time.perf_counter() - started
    return made
