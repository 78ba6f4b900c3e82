"""What an index tells of a wheel or an sdist, read from the file itself (core metadata, PEP 427, 625)."""

import hashlib
from dataclasses import dataclass

from bodega.content.sdist_archive import read_sdist
from bodega.content.wheel_archive import read_metadata
from bodega.formats.digests import sha256_of
from bodega.formats.errors import BodegaError
from bodega.formats.filenames import sdist_version
from bodega.formats.metadata import parse_metadata
from bodega.formats.names import normalize, project_name
from bodega.formats.versions import parse_version

_PIECE = 1 << 20


class DistributionNameError(BodegaError):
    """A file's name and what stands in it speak of different releases, or of none."""

    code = "E-DISTRIBUTION-NAME"

    def __init__(self, filename: str, why: str) -> None:
        super().__init__(f"{filename[:200]} is not what its name says", why=why)
        self.filename = filename


@dataclass(frozen=True, slots=True, kw_only=True)
class DistributionFacts:
    """``name`` is as its owner typed it; ``metadata_sha256`` is that of a wheel's core metadata."""

    name: str
    version: str
    sha256: str
    requires_python: str | None
    metadata_sha256: str | None


def read_facts(path: str, filename: str, size: int) -> DistributionFacts:
    """Read a file of that name and length in bytes.

    Raises WheelError, SdistError, InvalidMetadataError, InvalidProjectNameError, DistributionNameError,
    OSError. Of a wheel the directory and the metadata are read; who installs it checks every byte.
    """
    is_wheel = filename.endswith(".whl")
    document = read_metadata(path, filename) if is_wheel else read_sdist(path, filename, size).pkg_info
    metadata = parse_metadata(document)
    name = project_name(metadata.name)
    version = parse_version(metadata.version)
    if version is None:
        raise DistributionNameError(filename, f"its version is {metadata.version[:80]!r} (PEP 440)")
    if not is_wheel:
        named = sdist_version(filename, normalize(metadata.name))
        if named is None or parse_version(named) != version:
            raise DistributionNameError(filename, f"its metadata is that of {name} {metadata.version[:80]}")
    return DistributionFacts(
        name=name.typed,
        version=str(version),
        sha256=_sha256(path),
        requires_python=metadata.requires_python,
        metadata_sha256=sha256_of(document).value if is_wheel else None,
    )


def _sha256(path: str) -> str:
    hasher = hashlib.sha256()
    with open(path, "rb", buffering=0) as file:
        while piece := file.read(_PIECE):
            hasher.update(piece)
    return hasher.hexdigest()
