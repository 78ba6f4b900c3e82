import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodega.simple_api.codings import decode
from bodega.simple_api.pieces import PiecedDocument, piece

CODINGS = ("identity", "gzip", "zstd")


def a_document(*bodies):
    return PiecedDocument([piece(body) for body in bodies])


@given(bodies=st.lists(st.binary(max_size=200), max_size=6))
def test_a_document_in_each_coding_is_its_pieces_in_order(bodies):
    document = a_document(*bodies)
    for coding in CODINGS:
        sent = b"".join(document.chunks(coding))
        assert len(sent) == document.length(coding)
        assert _decoded(sent, coding) == b"".join(bodies)


def _decoded(sent, coding):
    # Frames one after the other, as a client reads them.
    return gzip.decompress(sent) if coding == "gzip" else decode(sent, coding) if sent else b""


def test_gzip_is_one_member_for_clients_that_read_no_other():
    sent = b"".join(a_document(b"one" * 100, b"two" * 100).chunks("gzip"))
    reader = zlib.decompressobj(zlib.MAX_WBITS | 16)
    assert reader.decompress(sent) == b"one" * 100 + b"two" * 100
    assert (reader.eof, reader.unused_data) == (True, b"")


def test_etags_are_of_state_and_coding():
    document, same, other = a_document(b"a", b"b"), a_document(b"a", b"b"), a_document(b"a", b"c")
    assert len({document.etag(coding) for coding in CODINGS}) == 3
    assert document.etag("zstd") == same.etag("zstd") != other.etag("zstd")
    assert document.etag("zstd") != a_document(b"ab").etag("zstd")


@pytest.mark.parametrize("coding", CODINGS)
def test_long_documents_come_in_chunks(coding):
    bodies = [bytes((number * step) % 251 for step in range(30_000)) for number in range(1, 12)]
    document = a_document(*bodies)
    assert not document.is_measured(coding)
    length = document.length(coding)
    assert document.is_measured(coding)
    chunks = list(document.chunks(coding))
    assert sum(map(len, chunks)) == length
    if coding == "identity":
        assert len(chunks) > 3
        assert max(map(len, chunks)) < 100_000
