from pathlib import Path

import pytest

from bodega.adapters.memory.transport import MemoryAnswer
from bodega.formats.digests import sha256_of
from bodega.formats.names import NormalizedName
from bodega.index.upstream.errors import UpstreamFileChangedError
from bodega.index.upstream.freshness import Freshness
from bodega.index.upstream.metadata import describes
from bodega.index.upstream.model import SeenFile
from bodega.simple_api.pages import InlineMetadata
from support.distributions import wheel_bytes, wheel_filename
from support.seen_upstream import FILES, ROOT, SeenUpstream, entry

SAMPLE = NormalizedName("sample")
NAME = wheel_filename()
WHEEL = wheel_bytes(metadata="Requires-Dist: other\n")
OWN = b"Metadata-Version: 2.4\nName: sample\nVersion: 1.0\nRequires-Dist: other\n"
SHORT = b"Metadata-Version: 2.4\nName: Sample\nVersion: 1.0\n"


def an_upstream(folder: Path, **changes: object) -> SeenUpstream:
    upstream = SeenUpstream(folder)
    upstream.say("sample", entry(NAME, WHEEL, **changes))
    upstream.pages.standing(SAMPLE)
    upstream.give(NAME, WHEEL)
    return upstream


def the_file(upstream: SeenUpstream) -> SeenFile:
    seen = upstream.files.seen(sha256_of(WHEEL).value, NAME)
    assert seen is not None
    return seen


def offer(upstream: SeenUpstream, document: bytes) -> None:
    upstream.transport.answers[f"{FILES}{NAME}.metadata"] = MemoryAnswer(document)


def document(upstream: SeenUpstream) -> bytes:
    return b"".join(upstream.blobs.read(upstream.metadata.of(the_file(upstream))))


def test_an_undeclared_document_is_taken_and_kept(tmp_path: Path) -> None:
    upstream = an_upstream(tmp_path)
    offer(upstream, OWN)
    assert upstream.metadata.kept(the_file(upstream)) is None
    assert document(upstream) == OWN
    assert document(upstream) == OWN
    assert upstream.metadata.kept(the_file(upstream)) == sha256_of(OWN)
    assert upstream.asked(f"{FILES}{NAME}.metadata") == 1
    assert upstream.asked(FILES + NAME) == 0


def test_without_one_the_wheel_is_read(tmp_path: Path) -> None:
    upstream = an_upstream(tmp_path)
    assert document(upstream) == OWN
    assert upstream.asked(FILES + NAME) == 1


@pytest.mark.parametrize(
    "page",
    [b"<html>log in</html>", b"", b"Metadata-Version: 2.4\nName: another\n\n", b"Metadata-Version: 2.4\n"],
)
def test_what_is_no_metadata_is_not_taken(tmp_path: Path, page: bytes) -> None:
    upstream = an_upstream(tmp_path)
    offer(upstream, page)
    assert document(upstream) == OWN


def test_a_declared_document_must_be_the_one_declared(tmp_path: Path) -> None:
    upstream = an_upstream(tmp_path, **{"core-metadata": {"sha256": sha256_of(OWN).value}})
    offer(upstream, SHORT)
    with pytest.raises(UpstreamFileChangedError):
        upstream.metadata.of(the_file(upstream))
    offer(upstream, OWN)
    assert document(upstream) == OWN


def test_a_document_that_hides_something_gives_way_to_the_wheels_own(tmp_path: Path) -> None:
    upstream = an_upstream(tmp_path)
    offer(upstream, SHORT)
    assert document(upstream) == SHORT
    upstream.files.bytes_of(the_file(upstream))
    assert document(upstream) == OWN
    assert "the wheel's own" in upstream.records.refusals(SAMPLE)[0].reason


def test_a_wheel_that_is_here_needs_no_upstream(tmp_path: Path) -> None:
    upstream = an_upstream(tmp_path)
    upstream.files.bytes_of(the_file(upstream))
    upstream.transport.reachable = False
    assert document(upstream) == OWN


