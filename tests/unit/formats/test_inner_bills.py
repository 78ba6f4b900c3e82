"""Bills of materials inside distributions: believed in nothing but names."""

import json

import pytest

from bodega.formats.inner_bills import MOST_PARTS, InvalidInnerBillError, read_inner_bill

CYCLONEDX = {
    "bomFormat": "CycloneDX",
    "specVersion": "1.5",
    "components": [
        {
            "type": "library",
            "bom-ref": "z",
            "name": "zlib",
            "version": "1.3",
            "purl": "pkg:generic/zlib@1.3",
            "licenses": [{"license": {"id": "Zlib"}}],
            "hashes": [{"alg": "SHA-256", "content": "A" * 64}, {"alg": "SHA-256", "content": 5}],
            "externalReferences": [
                {"type": "vcs", "url": "https://z.example"},
                {"type": "website", "url": "file:///etc/passwd"},
            ],
            "components": [{"type": "file", "name": "inner.c"}],
        },
        {"type": "nonsense", "name": "o\x1b[0m", "bom-ref": 7, "purl": "no purl", "licenses": "MIT"},
        {"type": "library"},
        "rubbish",
    ],
    "dependencies": [{"ref": "z", "dependsOn": ["z", "gone"]}, {"ref": "o"}, 3],
}
SPDX = {
    "spdxVersion": "SPDX-2.3",
    "packages": [
        {
            "SPDXID": "SPDXRef-a",
            "name": "openssl",
            "versionInfo": "3.0",
            "licenseDeclared": "apache-2.0",
            "checksums": [{"algorithm": "SHA1", "checksumValue": "b" * 40}],
            "externalRefs": [{"referenceType": "purl", "referenceLocator": "pkg:generic/openssl@3.0"}],
        },
        {"SPDXID": "SPDXRef-b", "name": "zlib", "licenseDeclared": "NOASSERTION"},
    ],
    "relationships": [
        {"spdxElementId": "SPDXRef-a", "relationshipType": "DEPENDS_ON", "relatedSpdxElement": "SPDXRef-b"},
        {"spdxElementId": "SPDXRef-a", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-b"},
        {"spdxElementId": "SPDXRef-a", "relationshipType": "CONTAINED_BY", "relatedSpdxElement": "SPDXRef-b"},
    ],
}


def read(document):
    return read_inner_bill(json.dumps(document).encode(), "pkg:pypi/a@1#sboms/x.json")


def test_cyclonedx():
    found = read(CYCLONEDX)
    zlib, other = found.parts
    assert (zlib.name, zlib.version, zlib.purl) == ("zlib", "1.3", "pkg:generic/zlib@1.3")
    assert (zlib.license.expression, zlib.hashes) == ("Zlib", {"sha256": "a" * 64})
    assert zlib.links == (("vcs", "https://z.example"),)
    assert [one.name for one in zlib.inner] == ["inner.c"]
    assert zlib.ref.startswith("pkg:pypi/a@1#sboms/x.json#")
    assert (other.name, other.kind, other.purl, other.license.expression) == ("o [0m", "library", "", None)
    assert found.needs == {}


def test_spdx():
    found = read(SPDX)
    openssl, zlib = found.parts
    assert (openssl.name, openssl.version, openssl.purl) == ("openssl", "3.0", "pkg:generic/openssl@3.0")
    assert (openssl.license.expression, openssl.hashes) == ("Apache-2.0", {"sha1": "b" * 40})
    assert zlib.license.expression is None
    assert found.needs == {openssl.ref: (zlib.ref,), zlib.ref: (openssl.ref,)}


def test_refs_are_those_of_one_document():
    first, second = read(SPDX), read_inner_bill(json.dumps(SPDX).encode(), "pkg:pypi/b@1#sboms/x.json")
    assert {one.ref for one in first.parts} & {one.ref for one in second.parts} == set()


@pytest.mark.parametrize(
    "data", [b"", b"<bom/>", b"{}", b"[]", b"[" * 100_000, b"\xff\xfe", b'{"spdxVersion": 2}']
)
def test_what_is_no_bill_is_refused(data):
    with pytest.raises(InvalidInnerBillError):
        read_inner_bill(data, "x")


def test_bounds():
    with pytest.raises(InvalidInnerBillError):
        read({**SPDX, "packages": [{"name": str(number)} for number in range(MOST_PARTS + 1)]})
    nested = {"name": "a"}
    for _ in range(30):
        nested = {"name": "a", "components": [nested]}
    with pytest.raises(InvalidInnerBillError):
        read({**CYCLONEDX, "components": [nested]})
