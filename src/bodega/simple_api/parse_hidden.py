"""What a page says of files that its index does not offer (``_hidden``): only ever shown to people."""

import re
from typing import Any

from bodega.simple_api.pages import HiddenFile
from bodega.simple_api.parse_file import is_plain_filename, read_time

MOST_HIDDEN = 10_000
_LONGEST_WORDS = 600
_LONGEST_VERSION = 200
_CODE = re.compile(r"E(?:-[A-Z0-9]{1,40}){1,6}")


def parse_hidden(listed: object) -> tuple[HiddenFile, ...]:
    """The hidden files; what cannot be shown as it is, is left out."""
    if not isinstance(listed, list):
        return ()
    found = (_hidden(entry) for entry in listed[:MOST_HIDDEN])
    return tuple(file for file in found if file is not None)


def _hidden(entry: Any) -> HiddenFile | None:
    if not isinstance(entry, dict):
        return None
    filename, code, reason = entry.get("filename"), entry.get("code"), entry.get("reason")
    if not isinstance(filename, str) or not is_plain_filename(filename):
        return None
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        return None
    words = _words(reason, _LONGEST_WORDS)
    if words is None:
        return None
    return HiddenFile(
        filename=filename,
        version=_words(entry.get("version"), _LONGEST_VERSION),
        code=code,
        reason=words,
        until=read_time(entry.get("until")),
    )


def _words(value: object, longest: int) -> str | None:
    is_sayable = isinstance(value, str) and 0 < len(value) <= longest and value.isprintable()
    return str(value) if is_sayable else None
