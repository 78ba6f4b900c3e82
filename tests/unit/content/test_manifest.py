"""Manifests and digests come back as they went."""

import marshal

from hypothesis import given
from hypothesis import strategies as st

from bodega.content.manifest import (
    FileDigest,
    Manifest,
    Note,
    Section,
    dump_digests,
    dump_manifest,
    load_digests,
    load_manifest,
)
from bodega.formats.entry_points import Script

TEXT = st.text(max_size=8)
SECTIONS = st.builds(
    Section,
    TEXT,
    TEXT,
    st.lists(st.tuples(TEXT, st.lists(TEXT, max_size=3).map(tuple)), max_size=3).map(tuple),
    st.lists(TEXT, max_size=2).map(tuple),
)
MANIFESTS = st.builds(
    Manifest,
    filename=TEXT,
    name=TEXT,
    version=TEXT,
    dist_info=TEXT,
    purelib=st.booleans(),
    sections=st.lists(SECTIONS, max_size=2).map(tuple),
    record=TEXT,
    scripts=st.lists(st.builds(Script, TEXT, TEXT, TEXT, st.booleans()), max_size=2).map(tuple),
    notes=st.lists(st.builds(Note, TEXT, TEXT), max_size=2).map(tuple),
    size=st.integers(min_value=0, max_value=1 << 50),
)


@given(MANIFESTS)
def test_manifests(manifest: Manifest) -> None:
    assert load_manifest(dump_manifest(manifest)) == manifest
    assert manifest.count == sum(len(section.files()) for section in manifest.sections)


@given(st.lists(st.builds(FileDigest, TEXT, st.binary(max_size=32), st.integers(0, 1 << 40), st.booleans())))
def test_digests(digests: list[FileDigest]) -> None:
    assert load_digests(dump_digests(digests)) == tuple(digests)


@given(st.binary(max_size=40))
def test_what_is_damaged_is_none(data: bytes) -> None:
    assert load_manifest(b"?" + data) is None
    assert load_digests(b"?" + data) is None


def test_what_is_of_another_format_is_none() -> None:
    assert load_manifest(marshal.dumps((99, (), (), "", (), (), 0), 4)) is None
    assert load_digests(marshal.dumps((99, ()), 4)) is None


def test_files_are_listed_in_the_order_of_their_hashes() -> None:
    section = Section("data", "a.data/data/", (("", ("x",)), ("etc/", ("y", "z"))), ("1", "2", "3"))
    assert section.files() == ["x", "etc/y", "etc/z"]
