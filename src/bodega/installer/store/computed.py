"""What was computed from something that never changes, kept as small files under its key."""

import contextlib
import os


class ComputedFiles:
    """Implements ``locking.candidates.ComputedCache``. A cache never fails a command."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def get(self, key: str) -> bytes | None:
        """What was kept."""
        try:
            with open(f"{self._folder}/{key}", "rb") as file:
                return file.read()
        except OSError:
            return None

    def keep(self, key: str, data: bytes) -> None:
        """Keep it."""
        path = f"{self._folder}/{key}"
        with contextlib.suppress(OSError):
            os.makedirs(self._folder, exist_ok=True)
            part = f"{path}.{os.getpid()}.{os.urandom(4).hex()}.part"
            with open(part, "wb") as file:
                file.write(data)
            os.replace(part, path)
