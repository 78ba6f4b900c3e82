"""Whether a URL leads where its index has no business: into this machine, or the network around it.

A host is judged twice: as it is written, when a page or a redirect names it, and by each address that its
name resolves to, when it is connected to. So a name that resolves into the private network does not help,
nor one that resolves to something else the second time.
"""

import ipaddress
from collections.abc import Collection
from enum import IntEnum
from urllib.parse import urlsplit

_LOCAL_NAMES = ("localhost", ".localhost")
_PRIVATE_NAMES = (".local", ".internal")
#: Prefixes under which an IPv6 address only wraps an IPv4 one (RFC 6052, with the local prefix of RFC 8215).
_WRAPPING = tuple(ipaddress.ip_network(text) for text in ("64:ff9b::/96", "64:ff9b:1::/48", "::/96"))
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Nearness(IntEnum):
    """How near a place is to us: who is allowed near is allowed farther off too, but for the last."""

    PUBLIC = 0
    PRIVATE = 1
    THIS_MACHINE = 2
    #: Where clouds keep their machines' secrets (RFC 3927): never reached by what an index says.
    LINK = 3


def out_of_reach(url: str, home: str) -> bool:
    """Whether the URL, as it is written, may not be asked for an index whose root is ``home``."""
    host, home_host = _host(url), _host(home)
    return host != home_host and not _is_allowed(nearness_of_name(host), nearness_of_name(home_host))


def addresses_out_of_reach(addresses: Collection[str], home: Collection[str]) -> frozenset[str]:
    """Those of a host's addresses that may not be connected to, for an index at the addresses ``home``.

    An index inside a private network may keep its files elsewhere in it.
    """
    allowed = max((nearness(address) for address in home), default=Nearness.PUBLIC)
    return frozenset(address for address in addresses if not _is_allowed(nearness(address), allowed))


def nearness(address: str) -> Nearness:
    """How near a numeric address is; what is no address counts as public, since it cannot be reached."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return Nearness.PUBLIC
    return _nearness(_unwrapped(parsed))


def nearness_of_name(host: str) -> Nearness:
    """How near a host is as far as its name tells."""
    host = host.rstrip(".").lower()
    if host.endswith(_LOCAL_NAMES):
        return Nearness.THIS_MACHINE
    if host.endswith(_PRIVATE_NAMES):
        return Nearness.PRIVATE
    return nearness(host)


def _is_allowed(place: Nearness, home: Nearness) -> bool:
    return place is not Nearness.LINK and place <= home


def _nearness(address: _Address) -> Nearness:
    if address.is_link_local:
        return Nearness.LINK
    if address.is_loopback or address.is_unspecified:
        return Nearness.THIS_MACHINE
    is_site_local = isinstance(address, ipaddress.IPv6Address) and address.is_site_local
    is_public = address.is_global and not (address.is_multicast or address.is_reserved or is_site_local)
    return Nearness.PUBLIC if is_public else Nearness.PRIVATE


def _unwrapped(address: _Address) -> _Address:
    """The IPv4 address inside an IPv6 one, where it only wraps it."""
    if isinstance(address, ipaddress.IPv4Address) or address.is_loopback or address.is_unspecified:
        return address
    inner = address.ipv4_mapped or address.sixtofour
    if inner is None and address.teredo is not None:
        inner = address.teredo[1]
    if inner is None and any(address in network for network in _WRAPPING):
        inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return inner or address


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
