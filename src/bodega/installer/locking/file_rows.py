"""Files of a page as rows of plain values, so that they can be kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bodega.simple_api.pages import InlineMetadata, MetadataOffer, ProjectFile


def row_of(file: ProjectFile) -> tuple[Any, ...]:
    """A file as a row, without what only an index needs to know of it."""
    return (
        file.filename,
        file.url,
        dict(file.hashes),
        file.size,
        file.upload_time.isoformat() if file.upload_time is not None else None,
        file.requires_python,
        dict(file.core_metadata.hashes) if file.core_metadata is not None else None,
        file.yanked,
        inline_row(file.inline),
    )


def file_of(row: Sequence[Any]) -> ProjectFile:
    """The file of a row; raises ValueError and TypeError where it is none."""
    filename, url, hashes, size, time, requires_python, metadata, yanked, inline = row
    return ProjectFile(
        filename=filename,
        url=url,
        hashes=hashes,
        size=size,
        upload_time=datetime.fromisoformat(time) if time is not None else None,
        requires_python=requires_python,
        core_metadata=MetadataOffer(metadata) if metadata is not None else None,
        yanked=yanked,
        inline=inline_of(inline),
    )


def inline_row(inline: InlineMetadata | None) -> tuple[Any, ...] | None:
    """What a page tells of a file's metadata, as a row."""
    return None if inline is None else (inline.requires_dist, inline.requires_python, inline.provides_extra)


def inline_of(row: Sequence[Any] | None) -> InlineMetadata | None:
    """The metadata of a row."""
    return None if row is None else InlineMetadata(*row)
