"""Sbom: what a lock or an environment is composed of, as a bill of materials."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bodega import __version__
from bodega.formats.bill import Bill, Part, PartFile, described, package_url
from bodega.formats.inner_bills import InvalidInnerBillError, read_inner_bill
from bodega.formats.names import NormalizedName
from bodega.installer.auditing.components import Component, Composition
from bodega.installer.auditing.described import Described, Shelf, describe
from bodega.installer.auditing.info_folder import InfoFolder

#: Where a distribution carries bills of its own (PEP 770).
_INNER = "sboms/"
_SOURCE_PLACES = frozenset({"extras", "dependency_groups"})


@dataclass(frozen=True, slots=True)
class Root:
    """The project that all else are parts of."""

    name: str
    version: str = ""
    description: str = ""
    license: str = ""


@dataclass(frozen=True, slots=True)
class MadeBill:
    """The bill, and remarks worth reading."""

    bill: Bill
    remarks: tuple[str, ...]


def bill_of(composition: Composition, shelf: Shelf, *, root: Root | None, time: str) -> MadeBill:
    """The bill of every component; raises nothing of what cannot be learnt of one, but remarks on it."""
    found = describe(composition.components, shelf)
    remarks = [f"little is known of {_title(one.component)}: {one.why}" for one in found if one.why]
    refs = _refs(composition.components)
    needs = _needs(composition.components, refs)
    parts = []
    for one, ref in zip(found, refs, strict=True):
        part, inner_needs = _with_inner(_part(one, ref), one.info, remarks)
        needs.update(inner_needs)
        parts.append(part)
    top = None
    if root is not None:
        top = _root_part(root, set(refs))
        asked = (ref for one, ref in zip(composition.components, refs, strict=True) if one.requested)
        needs[top.ref] = tuple(asked)
    bill = Bill(
        name=root.name if root is not None else composition.place,
        root=top,
        parts=tuple(parts),
        needs=needs,
        time=time,
        tool="bodega",
        tool_version=__version__,
    )
    return MadeBill(bill, tuple(remarks))


def _refs(components: Sequence[Component]) -> list[str]:
    """A ref for each, its package URL where that is its alone."""
    refs: list[str] = []
    for one in components:
        purl = package_url(one.name, one.version, one.origin)
        ref, number = purl, 1
        while ref in refs:
            number += 1
            ref = f"{purl}#{number}"
        refs.append(ref)
    return refs


def _needs(components: Sequence[Component], refs: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Who needs whom; in a lock for many environments each of a project's versions."""
    by_name: dict[NormalizedName, list[str]] = {}
    for one, ref in zip(components, refs, strict=True):
        by_name.setdefault(one.name, []).append(ref)
    return {
        ref: tuple(other for name in one.needs for other in by_name.get(name, ()))
        for one, ref in zip(components, refs, strict=True)
    }


def _part(one: Described, ref: str) -> Part:
    here = one.component
    alone = here.files[0].hashes if len(here.files) == 1 else {}
    properties = [("bodega:marker", here.marker or ""), ("bodega:index", here.index or "")]
    properties.append(("bodega:requested", "true" if here.requested else ""))
    return Part(
        ref=ref,
        name=here.name,
        version=here.version,
        purl=package_url(here.name, here.version, here.origin),
        files=tuple(
            PartFile(filename=file.filename, url=file.url, hashes=file.hashes) for file in here.files
        ),
        hashes=alone,
        properties=tuple((name, value) for name, value in properties if value),
        is_optional=here.marker is not None and any(word in here.marker for word in _SOURCE_PLACES),
        **described(one.metadata),
    )


def _root_part(root: Root, taken: set[str]) -> Part:
    ref = f"root:{root.name}"
    while ref in taken:  # pragma: no cover - no package URL begins so
        ref += "#"
    fields = {"summary": root.description, "license_expression": root.license}
    return Part(ref=ref, name=root.name, version=root.version, kind="application", **described(fields))


def _with_inner(
    part: Part, info: InfoFolder | None, remarks: list[str]
) -> tuple[Part, Mapping[str, tuple[str, ...]]]:
    """The part with what its own bills name (PEP 770), their refs below its own."""
    inner: list[Part] = []
    needs: dict[str, tuple[str, ...]] = {}
    for name, data in _inner_files(info):
        try:
            found = read_inner_bill(data, f"{part.ref}#{name}")
        except InvalidInnerBillError as error:
            remarks.append(f"{name[:100]!r} of {part.name} {part.version} is left out: {error.why}")
            continue
        inner += found.parts
        needs |= found.needs
    return (replace(part, inner=tuple(inner)) if inner else part), needs


def _inner_files(info: InfoFolder | None) -> Iterator[tuple[str, bytes]]:
    for name in info.names() if info is not None else ():
        if name.startswith(_INNER):
            data = info.read(name) if info is not None else None
            yield name, data if data is not None else b""


def _title(component: Component) -> str:
    return f"{component.name} {component.version}".rstrip()
