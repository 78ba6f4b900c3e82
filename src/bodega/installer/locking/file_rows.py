"""Files of a page as rows of plain values, so that they can be kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bodega.simple_api.pages import MetadataOffer, ProjectFile


def row_of(file: ProjectFile) -> tuple[Any, ...]:
    """A file as a row, without what is told of its metadata, and what only an index needs."""
    return (
        file.filename,
        file.url,
        dict(file.hashes),
        file.size,
        file.upload_time.isoformat() if file.upload_time is not None else None,
        file.requires_python,
        dict(file.core_metadata.hashes) if file.core_metadata is not None else None,
        file.yanked,
    )


def file_of(row: Sequence[Any]) -> ProjectFile:
    """The file of a row; raises ValueError and TypeError where it is none."""
    filename, url, hashes, size, time, requires_python, metadata, yanked = row
    return ProjectFile(
        filename=filename,
        url=url,
        hashes=hashes,
        size=size,
        upload_time=datetime.fromisoformat(time) if time is not None else None,
        requires_python=requires_python,
        core_metadata=MetadataOffer(metadata) if metadata is not None else None,
        yanked=yanked,
    )
