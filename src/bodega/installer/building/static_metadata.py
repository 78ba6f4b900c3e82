"""Metadata that can be relied on without running a project's code (core metadata 2.2, PEP 643)."""

from bodega.formats.metadata import scan_headers

#: What decides a resolution: none of these may be said to change when the wheel is built.
_DECIDING = frozenset({"name", "version", "requires-dist", "requires-python", "provides-extra"})
_FROM = (2, 2)


def is_static(pkg_info: bytes) -> bool:
    """Whether the PKG-INFO of a source distribution says for certain what the wheel's metadata will say."""
    version: tuple[int, ...] = ()
    for name, value in scan_headers(pkg_info):
        if name == "metadata-version":
            parts = value.split(".")
            version = tuple(int(part) for part in parts if part.isdecimal()) if len(parts) > 1 else ()
        elif name == "dynamic" and value.strip().lower() in _DECIDING:
            return False
    return version >= _FROM
