"""Metrics in Prometheus' text form."""

from prometheus_client.parser import text_string_to_metric_families

from bodega.web.metrics import Metrics
from bodega.web.shared_counters import SharedCounters


def samples(metrics: Metrics) -> dict[tuple[str, ...], float]:
    return {
        (sample.name, *(f"{key}={value}" for key, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(metrics.text().decode())
        for sample in family.samples
    }


def test_requests_are_counted_by_method_route_and_status() -> None:
    metrics = Metrics()
    metrics.count("GET", "project", 200, seconds=0.001)
    metrics.count("GET", "project", 200, seconds=0.001)
    metrics.count("HEAD", "file", 404, seconds=0.001)
    found = samples(metrics)
    assert found["bodega_http_requests_total", "method=GET", "route=project", "status=200"] == 2
    assert found["bodega_http_requests_total", "method=HEAD", "route=file", "status=404"] == 1


def test_methods_that_readers_invent_are_one() -> None:
    metrics = Metrics()
    for method in ("BREW", "FLY", "BREW"):
        metrics.count(method, "other", 405, seconds=0.001)
    assert samples(metrics)["bodega_http_requests_total", "method=other", "route=other", "status=405"] == 3


def test_durations_fall_into_buckets_that_hold_all_below() -> None:
    metrics = Metrics()
    for seconds in (0.0005, 0.0006, 0.3, 1000.0):
        metrics.count("GET", "project", 200, seconds=seconds)
    found = samples(metrics)
    name = "bodega_http_request_duration_seconds"
    wanted = {"0.0005": 1, "0.001": 2, "0.25": 2, "0.5": 3, "120.0": 3, "+Inf": 4}
    assert {bound: found[f"{name}_bucket", f"le={bound}", "route=project"] for bound in wanted} == wanted
    assert found[f"{name}_count", "route=project"] == 4
    assert abs(found[f"{name}_sum", "route=project"] - 1000.3011) < 1e-6


def test_every_worker_tells_the_sum() -> None:
    counters = SharedCounters(2)
    first, second = Metrics(counters, 0), Metrics(counters, 1)
    first.count("GET", "project", 200, seconds=0.001)
    second.count("GET", "project", 200, seconds=0.001)
    assert samples(first) == samples(second)
    assert samples(first)["bodega_http_requests_total", "method=GET", "route=project", "status=200"] == 2


def test_how_upstreams_answer_is_counted_over_all_workers() -> None:
    counters = SharedCounters(2)
    first, second = Metrics(counters, 0), Metrics(counters, 1)
    for metrics in (first, second, second):
        metrics.count_upstream("answered")
    first.count_upstream("left-alone")
    found = samples(second)
    assert found["bodega_upstream_pages_total", "outcome=answered"] == 3
    assert found["bodega_upstream_pages_total", "outcome=left-alone"] == 1
