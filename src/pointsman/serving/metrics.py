"""What a server counts, for Prometheus. Takes figures and names that are bounded; never a text.

Endpoints are route templates, labels and tasks those of the loaded models, codes those of `ApiError`.
"""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Callable, Mapping, Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

from pointsman.inference.stacked import Stacked
from pointsman.serving.engine import Answered, Batch
from pointsman.serving.models import Models
from pointsman.serving.stack_queue import Asked

STAGES = ("read", "queue", "compute", "write")
"""Parts of a request's time: its body is read, its texts wait, they are decided, the answer is sent."""

OTHER = "other"
"""The endpoint of a request for a path that is not served."""

ROUTE_STAGES = ("queue", "prepare", "see", "route", "switch", "answer", "total")
"""Parts of a request to the stack: it waits, is prepared, its image is seen, the expert is chosen, switched to, writes;
the total is without the wait."""

_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.06, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_SHORT_SECONDS = (0.0001, 0.0005, *_SECONDS)
_LONG_SECONDS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 40.0, 80.0, 160.0)
_ROWS = (1, 2, 4, 8, 16, 32, 64, 128, 256)


class Metrics:
    """The counters of one server, in a registry of their own; safe to call from any thread."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)

        def counter(name: str, told: str, *labels: str) -> Counter:
            return Counter(f"pointsman_{name}", told, labels, registry=registry)

        def gauge(name: str, told: str, *labels: str) -> Gauge:
            return Gauge(f"pointsman_{name}", told, labels, registry=registry)

        def histogram(name: str, told: str, *labels: str, buckets: Sequence[float] = _SECONDS) -> Histogram:
            return Histogram(f"pointsman_{name}", told, labels, registry=registry, buckets=buckets)

        self._requests = counter(
            "requests_total", "Requests, by route and status (499: client gone).", "endpoint", "status"
        )
        self._seconds = histogram("request_seconds", "From a request's headers to the end of its answer.", "endpoint")
        self._stages = histogram("stage_seconds", "Parts of a request's time.", "stage", buckets=_SHORT_SECONDS)
        self._batch_rows = histogram("batch_rows", "Texts decided together.", buckets=_ROWS)
        self._batch_seconds = histogram("batch_seconds", "Computing a batch.", buckets=_SHORT_SECONDS)
        self._running = gauge("requests_running", "Requests being answered.")
        self._queue = gauge("queue_length", "Texts that wait to be decided.")
        self._busy = gauge("busy", "Batches being computed.")
        self._decisions = counter("decisions_total", "Decisions given, by label.", "task", "label")
        self._abstentions = counter("abstentions_total", "Decisions given that were not sure.", "task")
        self._truncations = counter("truncations_total", "Decisions given on a part of the text.", "task")
        self._hits = counter("cache_hits_total", "Texts whose decisions were known.")
        self._misses = counter("cache_misses_total", "Texts that were computed.")
        self._rejected = counter("rejected_total", "Requests answered with an error, by its code.", "code")
        self._shadow_texts = counter("shadow_texts_total", "Texts that the shadow decided too.", "task", "agree")
        self._shadow_seconds = histogram("shadow_seconds", "Computing a text.", "model", buckets=_SHORT_SECONDS)
        self._shadow_dropped = gauge("shadow_dropped", "Texts that the shadow had no time for.")
        self._reloads = counter("reloads_total", "Reloads, by what came of them.", "result")
        self._models = gauge("models_info", "What answers now: 1 for each task.", "digest", "task")
        self._route_requests = counter(
            "route_requests_total", "Requests to the stack, by what came of them.", "outcome"
        )
        self._route_seconds = histogram(
            "route_seconds", "Parts of a stack's answer's time.", "stage", buckets=_LONG_SECONDS
        )
        self._route_experts = counter("route_experts_total", "Experts that answered, or would.", "expert")
        self._route_fallbacks = counter("route_fallbacks_total", "Requests that the default expert took.")
        self._route_calls = counter("route_tool_calls_total", "Tool calls in experts' answers.", "status")
        self._route_queue = gauge("route_queue_length", "Requests that wait for the stack.")
        self._route_busy = gauge("route_busy", "Requests that the stack is answering.")
        self._stacks = gauge("stack_info", "The stack that answers: 1 for each expert.", "digest", "expert")
        self._experts: frozenset[str] = frozenset()
        self._stage = {name: self._stages.labels(name) for name in STAGES}

    def request(self, endpoint: str, status: int, seconds: float, stages: Mapping[str, float]) -> None:
        """Count a request that is over.

        Args:
            endpoint: route template, or `OTHER`.
            status: of its answer; 499: the client had gone.
            seconds: it took in all.
            stages: parts of that, of `STAGES`.
        """
        self._requests.labels(endpoint, str(status)).inc()
        self._seconds.labels(endpoint).observe(seconds)
        for name, spent in stages.items():
            self._stage[name].observe(spent)

    def rejected(self, code: str) -> None:
        """Count an error that a client was told."""
        self._rejected.labels(code).inc()

    def watch(self, batch: Batch) -> None:
        """Count a batch: a watcher of the engine."""
        self._batch_rows.observe(len(batch.texts))
        self._batch_seconds.observe(batch.seconds)

    def answered(self, answered: Answered) -> None:
        """Count what the routers decide, computed or known; thresholds of a request change its answer alone."""
        labels: Tally[tuple[str, str]] = Tally()
        abstained: Tally[str] = Tally()
        truncated: Tally[str] = Tally()
        for row in answered.rows:
            for task, decision in row.items():
                labels[task, decision.label] += 1
                if decision.abstained:
                    abstained[task] += 1
                if decision.truncated:
                    truncated[task] += 1
        for (task, label), number in labels.items():
            self._decisions.labels(task, label).inc(number)
        for task, number in abstained.items():
            self._abstentions.labels(task).inc(number)
        for task, number in truncated.items():
            self._truncations.labels(task).inc(number)
        self._hits.inc(answered.cached)
        self._misses.inc(len(answered.rows) - answered.cached)

    def stack(self, stack: Stacked, *, queue: Callable[[], float], busy: Callable[[], float]) -> None:
        """Say which stack answers, and name what is asked for who waits for it and who is being answered."""
        self._experts = frozenset(stack.task.labels)
        for expert in stack.task.labels:
            self._stacks.labels(stack.digest, expert).set(1)
        self._route_queue.set_function(queue)
        self._route_busy.set_function(busy)

    def routed(self, asked: Asked) -> None:
        """Count a stack's answer."""
        routed = asked.routed
        decision = routed.decision
        self._route_requests.labels(routed.outcome).inc()
        self._decisions.labels(decision.task, self._expert(decision.label)).inc()
        if decision.abstained:
            self._abstentions.labels(decision.task).inc()
        if decision.truncated:
            self._truncations.labels(decision.task).inc()
        if routed.expert is not None:
            self._route_experts.labels(self._expert(routed.expert)).inc()
        if routed.fell_back:
            self._route_fallbacks.inc()
        if routed.tool_call is not None:
            self._route_calls.labels(routed.tool_call.status).inc()
        for name, spent in {"queue": asked.queued, **routed.seconds}.items():
            if name in ROUTE_STAGES:
                self._route_seconds.labels(name).observe(spent)

    def route_failed(self, outcome: str) -> None:
        """Count a request to the stack without an answer: `invalid`, `unavailable`, `overloaded`, `gone` or `error`."""
        self._route_requests.labels(outcome).inc()

    def _expert(self, name: str) -> str:
        return name if name in self._experts else OTHER

    def gauges(self, *, queue: Callable[[], float], busy: Callable[[], float]) -> None:
        """Name what is asked for the queue's length and the batches being computed, when they are read."""
        self._queue.set_function(queue)
        self._busy.set_function(busy)

    def running(self, number: Callable[[], float]) -> None:
        """Name what is asked for how many requests are being answered."""
        self._running.set_function(number)

    def shadow_dropped(self, number: Callable[[], float]) -> None:
        """Name what is asked for how many texts the shadow had no time for."""
        self._shadow_dropped.set_function(number)

    def shadowed(self, agreed: dict[str, tuple[int, int]], live: Sequence[float], candidate: Sequence[float]) -> None:
        """Count texts that live models and candidate have both decided: `ShadowCounts`.

        Args:
            agreed: by task, how many were decided alike and how many otherwise.
            live: seconds that each text took the live models.
            candidate: seconds that each took the candidate.
        """
        for task, counts in agreed.items():
            for agree, texts in zip(("yes", "no"), counts, strict=True):
                if texts:
                    self._shadow_texts.labels(task, agree).inc(texts)
        for model, seconds in (("live", live), ("candidate", candidate)):
            for spent in seconds:
                self._shadow_seconds.labels(model).observe(spent)

    def reloaded(self, result: str) -> None:
        """Count a reload: `result` is `switched` or `refused`."""
        self._reloads.labels(result).inc()

    def models(self, models: Models) -> None:
        """Say what answers now."""
        self._models.clear()
        for task, router in models.routers.items():
            self._models.labels(router.digest, task).set(1)

    def render(self) -> tuple[bytes, str]:
        """Return the figures in Prometheus' text format, and its content type."""
        return generate_latest(self._registry), CONTENT_TYPE_PLAIN_0_0_4
