"""Connecting to the very address that was judged: a name cannot resolve to something else in between."""

import functools
import http.client
import io
import socket
import ssl
import threading
import time
from collections.abc import Callable
from typing import Any, Protocol
from urllib.parse import urlsplit

from bodega.simple_api.reach import addresses_out_of_reach
from bodega.simple_api.transport import OutOfReachError

#: Makes a socket connected to host and port, within a time-out in seconds.
Dial = Callable[[tuple[str, int], Any, Any], socket.socket]


class Dialer:
    """Connects on behalf of the index whose root is ``home``; may be used from any thread.

    How near that index itself is, is decided by the addresses that its name has when one is first needed:
    an index that was public cannot move itself into our network by its name server later on.
    """

    def __init__(self, home: str) -> None:
        self._home = urlsplit(home).hostname or ""
        self._addresses: tuple[str, ...] | None = None
        self._lock = threading.Lock()

    def __call__(self, place: tuple[str, int], timeout: Any, _source: Any = None) -> socket.socket:
        """Connect to the first address that answers; raises OSError, OutOfReachError."""
        host, port = place
        found = socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)
        refused = self._out_of_reach(host, [str(entry[4][0]) for entry in found])
        allowed = [entry for entry in found if entry[4][0] not in refused]
        if not allowed:
            raise OutOfReachError(host, ", ".join(sorted(refused)))
        return _first_that_answers(allowed, timeout)

    def _out_of_reach(self, host: str, addresses: list[str]) -> frozenset[str]:
        with self._lock:
            if self._addresses is None and host == self._home:
                self._addresses = tuple(addresses)
            home = self._addresses
        refused = addresses_out_of_reach(addresses, home or ())
        if refused and home is None:
            refused = addresses_out_of_reach(addresses, self._home_addresses())
        return refused

    def _home_addresses(self) -> tuple[str, ...]:
        try:
            found = socket.getaddrinfo(self._home, None, 0, socket.SOCK_STREAM)
        except OSError:
            return ()
        with self._lock:
            if self._addresses is None:
                self._addresses = tuple(str(entry[4][0]) for entry in found)
            return self._addresses


def _first_that_answers(found: list[Any], timeout: Any) -> socket.socket:
    failure: OSError | None = None
    for family, kind, protocol, _, address in found:
        try:
            connection = socket.socket(family, kind, protocol)
            try:
                connection.settimeout(timeout)
                connection.connect(address)
            except BaseException:
                connection.close()
                raise
        except OSError as error:
            failure = error
        else:
            return connection
    raise failure or OSError("no address to connect to")


class _Waiting(Protocol):
    """What a raw reader of a socket offers."""

    def readinto(self, buffer: Any, /) -> int | None: ...

    def close(self) -> None: ...


class _Patient(io.RawIOBase):
    """Reads a socket with an end to all patience: ``until`` in monotonic seconds, ``None`` for none."""

    def __init__(self, raw: _Waiting, connection: socket.socket) -> None:
        self.until: float | None = None
        self._raw = raw
        self._connection = connection
        self._timeout = connection.gettimeout()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self.until is None:
            return self._raw.readinto(buffer)
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._connection.settimeout(left if self._timeout is None else min(left, self._timeout))
        try:
            return self._raw.readinto(buffer)
        finally:
            self._connection.settimeout(self._timeout)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    """A response whose head must be complete in time, however slowly it drips."""

    def __init__(self, sock: socket.socket, *arguments: Any, patience: float, **named: Any) -> None:
        super().__init__(sock, *arguments, **named)
        self._patience = patience
        self._patient = _Patient(self.fp.detach(), sock)
        self.fp = io.BufferedReader(self._patient)

    def begin(self) -> None:
        self._patient.until = time.monotonic() + self._patience
        try:
            super().begin()
        finally:
            self._patient.until = None


class HttpConnection(http.client.HTTPConnection):
    """A connection that is dialled by us and has a limited patience for the head of an answer."""

    def __init__(self, host: str, port: int, *, timeout: float, dial: Dial | None, patience: float) -> None:
        super().__init__(host, port, timeout=timeout)
        self.response_class: Any = functools.partial(_Response, patience=patience)
        if dial is not None:
            self._create_connection = dial


class HttpsConnection(http.client.HTTPSConnection):
    """The same over TLS, whose context is given."""

    def __init__(
        self,
        place: tuple[str, int],
        context: ssl.SSLContext,
        *,
        timeout: float,
        dial: Dial | None,
        patience: float,
    ) -> None:
        super().__init__(*place, timeout=timeout, context=context)
        self.response_class: Any = functools.partial(_Response, patience=patience)
        if dial is not None:
            self._create_connection = dial
