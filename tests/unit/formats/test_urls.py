import pytest

from bodega.formats.urls import masked


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://user:word@index.example.org/simple/", "https://****@index.example.org/simple/"),
        ("https://token@index.example.org", "https://****@index.example.org"),
        ("https://a:b@c@index.example.org/x", "https://****@index.example.org/x"),
        ("https://index.example.org/a@b", "https://index.example.org/a@b"),
        ("/a/path", "/a/path"),
    ],
)
def test_credentials_are_masked(url, safe):
    assert masked(url) == safe
