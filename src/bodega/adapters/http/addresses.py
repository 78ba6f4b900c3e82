"""Where a request goes: origin, proxy and the form of the request target."""

import base64
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

from bodega.adapters.http.configuration import HttpConfiguration
from bodega.simple_api.transport import IndexUnreachableError

_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme, host and port: what a connection may be reused for, and what credentials are bound to."""

    scheme: str
    host: str
    port: int

    @property
    def netloc(self) -> str:
        """``host`` or ``host:port``, as in a Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Address:
    """A URL taken apart: credentials never stay in a text that is sent or shown."""

    origin: Origin
    target: str
    authorization: str | None


def address_of(url: str) -> Address:
    """Take a URL apart; raises IndexUnreachableError for what cannot be asked over HTTP."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise IndexUnreachableError(url, f"the URL is malformed: {error}") from None
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        raise IndexUnreachableError(_without_credentials(parts), "only http and https URLs can be asked")
    origin = Origin(parts.scheme, parts.hostname, port or _DEFAULT_PORTS[parts.scheme])
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Address(origin, _printable(target), _basic(parts.username, parts.password))


def shown(url: str) -> str:
    """The URL as it may be shown and logged: without user information."""
    try:
        return _without_credentials(urlsplit(url))
    except ValueError:
        return "a malformed URL"


def proxy_of(origin: Origin, configuration: HttpConfiguration) -> str | None:
    """The proxy URL for an origin, or ``None``."""
    proxy = configuration.proxies.get(origin.scheme) or configuration.proxies.get("all")
    if not proxy or _bypasses(origin, configuration.no_proxy):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def _bypasses(origin: Origin, no_proxy: str) -> bool:
    for entry in (item.strip().lower().lstrip(".") for item in no_proxy.split(",")):
        if entry == "*" or (entry and (origin.host == entry or origin.host.endswith(f".{entry}"))):
            return True
        if entry == f"{origin.host}:{origin.port}":
            return True
    return False


def _without_credentials(parts: SplitResult) -> str:
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def _printable(target: str) -> str:
    """Percent-encode what a request line cannot carry, and nothing else (``%`` stays as it is)."""
    return "".join(
        character if "!" <= character <= "~" else "".join(f"%{byte:02X}" for byte in character.encode())
        for character in target
    )


def _basic(username: str | None, password: str | None) -> str | None:
    if username is None and password is None:
        return None
    pair = f"{unquote(username or '')}:{unquote(password or '')}"
    return "Basic " + base64.b64encode(pair.encode()).decode("ascii")
