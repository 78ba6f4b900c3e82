"""What our index adds to a project's page for clients of ours: the metadata of its files (``_bodega``).

Most files of a project require the same: distinct requirements stand once in ``texts``, distinct metadata
once in ``metadata``, which names its requirements by their place in ``texts``, and ``files`` has for each
file of the page, in their order, the place of its metadata, or null.
"""

from collections.abc import Sequence
from typing import Any

from bodega.simple_api.pages import InlineMetadata, ProjectFile

#: Changes when readers of the form before would misread it.
INLINE_FORMAT = 1


def inline_document(files: Sequence[ProjectFile]) -> dict[str, Any] | None:
    """The document for a page of these files; ``None`` where nothing is known of any."""
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
        return None
    texts: dict[str, int] = {}
    metadata = [
        [
            [texts.setdefault(text, len(texts)) for text in row.requires_dist],
            row.requires_python,
            row.provides_extra,
        ]
        for row in rows
    ]
    return {"format": INLINE_FORMAT, "texts": list(texts), "metadata": metadata, "files": places}
