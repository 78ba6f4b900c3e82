"""Delivery inside the serving process: a thread that polls the outbox and is woken by whoever adds to it.

Of all processes on one data folder only one delivers at a time: the one that holds the lock file. Another
takes over when it goes, however it goes.
"""

import logging
import os
import threading
import time
from collections.abc import Callable

from bodega.adapters.filesystem.file_locks import try_lock
from bodega.formats.errors import BodegaError

_log = logging.getLogger(__name__)

#: Seconds between looks at the outbox when nobody wakes us: events of other processes, and retries.
POLL_SECONDS = 0.5
#: Seconds to let events gather after a wake-up: each batch is a durable transaction of its own.
_GATHER_SECONDS = 0.05
_TIDY_SECONDS = 3600.0


class InProcessDelivery:
    """Calls ``deliver``, which says how many events it took up, whenever there may be some.

    ``tidy`` is called at the beginning and then hourly. A failure of either is logged, and tried again.
    """

    def __init__(
        self,
        deliver: Callable[[], int],
        tidy: Callable[[], object],
        lock_path: str,
        *,
        poll: float = POLL_SECONDS,
    ) -> None:
        self._deliver = deliver
        self._tidy = tidy
        self._tidy_at = 0.0
        self._lock_path = lock_path
        self._poll = poll
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="delivery", daemon=True)

    def start(self) -> None:
        """Begin delivering."""
        self._thread.start()

    def wake(self) -> None:
        """There is something to deliver."""
        self._wake.set()

    def stop(self, timeout: float = 5.0) -> None:
        """Finish the running batch and stop; what is left is delivered at the next start."""
        self._stopping.set()
        self._wake.set()
        self._thread.join(timeout)

    def _run(self) -> None:
        descriptor = os.open(self._lock_path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            while not self._stopping.is_set():
                if self._wake.wait(self._poll):
                    self._stopping.wait(_GATHER_SECONDS)
                self._wake.clear()
                if try_lock(descriptor):
                    self._round()
        finally:
            os.close(descriptor)

    def _round(self) -> None:
        try:
            while not self._stopping.is_set() and self._deliver():
                pass
            if time.monotonic() >= self._tidy_at:
                self._tidy()
                self._tidy_at = time.monotonic() + _TIDY_SECONDS
        except BodegaError as error:
            # The database is busy, full or gone: events wait in it, and so do we.
            _log.error("events could not be delivered: %s", error.what)
        except Exception:  # noqa: BLE001 - a defect must not end the delivery
            _log.exception("events could not be delivered")
