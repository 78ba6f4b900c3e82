"""What our index adds to a project's page for clients of ours (``_bodega``): sorted versions, and metadata.

``versions`` are those of the page, newest first, each with its flags: 1 for a pre-release, 2 where all of its
files are yanked; text that is no version (PEP 440) is left out.

Most files of a project require the same: distinct requirements stand once in ``texts``, distinct metadata
once in ``metadata``, which names its requirements by their place in ``texts``, and ``files`` has for each
file of the page, in their order, the place of its metadata, or null.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from bodega.formats.filenames import file_version
from bodega.formats.names import NormalizedName
from bodega.formats.version_order import VersionKey, is_prerelease, version_key
from bodega.simple_api.pages import InlineMetadata, ProjectFile, ProjectPage

PRERELEASE, YANKED = 1, 2
#: Changes when readers of the form before would misread it.
INLINE_FORMAT = 1


def inline_document(page: ProjectPage) -> dict[str, Any] | None:
    """The document for a page; ``None`` for one without files."""
    if not page.files:
        return None
    return {"format": INLINE_FORMAT, "versions": _versions(page), **_metadata(page.files)}


def _versions(page: ProjectPage) -> list[tuple[str, int]]:
    ordered = _newest_first(page.versions)
    if all(file.yanked is None for file in page.files):
        return ordered
    whole = {_version_of(one.filename, page.name) for one in page.files if one.yanked is None}
    return [(text, flags | (0 if version_key(text) in whole else YANKED)) for text, flags in ordered]


@lru_cache(maxsize=16384)
def _version_of(filename: str, project: NormalizedName) -> VersionKey | None:
    return version_key(file_version(filename, project) or "")


@lru_cache(maxsize=1024)
def _newest_first(versions: tuple[str, ...]) -> list[tuple[str, int]]:
    keys = {text: key for text in versions if (key := version_key(text)) is not None}
    ordered = sorted(keys, key=keys.__getitem__, reverse=True)
    return [(text, PRERELEASE if is_prerelease(keys[text]) else 0) for text in ordered]


def _metadata(files: Sequence[ProjectFile]) -> dict[str, Any]:
    rows: dict[InlineMetadata, int] = {}
    # Equal values are mostly one object, and found faster so.
    seen: dict[int, int] = {}
    places: list[int | None] = []
    for file in files:
        inline = file.inline
        if inline is None:
            places.append(None)
            continue
        place = seen.get(id(inline))
        if place is None:
            place = seen[id(inline)] = rows.setdefault(inline, len(rows))
        places.append(place)
    if not rows:
        return {}
    texts: dict[str, int] = {}
    metadata = [
        [
            [texts.setdefault(text, len(texts)) for text in row.requires_dist],
            row.requires_python,
            row.provides_extra,
        ]
        for row in rows
    ]
    return {"texts": list(texts), "metadata": metadata, "files": places}
