"""How much was fetched, and how much was not because an older wheel had it already."""

from threading import Lock


class Traffic:
    """Counts in bytes of files, of all downloads of a command; may be told from any thread."""

    def __init__(self) -> None:
        self.downloaded = 0
        self.saved = 0
        self._lock = Lock()

    def arrived(self, count: int) -> None:
        """So many bytes came over the wire."""
        with self._lock:
            self.downloaded += count

    def spared(self, count: int) -> None:
        """So many bytes of a file did not have to come."""
        with self._lock:
            self.saved += count
