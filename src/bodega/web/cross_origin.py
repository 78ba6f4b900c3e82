"""What pages of other sites may read, as at the public index (CORS, Fetch standard).

Only what anybody may read who reaches us: no credentials are ever allowed along.
"""

from bodega.web.request import Headers, Reply, Request

#: On every answer of the Simple API, of the JSON API, and on files.
SHARED: Headers = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"X-PyPI-Last-Serial, ETag"),
]
_PREFLIGHT: Headers = [
    (b"access-control-allow-methods", b"GET, HEAD"),
    (
        b"access-control-allow-headers",
        b"Content-Type, If-Match, If-Modified-Since, If-None-Match, If-Unmodified-Since, Range",
    ),
    (b"access-control-max-age", b"86400"),
    (b"allow", b"GET, HEAD, OPTIONS"),
]
#: Kinds of routes whose refusals other sites may read as well.
SHARED_ROUTES = frozenset({"project", "projects", "file", "metadata", "provenance", "json"})
#: First parts of the paths below an index's base that other sites may read.
_OPEN = frozenset({"simple", "files", "integrity", "pypi"})


def is_shared(parts: list[str]) -> bool:
    """Whether other sites may read what is at the path."""
    return parts[0] in _OPEN


async def send_preflight(request: Request, reply: Reply) -> None:
    """Answer a browser that asks beforehand."""
    request.route = "preflight"
    await reply.empty(204, [*SHARED, *_PREFLIGHT])
