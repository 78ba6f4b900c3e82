"""Bills of materials that a distribution carries within itself (PEP 770): CycloneDX and SPDX JSON.

They were written by others and are believed in nothing but names: each part is made anew of those fields
that are sound, under a ref of its own. Nothing that they name is opened or asked for.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bodega.formats.bill import Part, sound_url
from bodega.formats.errors import BodegaError
from bodega.formats.licenses import License, spdx_expression
from bodega.formats.osv import printable

MOST_PARTS = 20_000
_DEEPEST = 20
_KINDS = frozenset(
    {
        "application",
        "framework",
        "library",
        "container",
        "platform",
        "operating-system",
        "device",
        "device-driver",
        "firmware",
        "file",
        "machine-learning-model",
        "data",
        "cryptographic-asset",
    }
)
_PURL = re.compile(r"pkg:[A-Za-z][A-Za-z0-9.+-]*/[!-~]{1,1000}", re.ASCII)
#: Algorithms by the names of both standards, small and without dashes, and their digits.
_ALGORITHMS = {"md5": 32, "sha1": 40, "sha256": 64, "sha384": 96, "sha512": 128}
_HEXADECIMAL = re.compile("[0-9a-f]+", re.ASCII)


class InvalidInnerBillError(BodegaError):
    """A bill of materials inside a distribution cannot be read."""

    code = "E-INNER-BILL"

    def __init__(self, why: str) -> None:
        super().__init__("the bill of materials cannot be read", why=why)


@dataclass(slots=True)
class InnerBill:
    """The parts, and who needs whom by their new refs."""

    parts: tuple[Part, ...] = ()
    needs: dict[str, tuple[str, ...]] = field(default_factory=dict)


def read_inner_bill(data: bytes, namespace: str) -> InnerBill:
    """Read one document; every ref begins with ``namespace``. Raises InvalidInnerBillError."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InvalidInnerBillError(f"it is not JSON: {str(error)[:100]}") from None
    if isinstance(document, dict) and document.get("bomFormat") == "CycloneDX":
        return _CycloneDx(namespace).read(document)
    if isinstance(document, dict) and isinstance(document.get("spdxVersion"), str):
        return _Spdx(namespace).read(document)
    raise InvalidInnerBillError("it is neither CycloneDX nor SPDX 2 in JSON")


class _Reader:
    """Gives every part a ref of its own, and remembers which was meant."""

    def __init__(self, namespace: str) -> None:
        self._namespace = namespace
        self.refs: dict[str, str] = {}
        self._count = 0

    def ref(self, written: object) -> str:
        self._count += 1
        if self._count > MOST_PARTS:
            raise InvalidInnerBillError(f"it has more than {MOST_PARTS} parts")
        made = f"{self._namespace}#{self._count}"
        if isinstance(written, str):
            self.refs.setdefault(written, made)
        return made

    def needs(self, pairs: Iterator[tuple[object, object]]) -> dict[str, tuple[str, ...]]:
        found: dict[str, dict[str, None]] = {}
        for who, whom in pairs:
            one, other = self.refs.get(str(who)), self.refs.get(str(whom))
            if one is not None and other is not None and one != other:
                found.setdefault(one, {})[other] = None
        return {ref: tuple(others) for ref, others in found.items()}


class _CycloneDx(_Reader):
    def read(self, document: Mapping[str, Any]) -> InnerBill:
        parts = tuple(self._parts(document.get("components"), 0))
        return InnerBill(parts, self.needs(_dependencies(document)))

    def _parts(self, given: object, depth: int) -> Iterator[Part]:
        if depth > _DEEPEST:
            raise InvalidInnerBillError("its components are nested beyond reason")
        for one in _objects(given):
            name = _line(one.get("name"))
            if not name:
                continue
            kind = one.get("type")
            yield Part(
                ref=self.ref(one.get("bom-ref")),
                name=name,
                version=_line(one.get("version")),
                kind=kind if isinstance(kind, str) and kind in _KINDS else "library",
                purl=_purl(one.get("purl")),
                description=_line(one.get("description")),
                license=_license(one.get("licenses")),
                links=tuple(_links(one)),
                hashes=dict(
                    _hash(entry.get("alg"), entry.get("content"))
                    for entry in _hashes(one, "hashes", "alg", "content")
                ),
                inner=tuple(self._parts(one.get("components"), depth + 1)),
            )


