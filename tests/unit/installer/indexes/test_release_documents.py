"""What indexes say of one release, beside the Simple API."""

import json

import pytest

from bodega.adapters.memory.transport import MemoryAnswer, MemoryTransport
from bodega.installer.indexes.errors import IndexFailedError, IndexRefusedError, OfflineError
from bodega.installer.indexes.release_documents import ReleaseDocuments
from bodega.simple_api.transport import IndexUnreachableError

FIRST, SECOND = "https://user:secret@a.example/x/simple/", "https://b.example/simple/"
ANSWER = MemoryAnswer(json.dumps({"vulnerabilities": [{"id": "A-1"}]}).encode())


def documents(answers, *indexes, offline=False):
    return ReleaseDocuments(MemoryTransport(answers), indexes or (FIRST, SECOND), offline=offline)


def test_the_first_index_that_has_the_release_is_believed():
    own = {"https://user:secret@a.example/x/pypi/some/1.0+a/json": MemoryAnswer(b'{"vulnerabilities": []}')}
    other = {"https://b.example/pypi/some/1.0+a/json": ANSWER}
    assert documents({**own, **other}).vulnerabilities("some", "1.0+a") == []
    assert documents(other).vulnerabilities("some", "1.0+a") == [{"id": "A-1"}]
    assert documents({}).vulnerabilities("some", "1.0+a") is None
    assert documents({}).places == ["https://a.example/x/", "https://b.example/"]


def test_an_index_that_says_nothing_of_it_knows_nothing():
    answers = {"https://b.example/pypi/some/1/json": MemoryAnswer(b'{"info": {}}')}
    assert documents(answers).vulnerabilities("some", "1") is None
    assert documents({}, "https://c.example/root/", "file:///x/simple/").places == []


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (MemoryAnswer(b"<html>"), IndexFailedError),
        (MemoryAnswer(b"[" * 100_000), IndexFailedError),
        (MemoryAnswer(b"[]"), IndexFailedError),
        (MemoryAnswer(b'{"vulnerabilities": {}}'), IndexFailedError),
        (MemoryAnswer(b"oh no", status=500), IndexFailedError),
        (MemoryAnswer(b"who are you?", status=401), IndexRefusedError),
    ],
)
def test_a_failure_is_no_answer(answer, error):
    with pytest.raises(error):
        documents({"https://b.example/pypi/some/1/json": answer}).vulnerabilities("some", "1")


def test_offline_and_out_of_reach():
    with pytest.raises(OfflineError):
        documents({}, offline=True).vulnerabilities("some", "1")
    transport = MemoryTransport()
    transport.reachable = False
    with pytest.raises(IndexUnreachableError):
        ReleaseDocuments(transport, [FIRST], offline=False).vulnerabilities("some", "1")
