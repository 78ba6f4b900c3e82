"""A bill of materials as CycloneDX JSON, 1.6 and 1.7 (ECMA-424)."""

import hashlib
import json
import re
from collections.abc import Iterable
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from bodega.formats.bill import Bill, Part, PartFile, Person
from bodega.formats.licenses import License

VERSIONS = ("1.6", "1.7")
#: Algorithms by our name: CycloneDX's, and how many hexadecimal digits there are.
_ALGORITHMS = {
    "md5": ("MD5", 32),
    "sha1": ("SHA-1", 40),
    "sha256": ("SHA-256", 64),
    "sha384": ("SHA-384", 96),
    "sha512": ("SHA-512", 128),
    "sha3_256": ("SHA3-256", 64),
    "sha3_384": ("SHA3-384", 96),
    "sha3_512": ("SHA3-512", 128),
    "blake2b_256": ("BLAKE2b-256", 64),
}
_HEXADECIMAL = re.compile("[0-9a-f]+", re.ASCII)
_EMAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", re.ASCII)


def cyclonedx(bill: Bill, version: str = "1.6") -> dict[str, Any]:
    """The document. Its serial number comes from its content, so the same bill has the same."""
    metadata: dict[str, Any] = {
        "timestamp": bill.time,
        "tools": {"components": [{"type": "application", "name": bill.tool, "version": bill.tool_version}]},
    }
    if bill.root is not None:
        metadata["component"] = _component(bill.root)
    content = {
        "metadata": metadata,
        "components": [_component(one) for one in bill.parts],
        "dependencies": _dependencies(bill),
    }
    return {
        "$schema": f"http://cyclonedx.org/schema/bom-{version}.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": version,
        "serialNumber": f"urn:uuid:{serial(content)}",
        "version": 1,
        **content,
    }


def serial(content: object) -> str:
    """A UUID that content alone decides."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return str(uuid5(NAMESPACE_URL, hashlib.sha256(text.encode()).hexdigest()))


def _component(one: Part) -> dict[str, Any]:
    component: dict[str, Any] = {"type": one.kind, "bom-ref": one.ref}
    if one.supplier is not None:
        component["supplier"] = {"name": one.supplier.name or one.supplier.email}
    if one.authors:
        component["authors"] = [_contact(author) for author in one.authors]
    component["name"] = one.name
    if one.version:
        component["version"] = one.version
    if one.description:
        component["description"] = one.description
    component["scope"] = "optional" if one.is_optional else "required"
    fields = {
        "hashes": _hashes(one.hashes.items()),
        "licenses": _licenses(one.license),
        "purl": one.purl,
        "externalReferences": [*_links(one), *(_file(file) for file in one.files if file.url)],
        "components": [_component(inner) for inner in one.inner],
        "properties": [{"name": name, "value": value} for name, value in _properties(one)],
    }
    return {**component, **{key: value for key, value in fields.items() if value}}


def _contact(person: Person) -> dict[str, str]:
    contact = {"name": person.name} if person.name else {}
    if _EMAIL.fullmatch(person.email):
        contact["email"] = person.email
    return contact or {"name": person.email}


def _licenses(given: License) -> list[dict[str, Any]]:
    declared = "declared"
    if given.expression is not None:
        return [{"expression": given.expression, "acknowledgement": declared}]
    return [{"license": {"name": given.text, "acknowledgement": declared}}] if given.text else []


def _hashes(given: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    found = []
    for algorithm, value in sorted(given):
        name, digits = _ALGORITHMS.get(algorithm, ("", 0))
        if len(value) == digits and _HEXADECIMAL.fullmatch(value):
            found.append({"alg": name, "content": value})
    return found


def _links(one: Part) -> list[dict[str, Any]]:
    return [{"type": kind, "url": url} for kind, url in one.links]


def _file(file: PartFile) -> dict[str, Any]:
    reference: dict[str, Any] = {"type": "distribution", "url": file.url, "comment": file.filename}
    hashes = _hashes(file.hashes.items())
    return {**reference, "hashes": hashes} if hashes else reference


def _properties(one: Part) -> list[tuple[str, str]]:
    guess = [("bodega:license-origin", one.license.origin)] if one.license.is_guessed else []
    return sorted([*one.properties, *guess])


def _dependencies(bill: Bill) -> list[dict[str, Any]]:
    refs = [one.ref for one in bill.every()]
    if bill.root is not None:
        refs.insert(0, bill.root.ref)
    return [_dependency(ref, bill.needs.get(ref, ())) for ref in refs]


def _dependency(ref: str, needs: Iterable[str]) -> dict[str, Any]:
    found = sorted(set(needs) - {ref})
    return {"ref": ref, "dependsOn": found} if found else {"ref": ref}
