from pathlib import Path

import pytest

from bodega.content.blob_store import StorageFullError
from bodega.formats.digests import sha256_of
from bodega.formats.names import NormalizedName
from bodega.index.upstream.errors import UpstreamAnswerError, UpstreamFileChangedError, UpstreamFileGoneError
from bodega.index.upstream.model import SeenFile
from support.seen_upstream import FILES, SeenUpstream, entry

FLASK = NormalizedName("flask")
NAME = "flask-1.0.tar.gz"
ONE = entry(NAME, b"one")


@pytest.fixture
def upstream(tmp_path: Path) -> SeenUpstream:
    upstream = SeenUpstream(tmp_path)
    upstream.say("flask", ONE)
    upstream.pages.standing(FLASK)
    return upstream


def the_file(upstream: SeenUpstream) -> SeenFile:
    seen = upstream.files.seen(ONE["hashes"]["sha256"], NAME)
    assert seen is not None
    return seen


def test_a_file_is_fetched_once_and_kept(upstream: SeenUpstream) -> None:
    upstream.give(NAME, b"one")
    file = the_file(upstream)
    assert upstream.files.kept(file) is None
    assert upstream.files.bytes_of(file) == sha256_of(b"one")
    assert upstream.files.kept(file) == sha256_of(b"one")
    assert upstream.files.bytes_of(file) == sha256_of(b"one")
    assert upstream.asked(FILES + NAME) == 1


def test_wrong_bytes_are_refused_recorded_and_asked_for_again(upstream: SeenUpstream) -> None:
    upstream.give(NAME, b"two")
    with pytest.raises(UpstreamFileChangedError):
        upstream.files.bytes_of(the_file(upstream))
    assert upstream.files.kept(the_file(upstream)) is None
    assert upstream.records.refusals(FLASK)[0].filename == NAME
    upstream.give(NAME, b"one")
    assert upstream.files.bytes_of(the_file(upstream)) == sha256_of(b"one")


def test_a_file_that_is_gone(upstream: SeenUpstream) -> None:
    flight = upstream.files.fetch(the_file(upstream))
    assert flight.ended.is_set()
    with pytest.raises(UpstreamFileGoneError):
        flight.wait()


def test_what_crashes_ends_the_flight_too(upstream: SeenUpstream) -> None:
    def crash(_headers: object) -> None:
        raise ZeroDivisionError

    upstream.transport.answers[FILES + NAME] = crash  # type: ignore[assignment]
    with pytest.raises(UpstreamAnswerError):
        upstream.files.bytes_of(the_file(upstream))


def test_a_full_store_says_so(upstream: SeenUpstream) -> None:
    def full(_headers: object) -> None:
        raise StorageFullError

    upstream.transport.answers[FILES + NAME] = full  # type: ignore[assignment]
    with pytest.raises(StorageFullError):
        upstream.files.bytes_of(the_file(upstream))


def test_whoever_waits_for_kept_files_is_told(upstream: SeenUpstream) -> None:
    told = []
    upstream.files.when_kept(lambda file, digest: told.append((file.filename, digest)))
    upstream.give(NAME, b"one")
    upstream.files.bytes_of(the_file(upstream))
    assert told == [(NAME, sha256_of(b"one"))]


def test_a_file_that_came_meanwhile_is_not_fetched_again(upstream: SeenUpstream) -> None:
    upstream.give(NAME, b"one")
    upstream.files.bytes_of(the_file(upstream))
    assert upstream.files.fetch(the_file(upstream)).wait() == sha256_of(b"one")
    assert upstream.asked(FILES + NAME) == 1
