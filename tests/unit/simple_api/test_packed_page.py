import json
from datetime import UTC

from hypothesis import given
from hypothesis import strategies as st

from bodega.formats.names import NormalizedName
from bodega.simple_api.packed_page import pack, unpack
from bodega.simple_api.pages import HiddenFile, MetadataOffer, ProjectFile, ProjectPage

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
HASHES = st.dictionaries(TEXT, TEXT, max_size=2)
FILES = st.builds(
    ProjectFile,
    filename=TEXT,
    url=TEXT,
    hashes=HASHES,
    size=st.none() | st.integers(0, 1 << 60),
    upload_time=st.none() | st.datetimes(timezones=st.just(UTC)),
    requires_python=st.none() | TEXT,
    core_metadata=st.none() | st.builds(MetadataOffer, HASHES),
    yanked=st.none() | TEXT,
    provenance=st.none() | TEXT,
)
HIDDEN = st.builds(
    HiddenFile,
    filename=TEXT,
    version=st.none() | TEXT,
    code=TEXT,
    reason=TEXT,
    until=st.none() | st.datetimes(timezones=st.just(UTC)),
)
PAGES = st.builds(
    ProjectPage,
    name=TEXT.map(NormalizedName),
    files=st.lists(FILES, max_size=4).map(tuple),
    versions=st.lists(TEXT, max_size=3).map(tuple),
    serial=st.none() | st.integers(0),
    status=st.sampled_from(["active", "archived", "quarantined", "deprecated"]),
    status_reason=st.none() | TEXT,
    api_version=st.sampled_from(["1.0", "1.4"]),
    hidden=st.lists(HIDDEN, max_size=2).map(tuple),
)


@given(page=PAGES)
def test_a_page_comes_back_as_it_was(page):
    assert unpack(pack(page)) == page


def test_a_lone_surrogate_does_not_stop_a_page():
    page = ProjectPage(name=NormalizedName("a"), files=(ProjectFile(filename="a\ud800", url="u"),))
    assert unpack(pack(page)).files[0].filename == "a?"


def test_another_format_is_not_read():
    assert unpack(b'{"meta":{}}') is None
    assert unpack(json.dumps([0, [], []]).encode()) is None
