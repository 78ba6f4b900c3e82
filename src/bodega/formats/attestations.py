"""Attestations and provenance objects (PEP 740, index-hosted attestations): their shape, read strictly.

Nothing here says that a signature is right. What an attestation claims to be of can be checked without one;
who made it cannot.
"""

import json
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bodega.formats.errors import BodegaError

MEDIA_TYPE = "application/vnd.pypi.integrity.v1+json"
SLSA_PROVENANCE = "https://slsa.dev/provenance/v1"
PUBLISH = "https://docs.pypi.org/attestations/publish/v1"
PREDICATE_TYPES = (SLSA_PROVENANCE, PUBLISH)
#: Bytes of the whole array; a certificate, a statement and its log entry come to some 6 KB.
MOST_BYTES = 512 << 10
#: One of each kind.
MOST = len(PREDICATE_TYPES)
_STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
_SHA256_LENGTH = 64


class InvalidAttestationError(BodegaError):
    """An attestation is not of the shape that PEP 740 gives it, or not of the file that it came with."""

    code = "E-ATTESTATION-INVALID"

    def __init__(self, why: str) -> None:
        super().__init__("the attestations are refused", why=why)


@dataclass(frozen=True, slots=True)
class Attestation:
    """What one attestation claims: its predicate type, the file's name and sha256. ``document`` is all."""

    predicate_type: str
    filename: str
    sha256: str
    document: dict[str, Any]


def parse_attestations(text: str) -> tuple[Attestation, ...]:
    """Read the form field's JSON array; raises InvalidAttestationError."""
    if len(text) > MOST_BYTES:
        raise InvalidAttestationError(f"they are longer than {MOST_BYTES} bytes")
    found = _json(text, "the field")
    if not isinstance(found, list) or not found:
        raise InvalidAttestationError("the field is not an array with attestations in it")
    if len(found) > MOST:
        raise InvalidAttestationError(f"there are more than {MOST}, one of each kind")
    parsed = tuple(_attestation(one) for one in found)
    if len({one.predicate_type for one in parsed}) != len(parsed):
        raise InvalidAttestationError("there are two of one kind")
    return parsed


def render_provenance(attestations: Sequence[Attestation], publisher: dict[str, Any]) -> bytes:
    """The provenance object that an index serves for a file."""
    bundle = {"publisher": publisher, "attestations": [one.document for one in attestations]}
    document = {"version": 1, "attestation_bundles": [bundle]}
    return json.dumps(document, separators=(",", ":"), sort_keys=True).encode()


def _attestation(document: object) -> Attestation:
    found = _object(document, "an attestation", {"version", "verification_material", "envelope"})
    if found["version"] != 1 or isinstance(found["version"], bool):
        raise InvalidAttestationError("an attestation is not of version 1")
    material = _object(found["verification_material"], "verification_material", _MATERIAL)
    _bytes(material["certificate"], "certificate")
    entries = material["transparency_entries"]
    if not isinstance(entries, list) or not entries or not all(isinstance(one, dict) for one in entries):
        raise InvalidAttestationError("transparency_entries is not an array with objects in it")
    envelope = _object(found["envelope"], "envelope", {"statement", "signature"})
    _bytes(envelope["signature"], "signature")
    return _claim(_bytes(envelope["statement"], "statement"), found)


_MATERIAL = {"certificate", "transparency_entries"}


def _claim(statement: bytes, document: dict[str, Any]) -> Attestation:
    """What the in-toto statement says."""
    try:
        found = _json(statement.decode(), "the statement")
    except UnicodeDecodeError:
        raise InvalidAttestationError("the statement is not UTF-8") from None
    if not isinstance(found, dict) or found.get("_type") != _STATEMENT_TYPE:
        raise InvalidAttestationError("the statement is not an in-toto statement of version 1")
    if found.get("predicateType") not in PREDICATE_TYPES:
        raise InvalidAttestationError(f"the predicate is neither {' nor '.join(PREDICATE_TYPES)}")
    subjects = found.get("subject")
    if not isinstance(subjects, list) or len(subjects) != 1 or not isinstance(subjects[0], dict):
        raise InvalidAttestationError("the statement does not have exactly one subject")
    name, digest = subjects[0].get("name"), subjects[0].get("digest")
    value = digest.get("sha256") if isinstance(digest, dict) else None
    if not isinstance(name, str) or not isinstance(value, str) or len(value) != _SHA256_LENGTH:
        raise InvalidAttestationError("the subject has no name, or no sha256")
    return Attestation(found["predicateType"], name, value, document)


def _object(value: object, what: str, keys: set[str]) -> dict[str, Any]:
    if not isinstance(value, dict) or value.keys() != keys:
        raise InvalidAttestationError(f"{what} is not an object of {', '.join(sorted(keys))} alone")
    return value


def _bytes(value: object, what: str) -> bytes:
    try:
        if isinstance(value, str) and value:
            return b64decode(value, validate=True)
    except (Base64Error, ValueError):
        pass
    raise InvalidAttestationError(f"{what} is not in base64")


def _json(text: str, what: str) -> Any:
    """Parsed, with one meaning: a key that is there twice has two."""
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise InvalidAttestationError(f"{what} is not JSON, or not of one meaning") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _no_constant(_name: str) -> None:
    raise ValueError