def test_the_sha256_of_an_unhashed_wheel_is_learned_on_the_way(tmp_path: Path) -> None:
    upstream = an_upstream(tmp_path, hashes={}, size=None)
    file = upstream.files.seen("unhashed-sample", NAME)
    assert file is not None
    assert b"".join(upstream.blobs.read(upstream.metadata.of(file))) == OWN
    learned = the_file(upstream)
    assert (learned.metadata_sha256, learned.size) == (sha256_of(OWN).value, len(WHEEL))


def test_descriptions() -> None:
    assert describes(OWN, NAME)
    assert not describes(OWN, wheel_filename("other"))
    assert not describes(OWN, "sample-1.0.tar.gz")


def test_a_document_that_was_asked_for_is_told_by_the_page_a_moment_later(tmp_path: Path) -> None:
    upstream = SeenUpstream(tmp_path, Freshness(gather=0.0))
    upstream.say("sample", entry(NAME, WHEEL, **{"core-metadata": {"sha256": sha256_of(OWN).value}}))
    before = upstream.pages.standing(SAMPLE)
    upstream.give(NAME, WHEEL)
    offer(upstream, OWN)
    upstream.metadata.of(the_file(upstream))
    # Whoever reads it then is not kept waiting; the one after sees it, without the upstream being asked.
    assert upstream.pages.at_once(SAMPLE)[1].fingerprint == before.fingerprint  # type: ignore[union-attr]
    assert len(upstream.later) == 1
    upstream.catch_up()
    after = upstream.pages.page(SAMPLE)
    assert after is not None
    assert after[1].files[0].inline == InlineMetadata(("other",))
    assert upstream.pages.at_once(SAMPLE)[1].fingerprint == after[0].fingerprint  # type: ignore[union-attr]
    assert after[0].fingerprint != before.fingerprint  # type: ignore[union-attr]
    assert (upstream.asked(f"{ROOT}sample/"), len(upstream.later)) == (1, 0)


def test_many_documents_make_one_page(tmp_path: Path) -> None:
    upstream = SeenUpstream(tmp_path, Freshness(gather=1000.0))
    upstream.say("sample", entry(NAME, WHEEL))
    before = upstream.pages.standing(SAMPLE)
    upstream.give(NAME, WHEEL)
    offer(upstream, OWN)
    upstream.metadata.of(the_file(upstream))
    for _ in range(3):
        assert upstream.pages.at_once(SAMPLE)[1].fingerprint == before.fingerprint  # type: ignore[union-attr]
    assert upstream.later == []


def test_a_page_that_is_made_anyhow_tells_what_was_learned_and_every_reader_asks_for_that_state(
    tmp_path: Path,
) -> None:
    upstream = SeenUpstream(tmp_path, Freshness(gather=1000.0))
    upstream.say("sample", entry(NAME, WHEEL))
    upstream.pages.standing(SAMPLE)
    upstream.pages.page(SAMPLE)
    upstream.give(NAME, WHEEL)
    offer(upstream, OWN)
    upstream.metadata.of(the_file(upstream))
    again = upstream.pages.page(SAMPLE)
    assert again is not None
    assert again[1].files[0].inline == InlineMetadata(("other",))
    for pages in (upstream.pages, upstream.new_pages()):
        assert pages.standing(SAMPLE).fingerprint == again[0].fingerprint  # type: ignore[union-attr]
    assert upstream.asked(f"{ROOT}sample/") == 1


def test_the_wheels_own_document_takes_the_place_of_one_that_was_told(tmp_path: Path) -> None:
    upstream = SeenUpstream(tmp_path, Freshness(gather=0.0))
    upstream.say("sample", entry(NAME, WHEEL, **{"core-metadata": {"sha256": sha256_of(SHORT).value}}))
    upstream.pages.standing(SAMPLE)
    upstream.pages.page(SAMPLE)
    upstream.give(NAME, WHEEL)
    offer(upstream, SHORT)
    upstream.metadata.of(the_file(upstream))
    told = upstream.pages.page(SAMPLE)
    assert told is not None
    assert told[1].files[0].inline == InlineMetadata()
    upstream.files.bytes_of(the_file(upstream))
    truth = upstream.pages.page(SAMPLE)
    assert truth is not None
    assert truth[1].files[0].inline == InlineMetadata(("other",))
