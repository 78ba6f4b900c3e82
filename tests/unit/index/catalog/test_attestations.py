"""Attestations held to the file that they came with."""

import hashlib
import json

import pytest

from bodega.index.catalog.attestations import PUBLISHER, provenance_of
from bodega.index.catalog.faults import Faults
from bodega.index.catalog.upload_form import Upload
from support.attestations import attestation, field, statement

CONTENT, FILENAME = b"bytes", "my_pkg-1.0-py3-none-any.whl"


def read(text: str) -> tuple[bytes | None, list[str]]:
    upload = Upload(
        filename=FILENAME,
        fields={"attestations": (text,)},
        path="",
        size=len(CONTENT),
        digests={"sha256": hashlib.sha256(CONTENT).hexdigest()},
    )
    faults = Faults(FILENAME)
    found = provenance_of(upload, faults)
    return found, [f"{fault.code} {fault.why}" for fault in faults.refusal().faults]


def test_none_are_no_provenance() -> None:
    assert read("") == (None, [])


@pytest.mark.parametrize("name", [FILENAME, "My.Pkg-1.0.0-py3-none-any.whl"])
def test_those_of_the_file_are_kept_under_its_parsed_name(name: str) -> None:
    one = attestation(statement(CONTENT, name))
    found, faults = read(field(one))
    assert faults == []
    (bundle,) = json.loads(found or b"")["attestation_bundles"]
    assert bundle == {"publisher": PUBLISHER, "attestations": [one]}


@pytest.mark.parametrize(
    ("said", "word"),
    [
        (statement(b"other", FILENAME), "other bytes"),
        (statement(CONTENT, "my_pkg-1.1-py3-none-any.whl"), "another file"),
        (statement(CONTENT, "my_pkg-1.0-py2-none-any.whl"), "another file"),
        (statement(CONTENT, "my_pkg-1.0.tar.gz"), "another file"),
        (statement(CONTENT, "nonsense"), "another file"),
        (statement(CONTENT, f"my_pkg-{'9' * 5000}.tar.gz"), "another file"),
        ("nonsense", "in-toto"),
    ],
)
def test_those_of_another_are_refused(said: object, word: str) -> None:
    _, (fault,) = read(field(attestation(said)))
    assert fault.startswith("E-ATTESTATION-INVALID")
    assert word in fault
