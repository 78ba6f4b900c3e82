from pathlib import Path

import pytest

from bodega.formats.digests import sha256_of
from bodega.formats.names import NormalizedName
from bodega.index.views.errors import MetadataNotFoundError
from bodega.index.views.upstream_index import UpstreamIndex
from support.distributions import wheel_bytes, wheel_filename
from support.seen_upstream import SeenUpstream, entry

SAMPLE = NormalizedName("sample")
WHEEL, NAME = wheel_bytes(), wheel_filename()


@pytest.fixture
def upstream(tmp_path: Path) -> SeenUpstream:
    upstream = SeenUpstream(tmp_path)
    upstream.say("sample", entry(NAME, WHEEL), entry("sample-1.0.tar.gz", b"sdist"))
    upstream.give(NAME, WHEEL)
    return upstream


@pytest.fixture
def index(upstream: SeenUpstream) -> UpstreamIndex:
    return UpstreamIndex(upstream.pages, upstream.files, upstream.metadata, advisories=upstream.advisories)


def test_pages(index: UpstreamIndex) -> None:
    assert not index.at_once(SAMPLE).sure
    tag = index.tag(SAMPLE)
    found = index.page(SAMPLE)
    assert tag is not None
    assert found is not None
    assert (found[0].fingerprint, index.at_once(SAMPLE).sure) == (tag.fingerprint, True)
    assert index.tag(NormalizedName("other")) is None
    assert index.page(NormalizedName("other")) is None
    assert [project.typed for project in index.listed()] == ["sample"]


def test_the_list_changes_with_what_was_seen(index: UpstreamIndex) -> None:
    before = index.list_mark()
    index.tag(SAMPLE)
    assert before.leads_to(index.list_mark())
    assert index.list_mark() != before
    assert list(index.listed_since(before, 9) or ()) == [SAMPLE]
    assert list(index.listed_since(index.list_mark(), 9) or ()) == []


def test_files_and_their_metadata(index: UpstreamIndex) -> None:
    index.tag(SAMPLE)
    wheel = index.file(sha256_of(WHEEL).value, NAME)
    assert wheel is not None
    assert (wheel.size, wheel.kept(), wheel.metadata_kept()) == (len(WHEEL), None, None)
    assert wheel.fetch().wait() == sha256_of(WHEEL) == wheel.kept()
    document = wheel.metadata()
    again = index.file(sha256_of(WHEEL).value, NAME)
    assert again is not None
    assert again.metadata_kept() == document


def test_an_sdist_has_no_metadata_apart(index: UpstreamIndex) -> None:
    index.tag(SAMPLE)
    sdist = index.file(sha256_of(b"sdist").value, "sample-1.0.tar.gz")
    assert sdist is not None
    assert sdist.metadata_kept() is None
    with pytest.raises(MetadataNotFoundError):
        sdist.metadata()
    assert index.file("0" * 64, NAME) is None
