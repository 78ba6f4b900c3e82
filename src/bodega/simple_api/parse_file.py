"""One file of a page (PEP 691, 700, 714, 592, 740)."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

from bodega.simple_api.pages import NO_HASHES, InlineMetadata, MetadataOffer, ProjectFile

#: What may stand in one path segment of ours and of every file system, and is shown to people as it is.
_FILENAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+!~@,=() -]{0,253}")
_ALGORITHM_LENGTHS = {"sha256": 64, "sha384": 96, "sha512": 128, "blake2b": 128}
_HEX = re.compile(r"[0-9a-fA-F]+")
_MOST_URL = 4096
_METADATA_KEYS = ("core-metadata", "dist-info-metadata", "data-dist-info-metadata")


class FileFaultError(Exception):
    """Why a listed file is not taken; turned into a DroppedFile by the caller."""

    def __init__(self, filename: object, reason: str) -> None:
        super().__init__(reason)
        self.filename = str(filename)[:200]
        self.reason = reason


def parse_file(entry: Any, base: str, inline: InlineMetadata | None = None) -> ProjectFile:
    """The file of one entry, its URL resolved against ``base``; raises FileFaultError.

    ``inline`` is what the page tells of its metadata.
    """
    if not isinstance(entry, dict):
        raise FileFaultError("?", "its entry is not an object")
    filename = entry.get("filename")
    if not isinstance(filename, str) or not is_plain_filename(filename):
        raise FileFaultError(filename, "its name is not a plain file name")
    return ProjectFile(
        filename=filename,
        url=_url(entry.get("url"), base, filename),
        hashes=_hashes(entry.get("hashes"), filename),
        size=_size(entry.get("size")),
        upload_time=read_time(entry.get("upload-time")),
        requires_python=read_text(entry.get("requires-python")),
        core_metadata=_metadata(entry, filename),
        yanked=_yanked(entry.get("yanked", False)),
        provenance=_provenance(entry.get("provenance")),
        inline=inline,
    )


def is_plain_filename(text: str) -> bool:
    """Whether the text is one harmless path segment."""
    return _FILENAME.fullmatch(text) is not None and not text.endswith((".", " "))


def _url(value: object, base: str, filename: str) -> str:
    if not isinstance(value, str) or len(value) > _MOST_URL or not value.isprintable() or " " in value:
        raise FileFaultError(filename, "its URL is not one")
    # A fragment is for readers of HTML; it is never asked for.
    value = value.partition("#")[0]
    if value.startswith(("https://", "http://")):
        return value
    try:
        url = urljoin(base, value)
    except ValueError:
        raise FileFaultError(filename, "its URL is not one") from None
    scheme, colon, _ = url.partition(":")
    # An index in a folder may list files in that folder; any other index may not reach into it.
    allowed = ("http", "https", "file") if base.startswith("file:") else ("http", "https")
    if colon and "/" not in scheme and scheme.lower() not in allowed:
        raise FileFaultError(filename, f"its URL has the scheme {scheme[:20]!r}")
    return url


def _hashes(value: object, filename: str) -> Mapping[str, str]:
    if not isinstance(value, dict):
        return NO_HASHES
    hashes = {}
    for algorithm, length in _ALGORITHM_LENGTHS.items():
        text = value.get(algorithm)
        if text is None:
            continue
        if not isinstance(text, str) or len(text) != length or not _HEX.fullmatch(text):
            raise FileFaultError(filename, f"its {algorithm} is malformed")
        hashes[algorithm] = text.lower()
    return hashes or NO_HASHES


def _metadata(entry: Mapping[str, Any], filename: str) -> MetadataOffer | None:
    for key in _METADATA_KEYS:
        value = entry.get(key)
        if isinstance(value, dict):
            return MetadataOffer(_hashes(value, filename))
        if value is True:
            return MetadataOffer()
        if value is False:
            return None
    return None


def _size(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def read_time(value: object) -> datetime | None:
    """An aware time in UTC; ``None`` for what is no time (PEP 700)."""
    if not isinstance(value, str):
        return None
    try:
        time = datetime.fromisoformat(value)
    except ValueError:
        return None
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


def read_text(value: object) -> str | None:
    """A text of one line; ``None`` for what is none, or blank."""
    if not isinstance(value, str) or not value.strip():
        return None
    return " ".join(value.split())


def _yanked(value: object) -> str | None:
    if isinstance(value, str):
        return value
    return "" if value is True else None


def _provenance(value: object) -> str | None:
    if isinstance(value, str) and value.isprintable() and value.startswith(("https://", "http://")):
        return value
    return None
