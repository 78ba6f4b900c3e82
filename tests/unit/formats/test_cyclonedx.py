"""CycloneDX; that the documents are valid by the official schemas is shown in tests/peers/test_bills.py."""

from dataclasses import replace

from bodega.formats.bill import Bill, Part, PartFile, Person
from bodega.formats.cyclonedx import cyclonedx
from bodega.formats.licenses import License

PART = Part(
    ref="pkg:pypi/a@1",
    name="a",
    version="1",
    purl="pkg:pypi/a@1",
    license=License("MIT", "field", "MIT"),
    authors=(Person("Jane", "jane@example.org"), Person("", "not an address")),
    supplier=Person("Co"),
    links=(("vcs", "https://a.example"),),
    files=(
        PartFile(
            filename="a-1.whl", url="https://f.example/a-1.whl", hashes={"sha256": "a" * 64, "md5": "x"}
        ),
    ),
    hashes={"sha256": "a" * 64, "sha1": "short", "unheard-of": "0" * 64},
    properties=(("bodega:marker", "x"),),
    inner=(Part(ref="pkg:pypi/a@1#1", name="zlib", license=License(None, "told", "zlib, more or less")),),
)
BILL = Bill(
    name="lock",
    root=Part(ref="root", name="app", kind="application"),
    parts=(PART, Part(ref="pkg:pypi/b@1", name="b", is_optional=True)),
    needs={"root": ("pkg:pypi/a@1",), "pkg:pypi/a@1": ("pkg:pypi/b@1", "pkg:pypi/a@1")},
    time="2026-01-01T00:00:00Z",
    tool="bodega",
    tool_version="1",
)


def test_a_component_with_all_that_is_known():
    one, other = cyclonedx(BILL)["components"]
    assert one["licenses"] == [{"expression": "MIT", "acknowledgement": "declared"}]
    assert one["hashes"] == [{"alg": "SHA-256", "content": "a" * 64}], "what is no digest is left out"
    assert one["authors"] == [{"name": "Jane", "email": "jane@example.org"}, {"name": "not an address"}]
    assert one["supplier"] == {"name": "Co"}
    assert [reference["type"] for reference in one["externalReferences"]] == ["vcs", "distribution"]
    assert {"name": "bodega:license-origin", "value": "field"} in one["properties"]
    (inner,) = one["components"]
    assert inner["licenses"] == [{"license": {"name": "zlib, more or less", "acknowledgement": "declared"}}]
    assert (one["scope"], other["scope"]) == ("required", "optional")


def test_every_ref_has_its_place_in_the_graph():
    document = cyclonedx(BILL)
    assert document["metadata"]["component"]["name"] == "app"
    assert document["dependencies"] == [
        {"ref": "root", "dependsOn": ["pkg:pypi/a@1"]},
        {"ref": "pkg:pypi/a@1", "dependsOn": ["pkg:pypi/b@1"]},
        {"ref": "pkg:pypi/a@1#1"},
        {"ref": "pkg:pypi/b@1"},
    ]


def test_the_serial_number_comes_from_the_content():
    assert cyclonedx(BILL) == cyclonedx(BILL)
    other = cyclonedx(replace(BILL, parts=BILL.parts[:1]))
    assert other["serialNumber"] != cyclonedx(BILL)["serialNumber"]
    assert cyclonedx(BILL, "1.7")["specVersion"] == "1.7"
