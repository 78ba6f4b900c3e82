"""The server process: uvicorn with httptools and uvloop, ending as the contract says."""

import asyncio
import contextlib
import errno
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import uvicorn

from bodega.formats.errors import BodegaError
from bodega.web.request import AsgiApplication

#: Seconds for answers under way after SIGTERM; the contract says 10 for everything.
_DRAIN = 8
_BACKLOG = 2048


class PortInUseError(BodegaError):
    """Another process listens there."""

    code = "E-PORT-IN-USE"

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"port {port} on {host} is in use", why="another process listens there")
        self.host = host
        self.port = port


class CannotListenError(BodegaError):
    """The address is not ours, or the port is not for us."""

    code = "E-PORT-NOT-USABLE"

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(f"cannot listen on port {port} of {host}", why=reason)
        self.host = host
        self.port = port
        self.reason = reason


def listen(host: str, port: int, workers: int = 1) -> tuple[socket.socket, ...]:
    """The sockets on which as many workers listen; port 0 takes a free one.

    Where the kernel shares connections out among sockets (Linux), each worker has one of its own; elsewhere
    all have the same. Raises PortInUseError, CannotListenError.
    """
    is_shared_out = workers > 1 and sys.platform == "linux"
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        first = _bound(family, address)
    except (OSError, UnicodeError, OverflowError) as error:
        raise _refusal(host, port, error) from error
    listeners = [first]
    try:
        # Bound alone at first, so that a port that another process has is never shared with it.
        _listen(first, is_shared_out=is_shared_out)
        for _ in range(workers - 1 if is_shared_out else 0):
            listeners.append(_bound(family, first.getsockname(), is_shared_out=True))
            _listen(listeners[-1], is_shared_out=True)
    except OSError as error:
        for listener in listeners:
            listener.close()
        raise _refusal(host, port, error) from error
    return tuple(listeners) if is_shared_out else (first,) * workers


def _bound(family: int, address: Any, *, is_shared_out: bool = False) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if is_shared_out:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind(address)
    except BaseException:
        listener.close()
        raise
    return listener


def _listen(listener: socket.socket, *, is_shared_out: bool) -> None:
    if is_shared_out:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    # Now, so that a port that is taken is found before anything else is begun.
    listener.listen(_BACKLOG)


def _refusal(host: str, port: int, error: Exception) -> BodegaError:
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return PortInUseError(host, port)
    return CannotListenError(host, port, _reason(error))


def address_of(listener: socket.socket) -> str:
    """``HOST:PORT`` of a bound socket, as it stands in a URL."""
    host, port = listener.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def serve(
    application: AsgiApplication,
    listener: socket.socket,
    when_ready: Callable[[], None],
    *,
    protocol: Callable[..., asyncio.Protocol],
    lifeline: int | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT, then let answers under way end, and return.

    ``protocol`` makes what speaks with one connection, as uvicorn asks for it. ``lifeline`` is a descriptor
    that becomes readable when the process for which this one works has gone.
    """
    config = uvicorn.Config(
        application,
        # It says a class, and takes whatever makes one.
        http=protocol,  # type: ignore[arg-type]
        loop="auto" if sys.platform == "win32" else "uvloop",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        # Whose forwarding headers to believe is a setting of ours, off by default.
        proxy_headers=False,
        backlog=_BACKLOG,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=_DRAIN,
    )
    _Server(config, when_ready, lifeline).run([listener])


class _Server(uvicorn.Server):
    """Says when it is ready, and returns after a signal (uvicorn raises the signal again, and exits 143)."""

    def __init__(self, config: uvicorn.Config, when_ready: Callable[[], None], lifeline: int | None) -> None:
        super().__init__(config)
        self._when_ready = when_ready
        self._lifeline = lifeline

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to accept connections, and say so."""
        await super().startup(sockets)
        if self._lifeline is not None:
            asyncio.get_running_loop().add_reader(self._lifeline, self._abandoned, self._lifeline)
        if not self.should_exit:
            self._when_ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Drain on SIGTERM and SIGINT; a second SIGINT ends at once."""
        signals = (signal.SIGTERM, signal.SIGINT)
        before = {number: signal.signal(number, self._end) for number in signals}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _abandoned(self, lifeline: int) -> None:
        asyncio.get_running_loop().remove_reader(lifeline)
        self.should_exit = True

    def _end(self, number: int, _frame: FrameType | None) -> None:
        if self.should_exit and number == signal.SIGINT:
            self.force_exit = True
        self.should_exit = True


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror[0].lower() + error.strerror[1:]
    return str(error)
