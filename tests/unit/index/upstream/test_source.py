import pytest

from bodega.adapters.memory.transport import MemoryAnswer, MemoryTransport
from bodega.formats.names import NormalizedName
from bodega.index.upstream.errors import (
    UpstreamAnswerError,
    UpstreamFileGoneError,
    UpstreamLoopError,
    UpstreamUnavailableError,
)
from bodega.index.upstream.model import SeenFile, SeenPage
from bodega.index.upstream.source import MOST_PAGE_BYTES, FileSpan, UpstreamSource, validator_of
from bodega.simple_api.transport import OutOfReachError
from support.seen_upstream import JSON, ROOT, SeenUpstream

FLASK = NormalizedName("flask")
BODY = b'{"meta": {"api-version": "1.0"}, "name": "flask", "files": []}'


@pytest.fixture
def transport():
    return MemoryTransport(
        {f"{ROOT}flask/": MemoryAnswer(BODY, headers={**JSON, "last-modified": "yesterday"})}
    )


@pytest.fixture
def source(transport):
    return UpstreamSource(ROOT, transport, "an-instance")


def test_a_request_says_who_asks_and_for_what(source, transport):
    source.page(FLASK, None)
    headers = transport.asked[0][1]
    assert headers["X-Bodega-Via"] == "an-instance"
    assert headers["Accept"].startswith("application/vnd.pypi.simple.v1+json")
    assert "If-None-Match" not in headers


def test_the_same_bytes_are_not_read_twice(source, transport):
    first = source.page(FLASK, None)
    assert first.parsed is not None
    before = SeenPage(
        name=FLASK, fingerprint="f", seal=first.seal, last_modified="yesterday", checked_at=None
    )
    again = source.page(FLASK, before)
    assert again.parsed is None
    assert transport.asked[1][1]["If-Modified-Since"] == "yesterday"


def test_an_index_finds_itself(source, transport):
    transport.answers[f"{ROOT}flask/"] = MemoryAnswer(status=508)
    with pytest.raises(UpstreamLoopError):
        source.page(FLASK, None)


def test_the_largest_page_is_bounded():
    # The bound is given to the transport, which keeps it for packed answers too.
    assert MOST_PAGE_BYTES <= 64 << 20


def test_files_that_are_gone_or_going(source, transport, tmp_path):
    file = SeenFile(
        project=FLASK, filename="flask-1.tar.gz", url="https://files.example.org/f", first_seen=None
    )
    with pytest.raises(UpstreamFileGoneError), source.file(file):
        pass
    transport.answers[file.url] = MemoryAnswer(status=503)
    with pytest.raises(UpstreamUnavailableError), source.file(file):
        pass
    assert source.metadata(file) is None
    assert SeenUpstream(tmp_path).source.metadata(file) is None


def test_going_on_names_the_state_that_was_begun(source, transport):
    file = SeenFile(
        project=FLASK, filename="flask-1.tar.gz", url="https://files.example.org/f", first_seen=None
    )
    transport.answers[file.url] = MemoryAnswer(b"rest", status=206)
    with source.file(file, start=5, validator='"strong"'):
        pass
    with source.file(file, start=5, validator=""):
        pass
    assert [headers.get("If-Range") for _, headers in transport.asked] == ['"strong"', None]
    assert all(headers["Range"] == "bytes=5-" for _, headers in transport.asked)


def test_what_leads_into_the_private_network_is_an_answer_that_cannot_be_used(source, transport):
    def refuse(_headers):
        raise OutOfReachError("http://169.254.169.254/latest/")

    transport.answers[f"{ROOT}flask/"] = refuse
    with pytest.raises(UpstreamAnswerError):
        source.page(FLASK, None)
    file = SeenFile(
        project=FLASK, filename="flask-1.tar.gz", url="https://files.example.org/f", first_seen=None
    )
    transport.answers[file.url] = transport.answers[f"{file.url}.metadata"] = refuse
    with pytest.raises(UpstreamAnswerError), source.file(file):
        pass
    with pytest.raises(UpstreamAnswerError):
        source.metadata(file)


def test_the_document_stands_beside_the_file_whatever_the_query(source, transport):
    file = SeenFile(
        project=FLASK, filename="f.whl", url="https://files.example.org/f.whl?sig=x", first_seen=None
    )
    transport.answers["https://files.example.org/f.whl.metadata?sig=x"] = MemoryAnswer(b"document")
    assert source.metadata(file) == b"document"


@pytest.mark.parametrize(
    ("headers", "validator"),
    [
        ({"etag": '"strong"', "last-modified": "then"}, '"strong"'),
        ({"etag": 'W/"weak"', "last-modified": "then"}, "then"),
        ({}, ""),
    ],
)
def test_what_a_resumed_request_is_bound_to(headers: dict[str, str], validator: str) -> None:
    assert validator_of(MemoryAnswer(headers=headers)) == validator


WHEEL = SeenFile(project=FLASK, filename="f.whl", url="https://files.example.org/f.whl", first_seen=None)


def part(content, span, status=206, **headers):
    return MemoryAnswer(content, status=status, headers={"content-range": span, **headers})


def test_a_part_of_a_file(source, transport):
    transport.answers[WHEEL.url] = part(b"tail", "bytes 96-99/100", etag='"e"')
    assert source.span(WHEEL, None, 4) == FileSpan(96, b"tail", 100, '"e"')
    assert source.span(WHEEL, 96, 4, validator='"e"') == FileSpan(96, b"tail", 100, '"e"')
    assert [headers["Range"] for _, headers in transport.asked] == ["bytes=-4", "bytes=96-99"]
    assert transport.asked[1][1]["If-Range"] == '"e"'


@pytest.mark.parametrize("status", [200, 416])
def test_where_there_are_no_parts(source, transport, status):
    transport.answers[WHEEL.url] = MemoryAnswer(b"whole", status=status)
    assert source.span(WHEEL, None, 4) is None


@pytest.mark.parametrize(
    "answer",
    [
        part(b"tail", ""),
        part(b"tail", "bytes 96-99/*"),
        part(b"tail", "bytes 95-98/100"),
        part(b"tail", "bytes 97-100/100"),
        part(b"tai", "bytes 96-99/100"),
        part(b"longer", "bytes 94-99/100"),
        MemoryAnswer(b"", status=403),
    ],
)
def test_a_part_that_is_not_the_one_asked_for(source, transport, answer):
    transport.answers[WHEEL.url] = answer
    with pytest.raises(UpstreamAnswerError):
        source.span(WHEEL, None, 4)


def test_a_part_of_what_is_gone(source, transport):
    with pytest.raises(UpstreamFileGoneError):
        source.span(WHEEL, None, 4)
