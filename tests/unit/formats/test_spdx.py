"""SPDX; that the documents are valid is shown in tests/peers/test_bills.py."""

from dataclasses import replace

from bodega.formats.bill import Bill, Part, PartFile, Person
from bodega.formats.licenses import License
from bodega.formats.spdx import spdx

PART = Part(
    ref="pkg:pypi/a@1",
    name="a",
    version="1",
    purl="pkg:pypi/a@1",
    license=License("LicenseRef-BSD AND MIT", "classifiers", "BSD License; MIT License"),
    authors=(Person("Jane (she)", "jane@example.org"),),
    supplier=Person("", "x@example.org"),
    links=(("website", "https://a.example"),),
    files=(PartFile(filename="a-1.whl", url="https://f.example/a-1.whl", hashes={"sha256": "a" * 64}),),
    hashes={"sha256": "a" * 64, "sha1": "short"},
    properties=(("bodega:marker", "x"),),
    inner=(Part(ref="pkg:pypi/a@1#1", name="zlib", license=License(None, "told", "zlib, more or less")),),
)
BILL = Bill(
    name="lock",
    root=None,
    parts=(PART, Part(ref="pkg:pypi/b@1", name="b"), Part(ref="pkg:pypi/b@1#2", name="b")),
    needs={"pkg:pypi/a@1": ("pkg:pypi/b@1", "pkg:pypi/a@1")},
    time="2026-01-01T00:00:00Z",
    tool="bodega",
    tool_version="1",
)


def test_a_package_with_all_that_is_known():
    document = spdx(BILL)
    one = document["packages"][0]
    assert one["originator"] == "Person: Jane [she] (jane@example.org)"
    assert one["supplier"] == "Person: x@example.org (x@example.org)"
    assert one["checksums"] == [{"algorithm": "SHA256", "checksumValue": "a" * 64}]
    assert one["licenseDeclared"] == "LicenseRef-BSD AND MIT"
    assert [reference["referenceType"] for reference in one["externalRefs"]] == ["purl", "distribution"]
    assert (one["homepage"], one["comment"]) == ("https://a.example", "bodega:marker: x")
    assert [info["licenseId"] for info in document["hasExtractedLicensingInfos"]] == [
        "LicenseRef-BSD",
        "LicenseRef-zlib-more-or-less",
    ]


def test_relationships_and_ids():
    document = spdx(BILL)
    ids = [one["SPDXID"] for one in document["packages"]]
    assert len(set(ids)) == 4
    assert all(one.startswith("SPDXRef-Package-") for one in ids)
    a, zlib, b, other = ids
    found = {
        (one["spdxElementId"], one["relationshipType"], one["relatedSpdxElement"])
        for one in document["relationships"]
    }
    assert found == {
        ("SPDXRef-DOCUMENT", "DESCRIBES", a),
        ("SPDXRef-DOCUMENT", "DESCRIBES", b),
        ("SPDXRef-DOCUMENT", "DESCRIBES", other),
        (a, "DEPENDS_ON", b),
        (a, "CONTAINS", zlib),
    }
    rooted = spdx(replace(BILL, root=Part(ref="root", name="app", kind="application")))
    assert rooted["relationships"][0]["relatedSpdxElement"] == "SPDXRef-Package-root"
    assert spdx(BILL) == spdx(BILL)
