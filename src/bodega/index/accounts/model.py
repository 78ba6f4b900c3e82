"""Tokens: scoped secrets. What is stored of one tells nothing that would open a door.

A token reads ``bodega-`` ID SECRET CHECK: 10, 32 and 6 characters of base 62. The id finds the row, the
secret (190 bits) is stored as a salted hash, the check (CRC-32 of what comes before) lets a scanner of
leaked secrets, and us, tell a token from other text without a database.
"""

import hashlib
import hmac
import secrets
import zlib
from dataclasses import dataclass
from datetime import datetime

PREFIX = "bodega-"
SCOPES = ("read", "upload", "manage", "admin")
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_ID, _SECRET, _CHECK = 10, 32, 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token as it is known to the index, without its secret.

    ``index`` and ``project`` (normalized) are ``None`` where it is for all of them. Times are aware, UTC;
    ``expires_at`` is ``None`` for one that does not expire.
    """

    id: str
    name: str
    scopes: tuple[str, ...]
    index: str | None
    project: str | None
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None = None

    def is_valid(self, now: datetime) -> bool:
        """Neither revoked nor expired."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)

    def has_scope(self, scope: str) -> bool:
        """Whether it has the scope; ``admin`` has all."""
        return scope in self.scopes or "admin" in self.scopes

    def reaches(self, index: str, project: str | None) -> bool:
        """Whether it is for that project of that index; ``None`` asks for the index as a whole."""
        return self.index in (None, index) and (self.project is None or self.project == project)


@dataclass(frozen=True, slots=True)
class StoredSecret:
    """What is kept of a secret: ``hash`` is BLAKE2b-256 keyed by ``salt``, both hexadecimal."""

    salt: str
    hash: str


@dataclass(frozen=True, slots=True)
class TokenText:
    """The parts of a token's text."""

    id: str
    secret: str

    def __str__(self) -> str:
        body = self.id + self.secret
        return f"{PREFIX}{body}{_check(body)}"

    def __repr__(self) -> str:
        return f"TokenText({self.id!r}, ...)"


#: Compared with when no such token is known, so that an unknown id takes as long as a wrong secret.
NOBODY = StoredSecret("00" * 16, "00" * 32)


def new_token_text() -> TokenText:
    """A fresh id and secret from the system's randomness."""
    return TokenText(_random(_ID), _random(_SECRET))


def parse_token_text(text: str) -> TokenText | None:
    """The parts of a token's text; ``None`` when it is not one."""
    body = text.removeprefix(PREFIX)
    if len(text) - len(body) != len(PREFIX) or len(body) != _ID + _SECRET + _CHECK:
        return None
    inner, check = body[:-_CHECK], body[-_CHECK:]
    if not set(body) <= set(_ALPHABET) or not hmac.compare_digest(_check(inner), check):
        return None
    return TokenText(inner[:_ID], inner[_ID:])


def store_secret(secret: str) -> StoredSecret:
    """What to keep of a new secret."""
    salt = secrets.token_bytes(16)
    return StoredSecret(salt.hex(), _hash(secret, salt))


def is_secret(secret: str, stored: StoredSecret) -> bool:
    """Whether it is the secret that was stored; takes the same time either way."""
    return hmac.compare_digest(_hash(secret, bytes.fromhex(stored.salt)), stored.hash)


def _hash(secret: str, salt: bytes) -> str:
    # One fast hash is enough: 190 random bits cannot be guessed, whatever a guess costs.
    return hashlib.blake2b(secret.encode(), digest_size=32, key=salt, person=b"bodega-token").hexdigest()


def _check(body: str) -> str:
    number = zlib.crc32(f"{PREFIX}{body}".encode())
    digits = ""
    for _ in range(_CHECK):
        number, digit = divmod(number, len(_ALPHABET))
        digits = _ALPHABET[digit] + digits
    return digits


def _random(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))
