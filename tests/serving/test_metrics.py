from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from pointsman.serving.engine import Answered, Batch
from pointsman.serving.metrics import OTHER, STAGES, Metrics
from pointsman.serving.models import Models, Router
from pointsman.tasks import Decision


def decision(task: str, label: str, **changed: Any) -> Decision:
    given: dict[str, Any] = {"probability": 0.9, "margin": 0.8, "runner_up": "x", "threshold": 0.5, "digest": "d" * 64}
    return Decision(task, label, **(given | {"abstained": False, "truncated": False} | changed))


def models(digest: str, *tasks: str) -> Models:
    given: dict[str, Any] = {"kind": "sequence", "labels": ("a",), "path": Path("p"), "form": "bundle", "backbone": "b"}
    given |= {"precision": "fp32", "max_length": 8, "threshold": 0.5, "temperature": 1.0, "rank": 1, "tools": {}}
    routers = {name: Router(name, digest=digest, primary_metric="f1", metrics={}, **given) for name in tasks}
    panel: Any = None
    return Models(panel, routers, digest, "now", 1.0)


def values(metrics: Metrics) -> dict[str, float]:
    content, kind = metrics.render()
    assert kind.startswith("text/plain")
    found = {}
    for family in text_string_to_metric_families(content.decode()):
        assert family.documentation
        for one in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(one.labels.items()))
            found[f"{one.name}[{labels}]"] = one.value
    return found


def test_every_figure_is_there_before_the_first_request() -> None:
    found = values(Metrics())
    for name in (
        "requests_running",
        "queue_length",
        "busy",
        "cache_hits_total",
        "cache_misses_total",
        "batch_rows_count",
    ):
        assert found[f"pointsman_{name}[]"] == 0
    for stage in STAGES:
        assert found[f"pointsman_stage_seconds_count[stage={stage}]"] == 0


def test_every_name_has_the_prefix_or_is_of_the_process() -> None:
    names = [name for name in values(Metrics()) if not name.startswith("process_")]
    assert all(name.startswith("pointsman_") for name in names)


def test_requests_are_counted_by_route_status_and_stage() -> None:
    metrics = Metrics()
    metrics.request("/classify", 200, 0.02, {"read": 0.001, "compute": 0.012})
    metrics.request("/classify", 200, 0.2, {})
    metrics.request(OTHER, 404, 0.001, {})
    metrics.rejected("NOT_FOUND")
    found = values(metrics)
    assert found["pointsman_requests_total[endpoint=/classify,status=200]"] == 2
    assert found["pointsman_requests_total[endpoint=other,status=404]"] == 1
    assert found["pointsman_request_seconds_sum[endpoint=/classify]"] == pytest.approx(0.22)
    assert found["pointsman_request_seconds_bucket[endpoint=/classify,le=0.02]"] == 1
    assert found["pointsman_stage_seconds_sum[stage=compute]"] == pytest.approx(0.012)
    assert found["pointsman_stage_seconds_count[stage=queue]"] == 0
    assert found["pointsman_rejected_total[code=NOT_FOUND]"] == 1


def test_decisions_are_counted_as_they_are_given_known_ones_too() -> None:
    metrics = Metrics()
    rows = (
        {"domain": decision("domain", "law", abstained=True), "pii": decision("pii", "no_pii")},
        {"domain": decision("domain", "law", truncated=True), "pii": decision("pii", "no_pii")},
        {"domain": decision("domain", "math")},
    )
    metrics.answered(Answered(rows, 0.0, 0.0, cached=1))
    found = values(metrics)
    assert found["pointsman_decisions_total[label=law,task=domain]"] == 2
    assert found["pointsman_decisions_total[label=math,task=domain]"] == 1
    assert found["pointsman_decisions_total[label=no_pii,task=pii]"] == 2
    assert found["pointsman_abstentions_total[task=domain]"] == 1
    assert found["pointsman_truncations_total[task=domain]"] == 1
    assert found["pointsman_cache_hits_total[]"] == 1
    assert found["pointsman_cache_misses_total[]"] == 2


def test_batches_are_counted() -> None:
    metrics = Metrics()
    metrics.watch(Batch(("a", "b", "c"), ({}, {}, {}), (0.0, 0.0, 0.0), 0.01))
    found = values(metrics)
    assert found["pointsman_batch_rows_sum[]"] == 3
    assert found["pointsman_batch_rows_bucket[le=2.0]"] == 0
    assert found["pointsman_batch_seconds_sum[]"] == pytest.approx(0.01)


def test_gauges_are_asked_when_they_are_read() -> None:
    metrics, waiting = Metrics(), [1]
    metrics.gauges(queue=lambda: len(waiting), busy=lambda: 2)
    metrics.running(lambda: 3)
    metrics.shadow_dropped(lambda: 4)
    waiting.append(2)
    found = values(metrics)
    assert found["pointsman_queue_length[]"] == 2
    assert found["pointsman_busy[]"] == 2
    assert found["pointsman_requests_running[]"] == 3
    assert found["pointsman_shadow_dropped[]"] == 4


def test_only_what_answers_now_is_named() -> None:
    metrics = Metrics()
    metrics.models(models("old", "domain", "pii"))
    metrics.models(models("new", "domain"))
    metrics.reloaded("switched")
    found = values(metrics)
    assert [name for name in found if "models_info" in name] == ["pointsman_models_info[digest=new,task=domain]"]
    assert found["pointsman_reloads_total[result=switched]"] == 1


def test_the_shadow_is_counted() -> None:
    metrics = Metrics()
    metrics.shadowed({"domain": (1, 1)}, [], [0.25])
    found = values(metrics)
    assert found["pointsman_shadow_texts_total[agree=yes,task=domain]"] == 1
    assert found["pointsman_shadow_texts_total[agree=no,task=domain]"] == 1
    assert found["pointsman_shadow_seconds_sum[model=candidate]"] == 0.25


def test_two_servers_do_not_count_for_each_other() -> None:
    one, other = Metrics(), Metrics()
    one.rejected("X")
    assert "pointsman_rejected_total[code=X]" not in values(other)
