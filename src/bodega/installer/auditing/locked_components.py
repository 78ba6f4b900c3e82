"""The components of a lock (PEP 751): every one of them, whatever environment it is for."""

from typing import TYPE_CHECKING

from bodega.formats.direct_url import without_credentials
from bodega.formats.names import NormalizedName, normalize
from bodega.installer.auditing.components import Component, ComponentFile, Composition, with_roots
from bodega.installer.locking.lock_file import lock_document_of

if TYPE_CHECKING:
    from packaging.pylock import Package, PackageArchive, PackageSdist, PackageWheel


def locked_components(path: str) -> Composition:
    """Read a lock; raises LockError. Nothing that it names is fetched or looked for."""
    from packaging.pylock import Pylock  # noqa: PLC0415 - dear to import

    document = lock_document_of(path)
    ours = document.get("tool", {}).get("bodega", {})
    texts = ours.get("requirements") if isinstance(ours, dict) else None
    asked = tuple(one for one in texts if isinstance(one, str)) if isinstance(texts, list) else None
    requested = _names(asked or ())
    components = [
        _component(one, requested) for one in Pylock.from_dict({**document, "lock-version": "1.0"}).packages
    ]
    components.sort(key=lambda one: (one.name, one.version, one.marker or ""))
    return Composition(place=path, components=with_roots(components), asked=asked)


def _names(texts: tuple[str, ...]) -> frozenset[NormalizedName]:
    from contextlib import suppress  # noqa: PLC0415

    from bodega.formats.requirements import InvalidRequirementError, parse_requirement  # noqa: PLC0415

    names = set()
    for text in texts:
        # A path or URL by itself names no project.
        with suppress(InvalidRequirementError):
            names.add(parse_requirement(text).name)
    return frozenset(names)


def _component(entry: "Package", requested: frozenset[NormalizedName]) -> Component:
    name = NormalizedName(entry.name)
    needs = {normalize(one["name"]) for one in entry.dependencies or () if isinstance(one.get("name"), str)}
    return Component(
        name=name,
        version=str(entry.version) if entry.version is not None else "",
        needs=tuple(sorted(needs)),
        requested=name in requested,
        marker=str(entry.marker) if entry.marker is not None else None,
        index=without_credentials(entry.index) if entry.index else None,
        origin=_origin(entry),
        files=_files(entry),
    )


def _origin(entry: "Package") -> str | None:
    if entry.vcs is not None:
        place = without_credentials(entry.vcs.url or "") or entry.vcs.path or ""
        return f"{entry.vcs.type}+{place}@{entry.vcs.commit_id}"
    if entry.directory is not None:
        return entry.directory.path
    if entry.archive is not None:
        return without_credentials(entry.archive.url or "") or entry.archive.path
    return None


def _files(entry: "Package") -> tuple[ComponentFile, ...]:
    given: list[PackageWheel | PackageSdist | PackageArchive] = [*(entry.wheels or ())]
    given += [one for one in (entry.sdist, entry.archive) if one is not None]
    return tuple(
        ComponentFile(
            filename=_filename(one),
            url=without_credentials(one.url) if one.url else "",
            hashes={algorithm.lower(): value.lower() for algorithm, value in one.hashes.items()},
            size=one.size,
        )
        for one in given
    )


def _filename(file: "PackageWheel | PackageSdist | PackageArchive") -> str:
    """Its last part alone: a name from a lock never leads anywhere."""
    from urllib.parse import unquote, urlsplit  # noqa: PLC0415

    given = getattr(file, "name", None) or file.path or unquote(urlsplit(file.url or "").path)
    return str(given).replace("\\", "/").rpartition("/")[2]
