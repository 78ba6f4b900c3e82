"""What is installed for: an interpreter and platform, as far as choosing files needs it (PEP 425, 508)."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An interpreter and platform.

    ``python`` is the full version (``3.11.7``). ``markers`` is the marker environment of PEP 508 without
    ``extra``. ``tags`` are the compatible wheel tags (``cp311-cp311-manylinux_2_36_x86_64``), best first.
    ``also`` are the tags of each further platform for which there must be a file, where one lock serves
    several that markers do not tell apart.
    """

    python: str
    markers: Mapping[str, str]
    tags: tuple[str, ...]
    also: tuple[tuple[str, ...], ...] = ()
