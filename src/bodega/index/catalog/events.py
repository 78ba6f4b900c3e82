"""Facts about the catalogue. ``subject`` is the project's normalized name."""

from dataclasses import dataclass
from typing import ClassVar

from bodega.messaging.messages import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class FilePublished(Event):
    """A file became part of a release. ``by`` is the name of the token that did it."""

    type: ClassVar[str] = "catalog.file-published.v1"

    index: str
    version: str
    filename: str
    sha256: str
    size: int
    by: str
