"""A file on its way to an index: checked, hashed, and with the fields of the upload form."""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bodega.content.distribution_facts import DistributionNameError
from bodega.content.sdist_archive import read_sdist
from bodega.content.wheel_archive import open_wheel
from bodega.content.wheel_record import verify_wheel
from bodega.formats.attestations import InvalidAttestationError
from bodega.formats.filenames import sdist_version, wheel_parts
from bodega.formats.names import normalize
from bodega.formats.raw_metadata import read_raw_metadata
from bodega.formats.versions import parse_version
from bodega.installer.publishing.errors import NotADistributionError

_PIECE = 1 << 20
_ATTESTATION = ".publish.attestation"
#: Metadata fields whose name in the form is another one.
_RENAMED = {
    "platforms": "platform",
    "supported_platforms": "supported_platform",
    "license_files": "license_file",
    "import_names": "import_name",
    "import_namespaces": "import_namespace",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """``fields`` are those of the upload form, in order, some of them several times."""

    path: str
    filename: str
    size: int
    sha256: str
    name: str
    version: str
    fields: tuple[tuple[str, str], ...]


def prepare(path: str) -> Outgoing:
    """Check a wheel or an sdist as an index will, and make its form.

    Every byte is read: RECORD must be true, and the metadata that of the file's name. Raises
    NotADistributionError, WheelError, SdistError, DistributionNameError, InvalidAttestationError.
    """
    filename = os.path.basename(path)
    try:
        size = os.path.getsize(path)
    except OSError as error:
        raise NotADistributionError(path, (error.strerror or str(error)).lower()) from error
    document, pyversion = _examined(path, filename, size)
    metadata = read_raw_metadata(document)
    name, version = str(metadata.get("name", "")), str(metadata.get("version", ""))
    _check_names(filename, name, version)
    digests = _digests(path)
    fields = (
        (":action", "file_upload"),
        ("protocol_version", "1"),
        ("filetype", "bdist_wheel" if filename.endswith(".whl") else "sdist"),
        ("pyversion", pyversion),
        *_metadata_fields(metadata),
        *digests.items(),
        *_attestations(path),
    )
    return Outgoing(
        path=path,
        filename=filename,
        size=size,
        sha256=digests["sha256_digest"],
        name=name,
        version=version,
        fields=fields,
    )


def _examined(path: str, filename: str, size: int) -> tuple[bytes, str]:
    """The core metadata of a sound file, and the form's ``pyversion``."""
    parts = wheel_parts(filename)
    if parts is not None:
        with open_wheel(path, filename) as archive:
            verify_wheel(archive)
            # Tags may be several; the form has room for the first.
            return archive.metadata(), filename.split("-")[-3]
    if filename.endswith(".tar.gz"):
        return read_sdist(path, filename, size).pkg_info, "source"
    raise NotADistributionError(path, "it is named neither as a wheel (.whl) nor as an sdist (.tar.gz)")


def _check_names(filename: str, name: str, version: str) -> None:
    parts = wheel_parts(filename)
    named = parts.version if parts else sdist_version(filename, normalize(name))
    if named is None or not version or parse_version(named) != parse_version(version):
        raise DistributionNameError(filename, f"its metadata is that of {name} {version}")


def _metadata_fields(metadata: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in metadata.items():
        name = _RENAMED.get(key, key)
        if key == "keywords":
            yield name, ",".join(value)
        elif isinstance(value, dict):
            yield from ((name, f"{label}, {url}") for label, url in value.items())
        elif isinstance(value, list):
            yield from ((name, str(one)) for one in value)
        else:
            yield name, str(value)


def _digests(path: str) -> dict[str, str]:
    md5, sha256 = hashlib.md5(usedforsecurity=False), hashlib.sha256()
    blake2 = hashlib.blake2b(digest_size=32)
    with open(path, "rb", buffering=0) as file:
        while piece := file.read(_PIECE):
            md5.update(piece)
            sha256.update(piece)
            blake2.update(piece)
    return {
        "md5_digest": md5.hexdigest(),
        "sha256_digest": sha256.hexdigest(),
        "blake2_256_digest": blake2.hexdigest(),
    }


def _attestations(path: str) -> Iterator[tuple[str, str]]:
    """The attestations that lie beside the file (``FILE.publish.attestation``, as twine looks for them)."""
    found = f"{path}{_ATTESTATION}"
    if not os.path.exists(found):
        return
    try:
        with open(found, encoding="utf-8") as file:
            document = json.load(file)
    except (OSError, ValueError) as error:
        raise InvalidAttestationError(f"{found} cannot be read: {error}") from None
    yield "attestations", json.dumps([document])
