"""The URL at which a reader reached us, for pages that show it; never trusted for anything else."""

import re

from bodega.web.request import Request

_HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")


def reader_url(request: Request, public_url: str | None) -> str:
    """The root, ending in ``/``: the configured one, else by the Host header where that is one."""
    if public_url:
        return public_url if public_url.endswith("/") else f"{public_url}/"
    host = request.headers.get("host", "")
    if not _HOST.fullmatch(host):
        server = request.scope.get("server") or ("localhost", None)
        host = f"{server[0]}:{server[1]}" if server[1] else str(server[0])
    return f"{request.scope.get('scheme', 'http')}://{host}{request.scope.get('root_path', '')}/"
