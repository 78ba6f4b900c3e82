"""Where a proxy before the index finds kept files, to send them itself (nginx: ``X-Accel-Redirect``)."""

import os
import re
from urllib.parse import quote

from bodega.bootstrap.settings import InvalidSettingError

HEADER = b"x-accel-redirect"
_PREFIX = re.compile(r"/(?:[A-Za-z0-9._~-]+/)+")


class InternalPlaces:
    """Paths below a prefix that the proxy maps to the folder of blobs, and gives nobody who asks for them."""

    def __init__(self, prefix: str, folder: str) -> None:
        """Raises InvalidSettingError."""
        if not _PREFIX.fullmatch(prefix):
            raise InvalidSettingError("accel_redirect", prefix, "a path such as /kept-files/")
        self._prefix = prefix
        self._folder = os.path.join(folder, "")

    def of(self, path: str | None) -> bytes | None:
        """The place of a blob's file; ``None`` for one that is not below the folder."""
        if path is None or not path.startswith(self._folder):
            return None
        inside = path.removeprefix(self._folder).replace(os.sep, "/")
        return (self._prefix + quote(inside)).encode("ascii")
