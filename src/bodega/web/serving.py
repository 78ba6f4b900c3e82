"""An open index, served: its application, uploads and events beside it, until the process is told to end."""

import functools
import logging
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Self

from bodega.bootstrap.index import OpenIndex
from bodega.bootstrap.management import LocalManagement
from bodega.bootstrap.outside import Outside
from bodega.bootstrap.settings import Settings
from bodega.messaging.delivery import Letter
from bodega.web.api_routes import ApiDesk, ApiRoutes
from bodega.web.application import Application, Doors
from bodega.web.fast_lane import FastLane, FastLaneProtocol
from bodega.web.internal_places import InternalPlaces
from bodega.web.ledger import Ledger
from bodega.web.metrics import Metrics
from bodega.web.repeats import Repeats
from bodega.web.request_ids import request_ids
from bodega.web.request_log import RequestLog
from bodega.web.server import address_of, listen, serve
from bodega.web.shared_counters import SharedCounters
from bodega.web.upload import UploadDesk, UploadEndpoint

_log = logging.getLogger(__name__)
#: Seconds for the batch of events under way at the end.
_LAST_BATCH = 1.5


@dataclass(frozen=True, slots=True)
class Place:
    """Where an index is served: bound sockets, one for each worker."""

    listeners: tuple[socket.socket, ...]
    address: str

    @classmethod
    def bind(cls, host: str, port: int, workers: int = 1) -> Self:
        """Take the port; raises PortInUseError, CannotListenError."""
        listeners = listen(host, port, workers)
        return cls(listeners, address_of(listeners[0]))

    def of_worker(self, number: int) -> socket.socket:
        """The socket of a worker; in its process, those of the others are let go of."""
        mine = self.listeners[number]
        for listener in self.listeners:
            if listener is not mine:
                listener.close()
        return mine

    def close(self) -> None:
        """Give the port back."""
        for listener in self.listeners:
            listener.close()


@dataclass(frozen=True, slots=True)
class Post:
    """One process of a server: its socket, whom it tells that it serves, and what it shares with others."""

    listener: socket.socket
    when_ready: Callable[[], None]
    counters: SharedCounters = field(default_factory=SharedCounters)
    number: int = 0
    lifeline: int | None = None


def serve_index(index: OpenIndex, settings: Settings, post: Post) -> None:
    """Serve until SIGTERM or SIGINT."""
    log = RequestLog("json" if settings.text("log_format") == "json" else "text")
    catalog = index.catalog
    desk = UploadDesk(
        authenticate=catalog.authenticate,
        blobs=index.served.blobs,
        acceptance=catalog.acceptance,
        expect_open=catalog.expect_open,
        limit=settings.number("upload_limit"),
        patience=settings.number("upload_patience"),
    )
    metrics = Metrics(post.counters, post.number)
    index.served.observe(metrics.count_upstream)
    ledger, new_id = Ledger(log, metrics), request_ids()
    doors = Doors(
        authenticate=catalog.authenticate,
        ledger=ledger,
        upload=UploadEndpoint(desk),
        api=ApiRoutes(
            ApiDesk(
                authenticate=catalog.authenticate,
                manage=partial(LocalManagement, catalog, Outside(settings, os.environ)),
                threads=index.served.lookups,
            )
        ),
        public_url=settings.text("public_url") or None,
        trusted_proxies=settings.text("trusted_proxies"),
        is_shared=settings.text("cross_origin") == "*",
        places=_places(settings, index),
        new_id=new_id,
    )
    application = Application(index.served, doors)
    lane = FastLane(Repeats(index.served.version), ledger, new_id)
    patience = float(settings.number("request_timeout", least=1))
    protocol = functools.partial(FastLaneProtocol, lane, patience)
    delivery = catalog.delivery(settings.data, _report)
    delivery.start()
    try:
        serve(application, post.listener, post.when_ready, protocol=protocol, lifeline=post.lifeline)
    finally:
        log.flush()
        # What is left is delivered at the next start; the contract gives ten seconds for everything.
        delivery.stop(_LAST_BATCH)


def _places(settings: Settings, index: OpenIndex) -> InternalPlaces | None:
    prefix, folder = settings.text("accel_redirect"), index.served.blob_folder
    return InternalPlaces(prefix, folder) if prefix and folder is not None else None


def _report(consumer: str, letter: Letter, error: Exception) -> None:
    _log.error("event %s not handled by %s: %s", letter, consumer, error)
