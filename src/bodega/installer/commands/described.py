"""What was, or would be, installed, in the JSON form of pip's ``--report`` (version 1)."""

from collections.abc import Iterable, Mapping
from typing import Any

from bodega.formats.direct_url import without_credentials
from bodega.formats.metadata_json import metadata_json
from bodega.formats.names import NormalizedName
from bodega.formats.targets import Target
from bodega.installer.environments.pip_shim import PIP_VERSION
from bodega.installer.locking.resolution import Pin
from bodega.installer.locking.resolve import Materials
from bodega.installer.locking.select import source_or_none


def installation_report(
    pins: Iterable[Pin],
    asked: Mapping[NormalizedName, Iterable[str]],
    materials: Materials,
    target: Target,
) -> dict[str, Any]:
    """The document; ``asked`` gives the extras that the user named, by project.

    Raises what reading metadata raises, of files that are not looked into yet.
    """
    return {
        "version": "1",
        "pip_version": PIP_VERSION,
        "install": [_row(pin, asked.get(pin.name, ()), materials) for pin in pins],
        "environment": dict(target.markers),
    }


def _row(pin: Pin, extras: Iterable[str], materials: Materials) -> dict[str, Any]:
    row: dict[str, Any] = {
        "download_info": _download_info(pin),
        "is_direct": pin.candidate.prepared is not None,
        "is_yanked": pin.candidate.file.yanked is not None,
        "requested": pin.requested,
        "metadata": metadata_json(metadata_of(pin, materials)),
    }
    named = sorted(extras)
    if named:
        row["requested_extras"] = named
    return row


def metadata_of(pin: Pin, materials: Materials) -> bytes:
    """The core metadata of a pin's file; raises what reading or building it raises."""
    if pin.candidate.prepared is not None:
        return pin.candidate.prepared.metadata
    source = source_or_none(pin)
    if source is not None and pin.candidate.file.core_metadata is None:
        return materials.builder.metadata(source)
    return materials.reader.cached_metadata(pin.candidate.file) or materials.reader.metadata(
        pin.candidate.file
    )


def _download_info(pin: Pin) -> Mapping[str, object]:
    prepared = pin.candidate.prepared
    if prepared is not None and prepared.direct_url is not None:
        return prepared.direct_url
    hashes = dict(pin.candidate.file.hashes)
    info: dict[str, object] = {"hashes": hashes}
    if "sha256" in hashes:
        info["hash"] = f"sha256={hashes['sha256']}"
    return {"url": without_credentials(pin.candidate.file.url), "archive_info": info}
