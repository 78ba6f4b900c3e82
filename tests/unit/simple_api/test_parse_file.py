import pytest

from bodega.simple_api.pages import MetadataOffer
from bodega.simple_api.parse_file import FileFaultError, is_plain_filename, parse_file

BASE = "https://index.example.org/simple/flask/"
ENTRY = {
    "filename": "flask-1.0.tar.gz",
    "url": "https://files.example.org/flask-1.0.tar.gz",
    "hashes": {"sha256": "AB" * 32},
}


def test_hashes_are_lower_case_and_only_those_that_prove_something():
    entry = {**ENTRY, "hashes": {"sha256": "AB" * 32, "md5": "0" * 32, "crc": 3}}
    assert parse_file(entry, BASE).hashes == {"sha256": "ab" * 32}


@pytest.mark.parametrize("entry", [None, [], "flask-1.0.tar.gz", {}])
def test_what_is_not_an_entry_is_a_fault(entry):
    with pytest.raises(FileFaultError):
        parse_file(entry, BASE)


@pytest.mark.parametrize(
    "url", [None, "", 7, "http://a b/", "x" * 5000, "http://[broken/", "//[broken/x", "a\nb"]
)
def test_what_is_not_a_url_is_a_fault_or_relative(url):
    if url in ("", "http://[broken/"):
        # An empty reference is the page itself, and a broken host is found when it is asked for.
        assert parse_file({**ENTRY, "url": url}, BASE).url
        return
    with pytest.raises(FileFaultError):
        parse_file({**ENTRY, "url": url}, BASE)


def test_fragments_are_for_html():
    assert (
        parse_file({**ENTRY, "url": "https://files.example.org/f#sha256=ab"}, BASE).url
        == "https://files.example.org/f"
    )


def test_the_newest_key_for_metadata_wins():
    entry = {**ENTRY, "core-metadata": {"sha256": "cd" * 32}, "dist-info-metadata": {"sha256": "ef" * 32}}
    assert parse_file(entry, BASE).core_metadata == MetadataOffer({"sha256": "cd" * 32})


@pytest.mark.parametrize(
    ("size", "read"), [(5, 5), (0, 0), (-1, None), (True, None), ("5", None), (1.5, None)]
)
def test_a_size_is_a_whole_number(size, read):
    assert parse_file({**ENTRY, "size": size}, BASE).size == read


@pytest.mark.parametrize(
    ("text", "read"), [(">=3.8", ">=3.8"), ("  >=3.8\n", ">=3.8"), ("", None), (" ", None), (3, None)]
)
def test_requires_python_is_one_line(text, read):
    assert parse_file({**ENTRY, "requires-python": text}, BASE).requires_python == read


@pytest.mark.parametrize(
    "name", ["a-1.0.tar.gz", "A_b-1!2.0+local.1-py3-none-any.whl", "with space-1.zip", "_x-1.0.tgz"]
)
def test_plain_names(name):
    assert is_plain_filename(name)


@pytest.mark.parametrize(
    "name", ["..", ".", "a/b", "a\\b", "a.", "a ", "-r", "a%2fb", "a#b", "a?b", "a:b", "é.whl", "x" * 300]
)
def test_names_that_are_not_plain(name):
    assert not is_plain_filename(name)
