"""Core metadata against ``packaging`` and the e-mail parser, on which the format is defined."""

import importlib.metadata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.metadata import parse_email

from bodega.formats.metadata import InvalidMetadataError, parse_metadata

words = st.text("abc XYZ:;()<>=.é'\"", min_size=1, max_size=20).filter(str.strip).map(str.strip)


def same_as_the_authority(document):
    raw, _ = parse_email(document)
    found = parse_metadata(document)
    assert (found.name, found.version) == (raw["name"], raw["version"])
    joined = [" ".join(text.split()) for text in raw.get("requires_dist", [])]
    assert [" ".join(text.split()) for text in found.requires_dist] == joined
    assert found.requires_python == raw.get("requires_python")
    assert list(found.provides_extra) == raw.get("provides_extra", [])


def test_what_is_installed_here():
    documents = [
        text.encode() for one in importlib.metadata.distributions() if (text := one.read_text("METADATA"))
    ]
    assert len(documents) > 10
    for document in documents:
        same_as_the_authority(document)


@given(
    st.lists(words, max_size=4),
    st.lists(words, max_size=2),
    st.sampled_from(["\n", "\r\n"]),
    st.text(max_size=40),
)
def test_headers_are_read_as_the_authority_reads_them(requires, extras, newline, description):
    lines = ["Metadata-Version: 2.4", "Name: lib", "Version: 1.0"]
    lines += [f"Requires-Dist: {text}" for text in requires] + [f"Provides-Extra: {text}" for text in extras]
    same_as_the_authority(
        (newline.join(lines) + newline * 2 + description.replace("\x00", "")).encode("utf-8", "replace")
    )


def test_folded_lines_and_any_case():
    document = (
        b"NAME: lib\nversion: 1\nRequires-Dist: a;\n  extra == 'x'\nRequires-Python: >=3.8\n\nName: no\n"
    )
    found = parse_metadata(document)
    assert (found.name, found.requires_dist, found.requires_python) == ("lib", ("a; extra == 'x'",), ">=3.8")


@pytest.mark.parametrize(
    "document", [b"", b"Name: lib\n", b"Version: 1\n", b"\n\nName: lib\nVersion: 1\n", b"\xff\x00"]
)
def test_what_names_no_release_is_refused(document):
    with pytest.raises(InvalidMetadataError):
        parse_metadata(document)
