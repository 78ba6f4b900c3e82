import pytest

from bodega.web.reader_url import InvalidProxyError, TrustedProxies, reader_url
from bodega.web.request import Request


def url(host, public=None, proxies="", forwarded=(), **scope):
    headers = [*forwarded] if host is None else [(b"host", host.encode()), *forwarded]
    whole = {
        "method": "GET",
        "path": "/",
        "headers": headers,
        "scheme": "http",
        "server": ("127.0.0.1", 8417),
    }
    return reader_url(Request({**whole, **scope}, None, "id"), public, TrustedProxies(proxies))


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost:8417", "http://localhost:8417/"),
        ("index.example.org", "http://index.example.org/"),
        ("[::1]:8417", "http://[::1]:8417/"),
        ('evil"><script>', "http://127.0.0.1:8417/"),
        ("a b", "http://127.0.0.1:8417/"),
        ("user@host", "http://127.0.0.1:8417/"),
        (None, "http://127.0.0.1:8417/"),
    ],
)
def test_the_host_is_shown_only_where_it_is_one(host, expected):
    assert url(host) == expected


def test_what_is_configured_wins():
    assert url("localhost", "https://index.example.org") == "https://index.example.org/"
    assert url("localhost", scheme="https", root_path="/prefix") == "https://localhost/prefix/"


FORWARDED = (
    (b"x-forwarded-proto", b"https"),
    (b"x-forwarded-host", b"spoofed.example.org, index.example.org"),
)


@pytest.mark.parametrize("proxies", ["192.0.2.1", "10.0.0.1, 192.0.2.0/24"])
def test_a_trusted_proxy_is_believed(proxies):
    assert (
        url("inner:1", proxies=proxies, forwarded=FORWARDED, client=("192.0.2.1", 5))
        == "https://index.example.org/"
    )


@pytest.mark.parametrize("client", [("192.0.2.2", 5), ("nonsense", 5), None])
def test_nobody_else_is(client):
    assert url("inner:1", proxies="192.0.2.1", forwarded=FORWARDED, client=client) == "http://inner:1/"
    assert url("inner:1", forwarded=FORWARDED, client=client) == "http://inner:1/"


def test_a_proxy_that_talks_nonsense():
    forwarded = ((b"x-forwarded-proto", b"javascript"), (b"x-forwarded-host", b"<script>"))
    assert (
        url("inner:1", proxies="192.0.2.1", forwarded=forwarded, client=("192.0.2.1", 5))
        == "http://127.0.0.1:8417/"
    )


def test_what_is_no_address_is_refused():
    with pytest.raises(InvalidProxyError):
        TrustedProxies("localhost")
