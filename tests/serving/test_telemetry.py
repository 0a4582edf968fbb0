from __future__ import annotations

import builtins
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from pointsman.errors import ConfigError, MissingExtraError
from pointsman.serving.telemetry import open_tracer
from tests.serving.guarded import JSON, guarded

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SDK_DISABLED", "EXPORTER_OTLP_ENDPOINT", "EXPORTER_OTLP_TRACES_ENDPOINT", "TRACES_EXPORTER"):
        monkeypatch.delenv(f"OTEL_{name}", raising=False)


class Collector(http.server.BaseHTTPRequestHandler):
    taken: list[bytes]

    def do_POST(self) -> None:
        self.taken.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bytes]]:
    Collector.taken = []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    yield Collector.taken
    server.shutdown()
    thread.join()
    server.server_close()


def test_nothing_is_made_unless_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    assert open_tracer() is None
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "none")
    assert open_tracer() is None
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "otlp")
    monkeypatch.setenv("OTEL_SDK_DISABLED", "True")
    assert open_tracer() is None


def test_requests_become_spans_of_the_callers_trace(tmp_path: Path, collector: list[bytes]) -> None:
    tracer = open_tracer()
    assert tracer is not None
    with guarded(tmp_path, tracer) as server:
        headers = {"traceparent": f"00-{TRACE}-{PARENT}-01", "X-Request-Id": "mine"}
        server.ask("POST", "/things/secret?q=secret", b'{"text": "secret"}', JSON | headers)
        server.ask("POST", "/fails", b"secret", JSON | {"traceparent": "nonsense"})
        server.requests(2)
    tracer.close()
    sent = ExportTraceServiceRequest()
    sent.ParseFromString(b"".join(collector))
    (resource,) = sent.resource_spans
    assert {one.key: one.value.string_value for one in resource.resource.attributes}["service.name"] == "pointsman"
    first, second = resource.scope_spans[0].spans
    assert (first.name, first.trace_id.hex(), first.parent_span_id.hex()) == ("POST /things/{name}", TRACE, PARENT)
    told = {one.key: one.value for one in first.attributes}
    assert told["http.route"].string_value == "/things/{name}"
    assert told["http.response.status_code"].int_value == 200
    assert told["pointsman.request_id"].string_value == "mine"
    assert told["pointsman.compute_ms"].double_value == 2.0
    assert first.end_time_unix_nano > first.start_time_unix_nano
    assert (second.name, second.parent_span_id, second.status.code) == ("POST /fails", b"", 2)
    assert b"secret" not in b"".join(collector)


def test_a_name_of_ones_own_is_kept(collector: list[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "service.name=routers")
    tracer = open_tracer()
    assert tracer is not None
    span = tracer.begin("GET", {})
    tracer.end(span, method="GET", endpoint="/x", status=200, request_id="a", stages={})
    tracer.close()
    assert b"routers" in b"".join(collector)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("OTEL_TRACES_EXPORTER", "jaeger", "OTEL_TRACES_EXPORTER=jaeger: no such exporter"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", "OTEL_EXPORTER_OTLP_PROTOCOL=grpc: spans are sent by http/protobuf"),
    ],
)
def test_what_there_is_not_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match=told):
        open_tracer()


def test_packages_that_are_not_installed_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name.startswith("opentelemetry"):
            raise ModuleNotFoundError(f"No module named '{name}'", name=name)
        return real(name, *rest)

    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "otlp")
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError, match=r"pip install 'pointsman\[otel\]'"):
        open_tracer()
