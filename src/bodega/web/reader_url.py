"""The URL at which a reader reached us, for pages that show it; never trusted for anything else."""

import ipaddress
import re

from bodega.formats.errors import BodegaError
from bodega.web.request import Request

_HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")


class InvalidProxyError(BodegaError):
    """A trusted proxy is neither an address nor a network."""

    code = "E-SETTING-PROXY"

    def __init__(self, text: str) -> None:
        super().__init__(
            f"trusted_proxies cannot have {text[:80]!r}",
            why="it takes IP addresses and networks such as 10.0.0.0/8",
        )
        self.text = text


class TrustedProxies:
    """The proxies whose ``X-Forwarded-*`` headers are believed; from anybody else they are ignored."""

    def __init__(self, setting: str = "") -> None:
        try:
            words = [word.strip() for word in setting.split(",") if word.strip()]
            self._networks = [ipaddress.ip_network(word, strict=False) for word in words]
        except ValueError:
            raise InvalidProxyError(setting) from None

    def trusts(self, request: Request) -> bool:
        """Whether the request comes from one of them."""
        client = request.scope.get("client")
        if not self._networks or not client:
            return False
        try:
            address = ipaddress.ip_address(client[0])
        except ValueError:
            return False
        return any(address in network for network in self._networks)


def reader_url(request: Request, public_url: str | None, proxies: TrustedProxies) -> str:
    """The root, ending in ``/``: the configured one, else as the reader asked for it."""
    if public_url:
        return public_url if public_url.endswith("/") else f"{public_url}/"
    scheme, host = request.scope.get("scheme", "http"), request.headers.get("host", "")
    if proxies.trusts(request):
        scheme = _last(request, "x-forwarded-proto") or scheme
        host = _last(request, "x-forwarded-host") or host
    if scheme not in ("http", "https"):
        scheme = "http"
    if not _HOST.fullmatch(host):
        server = request.scope.get("server") or ("localhost", None)
        host = f"{server[0]}:{server[1]}" if server[1] else str(server[0])
    return f"{scheme}://{host}{request.scope.get('root_path', '')}/"


def _last(request: Request, name: str) -> str:
    """What the proxy nearest to us added."""
    return request.headers.get(name, "").rpartition(",")[2].strip()
