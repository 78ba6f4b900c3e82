"""Project pages as kept on disk: headers that say how fresh they are, then the body as it came.

One file for an index and a project, replaced by one rename. The headers are a few text lines, so that a
fresh page is recognised without reading, let alone parsing, its body.
"""

import contextlib
import hashlib
import os
from dataclasses import dataclass

from bodega.formats.names import NormalizedName

_FORMAT = "bodega-page 1"
_END = b"\n\n"
_MOST_HEADER_BYTES = 8192


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptHeaders:
    """What is known of a kept page without its body.

    ``fresh_until`` is in seconds since the epoch; ``url`` is the address that answered, which relative
    file URLs are resolved against; ``etag`` and ``last_modified`` are empty where the index sent none.
    """

    url: str
    content_type: str
    fingerprint: str
    fresh_until: float
    etag: str = ""
    last_modified: str = ""


class KeptPages:
    """A folder of kept pages."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def headers(self, index: str, name: NormalizedName) -> KeptHeaders | None:
        """The headers of a kept page; ``None`` where there is none or it is damaged."""
        try:
            with open(self._path(index, name), "rb") as file:
                head, separator, _ = file.read(_MOST_HEADER_BYTES).partition(_END)
        except OSError:
            return None
        return _parse(head) if separator else None

    def body(self, index: str, name: NormalizedName) -> bytes:
        """The body of a kept page; raises OSError when it is gone."""
        with open(self._path(index, name), "rb") as file:
            return file.read().partition(_END)[2]

    def keep(self, index: str, name: NormalizedName, headers: KeptHeaders, body: bytes | None) -> None:
        """Keep a page; without ``body`` the kept one is renewed. A cache never fails a command."""
        path = self._path(index, name)
        with contextlib.suppress(OSError):
            body = self.body(index, name) if body is None else body
            os.makedirs(os.path.dirname(path), exist_ok=True)
            part = f"{path}.{os.getpid()}.{os.urandom(4).hex()}.part"
            with open(part, "wb") as file:
                file.write(_render(headers) + _END + body)
            os.replace(part, path)

    def _path(self, index: str, name: NormalizedName) -> str:
        return os.path.join(self._folder, hashlib.sha256(index.encode()).hexdigest()[:20], name)


def fingerprint(body: bytes, url: str) -> str:
    """What changes whenever a page, or the address that its links are relative to, does."""
    digest = hashlib.sha256(body)
    digest.update(url.encode())
    return digest.hexdigest()[:32]


def _render(headers: KeptHeaders) -> bytes:
    lines = (
        _FORMAT,
        f"url: {headers.url}",
        f"content-type: {headers.content_type}",
        f"fingerprint: {headers.fingerprint}",
        f"fresh-until: {headers.fresh_until}",
        f"etag: {headers.etag}",
        f"last-modified: {headers.last_modified}",
    )
    return "\n".join(line.replace("\n", " ") for line in lines).encode()


def _parse(head: bytes) -> KeptHeaders | None:
    try:
        first, *lines = head.decode().split("\n")
        fields = dict(line.split(": ", 1) for line in lines)
        if first != _FORMAT:
            return None
        return KeptHeaders(
            url=fields["url"],
            content_type=fields["content-type"],
            fingerprint=fields["fingerprint"],
            fresh_until=float(fields["fresh-until"]),
            etag=fields["etag"],
            last_modified=fields["last-modified"],
        )
    except (ValueError, KeyError):
        return None
