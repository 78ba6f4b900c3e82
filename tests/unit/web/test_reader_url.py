import pytest

from bodega.web.reader_url import reader_url
from bodega.web.request import Request


def url(host, public=None, **scope):
    headers = [] if host is None else [(b"host", host.encode())]
    whole = {
        "method": "GET",
        "path": "/",
        "headers": headers,
        "scheme": "http",
        "server": ("127.0.0.1", 8417),
    }
    return reader_url(Request({**whole, **scope}, None, "id"), public)


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
