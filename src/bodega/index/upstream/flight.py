"""One download of an upstream's file, which any number of readers follow while it grows."""

import threading
from collections.abc import Callable

from bodega.formats.digests import Digest
from bodega.formats.errors import BodegaError
from bodega.index.upstream.model import SeenFile

#: Told that the flight has moved; called from the download's thread, must not block.
Listener = Callable[[], None]


class Flight:
    """A download under way. Its attributes may be read from any thread.

    ``size`` is the file's, once known. ``published`` is how many bytes may be read from ``path``.
    ``digest`` is set when the file is kept, ``error`` when it will not be.
    """

    def __init__(self, file: SeenFile) -> None:
        self.file = file
        self.size = file.size
        self.published = 0
        self.path: str | None = None
        self.digest: Digest | None = None
        self.error: BodegaError | None = None
        self.ended = threading.Event()
        self._listeners: tuple[Listener, ...] = ()
        self._lock = threading.Lock()

    def listen(self, listener: Listener) -> None:
        """Call the listener at each move from now on, and once at once."""
        with self._lock:
            self._listeners = (*self._listeners, listener)
        listener()

    def leave(self, listener: Listener) -> None:
        """Stop calling it."""
        with self._lock:
            self._listeners = tuple(one for one in self._listeners if one is not listener)

    def wait(self) -> Digest:
        """Block until the file is kept; raises what went wrong."""
        self.ended.wait()
        if self.error is not None:
            raise self.error
        assert self.digest is not None  # noqa: S101 - one of both is set when a flight has ended
        return self.digest

    def move(self) -> None:
        """Tell the listeners."""
        for listener in self._listeners:
            listener()
