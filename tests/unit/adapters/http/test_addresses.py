"""URLs taken apart: targets, credentials and proxies."""

import pytest

from bodega.adapters.http.addresses import Origin, address_of, proxy_of, shown
from bodega.adapters.http.configuration import HttpConfiguration
from bodega.simple_api.transport import IndexUnreachableError


def test_a_url_taken_apart() -> None:
    address = address_of("https://ann:p%40ss@Index.example:8443/a b/ü?q=1#part")
    assert address.origin == Origin("https", "index.example", 8443)
    assert address.target == "/a%20b/%C3%BC?q=1"
    assert address.authorization == "Basic YW5uOnBAc3M="
    assert address.origin.netloc == "index.example:8443"


def test_a_default_port_is_not_named() -> None:
    assert address_of("http://[::1]:80").origin.netloc == "[::1]"
    assert address_of("http://[::1]:80").target == "/"


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://x/", "http://", "http://[::1", "http://x:99999/"]
)
def test_what_cannot_be_asked_is_refused(url: str) -> None:
    with pytest.raises(IndexUnreachableError):
        address_of(url)


def test_credentials_are_never_shown() -> None:
    assert shown("https://ann:secret@index.example/simple/") == "https://index.example/simple/"
    assert "secret" not in shown("https://ann:secret@[::1/simple/")


@pytest.mark.parametrize(
    ("host", "no_proxy", "proxied"),
    [
        ("index.example", "", True),
        ("index.example", "example", False),
        ("index.example", ".example, other", False),
        ("anexample", "example", True),
        ("index.example", "index.example:443", False),
        ("index.example", "*", False),
    ],
)
def test_which_hosts_go_through_the_proxy(host: str, no_proxy: str, *, proxied: bool) -> None:
    configuration = HttpConfiguration(user_agent="t", proxies={"https": "proxy:3128"}, no_proxy=no_proxy)
    found = proxy_of(Origin("https", host, 443), configuration)
    assert found == ("http://proxy:3128" if proxied else None)
