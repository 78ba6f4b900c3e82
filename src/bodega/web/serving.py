"""An open index, served: its application, uploads and events beside it, until the process is told to end."""

import logging
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from bodega.bootstrap.index import OpenIndex
from bodega.bootstrap.settings import Settings
from bodega.messaging.delivery import Letter
from bodega.web.application import Application
from bodega.web.request_log import RequestLog
from bodega.web.server import address_of, listen, serve
from bodega.web.upload import UploadDesk, UploadEndpoint

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an index is served: a bound socket."""

    listener: socket.socket
    address: str

    @classmethod
    def bind(cls, host: str, port: int) -> Self:
        """Take the port; raises PortInUseError, CannotListenError."""
        listener = listen(host, port)
        return cls(listener, address_of(listener))

    def close(self) -> None:
        """Give the port back."""
        self.listener.close()


def serve_index(index: OpenIndex, settings: Settings, place: Place, when_ready: Callable[[], None]) -> None:
    """Serve until SIGTERM or SIGINT."""
    log = RequestLog("json" if settings.text("log_format") == "json" else "text")
    catalog = index.catalog
    desk = UploadDesk(
        index=index.served.name,
        authenticate=catalog.authenticate,
        blobs=index.served.blobs,
        acceptance=catalog.acceptance,
        limit=settings.number("upload_limit"),
    )
    application = Application(
        index.served,
        log=log,
        upload=UploadEndpoint(desk),
        public_url=settings.text("public_url") or None,
        trusted_proxies=settings.text("trusted_proxies"),
    )
    delivery = catalog.delivery(settings.data, _report)
    delivery.start()
    try:
        serve(application, place.listener, when_ready)
    finally:
        log.flush()
        delivery.stop()


def _report(consumer: str, letter: Letter, error: Exception) -> None:
    _log.error("event %s not handled by %s: %s", letter, consumer, error)
