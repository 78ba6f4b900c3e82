from pathlib import Path

import pytest

from bodega.adapters.memory.transport import MemoryAnswer
from bodega.formats.digests import sha256_of
from bodega.formats.names import NormalizedName
from bodega.index.upstream.errors import UpstreamFileChangedError
from bodega.index.upstream.metadata import describes
from bodega.index.upstream.model import SeenFile
from support.distributions import wheel_bytes, wheel_filename
from support.seen_upstream import FILES, SeenUpstream, entry

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