class _Spdx(_Reader):
    def read(self, document: Mapping[str, Any]) -> InnerBill:
        return InnerBill(tuple(self._parts(document)), self.needs(_relationships(document)))

    def _parts(self, document: Mapping[str, Any]) -> Iterator[Part]:
        for one in _objects(document.get("packages")):
            name = _line(one.get("name"))
            if not name:
                continue
            declared = one.get("licenseDeclared")
            yield Part(
                ref=self.ref(one.get("SPDXID")),
                name=name,
                version=_line(one.get("versionInfo")),
                purl=next(filter(None, map(_purl, _locators(one))), ""),
                description=_line(one.get("summary")),
                license=_expression(declared) if declared not in ("NOASSERTION", "NONE") else _UNKNOWN,
                hashes=dict(
                    _hash(entry.get("algorithm"), entry.get("checksumValue"))
                    for entry in _hashes(one, "checksums", "algorithm", "checksumValue")
                ),
            )


_UNKNOWN = License(None, "nothing")


def _dependencies(document: Mapping[str, Any]) -> Iterator[tuple[object, object]]:
    for one in _objects(document.get("dependencies")):
        needed = one.get("dependsOn")
        yield from ((one.get("ref"), other) for other in (needed if isinstance(needed, list) else ()))


def _relationships(document: Mapping[str, Any]) -> Iterator[tuple[object, object]]:
    for one in _objects(document.get("relationships")):
        who, whom = one.get("spdxElementId"), one.get("relatedSpdxElement")
        kind = one.get("relationshipType")
        if kind in ("DEPENDS_ON", "CONTAINS"):
            yield who, whom
        elif kind in ("DEPENDENCY_OF", "CONTAINED_BY"):
            yield whom, who


def _locators(package: Mapping[str, Any]) -> Iterator[object]:
    for one in _objects(package.get("externalRefs")):
        if one.get("referenceType") == "purl":
            yield one.get("referenceLocator")


def _links(component: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for one in _objects(component.get("externalReferences")):
        url, kind = one.get("url"), one.get("type")
        if sound_url(url):
            yield ("vcs" if kind == "vcs" else "website" if kind == "website" else "other"), str(url)


def _license(given: object) -> License:
    for one in _objects(given):
        if isinstance(one.get("expression"), str):
            return _expression(one["expression"])
        inside = one.get("license")
        if isinstance(inside, dict):
            return _expression(inside.get("id") or inside.get("name"))
    return _UNKNOWN


def _expression(text: object) -> License:
    if not isinstance(text, str) or not text.strip():
        return _UNKNOWN
    return License(spdx_expression(text), "told", _line(text))


def _hashes(one: Mapping[str, Any], key: str, *names: str) -> Iterator[Mapping[str, Any]]:
    for entry in _objects(one.get(key)):
        if all(isinstance(entry.get(name), str) for name in names):
            algorithm, value = _hash(*(entry[name] for name in names))
            if len(value) == _ALGORITHMS.get(algorithm, -1) and _HEXADECIMAL.fullmatch(value):
                yield entry


def _hash(algorithm: Any, value: Any) -> tuple[str, str]:
    return str(algorithm).replace("-", "").lower(), str(value).lower()


def _purl(given: object) -> str:
    return given if isinstance(given, str) and _PURL.fullmatch(given) else ""


def _line(given: object) -> str:
    return printable(given) if isinstance(given, str) else ""


def _objects(given: object) -> Iterator[Mapping[str, Any]]:
    yield from (one for one in (given if isinstance(given, list) else ()) if isinstance(one, dict))
