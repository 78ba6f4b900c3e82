import pytest

from bodega.bootstrap.pip_configuration import PipConfiguration
from bodega.bootstrap.upstream_choice import (
    InvalidUpstreamError,
    NoUpstreamKnownError,
    choose_upstream,
    upstream_url,
)

PIP = PipConfiguration(
    {
        "index-url": "https://u:p@pip.example.org/simple",
        "extra-index-url": "https://a:b@extra.example.org/ file:///srv/simple",
        "find-links": "/srv/wheels",
    }
)
NOTHING = PipConfiguration({})


def built_in():
    return "https://builtin.example.org/simple"


def none_built_in():
    return None


def test_what_is_said_wins():
    choice = choose_upstream(
        "https://said.example.org/simple", {"upstream": "https://fixed.example.org/"}, PIP, built_in
    )
    assert (choice.url, choice.ignored) == ("https://said.example.org/simple/", ())


def test_then_what_was_fixed_whatever_pip_says_now():
    assert (
        choose_upstream("", {"upstream": "https://fixed.example.org/"}, PIP, built_in).url
        == "https://fixed.example.org/"
    )
    assert choose_upstream("", {"upstream": "none"}, PIP, built_in).url is None


def test_then_pips_and_what_is_not_taken_over_is_named():
    choice = choose_upstream("", {}, PIP, built_in)
    assert choice.url == "https://u:p@pip.example.org/simple/"
    assert choice.shown == "https://****@pip.example.org/simple/"
    assert choice.ignored == ("https://****@extra.example.org/", "file:///srv/simple", "/srv/wheels")


def test_then_what_pip_has_built_in_else_nothing():
    assert choose_upstream("", {}, NOTHING, built_in).url == "https://builtin.example.org/simple/"
    with pytest.raises(NoUpstreamKnownError):
        choose_upstream("", {}, NOTHING, none_built_in)


@pytest.mark.parametrize("word", ["none", "None", " none "])
def test_none_is_a_word(word):
    assert choose_upstream(word, {}, PIP, built_in).url is None


@pytest.mark.parametrize(
    "text",
    [
        "index.example.org",
        "ftp://example.org/",
        "file:///srv",
        "https://",
        "https:///simple",
        "https://a\nb/",
    ],
)
def test_what_is_no_index_is_refused(text):
    with pytest.raises(InvalidUpstreamError):
        upstream_url(text)


def test_fragments_and_slashes():
    assert upstream_url("http://example.org/simple#x") == "http://example.org/simple/"
