"""What the surroundings say about reaching indexes: proxy variables and netrc."""

import base64
import os
from collections.abc import Mapping

from bodega.adapters.http.configuration import CredentialSource, no_credentials


def proxies(environment: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """Proxies by scheme, and the hosts that need none, from the usual variables; lower case wins.

    ``HTTP_PROXY`` in upper case is not read where ``REQUEST_METHOD`` is set: under CGI a request header
    could set it (httpoxy).
    """
    found: dict[str, str] = {}
    for scheme in ("http", "https", "all"):
        upper = f"{scheme.upper()}_PROXY"
        if upper == "HTTP_PROXY" and "REQUEST_METHOD" in environment:
            upper = ""
        value = environment.get(f"{scheme}_proxy") or environment.get(upper)
        if value:
            found[scheme] = value
    return found, environment.get("no_proxy") or environment.get("NO_PROXY") or ""


def netrc_credentials(environment: Mapping[str, str]) -> CredentialSource:
    """Credentials from ``$NETRC`` or ``~/.netrc``, read when first asked for; a damaged file has none.

    Only a host that stands there by name gets any: its ``default`` would go to whatever host a lock, a page
    or the file of a project names.
    """
    path = environment.get("NETRC") or os.path.join(os.path.expanduser("~"), ".netrc")
    if not os.path.isfile(path):
        return no_credentials

    def look_up(host: str) -> str | None:
        import netrc  # noqa: PLC0415 - most machines have no such file

        try:
            entry = netrc.netrc(path).hosts.get(host) if host != "default" else None
        except (OSError, netrc.NetrcParseError):
            return None
        if not entry:
            return None
        pair = f"{entry[0] or entry[1] or ''}:{entry[2] or ''}"
        return "Basic " + base64.b64encode(pair.encode()).decode("ascii")

    return look_up
