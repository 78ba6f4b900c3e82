"""Whether a file's URL leads where its upstream has no business: into this machine or its network.

Addresses and localhost names are judged as written; names that resolve to private addresses are not.
"""

import ipaddress
from urllib.parse import urlsplit

_LOCAL_NAMES = ("localhost", ".localhost", ".local", ".internal")


def out_of_reach(url: str, upstream: str) -> bool:
    """Whether the URL is on a private address that is neither the upstream's host nor beside one."""
    host = _host(url)
    home = _host(upstream)
    if host == home:
        return False
    if _is_link_local(host):
        return True
    # An upstream inside the private network may keep its files elsewhere in it.
    return _is_private(host) and not _is_private(home)


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _is_private(host: str) -> bool:
    if host.endswith(_LOCAL_NAMES):
        return True
    address = _address(host)
    return address is not None and not address.is_global


def _is_link_local(host: str) -> bool:
    address = _address(host)
    return address is not None and address.is_link_local


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
