import time

import pytest

from bodega.simple_api.html_tags import LONGEST_TAG, MOST_TAGS, HtmlFaultError, Tag, opening_tags

ALL = frozenset({"a", "meta", "title", "br", "script"})


def tags(text, wanted=ALL):
    return list(opening_tags(text, wanted))


@pytest.mark.parametrize(
    ("text", "attributes"),
    [
        ('<a href="x">', {"href": "x"}),
        ("<A HREF='x'>", {"href": "x"}),
        ("<a href=x/y>", {"href": "x/y"}),
        ('<a\n\thref = "x" data-yanked>', {"href": "x", "data-yanked": ""}),
        ('<a title=">=3.8" href="a&amp;b">', {"title": ">=3.8", "href": "a&b"}),
        ('<a href="first" href="second"/>', {"href": "first"}),
        ("<a>", {}),
        ("<a a=\"'\" b='\"'>", {"a": "'", "b": '"'}),
    ],
)
def test_attributes_are_read_as_a_browser_reads_them(text, attributes):
    assert tags(text) == [Tag("a", attributes)]


def test_what_holds_no_tags():
    text = "<!DOCTYPE html><?x <a>?><!-- <a> --><script>'<a>'</script >1 < 2 <3><title>A &lt;a> b</title><br/></a>"
    assert [(tag.name, tag.text) for tag in tags(text)] == [
        ("script", "'<a>'"),
        ("title", "A <a> b"),
        ("br", ""),
    ]


def test_what_is_not_closed_hides_the_rest():
    assert tags("<a><!-- <a>") == [Tag("a")]
    assert [tag.name for tag in tags("<a><script><a>")] == ["a", "script"]


def test_only_what_is_wanted():
    assert tags("<a><br>", frozenset({"br"})) == [Tag("br")]


@pytest.mark.parametrize("text", ["<a href='", '<a "' + "x" * 100, "<a", "<a " + "x" * LONGEST_TAG + ">"])
def test_a_tag_without_an_end_is_a_fault(text):
    with pytest.raises(HtmlFaultError):
        tags(text)


def test_more_tags_than_any_page_has():
    with pytest.raises(HtmlFaultError):
        tags("<p>" * (MOST_TAGS + 1))


@pytest.mark.parametrize(
    "text",
    [
        "<" * 3_000_000,
        "<!--" * 1_000_000,
        "<!" * 1_000_000,
        "</" * 1_000_000,
        "<script>" * 300_000,
        "<a x" + " " * 16_000 + ">" + "y" * 2_000_000,
        ("<a" + " x" * 8_000 + ">") * 100,
        ("<a" + "='" * 4_000 + ">") * 100,
        "&" * 3_000_000,
    ],
    ids=range(9),
)
def test_time_grows_with_the_length_alone(text):
    began = time.process_time()
    tags(text)
    assert time.process_time() - began < 3
