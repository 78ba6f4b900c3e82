"""Core metadata (1.0 to 2.6), as far as resolving needs it: headers scanned, the description left alone."""

from collections.abc import Iterator
from dataclasses import dataclass

from bodega.formats.errors import BodegaError


class InvalidMetadataError(BodegaError):
    """The document is not core metadata."""

    code = "E-METADATA-INVALID"

    def __init__(self, why: str) -> None:
        super().__init__("the metadata cannot be read", why=why)


@dataclass(frozen=True, slots=True, kw_only=True)
class CoreMetadata:
    """Who a distribution is and what it needs. Texts are as written."""

    name: str
    version: str
    requires_dist: tuple[str, ...] = ()
    requires_python: str | None = None
    provides_extra: tuple[str, ...] = ()
    summary: str = ""
    metadata_version: str = ""


def parse_metadata(document: bytes) -> CoreMetadata:
    """Read a METADATA or PKG-INFO document; raises InvalidMetadataError."""
    fields: dict[str, list[str]] = {}
    for name, value in scan_headers(document):
        fields.setdefault(name, []).append(value)
    first = {name: values[0] for name, values in fields.items()}
    if not first.get("name") or not first.get("version"):
        raise InvalidMetadataError("it gives no name, or no version")
    return CoreMetadata(
        name=first["name"],
        version=first["version"],
        requires_dist=tuple(fields.get("requires-dist", ())),
        requires_python=first.get("requires-python") or None,
        provides_extra=tuple(fields.get("provides-extra", ())),
        summary=first.get("summary", ""),
        metadata_version=first.get("metadata-version", ""),
    )


def scan_headers(document: bytes) -> Iterator[tuple[str, str]]:
    """Names in lower case and unfolded values, up to the empty line before the description."""
    name, value = "", ""
    # Not splitlines: form feeds and the like stand inside licences. A line of blanks goes on with a field.
    for raw in _head(document).decode("utf-8", "replace").split("\n"):
        line = raw.rstrip("\r")
        if not line:
            break
        if line[0] in " \t":
            value = f"{value} {line.strip()}"
            continue
        if name:
            yield name, value
        field, colon, text = line.partition(":")
        name, value = (field.strip().lower(), text.strip()) if colon else ("", "")
    if name:
        yield name, value


def _head(document: bytes) -> bytes:
    """What comes before the first empty line, and some more where line ends are mixed."""
    ends = [at for at in (document.find(b"\n\n"), document.find(b"\n\r\n")) if at >= 0]
    return document[: max(ends)] if ends else document
