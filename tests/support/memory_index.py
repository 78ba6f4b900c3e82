"""A small index in memory, written as a table, and a target to resolve for."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from bodega.adapters.memory.index_reader import MemoryIndexReader
from bodega.formats.names import NormalizedName
from bodega.formats.requirements import parse_requirement
from bodega.formats.targets import Target
from bodega.installer.building.never import NeverBuilds
from bodega.installer.locking.ports import Asked, Prepared, Reference
from bodega.installer.locking.resolve import Materials, Resolver, ResolveRequest
from bodega.simple_api.pages import ProjectFile, ProjectPage

TARGET = Target(
    python="3.11.7",
    markers={
        "implementation_name": "cpython",
        "implementation_version": "3.11.7",
        "os_name": "posix",
        "platform_machine": "x86_64",
        "platform_python_implementation": "CPython",
        "platform_release": "6.1",
        "platform_system": "Linux",
        "platform_version": "1",
        "python_full_version": "3.11.7",
        "python_version": "3.11",
        "sys_platform": "linux",
    },
    tags=("cp311-cp311-manylinux_2_17_x86_64", "cp311-cp311-linux_x86_64", "py3-none-any"),
)


class MemoryCache:
    """Implements ``locking.candidates.ComputedCache``."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        return self.kept.get(key)

    def keep(self, key: str, data: bytes) -> None:
        self.kept[key] = data


def wheel(name: str, version: str, tags: str = "py3-none-any", **fields: object) -> ProjectFile:
    filename = f"{name.replace('-', '_')}-{version}-{tags}.whl"
    return file(filename, **fields)


def file(filename: str, **fields: object) -> ProjectFile:
    defaults: dict[str, object] = {
        "url": f"https://files.example.org/{filename}",
        "hashes": {"sha256": hashlib.sha256(filename.encode()).hexdigest()},
        "size": 1000,
        "upload_time": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    }
    return ProjectFile(filename=filename, **{**defaults, **fields})  # type: ignore[arg-type]


def page(name: str, *files: ProjectFile, **fields: object) -> ProjectPage:
    return ProjectPage(name=NormalizedName(name), files=files, **fields)  # type: ignore[arg-type]


def metadata(name: str, version: str, requires: Sequence[str] = (), extra_lines: str = "") -> bytes:
    needs = "".join(f"Requires-Dist: {text}\n" for text in requires)
    return f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{needs}{extra_lines}\n".encode()


def index(table: Mapping[str, Mapping[str, Sequence[str]]]) -> MemoryIndexReader:
    """Pure wheels by project and version, each with what it requires."""
    pages = {
        name: page(name, *(wheel(name, version) for version in versions)) for name, versions in table.items()
    }
    documents = {
        wheel(name, version).filename: metadata(name, version, requires)
        for name, versions in table.items()
        for version, requires in versions.items()
    }
    return MemoryIndexReader(pages, documents)


def asked(*texts: str) -> tuple[Asked, ...]:
    return tuple(Asked(parse_requirement(text), "the command line") for text in texts)


class MemoryReferences:
    """Implements ``locking.ports.References``: wheels by URL, each a name, a version and what it requires."""

    def __init__(self, wheels: Mapping[str, tuple[str, str, Sequence[str]]]) -> None:
        self._wheels = wheels
        self.prepared: list[str] = []

    def prepare(self, reference: Reference) -> Prepared:
        name, version, requires = self._wheels[reference.url]
        self.prepared.append(reference.url)
        return Prepared(
            name=NormalizedName(name),
            version=version,
            metadata=metadata(name, version, requires),
            filename=f"{name}-{version}-py3-none-any.whl",
            url=reference.url,
            direct_url={"url": reference.url, "archive_info": {}},
            hashes={"sha256": hashlib.sha256(reference.url.encode()).hexdigest()},
        )


def resolve(
    reader: MemoryIndexReader,
    *texts: str,
    cache: MemoryCache | None = None,
    by_url: MemoryReferences | None = None,
    **options: object,
):
    materials = Materials(
        reader=reader,
        computed=cache or MemoryCache(),
        builder=NeverBuilds(),
        references=by_url or MemoryReferences({}),
    )
    resolver = Resolver(materials, TARGET)
    return resolver.resolve(ResolveRequest(requirements=asked(*texts), **options))  # type: ignore[arg-type]


def versions(resolution) -> dict[str, str]:
    return {pin.name: pin.version for pin in resolution.pins}
