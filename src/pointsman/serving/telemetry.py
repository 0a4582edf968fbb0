"""OpenTelemetry spans, one for each request: only where its environment variables ask for them. Never a text.

Knows the variables of the OpenTelemetry specification; endpoint, headers, sampler and names are read by the SDK itself.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any

from pointsman.errors import ConfigError, MissingExtraError, nearest

_ASKED = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_TRACES_EXPORTER")
_EXPORTERS = ("otlp", "console", "none")
_PROTOCOL = "http/protobuf"


class Tracer:
    """Makes a span of each request.

    Args:
        provider: an SDK `TracerProvider`; closed with this.
    """

    def __init__(self, provider: Any) -> None:
        from opentelemetry.trace import SpanKind, Status, StatusCode
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        self._provider = provider
        self._tracer = provider.get_tracer("pointsman.serving")
        self._kind = SpanKind.SERVER
        self._error = Status(StatusCode.ERROR)
        self._propagator = TraceContextTextMapPropagator()

    def begin(self, method: str, headers: Mapping[bytes, bytes]) -> Any:
        """Return a new span, a child of the caller's where `traceparent` names one.

        Args:
            method: of HTTP.
            headers: of the request, names in lower case.
        """
        context = None
        if (parent := headers.get(b"traceparent")) is not None:
            carrier = {"traceparent": parent.decode("latin-1")}
            if (trace_state := headers.get(b"tracestate")) is not None:
                carrier["tracestate"] = trace_state.decode("latin-1")
            context = self._propagator.extract(carrier)
        return self._tracer.start_span(method, context, self._kind)

    def end(
        self, span: Any, *, method: str, endpoint: str, status: int, request_id: str, stages: Mapping[str, float]
    ) -> None:
        """Say what became of a request, and close its span.

        Args:
            span: of `begin`.
            method: of HTTP.
            endpoint: route template.
            status: of the answer.
            request_id: as the client was told.
            stages: seconds of each part.
        """
        if span.is_recording():
            span.update_name(f"{method} {endpoint}")
            span.set_attributes(
                {
                    "http.request.method": method,
                    "http.route": endpoint,
                    "http.response.status_code": status,
                    "pointsman.request_id": request_id,
                    **{f"pointsman.{name}_ms": round(spent * 1000, 3) for name, spent in stages.items()},
                }
            )
            if status >= 500:
                span.set_status(self._error)
        span.end()

    def close(self) -> None:
        """Send what is left."""
        self._provider.shutdown()


def open_tracer() -> Tracer | None:
    """Return what the environment asks for; None: nothing.

    Raises:
        MissingExtraError: OpenTelemetry is asked for and not installed.
        ConfigError: an exporter or a protocol that there is not.
    """
    if _variable("OTEL_SDK_DISABLED").lower() == "true" or not any(map(_variable, _ASKED)):
        return None
    exporter = _variable("OTEL_TRACES_EXPORTER") or "otlp"
    if exporter == "none":
        return None
    if exporter not in _EXPORTERS:
        raise ConfigError(
            f"OTEL_TRACES_EXPORTER={exporter}: no such exporter{nearest(exporter, _EXPORTERS)} "
            f"(there are {', '.join(_EXPORTERS)})"
        )
    for name in ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"):
        if exporter == "otlp" and _variable(name) not in ("", _PROTOCOL):
            raise ConfigError(f"{name}={_variable(name)}: spans are sent by {_PROTOCOL} alone")
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import SERVICE_NAME, Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter
    except ModuleNotFoundError as error:
        raise MissingExtraError("otel", error.name or "opentelemetry") from None
    resource = Resource.create()
    if str(resource.attributes.get(SERVICE_NAME, "")).startswith("unknown_service"):  # the SDK's own default
        resource = resource.merge(Resource({SERVICE_NAME: "pointsman"}))
    provider = TracerProvider(resource=resource)
    exporting = ConsoleSpanExporter(out=sys.stderr) if exporter == "console" else OTLPSpanExporter()
    provider.add_span_processor(BatchSpanProcessor(exporting))
    return Tracer(provider)


def _variable(name: str) -> str:
    return os.environ.get(name, "").strip()
