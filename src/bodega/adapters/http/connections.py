"""Connections over http.client, kept and reused by origin. Safe to use from many threads."""

import functools
import http.client
import ssl
import threading
from collections import defaultdict
from urllib.parse import urlsplit

from bodega.adapters.http.addresses import Origin, address_of, proxy_of
from bodega.adapters.http.configuration import HttpConfiguration
from bodega.adapters.http.dialing import Dial, Dialer, HttpConnection, HttpsConnection

#: Idle connections kept for one origin; more are closed when they are given back.
KEPT_PER_ORIGIN = 32


class ConnectionPool:
    """Hands out connections; a connection belongs to one request until it is given back."""

    def __init__(self, configuration: HttpConfiguration) -> None:
        self._configuration = configuration
        self._idle: defaultdict[Origin, list[http.client.HTTPConnection]] = defaultdict(list)
        self._lock = threading.Lock()
        self._dialer = Dialer(configuration.home) if configuration.home else None

    def take(self, origin: Origin) -> tuple[http.client.HTTPConnection, bool]:
        """A connection for the origin, and whether it has been used before (it may have gone stale)."""
        with self._lock:
            idle = self._idle[origin]
            if idle:
                return idle.pop(), True
        return self._open(origin), False

    def give_back(self, origin: Origin, connection: http.client.HTTPConnection) -> None:
        """Keep a connection whose answer was read to its end."""
        with self._lock:
            idle = self._idle[origin]
            if len(idle) < KEPT_PER_ORIGIN:
                idle.append(connection)
                return
        connection.close()

    def close(self) -> None:
        """Close the idle connections."""
        with self._lock:
            kept = [connection for idle in self._idle.values() for connection in idle]
            self._idle.clear()
        for connection in kept:
            connection.close()

    def is_plain_proxied(self, origin: Origin) -> bool:
        """Whether a request must name the whole URL, because a proxy forwards it."""
        return origin.scheme == "http" and proxy_of(origin, self._configuration) is not None

    def _open(self, origin: Origin) -> http.client.HTTPConnection:
        proxy = proxy_of(origin, self._configuration)
        if proxy is None:
            return self._connection(origin, self._dialer, trusted=self._is_trusted(origin))
        # Whom a proxy may reach is for the proxy to say; it is where the operator put it.
        address = address_of(proxy)
        if origin.scheme == "http":
            return self._connection(address.origin, None, trusted=self._is_trusted(address.origin))
        through = Origin("https", address.origin.host, address.origin.port)
        connection = self._connection(through, None, trusted=self._is_trusted(origin))
        headers = {"Proxy-Authorization": address.authorization} if address.authorization else {}
        connection.set_tunnel(origin.host, origin.port, headers=headers)
        return connection

    def _connection(self, origin: Origin, dial: Dial | None, *, trusted: bool) -> http.client.HTTPConnection:
        timeout, patience = self._configuration.timeout, self._configuration.head_patience
        if origin.scheme == "http":
            return HttpConnection(origin.host, origin.port, timeout=timeout, dial=dial, patience=patience)
        place, context = (origin.host, origin.port), self._tls(trusted=trusted)
        return HttpsConnection(place, context, timeout=timeout, dial=dial, patience=patience)

    def _is_trusted(self, origin: Origin) -> bool:
        hosts = self._configuration.trusted_hosts
        return origin.host in hosts or f"{origin.host}:{origin.port}" in hosts

    @functools.cache  # noqa: B019 - a pool lives as long as its process
    def _tls(self, *, trusted: bool) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self._configuration.ca_file)
        if self._configuration.client_cert:
            context.load_cert_chain(self._configuration.client_cert)
        if trusted:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


def proxy_authorization(proxy: str | None) -> str | None:
    """The ``Proxy-Authorization`` value that a proxy URL carries."""
    return address_of(proxy).authorization if proxy and urlsplit(proxy).username else None
