"""Metrics of requests for Prometheus; labels are kinds of routes, never names that readers choose."""

from bisect import bisect_left
from collections.abc import Iterator
from threading import Lock

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric

from bodega.web.shared_counters import SharedCounters

CONTENT_TYPE = b"text/plain; version=0.0.4; charset=utf-8"
_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120)
_BOUNDS = (*(str(float(bound)) for bound in _BUCKETS), "+Inf")
_METHODS = frozenset({"GET", "HEAD", "POST"})


class Metrics:
    """Counts the requests of one worker; tells those of all."""

    def __init__(self, counters: SharedCounters | None = None, worker: int = 0) -> None:
        self._counters = counters or SharedCounters()
        self._part = self._counters.part(worker)
        self._values = self._part.values
        self._upstream_lock = Lock()
        self._cells: dict[tuple[str, str, int], tuple[int, int, tuple[int, ...]]] = {}
        registry = CollectorRegistry(auto_describe=False)
        registry.register(self)
        self._registry = registry

    def count(self, method: str, route: str, status: int, *, seconds: float) -> None:
        """Count one request."""
        cells = self._cells.get((method, route, status)) or self._prepared(method, route, status)
        values = self._values
        values[cells[0]] += 1.0
        values[cells[1]] += seconds
        values[cells[2][bisect_left(_BUCKETS, seconds)]] += 1.0

    def count_upstream(self, outcome: str) -> None:
        """Count one page that an upstream was, or was not, asked for; from any thread."""
        with self._upstream_lock:
            self._values[self._part.cell(f"upstream {outcome}")] += 1.0

    def _prepared(self, method: str, route: str, status: int) -> tuple[int, int, tuple[int, ...]]:
        # Methods are the reader's words: what is unknown is one method.
        if method not in _METHODS:
            return self._cells.get(("other", route, status)) or self._made("other", route, status)
        return self._made(method, route, status)

    def _made(self, method: str, route: str, status: int) -> tuple[int, int, tuple[int, ...]]:
        cell = self._part.cell
        buckets = tuple(cell(f"bucket {route} {bound}") for bound in _BOUNDS)
        cells = (cell(f"count {route} {method} {status}"), cell(f"seconds {route}"), buckets)
        self._cells[method, route, status] = cells
        return cells

    def collect(self) -> Iterator[Metric]:
        """The metrics of all workers, as prometheus_client asks for them."""
        requests = CounterMetricFamily(
            "bodega_http_requests", "Requests answered", labels=("method", "route", "status")
        )
        durations = HistogramMetricFamily(
            "bodega_http_request_duration_seconds", "From request to end of answer", labels=("route",)
        )
        upstream = CounterMetricFamily(
            "bodega_upstream_pages",
            "Pages that upstreams were asked for, by how they answered",
            labels=("outcome",),
        )
        sums = self._counters.sums()
        for key, value in sums.items():
            kind, *labels = key.split(" ")
            if kind == "count":
                route, method, status = labels
                requests.add_metric((method, route, status), value)
            elif kind == "seconds":
                durations.add_metric(labels, list(_cumulated(labels[0], sums)), value)
            elif kind == "upstream":
                upstream.add_metric(labels, value)
        yield upstream
        yield requests
        yield durations

    def text(self) -> bytes:
        """The metrics in Prometheus' text form."""
        return generate_latest(self._registry)


def _cumulated(route: str, sums: dict[str, float]) -> Iterator[tuple[str, float]]:
    total = 0.0
    for bound in _BOUNDS:
        total += sums.get(f"bucket {route} {bound}", 0.0)
        yield bound, total
