"""Content codings of kept pages (RFC 8878, 1952)."""

import gzip
import sys

from bodega.simple_api.negotiate import Coding

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_ZSTD_LEVEL = 3
_GZIP_LEVEL = 6


def encode(body: bytes, coding: Coding) -> bytes:
    """The body in that coding."""
    if coding == "zstd":
        return zstd.compress(body, _ZSTD_LEVEL)
    # No time stamp: the same page gives the same bytes.
    return gzip.compress(body, _GZIP_LEVEL, mtime=0) if coding == "gzip" else body


def decode(body: bytes, coding: Coding) -> bytes:
    """The body out of a coding of ours."""
    if coding == "zstd":
        return zstd.decompress(body)
    return gzip.decompress(body) if coding == "gzip" else body
