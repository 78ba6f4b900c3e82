"""The metadata that a page of our index tells of its files (``_bodega``): taken whole, or not at all.

Any index can write what it likes there. It can say nothing that it could not say in the ``.metadata`` of a
file; here is seen to it that the form costs no more than its bytes, and that texts are texts of one line.
"""

from collections.abc import Sequence
from typing import Any

from bodega.simple_api.pages import InlineMetadata
from bodega.simple_api.render_inline import INLINE_FORMAT

#: Requirements of one file, and extras of one file.
MOST_REQUIREMENTS = 10_000
MOST_EXTRAS = 2_000
_LONGEST_REQUIREMENT = 8_000
_LONGEST_WORD = 500


def parse_inline(document: object, files: int) -> Sequence[InlineMetadata | None]:
    """The metadata of each of so many files; nothing where the document is not one of ours."""
    try:
        return _read(document, files)
    except (_NotOursError, KeyError):
        return ()


def is_tellable(metadata: InlineMetadata) -> bool:
    """Whether a page may tell this: what a reader would not take spoils all else that the page tells."""
    try:
        _row(
            [[*range(len(metadata.requires_dist))], metadata.requires_python, [*metadata.provides_extra]],
            [_text(text, _LONGEST_REQUIREMENT) for text in metadata.requires_dist],
        )
    except _NotOursError:
        return False
    return True


class _NotOursError(Exception):
    """The document has another form."""


def _read(document: object, files: int) -> Sequence[InlineMetadata | None]:
    if not isinstance(document, dict) or document.get("format") != INLINE_FORMAT:
        raise _NotOursError
    texts = _list(document["texts"])
    for text in texts:
        _text(text, _LONGEST_REQUIREMENT)
    rows = [_row(row, texts) for row in _list(document["metadata"])]
    places = _list(document["files"])
    if len(places) != files:
        raise _NotOursError
    return [None if place is None else rows[_place(place, len(rows))] for place in places]


def _row(row: object, texts: list[Any]) -> InlineMetadata:
    parts = _list(row)
    if len(parts) != 3:  # noqa: PLR2004 - requirements, Python, extras
        raise _NotOursError
    required, python, extras = _list(parts[0]), parts[1], _list(parts[2])
    if len(required) > MOST_REQUIREMENTS or len(extras) > MOST_EXTRAS:
        raise _NotOursError
    most = len(texts)
    return InlineMetadata(
        tuple([texts[_place(place, most)] for place in required]),
        None if python is None else _text(python, _LONGEST_WORD),
        tuple([_text(extra, _LONGEST_WORD) for extra in extras]),
    )


def _list(value: object) -> list[Any]:
    if type(value) is not list:
        raise _NotOursError
    return value


def _text(value: object, longest: int) -> str:
    if type(value) is not str or not value.isprintable() or not 0 < len(value) <= longest:
        raise _NotOursError
    return value


def _place(value: object, most: int) -> int:
    # By type: a boolean is a number, too.
    if type(value) is not int or not 0 <= value < most:
        raise _NotOursError
    return value
