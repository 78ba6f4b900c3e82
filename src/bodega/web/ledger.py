"""What is written down of each request that is over: a line of the access log, and its metrics."""

from bodega.web.metrics import Metrics
from bodega.web.request import Reply, Request
from bodega.web.request_log import Entry, RequestLog


class Ledger:
    """The log and the metrics of one process."""

    def __init__(self, log: RequestLog, metrics: Metrics) -> None:
        self.log = log
        self.metrics = metrics

    def note(self, request: Request, reply: Reply, seconds: float) -> None:
        """Write one request down; ``seconds`` from its beginning to the end of its answer."""
        self.metrics.count(request.method, request.route, reply.status, seconds=seconds)
        self.log.note(request, reply, seconds)

    def add(self, entry: Entry, route: str) -> None:
        """Write down a request that was answered without ``Request`` and ``Reply``."""
        self.metrics.count(entry.method, route, entry.status, seconds=entry.seconds)
        self.log.add(entry)
