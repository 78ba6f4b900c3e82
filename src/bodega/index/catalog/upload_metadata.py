"""The core metadata of an upload, checked strictly (core metadata 1.0 to 2.6)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from packaging.metadata import InvalidMetadata, Metadata, RawMetadata, parse_email

from bodega.formats.names import normalize
from bodega.index.catalog.errors import ClassifierFault, MetadataFault
from bodega.index.catalog.faults import Faults
from bodega.index.catalog.metadata_limits import limit_faults
from bodega.index.catalog.metadata_urls import requirement_faults, url_faults
from bodega.index.catalog.upload_rules import UploadRules

#: The versions that are taken: a list, because the next one may mean something else.
METADATA_VERSIONS = ("1.0", "1.1", "1.2", "2.0", "2.1", "2.2", "2.3", "2.4", "2.5", "2.6")
#: From here on a License-File is a path in the file (PEP 639); before, tools wrote what they liked.
_WITH_LICENSE_FILES = METADATA_VERSIONS[METADATA_VERSIONS.index("2.4") :]
#: Never a standard; tools wrote it for years all the same, and meant this.
_MEANT = {"2.0": "2.1"}
#: What installing depends on, and all that is judged of files that exist long since.
_ESSENTIAL = ("name", "version", "requires_python", "requires_dist", "provides_extra")
_LONGEST_SUMMARY = 512
_FIELDS = frozenset(
    [
        "author",
        "author-email",
        "classifier",
        "description",
        "description-content-type",
        "download-url",
        "dynamic",
        "home-page",
        "import-name",
        "import-namespace",
        "keywords",
        "license",
        "license-expression",
        "license-file",
        "maintainer",
        "maintainer-email",
        "metadata-version",
        "name",
        "obsoletes",
        "obsoletes-dist",
        "platform",
        "project-url",
        "provides",
        "provides-dist",
        "provides-extra",
        "requires",
        "requires-dist",
        "requires-external",
        "requires-python",
        "summary",
        "supported-platform",
        "version",
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadMetadata:
    """What is kept of a file's metadata or compared with it, as it stands in the file.

    ``needs`` are the normalized names of projects. ``license_files`` are paths that must be in the file.
    """

    name: str
    version: str
    requires_python: str | None = None
    summary: str | None = None
    license_expression: str | None = None
    needs: frozenset[str] = frozenset()
    license_files: tuple[str, ...] = ()


def read_upload_metadata(document: bytes, faults: Faults, rules: UploadRules) -> UploadMetadata | None:
    """Read a document; what is wrong with it is added to ``faults``, each field on its own.

    ``None`` where it does not even say what it is of.
    """
    limits = list(limit_faults(document))
    if limits:
        faults.take(limits)
        return None
    raw, unparsed = parse_email(document)
    known = sorted(_FIELDS.intersection(unparsed))
    faults.take(MetadataFault(f"{field}: it is there more than once, or is not UTF-8") for field in known)
    if not raw.get("name") or not raw.get("version"):
        faults.add(MetadataFault("the metadata does not give one Name and one Version"))
        return None
    license_files = tuple(raw.get("license_files", ()))
    faults.take(_path_faults(license_files))
    if not rules.is_new or raw.get("metadata_version") not in _WITH_LICENSE_FILES:
        raw.pop("license_files", None)
        license_files = ()
    valid = _validated(raw, faults, rules)
    faults.take(_own_faults(raw, valid, rules) if rules.is_new else ())
    return UploadMetadata(
        name=raw["name"],
        version=raw["version"],
        requires_python=_requires_python(valid),
        summary=raw.get("summary"),
        license_expression=raw.get("license_expression"),
        needs=frozenset(str(normalize(need.name)) for need in (valid.requires_dist if valid else None) or ()),
        license_files=license_files,
    )


def _validated(raw: RawMetadata, faults: Faults, rules: UploadRules) -> Metadata | None:
    version = raw.get("metadata_version") or ""
    if version not in METADATA_VERSIONS:
        # Nothing else of it can be judged: fields mean what their version says.
        known = f"known are {', '.join(METADATA_VERSIONS)}"
        faults.add(MetadataFault(f"metadata-version: {version[:20]!r} is not known", why=known))
        return None
    try:
        return Metadata.from_raw(_judged(raw, version, rules), validate=True)
    except ExceptionGroup as group:
        faults.take(_fault(error) for error in group.exceptions)
        return None


def _judged(raw: RawMetadata, version: str, rules: UploadRules) -> RawMetadata:
    if rules.is_new:
        return {**raw, "metadata_version": _MEANT.get(version, version)}
    # Old tools wrote fields before their time, and UNKNOWN where they knew nothing.
    kept = {field: value for field, value in raw.items() if field in _ESSENTIAL}
    return cast("RawMetadata", {**kept, "metadata_version": METADATA_VERSIONS[-1]})


def _fault(error: Exception) -> MetadataFault:
    field = f"{error.field}: " if isinstance(error, InvalidMetadata) else ""
    return MetadataFault(f"{field}{' '.join(str(error).split())[:300]}")


def _own_faults(
    raw: RawMetadata, valid: Metadata | None, rules: UploadRules
) -> Iterator[MetadataFault | ClassifierFault]:
    summary = raw.get("summary") or ""
    if len(summary) > _LONGEST_SUMMARY:
        yield MetadataFault(f"summary: it is longer than {_LONGEST_SUMMARY} characters")
    single = {"home-page": raw.get("home_page"), "download-url": raw.get("download_url")}
    yield from url_faults(raw.get("project_urls", {}), single)
    if valid is not None:
        yield from requirement_faults(valid.requires_dist or [])
    if rules.classifiers is not None:
        for text in raw.get("classifiers", ()):
            # Nobody can make one of these known: that is what they are for.
            if text not in rules.classifiers and not text.startswith("Private ::"):
                yield ClassifierFault(f"classifier: {text[:120]!r} is not one of the known")


def _path_faults(license_files: tuple[str, ...]) -> Iterator[MetadataFault]:
    for path in license_files:
        if path.startswith("/") or "\\" in path or ":" in path or ".." in path.split("/"):
            yield MetadataFault(f"license-file: {path[:120]!r} leads out of the file")


def _requires_python(valid: Metadata | None) -> str | None:
    return str(valid.requires_python) if valid is not None and valid.requires_python else None
