"""A bill of materials as SPDX JSON, 2.3 (ISO/IEC 5962)."""

import re
from collections.abc import Iterable
from typing import Any

from bodega.formats.bill import Bill, Part, PartFile, Person
from bodega.formats.cyclonedx import serial
from bodega.formats.licenses import License, reference

VERSIONS = ("2.3",)
_NOTHING = "NOASSERTION"
_ALGORITHMS = {
    "md5": ("MD5", 32),
    "sha1": ("SHA1", 40),
    "sha256": ("SHA256", 64),
    "sha384": ("SHA384", 96),
    "sha512": ("SHA512", 128),
    "sha3_256": ("SHA3-256", 64),
    "sha3_384": ("SHA3-384", 96),
    "sha3_512": ("SHA3-512", 128),
    "blake2b_256": ("BLAKE2b-256", 64),
}
_NOT_IN_ID = re.compile(r"[^A-Za-z0-9.-]+")
_REFERENCE = re.compile(r"LicenseRef-[A-Za-z0-9.-]+")
_PURPOSES = {"application": "APPLICATION", "framework": "FRAMEWORK", "file": "FILE"}


def spdx(bill: Bill) -> dict[str, Any]:
    """The document. Its namespace comes from its content, so the same bill has the same."""
    writer = _Writer(bill)
    content = {
        "creationInfo": {"created": bill.time, "creators": [f"Tool: {bill.tool}-{bill.tool_version}"]},
        "packages": writer.parts(),
        "relationships": writer.relationships(),
        "hasExtractedLicensingInfos": writer.licenses(),
    }
    return {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": bill.name,
        "documentNamespace": f"urn:uuid:{serial(content)}",
        **{key: value for key, value in content.items() if value},
    }


class _Writer:
    """Writes one bill; every part has an id of its own."""

    def __init__(self, bill: Bill) -> None:
        self._bill = bill
        self._parts = [*([bill.root] if bill.root is not None else ()), *bill.every()]
        self._ids: dict[str, str] = {}
        self._extracted: dict[str, str] = {}
        taken: set[str] = set()
        for one in self._parts:
            text = _NOT_IN_ID.sub("-", one.ref.removeprefix("pkg:pypi/"))[:200]
            name, number = f"SPDXRef-Package-{text}", 1
            while name in taken:
                number += 1
                name = f"SPDXRef-Package-{text}-{number}"
            taken.add(name)
            self._ids[one.ref] = name

    def parts(self) -> list[dict[str, Any]]:
        return [self._package(one) for one in self._parts]

    def relationships(self) -> list[dict[str, str]]:
        """What the document is about, who needs whom, and who carries what."""
        found: list[tuple[str, str, str]] = []
        about = [self._bill.root] if self._bill.root is not None else self._bill.parts
        found += (("SPDXRef-DOCUMENT", "DESCRIBES", self._ids[one.ref]) for one in about)
        for one in self._parts:
            here = self._ids[one.ref]
            needs = sorted(set(self._bill.needs.get(one.ref, ())) - {one.ref})
            found += ((here, "DEPENDS_ON", self._ids[ref]) for ref in needs)
            found += ((here, "CONTAINS", self._ids[inner.ref]) for inner in one.inner)
        return [
            {"spdxElementId": subject, "relationshipType": kind, "relatedSpdxElement": to}
            for subject, kind, to in found
        ]

    def licenses(self) -> list[dict[str, str]]:
        return [
            {"licenseId": name, "extractedText": text, "name": name.removeprefix("LicenseRef-")}
            for name, text in sorted(self._extracted.items())
        ]

    def _package(self, one: Part) -> dict[str, Any]:
        package: dict[str, Any] = {"name": one.name, "SPDXID": self._ids[one.ref]}
        if one.version:
            package["versionInfo"] = one.version
        package |= {
            "primaryPackagePurpose": _PURPOSES.get(one.kind, "LIBRARY"),
            "supplier": _person(one.supplier),
            "originator": _person(one.authors[0] if one.authors else None),
            "downloadLocation": one.files[0].url if one.files and one.files[0].url else _NOTHING,
            "filesAnalyzed": False,
            "licenseConcluded": _NOTHING,
            "licenseDeclared": self._declared(one.license),
            "copyrightText": _NOTHING,
        }
        website = next((url for kind, url in one.links if kind == "website"), "")
        fields = {
            "homepage": website,
            "summary": one.description,
            "checksums": _checksums(one.hashes.items()),
            "externalRefs": _references(one),
            "comment": "; ".join(f"{name}: {value}" for name, value in sorted(one.properties)),
        }
        return {**package, **{key: value for key, value in fields.items() if value}}

    def _declared(self, given: License) -> str:
        """The expression; each reference in it needs a text to refer to."""
        if given.expression is None and not given.text:
            return _NOTHING
        expression = given.expression or reference(given.text)
        for name in _REFERENCE.findall(expression):
            self._extracted.setdefault(name, given.text or name)
        return expression


def _person(person: Person | None) -> str:
    if person is None:
        return _NOTHING
    name = person.name.replace("(", "[").replace(")", "]") or person.email
    return f"Person: {name} ({person.email})" if person.email else f"Person: {name}"


def _checksums(given: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [
        {"algorithm": name, "checksumValue": value}
        for algorithm, value in sorted(given)
        for name, digits in (_ALGORITHMS.get(algorithm, ("", 0)),)
        if len(value) == digits
    ]


def _references(one: Part) -> list[dict[str, str]]:
    found = []
    if one.purl:
        found.append(_reference("PACKAGE-MANAGER", "purl", one.purl))
    found += (_file(file) for file in one.files if file.url)
    return found


def _file(file: PartFile) -> dict[str, str]:
    hashes = ", ".join(f"{algorithm}:{value}" for algorithm, value in sorted(file.hashes.items()))
    return {**_reference("OTHER", "distribution", file.url), "comment": hashes or file.filename}


def _reference(category: str, kind: str, locator: str) -> dict[str, str]:
    return {"referenceCategory": category, "referenceType": kind, "referenceLocator": locator}
