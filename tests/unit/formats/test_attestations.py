"""Attestations, read strictly (PEP 740)."""

import base64
import json
from typing import Any

import pytest

from bodega.formats.attestations import (
    MOST_BYTES,
    PUBLISH,
    SLSA_PROVENANCE,
    InvalidAttestationError,
    parse_attestations,
    render_provenance,
)
from support.attestations import attestation, field, statement

RIGHT = statement(b"x", "a-1.0.tar.gz")


def test_what_they_claim_is_told() -> None:
    build = {**RIGHT, "predicateType": SLSA_PROVENANCE, "predicate": {"buildDefinition": {}}}
    found = parse_attestations(field(attestation(RIGHT), attestation(build)))
    assert [one.predicate_type for one in found] == [PUBLISH, SLSA_PROVENANCE]
    assert {(one.filename, len(one.sha256)) for one in found} == {("a-1.0.tar.gz", 64)}


def test_the_provenance_object_holds_them_unchanged() -> None:
    one = attestation(RIGHT)
    document = json.loads(render_provenance(parse_attestations(field(one)), {"kind": "k", "claims": None}))
    bundle = {"publisher": {"kind": "k", "claims": None}, "attestations": [one]}
    assert document == {"version": 1, "attestation_bundles": [bundle]}


def without(document: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != key}


def enveloped(text: bytes) -> dict[str, Any]:
    made = attestation(RIGHT)
    return {**made, "envelope": {**made["envelope"], "statement": base64.b64encode(text).decode()}}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "{}",
        "[]",
        "[1]",
        "null",
        "[" * 100_000,
        field(attestation(RIGHT), attestation(RIGHT)),
        field(*[attestation(RIGHT)] * 3),
        field(attestation(RIGHT, version=2)),
        field(attestation(RIGHT, version=True)),
        field(attestation(RIGHT, more=1)),
        field(without(attestation(RIGHT), "envelope")),
        field(without(attestation(RIGHT), "verification_material")),
        field(attestation(RIGHT, envelope={"statement": "!!!", "signature": "YQ=="})),
        field(attestation(RIGHT, envelope={"statement": "YQ=="})),
        field(attestation(RIGHT, verification_material={"certificate": "", "transparency_entries": [{}]})),
        field(attestation(RIGHT, verification_material={"certificate": "YQ==", "transparency_entries": []})),
        field(attestation(RIGHT, verification_material={"certificate": "YQ==", "transparency_entries": [1]})),
        field(enveloped(b"\xff")),
        field(enveloped(b"[]")),
        field(enveloped(b'{"_type": NaN}')),
        field(attestation(without(RIGHT, "subject"))),
        field(attestation({**RIGHT, "_type": "https://in-toto.io/Statement/v0.1"})),
        field(attestation({**RIGHT, "predicateType": "https://example.org/mine"})),
        field(attestation({**RIGHT, "subject": []})),
        field(attestation({**RIGHT, "subject": RIGHT["subject"] * 2})),
        field(attestation({**RIGHT, "subject": [{"name": "a"}]})),
        field(attestation({**RIGHT, "subject": [{"name": "a", "digest": {"sha256": "00"}}]})),
        field(attestation({**RIGHT, "subject": [{"name": 1, "digest": {"sha256": "0" * 64}}]})),
        field(attestation(RIGHT)).replace('"version": 1', '"version": 1, "version": 1'),
        field(attestation(RIGHT)) + " " * MOST_BYTES,
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InvalidAttestationError):
        parse_attestations(text)
