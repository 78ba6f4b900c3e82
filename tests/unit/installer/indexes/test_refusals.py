import json

import pytest

from bodega.adapters.memory.transport import MemoryAnswer
from bodega.installer.indexes.errors import IndexRefusedError, RefusedByPolicyError
from bodega.installer.indexes.refusals import detail, refused

BODY = b"a-2.0.tar.gz is denied: malware\nwhy: a rule of this index: deny a\n[E-POLICY-DENIED]\n"
PROBLEM = {"content-type": "application/problem+json; charset=utf-8"}


def test_a_refusal_by_policy_is_known_by_its_code_and_says_the_reason():
    error = refused(MemoryAnswer(BODY, 403, url="https://index.example.org/a"))
    assert isinstance(error, RefusedByPolicyError)
    assert error.why == "a-2.0.tar.gz is denied: malware why: a rule of this index: deny a"
    assert "https://index.example.org/a is refused by the policy" in error.what


def test_a_problem_document_is_read_the_same():
    document = {"detail": "a is denied:\n\x1b[31mmalware", "why": "a rule", "code": "E-POLICY-DENIED"}
    error = refused(MemoryAnswer(json.dumps(document).encode(), 403, headers=PROBLEM))
    assert isinstance(error, RefusedByPolicyError)
    assert error.why == "a is denied: [31mmalware; a rule"
    other = refused(MemoryAnswer(json.dumps({**document, "code": "E-AUTH-X"}).encode(), 403, headers=PROBLEM))
    assert isinstance(other, IndexRefusedError)


@pytest.mark.parametrize("body", [b"no JSON", b"[1]", b'{"detail": 7, "code": ["E-POLICY-X"]}', b"[" * 60000])
def test_documents_that_are_none_are_not_by_policy(body):
    assert isinstance(refused(MemoryAnswer(body, 403, headers=PROBLEM)), IndexRefusedError)


def test_a_long_reason_does_not_hide_what_it_is():
    error = refused(MemoryAnswer(b"x" * 2000 + BODY, 403))
    assert isinstance(error, RefusedByPolicyError)
    assert len(error.why or "") == 700


def test_words_about_a_code_are_not_the_code():
    error = refused(MemoryAnswer(b"[E-POLICY-DENIED] is what others say", 403))
    assert isinstance(error, IndexRefusedError)


def test_other_refusals_are_about_who_asks():
    for status in (401, 403):
        error = refused(MemoryAnswer(b"log in", status))
        assert isinstance(error, IndexRefusedError)
        assert error.why == "log in"


def test_words_are_one_line_that_no_terminal_obeys():
    assert detail(MemoryAnswer(b"\x1b[31mred\x07\n\n and  \xff more")) == "[31mred and \ufffd more"
    assert len(detail(MemoryAnswer(b"long" * 1000))) == 300
