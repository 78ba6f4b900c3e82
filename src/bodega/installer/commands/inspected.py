"""``inspect``: an environment as one document, in pip's form (version 1 of its inspect report)."""

from collections.abc import Mapping, Sequence
from typing import Any

from bodega.formats.metadata_json import metadata_json
from bodega.formats.requires_txt import extras_of_egg
from bodega.formats.targets import Target
from bodega.installer.environments.inventory import Found
from bodega.installer.environments.needed import texts_of
from bodega.installer.environments.pip_shim import PIP_VERSION


def inspection(found: Sequence[Found], target: Target) -> dict[str, Any]:
    """The document; its keys are pip's."""
    return {
        "version": "1",
        "pip_version": PIP_VERSION,
        "installed": [_one(one) for one in found],
        "environment": dict(target.markers),
    }


def _one(one: Found) -> dict[str, Any]:
    here = one.distribution
    metadata = metadata_json(here.metadata)
    if here.kind == "egg-info" and "requires_dist" not in metadata and (needs := texts_of(here)):
        metadata["requires_dist"] = needs
        extras = extras_of_egg((here.read("requires.txt") or b"").decode("utf-8", "replace"))
        metadata.update({"provides_extra": extras} if extras else {})
    document: dict[str, Any] = {"metadata": metadata, "metadata_location": here.path}
    if here.direct_url is not None:
        document["direct_url"] = _with_old_hash(here.direct_url)
    elif one.editable_at is not None:
        from pathlib import Path  # noqa: PLC0415 - only for the old form of editables

        document["direct_url"] = {"url": Path(one.editable_at).as_uri(), "dir_info": {"editable": True}}
    if here.installer:
        document["installer"] = here.installer
    if here.kind == "dist-info":
        document["requested"] = here.requested
    return document


def _with_old_hash(document: Mapping[str, object]) -> dict[str, object]:
    """With ``archive_info.hash`` beside ``hashes``, for readers of before PEP 610 had the latter."""
    archive = document.get("archive_info")
    if not isinstance(archive, dict) or "hash" in archive or not isinstance(archive.get("hashes"), dict):
        return dict(document)
    pairs = [f"{algorithm}={value}" for algorithm, value in archive["hashes"].items()]
    return {**document, "archive_info": {**archive, "hash": pairs[0]} if pairs else archive}
