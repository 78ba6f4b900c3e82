"""Progress on stderr: one line that is rewritten on a terminal, sparse plain lines elsewhere."""

import sys
import threading
import time

from bodega.cli.colour import wanted

_REDRAW_SECONDS = 0.08
_PLAIN_SECONDS = 10.0


class Progress:
    """Counts of one phase after another; safe to be told from many threads."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self._terminal = not quiet and sys.stderr.isatty() and wanted(sys.stderr)
        self._lock = threading.Lock()
        self._drawn = time.monotonic()
        self._shown = False

    def tell(self, text: str) -> None:
        """Show where the work stands, if it is time to."""
        now = time.monotonic()
        pause = _REDRAW_SECONDS if self._terminal else _PLAIN_SECONDS
        if self._quiet or now - self._drawn < pause:
            return
        with self._lock:
            self._drawn = now
            if self._terminal:
                self._shown = True
                sys.stderr.write(f"\r\x1b[K{text}")
                sys.stderr.flush()
            else:
                sys.stderr.write(f"{text}\n")

    def say(self, text: str) -> None:
        """Show a line that stays."""
        if self._quiet:
            return
        with self._lock:
            sys.stderr.write(f"\r\x1b[K{text}\n" if self._shown else f"{text}\n")
            sys.stderr.flush()
            self._shown = False

    def done(self) -> None:
        """Take the line away."""
        with self._lock:
            if self._shown:
                sys.stderr.write("\r\x1b[K")
                sys.stderr.flush()
                self._shown = False
