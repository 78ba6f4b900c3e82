import pytest

from bodega.formats.urls import masked, without_userinfo


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


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("x @ https://user:word@host.example/x.whl", "x @ https://host.example/x.whl"),
        ("x @ https://a:b@c@host.example/x@1.whl", "x @ https://host.example/x@1.whl"),
        ("git+https://token@host.example/x@main", "git+https://host.example/x@main"),
        ("git+ssh://git@host.example/x", "git+ssh://git@host.example/x"),
        ("https://${USER}:${WORD}@host.example/", "https://${USER}:${WORD}@host.example/"),
        ("x>=1; python_version < '3.12'", "x>=1; python_version < '3.12'"),
    ],
)
def test_user_and_password_are_left_out_of_a_text(text, safe):
    assert without_userinfo(text) == safe
