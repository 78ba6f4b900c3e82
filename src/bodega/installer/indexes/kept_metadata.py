"""Core metadata as kept on disk, under the digest of the wheel that it belongs to: it never changes."""

import contextlib
import os

from bodega.formats.digests import Digest


class KeptMetadata:
    """A folder of METADATA documents by wheel digest."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def get(self, wheel: Digest) -> bytes | None:
        """The kept document."""
        try:
            with open(self._path(wheel), "rb") as file:
                return file.read()
        except OSError:
            return None

    def keep(self, wheel: Digest, document: bytes) -> None:
        """Keep a document. A cache never fails a command."""
        path = self._path(wheel)
        with contextlib.suppress(OSError):
            os.makedirs(os.path.dirname(path), exist_ok=True)
            part = f"{path}.{os.getpid()}.{os.urandom(4).hex()}.part"
            with open(part, "wb") as file:
                file.write(document)
            os.replace(part, path)

    def _path(self, wheel: Digest) -> str:
        return os.path.join(self._folder, wheel.value[:2], f"{wheel.algorithm}-{wheel.value[2:]}")
