"""Which paths inside an archive may be written below a folder (PEP 427; the traversal class of attacks)."""

import unicodedata
from collections.abc import Iterable

#: Longest path and deepest nesting that a real wheel comes near, with room.
MAX_PATH_BYTES = 1024
MAX_COMPONENT_BYTES = 255
MAX_DEPTH = 64

# Characters that write a name other than the one that is read: bidirectional overrides and isolates.
_MISLEADING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_CONTROL = frozenset(chr(code) for code in (*range(0x20), 0x7F, *range(0x80, 0xA0), 0x2028, 0x2029))
_REFUSED = _MISLEADING | _CONTROL | {"\\"}


def fault_of(name: str) -> str | None:
    """Why a member's path must not be written, in words; ``None`` for a good one. A folder ends in ``/``."""
    if not name.isascii():
        try:
            length = len(name.encode())
        except UnicodeEncodeError:
            return "it is not valid text"
    else:
        length = len(name)
    if length > MAX_PATH_BYTES:
        return f"it is longer than {MAX_PATH_BYTES} bytes"
    if not _REFUSED.isdisjoint(name):
        return "it holds a backslash, a control character or a direction mark"
    return _fault_of_parts(name)


def _fault_of_parts(name: str) -> str | None:
    parts = name.removesuffix("/").split("/")
    if name[:1] == "/" or name[1:2] == ":":
        return "it is absolute"
    if len(parts) > MAX_DEPTH:
        return f"it is nested deeper than {MAX_DEPTH} folders"
    for part in parts:
        if part in ("", ".", ".."):
            return "it has an empty, '.' or '..' part"
        if len(part) * 4 > MAX_COMPONENT_BYTES and len(part.encode()) > MAX_COMPONENT_BYTES:
            return f"one of its parts is longer than {MAX_COMPONENT_BYTES} bytes"
    return None


def clash(names: Iterable[str]) -> str | None:
    """The first path that is claimed twice: as two files, as file and folder, or in two spellings.

    ``names`` are good paths of files, without folders.
    """
    files: set[str] = set()
    folders: set[str] = set()
    for name in names:
        key = name if name.isascii() else unicodedata.normalize("NFC", name)
        if key in files:
            return name
        files.add(key)
        folder = key.rpartition("/")[0]
        while folder and folder not in folders:
            folders.add(folder)
            folder = folder.rpartition("/")[0]
    both = files & folders
    return min(both) if both else None
