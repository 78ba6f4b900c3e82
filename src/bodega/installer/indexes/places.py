"""Where an index, or files, lie: on the network, or on this machine."""

import os
from urllib.parse import quote, unquote, urlsplit


def local_path(place: str) -> str | None:
    """The absolute path that a place is, by path or ``file:`` URL; ``None`` for one on the network."""
    if place.startswith(("https://", "http://")):
        return None  # nearly all are, and a lock names thousands
    parts = urlsplit(place)
    if parts.scheme == "file":
        return unquote(parts.path)
    return None if "://" in place else os.path.abspath(os.path.expanduser(place))


def file_url(path: str) -> str:
    """The ``file:`` URL of an absolute path."""
    return f"file://{quote(path)}"
