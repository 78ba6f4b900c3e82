"""Bounds on core metadata before it is parsed in earnest: parsers recurse and take their time."""

from collections.abc import Iterator

from bodega.formats.metadata import scan_headers
from bodega.index.catalog.errors import MetadataFault

MOST_FIELDS = 20_000
MOST_REQUIREMENTS = 10_000
_MOST_HEADER_BYTES = 4 << 20
#: Fields that are parsed as expressions: characters, and parentheses inside one another.
_EXPRESSIONS = ("requires-dist", "requires-python", "license-expression", "provides-extra", "version", "name")
_LONGEST_EXPRESSION = 4096
_DEEPEST = 20


def limit_faults(document: bytes) -> Iterator[MetadataFault]:
    """Which bounds a document goes over; with any, it is not to be parsed."""
    head = document.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    if len(head) > _MOST_HEADER_BYTES:
        yield MetadataFault(f"the metadata has more than {_MOST_HEADER_BYTES} bytes before its description")
        return
    requirements = count = 0
    for field, value in scan_headers(head):
        count += 1
        requirements += field == "requires-dist"
        if field in _EXPRESSIONS and (len(value) > _LONGEST_EXPRESSION or _depth(value) > _DEEPEST):
            yield MetadataFault(f"{field}: {value[:60]!r}... is too long, or nested too deep")
            return
    if requirements > MOST_REQUIREMENTS:
        yield MetadataFault(f"requires-dist: it is there {requirements} times, more than {MOST_REQUIREMENTS}")
    elif count > MOST_FIELDS:
        yield MetadataFault(f"the metadata has more than {MOST_FIELDS} fields")


def _depth(text: str) -> int:
    depth = deepest = 0
    for character in text:
        depth += (character == "(") - (character == ")")
        deepest = max(deepest, depth)
    return deepest
