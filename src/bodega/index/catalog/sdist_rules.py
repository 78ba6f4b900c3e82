"""What an index asks of a new source distribution beyond safety (PEP 625, 517, 621)."""

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from bodega.content.sdist_archive import SdistArchive
from bodega.formats.names import normalize
from bodega.formats.versions import parse_version
from bodega.index.catalog.errors import ArchiveFault, MetadataFault
from bodega.index.catalog.upload_filename import NamedFile
from bodega.index.catalog.upload_rules import UploadRules


def sdist_faults(
    archive: SdistArchive, named: NamedFile, rules: UploadRules
) -> Iterator[ArchiveFault | MetadataFault]:
    """Every rule that a safe source distribution breaks."""
    name, _, version = archive.folder.rpartition("-")
    if normalize(name) != named.name or parse_version(version) != named.version:
        yield ArchiveFault(f"the folder in it, {archive.folder[:80]!r}, is that of another release")
    if archive.pyproject is not None and rules.is_new:
        yield from _pyproject_faults(archive.pyproject, named)


def _pyproject_faults(text: bytes, named: NamedFile) -> Iterator[ArchiveFault | MetadataFault]:
    try:
        document = tomllib.loads(text.decode())
    except (ValueError, RecursionError):
        yield ArchiveFault("its pyproject.toml cannot be read, so it cannot be built")
        return
    project, build = _table(document, "project"), _table(document, "build-system")
    name, version = project.get("name"), project.get("version")
    if isinstance(name, str) and normalize(name) != named.name:
        yield MetadataFault(f"its pyproject.toml is that of {name[:80]!r}")
    if isinstance(version, str) and parse_version(version) != named.version:
        yield MetadataFault(f"its pyproject.toml is that of version {version[:80]!r}")
    paths = build.get("backend-path", [])
    for path in paths if isinstance(paths, list) else [""]:
        if not isinstance(path, str) or _leads_out(path):
            yield ArchiveFault(f"its backend-path {str(path)[:80]!r} is not a path inside it (PEP 517)")


def _table(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = document.get(name)
    return found if isinstance(found, dict) else {}


def _leads_out(path: str) -> bool:
    parts = path.replace("\\", "/").split("/")
    return not path or path.startswith(("/", "\\")) or path[1:2] == ":" or ".." in parts
