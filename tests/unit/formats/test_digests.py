import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bodega.formats.digests import (
    TRUSTED_ALGORITHMS,
    Digest,
    InvalidDigestError,
    best_digest,
    sha256,
    sha256_of,
)


@given(st.sampled_from(TRUSTED_ALGORITHMS), st.binary(max_size=64))
def test_every_trusted_algorithm_makes_digests(algorithm, data):
    value = hashlib.new(algorithm, data).hexdigest()
    assert str(Digest(algorithm, value)) == f"{algorithm}:{value}"


def test_digests_of_bytes_and_of_text_are_equal():
    assert sha256_of(b"abc") == sha256(hashlib.sha256(b"abc").hexdigest().upper())


@pytest.mark.parametrize(
    ("algorithm", "value"),
    [
        ("md5", "0" * 32),
        ("sha1", "0" * 40),
        ("crc32", "0" * 8),
        ("sha256", "0" * 63),
        ("sha256", "0" * 65),
        ("sha256", "g" * 64),
        ("sha256", "A" * 64),
        ("sha256", "0" * 63 + "\n"),
        ("sha512", "0" * 64),
    ],
)
def test_what_proves_nothing_is_refused(algorithm, value):
    with pytest.raises(InvalidDigestError) as caught:
        Digest(algorithm, value)
    assert caught.value.code == "E-DIGEST-INVALID"


def test_sha256_is_preferred_then_the_strongest():
    hashes = {
        name: hashlib.new(name, b"x").hexdigest() for name in ("md5", "sha1", "sha384", "sha512", "sha256")
    }
    assert best_digest(hashes) == sha256_of(b"x")
    del hashes["sha256"]
    assert best_digest(hashes) == Digest("sha512", hashes["sha512"])
    assert best_digest({"md5": "0" * 32}) is None
    assert best_digest({}) is None


def test_a_preferred_digest_that_is_broken_is_not_passed_over():
    with pytest.raises(InvalidDigestError):
        best_digest({"sha256": "short", "sha512": "0" * 128})
