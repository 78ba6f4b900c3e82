"""Digests: an algorithm and a lower-case hexadecimal value."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bodega.formats.errors import BodegaError

#: Algorithms accepted as proof of content, best last. md5 and sha1 are never among them.
TRUSTED_ALGORITHMS = ("sha256", "sha384", "sha512", "blake2b")
_HEX_LENGTHS = {"sha256": 64, "sha384": 96, "sha512": 128, "blake2b": 128}
_HEX = re.compile(r"[0-9a-f]+")


class InvalidDigestError(BodegaError):
    """The text is not a digest of a trusted algorithm."""

    code = "E-DIGEST-INVALID"

    def __init__(self, text: str) -> None:
        super().__init__(f"{text[:160]!r} is not a digest", why=f"known are {', '.join(TRUSTED_ALGORITHMS)}")


@dataclass(frozen=True, slots=True)
class Digest:
    """A content digest, for example ``sha256:9f86...``."""

    algorithm: str
    value: str

    def __post_init__(self) -> None:
        if self.algorithm not in TRUSTED_ALGORITHMS or len(self.value) != _HEX_LENGTHS[self.algorithm]:
            raise InvalidDigestError(f"{self.algorithm}:{self.value}")
        if not _HEX.fullmatch(self.value):
            raise InvalidDigestError(f"{self.algorithm}:{self.value}")

    def __str__(self) -> str:
        return f"{self.algorithm}:{self.value}"


def sha256(value: str) -> Digest:
    """A sha256 digest from its hexadecimal text."""
    return Digest("sha256", value.lower())


def sha256_of(data: bytes) -> Digest:
    """The sha256 digest of bytes."""
    import hashlib  # noqa: PLC0415 - brings OpenSSL, and who only compares digests needs none of it

    return Digest("sha256", hashlib.sha256(data).hexdigest())


def best_digest(hashes: Mapping[str, str]) -> Digest | None:
    """The digest to check a download by: sha256 where given (it names our blobs), else the strongest."""
    if "sha256" in hashes:
        return sha256(hashes["sha256"])
    for algorithm in reversed(TRUSTED_ALGORITHMS):
        if algorithm in hashes:
            return Digest(algorithm, hashes[algorithm].lower())
    return None
